/** Stable alone on the public path: its sign is learnt, the gateway lets the probes through, the checks pass. */
import { CheckFailed, reasonOf } from '../../errors.ts';
import type { Observer } from '../../evidence/probes/observer.ts';
import type { Event } from '../machine.ts';
import { type Running, releasesOf } from '../running.ts';
import { runAllChecks } from '../trial/checks.ts';

/** Milliseconds for the first probes to tell stable's sign, beyond the time they take to be sent. */
const LEARN_WITHIN = 15_000;
/** Answers of the gateway itself, in a row, after which the public path is not what it should be. */
const REFUSED = 5;
const LOOK_EVERY = 50;

/** @throws CheckFailed when the gateway itself refuses the probes, or a check fails that stable should pass */
export async function watch(running: Running): Promise<Event> {
  const { notes } = running;
  const observers = releasesOf(running).map(({ observer }) => observer);
  await untilKnown(running, observers);
  for (const observer of observers) {
    const { failed, good } = observer.window;
    const slip = observer.slip('public path');
    if (slip !== undefined && failed > good)
      notes.warn(
        `${observer.service}: the current version is failing already (${failed} of ${failed + good} probes: ${slip.sentence}); the release goes on to replace it`,
      );
  }
  try {
    await runAllChecks(running, 'before the release');
  } catch (error) {
    const failing = observers.some(({ window }) => window.failed > window.good);
    if (!(error instanceof CheckFailed) || !failing) throw error;
    notes.warn(`${reasonOf(error)}; the current version is failing already, so the release goes on`);
  }
  return { type: 'done' };
}

async function untilKnown({ ports, settings, signal }: Running, observers: readonly Observer[]): Promise<void> {
  const { clock } = ports;
  const started = clock.monotonic();
  while (observers.some((observer) => observer.identifier.wanted() > 0)) {
    signal.throwIfAborted();
    for (const observer of observers) if (observer.refusedInARow >= REFUSED) throw refused(observer);
    if (clock.monotonic() - started > LEARN_WITHIN + (20 / settings.probeRate) * 1000) {
      throw new CheckFailed(
        'the public path gave too few answers before the release',
        'is the gateway reached from the runner at probe-rate?',
      );
    }
    await clock.sleep(LOOK_EVERY, signal);
  }
}

function refused(observer: Observer): CheckFailed {
  const sentence = observer.slip('public path')?.sentence ?? 'no answer';
  return new CheckFailed(
    `a probe of ${observer.service} failed before the release: ${sentence} (nothing was shifted yet: the route, the gateway or the key of the probes is at fault)`,
    adviceFor(sentence),
  );
}

/** What to do about an answer of the gateway's own; empty where nothing is known. */
export function adviceFor(sentence: string): string {
  if (/API rate limit exceeded/.test(sentence))
    return 'give the probes a key of a consumer with a raised limit in probe-headers (manifests/kong/probe-consumer.yaml), or set probe-consumer: temporary';
  if (/No API key found|Unauthorized/.test(sentence))
    return 'give the probes a valid key in probe-headers, or set probe-consumer: temporary';
  return '';
}
