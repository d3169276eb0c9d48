/** A release of the app as its manifests have it: which services have their own Deployment there, and what becomes of every object. Pure. */

import { createHash } from 'node:crypto';
import { LintError } from '../errors.ts';
import type { Journal } from '../journal/journal.ts';
import { RUNS_ANNOTATION } from '../kube/names.ts';
import { type KubeObject, nameOf } from '../kube/objects.ts';
import { applyOrder } from '../manifests/kinds.ts';
import { type Placed, placeObjects } from '../manifests/placing.ts';
import type { When } from '../manifests/placing-table.ts';
import type { BesideFinding } from '../services/app/cover.ts';
import { copyName, keyOf } from '../services/app/identity.ts';
import { podReferences, templateOf } from '../services/app/pod-references.ts';
import { type Beside, besideStable } from '../services/beside.ts';
import type { Backend, CanaryPlan } from '../services/canary.ts';
import { fingerprintOf, versionFrom } from '../services/fingerprint.ts';
import { migrationOf } from '../services/migration.ts';
import type { Settings } from '../settings/types.ts';
import type { Home, Standing } from './home.ts';
import { standingOf } from './home.ts';

/** An object of the manifests beside what is live. */
export interface Compared {
  /** Absent where there is none. */
  readonly live?: KubeObject | undefined;
  /** As it would be after an apply, where the API server could be asked. */
  readonly after?: KubeObject | undefined;
  readonly changed: boolean;
}

/** One service of a release in place. */
export interface InPlace {
  /**
   * - `release`: a canary beside what serves · `settle`: its copy serves already, and the home objects are to follow
   * - `same`: the home objects are this version · `first`: nothing serves yet
   */
  readonly kind: 'release' | 'settle' | 'same' | 'first';
  /** Name of the home Service: what the route names before and after. */
  readonly home: string;
  /** Name of the home Deployment. */
  readonly workload: string;
  /** What the new version runs. */
  readonly fingerprint: string;
  /** What serves now; absent for `first`. */
  readonly stable: Backend | undefined;
  readonly canary: CanaryPlan;
}

/** A release in place: all of its services are. */
export interface App {
  readonly version: string;
  /** Where the version's name is from, and what is to be said of it. */
  readonly why: string;
  readonly services: ReadonlyMap<string, InPlace>;
  readonly placed: readonly Placed[];
  /** Applied as they are before the canaries: new ones that touch nothing that serves. */
  readonly before: readonly KubeObject[];
  /** Copies of Jobs that run once before the canaries. */
  readonly migrations: readonly KubeObject[];
  /** Applied once the new version is proved, in this order; routes are merged and not among them. */
  readonly deferred: readonly KubeObject[];
  readonly findings: readonly BesideFinding[];
}

export interface AppInput {
  readonly homes: readonly Home[];
  readonly settings: Settings;
  readonly live: readonly KubeObject[];
  readonly manifests: readonly KubeObject[];
  readonly compared: ReadonlyMap<string, Compared>;
  readonly isRoute: (object: KubeObject) => boolean;
}

/** @throws LintError for what the table refuses; BackendError where no canary can be made beside what serves */
export function appOf(input: AppInput): App {
  const { homes, settings, live, isRoute } = input;
  const manifests = input.manifests;
  const found = homes.map((home) => standingOf(home, live, settings.namespace));
  const serving = found.flatMap(({ workloads }) => workloads);
  const wouldChange = (object: KubeObject) => isRoute(object) || (input.compared.get(keyOf(object))?.changed ?? true);
  const each = homes.map((home) =>
    placeObjects({
      manifests,
      live,
      namespace: settings.namespace,
      home: home.deployment.metadata.name,
      homeService: home.service.metadata.name,
      serving,
      wouldChange,
    }),
  );
  const placed = together(each);
  const at = (...whens: readonly When[]) => placed.filter(({ when }) => whens.includes(when));
  refuse(at('refused'));
  const prints = homes.map(({ deployment }) => fingerprintOf(deployment, manifests));
  if (settings.command === 'promote') requireHeld(found, prints);
  const { version, why } = versionOf(settings.version, prints, found);
  const made = homes.map((home, index) => {
    const own = (each[index] ?? []).filter(({ when }) => when === 'with-canary').map(({ object }) => object);
    return inPlace(home, found[index] as Standing, prints[index] ?? '', { ...input, manifests, version, own });
  });
  const released = made.filter(({ plan }) => plan.kind === 'release');
  const tried = made.some(({ plan }) => plan.kind === 'release' || plan.kind === 'settle');
  // A home that is as its manifest says needs no write.
  const deferred = at('at-promotion', 'with-canary').flatMap(({ object }) =>
    tried || wouldChange(object) ? [object] : [],
  );
  return {
    version,
    why,
    services: new Map(made.map(({ plan }, index) => [homes[index]?.located.service ?? '', plan])),
    placed,
    before: at('before').flatMap(({ object, row }) => (row === 'unchanged' || isRoute(object) ? [] : [object])),
    migrations: released.length === 0 ? [] : migrations(at('migration'), released[0]?.beside, version, live, manifests),
    deferred: applyOrder(deferred.filter((object) => !isRoute(object))),
    findings: released.flatMap(({ beside }) => beside?.findings ?? []),
  };
}

/** Where several services share a folder, an object has the place that is safe for all. */
function together(each: readonly (readonly Placed[])[]): readonly Placed[] {
  const RANK: readonly When[] = ['refused', 'never', 'migration', 'with-canary', 'at-promotion', 'before'];
  const [first = [], ...others] = each;
  return first.map((placed, index) =>
    [placed, ...others.map((other) => other[index] ?? placed)].reduce((a, b) =>
      RANK.indexOf(b.when) < RANK.indexOf(a.when) ? b : a,
    ),
  );
}

function refuse(refused: readonly Placed[]): void {
  if (refused.length === 0) return;
  throw new LintError(
    `these manifests cannot be released beside what serves:\n${refused.map(({ reason }) => `  - ${reason}`).join('\n')}`,
    'nothing was changed; correct them and run again',
  );
}

/** A later job goes on with what was tried, and with nothing else. */
function requireHeld(found: readonly Standing[], prints: readonly string[]): void {
  const other = found.find(({ journal }, index) => journal?.phase !== 'promoted' && journal?.runs !== prints[index]);
  if (other === undefined) return;
  throw new LintError(
    `the manifests are not those of release ${other.journal?.release ?? '(none)'}: what they run is another content`,
    'give the manifests as that release had them, or release the new ones with deploy',
  );
}

/** The input, else what the manifests say: one name for all services of the release. */
function versionOf(
  given: string,
  prints: readonly string[],
  found: readonly Standing[],
): { readonly version: string; readonly why: string } {
  const [first = ''] = prints;
  if (given === '') {
    const all = prints.length === 1 ? first : createHash('sha256').update(prints.join()).digest('hex');
    return { version: versionFrom(all), why: 'the hash of what its pods run, since no version is given' };
  }
  const other = found.some(
    ({ journal }, index) =>
      journal?.runs !== undefined && journal.runs !== prints[index] && journal.versions.canary === given,
  );
  if (!other) return { version: given, why: 'the input version' };
  return { version: given, why: `the input version; an earlier ${given} had other content, so this is a new release` };
}

interface Making extends AppInput {
  readonly version: string;
  /** What comes as a copy with this service's canary. */
  readonly own: readonly KubeObject[];
}

interface Made {
  readonly plan: InPlace;
  readonly beside?: Beside;
}

function inPlace(home: Home, { journal, stable, workloads }: Standing, fingerprint: string, making: Making): Made {
  const { service } = home.located;
  const { live, manifests, settings } = making;
  const about = {
    home: home.service.metadata.name,
    workload: home.deployment.metadata.name,
    fingerprint,
    stable,
  };
  const asWritten = { deployment: home.deployment, service: home.service, apply: [] };
  const itself: CanaryPlan = { name: about.home, source: 'manifests', ...asWritten };
  if (stable?.deployment === undefined) return { plan: { ...about, kind: 'first', canary: itself } };
  const copy = copyToSettle(about, journal, live, settings.namespace);
  if (copy !== undefined) {
    const at = { name: about.home, service: home.service, deployment: home.deployment };
    const was = journal?.phase === 'settling' ? journal.versions.stable : '';
    return {
      plan: { ...about, kind: 'settle', stable: { ...at, ...(was === '' ? {} : { version: was }) }, canary: copy },
    };
  }
  if (stable.name === about.home && isSame(home, fingerprint, journal, making))
    return { plan: { ...about, kind: 'same', canary: itself } };
  const clash = stable.name === copyName(service, making.version);
  const version = clash ? `${making.version}-${fingerprint.slice(0, 6)}` : making.version;
  const serving = workloads[0] ?? home.deployment;
  const withCanary = making.own.filter((object) => object !== home.deployment);
  const input = { service, version, home: home.deployment, homeService: home.service, serving };
  const beside = besideStable({ ...input, live, manifests, withCanary });
  const canary: CanaryPlan = {
    name: beside.name,
    source: 'manifests',
    deployment: beside.deployment,
    service: beside.service,
    apply: beside.objects,
  };
  return { plan: { ...about, kind: 'release', canary }, beside };
}

/** The proved copy of this very version, whose home objects are still to follow. */
function copyToSettle(
  { home, fingerprint, stable }: Pick<InPlace, 'home' | 'fingerprint' | 'stable'>,
  journal: Journal | undefined,
  live: readonly KubeObject[],
  namespace: string,
): CanaryPlan | undefined {
  const unsettled =
    stable !== undefined &&
    stable.name !== home &&
    stable.deployment?.metadata.annotations?.[RUNS_ANNOTATION] === fingerprint
      ? stable.name
      : undefined;
  const name = journal?.phase === 'settling' && journal.runs === fingerprint ? journal.backends.canary : unsettled;
  const of = (kind: string) =>
    live.find(
      (object) => object.kind === kind && object.metadata.name === name && object.metadata.namespace === namespace,
    );
  const [deployment, service] = [of('Deployment'), of('Service')];
  if (name === undefined || deployment === undefined || service === undefined) return undefined;
  return { name, source: 'live', deployment, service, apply: [] };
}

/** Whether the live home runs what the manifests say: nothing would change, and it is known to be this content. */
function isSame(
  { deployment }: Home,
  fingerprint: string,
  journal: Journal | undefined,
  { manifests, compared }: Making,
): boolean {
  const of = (object: KubeObject) => compared.get(keyOf(object));
  const { live, after } = of(deployment) ?? {};
  if (live === undefined) return false;
  if (after !== undefined && fingerprintOf(after, []) !== fingerprintOf(live, [])) return false;
  const configs = configsOf(deployment, manifests);
  if (configs.some((config) => of(config)?.changed !== false)) return false;
  if (after !== undefined && journal?.phase === 'promoted' && journal.runs === fingerprint) return true;
  return fingerprintOf(live, configs) === fingerprint;
}

/** Those ConfigMaps and Secrets of the manifests that the pods use. */
function configsOf(workload: KubeObject, manifests: readonly KubeObject[]): readonly KubeObject[] {
  const used = new Set(podReferences(templateSpec(workload), workload.metadata.namespace).map(({ ref }) => keyOf(ref)));
  return manifests.filter(
    (object) => (object.kind === 'ConfigMap' || object.kind === 'Secret') && used.has(keyOf(object)),
  );
}

function templateSpec(workload: KubeObject): unknown {
  return (templateOf(workload) as { readonly spec?: unknown } | undefined)?.spec;
}

function migrations(
  jobs: readonly Placed[],
  beside: Beside | undefined,
  version: string,
  live: readonly KubeObject[],
  manifests: readonly KubeObject[],
): readonly KubeObject[] {
  if (beside === undefined) return [];
  return jobs.map(({ object: job }) => migrationOf({ job, version, canary: beside, live, manifests }));
}

/** What is said of each object that is not applied in a release. */
export function leftOut({ placed }: Pick<App, 'placed'>): readonly string[] {
  return placed
    .filter(({ when }) => when === 'never')
    .map(({ object, reason }) => `${nameOf(object)} is left out: ${reason}`);
}
