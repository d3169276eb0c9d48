/** Plugins that are named but would not be there: Kong serves the route without them. */
import { INGRESS_CLASS, KONG_API, PLUGINS_ANNOTATION } from '../kube/names.ts';
import { annotation, type KubeObject, nameOf, refOf } from '../kube/objects.ts';
import { boundPlugins, findPlugin } from '../plugins/desired.ts';
import type { Finding, World } from './picture.ts';

export function lintPlugins(world: World): Finding[] {
  const carriers = [
    ...world.routes(),
    ...world.backends().flatMap(({ stable, canary }) => [stable, canary].filter((service) => service !== undefined)),
    ...world.inNamespace('KongConsumer'),
  ];
  return [
    ...carriers.flatMap((object) => missing(world, object)),
    ...missingInput(world),
    ...sharedWithConsumer(world),
    ...classless(world),
  ];
}

function plugins(world: World): KubeObject[] {
  return [...world.all('KongPlugin'), ...world.all('KongClusterPlugin')];
}

/** Without both lists nothing can be called missing. */
function known(world: World): boolean {
  return world.knows('KongPlugin') && world.knows('KongClusterPlugin');
}

function missing(world: World, object: KubeObject): Finding[] {
  if (!known(world)) return [];
  const namespace = object.metadata.namespace ?? world.input.namespace;
  return boundPlugins(object)
    .filter((name) => findPlugin(plugins(world), name, namespace) === undefined)
    .map((name) => ({
      severity: 'error',
      rule: 'plugin-missing',
      object: refOf(object),
      problem: `${nameOf(object)} names the plugin ${name}, which does not exist: no KongPlugin ${namespace}/${name}, no KongClusterPlugin ${name}. Kong serves the route without it, open to everyone.${elsewhere(world, name, namespace)}`,
      fix: skeleton(name, namespace, `or take "${name}" out of the annotation ${PLUGINS_ANNOTATION}`),
    }));
}

function missingInput(world: World): Finding[] {
  if (!known(world)) return [];
  const { namespace, plugins: names = [] } = world.input;
  return names
    .filter((name) => findPlugin(plugins(world), name, namespace) === undefined)
    .map((name) => ({
      severity: 'error',
      rule: 'plugin-missing',
      object: { apiVersion: KONG_API, kind: 'KongPlugin', namespace, name },
      problem: `The input plugins names ${name}, which does not exist: no KongPlugin ${namespace}/${name}, no KongClusterPlugin ${name}. Kong would serve the routes without it.${elsewhere(world, name, namespace)}`,
      fix: skeleton(name, namespace, 'or write it inline in the input plugins (name, plugin, config)'),
    }));
}

function elsewhere(world: World, name: string, namespace: string): string {
  const found = world
    .all('KongPlugin')
    .filter(({ metadata }) => metadata.name === name && metadata.namespace !== namespace);
  if (found.length === 0) return '';
  return ` (${found.map(nameOf).join(', ')} works in its own namespace only.)`;
}

function skeleton(name: string, namespace: string, otherwise: string): string {
  return [
    'Add to the manifests:',
    'apiVersion: configuration.konghq.com/v1',
    'kind: KongPlugin',
    'metadata:',
    `  name: ${name}`,
    `  namespace: ${namespace}`,
    'plugin: # e.g. key-auth, rate-limiting',
    'config: {}',
    `${otherwise}.`,
  ].join('\n');
}

/** Seen on controller 3.5.11: a plugin named by a route and by a consumer arrives for route + consumer, nobody else. */
function sharedWithConsumer(world: World): Finding[] {
  const carriers = [
    ...world.routes(),
    ...world.backends().flatMap(({ stable, canary }) => [stable, canary].filter((service) => service !== undefined)),
  ];
  return world.inNamespace('KongConsumer').flatMap((consumer) =>
    boundPlugins(consumer).flatMap((name): Finding[] => {
      const carrier = carriers.find((object) => boundPlugins(object).includes(name));
      if (carrier === undefined) return [];
      return [
        {
          severity: 'error',
          rule: 'plugin-shared-with-consumer',
          object: refOf(consumer),
          problem: `The plugin ${name} is named by ${nameOf(consumer)} and by ${nameOf(carrier)}: Kong then applies it to that consumer on that route only, and every other caller goes without it.`,
          fix: `Make a second KongPlugin with the same content for the consumer, and name that one in its annotation ${PLUGINS_ANNOTATION}.`,
        },
      ];
    }),
  );
}

/** A KongClusterPlugin is ignored unless it carries the class. */
function classless(world: World): Finding[] {
  const used = new Set([...world.routes().flatMap(boundPlugins), ...(world.input.plugins ?? [])]);
  return world
    .all('KongClusterPlugin')
    .filter((plugin) => used.has(plugin.metadata.name) && annotation(plugin, INGRESS_CLASS) !== world.ingressClass)
    .map((plugin) => ({
      severity: 'error',
      rule: 'class-missing',
      object: refOf(plugin),
      problem: `${nameOf(plugin)} does not carry the class ${world.ingressClass}, so Kong ignores it and serves the routes without it.`,
      fix: `kubectl annotate kongclusterplugin ${plugin.metadata.name} --overwrite kubernetes.io/ingress.class=${world.ingressClass}`,
    }));
}
