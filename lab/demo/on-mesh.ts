/**
 * The demo on a mesh: the seed's system with Kong as a member of the mesh. jazz and metal go from v1 to 95/5, where callers
 * outside and inside are counted, then to 100; a broken v3 is returned.
 */
import type { Lab } from '../index.ts';
import type { MeshName } from '../mesh/index.ts';
import { meshKind } from '../mesh/index.ts';
import { splitOf } from './by-hand.ts';
import { canaryManifests } from './scripted.ts';
import { DEMO_KEY, PROBE_KEY } from './secrets.ts';
import { applyApplication, applyMesh, count, inside, outside, SERVICES, type SeedService } from './seed.ts';
import { act, expectResult, plain, say, title } from './telling.ts';
import { VisitorCount, visit } from './visitor.ts';

const BROKEN = 'mesh-canary.dev/lab/dj-app:v3-broken';
/** What each version of a service answers starts so; v2 adds where the musicians are from. */
const V2 = /\(/;
const COUNTED = 300;
/** Around 15 of 300: five standard deviations, so that a demo fails once in a million. */
const AROUND_FIVE_PERCENT = { least: 1, most: 35 };

export async function demoOnMesh(lab: Lab, mesh: MeshName): Promise<void> {
  if (meshKind(mesh).seed.gateway !== undefined)
    throw new Error(`${mesh} is a gateway alone: what the demo shows is Kong as a member of a mesh`);
  title(`The mesh (${mesh}), and Kong as a member of it`);
  await applyMesh(lab, mesh);
  const gateway = lab.gatewayUrl;
  const setup = { command: 'setup', 'kong-chart-repository': lab.chartRepository, 'gateway-url': gateway };
  expectResult(await act(lab, setup), 'applied');

  title('The DJ app by hand, as in 2020: jazz v1 and metal v1 behind Kong, dj inside, a key and 3 requests a minute');
  await applyApplication(lab, mesh);
  for (const service of SERVICES) {
    say(`/dj/${service} through Kong: ${(await outside(lab, service)).body}`);
    say(`${service} from dj, inside: ${(await inside(lab, service)).body}`);
  }
  for (const service of SERVICES) await showLimits(`${gateway}/dj/${service}`);

  const common = {
    mesh,
    ...meshKind(mesh).seed.inputs,
    namespace: 'prod',
    services: 'jazz, metal',
    'gateway-url': gateway,
    'probe-headers': `apikey: ${PROBE_KEY}`,
    'probe-rate': '20',
    'min-step': '4s',
    // Two services and callers of both kinds share one machine: a quarter of the evidence is waited for.
    'max-error-increase': '2',
    // Here response times tell how busy this machine is, and to show that both versions suffer alike takes minutes.
    latency: 'ignore',
  };
  const v2 = canaryManifests(mesh).join('\n');
  const visitors = new VisitorCount();
  const visiting = SERVICES.map((service) => visit(`${gateway}/dj/${service}`, PROBE_KEY, visitors, 500));

  title('deploy v2 of both: 5 %, and stay there');
  expectResult(await act(lab, { ...common, version: 'v2', manifests: v2, 'canary-weight': '5' }), 'holding');
  for (const service of SERVICES) {
    await showWeights(lab, mesh, service, { [`${service}-v1`]: 95, [`${service}-v2`]: 5 });
    await showSplit(lab, service);
  }

  title('deploy v2: on to 100 %');
  expectResult(await act(lab, { ...common, version: 'v2', manifests: v2, 'canary-weight': '25,50,100' }), 'promoted');
  for (const service of SERVICES) {
    await showWeights(lab, mesh, service, { [`${service}-v1`]: 0, [`${service}-v2`]: 100 });
    say(`/dj/${service} through Kong: ${(await outside(lab, service)).body}`);
    say(`${service} from dj, inside: ${(await inside(lab, service)).body}`);
  }

  title('deploy v3: fails 30 % of its requests');
  const third = await act(lab, { ...common, version: 'v3', image: BROKEN, 'canary-weight': '5,25,50,100' });
  expectResult(third, 'rolled-back');
  await Promise.all(visiting.map((each) => each.stop()));

  title('What was seen');
  say(`v3: ${third.outputs['reason']}`);
  say(`visitors of both paths, all along: ${visitors.describe()}`);
  for (const service of SERVICES) {
    const seen = {
      ...(await count(50, () => outside(lab, service))),
      ...(await count(50, () => inside(lab, service))),
    };
    const [body, ...others] = Object.keys(seen);
    if (others.length > 0) throw new Error(`${service} answers in several ways after the return: ${Object.keys(seen)}`);
    say(`${service}, from outside and inside: ${body}`);
  }
}

/** Throws unless the route asks for a key, and holds a caller with one to its limit. */
async function showLimits(url: string): Promise<void> {
  const { pathname } = new URL(url);
  const without = await plain(url);
  say(`${pathname} without a key: ${without}`);
  const answers: string[] = [];
  for (let request = 0; request < 5; request++) answers.push(await plain(url, { apikey: DEMO_KEY }));
  say(`${pathname}, five requests with a caller's key: ${answers.map((answer) => answer.slice(0, 3)).join(', ')}`);
  const limited = answers.find((answer) => answer.startsWith('429'));
  if (!without.startsWith('401') || limited === undefined) throw new Error('key or limit is not enforced');
  say(limited);
}

/** What the live object says. Throws when it is anything else. */
async function showWeights(
  lab: Lab,
  mesh: MeshName,
  service: SeedService,
  wanted: Readonly<Record<string, number>>,
): Promise<void> {
  const { route, shares } = await splitOf(lab, mesh, service);
  const said = Object.entries(shares).map(([backend, share]) => `${backend} ${share} %`);
  say(`${route}: ${said.join(', ')}`);
  for (const [backend, share] of Object.entries(wanted)) {
    if (Math.round(shares[backend] ?? 0) !== share) throw new Error(`${route} does not send ${share} % to ${backend}`);
  }
}

/** Counts answers of both versions for both kinds of callers. Throws when a share is far from 5 %. */
async function showSplit(lab: Lab, service: SeedService): Promise<void> {
  for (const [from, ask] of [
    ['through Kong', () => outside(lab, service)],
    ['from dj, inside', () => inside(lab, service)],
  ] as const) {
    const seen = Object.entries(await count(COUNTED, ask));
    const canary = seen.filter(([body]) => V2.test(body)).reduce((sum, [, times]) => sum + times, 0);
    say(`${service} ${from}: ${COUNTED - canary} of v1, ${canary} of v2`);
    for (const [body, times] of seen) say(`  ${times} × ${body}`);
    if (canary < AROUND_FIVE_PERCENT.least || canary > AROUND_FIVE_PERCENT.most) {
      throw new Error(`${service} ${from}: ${canary} of ${COUNTED} is not about 5 %`);
    }
  }
}
