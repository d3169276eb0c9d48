import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseAllDocuments } from 'yaml';
import type { KubeObject } from '../../../src/kube/objects.ts';
import { field, list, nameOf } from '../../../src/kube/objects.ts';
import { migrate } from '../../../src/migrate/migrate.ts';
import { leftBehindText, migrationText } from '../../../src/migrate/text.ts';
import { gatewayApi } from '../../../src/routes/providers/gateway-api/index.ts';

const parsed = (text: string): KubeObject[] =>
  parseAllDocuments(text).map((document) => {
    const value = document.toJS() as KubeObject;
    return { ...value, metadata: { ...(value.kind === 'Mesh' ? {} : { namespace: 'prod' }), ...value.metadata } };
  });
const dj = () =>
  parsed(readFileSync(new URL('../../../../__tests__/fixtures/migrate/dj.yaml', import.meta.url), 'utf8'));
const gateway = { name: 'kong', namespace: 'kong' };
const convert = (objects: readonly KubeObject[], services: string[] = []) => migrate(objects, { services, gateway });
const find = (objects: readonly KubeObject[], name: string, kind = 'HTTPRoute') =>
  objects.find((object) => object.kind === kind && object.metadata.name === name)!;
const said = (objects: readonly KubeObject[]) => convert(objects).leftBehind.map(leftBehindText);

/** The DJ app with its first route of jazz changed. */
const withRoute = (
  change: (route: { name: string; priority?: number; httpRoute: Record<string, unknown> }) => void,
  at = 0,
) => {
  const objects = dj();
  const router = objects.find(({ kind, metadata }) => kind === 'VirtualRouter' && metadata.name === 'jazz-router')!;
  change(list(router, 'spec', 'routes')[at] as never);
  return objects;
};

describe('the DJ app', () => {
  const { objects } = convert(dj());

  it('becomes one route for callers from outside and one for callers inside, for each service', () => {
    expect(objects.map(nameOf)).toEqual([
      'HTTPRoute prod/jazz',
      'HTTPRoute prod/jazz-inside',
      'HTTPRoute prod/metal',
      'HTTPRoute prod/metal-inside',
      'Service prod/jazz-v1',
      'Service prod/jazz-v2',
    ]);
  });

  it('keeps its path, its plugins and its weights, a hundred times as fine', () => {
    const jazz = find(objects, 'jazz');
    expect(jazz.metadata.annotations).toEqual({
      'konghq.com/strip-path': 'true',
      'konghq.com/plugins': 'apikey,rl-by-minute',
    });
    expect(jazz['spec']).toEqual({
      parentRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'kong', namespace: 'kong' }],
      rules: [
        {
          matches: [
            {
              path: { type: 'PathPrefix', value: '/dj/jazz' },
              headers: [{ type: 'Exact', name: 'x-canary', value: 'yes' }],
            },
          ],
          timeouts: { backendRequest: '5s' },
          backendRefs: [{ name: 'jazz-v2', port: 9080, weight: 100 }],
        },
        {
          matches: [{ path: { type: 'PathPrefix', value: '/dj/jazz' } }],
          timeouts: { backendRequest: '5s' },
          backendRefs: [
            { name: 'jazz-v1', port: 9080, weight: 9500 },
            { name: 'jazz-v2', port: 9080, weight: 500 },
          ],
        },
      ],
    });
  });

  it('splits what callers inside send where a mesh takes Services as parents', () => {
    expect(field(find(objects, 'jazz-inside'), 'spec', 'parentRefs')).toEqual([
      { group: '', kind: 'Service', name: 'jazz', port: 9080 },
    ]);
    expect(field(find(objects, 'jazz-inside'), 'spec', 'rules', 1)).toEqual({
      matches: [{ path: { type: 'PathPrefix', value: '/' } }],
      timeouts: { request: '5s' },
      backendRefs: [
        { name: 'jazz-v1', port: 9080, weight: 9500 },
        { name: 'jazz-v2', port: 9080, weight: 500 },
      ],
    });
  });

  it('can be released by the provider of the Gateway API, callers inside and outside together', () => {
    const isMetal = (name: string) => name.startsWith('metal');
    const routes = gatewayApi.weights.findAll(objects, 'metal', isMetal);
    expect(routes.map(({ object, entrance }) => [object.metadata.name, entrance])).toEqual([
      ['metal', 'outside'],
      ['metal-inside', 'inside'],
    ]);
    for (const route of routes)
      expect(() => gatewayApi.weights.attach(route, { stable: 'metal-v1', canary: 'metal-v2' }, {}, 'J')).not.toThrow();
  });

  it('keeps its retries on the Services of both versions, without what the API server and KongIngress wrote', () => {
    expect(find(objects, 'jazz-v1', 'Service')).toEqual({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'jazz-v1', namespace: 'prod', annotations: { 'konghq.com/retries': '2' } },
      spec: { selector: { app: 'jazz', version: 'v1' }, ports: [{ name: 'http', port: 9080 }] },
    });
    expect(find(objects, 'jazz-v2', 'Service').metadata.annotations).toEqual({ 'konghq.com/retries': '2' });
  });

  it('says what could not be carried over', () => {
    const lines = said(dj());
    for (const part of [
      'Mesh dj-app: the egress filter DROP_ALL. A NetworkPolicy',
      'VirtualNode prod/jazz-v1: its health checks. The readinessProbe',
      'VirtualRouter prod/jazz-router: route "jazz-route": the idle time-out of 60s.',
      'VirtualRouter prod/jazz-router: route "jazz-route": retries after server-error.',
      'VirtualRouter prod/jazz-router: the split of what callers inside send. HTTPRoute jazz-inside says it',
    ]) {
      expect(lines).toContainEqual(expect.stringContaining(part));
    }
  });

  it('is converted in part when services are named', () => {
    expect(convert(dj(), ['metal']).objects.map(({ metadata }) => metadata.name)).toEqual(['metal', 'metal-inside']);
  });

  it('is printed as YAML that reads back as the same objects, with the rest in comments', () => {
    const migration = convert(dj());
    const text = migrationText(migration);
    // As kubectl reads it.
    const documents = parseAllDocuments(text, { version: '1.1' });
    expect(text).not.toMatch(/[&*]a1\b/);
    expect(documents.flatMap(({ errors }) => errors)).toEqual([]);
    expect(documents.map((document) => document.toJS()).filter((value) => value !== null)).toEqual(migration.objects);
    for (const entry of migration.leftBehind) expect(text).toContain(`# - ${leftBehindText(entry)}`);
  });
});

describe('a route of App Mesh', () => {
  const ruleFor = (objects: readonly KubeObject[], at = 1) =>
    field(find(convert(objects).objects, 'jazz'), 'spec', 'rules', at);

  it.each<[string, object, object]>([
    ['exact', { exact: 'a' }, { type: 'Exact', value: 'a' }],
    ['prefix', { prefix: 'a.b' }, { type: 'RegularExpression', value: 'a\\.b.*' }],
    ['suffix', { suffix: 'z' }, { type: 'RegularExpression', value: '.*z' }],
    ['regex', { regex: '^a+$' }, { type: 'RegularExpression', value: '^a+$' }],
  ])('keeps a header match by %s', (_, match, header) => {
    const objects = withRoute(({ httpRoute }) => {
      httpRoute['match'] = { prefix: '/', headers: [{ name: 'x-a', match }] };
    });
    expect(field(ruleFor(objects), 'matches', 0, 'headers')).toEqual([{ name: 'x-a', ...header }]);
  });

  it.each<[string, object]>([
    ['by range', { name: 'x-age', match: { range: { start: 1, end: 9 } } }],
    ['inverted', { name: 'x-age', invert: true, match: { exact: '1' } }],
    ['by presence', { name: 'x-age' }],
  ])('is left out, not widened, where a header is matched %s', (how, header) => {
    const objects = withRoute(({ httpRoute }) => {
      httpRoute['match'] = { prefix: '/', headers: [header] };
    });
    const { objects: made, leftBehind } = convert(objects);
    expect(list(find(made, 'jazz'), 'spec', 'rules')).toHaveLength(1);
    expect(leftBehind.map(({ what }) => what)).toContain(
      `route "jazz-route": the header match x-age ${how}, and with it the whole rule`,
    );
  });

  it('keeps method and query, and says what they need', () => {
    const objects = withRoute(({ httpRoute }) => {
      httpRoute['match'] = { prefix: '/', method: 'POST', queryParameters: [{ name: 'a', match: { exact: 'b' } }] };
    });
    expect(field(ruleFor(objects), 'matches', 0)).toMatchObject({
      method: 'POST',
      queryParams: [{ type: 'Exact', name: 'a', value: 'b' }],
    });
    expect(said(objects)).toContainEqual(expect.stringContaining('router_flavor expressions'));
  });

  it('is left out for callers from outside where two paths come one after the other', () => {
    const objects = withRoute(({ httpRoute }) => {
      httpRoute['match'] = { prefix: '/songs' };
    });
    const { objects: made } = convert(objects);
    expect(list(find(made, 'jazz'), 'spec', 'rules')).toHaveLength(1);
    expect(field(find(made, 'jazz-inside'), 'spec', 'rules', 1, 'matches')).toEqual([
      { path: { type: 'PathPrefix', value: '/songs' } },
    ]);
    expect(said(objects)).toContainEqual(expect.stringContaining('/dj/jazz, taken off, then /songs'));
    expect(said(objects)).toContainEqual(expect.stringContaining('/songsx is no longer matched'));
  });

  it.each([
    ['/dj/jazz/new', '/dj/jazz/new'],
    ['/dj', '/dj/jazz'],
  ])('behind a path that is kept is matched where both agree: %s', (prefix, path) => {
    const objects = withRoute(({ httpRoute }) => {
      httpRoute['match'] = { prefix };
    });
    const ingress = objects.find(({ kind }) => kind === 'Ingress') as unknown as { metadata: { annotations: object } };
    ingress.metadata.annotations = {};
    expect(field(ruleFor(objects), 'matches', 0, 'path', 'value')).toBe(path);
  });

  it('that was never reached is said: the Gateway API would reach it', () => {
    const objects = withRoute((route) => {
      route.priority = 500;
      route.httpRoute['match'] = { prefix: '/songs' };
    });
    const testers = withRoute((route) => {
      route.httpRoute['match'] = { prefix: '/' };
    }, 1);
    const both = objects.map((object) =>
      object.metadata.name === 'jazz-router'
        ? ({
            ...object,
            spec: {
              ...(object['spec'] as object),
              routes: [
                list(object, 'spec', 'routes')[0],
                list(testers.find(({ metadata }) => metadata.name === 'jazz-router')!, 'spec', 'routes')[1],
              ],
            },
          } as KubeObject)
        : object,
    );
    expect(said(both)).toContainEqual(
      expect.stringContaining('route "jazz-route" came after "testers", which took all its requests'),
    );
  });

  it('with different time-outs writes none for Kong, which takes one for all rules', () => {
    const objects = withRoute(({ httpRoute }) => {
      httpRoute['timeout'] = { perRequest: { unit: 'ms', value: 1500 } };
    });
    expect(field(ruleFor(objects), 'timeouts')).toBeUndefined();
    expect(field(find(convert(objects).objects, 'jazz-inside'), 'spec', 'rules', 1, 'timeouts')).toEqual({
      request: '1500ms',
    });
    expect(said(objects)).toContainEqual(expect.stringContaining('different time-outs (5s, 1500ms)'));
  });

  it('for grpc becomes a GRPCRoute', () => {
    const objects = withRoute((route) => {
      const { action } = route.httpRoute;
      Object.assign(route, { grpcRoute: { match: { serviceName: 'dj.Jazz', methodName: 'Play' }, action } });
      delete (route as { httpRoute?: unknown }).httpRoute;
    });
    const { objects: made } = convert(objects);
    expect(field(find(made, 'jazz-inside-grpc', 'GRPCRoute'), 'spec', 'rules', 0, 'matches')).toEqual([
      { method: { type: 'Exact', service: 'dj.Jazz', method: 'Play' } },
    ]);
    expect(find(made, 'jazz-grpc', 'GRPCRoute')).toBeDefined();
  });

  it('for tcp, targets by ARN and nodes in Cloud Map are left behind with what to do', () => {
    const tcp = withRoute((route) => {
      Object.assign(route, { tcpRoute: {} });
      delete (route as { httpRoute?: unknown }).httpRoute;
    });
    expect(said(tcp)).toContainEqual(expect.stringContaining('it is a tcp route'));
    const arn = withRoute(({ httpRoute }) => {
      httpRoute['action'] = { weightedTargets: [{ virtualNodeARN: 'arn:aws:x', weight: 1 }] };
    });
    expect(said(arn)).toContainEqual(expect.stringContaining('the target arn:aws:x'));
    const map = dj().map((object) =>
      object.metadata.name === 'jazz-v1' && object.kind === 'VirtualNode'
        ? ({ ...object, spec: { ...(object['spec'] as object), serviceDiscovery: { awsCloudMap: {} } } } as KubeObject)
        : object,
    );
    expect(said(map)).toContainEqual(
      expect.stringContaining('the VirtualNode jazz-v1: it finds its pods by Cloud Map'),
    );
    expect(field(ruleFor(map), 'backendRefs', 0)).toEqual({ name: 'jazz-v1', port: 9080, weight: 9500 });
  });
});

describe('other ways in', () => {
  const without = () => dj().filter(({ kind }) => kind !== 'Ingress');

  it('an HTTPRoute keeps its name, hosts and filters, but no longer the host for the mesh', () => {
    const route = parsed(`
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: dj, annotations: {konghq.com/preserve-host: 'false', konghq.com/plugins: apikey}}
spec:
  parentRefs: [{name: public}]
  hostnames: [dj.example.com]
  rules:
    - matches: [{path: {type: Exact, value: /jazz}}]
      filters:
        - {type: URLRewrite, urlRewrite: {hostname: jazz.prod.svc.cluster.local}}
        - {type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: a, value: b}]}}
      backendRefs: [{name: jazz, port: 9080}]`);
    const made = find(convert([...without(), ...route], ['jazz']).objects, 'dj');
    expect(made.metadata.annotations).toEqual({ 'konghq.com/plugins': 'apikey' });
    expect(made['spec']).toMatchObject({
      parentRefs: [{ name: 'public' }],
      hostnames: ['dj.example.com'],
      rules: [
        {},
        {
          matches: [{ path: { type: 'Exact', value: '/jazz' } }],
          filters: [{ type: 'RequestHeaderModifier' }],
          backendRefs: [{ name: 'jazz-v1' }, { name: 'jazz-v2' }],
        },
      ],
    });
  });

  it('a GatewayRoute of App Mesh takes its prefix off, as it did', () => {
    const route = parsed(`
apiVersion: appmesh.k8s.aws/v1beta2
kind: GatewayRoute
metadata: {name: jazz-way}
spec: {httpRoute: {match: {prefix: /jazz}, action: {target: {virtualService: {virtualServiceRef: {name: jazz}}}}}}`);
    expect(field(find(convert([...without(), ...route]).objects, 'jazz-way'), 'spec', 'rules', 1)).toMatchObject({
      matches: [{ path: { type: 'PathPrefix', value: '/jazz' } }],
      filters: [{ type: 'URLRewrite', urlRewrite: { path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/' } } }],
    });
  });

  it('none leaves the route for callers inside', () => {
    expect(convert(without(), ['jazz']).objects.map(nameOf)).toContain('HTTPRoute prod/jazz-inside');
    expect(find(convert(without()).objects, 'jazz')).toBeUndefined();
  });
});

describe('names from a cluster', () => {
  it('never leave the comment they are in', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        const objects = withRoute((route) => {
          route.name = name;
          route.httpRoute['match'] = { prefix: '/', headers: [{ name, invert: true, match: { exact: name } }] };
        });
        const text = migrationText(convert(objects));
        const [head = ''] = text.split('\n---\n');
        for (const line of head.split(/\r\n|[\n\r\v\f\u0085\u2028\u2029]/)) expect(line.startsWith('#')).toBe(true);
      }),
      { numRuns: 25 },
    );
  });

  it('and objects that are not as they should be do no harm', () => {
    for (const spec of [null, 3, {}, { routes: 'x' }, { routes: [null, 3, {}, { httpRoute: null }] }]) {
      const objects = dj().map((object) =>
        object.kind === 'VirtualRouter' ? ({ ...object, spec } as KubeObject) : object,
      );
      expect(() => migrationText(convert(objects))).not.toThrow();
    }
  });
});
