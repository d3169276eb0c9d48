/** What the lint knows of one provider: its rules, the kinds they look at, and what a split by its proxies leans on. */
import type { KubeObject } from '../../kube/objects.ts';
import type { RouteRef } from '../../routes/types.ts';
import type { Finding, SplitRoute, World } from '../picture.ts';

export interface MeshLint {
  /** Kinds to be read beside the provider's own. `all`: of every namespace where allowed, else that of the release. */
  readonly reads?: readonly {
    readonly apiVersion: string;
    readonly kind: string;
    readonly scope: 'namespace' | 'all';
  }[];
  /** Findings about one route that sends to the released services. */
  route?(world: World, split: SplitRoute): Finding[];
  /** Findings about the provider's objects, whatever the release sends to. */
  objects?(world: World): Finding[];
  /** Objects of the past, with what takes their place. */
  past?(world: World): Finding[];
  /** Hosts by which the proxies know requests for the Service; absent where they go by address and port. */
  hosts?(world: World, route: RouteRef, apex: KubeObject): readonly string[];
  /** What a namespace must carry so that its pods get a proxy: the label, and whether it is there. */
  readonly injection?: {
    label(route: RouteRef): string;
    has(labels: Readonly<Record<string, string>>): boolean;
  };
}
