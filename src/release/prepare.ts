/** Everything a release reads and decides before its first write; all problems of this stage end here, together. */
import type { Cluster } from '../cluster/cluster.ts';
import type { KubeObject } from '../cluster/objects.ts';
import { nameOf } from '../cluster/objects.ts';
import { requirePermissions } from '../cluster/permissions.ts';
import { ApiError } from '../cluster/transport.ts';
import { ClusterError, LintError } from '../errors.ts';
import type { Manifests } from '../platform/files.ts';
import { readManifests } from '../platform/files.ts';
import { lint } from '../platform/lint.ts';
import type { DesiredPlugins } from '../platform/plugins.ts';
import { desiredPlugins } from '../platform/plugins.ts';
import { GATEWAY_API, shippedGateway } from '../platform/prepare.ts';
import type { LiveWorld } from '../platform/world.ts';
import { readWorld } from '../platform/world.ts';
import { isBackendName } from '../rollout/backends.ts';
import type { ServicePlan } from '../rollout/plan.ts';
import { mergedRoute, planService } from '../rollout/plan.ts';
import { detectProvider } from '../routes/choose.ts';
import { providerFor, providers } from '../routes/index.ts';
import type { RouteProvider } from '../routes/types.ts';
import type { RunContext } from '../run.ts';
import { deployPermissions } from './permissions.ts';

/** A release as decided, before its first write. */
export interface Prepared {
  readonly provider: RouteProvider;
  readonly manifests: Manifests;
  readonly services: readonly ServicePlan[];
  readonly plugins: DesiredPlugins;
  /** What the mesh needs of the new versions beside Deployment and Service. */
  readonly backing: readonly KubeObject[];
}

/** Everything that is read and decided before the first write: all problems of this stage end here. */
export async function prepare({ settings, log, notes, actionRoot }: RunContext, cluster: Cluster): Promise<Prepared> {
  const manifests = readManifests(settings.workspace, settings.manifests, { namespace: settings.namespace });
  for (const secret of manifests.secrets) log.mask(secret);
  for (const note of manifests.notes) notes.say(note);
  await requireNamespace(cluster, settings.namespace, manifests);
  const asked = settings.mesh === 'auto' ? undefined : providerFor(settings.mesh);
  await requirePermissions(cluster, deployPermissions(settings, asked));
  if (asked === undefined || asked.resource.apiVersion === GATEWAY_API) await cluster.kindOf(GATEWAY_API, 'HTTPRoute');
  const world = await readWorld(cluster, settings.namespace);
  const { provider, why } = detectProvider(
    settings.mesh,
    settings.services.map((service) => ({
      service,
      isBackend: (name: string) => isBackendName(name, service, settings.services),
    })),
    [...world.objects, ...manifests.objects].filter(({ metadata }) => metadata.namespace === settings.namespace),
    await servedKinds(cluster),
  );
  if (settings.mesh === 'auto') notes.say(`mesh: ${provider.name}, because ${why}`);
  if (asked === undefined) await requirePermissions(cluster, deployPermissions(settings, provider));
  const services = settings.services.map((service) =>
    planService(service, settings, provider, world.objects, manifests.objects),
  );
  requireOwnRoutes(services);
  const backing = backingOf(provider, services, [...world.objects, ...manifests.objects]);
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
  return { provider, manifests, services, plugins, backing };
}

/** Which kinds of routes the cluster serves. */
async function servedKinds(cluster: Cluster): Promise<(apiVersion: string, kind: string) => boolean> {
  const served = new Set<string>();
  for (const { resource } of providers) {
    const { apiVersion, kind } = resource;
    const known = await cluster.kindsOf(apiVersion);
    if (known.some((each) => each.kind === kind)) served.add(`${apiVersion} ${kind}`);
  }
  return (apiVersion, kind) => served.has(`${apiVersion} ${kind}`);
}

/** Objects for the new versions that neither the cluster nor the manifests have. */
function backingOf(
  provider: RouteProvider,
  services: readonly ServicePlan[],
  objects: readonly KubeObject[],
): readonly KubeObject[] {
  if (provider.backingKinds.length === 0) return [];
  return services.flatMap(({ discovery, source, service, isBackend }) => {
    if (discovery.kind !== 'release') return [];
    const backends = { stable: discovery.stable.name, canary: discovery.canary.name };
    const { apply, patches } = provider.backing(provider.find([source], service, isBackend), backends, objects);
    if (patches.length > 0) {
      throw new LintError(
        `${patches.map(({ object }) => nameOf(object)).join(', ')} does not know ${backends.canary} yet`,
        'bring it with the manifests: add the new version beside the old one',
      );
    }
    return apply;
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

/** The journal and the lock are the route's: two services in one object would write over each other's. */
function requireOwnRoutes(services: readonly ServicePlan[]): void {
  for (const plan of services) {
    const others = services.filter(({ route }) => route.name === plan.route.name).map(({ service }) => service);
    const earlier = plan.journal?.service;
    if (earlier !== undefined && earlier !== plan.service && !others.includes(earlier)) others.push(earlier);
    if (others.length < 2) continue;
    throw new LintError(
      `${nameOf(plan.source)} carries the releases of ${others.join(' and ')}`,
      'give each service an HTTPRoute of its own: move its rules there, then delete them here',
    );
  }
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
  const planned = new Set(services.map(({ source }) => source.kind));
  const brought = manifests.objects.filter(({ kind }) => kind !== 'HTTPRoute' && !planned.has(kind));
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
    'nothing was changed so far; correct it and run again',
  );
}
