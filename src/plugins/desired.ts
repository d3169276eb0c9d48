/**
 * Kong plugins of a release: which objects to apply, the annotation that binds them, and what may go wrong with both.
 * Pure. Applying comes in this order: plugin objects, then annotations; Kong serves a route without a plugin that it
 * cannot find, so the reverse order leaves the route open for a moment.
 */

import { jsonEqual } from '../kube/json-patch.ts';
import { KONG_API, PLUGINS_ANNOTATION } from '../kube/names.ts';
import { annotation, field, type KubeObject, nameOf, text } from '../kube/objects.ts';
import { isSubdomain } from '../manifests/object-shape.ts';
import type { PluginSpec } from '../settings/types.ts';

export interface PluginWorld {
  /** Namespace of the routes the plugins are bound to: a KongPlugin works in its own namespace only. */
  readonly namespace: string;
  /** KongPlugin and KongClusterPlugin objects in the cluster. */
  readonly live: readonly KubeObject[];
  /** Objects about to be applied: the user's manifests. */
  readonly manifests: readonly KubeObject[];
  /** Plugins shipped with this tool (manifests/kong/plugins), used by name when nobody else has one of that name. */
  readonly shipped: readonly KubeObject[];
}

export interface PluginProblem {
  readonly plugin: string;
  /** What is wrong and what to do. */
  readonly message: string;
}

export interface DesiredPlugins {
  /** Names to bind, in the order given. */
  readonly names: readonly string[];
  /** Plugin objects to apply that are not in the manifests already; unchanged live ones are left out. */
  readonly apply: readonly KubeObject[];
  /** The object behind each name as it will be, in the order of `names`. */
  readonly objects: readonly KubeObject[];
  readonly problems: readonly PluginProblem[];
}

/** From the input `plugins` to objects. All problems are returned together; with problems, nothing may be applied. */
export function desiredPlugins(specs: readonly PluginSpec[], world: PluginWorld): DesiredPlugins {
  const names: string[] = [];
  const apply: KubeObject[] = [];
  const objects: KubeObject[] = [];
  const problems: PluginProblem[] = [];
  for (const spec of specs) {
    if (names.includes(spec.name)) {
      problems.push({ plugin: spec.name, message: `The plugin ${spec.name} is given twice; keep one of them.` });
      continue;
    }
    const live = findPlugin(world.live, spec.name, world.namespace);
    const resolved = spec.kind === 'inline' ? inlinePlugin(spec, world) : namedPlugin(spec.name, live, world);
    if ('message' in resolved) {
      problems.push(resolved);
      continue;
    }
    const found = configProblems(resolved.object, live);
    problems.push(...found);
    if (found.length > 0) continue;
    names.push(spec.name);
    objects.push(resolved.object);
    if (resolved.apply && !sameContent(resolved.object, live)) apply.push(resolved.object);
  }
  return { names, apply, objects, problems };
}

/**
 * The annotation with our names added: names that are there keep their place, ours follow in order, none is removed or
 * doubled. @returns the unchanged text when nothing is missing.
 */
export function mergePlugins(existing: string | undefined, names: readonly string[]): string {
  const present = pluginNames(existing);
  const missing = names.filter((name) => !present.includes(name));
  return missing.length === 0 && existing !== undefined ? existing : [...present, ...missing].join(', ');
}

/** The names in a `konghq.com/plugins` annotation. */
export function pluginNames(value: string | undefined): string[] {
  return [...new Set((value ?? '').split(',').map((name) => name.trim()))].filter((name) => name !== '');
}

/** Names bound to an object. */
export function boundPlugins(object: KubeObject): string[] {
  return pluginNames(annotation(object, PLUGINS_ANNOTATION));
}

/** The object behind a name: a KongPlugin of the namespace beats a KongClusterPlugin, as in the controller's look-up. */
export function findPlugin(objects: readonly KubeObject[], name: string, namespace: string): KubeObject | undefined {
  return (
    objects.find(
      ({ kind, metadata }) => kind === 'KongPlugin' && metadata.name === name && metadata.namespace === namespace,
    ) ?? objects.find(({ kind, metadata }) => kind === 'KongClusterPlugin' && metadata.name === name)
  );
}

type Resolved = { readonly object: KubeObject; readonly apply: boolean } | PluginProblem;

function inlinePlugin(spec: Extract<PluginSpec, { kind: 'inline' }>, world: PluginWorld): Resolved {
  if (!isSubdomain(spec.name)) {
    return {
      plugin: spec.name,
      message: `"${spec.name}" cannot name a plugin object: use lower-case letters, digits, "-" and ".".`,
    };
  }
  const written = findPlugin(world.manifests, spec.name, world.namespace);
  if (written !== undefined) {
    return {
      plugin: spec.name,
      message: `The plugin ${spec.name} is written inline and in the manifests; keep one of them, or give the name alone.`,
    };
  }
  const object: KubeObject = {
    apiVersion: KONG_API,
    kind: 'KongPlugin',
    metadata: { name: spec.name, namespace: world.namespace },
    plugin: spec.plugin,
    config: spec.config,
  };
  return { object, apply: true };
}

function namedPlugin(name: string, live: KubeObject | undefined, world: PluginWorld): Resolved {
  const written = findPlugin(world.manifests, name, world.namespace);
  if (written !== undefined) return { object: written, apply: false };
  if (live !== undefined) return { object: live, apply: false };
  const shipped = world.shipped.find(({ kind, metadata }) => kind === 'KongPlugin' && metadata.name === name);
  if (shipped !== undefined) {
    const object = { ...shipped, metadata: { ...shipped.metadata, namespace: world.namespace } };
    return { object, apply: true };
  }
  const elsewhere = [...world.manifests, ...world.live].find(
    ({ kind, metadata }) => kind === 'KongPlugin' && metadata.name === name,
  );
  if (elsewhere !== undefined) {
    return {
      plugin: name,
      message: `${nameOf(elsewhere)} is in another namespace than the routes (${world.namespace}); create it there, or make it a KongClusterPlugin.`,
    };
  }
  const known = [
    ...new Set(
      [...world.shipped, ...world.manifests, ...world.live].filter(isPlugin).map(({ metadata }) => metadata.name),
    ),
  ];
  return {
    plugin: name,
    message: `There is no KongPlugin ${world.namespace}/${name} and no KongClusterPlugin ${name}, and Kong would serve the route without it. Known: ${known.sort().join(', ') || 'none'}.`,
  };
}

/**
 * What Kong or the API server would refuse. One refused plugin stops every later change of the whole gateway
 * (controller issues 539 and 680), so it is said before.
 */
function configProblems(object: KubeObject, live: KubeObject | undefined): PluginProblem[] {
  const { name } = object.metadata;
  const plugin = text(object, 'plugin');
  const problems: PluginProblem[] = [];
  const say = (message: string) => problems.push({ plugin: name, message });
  if (plugin === '') say(`${nameOf(object)} does not say which plugin it is (field plugin).`);
  if (live !== undefined && live.kind === object.kind && text(live, 'plugin') !== plugin) {
    say(
      `${nameOf(object)} is a ${text(live, 'plugin')} plugin in the cluster and its kind cannot change to ${plugin}; use another name.`,
    );
  }
  if (field(object, 'config') !== undefined && field(object, 'configFrom') !== undefined) {
    say(`${nameOf(object)} has config and configFrom; the API server takes one of them.`);
  }
  if (plugin === 'rate-limiting' && object['configFrom'] === undefined) {
    if (text(object, 'config', 'policy') === 'cluster') {
      say(`${nameOf(object)} has policy: cluster, which Kong without a database refuses; use local, or redis.`);
    }
    if (!WINDOWS.some((window) => typeof field(object, 'config', window) === 'number')) {
      say(`${nameOf(object)} sets no limit; give at least one of ${WINDOWS.join(', ')}.`);
    }
  }
  return problems;
}

/** Windows of the rate-limiting plugin, shortest first, as Kong names them. */
export const WINDOWS = ['second', 'minute', 'hour', 'day', 'month', 'year'] as const;
export type Window = (typeof WINDOWS)[number];

function sameContent(wanted: KubeObject, live: KubeObject | undefined): boolean {
  if (live === undefined || live.kind !== wanted.kind) return false;
  const { apiVersion: _a, kind: _k, metadata: _m, ...content } = wanted;
  return Object.entries(content).every(([key, value]) => jsonEqual(live[key], value));
}

function isPlugin({ kind }: KubeObject): boolean {
  return kind === 'KongPlugin' || kind === 'KongClusterPlugin';
}
