/** One outage: the API server is away for a while at one moment of a release. */
import { setTimeout as pause } from 'node:timers/promises';
import type { World } from '../../lab/support/world.ts';
import { describeWrite, progress, Stage } from './stage.ts';

export interface OutageCase {
  /** Begins before this write, counted from 1, is passed on. */
  readonly at: number;
  /** Connections are refused, or swallowed; or the API server itself is killed, for everyone, and started again. */
  readonly how: 'refuse' | 'silence' | 'stop';
  readonly seconds: number;
}

/** Kong's controller looks again after a pause that has grown with the outage: the next run is not about that. */
async function restart(world: World, seconds: number): Promise<void> {
  const { lab } = world;
  await lab.stopPart('apiserver');
  await pause(seconds * 1000);
  await lab.startPart('apiserver');
  const name = `after-outage-${Date.now()}`;
  await lab.api('POST', '/apis/configuration.konghq.com/v1/namespaces/kong/kongconsumers', {
    apiVersion: 'configuration.konghq.com/v1',
    kind: 'KongConsumer',
    metadata: { name, namespace: 'kong', annotations: { 'kubernetes.io/ingress.class': 'kong' } },
    username: name,
  });
  const deadline = Date.now() + CONTROLLER_BACK * 1000;
  while (!JSON.stringify((await lab.kongConfigurations()).at(-1) ?? '').includes(name)) {
    if (Date.now() > deadline) throw new Error(`Kong's controller was not back ${CONTROLLER_BACK} s after the outage`);
    await pause(500);
  }
}

/** Seconds within which Kong's controller must be back after the API server. */
const CONTROLLER_BACK = 180;
/** Seconds after which a run counts as hanging. */
const HANGING = 240;

/** @returns what is wrong; '' when nothing is. */
export async function outage(world: World, { at, how, seconds }: OutageCase): Promise<string> {
  const stage = await Stage.open(world);
  try {
    let last = '';
    let back = Promise.resolve();
    const { running } = await stage.start(stage.inputs('v2'), (proxy) => {
      proxy.hooks.before = (write) => {
        if (write.index !== at) return 'pass';
        last = describeWrite(write);
        if (how === 'stop') back = restart(world, seconds);
        else {
          proxy[how]();
          setTimeout(() => proxy.recover(), seconds * 1000);
        }
        return 'drop';
      };
    });
    const hanging = setTimeout(() => running.kill('SIGKILL'), HANGING * 1000);
    const result = await running.finished;
    clearTimeout(hanging);
    await back;
    const wrong: string[] = [];
    if (result.signal !== null) wrong.push(`hung for ${HANGING} s`);
    const serving = await stage.serving();
    const is = (version: string) => JSON.stringify(serving) === JSON.stringify(stage.all(version));
    const said = result.outputs['result'];
    const honest =
      (said === 'promoted' && is('v2')) ||
      (said === 'rolled-back' && is('v1')) ||
      (said === 'failed' && (is('v1') || /could NOT be returned/.test(result.log)));
    if (!honest) wrong.push(`said ${said} (${result.outputs['reason']}), serving ${JSON.stringify(serving)}`);
    const users = stage.users.errors;
    if (users.length > 0) wrong.push(`users saw ${users.length} errors, first ${users[0]?.what}`);

    // Whatever is left is put right by the next run.
    const next = await stage.run(stage.inputs('v2'));
    if (next.code !== 0) wrong.push(`the next run: ${next.outputs['reason']}`);
    const left = await stage.leftovers(['v2']);
    if (left.length > 0) wrong.push(`left: ${left.join(', ')}`);
    const name = `${how} for ${seconds} s at ${last || at}`;
    progress(`${name}: ${wrong.length === 0 ? 'ok' : wrong.join('; ')} (${said}, ${result.seconds.toFixed(0)} s)`);
    return wrong.length === 0 ? '' : `${name}: ${wrong.join('; ')}\n${result.log}\n--- then\n${next.log}`;
  } finally {
    await stage.close();
  }
}
