/** The real AWS CLI (version 1, from its package on PyPI), installed once into the lab's cache; hashes are pinned. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { run } from '../binaries/commands.ts';
import { ConsoleProgress, type Progress } from '../binaries/index.ts';
import { takeLock } from '../binaries/lock.ts';
import { cacheDir, labSources } from '../paths.ts';

/** Version 2 is on no package registry; `eks update-kubeconfig` and `eks get-token` are the same code in both. */
const REQUIREMENTS = path.join(labSources, 'aws', 'requirements.txt');

export interface AwsCli {
  /** Holds `aws` only: for PATH. */
  readonly binDir: string;
}

/** Half a minute the first time, nothing afterwards. Throws with pip's words, and when there is no Python with pip. */
export async function ensureAwsCli(report: Progress = new ConsoleProgress(['AWS CLI'])): Promise<AwsCli> {
  const digest = createHash('sha256').update(fs.readFileSync(REQUIREMENTS)).digest('hex').slice(0, 12);
  const root = path.join(cacheDir(), 'lab', `${process.platform}-${process.arch}`);
  const folder = path.join(root, `aws-cli-${digest}`);
  const cli = { binDir: path.join(folder, 'bin') };
  if (fs.existsSync(folder)) return cli;
  const lock = await takeLock(path.join(root, 'aws-lock'), (owner) => report.say(`waiting for ${owner}`));
  try {
    if (!fs.existsSync(folder)) await install(folder, path.join(root, 'logs'), report);
  } finally {
    lock.release();
    report.end();
  }
  return cli;
}

async function install(folder: string, logs: string, report: Progress): Promise<void> {
  report.step('AWS CLI', 'downloading');
  const draft = `${folder}.${process.pid}`;
  fs.rmSync(draft, { recursive: true, force: true });
  fs.mkdirSync(draft, { recursive: true });
  fs.mkdirSync(logs, { recursive: true });
  const log = path.join(logs, 'aws-cli.log');
  const call = (args: readonly string[]) =>
    run({ file: 'python3', args, cwd: draft, log, signal: new AbortController().signal });
  // No virtual environment: Debian's Python comes without what makes one.
  const pip = ['-m', 'pip', 'install', '--quiet', '--no-input', '--disable-pip-version-check', '--require-hashes'];
  await call([...pip, '--target', path.join(draft, 'packages'), '--requirement', REQUIREMENTS]);
  const python = (await call(['-c', 'import sys; print(sys.executable)'])).trim();
  fs.rmSync(path.join(draft, 'bin'), { recursive: true, force: true });
  fs.mkdirSync(path.join(draft, 'bin'));
  // Its own folder is found from where the script lies, so that the draft can be moved.
  const script = `#!/bin/sh\nPYTHONPATH="\${0%/*}/../packages" exec '${python}' -m awscli "$@"\n`;
  fs.writeFileSync(path.join(draft, 'bin', 'aws'), script, { mode: 0o755 });
  fs.renameSync(draft, folder);
  report.done('AWS CLI');
}
