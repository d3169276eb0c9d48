/** A helm that is killed in the middle of its work, as with the job that started it. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { repositoryRoot } from '../../lab/paths.ts';
import { inputs } from '../../src/settings/defaults.ts';
import { World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world?.stop());

const helm = () => path.join(world.lab.binDir, 'helm');
const at = () => ['-n', 'kong', '--kubeconfig', world.lab.kubeconfig];

/** Status of each revision, the first first. */
const history = (): readonly string[] =>
  (
    JSON.parse(execFileSync(helm(), ['history', 'kong', '-o', 'json', ...at()], { encoding: 'utf8' })) as {
      status: string;
    }[]
  ).map(({ status }) => status);

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`not within 30 s: ${history().join(', ')}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** An upgrade that waits for pods no node can take, killed while it waits. */
async function killAnUpgrade(): Promise<void> {
  const values = path.join(repositoryRoot, 'manifests/kong/values.yaml');
  const argv = ['upgrade', 'kong', 'ingress', '--repo', world.lab.chartRepository, '--version', chartVersion];
  const child = spawn(
    helm(),
    [...argv, '--values', values, '--set', 'gateway.image.tag=0.0-none', '--wait', '--timeout', '120s', ...at()],
    { stdio: 'ignore' },
  );
  const gone = once(child, 'exit');
  await until(() => history().at(-1) === 'pending-upgrade');
  child.kill('SIGKILL');
  await gone;
}

const chartVersion = inputs['kong-chart-version'].default;

describe('an upgrade of Kong that died', () => {
  it('is taken back by helm itself, once it is sure that nobody is at work on it; then Kong is as asked', async () => {
    await killAnUpgrade();
    const before = history().length;
    const result = await world.run({ command: 'setup', 'install-kong': 'true' });
    expect(result.log).toMatch(/helm release kong is pending-upgrade: is a helm at work on it\?/);
    expect(result.log).toMatch(/an upgrade of Kong died \(pending-upgrade\): helm brought revision \d+ back first/);
    expect([result.code, result.outputs['result']]).toEqual([0, 'applied']);
    expect(history().at(-1)).toBe('deployed');
    expect(history().length).toBeGreaterThan(before);
    const image = ['-o', 'jsonpath={.spec.template.spec.containers[0].image}'];
    expect(await world.lab.kubectl(['get', 'deployment', 'kong-gateway', '-n', 'kong', ...image])).toBe('kong:3.9.3');
  }, 240_000);
});
