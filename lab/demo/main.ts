/**
 * `npm run demo`: a cluster on this machine, releases in it, and what a visitor sees. `--mesh <provider>` runs it in a mesh
 * whose routes that provider writes; without it Kong splits.
 */
import { parseArgs } from 'node:util';
import { type Lab, startLab } from '../index.ts';
import { MESH_NAMES, meshNamed } from '../mesh/index.ts';
import { demoOnKong } from './on-kong.ts';
import { demoOnMesh } from './on-mesh.ts';
import { DEMO_KEY } from './secrets.ts';
import { say, title } from './telling.ts';

const { values } = parseArgs({
  options: { keep: { type: 'boolean', default: false }, mesh: { type: 'string' } },
});
const started = performance.now();
let lab: Lab | undefined;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    say(`${signal}: taking the lab down`);
    void (lab?.stop() ?? Promise.resolve()).finally(() => process.exit(130));
  });
}

try {
  await demo();
} catch (error) {
  process.stderr.write(`\ndemo failed: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  if (lab && !(values.keep && process.exitCode === undefined)) await lab.stop();
}

async function demo(): Promise<void> {
  // `kong-mesh` and the like are caught before anything is started.
  const mesh = values.mesh === undefined ? undefined : meshNamed(values.mesh === 'gamma' ? 'gateway-api' : values.mesh);
  title('A Kubernetes control plane on this machine');
  lab = await startLab({ ...(values.keep ? { name: 'demo' } : {}), keepAlive: values.keep });
  say(
    `${await lab.kubectl(['version', '-o', 'json']).then((text) => JSON.parse(text).serverVersion.gitVersion)} is up`,
  );
  if (mesh === undefined) await demoOnKong(lab);
  else await demoOnMesh(lab, mesh);
  say(`done in ${Math.round((performance.now() - started) / 1000)} s`);
  if (mesh === undefined) say(`the same on a mesh: npm run demo -- --mesh ${MESH_NAMES.join(' | ')}`);
  if (values.keep) tellHowToUse(lab, lab.gatewayUrl);
}

function tellHowToUse(lab: Lab, gateway: string): void {
  title('The lab stays up');
  say(`export KUBECONFIG=${lab.kubeconfig} PATH=${lab.binDir}:$PATH`);
  say('kubectl get httproute,deployment,pod -n prod');
  say(`curl -H 'apikey: ${DEMO_KEY}' ${gateway}/dj/jazz`);
  say('npm run lab -- down --name demo');
}
