import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { connectionArgs, openProxy } from '../../../../src/cluster/connection/proxy.ts';
import { socketTransport } from '../../../../src/cluster/connection/transport.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'mc-t-'));
const started: number[] = [];
const proxies: { close(): void }[] = [];
beforeAll(() => {
  jest.spyOn(os, 'tmpdir').mockReturnValue(folder); // so that only what this test left behind is swept
});
afterAll(() => {
  for (const proxy of proxies) proxy.close();
  jest.restoreAllMocks();
  for (const pid of started.filter(alive)) process.kill(pid, 'SIGKILL');
  fs.rmSync(folder, { recursive: true, force: true });
});

/** A program that stands for kubectl: the script sees the socket as `socket` and all arguments as `args`. */
function kubectl(script: string): string {
  const file = path.join(fs.mkdtempSync(path.join(folder, 'k-')), 'kubectl');
  const text = `#!${process.execPath}
const args = process.argv.slice(2);
const socket = args.find((one) => one.startsWith('--unix-socket=')).slice(14);
${script}`;
  fs.writeFileSync(file, text, { mode: 0o755 });
  return file;
}
const SERVES = `require('http').createServer((request, response) => response.end(JSON.stringify({ args })))
  .listen(socket, () => console.log('Starting to serve on ' + socket));`;

const folders = () => fs.readdirSync(folder).filter((name) => name.startsWith('mc-proxy-'));
const alive = (pid: number) => {
  try {
    return fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.[0] !== 'Z';
  } catch {
    return false;
  }
};
const until = async (condition: () => boolean) => {
  for (let n = 0; n < 400 && !condition(); n++) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(condition()).toBe(true);
};

describe('the proxy of a run', () => {
  it('listens on a private socket for the chosen cluster, and leaves nothing behind', async () => {
    const proxy = await openProxy({ kubectl: kubectl(SERVES), kubeconfig: '/c', context: 'prod', timeout: 10_000 });
    proxies.push(proxy);
    const transport = socketTransport(proxy.socketPath);
    const { args } = (await transport.send({ method: 'GET', path: '/' })) as { args: string[] };
    expect(args).toEqual([
      'proxy',
      `--unix-socket=${proxy.socketPath}`,
      '--reject-paths=^$',
      '--kubeconfig=/c',
      '--context=prod',
    ]);
    expect(fs.statSync(path.dirname(proxy.socketPath)).mode & 0o777).toBe(0o700);
    const child = Number(fs.readFileSync(path.join(path.dirname(proxy.socketPath), 'pids'), 'utf8').split(' ')[1]);
    transport.close();
    proxy.close();
    await until(() => !alive(child));
    expect(folders()).toEqual([]);
  });

  it.each([
    ['ends', 'console.error("error: no context"); process.exitCode = 1;', /ended with code 1: error: no context/],
    ['never listens', 'console.error("waiting"); setInterval(() => {}, 1000);', /did not start within 1 s: waiting/],
  ])('fails with kubectl’s own words when it %s', async (_how, script, words) => {
    await expect(openProxy({ kubectl: kubectl(script), timeout: 1_000 })).rejects.toThrow(words);
    expect(folders()).toEqual([]);
  });

  it('ends when the run is cancelled before it listens', async () => {
    const run = new AbortController();
    const opening = openProxy({
      kubectl: kubectl('setInterval(() => {}, 1000);'),
      timeout: 10_000,
      signal: run.signal,
    });
    run.abort(new Error('SIGINT'));
    await expect(opening).rejects.toThrow(/cancelled while connecting/);
    expect(folders()).toEqual([]);
  });

  it('stops the proxy of a run that was killed, and leaves those of living runs and of others alone', async () => {
    const left = path.join(folder, 'mc-proxy-dead');
    fs.mkdirSync(left);
    const orphan = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', left], {
      stdio: 'ignore',
      detached: true,
    });
    started.push(orphan.pid ?? 0);
    const gone = spawn(process.execPath, ['-e', '']);
    await new Promise((resolve) => gone.on('exit', resolve));
    fs.writeFileSync(path.join(left, 'pids'), `${gone.pid} ${orphan.pid}`);
    const living = path.join(folder, 'mc-proxy-live');
    fs.mkdirSync(living);
    fs.writeFileSync(path.join(living, 'pids'), `${process.pid} ${process.pid}`);
    // The id of its proxy belongs to another program by now.
    const reused = path.join(folder, 'mc-proxy-reused');
    fs.mkdirSync(reused);
    fs.writeFileSync(path.join(reused, 'pids'), `${gone.pid} ${process.pid}`);
    const elsewhere = path.join(folder, 'elsewhere');
    fs.mkdirSync(elsewhere);
    fs.writeFileSync(path.join(elsewhere, 'pids'), `${gone.pid} 0`);
    fs.symlinkSync(elsewhere, path.join(folder, 'mc-proxy-link'));

    const proxy = await openProxy({ kubectl: kubectl(SERVES), timeout: 10_000 });
    proxies.push(proxy);
    await until(() => !alive(orphan.pid ?? 0));
    expect(folders().sort()).toEqual(
      ['mc-proxy-link', 'mc-proxy-live', path.basename(path.dirname(proxy.socketPath))].sort(),
    );
    proxy.close();
    expect(fs.existsSync(path.join(elsewhere, 'pids'))).toBe(true);
    fs.unlinkSync(path.join(folder, 'mc-proxy-link'));
    fs.rmSync(living, { recursive: true });
  });

  it('names the cluster only where it was named', () => {
    expect(connectionArgs({})).toEqual([]);
    expect(connectionArgs({ context: 'a' })).toEqual(['--context=a']);
  });
});
