/** Reads the sources of users' requests beside the release, so that no look at the probes waits for them. */
import type { Clock } from '../../ports.ts';
import { type Look, look, type Stretch, type UserSource } from './sources.ts';

export interface ReadingOptions {
  readonly clock: Clock;
  /** Milliseconds between two readings. */
  readonly every: number;
  readonly signal: AbortSignal;
  readonly stretch: (service: string) => Stretch | undefined;
  /** Whether users' counts prove the split: then windows that miss a pod are left out. */
  readonly splitFromUsers: () => boolean;
}

export interface UserReading {
  /** What was read since the last call. */
  take(): readonly Look[];
  stop(): Promise<void>;
}

/** Reads at once, then again and again; the first reading is where counting begins. */
export function readUsers(sources: readonly UserSource[], options: ReadingOptions): UserReading {
  const { clock, every } = options;
  const stopped = new AbortController();
  const signal = AbortSignal.any([options.signal, stopped.signal]);
  let looks: Look[] = [];
  const loop = async () => {
    while (!signal.aborted) {
      const started = clock.monotonic();
      // Awaited before the list is named: `take` may have put another in its place meanwhile.
      const seen = await look(sources, options.stretch, options.splitFromUsers());
      looks.push(seen);
      await clock.sleep(Math.max(0, every - (clock.monotonic() - started)), signal);
    }
  };
  const done = sources.length === 0 ? Promise.resolve() : loop();
  let failure: unknown;
  done.catch((error: unknown) => {
    if (!signal.aborted) failure = error;
  });
  return {
    take: () => {
      if (failure !== undefined) throw failure;
      const taken = looks;
      looks = [];
      return taken;
    },
    stop: async () => {
      stopped.abort(new Error('reading ended'));
      await done.catch(() => undefined);
    },
  };
}
