import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { requireGo } from '../../../../lab/binaries/go.ts';
import { takeLock } from '../../../../lab/binaries/lock.ts';
import { ConsoleProgress, duration } from '../../../../lab/binaries/progress.ts';
import { freePorts, portWasTaken } from '../../../../lab/control-plane/ports.ts';
import { cacheDir, runDir } from '../../../../lab/paths.ts';
import { processId } from '../../../../lab/processes.ts';

describe('requireGo', () => {
  it('accepts 1.26 and newer', () => {
    for (const version of ['go1.26', 'go1.26.8', 'go1.30rc1', 'go2.0']) {
      expect(requireGo({ version, local: true }).version).toBe(version);
    }
  });

  it('accepts an older one that fetches what a go.mod asks for', () => {
    expect(requireGo({ version: 'go1.24.1', local: false }).version).toBe('go1.24.1');
  });

  it('says what to install otherwise', () => {
    expect(() => requireGo(undefined)).toThrow(/not on PATH.*1\.26.*https:\/\/go\.dev\/dl/);
    expect(() => requireGo({ version: 'go1.24.1', local: true })).toThrow(
      /go1\.24\.1 is too old and GOTOOLCHAIN=local/,
    );
    expect(() => requireGo({ version: 'go1.19', local: false })).toThrow('too old');
  });
});

describe('the progress display', () => {
  function display(isTTY: boolean) {
    const written: string[] = [];
    let now = 0;
    const progress = new ConsoleProgress(
      ['etcd', 'CRDs'],
      { write: (text) => written.push(text), isTTY, columns: 80 },
      () => now,
    );
    return {
      progress,
      written,
      pass: (seconds: number) => {
        now += seconds * 1000;
        progress.tick();
      },
    };
  }

  it('writes a line at each change and every 20 s where there is no terminal', () => {
    const { progress, written, pass } = display(false);
    progress.step('etcd', 'building');
    pass(19);
    pass(1);
    pass(53);
    progress.done('etcd');
    progress.end();
    expect(written).toEqual([
      '[1/2] etcd: building (0 s)\n',
      '[1/2] etcd: building (20 s)\n',
      '[1/2] etcd: building (1 m 13 s)\n',
      '[1/2] etcd: ready (1 m 13 s)\n',
    ]);
  });

  it('keeps all running steps on one updated line on a terminal', () => {
    const { progress, written, pass } = display(true);
    progress.step('etcd', 'building');
    progress.step('CRDs', 'downloading');
    pass(2);
    expect(written.at(-1)).toBe('[1/2] etcd: building (2 s) · [2/2] CRDs: downloading (2 s)');
    expect(written.at(-2)).toBe('\r\x1b[2K');
    progress.end();
    expect(written.at(-1)).toBe('\r\x1b[2K');
    expect(written.join('')).not.toContain('\n');
  });

  it('words durations', () => {
    expect([duration(0), duration(59_400), duration(72_000)]).toEqual(['0 s', '59 s', '1 m 12 s']);
  });
});

describe('the build lock', () => {
  let dir: string;
  beforeEach(() => {
    dir = fs.mkdtempSync(path.join(os.tmpdir(), 'mc-lock-'));
  });
  afterEach(() => {
    fs.rmSync(dir, { recursive: true });
  });

  it('is free again after its release', async () => {
    const file = path.join(dir, 'lock');
    (await takeLock(file, () => {})).release();
    (await takeLock(file, () => {})).release();
    expect(fs.readdirSync(dir)).toEqual([]);
  });

  it('makes others wait and tells them what the owner does', async () => {
    const file = path.join(dir, 'lock');
    const first = await takeLock(file, () => {});
    first.describe('etcd: building');
    const told: string[] = [];
    const second = takeLock(file, (owner) => {
      told.push(owner);
      first.release();
    });
    (await second).release();
    expect(told).toEqual([`process ${process.pid}: etcd: building`]);
  });

  it('is taken over from a process that is gone, also when its number is used again', async () => {
    const file = path.join(dir, 'lock');
    const gone = spawn(process.execPath, ['-e', '0']);
    await once(gone, 'exit');
    for (const owner of [
      { pid: gone.pid, started: '1' },
      { ...processId(process.pid), started: 'earlier' },
    ]) {
      fs.writeFileSync(file, JSON.stringify({ ...owner, doing: 'building' }));
      (await takeLock(file, () => {})).release();
    }
    fs.writeFileSync(file, 'not JSON');
    (await takeLock(file, () => {})).release();
    expect(fs.readdirSync(dir)).toEqual([]);
  });
});

describe('freePorts', () => {
  it('gives distinct ports that can be listened on', async () => {
    const ports = await freePorts(8);
    expect(new Set(ports).size).toBe(8);
    const servers = ports.map((port) => net.createServer().listen(port, '127.0.0.1'));
    await Promise.all(servers.map((server) => once(server, 'listening')));
    for (const server of servers) server.close();
  });

  it('knows the words of a program whose port was taken', () => {
    expect(portWasTaken('listen tcp 127.0.0.1:2379: bind: address already in use')).toBe(true);
    expect(portWasTaken('connect: connection refused')).toBe(false);
  });
});

describe('paths', () => {
  it('take the cache from the environment', () => {
    expect(cacheDir({ MESH_CANARY_CACHE: '/own', XDG_CACHE_HOME: '/xdg' })).toBe('/own');
    expect(cacheDir({ XDG_CACHE_HOME: '/xdg' })).toBe('/xdg/mesh-canary');
    expect(cacheDir({ XDG_CACHE_HOME: 'relative' })).toBe(path.join(os.homedir(), '.cache', 'mesh-canary'));
  });

  it('refuse names that would leave the folder or make a socket path too long', () => {
    expect(path.basename(runDir('pr-7'))).toBe('pr-7');
    for (const name of ['', '..', 'a/b', 'A', '-a', 'a-', 'x'.repeat(25)])
      expect(() => runDir(name)).toThrow('name a lab');
  });
});
