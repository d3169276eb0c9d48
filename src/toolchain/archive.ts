/** Takes one file out of a .tar.gz. Its own reader, because runners without `tar` exist and one file is all we want. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import zlib from 'node:zlib';
import { ToolError } from '../errors.ts';

const BLOCK = 512;
/** Bytes; helm 4 is 60 MB. A bomb ends here. */
const LARGEST = 400 * 1024 * 1024;

/**
 * Writes one member of a .tar.gz to `target` (which must not exist, and is not made executable).
 * @returns its SHA-256.
 * @throws ToolError when the archive is broken, ends early, or does not hold it.
 */
export async function extractMember(archive: string, member: string, target: string): Promise<string> {
  const unpacked = fs.createReadStream(archive).pipe(zlib.createGunzip());
  const output = fs.openSync(target, 'wx', 0o600);
  const hash = createHash('sha256');
  let pending: Buffer = Buffer.alloc(0);
  /** Bytes of the current member still to come, with its padding; and how many of them are wanted. */
  let remaining = 0;
  let wanted = 0;
  let total = 0;
  try {
    for await (const chunk of unpacked as AsyncIterable<Buffer>) {
      total += chunk.length;
      if (total > LARGEST) throw new Error(`it unpacks to more than ${LARGEST / 1024 / 1024} MB`);
      pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
      for (;;) {
        if (remaining > 0) {
          const part = pending.subarray(0, remaining);
          const kept = part.subarray(0, wanted);
          if (kept.length > 0) {
            fs.writeSync(output, kept);
            hash.update(kept);
            wanted -= kept.length;
            if (wanted === 0) return hash.digest('hex');
          }
          remaining -= part.length;
          pending = pending.subarray(part.length);
          if (remaining > 0) break;
        }
        if (pending.length < BLOCK) break;
        const header = readHeader(pending.subarray(0, BLOCK));
        pending = pending.subarray(BLOCK);
        remaining = Math.ceil(header.size / BLOCK) * BLOCK;
        if (header.isFile && header.name === member) wanted = header.size;
        if (header.isFile && header.name === member && header.size === 0) throw new Error(`${member} in it is empty`);
      }
    }
    throw new Error(wanted > 0 ? 'it ends in the middle' : `it does not hold ${member}`);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ToolError(`the archive could not be unpacked: ${why}`, 'check what the mirror holds', { cause: error });
  } finally {
    fs.closeSync(output);
    unpacked.destroy();
  }
}

/** One header of POSIX ustar: name, size in octal, type, prefix. An empty block (the end) reads as an empty entry. */
function readHeader(block: Buffer): { name: string; size: number; isFile: boolean } {
  const text = (from: number, length: number) =>
    block.toString('latin1', from, from + length).replace(/\0[\s\S]*$/, '');
  const prefix = text(257, 5) === 'ustar' ? text(345, 155) : '';
  const octal = text(124, 12).trim();
  if (!/^[0-7]*$/.test(octal)) throw new Error('a header in it is damaged');
  const type = text(156, 1);
  return {
    name: (prefix === '' ? text(0, 100) : `${prefix}/${text(0, 100)}`).replace(/^\.\//, ''),
    size: octal === '' ? 0 : Number.parseInt(octal, 8),
    isFile: type === '' || type === '0',
  };
}
