/** Which kinds of objects can lead requests to a Service, and from where: what is looked through before one goes. Pure. */
import { GATEWAY_GROUP, INGRESS_GROUP, KEDA_GROUP, KEDA_HTTP_GROUP, KONG_GROUP } from '../kube/names.ts';
import { ROUTE_KINDS } from './app/route-kinds.ts';

/**
 * From where an object of a kind can lead to a Service: of the Service's own namespace only (`near`), of others where a
 * ReferenceGrant lets it (`granted`), or of any (`far`).
 */
export type From = 'near' | 'granted' | 'far';

/** Objects that may lead to the Service and could not be looked at. */
export interface Unseen {
  /** Absent kind: all kinds of the group; absent group: of all groups. */
  readonly kind?: string;
  readonly group?: string;
  readonly where: 'everywhere' | 'other namespaces';
  readonly from: From;
  /** The API server's words. */
  readonly why: string;
}

/** What of each group leads to Services, for groups whose kinds are known; their other kinds send nothing. */
const GROUPS: Readonly<Record<string, Readonly<Record<string, From>>>> = {
  // an ExternalName points anywhere; a selector stays at home
  '': { Service: 'far' },
  [INGRESS_GROUP]: { Ingress: 'near' },
  extensions: { Ingress: 'near' },
  [GATEWAY_GROUP]: {
    HTTPRoute: 'granted',
    GRPCRoute: 'granted',
    TLSRoute: 'granted',
    TCPRoute: 'granted',
    UDPRoute: 'granted',
    // lets the others in
    ReferenceGrant: 'near',
  },
  [KEDA_GROUP]: { ScaledObject: 'near' },
  [KEDA_HTTP_GROUP]: { HTTPScaledObject: 'near' },
  'networking.istio.io': { VirtualService: 'far', ServiceEntry: 'far' },
  'kuma.io': {
    MeshHTTPRoute: 'far',
    MeshTCPRoute: 'far',
    MeshGatewayRoute: 'far',
    TrafficRoute: 'far',
    MeshService: 'near',
  },
  'appmesh.k8s.aws': { VirtualNode: 'far' },
  [KONG_GROUP]: { TCPIngress: 'near', UDPIngress: 'near', KongService: 'far' },
  'traefik.io': {
    IngressRoute: 'far',
    IngressRouteTCP: 'far',
    IngressRouteUDP: 'far',
    TraefikService: 'far',
    Middleware: 'far',
  },
  'cilium.io': {
    CiliumEnvoyConfig: 'far',
    CiliumClusterwideEnvoyConfig: 'far',
    CiliumLocalRedirectPolicy: 'near',
  },
  'argoproj.io': { Rollout: 'near' },
  'flagger.app': { Canary: 'near' },
  'linkerd.io': { ServiceProfile: 'far' },
  'elbv2.k8s.aws': { TargetGroupBinding: 'near' },
  'projectcontour.io': { HTTPProxy: 'near' },
};

/** Groups none of whose kinds sends requests to a Service of an app. */
const SILENT =
  /^(apps|batch|autoscaling|policy|resource\.k8s\.io|(events|coordination|discovery|storage|scheduling|node|certificates|rbac\.authorization|authentication|authorization|admissionregistration|apiregistration|apiextensions|storagemigration|networking\.policy|policy\.networking|snapshot\.storage|autoscaling|([a-z]+\.)?metrics|([a-z]+\.)?apiserver)\.k8s\.io|(acme\.)?cert-manager\.io|(security|telemetry|extensions|install)\.istio\.io|monitoring\.coreos\.com|operator\.victoriametrics\.com|[a-z]+\.toolkit\.fluxcd\.io|external-secrets\.io|secrets-store\.csi\.x-k8s\.io|bitnami\.com|kyverno\.io|wgpolicyk8s\.io|[a-z]+\.gatekeeper\.sh|karpenter\.(sh|k8s\.aws)|velero\.io|(crd\.)?projectcalico\.org)$/;

/** Kinds that send whichever group brings them, beside the routes that are known by name. */
const SENDING =
  /(Route|Routes|RouteTable|Ingress|Split|Splitter|Router|Resolver|Upstream|UpstreamGroup|Proxy|Mapping|VirtualServer|VirtualHost|Redirect)$/;

/** Whether any kind of a group is worth a question. */
export function isSilent(group: string): boolean {
  return SILENT.test(group);
}

/**
 * From where objects of a kind can lead to a Service. Undefined for kinds that lead nowhere; `unknown` where only the
 * kind's schema tells.
 */
export function sendsFrom(group: string, kind: string): From | 'unknown' | undefined {
  if (isSilent(group)) return undefined;
  const known = GROUPS[group];
  if (known !== undefined) return known[kind];
  return ROUTE_KINDS.has(kind) || SENDING.test(kind) ? 'far' : 'unknown';
}

/** Names a schema has where its objects refer to a Service; where anything may be written, that may be, too. */
const REFERENCE =
  /"(svc|(\w+[sS]|s)ervice|services|service(Name|Ref|Selector)s?|(\w+B|b)ackends?|backend(Ref|Service)s?|upstreams?|destinations?|mirrors?|x-kubernetes-preserve-unknown-fields)":/;

/** Whether objects of a kind could name a Service, by its OpenAPI schema. */
export function couldName(schema: unknown): boolean {
  return REFERENCE.test(JSON.stringify(schema) ?? '');
}
