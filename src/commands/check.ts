/** `check`: the user's checks, plugins and the lint against what is live. Asks from outside; writes nothing. */

import { runChecks } from '../checks/runner.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { requirePermissions } from '../cluster/permissions.ts';
import { CheckFailed, RunError } from '../errors.ts';
import { reachGateway } from '../gateway/ensure.ts';
import { gatewayClient } from '../gateway/in-cluster.ts';
import { gatewayOf } from '../gateway/parent.ts';
import { PLUGINS_ANNOTATION } from '../kube/names.ts';
import type { KubeObject } from '../kube/objects.ts';
import { aboutObject, annotation, nameOf } from '../kube/objects.ts';
import { lint } from '../lint/index.ts';
import { findPlugin, pluginNames } from '../plugins/desired.ts';
import { proveLive } from '../plugins/prove-live.ts';
import type { Outcome } from '../report/index.ts';
import type { RouteProvider } from '../routes/types.ts';
import type { RunContext } from '../run/context.ts';
import { requestHeaders } from '../services/address.ts';
import { locate, wayInTo } from '../services/locate.ts';
import type { CheckSpec } from '../settings/types.ts';
import type { Live } from '../study/live.ts';
import { readLive } from '../study/live.ts';
import { meshChooser } from '../study/mesh.ts';
import { checkPermissions } from '../study/rights.ts';
import { routeOf } from '../study/work.ts';

/** One service as it is live. */
interface LiveService {
  readonly service: string;
  /** What Kong serves of it. */
  readonly entry: KubeObject;
  /** Backend with most of the weight. */
  readonly stable: string | undefined;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

export async function check(context: RunContext, cluster: Cluster): Promise<Outcome> {
  const { settings, log, notes, ports, signal } = context;
  const http = gatewayClient(context, cluster);
  try {
    const choose = await meshChooser(cluster, settings);
    const live = await log.group('Read', () => readLive(cluster, settings.namespace));
    const { provider } = choose(live.objects);
    await log.group('Permissions', () =>
      requirePermissions(
        cluster,
        checkPermissions({
          settings,
          route: routeOf(provider),
          plugins: 'bound',
        }),
      ),
    );
    const services = settings.services.map((service) => liveService(service, context, provider, live));
    const failed: string[] = await log.group('Lint', async () => lintLive(context, live, services));
    const [first] = services;
    if (first === undefined) throw new RunError('no service is to be checked', 'name one in the input services');
    const url = await log.group('Gateway', () =>
      reachGateway(gatewayOf(first.entry, settings), {
        ...context,
        cluster,
        clock: ports.clock,
        http,
        say: notes.say,
      }),
    );
    notes.url = url + first.path;
    const options = { http, clock: ports.clock, token: ports.token, signal };
    failed.push(...(await log.group('Checks', () => publicChecks(context, services, url, options))));
    failed.push(...(await log.group('Plugins', () => plugins(context, live, services, url, options))));
    const untouched = 'nothing was changed, all traffic is where it was';
    if (failed.length > 0)
      return notes.outcome(settings, 'failed', `${failed.length} failed: ${failed.join('; ')}`, untouched);
    const done = `${notes.checks.length} checks and ${notes.plugins.length} plugin proofs`;
    return notes.outcome(settings, 'passed', `${settings.services.join(', ')}: ${done} are as expected`, untouched);
  } finally {
    http.close();
  }
}

/** @throws RouteError when no route, or more than one, sends to the service. */
function liveService(service: string, { settings }: RunContext, provider: RouteProvider, live: Live): LiveService {
  const here = live.objects.filter(({ metadata }) => metadata.namespace === settings.namespace);
  const found = locate(service, { services: settings.services, providers: [provider], objects: [here] });
  const { object: entry, path, ...asked } = wayInTo(found.route, here, settings.probePath[service]);
  const { shares } = found.provider.weights.read(found.route);
  const [stable] = Object.entries(shares).toSorted(([, a], [, b]) => b - a);
  return { service, entry, stable: stable?.[0], path, headers: requestHeaders(asked, {}) };
}

/** Warnings are said; errors fail the check. */
function lintLive({ settings, notes }: RunContext, live: Live, services: readonly LiveService[]): string[] {
  const findings = lint({
    namespace: settings.namespace,
    live: live.objects,
    manifests: [],
    services: services.map(({ service, stable }) => ({ service, ...(stable === undefined ? {} : { stable }) })),
    plugins: settings.plugins.map(({ name }) => name),
    listed: live.listed,
  });
  for (const { object, problem, fix } of findings) notes.warn(`${aboutObject(nameOf(object), problem)} ${fix}`);
  return findings
    .filter(({ severity }) => severity === 'error')
    .map(({ object, problem }) => aboutObject(nameOf(object), problem));
}

/** Every check runs, so that one failure does not hide another. */
async function publicChecks(
  { settings, notes }: RunContext,
  services: readonly LiveService[],
  gatewayUrl: string,
  options: Omit<Parameters<typeof runChecks>[2], 'gatewayUrl' | 'target' | 'share' | 'onResult'>,
): Promise<string[]> {
  const failed: string[] = [];
  const defaults = services.map(
    ({ service, path }): CheckSpec => ({
      name: `${service} answers`,
      path,
      method: 'GET',
      headers: {},
      expect: { status: Array.from({ length: 100 }, (_, index) => 200 + index), header: {}, json: {} },
    }),
  );
  for (const spec of [...defaults, ...settings.checks]) {
    if (spec.expect.servedBy !== undefined) {
      notes.say(`${spec.name}: left out, since which version answered is only known during a release`);
      continue;
    }
    try {
      await runChecks([spec], 'now', {
        ...options,
        gatewayUrl,
        share: 0,
        target: (path) => ({
          headers: { ...serviceAt(services, path)?.headers, ...settings.probeHeaders },
        }),
        onResult: (result) => notes.checks.push(result),
      });
      notes.say(`${spec.name}: as expected`);
    } catch (error) {
      if (!(error instanceof CheckFailed)) throw error;
      notes.say(error.message);
      failed.push(error.message);
    }
  }
  return failed;
}

/** The service whose path a request begins with; the longest wins. */
function serviceAt(services: readonly LiveService[], path: string): LiveService | undefined {
  return services
    .filter((service) => path.startsWith(service.path))
    .toSorted((a, b) => b.path.length - a.path.length)[0];
}

async function plugins(
  { settings, notes }: RunContext,
  live: Live,
  services: readonly LiveService[],
  gatewayUrl: string,
  options: Parameters<typeof proveLive>[1],
): Promise<string[]> {
  const failed: string[] = [];
  for (const { service, entry, path, headers } of services) {
    const bound = pluginNames(annotation(entry, PLUGINS_ANNOTATION));
    for (const { name } of settings.plugins) {
      if (!bound.includes(name)) failed.push(`plugin ${name} is not bound to ${nameOf(entry)}`);
    }
    const found = bound.flatMap((name) => findPlugin(live.objects, name, settings.namespace) ?? []);
    const target = { service, url: gatewayUrl + path, headers, given: settings.probeHeaders, plugins: found };
    for (const proof of await proveLive(target, options)) {
      notes.plugins.push(proof);
      const said = `${proof.plugin}, ${proof.tried}: ${proof.passed ? proof.seen : `expected ${proof.expected}, seen ${proof.seen}`}`;
      notes.say(said);
      if (!proof.passed) failed.push(said);
    }
  }
  return failed;
}
