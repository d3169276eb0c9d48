/** What a release has seen so far: small plain JSON, kept in the journal, continued bit for bit by the next run. */
import { isMap } from '../kube/objects.ts';
import { derived } from './design.ts';
import { beginStream, observe, problemOf, type Stream } from './stream.ts';
import { type Design, type Moment, type Source, sources, type Window } from './types.ts';

/** Format of the state. */
const VERSION = 1;

export type Streams = Readonly<Partial<Record<Source, Stream>>>;

export interface State {
  readonly version: typeof VERSION;
  /** Fingerprint of the design: evidence of one design is none under another. */
  readonly design: string;
  readonly services: Readonly<Record<string, Streams>>;
}

/** The state before the first window. */
export function begin(design: Design): State {
  return { version: VERSION, design: derived(design).fingerprint, services: {} };
}

/**
 * The state after these windows, which are all from after those already in it. Windows of another step than the
 * moment's count for nothing.
 * @throws RangeError for windows that cannot be: unknown service or source, broken counts
 * @throws RangeError for a state of another design
 */
export function observeAll(state: State, windows: readonly Window[], design: Design, moment: Moment): State {
  if (state.design !== derived(design).fingerprint) throw new RangeError('verdict: the state is of another design.');
  const services: Record<string, Streams> = { ...state.services };
  let changed = false;
  for (const window of windows) {
    const { service, source } = window;
    const problem = !design.services.includes(service)
      ? 'unknown service'
      : design.sources.includes(source)
        ? problemOf(window)
        : 'source that was not configured';
    if (problem !== undefined) throw new RangeError(`verdict: window of ${service} from ${source}: ${problem}.`);
    if (window.step !== moment.step) continue;
    const before = services[service]?.[source] ?? beginStream(design, source);
    services[service] = { ...services[service], [source]: observe(before, design, window) };
    changed = true;
  }
  return changed ? { version: state.version, design: state.design, services } : state;
}

/** The part of one service, for the journal on its route. */
export function partOf(state: State, service: string): State {
  const streams = state.services[service];
  return { ...state, services: streams === undefined ? {} : { [service]: streams } };
}

/** The state of a release from the parts of its services; parts of another design are left out. */
export function joined(design: Design, parts: readonly State[]): State {
  const fitting = parts.filter((part) => part.design === derived(design).fingerprint);
  const services = Object.fromEntries(fitting.flatMap((part) => Object.entries(part.services)));
  const known = Object.entries(services).filter(([name]) => design.services.includes(name));
  return { ...begin(design), services: Object.fromEntries(known) };
}

/**
 * A state from a journal, or why it is not believed. A journal is untrusted: anyone who may edit the route may edit it,
 * so a state is taken only whole, with numbers in every place a number is computed with.
 */
export function readState(value: unknown, design: Design): { readonly state: State } | { readonly refused: string } {
  if (!isMap(value) || value['version'] !== VERSION) return { refused: 'its format is not known' };
  if (value['design'] !== derived(design).fingerprint) return { refused: 'it was gathered under other settings' };
  const { services } = value;
  if (!isMap(services)) return { refused: 'it names no services' };
  for (const [service, streams] of Object.entries(services)) {
    if (!design.services.includes(service) || !isMap(streams)) return { refused: 'it names an unknown service' };
    for (const [source, stream] of Object.entries(streams)) {
      if (!sources.some((known) => known === source) || !design.sources.includes(source as Source)) {
        return { refused: 'it names an unknown source' };
      }
      if (!sameShape(stream, beginStream(design, source as Source))) return { refused: `${source} is not whole` };
    }
  }
  return { state: value as unknown as State };
}

/** Every member of the model is there and of its kind; lists may have grown; all numbers are finite. */
function sameShape(value: unknown, model: unknown): boolean {
  if (typeof model === 'number') return isFiniteNumber(value);
  if (Array.isArray(model)) {
    if (!Array.isArray(value) || value.length < model.length || value.length > 100) return false;
    return value.every((item, i) => (i < model.length ? sameShape(item, model[i]) : isNumbers(item)));
  }
  if (!isMap(value) || !isMap(model)) return false;
  const extra = Object.keys(value).filter((key) => !Object.hasOwn(model, key));
  return (
    Object.entries(model).every(([key, member]) => sameShape(value[key], member)) &&
    extra.every((key) => Object.hasOwn(OPTIONAL, key) && OPTIONAL[key]?.(value[key]) === true)
  );
}

/** Members a stream gains on the way. */
const OPTIONAL: Readonly<Record<string, (value: unknown) => boolean>> = {
  history: isFiniteNumber,
  latency: (value) => {
    if (!isMap(value)) return false;
    const { bounds, logs, slow, successes, promotion, picked } = value;
    if (!isNumbers(bounds) || !Array.isArray(logs) || !isMap(slow) || !isMap(successes)) return false;
    const size = (bounds as number[]).length;
    return (
      logs.length === size &&
      logs.every(isNumbers) &&
      [slow['stable'], slow['canary']].every((list) => isNumbers(list) && (list as number[]).length === size) &&
      [successes['stable'], successes['canary']].every(isFiniteNumber) &&
      isMap(promotion) &&
      isNumbers(promotion['logs']) &&
      isFiniteNumber(promotion['requests']) &&
      isFiniteNumber(promotion['errors']) &&
      (picked === undefined || (Number.isInteger(picked) && (picked as number) >= 0 && (picked as number) < size))
    );
  },
};

/** A list of at most a hundred numbers; start points that were begun hold one number a relative risk. */
function isNumbers(value: unknown): boolean {
  return Array.isArray(value) && value.length <= 100 && value.length >= 1 && value.every(isFiniteNumber);
}

function isFiniteNumber(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value);
}
