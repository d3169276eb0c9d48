import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import { createInterface } from 'node:readline';
import { describe, expect, it } from '@jest/globals';
import { connectLab, type Lab, startLab } from '../../lab/index.ts';
import { runDir } from '../../lab/paths.ts';
import { readRecord } from '../../lab/supervisor/record.ts';

/** Command lines that name a lab's run folder; those of processes that have ended are empty and so left out. */
function processesOf(lab: { readonly dir: string; readonly name: string }): string[] {
  return execFileSync('ps', ['-ww', '-eo', 'pid,args'], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(`${lab.dir}/`) || line.includes(`${lab.dir} `) || line.endsWith(lab.dir))
    .concat(execFileSync('ps', ['-ww', '-eo', 'args'], { encoding: 'utf8' }).match(`"name":"${lab.name}"`) ?? []);
}

async function until(what: string, condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`${what} did not happen within 20 s`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function withLab(work: (lab: Lab) => Promise<void>): Promise<void> {
  const lab = await startLab({ controlPlaneOnly: true });
  try {
    await work(lab);
  } finally {
    await lab.stop();
  }
}

const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'prod' } };

describe('a lab', () => {
  it('serves a real API with the Gateway API kinds, and leaves no process and no file behind', async () => {
    const lab = await startLab({ controlPlaneOnly: true });
    expect((await lab.api('POST', '/api/v1/namespaces', namespace)).status).toBe(201);
    expect(await lab.kubectl(['get', 'namespace', 'prod', '-o', 'name'])).toBe('namespace/prod\n');
    expect(await lab.kubectl(['get', 'httproutes', '-A', '-o', 'name'])).toBe('');
    expect(fs.statSync(lab.kubeconfig).mode & 0o777).toBe(0o600);
    expect(fs.statSync(lab.dir).mode & 0o777).toBe(0o700);
    // etcd, API server, controller-manager, watchdog, supervisor
    expect(processesOf(lab)).toHaveLength(5);

    await lab.stop();

    expect(processesOf(lab)).toEqual([]);
    expect(fs.existsSync(lab.dir)).toBe(false);
    await expect(connectLab(lab.name)).rejects.toThrow('no lab called');
  });

  it('holds its name against a second one', async () => {
    await withLab(async (lab) => {
      await expect(startLab({ name: lab.name, controlPlaneOnly: true })).rejects.toThrow('is running');
      expect((await lab.api('GET', '/readyz')).status).toBe(200);
    });
  });

  it('keeps its data and its port over the death of each part', async () => {
    await withLab(async (lab) => {
      await lab.api('POST', '/api/v1/namespaces', namespace);
      for (const part of ['etcd', 'apiserver', 'controller-manager']) {
        await lab.stopPart(part);
        expect((await lab.status()).parts.find(({ name }) => name === part)).toEqual({ name: part, state: 'stopped' });
        if (part === 'apiserver') await expect(lab.api('GET', '/readyz')).rejects.toThrow('ECONNREFUSED');
        await lab.startPart(part);
      }
      expect((await lab.api('GET', '/api/v1/namespaces/prod')).status).toBe(200);
      await expect(lab.stopPart('scheduler')).rejects.toThrow('no part "scheduler"; there are etcd, apiserver');
    });
  });

  it('explains a part that died by itself with the end of its log', async () => {
    await withLab(async (lab) => {
      const { parts } = await lab.status();
      process.kill(parts.find(({ name }) => name === 'apiserver')!.pid!, 'SIGKILL');
      await expect(
        (async () => {
          for (;;) await lab.api('GET', '/readyz');
        })(),
      ).rejects.toThrow(/apiserver ended unexpectedly \(SIGKILL\); the last lines of its log:\n {2}\S/);
      expect((await lab.status()).state).toBe('failed');
    });
  });

  it('says why it cannot start, and cleans up', async () => {
    const name = `t-bad-${process.pid}`.slice(0, 24);
    const starting = startLab({ name, controlPlaneOnly: true, extraArgs: { apiserver: ['--no-such-flag'] } });
    await expect(starting).rejects.toThrow('unknown flag: --no-such-flag');
    expect(fs.existsSync(runDir(name))).toBe(false);
    expect(processesOf({ name, dir: runDir(name) })).toEqual([]);
  });

  it('ends with the process that started it, even when that is killed', async () => {
    const name = `t-parent-${process.pid}`.slice(0, 24);
    const program = `
      const { startLab } = await import(${JSON.stringify(new URL('../../lab/index.js', import.meta.url).href)});
      await startLab({ name: '${name}', controlPlaneOnly: true });
      console.log('started');
      setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(createInterface({ input: parent.stdout }), 'line');
    const lab = { name, dir: runDir(name) };
    expect(processesOf(lab).length).toBeGreaterThanOrEqual(5);

    parent.kill('SIGKILL');
    await once(parent, 'exit');

    await until('the end of the lab', () => !fs.existsSync(lab.dir) && processesOf(lab).length === 0);
  });

  it('leaves nothing when its supervisor is killed', async () => {
    const lab = await startLab({ controlPlaneOnly: true });
    process.kill(readRecord(lab.name)!.supervisor.pid, 'SIGKILL');
    await until('the end of the lab', () => !fs.existsSync(lab.dir) && processesOf(lab).length === 0);
    await expect(lab.api('GET', '/readyz')).rejects.toThrow('is gone');
    await lab.stop();
  });
});
