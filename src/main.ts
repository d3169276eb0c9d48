/** The action and the CLI: signals first, then inputs, one command, and a report of how it ended. */
import { sweepPrivate } from './cluster/connection/private-kubeconfig.ts';
import { Cancelled, reasonOf, StoppedError } from './errors.ts';
import { systemPorts } from './ports.ts';
import { openLog, publish } from './report/index.ts';
import { Notes } from './report/notes.ts';
import { actionRoot } from './run/context.ts';
import { isPost, markMain, markRelease, wasKilled } from './run/phase.ts';
import { earlyEnd, session } from './session.ts';
import type { Settings } from './settings/index.ts';
import { loadSettings, readArguments, readInputs, SettingsError, secretsOf, workspaceOf } from './settings/index.ts';

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

// Whatever happens from here on, nothing but a command that ended well makes this step green.
process.exitCode = 1;
const log = openLog(env);
// The runner starts the same file again after the job. Everything is brought back in the main phase; where that was killed
// the traffic is brought back here, and its kubeconfig is removed.
attempt('what an earlier run left in the temporary folder', () => sweepPrivate(env, workspaceOf(env)));
if (!isPost(env)) {
  attempt('the state for the post phase', () => markMain(env));
  process.exitCode = await run(readSettings);
} else process.exitCode = wasKilled(env) ? await run(readReturn) : 0;

async function run(read: () => Promise<Settings | undefined>): Promise<number> {
  const notes = new Notes(log, systemPorts.clock.now);
  let settings: Settings | undefined;
  try {
    settings = await read();
    if (settings === undefined) return 0;
    const { command, onCancel } = settings;
    if ((command === 'deploy' || command === 'promote') && onCancel === 'rollback')
      attempt('the state for the post phase', () => markRelease(env, 'begun'));
    const outcome = await session(settings, { log, notes, env, ports: systemPorts, cancelled: cancelled.signal });
    return publish(outcome, settings, log, env);
  } catch (error) {
    return publish(earlyEnd(error, settings, notes), settings, log, env);
  } finally {
    attempt('the state for the post phase', () => markRelease(env, 'ended'));
  }
}

/** What brings the traffic back after a main phase that was killed: only a run that died is touched. */
async function readReturn(): Promise<Settings | undefined> {
  const settings = await readSettings();
  if (settings === undefined) return undefined;
  log.info('The step was killed before its release had ended: its traffic is brought back.');
  return { ...settings, command: 'rollback', ifStale: true };
}

/** Undefined when help was asked for. */
async function readSettings(): Promise<Settings | undefined> {
  const given =
    env['GITHUB_ACTIONS'] === 'true' && process.argv.length <= 2
      ? { raw: readInputs(env) }
      : readArguments(process.argv.slice(2), env);
  if ('help' in given) {
    const { helpText } = await import(/* webpackChunkName: "yaml" */ './settings/help.ts');
    log.info(helpText(actionRoot()));
    return undefined;
  }
  if ('problems' in given) throw new SettingsError(given.problems);
  const settings = await loadSettings(given.raw, env);
  for (const secret of secretsOf(settings)) log.mask(secret);
  return settings;
}

/** A file of the runner's that cannot be written is said; it does not change what is done. */
function attempt(what: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    log.warning(`Could not write ${what}: ${reasonOf(error)}`);
  }
}
