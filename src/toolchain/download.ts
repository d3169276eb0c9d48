/**
 * A tool that is not on PATH: its version settled, its checksum known, then from the cache or downloaded. Verified
 * before it is made executable, and again each time it comes out of the cache. Loaded only when it is needed.
 */
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { ToolError } from '../errors.ts';
import { extractMember } from './archive.ts';
import type { Machine, Release } from './builds.ts';
import { releaseOf, stableUrl, targetOf } from './builds.ts';
import { cacheFolder, digestOf } from './cache.ts';
import type { Expected } from './checksums.ts';
import { expectedChecksum } from './checksums.ts';
import type { Get } from './fetch.ts';
import { fetchFile, fetchText } from './fetch.ts';
import type { KnownChecksum } from './known-checksums.ts';
import { requireBuiltFor } from './program-header.ts';
import type { ToolOptions } from './types.ts';
import type { ToolName, Version, Wanted } from './versions.ts';
import { formatVersion, isSupported, parseVersion } from './versions.ts';

export interface DownloadOptions extends ToolOptions {
  readonly http: Get;
  readonly machine: Machine;
  readonly known?: Readonly<Record<string, KnownChecksum>>;
}

export interface Obtained {
  readonly file: string;
  readonly version: Version;
  readonly from: 'cache' | 'download';
}

/**
 * The exact version that is meant. No other one is ever taken instead.
 * @throws ToolError when the publisher does not say which one it is, with the way out.
 */
export async function settleVersion(tool: ToolName, wanted: Wanted, options: DownloadOptions): Promise<Version> {
  if (wanted.kind === 'exact') return wanted.version;
  const asked = wanted.kind === 'minor' ? `the newest ${tool} ${wanted.major}.${wanted.minor}` : `the stable ${tool}`;
  const next = `give an exact version in ${tool}-version, such as ${tool === 'kubectl' ? '1.36.3' : '4.2.3'}`;
  const url = stableUrl(tool, wanted, options.mirror);
  let said: string;
  try {
    said = (await fetchText(url, options)).trim();
  } catch (error) {
    if (options.signal.aborted) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new ToolError(`${asked} is not known: ${why}`, `${next}, or install ${tool} on PATH before this step`, {
      cause: error,
    });
  }
  const version = said.length <= 64 ? parseVersion(said) : undefined;
  if (version === undefined || !isSupported(tool, version.major) || version.suffix !== '')
    throw new ToolError(`${asked} is not known: ${url.href} does not hold a version`, next);
  if (wanted.kind === 'minor' && (version.major !== wanted.major || version.minor !== wanted.minor))
    throw new ToolError(`${asked} is not known: ${url.href} names ${formatVersion(version)} only`, next);
  return version;
}

/** @throws ToolError when it cannot be had, has no checksum or the wrong one, or is for another machine. */
export async function obtain(tool: ToolName, version: Version, options: DownloadOptions): Promise<Obtained> {
  const release = releaseOf(tool, version, targetOf(options.machine, tool), options.mirror);
  const expected = await expectedChecksum(release, options);
  const folder = path.join(cacheFolder(options.env, tool, options.machine.platform), expected.sha256);
  const cached = await fromCache(release, expected, folder, options);
  if (cached !== undefined) return { file: cached, version, from: 'cache' };

  const fresh = `${folder}.new-${randomUUID()}`;
  try {
    makeFolder(fresh);
    options.say?.(`downloading ${release.url.href}`);
    await downloadInto(fresh, release, expected, options);
    publish(fresh, folder);
  } finally {
    fs.rmSync(fresh, { recursive: true, force: true });
  }
  // Read back from its final place: another job may have been there first.
  const file = await fromCache(release, expected, folder, options);
  if (file === undefined) throw new ToolError(`${release.id} changed in the cache ${folder} while it was stored`);
  return { file, version, from: 'download' };
}

/** The program of a cached release, verified now; undefined when there is none, or it is not what it was. */
async function fromCache(
  release: Release,
  expected: Expected,
  folder: string,
  options: DownloadOptions,
): Promise<string | undefined> {
  if (!fs.existsSync(folder)) return undefined;
  const program = path.join(folder, release.program);
  const archive = path.join(folder, 'archive.tar.gz');
  if ((await digestOf(expected.scope === 'program' ? program : archive)) === expected.sha256) {
    // The archive is what is known, so the program is compared with what is in it.
    if (expected.scope === 'program') return program;
    const again = path.join(folder, `.again-${randomUUID()}`);
    try {
      const inside = await extractMember(archive, release.member ?? '', again);
      if ((await digestOf(program)) === inside) return program;
    } finally {
      fs.rmSync(again, { force: true });
    }
  }
  options.warn?.(`${release.id} in the cache ${folder} is not what was stored: it is removed and downloaded again`);
  fs.rmSync(folder, { recursive: true, force: true });
  return undefined;
}

function makeFolder(folder: string): void {
  try {
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new ToolError(
      `the cache folder ${path.dirname(folder)} cannot be written (${(error as NodeJS.ErrnoException).code})`,
      'set RUNNER_TOOL_CACHE to a folder that can, or install the tool on PATH before this step',
    );
  }
}

async function downloadInto(folder: string, release: Release, expected: Expected, options: DownloadOptions) {
  const program = path.join(folder, release.program);
  if (release.member === undefined) {
    requireSame(await fetchFile(release.url, program, options), release, expected);
  } else {
    const archive = path.join(folder, 'archive.tar.gz');
    const whole = await fetchFile(release.url, archive, options);
    if (expected.scope === 'archive') requireSame(whole, release, expected);
    const inside = await extractMember(archive, release.member, program);
    if (expected.scope === 'program') {
      requireSame(inside, release, expected, whole);
      fs.rmSync(archive);
    }
  }
  requireBuiltFor(program, release.target, release.id);
  fs.chmodSync(program, 0o755);
}

function requireSame(found: string, release: Release, expected: Expected, archive?: string): void {
  if (found === expected.sha256) return;
  throw new ToolError(
    `${release.id} was refused: ${release.url.href} has the SHA-256 ${found}, and ${expected.from} says ${expected.sha256}`,
    archive === expected.sha256
      ? `that is the checksum of the archive: write it as ${release.id}.tar.gz=${archive} in tools-checksums`
      : 'do not use it: find out whether the file was changed on the way, or the checksum is of another release',
  );
}

/** Puts the verified folder in its place; a job that was faster has put the same one there. */
function publish(fresh: string, folder: string): void {
  try {
    fs.renameSync(fresh, folder);
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST', 'EPERM'].includes(String((error as NodeJS.ErrnoException).code))) throw error;
  }
}
