import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { applyPatch, PatchFailed } from '../../../../src/kube/json-patch.ts';
import { JOURNAL_ANNOTATION } from '../../../../src/kube/names.ts';
import type { KubeObject } from '../../../../src/kube/objects.ts';
import { gatewayApi } from '../../../../src/routes/providers/gateway-api/index.ts';
import type { RouteRef } from '../../../../src/routes/types.ts';
import { anyRoute, isJazz, plainRoute, rulesOf, splitRoute, untouchable } from '../generated.ts';

const jazz = { stable: 'jazz-v1', canary: 'jazz-v2' };
const share = fc.oneof(
  fc.constantFrom(0, 100, 0.001, 99.9999),
  fc.double({ min: 0, max: 100, noNaN: true }).map((value) => value + 0),
);
const find = (object: KubeObject): RouteRef => gatewayApi.weights.find([object], 'jazz', isJazz);
const guardOf = (object: KubeObject) => {
  const { generation, annotations } = object.metadata;
  const journal = annotations?.[JOURNAL_ANNOTATION];
  return { ...(generation === undefined ? {} : { generation }), ...(journal === undefined ? {} : { journal }) };
};
const attach = (object: KubeObject, journal = 'J') =>
  applyPatch(object, gatewayApi.weights.attach(find(object), jazz, guardOf(object), journal));
const shift = (object: KubeObject, to: number, guard = guardOf(object)) =>
  applyPatch(object, gatewayApi.weights.shift(find(object), jazz, to, guard, 'J'));

describe('patches of the gateway-api provider', () => {
  it('attach leaves every other byte as it was, and gives the canary nothing', () => {
    fc.assert(
      fc.property(plainRoute, fc.string(), (object, journal) => {
        const attached = attach(object, journal);
        expect(untouchable(attached, ['jazz-v2'])).toBe(untouchable(object, ['jazz-v2']));
        expect(gatewayApi.weights.read(find(attached)).weights).toMatchObject({ 'jazz-v1': 10_000, 'jazz-v2': 0 });
        expect(attached.metadata.annotations?.[JOURNAL_ANNOTATION]).toBe(journal);
      }),
    );
  });

  it('attach is idempotent', () => {
    fc.assert(
      fc.property(anyRoute, (object) => {
        const once = attach(object);
        expect(attach(once)).toEqual(once);
        const writes = gatewayApi.weights.attach(find(once), jazz, {}, 'J').filter(({ op }) => op !== 'test');
        expect(writes).toEqual([{ op: 'add', path: '/metadata/annotations/mesh-canary.dev~1journal', value: 'J' }]);
      }),
    );
  });

  it('shift leaves every other byte as it was, and is read back as the quantised share in every rule', () => {
    fc.assert(
      fc.property(splitRoute, share, (object, to) => {
        const shifted = shift(object, to);
        expect(untouchable(shifted)).toBe(untouchable(object));
        const { stable, canary } = gatewayApi.weights.quantise(to);
        expect(gatewayApi.weights.read(find(shifted)).weights).toMatchObject({ 'jazz-v1': stable, 'jazz-v2': canary });
        for (const { backends } of find(shifted).rules) {
          expect(backends.find(({ name }) => name === 'jazz-v1')?.weight).toBe(stable);
          expect(backends.find(({ name }) => name === 'jazz-v2')?.weight).toBe(canary);
        }
        expect(Math.abs(canary / 100 - to)).toBeLessThanOrEqual(gatewayApi.facts.limits.smallestStep);
      }),
    );
  });

  it('detach after a return leaves no trace of the canary, and every other byte as it was', () => {
    fc.assert(
      fc.property(splitRoute, (object) => {
        const returned = shift(object, 0);
        const detached = applyPatch(
          returned,
          gatewayApi.weights.detach(find(returned), 'jazz-v2', guardOf(returned), 'J'),
        );
        expect(untouchable(detached)).toBe(untouchable(object, ['jazz-v2']));
        expect(gatewayApi.weights.read(find(detached)).shares).toMatchObject({ 'jazz-v1': 100 });
        expect(JSON.stringify(detached)).not.toContain('jazz-v2');
      }),
    );
  });

  it('attach and detach undo each other', () => {
    fc.assert(
      fc.property(plainRoute, (object) => {
        const attached = attach(object);
        const detached = applyPatch(
          attached,
          gatewayApi.weights.detach(find(attached), 'jazz-v2', guardOf(attached), 'J'),
        );
        expect(untouchable(detached)).toBe(untouchable(object));
      }),
    );
  });

  it('a guarded patch fails when anybody changed the spec in between', () => {
    fc.assert(
      fc.property(splitRoute, share, (object, to) => {
        const later: KubeObject = {
          ...object,
          metadata: { ...object.metadata, generation: (object.metadata.generation ?? 0) + 1 },
        };
        for (const patch of [
          gatewayApi.weights.shift(find(object), jazz, to, guardOf(object), 'J'),
          gatewayApi.weights.attach(find(object), jazz, guardOf(object), 'J'),
        ]) {
          expect(() => applyPatch(later, patch)).toThrow(PatchFailed);
        }
      }),
    );
  });

  it('a patch without a generation fails when backends of the service were renamed or moved', () => {
    fc.assert(
      fc.property(splitRoute, share, fc.nat(), fc.boolean(), (object, to, which, rename) => {
        const patch = gatewayApi.weights.shift(find(object), jazz, to, {}, 'J');
        const changed = structuredClone(object);
        const own = rulesOf(changed).filter(({ backendRefs }) => backendRefs?.some(({ name }) => name === 'jazz-v1'));
        const refs = own[which % own.length]!.backendRefs!;
        if (rename) refs.find(({ name }) => name === 'jazz-v2')!.name = 'jazz-v7';
        else refs.unshift(refs.pop()!);
        expect(() => applyPatch(changed, patch)).toThrow(PatchFailed);
      }),
    );
  });

  it('a patch is stopped by a journal another run has written', () => {
    fc.assert(
      fc.property(splitRoute, fc.string(), fc.string(), (object, read, written) => {
        fc.pre(read !== written);
        const theirs = attach(object, written);
        expect(() => shift(theirs, 50, { journal: read })).toThrow(PatchFailed);
      }),
    );
  });

  it('the first journal of a route never wipes an annotation somebody adds in between', () => {
    fc.assert(
      fc.property(plainRoute, (object) => {
        fc.pre(object.metadata.annotations === undefined);
        const patch = gatewayApi.weights.attach(find(object), jazz, guardOf(object), 'J');
        const later = {
          ...object,
          metadata: { ...object.metadata, resourceVersion: '2', annotations: { theirs: 'x' } },
        };
        expect(() => applyPatch(later, patch)).toThrow(PatchFailed);
      }),
    );
  });

  it('a prepared return goes through on any later generation, whatever the weights, foreign rules and annotations became', () => {
    fc.assert(
      fc.property(splitRoute, share, fc.integer({ min: 1, max: 9 }), fc.string(), (object, to, generations, note) => {
        fc.pre(object.metadata.annotations !== undefined);
        const prepared = gatewayApi.weights.shift(find(object), jazz, 0, {}, 'returned');
        const later = shift(object, to) as KubeObject & {
          metadata: { generation: number; annotations: Record<string, string> };
        };
        later.metadata.generation += generations;
        later.metadata.annotations['note'] = note;
        rulesOf(later).push({ backendRefs: [{ name: 'metal-v9', port: 1, weight: 3 }] });
        const returned = applyPatch(later, prepared);
        expect(gatewayApi.weights.read(find(returned)).weights).toMatchObject({ 'jazz-v1': 10_000, 'jazz-v2': 0 });
        expect(untouchable(returned)).toBe(untouchable(later));
      }),
    );
  });
});
