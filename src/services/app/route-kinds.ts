import { providers } from '../../routes/index.ts';

/** Kinds of objects that say where requests go: a new one takes requests from another, whatever it names. */
export const ROUTE_KINDS: ReadonlySet<string> = new Set([
  ...providers.map(({ facts }) => facts.resource.kind),
  'Ingress',
  'GRPCRoute',
  'TLSRoute',
  'TCPRoute',
  'UDPRoute',
  // App Mesh
  'GatewayRoute',
  // Kuma
  'MeshTCPRoute',
  'TrafficRoute',
  // Kong
  'TCPIngress',
  'UDPIngress',
  // Contour, Traefik, Emissary, APISIX, NGINX, Skipper, OpenShift, SMI
  'HTTPProxy',
  'IngressRouteTCP',
  'IngressRouteUDP',
  'Mapping',
  'TCPMapping',
  'ApisixRoute',
  'VirtualServer',
  'VirtualServerRoute',
  'TransportServer',
  'RouteGroup',
  'Route',
  'TrafficSplit',
]);
