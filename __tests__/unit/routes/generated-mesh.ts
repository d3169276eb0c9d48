/** Routes of meshes as people write them: several rules and teams, retries, mirrors, time-outs, fields of other versions. */
import fc from 'fast-check';
import type { Json, KubeObject } from '../../../src/kube/objects.ts';
import { field, list } from '../../../src/kube/objects.ts';

type Member = Record<string, unknown>;

/** How a mesh writes what the generator thinks of. */
export interface Writing {
  readonly provider: string;
  readonly apiVersion: string;
  readonly kind: string;
  /** An entry of a rule's backends. */
  entry(name: string, form: number): Member;
  /** What surrounds the backends of a rule. */
  readonly surroundings: fc.Arbitrary<Member>;
  /** A whole rule. */
  rule(around: Member, entries: readonly Member[], index: number): Member;
  /** The spec with all rules; `cut` spreads them over two lists where the API has several. */
  spec(rules: readonly Member[], cut: number): Member;
  /** Every list of backends of an object. */
  lists(object: KubeObject): (readonly unknown[])[];
  name(entry: unknown): string;
  /** Rules of the object, lanes included. */
  rules(object: KubeObject): readonly unknown[];
  /** What all weights of one rule may add up to. */
  readonly most: number;
  readonly mostOfOne: number;
}

const unknown = fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>;
const word = fc.stringMatching(/^[a-z]{1,6}$/);

const istio: Writing = {
  provider: 'istio',
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  entry: (name, form) => {
    const versioned = /^(jazz|metal)-(v\d)$/.exec(name);
    if (form === 0 && versioned) return { destination: { host: versioned[1], subset: versioned[2] } };
    const host = form === 1 ? `${name}.prod.svc.cluster.local` : name;
    return { destination: { host, port: { number: 9080 } } };
  },
  surroundings: fc.record(
    {
      name: word,
      match: fc.array(
        fc.record(
          {
            uri: fc.record({ prefix: fc.constantFrom('/', '/dj', '/jazz') }),
            headers: fc.dictionary(fc.constantFrom('x-a', 'x-b'), fc.record({ exact: word })),
            sourceLabels: fc.dictionary(fc.constantFrom('app'), word),
          },
          { requiredKeys: [] },
        ),
        { minLength: 1, maxLength: 3 },
      ),
      retries: fc.record({ attempts: fc.nat(5), perTryTimeout: fc.constant('2s') }),
      timeout: fc.constantFrom('5s', '1m'),
      mirror: fc.record({ host: fc.constant('rock') }),
      headers: fc.record(
        {
          request: fc.record({ add: fc.dictionary(word, word) }),
          response: fc.record({ set: fc.dictionary(word, word), remove: fc.array(word, { maxLength: 2 }) }),
        },
        { requiredKeys: [] },
      ),
      fromTheFuture: unknown,
    },
    { requiredKeys: [] },
  ),
  rule: (around, entries) => ({ ...around, route: entries }),
  spec: (rules) => ({ hosts: ['jazz'], http: rules, tcp: [{ route: [{ destination: { host: 'rock' } }] }] }),
  lists: (object) => list(object, 'spec', 'http').map((rule) => list(rule, 'route')),
  name: (entry) => {
    const host = String(field(entry, 'destination', 'host')).split('.')[0]!;
    const subset = field(entry, 'destination', 'subset');
    return subset === undefined ? host : `${host}-${String(subset)}`;
  },
  rules: (object) => list(object, 'spec', 'http'),
  most: 2 ** 31,
  mostOfOne: 2 ** 31,
};

const kuma: Writing = {
  provider: 'kuma',
  apiVersion: 'kuma.io/v1alpha1',
  kind: 'MeshHTTPRoute',
  entry: (name, form) =>
    form === 0
      ? { kind: 'MeshService', name: `${name}_prod_svc_9080` }
      : form === 1
        ? { kind: 'MeshService', name, namespace: 'prod', port: 9080 }
        : {
            kind: 'MeshService',
            labels: { 'kuma.io/display-name': name, 'k8s.kuma.io/namespace': 'prod' },
            port: 9080,
          },
  surroundings: fc.record(
    {
      matches: fc.array(
        fc.record(
          {
            path: fc.record({ type: fc.constant('PathPrefix'), value: fc.constantFrom('/', '/dj', '/jazz') }),
            method: fc.constantFrom('GET', 'POST'),
            headers: fc.array(
              fc.record({ type: fc.constant('Exact'), name: fc.constantFrom('x-a', 'x-b'), value: word }),
              { maxLength: 2 },
            ),
          },
          { requiredKeys: ['path'] },
        ),
        { minLength: 1, maxLength: 3 },
      ),
      filters: fc.array(
        fc.oneof(
          fc.record({
            type: fc.constant('RequestMirror'),
            requestMirror: fc.record({ backendRef: fc.constant({ kind: 'MeshService', name: 'rock' }) }),
          }),
          fc.record({
            type: fc.constant('RequestHeaderModifier'),
            requestHeaderModifier: fc.record({ remove: fc.array(word, { maxLength: 2 }) }),
          }),
        ),
        { minLength: 1, maxLength: 2 },
      ),
      fromTheFuture: unknown,
    },
    { requiredKeys: ['matches'] },
  ),
  rule: ({ filters, ...around }, backendRefs) => ({
    ...around,
    default: { ...(filters === undefined ? {} : { filters }), backendRefs },
  }),
  spec: (rules, cut) => ({
    targetRef: { kind: 'Mesh' },
    to: [rules.slice(0, cut), rules.slice(cut)]
      .filter((part) => part.length > 0)
      .map((part, index) => ({ targetRef: { kind: 'MeshService', name: `apex-${index}` }, rules: part })),
  }),
  lists: (object) =>
    list(object, 'spec', 'to').flatMap((to) => list(to, 'rules').map((rule) => list(rule, 'default', 'backendRefs'))),
  name: (entry) =>
    String(field(entry, 'labels', 'kuma.io/display-name') ?? field(entry, 'name')).replace(/_prod_svc_9080$/, ''),
  rules: (object) => list(object, 'spec', 'to').flatMap((to) => list(to, 'rules')),
  most: 2 ** 32 - 1,
  mostOfOne: 2 ** 32 - 1,
};

const protocols = ['httpRoute', 'http2Route', 'grpcRoute'] as const;
const appMesh: Writing = {
  provider: 'app-mesh',
  apiVersion: 'appmesh.k8s.aws/v1beta2',
  kind: 'VirtualRouter',
  entry: (name, form) => ({
    virtualNodeRef: form === 1 ? { name, namespace: 'prod' } : { name },
    ...(form === 2 ? { port: 9080 } : {}),
  }),
  surroundings: fc.record(
    {
      protocol: fc.constantFrom(...protocols),
      priority: fc.integer({ min: 30, max: 1000 }),
      match: fc.record(
        {
          prefix: fc.constantFrom('/', '/dj', '/jazz'),
          headers: fc.array(fc.record({ name: fc.constantFrom('x-a', 'x-b'), match: fc.record({ exact: word }) }), {
            minLength: 1,
            maxLength: 3,
          }),
          port: fc.constant(9080),
        },
        { requiredKeys: ['prefix'] },
      ),
      retryPolicy: fc.record({
        maxRetries: fc.nat(3),
        perRetryTimeout: fc.constant({ unit: 's', value: 1 }),
        httpRetryEvents: fc.constant(['server-error']),
      }),
      timeout: fc.record({ perRequest: fc.record({ unit: fc.constant('s'), value: fc.nat(9) }) }),
      fromTheFuture: unknown,
    },
    { requiredKeys: ['protocol', 'match'] },
  ),
  rule: ({ protocol, priority, ...around }, weightedTargets, index) => ({
    name: `route-${index}`,
    ...(priority === undefined ? {} : { priority }),
    [String(protocol)]: {
      ...around,
      action: { weightedTargets: weightedTargets.map((entry) => ({ weight: 0, ...entry })) },
    },
  }),
  spec: (routes) => ({ awsName: 'x', listeners: [{ portMapping: { port: 9080, protocol: 'http' } }], routes }),
  lists: (object) =>
    list(object, 'spec', 'routes').flatMap((route) =>
      protocols.map((protocol) => list(route, protocol, 'action', 'weightedTargets')),
    ),
  name: (entry) => String(field(entry, 'virtualNodeRef', 'name')),
  rules: (object) => list(object, 'spec', 'routes'),
  most: 100,
  mostOfOne: 100,
};

export const writings: readonly Writing[] = [istio, kuma, appMesh];

const isOurs = (name: string) => name.startsWith('jazz');

/** A route of a mesh: rules of jazz with one split, rules of others, in any order, and what an object carries besides. */
export function meshRoute(writing: Writing, split: 'alone' | 'split'): fc.Arbitrary<KubeObject> {
  const small = writing.most === 100;
  const own = fc.record({
    around: writing.surroundings,
    form: fc.nat(2),
    old: fc.boolean(),
    order: fc.array(fc.nat(9), { minLength: 3, maxLength: 3 }),
  });
  const foreign = fc.record({
    around: writing.surroundings,
    form: fc.nat(2),
    entries: fc.uniqueArray(
      fc.record({ name: fc.constantFrom('metal-v1', 'metal-v2', 'rock'), weight: fc.integer({ min: 1, max: 30 }) }),
      { selector: ({ name }) => name, minLength: 1, maxLength: 3 },
    ),
  });
  return fc
    .record({
      stable: fc.integer({ min: 1, max: small ? 60 : 10_000 }),
      canary: fc.nat(small ? 40 : 10_000),
      own: fc.array(own, { minLength: 1, maxLength: 3 }),
      foreign: fc.array(foreign, { maxLength: 3 }),
      mix: fc.array(fc.nat(99), { minLength: 6, maxLength: 6 }),
      cut: fc.nat(6),
      annotations: fc.option(
        fc.dictionary(fc.constantFrom('team', 'a/b~c', 'mesh-canary.dev/journal'), fc.string({ maxLength: 8 })),
        { nil: undefined },
      ),
      labels: fc.option(fc.dictionary(fc.constantFrom('app', 'team'), word), { nil: undefined }),
      generation: fc.integer({ min: 1, max: 999 }),
      extra: unknown,
    })
    .map((given): KubeObject => {
      const weights: [string, number][] = [
        ['jazz-v1', given.stable],
        ...(split === 'split' ? ([['jazz-v2', given.canary]] as [string, number][]) : []),
      ];
      const rules = [
        ...given.own.map(({ around, form, old, order }) => ({
          around,
          entries: [...weights, ...(old ? ([['jazz-v0', 0]] as [string, number][]) : [])]
            .map(([name, weight], index) => ({
              entry: { ...writing.entry(name, form), weight },
              key: order[index] ?? 0,
            }))
            .sort((a, b) => a.key - b.key)
            .map(({ entry }) => entry),
        })),
        ...given.foreign.map(({ around, form, entries }) => ({
          around,
          entries: entries.map(({ name, weight }) => ({ ...writing.entry(name, form), weight })),
        })),
      ]
        .map((rule, index) => ({ rule, key: given.mix[index] ?? 0 }))
        .sort((a, b) => a.key - b.key)
        .map(({ rule: { around, entries } }, index) => writing.rule(around, entries, index));
      const { annotations, labels, generation, extra } = given;
      return {
        apiVersion: writing.apiVersion,
        kind: writing.kind,
        metadata: {
          name: 'dj',
          namespace: 'prod',
          resourceVersion: '1',
          generation,
          ...(labels === undefined ? {} : { labels }),
          ...(annotations === undefined ? {} : { annotations }),
        },
        spec: { ...writing.spec(rules, given.cut), extra },
        status: { theirs: true },
      };
    });
}

/** The bytes of all that a patch of ours may not touch: no weight of jazz, no canary where it is ours, no journal. */
export function untouchable(writing: Writing, object: KubeObject, alsoOurs: readonly string[] = []): string {
  const copy = structuredClone(object) as KubeObject & { metadata: { annotations?: Record<string, string> } };
  delete copy.metadata.annotations?.['mesh-canary.dev/journal'];
  if (Object.keys(copy.metadata.annotations ?? {}).length === 0) delete copy.metadata.annotations;
  for (const entries of writing.lists(copy) as Member[][]) {
    for (let index = entries.length - 1; index >= 0; index -= 1) {
      const name = writing.name(entries[index]);
      if (alsoOurs.includes(name)) entries.splice(index, 1);
      else if (isOurs(name)) delete entries[index]!['weight'];
    }
  }
  return JSON.stringify(copy);
}
