/**
 * Which instance of a plugin applies to a request: the most specific binding wins, and only one instance of a plugin
 * runs. Rules after kong/runloop/plugins_iterator.lua; consumer groups are not known here.
 */
import type { PluginInstance, Route } from '../entities.ts';
import type { Plugin } from './plugin.ts';
import { PLUGINS } from './registry.ts';

export interface Step {
  readonly plugin: Plugin;
  readonly instance: PluginInstance;
}

/** Instances by plugin and binding. */
export class PluginBindings {
  readonly #used: readonly Plugin[];
  readonly #instances = new Map<string, PluginInstance>();
  readonly #plans = new Map<string, readonly (Step | undefined)[]>();

  constructor(instances: readonly PluginInstance[]) {
    // A disabled instance is as good as absent: a less specific one applies instead.
    const enabled = instances.filter((instance) => instance.enabled);
    for (const instance of enabled) {
      this.#instances.set(bindingKey(instance.name, instance.route, instance.service, instance.consumer), instance);
    }
    const names = new Set(enabled.map((instance) => instance.name));
    this.#used = PLUGINS.filter((plugin) => names.has(plugin.name));
  }

  /** One place per plugin in use, in running order; undefined where none applies. */
  plan(route: Route, consumer: string | undefined): readonly (Step | undefined)[] {
    const key = `${route.id}|${consumer ?? ''}`;
    const known = this.#plans.get(key);
    if (known !== undefined) return known;
    const plan = this.#used.map((plugin) => this.#step(plugin, route, plugin.ignoresConsumer ? undefined : consumer));
    this.#plans.set(key, plan);
    return plan;
  }

  #step(plugin: Plugin, { id: route, service }: Route, consumer: string | undefined): Step | undefined {
    const withConsumer = [
      [route, service?.id, consumer],
      [route, undefined, consumer],
      [undefined, service?.id, consumer],
    ] as const;
    const bindings = [
      ...(consumer === undefined ? [] : withConsumer),
      [route, service?.id, undefined],
      ...(consumer === undefined ? [] : [[undefined, undefined, consumer] as const]),
      [route, undefined, undefined],
      [undefined, service?.id, undefined],
      [undefined, undefined, undefined],
    ] as const;
    for (const [onRoute, onService, onConsumer] of bindings) {
      const instance = this.#instances.get(bindingKey(plugin.name, onRoute, onService, onConsumer));
      if (instance !== undefined && runsOnHttp(instance)) return { plugin, instance };
    }
    return undefined;
  }
}

function bindingKey(name: string, route = '', service = '', consumer = ''): string {
  return `${name}|${route}|${service}|${consumer}`;
}

/** This proxy hears plain HTTP only. */
function runsOnHttp({ protocols }: PluginInstance): boolean {
  return protocols === undefined || protocols.length === 0 || protocols.includes('http');
}
