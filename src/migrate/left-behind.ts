/** What App Mesh objects say beside their routes, and what takes its place. */
import type { KubeObject } from '../kube/objects.ts';
import { field, list, refOf, text } from '../kube/objects.ts';
import type { LeftBehind } from './types.ts';

export function leftBehindOf(object: KubeObject): LeftBehind[] {
  const found: LeftBehind[] = [];
  const leave = (there: boolean, what: string, instead: string) => {
    if (there) found.push({ object: refOf(object), what, instead });
  };
  const has = (...path: string[]) => field(object, 'spec', ...path) !== undefined;
  if (object.kind === 'Mesh') {
    leave(
      text(object, 'spec', 'egressFilter', 'type') !== 'ALLOW_ALL',
      'the egress filter DROP_ALL',
      'A NetworkPolicy with policyTypes: [Egress] in each namespace.',
    );
    leave(has('meshOwner'), 'the mesh shared between accounts', 'A cluster’s Gateway API knows one cluster only.');
  }
  if (object.kind === 'VirtualNode') {
    const listeners = list(object, 'spec', 'listeners');
    const any = (key: string) => listeners.some((listener) => field(listener, key) !== undefined);
    leave(
      any('healthCheck'),
      'its health checks',
      'The readinessProbe of the pods; on Kong also a KongUpstreamPolicy with healthchecks.',
    );
    leave(any('outlierDetection'), 'its outlier detection', 'On Kong: a KongUpstreamPolicy with healthchecks.passive.');
    leave(any('connectionPool'), 'its connection pool', 'No field of the Gateway API; on Istio a DestinationRule.');
    leave(
      any('tls') || has('backendDefaults', 'clientPolicy', 'tls'),
      'TLS between proxies',
      'mTLS of the new mesh, or a BackendTLSPolicy from the gateway.',
    );
    leave(
      any('timeout'),
      'the time-outs of its listeners',
      'timeouts of the rules, or konghq.com/read-timeout of the Service.',
    );
    leave(has('logging'), 'its access log', 'The access log of the gateway or of the new mesh.');
    leave(
      list(object, 'spec', 'backends').length > 0,
      'the list of services it may call',
      'A NetworkPolicy, if it was meant as a limit.',
    );
    leave(
      has('serviceDiscovery', 'awsCloudMap'),
      'its entry in Cloud Map',
      'A Service; callers outside the cluster need another address.',
    );
  }
  if (object.kind === 'VirtualGateway')
    leave(
      true,
      'the gateway itself',
      'A Gateway of Kong (command setup); its listeners’ TLS and limits are to be set there.',
    );
  if (object.kind === 'VirtualService')
    leave(
      has('provider', 'virtualRouter', 'virtualRouterARN'),
      'a router named by its ARN',
      'It is not in this cluster: convert it where it is.',
    );
  return found;
}
