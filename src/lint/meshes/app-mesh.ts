/** App Mesh, which ended: what still has to be right for a split, and what can only be left. */
import { field, type KubeObject, list, nameOf, refOf, strings, text } from '../../kube/objects.ts';
import type { Finding, SplitRoute, World } from '../picture.ts';
import { waysTo } from '../ways-in.ts';
import { oldAppMesh } from './app-mesh-past.ts';
import type { MeshLint } from './types.ts';

const GROUP = 'appmesh.k8s.aws';
const KINDS = [
  'Mesh',
  'VirtualNode',
  'VirtualRouter',
  'VirtualService',
  'VirtualGateway',
  'GatewayRoute',
  'BackendGroup',
];

export const appMesh: MeshLint = {
  reads: [
    { apiVersion: `${GROUP}/v1beta2`, kind: 'VirtualService', scope: 'namespace' },
    // Kong's is in Kong's namespace.
    { apiVersion: `${GROUP}/v1beta2`, kind: 'VirtualNode', scope: 'all' },
    { apiVersion: `${GROUP}/v1beta2`, kind: 'BackendGroup', scope: 'all' },
  ],
  route: (world, split) => [
    ...ended(split),
    ...overfull(split),
    ...targets(world, split),
    ...led(world, split),
    ...gatewayNode(world, split),
  ],
  objects: (world) => [...overlapping(world), ...stuck(world)],
  past: (world) => world.ofGroup(GROUP, 'VirtualService').flatMap((object) => oldAppMesh(world, object)),
  hosts: (world, route) =>
    virtualServicesOf(world, route.object).map(
      (service) => text(service, 'spec', 'awsName') || `${service.metadata.name}.${service.metadata.namespace}`,
    ),
  injection: {
    label: (route) =>
      `mesh=${text(route.object, 'spec', 'meshRef', 'name') || '<mesh>'} appmesh.k8s.aws/sidecarInjectorWebhook=enabled`,
    has: (labels) => labels['appmesh.k8s.aws/sidecarInjectorWebhook'] === 'enabled' && labels['mesh'] !== undefined,
  },
};

function ended({ route }: SplitRoute): Finding[] {
  return [
    {
      severity: 'warning',
      rule: 'app-mesh-ended',
      object: refOf(route.object),
      problem: `${nameOf(route.object)} is of AWS App Mesh, which ended on 2026-09-30. Proxies that run keep the weights they have; new and restarted pods get no configuration, so a canary may not become ready, and weights may no longer arrive: they are proved on the public path before anything counts.`,
      fix: 'Move to the Gateway API: docs/migrate-from-app-mesh.md. The command `migrate` prints the objects.',
    },
  ];
}

/** The API server takes each weight up to 100; AWS refuses more than 100 in one route, and then nothing changes. */
function overfull({ route }: SplitRoute): Finding[] {
  return route.rules.flatMap((rule): Finding[] => {
    const sum = list(route.object, ...rule.at).reduce<number>(
      (total, target) => total + Number(field(target, 'weight') ?? 0),
      0,
    );
    if (sum <= 100) return [];
    return [
      {
        severity: 'error',
        rule: 'weights-over-100',
        object: refOf(route.object),
        problem: `The weights of ${rule.label} of ${nameOf(route.object)} add up to ${sum}: AWS refuses more than 100, and the controller keeps failing.`,
        fix: 'Give its targets weights that add up to 100 at most.',
      },
    ];
  });
}

/** One missing VirtualNode, and the controller leaves the whole router as it is. */
function targets(world: World, { route }: SplitRoute): Finding[] {
  if (!world.knows('VirtualNode')) return [];
  const names = new Set(
    list(route.object, 'spec', 'routes').flatMap((entry) =>
      ['httpRoute', 'http2Route', 'grpcRoute', 'tcpRoute'].flatMap((protocol) =>
        list(entry, protocol, 'action', 'weightedTargets').map((target) => {
          const namespace = text(target, 'virtualNodeRef', 'namespace') || route.object.metadata.namespace;
          return `${namespace}/${text(target, 'virtualNodeRef', 'name')}`;
        }),
      ),
    ),
  );
  return [...names].flatMap((name): Finding[] => {
    const [namespace, node = ''] = name.split('/');
    // Other namespaces are not read.
    if (node === '' || namespace !== world.input.namespace || world.get('VirtualNode', namespace, node)) return [];
    return [
      {
        severity: 'error',
        rule: 'virtual-node-missing',
        object: refOf(route.object),
        problem: `${nameOf(route.object)} names the VirtualNode ${name}, which does not exist: the controller leaves the whole router as it is, so no weight of it changes.`,
        fix: `Add the VirtualNode ${node} to the manifests, or take it out of the router's weightedTargets.`,
      },
    ];
  });
}

/** A router splits what a VirtualService leads to it. */
function led(world: World, { route }: SplitRoute): Finding[] {
  if (!world.knows('VirtualService') || virtualServicesOf(world, route.object).length > 0) return [];
  const { name, namespace } = route.object.metadata;
  const { service } = route;
  const direct = world
    .ofGroup(GROUP, 'VirtualService')
    .find(
      (candidate) =>
        candidate.metadata.name === service &&
        candidate.metadata.namespace === namespace &&
        field(candidate, 'spec', 'provider', 'virtualNode') !== undefined,
    );
  return [
    {
      severity: 'error',
      rule: 'router-without-service',
      object: refOf(route.object),
      problem:
        direct === undefined
          ? `No VirtualService leads to ${nameOf(route.object)}: nobody's requests go through it.`
          : `${nameOf(direct)} leads straight to a VirtualNode, past ${nameOf(route.object)}: its weights move nobody.`,
      fix: [
        `apiVersion: ${route.object.apiVersion}`,
        'kind: VirtualService',
        `metadata: {name: ${service}, namespace: ${namespace}}`,
        'spec:',
        `  awsName: ${service}.${namespace}.svc.cluster.local`,
        '  provider:',
        `    virtualRouter: {virtualRouterRef: {name: ${name}}}`,
      ].join('\n'),
    },
  ];
}

/** A proxy only knows the VirtualServices its own VirtualNode lists. */
function gatewayNode(world: World, { route }: SplitRoute): Finding[] {
  if (!world.knows('VirtualNode') || waysTo(world, route.service).length === 0) return [];
  const kong = world.input.kongNamespace ?? 'kong';
  const services = virtualServicesOf(world, route.object);
  const nodes = world.all('VirtualNode').filter(({ metadata }) => metadata.namespace === kong);
  const { namespace } = world.input;
  if (nodes.length === 0) {
    return [
      {
        severity: 'error',
        rule: 'gateway-without-node',
        object: refOf(route.object),
        problem: `No VirtualNode in the namespace ${kong} stands for Kong: its pods are not in the mesh, and ${nameOf(route.object)} splits nothing that comes from outside.`,
        fix: nodeForKong(route.object.apiVersion, kong, services, namespace),
      },
    ];
  }
  return services.flatMap((service): Finding[] => {
    const lists = nodes.some((node) => knowsService(world, node, service));
    const [node] = nodes;
    if (lists || node === undefined) return [];
    return [
      {
        severity: 'error',
        rule: 'virtual-node-backend-missing',
        object: refOf(node),
        problem: `${nameOf(node)}, Kong's, does not list ${nameOf(service)} among its backends: with egress DROP_ALL its requests are dropped, with ALLOW_ALL they go past ${nameOf(route.object)}.`,
        fix: [
          'spec:',
          '  backends:',
          '    # … those that are there',
          `    - virtualService: {virtualServiceRef: {name: ${service.metadata.name}, namespace: ${service.metadata.namespace}}}`,
        ].join('\n'),
      },
    ];
  });
}

/** By its backends or by a BackendGroup; a group that is not seen may hold it. */
function knowsService(world: World, node: KubeObject, service: KubeObject): boolean {
  const isIt = (ref: unknown, home: string | undefined) =>
    text(ref, 'name') === service.metadata.name && (text(ref, 'namespace') || home) === service.metadata.namespace;
  const home = node.metadata.namespace;
  if (list(node, 'spec', 'backends').some((entry) => isIt(field(entry, 'virtualService', 'virtualServiceRef'), home)))
    return true;
  return list(node, 'spec', 'backendGroups').some((ref) => {
    const group = world.get('BackendGroup', text(ref, 'namespace') || home, text(ref, 'name'));
    return (
      group === undefined ||
      list(group, 'spec', 'virtualservices').some((entry) => isIt(entry, group.metadata.namespace))
    );
  });
}

function nodeForKong(apiVersion: string, kong: string, services: readonly KubeObject[], namespace: string): string {
  return [
    `apiVersion: ${apiVersion}`,
    'kind: VirtualNode',
    `metadata: {name: kong, namespace: ${kong}}`,
    'spec:',
    '  # the gateway alone: the controller must reach the API server without the mesh',
    '  podSelector: {matchLabels: {app.kubernetes.io/instance: kong, app.kubernetes.io/component: app}}',
    '  listeners: [{portMapping: {port: 80, protocol: http}}]',
    '  backends:',
    ...services.map(
      ({ metadata }) =>
        `    - virtualService: {virtualServiceRef: {name: ${metadata.name}, namespace: ${metadata.namespace ?? namespace}}}`,
    ),
    `  serviceDiscovery: {dns: {hostname: kong-gateway-proxy.${kong}.svc.cluster.local}}`,
  ].join('\n');
}

/** A pod that two VirtualNodes select is refused by the webhook, and no new pod of either version comes up. */
function overlapping(world: World): Finding[] {
  const find = (name: string | undefined) =>
    name === undefined ? undefined : world.get('VirtualNode', world.input.namespace, name);
  return world.input.services.flatMap(({ stable, canary }): Finding[] => {
    const [a, b] = [find(stable), find(canary)];
    if (a === undefined || b === undefined || a === b) return [];
    const [wide, narrow] = [selector(a), selector(b)];
    const clash = Object.keys({ ...wide, ...narrow }).every(
      (key) => wide[key] === undefined || narrow[key] === undefined || wide[key] === narrow[key],
    );
    if (!clash) return [];
    return [
      {
        severity: 'error',
        rule: 'virtual-nodes-overlap',
        object: refOf(b),
        problem: `${nameOf(a)} (${JSON.stringify(wide)}) and ${nameOf(b)} (${JSON.stringify(narrow)}) can select the same pods: App Mesh refuses such pods, so neither version could start one.`,
        fix: 'Give both the label `version` in spec.podSelector.matchLabels, each its own; change that of stable before the release, never during it.',
      },
    ];
  });
}

const selector = (node: KubeObject) => strings(node, 'spec', 'podSelector', 'matchLabels');

/** With the controller or AWS gone nobody takes the finalizers off: the object stays, and its namespace with it. */
function stuck(world: World): Finding[] {
  return KINDS.flatMap((kind) => world.ofGroup(GROUP, kind))
    .filter(
      ({ metadata }) =>
        metadata.deletionTimestamp !== undefined && list({ metadata }, 'metadata', 'finalizers').length > 0,
    )
    .map((object) => {
      const { name, namespace } = object.metadata;
      const where = namespace === undefined ? '' : ` -n ${namespace}`;
      return {
        severity: 'warning',
        rule: 'finalizer-stuck',
        object: refOf(object),
        problem: `${nameOf(object)} is being deleted and waits for the App Mesh controller (finalizers): with the controller or AWS gone it stays for ever, and keeps its namespace from being deleted.`,
        fix: `Once nothing uses it: kubectl patch ${object.kind.toLowerCase()}.${GROUP} ${name}${where} --type merge -p '{"metadata":{"finalizers":null}}'`,
      };
    });
}

/** VirtualServices of App Mesh whose provider is the router. */
function virtualServicesOf(world: World, router: KubeObject): KubeObject[] {
  return world.ofGroup(GROUP, 'VirtualService').filter((service) => {
    const ref = field(service, 'spec', 'provider', 'virtualRouter', 'virtualRouterRef');
    const namespace = text(ref, 'namespace') || service.metadata.namespace;
    return text(ref, 'name') === router.metadata.name && namespace === router.metadata.namespace;
  });
}
