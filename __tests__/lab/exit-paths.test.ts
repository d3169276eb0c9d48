/** Ways a run can end (docs/exit-paths.md) that no other lab test runs through. */
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { refusingRoutes } from './support/admission.ts';
import { expectExit } from './support/exit-paths.ts';
import { identityWith } from './support/identity.ts';
import type { ActionResult, Place } from './support/world.ts';
import { leftovers, runAction, World } from './support/world.ts';

const LONG = 5 * 60_000;
let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world?.stop());

const untouched = { weight: '', traffic: /^no route was touched/ };
const canaryWeight = async (place: Place) => (await place.weights())[0]?.['jazz-v2'] ?? 0;

/** v1 serves, both versions name themselves, and the input that brings v2. */
async function begun(env: Record<string, string> = {}) {
  const place = await (await world.place()).serving({ env: { APP_VERSION: 'v1' } });
  const manifests = place.write('v2.yaml', ...place.version('v2', { env: { APP_VERSION: 'v2', ...env } }));
  return { place, release: { version: 'v2', manifests, identify: 'header:x-app-version', 'pre-flight': '0' } };
}

describe('what stops a run before anything is written', () => {
  it('a wrong input: nothing is read, and the last line says so', async () => {
    const place = await world.place();
    const wrong = { 'canary-weight': '50,20', version: 'v2' };
    expectExit(await place.deploy(wrong), 'deploy', 'a wrong input or config file', {
      ...untouched,
      reason: /canary-weight/,
    });
    const check = { command: 'check', checks: 'not a list' };
    expectExit(await place.deploy(check), 'check', 'a wrong input, no cluster, a right to read is missing', {
      ...untouched,
      reason: /checks/,
    });
  });

  it('no cluster, or a right that is missing', async () => {
    const place = await world.place();
    const nowhere = path.join(world.folder, 'nowhere.kubeconfig');
    const config = fs.readFileSync(world.lab.kubeconfig, 'utf8');
    // Nothing listens on the port 1.
    fs.writeFileSync(nowhere, config.replace(/server: \S+/, 'server: https://127.0.0.1:1'), { mode: 0o600 });
    const nobody = await identityWith(world, place.namespace, []);
    const ways = [
      { kubeconfig: nowhere, reason: /127\.0\.0\.1:1\b.*refused/ },
      { kubeconfig: nobody, reason: /forbidden|permissions are missing/ },
    ];
    for (const { kubeconfig, reason } of ways) {
      const exit = { ...untouched, reason };
      const [deploy, status, plan] = await Promise.all([
        place.deploy({ version: 'v2', kubeconfig }),
        place.deploy({ command: 'status', kubeconfig }),
        place.deploy({ command: 'plan', version: 'v2', kubeconfig }),
      ]);
      expectExit(deploy, 'deploy', 'no kubectl, no cluster, a right is missing', exit);
      expectExit(status, 'status', 'no cluster, or a right is missing', exit);
      expectExit(plan, 'plan', 'a wrong input, no cluster, a right to read is missing', exit);
    }
  });

  it('versions that nothing tells apart', async () => {
    const place = await (await world.place()).serving();
    const result = await place.deploy({ version: 'v2', image: 'mesh-canary.dev/lab/dj-app:v2' });
    expectExit(result, 'deploy', 'the versions cannot be told apart, and nothing else proves the split', {
      reason: /^the versions of jazz cannot be told apart .*allow-unproved/,
      weight: '0',
      traffic: /^jazz: the weight of jazz-v2 is 0 again and 40 probes in a row were answered well/,
    });
    expect(await place.weights()).toEqual([{ 'jazz-v1': 10_000 }]);
    expect(await place.exists('deployment', 'jazz-v2')).toBe(false);
    expect(await leftovers(place)).toEqual([]);
  });
});

describe('a release that runs out of time', () => {
  it(
    'is returned, or failed where nothing was shifted',
    async () => {
      const timeIsOver = '`timeout` is nearly over';
      const { place: waiting, release: unready } = await begun({ FAULT_PING: '1' });
      const early = await waiting.deploy({ ...unready, timeout: '24s', 'ready-timeout': '24s' });
      expectExit(early, 'deploy', timeIsOver, {
        result: 'failed',
        reason: /^the total time of 24 s is nearly over/,
        weight: '0',
        traffic: /^jazz: the route was not touched, all traffic is on jazz-v1/,
      });
      expect(await waiting.weights()).toEqual([{ 'jazz-v1': 1 }]);

      // Its weight is there from the start: whenever the time is over, it comes back.
      const { place, release } = await begun();
      expect((await place.deploy({ ...release, 'canary-weight': '30' })).outputs['result']).toBe('holding');
      const late = await place.deploy({ ...release, 'canary-weight': '30,50', 'min-step': '35s', timeout: '40s' });
      expectExit(late, 'deploy', timeIsOver, {
        result: 'rolled-back',
        reason: /^the total time of 40 s is nearly over/,
        weight: '0',
        traffic: /^jazz: the weight of jazz-v2 is 0 again, proved by 40 probes/,
      });
      expect(await place.count(20)).toEqual({ '["jazz v1"]': 20 });
    },
    LONG,
  );
});

describe('a release that is left where it is', () => {
  it(
    'for want of evidence, and after a cancel',
    async () => {
      const scarceEvidence = 'not enough evidence within `max-step`';
      const { place, release } = await begun();
      const scarce = { ...release, 'canary-weight': '20,50', 'max-step': '2s', 'max-error-increase': '0.05' };
      const back = await place.deploy(scarce);
      expectExit(back, 'deploy', scarceEvidence, {
        result: 'rolled-back',
        reason: /^Neither worse nor safe enough/,
        weight: '0',
        traffic: /^jazz: the weight of jazz-v2 is 0 again, proved by 40 probes/,
      });
      expect(await place.count(20)).toEqual({ '["jazz v1"]': 20 });

      const held = await place.deploy({ ...scarce, 'on-inconclusive': 'hold' });
      expectExit(held, 'deploy', scarceEvidence, {
        result: 'held',
        reason: /^jazz-v2 was left at its weight: Neither worse nor safe enough/,
        weight: '20',
        traffic: /^20 % of requests go to jazz-v2, proved by \d+ answers/,
      });
      expect(await place.weights()).toEqual([{ 'jazz-v1': 8000, 'jazz-v2': 2000 }]);

      const running = place.start({ ...release, 'canary-weight': '50,100', 'min-step': '2m', 'on-cancel': 'hold' });
      await running.sees(/Observe 50 %/);
      running.kill('SIGTERM');
      expectExit(await running.finished, 'deploy', 'cancelled, with `on-cancel: hold`', {
        reason: /^jazz-v2 was left at its weight: the run was cancelled \(SIGTERM\)/,
        weight: '50',
        traffic: /^50 % of requests go to jazz-v2 by the route; it was not proved yet/,
      });
      expect(await place.weights()).toEqual([{ 'jazz-v1': 5000, 'jazz-v2': 5000 }]);
      expect(await leftovers(place)).toEqual([]);
    },
    LONG,
  );
});

describe('a run that is stopped and woken after another run took over', () => {
  it(
    'writes nothing any more, and claims nothing of the weight',
    async () => {
      const { place, release } = await begun();
      const running = place.start({ ...release, 'canary-weight': '30,100', 'min-step': '2m' });
      await place.until(async () => (await canaryWeight(place)) === 3000);
      running.kill('SIGSTOP');
      let successor: ActionResult;
      try {
        successor = await place.deploy({ command: 'rollback' });
      } finally {
        running.kill('SIGCONT');
      }
      expect(successor.outputs['result']).toBe('returned');
      const { metadata } = await place.liveRoute();
      const woken = await running.finished;
      expectExit(woken, 'deploy', 'stopped and woken after another run took over', {
        reason: /^the lock .*\/mesh-canary-jazz was taken over by/,
        weight: '',
        traffic: /^jazz: run local-\S+ has taken over HTTPRoute .* and answers for its weights/,
      });
      expect((await place.liveRoute()).metadata.generation).toBe(metadata.generation);
      expect(await place.weights()).toEqual([{ 'jazz-v1': 10_000 }]);
    },
    LONG,
  );
});

describe('a rollback', () => {
  /** A release by image at 30 %, whose run is alive. */
  async function alive() {
    const place = await (await world.place()).serving();
    const image = {
      version: 'v2',
      image: 'mesh-canary.dev/lab/dj-app:v2',
      'allow-unproved': 'true',
      'pre-flight': '0',
    };
    const running = place.start({ ...image, 'canary-weight': '30,100', 'min-step': '5m' });
    await place.until(async () => (await canaryWeight(place)) === 3000);
    return { place, running, image };
  }
  const rollback = (place: Place, more: Record<string, string> = {}) => place.deploy({ command: 'rollback', ...more });
  const stays = { 'jazz-v1': 7000, 'jazz-v2': 3000 };

  it(
    'that cannot return: another run is alive, the route cannot be written, the stable version is gone',
    async () => {
      const { place, running } = await alive();
      expectExit(await rollback(place), 'rollback', 'another run is alive and holds the lock', {
        reason: /^another run is releasing here: Lease .* is held by run local-/,
        weight: '',
        traffic: /^this run touched no route; the other run answers for the traffic/,
      });
      running.kill('SIGKILL');
      await running.finished;

      const free = await refusingRoutes(place);
      expectExit(await rollback(place), 'rollback', 'the weight cannot be written', {
        reason: /^jazz could not be returned/,
        weight: '',
        traffic: /^jazz: the weight could NOT be returned \(.*nobody writes routes today.*Look at HTTPRoute .*jazz-v1/,
      });
      expect(await place.weights()).toEqual([stays]);
      await free();

      await world.lab.kubectl(['delete', 'deployment', 'jazz-v1', '-n', place.namespace]);
      const stableIsGone = 'the stable version is gone, or its pods do not get ready';
      expectExit(await rollback(place, { 'ready-timeout': '2s' }), 'rollback', stableIsGone, {
        reason: /^jazz could not be returned/,
        weight: '',
        traffic: /^jazz: the weight could NOT be returned \(.*jazz-v1.*\)/,
      });
      expect(await place.weights()).toEqual([stays]);
    },
    LONG,
  );

  it(
    'whose proof fails: no gateway is found, or a public path that fails',
    async () => {
      const { place, running, image } = await alive();
      running.kill('SIGKILL');
      await running.finished;
      const blind = await rollback(place, { 'gateway-url': 'auto', 'mesh-name': 'elsewhere' });
      expectExit(blind, 'rollback', 'returned, and where the gateway is cannot be found out', {
        reason: /^returned to jazz-v1/,
        weight: '0',
        traffic:
          /^jazz: the route sends all requests to jazz-v1, NOT proved: HTTPRoute .* hangs on no Gateway named elsewhere/,
      });
      expect(await place.weights()).toEqual([{ 'jazz-v1': 10_000 }]);
      expect(await place.exists('deployment', 'jazz-v2')).toBe(false);

      expect((await place.deploy({ ...image, 'canary-weight': '30' })).outputs['result']).toBe('holding');
      const routes = `^httproute\\.${place.namespace}\\.jazz\\.`;
      await world.lab.setKongFaults([{ kind: 'answers', routes, share: 1, status: 503 }]);
      try {
        expectExit(await rollback(place), 'rollback', 'returned, and the public path fails or is not reached', {
          reason: /^returned to jazz-v1/,
          weight: '0',
          traffic:
            /^jazz: the route sends all requests to jazz-v1, NOT proved on the public path: of \d+ requests since, \d+ failed \(.*503/,
        });
      } finally {
        await world.lab.setKongFaults([]);
      }
      expect(await place.weights()).toEqual([{ 'jazz-v1': 10_000 }]);
      expect(await place.exists('deployment', 'jazz-v2')).toBe(true);
    },
    LONG,
  );
});

describe('migrate', () => {
  /** Without a gateway and a platform: they mean nothing to it. */
  const migrate = (place: Place, manifests: string) => {
    const { node24: node, binDir, kubeconfig } = world.lab;
    const inputs = { command: 'migrate', manifests };
    return runAction({ node, binDir, kubeconfig, folder: world.folder, workspace: place.workspace, inputs });
  };

  it('prints what it made of App Mesh, and fails where there is none of it', async () => {
    const place = await world.place();
    fs.copyFileSync(path.resolve('__tests__/fixtures/migrate/dj.yaml'), path.join(place.workspace, 'dj.yaml'));
    const printed = await migrate(place, 'dj.yaml');
    expectExit(printed, 'migrate', 'the objects are printed', {
      reason: /^\d+ objects for the Gateway API, and \d+ things that could not be carried over/,
      weight: '',
      traffic: /^nothing was changed/,
    });
    expect(fs.readFileSync(printed.outputs['migrate-file'] ?? '', 'utf8')).toMatch(/kind: HTTPRoute/);
    const none = await migrate(place, place.write('v2.yaml', ...place.version('v2')));
    expectExit(none, 'migrate', 'nothing of App Mesh is there', {
      ...untouched,
      reason: /^there is nothing of App Mesh in v2\.yaml/,
    });
  });
});
