/** What the lab asserts of an end fails when any one place says something else. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import type { ActionResult } from '../../../lab/action/run.ts';
import { outputsOf } from '../../../src/report/outputs.ts';
import { renderEvidence } from '../../../src/report/render/evidence-file.ts';
import { renderSummary } from '../../../src/report/render/summary.ts';
import type { Exit } from '../../lab/support/exit-paths.ts';
import { expectExit } from '../../lab/support/exit-paths.ts';
import { rolledBack } from '../report/example.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'mc-exit-'));
afterAll(() => fs.rmSync(folder, { recursive: true }));

const ROW = 'the new version fails in pre-flight';
const exit: Exit = { reason: /^The check ping failed/, weight: '0', traffic: /^Users get v1/ };

/** A run that ended as it says everywhere, but for what is given. */
function ended(more: Partial<ActionResult> = {}, outputs: Record<string, string> = {}): ActionResult {
  const outcome = { ...rolledBack, reason: `${rolledBack.reason} Next: look at <jazz_v2> | 5 %.` };
  const evidence = path.join(folder, 'evidence.json');
  fs.writeFileSync(
    evidence,
    renderEvidence(outcome, undefined, (text) => text),
  );
  const said = `${outcome.result}: ${outcome.reason} ${outcome.traffic}`.replaceAll('%', '%25');
  return {
    code: 1,
    signal: null,
    log: `::warning::one thing before\n::error::${said}\n`,
    outputs: { ...outputsOf(outcome, { evidence, report: '' }), ...outputs },
    summary: renderSummary(outcome),
    seconds: 1,
    ...more,
  };
}

describe('an end asserted in the lab', () => {
  it('is as the page says, in every place', () => {
    expect(() => expectExit(ended(), 'deploy', ROW, exit)).not.toThrow();
  });

  it.each<[string, ActionResult]>([
    ['another exit code', ended({ code: 0 })],
    ['another result', ended({}, { result: 'failed' })],
    ['another reason', ended({}, { reason: 'The check ping failed, somehow.' })],
    ['another weight', ended({}, { weight: '5' })],
    ['a summary without the reason', ended({ summary: ended().summary.replace('The check', 'A check') })],
    ['a summary without the traffic', ended({ summary: ended().summary.replace('Users get', 'Nobody gets') })],
    ['another last line', ended({ log: `${ended().log}::error::something else\n` })],
    ['a milder last line', ended({ log: ended().log.replace('::error::', '::notice::') })],
  ])('is not with %s', (_what, result) => {
    expect(() => expectExit(result, 'deploy', ROW, exit)).toThrow(/^deploy, "the new version fails in pre-flight": /);
  });

  it('needs a row of its command, and a word where the row allows several', () => {
    expect(() => expectExit(ended(), 'rollback', ROW, exit)).toThrow(/has no row .* under rollback/);
    expect(() => expectExit(ended(), 'deploy', '`timeout` is nearly over', exit)).toThrow(/one of several results/);
    expect(() =>
      expectExit(ended(), 'deploy', '`timeout` is nearly over', { ...exit, result: 'rolled-back' }),
    ).not.toThrow();
  });
});
