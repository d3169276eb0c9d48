/**
 * Builds dist/: the compiled action and its packages as ES modules (ncc), `index.js` with what every start needs and a
 * file for each part that only some commands do, with the licences of the packages. The
 * same sources give the same bytes on any machine, so that dist/ in git can be checked.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { licencesOf } from './licences.ts';

/**
 * Bundles a compiled entry file of the project at `root` into a folder, which is replaced only when all went well.
 * @throws Error with ncc's words when it fails, when an import leads nowhere (ncc says nothing then), and when a text of the
 * bundle names one of `ownFolders`, paths that only this machine has.
 */
export function bundle(root: string, entry: string, target: string, ownFolders: readonly string[]): readonly string[] {
  if (!fs.existsSync(entry)) throw new Error(`${entry} does not exist: compile first (node lab/setup.mjs).`);
  const fresh = `${target}.new-${process.pid}`;
  try {
    runNcc(root, entry, fresh);
    const files = fs.readdirSync(fresh).sort();
    for (const file of files) normalise(path.join(fresh, file), ownFolders);
    fs.rmSync(target, { recursive: true, force: true });
    fs.renameSync(fresh, target);
    return files;
  } finally {
    fs.rmSync(fresh, { recursive: true, force: true });
  }
}

function runNcc(root: string, entry: string, out: string): void {
  const ncc = createRequire(import.meta.url).resolve('@vercel/ncc/dist/ncc/cli.js');
  const stats = `${out}.json`;
  const argv = [ncc, 'build', entry, '--out', out, '--stats-out', stats, '--no-cache', '--minify'];
  // Half of the start-up is parsing, and comments are half of the text: docs/benchmarks.md.
  // ncc numbers modules by their path from the working folder: the root, so that no path has to climb.
  const done = spawnSync(process.execPath, argv, { encoding: 'utf8', cwd: root });
  try {
    if (done.status !== 0) throw new Error(`ncc failed: ${done.error?.message ?? `${done.stdout}\n${done.stderr}`}`);
    // ncc's own --license writes a file for each part of the bundle over the one before.
    fs.writeFileSync(path.join(out, 'licenses.txt'), licencesOf(root, fs.readFileSync(stats, 'utf8')));
  } finally {
    fs.rmSync(stats, { force: true });
  }
}

/** LF line ends as git stores them, no pointers to source maps that are not shipped, nothing of this machine. */
function normalise(file: string, ownFolders: readonly string[]): void {
  const text = fs.readFileSync(file, 'utf8');
  const clean = text.replaceAll('\r\n', '\n').replaceAll(/^\/\/# sourceMappingURL=.*\n?/gm, '');
  const found = ownFolders.find((folder) => clean.includes(folder) || clean.includes(JSON.stringify(folder)));
  if (found !== undefined)
    throw new Error(`${path.basename(file)} names ${found}: a path of this machine got into it.`);
  const missing = /eval\("require"\)\("([^"]+)"\)/.exec(clean);
  if (missing !== null)
    throw new Error(`${missing[1]} is imported but cannot be found: the bundle would fail at start.`);
  if (clean !== text) fs.writeFileSync(file, clean);
}

function main(): void {
  const build = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
  const root = path.resolve(build, '..');
  const target = path.join(root, 'dist');
  // `/` and `/root` style homes are in texts of packages; a home is only looked for when it is someone's own.
  const home = os.homedir();
  const folders = [root, ...(home.split(path.sep).length > 2 ? [home] : [])];
  const files = bundle(root, path.join(build, 'src/main.js'), target, folders);
  const sizes = files.map((file) => `${file} ${Math.ceil(fs.statSync(path.join(target, file)).size / 1024)} kB`);
  process.stdout.write(`dist: ${sizes.join(', ')}\n`);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(fs.realpathSync(process.argv[1])).href) main();
