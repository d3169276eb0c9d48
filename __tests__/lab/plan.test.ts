import fs from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PlanReport } from '../../src/forecast/types.ts';
import { aboutObject } from '../../src/kube/objects.ts';
import type { EvidenceFile } from '../../src/report/render/evidence-file.ts';
import { standard } from '../../src/routes/index.ts';
import { checkPermissions, planPermissions } from '../../src/study/rights.ts';
import { routeOf } from '../../src/study/work.ts';
import { settings } from '../support/fixtures.ts';
import { expectExit } from './support/exit-paths.ts';
import { identityWith, resourceVersions } from './support/identity.ts';
import type { ActionResult, Place } from './support/world.ts';
import { World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world?.stop());

const read = <T>(file: string | undefined): T => JSON.parse(fs.readFileSync(file ?? '', 'utf8')) as T;
const planOf = ({ outputs }: ActionResult) => read<PlanReport>(outputs['plan-file']);
const evidenceOf = ({ outputs }: ActionResult) => read<EvidenceFile>(outputs['evidence-file']);

/** Rights to read, and nothing else. */
function reader(place: Place): Promise<string> {
  const inPlace = (group: string, resource: string) => ({ group, resource, namespace: place.namespace });
  return identityWith(
    world,
    place.namespace,
    planPermissions({
      settings: settings({ namespace: place.namespace }),
      route: routeOf(standard),
      brought: [
        inPlace('apps', 'deployments'),
        inPlace('', 'services'),
        inPlace('', 'configmaps'),
        inPlace('gateway.networking.k8s.io', 'httproutes'),
        inPlace('configuration.konghq.com', 'kongplugins'),
      ],
      plugins: 'proved with a caller',
    }),
  );
}

const map = (place: Place, name: string, data: Record<string, string>) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: place.namespace },
  data,
});

/** Many runs, on a machine that may be busy with other labs. */
const LONG = 600_000;

describe('plan', () => {
  it(
    'reads with read-only rights, changes nothing, and says what the deploy then does',
    async () => {
      const place = await (await world.place()).serving({ replicas: 3 });
      const kept = map(place, 'kept', { a: '1' });
      const first = place.write('first.yaml', ...place.version('v2', { replicas: 3 }), kept);
      expect((await place.deploy({ version: 'v2', manifests: first, 'canary-weight': '100' })).code).toBe(0);
      await place.apply(map(place, 'changed', { a: '1' }), map(place, 'adopted', { a: '1' }));
      await world.lab.kubectl([
        ...['annotate', 'httproute', 'jazz', '-n', place.namespace],
        'argocd.argoproj.io/tracking-id=shop:gateway.networking.k8s.io/HTTPRoute:prod/jazz',
      ]);
      const route = place.route('jazz-v2') as { spec: { rules: object[] } };
      const slower = {
        ...route,
        spec: { ...route.spec, rules: [{ ...route.spec.rules[0], timeouts: { request: '11s' } }] },
      };
      const manifests = place.write(
        'app.yaml',
        ...[kept, map(place, 'changed', { a: '2' }), map(place, 'adopted', { a: '1' }), map(place, 'new', {})],
        ...[...place.version('v3', { replicas: 2 }), slower],
      );
      const inputs = { version: 'v3', manifests, 'canary-weight': '1,30,100', plugins: 'key-auth' };

      const kubeconfig = await reader(place);
      const before = await resourceVersions(world);
      const reading = await place.deploy({ ...inputs, command: 'plan', kubeconfig });
      expect(reading.log).toContain('planned: jazz-v3');
      expectExit(reading, 'plan', '`plan` has read everything', {
        reason: /^jazz-v3: \d+ objects would be created and \d+ changed/,
        weight: '',
        traffic: /^nothing was changed/,
      });
      expect(reading.outputs['version']).toBe('v3');
      const asking = await place.deploy({ ...inputs, command: 'plan' });
      expect(asking.code).toBe(0);
      expect(await resourceVersions(world)).toEqual(before);

      const plan = planOf(reading);
      expect(plan.missing).toEqual(expect.arrayContaining([expect.stringMatching(/^patch httproutes/)]));
      expect(plan.role).toMatch(/kind: Role/);
      expect(planOf(asking).missing).toEqual([]);
      // What was compared here is what the API server itself says.
      const actions = ({ objects }: PlanReport) =>
        Object.fromEntries(objects.map(({ object, action }) => [object, action]));
      expect(actions(plan)).toEqual(actions(planOf(asking)));
      expect(new Set(plan.objects.map(({ by }) => by))).toEqual(new Set(['comparison']));
      expect(new Set(planOf(asking).objects.map(({ by }) => by))).toEqual(new Set(['comparison', 'server dry run']));

      const running = place.start({ ...inputs, plugins: '' });
      const seen: string[] = [];
      let ended = false;
      void running.finished.then(() => {
        ended = true;
      });
      while (!ended) {
        const [weights] = await place.weights();
        const text = `${weights?.['jazz-v2']} / ${weights?.['jazz-v3']}`;
        if (seen.at(-1) !== text) seen.push(text);
      }
      const deployed = await running.finished;
      expect(deployed.outputs).toMatchObject({ result: 'promoted' });

      const said = (word: string) =>
        [...deployed.log.matchAll(new RegExp(`^${word} (.*?)(?: \\(.*)?$`, 'gm'))].map(([, name]) => name);
      const planned = (...wanted: string[]) =>
        plan.objects.filter(({ action }) => wanted.includes(action)).map(({ object }) => object);
      expect(said('created')).toEqual(planned('create').filter((name) => !name.startsWith('KongPlugin')));
      expect(said('changed')).toEqual(planned('change', 'adopt'));
      expect(said('merged')).toEqual(planned('merge'));
      expect(planned('unchanged')).toEqual([`ConfigMap ${place.namespace}/kept`]);
      expect(plan.objects.find(({ object }) => object.endsWith('/changed'))?.fields).toEqual([{ path: 'data.a' }]);
      expect(plan.objects.find(({ action }) => action === 'merge')?.fields).toEqual(
        expect.arrayContaining([{ path: 'spec.rules' }]),
      );

      const [service] = plan.services;
      const { outcome } = evidenceOf(deployed);
      expect(service?.steps.map(({ asked, effective }) => ({ asked, effective }))).toEqual(
        outcome.steps.map(({ asked, effective }) => ({ asked, effective })),
      );
      expect(seen.slice(-3)).toEqual(service?.steps.map(({ weights }) => `${weights.stable} / ${weights.canary}`));
      const warned = plan.findings.filter(({ severity }) => severity === 'warning');
      expect(warned.length).toBeGreaterThan(0);
      for (const { object, problem } of warned)
        expect(outcome.warnings).toContainEqual(expect.stringContaining(aboutObject(object, problem)));
      expect(plan.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
      expect(plan.drift).toEqual([]);
    },
    LONG,
  );

  it(
    'says what a deploy would stop at, instead of stopping',
    async () => {
      const place = await world.place();
      await place.apply(
        ...place.version('v1', { annotations: { 'konghq.com/retries': '3' } }),
        ...[place.route('jazz-v1')],
      );
      const manifests = place.write('v2.yaml', ...place.version('v2'));
      const result = await place.deploy({ command: 'plan', version: 'v2', manifests, plugins: 'no-such-plugin' });
      expect(result).toMatchObject({ code: 0, outputs: { result: 'planned' } });
      expect(result.outputs['reason']).toMatch(/a deploy would stop: 2 problems/);
      const deployed = await place.deploy({ version: 'v2', manifests, plugins: 'no-such-plugin' });
      expect(deployed.code).toBe(1);
      for (const { problem } of planOf(result).findings)
        expect(deployed.outputs['reason']).toContain(problem.slice(0, 60));
      expect(result.summary).toMatch(/no-such-plugin/);
    },
    LONG,
  );

  it(
    'shows drift: weights that are not the journal’s, and objects someone else changed',
    async () => {
      const place = await (await world.place()).serving();
      const manifests = place.write(
        'v2.yaml',
        ...place.version('v2'),
        map(place, 'limits', { rate: '10', burst: '5' }),
      );
      expect((await place.deploy({ version: 'v2', manifests, 'canary-weight': '20' })).outputs['result']).toBe(
        'holding',
      );
      await world.lab.kubectl([
        ...['patch', 'httproute', 'jazz', '-n', place.namespace, '--type=json', '-p'],
        JSON.stringify([{ op: 'replace', path: '/spec/rules/0/backendRefs/1/weight', value: 4000 }]),
      ]);
      await world.lab.kubectl([
        ...['patch', 'configmap', 'limits', '-n', place.namespace, '--field-manager=night-shift'],
        ...['-p', '{"data":{"rate":"99"}}'],
      ]);
      const result = await place.deploy({ command: 'plan', version: 'v2', manifests });
      const { drift } = planOf(result);
      expect(drift).toEqual([
        expect.stringMatching(/jazz: HTTPRoute .* sends 33\.33 % to jazz-v2, the journal says 20 %/),
        expect.stringMatching(/ConfigMap .*limits: night-shift owns data\.rate/),
      ]);
      expect(result.log).toContain('night-shift');
    },
    LONG,
  );
});

describe('check', () => {
  it(
    'passes on what is as it should be, with rights to read and nothing else',
    async () => {
      const place = await (await world.place()).serving();
      const manifests = place.write('v2.yaml', ...place.version('v2'));
      const proved = { version: 'v2', manifests, plugins: 'key-auth', 'canary-weight': '100' };
      const key = 'k-7f3a9c51d2e8';
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
      const headers = { 'probe-headers': `apikey: ${key}` };
      expect((await place.deploy({ ...proved, ...headers })).outputs['result']).toBe('promoted');
      const permissions = checkPermissions({
        settings: settings({ namespace: place.namespace }),
        route: routeOf(standard),
        plugins: 'bound',
      });
      const kubeconfig = await identityWith(world, place.namespace, permissions);
      const before = await resourceVersions(world);
      const asked = { command: 'check', kubeconfig, ...headers };
      const checks = JSON.stringify([{ name: 'who', path: place.path(), expect: { body: 'jazz v2' } }]);
      const result = await place.deploy({ ...asked, checks, plugins: 'key-auth' });
      expect(result.log).toContain('passed: jazz: 2 checks and 3 plugin proofs');
      expectExit(result, 'check', 'every check and plugin proof of `check` is as expected', {
        reason: /^jazz: 2 checks and 3 plugin proofs are as expected/,
        weight: '',
        traffic: /^nothing was changed, all traffic is where it was/,
      });
      expect(await resourceVersions(world)).toEqual(before);

      const wrong = JSON.stringify([{ name: 'who', path: place.path(), expect: { body: 'jazz v9' } }]);
      const failed = await place.deploy({ ...asked, checks: wrong, plugins: 'rate-limiting' });
      expectExit(failed, 'check', 'one of them is not, or the lint finds an error', {
        reason: /^2 failed: check "who" failed now: .*; plugin rate-limiting is not bound/,
        weight: '',
        traffic: /^nothing was changed, all traffic is where it was/,
      });
      expect(await resourceVersions(world)).toEqual(before);
    },
    LONG,
  );
});
