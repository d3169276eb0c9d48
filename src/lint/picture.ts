/** What the rules look at: the cluster as it will be once the manifests are applied. */
import { field, groupOf, type KubeObject, list, type ObjectRef, strings, text } from '../kube/objects.ts';
import { identityOf } from '../manifests/parse.ts';
import { KONG, providers, readerOf } from '../routes/index.ts';
import type { RouteProvider, RouteRef } from '../routes/types.ts';

/** `error`: traffic would break or a promise could not be kept, so nothing is written. `warning`: said, and gone on. */
export type Severity = 'error' | 'warning';

export interface Finding {
  readonly severity: Severity;
  /** Short name of the rule, e.g. `annotations-differ`: stable, for tests and documentation. */
  readonly rule: string;
  /** The object to look at first. */
  readonly object: ObjectRef;
  /** What is wrong and what it does to traffic: one or two sentences. */
  readonly problem: string;
  /** Exact YAML or commands. May have several lines. */
  readonly fix: string;
}

/** One service of the release, by the names of its backends (Services). */
export interface ReleasedService {
  readonly service: string;
  readonly stable?: string;
  readonly canary?: string;
}

export interface LintInput {
  readonly namespace: string;
  /** Objects in the cluster: of the namespace, and GatewayClasses, Gateways, ReferenceGrants and consumers of all. */
  readonly live: readonly KubeObject[];
  /** Objects about to be applied, clones included. An HTTPRoute comes as it will be after merging. */
  readonly manifests: readonly KubeObject[];
  readonly services: readonly ReleasedService[];
  /** Names from the input `plugins` that are about to be bound. */
  readonly plugins?: readonly string[];
  /**
   * Kinds that `live` holds completely. Only of these is anything called missing: a run that may not list Secrets must
   * not report every Secret as missing. Absent: all kinds.
   */
  readonly listed?: ReadonlySet<string>;
  /** Class of Kong's Ingresses and consumers. Default `kong`. */
  readonly ingressClass?: string;
  /** Where Kong runs. Default `kong`. */
  readonly kongNamespace?: string;
  /** The provider of the release by name, and the input `mesh-name`; absent: routes of every provider are looked at. */
  readonly mesh?: string;
  readonly meshName?: string;
}

/** A route of the release with the provider that reads it. */
export interface SplitRoute {
  readonly provider: RouteProvider;
  readonly route: RouteRef;
}

/** Looks objects up by kind, namespace and name, and says which of them this run brings. */
export class World {
  readonly input: LintInput;
  readonly ingressClass: string;
  readonly #byIdentity = new Map<string, KubeObject>();
  /** Rules ask for one kind, or one object, again and again; a namespace may hold thousands. */
  readonly #byKind = new Map<string, KubeObject[]>();
  readonly #byName = new Map<string, KubeObject>();
  readonly #brought: ReadonlySet<string>;

  constructor(input: LintInput) {
    this.input = input;
    this.ingressClass = input.ingressClass ?? 'kong';
    for (const object of input.live) this.#byIdentity.set(identityOf(object), object);
    for (const object of input.manifests) {
      const key = identityOf(object);
      this.#byIdentity.set(key, overlay(this.#byIdentity.get(key), object));
    }
    this.#brought = new Set(input.manifests.map(identityOf));
    for (const object of this.#byIdentity.values()) {
      const ofKind = this.#byKind.get(object.kind);
      if (ofKind === undefined) this.#byKind.set(object.kind, [object]);
      else ofKind.push(object);
      // Two groups may have objects of one kind and name: the first is found.
      const key = nameKey(object.kind, object.metadata);
      if (!this.#byName.has(key)) this.#byName.set(key, object);
    }
  }

  all(kind: string): readonly KubeObject[] {
    return this.#byKind.get(kind) ?? [];
  }

  inNamespace(kind: string): KubeObject[] {
    return this.all(kind).filter(({ metadata }) => metadata.namespace === this.input.namespace);
  }

  get(kind: string, namespace: string | undefined, name: string): KubeObject | undefined {
    return this.#byName.get(nameKey(kind, { namespace, name }));
  }

  /** Whether the absence of an object of this kind is known, not merely unseen. */
  knows(kind: string): boolean {
    return this.input.listed?.has(kind) ?? true;
  }

  /** Whether this run applies the object: what it brings must be right, what it finds may be somebody else's. */
  brings(object: KubeObject): boolean {
    return this.#brought.has(identityOf(object));
  }

  /** Errors for what this run brings, warnings for what was there. */
  severityFor(object: KubeObject): Severity {
    return this.brings(object) ? 'error' : 'warning';
  }

  /** Stable and canary Service of each released service, as far as they exist. */
  backends(): { readonly released: ReleasedService; readonly stable?: KubeObject; readonly canary?: KubeObject }[] {
    const { namespace } = this.input;
    const service = (name: string | undefined) =>
      name === undefined ? undefined : this.get('Service', namespace, name);
    return this.input.services.map((released) => {
      const stable = service(released.stable);
      const canary = service(released.canary);
      return { released, ...(stable === undefined ? {} : { stable }), ...(canary === undefined ? {} : { canary }) };
    });
  }

  /** Objects of a kind that another group has as well: both Istio and App Mesh call something VirtualService. */
  ofGroup(group: string, kind: string): KubeObject[] {
    return this.all(kind).filter(({ apiVersion }) => groupOf(apiVersion) === group);
  }

  /** Routes of every provider that send to the released services, versions or the service itself; lanes are left out. */
  splitRoutes(): SplitRoute[] {
    const { mesh, namespace, services } = this.input;
    return providers
      .filter(({ facts, entry }) => mesh === undefined || facts.name === mesh || entry !== undefined)
      .flatMap((provider) =>
        this.ofGroup(groupOf(provider.facts.resource.apiVersion), provider.facts.resource.kind)
          .filter((object) => object.metadata.namespace === namespace && !isOwn(object))
          .flatMap((object) =>
            services.flatMap(({ service, stable, canary }) =>
              provider.weights
                .findAll([object], service, (name) => name === service || name === stable || name === canary)
                .map((route) => ({ provider, route })),
            ),
          ),
      );
  }

  /** Routes that Kong's Gateways take. */
  gatewayRoutes(): KubeObject[] {
    return [...this.#byIdentity.values()].filter((object) => readerOf(object)?.entry?.servedBy === KONG);
  }

  /** Those of them that send to a backend of the release; this tool's own lanes are left out. */
  routes(): KubeObject[] {
    const names = new Set(this.input.services.flatMap(({ stable, canary }) => [stable, canary]).filter(isText));
    return this.gatewayRoutes().filter(
      (route) =>
        !isOwn(route) &&
        backendRefs(route).some(
          (ref) => ref.kind === 'Service' && ref.namespace === this.input.namespace && names.has(ref.name),
        ),
    );
  }

  /** Whether a route is served by Kong: one of its Gateways has a class of Kong's controllers. */
  isKongs(route: KubeObject): boolean {
    return parentRefs(route).some((parent) => {
      if (parent.kind !== 'Gateway') return false;
      const gateway = this.get('Gateway', parent.namespace, parent.name);
      const className = text(gateway, 'spec', 'gatewayClassName');
      const controller = text(this.get('GatewayClass', undefined, className), 'spec', 'controllerName');
      return controller === '' ? className === 'kong' : controller.startsWith('konghq.com/');
    });
  }
}

function nameKey(kind: string, { namespace = '', name }: { namespace?: string | undefined; name: string }): string {
  return `${kind}/${namespace}/${name}`;
}

export interface Reference {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly sectionName?: string;
  readonly port?: number;
  readonly weight: number;
  readonly raw: unknown;
}

/** Parents of a route, with the API's defaults filled in. */
export function parentRefs(route: KubeObject): Reference[] {
  return list(route, 'spec', 'parentRefs').map((ref) => reference(ref, route, 'Gateway'));
}

/** Backends of all rules of a route, with the API's defaults filled in. */
export function backendRefs(route: KubeObject): Reference[] {
  return list(route, 'spec', 'rules').flatMap((rule) =>
    list(rule, 'backendRefs').map((ref) => reference(ref, route, 'Service')),
  );
}

function reference(ref: unknown, route: KubeObject, kind: string): Reference {
  const sectionName = text(ref, 'sectionName');
  const port = field(ref, 'port');
  const weight = field(ref, 'weight');
  return {
    kind: text(ref, 'kind') || kind,
    namespace: text(ref, 'namespace') || (route.metadata.namespace ?? 'default'),
    name: text(ref, 'name'),
    ...(sectionName === '' ? {} : { sectionName }),
    ...(typeof port === 'number' ? { port } : {}),
    weight: typeof weight === 'number' ? weight : 1,
    raw: ref,
  };
}

/** Objects this tool made for itself (lanes, proofs, previews). */
export function isOwn(object: KubeObject): boolean {
  return Object.keys(object.metadata.labels ?? {}).some((label) => label.startsWith('mesh-canary.dev/'));
}

/**
 * A manifest over a live object as server-side apply leaves it, nearly: spec from the manifest, labels and annotations
 * of both. (Annotations that the manifest once set and dropped go too; that is seen when lint runs on what was applied.)
 */
function overlay(live: KubeObject | undefined, manifest: KubeObject): KubeObject {
  if (live === undefined) return manifest;
  const labels = { ...strings(live, 'metadata', 'labels'), ...strings(manifest, 'metadata', 'labels') };
  const annotations = { ...strings(live, 'metadata', 'annotations'), ...strings(manifest, 'metadata', 'annotations') };
  return { ...live, ...manifest, metadata: { ...live.metadata, ...manifest.metadata, labels, annotations } };
}

/** A value as one argument of a POSIX shell, for commands in a fix. */
export function shellWord(value: string): string {
  return /^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;
}

function isText(value: string | undefined): value is string {
  return value !== undefined && value !== '';
}
