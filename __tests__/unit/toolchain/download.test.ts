import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Get } from '../../../src/toolchain/fetch.ts';
import type { ToolRequest } from '../../../src/toolchain/index.ts';
import { parseVersion, provideTool } from '../../../src/toolchain/index.ts';
import type { Reply } from './mirror.ts';
import { elf, hurriedClock, Mirror, runnable, script, sha256, tarGz } from './mirror.ts';

const KUBECTL = '/release/v1.36.3/bin/linux/amd64/kubectl';
const HELM = '/helm-v4.2.3-linux-amd64.tar.gz';
const program = elf();
const archive = tarGz({
  'linux-amd64/': Buffer.alloc(0),
  'linux-amd64/LICENSE': Buffer.from('x'),
  'linux-amd64/helm': program,
});
const linux = { platform: 'linux', arch: 'x64' };
const pinned = { 'kubectl-v1.36.3-linux-amd64': sha256(program), 'helm-v4.2.3-linux-amd64.tar.gz': sha256(archive) };

const cut: Reply = (_, response) => {
  response.writeHead(200, { 'content-length': String(program.length) });
  response.write(program.subarray(0, 100), () => response.destroy());
};
const serve: Reply = (_, response) => response.end(program);
const status =
  (code: number): Reply =>
  (_, response) =>
    response.writeHead(code).end();

let folder = '';
let mirror: Mirror;
let other: Mirror;
let clock = hurriedClock();
let warnings: string[] = [];

beforeEach(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'mc-tools-'));
  [mirror, other] = await Promise.all([new Mirror().start(), new Mirror().start()]);
  mirror.files.set(KUBECTL, program).set(HELM, archive);
  clock = hurriedClock();
  warnings = [];
});
afterEach(async () => {
  await Promise.all([mirror.stop(), other.stop()]);
  fs.rmSync(folder, { recursive: true, force: true });
});

const cache = () => path.join(folder, 'cache');

function ask(wanted: string, more: Partial<ToolRequest> = {}): ToolRequest {
  return {
    wanted,
    mirror: mirror.url,
    checksums: pinned,
    env: { PATH: path.join(folder, 'bin'), RUNNER_TOOL_CACHE: cache() },
    clock,
    signal: AbortSignal.timeout(20_000),
    warn: (line) => warnings.push(line),
    machine: linux,
    known: {},
    ...more,
  };
}
const kubectl = (more: Partial<ToolRequest> = {}) => provideTool('kubectl', ask('1.36.3', more));
const helm = (more: Partial<ToolRequest> = {}) => provideTool('helm', ask('4.2.3', more));

/** It ends with this error, and nothing that could be run is left behind. */
async function refused(asked: Promise<unknown>, words: string | RegExp): Promise<void> {
  await expect(asked).rejects.toThrow(words);
  expect(runnable(cache())).toEqual([]);
  const left = fs.existsSync(cache()) ? fs.readdirSync(cache(), { recursive: true }) : [];
  expect(left.filter((name) => String(name).includes('.new-'))).toEqual([]);
}

describe('a tool that is not on PATH', () => {
  it('is downloaded, verified, and kept under its digest', async () => {
    const tool = await kubectl();
    expect(tool).toMatchObject({ from: 'download', version: { major: 1, minor: 36, patch: 3 } });
    expect(tool.file).toBe(path.join(cache(), 'mesh-canary', 'kubectl', sha256(program), 'kubectl'));
    expect(fs.readFileSync(tool.file)).toEqual(program);
    expect(runnable(cache())).toEqual([tool.file]);
  });

  it('comes from the cache the next time, without a request', async () => {
    const first = await kubectl();
    mirror.asked.length = 0;
    expect(await kubectl()).toMatchObject({ from: 'cache', file: first.file });
    expect(mirror.asked).toEqual([]);
  });

  it('is taken out of its archive, by the checksum of the archive or of the program', async () => {
    const byArchive = await helm();
    expect(fs.readFileSync(byArchive.file)).toEqual(program);
    expect(await helm()).toMatchObject({ from: 'cache' });
    const byProgram = await helm({ checksums: { 'helm-v4.2.3-linux-amd64': sha256(program) } });
    expect([byProgram.from, path.basename(path.dirname(byProgram.file))]).toEqual(['download', sha256(program)]);
  });

  it('is downloaded anew when the cached program was changed', async () => {
    for (const provide of [kubectl, helm]) {
      const { file } = await provide();
      fs.writeFileSync(file, '#!/bin/sh\necho tampered\n');
      expect(await provide()).toMatchObject({ from: 'download', file });
      expect(fs.readFileSync(file)).toEqual(program);
    }
    expect(warnings).toEqual([
      expect.stringContaining('is not what was stored'),
      expect.stringContaining('helm-v4.2.3'),
    ]);
  });

  it('is not taken from a changed cache when it cannot be downloaded', async () => {
    const { file } = await kubectl();
    fs.writeFileSync(file, elf(0x3e, 'tampered'));
    mirror.files.delete(KUBECTL);
    await refused(kubectl(), 'answered 404');
    expect(fs.existsSync(file)).toBe(false);
  });

  it('is not taken from the cache through a link', async () => {
    const { file } = await kubectl();
    fs.renameSync(file, path.join(folder, 'elsewhere'));
    fs.symlinkSync(path.join(folder, 'elsewhere'), file);
    expect(await kubectl()).toMatchObject({ from: 'download' });
  });

  it('is refused with the wrong checksum, at once', async () => {
    mirror.files.set(KUBECTL, elf(0x3e, 'tampered'));
    await refused(kubectl(), /kubectl-v1.36.3-linux-amd64 was refused: .* and the input tools-checksums says/);
    mirror.files.set(HELM, tarGz({ 'linux-amd64/helm': elf(0x3e, 'tampered') }));
    await refused(helm(), 'helm-v4.2.3-linux-amd64 was refused');
    await refused(helm({ checksums: { 'helm-v4.2.3-linux-amd64': sha256(program) } }), 'was refused');
    expect(clock.slept).toEqual([]);
  });

  it('says so when the checksum given for helm is that of its archive', async () => {
    const asked = helm({ checksums: { 'helm-v4.2.3-linux-amd64': sha256(archive) } });
    await expect(asked).rejects.toMatchObject({ next: expect.stringContaining('linux-amd64.tar.gz=') });
    expect(runnable(cache())).toEqual([]);
  });

  it("is refused without a checksum, and a mirror's own does not count", async () => {
    mirror.files.set(`${KUBECTL}.sha256`, sha256(program));
    await refused(kubectl({ checksums: {} }), 'from tools-mirror was refused: there is no checksum for it');
    expect(mirror.asked).toEqual([]);
  });

  it('is verified by the built-in table, unless the input says otherwise', async () => {
    const known = { 'kubectl-v1.36.3-linux-amd64': { scope: 'program' as const, sha256: sha256(program) } };
    expect(await kubectl({ checksums: {}, known })).toMatchObject({ from: 'download' });
    const checksums = { 'kubectl-v1.36.3-linux-amd64': 'a'.repeat(64) };
    await expect(kubectl({ known, checksums })).rejects.toThrow('the input tools-checksums says');
  });

  it('is refused when it is for another processor or system, or no program at all', async () => {
    const marker = path.join(folder, 'ran');
    const programs = [
      elf(0xb7),
      Buffer.from([0xcf, 0xfa, 0xed, 0xfe, 7, 0, 0, 1]),
      Buffer.from(`#!/bin/sh\ntouch ${marker}\n`),
    ];
    const words = ['a program for linux/arm64', 'a program for darwin/amd64', 'it is no program'];
    for (const [index, bytes] of programs.entries()) {
      mirror.files.set(KUBECTL, bytes);
      await refused(kubectl({ checksums: { 'kubectl-v1.36.3-linux-amd64': sha256(bytes) } }), words[index] ?? '');
    }
    expect(fs.existsSync(marker)).toBe(false);
  });

  it('is refused when its archive lacks it or ends early', async () => {
    for (const [bytes, words] of [
      [tarGz({ 'linux-amd64/other': program }), 'does not hold linux-amd64/helm'],
      [archive.subarray(0, archive.length - 40), 'could not be unpacked'],
    ] as const) {
      mirror.files.set(HELM, bytes);
      await refused(helm({ checksums: { 'helm-v4.2.3-linux-amd64.tar.gz': sha256(bytes) } }), words);
    }
  });

  it('cannot be had for a processor nobody builds for', async () => {
    await refused(kubectl({ machine: { platform: 'linux', arch: 'mips' } }), 'cannot be downloaded for linux on mips');
  });
});

describe('a download over a bad line', () => {
  it('is tried again after 503, with growing pauses', async () => {
    mirror.replies.set(KUBECTL, [status(503), status(503), (_, response) => response.end(program)]);
    expect(await kubectl()).toMatchObject({ from: 'download' });
    expect(clock.slept).toEqual([1000, 3000]);
  });

  it('is tried again as late as a busy server asks for, within half a minute', async () => {
    const busy =
      (after: string): Reply =>
      (_, response) =>
        response.writeHead(429, { 'retry-after': after }).end();
    mirror.replies.set(KUBECTL, [busy('12'), busy('86400'), busy('Fri, 27 Nov 2026 10:00:00 GMT'), serve]);
    await kubectl();
    expect(clock.slept).toEqual([12_000, 30_000, 8_000]);
  });

  it('is tried again when it is cut short, then refused', async () => {
    mirror.replies.set(KUBECTL, [cut, (_, response) => response.end(program)]);
    expect(await kubectl()).toMatchObject({ from: 'download' });
    fs.rmSync(cache(), { recursive: true });
    mirror.replies.set(KUBECTL, [cut]);
    await refused(kubectl(), /could not be read in 4 tries: it (broke off|ended) after 100/);
    expect(clock.slept).toEqual([1000, 1000, 3000, 8000]);
  });

  it('is not tried again when there is no such file', async () => {
    mirror.files.delete(KUBECTL);
    await refused(kubectl(), 'answered 404');
    expect(mirror.asked).toEqual([KUBECTL]);
  });

  it('stops at once when the run is cancelled', async () => {
    const cancel = new AbortController();
    mirror.replies.set(KUBECTL, [() => cancel.abort(new Error('cancelled by test'))]);
    await refused(kubectl({ signal: cancel.signal }), 'cancelled by test');
  });

  it('follows the file to another host, telling it nothing, and the checksum decides', async () => {
    const away: Reply = (_, response) =>
      response.writeHead(302, { location: `${other.url.replace('//', '//user:pass@')}/blob?sig=1` }).end();
    mirror.replies.set(KUBECTL, [away]);
    other.files.set('/blob?sig=1', program);
    expect(await kubectl()).toMatchObject({ from: 'download' });
    expect(other.headers[0]).not.toHaveProperty('authorization');
    expect(other.headers[0]).not.toHaveProperty('cookie');
    fs.rmSync(cache(), { recursive: true });
    other.files.set('/blob?sig=1', elf(0x3e, 'tampered'));
    await refused(kubectl(), 'was refused');
  });

  it('does not believe a version from another host', async () => {
    mirror.replies.set('/release/stable.txt', [
      (_, response) => response.writeHead(302, { location: `${other.url.replace('127.0.0.1', 'localhost')}/s` }).end(),
    ]);
    await refused(provideTool('kubectl', ask('stable')), 'redirects to another host');
    expect(other.asked).toEqual([]);
  });

  it('ends when redirects go round', async () => {
    mirror.replies.set(KUBECTL, [(_, response) => response.writeHead(302, { location: KUBECTL }).end()]);
    await refused(kubectl(), 'redirects more than 5 times');
  });

  it('goes through the proxy the environment names, whose password is masked', async () => {
    const masked: string[] = [];
    const proxy = mirror.url.replace('//', '//me:s%21cret@');
    process.env['http_proxy'] = proxy;
    try {
      const env = { PATH: '', RUNNER_TOOL_CACHE: cache(), http_proxy: proxy };
      const far = kubectl({ mirror: 'http://mirror.test:8080', env, mask: (secret) => masked.push(secret) });
      expect(await far).toMatchObject({ from: 'download' });
    } finally {
      delete process.env['http_proxy'];
    }
    expect(mirror.tunnelled).toEqual(['mirror.test:8080']);
    expect(masked).toContain('s!cret');
  });
});

describe('from the publishers', () => {
  /** Serves `files` by whole address, and redirects as dl.k8s.io does. */
  const publishers =
    (files: Readonly<Record<string, Buffer | string>>, cdn = 'cdn.dl.k8s.io'): Get =>
    async (url) => {
      const moved = url.host === 'dl.k8s.io';
      const bytes = files[url.href.replace(cdn, 'dl.k8s.io')];
      const code = moved ? 302 : bytes === undefined ? 404 : 200;
      return {
        status: code,
        headers: moved ? { location: url.href.replace('dl.k8s.io', cdn) } : {},
        body: Readable.from(bytes === undefined ? [] : [Buffer.from(bytes)]),
        discard: () => undefined,
      };
    };
  const from = (files: Readonly<Record<string, Buffer | string>>, cdn?: string) => ({
    mirror: undefined,
    checksums: {},
    http: publishers(files, cdn),
  });
  const k8s = `https://dl.k8s.io${KUBECTL}`;
  const helmSh = `https://get.helm.sh${HELM}`;

  it('a tool is verified by the checksum file beside it', async () => {
    const kubectlFiles = { [k8s]: program, [`${k8s}.sha256`]: sha256(program) };
    expect(await kubectl(from(kubectlFiles))).toMatchObject({ from: 'download' });
    const helmFiles = { [helmSh]: archive, [`${helmSh}.sha256sum`]: `${sha256(archive)}  ${HELM.slice(1)}\n` };
    expect(await helm(from(helmFiles))).toMatchObject({ from: 'download' });
  });

  it('a tool without one, or with another, is refused', async () => {
    await refused(kubectl(from({ [k8s]: program })), 'was refused: there is no checksum for it (');
    await refused(kubectl(from({ [k8s]: program, [`${k8s}.sha256`]: 'none' })), 'does not hold one');
    await refused(kubectl(from({ [k8s]: program, [`${k8s}.sha256`]: 'a'.repeat(64) })), '.sha256 says aaaa');
  });

  it('a checksum is not taken from a host that is not theirs', async () => {
    const files = { [k8s]: program, [`${k8s}.sha256`]: sha256(program) };
    await refused(kubectl(from(files, 'dl.k8s.io.evil.test')), 'redirects to another host, dl.k8s.io.evil.test');
  });

  it('nothing is followed away from https', async () => {
    const http: Get = async () => ({
      status: 302,
      headers: { location: `http://cdn.dl.k8s.io${KUBECTL}` },
      body: Readable.from([]),
      discard: () => undefined,
    });
    await refused(kubectl({ mirror: undefined, http }), 'redirects away from https');
  });
});

describe('the version asked for', () => {
  it("is the mirror's newest of a minor, or its stable one", async () => {
    mirror.files.set('/release/stable-1.36.txt', 'v1.36.3\n').set('/release/stable.txt', 'v1.36.3');
    expect(await provideTool('kubectl', ask('1.36'))).toMatchObject({ version: { minor: 36, patch: 3 } });
    expect(await provideTool('kubectl', ask('stable'))).toMatchObject({ from: 'cache', version: { patch: 3 } });
    mirror.files.set('/helm4-latest-version', 'v4.2.3\n');
    for (const wanted of ['', 'stable', '4.2']) {
      expect(await provideTool('helm', ask(wanted))).toMatchObject({ version: { major: 4, minor: 2, patch: 3 } });
    }
  });

  it('is an error with the way out when nobody says which one it is; no other one is taken', async () => {
    script(path.join(folder, 'bin'), 'kubectl', 'v1.36.2');
    await expect(provideTool('kubectl', ask('stable'))).rejects.toMatchObject({
      message: expect.stringContaining('the stable kubectl is not known'),
      next: expect.stringContaining('give an exact version in kubectl-version'),
    });
    mirror.files.set('/release/stable.txt', '<html>sign in</html>');
    await refused(provideTool('kubectl', ask('stable')), 'does not hold a version');
    mirror.files.set('/helm4-latest-version', 'v4.2.3');
    await refused(provideTool('helm', ask('4.1')), 'names v4.2.3 only');
    expect(mirror.asked).not.toContain(KUBECTL);
  });

  it("is that of the cluster's minor when nothing is asked and PATH does not fit", async () => {
    script(path.join(folder, 'bin'), 'kubectl', 'v1.33.9');
    mirror.files.set('/release/stable-1.36.txt', 'v1.36.3');
    const serverVersion = parseVersion('v1.36.0-eks-1a2b');
    expect(await provideTool('kubectl', ask('', { serverVersion }))).toMatchObject({ from: 'download' });
  });
});

describe('what is on PATH', () => {
  const onPath = (name: 'kubectl' | 'helm', version: string) => script(path.join(folder, 'bin'), name, version);

  it.each([
    ['kubectl', 'v1.36.3', '1.36.3', undefined],
    ['kubectl', 'v1.36.1', '1.36', undefined],
    ['kubectl', 'v1.35.9', '', 'v1.36.3'],
    ['kubectl', 'v1.37.0', '', 'v1.36.3-gke.1'],
    ['helm', 'v3.16.1', '', undefined],
    ['helm', 'v4.2.3', '4.2', undefined],
  ] as const)('%s %s is used when %p is asked and the server is %p', async (name, version, wanted, server) => {
    const file = onPath(name, version);
    const serverVersion = server === undefined ? undefined : parseVersion(server);
    expect(await provideTool(name, ask(wanted, { serverVersion }))).toMatchObject({ from: 'PATH', file });
    expect(mirror.asked).toEqual([]);
  });

  it.each([
    ['kubectl', 'v1.36.2', '1.36.3', undefined],
    ['kubectl', 'v1.35.9', '1.36', undefined],
    ['kubectl', 'v1.34.9', '', 'v1.36.3'],
    ['kubectl', 'nonsense', '', 'v1.36.3'],
    ['helm', 'v2.17.0', '', undefined],
    ['helm', 'v4.2.2', 'stable', undefined],
  ] as const)('%s %s is not used when %p is asked and the server is %p', async (name, version, wanted, server) => {
    onPath(name, version);
    mirror.files.set('/release/stable-1.36.txt', 'v1.36.3').set('/helm4-latest-version', 'v4.2.3');
    const serverVersion = server === undefined ? undefined : parseVersion(server);
    expect(await provideTool(name, ask(wanted, { serverVersion }))).toMatchObject({ from: 'download' });
  });

  it('is not even started when nothing is asked of kubectl', async () => {
    fs.mkdirSync(path.join(folder, 'bin'));
    const file = path.join(folder, 'bin', 'kubectl');
    fs.writeFileSync(file, `#!/bin/sh\ntouch ${folder}/ran\n`, { mode: 0o755 });
    expect(await provideTool('kubectl', ask(''))).toEqual({ from: 'PATH', file });
    expect(fs.existsSync(path.join(folder, 'ran'))).toBe(false);
  });
});
