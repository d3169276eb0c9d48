/**
 * One Kong pod's process:
 * `node main.js --admin-port 0 --proxy-port 0 [--status-port 0] [--resolver <unix socket>] [--address <pod>]
 * [--die-with-parent]`.
 * Prints `{"admin":PORT,"proxy":PORT,"status":PORT}` once it listens. SIGTERM lets requests finish, for 5 s at most;
 * with `--die-with-parent` the end of standard input is taken as SIGTERM.
 */
import { parseArgs } from 'node:util';
import { startKong } from './kong.ts';
import { DIRECT, socketResolver } from './resolver.ts';

const { values } = parseArgs({
  options: {
    'admin-port': { type: 'string', default: '0' },
    'proxy-port': { type: 'string', default: '0' },
    'status-port': { type: 'string', default: '0' },
    resolver: { type: 'string' },
    address: { type: 'string' },
    'die-with-parent': { type: 'boolean', default: false },
  },
});

const log = (line: string) => process.stderr.write(`${new Date().toISOString()} ${line}\n`);

const kong = await startKong({
  adminPort: Number(values['admin-port']),
  proxyPort: Number(values['proxy-port']),
  statusPort: Number(values['status-port']),
  resolver: values.resolver === undefined ? DIRECT : socketResolver(values.resolver, log, values.address),
  log,
});
process.stdout.write(`${JSON.stringify({ admin: kong.admin, proxy: kong.proxy, status: kong.status })}\n`);

let stopping = false;
function stop(): void {
  if (stopping) return;
  stopping = true;
  void kong.stop().then(() => process.exit(0));
}
process.on('SIGTERM', stop);
process.on('SIGINT', stop);
if (values['die-with-parent']) {
  process.stdin.on('end', stop);
  process.stdin.on('error', stop);
  process.stdin.resume();
}
