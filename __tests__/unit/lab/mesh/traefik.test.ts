import { describe, expect, it } from '@jest/globals';
import { ruleFor } from '../../../../lab/mesh/matching.ts';
import { traefikService, turns } from '../../../../lab/mesh/traefik.ts';
import { parseRule } from '../../../../lab/mesh/traefik-rule.ts';
import type { ClusterView, Destination, MeshRequest } from '../../../../lab/mesh/types.ts';
import type { KubeObject } from '../../../../src/kube/objects.ts';

const request = (path: string, headers: Record<string, string> = {}): MeshRequest => ({
  method: 'GET',
  path,
  query: new URLSearchParams(),
  headers,
});
const object = (kind: string, name: string, spec: object): KubeObject => ({
  apiVersion: 'traefik.io/v1alpha1',
  kind,
  metadata: { name, namespace: 'prod' },
  spec,
});
const cluster = (services: readonly string[]): ClusterView =>
  ({
    service: (namespace: string, name: string) =>
      services.includes(name) ? { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace } } : undefined,
  }) as unknown as ClusterView;
const rulesOf = (objects: readonly KubeObject[], services = ['jazz-v1', 'jazz-v2']) => {
  const table = traefikService.compile((kind) => objects.filter((each) => each.kind === kind), cluster(services));
  const routing = table.routing({ name: '', namespace: '', labels: {} }, { host: '', port: 80, authority: '' });
  return typeof routing === 'object' && 'rules' in routing ? routing.rules : [];
};
const destination = (name: string, weight: number): Destination => ({ name, weight, to: { host: name, port: 1 } });
const entry = (name: string, weight: number) => ({ name, port: 9080, weight });

describe("the lab's Traefik", () => {
  it('takes turns by weight, exactly, and the canary comes late after each change', () => {
    const next = turns([destination('v1', 95), destination('v2', 5), destination('v0', 0)]);
    const seen = Array.from({ length: 200 }, () => next()?.name);
    expect(seen.filter((name) => name === 'v2')).toHaveLength(10);
    expect(seen.indexOf('v2')).toBeGreaterThanOrEqual(18);
    expect(seen).not.toContain('v0');
    expect(turns([destination('v1', 0)])()).toBeUndefined();
  });

  it.each<[string, MeshRequest, boolean]>([
    ['PathPrefix(`/dj`)', request('/djx'), true],
    ['Path(`/dj`)', request('/dj/x'), false],
    ['Host(`A.example`) && PathPrefix(`/`)', request('/', { host: 'a.example:80' }), true],
    ['(Path(`/a`) || Path(`/b`)) && Header(`X-L`, `1`)', request('/b', { 'x-l': '1' }), true],
    ['Path(`/a`) || Path(`/b`) && Header(`X-L`, `1`)', request('/b'), false],
    ['!Header(`X-L`, `1`)', request('/', { 'x-l': '1' }), false],
  ])('reads the rule %s', (rule, given, taken) => {
    expect(parseRule(rule)(given)).toBe(taken);
  });

  it('tries the longer rule first, and one with a higher priority before it', () => {
    const routes = (name: string, ...rules: object[]) => object('IngressRoute', name, { routes: rules });
    const to = (match: string, priority?: number) => ({
      match,
      services: [entry('jazz-v1', 1)],
      ...(priority === undefined ? {} : { priority }),
    });
    const rules = rulesOf([
      routes('short', to('PathPrefix(`/`)')),
      routes('long', to('PathPrefix(`/`) && Header(`x-lane`, `a`)')),
      routes('first', to('Path(`/only`)', 1000)),
    ]);
    expect(ruleFor(rules, request('/', { 'x-lane': 'a' }))?.name).toBe('long[0]');
    expect(ruleFor(rules, request('/'))?.name).toBe('short[0]');
    expect(ruleFor(rules, request('/only', { 'x-lane': 'a' }))?.name).toBe('first[0]');
  });

  it('has no rule where one Service is missing, at weight 0 too', () => {
    const way = object('IngressRoute', 'jazz', {
      routes: [{ match: 'PathPrefix(`/`)', services: [{ kind: 'TraefikService', name: 'jazz' }] }],
    });
    const split = object('TraefikService', 'jazz', { weighted: { services: [entry('jazz-v1', 1), entry('gone', 0)] } });
    expect(rulesOf([way, split])).toEqual([]);
    expect(rulesOf([way, split], ['jazz-v1', 'gone'])).toHaveLength(1);
  });
});
