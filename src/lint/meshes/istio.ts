/** VirtualServices and what they lean on: hosts, subsets, routes of other protocols. */
import { field, type KubeObject, list, nameOf, refOf, text } from '../../kube/objects.ts';
import type { Finding, SplitRoute, World } from '../picture.ts';
import type { MeshLint } from './types.ts';

export const istio: MeshLint = {
  route: (world, split) => [...istioHosts(world, split), ...subsets(world, split), ...otherProtocols(world, split)],
  hosts: (_world, route, { metadata: { name, namespace } }) => {
    const short = [name, `${name}.${namespace}`, `${name}.${namespace}.svc`, `${name}.${namespace}.svc.cluster.local`];
    // Only a host of the Service is matched by the sidecar's routes for that Service.
    const hosts = list(route.object, 'spec', 'hosts').filter((host): host is string => typeof host === 'string');
    return hosts.some((host) => short.includes(host))
      ? short.toReversed()
      : hosts.filter((host) => !host.includes('*'));
  },
  injection: {
    label: () => 'istio-injection=enabled',
    has: (labels) =>
      labels['istio-injection'] === 'enabled' ||
      labels['istio.io/rev'] !== undefined ||
      labels['istio.io/dataplane-mode'] === 'ambient',
  },
};

/** More than one VirtualService for a host of the sidecars: the merge is undefined. */
function istioHosts(world: World, { provider, route }: SplitRoute): Finding[] {
  if (route.entrance === 'outside') return [];
  const hostsOf = (object: KubeObject) =>
    list(object, 'spec', 'hosts').map((host) =>
      typeof host === 'string' && !host.includes('.') ? `${host}.${object.metadata.namespace}.svc.cluster.local` : host,
    );
  const ours = hostsOf(route.object);
  return world
    .ofGroup('networking.istio.io', 'VirtualService')
    .filter((other) => {
      const gateways = list(other, 'spec', 'gateways');
      return other !== route.object && (gateways.length === 0 || gateways.includes('mesh'));
    })
    .flatMap((other): Finding[] => {
      const host = hostsOf(other).find((candidate) => ours.includes(candidate));
      // Those that send to the service as well are named by the rule above.
      if (
        host === undefined ||
        provider.weights.findAll([other], route.service, (name) => name.startsWith(route.service)).length > 0
      )
        return [];
      return [
        {
          severity: 'error',
          rule: 'hosts-rival',
          object: refOf(route.object),
          problem: `${nameOf(route.object)} and ${nameOf(other)} are both for the host ${String(host)}: Istio does not say which one a proxy takes.`,
          fix: `Move the rules of ${nameOf(other)} into ${nameOf(route.object)}, or take the host out of one of them.`,
        },
      ];
    });
}

/** A destination whose Service or subset is not there answers 503 for its share. */
function subsets(world: World, { route }: SplitRoute): Finding[] {
  const seen = new Set<string>();
  return route.rules.flatMap((rule) =>
    rule.backends.flatMap(({ index }): Finding[] => {
      const destination = field(list(route.object, ...rule.at)[index], 'destination');
      const host = text(destination, 'host').split('.')[0] ?? '';
      const subset = text(destination, 'subset');
      if (seen.has(`${host}|${subset}`)) return [];
      seen.add(`${host}|${subset}`);
      const effect = 'its share of the requests is answered with 503';
      if (world.knows('Service') && world.get('Service', world.input.namespace, host) === undefined) {
        return [
          {
            severity: 'error',
            rule: 'backend-missing',
            object: refOf(route.object),
            problem: `${nameOf(route.object)} sends to the Service ${world.input.namespace}/${host}, which does not exist: ${effect}.`,
            fix: `Add the Service ${host} to the manifests, or take the destination out of ${rule.label}.`,
          },
        ];
      }
      if (subset === '' || !world.knows('DestinationRule')) return [];
      const rules = world
        .ofGroup('networking.istio.io', 'DestinationRule')
        .filter((candidate) => text(candidate, 'spec', 'host').split('.')[0] === host);
      if (rules.some((candidate) => list(candidate, 'spec', 'subsets').some((entry) => text(entry, 'name') === subset)))
        return [];
      return [
        {
          severity: 'error',
          rule: 'subset-missing',
          object: refOf(route.object),
          problem: `${nameOf(route.object)} sends to the subset ${subset} of ${host}, which no DestinationRule has: ${effect}.`,
          fix: [
            'apiVersion: networking.istio.io/v1',
            'kind: DestinationRule',
            `metadata: {name: ${rules[0]?.metadata.name ?? host}, namespace: ${world.input.namespace}}`,
            'spec:',
            `  host: ${host}`,
            '  subsets:',
            '    # … those that are there',
            `    - {name: ${subset}, labels: {version: ${subset.startsWith(`${host}-`) ? subset.slice(host.length + 1) : subset}}}`,
          ].join('\n'),
        },
      ];
    }),
  );
}

/** A release weights `http` alone: connections that `tcp` and `tls` routes send to a version stay with it. */
function otherProtocols(world: World, { route }: SplitRoute): Finding[] {
  const versions = new Set(
    route.rules.flatMap((rule) =>
      rule.backends.map(({ index }) => targetOf(list(route.object, ...rule.at)[index], world.input.namespace)),
    ),
  );
  return world.ofGroup('networking.istio.io', 'VirtualService').flatMap((object) =>
    (['tcp', 'tls'] as const).flatMap((protocol): Finding[] => {
      const namespace = object.metadata.namespace ?? '';
      const met = list(object, 'spec', protocol)
        .flatMap((rule) => list(rule, 'route'))
        .map((entry) => targetOf(entry, namespace))
        .find((target) => target !== undefined && versions.has(target));
      if (met === undefined) return [];
      return [
        {
          severity: 'warning',
          rule: 'protocol-not-split',
          object: refOf(object),
          problem: `${nameOf(object)} sends to ${met} by spec.${protocol} too, and a release moves spec.http alone: those connections stay where they are at every weight, and break when ${met} is retired.`,
          fix: `Send them to a Service that has all versions of ${route.service}, move them to spec.http where they speak HTTP, or keep the old version (retire: keep) until they are moved by hand.`,
        },
      ];
    }),
  );
}

/** The Service and subset a destination names, where it is one of the namespace: with or without the rest of its name. */
function targetOf(entry: unknown, namespace: string): string | undefined {
  const [name, ...rest] = text(entry, 'destination', 'host').split('.');
  if (name === undefined || (rest.length > 0 && !`${rest.join('.')}.`.startsWith(`${namespace}.svc.`)))
    return undefined;
  const subset = text(entry, 'destination', 'subset');
  return subset === '' ? name : `${name} (subset ${subset})`;
}
