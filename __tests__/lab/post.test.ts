/** The post phase after a step that the runner killed: what it would do with the state the main phase has saved. */
import fs from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ActionResult, RunningAction } from '../../lab/action/run.ts';
import { startAction } from '../../lab/action/run.ts';
import type { Place } from './support/world.ts';
import { leftovers, World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world?.stop());

function begin(place: Place, inputs: Record<string, string>, env: Record<string, string> = {}): RunningAction {
  const { node24: node, binDir, kubeconfig } = world.lab;
  const given = world.inputs(place.inputs(inputs));
  const { workspace } = place;
  return startAction({ node, binDir, kubeconfig, folder: world.folder, workspace, inputs: given, env });
}

/** `name=value` of what a run has saved for its post phase, as the runner gives it back: the last of a name counts. */
function stateOf(text: string): Record<string, string> {
  const entries = [...text.matchAll(/^(\w+)<<(\S+)\n([\s\S]*?)\n\2$/gm)];
  return Object.fromEntries(entries.map(([, name, , value]) => [`STATE_${name}`, value ?? '']));
}

async function killedAt50(more: Record<string, string> = {}) {
  const place = await (await world.place()).serving();
  const manifests = place.write('v2.yaml', ...place.version('v2'));
  const release = { version: 'v2', manifests, 'canary-weight': '50,100', 'min-step': '5m', ...more };
  const state = `${place.workspace}/state`;
  fs.writeFileSync(state, '');
  const running = begin(place, release, { GITHUB_STATE: state });
  await place.until(async () => (await place.weights())[0]?.['jazz-v2'] === 5000);
  running.kill('SIGKILL');
  await running.finished;
  const post = (): Promise<ActionResult> => begin(place, release, stateOf(fs.readFileSync(state, 'utf8'))).finished;
  return { place, post };
}

describe('the post phase', () => {
  it('brings back the traffic of a release whose step was killed', async () => {
    const { place, post } = await killedAt50();
    const result = await post();
    expect(result.log).toContain('The step was killed before its release had ended');
    expect(result.log).toMatch(/::notice::returned: returned to jazz-v1\. jazz: all requests go to jazz-v1 again/);
    expect(result.code).toBe(0);
    expect(await place.weights()).toEqual([{ 'jazz-v1': 10_000 }]);
    expect(await leftovers(place)).toEqual([]);
  }, 240_000);

  it('leaves a release alone that is to be held where it was', async () => {
    const { place, post } = await killedAt50({ 'on-cancel': 'hold' });
    expect(await post()).toMatchObject({ code: 0, log: '' });
    expect((await place.weights())[0]).toMatchObject({ 'jazz-v2': 5000 });
  }, 240_000);

  it('does nothing after a step that has ended by itself', async () => {
    const place = await (await world.place()).serving();
    const state = `${place.workspace}/state`;
    fs.writeFileSync(state, '');
    const release = { version: 'v1' };
    expect((await begin(place, release, { GITHUB_STATE: state }).finished).outputs['result']).toBe('nothing-to-do');
    const saved = stateOf(fs.readFileSync(state, 'utf8'));
    expect(saved).toEqual({ STATE_phase: 'post', STATE_release: 'ended' });
    expect(await begin(place, release, saved).finished).toMatchObject({ code: 0, log: '' });
  });
});
