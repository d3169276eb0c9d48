/** Kinds of objects that say where requests go: a new one takes requests from another, whatever it names. */
export const ROUTE_KINDS: ReadonlySet<string> = new Set([
  'Ingress',
  'HTTPRoute',
  'GRPCRoute',
  'TLSRoute',
  'TCPRoute',
  'UDPRoute',
  // Istio and App Mesh
  'VirtualService',
  'VirtualRouter',
  'GatewayRoute',
  // Kuma
  'MeshHTTPRoute',
  'MeshTCPRoute',
  'TrafficRoute',
  // Kong
  'TCPIngress',
  'UDPIngress',
  // Contour, Traefik, Emissary, APISIX, NGINX, Skipper, OpenShift, SMI
  'HTTPProxy',
  'IngressRoute',
  'IngressRouteTCP',
  'IngressRouteUDP',
  'TraefikService',
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
