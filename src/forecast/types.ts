/** What `plan` finds out: the content of plan.json, and what the log and the job summary show of it. */
import type { Percent } from '../routes/types.ts';
import type { Source } from '../verdict/types.ts';

/** Version of the shape below; raised when a field changes its meaning or goes. */
export const planSchema = 'mesh-canary.dev/plan/v1';

/** One field that differs. Values are only shown where they cannot be secrets. */
export interface FieldChange {
  /** e.g. `spec.template.spec.containers[jazz].image`. */
  readonly path: string;
  readonly from?: string;
  readonly to?: string;
  /** Another writer who owns the field now, e.g. `kubectl-edit`: the cluster has drifted from the manifest. */
  readonly owner?: string;
}

/**
 * - `create` it is not there · `change` fields differ · `unchanged`
 * - `adopt` every field is as wanted, but not yet ours: applying it only notes who owns what
 * - `merge` a route file is merged in, with the weights as they are · `unknown` it may not be read
 */
export interface ObjectChange {
  readonly object: string;
  readonly action: 'create' | 'change' | 'adopt' | 'merge' | 'unchanged' | 'unknown';
  readonly fields: readonly FieldChange[];
  /** How it is known: compared here, or asked of the API server, with its admission rules. */
  readonly by: 'comparison' | 'server dry run';
  /** The API server's words, when a dry run was refused: a deploy would stop here. */
  readonly refused?: string;
}

/** One weight. Weights are what is written to the route; shares are in percent. */
export interface StepPlan {
  readonly asked: Percent;
  readonly weights: { readonly stable: number; readonly canary: number };
  /** What the data plane makes of the weights with this many ready pods. */
  readonly effective: Percent;
  readonly pods: { readonly stable: number; readonly canary: number };
  /** Answers on the public path about needed to tell this share from the one before. */
  readonly answers: number;
}

/** What a weight needs until the next may follow. */
export interface Pace {
  /** 0 is the pre-flight, before the first weight. */
  readonly asked: Percent;
  /** Requests to the new version about needed; 0 at 100 %, where nothing is left to compare with. */
  readonly requests: number;
  /** How long that takes; absent when nobody knows the traffic. */
  readonly seconds?: number;
  /** What the time is spent on. `max-step`: the step would end undecided. */
  readonly bound: 'evidence' | 'min-step' | 'max-step' | 'unknown';
}

export interface ServiceReport {
  readonly service: string;
  readonly route: string;
  readonly kind: 'release' | 'bootstrap' | 'same-version';
  readonly stable?: string;
  readonly canary?: string;
  /** Where the new version's objects come from. */
  readonly source?: string;
  /** Share of the new version now. */
  readonly live: Percent;
  readonly path: string;
  readonly steps: readonly StepPlan[];
  readonly pace: readonly Pace[];
  readonly traffic: Traffic;
}

/** Requests to a service now. */
export interface Traffic {
  /** Requests a second; absent when nobody counts them. */
  readonly rate?: number;
  /** Error share of the current version, 0 to 1, as seen or taken. */
  readonly errorShare: number;
  /** Where it is from, for people. */
  readonly from: string;
}

/** Failing users' requests until a bad version is returned, at one share of failing answers. */
export interface Exposure {
  /** Share of the new version's answers that fail, 0 to 1. */
  readonly failing: number;
  /** Users' requests that fail before the return, about; the design's rule, fed with expected counts. */
  readonly requests: number;
  /** Seconds until the return, from the first weight. */
  readonly seconds: number;
  /** What no test of the same false alarm can go below. docs/statistics.md §10 */
  readonly bound: number;
}

export interface ExposureReport {
  /** Requests a second it is worked out for. */
  readonly rate: number;
  /** Whether that rate was measured or is an example. */
  readonly measured: boolean;
  readonly source: Source;
  readonly firstWeight: Percent;
  readonly cases: readonly Exposure[];
  /** Whether probes at weight 0 see such a version first, so that no user's request fails. */
  readonly preflight: boolean;
}

/** What stands in the way, found by the lint, by planning, or by asking for rights. */
export interface PlanFinding {
  readonly severity: 'error' | 'warning';
  readonly object: string;
  readonly problem: string;
  readonly fix: string;
}

export interface PluginPlan {
  readonly plugin: string;
  readonly object: string;
  /** What a deploy will try on the public path; empty when only Kong's silence can be had. */
  readonly proofs: readonly string[];
  readonly note?: string;
}

/** A release in place: the manifests hold the service's own objects. */
export interface AppPlan {
  /** Why the version is called so. */
  readonly why: string;
  /** Each object of the manifests, when it is applied, and why then. */
  readonly places: readonly { readonly object: string; readonly when: string; readonly reason: string }[];
}

export interface PlanReport {
  readonly schema: typeof planSchema;
  readonly version: string;
  readonly namespace: string;
  readonly services: readonly ServiceReport[];
  /** Absent where versions keep names of their own. */
  readonly app?: AppPlan;
  readonly objects: readonly ObjectChange[];
  readonly plugins: readonly PluginPlan[];
  readonly findings: readonly PlanFinding[];
  /** What the cluster says otherwise than the journal or the manifests. */
  readonly drift: readonly string[];
  /** Rights a deploy would miss, and the Role that grants them. */
  readonly missing: readonly string[];
  readonly role: string;
  readonly exposure?: ExposureReport;
  /** Seconds the whole release takes, about; absent when the traffic is not known. */
  readonly seconds?: number;
}
