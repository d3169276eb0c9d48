/**
 * `npm run bench:providers [-- --mesh istio]`: the scripted release on every kind of route, how it ends and how long it
 * takes. Yardstick: the same release with a healthy controller, and what the scenario itself takes (20 s for each late write).
 */
import { parseArgs } from 'node:util';
import { runAction } from '../../lab/action/run.ts';
import { SCENARIOS, SCRIPTS, type Scenario, scriptedInputs } from '../../lab/demo/scripted.ts';
import { applyApplication, applyMesh, gatewayOf } from '../../lab/demo/seed.ts';
import { type Lab, startLab } from '../../lab/index.ts';
import { MESH_NAMES, type MeshName, meshKind, meshNamed } from '../../lab/mesh/index.ts';

interface Played {
  readonly result: string;
  readonly seconds: number;
  readonly asWanted: boolean;
  readonly reason: string;
}

const { values } = parseArgs({ options: { mesh: { type: 'string', multiple: true } } });
const meshes = values.mesh?.map(meshNamed) ?? MESH_NAMES;

say(`| provider | ${SCENARIOS.map((scenario) => SCRIPTS[scenario].what).join(' | ')} |`);
say(`|---|${SCENARIOS.map(() => '---').join('|')}|`);
const surprises: string[] = [];
for (const mesh of meshes) {
  const played = await play(mesh);
  const cells = SCENARIOS.map((scenario) => {
    const { result, seconds, asWanted, reason } = played[scenario];
    if (!asWanted) surprises.push(`${mesh}, ${scenario}: ${result}: ${reason}`);
    return `${result}${asWanted ? '' : ' (!)'}, ${Math.round(seconds)} s`;
  });
  say(`| ${mesh} | ${cells.join(' | ')} |`);
}
for (const surprise of surprises) say(`not as it should be: ${surprise}`);
if (surprises.length > 0) process.exitCode = 1;

/** All scenarios, one after the other, in a lab of their own. */
async function play(mesh: MeshName): Promise<Readonly<Record<Scenario, Played>>> {
  const lab = await startLab();
  try {
    await applyMesh(lab, mesh);
    if (meshKind(mesh).seed.gateway === undefined) {
      const setup = await act(lab, { command: 'setup', 'kong-chart-repository': lab.chartRepository });
      if (setup.code !== 0) throw new Error(`setup failed:\n${setup.log}`);
    }
    await applyApplication(lab, mesh);
    const gateway = await gatewayOf(lab, mesh);
    const played: Partial<Record<Scenario, Played>> = {};
    for (const scenario of SCENARIOS) {
      const script = SCRIPTS[scenario];
      await lab.setMesh(mesh, script.controller);
      const { outputs, seconds } = await act(lab, { 'gateway-url': gateway, ...scriptedInputs(mesh, script) });
      const result = outputs['result'] ?? 'nothing';
      const reason = outputs['reason'] ?? '';
      played[scenario] = {
        result,
        seconds,
        asWanted: script.ends.test(result) && (script.because?.test(reason) ?? true),
        reason,
      };
    }
    return played as Record<Scenario, Played>;
  } finally {
    await lab.stop();
  }
}

function act(lab: Lab, inputs: Record<string, string>) {
  const given = { 'gateway-url': lab.gatewayUrl, ...inputs };
  return runAction({ node: lab.node24, binDir: lab.binDir, kubeconfig: lab.kubeconfig, inputs: given });
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
