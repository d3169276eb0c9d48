/**
 * A tool that is not on PATH: its checksum known, then from the tool cache or downloaded, by @actions/tool-cache. What
 * is run is a copy of this run alone, verified before it is made executable; nobody can change it in between. Loaded
 * only when it is needed.
 */
import fs from 'node:fs';
import path from 'node:path';
import { cacheDir, cacheFile, find } from '@actions/tool-cache';
import { reasonOf, ToolError } from '../errors.ts';
import type { Build, Machine } from './builds.ts';
import { buildOf, targetOf } from './builds.ts';
import { cacheFolder, digestOf, privateFolder } from './cache.ts';
import type { Expected } from './checksums.ts';
import { expectedChecksum } from './checksums.ts';
import { downloadFile, unpack } from './download.ts';
import type { Get } from './fetch.ts';
import { requireBuiltFor } from './program-header.ts';
import type { ToolOptions } from './types.ts';
import type { ToolName, Version } from './versions.ts';
import { formatVersion } from './versions.ts';
import { watched } from './watched.ts';

export interface ObtainOptions extends ToolOptions {
  readonly http: Get;
  readonly machine: Machine;
}

export interface Obtained {
  readonly file: string;
  readonly version: Version;
  readonly from: 'cache' | 'download';
}

/** Beside what was in it: only the archive can be compared with a checksum of the archive. */
const ARCHIVE = 'archive.tar.gz';

/** @throws ToolError when it cannot be had, has no checksum or the wrong one, or is for another machine. */
export async function obtain(tool: ToolName, version: Version, options: ObtainOptions): Promise<Obtained> {
  const build = buildOf(tool, version, targetOf(options.machine, tool), options.mirror);
  const expected = await expectedChecksum(build, options);
  const own = makeFolder(options);
  try {
    const cached = await fromCache(build, expected, own, options);
    if (cached !== undefined) return { file: ready(cached), version, from: 'cache' };
    options.say?.(`downloading ${build.url.href}`);
    const program = await download(build, expected, own, options);
    requireBuiltFor(program, build.target, build.id);
    const file = ready(program);
    await keep(file, build, expected, own, options);
    return { file, version, from: 'download' };
  } catch (error) {
    fs.rmSync(own, { recursive: true, force: true });
    throw error;
  }
}

function makeFolder({ env, machine }: ObtainOptions): string {
  try {
    return privateFolder(env, machine.platform);
  } catch (error) {
    throw new ToolError(
      `there is no folder for the tool: ${reasonOf(error)}`,
      'set RUNNER_TEMP or RUNNER_TOOL_CACHE to a folder that can be written, or install the tool on PATH before this step',
    );
  }
}

/** A verified copy of what the cache holds; undefined when it holds none, or it is not what it was. */
async function fromCache(
  build: Build,
  expected: Expected,
  own: string,
  options: ObtainOptions,
): Promise<string | undefined> {
  const { tool, version, arch } = keyOf(build, options);
  const folder = await inCache(options, async () => find(tool, version, arch));
  if (folder === '') return undefined;
  // setup-helm keeps the folder of the archive, setup-kubectl the program alone.
  const names = expected.scope === 'archive' ? [ARCHIVE] : [build.program, ...(build.member ? [build.member] : [])];
  const kept = names.map((name) => path.join(folder, name)).find((file) => fs.existsSync(file));
  const copy = path.join(own, expected.scope === 'archive' ? ARCHIVE : build.program);
  if (kept === undefined && expected.scope === 'archive') {
    options.say?.(`${build.id} in the cache ${folder} has no archive that could be compared: it is downloaded`);
    return undefined;
  }
  if (kept !== undefined && fs.lstatSync(kept).isFile()) {
    fs.copyFileSync(kept, copy, fs.constants.COPYFILE_FICLONE);
    if ((await digestOf(copy)) === expected.sha256)
      return expected.scope === 'program' ? copy : takeOut(build, copy, own, options.signal);
    fs.rmSync(copy, { force: true });
  }
  options.warn?.(`${build.id} in the cache ${folder} is not what was stored: it is removed and downloaded again`);
  fs.rmSync(folder, { recursive: true, force: true });
  fs.rmSync(`${folder}.complete`, { force: true });
  return undefined;
}

async function download(build: Build, expected: Expected, own: string, options: ObtainOptions): Promise<string> {
  const file = path.join(own, build.member === undefined ? build.program : ARCHIVE);
  await downloadFile(build.url, file, options);
  const whole = await digestOf(file);
  if (build.member === undefined) {
    requireSame(whole, build, expected);
    return file;
  }
  if (expected.scope === 'archive') requireSame(whole, build, expected);
  const program = await takeOut(build, file, own, options.signal);
  if (expected.scope === 'program') requireSame(await digestOf(program), build, expected, whole);
  return program;
}

/** The program in an archive. @throws ToolError when the archive does not hold it. */
async function takeOut(build: Build, archive: string, own: string, signal: AbortSignal): Promise<string> {
  const member = build.member ?? '';
  await unpack(archive, unpacked(own), signal);
  const program = path.join(fs.realpathSync(unpacked(own)), member);
  // A link in the archive would lead out of the folder that is ours alone.
  if (!fs.existsSync(program) || fs.realpathSync(program) !== program || !fs.lstatSync(program).isFile())
    throw new ToolError(
      `the archive could not be unpacked: it does not hold ${member}`,
      'check what the mirror holds, and the checksum that allowed it',
    );
  return program;
}

function unpacked(own: string): string {
  return path.join(own, 'unpacked');
}

function requireSame(found: string | undefined, build: Build, expected: Expected, archive?: string): void {
  if (found === expected.sha256) return;
  throw new ToolError(
    `${build.id} was refused: ${build.url.href} has the SHA-256 ${found}, and ${expected.from} says ${expected.sha256}`,
    archive === expected.sha256
      ? `that is the checksum of the archive: write it as ${build.id}.tar.gz=${archive} in tools-checksums`
      : 'do not use it: find out whether the file was changed on the way, or the checksum is of another release',
  );
}

/** Made executable, now that it is verified. */
function ready(program: string): string {
  fs.chmodSync(program, 0o755);
  return program;
}

/** Keeps it for the next run; without it that run downloads again, so this one goes on. */
async function keep(program: string, build: Build, expected: Expected, own: string, options: ObtainOptions) {
  const { tool, version, arch } = keyOf(build, options);
  try {
    await inCache(options, async () => {
      if (build.member === undefined) return cacheFile(program, build.program, tool, version, arch);
      if (expected.scope === 'archive') fs.renameSync(path.join(own, ARCHIVE), path.join(unpacked(own), ARCHIVE));
      return cacheDir(unpacked(own), tool, version, arch);
    });
  } catch (error) {
    const folder = cacheFolder(options.env, options.machine.platform);
    options.warn?.(`${build.id} is not kept in the cache ${folder}: ${reasonOf(error)}`);
  }
}

/** As setup-kubectl and setup-helm name it: `kubectl/1.36.3/x64`. */
function keyOf(build: Build, { machine }: ObtainOptions): { tool: string; version: string; arch: string } {
  return { tool: build.tool, version: formatVersion(build.version).slice(1), arch: machine.arch };
}

let last: Promise<unknown> = Promise.resolve();

/** tool-cache reads its folder from the environment: it is set for the call only, one call at a time. */
function inCache<T>({ env, machine }: ObtainOptions, work: () => Promise<T>): Promise<T> {
  const mine = last.then(async () => {
    const before = process.env['RUNNER_TOOL_CACHE'];
    process.env['RUNNER_TOOL_CACHE'] = cacheFolder(env, machine.platform);
    try {
      return await watched({}, work);
    } finally {
      if (before === undefined) delete process.env['RUNNER_TOOL_CACHE'];
      else process.env['RUNNER_TOOL_CACHE'] = before;
    }
  });
  last = mine.catch(() => undefined);
  return mine;
}
