/** The rules of each provider, picked by its name. */
import { type KubeObject, refOf } from '../../kube/objects.ts';
import { RouteError, type RouteProvider } from '../../routes/types.ts';
import type { Finding, SplitRoute, World } from '../picture.ts';
import { appMesh } from './app-mesh.ts';
import { gatewayApi } from './gateway-api.ts';
import { istio } from './istio.ts';
import { kuma } from './kuma.ts';
import { traefik } from './traefik.ts';
import type { MeshLint } from './types.ts';

/** A provider that is not here has no rules of its own. */
const MESHES: Readonly<Record<string, MeshLint>> = {
  'gateway-api': gatewayApi,
  istio,
  kuma,
  'traefik-service': traefik,
  'traefik-ingressroute': traefik,
  'app-mesh': appMesh,
};

/** Kinds that the rules look at. */
export const meshKinds = Object.values(MESHES).flatMap(({ reads }) => reads ?? []);

export function meshLint({ facts }: RouteProvider): MeshLint {
  return MESHES[facts.name] ?? {};
}

export function lintMeshes(world: World): Finding[] {
  const splits = world.splitRoutes();
  return [
    ...rivals(splits),
    ...splits.flatMap((split) => meshLint(split.provider).route?.(world, split) ?? []),
    ...Object.values(MESHES).flatMap(({ objects }) => objects?.(world) ?? []),
  ];
}

export function pastOfMeshes(world: World): Finding[] {
  return Object.values(MESHES).flatMap(({ past }) => past?.(world) ?? []);
}

/** Two objects of one mesh that split one service: the provider says how they clash. Those from outside have rules of their own. */
function rivals(splits: readonly SplitRoute[]): Finding[] {
  const done = new Set<string>();
  return splits.flatMap(({ provider, route: { service, object } }): Finding[] => {
    const key = `${provider.facts.name}|${service}`;
    if (done.has(key) || provider.entry !== undefined) return [];
    done.add(key);
    const objects: readonly KubeObject[] = splits
      .filter((other) => other.provider === provider && other.route.service === service)
      .map(({ route }) => route.object);
    const backends = new Set(
      splits
        .flatMap(({ route }) => (route.service === service ? route.rules : []))
        .flatMap((rule) => rule.backends.map(({ name }) => name)),
    );
    try {
      provider.weights.findAll(objects, service, (name) => backends.has(name));
      return [];
    } catch (error) {
      if (!(error instanceof RouteError)) throw error;
      const problem = error.message.split('. ')[0] ?? error.message;
      return [
        {
          severity: 'error',
          rule: 'mesh-routes-rival',
          object: refOf(object),
          problem: `${problem}: which of them a proxy takes, or how they are merged, is undefined.`,
          fix: `Move all rules for ${service} into one ${provider.facts.resource.kind}.`,
        },
      ];
    }
  });
}
