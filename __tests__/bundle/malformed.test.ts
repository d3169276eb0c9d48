import { spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sanitise } from '../../src/report/sanitise.ts';
import { loadSettings, readInputs, SettingsError } from '../../src/settings/index.ts';
import { inputNames } from '../../src/settings/inputs.ts';
import type { Problem } from '../../src/settings/types.ts';
import { needed } from '../unit/settings/given.ts';
import { refused, refusedConfigs } from '../unit/settings/malformed-values.ts';

const bundle = path.resolve('dist', 'index.js');
/** Processes at a time. */
const POOL = 3;
const SEED = 20_261_126;

interface Case {
  readonly inputs: Readonly<Record<string, string>>;
  readonly config?: string;
}

let folder = '';
let server: net.Server;
let connections = 0;
let started = '';

beforeAll(async () => {
  folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'mc-malformed-')));
  server = net.createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as net.AddressInfo;
  const cluster = { name: 'x', cluster: { server: `http://127.0.0.1:${port}` } };
  const context = { name: 'x', context: { cluster: 'x', user: '' } };
  fs.writeFileSync(
    path.join(folder, 'kubeconfig'),
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [cluster],
      contexts: [context],
      'current-context': 'x',
    }),
  );
  // Whoever starts a tool leaves a trace.
  started = path.join(folder, 'started');
  fs.mkdirSync(path.join(folder, 'bin'));
  for (const tool of ['kubectl', 'helm'])
    fs.writeFileSync(path.join(folder, 'bin', tool), `#!/bin/sh\necho ${tool} >> '${started}'\nexit 1\n`, {
      mode: 0o755,
    });
});
afterAll(() => {
  server?.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

/** The environment a runner would start the action with; a value that no environment can hold is no case. */
function environment({ inputs, config }: Case, index: number): Record<string, string> {
  const workspace = path.join(folder, `ws-${index}`);
  fs.mkdirSync(workspace, { recursive: true });
  if (config !== undefined) fs.writeFileSync(path.join(workspace, 'canary.yaml'), config);
  const given = { ...inputs, ...(config === undefined ? {} : { config: 'canary.yaml' }) };
  return {
    PATH: path.join(folder, 'bin'),
    HOME: folder,
    RUNNER_TEMP: folder,
    KUBECONFIG: path.join(folder, 'kubeconfig'),
    GITHUB_ACTIONS: 'true',
    GITHUB_WORKSPACE: workspace,
    ...Object.fromEntries(Object.entries(given).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
  };
}

/** All problems, by the settings room itself; none when the inputs can be used after all. */
async function problemsIn(env: Record<string, string>): Promise<readonly Problem[]> {
  try {
    await loadSettings(readInputs(env), env);
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
}

function run(env: Record<string, string>): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    // Two seconds of processor time, not of a clock that other work on the machine slows down; more ends it by a signal.
    // Not sh: dash drops variables such as INPUT_MIN-STEP, whose names it could not have set itself.
    const script = 'ulimit -t 2; exec "$0" "$1"';
    const child = spawn('/bin/bash', ['-c', script, process.execPath, bundle], { env, cwd: env['GITHUB_WORKSPACE'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });
}

/** What a person reads: the runner turns the escapes of an annotation back. */
function shown(output: string): string {
  return output.replaceAll('%0A', '\n').replaceAll('%0D', '\r').replaceAll('%25', '%');
}

async function expectRefused(cases: readonly Case[]): Promise<number> {
  const left = cases.map((given, index) => environment(given, index));
  let count = 0;
  const worker = async () => {
    for (let env = left.shift(); env !== undefined; env = left.shift()) {
      const problems = await problemsIn(env);
      if (problems.length === 0) continue;
      count += 1;
      const { code, output } = await run(env);
      const text = shown(output);
      const given = Object.fromEntries(Object.entries(env).filter(([name]) => name.startsWith('INPUT_')));
      expect({ given, code }).toEqual({ given, code: 1 });
      for (const { input, message } of problems) {
        expect(text).toContain(`- ${input}`);
        expect(text).toContain(sanitise(message));
      }
      expect(text).not.toMatch(/\n\s+at |node:internal|TypeError|RangeError/);
      expect(text).toMatch(/no route was touched/);
    }
  };
  await Promise.all(Array.from({ length: POOL }, worker));
  return count;
}

const withoutNul = (text: string) => !text.includes('\u0000');
const picked: readonly Case[] = Object.entries(refused).flatMap(([input, texts]) =>
  texts.filter(withoutNul).map((text) => ({ inputs: { ...needed, [input]: text } })),
);
const files: readonly Case[] = refusedConfigs.map(([config]) => ({ inputs: {}, config }));
const hostile = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 200 }),
  fc.constantFrom('::set-output name=result::promoted', '##[error]x', '\u001b[2J', '$(id)', '`id`', '../../etc/passwd'),
  fc.json(),
);
const generated: readonly Case[] = fc.sample(
  fc.oneof(
    fc
      .dictionary(fc.constantFrom(...inputNames), hostile.filter(withoutNul), { minKeys: 1, maxKeys: 6 })
      .map((inputs): Case => ({ inputs: { ...needed, ...inputs } })),
    fc
      .dictionary(fc.oneof(fc.constantFrom(...inputNames), hostile), fc.oneof(hostile, fc.jsonValue()), {
        minKeys: 1,
        maxKeys: 6,
      })
      .map((map): Case => ({ inputs: {}, config: JSON.stringify(map) })),
  ),
  { numRuns: 80, seed: SEED },
);

describe('what cannot be used ends with every problem said, before anything is started or connected to:', () => {
  let refusedInAll = 0;
  /** Parts of a size that a slow machine gets through in time. */
  const parts: readonly (readonly [string, readonly Case[]])[] = [
    ...chunks(
      picked.filter((_, index) => index % 2 === 0),
      50,
    ).map((part, i) => [`inputs, part ${i + 1}`, part] as const),
    ...chunks(files, 50).map((part, i) => [`config files, part ${i + 1}`, part] as const),
    ...chunks(generated, 50).map((part, i) => [`generated, part ${i + 1}`, part] as const),
  ];

  it.each(parts)('%s', async (_name, cases) => {
    refusedInAll += await expectRefused(cases);
  });

  it('at least 200 of them, without a tool started or a connection made', () => {
    expect(refusedInAll).toBeGreaterThanOrEqual(200);
    expect(fs.existsSync(started)).toBe(false);
    expect(connections).toBe(0);
  });

  it('and inputs that can be used do start a tool, so that the trace would be seen', async () => {
    const { code, output } = await run({ ...environment({ inputs: needed }, 0), 'INPUT_MIN-STEP': '1s' });
    expect(code).toBe(1);
    expect(output).not.toMatch(/setting/);
    expect(fs.readFileSync(started, 'utf8')).toContain('kubectl');
  });
});

function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
