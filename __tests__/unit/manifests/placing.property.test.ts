import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { field, type KubeObject, nameOf, strings } from '../../../src/kube/objects.ts';
import { placeObjects } from '../../../src/manifests/placing.ts';
import { PLACING, type PlacingRow, type When } from '../../../src/manifests/placing-table.ts';
import { keyOf } from '../../../src/services/app/identity.ts';
import { podReferences } from '../../../src/services/app/pod-references.ts';
import { catchesOf, caught, isExclusive } from '../../../src/services/app/selectors.ts';
import { type Beside, besideStable } from '../../../src/services/beside.ts';
import { reachOf } from '../../../src/services/reach.ts';
import { changes, type GeneratedWorld, NAMESPACE, worlds } from '../services/app/world.ts';

const RUNS = 500;
const DEFERS: ReadonlySet<When> = new Set<When>(['at-promotion', 'with-canary']);

interface Before {
  readonly world: GeneratedWorld;
  readonly beside: Beside;
  /** What the API server holds at the last moment before promotion. */
  readonly held: readonly KubeObject[];
}

/** Everything a release writes before its last weight is proved, applied in memory. */
function untilPromotion(world: GeneratedWorld, table: readonly PlacingRow[] = PLACING): Before {
  const placed = placeObjects({
    manifests: world.manifests,
    live: world.live,
    namespace: NAMESPACE,
    home: 'orders',
    homeService: 'orders',
    serving: [world.serving],
    wouldChange: changes(world.live),
    table,
  });
  const objects = (when: string) => placed.filter((one) => one.when === when).map(({ object }) => object);
  const beside = besideStable({
    service: 'orders',
    version: 'v2',
    home: world.home,
    homeService: world.homeService,
    serving: world.serving,
    live: world.live,
    manifests: world.manifests,
    withCanary: objects('with-canary'),
  });
  // a migration runs as a copy of its own name, and nothing selects its pods
  const written = [...objects('before'), ...beside.objects];
  const held = new Map([...world.live, ...written].map((object) => [keyOf(object), object]));
  return { world, beside, held: [...held.values()] };
}

/** What the serving pods meet otherwise than before, or what of the app runs anew: one line each, none where the rule holds. */
function breaches({ world, beside, held }: Before): string[] {
  const [was, is] = [reachOf(world.live, [world.serving]), reachOf(held, [world.serving])];
  const text = new Map(world.live.map((object) => [keyOf(object), JSON.stringify(object)]));
  const own = new Set(beside.objects.map(keyOf));
  return [
    ...is.all
      .filter(
        ({ ref }) => held.some((object) => keyOf(object) === keyOf(ref)) && !(was.has(ref) && text.has(keyOf(ref))),
      )
      .filter(({ ref, why }) => !(own.has(keyOf(ref)) && why === 'decides who may call whom'))
      .map(({ ref, why }) => `${nameOf(ref)} is new and ${why}`),
    ...held
      .filter((object) => text.has(keyOf(object)) && text.get(keyOf(object)) !== JSON.stringify(object))
      .map((object) => `${nameOf(object)} is changed`),
    ...held
      .filter(({ kind }) => /^(CronJob|HTTPRoute|Ingress)$/.test(kind) || kind.includes('Webhook'))
      .filter((object) => !text.has(keyOf(object)))
      .map((object) => `${nameOf(object)} runs or steers before its time`),
  ];
}

describe('until the last weight is proved', () => {
  it('nothing reachable from the serving pods changes, and nothing that is live', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        expect(breaches(untilPromotion(world))).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });

  it("no selector that sends to, runs or counts stable's pods has the canary's", () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const { beside, held } = untilPromotion(world);
        const stable = strings(world.serving, 'spec', 'template', 'metadata', 'labels');
        const selectors = [...held, ...world.manifests].flatMap(catchesOf).filter(isExclusive);
        const both = selectors.filter(
          (one) =>
            caught(one, NAMESPACE, beside.podLabels) &&
            (caught(one, NAMESPACE, stable) || !beside.objects.includes(one.object)),
        );
        expect(both.map(({ object }) => nameOf(object))).toEqual([]);
        expect(catchesOf(beside.deployment).some((one) => caught(one, NAMESPACE, beside.podLabels))).toBe(true);
        expect(catchesOf(beside.service).some((one) => caught(one, NAMESPACE, beside.podLabels))).toBe(true);
      }),
      { numRuns: RUNS },
    );
  });

  it("what polices stable's pods polices the canary's, or is named", () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const { beside, held } = untilPromotion(world);
        const stable = strings(world.serving, 'spec', 'template', 'metadata', 'labels');
        const named = new Set(beside.findings.map(({ object }) => keyOf(object)));
        const covers = (role: string, labels: Readonly<Record<string, string>>) =>
          held.filter((object) => catchesOf(object).some((one) => one.role === role && caught(one, NAMESPACE, labels)));
        for (const role of ['polices', 'peers', 'monitors']) {
          const lost = covers(role, stable).filter(
            (object) => !covers(role, beside.podLabels).includes(object) && !named.has(keyOf(object)),
          );
          // a policy that is not named has a copy
          const copies = beside.objects.filter(({ kind }) => kind === 'NetworkPolicy');
          expect(lost.every(({ kind }) => role === 'polices' && kind === 'NetworkPolicy' && copies.length > 0)).toBe(
            true,
          );
        }
      }),
      { numRuns: RUNS },
    );
  });

  it("every reference of the canary's pods is to an object that is there", () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const { beside, held } = untilPromotion(world);
        const there = new Set(held.map(keyOf));
        const missing = podReferences(field(beside.deployment, 'spec', 'template', 'spec'), NAMESPACE)
          .filter(({ ref, optional }) => !optional && !there.has(keyOf(ref)) && ref.name !== 'default')
          .map(({ ref }) => nameOf(ref));
        expect(missing).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });

  it('a second run makes the same of a world that has the copies', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const first = untilPromotion(world);
        const second = untilPromotion({ ...world, live: first.held });
        expect(second.beside.objects).toEqual(first.beside.objects);
        expect(breaches({ ...second, world: { ...world, live: first.held } })).toEqual([]);
      }),
      { numRuns: RUNS / 2 },
    );
  });
});

/** Every row of the table that defers anything, taken out one by one. */
const deferring = PLACING.filter(({ when }) => Object.values(when).some((place) => DEFERS.has(place))).map(
  ({ id }) => id,
);

function without(id: string): readonly PlacingRow[] {
  const first = (place: When): When => (DEFERS.has(place) ? 'before' : place);
  return PLACING.map((row) => {
    if (row.id !== id) return row;
    const { fresh, joining, changed } = row.when;
    return { ...row, when: { fresh: first(fresh), joining: first(joining), changed: first(changed) } };
  });
}

describe('the rule is broken as soon as one deferral is taken out', () => {
  it.each(deferring)('%s', (id) => {
    const table = without(id);
    const broken = fc.check(
      fc.property(worlds, (world) => breaches(untilPromotion(world, table)).length === 0),
      { numRuns: RUNS, endOnFailure: true },
    );
    expect(broken.failed).toBe(true);
  });
});
