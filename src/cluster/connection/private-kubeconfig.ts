/**
 * A kubeconfig that only this run sees: in a folder of its own outside the workspace, readable by its owner only, gone
 * with the run. What a killed run leaves is removed by the post phase, or by the next run.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

export interface PrivateKubeconfig {
  /** Absolute path. */
  readonly file: string;
  remove(): void;
}

const FOLDER = 'mc-access-';

/** @param content YAML or JSON. @param workspace where nothing is written: images are built from it. */
export function writePrivate(content: string, env: Environment, workspace: string): PrivateKubeconfig {
  const [base = os.tmpdir()] = placesFor(env, workspace);
  const folder = fs.mkdtempSync(path.join(base, FOLDER));
  const remove = () => {
    process.off('exit', remove);
    fs.rmSync(folder, { recursive: true, force: true });
  };
  process.on('exit', remove);
  try {
    fs.writeFileSync(path.join(folder, 'owner'), `${process.pid} ${os.hostname()}`, { mode: 0o600 });
    const file = path.join(folder, 'kubeconfig');
    fs.writeFileSync(file, content, { mode: 0o600, flag: 'wx' });
    return { file, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

/** Removes what runs that were killed have left. Runs of other users, machines and containers are left alone. */
export function sweepPrivate(env: Environment, workspace: string): void {
  for (const base of placesFor(env, workspace)) {
    if (!fs.existsSync(base)) continue;
    for (const name of fs.readdirSync(base).filter((entry) => entry.startsWith(FOLDER))) {
      const folder = path.join(base, name);
      if (isAbandoned(folder)) fs.rmSync(folder, { recursive: true, force: true });
    }
  }
}

/** The runner's folder for temporary files, which it empties itself, before the system's. */
function placesFor(env: Environment, workspace: string): readonly string[] {
  const runner = env['RUNNER_TEMP'];
  const places = runner !== undefined && path.isAbsolute(runner) ? [runner, os.tmpdir()] : [os.tmpdir()];
  return places.filter((place) => !`${path.resolve(place)}${path.sep}`.startsWith(path.resolve(workspace) + path.sep));
}

function isAbandoned(folder: string): boolean {
  try {
    const found = fs.lstatSync(folder);
    if (!found.isDirectory() || (process.getuid !== undefined && found.uid !== process.getuid())) return false;
    const [pid = '', host] = fs.readFileSync(path.join(folder, 'owner'), 'utf8').split(' ');
    return host === os.hostname() && Number(pid) > 0 && !isAlive(Number(pid));
  } catch {
    // Being made or removed right now by its owner.
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
