/**
 * Routes as people write them, in the real API server: what a release does to one leaves every byte outside our rules as the
 * server had it. The objects are generated, and those count that the server takes; the seed moves with the date.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { seedOfTheDay } from '../../lab/chaos/seed.ts';
import type { Lab } from '../../lab/index.ts';
import { startLab } from '../../lab/index.ts';
import type { Connection } from '../../src/cluster/connection/connect.ts';
import { connect } from '../../src/cluster/connection/connect.ts';
import { JOURNAL_ANNOTATION } from '../../src/kube/names.ts';
import type { Json, JsonPatch, KubeObject } from '../../src/kube/objects.ts';
import { systemClock } from '../../src/ports.ts';
import { providerFor } from '../../src/routes/index.ts';
import { isJazz, plainRoute, untouchable as untouchableRoute } from '../unit/routes/generated.ts';
import { meshRoute, untouchable, writings } from '../unit/routes/generated-mesh.ts';

const jazz = { stable: 'jazz-v1', canary: 'jazz-v2' };
const tokens = { stable: 'run-1-s', canary: 'run-1-c' };
/** With all that JSON may write in two ways. */
const JOURNAL = 'https://ci/?a=1&b=<2> "\\/" \u2028 \u2029 \u0085 \u007f \ufeff é 🎷 \b\f\n\t';
const WANTED = 12;
const TRIED = 150;

const generated = await writings();
const subjects = [
  {
    name: 'gateway-api',
    generated: plainRoute,
    bytes: (object: KubeObject) => untouchableRoute(object, [jazz.canary]),
  },
  ...generated.map(([name, writing]) => ({
    name,
    generated: meshRoute(writing, 'alone'),
    bytes: (object: KubeObject) => untouchable(writing, object, [jazz.canary]),
  })),
];

let lab: Lab;
let connection: Connection;
beforeAll(async () => {
  lab = await startLab({ controlPlaneOnly: true });
  await Promise.all([...new Set(generated.map(([, { crds }]) => crds))].map((which) => lab.installCrds(which)));
  await lab.api('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'prod' } });
  connection = await connect({
    kubeconfig: lab.kubeconfig,
    kubectlVersion: '',
    toolsChecksums: {},
    env: { PATH: lab.binDir },
    clock: systemClock,
    signal: new AbortController().signal,
    timeout: 30_000,
    say: () => undefined,
    warn: () => undefined,
  });
}, 180_000);
afterAll(async () => {
  connection?.close();
  await lab?.stop();
}, 60_000);

describe.each(subjects)('a release on $name', ({ name, generated, bytes }) => {
  const provider = providerFor(name);
  const { apiVersion, kind, plural } = provider.facts.resource;
  const collection = `/apis/${apiVersion}/namespaces/prod/${plural}`;

  it(`leaves what is not its own in ${WANTED} routes that the API server takes`, async () => {
    const seed = seedOfTheDay();
    const taken: string[] = [];
    let shared = 0;
    for (const [index, object] of fc.sample(generated, { seed, numRuns: TRIED }).entries()) {
      if (taken.length === WANTED) break;
      const ref = { apiVersion, kind, namespace: 'prod', name: `r${index}` };
      const created = await lab.api('POST', collection, asNew(object, ref.name));
      if (created.status !== 201) continue;
      const { cluster } = connection;
      const find = (live: KubeObject) => provider.weights.find([live], 'jazz', isJazz);
      const guard = ({ metadata: { generation = 0, annotations } }: KubeObject) => {
        const journal = annotations?.[JOURNAL_ANNOTATION];
        return { generation, ...(journal === undefined ? {} : { journal }) };
      };
      const shift = (share: number) => (live: KubeObject) =>
        provider.weights.shift(find(live), jazz, share, guard(live), JOURNAL);
      const before = bytes(settled(await cluster.get(ref)));
      if (JSON.stringify(before).includes('metal')) shared++;
      const moves: Record<string, (live: KubeObject) => JsonPatch> = {
        attach: (live) => provider.weights.attach(find(live), jazz, guard(live), JOURNAL),
        lanes: (live) => {
          const lanes = provider.lanes.open(find(live), jazz, tokens, guard(live));
          return 'patch' in lanes ? lanes.patch : [];
        },
        'first weight': shift(5),
        'last weight': shift(100),
        'no lanes': (live) => provider.lanes.close(find(live), guard(live)),
        return: shift(0),
        detach: (live) => provider.weights.detach(find(live), jazz.canary, guard(live), JOURNAL),
      };
      for (const [move, plan] of Object.entries(moves)) {
        const after = await cluster.patch(ref, plan(await cluster.get(ref)));
        expect(after.metadata.annotations?.[JOURNAL_ANNOTATION]).toBe(JOURNAL);
        expect(`${move}: ${bytes(settled(after))}`).toBe(`${move}: ${before}`);
        if (move === 'first weight') {
          expect(provider.weights.read(find(after)).shares[jazz.canary]).toBeCloseTo(5, 9);
        }
      }
      taken.push(ref.name);
    }
    process.stderr.write(`${name}, seed ${seed}: ${taken.length} routes, ${shared} shared with other teams\n`);
    expect(taken).toHaveLength(WANTED);
    expect(shared).toBeGreaterThan(0);
  }, 120_000);
});

/** The object as a client would create it. */
function asNew(object: KubeObject, name: string): unknown {
  const { labels, annotations } = object.metadata;
  // Names of annotations with a tilde are no names to the API server.
  const kept = Object.entries(annotations ?? {}).map(([key, value]) => [key.replace('~', '.'), value]);
  const { status: _, ...rest } = object;
  return { ...rest, metadata: { name, namespace: 'prod', labels, annotations: Object.fromEntries(kept) } };
}

/** Without what the server itself writes at each change, and without our lanes. */
function settled(object: KubeObject): KubeObject {
  const {
    resourceVersion: _,
    generation: __,
    managedFields: ___,
    ...metadata
  } = object.metadata as KubeObject['metadata'] & {
    managedFields?: unknown;
  };
  return withoutLaneRules({ ...object, metadata } as unknown as Json) as unknown as KubeObject;
}

function withoutLaneRules(value: Json): Json {
  if (Array.isArray(value)) {
    return value.filter((entry) => !isLane(entry)).map(withoutLaneRules);
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutLaneRules(inner as Json)]));
}

/** A rule of a lane: what holds one of the tokens and sends somewhere, and is no list of rules. */
function isLane(entry: Json): boolean {
  if (typeof entry !== 'object' || entry === null || 'rules' in entry) return false;
  const text = JSON.stringify(entry);
  return text.includes('run-1-') && /"(backendRefs|route|weightedTargets)":/.test(text);
}
