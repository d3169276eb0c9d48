import { describe, expect, it } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import type { Permission } from '../../../src/cluster/permissions.ts';
import { requirePermissions, rolesFor } from '../../../src/cluster/permissions.ts';
import { ClusterError } from '../../../src/errors.ts';
import { FakeApi, failed } from '../../support/fake-api.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const WANTED: Permission[] = [
  {
    verbs: ['get', 'patch'],
    group: 'gateway.networking.k8s.io',
    resource: 'httproutes',
    namespace: 'prod',
    purpose: 'weights',
  },
  { verbs: ['list'], group: '', resource: 'pods', namespace: 'prod', purpose: 'readiness' },
  { verbs: ['get'], group: 'gateway.networking.k8s.io', resource: 'gatewayclasses', purpose: 'the class' },
];

const roles = (yaml: string) => parseAllDocuments(yaml).map((document) => document.toJS());

describe('permissions', () => {
  it('are asked for one by one before anything is written', async () => {
    const api = new FakeApi();
    await requirePermissions(api.cluster(new FakeClock()), WANTED);
    const asked = api.requests.map(
      ({ body }) => (body as { spec: { resourceAttributes: object } }).spec.resourceAttributes,
    );
    expect(asked).toEqual([
      { verb: 'get', group: 'gateway.networking.k8s.io', resource: 'httproutes', namespace: 'prod' },
      { verb: 'patch', group: 'gateway.networking.k8s.io', resource: 'httproutes', namespace: 'prod' },
      { verb: 'list', group: '', resource: 'pods', namespace: 'prod' },
      { verb: 'get', group: 'gateway.networking.k8s.io', resource: 'gatewayclasses' },
    ]);
  });

  it('that are missing are all said at once, with the role that grants exactly these', async () => {
    const api = new FakeApi();
    api.allows = ({ verb }) => verb === 'get';
    const error = await requirePermissions(api.cluster(new FakeClock()), WANTED).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ClusterError);
    expect((error as Error).message).toBe(
      'these permissions are missing:\n' +
        '  patch httproutes.gateway.networking.k8s.io in prod (weights)\n' +
        '  list pods in prod (readiness)',
    );
    const [role, ...more] = roles((error as ClusterError).next.split('\n').slice(1).join('\n'));
    expect(more).toEqual([]);
    expect(role).toEqual({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata: { name: 'mesh-canary', namespace: 'prod' },
      rules: [
        { apiGroups: ['gateway.networking.k8s.io'], resources: ['httproutes'], verbs: ['patch'] },
        { apiGroups: [''], resources: ['pods'], verbs: ['list'] },
      ],
    });
  });

  it.each([403, 404])('are taken for granted where access reviews answer %i', async (status) => {
    const api = new FakeApi();
    api.accident = (request) => failed(status, '', request, 'no');
    await expect(requirePermissions(api.cluster(new FakeClock()), WANTED)).resolves.toBeUndefined();
  });

  it('are not taken for granted when nothing answers', async () => {
    const api = new FakeApi();
    api.down = true;
    await expect(requirePermissions(api.cluster(new FakeClock({ auto: true })), WANTED)).rejects.toThrow(
      /socket hang up/,
    );
  });

  it('become one Role a namespace and one ClusterRole, with the verbs of one resource together', () => {
    const made = roles(rolesFor([...WANTED, { ...(WANTED[1] as Permission), verbs: ['get', 'list'] }]));
    expect(made.map(({ kind, metadata }) => [kind, metadata.namespace])).toEqual([
      ['Role', 'prod'],
      ['ClusterRole', undefined],
    ]);
    expect(made[0].rules[1]).toEqual({ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] });
  });
});
