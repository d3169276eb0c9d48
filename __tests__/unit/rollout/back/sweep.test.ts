import { describe, expect, it } from '@jest/globals';
import { ApiError } from '../../../../src/cluster/connection/transport.ts';
import { CLONE_LABEL, LANE_LABEL, RUN_LABEL } from '../../../../src/kube/names.ts';
import type { KubeObject } from '../../../../src/kube/objects.ts';
import { LEASE_SECONDS, leaseName } from '../../../../src/lock/lease.ts';
import { sweep } from '../../../../src/rollout/back/sweep.ts';
import { appMesh } from '../../../../src/routes/providers/app-mesh/index.ts';
import { gatewayApi } from '../../../../src/routes/providers/gateway-api/index.ts';
import type { RouteProvider } from '../../../../src/routes/types.ts';
import { FakeApi } from '../../../support/fake-api.ts';
import { deployment, service } from '../../../support/fixtures.ts';

const route = (name: string, backends: readonly string[], more: Partial<KubeObject['metadata']> = {}): KubeObject => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name, namespace: 'prod', ...more },
  spec: { rules: [{ backendRefs: backends.map((backend) => ({ name: backend, port: 9080 })) }] },
});
const lane = (of: string): KubeObject =>
  route(`${of}-lane`, [`${of}-v2`], {
    labels: { [LANE_LABEL]: `${of}-v2` },
    ownerReferences: [{ apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', name: of, uid: 'u' }],
  });
const cloned = (object: KubeObject, from: string): KubeObject => ({
  ...object,
  metadata: { ...object.metadata, labels: { ...object.metadata.labels, [CLONE_LABEL]: from } },
});
const clone = (name: string, from: string) => [
  cloned(deployment(name, { app: name }), from),
  cloned(service(name, { app: name }), from),
];
const secretOf = (run: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: `proof-${run}`, namespace: 'prod', labels: { [RUN_LABEL]: run } },
});
const lease = (routeName: string, run: string): KubeObject => ({
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: {
    name: leaseName(routeName),
    namespace: 'prod',
    labels: { 'app.kubernetes.io/managed-by': 'mesh-canary' },
  },
  spec: { holderIdentity: run, leaseDurationSeconds: LEASE_SECONDS },
});
const jazz = { service: 'jazz', route: 'jazz', isBackend: (name: string) => /^jazz(-|$)/.test(name) };
const clean = (api: FakeApi, clones = true, mesh: RouteProvider = gatewayApi) =>
  sweep(api.cluster(), 'prod', [jazz], { run: 'me', clones, mesh });

describe('what dead runs left', () => {
  it('goes: lanes of the route, callers of runs without a lock, clones that no route names', async () => {
    const api = new FakeApi(
      route('jazz', ['jazz-v1']),
      lane('jazz'),
      secretOf('dead'),
      secretOf('me'),
      lease('jazz', 'me'),
      ...clone('jazz-v2', 'jazz-v1'),
    );
    const { removed, problems } = await clean(api);
    expect(problems).toEqual([]);
    expect([...removed].sort()).toEqual([
      'Deployment prod/jazz-v2',
      'HTTPRoute prod/jazz-lane',
      'Secret prod/proof-dead',
      'Secret prod/proof-me',
      'Service prod/jazz-v2',
    ]);
  });

  it('stays where it is somebody else’s, in use, kept or retired', async () => {
    const retired = cloned(deployment('jazz-v3', { app: 'jazz' }, 0), 'jazz-v1');
    const api = new FakeApi(
      route('jazz', ['jazz-v1', 'jazz-v2']),
      route('jazz-admin', ['jazz-admin-v1']),
      lane('metal'),
      secretOf('alive'),
      lease('metal', 'alive'),
      ...clone('jazz-v2', 'jazz-v1'),
      ...clone('jazz-admin-v2', 'jazz-admin-v1'),
      deployment('jazz-v4', { app: 'jazz' }),
      { ...retired, metadata: { ...retired.metadata, annotations: { 'mesh-canary.dev/retired-replicas': '2' } } },
    );
    expect(await clean(api)).toEqual({ removed: [], problems: [] });
  });

  it('keeps clones while it is not proved that nobody is sent to them', async () => {
    const api = new FakeApi(route('jazz', ['jazz-v1']), ...clone('jazz-v2', 'jazz-v1'));
    expect(await clean(api, false)).toEqual({ removed: [], problems: [] });
  });

  it('is said where it cannot be deleted, and left where it may not be seen', async () => {
    const api = new FakeApi(route('jazz', ['jazz-v1']), lane('jazz'), secretOf('dead'));
    api.accident = ({ method, path }) =>
      /secrets/.test(path) && method === 'GET'
        ? new ApiError(403, 'Forbidden', 'secrets is forbidden')
        : method === 'DELETE'
          ? new ApiError(500, 'InternalError', 'etcd is away')
          : undefined;
    expect(await clean(api)).toEqual({ removed: [], problems: ['HTTPRoute prod/jazz-lane is left: etcd is away'] });
  });

  it('of a mesh goes by the routes of the mesh: with it what stands behind a version', async () => {
    const api = new FakeApi(...clone('jazz-v2', 'jazz-v1'), ...clone('jazz-v3', 'jazz-v1'));
    api.served['appmesh.k8s.aws/v1beta2'] = { VirtualRouter: 'virtualrouters', VirtualNode: 'virtualnodes' };
    const inMesh = (kind: string, name: string, spec: object): KubeObject => ({
      apiVersion: 'appmesh.k8s.aws/v1beta2',
      kind,
      metadata: { name, namespace: 'prod' },
      spec,
    });
    const weightedTargets = ['jazz-v1', 'jazz-v2'].map((name) => ({ virtualNodeRef: { name }, weight: 50 }));
    const routes = [{ name: 'jazz', httpRoute: { match: { prefix: '/' }, action: { weightedTargets } } }];
    api.put(inMesh('VirtualRouter', 'jazz', { routes }));
    for (const name of ['jazz-v2', 'jazz-v3']) api.put(cloned(inMesh('VirtualNode', name, {}), 'jazz-v1'));
    const { removed, problems } = await clean(api, true, appMesh);
    expect(problems).toEqual([]);
    expect([...removed].sort()).toEqual([
      'Deployment prod/jazz-v3',
      'Service prod/jazz-v3',
      'VirtualNode prod/jazz-v3',
    ]);
  });

  it('leaves clones alone where the routes of the mesh may not be seen', async () => {
    const api = new FakeApi(...clone('jazz-v2', 'jazz-v1'));
    api.served['appmesh.k8s.aws/v1beta2'] = { VirtualRouter: 'virtualrouters', VirtualNode: 'virtualnodes' };
    api.accident = ({ path }) =>
      path.includes('virtualrouters') ? new ApiError(403, 'Forbidden', 'virtualrouters is forbidden') : undefined;
    const { removed, problems } = await clean(api, true, appMesh);
    expect(removed).toEqual([]);
    expect(problems).toEqual([expect.stringMatching(/could not be looked for: virtualrouters is forbidden/)]);
  });
});
