/** Routes of Traefik and what they lean on: one missing Service takes all of a rule down, and sessions hold to a version. */
import { field, list, nameOf, refOf } from '../../kube/objects.ts';
import type { Finding, SplitRoute, World } from '../picture.ts';
import type { MeshLint } from './types.ts';

export const traefik: MeshLint = {
  route: (world, split) => [...missing(world, split), ...sticky(split), ...allowsEmpty(world, split)],
};

/** Seen with Traefik 3.7.15: 404 for every request of the rule, also where the missing Service has weight 0. */
function missing(world: World, { route }: SplitRoute): Finding[] {
  if (!world.knows('Service')) return [];
  const names = new Set(route.rules.flatMap((rule) => rule.backends.map(({ name }) => name)));
  return [...names]
    .filter((name) => world.get('Service', world.input.namespace, name) === undefined)
    .map((name) => ({
      severity: 'error',
      rule: 'backend-missing',
      object: refOf(route.object),
      problem: `${nameOf(route.object)} sends to the Service ${world.input.namespace}/${name}, which does not exist: Traefik answers all of its requests with 404, whatever the weights.`,
      fix: `Add the Service ${name} to the manifests, or take it out of the services of ${nameOf(route.object)}.`,
    }));
}

/** A cookie keeps its caller at a version as long as that has weight. */
function sticky({ route }: SplitRoute): Finding[] {
  const places = [['spec', 'weighted', 'sticky'], ...route.rules.map(({ at }) => [...at.slice(0, -1), 'sticky'])];
  if (!places.some((at) => field(route.object, ...at) !== undefined)) return [];
  return [
    {
      severity: 'warning',
      rule: 'session-persistence',
      object: refOf(route.object),
      problem: `${nameOf(route.object)} is sticky: callers stay with their version until its weight is 0, so shares of users lag behind the weights.`,
      fix: 'Take `sticky` out for the release, or give steps time for sessions to end.',
    },
  ];
}

/** Without pods a Service counts as missing, unless Traefik was told otherwise (its chart does since version 31). */
function allowsEmpty(world: World, { route }: SplitRoute): Finding[] {
  const traefiks = world
    .all('Deployment')
    .flatMap((deployment) => list(deployment, 'spec', 'template', 'spec', 'containers'))
    .filter((container) => /(^|\/)traefik:/.test(String(field(container, 'image') ?? '')))
    .map((container) => list(container, 'args').map(String));
  const told = (args: readonly string[]) =>
    args.some((arg) => /^--providers\.kubernetescrd\.allowemptyservices(=true)?$/i.test(arg));
  if (traefiks.length === 0 || traefiks.every(told)) return [];
  return [
    {
      severity: 'warning',
      rule: 'empty-services',
      object: refOf(route.object),
      problem: `Traefik runs without allowEmptyServices: a version of ${nameOf(route.object)} that loses its last pod takes all requests down with it (404), at weight 0 too.`,
      fix: 'Start it with --providers.kubernetescrd.allowemptyservices=true.',
    },
  ];
}
