import path from 'node:path';
import type { KongFault } from '../kong/faults.ts';
import type { ClusterAccess } from '../node/types.ts';
import { labPrograms } from '../paths.ts';
import { djApp } from './dj-app.ts';
import { idle } from './idle.ts';
import { controllerProgram } from './kong-controller.ts';
import { Gateways, type KongConfiguration, kongProgram } from './kong-gateway.ts';
import { prometheusProgram } from './prometheus.ts';
import { traefikProgram } from './traefik.ts';
import type { ImageEntry } from './types.ts';

/** What programs need of the lab. */
export interface ProgramSurroundings {
  readonly client: ClusterAccess;
  /** Run folder of the lab. */
  readonly dir: string;
  readonly apiUrl: string;
  /** PEM file of the API server's certificate authority. */
  readonly caFile: string;
  readonly binaries: { readonly ingressController: string };
  /** Socket on which the lab answers `GET /resolve`; `<dir>/control.sock` when not given. */
  readonly controlSocket?: string;
}

export interface LabImages {
  readonly images: readonly ImageEntry[];
  kongConfigurations(): Promise<readonly KongConfiguration[]>;
  setKongFaults(faults: readonly KongFault[], pods: readonly string[]): Promise<readonly string[]>;
}

/** The images this lab can run; names are compared in full (`docker.io/library/kong:3.9.3`). See the README. */
export function imageTable(options: ProgramSurroundings): LabImages {
  const gateways = new Gateways({
    program: kongProgram(labPrograms),
    resolver: options.controlSocket ?? path.join(options.dir, 'control.sock'),
    logDir: path.join(options.dir, 'logs'),
  });
  const { client, apiUrl, caFile, dir } = options;
  const controller = controllerProgram({
    binary: options.binaries.ingressController,
    client,
    apiUrl,
    caFile,
    gateways,
    dir,
  });
  return {
    images: [
      { pattern: /(^|\/)hello-world:[^/]+$/, program: djApp },
      { pattern: /^mesh-canary\.dev\/lab\/dj-app:[^/]+$/, program: djApp },
      { pattern: /^docker\.io\/library\/kong:3\.9[^/]*$/, program: gateways.program },
      { pattern: /^docker\.io\/kong\/kubernetes-ingress-controller:3\.5[^/]*$/, program: controller },
      { pattern: /^docker\.io\/library\/traefik:v3[^/]*$/, program: traefikProgram },
      {
        pattern: /^(docker\.io\/prom|quay\.io\/prometheus)\/prometheus:[^/]+$/,
        program: prometheusProgram({ client, apiUrl, caFile, dir }),
      },
      { pattern: /^(registry\.k8s\.io\/pause|docker\.io\/library\/busybox):[^/]+$/, program: idle },
    ],
    kongConfigurations: () => gateways.configurations(),
    setKongFaults: (faults, pods) => gateways.setFaults(faults, pods),
  };
}
