import zlib from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { fileFromTar, fileFromTgz, fileFromZip } from '../../../../lab/binaries/archives.ts';

interface Entry {
  readonly name: string;
  readonly content: string;
  readonly deflate?: boolean;
}

/** A zip archive as Info-ZIP writes it: local headers may carry longer extra fields than the directory. */
function zip(entries: readonly Entry[]): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content, deflate } of entries) {
    const raw = Buffer.from(content);
    const packed = deflate ? zlib.deflateRawSync(raw) : raw;
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(name.length, 26);
    local.writeUInt16LE(5, 28);
    locals.push(local, Buffer.from(name), Buffer.from('extra'), packed);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(deflate ? 8 : 0, 10);
    entry.writeUInt32LE(zlib.crc32(raw), 16);
    entry.writeUInt32LE(packed.length, 20);
    entry.writeUInt32LE(raw.length, 24);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(offset, 42);
    directory.push(entry, Buffer.from(name));
    offset += 30 + name.length + 5 + packed.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, ...directory, end]);
}

function tarEntry(name: string, content: string, type = '0', prefix = ''): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write(`${content.length.toString(8).padStart(11, '0')} `, 124);
  header.write(type, 156);
  header.write('ustar', 257);
  header.write(prefix, 345);
  return Buffer.concat([header, Buffer.from(content), Buffer.alloc((512 - (content.length % 512)) % 512)]);
}

const END = Buffer.alloc(1024);

describe('fileFromZip', () => {
  const archive = zip([
    { name: 'kubectl/', content: '' },
    { name: 'kubectl/kubectl', content: 'k'.repeat(5000), deflate: true },
    { name: 'helm/helm', content: 'plain' },
  ]);

  it('reads deflated and stored files', async () => {
    expect((await fileFromZip(archive, 'kubectl/kubectl')).toString()).toBe('k'.repeat(5000));
    expect((await fileFromZip(archive, 'helm/helm')).toString()).toBe('plain');
  });

  it('says which file is missing', async () => {
    await expect(fileFromZip(archive, 'helm')).rejects.toThrow('no file helm');
  });

  it('refuses a file whose bytes changed', async () => {
    const damaged = Buffer.from(archive);
    damaged.write('plane', damaged.indexOf('plain'));
    await expect(fileFromZip(damaged, 'helm/helm')).rejects.toThrow('CRC-32');
  });

  it('refuses what is no zip archive', async () => {
    await expect(fileFromZip(Buffer.from('hello'), 'x')).rejects.toThrow('not a zip archive');
  });
});

describe('fileFromTar', () => {
  it('finds a file after others, by name, by ustar prefix and by pax path', () => {
    const record = ' path=package/a/very/long/name\n';
    const pax = `${record.length + 2}${record}`;
    const tar = Buffer.concat([
      tarEntry('package/package.json', '{}'),
      tarEntry('node', 'binary', '0', 'package/bin'),
      tarEntry('PaxHeader', pax, 'x'),
      tarEntry('shortened', 'long'),
      tarEntry('shortened', 'short'),
      END,
    ]);
    expect(fileFromTar(tar, 'package/package.json').toString()).toBe('{}');
    expect(fileFromTar(tar, 'package/bin/node').toString()).toBe('binary');
    expect(fileFromTar(tar, 'package/a/very/long/name').toString()).toBe('long');
    expect(fileFromTar(tar, 'shortened').toString()).toBe('short');
  });

  it('reads through gzip and says which file is missing', async () => {
    const tgz = zlib.gzipSync(Buffer.concat([tarEntry('package/a', 'x'), END]));
    expect((await fileFromTgz(tgz, 'package/a')).toString()).toBe('x');
    await expect(fileFromTgz(tgz, 'package/b')).rejects.toThrow('no file package/b');
  });
});
