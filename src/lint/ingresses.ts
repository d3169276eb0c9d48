/** Ingresses that stand in the way of a weighted route, and Ingresses of versions that are gone. */
import { INGRESS_CLASS } from '../kube/names.ts';
import { annotation, type KubeObject, list, nameOf, refOf, text } from '../kube/objects.ts';
import { httpRouteYaml, type Parent, serviceNameOf } from './ingress-replacement.ts';
import { hostsOf, hostText, matchesOf, normalised } from './matches.ts';
import { type Finding, parentRefs, type World } from './picture.ts';

export function lintIngresses(world: World): Finding[] {
  const ingresses = world.all('Ingress').filter((ingress) => isKongs(world, ingress));
  const rivals = world.routes().flatMap((route) => ingresses.flatMap((ingress) => rival(world, route, ingress)));
  const named = new Set(rivals.map(({ object }) => `${object.namespace}/${object.name}`));
  return [
    ...rivals,
    ...ingresses
      .filter(({ metadata }) => !named.has(`${metadata.namespace}/${metadata.name}`))
      .flatMap((ingress) => unweighted(world, ingress)),
    ...world.inNamespace('Ingress').flatMap((ingress) => oldVersion(world, ingress)),
  ];
}

/** Class by annotation, else by field; without any, Kong may be the cluster's default class. */
function isKongs(world: World, ingress: KubeObject): boolean {
  const name = annotation(ingress, INGRESS_CLASS) || text(ingress, 'spec', 'ingressClassName');
  return name === '' || name === world.ingressClass;
}

interface IngressPath {
  readonly host: string;
  readonly path: string;
  readonly service: string;
}

function pathsOf(ingress: KubeObject): IngressPath[] {
  return list(ingress, 'spec', 'rules').flatMap((rule) =>
    list(rule, 'http', 'paths').map((path) => ({
      host: text(rule, 'host') || '*',
      path: normalised(text(path, 'path') || '/'),
      service: serviceNameOf(path),
    })),
  );
}

/** On one path both are served and either may win; an Ingress for a host always beats a route for any host. */
function rival(world: World, route: KubeObject, ingress: KubeObject): Finding[] {
  const hosts = hostsOf(route);
  const matches = matchesOf(route);
  const clash = pathsOf(ingress).find(
    ({ host, path }) =>
      (hosts.includes(host) || (host !== '*' && hosts.includes('*'))) &&
      matches.some((match) => match.path === path && match.type !== 'RegularExpression'),
  );
  if (clash === undefined) return [];
  const outcome = hosts.includes(clash.host)
    ? 'both are served and it is undefined which one answers'
    : `for ${clash.host} the Ingress answers`;
  const onlyPath = pathsOf(ingress).length === 1;
  const { name, namespace } = ingress.metadata;
  return [
    {
      severity: 'error',
      rule: 'ingress-on-same-path',
      object: refOf(ingress),
      problem: `${nameOf(ingress)} and ${nameOf(route)} are both for ${hostText(clash.host)}, path ${clash.path}: ${outcome}, so weights would not hold.`,
      fix: [
        onlyPath
          ? `${nameOf(route)} takes its place: kubectl delete ingress ${name} -n ${namespace}`
          : `Take the path ${clash.path} out of ${nameOf(ingress)}, or replace the whole Ingress:`,
        ...(onlyPath ? ['The HTTPRoute that does what it did:'] : []),
        httpRouteYaml(ingress, parentOf(world), world.all('Service')),
      ].join('\n'),
    },
  ];
}

/** An Ingress that sends to a backend of the release cannot carry weights, and its callers never meet the canary. */
function unweighted(world: World, ingress: KubeObject): Finding[] {
  if (ingress.metadata.namespace !== world.input.namespace) return [];
  const names = new Set(world.input.services.flatMap(({ stable, canary }) => [stable, canary]));
  const path = pathsOf(ingress).find(({ service }) => names.has(service));
  if (path === undefined) return [];
  const alone = world.routes().length === 0;
  return [
    {
      severity: alone ? 'error' : 'warning',
      rule: 'ingress-without-weights',
      object: refOf(ingress),
      problem: `${nameOf(ingress)} sends ${hostText(path.host)}, path ${path.path} to ${path.service}: an Ingress has no weights, so these callers never meet the new version.`,
      fix: `Replace it:\n${httpRouteYaml(ingress, parentOf(world), world.all('Service'))}`,
    },
  ];
}

function oldVersion(world: World, ingress: KubeObject): Finding[] {
  const { apiVersion } = ingress;
  if (apiVersion !== 'extensions/v1beta1' && apiVersion !== 'networking.k8s.io/v1beta1') return [];
  return [
    {
      severity: 'error',
      rule: 'ingress-v1beta1',
      object: refOf(ingress),
      problem: `${nameOf(ingress)} is written as ${apiVersion}, which Kubernetes removed in 1.22: it cannot be applied.`,
      fix: `Replace it:\n${httpRouteYaml(ingress, parentOf(world), world.all('Service'))}`,
    },
  ];
}

/** The Gateway the release's routes use, else Kong's. */
function parentOf(world: World): Parent {
  const used = world
    .routes()
    .flatMap(parentRefs)
    .find(({ kind }) => kind === 'Gateway');
  if (used !== undefined) return { namespace: used.namespace, name: used.name };
  const [gateway] = world.all('Gateway').filter((object) => text(object, 'spec', 'gatewayClassName') === 'kong');
  return { namespace: gateway?.metadata.namespace ?? 'kong', name: gateway?.metadata.name ?? 'kong' };
}
