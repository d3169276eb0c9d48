/**
 * One file, downloaded and unpacked by @actions/tool-cache, which knows no cancel, no limit and no Retry-After, follows redirects anywhere but to
 * a path, and waits 10 to 20 s between tries of its own. Each of its requests is seen as it is made, so an answer that
 * is not the file ends its part, and what follows from it is decided here.
 */
import type { ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { pipeline } from 'node:stream/promises';
import zlib from 'node:zlib';
import { downloadTool, extractTar, HTTPError } from '@actions/tool-cache';
import { reasonOf, ToolError } from '../errors.ts';
import type { Clock } from '../ports.ts';
import type { Head } from './fetch.ts';
import { again, follow, IDLE, Passing, wordsOf } from './fetch.ts';
import { lookUp } from './find.ts';
import { watched } from './watched.ts';

export interface DownloadOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** One GET without redirects and tries; replaced in tests. */
  readonly file?: GetFile | undefined;
}

/** Writes the answer into `target`, which does not exist, when it is 200; else only says what came. */
export type GetFile = (url: URL, target: string, signal: AbortSignal) => Promise<Head>;

/** Bytes, also of all that is in an archive; helm 4 is 60 MB, and the limit only keeps a disk from being filled. */
const LARGEST_FILE = 400 * 1024 * 1024;
/** Milliseconds between two looks at a file that grows. */
const LOOKS = 1000;
/** Milliseconds. */
const UNPACKS_WITHIN = 120_000;

/**
 * Downloads into a new file, not executable. Redirects may lead anywhere on https, since a checksum decides.
 * @throws ToolError saying what came instead; the reason of `signal` at once.
 */
export async function downloadFile(url: URL, target: string, options: DownloadOptions): Promise<void> {
  const get = options.file ?? getFile;
  await again(url, options, () =>
    follow(
      url,
      (at) => get(at, target, options.signal),
      () => true,
    ),
  );
}

const getFile: GetFile = (url, target, signal) =>
  new Promise((resolve, reject) => {
    const requests = new Set<ClientRequest>();
    let over = false;
    /** The first end counts. What tool-cache would do after it is stopped, as soon as it begins. */
    const end = (settle: () => void) => {
      if (over) return;
      over = true;
      clearInterval(looking);
      signal.removeEventListener('abort', onAbort);
      for (const request of requests) request.destroy(lastTry());
      settle();
    };
    const fail = (error: unknown) => end(() => reject(error));
    const onAbort = () => fail(signal.reason);
    const looking = setInterval(growth(target, fail), LOOKS);
    const onResponse = (response: IncomingMessage) => {
      const { statusCode: status = 0, headers } = response;
      // A body that is given up has no other listener for its error, which would end the process.
      response.on('error', () => undefined);
      if (status !== 200) return end(() => resolve({ status, headers }));
      if (Number(headers['content-length'] ?? 0) > LARGEST_FILE) return fail(tooLong());
      response.on('aborted', () =>
        fail(new Passing(`it broke off before its ${headers['content-length'] ?? ''} bytes`)),
      );
    };
    const onRequest = (request: ClientRequest) => {
      if (over) return void request.destroy(lastTry());
      requests.add(request);
      request.on('error', (error) => fail(new Passing(wordsOf(error))));
      // The request to a proxy has no answer of its own.
      if (request.method !== 'CONNECT') request.prependListener('response', onResponse);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    watched({ onRequest }, async () => {
      withoutPauses();
      await downloadTool(url.href, target);
    }).then(
      () => end(() => resolve({ status: 200, headers: {} })),
      (error: unknown) => fail(isOfDisk(error) ? error : new Passing(wordsOf(error))),
    );
  });

/** The error that tool-cache does not answer with another try. */
function lastTry(): Error {
  return new HTTPError(400);
}

/** tool-cache's own switch for the pauses between its tries: ours are in `again`. Its name is from its tests. */
function withoutPauses(): void {
  Object.assign(globalThis, { TEST_DOWNLOAD_TOOL_RETRY_MIN_SECONDS: 0, TEST_DOWNLOAD_TOOL_RETRY_MAX_SECONDS: 0 });
}

/** Looks whether a file grows, and not too much. */
function growth(file: string, fail: (error: Error) => void): () => void {
  let before = -1;
  let still = 0;
  return () => {
    const size = fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0;
    still = size > before ? 0 : still + LOOKS;
    before = size;
    if (size > LARGEST_FILE) fail(tooLong());
    else if (still >= IDLE) fail(new Passing(`nothing was heard for ${IDLE / 1000} s`));
  };
}

function tooLong(): ToolError {
  return new ToolError(`the answer is longer than ${LARGEST_FILE} bytes: refused`);
}

function isOfDisk(error: unknown): boolean {
  return ['ENOSPC', 'EROFS', 'EACCES', 'EPERM', 'EDQUOT', 'EIO'].includes(
    String((error as NodeJS.ErrnoException | undefined)?.code),
  );
}

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
        if (size > LARGEST_FILE) throw new Error(`it unpacks to more than ${LARGEST_FILE / 1024 / 1024} MB`);
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
