/** What a release brings to the platform beside the weights (manifests, clones, route files, plugins), and taking it back. */

import type { Cluster } from '../cluster/cluster.ts';
import { watchUntil } from '../cluster/watch.ts';
import { PlatformError, reasonOf } from '../errors.ts';
import { countGatewayPods } from '../gateway/pods.ts';
import { neededGateway } from '../gateway/shipped.ts';
import type { HttpClient } from '../http/client.ts';
import type { KubeObject } from '../kube/objects.ts';
import { nameOf, refOf } from '../kube/objects.ts';
import type { Lock } from '../lock/held.ts';
import { applyObjects } from '../manifests/apply.ts';
import { mergeLiveRoute, restoreRoute } from '../manifests/route-files/live.ts';
import { mergeOptions } from '../manifests/route-files/options.ts';
import { Snapshot } from '../manifests/snapshot.ts';
import { bindPlugins } from '../plugins/bind.ts';
import { provePlugins } from '../plugins/prove.ts';
import { isRoute } from '../routes/index.ts';
import type { RunContext } from '../run/context.ts';
import { objectsOf } from '../study/brought.ts';
import type { ServicePlan } from '../study/service-plan.ts';
import type { Decided } from '../study/study.ts';
import { bootstrap } from './steps/bootstrap.ts';

/** Objects that serve requests: they go last on the way back, and only when nobody is served by them. */
const WORKLOADS = new Set(['Deployment', 'Service', 'HorizontalPodAutoscaler']);

export class Installation {
  readonly #context: RunContext;
  readonly #cluster: Cluster;
  readonly #prepared: Decided;
  readonly #snapshot = new Snapshot();
  /** Routes before and after their files were merged in. */
  readonly #merged: { readonly before: KubeObject; readonly after: KubeObject }[] = [];

  constructor(context: RunContext, cluster: Cluster, prepared: Decided) {
    this.#context = context;
    this.#cluster = cluster;
    this.#prepared = prepared;
  }

  /** Objects before what refers to them: manifests and clones, then route files, then the bindings of plugins. */
  async apply(): Promise<void> {
    const { settings, notes, actionRoot } = this.#context;
    const { services, manifests, plugins, mesh } = this.#prepared;
    const entries = services.map(({ entry }) => entry);
    const gateway = await neededGateway(this.#cluster, settings, actionRoot, entries);
    const wanted = [...gateway, ...objectsOf(this.#prepared)];
    const report = await applyObjects(this.#cluster, wanted, this.#snapshot, (name) =>
      services.some(({ isBackend }) => isBackend(name)),
    );
    for (const name of report.created) notes.say(`created ${name}`);
    for (const name of report.changed) notes.say(`changed ${name}`);
    if (report.unchanged.length > 0) notes.say(`${report.unchanged.length} objects were as the manifests say`);

    await this.#awaitBacking();
    for (const object of manifests.objects) if (isRoute(object, mesh)) await this.#mergeFile(object);
    for (const plan of services) if (plan.discovery.kind === 'bootstrap') await this.#bootstrap(plan);
    for (const { entry } of services) await bindPlugins(this.#cluster, refOf(entry), plugins.names, this.#snapshot);
  }

  /** Shows on the public path that every plugin of the release is enforced. */
  async prove(gatewayUrl: string, http: HttpClient, lock: Lock): Promise<void> {
    const { settings, notes, log, run, ports } = this.#context;
    const { services, plugins } = this.#prepared;
    if (plugins.objects.length === 0) return;
    const targets = await Promise.all(
      services.map(async (plan) => ({
        service: plan.service,
        route: await this.#cluster.get(refOf(plan.entry)),
        url: gatewayUrl + plan.path,
        headers: { ...(plan.host ? { host: plan.host } : {}), ...plan.matchHeaders },
        plugins: plugins.objects,
      })),
    );
    const results = await provePlugins(targets, {
      cluster: this.#cluster,
      http,
      clock: ports.clock,
      run: run.id,
      namespace: settings.namespace,
      ingressClass: 'kong',
      gatewayPods: await countGatewayPods(this.#cluster, settings),
      since: lock.since ?? ports.clock.now(),
      mask: (secret) => log.mask(secret),
      owner: lock.owner,
    });
    for (const result of results) {
      const seen = result.seen.join('; ') || 'bound, no warning of Kong';
      notes.say(`${result.service}: ${result.plugin} is enforced (${seen}${result.note ? `; ${result.note}` : ''})`);
      const expected = 'enforced on the public path';
      notes.plugins.push({ plugin: result.plugin, tried: result.service, expected, seen, passed: true });
    }
  }

  /**
   * Takes everything back: routes, plugins and other objects, then what serves requests.
   * @param free whether the canary is known to serve nobody, so that its objects may go
   * @returns one sentence for each thing that could not be brought back
   */
  async undo(cluster: Cluster, free: boolean): Promise<string[]> {
    const problems: string[] = [];
    // Our bindings first: they were made on top of what the route files brought.
    const serving = new Set([...WORKLOADS, ...this.#prepared.mesh.backingKinds.map(({ kind }) => kind)]);
    problems.push(...(await this.#snapshot.restore(cluster, ({ kind }) => !serving.has(kind))));
    for (const { before, after } of this.#merged.toReversed()) {
      await restoreRoute(cluster, before, mergeOptions(this.#prepared.services), after).catch((error: unknown) => {
        problems.push(`${nameOf(before)} was not restored: ${reasonOf(error)}`);
      });
    }
    if (free) problems.push(...(await this.#snapshot.restore(cluster)));
    else problems.push('the new version was left running, because the return is not proved');
    return problems;
  }

  async #mergeFile(route: KubeObject): Promise<void> {
    const { notes } = this.#context;
    const { services } = this.#prepared;
    const live = await this.#cluster.find(refOf(route));
    if (live !== undefined && route.kind !== 'HTTPRoute') {
      notes.say(`${nameOf(route)} is there: its file is for the first time, and was left aside`);
      return;
    }
    if (live !== undefined) {
      const { before, after } = await mergeLiveRoute(this.#cluster, route, mergeOptions(services));
      if (after === undefined) return;
      this.#merged.push({ before, after });
      notes.say(`merged ${nameOf(route)} (weights untouched)`);
      return;
    }
    // The first route of a service is made when its pods are ready.
    const first = services.filter(({ discovery }) => discovery.kind === 'bootstrap');
    if (first.some((plan) => plan.route.kind === route.kind && plan.route.name === route.metadata.name)) return;
    const created = await this.#cluster.create(route);
    this.#snapshot.record({ before: undefined, after: created });
    notes.say(`created ${nameOf(route)}`);
  }

  /** A route may name a new version only when the mesh knows what stands behind it. */
  async #awaitBacking(): Promise<void> {
    const { settings, ports } = this.#context;
    const { services, mesh } = this.#prepared;
    for (const { discovery } of services) {
      if (discovery.kind === 'same-version') continue;
      for (const { apiVersion, kind } of mesh.backingKinds) {
        const ref = { apiVersion, kind, namespace: settings.namespace, name: discovery.canary.name };
        if (!(await this.#cluster.find(ref))) continue;
        const ready = await watchUntil(
          this.#cluster,
          { apiVersion, kind, namespace: settings.namespace, fieldSelector: `metadata.name=${ref.name}` },
          (world) => [...world.values()].find((object) => mesh.backingReady(object)),
          { clock: ports.clock, timeout: settings.readyTimeout },
        );
        if (ready !== undefined) continue;
        throw new PlatformError(
          `${nameOf(ref)} was not taken over by its controller within ${settings.readyTimeout / 1000} s`,
          `kubectl describe ${kind.toLowerCase()} ${ref.name} -n ${settings.namespace}`,
        );
      }
    }
  }

  async #bootstrap(plan: ServicePlan): Promise<void> {
    const { settings, notes, run, ports } = this.#context;
    await bootstrap(this.#cluster, plan, settings, {
      run,
      clock: ports.clock,
      snapshot: this.#snapshot,
    });
    notes.say(`${plan.service}-${settings.version} is ready and has the route`);
  }
}
