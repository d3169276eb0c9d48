import { describe, expect, it } from '@jest/globals';
import type { Phase } from '../../../../src/journal/journal.ts';
import { encode } from '../../../../src/journal/journal.ts';
import { keptTogether } from '../../../../src/rollout/back/together.ts';
import { gatewayApi } from '../../../../src/routes/providers/gateway-api/index.ts';
import { readStandings, requireFound } from '../../../../src/study/standings.ts';
import { FakeApi } from '../../../support/fake-api.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { deployment, endpoints, journal, route, service, settings } from '../../../support/fixtures.ts';

const backends = (of: string) => ({ stable: `${of}-v1`, canary: `${of}-v2` });

/** jazz and metal, released in one run, of which some versions still have a Service and pods. */
async function world(phase: Phase, serving: readonly string[], runs: readonly [string, string] = ['r', 'r']) {
  const api = new FakeApi();
  for (const [index, name] of ['jazz', 'metal'].entries()) {
    const versions = { stable: 'v1', canary: 'v2' };
    const text = encode(
      journal({ phase, service: name, backends: backends(name), versions, release: 'both@v2', run: runs[index] ?? '' }),
    );
    api.put(route({ [`${name}-v2`]: 10_000, [`${name}-v1`]: 0 }, { journal: text, name }));
  }
  for (const backend of serving) {
    const labels = { app: backend };
    for (const object of [deployment(backend, labels), service(backend, labels), endpoints(backend, 1)])
      api.put(object);
  }
  const clock = new FakeClock({ auto: true });
  const cluster = api.cluster(clock);
  const standings = requireFound(await readStandings(cluster, gatewayApi, 'prod', ['jazz', 'metal']));
  const returning = standings.map((standing) => ({ standing, backends: backends(standing.service) }));
  const options = { cluster, settings: settings(), ports: { clock }, say: () => undefined };
  const stay = await keptTogether(returning, options as never);
  return Object.fromEntries([...stay].map(([standing, why]) => [standing.service, why]));
}

describe('services that were promoted together', () => {
  it('go back when all of them can', async () => {
    expect(await world('promoted', ['jazz-v1', 'metal-v1'])).toEqual({});
  });

  it('stay together when one of them has no version to go back to', async () => {
    const why = expect.stringMatching(/^metal cannot go back: Service prod\/metal-v1 does not exist any more/);
    expect(await world('promoted', ['jazz-v1'])).toEqual({ jazz: why, metal: why });
  });

  it('have nothing to do with those another run promoted', async () => {
    expect(await world('promoted', ['jazz-v1'], ['one', 'another'])).toEqual({});
  });

  it('are not waited for while the release is under way: whatever can be returned is', async () => {
    expect(await world('observing', ['jazz-v1'])).toEqual({});
  });
});
