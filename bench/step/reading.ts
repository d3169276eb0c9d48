/** Row 5: `plan` in a crowded namespace, beside a client that only lists what is there, page by page. */
import { Agent, get } from 'node:http';
import type { Place, World } from '../../__tests__/lab/support/world.ts';
import { runAction } from '../../lab/action/run.ts';
import type { Row } from './rows.ts';
import { median, say } from './rows.ts';
import type { Wire } from './wire.ts';
import { kindOfCall } from './wire.ts';

const RATIO = 2;
const PAGE = 500;

export async function reading(world: World, wire: Wire, objects: number, runs: number): Promise<Row> {
  const place = await (await world.place()).serving({ env: { APP_VERSION: 'v1' } });
  const manifests = place.write('v2.yaml', ...place.version('v2', { env: { APP_VERSION: 'v2' } }));
  const empty = await planOnce(world, wire, place, manifests);
  await crowd(world, place, objects);
  const listing: number[] = [];
  const planning: number[] = [];
  let there = 0;
  for (let run = 0; run < runs; run++) {
    const started = performance.now();
    there = await listAll(wire, place.namespace);
    listing.push((performance.now() - started) / 1000);
    planning.push((await planOnce(world, wire, place, manifests)).seconds);
  }
  const crowded = await planOnce(world, wire, place, manifests);
  say(
    `\nplan in a namespace with ${there} objects of the kinds it reads, s: ${planning.map((s) => s.toFixed(2)).join(', ')}`,
  );
  say(
    `listing them page by page: ${listing.map((s) => s.toFixed(2)).join(', ')}; plan in an almost empty one ${empty.seconds.toFixed(2)}`,
  );
  say(`calls of one plan: ${crowded.calls}`);
  const ratio = median(planning) / median(listing);
  return {
    what: `plan in a namespace with ${there} objects`,
    target: `≤ ${RATIO} × listing them`,
    measured: `${median(planning).toFixed(2)} s, ${ratio.toFixed(2)} ×`,
    yardstick: `${median(listing).toFixed(2)} s: ${PAGE} objects a request, one after the other`,
    met: ratio <= RATIO,
  };
}

async function planOnce(
  world: World,
  wire: Wire,
  place: Place,
  manifests: string,
): Promise<{ readonly seconds: number; readonly calls: string }> {
  const before = wire.calls.length;
  const { code, seconds, log } = await runAction({
    node: world.lab.node24,
    binDir: world.lab.binDir,
    kubeconfig: wire.kubeconfig,
    folder: world.folder,
    workspace: place.workspace,
    inputs: world.inputs(place.inputs({ command: 'plan', version: 'v2', manifests })),
  });
  if (code !== 0) throw new Error(`plan ended with ${code}:\n${log}`);
  const kinds = new Map<string, number>();
  for (const call of wire.calls.slice(before)) {
    const [verb = ''] = kindOfCall(call).split(' ');
    kinds.set(verb, (kinds.get(verb) ?? 0) + 1);
  }
  return { seconds, calls: [...kinds].map(([verb, count]) => `${count} ${verb}`).join(', ') };
}

/** Kinds that a plan reads, so that none of the objects can be left out, and what part of them each is. */
const CROWD = [
  { base: '/api/v1', plural: 'secrets', kind: 'Secret', share: 0.3 },
  { base: '/api/v1', plural: 'services', kind: 'Service', share: 0.2 },
  // One for each Service with a selector: the control plane makes them.
  { base: '/apis/discovery.k8s.io/v1', plural: 'endpointslices', kind: 'EndpointSlice', share: 0.2 },
  { base: '/apis/apps/v1', plural: 'deployments', kind: 'Deployment', share: 0.2 },
  { base: '/apis/gateway.networking.k8s.io/v1', plural: 'httproutes', kind: 'HTTPRoute', share: 0.1 },
] as const;

/** Objects nobody asks for, of a size as they are in the field. */
async function crowd(world: World, { namespace }: Place, objects: number): Promise<void> {
  const wanted = CROWD.filter(({ plural }) => plural !== 'endpointslices').flatMap(({ base, plural, kind, share }) =>
    Array.from({ length: Math.round(objects * share) }, (_, index) => ({ base, plural, kind, index })),
  );
  const worker = async () => {
    for (let next = wanted.pop(); next !== undefined; next = wanted.pop()) {
      const { base, plural, kind, index } = next;
      const { status, body } = await world.lab.api('POST', `${base}/namespaces/${namespace}/${plural}`, {
        apiVersion: base.replace(/^\/apis?\//, ''),
        kind,
        metadata: { name: `crowd-${index}`, namespace, labels: { app: `crowd-${index}`, team: 'somebody-else' } },
        ...contentOf(plural, index, namespace),
      });
      if (status >= 300) throw new Error(`${plural} crowd-${index}: ${status} ${JSON.stringify(body)}`);
    }
  };
  await Promise.all(Array.from({ length: 24 }, worker));
  const slices = Math.round(objects * 0.2);
  const deadline = performance.now() + 120_000;
  for (;;) {
    const { body } = await world.lab.api<{ items: unknown[] }>(
      'GET',
      `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`,
    );
    if (body.items.length >= slices) return;
    if (performance.now() > deadline) throw new Error(`${body.items.length} of ${slices} EndpointSlices after 2 min`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

function contentOf(plural: string, index: number, namespace: string): object {
  const name = `crowd-${index}`;
  const labels = { app: name, version: 'v1' };
  switch (plural) {
    case 'secrets':
      return { type: 'Opaque', data: { value: Buffer.alloc(600, 'x').toString('base64') } };
    case 'services':
      return { spec: { clusterIP: 'None', selector: labels, ports: [{ name: 'http', port: 9080, targetPort: 9080 }] } };
    case 'deployments':
      return {
        spec: {
          replicas: 0,
          selector: { matchLabels: labels },
          template: {
            metadata: { labels },
            spec: {
              containers: [
                {
                  name: 'app',
                  image: 'mesh-canary.dev/lab/dj-app:v1',
                  ports: [{ name: 'http', containerPort: 9080 }],
                  env: Array.from({ length: 10 }, (_, at) => ({
                    name: `VARIABLE_${at}`,
                    value: `value ${at} of ${name}`,
                  })),
                  readinessProbe: { httpGet: { path: '/ping', port: 9080 } },
                },
              ],
            },
          },
        },
      };
    default:
      return {
        spec: {
          parentRefs: [{ name: 'nobody', namespace }],
          rules: [
            { matches: [{ path: { type: 'PathPrefix', value: `/${name}` } }], backendRefs: [{ name, port: 9080 }] },
          ],
        },
      };
  }
}

/** @returns how many there are */
async function listAll(wire: Wire, namespace: string): Promise<number> {
  const agent = new Agent({ keepAlive: true });
  let count = 0;
  try {
    for (const { base, plural } of CROWD) {
      for (let next: string | undefined = ''; next !== undefined; ) {
        const query = new URLSearchParams({ limit: `${PAGE}`, ...(next === '' ? {} : { continue: next }) });
        const text = await page(`${wire.url}${base}/namespaces/${namespace}/${plural}?${query}`, agent);
        const list = JSON.parse(text) as { items: unknown[]; metadata: { continue?: string } };
        count += list.items.length;
        next = list.metadata.continue || undefined;
      }
    }
  } finally {
    agent.destroy();
  }
  return count;
}

function page(url: string, agent: Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    get(url, { agent }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve(text)).on('error', reject);
    }).on('error', reject);
  });
}
