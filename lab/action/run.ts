/** Runs the bundle as the GitHub runner does: Node 24, inputs by environment, files for outputs and the summary. */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { repositoryRoot } from '../paths.ts';

export interface ActionOptions {
  /** Node 24, and the folder with kubectl and helm. */
  readonly node: string;
  readonly binDir: string;
  readonly kubeconfig: string;
  /** Inputs as a workflow writes them under `with`. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Checkout of the app repository. Default: this repository, which ships the DJ app. */
  readonly workspace?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** `action` (default): inputs as the runner gives them. `cli`: as arguments, the way other CI systems do. */
  readonly as?: 'action' | 'cli';
  /** A process group of its own, and signals go to all of it: what Ctrl-C in a terminal does. */
  readonly group?: boolean;
  /** Where the run keeps its files (outputs, summary, evidence). Default: the machine's folder for temporary files. */
  readonly folder?: string;
  /** Called with each line of output as it comes. */
  readonly onLine?: (line: string) => void;
}

export interface ActionResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly log: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
  /** Seconds from start to end. */
  readonly seconds: number;
}

export interface RunningAction {
  readonly pid: number;
  readonly finished: Promise<ActionResult>;
  kill(signal: NodeJS.Signals): void;
  /** Resolves when a line of the log matches; rejects when the action ends before. */
  sees(pattern: RegExp): Promise<string>;
}

/** Empty when the folder is gone: whoever removed it is done with a run that still had to end. */
const textOf = (file: string) => (fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '');

/** The bundle under test: what is committed. */
export const bundle = path.join(repositoryRoot, 'dist', 'index.js');

export function startAction(options: ActionOptions): RunningAction {
  const folder = fs.mkdtempSync(path.join(options.folder ?? os.tmpdir(), 'mc-run-'));
  const file = (name: string) => {
    const full = path.join(folder, name);
    fs.writeFileSync(full, '');
    return full;
  };
  const files = { GITHUB_OUTPUT: file('output'), GITHUB_STEP_SUMMARY: file('summary'), GITHUB_STATE: file('state') };
  const given = Object.entries(options.inputs);
  const cli = options.as === 'cli';
  // Headers may be keys: they come by environment, never in argv.
  const secret = given.filter(([name]) => name === 'probe-headers');
  const inputs = cli
    ? Object.fromEntries(
        secret.map(([name, value]) => [`MESH_CANARY_${name.replaceAll('-', '_').toUpperCase()}`, value]),
      )
    : Object.fromEntries(given.map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]));
  const open = given
    .filter(([name]) => name !== 'probe-headers' && name !== 'command')
    .map(([name, value]) => `--${name}=${value}`);
  const argv = cli ? [options.inputs['command'] ?? 'deploy', ...open] : [];
  const child = spawn(options.node, [bundle, ...argv], {
    cwd: options.workspace ?? repositoryRoot,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: options.group === true,
    env: {
      PATH: `${options.binDir}${path.delimiter}${process.env['PATH'] ?? ''}`,
      HOME: folder,
      KUBECONFIG: options.kubeconfig,
      ...(cli ? {} : { GITHUB_ACTIONS: 'true' }),
      GITHUB_WORKSPACE: options.workspace ?? repositoryRoot,
      RUNNER_TEMP: folder,
      ...files,
      ...inputs,
      ...options.env,
    },
  });
  const started = performance.now();
  let log = '';
  const waiting = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    let rest = '';
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      log += chunk;
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) options.onLine?.(line);
      for (const look of waiting) look();
    });
  }
  const finished = new Promise<ActionResult>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      const result = {
        code,
        signal,
        log,
        outputs: parseOutputs(textOf(files.GITHUB_OUTPUT)),
        summary: textOf(files.GITHUB_STEP_SUMMARY),
        seconds: (performance.now() - started) / 1000,
      };
      resolve(result);
      for (const look of waiting) look();
    });
  });
  let ended = false;
  finished.then(
    () => {
      ended = true;
    },
    () => {
      ended = true;
    },
  );
  return {
    pid: child.pid ?? 0,
    finished,
    kill: (signal) => {
      if (options.group && child.pid !== undefined) process.kill(-child.pid, signal);
      else child.kill(signal);
    },
    sees: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const match = pattern.exec(log);
          if (!match && !ended) return;
          waiting.delete(look);
          if (match) resolve(match[0]);
          else reject(new Error(`the action ended without saying ${pattern}:\n${log}`));
        };
        waiting.add(look);
        finished.finally(() => setImmediate(look)).catch(() => undefined);
        look();
      }),
  };
}

export function runAction(options: ActionOptions): Promise<ActionResult> {
  return startAction(options).finished;
}

/** The runner's format: `name<<delimiter`, lines of the value, the delimiter. */
export function parseOutputs(text: string): Record<string, string> {
  const outputs: Record<string, string> = {};
  const lines = text.split('\n');
  for (let index = 0; index < lines.length; index++) {
    const start = /^(.+?)<<(.+)$/.exec(lines[index] ?? '');
    if (!start) continue;
    const [, name = '', delimiter = ''] = start;
    const value: string[] = [];
    for (index++; index < lines.length && lines[index] !== delimiter; index++) value.push(lines[index] ?? '');
    outputs[name] = value.join('\n');
  }
  return outputs;
}
