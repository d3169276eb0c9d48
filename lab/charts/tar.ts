/** One file of an archive; paths use `/`. */
export interface TarEntry {
  readonly path: string;
  readonly content: Buffer;
}

const BLOCK = 512;
const NAME_LENGTH = 100;
const PREFIX_LENGTH = 155;

/**
 * A POSIX ustar archive (IEEE Std 1003.1, pax "ustar Interchange Format") of plain files, the same bytes for the same
 * files: owner, mode and time are constants. Throws for a path that does not fit into the header.
 */
export function tar(entries: readonly TarEntry[]): Buffer {
  const blocks = entries.flatMap(({ path, content }) => {
    const padding = Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK);
    return [header(path, content.length), content, padding];
  });
  return Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]);
}

function header(path: string, size: number): Buffer {
  const block = Buffer.alloc(BLOCK);
  const { name, prefix } = split(path);
  block.write(name, 0, NAME_LENGTH);
  block.write('0000644\0', 100);
  block.write('0000000\0', 108);
  block.write('0000000\0', 116);
  block.write(`${octal(size, 11)}\0`, 124);
  block.write(`${octal(0, 11)}\0`, 136);
  block.write('        ', 148);
  block.write('0', 156);
  block.write('ustar\x0000', 257);
  block.write(prefix, 345, PREFIX_LENGTH);
  // The checksum is taken with its own field filled with blanks.
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${octal(sum, 6)}\0 `, 148);
  return block;
}

/** Long paths are split at a slash: the last part into the name, the rest into the prefix. */
function split(path: string): { name: string; prefix: string } {
  if (Buffer.byteLength(path) <= NAME_LENGTH) return { name: path, prefix: '' };
  for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) {
    const prefix = path.slice(0, at);
    const name = path.slice(at + 1);
    if (Buffer.byteLength(name) <= NAME_LENGTH && Buffer.byteLength(prefix) <= PREFIX_LENGTH) return { name, prefix };
  }
  throw new Error(`"${path}" is too long for a tar archive: shorten it.`);
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}
