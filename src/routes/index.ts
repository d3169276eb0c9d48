/** The providers there are, and which one a run uses. */

import { JOURNAL_ANNOTATION } from '../kube/names.ts';
import type { KubeObject } from '../kube/objects.ts';
import { annotation, groupOf } from '../kube/objects.ts';
import { appMesh } from './providers/app-mesh/index.ts';
import { gatewayApi } from './providers/gateway-api/index.ts';
import { istio } from './providers/istio/index.ts';
import { kuma } from './providers/kuma/index.ts';
import type { RouteProvider } from './types.ts';
import { RouteError } from './types.ts';

export { quantisationNote, quantisedShare, quantisedSteps, splitAt } from './parts/shares.ts';
export { describeConditions } from './providers/gateway-api/status.ts';

/** In the order `auto` prefers them. App Mesh has ended: it is last, and never taken unless it is named. */
export const providers: readonly RouteProvider[] = [gatewayApi, istio, kuma, appMesh];

/** @throws RouteError naming the valid ones when there is none of that name. */
export function providerFor(name: string): RouteProvider {
  const provider = providers.find((candidate) => candidate.name === name);
  if (provider === undefined) throw new RouteError(`There is no mesh provider "${name}". Valid: auto, ${names()}.`);
  return provider;
}

/**
 * The provider of `mesh`; `auto` takes the first whose routes the cluster serves.
 * @param served whether the API server has the kind, e.g. ('gateway.networking.k8s.io/v1', 'HTTPRoute')
 * @throws RouteError when the name is unknown or nothing it needs is served.
 */
export function chooseProvider(mesh: string, served: (apiVersion: string, kind: string) => boolean): RouteProvider {
  const asked = mesh === 'auto' ? providers.filter((provider) => provider !== appMesh) : [providerFor(mesh)];
  const chosen = asked.find(({ resource }) => served(resource.apiVersion, resource.kind));
  if (chosen === undefined) {
    const kinds = asked.map(({ name, resource }) => `${resource.kind} of ${resource.apiVersion} (mesh: ${name})`);
    throw new RouteError(
      `The cluster does not serve ${kinds.join(', nor ')}. Install its CRDs first${asked.some(({ name }) => name === gatewayApi.name) ? ': the command `setup` does' : ''}.`,
    );
  }
  return chosen;
}

/**
 * Whether an object holds weights where this provider does: its own kind, and HTTPRoutes, since Kong stands in front of
 * every mesh. Such objects are made once and written rule by rule, never applied.
 */
export function isRoute({ apiVersion, kind }: KubeObject, provider: RouteProvider): boolean {
  return [provider, gatewayApi].some(
    ({ resource }) => resource.kind === kind && groupOf(resource.apiVersion) === groupOf(apiVersion),
  );
}

const names = () => providers.map(({ name }) => name).join(', ');

/** The journal's text as it stands on the object: what {@link Guard.journal} and the decoder take. */
export function journalOf(object: KubeObject): string | undefined {
  return annotation(object, JOURNAL_ANNOTATION);
}
