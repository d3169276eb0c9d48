/** A Helm chart as one file: a tar archive, packed by gzip. Only looked into; helm itself unpacks it. Pure. */
import zlib from 'node:zlib';

/** Bytes of a package when unpacked; helm's own limit is 100 MiB. */
const MOST_UNPACKED = 32 * 1024 * 1024;
const BLOCK = 512;

/**
 * The files of a package by their path in it, which starts with the chart's name.
 * @throws Error that says what is wrong with it.
 */
export function filesOfPackage(packed: Buffer): ReadonlyMap<string, Buffer> {
  const tar = zlib.gunzipSync(packed, { maxOutputLength: MOST_UNPACKED });
  const files = new Map<string, Buffer>();
  let longName: string | undefined;
  for (let at = 0; at + BLOCK <= tar.length && tar[at] !== 0; ) {
    const size = Number.parseInt(word(tar, at + 124, 12).trim() || '0', 8);
    const from = at + BLOCK;
    if (!Number.isSafeInteger(size) || size < 0 || from + size > tar.length) throw new Error('the archive is damaged');
    const content = tar.subarray(from, from + size);
    const type = word(tar, at + 156, 1);
    if (type === 'x') longName = /(?:^|\n)\d+ path=([^\n]*)\n/.exec(content.toString('utf8'))?.[1];
    else {
      const prefix = word(tar, at + 345, 155);
      const short = word(tar, at, 100);
      if (type === '0' || type === '') files.set(longName ?? (prefix === '' ? short : `${prefix}/${short}`), content);
      longName = undefined;
    }
    at = from + Math.ceil(size / BLOCK) * BLOCK;
  }
  return files;
}

/** A field that ends at its first NUL byte. */
function word(tar: Buffer, at: number, length: number): string {
  return tar.toString('utf8', at, at + length).replace(/\0.*$/s, '');
}
