/** The demo without a mesh: Kong splits. Set-up, v1, v2 promoted, v3 returned. */
import { readFile } from 'node:fs/promises';
import type { Lab } from '../index.ts';
import { applySecrets, PROBE_KEY } from './secrets.ts';
import { act, expectResult, plain, say, title } from './telling.ts';
import { VisitorCount, visit } from './visitor.ts';

const BROKEN = 'mesh-canary.dev/lab/dj-app:v3-broken';

export async function demoOnKong(lab: Lab): Promise<void> {
  await lab.kubectl(['create', 'namespace', 'prod']);

  title('setup: Kong by Helm, its Gateway, two callers with keys');
  const gateway = lab.gatewayUrl;
  const setup = { command: 'setup', 'kong-chart-repository': lab.chartRepository, 'gateway-url': gateway };
  expectResult(await act(lab, setup), 'applied');
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
  const first = await act(lab, { ...common, version: 'v1', manifests: 'manifests/dj-app/base\nmanifests/dj-app/v1' });
  expectResult(first, 'bootstrapped');

  title('deploy v2: 5, 25, 50, 100 %');
  const visitors = new VisitorCount();
  const visiting = visit(`${gateway}/dj/jazz`, PROBE_KEY, visitors);
  const pace = { 'canary-weight': '5,25,50,100', 'min-step': '8s' };
  const second = await act(lab, { ...common, ...pace, version: 'v2', manifests: 'manifests/dj-app/v2' });
  expectResult(second, 'promoted');

  title('deploy v3: fails 30 % of its requests');
  const third = await act(lab, { ...common, ...pace, version: 'v3', image: BROKEN });
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
}
