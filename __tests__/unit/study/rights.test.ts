import { describe, expect, it } from '@jest/globals';
import type { Permission } from '../../../src/cluster/permissions.ts';
import { missingPermissions } from '../../../src/cluster/permissions.ts';
import { standard } from '../../../src/routes/index.ts';
import { istio } from '../../../src/routes/providers/istio/index.ts';
import { checkPermissions, deployPermissions, planPermissions, setupPermissions } from '../../../src/study/rights.ts';
import type { Work } from '../../../src/study/work.ts';
import { resourcesOf, routeOf } from '../../../src/study/work.ts';
import { FakeApi } from '../../support/fake-api.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { deployment, route, service, settings } from '../../support/fixtures.ts';

const inProd = (group: string, resource: string) => ({ group, resource, namespace: 'prod' });
const work: Work = {
  settings: settings({ retire: 'delete' }),
  route: routeOf(standard),
  brought: [inProd('', 'secrets'), inProd('apps', 'deployments'), inProd('gateway.networking.k8s.io', 'httproutes')],
  plugins: 'proved with a caller',
};
const commands: Record<string, readonly Permission[]> = {
  deploy: deployPermissions(work),
  plan: planPermissions(work),
  check: checkPermissions(work),
  setup: setupPermissions(work, false),
};
const write = /^(create|update|patch|delete)$/;

describe('rights', () => {
  it.each(Object.entries(commands))('of %s are missed verb by verb, each once', async (_command, wanted) => {
    const asked = new Set(
      wanted.flatMap(({ verbs, resource, namespace }) => verbs.map((verb) => `${verb} ${resource} ${namespace}`)),
    );
    for (const one of asked) {
      const api = new FakeApi();
      api.allows = ({ verb, resource, namespace }) => `${verb} ${resource} ${namespace}` !== one;
      const missing = await missingPermissions(api.cluster(new FakeClock()), wanted);
      expect(missing.map(({ verbs, resource, namespace }) => `${verbs} ${resource} ${namespace}`)).toEqual([one]);
    }
  });

  it.each(['plan', 'check'])('of %s are to read, in the namespaces of the release and of Kong', (command) => {
    for (const { verbs, namespace, resource } of commands[command] ?? []) {
      expect(verbs.filter((verb) => write.test(verb))).toEqual([]);
      expect(['prod', 'kong']).toContain(namespace);
      expect(resource).not.toBe('secrets');
    }
  });

  it('of a deploy are no wider than its inputs ask for', () => {
    const bare = deployPermissions({ ...work, settings: settings(), brought: [], plugins: 'none' });
    const written = bare.flatMap(({ verbs, resource }) =>
      verbs.filter((verb) => write.test(verb)).map((verb) => `${verb} ${resource}`),
    );
    expect(written.sort()).toEqual([
      'create httproutes',
      'create leases',
      'delete httproutes',
      'delete leases',
      'patch deployments',
      'patch horizontalpodautoscalers',
      'patch httproutes',
      'update leases',
    ]);
    expect(bare.filter(({ namespace }) => namespace === undefined)).toEqual([]);
  });

  it('follow the kind of route of another provider', () => {
    const named = (wanted: readonly Permission[]) => wanted.map(({ group, resource }) => `${resource}.${group}`);
    expect(named(deployPermissions({ ...work, route: routeOf(istio), brought: [] }))).toContain(
      'virtualservices.networking.istio.io',
    );
    expect(named(planPermissions({ ...work, route: routeOf(istio), brought: [] }))).not.toContain(
      'httproutes.gateway.networking.k8s.io',
    );
  });

  it('are for resources as the cluster calls them, each once; a kind that is not served yet has none', async () => {
    const unknown = { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'w', namespace: 'prod' } };
    const objects = [deployment('a', {}), deployment('b', {}), service('a', {}), route({ a: 1 }), unknown];
    expect(await resourcesOf(new FakeApi().cluster(new FakeClock()), objects)).toEqual([
      inProd('apps', 'deployments'),
      inProd('', 'services'),
      inProd('gateway.networking.k8s.io', 'httproutes'),
    ]);
  });

  it('ask for subresources by their own field', async () => {
    const api = new FakeApi();
    await missingPermissions(api.cluster(new FakeClock()), [
      { verbs: ['get'], group: '', resource: 'pods/proxy', namespace: 'prod', purpose: 'count' },
    ]);
    expect(api.requests.map(({ body }) => body)).toMatchObject([
      { spec: { resourceAttributes: { resource: 'pods', subresource: 'proxy', verb: 'get' } } },
    ]);
  });
});
