import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { PlanReport } from '../../../src/forecast/types.ts';
import { createLog, openLog } from '../../../src/report/log.ts';
import type { Outcome } from '../../../src/report/outcome.ts';
import { outputsOf } from '../../../src/report/outputs.ts';
import { publish } from '../../../src/report/publish.ts';
import { renderEvidence, renderPlan } from '../../../src/report/render/evidence-file.ts';
import { planLines, planMarkdown } from '../../../src/report/render/forecast.ts';
import { renderSummary } from '../../../src/report/render/summary.ts';
import { settingsOf } from '../settings/given.ts';
import { rolledBack } from './example.ts';
import { hostile, MARK } from './hostile-strings.ts';
import { commandsIn } from './runner-commands.ts';

/** Every text of a value replaced: numbers and shapes stay. */
function everywhere<T>(value: T, text: string): T {
  if (typeof value === 'string') return text as T;
  if (Array.isArray(value)) return value.map((item) => everywhere(item, text)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, everywhere(item, text)])) as T;
}

const plan: PlanReport = {
  schema: 'mesh-canary.dev/plan/v1',
  version: 'v2',
  namespace: 'prod',
  services: [
    {
      service: 'jazz',
      route: 'HTTPRoute prod/jazz',
      kind: 'release',
      stable: 'jazz-v1',
      canary: 'jazz-v2',
      source: 'manifests',
      live: 0,
      path: '/jazz',
      steps: [
        { asked: 5, weights: { stable: 9500, canary: 500 }, effective: 5, pods: { stable: 2, canary: 1 }, answers: 30 },
      ],
      pace: [{ asked: 5, requests: 300, seconds: 60, bound: 'evidence' }],
      traffic: { rate: 10, errorShare: 0.001, from: 'pods' },
    },
  ],
  objects: [
    {
      object: 'Deployment prod/jazz-v2',
      action: 'change',
      fields: [{ path: 'spec.image', from: 'a', to: 'b', owner: 'someone' }],
      by: 'comparison',
      refused: 'no',
    },
  ],
  plugins: [{ plugin: 'key-auth', object: 'KongPlugin prod/a', proofs: ['without a key'], note: 'x' }],
  findings: [{ severity: 'error', object: 'Service prod/jazz', problem: 'wrong', fix: 'do this\nand that' }],
  drift: ['jazz drifted'],
  missing: ['patch httproutes'],
  role: 'kind: Role\n',
};

/** The same with hostile texts where texts are free; words that choose a path of the code stay. */
function hostilePlan(text: string): PlanReport {
  const all = everywhere(plan, text);
  return {
    ...all,
    schema: plan.schema,
    services: all.services.map((service) => ({
      ...service,
      kind: 'release',
      pace: [{ asked: 5, requests: 300, seconds: 60, bound: 'evidence' }],
    })),
    objects: all.objects.map((object) => ({ ...object, action: 'change', by: 'comparison' })),
    findings: all.findings.map((finding) => ({ ...finding, severity: 'error' })),
  };
}

const hostileOutcome = (text: string): Outcome => ({
  ...everywhere(rolledBack, text),
  command: 'plan',
  result: 'failed',
  plan: hostilePlan(text),
});

let folder = '';
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'mc-hostile-'));
});
const outputFile = process.env['GITHUB_OUTPUT'];
afterEach(() => {
  if (outputFile === undefined) delete process.env['GITHUB_OUTPUT'];
  else process.env['GITHUB_OUTPUT'] = outputFile;
  jest.restoreAllMocks();
  fs.rmSync(folder, { recursive: true, force: true });
});

/** What a process would have written to stdout. */
async function written(
  env: Record<string, string>,
  work: (log: ReturnType<typeof openLog>) => unknown,
): Promise<string> {
  let text = '';
  const spy = jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  try {
    await work(openLog(env));
  } finally {
    spy.mockRestore();
  }
  return text;
}

/** Commands of a text that were made of the hostile one: our own carry our own words first. */
function forged(text: string): string[] {
  const ours = /^::(?:group|notice|warning|error)::[^:]|^::endgroup::$|^::add-mask::/;
  return text
    .split(/\r\n|\r|\n/)
    .filter((line) => !ours.test(line) || new RegExp(`^::[a-z-]+[^:]*::\\s*${MARK}`).test(line))
    .flatMap(commandsIn);
}

describe('hostile texts', () => {
  it('are 60, and each is one the runner would obey or a reader would be fooled by', () => {
    expect(new Set(hostile).size).toBe(60);
    const obeyed = hostile.filter((text) => commandsIn(text).length > 0);
    expect(obeyed.length).toBeGreaterThanOrEqual(37);
  });

  it.each(hostile)('%j is obeyed by no runner, whichever way it is printed', async (text) => {
    for (const env of [{ GITHUB_ACTIONS: 'true' }, {}]) {
      const log = await written(env, async (open) => {
        open.info(text);
        open.info(`a pod said ${text}`);
        open.detail(text);
        open.notice(`the reason: ${text}`);
        open.warning(`a warning: ${text}`);
        open.error(`an error: ${text}`);
        open.foreign('kubectl', text);
        await open.group(`the group ${text}`, async () => {
          open.info(text);
          await open.group(text, async () => open.foreign(text, text));
        });
        for (const line of planLines(hostilePlan(text))) open.info(line);
      });
      expect(forged(log)).toEqual([]);
      expect(log).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\ufeff]/);
      if (!('GITHUB_ACTIONS' in env)) expect(commandsIn(log)).toEqual([]);
    }
  });

  it.each(hostile)('%j stays text in the summary, on one line in the outputs, and whole in the files', (text) => {
    const outcome = hostileOutcome(text);
    const markdown = renderSummary(outcome);
    expect(commandsIn(markdown)).toEqual([]);
    expect(markdown).not.toMatch(/<(?:script|img|h1|\/details)|\]\(javascript|(?:^|[^&])@everyone/);
    expect(markdown).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200b\u202e]/);
    for (const value of Object.values(
      outputsOf({ ...rolledBack, reason: text, failedStep: text }, { evidence: '', report: '' }),
    ))
      expect(value).not.toMatch(/[\n\r\u0085\u2028\u2029]/);
    expect(JSON.parse(renderEvidence(outcome, undefined, (hidden) => hidden))).toMatchObject({
      schema: expect.any(String),
    });
    expect(JSON.parse(renderPlan(hostilePlan(text), (hidden) => hidden))).toMatchObject({ schema: plan.schema });
    expect(planMarkdown(hostilePlan(text))).not.toContain('<script');
  });
});

describe('a secret', () => {
  const secret = 'p@ss/w+rd =50%25äöü';
  const bytes = Buffer.from(secret);
  const forms = [
    secret,
    bytes.toString('base64'),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
  ];

  it('is in no artifact, in none of its forms, wherever it comes from', async () => {
    const settings = settingsOf({ services: 'jazz', version: 'v2', 'probe-headers': `apikey: ${secret}` });
    for (const form of forms) {
      const text = `the app said ${form} and more`;
      const env = {
        GITHUB_ACTIONS: 'true',
        RUNNER_TEMP: folder,
        GITHUB_STEP_SUMMARY: path.join(folder, 'summary'),
        GITHUB_OUTPUT: path.join(folder, 'output'),
      };
      fs.writeFileSync(env.GITHUB_OUTPUT, '');
      process.env['GITHUB_OUTPUT'] = env.GITHUB_OUTPUT; // @actions/core reads it there
      const log = await written(env, (open) => {
        open.mask(secret);
        open.foreign('kubectl', text);
        publish(hostileOutcome(text), settings, open, env);
      });
      const seen = log
        .split('\n')
        .filter((line) => !line.startsWith('::add-mask::'))
        .join('\n');
      const files = fs.readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
      expect(files.map(({ name }) => name)).toEqual(
        expect.arrayContaining(['evidence.json', 'report.md', 'plan.json', 'summary', 'output']),
      );
      const texts = [seen, ...files.map((entry) => fs.readFileSync(path.join(entry.parentPath, entry.name), 'utf8'))];
      for (const each of texts) for (const hidden of forms) expect(each).not.toContain(hidden);
    }
  });

  it('is masked for the runner before it is written anywhere', () => {
    const order: string[] = [];
    const log = createLog({
      write: (line) => order.push(line),
      annotate: (_level, message) => order.push(message),
      startGroup: () => undefined,
      endGroup: () => undefined,
      mask: (value) => order.push(`mask ${value}`),
    });
    log.mask(secret);
    log.info(`it is ${secret}`);
    for (const form of forms) expect(order.slice(0, -1)).toContain(`mask ${form}`);
    expect(order.at(-1)).toBe('it is ***');
  });
});
