/** Finds programs on PATH. */
import fs from 'node:fs';
import path from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** Absolute path of a program on PATH, or undefined. @param name without `.exe` @param isProgram replaced in tests of other systems' paths */
export function lookUp(
  name: string,
  env: Environment,
  platform: string = process.platform,
  isProgram: (file: string) => boolean = isExecutable,
): string | undefined {
  const windows = platform === 'win32';
  const { delimiter, isAbsolute, join } = windows ? path.win32 : path.posix;
  // A batch file cannot be started without a shell, so only real programs count.
  const file = windows ? `${name}.exe` : name;
  for (const folder of pathOf(env, windows).split(delimiter)) {
    if (!folder || !isAbsolute(folder)) continue; // a relative entry would run whatever the workspace holds
    if (isProgram(join(folder, file))) return join(folder, file);
  }
  return undefined;
}

/** Windows writes it `Path`, and only `process.env` itself does not mind. */
function pathOf(env: Environment, windows: boolean): string {
  const name = windows ? Object.keys(env).find((key) => key.toUpperCase() === 'PATH') : 'PATH';
  return (name === undefined ? undefined : env[name]) ?? '';
}

function isExecutable(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}
