import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectExit, expectKilled } from './support/exit-paths.ts';
import type { Place } from './support/world.ts';
import { leftovers, World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world?.stop());

const given = (place: Place, more: Record<string, string> = {}) => ({
  namespace: place.namespace,
  services: place.services.join(','),
  ...more,
});
const rollback = (place: Place, more: Record<string, string> = {}) =>
  world.run({ command: 'rollback', ...given(place, more) }, place.workspace);
const status = (place: Place) => world.run({ command: 'status', namespace: place.namespace }, place.workspace);

/** A release that was killed at 30 %. */
async function dead(): Promise<Place> {
  const place = await (await world.place()).serving();
  const manifests = place.write('v2.yaml', ...place.version('v2'));
  const running = place.start({ version: 'v2', manifests, 'canary-weight': '30,100', 'min-step': '60s' });
  await place.until(async () => (await place.weights())[0]?.['jazz-v2'] === 3000);
  running.kill('SIGKILL');
  await expectKilled(await running.finished, place, { 'jazz-v1': 7000, 'jazz-v2': 3000 });
  return place;
}

describe('a rollback', () => {
  it('for dead runs leaves a living one alone, and returns what it left once it is dead', async () => {
    const place = await (await world.place()).serving();
    const manifests = place.write('v2.yaml', ...place.version('v2'));
    const running = place.start({ version: 'v2', manifests, 'canary-weight': '30,100', 'min-step': '60s' });
    await place.until(async () => (await place.weights())[0]?.['jazz-v2'] === 3000);
    const alive = await rollback(place, { 'if-stale': 'true' });
    expectExit(alive, 'rollback', '`if-stale`, and no run died', {
      reason: /^no run died: .* is held by run local-/,
      weight: '',
      traffic: /^no route was touched/,
    });
    expect((await place.weights())[0]?.['jazz-v2']).toBe(3000);

    running.kill('SIGKILL');
    await running.finished;
    const seen = await status(place);
    expectExit(seen, 'status', 'journals, weights, drift and locks were read', {
      reason: /^jazz: jazz@v2 observing at 30 %, locked by run local-/,
      weight: '30',
      traffic: /^jazz: 70 % to jazz-v1, 30 % to jazz-v2/,
    });
    expect(seen.outputs['version']).toBe('v2');
    expect(seen.log).toMatch(/release jazz@v2 is observing, asked for 30 % of 30, 100 \(attempt 1\)/);
    expect(seen.log).toMatch(/the lock is held by run local-\d+-\w+ since .*, renewed \d+ s ago/);

    const result = await rollback(place, { 'if-stale': 'true' });
    expect(result.log).toMatch(/jazz: all requests go to jazz-v1 again/);
    expectExit(result, 'rollback', 'returned and seen on the public path', {
      reason: /^returned to jazz-v1/,
      weight: '0',
      traffic: /^jazz: all requests go to jazz-v1 again/,
    });
    expect(result.outputs).toMatchObject({ version: 'v2', 'previous-version': 'v1', 'failed-step': '' });
    expect(result.summary).toMatch(/jazz.*: returned/);
    expect(await place.weights()).toEqual([{ 'jazz-v1': 10_000 }]);
    expect(await place.count(40)).toEqual({ '["jazz v1"]': 40 });
    expect(await leftovers(place)).toEqual([]);

    const again = await rollback(place);
    expectExit(again, 'rollback', 'the traffic is there already, or no release is recorded', {
      reason: /^all requests go to jazz-v1 already/,
      weight: '',
      traffic: /^all requests go to jazz-v1 already/,
    });
  });

  it('is not blocked by somebody else’s weights, nor by a version it does not know', async () => {
    const place = await dead();
    await world.lab.kubectl([
      'patch',
      'httproute',
      'jazz',
      '-n',
      place.namespace,
      '--type=json',
      '-p',
      '[{"op":"replace","path":"/spec/rules/0/backendRefs/0/weight","value":1},{"op":"replace","path":"/spec/rules/0/backendRefs/1/weight","value":9}]',
    ]);
    const seen = await status(place);
    expect(seen.log).toMatch(/not as the release left it: jazz-v2 has 90 %(25)?, and the journal says 30 %/);
    const result = await rollback(place);
    expect(result.log).toMatch(/somebody else changed the route/);
    expect(result.outputs).toMatchObject({ result: 'returned' });
    expect(await place.weights()).toEqual([{ 'jazz-v1': 10_000 }]);
  });

  it('does not guess when the journal is lost, and goes where it is told', async () => {
    const place = await dead();
    await world.lab.kubectl(['annotate', 'httproute', 'jazz', '-n', place.namespace, 'mesh-canary.dev/journal-']);
    const unsure = await rollback(place);
    expectExit(
      unsure,
      'rollback',
      'the journal is lost or unreadable, and it is not given which version is stable (`stable`)',
      {
        reason: /carries no journal .* sends 70 % to jazz-v1, 30 % to jazz-v2: .* stable: jazz=jazz-<version>/,
        weight: '',
        traffic: /^no route was touched/,
      },
    );
    expect((await place.weights())[0]).toEqual({ 'jazz-v1': 7000, 'jazz-v2': 3000 });
    const told = await rollback(place, { stable: 'jazz=jazz-v1' });
    expect(told.outputs).toMatchObject({ result: 'returned' });
    expect(await place.count(40)).toEqual({ '["jazz v1"]': 40 });
  });

  it('brings a retired version back before it sends it anything', async () => {
    const place = await (await world.place()).serving({ replicas: 2 });
    const manifests = place.write('v2.yaml', ...place.version('v2'));
    const promoted = await place.deploy({ version: 'v2', manifests, 'canary-weight': '100', retire: 'scale-down' });
    expect(promoted.outputs).toMatchObject({ result: 'promoted' });
    expect(await place.weights()).toEqual([{ 'jazz-v2': 10_000 }]);
    const failed: string[] = [];
    let over = false;
    const users = (async () => {
      while (!over) {
        for (const what of Object.keys(await place.count(4))) if (!what.startsWith('["jazz')) failed.push(what);
      }
    })();
    const result = await rollback(place);
    over = true;
    await users;
    expect(result.log).toMatch(/jazz-v1: 2 pods are back \(it had 0\)/);
    expect(result.outputs).toMatchObject({ result: 'returned' });
    expect(failed).toEqual([]);
    expect(await place.count(40)).toEqual({ '["jazz v1"]': 40 });
  });
});

describe('status', () => {
  it('says what it cannot believe instead of failing on it', async () => {
    const place = await (await world.place()).serving();
    await world.lab.kubectl([
      'annotate',
      'httproute',
      'jazz',
      '-n',
      place.namespace,
      'mesh-canary.dev/journal={"version":9}',
    ]);
    const seen = await status(place);
    expect(seen.code).toBe(0);
    expect(seen.outputs).toMatchObject({ result: 'read' });
    expect(seen.log).toMatch(/is not believed: it was written by a newer mesh-canary \(format 9/);
    const unsure = await rollback(place);
    expect(unsure.code).toBe(1);
    expect(unsure.outputs['reason']).toMatch(/a newer mesh-canary/);
  });

  it('has nothing to say where nothing was released', async () => {
    const place = await world.place();
    const seen = await status(place);
    expect(seen.outputs).toMatchObject({ result: 'read' });
    expect(seen.outputs['reason']).toMatch(/no release is recorded in namespace/);
  });
});
