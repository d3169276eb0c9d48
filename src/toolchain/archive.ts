/** Unpacks a .tar.gz by @actions/tool-cache, which runs `tar`: bounded in size and time, and silent. */
import type { ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import { pipeline } from 'node:stream/promises';
import zlib from 'node:zlib';
import { extractTar } from '@actions/tool-cache';
import { reasonOf, ToolError } from '../errors.ts';
import { lookUp } from './find.ts';
import { watched } from './watched.ts';

/** Bytes; helm 4 is 60 MB. A bomb ends here. */
const LARGEST = 400 * 1024 * 1024;
/** Milliseconds. */
const UNPACKS_WITHIN = 120_000;

/**
 * Unpacks all of an archive into `folder`, which does not exist.
 * @throws ToolError when it is broken, ends early, is too large, or there is no `tar`; the reason of `signal` at once.
 */
export async function unpack(archive: string, folder: string, signal: AbortSignal): Promise<void> {
  if (lookUp('tar', process.env) === undefined)
    throw new ToolError(
      'the archive could not be unpacked: there is no tar on PATH',
      'install tar and gzip, or helm itself, in a step before this one',
    );
  const bound = AbortSignal.any([signal, AbortSignal.timeout(UNPACKS_WITHIN)]);
  try {
    await requireBounded(archive, bound);
    await extract(archive, folder, bound);
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw new ToolError(`the archive could not be unpacked: ${reasonOf(error)}`, 'check what the mirror holds', {
      cause: error,
    });
  }
}

/** Reads it to its end once: that it is whole, and how much would come of it, is known before anything is written. */
async function requireBounded(archive: string, signal: AbortSignal): Promise<void> {
  let size = 0;
  await pipeline(
    fs.createReadStream(archive),
    zlib.createGunzip(),
    async (unpacked: AsyncIterable<Buffer>) => {
      for await (const chunk of unpacked) {
        size += chunk.length;
        if (size > LARGEST) throw new Error(`it unpacks to more than ${LARGEST / 1024 / 1024} MB`);
      }
    },
    { signal },
  );
}

function extract(archive: string, folder: string, signal: AbortSignal): Promise<unknown> {
  const children = new Set<ChildProcess>();
  const onProcess = (child: ChildProcess) => void children.add(child);
  const stopped = new Promise<never>((_, reject) =>
    signal.addEventListener(
      'abort',
      () => {
        for (const child of children) child.kill('SIGKILL');
        reject(signal.reason);
      },
      { once: true },
    ),
  );
  // `o`: what is unpacked is ours, also where we are root.
  let said = '';
  const onPrint = (text: string) => {
    said = (said + text).slice(-1000);
  };
  const unpacking = watched({ onProcess, onPrint }, () => extractTar(archive, folder, 'xzo')).catch(
    (error: unknown) => {
      throw new Error(said.trim().split('\n').at(-1) || reasonOf(error), { cause: error });
    },
  );
  return Promise.race([unpacking, stopped]);
}
