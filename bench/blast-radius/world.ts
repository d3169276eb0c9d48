/** The world all rules are measured in: Poisson requests, independent errors, a random split, no delay for anybody. */
import { poisson, type Random } from '../chance.ts';

export interface World {
  /** Users' requests a second. */
  readonly rate: number;
  /** Error shares of the current and the new version. */
  readonly p0: number;
  readonly p1: number;
}

/** How one release went. Seconds from the first weight, or from pre-flight where there is one. */
export interface Outcome {
  readonly end: 'returned' | 'promoted' | 'undecided';
  readonly seconds: number;
  /** Users' requests that failed on the new version until the end. */
  readonly failing: number;
  /** The same within the first hour, in which a promoted version goes on to serve everybody. */
  readonly firstHour: number;
}

export type Rule = (world: World, random: Random) => Outcome;

export const HOUR = 3600;

export interface Count {
  readonly requests: number;
  readonly errors: number;
}

/** Requests of one version in so many seconds. */
export function requests(random: Random, mean: number, errorShare: number): Count {
  const errors = poisson(random, mean * errorShare);
  return { requests: errors + poisson(random, mean * (1 - errorShare)), errors };
}

export function outcome(
  world: World,
  random: Random,
  end: Outcome['end'],
  seconds: number,
  failing: number,
  inFirstHour = failing,
): Outcome {
  const left = end === 'promoted' ? Math.max(0, HOUR - seconds) : 0;
  return { end, seconds, failing, firstHour: inFirstHour + poisson(random, world.rate * world.p1 * left) };
}

/** What a rule that looks back over the canary's counts sees: bins of five seconds. */
export class CanaryHistory {
  readonly #bins: Count[] = [];
  readonly #world: World;
  readonly #random: Random;
  failing = 0;
  firstHour = 0;

  constructor(world: World, random: Random) {
    this.#world = world;
    this.#random = random;
  }

  /** Lets so many seconds pass, a multiple of five, at a weight. */
  pass(weight: number, seconds: number): void {
    for (let i = 0; i < seconds; i += 5) {
      const bin = requests(this.#random, this.#world.rate * weight * 5, this.#world.p1);
      if (this.#bins.length * 5 < HOUR) this.firstHour += bin.errors;
      this.#bins.push(bin);
      this.failing += bin.errors;
    }
  }

  /** Counts of the last so many seconds. */
  last(seconds: number): Count {
    let [total, errors] = [0, 0];
    for (const bin of this.#bins.slice(-seconds / 5)) {
      total += bin.requests;
      errors += bin.errors;
    }
    return { requests: total, errors };
  }
}

export const number = (value: number) => (value >= 100 ? value.toFixed(0) : value.toPrecision(2));
export const percent = (share: number) => `${Number((100 * share).toFixed(2))} %`;
