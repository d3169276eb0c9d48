/**
 * The tool cache (`<tool>/<version>/<arch>`, which setup-kubectl and setup-helm share) and the folder of this run alone.
 * What lies in the cache is believed no more than a download, and is not run: a copy of it is.
 */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

const FOLDER = 'mesh-canary-run-';
/** Private folders of this run. */
const folders: string[] = [];

/** The runner's tool cache, else a folder in the per-user cache of the system. */
export function cacheFolder(env: Environment, platform: string, home = os.homedir()): string {
  const { join } = platform === 'win32' ? path.win32 : path.posix;
  const own = (name: string) => absolute(env, name, platform);
  const perUser = () => {
    if (platform === 'win32') return own('LOCALAPPDATA') ?? join(home, 'AppData', 'Local');
    return own('XDG_CACHE_HOME') ?? (platform === 'darwin' ? join(home, 'Library', 'Caches') : join(home, '.cache'));
  };
  return own('RUNNER_TOOL_CACHE') ?? join(perUser(), 'mesh-canary');
}

/**
 * A new folder that only this run uses, gone with it, in the runner's folder for temporary files, else in the cache:
 * programs may be run from there. What killed runs have left there is removed first.
 */
export function privateFolder(env: Environment, platform: string): string {
  const base = absolute(env, 'RUNNER_TEMP', platform) ?? cacheFolder(env, platform);
  fs.mkdirSync(base, { recursive: true });
  sweep(base);
  const folder = fs.mkdtempSync(path.join(base, `${FOLDER}${os.hostname()}-${process.pid}-`));
  if (folders.length === 0)
    process.on('exit', () => folders.map((made) => fs.rmSync(made, { recursive: true, force: true })));
  folders.push(folder);
  return folder;
}

/** Process ids of other machines and containers mean nothing here, so their folders are left alone. */
function sweep(base: string): void {
  for (const name of fs.readdirSync(base)) {
    const ours = `${FOLDER}${os.hostname()}-`;
    const pid = name.startsWith(ours) ? Number(/^\d+(?=-)/.exec(name.slice(ours.length))?.[0]) : Number.NaN;
    if (Number.isInteger(pid) && !isAlive(pid)) fs.rmSync(path.join(base, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function absolute(env: Environment, name: string, platform: string): string | undefined {
  const value = env[name];
  return value !== undefined && (platform === 'win32' ? path.win32 : path.posix).isAbsolute(value) ? value : undefined;
}

/** SHA-256 of a file; undefined when there is none that can be read. Links are not followed. */
export async function digestOf(file: string): Promise<string | undefined> {
  try {
    if (!fs.lstatSync(file).isFile()) return undefined;
    const hash = createHash('sha256');
    for await (const chunk of fs.createReadStream(file) as AsyncIterable<Buffer>) hash.update(chunk);
    return hash.digest('hex');
  } catch {
    return undefined;
  }
}
