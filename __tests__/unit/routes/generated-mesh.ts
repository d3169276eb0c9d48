/** Routes of meshes as people write them: several rules and teams, retries, mirrors, time-outs, fields of other versions. */
import { existsSync } from 'node:fs';
import fc from 'fast-check';
import type { CrdSet } from '../../../lab/control-plane/crds.ts';
import type { Json, KubeObject } from '../../../src/kube/objects.ts';
import { providers } from '../../../src/routes/index.ts';

type Member = Record<string, unknown>;

/** How a mesh writes what the generator thinks of. */
export interface Writing {
  readonly apiVersion: string;
  readonly kind: string;
  /** Definitions of the kind in the lab. */
  readonly crds: CrdSet;
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
  /** A spec that holds the given rule alone. */
  alone(rule: unknown): object;
  /** Everything that must match for a rule to apply; each alone is enough where there are several. */
  matches(rule: unknown): readonly unknown[];
  /** What all weights of one rule may add up to. */
  readonly most: number;
  readonly mostOfOne: number;
}

export const unknown = fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>;
export const word = fc.stringMatching(/^[a-z]{1,6}$/);

/** The writings there are, by the provider's name: `writing.ts` beside its fixtures. */
export async function writings(): Promise<readonly (readonly [string, Writing])[]> {
  const found = await Promise.all(
    providers.map(async ({ facts: { name } }) => {
      const file = new URL(`../../fixtures/routes/${name}/writing.js`, import.meta.url);
      if (!existsSync(file)) return [];
      const { writing } = (await import(file.href)) as { readonly writing: Writing };
      return [[name, writing] as const];
    }),
  );
  return found.flat();
}

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
