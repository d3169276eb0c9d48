/** The toolchain against a mirror that holds the real builds: what is used, what is refused, and that nothing refused runs. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ActionResult } from '../../lab/action/run.ts';
import { runAction } from '../../lab/action/run.ts';
import { ensureBinaries } from '../../lab/binaries/index.ts';
import { HELM_VERSION, KUBERNETES_VERSION } from '../../lab/binaries/versions.ts';
import type { Lab } from '../../lab/index.ts';
import { startLab } from '../../lab/index.ts';
import {
  goPlatform,
  HELM_PATH,
  KUBECTL_PATH,
  kubectlPath,
  serveBuilds,
  sha256Of,
  ToolsMirror,
} from '../../lab/mirror/index.ts';
import { lookUp } from '../../src/toolchain/find.ts';

const KUBECTL = `kubectl-v${KUBERNETES_VERSION}-${goPlatform}`;
const HELM = `helm-v${HELM_VERSION}-${goPlatform}`;

let lab: Lab;
let mirror: ToolsMirror;
let elsewhere: ToolsMirror;
/** Holds everything this file writes. */
let folder = '';
let cache = '';
/** A program that was refused would leave this file when it ran. */
let mark = '';
let checksums: Record<string, string> = {};
let caches = 0;

beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'mc-toolchain-'));
  for (const name of ['empty', 'with-tar']) fs.mkdirSync(path.join(folder, name));
  // What unpacks helm's archive, and nothing else.
  for (const name of ['tar', 'gzip']) fs.symlinkSync(programNamed(name), path.join(folder, 'with-tar', name));
  const binaries = await ensureBinaries();
  [lab, mirror, elsewhere] = await Promise.all([startLab(), ToolsMirror.start(), ToolsMirror.start()]);
  await serveBuilds(mirror, binaries, folder);
  checksums = { [KUBECTL]: await sha256Of(binaries.kubectl), [HELM]: await sha256Of(binaries.helm) };
});
afterAll(async () => {
  await Promise.all([mirror?.stop(), elsewhere?.stop(), lab?.stop()]);
  fs.rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  mirror.reset();
  elsewhere.reset();
  cache = path.join(folder, `cache-${++caches}`);
  mark = path.join(folder, `ran-${caches}`);
});

/** `setup` on a machine with nothing on PATH. Without more inputs it needs kubectl only and ends where Kong is missing. */
function run(inputs: Record<string, string> = {}, onPath = 'empty'): Promise<ActionResult> {
  return runAction({
    node: lab.node24,
    binDir: path.join(folder, 'empty'),
    kubeconfig: lab.kubeconfig,
    folder,
    env: { PATH: path.join(folder, onPath), RUNNER_TOOL_CACHE: cache },
    inputs: {
      command: 'setup',
      'install-kong': 'false',
      'kubectl-version': KUBERNETES_VERSION,
      'tools-mirror': mirror.url,
      'tools-checksums': lines(checksums),
      ...inputs,
    },
  });
}

function programNamed(name: string): string {
  const file = lookUp(name, process.env);
  if (file === undefined) throw new Error(`${name} is not on PATH`);
  return file;
}

const lines = (given: Record<string, string>) =>
  Object.entries(given)
    .map(([name, sha256]) => `${name}=${sha256}`)
    .join('\n');

/** It reached the cluster with the tool it was given: what it says there is about Kong. */
function reachedCluster({ log, outputs }: ActionResult): void {
  expect(log).toContain(`API server v${KUBERNETES_VERSION}`);
  expect(outputs['reason']).toMatch(/^no Kong controller runs in namespace kong/);
}

/** It ended before the cluster for this reason, and nothing that could be run is left in the cache. */
function refused({ code, log, outputs }: ActionResult, why: string | RegExp): void {
  expect([code, outputs['result']]).toEqual([1, 'failed']);
  expect(outputs['reason']).toMatch(why);
  expect(log).not.toContain('API server');
  expect(runnable(cache)).toEqual([]);
  expect(fs.existsSync(mark)).toBe(false);
}

/** A script in the place of a program: running it would leave the mark, and then do as it was asked. */
function tampered(name: string, real: string): string {
  const file = path.join(folder, name);
  fs.writeFileSync(file, `#!/bin/sh\n: > '${mark}'\nexec '${real}' "$@"\n`, { mode: 0o755 });
  return file;
}

/** Puts another file in its place; the old one may still be running, so it is not written over. */
function replace(file: string, by: string): void {
  fs.rmSync(file);
  fs.copyFileSync(by, file);
}

function runnable(below: string): string[] {
  if (!fs.existsSync(below)) return [];
  return fs
    .readdirSync(below, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => (fs.statSync(file).mode & 0o111) !== 0);
}

describe('kubectl from a mirror', () => {
  it('is downloaded once, verified, and taken from the cache the next time', async () => {
    const first = await run();
    reachedCluster(first);
    expect(first.log).toContain(`kubectl v${KUBERNETES_VERSION} (downloaded, verified)`);
    expect(mirror.asked).toEqual([KUBECTL_PATH]);
    const second = await run();
    reachedCluster(second);
    expect(second.log).toContain(`kubectl v${KUBERNETES_VERSION} (cached, verified)`);
    expect(mirror.asked).toEqual([KUBECTL_PATH]);
  });

  it('is found by its minor, and as the stable release', async () => {
    const [major = '', minor = ''] = KUBERNETES_VERSION.split('.');
    for (const wanted of [`${major}.${minor}`, 'stable']) reachedCluster(await run({ 'kubectl-version': wanted }));
    expect(mirror.asked).toEqual([`/release/stable-${major}.${minor}.txt`, KUBECTL_PATH, '/release/stable.txt']);
  });

  it('is refused with another checksum than it should have, and never run', async () => {
    const real = path.join(lab.binDir, 'kubectl');
    mirror.serve(kubectlPath('1.36.1'), tampered('other', real));
    const result = await run({
      'kubectl-version': '1.36.1',
      'tools-checksums': `kubectl-v1.36.1-${goPlatform}=${checksums[KUBECTL]}`,
    });
    refused(
      result,
      /kubectl-v1\.36\.1-\S+ was refused: .* has the SHA-256 [0-9a-f]{64}, and the input tools-checksums/,
    );
    expect(mirror.asked).toEqual([kubectlPath('1.36.1')]);
  });

  it('is refused without a checksum, before anything is downloaded', async () => {
    mirror.serve(kubectlPath('1.36.2'), path.join(lab.binDir, 'kubectl'));
    refused(await run({ 'kubectl-version': '1.36.2' }), /from tools-mirror was refused: there is no checksum for it/);
    expect(mirror.asked).toEqual([]);
  });

  it('is asked for again after two answers 503', async () => {
    mirror.fail(KUBECTL_PATH, [
      { kind: 'status', status: 503 },
      { kind: 'status', status: 503 },
    ]);
    reachedCluster(await run());
    expect(mirror.asked).toEqual([KUBECTL_PATH, KUBECTL_PATH, KUBECTL_PATH]);
  });

  it('is asked for again when the download breaks off, and refused when it always does', async () => {
    mirror.fail(KUBECTL_PATH, [{ kind: 'cut' }]);
    reachedCluster(await run());
    expect(mirror.asked).toHaveLength(2);

    mirror.reset();
    fs.rmSync(cache, { recursive: true });
    mirror.fail(KUBECTL_PATH, [{ kind: 'cut' }], true);
    refused(await run(), /could not be read in 4 tries: it broke off before its \d+ bytes/);
    expect(mirror.asked).toHaveLength(4);
  });

  it('may come from another host, since its checksum decides; what says the version may not', async () => {
    const other = `http://localhost:${elsewhere.port}`;
    elsewhere.serve(KUBECTL_PATH, path.join(lab.binDir, 'kubectl'));
    mirror.fail(KUBECTL_PATH, [{ kind: 'redirect', to: other }]);
    reachedCluster(await run());
    expect(elsewhere.asked).toEqual([KUBECTL_PATH]);

    mirror.fail('/release/stable.txt', [{ kind: 'redirect', to: other }]);
    fs.rmSync(cache, { recursive: true });
    refused(await run({ 'kubectl-version': 'stable' }), /redirects to another host, localhost:\d+: refused/);
  });

  it('is refused when it was built for another processor, whatever its checksum', async () => {
    const foreign = path.join(folder, 'foreign');
    fs.copyFileSync(path.join(lab.binDir, 'kubectl'), foreign);
    const file = fs.openSync(foreign, 'r+');
    // The processor in the header: e_machine of ELF, cputype of Mach-O; ppc64 is none that we are ever on.
    if (process.platform === 'linux') fs.writeSync(file, Buffer.from([0x15, 0x00]), 0, 2, 18);
    else fs.writeSync(file, Buffer.from([0x12, 0x00, 0x00, 0x01]), 0, 4, 4);
    fs.closeSync(file);
    mirror.serve(kubectlPath('1.36.0'), foreign);
    const result = await run({
      'kubectl-version': '1.36.0',
      'tools-checksums': `kubectl-v1.36.0-${goPlatform}=${await sha256Of(foreign)}`,
    });
    refused(result, /kubectl-v1\.36\.0-\S+ was refused: it is a program for \S+ \d*.*, and this machine needs/);
  });

  it('is not run when it was changed in the cache: it is downloaded again', async () => {
    reachedCluster(await run());
    const [cached = ''] = runnable(cache);
    expect(path.basename(cached)).toBe('kubectl');
    replace(cached, tampered('in-cache', path.join(lab.binDir, 'kubectl')));

    const again = await run();
    reachedCluster(again);
    expect(again.log).toMatch(/in the cache \S+ is not what was stored: it is removed and downloaded again/);
    expect(await sha256Of(cached)).toBe(checksums[KUBECTL]);
    expect(fs.existsSync(mark)).toBe(false);
  });

  it('is not run when it was changed in the cache and the mirror is away: the run ends', async () => {
    reachedCluster(await run());
    const [cached = ''] = runnable(cache);
    replace(cached, tampered('in-cache', path.join(lab.binDir, 'kubectl')));
    mirror.fail(KUBECTL_PATH, [{ kind: 'status', status: 404 }], true);
    refused(await run(), /answered 404/);
  });
});

describe('helm from a mirror', () => {
  it('is taken out of its archive, verified, and installs Kong', async () => {
    const installs = {
      'install-kong': 'true',
      'helm-version': HELM_VERSION,
      'kong-chart-repository': lab.chartRepository,
      'gateway-url': lab.gatewayUrl,
    };
    const result = await run(installs, 'with-tar');
    expect([result.code, result.outputs['result'], result.log]).toEqual([0, 'applied', expect.any(String)]);
    expect(result.log).toContain(`helm v${HELM_VERSION} (downloaded, verified)`);
    expect(mirror.asked).toEqual([KUBECTL_PATH, HELM_PATH]);
    expect((await run(installs, 'with-tar')).log).toContain(`helm v${HELM_VERSION} (cached, verified)`);
    expect(mirror.asked).toEqual([KUBECTL_PATH, HELM_PATH]);
  });

  it('needs tar, and says so', async () => {
    const result = await run({
      'install-kong': 'true',
      'helm-version': HELM_VERSION,
      'kong-chart-repository': lab.chartRepository,
    });
    expect([result.code, result.outputs['reason']]).toEqual([1, expect.stringMatching(/there is no tar on PATH/)]);
  });

  it('is refused with another checksum than its program has, and never run', async () => {
    const archive = `${HELM}.tar.gz`;
    const result = await run({
      'install-kong': 'true',
      'helm-version': HELM_VERSION,
      'kong-chart-repository': lab.chartRepository,
      'tools-checksums': lines({ [KUBECTL]: checksums[KUBECTL] ?? '', [archive]: '0'.repeat(64) }),
    });
    expect([result.code, result.outputs['reason']]).toEqual([
      1,
      expect.stringMatching(/^helm-v\S+ was refused: .* and the input tools-checksums says 0{64}/),
    ]);
    expect(runnable(path.join(cache, 'helm'))).toEqual([]);
  });
});
