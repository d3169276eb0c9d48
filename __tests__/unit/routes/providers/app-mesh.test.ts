import { describe, expect, it } from '@jest/globals';
import { applyPatch } from '../../../../src/kube/json-patch.ts';
import { LANE_HEADER } from '../../../../src/kube/names.ts';
import type { KubeObject } from '../../../../src/kube/objects.ts';
import { field, list, text } from '../../../../src/kube/objects.ts';
import { appMesh } from '../../../../src/routes/providers/app-mesh/index.ts';
import { RouteError, type RouteRef } from '../../../../src/routes/types.ts';
import { backendOf, documents, fixture, named } from '../fixtures.ts';

const jazz = { stable: 'jazz-v1', canary: 'jazz-v2' };
const tokens = { stable: 'run-1-s', canary: 'run-1-c' };
const routeOf = (object: KubeObject, service = 'jazz'): RouteRef =>
  appMesh.weights.find([object], service, backendOf(service));
const attached = (object: KubeObject) => applyPatch(object, appMesh.weights.attach(routeOf(object), jazz, {}, 'J'));
const withLanes = (object: KubeObject) => {
  const lanes = appMesh.lanes.open(routeOf(object), jazz, tokens, {});
  return applyPatch(object, 'patch' in lanes ? lanes.patch : []);
};
const routes = (object: KubeObject) => list(object, 'spec', 'routes');
const route = (object: KubeObject, name: string) => routes(object).find((entry) => text(entry, 'name') === name);

describe('weights of a VirtualRouter', () => {
  it('are whole percents that add up to 100, rounded down and never to nothing', () => {
    const said = [0, 0.1, 0.5, 1, 1.6, 2, 33.33, 99.9, 100].map((share) => appMesh.weights.quantise(share).canary);
    expect(said).toEqual([0, 1, 1, 1, 1, 2, 33, 99, 100]);
  });

  it('never add up to more than 100, not even with a target twice or one of another service', () => {
    for (const kind of ['twice', 'mixed', 'third']) {
      const object = named('refused.yaml', 'app-mesh', kind);
      const after = applyPatch(object, appMesh.weights.shift(routeOf(object), jazz, 0, {}, 'J'));
      const weights = list(after, ...routeOf(after).rules[0]!.at).map((entry) => Number(field(entry, 'weight')));
      expect(weights.reduce((a, b) => a + b)).toBe(100);
    }
  });

  it('are read from http, http2, grpc and tcp routes alike', () => {
    const at = [
      fixture('dj.yaml', 'app-mesh'),
      fixture('split.yaml', 'app-mesh'),
      named('refused.yaml', 'app-mesh', 'tcp'),
    ]
      .flatMap((object) => routeOf(object).rules)
      .map((rule) => rule.at[3]);
    expect(at).toEqual(['httpRoute', 'http2Route', 'httpRoute', 'grpcRoute', 'tcpRoute']);
  });

  it('keep the port and the namespace of stable for the canary', () => {
    const object = attached(fixture('dj.yaml', 'app-mesh'));
    expect(list(route(object, 'jazz-route'), 'httpRoute', 'action', 'weightedTargets')[1]).toEqual({
      virtualNodeRef: { name: 'jazz-v2' },
      weight: 0,
      port: 9080,
    });
    expect(list(route(object, 'jazz-rest'), 'http2Route', 'action', 'weightedTargets')[1]).toEqual({
      virtualNodeRef: { name: 'jazz-v2', namespace: 'prod' },
      weight: 0,
    });
  });

  it('cannot be shared with a target that is named by its ARN', () => {
    expect(() => appMesh.weights.attach(routeOf(named('refused.yaml', 'app-mesh', 'arn')), jazz, {}, 'J')).toThrow(
      /also sends to virtualNodeARN arn:aws:appmesh/,
    );
  });

  it('are limited to ten targets', () => {
    const object = structuredClone(fixture('dj.yaml', 'app-mesh'));
    const targets = list(route(object, 'jazz-route'), 'httpRoute', 'action', 'weightedTargets') as unknown[];
    for (let version = 20; targets.length < 10; version += 1)
      targets.push({ virtualNodeRef: { name: `jazz-v${version}` }, weight: 0 });
    expect(() => appMesh.weights.attach(routeOf(object), jazz, {}, 'J')).toThrow(
      /has 10 backends, the most there can be/,
    );
  });
});

describe('lanes of a VirtualRouter', () => {
  const before = attached(fixture('dj.yaml', 'app-mesh'));
  const after = withLanes(before);

  it('come before the route they copy by priority, in the order of the routes, on numbers nobody has', () => {
    expect(routes(after).map((entry) => [text(entry, 'name'), field(entry, 'priority')])).toEqual([
      ['jazz-route', 100],
      ['metal-route', 99],
      ['jazz-rest', undefined],
      ['mesh-canary-lane-stable-0', 97],
      ['mesh-canary-lane-canary-0', 98],
      ['mesh-canary-lane-stable-1', 999],
      ['mesh-canary-lane-canary-1', 1000],
    ]);
    expect(JSON.stringify(routes(after).slice(0, 3))).toBe(JSON.stringify(routes(before)));
  });

  it('match what the route matches and the token, with its retries and time-outs, and send to one version', () => {
    expect(field(route(after, 'mesh-canary-lane-canary-0'), 'httpRoute')).toEqual({
      match: {
        prefix: '/dj/jazz',
        method: 'GET',
        headers: [
          { name: 'x-team', match: { exact: 'music' } },
          { name: LANE_HEADER, match: { exact: 'run-1-c' } },
        ],
      },
      action: { weightedTargets: [{ virtualNodeRef: { name: 'jazz-v2' }, weight: 1, port: 9080 }] },
      retryPolicy: { maxRetries: 2, perRetryTimeout: { unit: 'ms', value: 500 }, httpRetryEvents: ['server-error'] },
      timeout: { perRequest: { unit: 's', value: 5 } },
    });
  });

  it('of a grpc route match metadata', () => {
    const lane = route(withLanes(attached(fixture('split.yaml', 'app-mesh'))), 'mesh-canary-lane-stable-1');
    expect(field(lane, 'grpcRoute', 'match')).toEqual({
      serviceName: 'dj.Jazz',
      metadata: [
        { name: 'x-team', match: { exact: 'music' } },
        { name: LANE_HEADER, match: { exact: 'run-1-s' } },
      ],
    });
  });

  it('of routes without priorities keep the order of their prefixes', () => {
    const object = structuredClone(before);
    for (const entry of routes(object)) delete (entry as { priority?: number }).priority;
    const lanes = routes(withLanes(object)).slice(3);
    expect(lanes.map((entry) => field(entry, 'priority'))).toEqual([997, 998, 999, 1000]);
  });

  it.each([
    ['first-priority', /has priority 1, .* Give it a priority of 100 or more/],
    ['tcp', /is a tcpRoute, which matches no headers/],
  ])('cannot be made in a router of the kind "%s"', (kind, reason) => {
    const object = attached(named('refused.yaml', 'app-mesh', kind));
    expect(() => appMesh.lanes.open(routeOf(object), jazz, tokens, {})).toThrow(RouteError);
    expect(() => appMesh.lanes.open(routeOf(object), jazz, tokens, {})).toThrow(reason);
  });

  it('need room for one more header among ten', () => {
    const object = structuredClone(before);
    const headers = list(route(object, 'jazz-route'), 'httpRoute', 'match', 'headers') as unknown[];
    while (headers.length < 10) headers.push({ name: `x-${headers.length}`, match: { exact: '1' } });
    expect(() => appMesh.lanes.open(routeOf(object), jazz, tokens, {})).toThrow(/matches 10 headers/);
  });

  it('cannot be marked: App Mesh sets no response header', () => {
    expect(appMesh.facts.limits.laneMark).toBe(false);
    expect(JSON.stringify(after).match(/x-mesh-canary-lane/g)).toHaveLength(4);
  });
});

describe('what the App Mesh controller says', () => {
  interface Case {
    says: string;
    expect?: string;
    refused?: string;
    status: object;
    events?: { reason: string; type: string; message: string; about?: string }[];
  }
  const cases = documents<Case[]>('status.yaml', 'app-mesh')[0]!;
  const router = fixture('dj.yaml', 'app-mesh');
  const eventsOf = (given: Case['events']) =>
    (given ?? []).map(({ about, ...event }, index) => ({
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: `e${index}`, namespace: 'prod' },
      involvedObject: {
        kind: 'VirtualRouter',
        namespace: 'prod',
        name: about ?? 'dj-router',
        uid: router.metadata.uid,
      },
      ...event,
    }));

  it.each(cases.map((one) => [one.says, one] as const))('%s', (_, { expect: answer, refused, status, events }) => {
    const said = appMesh.status.acknowledged({ ...router, status }, 7, eventsOf(events));
    if (refused === undefined) expect(said).toBe(answer);
    else expect(said).toEqual({ refused: expect.stringContaining(refused) });
  });

  it('is one line for messages, with the last error', () => {
    const { status, events } = cases.find(({ says }) => says.startsWith('AWS throttles'))!;
    expect(appMesh.status.said({ ...router, status }, eventsOf(events))).toBe(
      'the App Mesh controller has applied generation 6, VirtualRouterActive=unset; its last ReconcileError: TooManyRequestsException: slow down',
    );
    expect(appMesh.status.said(router)).toBe('the App Mesh controller has not reported on the route');
  });
});

describe('the VirtualNode of a canary', () => {
  const nodes = documents('nodes.yaml', 'app-mesh');

  it('is a copy of that of stable for the new version, without what AWS and the controller own', () => {
    const { apply, patches } = appMesh.backing.make(routeOf(fixture('dj.yaml', 'app-mesh')), jazz, nodes);
    expect(patches).toEqual([]);
    expect(apply).toEqual([
      {
        apiVersion: 'appmesh.k8s.aws/v1beta2',
        kind: 'VirtualNode',
        metadata: {
          name: 'jazz-v2',
          namespace: 'prod',
          labels: { app: 'jazz', version: 'v2' },
          annotations: { note: 'kept' },
        },
        spec: {
          podSelector: { matchLabels: { app: 'jazz', version: 'v2' } },
          listeners: field(nodes[0], 'spec', 'listeners'),
          backends: field(nodes[0], 'spec', 'backends'),
          serviceDiscovery: { dns: { hostname: 'jazz-v2.prod.svc.cluster.local' } },
        },
      },
    ]);
  });

  it('is found by Cloud Map attributes where stable is', () => {
    const metal = { stable: 'metal-v1', canary: 'metal-v2' };
    const { apply } = appMesh.backing.make(routeOf(fixture('dj.yaml', 'app-mesh'), 'metal'), metal, nodes);
    expect(field(apply[0], 'spec', 'podSelector', 'matchLabels')).toEqual({ app: 'metal', release: 'metal-v2' });
    expect(field(apply[0], 'spec', 'serviceDiscovery', 'awsCloudMap', 'attributes')).toEqual([
      { key: 'app', value: 'metal' },
      { key: 'version', value: 'v2' },
    ]);
  });

  it('is left alone where it exists', () => {
    const canary = { ...nodes[0]!, metadata: { name: 'jazz-v2', namespace: 'prod' } };
    expect(appMesh.backing.make(routeOf(fixture('dj.yaml', 'app-mesh')), jazz, [...nodes, canary]).apply).toEqual([]);
  });

  it('is refused where that of stable would catch its pods', () => {
    const object = JSON.parse(
      JSON.stringify(fixture('dj.yaml', 'app-mesh')).replaceAll('jazz-v1', 'rock'),
    ) as KubeObject;
    const rock = { stable: 'rock', canary: 'rock-v2' };
    expect(() => appMesh.backing.make(routeOf(object, 'rock'), rock, nodes)).toThrow(
      /selects {"app":"rock"}, which says no version: it would catch the pods of rock-v2/,
    );
  });

  it('is refused where stable has none', () => {
    expect(() => appMesh.backing.make(routeOf(fixture('dj.yaml', 'app-mesh')), jazz, [])).toThrow(
      /There is no VirtualNode prod\/jazz-v1/,
    );
  });

  it('may be named by a route once it is active', () => {
    expect(nodes.map(appMesh.backing.ready)).toEqual([true, false, false]);
  });
});
