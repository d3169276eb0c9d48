/** The migrations of a release in place: each Job runs once for a version, before its canary, and is waited for. */
import { BackendError, RunError } from '../errors.ts';
import { RUNS_ANNOTATION } from '../kube/names.ts';
import { annotation, type KubeObject, list, nameOf, refOf, text } from '../kube/objects.ts';
import { explain } from './pods/stuck.ts';
import type { Running } from './running.ts';

const LOOK_EVERY = 500;
/** Milliseconds for an earlier Job of the name to go. */
const GONE_WITHIN = 30_000;

/** @throws BackendError with the last words of a Job's pods: then nothing of the new version was started */
export async function runMigrations(running: Running): Promise<void> {
  for (const job of running.decided.app?.migrations ?? []) await run(running, job);
}

async function run(running: Running, job: KubeObject): Promise<void> {
  const { cluster, notes, ports } = running;
  const earlier = await cluster.find(refOf(job));
  const same = earlier !== undefined && annotation(earlier, RUNS_ANNOTATION) === annotation(job, RUNS_ANNOTATION);
  if (same && ended(earlier) === 'Complete') {
    notes.say(`${nameOf(job)} was run for this version already`);
    return;
  }
  // One that failed never runs again; one that a dead run began may still be at work.
  if (earlier !== undefined && (!same || ended(earlier) === 'Failed')) await remove(running, earlier);
  running.doing = `migration ${job.metadata.name}`;
  await cluster.apply(job);
  notes.say(`${nameOf(job)} runs: a migration, before the new version`);
  for (;;) {
    const now = await cluster.get(refOf(job));
    const how = ended(now);
    if (how === 'Complete') break;
    if (how === 'Failed') throw await failure(running, now);
    await ports.clock.sleep(LOOK_EVERY, running.signal);
  }
  notes.say(`${nameOf(job)} is done`);
}

/** The condition that says so (batch/v1 JobStatus). */
function ended(job: KubeObject): 'Complete' | 'Failed' | undefined {
  const is = (type: string) =>
    list(job, 'status', 'conditions').some((entry) => text(entry, 'type') === type && text(entry, 'status') === 'True');
  return is('Complete') ? 'Complete' : is('Failed') ? 'Failed' : undefined;
}

async function failure({ cluster, settings }: Running, job: KubeObject): Promise<BackendError> {
  const { name } = job.metadata;
  const condition = list(job, 'status', 'conditions').find((entry) => text(entry, 'type') === 'Failed');
  const pods = await cluster.list('v1', 'Pod', settings.namespace, { labelSelector: `job-name=${name}` });
  const last = pods.items.at(-1);
  const container = text(list(last, 'spec', 'containers')[0], 'name');
  const words = last === undefined ? '' : await explain(cluster, last, container === '' ? undefined : container);
  return new BackendError(
    `the migration ${nameOf(job)} failed: ${text(condition, 'message') || text(condition, 'reason') || 'no reason is given'}${words}; nothing of the new version was started`,
    `kubectl logs -n ${settings.namespace} job/${name}`,
  );
}

async function remove({ cluster, ports, signal }: Running, job: KubeObject): Promise<void> {
  const until = ports.clock.monotonic() + GONE_WITHIN;
  await cluster.delete(refOf(job), job.metadata.uid);
  while ((await cluster.find(refOf(job))) !== undefined) {
    if (ports.clock.monotonic() > until)
      throw new RunError(`${nameOf(job)} of an earlier run does not go`, `kubectl delete job ${job.metadata.name}`);
    await ports.clock.sleep(LOOK_EVERY, signal);
  }
}
