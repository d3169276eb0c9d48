import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { ToolError } from '../../../src/errors.ts';
import { runInGroup } from '../../../src/toolchain/process.ts';
import { run } from '../../../src/toolchain/run.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'mc-process-'));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const node = (script: string, ...args: string[]) => ['-e', script, '--', ...args];
const within = (timeout: number) => ({ timeout });
/** Waits until a process is no more (a zombie counts as gone: nobody may have waited for it yet). */
async function gone(pid: number): Promise<boolean> {
  const alive = () => {
    try {
      return fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.[0] !== 'Z';
    } catch {
      return false;
    }
  };
  for (let n = 0; n < 500 && alive(); n++) await new Promise((resolve) => setTimeout(resolve, 10));
  return !alive();
}

describe.each([
  { how: 'run', start: run },
  { how: 'runInGroup', start: runInGroup },
])('a program started by $how', ({ start }) => {
  it('returns its output and exit code; a failure is not thrown', async () => {
    const script = 'console.log(process.argv[1]); console.error("oh"); process.exitCode = 3';
    const finished = await start(process.execPath, node(script, '; echo $HOME'), within(10_000));
    expect(finished).toEqual({ code: 3, stdout: '; echo $HOME\n', stderr: 'oh\n' });
  });

  it('hands over its input, and environment beside ours', async () => {
    const script = 'process.stdin.pipe(process.stdout); process.stdout.write(process.env.EXTRA)';
    const finished = await start(process.execPath, node(script), {
      ...within(10_000),
      input: 'in',
      env: { EXTRA: 'e' },
    });
    expect(finished.stdout).toBe('ein');
  });

  it('does not mind a program that never reads its input', async () => {
    const finished = await start(process.execPath, node('process.exit(0)'), {
      ...within(10_000),
      input: 'x'.repeat(1_000_000),
    });
    expect(finished.code).toBe(0);
  });

  it('keeps only the end of what it says on stderr', async () => {
    const script = 'process.stderr.write("a".repeat(200000) + "end")';
    const { stderr } = await start(process.execPath, node(script), within(10_000));
    expect([stderr.length, stderr.slice(-3)]).toEqual([64 * 1024, 'end']);
  });

  it('does not wait for a grandchild that left the group and holds the pipes', async () => {
    const pids = path.join(folder, 'escaped');
    const script = `
      const child = require('child_process').spawn(process.execPath, ['-e', 'setTimeout(() => {}, 20000)'], { detached: true, stdio: 'inherit' });
      require('fs').writeFileSync(process.argv[1], String(child.pid));
      setInterval(() => {}, 1000);`;
    const started = performance.now();
    await expect(start(process.execPath, node(script, pids), within(1_500))).rejects.toThrow(/did not end within/);
    process.kill(Number(fs.readFileSync(pids, 'utf8')), 'SIGKILL');
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it('stops it when the run is cancelled, and does not start it after', async () => {
    const cancel = new AbortController();
    const running = start(process.execPath, node('setInterval(() => {}, 1000)'), {
      ...within(20_000),
      signal: cancel.signal,
    });
    cancel.abort(new Error('SIGINT'));
    await expect(running).rejects.toMatchObject({ name: 'ToolError', cause: new Error('SIGINT') });
    await expect(start(process.execPath, [], { ...within(20_000), signal: cancel.signal })).rejects.toThrow('SIGINT');
  });

  it('says that a program is not there', async () => {
    await expect(start(path.join(folder, 'nothing'), [], within(1_000))).rejects.toThrow(
      /nothing could not be started: /,
    );
  });

  it('has nothing on its stdin, and is not waited for when it reads it', async () => {
    expect(await start('/bin/cat', [], within(10_000))).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('prints nothing by itself', async () => {
    const written: unknown[] = [];
    const write = process.stdout.write;
    process.stdout.write = (chunk: unknown) => written.push(chunk) > 0;
    try {
      await start('/bin/echo', ['loud'], within(10_000));
    } finally {
      process.stdout.write = write;
    }
    expect(written).toEqual([]);
  });

  it('is a failure when a signal ended it', async () => {
    const finished = await start(process.execPath, node('process.kill(process.pid, "SIGKILL")'), within(10_000));
    expect(finished.code).toBe(1);
  });

  it('may lie in a folder with blanks and quotes in its name', async () => {
    const odd = path.join(folder, 'a "b" c');
    fs.mkdirSync(odd, { recursive: true });
    fs.writeFileSync(path.join(odd, 'tool'), '#!/bin/sh\necho "$1"\n', { mode: 0o755 });
    expect((await start(path.join(odd, 'tool'), ['x y'], within(10_000))).stdout).toBe('x y\n');
  });

  it('is over when the time is over', async () => {
    const pid = path.join(folder, 'pid');
    const script = 'require("fs").writeFileSync(process.argv[1], String(process.pid)); setInterval(() => {}, 1000)';
    await expect(start(process.execPath, node(script, pid), within(1_500))).rejects.toThrow(ToolError);
    expect(await gone(Number(fs.readFileSync(pid, 'utf8')))).toBe(true);
  });
});

describe('runInGroup', () => {
  it('stops it and its children when the time is over', async () => {
    const pids = path.join(folder, 'pids');
    const script = `
      const child = require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
      require('fs').writeFileSync(process.argv[1], process.pid + ' ' + child.pid);
      setInterval(() => {}, 1000);`;
    const running = runInGroup(process.execPath, node(script, pids), within(1_500));
    await expect(running).rejects.toThrow(ToolError);
    await expect(running).rejects.toThrow(/did not end within 1.5 s/);
    const [parent = 0, child = 0] = fs.readFileSync(pids, 'utf8').split(' ').map(Number);
    expect([await gone(parent), await gone(child)]).toEqual([true, true]);
  });
});

describe('run', () => {
  it('stops a program that says too much', async () => {
    const script = 'const b = Buffer.alloc(1 << 20, 10); const f = () => process.stdout.write(b, f); f()';
    await expect(run(process.execPath, node(script), within(60_000))).rejects.toThrow('said more than 16 MB');
  });
});
