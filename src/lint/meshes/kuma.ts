/** MeshHTTPRoutes and what they lean on: kinds of backends, protocols of ports; and TrafficRoutes, which they replace. */
import { annotation, field, type KubeObject, list, nameOf, refOf, strings, text } from '../../kube/objects.ts';
import type { Finding, SplitRoute, World } from '../picture.ts';
import { portOf, weightOf, yaml } from '../replacement.ts';
import type { MeshLint } from './types.ts';

export const kuma: MeshLint = {
  route: (world, split) => [...kumaSubsets(split), ...kumaPorts(world, split)],
  past: (world) => world.ofGroup('kuma.io', 'TrafficRoute').map((object) => trafficRoute(world, object)),
  injection: {
    label: () => 'kuma.io/sidecar-injection=enabled',
    has: (labels) => labels['kuma.io/sidecar-injection'] === 'enabled',
  },
};

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

/** Kuma 2.x still reads it where there is no MeshHTTPRoute; 3.0 has no such kind. */
function trafficRoute(world: World, object: KubeObject): Finding {
  const destinations = list(object, 'spec', 'destinations')[0];
  const tag = (value: unknown) => text(value, 'match', 'kuma.io/service') || text(value, 'kuma.io/service');
  const service = (name: string) => name.replace(/_[^_]+_svc(_\d+)?$/, '');
  const reference = (name: string) => ({ kind: 'MeshService', labels: { 'kuma.io/display-name': service(name) } });
  const split = list(object, 'spec', 'conf', 'split');
  const only = field(object, 'spec', 'conf', 'destination');
  const targets = split.length > 0 ? split : [{ weight: 1, destination: only }];
  return {
    severity: world.severityFor(object),
    rule: 'traffic-route',
    object: refOf(object),
    problem: `${nameOf(object)} is a TrafficRoute: Kuma 3.0 has no such kind, and a MeshHTTPRoute beats it on 2.x.`,
    fix: `Replace it:\n${yaml({
      apiVersion: 'kuma.io/v1alpha1',
      kind: 'MeshHTTPRoute',
      metadata: {
        name: object.metadata.name,
        namespace: world.input.namespace,
        labels: { 'kuma.io/mesh': text(object, 'mesh') || 'default' },
      },
      spec: {
        targetRef: { kind: 'Mesh' },
        to: [
          {
            targetRef: reference(tag(destinations)),
            rules: [
              {
                matches: [{ path: { type: 'PathPrefix', value: '/' } }],
                default: {
                  backendRefs: targets.map((entry) => ({
                    ...reference(text(entry, 'destination', 'kuma.io/service')),
                    port: portOf(world, service(text(entry, 'destination', 'kuma.io/service'))),
                    weight: weightOf(field(entry, 'weight')),
                  })),
                },
              },
            ],
          },
        ],
      },
    })}`,
  };
}
