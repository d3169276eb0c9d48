/** The providers there are, and which one a run uses. */
import { JOURNAL_ANNOTATION } from '../kube/names.ts';

import type { KubeObject } from '../kube/objects.ts';
import { annotation, groupOf } from '../kube/objects.ts';
import { entranceOf } from './parts/find.ts';
import { appMesh } from './providers/app-mesh/index.ts';
import { gatewayApi } from './providers/gateway-api/index.ts';
import { istio } from './providers/istio/index.ts';
import { kuma } from './providers/kuma/index.ts';
import { traefik } from './providers/traefik/index.ts';
import type { Resource, RouteProvider } from './types.ts';
import { RouteError } from './types.ts';

export { quantisationNote, quantisedShare, quantisedSteps, splitAt } from './parts/shares.ts';

/** In the order `auto` prefers them; those that are only taken when named come last. */
export const providers: readonly RouteProvider[] = [gatewayApi, istio, kuma, ...traefik, appMesh];

/** Where a command has nothing to tell by: what `setup` makes a cluster ready for. */
export const standard: RouteProvider = gatewayApi;

/** @throws RouteError naming the valid ones when there is none of that name. */
export function providerFor(name: string): RouteProvider {
  const provider = providers.find(({ facts }) => facts.name === name);
  if (provider === undefined) throw new RouteError(`There is no mesh provider "${name}". Valid: auto, ${names()}.`);
  return provider;
}

/**
 * The provider of `mesh`; `auto` takes the first whose routes the cluster serves.
 * @param served whether the API server has the kind, e.g. (GATEWAY_API, 'HTTPRoute')
 * @throws RouteError when the name is unknown or nothing it needs is served.
 */
export function chooseProvider(mesh: string, served: (apiVersion: string, kind: string) => boolean): RouteProvider {
  const asked = mesh === 'auto' ? providers.filter(isFound) : [providerFor(mesh)];
  const chosen = asked.find(({ facts: { resource } }) => served(resource.apiVersion, resource.kind));
  if (chosen === undefined) {
    const kinds = asked.map(
      ({ facts: { name, resource } }) => `${resource.kind} of ${resource.apiVersion} (mesh: ${name})`,
    );
    throw new RouteError(
      `The cluster does not serve ${kinds.join(', nor ')}. Install its CRDs first${asked.includes(standard) ? ': the command `setup` does' : ''}.`,
    );
  }
  return chosen;
}

/** Whether `mesh: auto` may choose it. */
export function isFound({ facts }: RouteProvider): boolean {
  return facts.auto === 'by its routes';
}

/**
 * Providers of routes that stand before this one's: users' requests come in by them, and one that splits moves in lockstep.
 * None where its own routes bring the requests in.
 */
export function before(provider: RouteProvider): readonly RouteProvider[] {
  return provider.entry === undefined ? providers.filter(({ entry }) => entry !== undefined) : [];
}

/** Kinds of the objects that lanes are made of, beside the route; none where they are rules. */
export function laneKinds({ facts }: RouteProvider): readonly Resource[] {
  return facts.lanes === 'rules' ? [] : facts.lanes.objects;
}

/** Who serves an object that users' requests come in by: Kong, unless a provider of the kind says otherwise. */
export function servedBy(entry: KubeObject): string {
  return readerOf(entry)?.entry?.servedBy ?? KONG;
}

/** The gateway that is installed where there is none, and that plugins are bound to. */
export const KONG = 'Kong';

/** The provider that reads an object, by its kind; undefined for anything that is no route. */
export function readerOf({ apiVersion, kind }: KubeObject): RouteProvider | undefined {
  return providers.find(
    ({ facts: { resource } }) => resource.kind === kind && groupOf(resource.apiVersion) === groupOf(apiVersion),
  );
}

/** Whether an object only splits what comes to it inside a mesh: something else brings users' requests there. */
export function isInside(object: KubeObject): boolean {
  const reader = readerOf(object);
  return reader?.entry === undefined || entranceOf(reader.facts, object) === 'inside';
}

/**
 * Whether an object holds weights where this provider does: its own kind, and those that may stand before it. Such objects
 * are made once and written rule by rule, never applied.
 */
export function isRoute(object: KubeObject, provider: RouteProvider): boolean {
  const reader = readerOf(object);
  return reader !== undefined && [provider, ...before(provider)].includes(reader);
}

const names = () => providers.map(({ facts }) => facts.name).join(', ');

/** The journal's text as it stands on the object: what {@link Guard.journal} and the decoder take. */
export function journalOf(object: KubeObject): string | undefined {
  return annotation(object, JOURNAL_ANNOTATION);
}
