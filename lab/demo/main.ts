/**
 * The demo: jazz v2 goes through 5, 25, 50 and 100 % behind Kong on a real Kubernetes control plane, then a broken v3 is
 * returned. `--keep` leaves the lab up.
 */
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import { parseArgs } from 'node:util';
import type { ActionResult } from '../action/run.ts';
import { runAction } from '../action/run.ts';
import type { Lab } from '../index.ts';
import { startLab } from '../index.ts';
import { repositoryRoot } from '../paths.ts';
import { applySecrets, DEMO_KEY, PROBE_KEY } from './secrets.ts';
import { VisitorCount, visit } from './visitor.ts';

const BROKEN = 'mesh-canary.dev/lab/dj-app:v3-broken';

const { values } = parseArgs({ options: { keep: { type: 'boolean', default: false } } });
const started = performance.now();
let lab: Lab | undefined;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    say(`${signal}: taking the lab down`);
    void (lab?.stop() ?? Promise.resolve()).finally(() => process.exit(130));
  });
}

try {
  process.exitCode = await demo();
} catch (error) {
  process.stderr.write(`\ndemo failed: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  if (lab && !(values.keep && process.exitCode === 0)) await lab.stop();
}

async function demo(): Promise<number> {
  title('A Kubernetes control plane on this machine');
  lab = await startLab({ ...(values.keep ? { name: 'demo' } : {}), keepAlive: values.keep });
  say(
    `${await lab.kubectl(['version', '-o', 'json']).then((text) => JSON.parse(text).serverVersion.gitVersion)} is up`,
  );
  await lab.kubectl(['create', 'namespace', 'prod']);

  title('setup: Kong by Helm, its Gateway, two callers with keys');
  const action = (inputs: Record<string, string>) => run(lab as Lab, inputs);
  const gateway = lab.gatewayUrl;
  expectResult(
    await action({ command: 'setup', 'kong-chart-repository': lab.chartRepository, 'gateway-url': gateway }),
    'applied',
  );
  await applySecrets(lab);

  title('deploy v1: the first version of jazz, behind key-auth and a limit of 3 requests a minute');
  const common = {
    namespace: 'prod',
    services: 'jazz',
    'gateway-url': gateway,
    plugins: 'key-auth, rate-limiting',
    'probe-headers': `apikey: ${PROBE_KEY}`,
    'probe-rate': '20',
  };
  const first = await action({ ...common, version: 'v1', manifests: 'manifests/dj-app/base\nmanifests/dj-app/v1' });
  expectResult(first, 'bootstrapped');

  title('deploy v2: 5, 25, 50, 100 %');
  const visitors = new VisitorCount();
  const visiting = visit(`${gateway}/dj/jazz`, PROBE_KEY, visitors);
  const second = await action({
    ...common,
    version: 'v2',
    manifests: 'manifests/dj-app/v2',
    'canary-weight': '5,25,50,100',
    'min-step': '8s',
  });
  expectResult(second, 'promoted');

  title('deploy v3: fails 30 % of its requests');
  const third = await action({
    ...common,
    version: 'v3',
    image: BROKEN,
    'canary-weight': '5,25,50,100',
    'min-step': '8s',
  });
  await visiting.stop();
  expectResult(third, 'rolled-back');

  title('What was seen');
  say(`v2: ${second.outputs['reason']}`);
  say(`v3: ${third.outputs['reason']}`);
  say(`a visitor of its own, all along: ${visitors.describe()}`);
  say(`evidence: ${second.outputs['evidence-file']}`);
  say(`evidence: ${third.outputs['evidence-file']}`);
  say(`without a key: ${await plain(`${gateway}/dj/jazz`)}`);
  const evidence = JSON.parse(await readFile(third.outputs['evidence-file'] ?? '', 'utf8')) as {
    outcome?: { traffic?: string };
  };
  say(`traffic now: ${evidence.outcome?.traffic ?? 'unknown'}`);
  say(`done in ${Math.round((performance.now() - started) / 1000)} s`);
  if (values.keep) tellHowToUse(lab, gateway);
  return 0;
}

async function run(lab: Lab, inputs: Record<string, string>): Promise<ActionResult> {
  return runAction({
    node: lab.node24,
    binDir: lab.binDir,
    kubeconfig: lab.kubeconfig,
    inputs,
    workspace: repositoryRoot,
    as: 'cli',
    onLine: (line) => say(line),
  });
}

function expectResult(result: ActionResult, wanted: string): void {
  if (result.outputs['result'] === wanted) return;
  throw new Error(
    `expected "${wanted}", the action said "${result.outputs['result'] ?? 'nothing'}": ${result.outputs['reason'] ?? ''}`,
  );
}

function plain(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    http
      .get(url, { headers: { accept: 'application/json' } }, (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          body += chunk;
        });
        response.on('end', () => resolve(`${response.statusCode} ${body.replaceAll(/\s+/g, ' ')}`));
      })
      .on('error', reject);
  });
}

function tellHowToUse(lab: Lab, gateway: string): void {
  title('The lab stays up');
  say(`export KUBECONFIG=${lab.kubeconfig} PATH=${lab.binDir}:$PATH`);
  say('kubectl get httproute,deployment,pod -n prod');
  say(`curl -H 'apikey: ${DEMO_KEY}' ${gateway}/dj/jazz`);
  say('npm run lab -- down --name demo');
}

function title(text: string): void {
  process.stdout.write(`\n\u001b[1m${text}\u001b[0m\n`);
}

function say(line: string): void {
  process.stdout.write(`  ${line}\n`);
}
