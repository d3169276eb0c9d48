/** Files of the workspace, looked at before they are opened: nothing outside of it, nothing without end, nothing that hangs. */
import fs from 'node:fs';
import path from 'node:path';
import { reasonOf } from '../../errors.ts';
import { isInside } from '../../settings/values/paths.ts';
import type { ManifestProblem } from '../documents.ts';
import { MAX_FILE_BYTES } from '../documents.ts';

/** Files of one run; far more than a person reviews. */
const MOST_FILES = 2000;
/** Bytes of all of them together. */
const MOST_BYTES = 16 * 1024 * 1024;
/** `open` of a FIFO would wait for its writer; Windows knows no such thing. */
const NO_WAIT = fs.constants.O_RDONLY | (fs.constants.O_NONBLOCK ?? 0);

/** One file or folder that is not used, and why. */
export class Refused extends Error {
  readonly problem: ManifestProblem;

  constructor(problem: ManifestProblem) {
    super(`${problem.file}: ${problem.message}`);
    this.problem = problem;
  }
}

export class Workspace {
  readonly root: string;
  #real: string | undefined;
  #files = 0;
  #bytes = 0;

  constructor(root: string) {
    this.root = path.resolve(root);
  }

  /** A path as the user knows it: from the workspace, with `/`. */
  nameOf(full: string): string {
    return path.relative(this.root, full).split(path.sep).join('/') || '.';
  }

  /**
   * What stands there, links followed.
   * @throws Refused for what is missing, leads out of the workspace, or is neither a file nor a folder.
   */
  kindOf(full: string): 'file' | 'folder' {
    let real: string;
    let found: fs.Stats;
    try {
      real = fs.realpathSync(full);
      found = fs.statSync(real);
    } catch (error) {
      const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
      throw this.#refused(full, missing ? missingWords(full) : `It cannot be read: ${reasonOf(error)}.`);
    }
    this.#real ??= fs.realpathSync(this.root);
    if (!isInside(this.#real, real)) {
      throw this.#refused(full, 'It leads out of the workspace; only files of the workspace are read.');
    }
    if (found.isDirectory()) return 'folder';
    if (found.isFile()) return 'file';
    throw this.#refused(full, `It is ${specialName(found)}; only files and folders are read.`);
  }

  /**
   * The bytes of a file, within the bounds of the run.
   * @throws Refused, also where the file has become something else since it was looked at.
   */
  bytes(full: string, most = MAX_FILE_BYTES): Buffer {
    if (this.kindOf(full) === 'folder') throw this.#refused(full, 'It is a folder where a file is needed.');
    const handle = fs.openSync(full, NO_WAIT);
    try {
      const found = fs.fstatSync(handle);
      if (!found.isFile()) throw this.#refused(full, `It is ${specialName(found)}; only files and folders are read.`);
      if (found.size > most) {
        throw this.#refused(full, `The file has ${found.size} bytes; at most ${most} are read. Split it.`);
      }
      this.#files += 1;
      this.#bytes += found.size;
      if (this.#files > MOST_FILES || this.#bytes > MOST_BYTES) {
        const bound = `${MOST_FILES} files and ${MOST_BYTES / 1024 / 1024} MiB`;
        throw this.#refused(full, `With this file there is more than ${bound}, and no more is read. Name less.`);
      }
      const bytes = Buffer.alloc(found.size);
      return bytes.subarray(0, fs.readSync(handle, bytes, 0, bytes.length, 0));
    } finally {
      fs.closeSync(handle);
    }
  }

  /** The text of a file. @throws Refused, also for what is not UTF-8. */
  text(full: string): string {
    const bytes = this.bytes(full);
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch {
      throw this.#refused(full, 'The file is not text in UTF-8.');
    }
  }

  #refused(full: string, message: string): Refused {
    return new Refused({ file: this.nameOf(full), message });
  }
}

function missingWords(full: string): string {
  const link = fs.lstatSync(full, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  return link ? 'It is a link to nothing.' : 'It does not exist.';
}

/** What a file that is none is called. */
export function specialName(found: Pick<fs.Stats, 'isFIFO' | 'isSocket' | 'isBlockDevice' | 'isCharacterDevice'>) {
  if (found.isFIFO()) return 'a named pipe';
  if (found.isSocket()) return 'a socket';
  return found.isBlockDevice() || found.isCharacterDevice() ? 'a device' : 'a special file';
}
