import type { Observer } from '../evidence/probes/observer.ts';
import type { Journal } from '../journal/journal.ts';
import type { Json, KubeObject, ObjectRef } from '../kube/objects.ts';
import type { Backends, Follower, Percent, RouteProvider, Split } from '../routes/types.ts';

/** What writing a route needs to know of the service. */
export interface RouteState {
  readonly service: string;
  /** The route users come in by: the public path proves it. */
  readonly route: ObjectRef;
  /** Routes that move in lockstep with it. */
  readonly followers?: readonly Follower[];
  readonly backends: Backends;
  /** Whether a backend name belongs to this service. */
  readonly isBackend: (name: string) => boolean;
  /** The journal that was on the route when this run was planned: another one is a successor's. */
  readonly planned?: string | undefined;
  /**
   * What this run wrote last; `share` is undefined before the first write. `asked` is the highest share that may be
   * live: it differs from `share` when the API server fell silent while a write was under way.
   */
  state: {
    readonly journal: Journal;
    readonly share: Percent | undefined;
    readonly asked: Percent | undefined;
    readonly text: string | undefined;
  };
}

export interface ServiceRelease extends RouteState {
  readonly versions: { readonly stable: string; readonly canary: string };
  readonly observer: Observer;
  /** Who draws between the versions: {@link Split.by}. */
  readonly by?: Split['by'] | undefined;
  /** Evidence of an earlier run of the same release, as its journal has it: untrusted. */
  readonly kept?: Json | undefined;
}

/** A route as it was after a write, for the word of its controller. */
export interface Written {
  readonly provider: RouteProvider;
  readonly object: KubeObject;
}

export type Advance = Partial<
  Pick<Journal, 'phase' | 'step' | 'weight' | 'history' | 'evidence' | 'versions' | 'backends' | 'snapshot'>
>;

/** What is done about a route that somebody else has changed, and who is told of it. */
export interface OnDrift {
  readonly rule: 'stop' | 'adopt';
  readonly adopted: (release: RouteState, sentence: string) => void;
}
