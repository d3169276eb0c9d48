/** Everything that is read and decided before a release writes. */
import type { Cluster } from '../cluster/cluster.ts';
import { ApiError } from '../cluster/connection/transport.ts';
import { requirePermissions } from '../cluster/permissions.ts';
import { ClusterError, LintError } from '../errors.ts';
import { requireServed } from '../gateway/parent.ts';
import { shippedGateway } from '../gateway/shipped.ts';
import type { KubeObject } from '../kube/objects.ts';
import { nameOf } from '../kube/objects.ts';
import type { Finding } from '../lint/index.ts';
import type { Manifests } from '../manifests/files.ts';
import { readManifests, readShipped } from '../manifests/files.ts';
import type { RenderContext } from '../manifests/render/tool.ts';
import { desiredPlugins } from '../plugins/desired.ts';
import { KONG, quantisedSteps, servedBy, standard } from '../routes/index.ts';
import type { Percent, RouteProvider } from '../routes/types.ts';
import type { Located } from '../services/locate.ts';
import { locate } from '../services/locate.ts';
import type { Settings } from '../settings/types.ts';
import { appFor, appLines, besideFindings, copiedKinds, homesOf } from './app.ts';
import type { Brought } from './brought.ts';
import { backingOf, objectsOf } from './brought.ts';
import { requireClean } from './clean.ts';
import { leftOut } from './in-place.ts';
import { lintRelease } from './lint.ts';
import type { Live } from './live.ts';
import { readLive } from './live.ts';
import { meshChooser } from './mesh.ts';
import { deployPermissions } from './rights.ts';
import type { ServicePlan } from './service-plan.ts';
import { planService } from './service-plan.ts';
import type { Work } from './work.ts';
import { workOf } from './work.ts';

/** A release as decided, before its first write. */
export interface Decided extends Brought {
  /** As given, but for the weights: these are shares that the routes can say. */
  readonly settings: Settings;
  /** Reads and writes the routes users come in by. */
  readonly provider: RouteProvider;
}

/** The same with what was read and found on the way: what `plan` shows. */
export interface Study extends Decided {
  readonly live: Live;
  readonly findings: readonly Finding[];
  /** Objects a deploy applies when they are missing or differ, in order; routes are merged and not among them. */
  readonly wanted: readonly KubeObject[];
  readonly work: Work;
}

export interface StudyContext extends RenderContext {
  readonly settings: Settings;
  /** Folder that holds dist/ and manifests/ of this tool. */
  readonly actionRoot: string;
  /** Whether applying an object would change the live one, by comparison: for who may not ask the API server. */
  readonly differs?: (wanted: KubeObject, live: KubeObject) => boolean;
}

export type Attempt = <T>(part: () => T) => T | undefined;

/** Everything that is read and decided before the first write: all problems of this stage end here. */
export async function decide(context: StudyContext, cluster: Cluster): Promise<Decided> {
  const { notes } = context;
  const studied = await study(context, cluster, (work) => requirePermissions(cluster, deployPermissions(work)));
  requireClean(studied.findings, studied.plugins, notes);
  for (const { service, discovery } of studied.services) {
    if (discovery.kind === 'release')
      notes.say(
        `${service}: ${discovery.stable.name} serves, ${discovery.canary.name} (${discovery.canary.source}) is to be released through ${studied.settings.canaryWeight.join(', ')} %`,
      );
    if (discovery.kind === 'bootstrap')
      notes.say(`${service}: nothing serves yet, ${discovery.canary.name} will be the first version`);
    if (discovery.kind === 'same-version') notes.say(`${service}: ${discovery.stable.name} serves already`);
  }
  if (studied.app !== undefined)
    for (const line of [...appLines(studied.app), ...leftOut(studied.app)]) notes.say(line);
  return studied;
}

/**
 * Reads and plans without a verdict on what it finds.
 * @param ask is told what the work needs rights for, as soon as that is known
 * @param attempt plans one part; who only wants to look goes on without a part that throws
 */
export async function study(
  context: StudyContext,
  cluster: Cluster,
  ask: (work: Work) => Promise<void>,
  attempt: Attempt = (part) => part(),
): Promise<Study> {
  const { settings: asked, notes, actionRoot, differs } = context;
  const manifests = await readManifests(context, cluster);
  for (const secret of manifests.secrets) notes.mask(secret);
  for (const note of manifests.notes) notes.say(note);
  await requireNamespace(cluster, asked.namespace, manifests);
  const choose = await meshChooser(cluster, asked);

  const live = await readLive(cluster, asked.namespace);
  const objects = [...live.objects, ...manifests.objects];
  const choice = attempt(() => choose(objects));
  const mesh = choice?.provider ?? standard;
  if (asked.mesh === 'auto' && choice !== undefined) notes.say(`mesh: ${mesh.facts.name}, because ${choice.why}`);
  const shipped = readShipped(actionRoot, ['manifests/kong/plugins'], { namespace: asked.namespace }).objects;
  const plugins = desiredPlugins(asked.plugins, {
    namespace: asked.namespace,
    live: live.objects,
    manifests: manifests.objects,
    shipped,
  });
  const searches = choice === undefined ? [] : searchAll(asked, mesh, live.objects, manifests.objects);
  const found = searches.flatMap((search) => ('located' in search ? [search.located] : []));
  const homes = attempt(() => homesOf(found, asked, live.objects, manifests.objects)) ?? [];
  const copied = homes.length === 0 ? [] : copiedKinds(asked.namespace);
  const work = await workOf(cluster, asked, mesh, found, [...manifests.objects, ...copied], plugins);
  await ask(work);
  const app = await appFor(homes, { cluster, settings: asked, live, manifests, mesh, attempt, differs });
  const settings = app === undefined ? asked : { ...asked, version: app.version };
  const planned = (search: Search) => {
    const located = locatedBy(search);
    return planService(located, settings, live.objects, manifests.objects, app?.services.get(located.service));
  };
  // Where homes could not be planned, what to do about it was said.
  const services =
    homes.length > 0 && app === undefined ? [] : searches.flatMap((search) => attempt(() => planned(search)) ?? []);
  const provider = oneProvider(services, mesh);
  const said = attempt(() => sayableSteps(services, settings.canaryWeight));
  for (const note of said?.notes ?? []) notes.say(note);
  attempt(() => requireOwnRoutes(services));
  attempt(() =>
    requireServed(
      services.map(({ entry }) => entry),
      settings,
    ),
  );
  const gateway = services.every(({ entry }) => servedBy(entry) === KONG) ? shippedGateway(settings, actionRoot) : [];
  const backing = attempt(() => backingOf(mesh, services, objects)) ?? [];
  const wanted = objectsOf({ mesh, manifests, services, app, plugins, backing });
  const brought = gateway.filter((object) => !live.objects.some((there) => nameOf(there) === nameOf(object)));
  const linted = attempt(() => lintRelease(settings, mesh, live, services, plugins, [...brought, ...wanted]));
  return {
    settings: { ...settings, canaryWeight: said?.steps ?? settings.canaryWeight },
    provider,
    mesh,
    manifests,
    services,
    app,
    plugins,
    backing,
    live,
    findings: [...(linted ?? []), ...besideFindings(app)],
    wanted,
    work,
  };
}

/** A service as it was found, or what was wrong with its routes: rights that are missing are told first. */
type Search = { readonly located: Located } | { readonly error: unknown };

function searchAll(
  { services, namespace }: Settings,
  mesh: RouteProvider,
  live: readonly KubeObject[],
  manifests: readonly KubeObject[],
): readonly Search[] {
  const objects = [live, manifests].map((all) => all.filter(({ metadata }) => metadata.namespace === namespace));
  return services.map((service) => {
    try {
      return { located: locate(service, { services, providers: [mesh], objects }) };
    } catch (error) {
      return { error };
    }
  });
}

function locatedBy(search: Search): Located {
  if ('error' in search) throw search.error;
  return search.located;
}

/** The weights as every route of the release can say them: routes that move in lockstep have to say the same. */
function sayableSteps(
  services: readonly ServicePlan[],
  asked: readonly Percent[],
): { readonly steps: readonly Percent[]; readonly notes: readonly string[] } {
  const providers = new Set(services.flatMap((plan) => [plan, ...plan.followers]).map(({ provider }) => provider));
  let steps = asked;
  const notes: string[] = [];
  for (const provider of providers) {
    const said = quantisedSteps(provider, steps);
    steps = said.steps;
    notes.push(...said.notes);
  }
  return { steps, notes };
}

async function requireNamespace(cluster: Cluster, namespace: string, manifests: Manifests): Promise<void> {
  if (manifests.objects.some(({ kind, metadata }) => kind === 'Namespace' && metadata.name === namespace)) return;
  try {
    if (await cluster.find({ apiVersion: 'v1', kind: 'Namespace', name: namespace })) return;
  } catch (error) {
    // Namespaces are cluster-scoped: a job with rights in one namespace only may not look, and need not.
    if (error instanceof ApiError && error.status === 403) return;
    throw error;
  }
  throw new ClusterError(
    `Namespace ${namespace} does not exist`,
    `correct the input namespace, or create it: kubectl create namespace ${namespace}`,
  );
}

/** The routes users come in by are all of one kind: one engine reads and writes them. */
function oneProvider(services: readonly ServicePlan[], mesh: RouteProvider): RouteProvider {
  const [first, ...others] = [...new Set(services.map(({ provider }) => provider))];
  if (others.length === 0) return first ?? mesh;
  throw new LintError(
    `${services.map(({ service, source }) => `${service} comes in by ${nameOf(source)}`).join(', ')}: routes of different kinds`,
    'release these services one after the other',
  );
}

/** The journal and the lock are the route's: two services in one object would write over each other's. */
function requireOwnRoutes(services: readonly ServicePlan[]): void {
  for (const plan of services) {
    const others = services.filter(({ route }) => route.name === plan.route.name).map(({ service }) => service);
    const earlier = plan.journal?.service;
    if (earlier !== undefined && earlier !== plan.service && !others.includes(earlier)) others.push(earlier);
    if (others.length < 2) continue;
    throw new LintError(
      `${nameOf(plan.source)} carries the releases of ${others.join(' and ')}`,
      `give each service its own ${plan.source.kind}: move its rules there, then delete them here`,
    );
  }
}
