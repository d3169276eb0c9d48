/** What each command must be allowed to do, with the reason a person is told. */
import { groupOf } from '../cluster/objects.ts';
import type { Permission } from '../cluster/permissions.ts';
import { gatewayApi } from '../routes/gateway-api.ts';
import type { RouteProvider } from '../routes/types.ts';
import type { Settings } from '../settings/index.ts';

const read = ['get', 'list', 'watch'];

/** What a release needs in the namespace of its services. */
export function deployPermissions(settings: Settings, provider: RouteProvider = gatewayApi): Permission[] {
  const { namespace, kongNamespace } = settings;
  const brings = settings.manifests.length > 0 || Object.keys(settings.image).length > 0;
  const route = { group: groupOf(provider.resource.apiVersion), resource: provider.resource.plural, namespace };
  return [
    { ...route, verbs: ['get', 'list', 'watch', 'patch'], purpose: 'read and write weights' },
    ...provider.backingKinds.map(({ apiVersion, plural }) => ({
      verbs: ['get', 'list', 'watch', ...(brings ? ['create', 'patch', 'delete'] : [])],
      group: groupOf(apiVersion),
      resource: plural,
      namespace,
      purpose: 'know what stands behind the versions',
    })),
    ...(provider === gatewayApi
      ? []
      : [
          {
            verbs: ['get', 'list', ...(settings.plugins.length > 0 ? ['patch'] : [])],
            group: 'networking.k8s.io',
            resource: 'ingresses',
            namespace,
            purpose: "find where users' requests come in",
          },
        ]),
    {
      verbs: ['get', 'create', 'update', 'delete', 'list', 'watch'],
      group: 'coordination.k8s.io',
      resource: 'leases',
      namespace,
      purpose: 'lock the route',
    },
    { verbs: read, group: '', resource: 'services', namespace, purpose: 'find the versions' },
    { verbs: read, group: '', resource: 'pods', namespace, purpose: 'see why a version does not start' },
    { verbs: ['list', 'watch'], group: '', resource: 'events', namespace, purpose: "read Kong's warnings" },
    {
      verbs: ['list', 'watch'],
      group: 'discovery.k8s.io',
      resource: 'endpointslices',
      namespace,
      purpose: 'count ready pods',
    },
    {
      verbs: ['get', 'list', 'watch', 'patch'],
      group: 'apps',
      resource: 'deployments',
      namespace,
      purpose: 'find versions and raise replicas',
    },
    {
      verbs: ['list', 'patch'],
      group: 'autoscaling',
      resource: 'horizontalpodautoscalers',
      namespace,
      purpose: 'leave autoscaled replicas alone, and raise their lower bound before a share',
    },
    {
      verbs: ['list', 'watch'],
      group: 'apps',
      resource: 'deployments',
      namespace: kongNamespace,
      purpose: 'find Kong and wait for it',
    },
    {
      verbs: ['list', 'watch'],
      group: 'gateway.networking.k8s.io',
      resource: 'gateways',
      namespace: kongNamespace,
      purpose: 'read where the gateway answers',
    },
    ...relayPermissions(settings),
    ...(settings.manifests.length > 0
      ? [
          {
            ...route,
            verbs: ['create', 'delete'],
            purpose: 'make the route of a first version, and take it back',
          },
        ]
      : []),
    ...(brings
      ? [
          {
            verbs: ['create', 'delete'],
            group: 'apps',
            resource: 'deployments',
            namespace,
            purpose: 'bring the new version',
          },
          {
            verbs: ['create', 'patch', 'delete'],
            group: '',
            resource: 'services',
            namespace,
            purpose: 'bring the new version',
          },
        ]
      : []),
    ...(settings.plugins.length > 0
      ? [
          {
            verbs: ['get', 'list', 'create', 'patch', 'delete'],
            group: 'configuration.konghq.com',
            resource: 'kongplugins',
            namespace,
            purpose: 'bind plugins',
          },
          {
            verbs: ['create', 'patch', 'delete'],
            group: 'configuration.konghq.com',
            resource: 'kongconsumers',
            namespace,
            purpose: 'prove plugins with a caller of its own',
          },
          {
            verbs: ['create', 'patch', 'delete'],
            group: '',
            resource: 'secrets',
            namespace,
            purpose: 'prove plugins with a caller of its own',
          },
        ]
      : []),
  ];
}

/** What a return needs; what it cannot list it leaves to the next release. */
export function rollbackPermissions({ namespace }: Settings): Permission[] {
  return [
    {
      verbs: ['get', 'list', 'watch', 'patch'],
      group: 'gateway.networking.k8s.io',
      resource: 'httproutes',
      namespace,
      purpose: 'read and write weights',
    },
    {
      verbs: ['get', 'create', 'update', 'delete', 'list', 'watch'],
      group: 'coordination.k8s.io',
      resource: 'leases',
      namespace,
      purpose: 'lock the route',
    },
    { verbs: read, group: '', resource: 'services', namespace, purpose: 'find the versions' },
    { verbs: ['get', 'patch'], group: 'apps', resource: 'deployments', namespace, purpose: 'bring retired pods back' },
    {
      verbs: ['list', 'watch'],
      group: 'discovery.k8s.io',
      resource: 'endpointslices',
      namespace,
      purpose: 'count ready pods',
    },
  ];
}

export function statusPermissions({ namespace }: Settings): Permission[] {
  return [
    {
      verbs: ['list'],
      group: 'gateway.networking.k8s.io',
      resource: 'httproutes',
      namespace,
      purpose: 'read weights and journals',
    },
    { verbs: ['get'], group: 'coordination.k8s.io', resource: 'leases', namespace, purpose: 'see who holds the lock' },
  ];
}

/** What installing the platform needs; Helm creates more, and says so itself when it may not. */
export function setupPermissions(settings: Settings): Permission[] {
  const namespace = settings.kongNamespace;
  return [
    {
      verbs: ['get', 'list', 'watch', 'create', 'patch'],
      group: 'gateway.networking.k8s.io',
      resource: 'gateways',
      namespace,
      purpose: 'make the Gateway',
    },
    {
      verbs: ['get', 'create', 'patch'],
      group: 'gateway.networking.k8s.io',
      resource: 'gatewayclasses',
      purpose: 'make the GatewayClass',
    },
    { verbs: ['list', 'watch'], group: 'apps', resource: 'deployments', namespace, purpose: 'wait for Kong' },
    ...relayPermissions(settings),
  ];
}

/** The verb the API server wants for relaying a method (apiserver, pkg/endpoints/request/requestinfo.go). */
const VERBS: Readonly<Record<string, string>> = { POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' };

function relayPermissions({ gatewayUrl, kongNamespace, checks }: Settings): Permission[] {
  if (gatewayUrl !== 'in-cluster') return [];
  const verbs = [...new Set(['get', ...checks.map(({ method }) => VERBS[method] ?? 'get')])];
  const relayed = { group: '', namespace: kongNamespace };
  return [
    { ...relayed, verbs: ['get'], resource: 'services', purpose: 'find the Service of the gateway' },
    { ...relayed, verbs, resource: 'services/proxy', purpose: 'reach the gateway through the API server' },
  ];
}
