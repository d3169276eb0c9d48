import { describe, expect, it } from '@jest/globals';
import { missingGateway, neededGateway, shippedGateway } from '../../../src/gateway/shipped.ts';
import type { KubeObject } from '../../../src/kube/objects.ts';
import { nameOf } from '../../../src/kube/objects.ts';
import { FakeApi } from '../../support/fake-api.ts';
import { route, settings } from '../../support/fixtures.ts';

const ROOT = process.cwd();
const names = (objects: readonly KubeObject[]) => objects.map(nameOf);
const shipped = (name: string, namespace = 'kong') => ['GatewayClass kong', `Gateway ${namespace}/${name}`];
const gateway = (name: string, namespace = 'kong'): KubeObject => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'Gateway',
  metadata: { name, namespace },
});
const on = (name: string, namespace: string): KubeObject => ({
  ...route({ 'jazz-v1': 1 }),
  spec: { parentRefs: [{ name, namespace }], rules: [] },
});
const ingress: KubeObject = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name: 'dj', namespace: 'prod' },
};

describe('the Gateway that is brought', () => {
  it('has the name the settings give, in the namespace of Kong; on a mesh they name the mesh', () => {
    const asked = { meshName: 'edge', kongNamespace: 'ingress' };
    expect(names(shippedGateway(settings({ ...asked, mesh: 'gateway-api' }), ROOT))).toEqual(
      shipped('edge', 'ingress'),
    );
    expect(names(shippedGateway(settings({ ...asked, mesh: 'istio' }), ROOT))).toEqual(shipped('kong', 'ingress'));
  });

  it('is missing until there is one of its name', async () => {
    const missing = async (...live: KubeObject[]) =>
      names(await missingGateway(new FakeApi(...live).cluster(), settings(), ROOT));
    expect(await missing()).toEqual(shipped('kong'));
    expect(await missing(gateway('other'), gateway('kong', 'elsewhere'))).toEqual(shipped('kong'));
    expect(await missing(gateway('kong'))).toEqual([]);
  });

  it('is needed by a release only where one of its services comes in by it', async () => {
    const needed = async (...entries: KubeObject[]) =>
      names(await neededGateway(new FakeApi().cluster(), settings(), ROOT, entries));
    expect(await needed(on('kong', 'kong'))).toEqual(shipped('kong'));
    expect(await needed(ingress, on('other', 'kong'), on('kong', 'elsewhere'))).toEqual([]);
    expect(await needed()).toEqual([]);
  });

  it('is not looked for when a route hangs on another than the one that is named', async () => {
    const named = settings({ mesh: 'gateway-api', meshName: 'edge' });
    await expect(neededGateway(new FakeApi().cluster(), named, ROOT, [on('kong', 'kong')])).rejects.toThrow(
      /HTTPRoute prod\/jazz hangs on no Gateway named edge/,
    );
  });
});
