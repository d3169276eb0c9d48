import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Users, users } from '../../bench/live/users.ts';
import { applySecrets, keysOf } from '../../lab/demo/secrets.ts';
import type { LabPrometheus } from '../../lab/index.ts';
import { LANE_HEADER, LANE_LABEL, LANE_MARK } from '../../src/kube/names.ts';
import { type ActionResult, type Place, type VersionOptions, World } from './support/world.ts';

const LONG = 5 * 60_000;
/** A scrape may take as long as the interval: on a busy machine one of a second would be given up. */
const SCRAPES = '5s';
let world: World;
let prometheus: LabPrometheus;
beforeAll(async () => {
  world = await World.start();
  prometheus = await world.lab.startPrometheus({ scrapeInterval: SCRAPES });
}, 15 * 60_000);
afterAll(() => world?.stop());

/** Half of the requests at once: a verdict needs a minute at most. */
const pace = { 'canary-weight': '50,100', 'probe-rate': '20', identify: 'header:x-app-version' };
const counting: Readonly<Record<string, Record<string, string>>> = {
  pods: { evidence: 'probes, pods' },
  prometheus: {
    evidence: 'probes, prometheus',
    'prometheus-url': 'service:monitoring/prometheus:9090',
    'scrape-interval': SCRAPES,
  },
};

/** v1 serving; gives the input that brings v2. */
async function begun(stable: VersionOptions['env'] = {}, canary: VersionOptions['env'] = {}) {
  const place = await world.place();
  await place.serving({ env: { APP_VERSION: 'v1', ...stable } });
  const manifests = place.write('v2.yaml', ...place.version('v2', { env: { APP_VERSION: 'v2', ...canary } }));
  return { place, release: { version: 'v2', manifests, ...pace } };
}

async function withUsers<T>(
  place: Place,
  methods: readonly string[],
  work: (crowd: Users) => Promise<T>,
  rate = 20,
): Promise<T> {
  const crowd = users(place.url(), rate, 'v2', methods);
  try {
    return await work(crowd);
  } finally {
    await crowd.stop();
  }
}

const canaryWeight = async (place: Place) => (await place.weights())[0]?.['jazz-v2'] ?? 0;

describe('a version that fails only for users, with a method no probe sends', () => {
  const postsFail = () => begun({}, { FAULT_METHODS: 'POST', FAULT_ERROR_RATE: '0.5' });

  it.each(Object.keys(counting))(
    'is returned when users are counted by %s',
    async (source) => {
      const { place, release } = await postsFail();
      const result = await withUsers(place, ['GET', 'POST'], () =>
        place.deploy({ ...release, ...(counting[source] ?? {}) }),
      );
      expectEnd(
        result,
        'rolled-back',
        /New version: [1-9]\d* of \d+ users' requests failed. Current version: 0 of \d+/,
      );
      expect(await place.count(20)).toEqual({ '["jazz v1"]': 20 });
    },
    LONG,
  );

  it(
    'is promoted when they are not, and the outcome speaks of probes',
    async () => {
      const { place, release } = await postsFail();
      const result = await withUsers(place, ['GET', 'POST'], () => place.deploy(release));
      expectEnd(result, 'promoted', /./);
      expect(said(result)).toMatch(/this speaks of probes, users were not counted/);
      expect(said(result)).not.toMatch(/users' requests, \d+ failed/);
    },
    LONG,
  );
});

describe('what users take is not what lanes show', () => {
  it.each([404, 500])(
    'a public path that answers %s beside healthy lanes returns the release',
    async (status) => {
      const { place, release } = await begun();
      const running = place.start({ ...release, 'min-step': '60s' });
      await place.until(async () => (await canaryWeight(place)) === 5000);
      const routes = `^httproute\\.${place.namespace}\\.jazz\\.`;
      await world.lab.setKongFaults([{ kind: 'answers', routes, share: 1, status }]);
      try {
        await place.until(async () => (await canaryWeight(place)) === 0);
      } finally {
        // The return is proved on the public path, which must be there again for that.
        await world.lab.setKongFaults([]);
      }
      const result = await running.finished;
      expectEnd(
        result,
        'rolled-back',
        /^jazz at 50 %: The public path, which users take, (is failing: \d+ of the last \d+ probes|fails more often than the lanes)/,
      );
    },
    LONG,
  );

  it(
    'a lane that is deleted mid-run: what the main route answers in its place is not counted for the canary',
    async () => {
      // Whatever stable answers to a probe of the canary would be a failure in a third of the cases.
      const { place, release } = await begun({ FAULT_ERROR_RATE: '0.33' });
      const running = place.start({ ...release, 'min-step': '10s' });
      await place.until(async () => (await canaryWeight(place)) === 5000);
      await world.lab.kubectl(['delete', 'httproute', 'jazz-mesh-canary-lane-canary', '-n', place.namespace]);
      await running.sees(/an answer without the mark of the lane/);
      const result = await running.finished;
      expectEnd(result, 'promoted', /./);
      expect(said(result)).toMatch(/\(\d+ probes, 0 failed/);
    },
    LONG,
  );

  it('a request with the header of a lane but without the key is refused like any other', async () => {
    const { place, release } = await begun();
    await applySecrets(world.lab, place.namespace);
    const { probe } = keysOf(place.namespace);
    const key = { plugins: 'key-auth', 'probe-headers': `apikey: ${probe}` };
    const running = place.start({ ...release, ...key, 'min-step': '20s' });
    await place.until(async () => (await canaryWeight(place)) === 5000);
    const lanes = JSON.parse(
      await world.lab.kubectl(['get', 'httproutes', '-n', place.namespace, '-l', LANE_LABEL, '-o', 'json']),
    ) as { items: { spec: { rules: { matches: { headers: { name: string; value: string }[] }[] }[] } }[] };
    const tokens = lanes.items.flatMap(({ spec }) => {
      const headers = spec.rules[0]?.matches[0]?.headers ?? [];
      return headers.flatMap(({ name, value }) => (name === LANE_HEADER ? [value] : []));
    });
    expect(tokens).toHaveLength(2);
    for (const token of tokens) {
      const without = await fetch(place.url(), { headers: { [LANE_HEADER]: token } });
      expect(without.status).toBe(401);
      const allowed = await fetch(place.url(), { headers: { [LANE_HEADER]: token, apikey: probe } });
      expect([allowed.status, allowed.headers.get(LANE_MARK)]).toEqual([200, token]);
    }
    running.kill('SIGINT');
    await running.finished;
  });
});

describe('what is nobody’s fault returns nobody', () => {
  it(
    'an outage of what both versions depend on pauses the release, which then goes on',
    async () => {
      const outage = path.join(world.folder, 'outage');
      const both = { FAULT_ERROR_RATE: '1', FAULT_WHEN_FILE: outage };
      const { place, release } = await begun(both, both);
      const running = place.start({ ...release, 'min-step': '10s', 'max-error-increase': '20' });
      await place.until(async () => (await canaryWeight(place)) === 5000);
      fs.writeFileSync(outage, '');
      try {
        await running.sees(/Paused: both versions are failing .*neither is to blame/);
        expect(await canaryWeight(place)).toBe(5000);
      } finally {
        fs.rmSync(outage);
      }
      expectEnd(await running.finished, 'promoted', /./);
    },
    LONG,
  );

  it(
    'without a single user nothing can be said of users: inconclusive, and back',
    async () => {
      const { place, release } = await begun();
      const result = await place.deploy({ ...release, ...(counting['pods'] ?? {}), 'max-step': '15s' });
      // A few of our own requests are nobody's probes: checks, and answers that never came.
      expectEnd(result, 'rolled-back', /Neither worse nor safe enough.*\((no|\d) users' requests/);
    },
    LONG,
  );

  it(
    'a Prometheus that is down for a minute neither returns nor promotes anything',
    async () => {
      const { place, release } = await begun();
      const result = await withUsers(
        place,
        ['GET'],
        async () => {
          const running = place.start({ ...release, ...(counting['prometheus'] ?? {}) });
          await running.sees(/pre-flight/);
          await prometheus.stop();
          try {
            await place.until(async () => (await canaryWeight(place)) === 5000);
            // Said when the outage has used up its budget of 60 s.
            await running.sees(/users' requests cannot be counted: Prometheus does not answer/);
            expect(await place.weights()).toEqual([{ 'jazz-v1': 5000, 'jazz-v2': 5000 }]);
          } finally {
            await prometheus.start();
          }
          return running.finished;
        },
        60,
      );
      expectEnd(result, 'promoted', /./);
    },
    2 * LONG,
  );
});

/** How it ended, with the whole log where it ended otherwise. Weight 0 is part of a return. */
function expectEnd(result: ActionResult, end: string, reason: RegExp): void {
  const { outputs, log, code } = result;
  const back = end === 'rolled-back';
  const as = outputs['result'] === end && reason.test(outputs['reason'] ?? '') && (!back || outputs['weight'] === '0');
  if (!as) throw new Error(`expected ${end} with ${reason}, got ${JSON.stringify(outputs)}\n${log}`);
  expect(code).toBe(back ? 1 : 0);
}

/** Everything a reader of the outcome sees. */
function said({ outputs, summary, log }: ActionResult): string {
  return [outputs['reason'], summary, log].join('\n');
}
