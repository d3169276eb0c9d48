/**
 * The order of events of a release as a pure reducer: what is done next follows from the state alone, and the state from
 * what was reported of the last thing done. Nothing here knows the cluster, the clock or the evidence; a test explores
 * every path through it, with a crash and a new run after each.
 */

/** What is to be done now; each is done by one file of `steps/`. */
export type Effect =
  /** Stable alone is watched on the public path: its sign is learnt, the checks pass. */
  | 'watch'
  /** Every canary beside its stable version at weight 0. */
  | 'attach'
  | 'lanes'
  /** Probes on the lanes that count for nothing; both signs are learnt. */
  | 'warm-up'
  | 'pre-flight'
  /** Enough ready pods on both sides for the next weight. */
  | 'prepare'
  /** The weight of all services, in lockstep. */
  | 'shift'
  /** The public path shows the weight that was set. */
  | 'prove'
  /** Evidence until a verdict. */
  | 'observe'
  | 'bake'
  /** The service's own objects become the new version while no request goes there; then the route goes back to them. */
  | 'settle'
  /** The journal says how it ended; lanes are closed. From here on nothing is returned any more. */
  | 'conclude'
  | 'retire'
  /** All weight back to stable, proved. */
  | 'return'
  /** What was applied for this release is taken back. */
  | 'undo'
  /** Settling was cut short: the traffic stays where it is proved, and the next run goes on. */
  | 'unsettled'
  /** The journal says that the release holds where it is, although it is not done. */
  | 'hold';

/**
 * `rolled-back`: the canary was judged worse, or had traffic and has none any more. `failed`: it never had any, or the
 * return itself failed. `held`: left at its weight on purpose (`on-cancel`, `on-inconclusive`). `unsettled`: the new version
 * has all requests, under the name of its copy.
 */
export type End = 'promoted' | 'holding' | 'held' | 'unsettled' | 'rolled-back' | 'failed';

/** What is fixed for the whole run. */
export interface Course {
  /** How many weights there are. */
  readonly steps: number;
  /** The first one to shift to: above 0 where a release goes on that was begun earlier. */
  readonly from: number;
  /** Whether the last weight is all of the traffic. */
  readonly full: boolean;
  readonly preFlight: boolean;
  readonly bake: boolean;
  readonly retire: boolean;
  /** Whether the new version takes the name of the service after the last weight; `only`: all that is left to do. */
  readonly settle: boolean | 'only';
  readonly onInconclusive: 'rollback' | 'hold';
  readonly onCancel: 'rollback' | 'hold';
}

export interface State {
  readonly course: Course;
  /** Undefined when all is done; then `end` is set. */
  readonly effect: Effect | undefined;
  /** Place of the weight under way in the plan. */
  readonly step: number;
  /** Whether a route may have been written by this release. */
  readonly touched: boolean;
  /** Whether the canary may have, or have had, traffic. */
  readonly moved: boolean;
  /** Whether the evidence spoke against the canary. */
  readonly judged: boolean;
  /** Whether every weight is back; undefined before a return. */
  readonly back: boolean | undefined;
  readonly end: End | undefined;
}

export type Event =
  | { readonly type: 'done' }
  | { readonly type: 'verdict'; readonly verdict: 'promote' | 'rollback' | 'inconclusive' }
  /** It could not be done, or the run must stop: a check, a drift, a lost lock, the total time. */
  | { readonly type: 'failed' }
  /** SIGINT or SIGTERM. */
  | { readonly type: 'cancelled' }
  /** Of `return`: whether every weight is back. */
  | { readonly type: 'returned'; readonly back: boolean };

/** @param moved whether the canary has traffic already, from an earlier run of the same release */
export function begin(course: Course, moved: boolean): State {
  return {
    course,
    effect: course.settle === 'only' ? 'settle' : 'watch',
    step: course.from,
    touched: moved,
    moved,
    judged: false,
    back: undefined,
    end: undefined,
  };
}

/** The state after an event. Events that the effect under way cannot cause are treated as its failure. */
export function reduce(state: State, event: Event): State {
  const { course, effect } = state;
  if (effect === undefined) return state;
  if (effect === 'return') return go({ ...state, back: event.type === 'returned' && event.back }, 'undo');
  if (effect === 'undo') return ended(state, givenUp(state));
  if (effect === 'retire') return ended(state, 'promoted');
  if (effect === 'unsettled') return ended(state, 'unsettled');
  // What serves has passed every weight: there is nothing to return from.
  if (effect === 'settle') return go(state, event.type === 'done' ? 'conclude' : 'unsettled');
  if (effect === 'conclude' && afterWeights(course) === 'settle' && event.type !== 'done')
    return go(state, 'unsettled');
  if (effect === 'hold') return event.type === 'done' ? ended(state, 'held') : go(state, 'return');
  if (event.type === 'cancelled') return go(state, state.moved && course.onCancel === 'hold' ? 'hold' : 'return');
  if (event.type === 'verdict') return afterVerdict(state, event.verdict);
  if (event.type !== 'done') return go(state, 'return');
  return afterDone(state, effect);
}

function afterVerdict(state: State, verdict: 'promote' | 'rollback' | 'inconclusive'): State {
  const { course, effect } = state;
  if (verdict === 'rollback') return go({ ...state, judged: true }, 'return');
  if (verdict === 'inconclusive') return go(state, state.moved && course.onInconclusive === 'hold' ? 'hold' : 'return');
  if (effect !== 'pre-flight' && effect !== 'observe') return go(state, 'return');
  return afterDone(state, effect);
}

function afterDone(state: State, effect: Effect): State {
  const { course } = state;
  switch (effect) {
    case 'watch':
      return go({ ...state, touched: true }, 'attach');
    case 'attach':
      return go(state, 'lanes');
    case 'lanes':
      return go(state, 'warm-up');
    case 'warm-up':
      return go(state, course.preFlight ? 'pre-flight' : 'prepare');
    case 'pre-flight':
      return go(state, 'prepare');
    case 'prepare':
      return go({ ...state, moved: true }, 'shift');
    case 'shift':
      return go(state, 'prove');
    case 'prove':
      return go(state, 'observe');
    case 'observe':
      if (state.step + 1 < course.steps) return go({ ...state, step: state.step + 1 }, 'prepare');
      return go(state, course.bake ? 'bake' : afterWeights(course));
    case 'bake':
      return go(state, afterWeights(course));
    case 'conclude':
      if (!course.full) return ended(state, 'holding');
      return course.retire ? go(state, 'retire') : ended(state, 'promoted');
    default:
      return go(state, 'return');
  }
}

function afterWeights({ full, settle }: Course): Effect {
  return full && settle !== false ? 'settle' : 'conclude';
}

/** A weight that could not be returned is no rollback, whatever the verdict was. */
function givenUp({ back, moved, judged }: State): End {
  return back === true && (moved || judged) ? 'rolled-back' : 'failed';
}

function go(state: State, effect: Effect): State {
  return { ...state, effect };
}

function ended(state: State, end: End): State {
  return { ...state, effect: undefined, end };
}
