/**
 * Who splits? Where proxies of a mesh hold the weights, Kong has to send to the Service and not to pods, be in the mesh,
 * and say the host the mesh knows; else the weights are bypassed without any error.
 */
import { SERVICE_UPSTREAM } from '../kube/names.ts';
import { annotation, field, type KubeObject, list, nameOf, refOf, strings, text } from '../kube/objects.ts';
import { meshLint } from './meshes/index.ts';
import type { Finding, SplitRoute, World } from './picture.ts';
import { waysTo } from './ways-in.ts';

const HOST_HEADER = 'konghq.com/host-header';
const PRESERVE_HOST = 'konghq.com/preserve-host';

export function lintWhoSplits(world: World): Finding[] {
  return world
    .splitRoutes()
    .filter(({ route }) => route.entrance !== 'outside')
    .flatMap((split): Finding[] => {
      const apex = world.get('Service', world.input.namespace, split.route.service);
      const ways = waysTo(world, split.route.service);
      return [
        ...(apex === undefined ? apexMissing(world, split) : []),
        ...(apex !== undefined && ways.length > 0
          ? [...past(world, split, apex), ...wrongHost(world, split, apex, ways)]
          : []),
        ...(ways.length > 0 ? outsideTheMesh(world, split) : []),
        ...stray(world, split),
      ];
    });
}

/** Names resolve by the Service, even where the mesh alone decides who answers. */
function apexMissing(world: World, { route }: SplitRoute): Finding[] {
  if (!world.knows('Service')) return [];
  const { namespace } = world.input;
  return [
    {
      severity: 'error',
      rule: 'apex-missing',
      object: refOf(route.object),
      problem: `${nameOf(route.object)} splits what callers send to ${route.service}, and there is no Service ${namespace}/${route.service}: its name does not resolve, so nobody meets the split.`,
      fix: [
        'apiVersion: v1',
        'kind: Service',
        `metadata: {name: ${route.service}, namespace: ${namespace}}`,
        'spec:',
        '  ports:',
        `    - {name: http, port: ${route.rules[0]?.backends[0]?.port ?? 9080}, appProtocol: http}`,
      ].join('\n'),
    },
  ];
}

/** Without the annotation Kong sends to pods by their addresses, and no proxy splits anything. */
function past(world: World, { provider, route }: SplitRoute, apex: KubeObject): Finding[] {
  const value = annotation(apex, SERVICE_UPSTREAM);
  const wide = world
    .all('IngressClassParameters')
    .some((parameters) => field(parameters, 'spec', 'serviceUpstream') === true);
  if (value === 'true' || wide) return [];
  const near = Object.keys(apex.metadata.annotations ?? {}).find(
    (name) => name !== SERVICE_UPSTREAM && name.toLowerCase() === SERVICE_UPSTREAM,
  );
  const { name, namespace } = apex.metadata;
  const cause =
    near !== undefined
      ? ` (it has ${near}, but annotations are case-sensitive)`
      : value !== undefined
        ? ` (it has "${value}", and only "true" counts)`
        : '';
  return [
    {
      severity: 'error',
      rule: 'kong-past-the-mesh',
      object: refOf(apex),
      problem: `Kong sends to the pods behind ${nameOf(apex)}, past the mesh${cause}: the weights of ${nameOf(route.object)} (${provider.facts.name}) would move nobody who comes from outside.`,
      fix: [
        `kubectl annotate service ${name} -n ${namespace} --overwrite ${SERVICE_UPSTREAM}=true`,
        'or in its manifest:',
        'metadata:',
        '  annotations:',
        `    ${SERVICE_UPSTREAM}: "true"`,
      ].join('\n'),
    },
  ];
}

/** Meshes that tell services apart by the Host header; the others go by address and port. */
function wrongHost(world: World, split: SplitRoute, apex: KubeObject, ways: readonly KubeObject[]): Finding[] {
  const known = meshLint(split.provider).hosts?.(world, split.route, apex) ?? [];
  const [first] = known;
  if (first === undefined) return [];
  return ways.flatMap((way): Finding[] => {
    const sent = hostSent(way, apex);
    if (sent !== undefined && known.includes(sent)) return [];
    const { name, namespace } = apex.metadata;
    const what = sent === undefined ? 'the host its caller asked for' : `the host ${sent}`;
    return [
      {
        severity: 'error',
        rule: 'wrong-host',
        object: refOf(way),
        problem: `Through ${nameOf(way)} Kong sends ${what} to ${name}, and the mesh knows it as ${known.join(', ')}: its proxy finds no route for it, and ${nameOf(split.route.object)} splits nothing.`,
        fix: [
          `kubectl annotate ${way.kind.toLowerCase()} ${way.metadata.name} -n ${way.metadata.namespace} --overwrite ${PRESERVE_HOST}=false`,
          `kubectl annotate service ${name} -n ${namespace} --overwrite ${HOST_HEADER}=${first}`,
          'or in their manifests:',
          `metadata: {annotations: {${PRESERVE_HOST}: "false"}}  # ${nameOf(way)}`,
          `metadata: {annotations: {${HOST_HEADER}: ${first}}}  # ${nameOf(apex)}`,
        ].join('\n'),
      },
    ];
  });
}

/**
 * The host Kong puts into a request: a rewrite by the route; else the client's, because `preserve-host` is on by default
 * and beats the rest; else the Service's `host-header`; else the target's name. Undefined: the client's.
 */
function hostSent(way: KubeObject, apex: KubeObject): string | undefined {
  const rewritten = list(way, 'spec', 'rules')
    .flatMap((rule) => list(rule, 'filters'))
    .map((filter) => text(filter, 'urlRewrite', 'hostname'))
    .find((host) => host !== '');
  if (rewritten !== undefined) return rewritten;
  if (annotation(way, PRESERVE_HOST) !== 'false') return undefined;
  return annotation(apex, HOST_HEADER) ?? `${apex.metadata.name}.${apex.metadata.namespace}.svc`;
}

/** Kong's own proxy does the splitting for callers from outside; pods may be injected one by one, so this is a warning. */
function outsideTheMesh(world: World, { provider, route }: SplitRoute): Finding[] {
  const kong = world.input.kongNamespace ?? 'kong';
  const namespace = world.get('Namespace', undefined, kong);
  const { injection } = meshLint(provider);
  if (namespace === undefined || injection === undefined) return [];
  if (injection.has(strings(namespace, 'metadata', 'labels'))) return [];
  return [
    {
      severity: 'warning',
      rule: 'gateway-outside-mesh',
      object: refOf(namespace),
      problem: `Kong's pods get no proxy of the mesh (${nameOf(namespace)} does not ask for it): unless they are injected one by one, nobody splits what comes from outside, and ${nameOf(route.object)} moves callers inside only.`,
      fix: [
        `kubectl label namespace ${kong} --overwrite ${injection.label(route)}`,
        `kubectl rollout restart deployment -n ${kong}`,
      ].join('\n'),
    },
  ];
}

/** The input `mesh-name` must be the mesh the route is in. */
function stray(world: World, { provider, route }: SplitRoute): Finding[] {
  const { meshName, mesh, namespace } = world.input;
  if (meshName === undefined || provider.facts.name !== mesh) return [];
  const object = world.get('Namespace', undefined, namespace);
  const why = provider.facts.strayFrom?.(
    route,
    meshName,
    object === undefined ? undefined : strings(object, 'metadata', 'labels'),
  );
  if (why === undefined) return [];
  return [
    {
      severity: 'error',
      rule: 'mesh-name',
      object: refOf(route.object),
      problem: `${nameOf(route.object)} ${why}, and the input mesh-name is ${meshName}.`,
      fix: 'Correct mesh-name, or leave it out.',
    },
  ];
}
