/** What an object of any kind names: a bounded walk that knows the shapes references are written in, not the kinds. */
import { type KubeObject, strings } from '../../kube/objects.ts';
import { fromLabels, type Selector } from './selectors.ts';

/** One place that names another object. Absent kind: any kind may be meant; absent namespace: the object's own. */
export interface Mention {
  readonly kind?: string;
  readonly name: string;
  readonly namespace?: string;
  /** Where it stands, as in `spec.rules[0].backendRefs[1]`. */
  readonly path: string;
}

export interface Mentions {
  readonly named: readonly Mention[];
  /** Every other text, for objects that name things in a way of their own. */
  readonly texts: ReadonlySet<string>;
  readonly selectors: readonly Selector[];
  /** The object is larger or deeper than what is looked through: it may name anything. */
  readonly cut: boolean;
}

const DEEPEST = 24;
const MOST = 20_000;

/** Keys whose record or text names an object, with its kind; other `…Ref` and `…Name` keys say theirs themselves. */
const KINDS: Readonly<Record<string, string>> = {
  service: 'Service',
  services: 'Service',
  svc: 'Service',
  backend: 'Service',
  backends: 'Service',
  backendRef: 'Service',
  backendRefs: 'Service',
  mirrors: 'Service',
  defaultBackend: 'Service',
  upstreamService: 'Service',
  parentRef: 'Gateway',
  parentRefs: 'Gateway',
  secretName: 'Secret',
  certificateRefs: 'Secret',
  configMapName: 'ConfigMap',
  serviceAccountName: 'ServiceAccount',
};
const ANY_KIND = /^(targetRefs?|scaleTargetRef|extensionRef|sourceRef|workloadRef|mirroring|weighted|ref)$/;
const HOST_KEY = /^(host|hosts|hostname|externalName|fqdn|address|addresses|url|uri|endpoint|endpoints)$/i;
const SELECTOR_KEY = /(selector|matchLabels|podLabels|dataplaneTags)$/i;

/** What was found in an object before: the same object is asked once for everything that is reached. */
const found = new WeakMap<KubeObject, Mentions>();

/** Everything but metadata and status is looked through. */
export function mentionsOf(object: KubeObject): Mentions {
  const before = found.get(object);
  if (before !== undefined) return before;
  const walk = new Walk();
  for (const [key, value] of Object.entries(object)) {
    if (!['apiVersion', 'kind', 'metadata', 'status'].includes(key)) walk.visit(value, key, key, 0);
  }
  found.set(object, walk);
  return walk;
}

/**
 * Service and namespace of an address inside of the cluster: `orders`, `orders.shop`, `orders.shop.svc.cluster.local`,
 * with or without scheme, port and path, and Kuma's `orders_shop_svc_80`. Undefined for what lies elsewhere.
 */
export function serviceOfHost(address: string): { readonly name: string; readonly namespace?: string } | undefined {
  const kuma = /^([a-z0-9-]+)_([a-z0-9-]+)_svc(_\d+)?$/.exec(address);
  if (kuma !== null) return { name: kuma[1] ?? '', namespace: kuma[2] ?? '' };
  const host = address.replace(/^[a-z][a-z0-9+.-]*:\/\/([^@/]*@)?/i, '').split(/[/:?#]/)[0] ?? '';
  const [name = '', namespace, svc] = host.replace(/\.$/, '').split('.');
  if (!/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(name)) return undefined;
  if (namespace === undefined) return { name };
  return svc === undefined || svc === 'svc' ? { name, namespace } : undefined;
}

class Walk implements Mentions {
  readonly named: Mention[] = [];
  readonly texts = new Set<string>();
  readonly selectors: Selector[] = [];
  cut = false;
  #seen = 0;

  visit(value: unknown, key: string, path: string, depth: number): void {
    if (++this.#seen > MOST || depth > DEEPEST) {
      this.cut = true;
      return;
    }
    if (typeof value === 'string') this.#text(value, key, path);
    if (value === null || typeof value !== 'object') return;
    if (Array.isArray(value)) {
      value.forEach((entry, at) => {
        this.visit(entry, key, `${path}[${at}]`, depth + 1);
      });
      return;
    }
    this.#record(value as Record<string, unknown>, key, path);
    for (const [name, entry] of Object.entries(value)) this.visit(entry, name, `${path}.${name}`, depth + 1);
  }

  #text(value: string, key: string, path: string): void {
    this.texts.add(value);
    const kind = kindOf(key);
    // a Service may be written as an address: `service: orders.shop:80`
    if (kind !== undefined && kind !== 'Service' && /^[a-z0-9][-a-z0-9.]*$/.test(value))
      this.named.push({ kind, name: value, path });
    if (kind !== 'Service' && !HOST_KEY.test(key) && !/^[a-z][a-z0-9+.-]*:\/\/|\.svc\b|_svc(_|$)/.test(value)) return;
    const service = serviceOfHost(value);
    if (service !== undefined) this.named.push({ kind: 'Service', ...service, path });
  }

  #record(value: Record<string, unknown>, key: string, path: string): void {
    const { name, kind, namespace } = value;
    const labels = strings(value);
    if (SELECTOR_KEY.test(key) && Object.keys(labels).length > 0) this.selectors.push(fromLabels(labels));
    const display = labels['kuma.io/display-name'];
    if (display !== undefined) {
      const there = labels['k8s.kuma.io/namespace'];
      this.named.push({ kind: 'Service', name: display, ...(there === undefined ? {} : { namespace: there }), path });
    }
    if (typeof value['serviceName'] === 'string' && typeof value['serviceNamespace'] === 'string')
      this.named.push({ kind: 'Service', name: value['serviceName'], namespace: value['serviceNamespace'], path });
    if (typeof name !== 'string') return;
    const meant = typeof kind === 'string' ? kind : kindOf(key);
    if (meant === undefined && !ANY_KIND.test(key)) return;
    this.named.push({
      ...(meant === undefined ? {} : { kind: meant }),
      name,
      ...(typeof namespace === 'string' && namespace !== '' ? { namespace } : {}),
      path,
    });
  }
}

/** `virtualNodeRef` ► VirtualNode, `secretName` ► Secret. */
function kindOf(key: string): string | undefined {
  if (Object.hasOwn(KINDS, key)) return KINDS[key];
  if (ANY_KIND.test(key)) return undefined;
  const [, stem] = /^([a-z]\w*?)(?:Refs?|Names?)$/.exec(key) ?? [];
  return stem === undefined ? undefined : stem.charAt(0).toUpperCase() + stem.slice(1);
}
