/** A policy that refuses one of a release's writes is heard: its own words, the object, and where the traffic is. */
import fs from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { applySecrets, keysOf } from '../../lab/demo/secrets.ts';
import type { EvidenceFile } from '../../src/report/render/evidence-file.ts';
import type { Refusal } from './support/admission.ts';
import { refusing } from './support/admission.ts';
import type { ActionResult, Place } from './support/world.ts';
import { leftovers, World } from './support/world.ts';

const LONG = 3 * 60_000;
const WORDS = 'not on a Friday, says the platform team';
const PLUGINS = "'konghq.com/plugins' in object.metadata.annotations";
const HAD_PLUGINS = "'konghq.com/plugins' in oldObject.metadata.annotations";

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world?.stop());

/** v1 serves; v2 is released against the policy. */
async function released(
  refusal: Omit<Refusal, 'words'>,
  { env = {}, route, plugins }: { env?: Record<string, string>; route?: Record<string, string>; plugins?: string } = {},
): Promise<{ place: Place; result: ActionResult }> {
  const place = await (await world.place()).serving({ env: { APP_VERSION: 'v1' } });
  if (plugins !== undefined) await applySecrets(world.lab, place.namespace);
  const files = [
    ...place.version('v2', { env: { APP_VERSION: 'v2', ...env } }),
    ...(route === undefined ? [] : [place.route('jazz-v1', { annotations: route })]),
  ];
  const allow = await refusing(place, { ...refusal, words: WORDS });
  const result = await place.deploy({
    version: 'v2',
    manifests: place.write('v2.yaml', ...files),
    identify: 'header:x-app-version',
    'canary-weight': '50,100',
    ...(plugins === undefined ? {} : { plugins, 'probe-headers': `apikey: ${keysOf(place.namespace).probe}` }),
  });
  await allow();
  expect(await place.weights()).toEqual([expect.not.objectContaining({ 'jazz-v2': expect.any(Number) })]);
  return { place, result };
}

/** Where the traffic is, as the run says it. */
function trafficOf({ outputs }: ActionResult): string {
  return (JSON.parse(fs.readFileSync(outputs['evidence-file'] ?? '', 'utf8')) as EvidenceFile).outcome.traffic;
}

/** What was said, with the words of the policy in it once. */
function heard(said = ''): string {
  expect(said.split(WORDS)).toHaveLength(2);
  expect(said).toMatch(/ValidatingAdmissionPolicy 'refuse-\S+' with binding 'refuse-\S+' denied request: /);
  return said;
}

describe('a policy that refuses', () => {
  it(
    "the weight's patch",
    async () => {
      const { place, result } = await released({
        unless:
          "object.spec.rules.all(rule, rule.backendRefs.all(to, !to.name.endsWith('-v2') || (has(to.weight) && to.weight == 0)))",
      });
      expect(heard(result.outputs['reason'])).toMatch(/^HTTPRoute \S+\/jazz was not accepted: /);
      expect(result.outputs).toMatchObject({ result: 'rolled-back', weight: '0' });
      expect(trafficOf(result)).toMatch(/^jazz: the weight of jazz-v2 is 0 again, proved by 40 probes/);
      expect(await leftovers(place)).toEqual([]);
    },
    LONG,
  );

  it(
    'the annotation that binds plugins',
    async () => {
      const { place, result } = await released(
        { unless: `!has(object.metadata.annotations) || !(${PLUGINS})` },
        { plugins: 'key-auth' },
      );
      expect(heard(result.outputs['reason'])).toMatch(/^HTTPRoute \S+\/jazz was not accepted: /);
      expect(result.outputs).toMatchObject({ result: 'failed' });
      expect(trafficOf(result)).toMatch(/^no route was touched/);
      expect(await place.exists('deployment', 'jazz-v2')).toBe(false);
    },
    LONG,
  );

  it(
    'a route file that is merged',
    async () => {
      const { place, result } = await released(
        { unless: "!has(object.metadata.annotations) || !('example.com/team' in object.metadata.annotations)" },
        { route: { 'example.com/team': 'music' } },
      );
      expect(heard(result.outputs['reason'])).toMatch(/^HTTPRoute \S+\/jazz was not accepted: /);
      expect(result.outputs).toMatchObject({ result: 'failed' });
      expect(trafficOf(result)).toMatch(/^no route was touched/);
      expect(await place.exists('deployment', 'jazz-v2')).toBe(false);
    },
    LONG,
  );

  it(
    'a lane',
    async () => {
      const { place, result } = await released({
        unless: "!has(object.metadata.labels) || !('mesh-canary.dev/lane' in object.metadata.labels)",
        operations: ['CREATE', 'UPDATE'],
      });
      expect(heard(result.outputs['reason'])).toMatch(/^the lanes of jazz: HTTPRoute \S+ was not accepted: /);
      expect(trafficOf(result)).toMatch(/^jazz: the weight of jazz-v2 is 0 again/);
      expect(await leftovers(place)).toEqual([]);
    },
    LONG,
  );

  it(
    'a restore',
    async () => {
      const { place, result } = await released(
        { unless: `!(has(oldObject.metadata.annotations) && ${HAD_PLUGINS}) || (${PLUGINS})` },
        { plugins: 'key-auth', env: { FAULT_ERROR_RATE: '1' } },
      );
      const lines = result.log.split('\n').filter((line) => /was not restored/.test(line));
      expect(lines).toHaveLength(1);
      expect(heard(lines[0])).toMatch(/HTTPRoute \S+\/jazz was not restored: /);
      expect(trafficOf(result)).toMatch(/^jazz: /);
      expect((await place.liveRoute()).metadata.annotations?.['konghq.com/plugins']).toBe('key-auth');
    },
    LONG,
  );
});
