import { describe, expect, it } from '@jest/globals';
import type { Journal } from '../../../src/journal/journal.ts';
import { encode } from '../../../src/journal/journal.ts';
import type { KubeObject } from '../../../src/kube/objects.ts';
import { gatewayApi } from '../../../src/routes/providers/gateway-api/index.ts';
import type { Settings } from '../../../src/settings/types.ts';
import { deployment, endpoints, journal, planned, route, service, settings, version } from '../../support/fixtures.ts';

const plan = (live: KubeObject[], manifests: KubeObject[] = [], given: Partial<Settings> = {}) =>
  planned(settings(given), gatewayApi, live, manifests);
const withJournal = (weights: Record<string, number>, changes: Partial<Journal>) =>
  route(weights, { journal: encode(journal(changes)) });
const v1 = [...version('jazz', 'v1'), endpoints('jazz-v1', 1)];
const v2 = version('jazz', 'v2');

describe('planning a release', () => {
  it('takes what has the weight for stable, and the manifests for the canary', () => {
    const made = plan([route({ 'jazz-v1': 1 }), ...v1], v2);
    expect(made.discovery).toMatchObject({
      kind: 'release',
      stable: { name: 'jazz-v1' },
      canary: { name: 'jazz-v2', source: 'manifests' },
    });
    expect([made.liveShare, made.journal]).toEqual([0, undefined]);
  });

  it('adopts objects without a version', () => {
    const jazz = [deployment('jazz', { app: 'jazz' }), service('jazz', { app: 'jazz' })];
    const made = plan([route({ jazz: 1 }), ...jazz], v2);
    expect(made.discovery).toMatchObject({ kind: 'release', stable: { name: 'jazz' } });
  });

  it.each<[Journal['phase'], Record<string, number>, string, string]>([
    ['observing', { 'jazz-v1': 2500, 'jazz-v2': 7500 }, 'v2', 'jazz-v1'],
    ['holding', { 'jazz-v1': 2500, 'jazz-v2': 7500 }, 'v2', 'jazz-v1'],
    ['returned', { 'jazz-v1': 10_000 }, 'v2', 'jazz-v1'],
    ['promoted', { 'jazz-v1': 0, 'jazz-v2': 10_000 }, 'v3', 'jazz-v2'],
  ])('believes the journal about who is stable: %s', (phase, weights, wanted, stable) => {
    const made = plan([withJournal(weights, { phase }), ...v1, ...v2], version('jazz', 'v3'), { version: wanted });
    expect(made.discovery).toMatchObject({ kind: 'release', stable: { name: stable } });
  });

  it('knows the share a holding release has', () => {
    const made = plan([withJournal({ 'jazz-v1': 7500, 'jazz-v2': 2500 }, { phase: 'holding' }), ...v1, ...v2]);
    expect([made.liveShare, made.journal?.phase]).toEqual([25, 'holding']);
  });

  it('has nothing to release when the version serves already', () => {
    const made = plan([withJournal({ 'jazz-v2': 10_000 }, { phase: 'promoted' }), ...v2]);
    expect(made.discovery.kind).toBe('same-version');
  });

  it('installs the first version when the manifests bring the route', () => {
    const made = plan([], [route({ 'jazz-v2': 1 }), ...v2]);
    expect(made).toMatchObject({ discovery: { kind: 'bootstrap' }, live: undefined, path: '/dj/jazz' });
  });

  it('does not read a journal that it cannot believe, and says how to get rid of it', () => {
    const live = [route({ 'jazz-v1': 1 }, { journal: '{"version":1}' }), ...v1];
    expect(() => plan(live, v2)).toThrow(/the journal on HTTPRoute prod\/jazz cannot be used/);
  });
});

describe('how a probe looks', () => {
  const shaped = (rule: object, more: object = {}, given: Partial<Settings> = {}) => {
    const object = structuredClone(route({ 'jazz-v1': 1 })) as unknown as { spec: { rules: object[] } };
    object.spec.rules[0] = { ...object.spec.rules[0], ...rule };
    Object.assign(object.spec, more);
    const { path, host, matchHeaders } = plan([object as unknown as KubeObject, ...v1], v2, given);
    return { path, host, matchHeaders };
  };

  it('follows the first match of the route: path, exact headers and host', () => {
    const headers = [
      { name: 'X-Tenant', value: 'blue' },
      { name: 'x-any', type: 'RegularExpression', value: '.*' },
    ];
    expect(shaped({ matches: [{ path: { value: '/dj' }, headers }] }, { hostnames: ['dj.example.com'] })).toEqual({
      path: '/dj',
      host: 'dj.example.com',
      matchHeaders: { 'x-tenant': 'blue' },
    });
    expect(shaped({}, { hostnames: ['*.example.com'] }).host).toBe('mesh-canary.example.com');
    expect(shaped({ matches: [] }).path).toBe('/');
  });

  it('asks for a path where the route has only a pattern', () => {
    const pattern = { matches: [{ path: { type: 'RegularExpression', value: '/dj/.*' } }] };
    expect(() => shaped(pattern)).toThrow(/matches paths by a pattern \(\/dj\/\.\*\)/);
    expect(shaped(pattern, {}, { probePath: { jazz: '/dj/jazz' } }).path).toBe('/dj/jazz');
  });
});
