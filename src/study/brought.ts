/** What a release brings beside the weights of its routes. Pure. */

import { LintError } from '../errors.ts';
import { CLONE_LABEL } from '../kube/names.ts';
import type { KubeObject } from '../kube/objects.ts';
import { nameOf } from '../kube/objects.ts';
import type { Manifests } from '../manifests/files.ts';
import type { DesiredPlugins } from '../plugins/desired.ts';
import { isRoute } from '../routes/index.ts';
import type { RouteProvider } from '../routes/types.ts';
import type { App } from './in-place.ts';
import type { ServicePlan } from './service-plan.ts';

export interface Brought {
  /** The provider that was named or found. Where Kong splits as well, the routes of both move together. */
  readonly mesh: RouteProvider;
  readonly manifests: Manifests;
  readonly services: readonly ServicePlan[];
  /** A release in place; absent where versions keep names of their own. */
  readonly app?: App | undefined;
  readonly plugins: DesiredPlugins;
  /** What the mesh needs of the new versions beside Deployment and Service. */
  readonly backing: readonly KubeObject[];
}

/** What a release applies beside its routes: manifests, plugin objects, and clones of stable. */
export function objectsOf({ mesh, manifests, services, app, plugins, backing }: Brought): readonly KubeObject[] {
  const clones = services.flatMap(({ discovery }) => (discovery.kind === 'same-version' ? [] : discovery.canary.apply));
  if (app !== undefined) return [...firstOf(app), ...plugins.apply, ...backing, ...clones];
  const others = manifests.objects.filter((object) => !isRoute(object, mesh));
  return [...others, ...plugins.apply, ...backing, ...clones];
}

/** What comes before the canaries; all of it where no service has anything to be tried first. */
function firstOf({ before, deferred, services }: App): readonly KubeObject[] {
  const tried = [...services.values()].some(({ kind }) => kind === 'release' || kind === 'settle');
  return tried ? before : [...before, ...deferred];
}

/** Objects for the new versions that neither the cluster nor the manifests have. */
export function backingOf(
  mesh: RouteProvider,
  services: readonly ServicePlan[],
  objects: readonly KubeObject[],
): readonly KubeObject[] {
  if (mesh.backing.kinds.length === 0) return [];
  return services.flatMap((plan) => {
    const { discovery, service, isBackend } = plan;
    if (discovery.kind !== 'release') return [];
    const backends = { stable: discovery.stable.name, canary: discovery.canary.name };
    const routes = [plan, ...plan.followers]
      .filter(({ provider }) => provider === mesh)
      .map(({ route }) => nameOf(route));
    const here = objects.filter(({ metadata }) => metadata.namespace === plan.route.namespace);
    const found = here.filter((object) => routes.includes(nameOf(object)));
    const [route] = mesh.weights.findAll(found.slice(0, 1), service, isBackend);
    if (route === undefined) return [];
    const { apply, patches } = mesh.backing.make(route, backends, here);
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
