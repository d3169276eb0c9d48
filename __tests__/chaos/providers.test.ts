/** The same scripted release on every kind of route; see lab/demo/scripted.ts. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ROUTE_OF } from '../../lab/demo/by-hand.ts';
import { SCENARIOS, SCRIPTS, scriptedInputs } from '../../lab/demo/scripted.ts';
import { PROBE_KEY } from '../../lab/demo/secrets.ts';
import { inside, outside, until } from '../../lab/demo/seed.ts';
import type { MeshName } from '../../lab/mesh/index.ts';
import { MESH_NAMES } from '../../lab/mesh/index.ts';
import { SeedWorld } from '../lab/support/seed-world.ts';

/** A late controller is waited for at each of its writes. */
const LONG = 420_000;

describe.each(MESH_NAMES)('a release on %s', (mesh: MeshName) => {
  let world: SeedWorld;
  let serving = 'v1';
  beforeAll(async () => {
    world = await SeedWorld.start(mesh);
  }, LONG);
  afterAll(() => world?.stop());

  /** The version that answers, as the application says it. */
  const versionOutside = async () => {
    const answer = await fetch(`${world.lab.gatewayUrl}/dj/jazz`, { headers: { apikey: PROBE_KEY } });
    await answer.text();
    return answer.headers.get('x-app-version');
  };
  const route = async () =>
    JSON.stringify(JSON.parse(await world.lab.kubectl(['get', ...ROUTE_OF[mesh], '-n', 'prod', '-o', 'json'])).spec);

  it.each(SCENARIOS)(
    '%s',
    async (scenario) => {
      const script = SCRIPTS[scenario];
      await world.lab.setMesh(mesh, script.controller);
      const result = await world.run(scriptedInputs(mesh, script));
      await world.lab.setMesh(mesh, {});
      expect(result.outputs['result']).toMatch(script.ends);
      const promoted = result.outputs['result'] === 'promoted';
      expect(result.code).toBe(promoted ? 0 : 1);
      if (promoted) serving = script.version;
      for (let request = 0; request < 10; request++) expect(await versionOutside()).toBe(serving);
      expect((await outside(world.lab, 'jazz')).body).toBe((await inside(world.lab, 'jazz')).body);
      if (scenario === 'refused') expect(result.outputs['reason']).toMatch(/the lab was told to refuse this/);
      if (scenario === 'bad') expect(result.outputs['failing-requests']).toBe('0');
      // Lanes never outlive their run.
      await until('no lane is left', async () => !(await route()).includes('mesh-canary-lane'));
    },
    LONG,
  );
});
