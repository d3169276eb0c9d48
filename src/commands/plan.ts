/** `plan`: what a deploy of the same inputs would do. Reads, and asks; writes nothing. */
import type { Cluster } from '../cluster/cluster.ts';
import { ApiError } from '../cluster/connection/transport.ts';
import type { Permission } from '../cluster/permissions.ts';
import { missingPermissions, requirePermissions } from '../cluster/permissions.ts';
import { RunError, reasonOf } from '../errors.ts';
import { NO_PROBES } from '../evidence/users/sources.ts';
import { appliedChanges, routeChanges } from '../forecast/changes.ts';
import { changesOf } from '../forecast/compare.ts';
import { reportOf } from '../forecast/report.ts';
import { LISTEN, trafficOf } from '../forecast/traffic.ts';
import type { PlanFinding, PlanReport, Traffic } from '../forecast/types.ts';
import { gatewayClient } from '../gateway/in-cluster.ts';
import { neededGateway } from '../gateway/shipped.ts';
import { groupOf, type KubeObject } from '../kube/objects.ts';
import type { Outcome } from '../report/index.ts';
import { planLines } from '../report/render/forecast.ts';
import { designFor } from '../rollout/trial/design.ts';
import { userSources } from '../rollout/trial/users.ts';
import { isRoute } from '../routes/index.ts';
import { RouteError } from '../routes/types.ts';
import type { RunContext } from '../run/context.ts';
import { deployPermissions, planPermissions } from '../study/rights.ts';
import type { Released } from '../study/service-plan.ts';
import type { Attempt, Study } from '../study/study.ts';
import { study } from '../study/study.ts';
import { resourcesOf } from '../study/work.ts';

export async function plan(context: RunContext, cluster: Cluster): Promise<Outcome> {
  const { settings, log, notes } = context;
  const stops: PlanFinding[] = [];
  const studied = await log.group('Read', () =>
    study(
      { ...context, differs },
      cluster,
      (work) => requirePermissions(cluster, planPermissions(work)),
      attemptInto(stops),
    ),
  );
  const report = await log.group('Compare', () => compare(context, cluster, studied, stops));
  await log.group('Plan', async () => {
    for (const line of planLines(report)) log.info(line);
  });
  notes.plan = report;
  return notes.outcome(settings, 'planned', sentence(report), 'nothing was changed, all traffic is where it was');
}

/** Who may only read has no dry run. */
function differs(wanted: KubeObject, live: KubeObject): boolean {
  return changesOf(wanted, live).length > 0;
}

/** What a deploy would stop at becomes a finding; what is no answer about the release still ends the plan. */
function attemptInto(stops: PlanFinding[]): Attempt {
  return (part) => {
    try {
      return part();
    } catch (error) {
      const stop = error instanceof RouteError || (error instanceof RunError && !(error instanceof ApiError));
      if (!stop) throw error;
      const fix = error instanceof RunError ? error.next : '';
      stops.push({ severity: 'error', object: 'release', problem: reasonOf(error), fix });
      return undefined;
    }
  };
}

async function compare(
  context: RunContext,
  cluster: Cluster,
  studied: Study,
  stops: PlanFinding[],
): Promise<PlanReport> {
  const { actionRoot } = context;
  const { settings, services, manifests, plugins, live, work } = studied;
  const attempt = attemptInto(stops);
  const entries = services.map(({ entry }) => entry);
  const gateway = await neededGateway(cluster, settings, actionRoot, entries).catch((error: unknown) => {
    if (!(error instanceof RunError) || error instanceof ApiError) throw error;
    stops.push({ severity: 'error', object: 'Gateway', problem: reasonOf(error), fix: error.next });
    return [];
  });
  const missing = await missingPermissions(
    cluster,
    deployPermissions({ ...work, brought: [...work.brought, ...(await resourcesOf(cluster, gateway))] }),
  );
  const applied = await appliedChanges([...gateway, ...studied.wanted], {
    cluster,
    live: live.objects,
    services,
    mayApply: mayApply(missing, await pluralsOf(cluster, studied)),
  });
  const routes = attempt(() =>
    routeChanges(
      manifests.objects.filter((object) => isRoute(object, studied.mesh)),
      services,
      live.objects,
      plugins.names,
    ),
  );
  const traffic = await listen(context, cluster, services);
  return reportOf({
    settings,
    provider: studied.provider,
    services,
    app: studied.app,
    plugins,
    live: live.objects,
    findings: studied.findings,
    stops,
    objects: [...applied, ...(routes ?? [])],
    missing,
    // Whether answers tell the versions apart is only known when both have answered; mostly they do.
    design: designFor(settings, true),
    traffic,
  });
}

/** What users ask of each service now, where `evidence` says who counts it. */
async function listen(
  context: RunContext,
  cluster: Cluster,
  services: Study['services'],
): Promise<Readonly<Record<string, Traffic>>> {
  const { settings, ports, signal, notes } = context;
  const http = gatewayClient(context, cluster);
  try {
    const plans = services.filter((plan): plan is Released => plan.discovery.kind === 'release');
    const sources = userSources(plans, { cluster, settings, clock: ports.clock, http, signal, probes: NO_PROBES });
    if (sources.length > 0) notes.say(`listening to the traffic by ${settings.evidence.join(', ')}`);
    const heard = await Promise.all(
      plans.map(async ({ service }) => {
        const source = sources.find((candidate) => candidate.service === service);
        const period = settings.evidence.includes('prometheus') ? settings.scrapeInterval * 2 : LISTEN;
        return [service, await trafficOf(source, period, ports.clock, signal)] as const;
      }),
    );
    return Object.fromEntries(heard);
  } finally {
    http.close();
  }
}

/** A dry run asks for the same rights as the write. */
function mayApply(missing: readonly Permission[], plurals: ReadonlyMap<string, string>) {
  return ({ apiVersion, kind, metadata }: Study['wanted'][number]) =>
    !missing.some(
      ({ verbs, group, resource, namespace }) =>
        group === groupOf(apiVersion) &&
        resource === plurals.get(`${apiVersion}/${kind}`) &&
        (namespace === undefined || namespace === metadata.namespace) &&
        verbs.some((verb) => verb === 'patch' || verb === 'create'),
    );
}

async function pluralsOf(cluster: Cluster, { wanted }: Study): Promise<ReadonlyMap<string, string>> {
  const plurals = new Map<string, string>();
  for (const { apiVersion, kind } of wanted) {
    const served = await cluster.kinds.find(apiVersion, kind);
    if (served !== undefined) plurals.set(`${apiVersion}/${kind}`, served.plural);
  }
  return plurals;
}

function sentence({ services, objects, findings, missing }: PlanReport): string {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const count = (...actions: string[]) => objects.filter(({ action }) => actions.includes(action)).length;
  const changes = `${count('create')} objects would be created and ${count('change', 'merge')} changed`;
  const names = services.map(({ canary, stable, service }) => canary ?? stable ?? service).join(', ');
  const stops = [
    ...(errors > 0 ? [`${errors} ${errors === 1 ? 'problem' : 'problems'} to correct first`] : []),
    ...(missing.length > 0 ? [`${missing.length} permissions missing`] : []),
  ];
  return `${names || 'the release'}: ${changes}${stops.length > 0 ? `; a deploy would stop: ${stops.join(', ')}` : ''}`;
}
