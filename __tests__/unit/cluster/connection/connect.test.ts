import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ConnectOptions } from '../../../../src/cluster/connection/connect.ts';
import { connect } from '../../../../src/cluster/connection/connect.ts';
import { systemClock } from '../../../../src/ports.ts';
import { hurriedClock, Mirror } from '../../toolchain/mirror.ts';

let folder = '';
let mirror: Mirror;
let warnings: string[] = [];
beforeEach(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'mc-connect-'));
  mirror = await new Mirror().start();
  warnings = [];
});
afterEach(async () => {
  await mirror.stop();
  fs.rmSync(folder, { recursive: true, force: true });
});

/** A kubectl of some version whose proxy leads to a cluster of some version; it notes each time it serves. */
function kubectl(version: string, server: string): string {
  return `#!${process.execPath}
const fs = require('fs');
const args = process.argv.slice(2);
if (args[0] === 'version') console.log(JSON.stringify({ clientVersion: { gitVersion: '${version}' } }));
else {
  fs.appendFileSync(${JSON.stringify(path.join(folder, 'served'))}, '${version}\\n');
  const socket = args.find((arg) => arg.startsWith('--unix-socket=')).slice(14);
  require('http')
    .createServer((_, response) => response.end(JSON.stringify({ gitVersion: '${server}' })))
    .listen(socket, () => console.log('Starting to serve on ' + socket));
}
`;
}

function install(script: string): void {
  fs.writeFileSync(path.join(folder, 'kubectl'), script, { mode: 0o755 });
}

function options(more: Partial<ConnectOptions> = {}): ConnectOptions {
  return {
    kubectlVersion: '',
    toolsMirror: mirror.url,
    toolsChecksums: {},
    env: { PATH: folder, RUNNER_TOOL_CACHE: path.join(folder, 'cache') },
    clock: { ...systemClock, sleep: hurriedClock().sleep },
    signal: AbortSignal.timeout(30_000),
    timeout: 20_000,
    say: () => undefined,
    warn: (line) => warnings.push(line),
    downloads: { machine: { platform: 'linux', arch: 'x64' }, known: {} },
    ...more,
  };
}

const served = () => fs.readFileSync(path.join(folder, 'served'), 'utf8').trim().split('\n');

describe('connecting', () => {
  it('takes the kubectl on PATH when it is within one minor of the server, and asks the network nothing', async () => {
    install(kubectl('v1.35.1', 'v1.36.3'));
    const connection = await connect(options());
    connection.close();
    expect([connection.version, warnings, mirror.asked]).toEqual(['v1.36.3', [], []]);
  });

  it('replaces it by one of the server minor when it is too far away', async () => {
    install(kubectl('v1.33.1', 'v1.36.3'));
    const fitting = kubectl('v1.36.3', 'v1.36.3');
    const digest = createHash('sha256').update(fitting).digest('hex');
    const cached = path.join(folder, 'cache', 'kubectl', '1.36.3', 'x64');
    fs.mkdirSync(cached, { recursive: true });
    fs.writeFileSync(`${cached}.complete`, '');
    fs.writeFileSync(path.join(cached, 'kubectl'), fitting, { mode: 0o755 });
    mirror.files.set('/release/stable-1.36.txt', 'v1.36.3');
    const connection = await connect(options({ toolsChecksums: { 'kubectl-v1.36.3-linux-amd64': digest } }));
    expect(await connection.cluster.version()).toBe('v1.36.3');
    connection.close();
    expect([served(), warnings]).toEqual([['v1.33.1', 'v1.36.3'], []]);
  });

  it('keeps it, and warns, when no other one can be had', async () => {
    install(kubectl('v1.33.1', 'v1.36.3'));
    const connection = await connect(options());
    expect(await connection.cluster.version()).toBe('v1.36.3');
    connection.close();
    expect(served()).toEqual(['v1.33.1']);
    expect(warnings).toEqual([expect.stringContaining('kubectl v1.33.1 is not within one minor of the API server')]);
  });

  it('uses the version that was asked for whatever the server is, and warns', async () => {
    install(kubectl('v1.33.1', 'v1.36.3'));
    (await connect(options({ kubectlVersion: '1.33' }))).close();
    expect(warnings).toEqual([expect.stringContaining('it is used because kubectl-version asks for it')]);
  });

  it('says what is missing when there is no kubectl and none can be had', async () => {
    await expect(connect(options())).rejects.toThrow('the stable kubectl is not known');
  });
});
