/** What the lint is shown of a release: the cluster as it will be, and what is released in it. Pure. */
import type { KubeObject } from '../kube/objects.ts';
import type { Finding } from '../lint/index.ts';
import { lint } from '../lint/index.ts';
import type { DesiredPlugins } from '../plugins/desired.ts';
import type { RouteProvider } from '../routes/types.ts';
import type { Settings } from '../settings/types.ts';
import type { Live } from './live.ts';
import type { ServicePlan } from './service-plan.ts';
import { mergedRoute } from './service-plan.ts';

/** @param brought objects a deploy would apply */
export function lintRelease(
  settings: Settings,
  mesh: RouteProvider,
  live: Live,
  services: readonly ServicePlan[],
  plugins: DesiredPlugins,
  brought: readonly KubeObject[],
): readonly Finding[] {
  const routes = services.map((plan) => mergedRoute(plan, services)).filter((route) => route !== undefined);
  return lint({
    namespace: settings.namespace,
    live: live.objects,
    manifests: [...brought, ...routes],
    services: services.map(({ service, discovery }) => ({
      service,
      ...(discovery.kind === 'bootstrap' ? {} : { stable: discovery.stable.name }),
      ...(discovery.kind === 'same-version' ? {} : { canary: discovery.canary.name }),
    })),
    plugins: plugins.names,
    listed: live.listed,
    ...lintedMesh(mesh, settings),
  });
}

/** On a mesh, what the lint is to know of it; without one, routes of every kind are looked at. */
function lintedMesh(mesh: RouteProvider, { meshName, kongNamespace }: Settings): Partial<Parameters<typeof lint>[0]> {
  if (mesh.entry !== undefined) return {};
  return { mesh: mesh.facts.name, kongNamespace, ...(meshName === undefined ? {} : { meshName }) };
}
