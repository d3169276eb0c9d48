import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startAction } from '../../lab/action/run.ts';
import { hostile, MARK } from '../unit/report/hostile-strings.ts';
import { commandsIn } from '../unit/report/runner-commands.ts';
import type { ActionResult, Place } from './support/world.ts';
import { World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world?.stop());

/** What an object of Kubernetes, and an environment, can hold. */
const texts = hostile.filter((text) => !/[\u0000\ud800]/.test(text));
const all = texts.join('\n');
/** Lines the parsers of YAML and HTTP pass on as they are. */
const plainTexts = texts.filter((text) => !/[^\n\u0020-\u007e]/.test(text));

/** What a caller's key looks like on its way: plain, and in the forms others make of it. */
const secret = 'k-4f/9a+0c=71';
const bytes = Buffer.from(secret);
const forms = [
  secret,
  bytes.toString('base64'),
  bytes.toString('base64').replace(/=+$/, ''),
  bytes.toString('base64url'),
  encodeURIComponent(secret),
];

/** Runs a command as the runner would, and once more as a person would, where no line may be a command at all. */
async function through(place: Place, given: Record<string, string>, quiet = false): Promise<ActionResult> {
  const inputs = { 'probe-headers': `apikey: ${secret}`, ...given };
  const argv = path.join(place.workspace, 'argv');
  const results: ActionResult[] = [];
  for (const as of ['action', 'cli'] as const) {
    const { lab } = world;
    const all = Object.entries(world.inputs(place.inputs(inputs))).filter(([, value]) => value !== '-');
    const result = await startAction({
      node: lab.node24,
      binDir: spyOn(lab.binDir, place.workspace, argv),
      kubeconfig: lab.kubeconfig,
      folder: world.folder,
      workspace: place.workspace,
      as,
      inputs: Object.fromEntries(all),
    }).finished;
    expectHarmless(result, as, quiet);
    expectNoSecret(result, argv);
    results.push(result);
  }
  return results[0] as ActionResult;
}

/** kubectl and helm that note how they were called. */
function spyOn(binDir: string, folder: string, argv: string): string {
  const spies = path.join(folder, 'spies');
  fs.mkdirSync(spies, { recursive: true });
  for (const tool of ['kubectl', 'helm'])
    fs.writeFileSync(
      path.join(spies, tool),
      `#!/bin/sh\nprintf '%s\\n' "$*" >> '${argv}'\nexec '${path.join(binDir, tool)}' "$@"\n`,
      { mode: 0o755 },
    );
  return spies;
}

const OURS = /^::(?:group|notice|warning|error)::(?!\s*(?:PWNED|::|##))\S|^::endgroup::$|^::add-mask::(?!.*PWNED)/;

/** @param quiet whether the command only reads, and ends well whatever it read */
function expectHarmless({ log, summary, outputs, code }: ActionResult, as: 'action' | 'cli', quiet: boolean): void {
  expect(code).toBe(quiet ? 0 : 1);
  const lines = log.split(/\r\n|\r|\n/).filter((line) => as === 'cli' || !OURS.test(line));
  expect(lines.flatMap(commandsIn)).toEqual([]);
  expect(log).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200b\u202e\ufeff]/);
  expect(commandsIn(summary)).toEqual([]);
  expect(summary).not.toMatch(/<(?:script|img|h1)|\]\(javascript/);
  expect(log).not.toMatch(/\n\s+at .*\.js:\d+/);
  if (as === 'action') expect(outputs['result']).toMatch(quiet ? /^(read|planned)$/ : /^(failed|rolled-back)$/);
}

function expectNoSecret({ log, summary, outputs }: ActionResult, argv: string): void {
  const files = ['evidence-file', 'report-file', 'plan-file']
    .map((name) => outputs[name] ?? '')
    .filter((file) => file !== '');
  const shown = log
    .split('\n')
    .filter((line) => !line.startsWith('::add-mask::'))
    .join('\n');
  const artifacts = [shown, summary, JSON.stringify(outputs), ...files.map((file) => fs.readFileSync(file, 'utf8'))];
  const calls = fs.existsSync(argv) ? fs.readFileSync(argv, 'utf8') : '';
  for (const text of [...artifacts, calls]) for (const form of forms) expect(text).not.toContain(form);
}

/** As JSON with escapes: YAML has no other way to hold control characters. */
const escaped = (object: object) =>
  JSON.stringify(object).replaceAll(
    /[^\u0020-\u007e]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
const apply = (...objects: object[]) =>
  world.lab.kubectl(['apply', '-f', '-'], escaped({ apiVersion: 'v1', kind: 'List', items: objects }));
function write({ workspace }: Place, ...objects: object[]): string {
  fs.writeFileSync(path.join(workspace, 'hostile.yaml'), objects.map(escaped).join('\n---\n'));
  return 'hostile.yaml';
}

const CHECK = { command: 'check' };
const SETUP = { command: 'setup', 'probe-headers': '-' };

/** Many runs, on a machine that may be busy with other labs. */
const LONG = 600_000;

describe('hostile texts reach no runner and give away no secret, when they come from', () => {
  it(
    'answers of the application',
    async () => {
      const place = await world.place();
      const body = `${all}\n${forms.join('\n')}`;
      await apply(...place.version('v1', { env: { HW_RESPONSE: body } }), place.route('jazz-v1'));
      await place.until(async () => (await place.count(1))[body] === 1);
      const checks = JSON.stringify([{ name: 'c', path: place.path(), expect: { body: 'never there' } }]);
      const manifests = write(place, ...place.version('v2', { env: { HW_RESPONSE: body } }));
      expect((await through(place, { version: 'v2', manifests, checks })).outputs['reason']).toMatch(
        /check "c" failed/,
      );
      expect((await through(place, { ...CHECK, checks })).outputs['reason']).toMatch(/check "c" failed/);
    },
    LONG,
  );

  it(
    'the journal on the route',
    async () => {
      const place = await (await world.place()).serving();
      const manifests = place.write('v2.yaml', ...place.version('v2'));
      const valid = {
        ...{ version: 1, release: all, run: all, attempts: 1, service: all },
        ...{ versions: { stable: all, canary: all }, backends: { stable: all, canary: all } },
        ...{
          phase: 'holding',
          step: 0,
          plan: [5],
          weight: 0,
          startedAt: all,
          updatedAt: all,
          runUrl: all,
          history: [],
        },
      };
      for (const journal of [all, JSON.stringify(valid), JSON.stringify({ ...valid, phase: all })]) {
        const patch = JSON.stringify({ metadata: { annotations: { 'mesh-canary.dev/journal': journal } } });
        await world.lab.kubectl(['patch', 'httproute', 'jazz', '-n', place.namespace, '--type=merge', '-p', patch]);
        const { outputs } = await through(place, { version: 'v2', manifests });
        expect(outputs['reason']).toMatch(/the journal on HTTPRoute .* cannot be used/);
        await through(place, { command: 'plan', version: 'v2', manifests }, true);
        await through(place, { command: 'status', 'probe-headers': '-' }, true);
        await through(place, { command: 'promote' });
        await through(place, { command: 'rollback' });
      }
    },
    LONG,
  );

  it(
    'annotations that the lint speaks of, and names of plugins in them',
    async () => {
      const place = await world.place();
      const annotations = { 'konghq.com/retries': all, 'konghq.com/plugins': all };
      await apply(...place.version('v1', { annotations }), place.route('jazz-v1', { annotations }));
      const manifests = place.write('v2.yaml', ...place.version('v2'));
      const { outputs } = await through(place, { version: 'v2', manifests });
      expect(outputs['reason']).toMatch(/The annotation konghq\.com\/\w+ differs/);
      await through(place, CHECK);
    },
    LONG,
  );

  it(
    'what the node says of a pod that does not start',
    async () => {
      const place = await (await world.place()).serving();
      const image = texts.slice(0, 20).join('');
      const manifests = place.write('v2.yaml', ...place.version('v2', { image }));
      const { outputs } = await through(place, { version: 'v2', manifests });
      expect(outputs['reason']).toMatch(/cannot start/);
    },
    LONG,
  );

  it(
    'events of Kong’s controller',
    async () => {
      const place = await (await world.place()).serving();
      let going = true;
      const forging = (async () => {
        for (let n = 0; going; n += 1) {
          const now = new Date(Date.now() + 1000).toISOString().replace(/\.\d+Z$/, 'Z');
          await world.lab.api('POST', `/api/v1/namespaces/${place.namespace}/events`, {
            apiVersion: 'v1',
            kind: 'Event',
            metadata: { name: `forged-${n}`, namespace: place.namespace },
            involvedObject: { kind: 'KongPlugin', name: 'key-auth', namespace: place.namespace },
            ...{ type: 'Warning', reason: 'KongConfigurationApplyFailed', message: all.slice(0, 1000) },
            ...{ firstTimestamp: now, lastTimestamp: now, count: 1, source: { component: 'kong' } },
          });
          await new Promise((resolve) => setTimeout(resolve, 200));
        }
      })();
      const manifests = place.write('v2.yaml', ...place.version('v2'));
      const { outputs } = await through(place, { version: 'v2', manifests, plugins: 'key-auth' }).finally(() => {
        going = false;
      });
      await forging;
      expect(outputs['reason']).toMatch(/Kong refused KongPlugin/);
    },
    LONG,
  );

  it(
    'the rules of admission',
    async () => {
      const place = await (await world.place()).serving();
      const name = `refuse-${place.namespace}`;
      const quoted = plainTexts.map((text) => text.replaceAll('\n', ' ')).join(' ');
      await place.apply(
        {
          apiVersion: 'admissionregistration.k8s.io/v1',
          kind: 'ValidatingAdmissionPolicy',
          metadata: { name },
          spec: {
            failurePolicy: 'Fail',
            matchConstraints: {
              resourceRules: [
                { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['configmaps'] },
              ],
              namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': place.namespace } },
            },
            validations: [{ expression: 'object.metadata.name != "refused"', message: quoted.slice(0, 3000) }],
          },
        },
        {
          apiVersion: 'admissionregistration.k8s.io/v1',
          kind: 'ValidatingAdmissionPolicyBinding',
          metadata: { name },
          spec: { policyName: name, validationActions: ['Deny'] },
        },
      );
      const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'refused', namespace: place.namespace } };
      await place.until(async () =>
        place.apply({ ...map, data: { a: String(Math.random()) } }).then(
          () => world.lab.kubectl(['delete', 'configmap', 'refused', '-n', place.namespace]).then(() => false),
          () => true,
        ),
      );
      const manifests = place.write('v2.yaml', ...place.version('v2'), map);
      expect((await through(place, { version: 'v2', manifests })).outputs['reason']).toContain(MARK);
      expect((await through(place, { ...SETUP, manifests: place.write('map.yaml', map) })).outputs['reason']).toContain(
        MARK,
      );
      const plan = await place.deploy({ command: 'plan', version: 'v2', manifests });
      expect(plan.log).toContain(MARK);
      expect(
        plan.log
          .split('\n')
          .filter((line) => !OURS.test(line))
          .flatMap(commandsIn),
      ).toEqual([]);
    },
    LONG,
  );

  it(
    'names, kinds and values in manifests and inputs',
    async () => {
      const place = await (await world.place()).serving();
      const objects = texts.map((text) => ({
        apiVersion: text,
        kind: text,
        metadata: { name: text, namespace: text, labels: text },
      }));
      const manifests = place.write('v2.yaml', ...objects);
      for (const given of [{ version: 'v2' }, { version: 'v2', command: 'plan' }, SETUP])
        expect((await through(place, { ...given, manifests })).outputs['reason']).toMatch(
          /the manifests cannot be used/,
        );
      await through(place, { command: 'migrate', 'probe-headers': '-', manifests });
      const wrong = {
        version: 'v2',
        namespace: all,
        'canary-weight': all,
        plugins: all,
        identify: all,
        'gateway-url': all,
      };
      expect((await through(place, wrong)).outputs['reason']).toMatch(/settings are wrong/);
      fs.writeFileSync(path.join(place.workspace, 'canary.yaml'), all);
      expect((await through(place, { version: 'v2', config: 'canary.yaml' })).outputs['reason']).toMatch(/is wrong/);
    },
    LONG,
  );
});
