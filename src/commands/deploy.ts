/** `deploy`: one release from its inputs to the last weight, or everything back as it was. Reads like the picture in the design. */
import { createHttpClient } from '../checks/http.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { KubeObject } from '../cluster/objects.ts';
import { nameOf } from '../cluster/objects.ts';
import { requirePermissions } from '../cluster/permissions.ts';
import { ClusterError, LintError, RunError, reasonOf, StoppedError } from '../errors.ts';
import { applyObjects } from '../platform/apply.ts';
import { bindPlugins, writtenAt } from '../platform/bind.ts';
import type { Manifests } from '../platform/files.ts';
import { readManifests } from '../platform/files.ts';
import { lint } from '../platform/lint.ts';
import type { DesiredPlugins } from '../platform/plugins.ts';
import { desiredPlugins } from '../platform/plugins.ts';
import {
  countGatewayPods,
  ensureKong,
  GATEWAY_API,
  gatewayOf,
  reachGateway,
  shippedGateway,
} from '../platform/prepare.ts';
import { provePlugins } from '../platform/prove.ts';
import { mergeLiveRoute, restoreRoute } from '../platform/route-files.ts';
import { Snapshot } from '../platform/snapshot.ts';
import type { LiveWorld } from '../platform/world.ts';
import { readWorld } from '../platform/world.ts';
import type { Outcome } from '../report/index.ts';
import { bootstrap } from '../rollout/bootstrap.ts';
import type { Released } from '../rollout/drive.ts';
import { Drive } from '../rollout/drive.ts';
import { acquireLocks } from '../rollout/lock.ts';
import type { ServicePlan } from '../rollout/plan.ts';
import { isUnfinished, mergedRoute, mergeOptions, planService } from '../rollout/plan.ts';
import { round } from '../rollout/release.ts';
import { repairDeadRun } from '../rollout/repair.ts';
import { retireStable } from '../rollout/retire.ts';
import { chooseProvider } from '../routes/index.ts';
import type { RouteProvider } from '../routes/types.ts';
import type { RunContext } from './context.ts';
import { deployPermissions } from './permissions.ts';

export async function deploy(context: RunContext, cluster: Cluster): Promise<Outcome> {
  const { settings, log, notes, ports, run, signal } = context;
  const http = createHttpClient(ports.clock.monotonic);
  const say = (line: string) => notes.say(line);

  const plan = await log.group('Plan', () => prepare(context, cluster));
  const lock = await log.group('Lock', () =>
    acquireLocks(cluster, {
      namespace: settings.namespace,
      routes: plan.services.map(({ route }) => route.name),
      run: run.id,
      runUrl: run.url,
      onConflict: settings.onConflict,
      timeout: settings.timeout / 2,
      clock: ports.clock,
      onWaiting: (holder) => say(`waiting: the route is held by ${holder}`),
    }),
  );
  const guarded = AbortSignal.any([signal, lock.lost]);
  try {
    return await new Release(context, cluster.under(guarded), plan, http, guarded).run();
  } finally {
    http.close();
    await lock.release(cluster.under(AbortSignal.timeout(3_000), 2_000)).catch((error: unknown) => {
      notes.warn(`the lock could not be given back (${reasonOf(error)}); it runs out by itself`);
    });
  }
}

interface Prepared {
  readonly provider: RouteProvider;
  readonly manifests: Manifests;
  readonly services: readonly ServicePlan[];
  readonly plugins: DesiredPlugins;
}

/** Everything that is read and decided before the first write: all problems of this stage end here. */
async function prepare({ settings, log, notes, actionRoot }: RunContext, cluster: Cluster): Promise<Prepared> {
  const manifests = readManifests(settings.workspace, settings.manifests, { namespace: settings.namespace });
  for (const secret of manifests.secrets) log.mask(secret);
  for (const note of manifests.notes) notes.say(note);
  await requireNamespace(cluster, settings.namespace, manifests);
  await requirePermissions(cluster, deployPermissions(settings));
  await cluster.kindOf(GATEWAY_API, 'HTTPRoute');
  const provider = chooseProvider(settings.mesh, () => true);

  const world = await readWorld(cluster, settings.namespace);
  const services = settings.services.map((service) =>
    planService(service, settings, provider, world.objects, manifests.objects),
  );
  const shipped = readManifests(actionRoot, ['manifests/kong/plugins'], { namespace: settings.namespace }).objects;
  const plugins = desiredPlugins(settings.plugins, {
    namespace: settings.namespace,
    live: world.objects,
    manifests: manifests.objects,
    shipped,
  });
  requireClean(settings, world, manifests, services, plugins, shippedGateway(settings, actionRoot), notes);
  for (const { service, discovery } of services) {
    if (discovery.kind === 'release')
      notes.say(
        `${service}: ${discovery.stable.name} serves, ${discovery.canary.name} (${discovery.canary.source}) is to be released through ${settings.canaryWeight.join(', ')} %`,
      );
    if (discovery.kind === 'bootstrap')
      notes.say(`${service}: nothing serves yet, ${discovery.canary.name} will be the first version`);
    if (discovery.kind === 'same-version') notes.say(`${service}: ${discovery.stable.name} serves already`);
  }
  return { provider, manifests, services, plugins };
}

async function requireNamespace(cluster: Cluster, namespace: string, manifests: Manifests): Promise<void> {
  if (manifests.objects.some(({ kind, metadata }) => kind === 'Namespace' && metadata.name === namespace)) return;
  if (await cluster.find({ apiVersion: 'v1', kind: 'Namespace', name: namespace })) return;
  throw new ClusterError(
    `Namespace ${namespace} does not exist`,
    `correct the input namespace, or create it: kubectl create namespace ${namespace}`,
  );
}

/** Lint and plugin problems, all in one error, before anything is written. */
function requireClean(
  settings: RunContext['settings'],
  world: LiveWorld,
  manifests: Manifests,
  services: readonly ServicePlan[],
  plugins: DesiredPlugins,
  gateway: readonly KubeObject[],
  notes: RunContext['notes'],
): void {
  const clones = services.flatMap(({ discovery }) =>
    discovery.kind === 'release' || discovery.kind === 'bootstrap' ? discovery.canary.apply : [],
  );
  const routes = services.map((plan) => mergedRoute(plan, services)).filter((route) => route !== undefined);
  const brought = manifests.objects.filter(({ kind }) => kind !== 'HTTPRoute');
  const findings = lint({
    namespace: settings.namespace,
    live: world.objects,
    manifests: [
      ...gateway.filter((object) => !world.objects.some((live) => nameOf(live) === nameOf(object))),
      ...brought,
      ...plugins.apply,
      ...clones,
      ...routes,
    ],
    services: services.map(({ service, discovery }) => ({
      service,
      ...(discovery.kind === 'bootstrap' ? {} : { stable: discovery.stable.name }),
      ...(discovery.kind === 'same-version' ? {} : { canary: discovery.canary.name }),
    })),
    plugins: plugins.names,
    listed: world.listed,
  });
  for (const finding of findings)
    if (finding.severity === 'warning') notes.warn(`${nameOf(finding.object)}: ${finding.problem} ${finding.fix}`);
  const errors = [
    ...plugins.problems.map(({ message }) => message),
    ...findings
      .filter(({ severity }) => severity === 'error')
      .map(({ object, problem, fix }) => `${nameOf(object)}: ${problem}\n    fix: ${fix}`),
  ];
  if (errors.length === 0) return;
  throw new LintError(
    `${errors.length === 1 ? 'this would' : 'these would'} break the traffic or the release:\n${errors.map((line) => `  - ${line}`).join('\n')}`,
    'nothing was changed',
  );
}

/** The writing half of a deploy, with what it must bring back when it fails. */
class Release {
  readonly #context: RunContext;
  readonly #cluster: Cluster;
  readonly #prepared: Prepared;
  readonly #http: ReturnType<typeof createHttpClient>;
  readonly #signal: AbortSignal;
  readonly #snapshot = new Snapshot();
  readonly #mergedFrom: KubeObject[] = [];
  #drive: Drive | undefined;

  constructor(
    context: RunContext,
    cluster: Cluster,
    prepared: Prepared,
    http: ReturnType<typeof createHttpClient>,
    signal: AbortSignal,
  ) {
    this.#context = context;
    this.#cluster = cluster;
    this.#prepared = prepared;
    this.#http = http;
    this.#signal = signal;
  }

  async run(): Promise<Outcome> {
    const { settings, log, notes } = this.#context;
    const { services } = this.#prepared;
    try {
      await this.#repair();
      await log.group('Kong', () => ensureKong(this.#platform()));
      await log.group('Manifests', () => this.#apply());
      const url = await log.group('Gateway', () => this.#reach());
      await log.group('Plugins', () => this.#provePlugins(url));
      const released = services.filter((plan): plan is Released => plan.discovery.kind === 'release');
      const drive = this.#startProbes(released, url);
      await log.group('Before the release', () => drive.observeStable());
      if (released.length === 0) return await this.#withoutRelease(drive);
      notes.previousVersion = released
        .map(({ discovery }) => discovery.stable.version)
        .find((version) => version !== undefined);
      await log.group('Attach at 0 %', () => drive.attach());
      await log.group('Shift', () => drive.climb(settings.canaryWeight));
      await drive.bake();
      return await this.#finish(drive);
    } catch (error) {
      return await log.group('Return', () => this.#giveBack(error));
    }
  }

  async #repair(): Promise<void> {
    const { run, ports, notes } = this.#context;
    for (const plan of this.#prepared.services) {
      if (!isUnfinished(plan.journal)) continue;
      const done = await repairDeadRun(this.#cluster, this.#prepared.provider, plan, run.id, ports.clock);
      if (done) notes.warn(done);
    }
  }

  /** Manifests and clones, then route files, then the bindings of plugins: objects before what refers to them. */
  async #apply(): Promise<void> {
    const { settings, notes, run, ports, actionRoot } = this.#context;
    const { services, manifests, plugins, provider } = this.#prepared;
    const gateway = await this.#missingGateway(shippedGateway(settings, actionRoot));
    const clones = services.flatMap(({ discovery }) =>
      discovery.kind === 'same-version' ? [] : discovery.canary.apply,
    );
    const routes = manifests.objects.filter(({ kind }) => kind === 'HTTPRoute');
    const others = manifests.objects.filter(({ kind }) => kind !== 'HTTPRoute');
    const report = await applyObjects(
      this.#cluster,
      [...gateway, ...others, ...plugins.apply, ...clones],
      this.#snapshot,
    );
    for (const name of report.created) notes.say(`created ${name}`);
    for (const name of report.changed) notes.say(`changed ${name}`);
    if (report.unchanged.length > 0) notes.say(`${report.unchanged.length} objects were as the manifests say`);

    for (const route of routes) {
      const bootstraps = services.some(
        (plan) => plan.discovery.kind === 'bootstrap' && plan.route.name === route.metadata.name,
      );
      const live = await this.#cluster.find({ ...route, ...route.metadata } as never);
      if (live) {
        const { before, after } = await mergeLiveRoute(this.#cluster, route, mergeOptions(services));
        if (!after) continue;
        this.#mergedFrom.push(before);
        notes.say(`merged ${nameOf(route)} (weights untouched)`);
      } else if (!bootstraps) {
        const created = await this.#cluster.create(route);
        this.#snapshot.record({ before: undefined, after: created });
        notes.say(`created ${nameOf(route)}`);
      }
    }
    for (const plan of services) {
      if (plan.discovery.kind !== 'bootstrap') continue;
      await bootstrap(this.#cluster, provider, plan, settings, { run, clock: ports.clock, snapshot: this.#snapshot });
      notes.say(`${plan.discovery.canary.name} is ready and has the route`);
    }
    for (const { route } of services) await bindPlugins(this.#cluster, route, plugins.names, this.#snapshot);
  }

  async #missingGateway(shipped: readonly KubeObject[]): Promise<readonly KubeObject[]> {
    const { settings } = this.#context;
    const { items } = await this.#cluster.list(GATEWAY_API, 'Gateway', settings.kongNamespace);
    const wanted = shipped.find(({ kind }) => kind === 'Gateway')?.metadata.name;
    const used = new Set(
      this.#prepared.services
        .map((plan) => gatewayOf((plan.live ?? plan.file) as KubeObject, settings))
        .map(({ namespace, name }) => `${namespace}/${name}`),
    );
    return items.some(({ metadata }) => metadata.name === wanted) || !used.has(`${settings.kongNamespace}/${wanted}`)
      ? []
      : shipped;
  }

  async #reach(): Promise<string> {
    const { settings, notes } = this.#context;
    const [first] = this.#prepared.services;
    if (first === undefined) throw new RunError('no service is to be released');
    const url = await reachGateway(gatewayOf((first.live ?? first.file) as KubeObject, settings), this.#platform());
    notes.url = url + first.path;
    return url;
  }

  async #provePlugins(url: string): Promise<void> {
    const { settings, notes, log, run, ports } = this.#context;
    const { services, plugins } = this.#prepared;
    if (plugins.objects.length === 0) return;
    const routes = await Promise.all(services.map(({ route }) => this.#cluster.get(route)));
    const since = Math.min(...[...routes, ...plugins.apply].map((object) => writtenAt(object) ?? ports.clock.now()));
    const results = await provePlugins(
      services.map((plan, index) => ({
        service: plan.service,
        route: routes[index] as KubeObject,
        url: url + plan.path,
        headers: { ...(plan.host ? { host: plan.host } : {}), ...plan.matchHeaders },
        plugins: plugins.objects,
      })),
      {
        cluster: this.#cluster,
        http: this.#http,
        clock: ports.clock,
        run: run.id,
        namespace: settings.namespace,
        ingressClass: 'kong',
        gatewayPods: await countGatewayPods(this.#cluster, settings),
        since,
        mask: (secret) => log.mask(secret),
      },
    );
    for (const result of results) {
      const seen = result.seen.join('; ') || 'bound, no warning of Kong';
      notes.say(`${result.service}: ${result.plugin} is enforced (${seen}${result.note ? `; ${result.note}` : ''})`);
      notes.plugins.push({
        plugin: result.plugin,
        tried: result.service,
        expected: 'enforced on the public path',
        seen,
        passed: true,
      });
    }
  }

  #startProbes(released: readonly Released[], gatewayUrl: string): Drive {
    const { settings, ports, run, notes } = this.#context;
    this.#drive = new Drive(released, {
      cluster: this.#cluster,
      provider: this.#prepared.provider,
      settings,
      ports,
      http: this.#http,
      gatewayUrl,
      run,
      signal: this.#signal,
      say: (line) => notes.say(line),
      warn: (line) => notes.warn(line),
      onCheck: (result) => notes.checks.push(result),
      onStep: (step) => {
        const counted = Object.values(step.seen).filter((entry) => entry !== undefined);
        const answers = counted.reduce((sum, { identified }) => sum + identified, 0);
        const canary = counted.reduce((sum, { canary }) => sum + canary, 0);
        const effective = Math.max(...Object.values(step.effective));
        notes.weight = step.asked;
        notes.steps.push({
          services: settings.services,
          asked: step.asked,
          effective,
          ...(answers > 0 ? { seen: { share: (100 * canary) / answers, answers } } : {}),
          checks: {
            passed:
              step.probes +
              notes.checks.filter(({ when, passed }) => passed && when.includes(`${step.asked} %`)).length,
            failed: 0,
          },
          seconds: step.seconds,
          acknowledgement: step.acknowledged,
        });
        const seen =
          answers > 0 ? `${round((100 * canary) / answers)} % of ${answers} answers seen` : 'share not proved';
        notes.say(
          `${step.asked} %: effective ${effective} %, ${seen}, ${step.probes} probes good, ${step.seconds.toFixed(1)} s`,
        );
      },
    });
    return this.#drive;
  }

  async #withoutRelease(drive: Drive): Promise<Outcome> {
    const { settings, notes } = this.#context;
    await drive.stop();
    const first = this.#prepared.services.filter(({ discovery }) => discovery.kind === 'bootstrap');
    const names = settings.services.map((service) => `${service}-${settings.version}`).join(', ');
    notes.weight = 100;
    return first.length > 0
      ? notes.outcome(
          settings,
          'bootstrapped',
          `${first.map(({ service }) => `${service}-${settings.version}`).join(', ')} was installed as the first version and answers through the gateway`,
          `all traffic goes to ${names}`,
        )
      : notes.outcome(
          settings,
          'nothing-to-do',
          `${names} is the version that serves already`,
          `all traffic goes to ${names}`,
        );
  }

  async #finish(drive: Drive): Promise<Outcome> {
    const { settings, notes, ports, log } = this.#context;
    const last = settings.canaryWeight.at(-1) ?? 100;
    await drive.finish(last === 100 ? 'promoted' : 'holding');
    notes.failingRequests = drive.failures;
    const names = drive.releases.map(({ backends }) => backends.canary).join(', ');
    const seen = notes.steps.at(-1)?.seen;
    const proof = seen
      ? `, proved by ${seen.answers} answers on the public path`
      : ' by the route; the versions cannot be told apart, so it is not proved';
    if (last < 100) {
      return notes.outcome(
        settings,
        'holding',
        `${names} holds at ${last} % as asked`,
        `${last} % of requests go to ${names}${proof}`,
      );
    }
    await log.group('Retire', async () => {
      const { done, problems } = await retireStable(this.#cluster, drive.writer, drive.releases, settings, ports.clock);
      for (const line of done) notes.say(line);
      for (const line of problems) notes.warn(line);
    });
    return notes.outcome(settings, 'promoted', `${names} passed every step`, `all requests go to ${names}${proof}`);
  }

  /** Weight, proof, then what was applied: plugins and manifests, routes, objects. */
  async #giveBack(error: unknown): Promise<Outcome> {
    const { settings, notes, signal } = this.#context;
    const drive = this.#drive;
    const cause =
      error instanceof Error && this.#signal.aborted && !(error instanceof RunError) ? this.#signal.reason : error;
    notes.say(`stopping: ${reasonOf(cause)}`);
    const moved = drive?.releases.some(({ state }) => (state.asked ?? 0) > 0 || (state.share ?? 0) > 0) ?? false;
    notes.failedStep = drive ? drive.moment : 'before the release';
    const returned = drive ? await drive.giveBack() : [];
    notes.failingRequests = drive?.failures ?? 0;
    const written = returned.every((one) => one.written);
    notes.weight = written ? 0 : Math.max(0, ...(drive?.releases.map(({ state }) => state.asked ?? 0) ?? [0]));
    const within = AbortSignal.timeout(signal.aborted && signal.reason instanceof StoppedError ? 10_000 : 60_000);
    const cluster = this.#cluster.under(within, 10_000);
    const problems = written
      ? await this.#restore(
          cluster,
          drive,
          returned.every((one) => one.proved || !moved),
        )
      : ['nothing else was touched, because the weight is not back'];
    for (const problem of problems) notes.warn(problem);
    for (const { traffic } of returned) notes.say(traffic);
    const next = cause instanceof RunError && cause.next ? ` Next: ${cause.next}.` : '';
    const traffic =
      returned.map((one) => one.traffic).join('; ') || 'no route was touched, all traffic is where it was';
    return notes.outcome(
      settings,
      moved && written ? 'rolled-back' : 'failed',
      `${reasonOf(cause).trim().replace(/[.]$/, '')}.${next}`,
      traffic,
    );
  }

  /** @param free whether the canary is known to serve nobody, so that its objects may go */
  async #restore(cluster: Cluster, drive: Drive | undefined, free: boolean): Promise<string[]> {
    const problems: string[] = [];
    if (drive) problems.push(...(await drive.detach(cluster)));
    for (const before of this.#mergedFrom.toReversed()) {
      await restoreRoute(cluster, before, mergeOptions(this.#prepared.services)).catch((error: unknown) => {
        problems.push(`${nameOf(before)} was not restored: ${reasonOf(error)}`);
      });
    }
    const workload = ({ kind }: KubeObject) =>
      kind === 'Deployment' || kind === 'Service' || kind === 'HorizontalPodAutoscaler';
    problems.push(...(await this.#snapshot.restore(cluster, (object) => !workload(object))));
    if (free) problems.push(...(await this.#snapshot.restore(cluster)));
    else problems.push('the new version was left running, because the return is not proved');
    return problems;
  }

  #platform() {
    const { notes, ports } = this.#context;
    return {
      ...this.#context,
      cluster: this.#cluster,
      clock: ports.clock,
      http: this.#http,
      signal: this.#signal,
      say: (line: string) => notes.say(line),
    };
  }
}
