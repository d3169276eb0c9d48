/**
 * Verified downloads, in folders named by their digest: `<tool cache>/mesh-canary/helm/<sha256>/`. What lies there is
 * believed no more than a download: self-hosted runners share the folder among jobs.
 */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { ToolName } from './versions.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The runner's tool cache, else the per-user cache of the system. */
export function cacheFolder(env: Environment, tool: ToolName, platform: string, home = os.homedir()): string {
  const { join, isAbsolute } = platform === 'win32' ? path.win32 : path.posix;
  const own = (name: string) => {
    const value = env[name];
    return value !== undefined && isAbsolute(value) ? value : undefined;
  };
  const perUser = () => {
    if (platform === 'win32') return own('LOCALAPPDATA') ?? join(home, 'AppData', 'Local');
    return own('XDG_CACHE_HOME') ?? (platform === 'darwin' ? join(home, 'Library', 'Caches') : join(home, '.cache'));
  };
  return join(own('RUNNER_TOOL_CACHE') ?? perUser(), 'mesh-canary', tool);
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
