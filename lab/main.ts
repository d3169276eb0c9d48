/** `npm run lab -- up | down | status`: labs that stay until they are taken down. */
import { parseArgs } from 'node:util';
import { connectLab, type Lab, startLab } from './index.ts';
import { runDir } from './paths.ts';
import { isRunning } from './processes.ts';
import { type LabRecord, liveLabs, readRecord, removeIfDead } from './supervisor/record.ts';

const USAGE = `usage: npm run lab -- up [--name NAME]            start a lab and leave it running
       npm run lab -- down [--name NAME | --all]  stop it and remove its files
       npm run lab -- status                      what runs
NAME is "default" when not given.`;

// The reader may have seen enough (`… | head -1`).
process.stdout.on('error', () => {});

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      name: { type: 'string', default: 'default' },
      all: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  const command = positionals.length > 1 ? '' : positionals[0];
  if (values.help === true) say(USAGE);
  else if (command === 'up') await up(values.name);
  else if (command === 'down') await down(values.all === true ? undefined : values.name);
  else if (command === 'status') await status();
  else throw new Error(USAGE);
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}

async function up(name: string): Promise<void> {
  const running = (await liveLabs()).find((record) => record.name === name);
  const began = Date.now();
  const lab = running === undefined ? await startLab({ name, keepAlive: true }) : await connectLab(name);
  const took = ((Date.now() - began) / 1000).toFixed(1);
  say(running === undefined ? `Lab "${name}" is ready (${took} s).` : `Lab "${name}" is already running.`);
  describe(lab);
}

function describe(lab: Lab): void {
  const option = lab.name === 'default' ? '' : ` --name ${lab.name}`;
  say('');
  say(`  export KUBECONFIG=${lab.kubeconfig}`);
  say(`  export PATH=${lab.binDir}:$PATH    # kubectl and helm of the right versions`);
  say('');
  say(`  API server        ${lab.apiUrl}`);
  if (lab.chartRepository !== '') say(`  chart repository  ${lab.chartRepository}`);
  if (lab.gatewayUrl !== '') say(`  gateway           ${lab.gatewayUrl} (once Kong is installed)`);
  say(`  logs              ${lab.dir}/logs`);
  say(`  stop it           npm run lab -- down${option}`);
}

/** @param name all labs of this user when not given. */
async function down(name: string | undefined): Promise<void> {
  const live = await liveLabs();
  if (name !== undefined) runDir(name);
  const wanted = name === undefined ? live : live.filter((record) => record.name === name);
  if (wanted.length === 0) say(name === undefined ? 'No lab is running.' : `No lab called "${name}" is running.`);
  await Promise.all(
    wanted.map(async (record) => {
      await stop(record);
      say(`Lab "${record.name}" is stopped.`);
    }),
  );
}

/** Through its control socket, else by a signal; a lab that is still starting or stuck must end too. */
async function stop(record: LabRecord): Promise<void> {
  const connected = await connectLab(record.name).catch(() => undefined);
  if (
    connected !== undefined &&
    (await connected.stop().then(
      () => true,
      () => false,
    ))
  )
    return;
  const deadline = Date.now() + 10_000;
  process.kill(record.supervisor.pid, 'SIGTERM');
  while (isRunning(record.supervisor)) {
    if (Date.now() > deadline) process.kill(record.supervisor.pid, 'SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await removeIfDead(record.name);
}

async function status(): Promise<void> {
  const live = await liveLabs();
  if (live.length === 0) say('No lab is running.');
  for (const record of live) {
    const minutes = Math.round((Date.now() - Date.parse(record.startedAt)) / 60_000);
    if (readRecord(record.name)?.access === undefined) {
      say(`Lab "${record.name}": starting (process ${record.supervisor.pid})`);
      continue;
    }
    const lab = await connectLab(record.name);
    const { state, parts } = await lab.status();
    say(
      `Lab "${record.name}": ${state}, for ${minutes} min${record.keepAlive ? '' : ' (ends with the process that started it)'}`,
    );
    for (const part of parts) {
      say(`  ${part.name.padEnd(20)}${part.state}${part.pid === undefined ? '' : ` (process ${part.pid})`}`);
      if (part.failure !== undefined) say(part.failure.replace(/^/gm, '    '));
    }
    describe(lab);
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
