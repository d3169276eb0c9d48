import { describe, expect, it } from '@jest/globals';
import type { KubeObject } from '../../../src/kube/objects.ts';
import { placeObjects } from '../../../src/manifests/placing.ts';
import { PLACING } from '../../../src/manifests/placing-table.ts';
import { changes, NAMESPACE, object, PIECES } from '../services/app/world.ts';

const LABELS = { app: 'orders' };
const podOf = (spec: object = {}, labels: object = LABELS) => ({
  metadata: { labels },
  spec: { containers: [], ...spec },
});
const home = (spec: object = {}, selector: object = LABELS) =>
  object('apps/v1', 'Deployment', 'orders', { spec: { selector: { matchLabels: selector }, template: podOf(spec) } });
const service = object('v1', 'Service', 'orders', { spec: { selector: LABELS } });
const uses = { containers: [{ name: 'o', envFrom: [{ configMapRef: { name: 'orders-config' } }] }] };
const piece = (name: string) => PIECES[name]!.of(LABELS);
const edited = (name: string) => PIECES[name]!.next(piece(name));
const config = (name: string, more: object = {}) => object('v1', 'ConfigMap', name, { data: { A: '1' }, ...more });

/** Where one object of the manifests is put, beside the home Deployment. */
function placed(one: KubeObject, live: readonly KubeObject[] = [], next: KubeObject = home(uses)) {
  const all = [home(uses), service, ...live];
  const found = placeObjects({
    manifests: one === next ? [one] : [next, one],
    live: all,
    namespace: NAMESPACE,
    home: 'orders',
    homeService: 'orders',
    serving: [home(uses)],
    wouldChange: changes(all),
  }).find((entry) => entry.object === one);
  return { when: found?.when, row: found?.row, reason: found?.reason };
}

describe('the table', () => {
  it.each<[string, string, KubeObject, (readonly KubeObject[])?]>([
    ['before', 'a ConfigMap that is new', config('new')],
    ['before', 'a ConfigMap that is live as it is here', config('orders-config'), [config('orders-config')]],
    ['with-canary', 'a ConfigMap that its pods use and that changes', edited('config'), [piece('config')]],
    ['with-canary', 'a ConfigMap that is missing and read as soon as it is there', piece('config')],
    ['at-promotion', 'a ConfigMap of others that changes', edited('others'), [piece('others')]],
    [
      'refused',
      'an immutable ConfigMap that changes',
      config('orders-config', { data: {} }),
      [config('orders-config', { immutable: true })],
    ],
    [
      'before',
      'an immutable ConfigMap as it is',
      config('orders-config', { immutable: true }),
      [config('orders-config', { immutable: true })],
    ],
    ['before', 'an account that is new', piece('account')],
    ['at-promotion', 'an account that changes', edited('account'), [piece('account')]],
    ['before', 'a Role that is new', piece('role')],
    ['at-promotion', 'a Role that changes', edited('role'), [piece('role')]],
    ['before', 'a binding of a new account', piece('binding')],
    ['with-canary', 'a policy of its pods', piece('policy')],
    ['at-promotion', 'a policy of others', piece('peerPolicy')],
    ['with-canary', 'its autoscaler, new', piece('autoscaler')],
    ['with-canary', 'its autoscaler, changed', edited('autoscaler'), [piece('autoscaler')]],
    ['at-promotion', "another's autoscaler, changed", edited('workerScaler'), [piece('workerScaler')]],
    ['with-canary', 'its ScaledObject', piece('scaled')],
    ['before', 'credentials of a ScaledObject, new', piece('credentials')],
    ['at-promotion', 'credentials of a ScaledObject, changed', edited('credentials'), [piece('credentials')]],
    ['at-promotion', 'a VerticalPodAutoscaler of it', piece('vertical')],
    ['with-canary', 'its budget', piece('budget')],
    ['before', 'a volume that is new', piece('volume')],
    ['at-promotion', 'a volume that grows', edited('volume'), [piece('volume')]],
    ['migration', 'a Job', piece('job')],
    ['migration', 'a Job that is live', piece('job'), [piece('job')]],
    ['at-promotion', 'a CronJob that is new', piece('cron')],
    [
      'before',
      'a StatefulSet that is new and stands apart',
      object('apps/v1', 'StatefulSet', 'redis', { spec: { template: podOf({}, { app: 'redis' }) } }),
    ],
    [
      'refused',
      'a StatefulSet behind the Service',
      object('apps/v1', 'StatefulSet', 'set', { spec: { template: podOf() } }),
    ],
    [
      'refused',
      'a DaemonSet behind the Service',
      object('apps/v1', 'DaemonSet', 'set', { spec: { template: podOf() } }),
    ],
    [
      'before',
      'a DaemonSet that is new and stands apart',
      object('apps/v1', 'DaemonSet', 'set', { spec: { template: podOf({}, { app: 'log' }) } }),
    ],
    [
      'before',
      'a Service of others that is new',
      object('v1', 'Service', 'worker', { spec: { selector: { app: 'worker' } } }),
    ],
    ['at-promotion', 'a Service that is new and sends to its pods', piece('service')],
    ['at-promotion', 'a Service whose ports change', edited('service'), [piece('service')]],
    ['before', "another app's Deployment that is new", piece('worker')],
    ['at-promotion', "another app's Deployment that changes", edited('worker'), [piece('worker')]],
    ['at-promotion', 'a Deployment that is new and that the Service would send to', piece('joining')],
    ['at-promotion', 'a route', piece('route')],
    ['at-promotion', 'an Ingress', piece('ingress')],
    ['at-promotion', 'labels of the namespace', edited('namespace'), [piece('namespace')]],
    ['before', 'a namespace that is new', { ...piece('namespace'), metadata: { name: 'other' } }],
    ['before', 'a definition that is new', piece('definition')],
    ['at-promotion', 'a definition that changes', edited('definition'), [piece('definition')]],
    ['before', 'a plugin that nobody is bound to', piece('plugin')],
    ['at-promotion', 'a plugin that a route names already', piece('plugin'), [piece('route')]],
    ['at-promotion', 'a plugin that changes', edited('plugin'), [piece('plugin')]],
    ['before', 'a consumer that is new', piece('consumer')],
    ['at-promotion', 'a consumer that changes', edited('consumer'), [piece('consumer')]],
    ['before', 'an unknown kind that is new and about others', piece('unknown')],
    ['at-promotion', 'an unknown kind that names the Service', piece('custom')],
    ['at-promotion', 'an unknown kind that changes', edited('unknown'), [piece('unknown')]],
    ['at-promotion', 'a webhook', piece('webhook')],
    ['refused', 'a Rollout', object('argoproj.io/v1alpha1', 'Rollout', 'orders', { spec: { template: podOf() } })],
    [
      'refused',
      "a Canary of Flagger's for it",
      object('flagger.app/v1beta1', 'Canary', 'x', { spec: { targetRef: { kind: 'Deployment', name: 'orders' } } }),
    ],
    [
      'before',
      'a Rollout of others that is new',
      object('argoproj.io/v1alpha1', 'Rollout', 'x', { spec: { template: podOf({}, { app: 'x' }) } }),
    ],
    [
      'at-promotion',
      'a route of others that is new',
      object('getambassador.io/v3alpha1', 'Mapping', 'x', { spec: { service: 'other' } }),
    ],
  ])('%s: %s', (...[when, , one, live]: [string, string, KubeObject, (readonly KubeObject[])?]) => {
    expect(placed(one, live)).toMatchObject({ when });
  });

  it('makes the canary of the home Deployment, changed or not, and refuses another selector', () => {
    const next = home({ containers: [{ name: 'o', image: 'x:2' }] });
    expect(placed(next, [], next)).toMatchObject({ when: 'with-canary', row: 'home' });
    const same = home(uses);
    expect(placed(same, [], same)).toMatchObject({ when: 'with-canary', row: 'home' });
    const other = home({}, { app: 'orders', tier: 'web' });
    expect(placed(other, [], other)).toMatchObject({ when: 'refused', row: 'home-selector' });
  });

  const hooked = (kind: string, annotation: string, value: string) =>
    object(kind === 'Job' ? 'batch/v1' : 'v1', kind, 'hooked', {}, { annotations: { [annotation]: value } });
  it.each([
    ['Job', 'helm.sh/hook', 'pre-upgrade,pre-install', 'migration'],
    ['Job', 'argocd.argoproj.io/hook', 'PreSync', 'migration'],
    ['ConfigMap', 'helm.sh/hook', 'pre-upgrade', 'before'],
    ['Job', 'helm.sh/hook', 'pre-delete', 'never'],
    ['Job', 'helm.sh/hook', 'post-install,post-upgrade', 'never'],
    ['Pod', 'helm.sh/hook', 'test', 'never'],
    ['Pod', 'helm.sh/hook', 'pre-upgrade', 'never'],
    ['Secret', 'helm.sh/hook', 'post-upgrade', 'never'],
    ['Job', 'argocd.argoproj.io/hook', 'PostSync', 'never'],
  ])('a %s with %s: %s is %s', (kind, annotation, value, when) => {
    expect(placed(hooked(kind, annotation, value))).toMatchObject({ when });
  });

  it('gives a reason with the way by which the serving pods are reached', () => {
    expect(placed(edited('config'), [piece('config')]).reason).toContain(
      'ConfigMap shop/orders-config bears on the pods that serve (Deployment shop/orders reads its environment from it)',
    );
  });

  it('has a row for every kind, one sentence each, under names of their own', () => {
    expect(PLACING.at(-1)?.kinds).toEqual(['*']);
    expect(PLACING.at(-1)?.traits).toBeUndefined();
    expect(new Set(PLACING.map(({ id }) => id)).size).toBe(PLACING.length);
    for (const { sentence } of PLACING) expect(sentence).toMatch(/^[A-Z].*[.]$/);
  });
});
