/** The action and the CLI: signals first, then inputs, one command, and a report of how it ended. */
import fs from 'node:fs';
import path from 'node:path';
import { connect } from './cluster/connection/connect.ts';
import { sweepPrivate } from './cluster/connection/private-kubeconfig.ts';
import { Cancelled, LockError, RunError, reasonOf, StoppedError } from './errors.ts';
import { systemPorts } from './ports.ts';
import type { Log, Outcome } from './report/index.ts';
import { openLog, publish } from './report/index.ts';
import { Notes } from './report/notes.ts';
import { heedExpiry, openAccess } from './run/access.ts';
import type { RunContext } from './run/context.ts';
import { identifyRun } from './run/context.ts';
import { isPost, markMain, markRelease, wasKilled } from './run/phase.ts';
import type { RawInputs, Settings } from './settings/index.ts';
import {
  loadSettings,
  loadYaml,
  readArguments,
  readInputs,
  SettingsError,
  secretsOf,
  workspaceOf,
  YamlNeeded,
} from './settings/index.ts';

/** Milliseconds of `timeout` that are kept for returning the traffic. */
const RETURN_RESERVE = 60_000;
const CONNECT_WITHIN = 20_000;

/** Files of their own in the bundle, all read while the API server answers: nothing is loaded once traffic moves. */
const commands = {
  deploy: () => import('./commands/deploy.ts').then((room) => room.deploy),
  setup: () => import('./commands/setup.ts').then((room) => room.setup),
  plan: () => import('./commands/plan.ts').then((room) => room.plan),
  check: () => import('./commands/check.ts').then((room) => room.check),
  promote: () => import('./commands/promote.ts').then((room) => room.promote),
  rollback: () => import('./commands/rollback.ts').then((room) => room.rollback),
  status: () => import('./commands/status.ts').then((room) => room.status),
  migrate: () => import('./commands/migrate.ts').then((room) => room.migrate),
} as const;

const env = process.env;
const cancelled = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () =>
    cancelled.abort(new Cancelled(`the run was cancelled (${signal})`, 'run it again when you are ready')),
  );
}

// A defect of ours must not leave traffic where it is: the run stops as for any other reason, and returns it.
for (const event of ['unhandledRejection', 'uncaughtException'] as const) {
  process.on(event, (error: unknown) => {
    cancelled.abort(
      new StoppedError(`an internal error: ${reasonOf(error)}`, 'please report it with the log of this run'),
    );
  });
}

// The runner starts the same file again after the job. Everything is brought back in the main phase; where that was killed
// the traffic is brought back here, and its kubeconfig is removed.
sweepPrivate(env, workspaceOf(env));
if (!isPost(env)) {
  markMain(env);
  process.exitCode = await run(openLog(env), readSettings);
} else if (wasKilled(env)) process.exitCode = await run(openLog(env), readReturn);

async function run(log: Log, read: (log: Log) => Promise<Settings | undefined>): Promise<number> {
  const ports = systemPorts;
  const notes = new Notes(log, ports.clock.now);
  let settings: Settings | undefined;
  try {
    settings = await read(log);
    if (settings === undefined) return 0;
    const { command, onCancel } = settings;
    if ((command === 'deploy' || command === 'promote') && onCancel === 'rollback') markRelease(env, 'begun');
    const outcome = await execute(settings, log, notes);
    return publish(outcome, settings, log, env);
  } catch (error) {
    return publish(failure(error, settings, notes), settings, log, env);
  } finally {
    markRelease(env, 'ended');
  }
}

/** What brings the traffic back after a main phase that was killed: only a run that died is touched. */
async function readReturn(log: Log): Promise<Settings | undefined> {
  const settings = await readSettings(log);
  if (settings === undefined) return undefined;
  log.info('The step was killed before its release had ended: its traffic is brought back.');
  return { ...settings, command: 'rollback', ifStale: true };
}

/** Undefined when help was asked for. */
async function readSettings(log: Log): Promise<Settings | undefined> {
  if (env['GITHUB_ACTIONS'] === 'true' && process.argv.length <= 2) {
    const settings = await settingsOf(readInputs(env));
    for (const secret of secretsOf(settings)) log.mask(secret);
    return settings;
  }
  const given = readArguments(process.argv.slice(2), env);
  if ('help' in given) {
    log.info(given.help);
    return undefined;
  }
  if ('problems' in given) throw new SettingsError(given.problems);
  const settings = await settingsOf(given.raw);
  for (const secret of secretsOf(settings)) log.mask(secret);
  return settings;
}

async function settingsOf(raw: RawInputs): Promise<Settings> {
  try {
    return loadSettings(raw, env);
  } catch (error) {
    if (!(error instanceof YamlNeeded)) throw error;
    await loadYaml();
    return loadSettings(raw, env);
  }
}

async function execute(settings: Settings, log: Log, notes: Notes): Promise<Outcome> {
  const ports = systemPorts;
  const overall = new AbortController();
  const reserve = Math.min(RETURN_RESERVE, settings.timeout / 4);
  const timer = setTimeout(
    () =>
      overall.abort(
        new StoppedError(
          `the total time of ${settings.timeout / 1000} s is nearly over`,
          'raise the input timeout, or ask for fewer or shorter steps',
        ),
      ),
    settings.timeout - reserve,
  );
  timer.unref(); // a run that ends early, for want of a connection say, is not kept alive by it
  const signal = AbortSignal.any([cancelled.signal, overall.signal]);
  const run = identifyRun(env, ports.random);
  if (settings.command === 'migrate' && settings.manifests.length > 0) {
    clearTimeout(timer);
    return (await commands.migrate())(
      { settings, log, env, ports, signal, actionRoot: actionRoot(), run, notes },
      undefined,
    );
  }
  const access = await openAccess(settings, { env, signal, timeout: 3 * CONNECT_WITHIN });
  const connection = await log.group('Cluster', async () => {
    const made = await connect({
      ...access.settings,
      env,
      clock: ports.clock,
      signal,
      timeout: CONNECT_WITHIN,
      say: (line) => notes.say(line),
      warn: (line) => notes.warn(line),
      mask: (secret) => log.mask(secret),
      meanwhile: () => void commands[settings.command]().catch(() => undefined), // thrown where it is awaited
    });
    notes.say(`API server ${made.version}, run ${run.id}`);
    return made;
  });
  const within = { log, env, ports, signal, actionRoot: actionRoot(), run, notes };
  const context: RunContext = { ...within, settings: access.settings };
  try {
    const stop = (error: StoppedError) => overall.abort(error);
    heedExpiry(await connection.expiry(), settings, { now: ports.clock.now(), reserve, stop });
    const command = await commands[settings.command]();
    return await command(context, connection.cluster);
  } catch (error) {
    return failure(signal.aborted && !(error instanceof RunError) ? signal.reason : error, settings, notes);
  } finally {
    clearTimeout(timer);
    connection.close();
    access.close();
  }
}

/** An end before the first write to a route. */
function failure(error: unknown, settings: Settings | undefined, notes: Notes): Outcome {
  const next = error instanceof RunError && error.next ? ` Next: ${error.next}.` : '';
  const reason = `${reasonOf(error).trim().replace(/[.]$/, '')}.${next}`;
  const traffic =
    error instanceof LockError
      ? 'this run touched no route; the other run answers for the traffic'
      : 'no route was touched, all traffic is where it was';
  return notes.outcome(
    settings ?? ({ command: 'deploy', services: [] } as unknown as Settings),
    'failed',
    reason,
    traffic,
  );
}

/** The folder that holds dist/ and manifests/: beside the file the runner started, links followed. */
function actionRoot(): string {
  return path.resolve(path.dirname(fs.realpathSync(process.argv[1] ?? '.')), '..');
}
