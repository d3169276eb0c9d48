/**
 * Builds dist/: the compiled action and its packages as ES modules (ncc), all of them minified (terser): `index.js` with what
 * every start needs, and a file for each part that only some commands do. The licences of the packages go with it. The same
 * sources give the same bytes on any machine, so that dist/ in git can be checked.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { minify } from 'terser';
import { licencesOf } from './licences.ts';

/**
 * Another way to some packages, in the manner of a tsconfig, which ncc reads: undici is left out, and yaml taken as ES
 * modules, of which the unused is left out.
 */
const PATHS = path.join('tools', 'bundle.tsconfig.json');

/**
 * Bundles a compiled entry file of the project at `root` into a folder, which is replaced only when all went well.
 * @param packages whole, as an action has them that does nothing about it, or with less of them
 * @returns the names of its files
 * @throws Error with ncc's words when it fails, when an import leads nowhere (ncc says nothing then), and when a text of the
 * bundle names one of `ownFolders`, paths that only this machine has.
 */
export async function bundle(
  root: string,
  entry: string,
  target: string,
  ownFolders: readonly string[],
  packages: 'whole' | 'less' = 'less',
): Promise<readonly string[]> {
  if (!fs.existsSync(entry)) throw new Error(`${entry} does not exist: compile first (node lab/setup.mjs).`);
  const fresh = `${target}.new-${process.pid}`;
  try {
    runNcc(root, entry, fresh, packages === 'less' ? { TS_NODE_PROJECT: path.join(root, PATHS) } : {});
    const files = fs.readdirSync(fresh).sort();
    for (const file of files) {
      if (file.endsWith('.js')) await makeSmall(path.join(fresh, file));
      refuseOwn(path.join(fresh, file), ownFolders);
    }
    fs.rmSync(target, { recursive: true, force: true });
    fs.renameSync(fresh, target);
    return files;
  } finally {
    fs.rmSync(fresh, { recursive: true, force: true });
  }
}

function runNcc(root: string, entry: string, out: string, env: NodeJS.ProcessEnv): void {
  const ncc = createRequire(import.meta.url).resolve('@vercel/ncc/dist/ncc/cli.js');
  const stats = `${out}.json`;
  const done = spawnSync(
    process.execPath,
    [ncc, 'build', entry, '--out', out, '--stats-out', stats, '--no-cache'],
    // ncc numbers modules by their path from the working folder: the root, so that no path has to climb.
    { encoding: 'utf8', cwd: root, env: { ...process.env, ...env } },
  );
  try {
    if (done.status !== 0) throw new Error(`ncc failed: ${done.error?.message ?? `${done.stdout}\n${done.stderr}`}`);
    // ncc's own --license writes a file for each part of the bundle over the one before.
    fs.writeFileSync(path.join(out, 'licenses.txt'), licencesOf(root, fs.readFileSync(stats, 'utf8')));
  } finally {
    fs.rmSync(stats, { force: true });
  }
}

/**
 * Half of a start is parsing (docs/benchmarks.md). ncc's own --minify is for `index.js` alone, and keeps what could be
 * said shorter.
 */
async function makeSmall(file: string): Promise<void> {
  const text = fs.readFileSync(file, 'utf8');
  const missing = /eval\("require"\)\("([^"]+)"\)/.exec(text);
  if (missing !== null)
    throw new Error(`${missing[1]} is imported but cannot be found: the bundle would fail at start.`);
  const { code } = await minify(text, {
    module: true,
    ecma: 2020,
    // Getters of modules only name what they export: reading one and not using it does nothing. "unsafe" is what a function
    // without `this` may become, an arrow or a method: nobody makes objects of one by `new`.
    compress: { passes: 2, pure_getters: true, unsafe_arrows: true, unsafe_methods: true },
    format: { comments: false },
  });
  if (code === undefined) throw new Error(`terser gave nothing for ${path.basename(file)}`);
  fs.writeFileSync(file, code);
}

/** Nothing of this machine is shipped. */
function refuseOwn(file: string, ownFolders: readonly string[]): void {
  const text = fs.readFileSync(file, 'utf8');
  const found = ownFolders.find((folder) => text.includes(folder) || text.includes(JSON.stringify(folder)));
  if (found !== undefined)
    throw new Error(`${path.basename(file)} names ${found}: a path of this machine got into it.`);
}

async function main(): Promise<void> {
  const compiled = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
  const root = path.resolve(compiled, '..');
  const target = path.join(root, 'dist');
  // `/` and `/root` style homes are in texts of packages; a home is only looked for when it is someone's own.
  const home = os.homedir();
  const folders = [root, ...(home.split(path.sep).length > 2 ? [home] : [])];
  const files = await bundle(root, path.join(compiled, 'src/main.js'), target, folders);
  const sizes = files.map((file) => ({ file, kilobytes: Math.ceil(fs.statSync(path.join(target, file)).size / 1024) }));
  const all = sizes.reduce((sum, { kilobytes }) => sum + kilobytes, 0);
  process.stdout.write(`dist: ${all} kB in all; ${sizes.map((size) => `${size.file} ${size.kilobytes}`).join(', ')}\n`);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(fs.realpathSync(process.argv[1])).href)
  await main();
