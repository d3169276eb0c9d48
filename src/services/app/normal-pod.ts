/**
 * A pod template in the one form that all ways of writing it share, so that what means the same hashes the same.
 *
 * Folded, as the API server fills them in (kubernetes/kubernetes pkg/apis/core/v1/defaults.go, SetDefaults_PodSpec,
 * _Container, _Probe, _HTTPGetAction, _ObjectFieldSelector, _SecretVolumeSource, _ConfigMapVolumeSource,
 * _DownwardAPIVolumeSource, _ProjectedVolumeSource, _ServiceAccountTokenProjection, _HostPathVolumeSource, and the doc
 * comments of staging/src/k8s.io/api/core/v1/types.go for fields whose absence means a value):
 * see {@link POD}, {@link CONTAINER}, {@link PROBE} and the functions below.
 */
import { field, list, mapAt, strings, text } from '../../kube/objects.ts';
import { foldPodSpec } from './fold.ts';
import { quantity } from './quantity.ts';

type Fields = Record<string, unknown>;

const POD: Fields = {
  restartPolicy: 'Always',
  dnsPolicy: 'ClusterFirst',
  terminationGracePeriodSeconds: 30,
  schedulerName: 'default-scheduler',
  serviceAccountName: 'default',
  enableServiceLinks: true,
  hostNetwork: false,
  hostPID: false,
  hostIPC: false,
  shareProcessNamespace: false,
  setHostnameAsFQDN: false,
};
const CONTAINER: Fields = {
  terminationMessagePath: '/dev/termination-log',
  terminationMessagePolicy: 'File',
  stdin: false,
  stdinOnce: false,
  tty: false,
};
const PROBE: Fields = {
  initialDelaySeconds: 0,
  timeoutSeconds: 1,
  periodSeconds: 10,
  successThreshold: 1,
  failureThreshold: 3,
};
const FILES: Fields = { defaultMode: 0o644, optional: false };

/** Written by tools about the template, and no part of what runs. `kubectl rollout restart` writes a real change. */
const MARKS = /^(kubectl\.kubernetes\.io\/last-applied-configuration|deployment\.kubernetes\.io\/|mesh-canary\.dev\/)/;
const HASHES = /^(pod-template-hash|rollouts-pod-template-hash|controller-revision-hash)$/;

/** Labels, annotations and spec of a template, normalised; the template itself stays as it is. */
export function normalTemplate(template: unknown): Fields {
  const keep = (values: Readonly<Record<string, string>>, drop: RegExp) =>
    Object.fromEntries(Object.entries(values).filter(([key]) => !drop.test(key)));
  return {
    labels: keep(strings(template, 'metadata', 'labels'), HASHES),
    annotations: keep(strings(template, 'metadata', 'annotations'), MARKS),
    spec: normalPodSpec(field(template, 'spec')),
  };
}

function normalPodSpec(podSpec: unknown): Fields {
  const { spec } = foldPodSpec(pruned(podSpec));
  // the deprecated alias of serviceAccountName
  if (spec['serviceAccountName'] === undefined) spec['serviceAccountName'] = spec['serviceAccount'];
  delete spec['serviceAccount'];
  without(spec, POD);
  for (const key of ['containers', 'initContainers', 'ephemeralContainers'])
    for (const container of list(spec, key)) normaliseContainer(container as Fields);
  for (const volume of list(spec, 'volumes')) normaliseVolume(volume as Fields);
  for (const toleration of list(spec, 'tolerations')) without(toleration, { operator: 'Equal' });
  for (const spread of list(spec, 'topologySpreadConstraints'))
    without(spread, { nodeAffinityPolicy: 'Honor', nodeTaintsPolicy: 'Ignore', minDomains: 1 });
  sort(spec, 'volumes', 'name');
  sort(spec, 'imagePullSecrets', 'name');
  // what emptied while defaults were taken out
  return pruned(spec) as Fields;
}

function normaliseContainer(container: Fields): void {
  without(container, CONTAINER);
  without(container, { imagePullPolicy: pullPolicy(text(container, 'image')) });
  for (const port of list(container, 'ports')) without(port, { protocol: 'TCP', hostPort: 0 });
  for (const entry of list(container, 'env')) {
    without(entry, { value: '' });
    without(field(entry, 'valueFrom', 'fieldRef'), { apiVersion: 'v1' });
    for (const source of ['configMapKeyRef', 'secretKeyRef'])
      without(field(entry, 'valueFrom', source), { optional: false });
    divisor(field(entry, 'valueFrom', 'resourceFieldRef'));
  }
  for (const entry of list(container, 'envFrom')) {
    without(entry, { prefix: '' });
    for (const source of ['configMapRef', 'secretRef']) without(field(entry, source), { optional: false });
  }
  for (const mount of list(container, 'volumeMounts'))
    without(mount, { readOnly: false, subPath: '', subPathExpr: '' });
  sort(container, 'volumeMounts', 'mountPath');
  for (const name of ['livenessProbe', 'readinessProbe', 'startupProbe']) {
    const probe = field(container, name);
    without(probe, PROBE);
    handler(probe);
  }
  for (const moment of ['postStart', 'preStop']) handler(field(container, 'lifecycle', moment));
  resources(container);
}

function handler(action: unknown): void {
  without(field(action, 'httpGet'), { scheme: 'HTTP', path: '/' });
  without(field(action, 'grpc'), { service: '' });
}

function normaliseVolume(volume: Fields): void {
  for (const source of ['configMap', 'secret', 'downwardAPI', 'projected']) without(volume[source], FILES);
  without(volume['hostPath'], { type: '' });
  without(volume['persistentVolumeClaim'], { readOnly: false });
  without(volume['emptyDir'], { medium: '' });
  const size = field(volume, 'emptyDir', 'sizeLimit');
  if (size !== undefined) (volume['emptyDir'] as Fields)['sizeLimit'] = quantity(size);
  const items = [...list(volume, 'downwardAPI', 'items')];
  for (const source of list(volume, 'projected', 'sources')) {
    for (const key of ['configMap', 'secret']) without(field(source, key), { optional: false });
    without(field(source, 'serviceAccountToken'), { expirationSeconds: 3600 });
    items.push(...list(source, 'downwardAPI', 'items'));
  }
  for (const item of items) {
    without(field(item, 'fieldRef'), { apiVersion: 'v1' });
    divisor(field(item, 'resourceFieldRef'));
  }
}

/** Quantities by value; a request that is not given is the limit (SetDefaults_Pod). */
function resources(container: Fields): void {
  const read = (key: string) =>
    Object.fromEntries(
      Object.entries(mapAt(field(container, 'resources', key))).map(([name, value]) => [name, quantity(value)]),
    );
  const limits = read('limits');
  const requests = { ...limits, ...read('requests') };
  if (Object.keys(requests).length === 0) return;
  container['resources'] = { ...mapAt(container['resources']), limits, requests };
}

function divisor(ref: unknown): void {
  if (field(ref, 'divisor') === undefined) return;
  const value = quantity(field(ref, 'divisor'));
  if (value === '0' || value === '1') delete (ref as Fields)['divisor'];
  else (ref as Fields)['divisor'] = value;
}

/** SetDefaults_Container: the tag `latest`, also where neither tag nor digest is written, is pulled each time. */
function pullPolicy(image: string): string {
  const [name = '', digest] = image.split('@');
  const tag = /:([^:/]+)$/.exec(name)?.[1] ?? (digest === undefined ? 'latest' : '');
  return tag === 'latest' ? 'Always' : 'IfNotPresent';
}

/** Records whose emptiness says the same as their absence; `emptyDir: {}` and an empty selector do not. */
const EMPTY_IS_ABSENT =
  /^(resources|securityContext|affinity|nodeAffinity|podAffinity|podAntiAffinity|metadata|lifecycle|limits|requests|labels|annotations|nodeSelector|matchLabels|overhead|dnsConfig|capabilities)$/;

/** Without nulls, empty lists and the empty records above, at every depth. */
function pruned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(pruned);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value)
    .filter(([, entry]) => entry !== null && entry !== undefined)
    .map(([key, entry]): [string, unknown] => [key, pruned(entry)])
    .filter(([key, entry]) => {
      if (Array.isArray(entry)) return entry.length > 0;
      return !(EMPTY_IS_ABSENT.test(key) && typeof entry === 'object' && Object.keys(mapAt(entry)).length === 0);
    });
  return Object.fromEntries(entries);
}

function without(holder: unknown, defaults: Fields): void {
  if (holder === null || typeof holder !== 'object') return;
  for (const [key, value] of Object.entries(defaults))
    if ((holder as Fields)[key] === value) delete (holder as Fields)[key];
}

/** Lists whose order means nothing to the cluster. */
function sort(holder: Fields, key: string, by: string): void {
  const entries = list(holder, key);
  if (entries.length > 1) holder[key] = [...entries].sort((a, b) => (text(a, by) < text(b, by) ? -1 : 1));
}
