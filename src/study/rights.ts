/**
 * What each command must be allowed to do, with the reason a person is told: the one place rights are written down.
 * docs/permissions.md is generated from it, and a lab test takes every rule away once.
 *
 * Not asked for, and done without where refused: reading the Namespace, reading Secrets' metadata, what the lint reads of
 * other namespaces and of the cluster, and what a retirement looks through (retire-rights.ts).
 */

import type { Permission } from '../cluster/permissions.ts';
import {
  CRD_GROUP,
  DISCOVERY_GROUP,
  GATEWAY_GROUP,
  INGRESS_GROUP,
  KONG_GROUP,
  LEASE_GROUP,
  RBAC_GROUP,
} from '../kube/names.ts';
import { standard } from '../routes/index.ts';
import type { Settings } from '../settings/index.ts';
import type { Resource, RouteRights, Work } from './work.ts';
import { routeOf } from './work.ts';

type Grant = (verbs: readonly string[], group: string, resource: string, purpose: string) => Permission;

const GATEWAY = GATEWAY_GROUP;
const KONG = KONG_GROUP;
const LANES = 'open lanes for probes, and close them';

const inNamespace =
  (namespace: string): Grant =>
  (verbs, group, resource, purpose) => ({ verbs, group, resource, namespace, purpose });

const clusterWide: Grant = (verbs, group, resource, purpose) => ({ verbs, group, resource, purpose });

/** What a release needs in the namespaces of its services and of Kong. */
export function deployPermissions(work: Work): Permission[] {
  const { settings, route, also = [], plugins } = work;
  const own = inNamespace(settings.namespace);
  const deletes = settings.retire === 'delete' ? ['delete'] : [];
  return [
    ...[route, ...also].flatMap(({ group, resource, lanes }) => [
      own(['get', 'list', 'watch', 'patch'], group, resource, 'read and write weights'),
      ...lanes.flatMap((lane) => [
        ...(lane.resource === resource ? [] : [own(['get', 'list', 'patch'], lane.group, lane.resource, LANES)]),
        own(['create', 'delete'], lane.group, lane.resource, LANES),
      ]),
    ]),
    ...meshPermissions(work),
    own(['get', 'list', 'watch', 'create', 'update', 'delete'], LEASE_GROUP, 'leases', 'lock the route'),
    own(['get', 'list', ...deletes], '', 'services', 'find the versions'),
    ...readyPermissions(own),
    own(['get', 'list', 'patch', ...deletes], 'apps', 'deployments', 'find versions and raise replicas'),
    own(
      ['list', 'patch', ...deletes],
      'autoscaling',
      'horizontalpodautoscalers',
      'leave autoscaled replicas alone, and raise their lower bound before a share',
    ),
    ...(settings.retire === 'delete'
      ? [own(['list', 'delete'], 'policy', 'poddisruptionbudgets', 'take away what covered the old version alone')]
      : []),
    ...lintPermissions(own),
    own(['get', 'list'], KONG, 'kongplugins', 'find plugins, and those that change answers'),
    ...(route.kong ? kongReadings(settings, ['list', 'watch']) : []),
    ...relayPermissions(settings),
    ...evidencePermissions(settings),
    ...appliedPermissions(work),
    ...(plugins === 'none' ? [] : [own(['list', 'watch'], '', 'events', "read Kong's warnings")]),
    ...(settings.probeConsumer === 'temporary'
      ? ['kongconsumers', 'kongplugins']
          .map((resource) => own(['create', 'patch', 'delete'], KONG, resource, 'probe as a caller of its own'))
          .concat(own(['create', 'patch', 'delete'], '', 'secrets', 'probe as a caller of its own'))
      : []),
    ...(plugins === 'proved with a caller'
      ? [
          own(['create', 'patch', 'delete'], KONG, 'kongconsumers', 'prove plugins with a caller of its own'),
          own(['create', 'patch', 'delete'], '', 'secrets', 'prove plugins with a caller of its own'),
        ]
      : []),
  ];
}

/** To wait for a version's pods (rollout/pods/readiness.ts). */
function readyPermissions(own: Grant): Permission[] {
  return [
    own(['get', 'list', 'watch'], '', 'pods', 'see why a version does not start'),
    own(['list', 'watch'], 'apps', 'deployments', 'see why a version has no pods'),
    own(['list', 'watch'], DISCOVERY_GROUP, 'endpointslices', 'count ready pods'),
  ];
}

/** Where the route is not the way in: what is, is found, plugins are bound there, and so is where Kong answers. */
function meshPermissions({ settings, route, plugins }: Work): Permission[] {
  const own = inNamespace(settings.namespace);
  const verbs = ['get', 'list', ...(plugins === 'none' ? [] : ['patch'])];
  return [
    ...(route.ways === 'itself' ? [] : route.ways).map(({ group, resource }) =>
      own(verbs, group, resource, "find where users' requests come in"),
    ),
    ...route.backing.map(({ group, resource }) =>
      own(['get', 'list', 'watch'], group, resource, 'know what stands behind the versions'),
    ),
    ...(route.events ? [own(['list', 'watch'], '', 'events', 'hear what the mesh refuses')] : []),
    ...proxyPermissions({ settings, route }),
  ];
}

/** Where Kong serves an Ingress, its Service says where it answers. */
function proxyPermissions({ settings, route }: Pick<Work, 'settings' | 'route'>): Permission[] {
  const given = settings.gatewayUrl !== 'auto' && settings.gatewayUrl !== 'in-cluster';
  if (route.ways === 'itself' || !route.kong || given) return [];
  return [inNamespace(settings.kongNamespace)(['list'], '', 'services', 'find where Kong answers')];
}

/** What installing the platform needs. `install`: Kong is missing and Helm will make all of its chart. */
export function setupPermissions(work: Pick<Work, 'settings' | 'brought'>, install: boolean): Permission[] {
  return [
    ...kongReadings(work.settings, ['list', 'watch']),
    ...relayPermissions(work.settings),
    ...appliedPermissions({ ...work, route: routeOf(standard) }),
    ...(install ? installPermissions(work.settings) : []),
  ];
}

/** Only reading: what a release would do. */
export function planPermissions(work: Work): Permission[] {
  const { settings, route, plugins, brought } = work;
  const own = inNamespace(settings.namespace);
  return [
    own(['list'], route.group, route.resource, 'read weights'),
    own(['list'], '', 'services', 'find the versions'),
    own(['list'], DISCOVERY_GROUP, 'endpointslices', 'count ready pods'),
    own(['list'], 'apps', 'deployments', 'find versions'),
    own(['list'], 'autoscaling', 'horizontalpodautoscalers', 'leave autoscaled replicas alone'),
    ...lintPermissions(own),
    ...(route.kong ? kongReadings(settings, ['list']) : []),
    ...brought
      .filter(({ resource }) => resource !== 'secrets') // whoever may read one may read all; they are compared where allowed
      .map((resource) => ({ ...resource, verbs: ['get'], purpose: 'compare with the manifests' })),
    ...(plugins === 'none' ? [] : [own(['list'], KONG_GROUP, 'kongplugins', 'find plugins')]),
  ];
}

/** Only reading: what serves now is asked from outside. */
export function checkPermissions(work: Omit<Work, 'brought'>): Permission[] {
  const { settings, route, plugins } = work;
  const own = inNamespace(settings.namespace);
  return [
    own(['list'], route.group, route.resource, 'read where the services answer'),
    ...(route.ways === 'itself' ? [] : route.ways).map(({ group, resource }) =>
      own(['list'], group, resource, 'read where the services answer'),
    ),
    ...proxyPermissions({ settings, route }),
    own(['list'], '', 'services', 'find the versions'),
    own(['list'], 'apps', 'deployments', 'find versions'),
    ...lintPermissions(own),
    ...(route.kong
      ? [inNamespace(settings.kongNamespace)(['list', 'watch'], GATEWAY, 'gateways', 'read where the gateway answers')]
      : []),
    ...relayPermissions(settings),
    ...(plugins === 'none' ? [] : [own(['list'], KONG_GROUP, 'kongplugins', 'find plugins')]),
    ...relayPermissions(settings),
  ];
}

/** What a return needs; what it cannot list it leaves to the next release. */
export function rollbackPermissions(
  settings: Settings,
  route: Pick<RouteRights, 'group' | 'resource' | 'events'>,
): Permission[] {
  const own = inNamespace(settings.namespace);
  return [
    own(['get', 'list', 'watch', 'patch'], route.group, route.resource, 'read and write weights'),
    own(['get', 'list', 'watch', 'create', 'update', 'delete'], LEASE_GROUP, 'leases', 'lock the route'),
    own(['get'], '', 'services', 'find the versions'),
    ...(route.events ? [own(['list', 'watch'], '', 'events', 'hear what the mesh refuses')] : []),
    own(['get', 'patch'], 'apps', 'deployments', 'bring retired pods back'),
    ...readyPermissions(own),
  ];
}

/** Only reading. */
export function statusPermissions(
  { namespace }: Settings,
  route: Pick<RouteRights, 'group' | 'resource' | 'events'>,
): Permission[] {
  const own = inNamespace(namespace);
  return [
    own(['list'], route.group, route.resource, 'read weights and journals'),
    own(['get'], LEASE_GROUP, 'leases', 'see who holds the lock'),
  ];
}

/** What the lint cannot do without: an Ingress on the same path takes the traffic, and nothing else would say so. */
function lintPermissions(own: Grant): Permission[] {
  return [own(['list'], INGRESS_GROUP, 'ingresses', 'see what else takes the same path')];
}

function kongReadings(settings: Settings, verbs: readonly string[]): Permission[] {
  const kong = inNamespace(settings.kongNamespace);
  return [
    kong(verbs, 'apps', 'deployments', 'find Kong and wait for it'),
    kong(verbs, GATEWAY, 'gateways', 'read where the gateway answers'),
  ];
}

/** Where users' requests are counted. */
function evidencePermissions({ evidence, namespace, prometheusUrl }: Settings): Permission[] {
  const proxied = (server: string, resource: string, purpose: string): Permission[] => [
    { verbs: ['get'], group: '', resource, namespace: server, purpose },
  ];
  if (evidence.includes('pods')) return proxied(namespace, 'pods/proxy', 'read what the pods have counted');
  if (!evidence.includes('prometheus') || prometheusUrl?.by !== 'service') return [];
  return proxied(prometheusUrl.namespace, 'services/proxy', 'ask Prometheus through the API server');
}

/** The verb the API server wants for relaying a method (apiserver, pkg/endpoints/request/requestinfo.go). */
const VERBS: Readonly<Record<string, string>> = { POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' };

function relayPermissions({ gatewayUrl, kongNamespace, checks }: Settings): Permission[] {
  if (gatewayUrl !== 'in-cluster') return [];
  const verbs = [...new Set(['get', ...checks.map(({ method }) => VERBS[method] ?? 'get')])];
  const kong = inNamespace(kongNamespace);
  return [
    kong(['get'], '', 'services', 'find the Service of the gateway'),
    kong(verbs, '', 'services/proxy', 'reach the gateway through the API server'),
  ];
}

/** Objects are read, applied (which is create and patch), and taken back when the run fails. Routes are never applied. */
function appliedPermissions({
  brought,
  route,
}: Pick<Work, 'brought'> & { readonly route: Pick<RouteRights, 'group' | 'resource'> }): Permission[] {
  return brought.map((resource) =>
    resource.group === route.group && resource.resource === route.resource
      ? { ...resource, verbs: ['get', 'create', 'delete', 'patch'], purpose: 'make the route, and take it back' }
      : {
          ...resource,
          verbs: ['get', 'create', 'patch', ...(isKept(resource) ? [] : ['delete'])],
          purpose: 'apply what is brought, and take it back',
        },
  );
}

/** Never deleted on the way back (platform/snapshot.ts). */
function isKept({ resource }: Resource): boolean {
  return [
    'namespaces',
    'customresourcedefinitions',
    'gatewayclasses',
    'gateways',
    'persistentvolumes',
    'persistentvolumeclaims',
  ].includes(resource);
}

/** What Helm makes of Kong's chart `ingress`, with Helm's own record of the release (a Secret). */
function installPermissions({ kongNamespace }: Settings): Permission[] {
  const kong = inNamespace(kongNamespace);
  const all = ['get', 'list', 'watch', 'create', 'patch', 'update', 'delete'];
  const purpose = 'install Kong with Helm';
  return [
    clusterWide(['get', 'create'], '', 'namespaces', purpose),
    clusterWide(['get', 'create', 'patch'], CRD_GROUP, 'customresourcedefinitions', purpose),
    clusterWide(['get', 'create', 'patch', 'delete'], RBAC_GROUP, 'clusterroles', purpose),
    clusterWide(['get', 'create', 'patch', 'delete'], RBAC_GROUP, 'clusterrolebindings', purpose),
    clusterWide(
      ['get', 'create', 'patch', 'delete'],
      'admissionregistration.k8s.io',
      'validatingwebhookconfigurations',
      purpose,
    ),
    clusterWide(['get', 'create', 'patch', 'delete'], INGRESS_GROUP, 'ingressclasses', purpose),
    kong(all, RBAC_GROUP, 'roles', purpose),
    kong(all, RBAC_GROUP, 'rolebindings', purpose),
    kong(all, '', 'serviceaccounts', purpose),
    kong(all, '', 'services', purpose),
    kong(all, '', 'secrets', purpose),
    kong(all, 'apps', 'deployments', purpose),
  ];
}
