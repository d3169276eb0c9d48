import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Permission } from '../../src/cluster/permissions.ts';
import { standard } from '../../src/routes/index.ts';
import { retirePermissions } from '../../src/study/retire-rights.ts';
import {
  checkPermissions,
  deployPermissions,
  planPermissions,
  rollbackPermissions,
  setupPermissions,
  statusPermissions,
} from '../../src/study/rights.ts';
import type { Work } from '../../src/study/work.ts';
import { routeOf } from '../../src/study/work.ts';
import type { Mutable } from '../support/fake-api.ts';
import { settings } from '../support/fixtures.ts';
import { expectExit } from './support/exit-paths.ts';
import { identityWith, resourceVersions } from './support/identity.ts';
import type { Place } from './support/world.ts';
import { leftovers, World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world?.stop());

const ROUTE = routeOf(standard);

/** A release that brings everything a release can: manifests, its route, a plugin proved with a caller, and retiring. */
function workIn({ namespace }: Place): Work {
  const inPlace = (group: string, resource: string) => ({ group, resource, namespace });
  return {
    settings: settings({ namespace, retire: 'delete' }),
    route: ROUTE,
    brought: [
      inPlace('apps', 'deployments'),
      inPlace('', 'services'),
      inPlace('', 'configmaps'),
      inPlace(ROUTE.group, ROUTE.resource),
      inPlace('configuration.konghq.com', 'kongplugins'),
    ],
    plugins: 'proved with a caller',
  };
}

/** One entry for each resource in a namespace, with all its verbs: what a rule of a Role is. */
function rulesOf(permissions: readonly Permission[]): Permission[] {
  const rules = new Map<string, Permission>();
  for (const permission of permissions) {
    const key = [permission.group, permission.resource, permission.namespace ?? ''].join('|');
    const verbs = [...new Set([...(rules.get(key)?.verbs ?? []), ...permission.verbs])];
    rules.set(key, { ...permission, verbs });
  }
  return [...rules.values()];
}

/**
 * Takes each rule away once; a few runs at a time. Every run must be red, name each missing verb of the rule, show the Role
 * that grants them, and leave the cluster as it is.
 */
async function expectEachRuleNeeded(
  place: Place,
  permissions: readonly Permission[],
  inputs: Record<string, string>,
): Promise<void> {
  const rules = rulesOf(permissions);
  const jobs = await Promise.all(
    rules.map(async (rule) => {
      const others = rules.filter((other) => other !== rule);
      return { rule, kubeconfig: await identityWith(world, place.namespace, others) };
    }),
  );
  const before = await resourceVersions(world);
  const left = [...jobs];
  const worker = async () => {
    for (let job = left.shift(); job !== undefined; job = left.shift()) {
      const { rule, kubeconfig } = job;
      const result = await place.deploy({ ...inputs, kubeconfig });
      const named = rule.group === '' ? rule.resource : `${rule.resource}.${rule.group}`;
      const where = rule.namespace === undefined ? '' : ` in ${rule.namespace}`;
      expect({ without: named + where, code: result.code }).toEqual({ without: named + where, code: 1 });
      for (const verb of rule.verbs) expect(result.log).toContain(`${verb} ${named}${where} (`);
      expect(result.log).toMatch(/kind: (Cluster)?Role/);
      expect(result.outputs['reason']).toMatch(/no route was touched|permissions are missing/);
    }
  };
  await Promise.all([worker(), worker(), worker()]);
  expect(await resourceVersions(world)).toEqual(before);
}

async function release(place: Place): Promise<Record<string, string>> {
  const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'motd', namespace: place.namespace }, data: {} };
  const [deployment, service] = place.version('v2') as [Mutable, object];
  // Pods that take a while: waiting for them, and looking why, needs rights of its own.
  deployment.spec.template.spec.containers[0].readinessProbe.initialDelaySeconds = 4;
  const manifests = place.write('app.yaml', deployment, service, map, place.route('jazz-v1'));
  return { version: 'v2', manifests, plugins: 'key-auth', 'canary-weight': '50,100', retire: 'delete' };
}

/** Many runs, on a machine that may be busy with other labs. */
const LONG = 900_000;

describe('with exactly the Role of docs/permissions.md', () => {
  it(
    'deploy releases, proves its plugin, retires and leaves nothing; without any one rule it says so and writes nothing',
    async () => {
      const place = await (await world.place()).serving();
      // Probes come from a caller of the release: its key is theirs.
      const key = 'k-5e1d0c9b8a76';
      await place.apply(
        {
          apiVersion: 'v1',
          kind: 'Secret',
          metadata: { name: 'caller', namespace: place.namespace, labels: { 'konghq.com/credential': 'key-auth' } },
          stringData: { key },
        },
        {
          apiVersion: 'configuration.konghq.com/v1',
          kind: 'KongConsumer',
          metadata: {
            name: 'caller',
            namespace: place.namespace,
            annotations: { 'kubernetes.io/ingress.class': 'kong' },
          },
          username: `caller-${place.namespace}`,
          credentials: ['caller'],
        },
      );
      const inputs = { ...(await release(place)), 'probe-headers': `apikey: ${key}` };
      const permissions = deployPermissions(workIn(place));
      await expectEachRuleNeeded(place, permissions, inputs);
      const looks = [...permissions, ...retirePermissions(workIn(place))];
      const kubeconfig = await identityWith(world, place.namespace, looks);
      const result = await place.deploy({ ...inputs, kubeconfig });
      expect(result.log).toContain('promoted: jazz-v2 passed every step');
      expect(result.log).not.toMatch(/forbidden|::warning::/);
      expect(await place.exists('deployment', 'jazz-v1')).toBe(false);
      expect(await leftovers(place)).toEqual([]);
    },
    LONG,
  );

  it(
    'deploy takes everything back when the new version is bad',
    async () => {
      const place = await (await world.place()).serving();
      const kubeconfig = await identityWith(world, place.namespace, deployPermissions(workIn(place)));
      const manifests = place.write('app.yaml', ...place.version('v2', { env: { FAULT_ERROR_RATE: '1' } }));
      const result = await place.deploy({ version: 'v2', manifests, 'canary-weight': '50,100', kubeconfig });
      expect(result.outputs['result']).toBe('rolled-back');
      expect(result.log).not.toMatch(/forbidden/);
      expect(await place.exists('deployment', 'jazz-v2')).toBe(false);
    },
    LONG,
  );

  it(
    'status reads, and rollback returns what is holding; without any one rule they say so',
    async () => {
      const place = await (await world.place()).serving();
      const { settings: asked, route } = workIn(place);
      const looks = statusPermissions(asked, route);
      const returns = rollbackPermissions(asked, route);
      await expectEachRuleNeeded(place, looks, { command: 'status' });
      await expectEachRuleNeeded(place, returns, { command: 'rollback' });
      const manifests = place.write('app.yaml', ...place.version('v2'));
      const held = await place.deploy({ version: 'v2', manifests, 'canary-weight': '20' });
      expect(held.outputs['result']).toBe('holding');
      const reader = await identityWith(world, place.namespace, looks);
      const read = await place.deploy({ command: 'status', kubeconfig: reader });
      expect(read).toMatchObject({ code: 0, outputs: { result: 'read' } });
      const returner = await identityWith(world, place.namespace, returns);
      const returned = await place.deploy({ command: 'rollback', kubeconfig: returner });
      expect(returned).toMatchObject({ code: 0, outputs: { result: 'returned' } });
      expect((await place.weights())[0]?.['jazz-v1']).toBe(10_000);
    },
    LONG,
  );

  it(
    'plan reads; without any one rule it says so',
    async () => {
      const place = await (await world.place()).serving();
      const permissions = planPermissions(workIn(place));
      const inputs = { ...(await release(place)), command: 'plan' };
      await expectEachRuleNeeded(place, permissions, inputs);
      const kubeconfig = await identityWith(world, place.namespace, permissions);
      expect(await place.deploy({ ...inputs, kubeconfig })).toMatchObject({ code: 0, outputs: { result: 'planned' } });
    },
    LONG,
  );

  it(
    'check reads; without any one rule it says so',
    async () => {
      const place = await (await world.place()).serving();
      const permissions = checkPermissions(workIn(place));
      const inputs = { command: 'check' };
      await expectEachRuleNeeded(place, permissions, inputs);
      const kubeconfig = await identityWith(world, place.namespace, permissions);
      expect(await place.deploy({ ...inputs, kubeconfig })).toMatchObject({ code: 0, outputs: { result: 'passed' } });
    },
    LONG,
  );

  it(
    'setup applies to a platform that has Kong; without any one rule it says so',
    async () => {
      const place = await world.place();
      const map = {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'motd', namespace: place.namespace },
        data: {},
      };
      const brought = [{ group: '', resource: 'configmaps', namespace: place.namespace }];
      const permissions = setupPermissions({ settings: settings({ namespace: place.namespace }), brought }, false);
      const inputs = { command: 'setup', manifests: place.write('motd.yaml', map) };
      await expectEachRuleNeeded(place, permissions, inputs);
      const kubeconfig = await identityWith(world, place.namespace, permissions);
      expectExit(await place.deploy({ ...inputs, kubeconfig }), 'setup', 'Kong, Gateway or manifests were changed', {
        reason: /^the platform is set up: Kong answers at/,
        weight: '',
        traffic: /^no route was touched/,
      });
      expect(await place.exists('configmap', 'motd')).toBe(true);
    },
    LONG,
  );
});
