/** What a release stands on, before its first probe: Kong, manifests, plugins, an answer on the public path. */
import { watchUntil } from '../cluster/watch.ts';
import { LintError, PlatformError, RunError } from '../errors.ts';
import { ensureKong, reachGateway } from '../gateway/ensure.ts';
import { gatewayOf } from '../gateway/parent.ts';
import { countGatewayPods } from '../gateway/pods.ts';
import { neededGateway } from '../gateway/shipped.ts';
import type { KubeObject } from '../kube/objects.ts';
import { nameOf, refOf } from '../kube/objects.ts';
import { applyObjects } from '../manifests/apply.ts';
import { mergeLiveRoute } from '../manifests/route-files/live.ts';
import { mergeOptions } from '../manifests/route-files/options.ts';
import { bindPlugins } from '../plugins/bind.ts';
import { makeProbeConsumer } from '../plugins/probe-consumer.ts';
import { keyNameOf, provePlugins } from '../plugins/prove.ts';
import { isRoute, KONG, readerOf, servedBy } from '../routes/index.ts';
import { requestHeaders } from '../services/address.ts';
import { objectsOf } from '../study/brought.ts';
import type { Released, ServicePlan } from '../study/service-plan.ts';
import { repairDeadRuns } from './back/repair.ts';
import { beginRelease } from './begin.ts';
import { runMigrations } from './migrations.ts';
import type { Running } from './running.ts';
import { bootstrap } from './steps/bootstrap.ts';
import { runAllChecks } from './trial/checks.ts';
import { targetOf } from './trial/probes.ts';
import { confirmServing } from './trial/serving.ts';

/** Leaves in `running` the public path and the services that are to be released: none where all serve already. */
export async function install(running: Running): Promise<void> {
  const { settings, log, decided } = running;
  await repair(running);
  if (decided.services.some(({ entry }) => servedBy(entry) === KONG))
    await log.group('Kong', () => ensureKong(platformOf(running)));
  await log.group('Manifests', () => apply(running));
  const url = await log.group('Gateway', () => reach(running));
  running.path = { url, headers: settings.probeHeaders };
  await log.group('Plugins', () => prove(running));
  const plans = decided.services.filter((plan): plan is Released => plan.discovery.kind === 'release');
  await makeConsumer(running, plans[0] ?? decided.services[0]);
  for (const plan of decided.services) if (plan.discovery.kind !== 'release') await confirm(running, plan);
  if (plans.length > 0) beginAll(running, plans);
  else if (settings.checks.length > 0 || settings.checkCommand.length > 0)
    await log.group('Checks', () => runAllChecks(running, 'after the release'));
}

/** A run that died left its weights: they come back first, unless this is the same release and goes on with them. */
async function repair(running: Running): Promise<void> {
  if (running.continued) return;
  const repaired = await repairDeadRuns(running.decided.services, running.run, platformOf(running));
  // Where this traffic is now is true of every end that comes before a weight is written.
  running.returned = repaired;
  for (const { written, sentence } of repaired) if (written) running.notes.warn(sentence);
  const lost = repaired.filter(({ written, free, replaced }) => !written || (replaced && !free));
  if (lost.length > 0) throw new RunError(lost.map(({ sentence }) => sentence).join('; '));
  requireIdle(running);
}

/** A copy that has requests is never replaced. @throws LintError where nobody's record says what put them there */
function requireIdle({ decided, returned }: Running): void {
  for (const { service, inPlace, liveShare, discovery, source } of decided.services) {
    if (inPlace?.kind !== 'release' || discovery.kind !== 'release' || liveShare === 0) continue;
    if (returned.some((one) => one.service === service)) continue;
    throw new LintError(
      `${nameOf(source)} sends ${liveShare} % to ${discovery.canary.name}, which is not this release's`,
      'set its weight to 0, then run again',
    );
  }
}

/** Objects before what refers to them: manifests and clones, then route files, then the bindings of plugins. */
async function apply(running: Running): Promise<void> {
  const { settings, notes, actionRoot, cluster, decided, applied, ports, run } = running;
  const { services, manifests, plugins, mesh } = decided;
  const entries = services.map(({ entry }) => entry);
  const gateway = await neededGateway(cluster, settings, actionRoot, entries);
  const workloads = new Set(afterMigrations(decided));
  await applyInOrder(running, [...gateway, ...objectsOf(decided).filter((object) => !workloads.has(object))]);
  await runMigrations(running);
  if (workloads.size > 0) await applyInOrder(running, [...workloads]);

  await awaitBacking(running);
  // In place, what a file says of a route comes with the rest, once the new version is proved.
  const files = isTried(decided) ? [] : manifests.objects.filter((object) => isRoute(object, mesh));
  for (const file of files) await mergeFile(running, file);
  for (const plan of services) {
    if (plan.discovery.kind !== 'bootstrap') continue;
    await bootstrap(cluster, plan, settings, { run, clock: ports.clock, snapshot: applied.snapshot });
    notes.say(`${plan.discovery.canary.name} is ready and has the route`);
  }
  for (const { entry } of services) await bindPlugins(cluster, refOf(entry), plugins.names, applied.snapshot);
}

async function applyInOrder(
  { cluster, decided, applied, notes }: Running,
  objects: readonly KubeObject[],
): Promise<void> {
  const report = await applyObjects(cluster, objects, applied.snapshot, (name) =>
    decided.services.some(({ isBackend }) => isBackend(name)),
  );
  for (const name of report.created) notes.say(`created ${name}`);
  for (const name of report.changed) notes.say(`changed ${name}`);
  if (report.unchanged.length > 0) notes.say(`${report.unchanged.length} objects were as the manifests say`);
}

/** What runs the new version in place: not before its migrations have passed. */
function afterMigrations({ app, services }: Running['decided']): readonly KubeObject[] {
  if (app === undefined || app.migrations.length === 0) return [];
  return services
    .flatMap(({ discovery }) => (discovery.kind === 'release' ? discovery.canary.apply : []))
    .filter(({ kind }) => kind !== 'ConfigMap' && kind !== 'Secret');
}

/** Whether a canary comes before the home objects of a release in place. */
function isTried({ services }: Running['decided']): boolean {
  return services.some(({ inPlace }) => inPlace?.kind === 'release' || inPlace?.kind === 'settle');
}

/** A route may name a new version only when the mesh knows what stands behind it. */
async function awaitBacking({ cluster, settings, ports, decided }: Running): Promise<void> {
  const { namespace, readyTimeout } = settings;
  for (const { discovery } of decided.services) {
    if (discovery.kind === 'same-version') continue;
    for (const { apiVersion, kind } of decided.mesh.backing.kinds) {
      const ref = { apiVersion, kind, namespace, name: discovery.canary.name };
      if (!(await cluster.find(ref))) continue;
      const ready = await watchUntil(
        cluster,
        { apiVersion, kind, namespace, fieldSelector: `metadata.name=${ref.name}` },
        (world) => [...world.values()].find((object) => decided.mesh.backing.ready(object)),
        { clock: ports.clock, timeout: readyTimeout },
      );
      if (ready !== undefined) continue;
      throw new PlatformError(
        `${nameOf(ref)} was not taken over by its controller within ${readyTimeout / 1000} s`,
        `kubectl describe ${kind.toLowerCase()} ${ref.name} -n ${namespace}`,
      );
    }
  }
}

async function mergeFile({ cluster, notes, decided, applied }: Running, route: KubeObject): Promise<void> {
  const { services } = decided;
  const live = await cluster.find(refOf(route));
  if (live !== undefined && readerOf(route)?.facts.files === 'first time only') {
    notes.say(`${nameOf(route)} is there: its file is for the first time, and was left aside`);
    return;
  }
  if (live !== undefined) {
    const { before, after } = await mergeLiveRoute(cluster, route, mergeOptions(services));
    if (after === undefined) return;
    applied.merged.push({ before, after });
    notes.say(`merged ${nameOf(route)} (weights untouched)`);
    return;
  }
  // The first route of a service is made when its pods are ready.
  const first = services.filter(({ discovery }) => discovery.kind === 'bootstrap');
  if (first.some((plan) => plan.route.kind === route.kind && plan.route.name === route.metadata.name)) return;
  const created = await cluster.create(route);
  applied.snapshot.record({ before: undefined, after: created });
  notes.say(`created ${nameOf(route)}`);
}

async function reach(running: Running): Promise<string> {
  const { settings, notes, decided } = running;
  const [first] = decided.services;
  if (first === undefined) throw new RunError('no service is to be released', 'name one in the input services');
  const url = await reachGateway(gatewayOf(first.entry, settings), platformOf(running));
  notes.url = url + first.path;
  return url;
}

/** Shows on the public path that every plugin of the release is enforced. */
async function prove({ settings, notes, run, ports, cluster, http, lock, decided, path }: Running): Promise<void> {
  const { services, plugins } = decided;
  if (plugins.objects.length === 0) return;
  const targets = await Promise.all(
    services.map(async (plan) => ({
      service: plan.service,
      route: await cluster.get(refOf(plan.entry)),
      url: path.url + plan.path,
      headers: { ...(plan.host ? { host: plan.host } : {}), ...plan.matchHeaders },
      plugins: plugins.objects,
    })),
  );
  const results = await provePlugins(targets, {
    cluster,
    http,
    clock: ports.clock,
    token: ports.token,
    run: run.id,
    namespace: settings.namespace,
    ingressClass: 'kong',
    gatewayPods: await countGatewayPods(cluster, settings),
    since: lock.since ?? ports.clock.now(),
    mask: notes.mask,
    owner: lock.owner,
  });
  for (const result of results) {
    const seen = result.seen.join('; ') || 'bound, no warning of Kong';
    notes.say(`${result.service}: ${result.plugin} is enforced (${seen}${result.note ? `; ${result.note}` : ''})`);
    const expected = 'enforced on the public path';
    notes.plugins.push({ plugin: result.plugin, tried: result.service, expected, seen, passed: true });
  }
}

/** A consumer of this run's own for the probes, where asked for. */
async function makeConsumer(running: Running, plan: ServicePlan | undefined): Promise<void> {
  const { settings, run, ports, notes, cluster, http, lock, decided, path } = running;
  if (settings.probeConsumer !== 'temporary' || plan === undefined) return;
  const consumer = await makeProbeConsumer(cluster, {
    run: run.id,
    namespace: settings.namespace,
    ingressClass: 'kong',
    keyName: keyNameOf(decided.plugins.objects),
    owner: lock.owner,
    clock: ports.clock,
    token: ports.token,
    http,
    probe: { url: path.url + plan.path, headers: requestHeaders(plan, settings.probeHeaders) },
    mask: notes.mask,
  });
  running.applied.consumer = consumer;
  running.path = { ...path, headers: { ...path.headers, ...consumer.headers } };
  notes.say('probes have a temporary consumer of their own');
}

/** A service with nothing to shift must answer all the same. */
async function confirm({ settings, ports, notes, http, signal, path }: Running, plan: ServicePlan): Promise<void> {
  const headers = requestHeaders(plan, settings.probeHeaders);
  await confirmServing(
    { service: plan.service, url: path.url + plan.path, headers },
    { http, clock: ports.clock, timeout: settings.readyTimeout, signal },
  );
  notes.say(`${plan.service} answers through the gateway`);
}

/** From here on every service to be released is probed on the public path. */
function beginAll(running: Running, plans: readonly Released[]): void {
  const { settings, ports, notes, run, continued, probing, path } = running;
  notes.previousVersion = plans.map(({ discovery }) => discovery.stable.version).find((version) => version);
  const now = new Date(ports.clock.now()).toISOString();
  running.services = plans.map((plan) => ({ plan, release: beginRelease(plan, settings, run, now, continued) }));
  for (const { plan, release } of running.services) probing.startPublic(targetOf(path, plan), release.observer);
}

function platformOf({ settings, env, actionRoot, ports, notes, cluster, http, signal }: Running) {
  return {
    cluster,
    settings,
    env,
    actionRoot,
    ports,
    clock: ports.clock,
    http,
    signal,
    say: notes.say,
    warn: notes.warn,
    mask: notes.mask,
  };
}
