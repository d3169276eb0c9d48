// First step of every npm script: makes a fresh clone ready (dependencies, compiled code) and says in the first
// second what the machine lacks. Plain JavaScript on purpose: it runs before anything is installed or compiled.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  fail(`Node ${process.versions.node} is too old: install Node 20.19 or newer (https://nodejs.org).`);
}

const SOURCES = ['src', 'lab', 'tools', 'bench', '__tests__'];

const lock = path.join(root, '.setup.lock');
await locked(lock, () => {
  installDependencies();
  compile();
});

function installDependencies() {
  const stamp = path.join(root, 'node_modules', '.mesh-canary-stamp');
  const wanted = hashOf(['package.json', 'package-lock.json']);
  if (read(stamp) === wanted) return;
  say('installing npm packages');
  run(process.platform === 'win32' ? 'npm.cmd' : 'npm', [
    'ci',
    '--ignore-scripts',
    '--no-fund',
    '--no-audit',
    '--loglevel=error',
  ]);
  fs.writeFileSync(stamp, wanted);
}

/**
 * Compiles what has changed into a folder of its own, then swaps a copy of it in, so that a run that is using `build/`
 * keeps its files. Not linked: the compiler writes over files, and a run would see that.
 */
function compile() {
  const stamp = path.join(root, 'build', '.stamp');
  const compiler = ['package-lock.json', 'tsconfig.json', 'tsconfig.build.json'];
  const wanted = hashOf([...compiler, ...SOURCES]);
  if (read(stamp) === wanted) return;
  say('compiling');
  const cache = path.join(root, '.build-cache');
  const key = path.join(cache, '.key');
  if (read(key) !== hashOf(compiler)) {
    fs.rmSync(cache, { recursive: true, force: true });
    fs.mkdirSync(cache);
    fs.writeFileSync(key, hashOf(compiler));
  }
  run(process.execPath, [
    path.join(root, 'node_modules/typescript/bin/tsc'),
    '-p',
    'tsconfig.build.json',
    '--outDir',
    cache,
    '--incremental',
    '--tsBuildInfoFile',
    path.join(cache, '.tsbuildinfo'),
  ]);
  const fresh = path.join(root, `.build-${process.pid}`);
  fs.rmSync(fresh, { recursive: true, force: true });
  for (const source of SOURCES) copyCompiled(source, cache, fresh);
  fs.writeFileSync(path.join(fresh, 'package.json'), '{"type":"module"}\n');
  fs.writeFileSync(path.join(fresh, '.stamp'), wanted);
  const old = path.join(root, `.build-old-${process.pid}`);
  if (fs.existsSync(path.join(root, 'build'))) fs.renameSync(path.join(root, 'build'), old);
  fs.renameSync(fresh, path.join(root, 'build'));
  fs.rmSync(old, { recursive: true, force: true });
}

/** What is compiled from a source that is still there: a deleted test would go on to run. */
function copyCompiled(folder, cache, fresh) {
  fs.mkdirSync(path.join(fresh, folder), { recursive: true });
  for (const entry of fs.readdirSync(path.join(root, folder), { withFileTypes: true })) {
    const name = path.join(folder, entry.name);
    if (entry.isDirectory()) {
      if (entry.name !== 'go' && entry.name !== 'node_modules') copyCompiled(name, cache, fresh);
      continue;
    }
    if (!name.endsWith('.ts')) continue;
    for (const kind of ['.js', '.js.map']) {
      const file = name.replace(/\.ts$/, kind);
      fs.copyFileSync(path.join(cache, file), path.join(fresh, file), fs.constants.COPYFILE_FICLONE);
    }
  }
}

function hashOf(names) {
  const hash = createHash('sha256').update(process.version);
  for (const name of names) {
    for (const file of filesOf(path.join(root, name))) {
      hash.update(path.relative(root, file)).update('\0').update(fs.readFileSync(file)).update('\0');
    }
  }
  return hash.digest('hex');
}

function filesOf(entry) {
  const found = fs.statSync(entry, { throwIfNoEntry: false });
  if (!found) return [];
  if (found.isFile()) return [entry];
  return fs
    .readdirSync(entry)
    .filter((name) => name !== 'go' && name !== 'node_modules')
    .sort()
    .flatMap((name) => filesOf(path.join(entry, name)));
}

/** One set-up at a time in a checkout; a lock whose owner is gone is taken over. */
async function locked(file, work) {
  const deadline = Date.now() + 10 * 60_000;
  for (;;) {
    try {
      fs.writeFileSync(file, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      const owner = Number(read(file));
      if (owner && !isAlive(owner)) fs.rmSync(file, { force: true });
      if (Date.now() > deadline)
        fail(
          `another set-up (process ${owner}) has held ${file} for 10 minutes: remove the file if that process is not one of yours.`,
        );
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
  try {
    work();
  } finally {
    fs.rmSync(file, { force: true });
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function run(command, args) {
  const done = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (done.error) fail(`${command}: ${done.error.message}`);
  if (done.status !== 0) {
    fs.rmSync(lock, { force: true });
    process.exit(done.status ?? 1);
  }
}

function read(file) {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function say(text) {
  process.stderr.write(`set-up: ${text}\n`);
}

function fail(text) {
  process.stderr.write(`set-up: ${text}\n`);
  process.exit(1);
}
