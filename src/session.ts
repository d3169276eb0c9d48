/** One command from settings to outcome: access, connection, deadline, the command itself. */
import { connect } from './cluster/connection/connect.ts';
import { LockError, RunError, StoppedError, whyAndNext } from './errors.ts';
import type { Ports } from './ports.ts';
import type { Log, Outcome } from './report/index.ts';
import type { Notes } from './report/notes.ts';
import { heedExpiry, openAccess } from './run/access.ts';
import type { RunContext } from './run/context.ts';
import { actionRoot, identifyRun } from './run/context.ts';
import type { Settings } from './settings/index.ts';

/** Milliseconds of `timeout` that are kept for returning the traffic. */
const RETURN_RESERVE = 60_000;
const CONNECT_WITHIN = 20_000;

/**
 * Files of their own in the bundle, all read while the API server answers: nothing is loaded once traffic moves. Two
 * commands that share most of what they do share a file: ncc puts a copy of what is under 20 kB into each.
 */
const commands = {
  deploy: () => import(/* webpackChunkName: "commands" */ './commands/deploy.ts').then((room) => room.deploy),
  setup: () => import(/* webpackChunkName: "commands" */ './commands/setup.ts').then((room) => room.setup),
  plan: () => import(/* webpackChunkName: "commands" */ './commands/plan.ts').then((room) => room.plan),
  check: () => import(/* webpackChunkName: "commands" */ './commands/check.ts').then((room) => room.check),
  promote: () => import(/* webpackChunkName: "commands" */ './commands/promote.ts').then((room) => room.promote),
  rollback: () => import(/* webpackChunkName: "commands" */ './commands/rollback.ts').then((room) => room.rollback),
  status: () => import(/* webpackChunkName: "commands" */ './commands/status.ts').then((room) => room.status),
  migrate: () => import(/* webpackChunkName: "commands" */ './commands/migrate.ts').then((room) => room.migrate),
} as const;

export interface SessionOptions {
  readonly log: Log;
  readonly notes: Notes;
  readonly env: RunContext['env'];
  readonly ports: Ports;
  /** Aborted by SIGINT and SIGTERM. */
  readonly cancelled: AbortSignal;
}

/** @throws what stops a run before it is connected; see {@link earlyEnd} */
export async function session(settings: Settings, options: SessionOptions): Promise<Outcome> {
  const { log, notes, env, ports, cancelled } = options;
  const deadline = new AbortController();
  const stop = (error: StoppedError) => deadline.abort(error);
  const reserve = Math.min(RETURN_RESERVE, settings.timeout / 4);
  const timer = setTimeout(() => stop(timeIsOver(settings)), settings.timeout - reserve);
  timer.unref(); // a run that ends early, for want of a connection say, is not kept alive by it
  const signal = AbortSignal.any([cancelled, deadline.signal]);
  const run = identifyRun(env, ports.random);
  const within = { log, env, ports, signal, actionRoot: actionRoot(), run, notes };
  try {
    if (settings.command === 'migrate' && settings.manifests.length > 0)
      return await (await commands.migrate())({ ...within, settings }, undefined);
    return await connected(settings, within, async (context, expiry, cluster) => {
      heedExpiry(expiry, settings, { now: ports.clock.now(), reserve, stop });
      return (await commands[settings.command]())(context, cluster);
    });
  } finally {
    clearTimeout(timer);
  }
}

type Connection = Awaited<ReturnType<typeof connect>>;
type Work = (
  context: RunContext,
  expiry: Awaited<ReturnType<Connection['expiry']>>,
  cluster: Connection['cluster'],
) => Promise<Outcome>;

/** Runs `work` on a connection that is closed whatever comes of it. */
async function connected(settings: Settings, within: Omit<RunContext, 'settings'>, work: Work): Promise<Outcome> {
  const { log, notes, env, ports, signal, run } = within;
  const access = await openAccess(settings, { env, signal, timeout: 3 * CONNECT_WITHIN });
  try {
    const connection = await log.group('Cluster', async () => {
      const made = await connect({
        ...access.settings,
        env,
        clock: ports.clock,
        random: ports.random,
        signal,
        timeout: CONNECT_WITHIN,
        say: notes.say,
        warn: notes.warn,
        mask: notes.mask,
        meanwhile: () => void commands[settings.command]().catch(() => undefined), // thrown where it is awaited
      });
      notes.say(`API server ${made.version}, run ${run.id}`);
      return made;
    });
    try {
      return await work({ ...within, settings: access.settings }, await connection.expiry(), connection.cluster);
    } catch (error) {
      return earlyEnd(signal.aborted && !(error instanceof RunError) ? signal.reason : error, settings, notes);
    } finally {
      connection.close();
    }
  } finally {
    access.close();
  }
}

/** An end before the first write to a route. @param settings undefined where they could not be read */
export function earlyEnd(error: unknown, settings: Settings | undefined, notes: Notes): Outcome {
  const traffic =
    error instanceof LockError
      ? 'this run touched no route; the other run answers for the traffic'
      : 'no route was touched, all traffic is where it was';
  return notes.outcome(settings ?? { command: 'deploy', services: [] }, 'failed', whyAndNext(error), traffic);
}

function timeIsOver({ timeout }: Settings): StoppedError {
  return new StoppedError(
    `the total time of ${timeout / 1000} s is nearly over`,
    'raise the input timeout, or ask for fewer or shorter steps',
  );
}
