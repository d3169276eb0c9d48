import { describe, expect, it } from '@jest/globals';
import { rollback } from '../../../src/commands/rollback.ts';
import type { Journal } from '../../../src/journal/journal.ts';
import { encode } from '../../../src/journal/journal.ts';
import { CLONE_LABEL } from '../../../src/kube/names.ts';
import { createLog } from '../../../src/report/log.ts';
import { Notes } from '../../../src/report/notes.ts';
import type { RunContext } from '../../../src/run/context.ts';
import type { Settings } from '../../../src/settings/types.ts';
import { FakeApi } from '../../support/fake-api.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { endpoints, journal, route, settings, version, weightsOf } from '../../support/fixtures.ts';
import { controlledByKong, GatewayByWeights } from '../../support/gateway-by-weights.ts';

const JOURNAL = 'mesh-canary.dev/journal';

/** Services in prod behind Kong, each with its journal; v2 is a clone a release has made. */
function world(journals: Readonly<Record<string, Partial<Journal> | undefined>>) {
  const api = new FakeApi();
  api.served['networking.k8s.io/v1'] = { Ingress: 'ingresses' };
  controlledByKong(api);
  for (const [service, more] of Object.entries(journals)) {
    const backends = { stable: `${service}-v1`, canary: `${service}-v2` };
    const noted = journal({ service, backends, run: 'run-dead', phase: 'observing', weight: 25, ...more });
    const share = 100 * noted.weight;
    const weights = { [`${service}-v1`]: 10_000 - share, [`${service}-v2`]: share };
    const text = more === undefined ? {} : { journal: encode(noted) };
    api.put(route(weights, { name: service, paths: [`/dj/${service}`], ...text }));
    for (const label of ['v1', 'v2']) {
      for (const object of version(service, label)) {
        const labels = label === 'v2' ? { [CLONE_LABEL]: `${service}-v1` } : {};
        api.put({ ...object, metadata: { ...object.metadata, labels } });
      }
      api.put(endpoints(`${service}-${label}`, 1));
    }
  }
  const clock = new FakeClock({ auto: true });
  const gateway = new GatewayByWeights(api, { clock });
  // Requests go through the API server: the way that can be answered without a network.
  Object.assign(api, {
    relay: async ({ path, signal }: { path: string; signal?: AbortSignal }) => {
      const [, asked = ''] = path.split('/proxy');
      return gateway.http({ url: `http://gateway${asked}`, method: 'GET', headers: {}, timeout: 5_000, signal });
    },
  });
  const gatewayUrl = 'http://dj.example.com';
  const run = async (given: Partial<Settings> = {}) => {
    const lines: string[] = [];
    const log = createLog({
      write: (text) => lines.push(text),
      annotate: (level, message) => lines.push(`${level}: ${message}`),
      startGroup: () => undefined,
      endGroup: () => undefined,
      mask: () => undefined,
    });
    const context = {
      settings: settings({ command: 'rollback', version: '', services: Object.keys(journals), gatewayUrl, ...given }),
      log,
      env: {},
      ports: { clock, random: () => 0.5, token: () => 'token' },
      signal: new AbortController().signal,
      actionRoot: '/nowhere',
      run: { id: 'me' },
      notes: new Notes(log, () => clock.now()),
    };
    const outcome = await rollback(context as RunContext, api.cluster(clock));
    return { ...outcome, lines };
  };
  return { api, gateway, run };
}

/** A Gateway of Kong's that says which Service stands in front of it. */
function reachable(api: FakeApi): void {
  api.put({
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { name: 'kong', namespace: 'kong', annotations: { 'konghq.com/publish-service': 'kong/proxy' } },
    spec: { listeners: [{ name: 'http', protocol: 'HTTP', port: 80 }] },
    status: { conditions: [{ type: 'Programmed', status: 'True', observedGeneration: 1 }] },
  });
  api.put({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'proxy', namespace: 'kong' },
    spec: { ports: [{ port: 80 }] },
  });
}

const inCluster = { gatewayUrl: 'in-cluster' } as const;

describe('the command rollback', () => {
  it('returns what a dead run left: written, proved, and its clones taken away', async () => {
    const { api, run } = world({ jazz: {} });
    reachable(api);
    const outcome = await run(inCluster);
    expect(outcome).toMatchObject({
      result: 'returned',
      reason: 'returned to jazz-v1.',
      traffic: 'jazz: all requests go to jazz-v1 again, proved: 40 requests in a row were answered by jazz-v1.',
      weight: 0,
      version: 'v2',
      previousVersion: 'v1',
      warnings: [],
    });
    expect(weightsOf(api.get('HTTPRoute', 'jazz'))).toEqual({ 'jazz-v1': 10_000 });
    expect(outcome.lines.join('\n')).toContain(
      'jazz: to jazz-v1, the stable version of release jazz@v2, which is observing',
    );
    expect([api.find('Deployment', 'jazz-v2'), api.find('Service', 'jazz-v2')]).toEqual([undefined, undefined]);
    expect(api.find('Lease', 'mesh-canary-jazz')).toBeUndefined();
    expect(await run(inCluster)).toMatchObject({
      result: 'nothing-to-do',
      reason: 'all requests go to jazz-v1 already.',
    });
  });

  it('leaves the clones running where the public path does not show the return', async () => {
    const { api, run } = world({ jazz: {} });
    reachable(api);
    Object.assign(api, { relay: async () => ({ status: 503, headers: { via: '1.1 kong/3.9.1' }, body: '' }) });
    const outcome = await run(inCluster);
    expect(outcome).toMatchObject({ result: 'returned', weight: 0 });
    expect(outcome.traffic).toMatch(/NOT proved on the public path: of \d+ requests since, \d+ failed \(.*503/);
    expect(outcome.warnings).toEqual(['the new version was left running, because the return is not proved']);
    expect(api.find('Deployment', 'jazz-v2')).toBeDefined();
  });

  it('says NOT proved where the gateway is not found, and takes the clones where Kong has taken the route', async () => {
    const { api, run } = world({ jazz: {} });
    const outcome = await run(inCluster);
    expect(outcome.traffic).toMatch(
      /sends all requests to jazz-v1, NOT proved: Gateway kong\/kong did not become ready/,
    );
    expect(outcome.result).toBe('returned');
    expect(api.find('Deployment', 'jazz-v2')).toBeUndefined();
  });

  it('fails where one of two cannot be written, and returns the other', async () => {
    const { api, run } = world({ jazz: {}, metal: {} });
    reachable(api);
    api.admit = ({ kind, metadata }) => {
      if (kind === 'HTTPRoute' && metadata.name === 'metal')
        throw new Error('admission webhook "no" denied the request');
    };
    const outcome = await run(inCluster);
    expect(outcome.result).toBe('failed');
    expect(outcome.reason).toMatch(/^metal could not be returned/);
    expect(outcome.traffic).toMatch(
      /^jazz: all requests go to jazz-v1 again.*; metal: the weight could NOT be returned/,
    );
    expect(outcome.weight).toBeUndefined();
    expect(weightsOf(api.get('HTTPRoute', 'jazz'))).toEqual({ 'jazz-v1': 10_000 });
    expect(weightsOf(api.get('HTTPRoute', 'metal'))).toEqual({ 'metal-v1': 7500, 'metal-v2': 2500 });
    expect(api.find('Deployment', 'jazz-v2')).toBeDefined();
  });

  it('leaves both of a promoted release where one cannot go back', async () => {
    const done = { phase: 'promoted', weight: 100, release: 'jazz,metal@v2' } as const;
    const { api, run } = world({ jazz: done, metal: done });
    reachable(api);
    api.remove('Service', 'metal-v1');
    const outcome = await run(inCluster);
    expect(outcome.result).toBe('failed');
    expect(outcome.traffic).toMatch(
      /jazz: not touched, 100 % to jazz-v2: what was promoted together goes back together/,
    );
    expect(api.writes('httproutes')).toEqual([]);
  });

  it('does not guess without a journal, and goes where it is told', async () => {
    const { api, run } = world({ jazz: undefined });
    reachable(api);
    const unsure = await run(inCluster);
    expect(unsure).toMatchObject({ result: 'failed', traffic: 'no route was touched.' });
    expect(unsure.reason).toMatch(/carries no journal .*stable: jazz=jazz-<version>/);
    const told = await run({ ...inCluster, stable: { jazz: 'jazz-v1' } });
    expect(told).toMatchObject({ result: 'returned', weight: 0 });
    expect(told.lines.join('\n')).toContain('jazz: to jazz-v1, named by the input stable');
    expect(JSON.parse(api.get('HTTPRoute', 'jazz').metadata.annotations?.[JOURNAL] ?? '')).toMatchObject({
      run: 'me',
      phase: 'returned',
      release: 'jazz@v2',
    });
  });

  it('with if-stale touches nothing where no run died', async () => {
    const { api, run } = world({ jazz: { phase: 'holding' } });
    expect(await run({ ifStale: true })).toMatchObject({
      result: 'nothing-to-do',
      reason: 'release jazz@v2 is holding: no run died.',
      traffic: 'no route was touched.',
    });
    expect(api.requests.every(({ method, path }) => method === 'GET' || path.includes('accessreviews'))).toBe(true);
  });

  it('says what somebody else changed, and is not held up by it', async () => {
    const { api, run } = world({ jazz: {} });
    reachable(api);
    api.edit('HTTPRoute', 'jazz', ({ spec }) => {
      spec.rules[0].backendRefs[0].weight = 1;
      spec.rules[0].backendRefs[1].weight = 9;
    });
    const outcome = await run(inCluster);
    expect(outcome.result).toBe('returned');
    expect(outcome.warnings).toEqual([
      'jazz: somebody else changed the route (jazz-v2 has 90 %, and the journal says 25 %)',
    ]);
  });
});
