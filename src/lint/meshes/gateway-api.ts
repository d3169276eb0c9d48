/** HTTPRoutes whose parents are Services, and what they lean on; and alpha versions, which are no longer served. */
import { GATEWAY_GROUP } from '../../kube/names.ts';
import { type KubeObject, nameOf, refOf, text } from '../../kube/objects.ts';
import { type Finding, parentRefs, type SplitRoute, type World } from '../picture.ts';
import type { MeshLint } from './types.ts';

/** The rules of HTTPRoutes on Kong's Gateways are in routes.ts and ingresses.ts. */
export const gatewayApi: MeshLint = {
  reads: [{ apiVersion: 'linkerd.io/v1alpha2', kind: 'ServiceProfile', scope: 'namespace' }],
  route: (world, split) =>
    split.route.entrance === 'outside' ? [] : [...headless(world, split), ...profiles(world, split)],
  past: (world) => world.ofGroup(GATEWAY_GROUP, 'HTTPRoute').flatMap((object) => alpha(object)),
};

/** Meshes split what goes to a Service's address; a headless one has none (GEP-1426; Linkerd refuses it). */
function headless(world: World, { route }: SplitRoute): Finding[] {
  return parentRefs(route.object).flatMap((parent): Finding[] => {
    if (parent.kind !== 'Service') return [];
    const service = world.get('Service', parent.namespace, parent.name);
    if (service === undefined || text(service, 'spec', 'clusterIP') !== 'None') return [];
    return [
      {
        severity: 'error',
        rule: 'parent-headless',
        object: refOf(service),
        problem: `${nameOf(service)} is headless, so callers go to pods by themselves and ${nameOf(route.object)} splits nothing.`,
        fix: `Make a Service with an address: without spec.clusterIP: None (a Service cannot be changed into one; delete and create it).`,
      },
    ];
  });
}

/** Linkerd: a ServiceProfile takes the place of an HTTPRoute on the same Service (linkerd.io/2/features/httproute). */
function profiles(world: World, { route }: SplitRoute): Finding[] {
  return world
    .ofGroup('linkerd.io', 'ServiceProfile')
    .filter(({ metadata }) => metadata.name.startsWith(`${route.service}.${world.input.namespace}.svc.`))
    .map((profile) => ({
      severity: 'error',
      rule: 'service-profile',
      object: refOf(profile),
      problem: `${nameOf(profile)} takes the place of ${nameOf(route.object)} for Linkerd: its weights would move nobody.`,
      fix: `kubectl delete serviceprofile ${profile.metadata.name} -n ${profile.metadata.namespace}   # its retries and time-outs become annotations of the Service`,
    }));
}

function alpha(object: KubeObject): Finding[] {
  if (!/\/v1alpha\d$/.test(object.apiVersion)) return [];
  return [
    {
      severity: 'error',
      rule: 'http-route-alpha',
      object: refOf(object),
      problem: `${nameOf(object)} is written as ${object.apiVersion}, which the Gateway API no longer serves: it cannot be applied.`,
      fix: `apiVersion: ${GATEWAY_GROUP}/v1`,
    },
  ];
}
