import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import readline from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from '@jest/globals';
import { call, json } from './admin-world.ts';

const MAIN = fileURLToPath(new URL('../../../../lab/kong/main.js', import.meta.url));
const running: ChildProcess[] = [];

afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

async function started(...options: string[]) {
  const child = spawn(process.execPath, [MAIN, ...options], { stdio: ['pipe', 'pipe', 'inherit'] });
  running.push(child);
  const [line] = (await once(readline.createInterface(child.stdout), 'line')) as [string];
  return { child, ports: JSON.parse(line) as { admin: number; proxy: number; status: number } };
}

describe('the process of a Kong pod', () => {
  it('says where it listens, and ends well on SIGTERM', async () => {
    const { child, ports } = await started('--admin-port', '0', '--proxy-port', '0');
    expect(json(await call(ports.admin, '/'))['version']).toBe('3.9.3');
    expect((await call(ports.proxy, '/')).status).toBe(404);
    expect((await call(ports.status, '/status/ready')).status).toBe(503);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('ends with its parent when asked to', async () => {
    const { child } = await started('--die-with-parent');
    child.stdin?.end();
    expect(await once(child, 'exit')).toEqual([0, null]);
  });
});
