/** What no object, however it was written, may suffer from a provider of a mesh. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { applyPatch, PatchFailed } from '../../../src/kube/json-patch.ts';
import { JOURNAL_ANNOTATION, LANE_HEADER } from '../../../src/kube/names.ts';
import type { KubeObject } from '../../../src/kube/objects.ts';
import { field } from '../../../src/kube/objects.ts';
import { providerFor } from '../../../src/routes/index.ts';
import { meshRoute, untouchable, writings } from './generated-mesh.ts';

const jazz = { stable: 'jazz-v1', canary: 'jazz-v2' };
const tokens = { stable: 'run-1-s', canary: 'run-1-c' };
const isJazz = (name: string) => name === 'jazz' || name.startsWith('jazz-v');
const share = fc.oneof(
  fc.constantFrom(0, 0.5, 1, 99.5, 100),
  fc.double({ min: 0, max: 100, noNaN: true }).map((x) => x + 0),
);

/** Of each property and provider: they share the generator. */
const runs = { numRuns: 40 };

describe.each(await writings())('patches of %s', (name, writing) => {
  const provider = providerFor(name);
  const find = (object: KubeObject) => provider.weights.find([object], 'jazz', isJazz);
  const guardOf = ({ metadata: { generation, annotations } }: KubeObject) => {
    const journal = annotations?.[JOURNAL_ANNOTATION];
    return { ...(generation === undefined ? {} : { generation }), ...(journal === undefined ? {} : { journal }) };
  };
  const attach = (object: KubeObject, journal = 'J') =>
    applyPatch(object, provider.weights.attach(find(object), jazz, guardOf(object), journal));
  const shift = (object: KubeObject, to: number) =>
    applyPatch(object, provider.weights.shift(find(object), jazz, to, guardOf(object), 'J'));
  const withLanes = (object: KubeObject) => {
    const lanes = provider.lanes.open(find(object), jazz, tokens, guardOf(object));
    return applyPatch(object, 'patch' in lanes ? lanes.patch : []);
  };
  const weights = (object: KubeObject) =>
    writing
      .lists(object)
      .filter((entries) => entries.length > 0)
      .map((entries) => entries.map((entry) => Number(field(entry, 'weight') ?? 0)));
  const inRules = provider.facts.lanes === 'rules' ? it : it.skip;
  const plain = meshRoute(writing, 'alone');
  const split = meshRoute(writing, 'split');

  it('attach leaves every other byte as it was, gives the canary nothing, and is idempotent', () => {
    fc.assert(
      fc.property(plain, fc.string(), (object, journal) => {
        const once = attach(object, journal);
        expect(untouchable(writing, once, ['jazz-v2'])).toBe(untouchable(writing, object, ['jazz-v2']));
        expect(provider.weights.read(find(once)).weights).toMatchObject({
          'jazz-v1': provider.facts.limits.sum,
          'jazz-v2': 0,
        });
        expect(attach(once, journal)).toEqual(once);
      }),
      runs,
    );
  });

  it('shift leaves every other byte as it was, and is read back as the quantised share', () => {
    fc.assert(
      fc.property(split, share, (object, to) => {
        const shifted = shift(object, to);
        expect(untouchable(writing, shifted)).toBe(untouchable(writing, object));
        const { stable, canary } = provider.weights.quantise(to);
        expect(provider.weights.read(find(shifted)).weights).toMatchObject({ 'jazz-v1': stable, 'jazz-v2': canary });
        expect(canary > 0).toBe(to > 0);
        expect(stable > 0).toBe(to < 100);
      }),
      runs,
    );
  });

  it('never break the limits of the API, lanes included', () => {
    fc.assert(
      fc.property(split, share, (object, to) => {
        for (const after of [attach(object), shift(object, to), withLanes(attach(object))]) {
          for (const rule of weights(after)) {
            for (const weight of rule) {
              expect(Number.isInteger(weight)).toBe(true);
              expect(weight).toBeGreaterThanOrEqual(0);
              expect(weight).toBeLessThanOrEqual(writing.mostOfOne);
            }
            expect(rule.reduce((a, b) => a + b)).toBeLessThanOrEqual(writing.most);
          }
        }
      }),
      runs,
    );
  });

  it('detach after a return leaves no trace of the canary', () => {
    fc.assert(
      fc.property(split, (object) => {
        const returned = shift(object, 0);
        const detached = applyPatch(
          returned,
          provider.weights.detach(find(returned), 'jazz-v2', guardOf(returned), 'J'),
        );
        expect(untouchable(writing, detached)).toBe(untouchable(writing, object, ['jazz-v2']));
        expect(provider.weights.read(find(detached)).shares).toMatchObject({ 'jazz-v1': 100 });
      }),
      runs,
    );
  });

  inRules('lanes leave every rule as it was, and go without a trace, whatever was shifted in between', () => {
    fc.assert(
      fc.property(plain, share, (object, to) => {
        const attached = attach(object);
        const laned = withLanes(attached);
        const lanes = writing.rules(laned).filter((rule) => JSON.stringify(rule).includes('run-1-'));
        expect(lanes).toHaveLength(2 * find(attached).rules.length);
        expect(writing.rules(laned)).toHaveLength(writing.rules(attached).length + lanes.length);
        const shifted = shift(laned, to);
        // Never weighted again: a lane is the same bytes at every weight.
        expect(writing.rules(shifted).filter((rule) => JSON.stringify(rule).includes('run-1-'))).toEqual(lanes);
        const gone = applyPatch(shifted, provider.lanes.close(find(shifted), guardOf(shifted)));
        expect(JSON.stringify(gone)).toBe(JSON.stringify(shift(attached, to)));
      }),
      runs,
    );
  });

  inRules('lanes match nothing without their token', () => {
    fc.assert(
      fc.property(plain, (object) => {
        for (const rule of writing.rules(withLanes(attach(object)))) {
          const text = JSON.stringify(rule);
          if (!text.includes('run-1-')) continue;
          const version = text.includes('run-1-c') ? 'jazz-v2' : 'jazz-v1';
          const lists = writing.lists({ ...object, spec: writing.alone(rule) }).filter(({ length }) => length > 0);
          expect(lists.flat().map(writing.name)).toEqual([version]);
          for (const match of writing.matches(rule)) expect(JSON.stringify(match)).toContain(`"${LANE_HEADER}"`);
        }
      }),
      runs,
    );
  });

  it('a guarded patch fails when anybody changed the spec or the journal in between', () => {
    fc.assert(
      fc.property(split, share, (object, to) => {
        const later = {
          ...object,
          metadata: { ...object.metadata, generation: (object.metadata.generation ?? 0) + 1 },
        };
        const lanes = provider.lanes.open(find(object), jazz, tokens, guardOf(object));
        for (const patch of [
          provider.weights.shift(find(object), jazz, to, guardOf(object), 'J'),
          provider.weights.attach(find(object), jazz, guardOf(object), 'J'),
          'patch' in lanes ? lanes.patch : [],
        ]) {
          expect(() => applyPatch(later, patch)).toThrow(PatchFailed);
        }
        const theirs = attach(object, 'theirs');
        expect(() =>
          applyPatch(theirs, provider.weights.shift(find(theirs), jazz, to, { journal: 'ours' }, 'J')),
        ).toThrow(PatchFailed);
      }),
      runs,
    );
  });

  it('a prepared return goes through on any later generation, whatever the weights became', () => {
    fc.assert(
      fc.property(split, share, (object, to) => {
        fc.pre(object.metadata.annotations !== undefined);
        const prepared = provider.weights.shift(find(object), jazz, 0, {}, 'returned');
        const moved = shift(object, to);
        const later = { ...moved, metadata: { ...moved.metadata, generation: (object.metadata.generation ?? 0) + 7 } };
        const returned = applyPatch(later, prepared);
        expect(provider.weights.read(find(returned)).weights).toMatchObject({
          'jazz-v1': provider.facts.limits.sum,
          'jazz-v2': 0,
        });
        expect(untouchable(writing, returned)).toBe(untouchable(writing, later));
      }),
      runs,
    );
  });
});
