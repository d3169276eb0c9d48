import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createLog } from '../../../src/report/log.ts';
import type { Outcome } from '../../../src/report/outcome.ts';
import { exitCodeOf } from '../../../src/report/outcome.ts';
import { outputsOf } from '../../../src/report/outputs.ts';
import { publish } from '../../../src/report/publish.ts';
import { settingsOf } from '../settings/given.ts';
import { rolledBack } from './example.ts';

describe('an outcome', () => {
  it.each([
    ['promoted', 0],
    ['holding', 0],
    ['bootstrapped', 0],
    ['applied', 0],
    ['nothing-to-do', 0],
    ['planned', 0],
    ['passed', 0],
    ['rolled-back', 1],
    ['failed', 1],
  ] as const)('%s exits with %d', (result, code) => {
    expect(exitCodeOf(result)).toBe(code);
  });

  it('gives every output', () => {
    expect(outputsOf(rolledBack, { evidence: '/t/evidence.json', report: '/t/report.md' })).toEqual({
      result: 'rolled-back',
      reason: 'The check ping failed: expected status 200–299, seen 500.',
      weight: '0',
      'failed-step': 'weight 25',
      version: 'v2',
      'previous-version': 'v1',
      'observed-share': '24.99',
      'failing-requests': '3',
      url: 'http://kong.example/dj',
      'migrate-file': '',
      'evidence-file': '/t/evidence.json',
      'report-file': '/t/report.md',
      'plan-file': '',
    });
  });

  it('gives empty outputs where nothing is known, and one line each', () => {
    const bare: Outcome = {
      ...rolledBack,
      command: 'setup',
      result: 'failed',
      reason: 'a\nresult=promoted',
      steps: [],
    };
    const {
      weight: _w,
      failedStep: _f,
      version: _v,
      previousVersion: _p,
      observedShare: _o,
      failingRequests: _r,
      url: _u,
      ...rest
    } = bare;
    const outputs = outputsOf(rest, { evidence: '', report: '' });
    expect(outputs.reason).toBe('a result=promoted');
    expect(outputs.weight).toBe('');
    expect(Object.values(outputs).filter((value) => value !== '')).toHaveLength(2);
  });
});

describe('publishing', () => {
  let folder = '';
  const saved = process.env['GITHUB_OUTPUT'];
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'mc-report-'));
    delete process.env['GITHUB_OUTPUT'];
  });
  afterEach(() => {
    fs.rmSync(folder, { recursive: true, force: true });
    if (saved === undefined) delete process.env['GITHUB_OUTPUT'];
    else process.env['GITHUB_OUTPUT'] = saved;
  });

  const secret = 'tops3cret';
  const settings = settingsOf(
    {
      services: 'jazz, metal',
      version: 'v2',
      'probe-headers': `apikey: ${secret}`,
      plugins: `[{name: a, plugin: acl, config: {password: other-s3cret}}]`,
    },
    'checks: [{name: a, path: /, method: POST, body: b0dy-s3cret, headers: {cookie: c00kie-s3cret, accept: text/html}}]',
  );

  function published(outcome: Outcome, env: Readonly<Record<string, string>>) {
    const lines: string[] = [];
    const log = createLog({
      write: (text) => lines.push(text),
      annotate: (level, message) => lines.push(`<${level}> ${message}`),
      startGroup: () => undefined,
      endGroup: () => undefined,
      mask: () => undefined,
    });
    log.mask(secret);
    const code = publish(outcome, settings, log, env);
    return { code, lines };
  }

  const leaky: Outcome = {
    ...rolledBack,
    reason: `The key ${secret} was refused.`,
    timeline: [{ at: 'now', what: secret }],
  };
  const filesIn = () => {
    const [made = ''] = fs.readdirSync(folder).filter((name) => name.startsWith('mesh-canary-'));
    return (name: string) => fs.readFileSync(path.join(folder, made, name), 'utf8');
  };

  it('in GitHub Actions writes outputs, summary, evidence and report, and one error', () => {
    const output = path.join(folder, 'output');
    const summary = path.join(folder, 'summary');
    fs.writeFileSync(output, '');
    fs.writeFileSync(summary, 'Before.\n');
    process.env['GITHUB_OUTPUT'] = output;
    const env = { GITHUB_ACTIONS: 'true', GITHUB_OUTPUT: output, GITHUB_STEP_SUMMARY: summary, RUNNER_TEMP: folder };
    const { code, lines } = published(leaky, env);

    expect(code).toBe(1);
    expect(lines).toEqual([expect.stringMatching(/^<error> rolled-back: The key \*\*\* was refused\. Users get v1/)]);
    expect(fs.readFileSync(output, 'utf8')).toMatch(/result<<(\S+)\nrolled-back\n\1\n/);
    expect(fs.readFileSync(summary, 'utf8')).toMatch(/^Before\.\n## jazz, metal v2: rolled back at weight 25\n/);
    const read = filesIn();
    const evidence = JSON.parse(read('evidence.json'));
    expect(evidence).toMatchObject({
      schema: 'mesh-canary.dev/evidence/v1',
      outcome: { result: 'rolled-back', steps: [{ asked: 5 }, { asked: 25 }] },
      settings: { services: ['jazz', 'metal'], probeHeaders: { apikey: '***' } },
      timeline: [{ at: 'now', what: '***' }],
    });
    expect(evidence.settings.checks[0]).toMatchObject({ body: '***', headers: { cookie: '***', accept: 'text/html' } });
    for (const text of [
      read('evidence.json'),
      read('report.md'),
      fs.readFileSync(output, 'utf8'),
      fs.readFileSync(summary, 'utf8'),
    ]) {
      expect(text).not.toMatch(/s3cret/);
    }
  });

  it('keeps its files from other users of the machine', () => {
    published(rolledBack, { RUNNER_TEMP: folder });
    const [made = ''] = fs.readdirSync(folder);
    expect(fs.statSync(path.join(folder, made)).mode & 0o077).toBe(0);
    expect(fs.statSync(path.join(folder, made, 'evidence.json')).mode & 0o077).toBe(0);
  });

  it('elsewhere prints the outputs as lines at the end', () => {
    const { lines } = published(
      { ...rolledBack, result: 'promoted', reason: 'All checks passed.' },
      { RUNNER_TEMP: folder },
    );
    expect(lines[0]).toMatch(/^<notice> promoted: All checks passed\./);
    expect(lines.slice(1, 4)).toEqual(['result=promoted', 'reason=All checks passed.', 'weight=0']);
    expect(lines.at(-2)).toMatch(/^report-file=.*report\.md$/);
    expect(lines.at(-1)).toBe('plan-file=');
  });

  it('warns of files it cannot write, and still says how the run ended', () => {
    const { code, lines } = published(rolledBack, {
      RUNNER_TEMP: path.join(folder, 'missing'),
      GITHUB_STEP_SUMMARY: path.join(folder, 'missing/summary'),
    });
    expect(code).toBe(1);
    expect(lines.filter((line) => line.startsWith('<warning>'))).toHaveLength(2);
    expect(lines).toContainEqual(expect.stringMatching(/^<error> rolled-back/));
    expect(lines).toContain('evidence-file=');
  });

  it('works before there are settings', () => {
    const lines: string[] = [];
    const log = createLog({
      write: (text) => lines.push(text),
      annotate: () => undefined,
      startGroup: () => undefined,
      endGroup: () => undefined,
      mask: () => undefined,
    });
    expect(
      publish({ ...rolledBack, result: 'failed', services: [], steps: [] }, undefined, log, { RUNNER_TEMP: folder }),
    ).toBe(1);
    expect(JSON.parse(filesIn()('evidence.json')).settings).toBeNull();
  });
});
