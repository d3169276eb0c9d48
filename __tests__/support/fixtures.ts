import { Identifier } from '../../src/evidence/probes/identify.ts';
import { Observer } from '../../src/evidence/probes/observer.ts';
import type { HttpAnswer } from '../../src/http/client.ts';
import type { Journal } from '../../src/journal/journal.ts';
import type { KubeObject } from '../../src/kube/objects.ts';
import type { Clock, Ports } from '../../src/ports.ts';
import type { ServiceRelease } from '../../src/rollout/state.ts';
import type { RouteProvider } from '../../src/routes/types.ts';
import { locate } from '../../src/services/locate.ts';
import { isBackendName } from '../../src/services/names.ts';
import type { Settings } from '../../src/settings/types.ts';
import type { ServicePlan } from '../../src/study/service-plan.ts';
import { planService } from '../../src/study/service-plan.ts';

/** A release of jazz v2 in prod, with short waits. */
export function settings(overrides: Partial<Settings> = {}): Settings {
  return {
    command: 'deploy',
    services: ['jazz'],
    version: 'v2',
    image: {},
    manifests: [],
    helmValues: [],
    namespace: 'prod',
    mesh: 'auto',
    installKong: 'auto',
    kongNamespace: 'kong',
    kongChartVersion: '0.24.0',
    kongChartRepository: 'https://charts.konghq.com',
    plugins: [],
    gatewayUrl: 'auto',
    canaryWeight: [5, 25, 50, 100],
    minStep: 1000,
    maxStep: 600_000,
    warmUp: 0,
    preFlight: 300,
    onInconclusive: 'rollback',
    onCancel: 'rollback',
    bake: 0,
    timeout: 600_000,
    readyTimeout: 60_000,
    retire: 'keep',
    settle: 'in-place',
    onConflict: 'fail',
    onDrift: 'stop',
    ifStale: false,
    stable: {},
    checks: [],
    checkCommand: [],
    probePath: {},
    probeHeaders: {},
    probeConsumer: 'none',
    probeRate: 10,
    evidence: ['probes'],
    metrics: 'auto',
    scrapeInterval: 15_000,
    maxErrorIncrease: 1,
    falseAlarm: 1,
    latency: 'compare',
    allowUnproved: false,
    identify: { by: 'auto' },
    kubectlVersion: '',
    helmVersion: '',
    toolsChecksums: {},
    workspace: '/nowhere',
    ...overrides,
  };
}

/** Jazz, found and planned as a deploy does it. */
export function planned(
  given: Settings,
  mesh: RouteProvider,
  live: readonly KubeObject[],
  manifests: readonly KubeObject[] = [],
): ServicePlan {
  const look = { services: given.services, providers: [mesh], objects: [live, manifests] } as const;
  return planService(locate('jazz', look), given, live, manifests);
}

/** HTTPRoute prod/jazz with one rule for each path; weights by backend name. */
export function route(
  weights: Record<string, number>,
  options: { journal?: string; paths?: string[]; name?: string } = {},
): KubeObject {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: {
      name: options.name ?? 'jazz',
      namespace: 'prod',
      annotations: {
        'konghq.com/strip-path': 'true',
        ...(options.journal === undefined ? {} : { 'mesh-canary.dev/journal': options.journal }),
      },
    },
    spec: {
      parentRefs: [{ name: 'kong', namespace: 'kong' }],
      rules: (options.paths ?? ['/dj/jazz']).map((value) => ({
        matches: [{ path: { type: 'PathPrefix', value } }],
        backendRefs: Object.entries(weights).map(([name, weight]) => ({
          group: '',
          kind: 'Service',
          name,
          port: 9080,
          weight,
        })),
      })),
    },
  };
}

/** Weights of the first rule by backend name. */
export function weightsOf(object: KubeObject, rule = 0): Record<string, number> {
  const { rules } = object['spec'] as { rules: { backendRefs: { name: string; weight: number }[] }[] };
  return Object.fromEntries((rules[rule]?.backendRefs ?? []).map(({ name, weight }) => [name, weight]));
}

export function service(name: string, labels: Record<string, string>): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: 'prod' },
    spec: { selector: labels, ports: [{ port: 9080 }] },
  };
}

export function deployment(name: string, labels: Record<string, string>, replicas = 1): KubeObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'prod' },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'app', image: `hello:${name}` }] } },
    },
  };
}

/** Deployment and Service of one version. */
export function version(logical: string, label: string, replicas = 1): [KubeObject, KubeObject] {
  const labels = { app: logical, version: label };
  return [deployment(`${logical}-${label}`, labels, replicas), service(`${logical}-${label}`, labels)];
}

/** The endpoints of a Service, `ready` of them ready. */
export function endpoints(name: string, ready: number, waiting = 0): KubeObject {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: `${name}-abc`, namespace: 'prod', labels: { 'kubernetes.io/service-name': name } },
    endpoints: Array.from({ length: ready + waiting }, (_, index) => ({
      addresses: [`10.244.0.${index + 1}`],
      conditions: { ready: index < ready },
    })),
  };
}

export function pod(name: string, labels: Record<string, string>, status: Record<string, unknown>): KubeObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'prod', labels }, spec: {}, status };
}

export function journal(overrides: Partial<Journal> = {}): Journal {
  return {
    version: 1,
    release: 'jazz@v2',
    run: 'run-1',
    attempts: 1,
    service: 'jazz',
    versions: { stable: 'v1', canary: 'v2' },
    backends: { stable: 'jazz-v1', canary: 'jazz-v2' },
    phase: 'attached',
    step: 0,
    plan: [5, 25, 50, 100],
    weight: 0,
    startedAt: '2026-11-23T04:00:00.000Z',
    updatedAt: '2026-11-23T04:00:00.000Z',
    history: [],
    ...overrides,
  };
}

/** jazz on its way from v1 to v2, before the first write. */
export function release(overrides: Partial<ServiceRelease> = {}): ServiceRelease {
  return {
    service: 'jazz',
    route: { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', namespace: 'prod', name: 'jazz' },
    backends: { stable: 'jazz-v1', canary: 'jazz-v2' },
    versions: { stable: 'v1', canary: 'v2' },
    isBackend: (name) => isBackendName(name, 'jazz'),
    observer: new Observer('jazz', new Identifier({ by: 'header', name: 'x-app-version' })),
    state: { journal: journal(), share: undefined, asked: undefined, text: undefined },
    ...overrides,
  };
}

/** Ports without chance, for what needs none. */
export function ports(clock: Clock): Ports {
  let tokens = 0;
  return { clock, random: () => 0.5, token: (bytes) => `${++tokens}`.padStart(2 * bytes, '0') };
}

/** A good answer of the application through Kong, as a version gives it. */
export function answer(body = 'v1', overrides: Partial<HttpAnswer> = {}): HttpAnswer {
  return {
    status: 200,
    headers: { via: '1.1 kong/3.9.1', 'x-kong-upstream-latency': '1', 'x-app-version': body },
    body: JSON.stringify({ version: body }),
    milliseconds: 3,
    ...overrides,
  };
}
