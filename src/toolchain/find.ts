/** Finds kubectl and helm on PATH. (Downloading and verifying them is the toolchain issue's.) */
import fs from 'node:fs';
import path from 'node:path';
import { ToolError } from '../errors.ts';

export type ToolName = 'kubectl' | 'helm';

const INSTALL: Record<ToolName, string> = {
  kubectl: 'https://kubernetes.io/docs/tasks/tools/',
  helm: 'https://helm.sh/docs/intro/install/',
};

/**
 * Absolute path of a program on PATH.
 * @throws ToolError naming the program and where to get it.
 */
export function findTool(name: ToolName, env: Readonly<Record<string, string | undefined>> = process.env): string {
  const extensions = process.platform === 'win32' ? ['.exe', '.cmd', ''] : [''];
  for (const folder of (env['PATH'] ?? '').split(path.delimiter)) {
    if (!folder || !path.isAbsolute(folder)) continue; // a relative entry would run whatever the workspace holds
    for (const extension of extensions) {
      const file = path.join(folder, name + extension);
      if (isExecutable(file)) return file;
    }
  }
  throw new ToolError(`${name} was not found on PATH`, `install it before this step (${INSTALL[name]})`);
}

function isExecutable(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}
