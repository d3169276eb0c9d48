/** Plays one script of lab/demo/scripted.ts in a world, and holds what must be true after every release, however it ends. */
import { expect } from '@jest/globals';
import { SCRIPTS, type Scenario, scriptedInputs } from '../../../lab/demo/scripted.ts';
import { PROBE_KEY } from '../../../lab/demo/secrets.ts';
import { inside, outside, until } from '../../../lab/demo/seed.ts';
import { meshKind } from '../../../lab/mesh/index.ts';
import type { SeedWorld } from './seed-world.ts';

/**
 * @param serving the version that serves before the release
 * @param inputs beside the script's own
 * @returns the version that serves after it
 */
export async function playScript(
  world: SeedWorld,
  scenario: Scenario,
  serving: string,
  inputs: Record<string, string> = {},
): Promise<string> {
  const { lab, mesh } = world;
  const script = SCRIPTS[scenario];
  await lab.setMesh(mesh, script.controller);
  const { code, outputs } = await world.run({ ...scriptedInputs(mesh, script), ...inputs });
  await lab.setMesh(mesh, {});
  const { result = '', reason = '' } = outputs;
  expect({ result, reason }).toEqual({
    result: expect.stringMatching(script.ends),
    reason: expect.stringMatching(script.because ?? /./),
  });
  const promoted = result === 'promoted';
  expect(code).toBe(promoted ? 0 : 1);
  if (scenario === 'bad') expect(outputs['failing-requests']).toBe('0');
  const version = promoted ? script.version : serving;
  for (let request = 0; request < 10; request++) expect(await versionOutside(world)).toBe(version);
  // Callers inside go past a gateway that stands at the edge alone.
  if (meshKind(mesh).seed.gateway === undefined)
    expect((await outside(lab, 'jazz')).body).toBe((await inside(lab, 'jazz')).body);
  await until('no lane is left', async () => !(await route(world)).includes('mesh-canary-lane'));
  return version;
}

/** The version that answers, as the application says it. */
async function versionOutside({ gatewayUrl }: SeedWorld): Promise<string | null> {
  const answer = await fetch(`${gatewayUrl}/dj/jazz`, { headers: { apikey: PROBE_KEY } });
  await answer.text();
  return answer.headers.get('x-app-version');
}

async function route({ lab, mesh }: SeedWorld): Promise<string> {
  return JSON.stringify(
    JSON.parse(await lab.kubectl(['get', ...meshKind(mesh).seed.route, '-n', 'prod', '-o', 'json'])).spec,
  );
}
