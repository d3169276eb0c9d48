/** A real Prometheus in a lab, in the cluster as users have it: Deployment, ServiceAccount with its rights, Service. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ensurePrometheus } from './binaries/index.ts';
import type { Lab } from './lab.ts';

export interface PrometheusSetup {
  /** As Prometheus writes durations; 1s when not given. */
  readonly scrapeInterval?: string;
  /** How many jobs scrape each pod, as where two configurations overlap; 1 when not given. The first is called `pods`. */
  readonly jobs?: number;
}

export interface LabPrometheus {
  /** Its Service, for the way through the API server. */
  readonly namespace: string;
  readonly service: string;
  readonly port: number;
  /** Straight to it, without a slash at the end; connections are reset while it is stopped. */
  readonly url: string;
  /** Ends it; resolves when it no longer answers. What it has stored stays. */
  stop(): Promise<void>;
  /** Brings it back with what it had stored; resolves when it answers. */
  start(): Promise<void>;
  /** Values of an instant query, one for each series. Throws when it is not answered well. */
  query(query: string): Promise<readonly number[]>;
}

const NAME = 'prometheus';
const NAMESPACE = 'monitoring';
const PORT = 9090;
const READY_MS = 60_000;

/** One for each lab. Builds Prometheus first where the cache does not have it: minutes, once for each user. */
export async function startPrometheus(
  lab: Lab,
  { scrapeInterval = '1s', jobs = 1 }: PrometheusSetup,
): Promise<LabPrometheus> {
  await ensurePrometheus();
  await lab.kubectl(
    ['apply', '-f', '-'],
    JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects(scrapeInterval, jobs) }),
  );
  const url = await lab.serviceUrl(NAMESPACE, NAME, PORT);
  const answers = async () => (await fetch(`${url}/-/ready`).catch(() => undefined))?.ok === true;
  const becomes = async (wanted: boolean) => {
    const deadline = Date.now() + READY_MS;
    while ((await answers()) !== wanted) {
      if (Date.now() > deadline) {
        const pods = await lab.kubectl(['describe', 'pods', '-n', NAMESPACE]);
        throw new Error(`Prometheus did not ${wanted ? 'answer' : 'stop'} within ${READY_MS / 1000} s:\n${pods}`);
      }
      await sleep(50);
    }
  };
  const scaledTo = async (replicas: number) => {
    await lab.kubectl(['scale', 'deployment', NAME, '-n', NAMESPACE, `--replicas=${replicas}`]);
    await becomes(replicas > 0);
  };
  await becomes(true);
  return {
    namespace: NAMESPACE,
    service: NAME,
    port: PORT,
    url,
    stop: () => scaledTo(0),
    start: () => scaledTo(1),
    query: async (query) => {
      const answer = await fetch(`${url}/api/v1/query?${new URLSearchParams({ query })}`);
      const body = (await answer.json()) as { data?: { result?: { value: [number, string] }[] }; error?: string };
      if (body.data?.result === undefined) throw new Error(`${query}: ${answer.status} ${body.error ?? ''}`);
      return body.data.result.map(({ value }) => Number(value[1]));
    },
  };
}

function objects(scrapeInterval: string, jobs: number): object[] {
  const labels = { app: NAME };
  const metadata = { name: NAME, namespace: NAMESPACE, labels };
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: NAME },
      rules: [
        { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] },
        { apiGroups: [''], resources: ['pods/proxy'], verbs: ['get'] },
      ],
    },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: NAME },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: NAME },
      subjects: [{ kind: 'ServiceAccount', name: NAME, namespace: NAMESPACE }],
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: {
        replicas: 1,
        // Two servers on one volume would spoil it.
        strategy: { type: 'Recreate' },
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            serviceAccountName: NAME,
            terminationGracePeriodSeconds: 5,
            containers: [
              {
                name: NAME,
                image: 'prom/prometheus:v3.5.0',
                env: [
                  { name: 'SCRAPE_INTERVAL', value: scrapeInterval },
                  { name: 'SCRAPE_JOBS', value: `${jobs}` },
                ],
                ports: [{ name: 'http', containerPort: PORT }],
                readinessProbe: { httpGet: { path: '/-/ready', port: 'http' }, periodSeconds: 1 },
              },
            ],
          },
        },
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { type: 'LoadBalancer', selector: labels, ports: [{ name: 'http', port: PORT, targetPort: 'http' }] },
    },
  ];
}
