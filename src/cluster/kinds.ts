/** The kinds a cluster serves, discovered once for each API group version, and where their objects are. */
import { ClusterError } from '../errors.ts';
import { GATEWAY_GROUP } from '../kube/names.ts';
import type { ObjectRef } from '../kube/objects.ts';
import { field, groupOf, list, text } from '../kube/objects.ts';
import { ApiError } from './connection/transport.ts';

export interface ResourceKind {
  readonly apiVersion: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

/** Reads one path of the API server. */
type Read = (path: string) => Promise<unknown>;

export class Kinds {
  readonly #read: Read;
  /** Shared by every view of a connection. */
  readonly #known: Map<string, readonly ResourceKind[]>;
  /** Discoveries under way. Not shared: one that is aborted with its view must not fail the others. */
  readonly #asking = new Map<string, Promise<readonly ResourceKind[]>>();

  constructor(read: Read, known: Map<string, readonly ResourceKind[]> = new Map()) {
    this.#read = read;
    this.#known = known;
  }

  /** The same knowledge, asked for by another view of the connection. */
  readBy(read: Read): Kinds {
    return new Kinds(read, this.#known);
  }

  /** The kinds an API group version serves; empty when the cluster does not have it. */
  async in(apiVersion: string): Promise<readonly ResourceKind[]> {
    const known = this.#known.get(apiVersion);
    if (known !== undefined) return known;
    const asking = this.#asking.get(apiVersion) ?? this.#discover(apiVersion);
    this.#asking.set(apiVersion, asking);
    try {
      const found = await asking;
      this.#known.set(apiVersion, found);
      return found;
    } finally {
      this.#asking.delete(apiVersion);
    }
  }

  /** The kind, or undefined when the cluster does not serve it. */
  async find(apiVersion: string, kind: string): Promise<ResourceKind | undefined> {
    return (await this.in(apiVersion)).find((entry) => entry.kind === kind);
  }

  /** @throws ClusterError when the cluster does not serve the kind. */
  async get(apiVersion: string, kind: string): Promise<ResourceKind> {
    const found = await this.find(apiVersion, kind);
    if (found) return found;
    throw new ClusterError(
      `the cluster does not serve ${kind} (${apiVersion})`,
      groupOf(apiVersion) === GATEWAY_GROUP
        ? 'install the Gateway API definitions: kubectl apply --server-side -f https://github.com/kubernetes-sigs/gateway-api/releases/download/v1.3.0/standard-install.yaml'
        : `install the definitions of ${groupOf(apiVersion) || 'the core group'}, or correct the manifest`,
    );
  }

  /** @throws ClusterError when the cluster does not serve the kind. */
  async pathOf(ref: ObjectRef): Promise<string> {
    const kind = await this.get(ref.apiVersion, ref.kind);
    return `${collectionPath(kind, kind.namespaced ? (ref.namespace ?? 'default') : undefined)}/${encodeURIComponent(ref.name)}`;
  }

  /** The API groups the cluster serves beside the core one, each by its versions, the preferred one first. */
  async groups(): Promise<readonly (readonly string[])[]> {
    const answer = await this.#read('/apis');
    // Newer API servers may answer with every group's kinds at once (KEP-3352).
    const aggregated = list(answer, 'items').map((group) =>
      list(group, 'versions').map((version) => `${text(group, 'metadata', 'name')}/${text(version, 'version')}`),
    );
    const plain = list(answer, 'groups').map((group) => {
      const versions = list(group, 'versions').map((version) => text(version, 'groupVersion'));
      return [...new Set([text(group, 'preferredVersion', 'groupVersion'), ...versions])].filter(Boolean);
    });
    return [...aggregated, ...plain];
  }

  /** Forgets what the cluster serves: after definitions were installed. */
  forget(): void {
    this.#known.clear();
  }

  async #discover(apiVersion: string): Promise<readonly ResourceKind[]> {
    const path = groupOf(apiVersion) === '' ? `/api/${apiVersion}` : `/apis/${apiVersion}`;
    try {
      return list(await this.#read(path), 'resources')
        .map((entry) => ({
          apiVersion,
          kind: text(entry, 'kind'),
          plural: text(entry, 'name'),
          namespaced: field(entry, 'namespaced') === true,
        }))
        .filter((entry) => !entry.plural.includes('/'));
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return [];
      throw error;
    }
  }
}

/** Where the objects of a kind are listed. */
export function collectionPath(kind: ResourceKind, namespace: string | undefined): string {
  const base = groupOf(kind.apiVersion) === '' ? `/api/${kind.apiVersion}` : `/apis/${kind.apiVersion}`;
  return kind.namespaced && namespace !== undefined
    ? `${base}/namespaces/${encodeURIComponent(namespace)}/${kind.plural}`
    : `${base}/${kind.plural}`;
}
