import fs from 'node:fs';

/** What the DJ app does to one request instead of answering it well. */
export type Fault =
  | { readonly kind: 'none' }
  | { readonly kind: 'error'; readonly status: number }
  | { readonly kind: 'close' }
  | { readonly kind: 'crash' };

export interface FaultPlan {
  readonly errorRate: number;
  readonly closeRate: number;
  readonly status: number;
  /** Methods that suffer, in upper case; empty for all. */
  readonly methods: ReadonlySet<string>;
  readonly latencyMs: number;
  readonly afterRequests: number;
  /** Faults come only while this file exists: a switch that a test turns on and off while the app runs. */
  readonly whenFile: string | undefined;
  readonly ping: boolean;
  /** Methods whose requests end the program, in upper case. */
  readonly crashMethods: ReadonlySet<string>;
  readonly crashOnStart: boolean;
  readonly crashAfterMs: number | undefined;
  readonly seed: number | undefined;
}

/** Faults that an image tag stands for, as the environment variables that would cause them. */
const TAG_FAULTS: readonly { readonly tag: RegExp; readonly env: Readonly<Record<string, string>> }[] = [
  { tag: /:v3-broken$/, env: { FAULT_ERROR_RATE: '0.3' } },
  { tag: /:crash$/, env: { FAULT_CRASH_ON_START: 'true' } },
  { tag: /:never-ready$/, env: { FAULT_PING: 'true' } },
];

/**
 * Reads `FAULT_*` of the container over what the image's tag stands for (see the README beside this file).
 * Throws for a value that is not understood: a fault that silently does nothing makes a test pass for the wrong reason.
 */
export function faultPlan(env: Readonly<Record<string, string>>, image: string): FaultPlan {
  const all = { ...TAG_FAULTS.find(({ tag }) => tag.test(image))?.env, ...env };
  const number = (name: string, fallback: number, highest = Number.POSITIVE_INFINITY): number => {
    const text = all[name];
    const value = text === undefined || text === '' ? fallback : Number(text);
    if (Number.isNaN(value) || value < 0 || value > highest)
      throw new Error(`${name}=${text} is not a number the DJ app understands`);
    return value;
  };
  const flag = (name: string): boolean => ['true', '1'].includes((all[name] ?? '').toLowerCase());
  const optional = (name: string): number | undefined => (all[name] ? number(name, 0) : undefined);
  const methods = (name: string): ReadonlySet<string> => {
    const given = (all[name] ?? '').split(',').map((method) => method.trim().toUpperCase());
    return new Set(given.filter((method) => method !== ''));
  };
  return {
    errorRate: number('FAULT_ERROR_RATE', 0, 1),
    closeRate: number('FAULT_CLOSE_RATE', 0, 1),
    status: number('FAULT_STATUS', 500, 599),
    methods: methods('FAULT_METHODS'),
    latencyMs: number('FAULT_LATENCY_MS', 0),
    afterRequests: number('FAULT_AFTER_REQUESTS', 0),
    whenFile: all['FAULT_WHEN_FILE'] || undefined,
    ping: flag('FAULT_PING'),
    crashMethods: methods('FAULT_CRASH_METHODS'),
    crashOnStart: flag('FAULT_CRASH_ON_START'),
    crashAfterMs: optional('FAULT_CRASH_AFTER_MS'),
    seed: optional('FAULT_SEED'),
  };
}

/** Decides request by request; with a seed the decisions are the same in every run. */
export class FaultSource {
  readonly #plan: FaultPlan;
  readonly #random: () => number;
  #seen = 0;

  constructor(plan: FaultPlan) {
    this.#plan = plan;
    this.#random = plan.seed === undefined ? Math.random : seeded(plan.seed);
  }

  /** The fault of the next request and how much later its answer comes, in milliseconds. */
  next(method: string): { readonly fault: Fault; readonly latencyMs: number } {
    const { methods, crashMethods, whenFile, afterRequests, errorRate, closeRate, status, latencyMs } = this.#plan;
    if (crashMethods.has(method)) return { fault: { kind: 'crash' }, latencyMs: 0 };
    if (methods.size > 0 && !methods.has(method)) return { fault: { kind: 'none' }, latencyMs: 0 };
    if (whenFile !== undefined && !fs.existsSync(whenFile)) return { fault: { kind: 'none' }, latencyMs: 0 };
    this.#seen += 1;
    const draw = this.#random();
    if (this.#seen <= afterRequests) return { fault: { kind: 'none' }, latencyMs: 0 };
    if (draw < closeRate) return { fault: { kind: 'close' }, latencyMs };
    if (draw < closeRate + errorRate) return { fault: { kind: 'error', status }, latencyMs };
    return { fault: { kind: 'none' }, latencyMs };
  }
}

/** mulberry32: a 32-bit generator by Tommy Ettinger, public domain; good enough to spread faults evenly. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
