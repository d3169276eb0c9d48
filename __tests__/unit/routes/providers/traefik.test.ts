import { describe, expect, it } from '@jest/globals';
import { applyPatch } from '../../../../src/kube/json-patch.ts';
import type { KubeObject } from '../../../../src/kube/objects.ts';
import { field, list, text } from '../../../../src/kube/objects.ts';
import { before } from '../../../../src/routes/index.ts';
import { ingressRoute, traefikService } from '../../../../src/routes/providers/traefik/index.ts';
import { backendOf, documents, fixture } from '../fixtures.ts';

const jazz = { stable: 'jazz-v1', canary: 'jazz-v2' };
const tokens = { stable: 'run-1-s', canary: 'run-1-c' };
const service = () => traefikService.weights.find(documents('dj.yaml', 'traefik-service'), 'jazz', backendOf('jazz'));
const route = () => ingressRoute.weights.find([fixture('dj.yaml', 'traefik-ingressroute')], 'jazz', backendOf('jazz'));
const ways = () => documents('ways.yaml', 'traefik-service');
const rulesOf = (object: KubeObject | undefined) => list(object, 'spec', 'routes');
const objectsOf = (lanes: object) => ('objects' in lanes ? (lanes.objects as KubeObject[]) : []);
const ingress = (match: string): KubeObject => ({
  apiVersion: 'traefik.io/v1alpha1',
  kind: 'IngressRoute',
  metadata: { name: 'dj', namespace: 'prod' },
  spec: { routes: [{ match }] },
});

describe('Traefik', () => {
  it('gives one Service alone everything in an IngressRoute, and nothing at weight 0 in a TraefikService', () => {
    const weigh = (object: KubeObject) => applyPatch(object, [{ op: 'add', path: at(object), value: 0 }]);
    const at = (object: KubeObject) =>
      object.kind === 'TraefikService' ? '/spec/weighted/services/0/weight' : '/spec/routes/3/services/0/weight';
    const alone = ingressRoute.weights.find([weigh(route().object)], 'jazz', backendOf('jazz'));
    expect(ingressRoute.weights.read(alone).shares).toEqual({ 'jazz-v1': 100 });
    const nobody = traefikService.weights.find([weigh(service().object)], 'jazz', backendOf('jazz'));
    expect(traefikService.weights.read(nobody).shares).toEqual({ 'jazz-v1': 0 });
  });

  it('stands before a mesh, and has nothing before it', () => {
    expect(before(traefikService)).toEqual([]);
    expect([ingressRoute, traefikService].map(({ entry }) => entry?.servedBy)).toEqual(['Traefik', 'Traefik']);
  });
});

describe('the ways in of a TraefikService', () => {
  it('are the rules that lead to it, by kind, name and namespace', () => {
    const found = ways().map((way) => traefikService.entry?.leadsTo?.(way, service()));
    expect(found).toEqual([[1, 2], [0], []]);
  });
});

describe('lanes of Traefik', () => {
  it('are a longer rule beside each that brings requests, to one version alone', () => {
    const objects = objectsOf(traefikService.lanes.open(service(), jazz, tokens, {}, ways()));
    const canaries = objects.filter(({ kind, metadata }) => kind === 'IngressRoute' && /-canary$/.test(metadata.name));
    expect(canaries.map(({ metadata }) => metadata.name)).toEqual([
      'public-mesh-canary-lane-canary',
      'internal-mesh-canary-lane-canary',
    ]);
    expect(rulesOf(canaries[0]).map((rule) => text(rule, 'match'))).toEqual([
      '((Host(`dj.example`) || Host(`www.dj.example`)) && PathPrefix(`/jazz`) && Header(`X-Team`, `music`)) && Header(`x-mesh-canary-lane`, `run-1-c`)',
      '(Host("jazz.example")) && Headers(`x-mesh-canary-lane`, `run-1-c`)',
    ]);
    for (const rule of canaries.flatMap(rulesOf)) {
      expect(list(rule, 'services').map((entry) => [text(entry, 'name'), field(entry, 'weight')])).toEqual([
        ['jazz-v2', undefined],
      ]);
    }
    expect(canaries[0]).toMatchObject({ spec: { entryPoints: ['websecure'], tls: { secretName: 'dj' } } });
  });

  it('come before the rule they copy where that has a priority', () => {
    const objects = objectsOf(ingressRoute.lanes.open(route(), jazz, tokens, {}));
    const [stable] = objects.filter(({ kind }) => kind === 'IngressRoute');
    expect(rulesOf(stable).map((rule) => field(rule, 'priority'))).toEqual([41, undefined]);
  });

  it('are marked by a Middleware that sees their answers last', () => {
    const objects = objectsOf(ingressRoute.lanes.open(route(), jazz, tokens, {}));
    const mark = objects.find(({ kind, metadata }) => kind === 'Middleware' && /-canary$/.test(metadata.name));
    expect(mark?.['spec']).toEqual({ headers: { customResponseHeaders: { 'x-mesh-canary-lane': 'run-1-c' } } });
    const lane = objects.find(({ kind, metadata }) => kind === 'IngressRoute' && /-canary$/.test(metadata.name));
    expect(rulesOf(lane).map((rule) => list(rule, 'middlewares'))).toEqual([
      [{ name: mark?.metadata.name }, { name: 'limits', namespace: 'prod' }],
      [{ name: mark?.metadata.name }],
    ]);
  });

  it('belong to the route that is released, and carry no mark of who owns the way in', () => {
    for (const { metadata } of objectsOf(traefikService.lanes.open(service(), jazz, tokens, {}, ways()))) {
      expect(metadata.ownerReferences).toMatchObject([{ kind: 'TraefikService', name: 'dj' }]);
      expect(Object.keys(metadata.annotations ?? {})).not.toContain('argocd.argoproj.io/tracking-id');
    }
  });
});

describe('the address of an IngressRoute', () => {
  const none = { path: '/', host: undefined, matchHeaders: {} };
  it.each([
    ['PathPrefix(`/dj`)', { ...none, path: '/dj' }],
    ['Host("a.example") && Path(`/x`)', { ...none, path: '/x', host: 'a.example' }],
    ['(Host(`a.b`) && (PathPrefix(`/a`) || PathPrefix(`/b`)))', { ...none, path: '/a', host: 'a.b' }],
    ['Host(`a.b`) && Header(`X-Team`, `m)u|s`) || Path(`/z`)', { ...none, host: 'a.b' }],
    ['(Host(`a`) || Host(`b`)) && (Path(`/c`) || Path(`/d`))', { ...none, host: 'a', path: '/c' }],
    ['Host(`a`) && !Header(`x-old`, `1`) && !PathPrefix(`/old`)', { ...none, host: 'a' }],
    ['Header(`X-Team`, `music`)', { ...none, matchHeaders: { 'x-team': 'music' } }],
  ])('is that of the first alternative: %s', (match, address) => {
    const found = ingressRoute.entry?.address(ingress(match), [0], undefined);
    expect({ ...found, matchHeaders: match.includes('m)u|s') ? {} : found?.matchHeaders }).toEqual(address);
  });

  it('is none where only a pattern of paths is asked for, until one is given', () => {
    const pattern = ingress('PathRegexp(`^/ja+zz`)');
    expect(() => ingressRoute.entry?.address(pattern, [0], undefined)).toThrow(/by a pattern/);
    expect(ingressRoute.entry?.address(pattern, [0], '/jazz').path).toBe('/jazz');
  });
});
