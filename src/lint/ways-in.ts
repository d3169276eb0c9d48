/** What brings users' requests to a Service through Kong. */
import { type KubeObject, list } from '../kube/objects.ts';
import { serviceNameOf } from './ingress-replacement.ts';
import { backendRefs, isOwn, type World } from './picture.ts';

/** Routes and Ingresses of Kong that send to a Service. */
export function waysTo(world: World, service: string): KubeObject[] {
  const { namespace } = world.input;
  const routes = world
    .gatewayRoutes()
    .filter(
      (route) =>
        !isOwn(route) &&
        world.isKongs(route) &&
        backendRefs(route).some((ref) => ref.kind === 'Service' && ref.namespace === namespace && ref.name === service),
    );
  const ingresses = world.all('Ingress').filter(
    (ingress) =>
      ingress.metadata.namespace === namespace &&
      list(ingress, 'spec', 'rules')
        .flatMap((rule) => list(rule, 'http', 'paths'))
        .some((path) => serviceNameOf(path) === service),
  );
  return [...routes, ...ingresses];
}
