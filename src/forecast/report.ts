/** What was read, put together: the report of `plan`. Pure. */

import type { Permission } from '../cluster/permissions.ts';
import { permissionText, rolesFor } from '../cluster/permissions.ts';
import { nameOf } from '../kube/objects.ts';
import type { Finding } from '../lint/index.ts';
import type { DesiredPlugins } from '../plugins/desired.ts';
import { proofFor } from '../plugins/proofs.ts';
import type { RouteProvider } from '../routes/types.ts';
import type { Settings } from '../settings/types.ts';
import type { App } from '../study/in-place.ts';
import type { ServicePlan } from '../study/service-plan.ts';
import type { Design } from '../verdict/types.ts';
import { differences } from './drift.ts';
import { exposuresOf } from './exposure.ts';
import { paceOf } from './pace.ts';
import type {
  AppPlan,
  ExposureReport,
  ObjectChange,
  PlanFinding,
  PlanReport,
  PluginPlan,
  ServiceReport,
  Traffic,
} from './types.ts';
import { planSchema } from './types.ts';
import { stepsOf } from './weights.ts';

/** Requests a second the exposure is worked out for when nobody knows the traffic. */
const EXAMPLE_RATE = 10;

export interface Studied {
  readonly settings: Settings;
  readonly provider: RouteProvider;
  readonly services: readonly ServicePlan[];
  readonly app?: App | undefined;
  readonly plugins: DesiredPlugins;
  readonly live: Parameters<typeof stepsOf>[3];
  readonly findings: readonly Finding[];
  /** What could not be planned: a deploy stops there. */
  readonly stops: readonly PlanFinding[];
  readonly objects: readonly ObjectChange[];
  readonly missing: readonly Permission[];
  readonly design: Design;
  readonly traffic: Readonly<Record<string, Traffic>>;
}

export function reportOf(studied: Studied): PlanReport {
  const { settings, objects, missing, design } = studied;
  const services = studied.services.map((plan) => serviceReport(plan, studied));
  const exposure = services.some(({ kind }) => kind === 'release') ? exposureOf(studied) : undefined;
  const seconds = totalOf(services, settings);
  return {
    schema: planSchema,
    version: settings.version,
    namespace: settings.namespace,
    services,
    ...(studied.app === undefined ? {} : { app: appPlan(studied.app) }),
    objects,
    plugins: pluginPlans(studied.plugins),
    findings: findingsOf(studied),
    drift: differences(studied.services, studied.provider, objects),
    missing: missing.map(permissionText),
    role: missing.length === 0 ? '' : rolesFor(missing),
    ...(exposure === undefined || design.services.length === 0 ? {} : { exposure }),
    ...(seconds === undefined ? {} : { seconds }),
  };
}

function appPlan({ why, placed }: App): AppPlan {
  return { why, places: placed.map(({ object, when, reason }) => ({ object: nameOf(object), when, reason })) };
}

function serviceReport(plan: ServicePlan, { settings, provider, live, design, traffic }: Studied): ServiceReport {
  const { service, discovery } = plan;
  const seen = traffic[service] ?? { errorShare: 0.001, from: 'not known' };
  const speeds = {
    ...(seen.rate === undefined ? {} : { users: seen.rate }),
    pairs: settings.probeRate,
    errorShare: seen.errorShare,
  };
  const steps = stepsOf(plan, settings.canaryWeight, provider, live);
  const goesOn = plan.journal?.phase === 'holding' && plan.liveShare > 0;
  const pace = discovery.kind === 'release' ? paceOf(design, speeds) : [];
  return {
    service,
    route: nameOf(plan.source),
    kind: discovery.kind,
    ...(discovery.kind === 'bootstrap' ? {} : { stable: discovery.stable.name }),
    ...(discovery.kind === 'same-version' ? {} : { canary: discovery.canary.name, source: discovery.canary.source }),
    live: plan.liveShare,
    path: plan.path,
    steps,
    // A release that goes on from where it was holding has its pre-flight behind it.
    pace: goesOn ? pace.filter(({ asked }) => steps.some((step) => Math.abs(step.asked - asked) < 1e-9)) : pace,
    traffic: seen,
  };
}

function exposureOf({ settings, design, traffic }: Studied): ExposureReport {
  const rates = Object.values(traffic).flatMap(({ rate }) => rate ?? []);
  const measured = rates.length > 0;
  const rate = measured ? Math.max(...rates) : EXAMPLE_RATE;
  const errorShare = Math.max(...Object.values(traffic).map((seen) => seen.errorShare), 0);
  const source = design.sources.includes('users') ? 'users' : 'lane';
  return {
    rate,
    measured,
    source,
    firstWeight: 100 * (design.weights[0] ?? 1),
    cases: exposuresOf(design, { rate, pairs: settings.probeRate, errorShare }),
    preflight: design.sources.includes('lane') && design.preflightPairs > 0,
  };
}

/** Steps one after the other, all services together, with the answers that prove each split, and the bake. */
function totalOf(services: readonly ServiceReport[], settings: Settings): number | undefined {
  const released = services.filter(({ kind }) => kind === 'release');
  let total = (settings.bake + settings.warmUp) / 1000;
  const longest = Math.max(0, ...released.map(({ pace }) => pace.length));
  for (let index = 0; index < longest; index += 1) {
    const paces = released.flatMap(({ pace }) => pace[index] ?? []);
    if (paces.some(({ seconds }) => seconds === undefined)) return undefined;
    total += Math.max(...paces.map(({ seconds }) => seconds ?? 0));
  }
  const answers = Math.max(0, ...released.map(({ steps }) => steps.reduce((sum, step) => sum + step.answers, 0)));
  return Math.round(total + answers / settings.probeRate);
}

function pluginPlans({ objects }: DesiredPlugins): PluginPlan[] {
  const kinds = objects.map((plugin) => String(plugin['plugin'] ?? ''));
  return objects.map((object) => {
    const { plugin, steps, note } = proofFor(object, kinds);
    return { plugin, object: nameOf(object), proofs: steps.map(({ name }) => name), ...(note ? { note } : {}) };
  });
}

function findingsOf({ findings, plugins, stops, objects }: Studied): PlanFinding[] {
  return [
    ...stops,
    ...plugins.problems.map(({ plugin, message }) => ({
      severity: 'error' as const,
      object: `plugin ${plugin}`,
      problem: message,
      fix: '',
    })),
    ...objects.flatMap(({ object, refused }) =>
      refused === undefined
        ? []
        : [
            {
              severity: 'error' as const,
              object,
              problem: `the API server refuses it: ${refused}`,
              fix: 'correct the manifest',
            },
          ],
    ),
    ...findings.map(({ severity, object, problem, fix }) => ({ severity, object: nameOf(object), problem, fix })),
  ];
}
