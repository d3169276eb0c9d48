/** File paths: those of the repository stay inside the workspace, the kubeconfig may be anywhere. */
import path from 'node:path';
import type { Parse, ReadYaml } from '../problems.ts';
import { line } from './names.ts';

/** Where a run happens, and how to read its files and the YAML in its inputs. */
export interface Place {
  /** Absolute; relative paths are resolved against it. */
  readonly workspace: string;
  readonly home: string;
  readonly readYaml: ReadYaml;
  /**
   * What is wrong with a file on disk, or undefined: it is missing, or leads out of `root` through a link. Absent =
   * files are not looked at.
   */
  readonly wrongFile?: (full: string, root?: string) => string | undefined;
}

/** A path inside the workspace, returned relative to it with `/` (`.` for the workspace itself). */
export function workspacePath(place: Place): Parse<string> {
  return (given, say) => {
    const text = line(given, say);
    if (text === undefined) return undefined;
    const root = path.resolve(place.workspace);
    const full = path.resolve(root, text);
    const wrong = isInside(root, full) ? place.wrongFile?.(full, root) : 'must be a path inside the workspace';
    if (wrong !== undefined) {
      say(wrong);
      return undefined;
    }
    const relative = path.relative(root, full).split(path.sep).join('/');
    return relative === '' ? '.' : relative;
  };
}

/** Whether `full` is `root` or lies below it; both absolute and resolved. */
export function isInside(root: string, full: string): boolean {
  const base = root.endsWith(path.sep) ? root : root + path.sep;
  return full === root || full.startsWith(base);
}

/** Path of a kubeconfig as an absolute path; `~/` is the home folder. */
export function kubeconfigPath(place: Place): Parse<string> {
  return (given, say) => {
    const text = line(given, say);
    if (text === undefined) return undefined;
    const full = path.resolve(place.workspace, text.startsWith('~/') ? path.join(place.home, text.slice(2)) : text);
    const wrong = place.wrongFile?.(full);
    if (wrong === undefined) return full;
    say(wrong);
    return undefined;
  };
}
