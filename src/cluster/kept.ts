/** A watch that stays open over a release: what every step looks at is known already, and a wait on it asks for nothing. */
import type { Clock } from '../ports.ts';
import type { Cluster } from './cluster.ts';
import type { WatchOptions, WatchTarget, World } from './watch.ts';
import { follow, isTakenUp, PAUSE, watchUntil } from './watch.ts';

export class Kept {
  readonly #closed = new AbortController();
  readonly #done: Promise<void>;
  readonly #waiting = new Set<() => void>();
  #world: World | undefined;
  /** Why there will be no more, once that is so. */
  #ended: { readonly why: unknown } | undefined;

  /** Opens the watch. @param cluster the watch ends with its signal */
  constructor(cluster: Cluster, target: WatchTarget, clock: Clock) {
    const signal = AbortSignal.any([this.#closed.signal, ...(cluster.signal ? [cluster.signal] : [])]);
    this.#done = this.#keep(cluster.under(signal), target, clock, signal).catch((why: unknown) => {
      this.#ended = { why };
      this.#tell(undefined);
    });
  }

  /** The objects as they are now; undefined while the watch is not open: what was missed meanwhile is not known. */
  get world(): World | undefined {
    return this.#world;
  }

  /**
   * Asks `decide` now and after every change; its first answer other than undefined is returned.
   * @returns undefined when the time ran out first
   * @throws whatever `decide` throws, the signal's reason, and what ended the watch for good
   */
  until<T>(
    decide: (world: World) => T | undefined,
    { clock, timeout }: WatchOptions,
    signal?: AbortSignal,
  ): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
      const answered = new AbortController();
      const settle = (answer: () => void) => {
        this.#waiting.delete(look);
        signal?.removeEventListener('abort', look);
        answered.abort();
        answer();
      };
      const look = () => {
        try {
          signal?.throwIfAborted();
          if (this.#ended !== undefined) throw this.#ended.why;
          const decided = this.#world && decide(this.#world);
          if (decided !== undefined) settle(() => resolve(decided));
        } catch (error) {
          settle(() => reject(error));
        }
      };
      this.#waiting.add(look);
      signal?.addEventListener('abort', look, { once: true });
      clock.sleep(Math.max(1, timeout), answered.signal).then(
        () => settle(() => resolve(undefined)),
        () => undefined,
      );
      look();
    });
  }

  async close(): Promise<void> {
    this.#closed.abort(new Error('the watch is not needed any more'));
    await this.#done;
  }

  async #keep(cluster: Cluster, target: WatchTarget, clock: Clock, signal: AbortSignal): Promise<never> {
    for (;;) {
      try {
        for await (const world of follow(cluster, target, signal)) this.#tell(world);
      } catch (error) {
        signal.throwIfAborted();
        if (!isTakenUp(error)) throw error;
        this.#tell(undefined);
        await clock.sleep(PAUSE.failed, signal);
      }
      this.#tell(undefined);
      await clock.sleep(PAUSE.ended, signal);
    }
  }

  #tell(world: World | undefined): void {
    this.#world = world;
    for (const look of this.#waiting) look();
  }
}

/**
 * As {@link watchUntil}, without a request where a watch is kept that has seen what is looked for: `holds` says so. An
 * object that is missing there may have been made a moment ago.
 */
export function untilKept<T>(
  kept: Kept | undefined,
  holds: (world: World) => boolean,
  cluster: Cluster,
  target: WatchTarget,
  decide: (world: World) => T | undefined,
  options: WatchOptions,
): Promise<T | undefined> {
  return kept?.world !== undefined && holds(kept.world)
    ? kept.until(decide, options, cluster.signal)
    : watchUntil(cluster, target, decide, options);
}
