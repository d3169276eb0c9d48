/** Everything a release reads and decides before its first write; all problems of this stage end here, together. */
import type { Cluster } from '../cluster/cluster.ts';
import { ApiError } from '../cluster/connection/transport.ts';
import { requirePermissions } from '../cluster/permissions.ts';
import { ClusterError, LintError } from '../errors.ts';
import { shippedGateway } from '../gateway/ensure.ts';
import type { KubeObject } from '../kube/objects.ts';
import { aboutObject, nameOf } from '../kube/objects.ts';
import type { Finding } from '../lint/index.ts';
import { lint } from '../lint/index.ts';
import type { Manifests } from '../manifests/files.ts';
import { readManifests } from '../manifests/files.ts';
import type { DesiredPlugins } from '../plugins/desired.ts';
import { desiredPlugins } from '../plugins/desired.ts';
import { proofFor } from '../plugins/proofs.ts';
import type { Teller } from '../ports.ts';
import { unitsOf } from '../routes/choose.ts';
import { isRoute, providerFor, quantisedSteps } from '../routes/index.ts';
import type { Percent, RouteProvider } from '../routes/types.ts';
import { CLONE_LABEL, isBackendName } from '../services/discover.ts';
import type { Settings } from '../settings/types.ts';
import type { LiveWorld } from './live.ts';
import { readWorld } from './live.ts';
import { meshChooser } from './mesh.ts';
import type { Work } from './rights.ts';
import { deployPermissions, resourcesOf, routeOf } from './rights.ts';
import type { ServicePlan } from './service-plan.ts';
import { mergedRoute, planService } from './service-plan.ts';

/** A release as decided, before its first write. */
export interface Prepared {
  /** As given, but for the weights: these are shares that the routes can say. */
  readonly settings: Settings;
  /** Reads and writes the routes users come in by. */
  readonly provider: RouteProvider;
  /** The one that was named or found. Where Kong splits as well, the routes of both move together. */
  readonly mesh: RouteProvider;
  readonly manifests: Manifests;
  readonly services: readonly ServicePlan[];
  readonly plugins: DesiredPlugins;
  /** What the mesh needs of the new versions beside Deployment and Service. */
  readonly backing: readonly KubeObject[];
}

/** The same with what was read and found on the way: what `plan` shows. */
export interface Study extends Prepared {
  readonly world: LiveWorld;
  readonly findings: readonly Finding[];
  /** Objects a deploy applies when they are missing or differ, in order; routes are merged and not among them. */
  readonly wanted: readonly KubeObject[];
  readonly work: Work;
}

export interface StudyContext {
  readonly settings: Settings;
  /** Folder that holds dist/ and manifests/ of this tool. */
  readonly actionRoot: string;
  readonly notes: Teller;
}

export type Attempt = <T>(part: () => T) => T | undefined;

/** Everything that is read and decided before the first write: all problems of this stage end here. */
export async function prepare(context: StudyContext, cluster: Cluster): Promise<Prepared> {
  const { notes } = context;
  const studied = await study(context, cluster, (work) => requirePermissions(cluster, deployPermissions(work)));
  requireClean(studied, notes);
  for (const { service, discovery } of studied.services) {
    if (discovery.kind === 'release')
      notes.say(
        `${service}: ${discovery.stable.name} serves, ${discovery.canary.name} (${discovery.canary.source}) is to be released through ${studied.settings.canaryWeight.join(', ')} %`,
      );
    if (discovery.kind === 'bootstrap')
      notes.say(`${service}: nothing serves yet, ${discovery.canary.name} will be the first version`);
    if (discovery.kind === 'same-version') notes.say(`${service}: ${discovery.stable.name} serves already`);
  }
  return studied;
}

/**
 * Reads and plans without a verdict on what it finds.
 * @param ask is told what the work needs rights for, as soon as that is known
 * @param attempt plans one part; who only wants to look goes on without a part that throws
 */
export async function study(
  { settings, notes, actionRoot }: StudyContext,
  cluster: Cluster,
  ask: (work: Work) => Promise<void>,
  attempt: Attempt = (part) => part(),
): Promise<Study> {
  const manifests = readManifests(settings.workspace, settings.manifests, { namespace: settings.namespace });
  for (const secret of manifests.secrets) notes.mask(secret);
  for (const note of manifests.notes) notes.say(note);
  await requireNamespace(cluster, settings.namespace, manifests);
  const choose = await meshChooser(cluster, settings);

  const world = await readWorld(cluster, settings.namespace);
  const objects = [...world.objects, ...manifests.objects];
  const choice = attempt(() => choose(objects));
  const mesh = choice?.provider ?? providerFor('gateway-api');
  if (settings.mesh === 'auto' && choice !== undefined) notes.say(`mesh: ${mesh.name}, because ${choice.why}`);
  const shipped = readManifests(actionRoot, ['manifests/kong/plugins'], { namespace: settings.namespace }).objects;
  const plugins = desiredPlugins(settings.plugins, {
    namespace: settings.namespace,
    live: world.objects,
    manifests: manifests.objects,
    shipped,
  });
  const work = await workOf(cluster, settings, mesh, world, manifests.objects, plugins);
  await ask(work);
  const sought = choice === undefined ? [] : settings.services;
  const services = sought.flatMap(
    (service) => attempt(() => planService(service, settings, mesh, world.objects, manifests.objects)) ?? [],
  );
  const provider = oneProvider(services, mesh);
  const said = attempt(() => sayableSteps(services, settings.canaryWeight));
  for (const note of said?.notes ?? []) notes.say(note);
  attempt(() => requireOwnRoutes(services));
  const gateway = shippedGateway(settings, actionRoot);
  const backing = attempt(() => backingOf(mesh, services, objects)) ?? [];
  const wanted = objectsOf({ mesh, manifests, services, plugins, backing });
  const brought = gateway.filter((object) => !world.objects.some((live) => nameOf(live) === nameOf(object)));
  const linted = attempt(() => lintRelease(settings, mesh, world, services, plugins, [...brought, ...wanted]));
  return {
    settings: { ...settings, canaryWeight: said?.steps ?? settings.canaryWeight },
    provider,
    mesh,
    manifests,
    services,
    plugins,
    backing,
    world,
    findings: linted ?? [],
    wanted,
    work,
  };
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

/** What a release applies beside its routes: manifests, plugin objects, and clones of stable. */
export function objectsOf(prepared: Omit<Prepared, 'provider' | 'settings'>): readonly KubeObject[] {
  const { mesh, manifests, services, plugins, backing } = prepared;
  const clones = services.flatMap(({ discovery }) => (discovery.kind === 'same-version' ? [] : discovery.canary.apply));
  const others = manifests.objects.filter((object) => !isRoute(object, mesh));
  return [...others, ...plugins.apply, ...backing, ...clones];
}

/** Objects for the new versions that neither the cluster nor the manifests have. */
function backingOf(
  mesh: RouteProvider,
  services: readonly ServicePlan[],
  objects: readonly KubeObject[],
): readonly KubeObject[] {
  if (mesh.backingKinds.length === 0) return [];
  return services.flatMap((plan) => {
    const { discovery, service, isBackend } = plan;
    if (discovery.kind !== 'release') return [];
    const backends = { stable: discovery.stable.name, canary: discovery.canary.name };
    const routes = [plan, ...plan.followers]
      .filter(({ provider }) => provider === mesh)
      .map(({ route }) => nameOf(route));
    const here = objects.filter(({ metadata }) => metadata.namespace === plan.route.namespace);
    const found = here.filter((object) => routes.includes(nameOf(object)));
    const [route] = mesh.findAll(found.slice(0, 1), service, isBackend);
    if (route === undefined) return [];
    const { apply, patches } = mesh.backing(route, backends, here);
    if (patches.length > 0) {
      throw new LintError(
        `${patches.map(({ object }) => nameOf(object)).join(', ')} does not know ${backends.canary} yet`,
        'bring it with the manifests: add the new version beside the old one',
      );
    }
    // Our copies, to be taken away with the version they stand behind.
    return apply.map((object) => ({
      ...object,
      metadata: {
        ...object.metadata,
        labels: { ...object.metadata.labels, [CLONE_LABEL]: backends.stable.slice(0, 63) },
      },
    }));
  });
}

/** Nobody knows yet what the plan will be, so clones are foreseen where an image is given. */
async function workOf(
  cluster: Cluster,
  settings: Settings,
  mesh: RouteProvider,
  world: LiveWorld,
  manifests: readonly KubeObject[],
  plugins: DesiredPlugins,
): Promise<Work> {
  const { namespace } = settings;
  const cloned = (apiVersion: string, kind: string): KubeObject => ({
    apiVersion,
    kind,
    metadata: { name: '', namespace },
  });
  const byImage = Object.keys(settings.image).length > 0;
  const copied = byImage || manifests.length > 0 ? mesh.backingKinds.filter((kind) => kind.copied) : [];
  const clones = [
    ...(byImage ? [cloned('apps/v1', 'Deployment'), cloned('v1', 'Service')] : []),
    ...copied.map(({ apiVersion, kind }) => cloned(apiVersion, kind)),
  ];
  const kinds = plugins.objects.map((plugin) => String(plugin['plugin'] ?? ''));
  const called = plugins.objects.some((plugin) => proofFor(plugin, kinds).needsConsumer);
  return {
    settings,
    route: routeOf(mesh),
    also: kongSplits(settings, mesh, [...world.objects, ...manifests]) ? [routeOf(providerFor('gateway-api'))] : [],
    brought: await resourcesOf(cluster, [...manifests, ...plugins.apply, ...clones]),
    plugins: settings.plugins.length === 0 ? 'none' : called ? 'proved with a caller' : 'bound',
  };
}

/** Whether an HTTPRoute of Kong's splits as well, which moves with the mesh's. What is wrong with it is said by the plan. */
function kongSplits({ services, namespace }: Settings, mesh: RouteProvider, objects: readonly KubeObject[]): boolean {
  const here = objects.filter(({ metadata }) => metadata.namespace === namespace);
  return services.some((service) => {
    try {
      const isBackend = (name: string) => isBackendName(name, service, services);
      return unitsOf(mesh, here, { service, isBackend }).some(({ provider }) => provider !== mesh);
    } catch {
      return false;
    }
  });
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
      `give each service ${plan.source.kind === 'HTTPRoute' ? 'an HTTPRoute' : `a ${plan.source.kind}`} of its own: move its rules there, then delete them here`,
    );
  }
}

function lintRelease(
  settings: Settings,
  mesh: RouteProvider,
  world: LiveWorld,
  services: readonly ServicePlan[],
  plugins: DesiredPlugins,
  brought: readonly KubeObject[],
): readonly Finding[] {
  const routes = services.map((plan) => mergedRoute(plan, services)).filter((route) => route !== undefined);
  return lint({
    namespace: settings.namespace,
    live: world.objects,
    manifests: [...brought, ...routes],
    services: services.map(({ service, discovery }) => ({
      service,
      ...(discovery.kind === 'bootstrap' ? {} : { stable: discovery.stable.name }),
      ...(discovery.kind === 'same-version' ? {} : { canary: discovery.canary.name }),
    })),
    plugins: plugins.names,
    listed: world.listed,
    ...lintedMesh(mesh, settings),
  });
}

/** On a mesh, what the lint is to know of it; without one, routes of every kind are looked at. */
function lintedMesh(mesh: RouteProvider, { meshName, kongNamespace }: Settings): Partial<Parameters<typeof lint>[0]> {
  if (mesh.name === 'gateway-api') return {};
  return { mesh: mesh.name, kongNamespace, ...(meshName === undefined ? {} : { meshName }) };
}

/** Lint and plugin problems, all in one error, before anything is written. */
function requireClean({ findings, plugins }: Study, notes: Teller): void {
  for (const finding of findings)
    if (finding.severity === 'warning')
      notes.warn(`${aboutObject(nameOf(finding.object), finding.problem)} ${finding.fix}`);
  const errors = [
    ...plugins.problems.map(({ message }) => message),
    ...findings
      .filter(({ severity }) => severity === 'error')
      .map(({ object, problem, fix }) => `${aboutObject(nameOf(object), problem)}\n    fix: ${fix}`),
  ];
  if (errors.length === 0) return;
  throw new LintError(
    `${errors.length === 1 ? 'this would' : 'these would'} break the traffic or the release:\n${errors.map((line) => `  - ${line}`).join('\n')}`,
    'nothing was changed so far; correct it and run again',
  );
}
