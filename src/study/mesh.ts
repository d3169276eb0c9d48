/** Which provider a run uses, from what is in the cluster: for commands that plan, and for those that only take what is live. */
import type { Cluster } from '../cluster/cluster.ts';
import { ApiError } from '../cluster/connection/transport.ts';
import { JOURNAL_ANNOTATION } from '../kube/names.ts';
import type { KubeObject } from '../kube/objects.ts';
import { annotation } from '../kube/objects.ts';
import type { Choice, SoughtService } from '../routes/choose.ts';
import { detectProvider } from '../routes/choose.ts';
import { isFound, providerFor, providers, standard } from '../routes/index.ts';
import type { RouteProvider } from '../routes/types.ts';
import { backendsOf } from '../services/names.ts';
import type { Settings } from '../settings/types.ts';

type Asked = Pick<Settings, 'mesh' | 'namespace' | 'services'>;

/**
 * Asks once what the cluster serves; the function takes what is live and what the manifests bring, and chooses the provider
 * of a release: the one named, else the one whose routes send to the services.
 * @throws ClusterError where no kind of route is served; the function RouteError, for two candidates, and where only one is
 *   found that has to be named.
 */
export async function meshChooser(
  cluster: Cluster,
  { mesh, namespace, services }: Asked,
): Promise<(objects: readonly KubeObject[]) => Choice> {
  const served = await servedKinds(cluster);
  const { apiVersion, kind } = standard.facts.resource;
  const nothingElse =
    mesh === 'auto'
      ? !served.some(({ provider }) => provider !== standard && isFound(provider))
      : mesh === standard.facts.name;
  // Says how to install what is missing.
  if (nothingElse) await cluster.kinds.get(apiVersion, kind);
  return (objects) =>
    detectProvider(
      mesh,
      services.map((service) => sought(service, services)),
      objects.filter(({ metadata }) => metadata.namespace === namespace),
      (apiVersion, kind) =>
        served.some(
          ({ provider: { facts } }) => facts.resource.apiVersion === apiVersion && facts.resource.kind === kind,
        ),
    );
}

/** Providers whose kind of route the cluster serves. */
async function servedKinds(cluster: Cluster) {
  const found = await Promise.all(
    providers.map(async (provider) => {
      const { apiVersion, kind } = provider.facts.resource;
      const known = (await cluster.kinds.find(apiVersion, kind)) !== undefined;
      return known ? [{ provider }] : [];
    }),
  );
  return found.flat();
}

/**
 * The provider of routes as they are live, for commands that look at releases or end them: the one named, else the one
 * whose routes carry the journals, also one that `auto` never chooses: a run that named it wrote them. Without a journal, the one whose
 * routes send to the services.
 */
export async function liveProvider(cluster: Cluster, { mesh, namespace, services }: Asked): Promise<RouteProvider> {
  if (mesh !== 'auto') return providerFor(mesh);
  const live = await Promise.all(
    providers.map(async (provider) => {
      const routes = await routesOf(cluster, provider, namespace);
      return { provider, routes: services.length === 0 ? routes : routes.filter(sendsTo(provider, services)) };
    }),
  );
  const recorded = live.filter(({ routes }) => routes.some((route) => annotation(route, JOURNAL_ANNOTATION)));
  // Where both have one, the routes before a mesh move along with the mesh's.
  const ofMesh = recorded.find(({ provider }) => provider.entry === undefined) ?? recorded[0];
  const [first] = live.filter(({ routes }) => routes.length > 0);
  return ofMesh?.provider ?? first?.provider ?? standard;
}

function sendsTo(provider: RouteProvider, services: readonly string[]) {
  return (route: KubeObject) =>
    services.some((service) => {
      const { isBackend } = sought(service, services);
      return provider.weights.findAll([route], service, isBackend).length > 0;
    });
}

async function routesOf(
  cluster: Cluster,
  { facts: { resource } }: RouteProvider,
  namespace: string,
): Promise<readonly KubeObject[]> {
  try {
    return (await cluster.list(resource.apiVersion, resource.kind, namespace)).items;
  } catch (error) {
    // What may not be read here is asked for by name, with everything else that is missing.
    if (error instanceof ApiError && error.status === 403) return [];
    throw error;
  }
}

function sought(service: string, services: readonly string[]): SoughtService {
  return { service, isBackend: backendsOf(service, services) };
}
