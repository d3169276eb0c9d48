/** Reads and plans a release in place: the homes among the services, what stands around them, what each manifest would change. */

import type { Cluster } from '../cluster/cluster.ts';
import { LintError } from '../errors.ts';
import { APPS_API, AUTOSCALING_API, POLICY_API } from '../kube/names.ts';
import { type KubeObject, nameOf } from '../kube/objects.ts';
import type { Finding } from '../lint/index.ts';
import type { Manifests } from '../manifests/files.ts';
import { isRoute } from '../routes/index.ts';
import type { RouteProvider } from '../routes/types.ts';
import { keyOf } from '../services/app/identity.ts';
import type { Located } from '../services/locate.ts';
import type { Settings } from '../settings/types.ts';
import { compareAll, readAround } from './around.ts';
import { type Home, homeOf } from './home.ts';
import { type App, appOf } from './in-place.ts';
import type { Live } from './live.ts';

/**
 * The homes of all services, or none where versions keep names of their own.
 * @throws LintError where only some have one, and where nothing says which version is to be released
 */
export function homesOf(
  found: readonly Located[],
  settings: Settings,
  live: readonly KubeObject[],
  manifests: readonly KubeObject[],
): readonly Home[] {
  const homes = found.flatMap((located) => homeOf(located, settings, live, manifests) ?? []);
  if (homes.length > 0 && homes.length === found.length) return homes;
  const own = homes.map(({ located, deployment }) => `${located.service} (${nameOf(deployment)})`);
  const others = found.filter((located) => !homes.some((home) => home.located === located));
  if (homes.length > 0) {
    throw new LintError(
      `the manifests hold the own Deployment of ${own.join(', ')}, and ${others.map(({ service }) => service).join(', ')} is released by versions with names of their own`,
      'release them one after the other',
    );
  }
  if (settings.version !== '' || found.length === 0) return [];
  throw new LintError(
    `no version is given, and the manifests do not hold a Deployment that is the service's own (${found.map(({ service }) => service).join(', ')})`,
    "give the input version, or bring the service's Deployment and Service with the manifests",
  );
}

export interface AppContext {
  readonly cluster: Cluster;
  readonly settings: Settings;
  readonly live: Live;
  readonly manifests: Manifests;
  readonly mesh: RouteProvider;
  readonly attempt: <T>(part: () => T) => T | undefined;
  readonly differs?: ((wanted: KubeObject, live: KubeObject) => boolean) | undefined;
}

/** The release of these homes; undefined where there are none, or where it cannot be planned. */
export async function appFor(homes: readonly Home[], context: AppContext): Promise<App | undefined> {
  if (homes.length === 0) return undefined;
  const { cluster, settings, live, mesh, attempt, differs } = context;
  const manifests = context.manifests.objects;
  const around = await readAround(cluster, settings.namespace, live.objects);
  const routes = (object: KubeObject) => isRoute(object, mesh);
  const applied = manifests.filter((object) => !routes(object));
  const compared = await compareAll(cluster, applied, around, differs);
  const there = [...compared.values()].flatMap((one) => one.live ?? []);
  const world = [...new Map([...around, ...there].map((object) => [keyOf(object), object])).values()];
  // The route was found among the objects read first, and is told from the manifests' by that.
  const objects = world.map((object) => live.objects.find((one) => one === object) ?? object);
  return attempt(() => appOf({ homes, settings, live: objects, manifests, compared, isRoute: routes }));
}

/** Kinds of copies and of what a release in place removes again, for the rights it needs. */
export function copiedKinds(namespace: string): readonly KubeObject[] {
  const of = (apiVersion: string, kind: string): KubeObject => ({
    apiVersion,
    kind,
    metadata: { name: '', namespace },
  });
  return [
    of(APPS_API, 'Deployment'),
    of('v1', 'Service'),
    of(AUTOSCALING_API, 'HorizontalPodAutoscaler'),
    of(POLICY_API, 'PodDisruptionBudget'),
  ];
}

/** What a release in place is, in a few lines. */
export function appLines({ version, why, services, placed }: App): readonly string[] {
  const names = [...services.values()].map(({ workload }) => workload).join(', ');
  const count = (when: string) => placed.filter((one) => one.when === when && one.row !== 'unchanged').length;
  return [
    `the manifests hold ${names}: version ${version} (${why}) is tried beside it, and takes its place after the last weight`,
    `of ${placed.length} objects ${count('before')} come before it, ${count('with-canary')} as copies with it, ${count('at-promotion')} after the last weight, ${count('migration')} run once before it`,
  ];
}

/** What a canary would not be covered by, as warnings. */
export function besideFindings(app: App | undefined): readonly Finding[] {
  return (app?.findings ?? []).map(({ rule, object, problem }) => ({
    severity: 'warning',
    rule,
    object,
    problem: `${problem}.`,
    fix: '',
  }));
}
