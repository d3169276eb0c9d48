import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { GetFile } from '../../../src/toolchain/download.ts';
import type { Get } from '../../../src/toolchain/fetch.ts';
import type { ToolRequest } from '../../../src/toolchain/index.ts';
import { parseVersion, provideTool } from '../../../src/toolchain/index.ts';
import { run } from '../../../src/toolchain/run.ts';
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
  handed = [];
});
afterEach(async () => {
  await Promise.all([mirror.stop(), other.stop()]);
  fs.rmSync(folder, { recursive: true, force: true });
});

const cache = () => path.join(folder, 'cache');
/** What only one run uses. */
const temporary = () => path.join(folder, 'temporary');
const cachedKubectl = () => path.join(cache(), 'kubectl', '1.36.3', 'x64', 'kubectl');
const cachedHelm = () => path.join(cache(), 'helm', '4.2.3', 'x64', 'linux-amd64', 'helm');

function ask(wanted: string, more: Partial<ToolRequest> = {}): ToolRequest {
  return {
    wanted,
    mirror: mirror.url,
    checksums: pinned,
    env: { PATH: path.join(folder, 'bin'), RUNNER_TOOL_CACHE: cache(), RUNNER_TEMP: temporary() },
    clock,
    signal: AbortSignal.timeout(20_000),
    warn: (line) => warnings.push(line),
    machine: linux,
    known: {},
    ...more,
  };
}
/** The programs that were given out: their folders stay until the run ends. */
let handed: string[] = [];
async function provide(name: 'kubectl' | 'helm', request: ToolRequest) {
  const tool = await provideTool(name, request);
  handed.push(tool.file);
  return tool;
}
const kubectl = (more: Partial<ToolRequest> = {}) => provide('kubectl', ask('1.36.3', more));
const helm = (more: Partial<ToolRequest> = {}) => provide('helm', ask('4.2.3', more));

/** It ends with this error, and nothing that could be run is left behind. */
async function refused(asked: Promise<unknown>, words: string | RegExp): Promise<void> {
  await expect(asked).rejects.toThrow(words);
  expect(runnable(cache())).toEqual([]);
  const left = fs.existsSync(temporary()) ? fs.readdirSync(temporary()) : [];
  expect(left.filter((name) => !handed.some((file) => file.includes(name)))).toEqual([]);
}

describe('a tool that is not on PATH', () => {
  it('is downloaded, verified, kept where setup-kubectl looks for it, and run from a copy of this run', async () => {
    const tool = await kubectl();
    expect(tool).toMatchObject({ from: 'download', version: { major: 1, minor: 36, patch: 3 } });
    expect(path.dirname(path.dirname(tool.file))).toBe(temporary());
    expect(fs.statSync(path.dirname(tool.file)).mode & 0o777).toBe(0o700);
    for (const file of [tool.file, cachedKubectl()]) expect(fs.readFileSync(file)).toEqual(program);
    expect(runnable(cache())).toEqual([cachedKubectl()]);
  });

  it('comes from the cache the next time, without a request', async () => {
    await kubectl();
    mirror.asked.length = 0;
    expect(await kubectl()).toMatchObject({ from: 'cache' });
    expect(mirror.asked).toEqual([]);
  });

  it('cannot be changed by whoever changes the cache once it was given out', async () => {
    await kubectl();
    const { file } = await kubectl();
    fs.writeFileSync(cachedKubectl(), 'swapped');
    expect(fs.readFileSync(file)).toEqual(program);
  });

  it('is taken from where setup-kubectl or setup-helm has put it, when it is the right one', async () => {
    for (const [kept, bytes] of [
      [cachedKubectl(), program],
      [cachedHelm(), program],
    ] as const) {
      fs.mkdirSync(path.dirname(kept), { recursive: true });
      fs.writeFileSync(kept, bytes);
    }
    for (const folder of ['kubectl/1.36.3/x64', 'helm/4.2.3/x64'])
      fs.writeFileSync(path.join(cache(), `${folder}.complete`), '');
    expect(await kubectl()).toMatchObject({ from: 'cache' });
    expect(await helm({ checksums: { 'helm-v4.2.3-linux-amd64': sha256(program) } })).toMatchObject({ from: 'cache' });
    expect(mirror.asked).toEqual([]);
    // Without its archive there is nothing that the checksum of an archive could be compared with.
    expect(await helm()).toMatchObject({ from: 'download' });
    expect(warnings).toEqual([]);
  });

  it('is used, with a warning, when it cannot be kept', async () => {
    fs.writeFileSync(cache(), 'no folder');
    expect(await kubectl()).toMatchObject({ from: 'download' });
    expect(warnings).toEqual([expect.stringContaining('is not kept in the cache')]);
  });

  it('prints nothing, and sets the environment for the call only', async () => {
    const room = new URL('../../../src/toolchain/', import.meta.url);
    const request = { ...ask('4.2.3'), clock: undefined, signal: undefined, warn: undefined };
    const script = `
      const { provideTool } = await import('${new URL('index.js', room)}');
      const request = ${JSON.stringify(request)};
      const { from } = await provideTool('helm', { ...request, signal: new AbortController().signal });
      console.log(from, process.env.RUNNER_TOOL_CACHE);`;
    const { stdout, stderr } = await run(process.execPath, ['--input-type=module', '-e', script], { timeout: 60_000 });
    expect([stdout, stderr]).toEqual(['download undefined\n', '']);
    expect(fs.readdirSync(temporary())).toEqual([]);
  });

  it('is taken out of its archive, by the checksum of the archive or of the program', async () => {
    const byArchive = await helm();
    expect(fs.readFileSync(byArchive.file)).toEqual(program);
    expect(await helm()).toMatchObject({ from: 'cache' });
    const byProgram = await helm({ checksums: { 'helm-v4.2.3-linux-amd64': sha256(program) } });
    expect([byProgram.from, fs.readFileSync(byProgram.file)]).toEqual(['cache', program]);
    expect(mirror.asked).toEqual([HELM]);
  });

  it('is downloaded anew when the cached program was changed', async () => {
    const byProgram = { 'kubectl-v1.36.3-linux-amd64': sha256(program), 'helm-v4.2.3-linux-amd64': sha256(program) };
    for (const [given, file] of [
      [kubectl, cachedKubectl()],
      [helm, cachedHelm()],
    ] as const) {
      await given({ checksums: byProgram });
      fs.writeFileSync(file, '#!/bin/sh\necho tampered\n');
      expect(await given({ checksums: byProgram })).toMatchObject({ from: 'download' });
      expect(fs.readFileSync(file)).toEqual(program);
    }
    expect(warnings).toEqual([
      expect.stringContaining('is not what was stored'),
      expect.stringContaining('helm-v4.2.3'),
    ]);
  });

  it('is taken out of its archive again when the archive is what is known, whatever lies beside it', async () => {
    await helm();
    fs.writeFileSync(cachedHelm(), '#!/bin/sh\necho tampered\n');
    const again = await helm();
    expect([again.from, fs.readFileSync(again.file)]).toEqual(['cache', program]);
    fs.appendFileSync(path.join(cache(), 'helm', '4.2.3', 'x64', 'archive.tar.gz'), 'x');
    expect(await helm()).toMatchObject({ from: 'download' });
    expect(warnings).toEqual([expect.stringContaining('helm-v4.2.3')]);
  });

  it('is not taken from a changed cache when it cannot be downloaded', async () => {
    await kubectl();
    const file = cachedKubectl();
    fs.writeFileSync(file, elf(0x3e, 'tampered'));
    mirror.files.delete(KUBECTL);
    await refused(kubectl(), 'answered 404');
    expect(fs.existsSync(file)).toBe(false);
  });

  it('is not taken from the cache through a link', async () => {
    await kubectl();
    const file = cachedKubectl();
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
    await refused(kubectl(), /could not be read in 4 tries: it broke off before its \d+ bytes/);
    expect(clock.slept).toEqual([1000, 1000, 3000, 8000]);
  });

  it('is not tried again when there is no such file', async () => {
    mirror.files.delete(KUBECTL);
    await refused(kubectl(), 'answered 404');
    expect(mirror.asked).toEqual([KUBECTL]);
  });

  it('stops at once when the run is cancelled, before the answer and in the middle of it', async () => {
    const held: Reply = (_, response) => {
      response.writeHead(200, { 'content-length': String(program.length) });
      response.write(program.subarray(0, 100));
      response.once('close', () => closed.push('by us'));
    };
    const closed: string[] = [];
    for (const reply of [(() => undefined) as Reply, held]) {
      const cancel = new AbortController();
      mirror.replies.set(KUBECTL, [
        (request, response) => {
          reply(request, response);
          setTimeout(() => cancel.abort(new Error('cancelled by test')), 50);
        },
      ]);
      mirror.asked.length = 0;
      await refused(kubectl({ signal: cancel.signal }), 'cancelled by test');
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(mirror.asked).toEqual([KUBECTL]);
    }
    expect(closed).toEqual(['by us']);
  });

  it('is refused when it is announced as larger than any tool, before it is read', async () => {
    mirror.replies.set(KUBECTL, [
      (_, response) => {
        response.writeHead(200, { 'content-length': String(401 * 1024 * 1024) });
        response.write('x');
      },
    ]);
    await refused(kubectl(), 'is longer than');
  });

  it('follows a redirect to a path of the same host', async () => {
    mirror.replies.set(KUBECTL, [(_, response) => response.writeHead(302, { location: '/moved' }).end()]);
    mirror.files.set('/moved', program);
    expect(await kubectl()).toMatchObject({ from: 'download' });
    expect(mirror.asked).toEqual([KUBECTL, '/moved']);
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
      const env = { PATH: '', RUNNER_TOOL_CACHE: cache(), RUNNER_TEMP: temporary(), http_proxy: proxy };
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
  /** The same for files: asked once more where they are said to be. */
  const filesOf =
    (http: Get): GetFile =>
    async (url, target, signal) => {
      const { status, headers, body } = await http(url, { signal, idle: 1000 });
      if (status === 200) for await (const chunk of body) fs.appendFileSync(target, chunk);
      return { status, headers };
    };
  const from = (files: Readonly<Record<string, Buffer | string>>, cdn?: string) => ({
    mirror: undefined,
    checksums: {},
    http: publishers(files, cdn),
    file: filesOf(publishers(files, cdn)),
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
    const moved = kubectl({ mirror: undefined, http, file: filesOf(http) });
    await refused(moved, 'redirects away from https');
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
