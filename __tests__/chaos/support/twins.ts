/** Two releases that share a service, started at the same instant; and a holder that is stopped and wakes up again. */
import type { ActionResult } from '../../../lab/action/run.ts';
import type { ApiWrite } from '../../../lab/chaos/proxy.ts';
import type { World } from '../../lab/support/world.ts';
import type { Disturbed } from './stage.ts';
import { describeWrite, progress, Stage } from './stage.ts';

const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

export interface TwinsCase {
  readonly number: number;
  /** Which of the two is stopped; the one whose run does not hold the lock of jazz at that moment is never. */
  readonly stopFor: number;
  /** The holder is stopped once it has made this many writes. */
  readonly after: number;
  /** In chance's hands, 0 to 1: whether the run of one service or that of two starts first. */
  readonly first: number;
}

/** @returns what is wrong; '' when nothing is. */
export async function twins(world: World, { number, stopFor, after, first }: TwinsCase): Promise<string> {
  const stage = await Stage.open(world, { services: ['jazz', 'metal'] });
  try {
    let stopped: Disturbed | undefined;
    let asleep = 0;
    let woken = Number.POSITIVE_INFINITY;
    const runs: Disturbed[] = [];
    const watch = (index: number) => (proxy: Disturbed['proxy'], run: () => Disturbed['running']) => {
      proxy.hooks.after = (write) => {
        // Whoever writes the lock of jazz first and gets this far is the holder.
        if (stopped || write.index < after || !holds(proxy.writes)) return;
        stopped = runs[index] ?? { proxy, running: run() };
        asleep = Date.now();
        run().kill('SIGSTOP');
        void sleep(stopFor * 1000).then(() => {
          woken = Date.now();
          run().kill('SIGCONT');
        });
      };
    };
    // Both wait for each other rather than fail, so that each of them gets its turn.
    const narrow = { ...stage.inputs('v2'), services: 'jazz', image: '' };
    const wide = stage.inputs('v3');
    const order = first < 0.5 ? [narrow, wide] : [wide, narrow];
    const started = await Promise.all(
      order.map((inputs, index) =>
        stage.start(withoutEmpty(inputs), watch(index)).then((run) => {
          runs[index] = run;
          return run;
        }),
      ),
    );
    const results = await Promise.all(started.map(({ running }) => running.finished));
    const wrong = judge(started, results, stopped, asleep, woken);
    const users = stage.users.errors;
    if (users.length > 0) wrong.push(`users saw ${users.length} errors, first ${users[0]?.what}`);
    const left = await stage.leftovers(['v2', 'v3']);
    if (left.length > 0) wrong.push(`left: ${left.join(', ')}`);
    const said = results.map(({ outputs }) => outputs['result']).join(' and ');
    progress(
      `twins ${number}, stopped after ${after} writes: ${wrong.length === 0 ? 'ok' : wrong.join('; ')} (${said})`,
    );
    return wrong.length === 0
      ? ''
      : `twins ${number}, after ${after}: ${wrong.join('; ')}\n${results.map(({ log }) => log).join('\n--- the other\n')}`;
  } finally {
    await stage.close();
  }
}

function judge(
  runs: readonly Disturbed[],
  results: readonly ActionResult[],
  stopped: Disturbed | undefined,
  asleep: number,
  woken: number,
): string[] {
  const wrong: string[] = [];
  if (stopped === undefined) wrong.push('no run ever held the lock');
  const other = runs.find((run) => run !== stopped);
  const jazz = (run: Disturbed) => run.proxy.writes.filter((write) => taken(write) && /^jazz/.test(write.name));
  if (stopped && other) {
    // One that was on its way when the process stopped still arrives.
    const late = jazz(stopped).filter(({ at }) => at >= woken);
    if (late.length > 0) wrong.push(`the woken run wrote ${late.map(describeWrite).join(', ')}`);
    const theirs = jazz(other).filter(({ at }) => at < woken);
    const early = theirs.filter(({ at }) => at < asleep);
    if (early.length > 0)
      wrong.push(`the other wrote ${early.map(describeWrite).join(', ')} while the holder was awake`);
    const turn = results[runs.indexOf(other)];
    if (turn?.outputs['result'] !== 'promoted')
      wrong.push(`the other ended ${turn?.outputs['result']}: ${turn?.outputs['reason']}`);
    const end = results[runs.indexOf(stopped)];
    if (end?.code === 0) wrong.push(`the woken run claims ${end.outputs['result']}`);
  }
  return wrong;
}

const taken = (write: ApiWrite) => write.resource !== 'leases' && write.status !== undefined && write.status < 300;

/** Whether a run has taken the lock of jazz. */
function holds(writes: readonly ApiWrite[]): boolean {
  return writes.some(
    ({ resource, name, method, status }) =>
      resource === 'leases' && name === 'mesh-canary-jazz' && method === 'POST' && status === 201,
  );
}

function withoutEmpty(inputs: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== ''));
}
