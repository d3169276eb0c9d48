/**
 * Builds dist/: the compiled action and its packages as ES modules (esbuild), all of them minified: `index.js` with what
 * every start needs, and files for the parts that only some commands do, named by what is in them. The licences of the
 * packages go with it. The same sources give the same bytes on any machine, so that dist/ in git can be checked.
 */
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Metafile, Plugin } from 'esbuild';
import { build } from 'esbuild';
import { licencesOf } from './licences.ts';

/** Packages without effects of their own: what is not used of them is left out. */
const WITHOUT_EFFECTS = /^@actions\//;

/**
 * What is not shipped. undici is 415 of 1,040 kB and serves `getAgentDispatcher` of @actions/http-client only, which
 * nobody here calls: in its place is a class that says so. yaml is taken as ES modules, of which the unused is left out.
 */
const lean: Plugin = {
  name: 'lean',
  setup({ onResolve, onLoad, resolve }) {
    onResolve({ filter: /^undici$/ }, () => ({ path: 'undici', namespace: 'left-out', sideEffects: false }));
    onLoad({ filter: /.*/, namespace: 'left-out' }, () => ({
      contents: "export class ProxyAgent { constructor() { throw new Error('undici is not in this bundle'); } }",
    }));
    onResolve({ filter: /^yaml$/ }, () => ({
      path: createRequire(import.meta.url)
        .resolve('yaml')
        .replace(/dist.index\.js$/, 'browser/index.js'),
      sideEffects: false,
    }));
    onResolve({ filter: WITHOUT_EFFECTS }, async ({ path: name, pluginData, ...asked }) => {
      if (pluginData === lean) return undefined;
      return { ...(await resolve(name, { ...asked, pluginData: lean })), sideEffects: false };
    });
  },
};

/** For packages in CommonJS, which ask for Node's modules by `require`. */
const REQUIRE =
  "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);";

/**
 * Bundles a compiled entry file of the project at `root` into a folder, which is replaced only when all went well.
 * @returns the names of its files
 * @throws Error with esbuild's words when it fails or an import leads nowhere, and when a text of the bundle names one of
 * `ownFolders`, paths that only this machine has.
 */
export async function bundle(
  root: string,
  entry: string,
  target: string,
  ownFolders: readonly string[],
): Promise<readonly string[]> {
  if (!fs.existsSync(entry)) throw new Error(`${entry} does not exist: compile first (node lab/setup.mjs).`);
  const fresh = `${target}.new-${process.pid}`;
  try {
    const { inputs } = await minified(root, entry, fresh);
    fs.writeFileSync(path.join(fresh, 'package.json'), '{\n  "type": "module"\n}\n');
    fs.writeFileSync(path.join(fresh, 'licenses.txt'), licencesOf(root, Object.keys(inputs)));
    const files = fs.readdirSync(fresh).sort();
    for (const file of files) refuseOwn(path.join(fresh, file), ownFolders);
    fs.rmSync(target, { recursive: true, force: true });
    fs.renameSync(fresh, target);
    return files;
  } finally {
    fs.rmSync(fresh, { recursive: true, force: true });
  }
}

async function minified(root: string, entry: string, outdir: string): Promise<Metafile> {
  const { metafile, outputFiles } = await build({
    // The root, so that no path in the bundle has to climb.
    absWorkingDir: root,
    entryPoints: { index: entry },
    outdir,
    bundle: true,
    splitting: true,
    chunkNames: '[name]-[hash]',
    format: 'esm',
    platform: 'node',
    target: 'node20',
    // Half of the start-up is parsing: docs/benchmarks.md. To keep the names of functions would cost 38 kB.
    minify: true,
    legalComments: 'none',
    charset: 'utf8',
    plugins: [lean],
    metafile: true,
    write: false,
    logLevel: 'silent',
  });
  fs.mkdirSync(outdir, { recursive: true });
  for (const { path: file, text } of outputFiles)
    fs.writeFileSync(file, text.includes('typeof require') ? REQUIRE + text : text);
  return metafile;
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
