/** Routes as people write them: several services, filters, matches, fields of other versions, weights or none. */
import fc from 'fast-check';
import { JOURNAL_ANNOTATION } from '../../../src/kube/names.ts';
import type { Json, KubeObject } from '../../../src/kube/objects.ts';

/** A part of a route the tests may reach into. */
export interface Rule {
  name?: string;
  matches?: Json;
  backendRefs?: { name: string; port?: number; weight?: number; [field: string]: Json | undefined }[];
  [field: string]: unknown;
}
export const rulesOf = (object: KubeObject) => (object['spec'] as { rules: Rule[] }).rules;

const STABLE = 'jazz-v1';
const CANARY = 'jazz-v2';
export const isJazz = (name: string) => name === 'jazz' || name.startsWith('jazz-v');

const word = fc.stringMatching(/^[a-z]{1,4}$/);
const named = { selector: ({ name }: { readonly name: string }) => name };
const path = fc.constantFrom('/dj/jazz', '/jazz', '/a', '/b/c', '/');
const match = fc.record(
  {
    path: fc.record({ type: fc.constantFrom('PathPrefix', 'Exact'), value: path }),
    method: fc.constantFrom('GET', 'POST'),
    headers: fc.uniqueArray(
      fc.record({ type: fc.constant('Exact'), name: fc.constantFrom('x-a', 'x-b'), value: word }),
      { ...named, minLength: 1, maxLength: 2 },
    ),
  },
  { requiredKeys: ['path'] },
);
const headers = fc.uniqueArray(fc.record({ name: fc.constantFrom('x-c', 'x-d'), value: word }), named);
const filter = fc.oneof(
  fc.record({
    type: fc.constant('RequestHeaderModifier'),
    requestHeaderModifier: fc.record({ set: headers }),
  }),
  fc.record({
    type: fc.constant('ResponseHeaderModifier'),
    responseHeaderModifier: fc.record({ add: headers, remove: fc.uniqueArray(word, { maxLength: 2 }) }),
  }),
  fc.record({
    type: fc.constant('RequestMirror'),
    requestMirror: fc.record({ backendRef: fc.constant({ name: 'rock', port: 80 }) }),
  }),
  fc.record({
    type: fc.constant('RequestRedirect'),
    requestRedirect: fc.record({ scheme: fc.constant('https'), statusCode: fc.constantFrom(301, 302) }),
  }),
);
const surroundings = fc.record(
  {
    matches: fc.array(match, { minLength: 1, maxLength: 3 }),
    filters: fc.uniqueArray(filter, { selector: ({ type }) => type, minLength: 1, maxLength: 2 }),
    timeouts: fc.record({ request: fc.constantFrom('5s', '1m') }),
    fromTheFuture: fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>,
  },
  { requiredKeys: [] },
);
const foreignBackends = fc.option(
  fc.uniqueArray(
    fc.record(
      { name: fc.constantFrom('metal-v1', 'metal-v2', 'rock'), port: fc.constantFrom(80, 9080), weight: fc.nat(100) },
      { requiredKeys: ['name', 'port'] },
    ),
    { selector: ({ name }) => name, minLength: 1, maxLength: 3 },
  ),
  { nil: undefined },
);

/** What all rules of the service carry: weights of stable and canary; `undefined` = no such backend. */
interface Weights {
  readonly stable: number;
  readonly canary: number | undefined;
}
const ownRule = ({ stable, canary }: Weights): fc.Arbitrary<Rule> =>
  fc
    .record({
      around: surroundings,
      order: fc.array(fc.nat(100), { minLength: 3, maxLength: 3 }),
      port: fc.constantFrom(80, 9080),
      old: fc.boolean(),
      namespace: fc.boolean(),
      // Weight 1 may be written or left to the default.
      short: fc.boolean(),
    })
    .map(({ around, order, port, old, namespace, short }) => {
      const ref = (name: string, weight: number) => ({
        name,
        port,
        ...(namespace ? { namespace: 'prod', group: '', kind: 'Service' } : {}),
        ...(weight === 1 && short ? {} : { weight }),
      });
      const refs = [
        ref(STABLE, stable),
        ...(canary === undefined ? [] : [ref(CANARY, canary)]),
        ...(old ? [ref('jazz-v0', 0)] : []),
      ];
      const backendRefs = refs
        .map((value, index) => ({ value, key: order[index] ?? 0 }))
        .sort((a, b) => a.key - b.key)
        .map(({ value }) => value);
      return { ...around, backendRefs };
    });
const foreignRule = fc
  .record({ around: surroundings, backendRefs: foreignBackends })
  .map(({ around, backendRefs }): Rule => ({ ...around, ...(backendRefs === undefined ? {} : { backendRefs }) }));

const weights = {
  attached: fc.record({ stable: fc.integer({ min: 1, max: 10_000 }), canary: fc.nat(10_000) }),
  alone: fc.constantFrom(1, 100, 10_000).map((stable) => ({ stable, canary: undefined })),
};

function routes(split: fc.Arbitrary<Weights>): fc.Arbitrary<KubeObject> {
  return split
    .chain((given) =>
      fc.record({
        own: fc.array(ownRule(given), { minLength: 1, maxLength: 3 }),
        foreign: fc.array(foreignRule, { maxLength: 3 }),
        mix: fc.array(fc.nat(100), { minLength: 6, maxLength: 6 }),
        named: fc.boolean(),
        annotations: fc.option(
          fc.dictionary(
            fc.constantFrom('team', 'konghq.com/plugins', 'konghq.com/strip-path', 'mesh-canary.dev/journal', 'a/b~c'),
            fc.string(),
          ),
          { nil: undefined },
        ),
        labels: fc.option(fc.dictionary(fc.constantFrom('app', 'team'), word), {
          nil: undefined,
        }),
        extra: fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>,
        generation: fc.integer({ min: 1, max: 1000 }),
      }),
    )
    .map(({ own, foreign, mix, named, annotations, labels, extra, generation }): KubeObject => {
      const rules = [...own, ...foreign]
        .map((rule, index) => ({ rule: named ? { name: `rule-${index}`, ...rule } : rule, key: mix[index] ?? 0 }))
        .sort((a, b) => a.key - b.key)
        .map(({ rule }) => rule);
      return {
        apiVersion: 'gateway.networking.k8s.io/v1',
        kind: 'HTTPRoute',
        metadata: {
          name: 'dj',
          namespace: 'prod',
          resourceVersion: '1',
          generation,
          ...(labels === undefined ? {} : { labels }),
          ...(annotations === undefined ? {} : { annotations }),
        },
        spec: { parentRefs: [{ name: 'kong', namespace: 'kong' }], hostnames: ['dj.example.com'], rules, extra },
        status: { parents: [] },
      };
    });
}

/** A route whose rules of jazz all send to jazz-v1 alone (beside jazz-v0 at 0 in some). */
export const plainRoute = routes(weights.alone);
/** A route whose rules of jazz all carry one split between jazz-v1 and jazz-v2. */
export const splitRoute = routes(weights.attached);
export const anyRoute = fc.oneof(plainRoute, splitRoute);

/** The bytes of all that a patch of ours may not touch: no weight of the service, no canary, no journal. */
export function untouchable(object: KubeObject, alsoOurs: readonly string[] = []): string {
  const copy = structuredClone(object) as KubeObject & { metadata: { annotations?: Record<string, string> } };
  delete copy.metadata.annotations?.[JOURNAL_ANNOTATION];
  if (Object.keys(copy.metadata.annotations ?? {}).length === 0) delete copy.metadata.annotations;
  for (const rule of rulesOf(copy)) {
    if (rule.backendRefs === undefined) continue;
    rule.backendRefs = rule.backendRefs.filter(({ name }) => !alsoOurs.includes(name));
    for (const ref of rule.backendRefs) if (isJazz(ref.name)) delete ref.weight;
  }
  return JSON.stringify(copy);
}
