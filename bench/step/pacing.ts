/** Row 3: whether probes leave when they are due, also while the gateway stalls, by the clock of the one who gets them. */
import { once } from 'node:events';
import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { startProbes } from '../../src/evidence/probes/probes.ts';
import { createHttpClient } from '../../src/http/client.ts';
import { systemClock, systemPorts } from '../../src/ports.ts';
import type { Arrivals, Stall } from './gateway.ts';
import { NUMBER, sharedNow } from './gateway.ts';
import type { Row } from './rows.ts';
import { quantile, say } from './rows.ts';

const RATE = 200;
const INTERVAL = 1000 / RATE;
const WITHIN = 5;
/** The gateway answers nothing for two seconds. */
const STALL: Stall = { from: 3_000, for: 2_000 };
/** From here on an answer shows the stall. */
const SLOW = 100;

/** One stretch of probes. */
interface Stretch {
  /** Milliseconds each request arrived behind its time; Infinity for one that was left out. */
  readonly late: readonly number[];
  readonly leftOut: number;
  /** Milliseconds of each answer, as the client counted them. */
  readonly answers: readonly number[];
}

type Loop = (url: string, seconds: number, due: (at: number) => number) => Promise<readonly number[]>;

export async function pacing(seconds: number): Promise<Row> {
  say(`\nprobes at ${RATE}/s, ${seconds} s each: late at the gateway, p50 and p99; left out; answers over ${SLOW} ms`);
  const bare = await stretch('a bare timer', timer, seconds);
  const calm = await stretch('ours', ours, seconds);
  const stalled = await stretch('ours, gateway stalls 2 s', ours, seconds, STALL);
  const closed = await stretch('one after the other, gateway stalls 2 s', oneByOne, seconds, STALL);
  const slow = ({ answers }: Stretch) => answers.filter((ms) => ms > SLOW).length;
  // Whoever waits for an answer before the next request meets a stall once.
  const stall = (RATE * (STALL.for - SLOW)) / 1000;
  const honest = slow(stalled) >= 0.95 * stall;
  const worst = Math.max(quantile(calm.late, 0.99), quantile(stalled.late, 0.99));
  return {
    what: `probes at ${RATE}/s, p99 behind schedule; also while the gateway stalls`,
    target: `≤ ${WITHIN} ms, no coordinated omission`,
    measured: `${shown(calm)}; stalled ${shown(stalled)}, ${slow(stalled)} of ${Math.round(stall)} answers show it`,
    yardstick: `${shown(bare)} by a bare timer; one after the other ${slow(closed)} answers show it`,
    met: worst <= WITHIN && honest,
  };
}

const shown = ({ late }: Stretch) => `${quantile(late, 0.99).toFixed(1)} ms`;

async function stretch(name: string, loop: Loop, seconds: number, stall?: Stall): Promise<Stretch> {
  const gateway = new Worker(new URL('./gateway.js', import.meta.url), { workerData: { stall } });
  try {
    const [port] = (await once(gateway, 'message')) as [number];
    const schedule = new Schedule();
    const answers = await loop(`http://127.0.0.1:${port}/`, seconds, (at) => schedule.next(at));
    gateway.postMessage('report');
    const [arrivals] = (await once(gateway, 'message')) as [Arrivals];
    const found = { late: schedule.lateness(arrivals), leftOut: schedule.leftOut, answers };
    const p50 = quantile(found.late, 0.5).toFixed(1);
    const slow = answers.filter((ms) => ms > SLOW).length;
    say(`  ${name}: ${p50} and ${shown(found)}; ${found.leftOut} of ${found.late.length}; ${slow}`);
    return found;
  } finally {
    await gateway.terminate();
  }
}

/**
 * When each request is due: one in every interval, at a moment of chance in it. What was missed is left out, and the next
 * comes an interval later (src/evidence/probes/schedule.ts); here it counts as late for ever.
 */
class Schedule {
  readonly #due: number[] = [];
  readonly #offset = sharedNow() - performance.now();
  #slot: number | undefined;
  leftOut = 0;

  /** The next request is looked at `at`. @returns where in its interval it is due, in [0, 1) */
  next(at: number): number {
    const chance = Math.random();
    let slot = this.#slot === undefined ? at : this.#slot + INTERVAL;
    if (slot + INTERVAL < at) {
      this.leftOut += Math.floor((at + INTERVAL - slot) / INTERVAL);
      slot = at + INTERVAL;
    }
    this.#slot = slot;
    this.#due.push(slot + chance * INTERVAL);
    return chance;
  }

  lateness(arrivals: Arrivals): readonly number[] {
    const late = this.#due.flatMap((due, number) => {
      const arrived = arrivals.get(number);
      return arrived === undefined ? [] : [arrived - this.#offset - due];
    });
    return [...late, ...Array.from({ length: this.leftOut }, () => Number.POSITIVE_INFINITY)];
  }
}

/** The probes of a release: their schedule, their client. */
const ours: Loop = async (url, seconds, due) => {
  const client = createHttpClient(systemClock.monotonic);
  const answers: number[] = [];
  let sent = 0;
  const probes = startProbes(
    { service: 'jazz', url, headers: {} },
    {
      rate: RATE,
      timeout: 5_000,
      ports: { ...systemPorts, random: () => due(performance.now()) },
      http: (request) => client({ ...request, headers: { ...request.headers, [NUMBER]: `${sent++}` } }),
    },
    ({ milliseconds }) => answers.push(milliseconds),
  );
  await sleep(seconds * 1000);
  await probes.stop();
  client.close();
  return answers;
};

/** What Node can do at best: a timer and a request. */
const timer: Loop = async (url, seconds, due) => {
  const agent = new http.Agent({ keepAlive: true });
  const answers: Promise<number>[] = [];
  const until = performance.now() + seconds * 1000;
  for (let slot = performance.now(); slot < until; slot += INTERVAL) {
    const wait = slot + due(performance.now()) * INTERVAL - performance.now();
    if (wait > 0) await sleep(wait);
    answers.push(get(url, agent, answers.length));
  }
  const done = await Promise.all(answers);
  agent.destroy();
  return done;
};

/** What must not be: the next request waits for the answer to the one before. */
const oneByOne: Loop = async (url, seconds, due) => {
  const agent = new http.Agent({ keepAlive: true });
  const answers: number[] = [];
  const until = performance.now() + seconds * 1000;
  for (let slot = performance.now(); slot < until; slot = Math.max(slot + INTERVAL, performance.now() - INTERVAL)) {
    const wait = slot + due(performance.now()) * INTERVAL - performance.now();
    if (wait > 0) await sleep(wait);
    answers.push(await get(url, agent, answers.length));
  }
  agent.destroy();
  return answers;
};

function get(url: string, agent: http.Agent, number: number): Promise<number> {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    http
      .get(url, { agent, headers: { [NUMBER]: `${number}` } }, (response) => {
        response.resume().on('end', () => resolve(performance.now() - started));
      })
      .on('error', reject);
  });
}
