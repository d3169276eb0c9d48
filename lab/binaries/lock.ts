/** One build at a time per cache: a lock file that names its owner, taken over when the owner is gone. */
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRunning, type ProcessId, processId } from '../processes.ts';

export interface Held {
  /** Says what the owner does now; shown by those who wait. */
  describe(doing: string): void;
  release(): void;
}

const SAY_AGAIN_MS = 20_000;

interface Owner extends ProcessId {
  readonly doing: string;
}

/**
 * Takes the lock, waiting while another live process holds it. `waiting` is called when what the owner says changes, and every 20 s.
 * There is no time limit: the owner is alive and says what it does.
 */
export async function takeLock(file: string, waiting: (owner: string) => void): Promise<Held> {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const own: Owner = { ...processId(process.pid), doing: 'starting' };
  let said = '';
  let saidAt = 0;
  while (!create(file, own)) {
    const owner = read(file);
    if (owner === undefined) {
      // Gone in the meantime: try again at once.
    } else if (owner === 'unreadable' || !isRunning(owner)) {
      discard(file, owner);
    } else {
      const now = `process ${owner.pid}: ${owner.doing}`;
      if (now !== said || Date.now() - saidAt > SAY_AGAIN_MS) {
        said = now;
        saidAt = Date.now();
        waiting(now);
      }
      await sleep(200);
    }
  }
  return {
    describe: (doing) => replace(file, { ...own, doing }),
    release: () => fs.rmSync(file, { force: true }),
  };
}

/** Creates the file with its content in one step (a link of a finished file), so that no reader sees it half written. */
function create(file: string, owner: Owner): boolean {
  const draft = `${file}.${process.pid}`;
  fs.writeFileSync(draft, JSON.stringify(owner));
  try {
    fs.linkSync(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  } finally {
    fs.rmSync(draft, { force: true });
  }
}

function replace(file: string, owner: Owner): void {
  const draft = `${file}.${process.pid}`;
  fs.writeFileSync(draft, JSON.stringify(owner));
  fs.renameSync(draft, file);
}

function read(file: string): Owner | 'unreadable' | undefined {
  try {
    const owner = JSON.parse(fs.readFileSync(file, 'utf8')) as Partial<Owner>;
    if (typeof owner.pid !== 'number') return 'unreadable';
    return { pid: owner.pid, started: owner.started ?? '', doing: owner.doing ?? '' };
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? undefined : 'unreadable';
  }
}

/** Moves a dead owner's lock aside. When another waiter was faster, its fresh lock is put back. */
function discard(file: string, dead: Owner | 'unreadable'): void {
  const aside = `${file}.${process.pid}.stale`;
  try {
    fs.renameSync(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const moved = read(aside);
  const same = dead === 'unreadable' ? moved === dead : typeof moved === 'object' && moved.pid === dead.pid;
  if (!same) {
    try {
      fs.linkSync(aside, file);
    } catch {
      // A third one holds it by now; two builds at once are slower but harmless, as results are moved in whole.
    }
  }
  fs.rmSync(aside, { force: true });
}
