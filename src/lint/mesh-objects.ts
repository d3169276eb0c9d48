/** Objects of Istio, Kuma and the Gateway API's meshes that a split leans on. */
import { annotation, field, type KubeObject, list, nameOf, refOf, strings, text } from '../kube/objects.ts';
import { RouteError } from '../routes/types.ts';
import { type Finding, parentRefs, type SplitRoute, type World } from './picture.ts';

export function lintMeshObjects(world: World): Finding[] {
  const splits = world.splitRoutes();
  const of = (name: string) => splits.filter(({ provider }) => provider.facts.name === name);
  return [
    ...rivals(splits),
    ...of('istio').flatMap((split) => [
      ...istioHosts(world, split),
      ...subsets(world, split),
      ...otherProtocols(world, split),
    ]),
    ...of('kuma').flatMap((split) => [...kumaSubsets(split), ...kumaPorts(world, split)]),
    ...of('gateway-api')
      .filter(({ route }) => route.entrance !== 'outside')
      .flatMap((split) => [...headless(world, split), ...profiles(world, split)]),
  ];
}

/** Two objects of one mesh that split one service: the provider says how they clash. Kong's HTTPRoutes have rules of their own. */
function rivals(splits: readonly SplitRoute[]): Finding[] {
  const done = new Set<string>();
  return splits.flatMap(({ provider, route: { service, object } }): Finding[] => {
    const key = `${provider.facts.name}|${service}`;
    if (done.has(key) || provider.facts.name === 'gateway-api') return [];
    done.add(key);
    const objects = splits
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

/** Kuma 3.0 refuses the kind, and a stored one loses that backend. */
function kumaSubsets({ route }: SplitRoute): Finding[] {
  const entries = route.rules.flatMap((rule) => list(route.object, ...rule.at));
  return entries
    .filter((entry) => text(entry, 'kind') === 'MeshServiceSubset')
    .map((entry) => {
      const version = strings(entry, 'tags')['version'] ?? '<version>';
      const base = text(entry, 'name').replace(/_.*$/, '');
      return {
        severity: 'error',
        rule: 'mesh-service-subset',
        object: refOf(route.object),
        problem: `${nameOf(route.object)} sends to the MeshServiceSubset ${base} with version ${version}: Kuma 3.0 drops such a backend, and this tool weights Services only.`,
        fix: [
          `A Service ${base}-${version} of its own, and in the rule:`,
          '- kind: MeshService',
          `  labels: {kuma.io/display-name: ${base}-${version}, k8s.kuma.io/namespace: ${route.object.metadata.namespace}}`,
          `  port: ${String(field(entry, 'port') ?? 9080)}`,
        ].join('\n'),
      };
    });
}

/** A port that is not http to Kuma takes no part in a MeshHTTPRoute: on 2.x its share silently goes to the other version. */
function kumaPorts(world: World, { route }: SplitRoute): Finding[] {
  const names = new Set(route.rules.flatMap((rule) => rule.backends.map(({ name }) => name)));
  return [...names, route.service].flatMap((name): Finding[] => {
    const service = world.get('Service', world.input.namespace, name);
    const port = list(service, 'spec', 'ports').find((entry) => {
      const number = String(field(entry, 'port'));
      const protocol =
        text(entry, 'appProtocol') ||
        (service === undefined ? '' : (annotation(service, `${number}.service.kuma.io/protocol`) ?? ''));
      const used = route.rules.some((rule) =>
        rule.backends.some((backend) => backend.port === undefined || String(backend.port) === number),
      );
      return used && !['http', 'http2', 'grpc', 'kubernetes.io/h2c'].includes(protocol);
    });
    if (service === undefined || port === undefined) return [];
    return [
      {
        severity: 'error',
        rule: 'port-protocol',
        object: refOf(service),
        problem: `The port ${String(field(port, 'port'))} of ${nameOf(service)} does not say that it speaks http, so Kuma takes it for tcp: it has no part in ${nameOf(route.object)}, and its share goes to the other version without an error.`,
        fix: [
          `kubectl patch service ${name} -n ${service.metadata.namespace} --type json -p '[{"op":"add","path":"/spec/ports/${list(service, 'spec', 'ports').indexOf(port)}/appProtocol","value":"http"}]'`,
          'or in its manifest: appProtocol: http',
        ].join('\n'),
      },
    ];
  });
}

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
