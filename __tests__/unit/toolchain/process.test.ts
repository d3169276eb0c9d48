import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { ToolError } from '../../../src/errors.ts';
import { lookUp } from '../../../src/toolchain/find.ts';
import { run } from '../../../src/toolchain/process.ts';

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

describe('running a program', () => {
  it('returns its output and exit code; a failure is not thrown', async () => {
    const script = 'console.log(process.argv[1]); console.error("oh"); process.exitCode = 3';
    const finished = await run(process.execPath, node(script, '; echo $HOME'), within(10_000));
    expect(finished).toEqual({ code: 3, stdout: '; echo $HOME\n', stderr: 'oh\n' });
  });

  it('hands over its input, and environment beside ours', async () => {
    const script = 'process.stdin.pipe(process.stdout); process.stdout.write(process.env.EXTRA)';
    const finished = await run(process.execPath, node(script), { ...within(10_000), input: 'in', env: { EXTRA: 'e' } });
    expect(finished.stdout).toBe('ein');
  });

  it('does not mind a program that never reads its input', async () => {
    const finished = await run(process.execPath, node('process.exit(0)'), {
      ...within(10_000),
      input: 'x'.repeat(1_000_000),
    });
    expect(finished.code).toBe(0);
  });

  it('keeps only the end of what it says on stderr', async () => {
    const script = 'process.stderr.write("a".repeat(200000) + "end")';
    const { stderr } = await run(process.execPath, node(script), within(10_000));
    expect([stderr.length, stderr.slice(-3)]).toEqual([64 * 1024, 'end']);
  });

  it('stops it and its children when the time is over', async () => {
    const pids = path.join(folder, 'pids');
    const script = `
      const child = require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
      require('fs').writeFileSync(process.argv[1], process.pid + ' ' + child.pid);
      setInterval(() => {}, 1000);`;
    const running = run(process.execPath, node(script, pids), within(1_500));
    await expect(running).rejects.toThrow(ToolError);
    await expect(running).rejects.toThrow(/did not end within 1.5 s/);
    const [parent = 0, child = 0] = fs.readFileSync(pids, 'utf8').split(' ').map(Number);
    expect([await gone(parent), await gone(child)]).toEqual([true, true]);
  });

  it('does not wait for a grandchild that left the group and holds the pipes', async () => {
    const pids = path.join(folder, 'escaped');
    const script = `
      const child = require('child_process').spawn(process.execPath, ['-e', 'setTimeout(() => {}, 20000)'], { detached: true, stdio: 'inherit' });
      require('fs').writeFileSync(process.argv[1], String(child.pid));
      setInterval(() => {}, 1000);`;
    const started = performance.now();
    await expect(run(process.execPath, node(script, pids), within(1_500))).rejects.toThrow(/did not end within/);
    process.kill(Number(fs.readFileSync(pids, 'utf8')), 'SIGKILL');
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it('stops it when the run is cancelled, and does not start it after', async () => {
    const cancel = new AbortController();
    const running = run(process.execPath, node('setInterval(() => {}, 1000)'), {
      ...within(20_000),
      signal: cancel.signal,
    });
    cancel.abort(new Error('SIGINT'));
    await expect(running).rejects.toMatchObject({ name: 'ToolError', cause: new Error('SIGINT') });
    await expect(run(process.execPath, [], { ...within(20_000), signal: cancel.signal })).rejects.toThrow('SIGINT');
  });

  it('says that a program is not there', async () => {
    await expect(run(path.join(folder, 'nothing'), [], within(1_000))).rejects.toThrow(
      /nothing could not be started: .*ENOENT/,
    );
  });
});

describe('finding a program', () => {
  const bin = path.join(folder, 'bin');
  fs.mkdirSync(path.join(bin, 'helm'), { recursive: true });
  fs.writeFileSync(path.join(bin, 'kubectl'), '#!/bin/sh\n', { mode: 0o755 });

  it('takes the first executable file on PATH, and no folder of that name', () => {
    expect(lookUp('kubectl', { PATH: ['/nowhere', bin].join(path.delimiter) })).toBe(path.join(bin, 'kubectl'));
    expect(lookUp('helm', { PATH: bin })).toBeUndefined();
  });

  it('ignores relative entries, which would run whatever the workspace holds', () => {
    expect(lookUp('kubectl', { PATH: path.relative(process.cwd(), bin) })).toBeUndefined();
    expect(lookUp('kubectl', {})).toBeUndefined();
  });

  it("knows Windows' names: Path in any case, its separators, and .exe only", () => {
    const asked: string[] = [];
    const found = lookUp('kubectl', { Path: 'tools;C:\\bin;D:\\Program Files\\k' }, 'win32', (file) => {
      asked.push(file);
      return file.startsWith('D:');
    });
    expect(found).toBe('D:\\Program Files\\k\\kubectl.exe');
    expect(asked).toEqual(['C:\\bin\\kubectl.exe', found]);
  });
});
