/**
 * `npm run bench:start -- [--runs 41]`: milliseconds from the start of Node 24 to the first request that reaches the API
 * server, for `dist/index.js` and for a bundle with only @actions/core, in turns. Exit 1 when the ratio of the medians is
 * over 1.5.
 *
 * kubectl is a shell script here, which answers at once: its own start (60 ms) is not the bundle's.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { ensureBinaries } from '../../lab/binaries/index.ts';
import { labPrograms, repositoryRoot } from '../../lab/paths.ts';
import { bundle } from '../../tools/bundle.ts';
import { numberOf, table } from '../arguments.ts';

const LIMIT = 1.5;
/** The first runs fill the caches of the disk. */
const WARM_UP = 3;

const runs = numberOf(process.argv.slice(2), 'runs', 41);
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'mc-start-'));
const socket = path.join(folder, 's');
let onRequest: () => void = () => undefined;
const server = http.createServer((_, response) => {
  onRequest();
  response.writeHead(500).end();
});

try {
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  process.exitCode = await measure();
} finally {
  server.closeAllConnections();
  server.close();
  fs.rmSync(folder, { recursive: true, force: true });
}

async function measure(): Promise<number> {
  const { node24 } = await ensureBinaries();
  const yardstick = path.join(folder, 'yardstick');
  // By the same bundler, with all that @actions/core brings (undici, 415 kB): so starts an action that does nothing about it.
  const entry = path.join(path.dirname(labPrograms), 'bench', 'start', 'yardstick.js');
  await bundle(repositoryRoot, entry, yardstick, [], 'whole');
  const bin = path.join(folder, 'bin');
  fs.mkdirSync(bin);
  fs.writeFileSync(path.join(bin, 'kubectl'), kubectl(), { mode: 0o755 });
  const common = {
    PATH: `${bin}:/usr/bin:/bin`,
    HOME: folder,
    TMPDIR: folder,
    RUNNER_TEMP: folder,
    GITHUB_ACTIONS: 'true',
  };
  const subjects = [
    { name: 'only @actions/core', file: path.join(yardstick, 'index.js'), env: { ...common, INPUT_SOCKET: socket } },
    {
      name: 'mesh-canary',
      file: path.join(repositoryRoot, 'dist', 'index.js'),
      env: { ...common, INPUT_COMMAND: 'setup' },
    },
  ].map((subject) => ({ ...subject, times: [] as number[] }));
  for (let run = 0; run < runs + WARM_UP; run++) {
    // The order changes, so that neither always runs behind the other.
    for (const subject of run % 2 === 0 ? subjects : subjects.toReversed()) {
      const time = await untilRequest(node24, subject.file, subject.env);
      if (run >= WARM_UP) subject.times.push(time);
    }
  }
  const [first, second] = subjects.map(({ times }) => quantile(times, 0.5));
  const ratio = (second ?? Number.NaN) / (first ?? Number.NaN);
  const rows = subjects.map(({ name, file, times }) => [
    name,
    String(Math.round(fs.statSync(file).size / 1024)),
    ...[0.1, 0.5, 0.9].map((q) => quantile(times, q).toFixed(1)),
  ]);
  process.stdout.write(`${runs} starts each, in turns, Node 24; ms until the first request to the API server\n`);
  process.stdout.write(`${table([['bundle', 'kB', 'p10', 'median', 'p90'], ...rows])}\n`);
  process.stdout.write(`ratio of the medians ${ratio.toFixed(2)}, allowed ${LIMIT}\n`);
  return ratio <= LIMIT ? 0 : 1;
}

/** `kubectl proxy` as far as the bundle sees it: its socket leads to ours, and it says that it serves. */
function kubectl(): string {
  return `#!/bin/sh
for argument; do case $argument in --unix-socket=*) ln -s '${socket}' "\${argument#*=}";; esac; done
echo 'Starting to serve on'
[ "$1" = proxy ] && exec sleep 60
`;
}

async function untilRequest(node: string, file: string, env: Record<string, string>): Promise<number> {
  let child: ChildProcess | undefined;
  let said = '';
  try {
    return await new Promise<number>((resolve, reject) => {
      const started = performance.now();
      onRequest = () => resolve(performance.now() - started);
      child = spawn(node, [file], { env, cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
      for (const stream of [child.stdout, child.stderr])
        stream?.setEncoding('utf8').on('data', (text: string) => {
          said += text;
        });
      child.on('close', () => reject(new Error(`${file} ended before it asked:\n${said}`)));
    });
  } finally {
    await ended(child);
  }
}

/** SIGTERM, as it stops its kubectl then; the next start must not run beside the end of this one. */
async function ended(child: ChildProcess | undefined): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const closed = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGTERM');
  await closed;
}

function quantile(times: readonly number[], q: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.round(q * (sorted.length - 1))] ?? Number.NaN;
}
