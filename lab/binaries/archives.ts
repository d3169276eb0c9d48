/** Reading zip and tar archives from memory, for the few files the lab takes out of npm packages. */
import { promisify } from 'node:util';
import zlib from 'node:zlib';

const gunzip = promisify(zlib.gunzip);
const inflateRaw = promisify(zlib.inflateRaw);

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const LOCAL_HEADER = 0x04034b50;

/**
 * One file of a zip archive, found through its central directory (APPNOTE.TXT 4.3.12 and 4.3.16) and checked against its
 * CRC-32. Throws when the archive is damaged, the file is missing or its compression is neither stored nor deflate. No Zip64.
 */
export async function fileFromZip(zip: Buffer, name: string): Promise<Buffer> {
  const end = zip.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (end < 0 || zip.readUInt32LE(end) !== END_OF_DIRECTORY) throw new Error('not a zip archive, or one cut short');
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    if (zip.readUInt32LE(at) !== DIRECTORY_ENTRY) throw new Error('the zip archive has a damaged directory');
    const nameLength = zip.readUInt16LE(at + 28);
    if (zip.toString('utf8', at + 46, at + 46 + nameLength) === name) return entryAt(zip, at, name);
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  throw new Error(`the zip archive has no file ${name}`);
}

async function entryAt(zip: Buffer, at: number, name: string): Promise<Buffer> {
  const method = zip.readUInt16LE(at + 10);
  const packedSize = zip.readUInt32LE(at + 20);
  const header = zip.readUInt32LE(at + 42);
  if (zip.readUInt32LE(header) !== LOCAL_HEADER) throw new Error(`the zip archive is damaged at ${name}`);
  // The local header has its own name and extra fields, which may differ in length from the directory's.
  const start = header + 30 + zip.readUInt16LE(header + 26) + zip.readUInt16LE(header + 28);
  const packed = zip.subarray(start, start + packedSize);
  if (method !== 0 && method !== 8) throw new Error(`${name} is compressed by method ${method}; only deflate is read`);
  const content = method === 0 ? packed : ((await inflateRaw(packed)) as Buffer);
  if (zlib.crc32(content) !== zip.readUInt32LE(at + 16)) throw new Error(`${name} does not match its CRC-32`);
  return content;
}

/** One file of a gzip-compressed tar archive (ustar or pax, as npm writes them). Throws when it is not there. */
export async function fileFromTgz(tgz: Buffer, name: string): Promise<Buffer> {
  return fileFromTar((await gunzip(tgz)) as Buffer, name);
}

/** One file of a tar archive. Throws when it is not there. */
export function fileFromTar(tar: Buffer, name: string): Buffer {
  let longName: string | undefined;
  for (let at = 0; at + 512 <= tar.length && tar[at] !== 0; ) {
    const size = Number.parseInt(text(tar, at + 124, 12).trim(), 8);
    if (!Number.isFinite(size)) throw new Error('not a tar archive, or a damaged one');
    const content = tar.subarray(at + 512, at + 512 + size);
    const type = text(tar, at + 156, 1);
    const prefix = text(tar, at + 345, 155);
    const entry = longName ?? (prefix === '' ? text(tar, at, 100) : `${prefix}/${text(tar, at, 100)}`);
    if (type === 'x') {
      longName = paxPath(content) ?? longName;
    } else {
      if (entry === name && (type === '0' || type === '')) return content;
      longName = undefined;
    }
    at += 512 + Math.ceil(size / 512) * 512;
  }
  throw new Error(`the tar archive has no file ${name}`);
}

/** The `path` record of a pax header: lines of "<length> <key>=<value>\n". */
function paxPath(header: Buffer): string | undefined {
  return /(?:^|\n)\d+ path=([^\n]*)\n/.exec(header.toString('utf8'))?.[1];
}

/** A field that ends at its first NUL byte. */
function text(tar: Buffer, at: number, length: number): string {
  const field = tar.toString('utf8', at, at + length);
  const end = field.indexOf('\0');
  return end < 0 ? field : field.slice(0, end);
}
