/** Somebody else writes weights while a release observes: it stops and leaves them alone, or goes on with them. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectExit } from './support/exit-paths.ts';
import { resourceVersions } from './support/identity.ts';
import type { Place } from './support/world.ts';
import { leftovers, World } from './support/world.ts';

const LONG = 5 * 60_000;
let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world?.stop());

const canaryWeight = async (place: Place) => (await place.weights())[0]?.['jazz-v2'] ?? 0;

/** v1 of two services serves, and the input that brings v2 of one of them. */
async function begun() {
  const place = await (await world.place({ services: ['jazz', 'metal'] })).serving({ env: { APP_VERSION: 'v1' } });
  const manifests = place.write('v2.yaml', ...place.version('v2', { env: { APP_VERSION: 'v2' } }));
  const release = { services: 'jazz', version: 'v2', manifests, identify: 'header:x-app-version', 'pre-flight': '0' };
  return { place, release };
}

/** Both weights in one write, as a person or another tool would. */
async function writes(place: Place, stable: number, canary: number): Promise<void> {
  const patch = [stable, canary].map((value, index) => ({
    op: 'replace',
    path: `/spec/rules/0/backendRefs/${index}/weight`,
    value,
  }));
  const target = ['patch', 'httproute', 'jazz', '-n', place.namespace, '--type=json'];
  await world.lab.kubectl([...target, '-p', JSON.stringify(patch)]);
}

/** All that is in a place, beside the route that is written and what a run makes for itself. */
async function objectsOf(place: Place): Promise<Record<string, string>> {
  const not = [`HTTPRoute/${place.namespace}/jazz`, 'mesh-canary'];
  const all = Object.entries(await resourceVersions(world));
  return Object.fromEntries(
    all.filter(([name]) => name.includes(`/${place.namespace}/`) && !not.some((other) => name.includes(other))),
  );
}

describe('a conflicting writer in the middle of a step', () => {
  it(
    'stops the release, which touches nothing else; a rollback after it returns all the same',
    async () => {
      const { place, release } = await begun();
      const running = place.start({ ...release, 'canary-weight': '10,50', 'min-step': '2m' });
      await running.sees(/Observe 10 %/);
      await writes(place, 6000, 4000);
      const theirs = await place.liveRoute();
      const before = await objectsOf(place);
      expect(Object.keys(before)).toContain(`HTTPRoute/${place.namespace}/metal`);
      const result = await running.finished;
      expectExit(result, 'deploy', 'somebody else wrote the weights or the journal', {
        reason: /^someone else set the weights of HTTPRoute .*jazz: jazz-v2 has 40 %, this run wrote 10 %/,
        weight: '40',
        traffic: /^jazz: left as someone else wrote it/,
      });
      expect(result.outputs['failed-step']).toBe('weight 10');
      expect(await objectsOf(place)).toEqual(before);
      const after = await place.liveRoute();
      expect([after.spec, after.metadata.annotations]).toEqual([theirs.spec, theirs.metadata.annotations]);
      expect(await place.weights()).toEqual([{ 'jazz-v1': 6000, 'jazz-v2': 4000 }]);
      expect(await leftovers(place)).toEqual([]);

      const returned = await place.deploy({ command: 'rollback', services: 'jazz' });
      expectExit(returned, 'rollback', 'returned and seen on the public path', {
        reason: /^returned to jazz-v1/,
        weight: '0',
        traffic: /^jazz: all requests go to jazz-v1 again, proved: 40 requests in a row were answered by jazz-v1/,
      });
      expect(returned.log).toMatch(
        /somebody else changed the route \(jazz-v2 has 40 %(25)?, and the journal says 10 %(25)?\)/,
      );
      expect(await place.weights()).toEqual([{ 'jazz-v1': 10_000 }]);
      expect(await place.count(40)).toEqual({ '["jazz v1"]': 40 });
    },
    LONG,
  );

  it(
    'with on-drift: adopt the release goes on from their weight and is promoted',
    async () => {
      const { place, release } = await begun();
      const running = place.start({ ...release, 'canary-weight': '10,50,100', 'min-step': '5s', 'on-drift': 'adopt' });
      await running.sees(/Observe 10 %/);
      await writes(place, 6000, 4000);
      await running.sees(/was changed by someone else and is taken over: jazz-v2 has 40 %(25)?, this run wrote 10 %/);
      const seen = new Set<number>();
      await place.until(async () => {
        seen.add(await canaryWeight(place));
        return seen.has(5000) || seen.has(10_000);
      });
      // Neither put back to what the release had asked for, nor returned in between.
      expect([...seen].filter((weight) => weight < 4000)).toEqual([]);
      const result = await running.finished;
      expectExit(result, 'deploy', 'last weight is 100 and proved', {
        reason: /^jazz-v2 passed every step/,
        weight: '100',
        traffic: /^all requests go to jazz-v2, proved by \d+ answers/,
      });
      expect(result.log).toMatch(/10 %(25)?: effective 40 %/);
      expect(await place.weights()).toEqual([{ 'jazz-v1': 0, 'jazz-v2': 10_000 }]);
      expect(await place.count(40)).toEqual({ '["jazz v2"]': 40 });
    },
    LONG,
  );
});
