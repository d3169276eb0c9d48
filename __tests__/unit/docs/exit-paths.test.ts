/** Every way a run can end that the docs list is asserted by a lab test, and every assertion is of a way that is listed. */
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { exitCodeOf } from '../../../src/report/outcome.ts';
import type { ExitRow } from '../../lab/support/exit-paths.ts';
import { KILLED, readExitRows } from '../../lab/support/exit-paths.ts';

const rows = readExitRows();
const lab = path.resolve('__tests__/lab');
const sources = fs
  .readdirSync(lab)
  .filter((name) => name.endsWith('.test.ts'))
  .map((name) => fs.readFileSync(path.join(lab, name), 'utf8'));

/** Command and row of every `expectExit(…, 'command', 'row', …)`; a row may also be a constant of the file. */
const asserted = sources.flatMap((code) => {
  expect(code).not.toMatch(/\b(?:it|describe)\.(?:skip|only|todo)\b/);
  const named = [...code.matchAll(/expectExit\(\s*[^;]*?,\s*'(\w+)',\s*(?:'([^']+)'|(\w+)),/g)];
  expect(named).toHaveLength(code.match(/expectExit\(/g)?.length ?? 0);
  return named.map(([, command = '', row, constant = '']) => ({ command, row: row ?? constantOf(code, constant) }));
});

function constantOf(code: string, name: string): string {
  const found = [...code.matchAll(new RegExp(`const ${name} =\\s*'([^']+)';`, 'g'))];
  expect({ name, found: found.length }).toEqual({ name, found: 1 });
  return found[0]?.[1] ?? '';
}

const isAsserted = ({ commands, ends }: ExitRow) =>
  asserted.some(({ command, row }) => row === ends && commands.some((one) => one === command));

describe('docs/exit-paths.md', () => {
  it('lists the ends of every command', () => {
    expect([...new Set(rows.flatMap(({ commands }) => commands))].sort()).toEqual(
      ['deploy', 'promote', 'rollback', 'status', 'setup', 'plan', 'check', 'migrate'].sort(),
    );
    expect(rows.length).toBeGreaterThanOrEqual(45);
  });

  it.each(rows.map((row) => [row.commands.join(' and '), row.ends, row] as const))(
    '%s: "%s" is asserted in the lab',
    (_command, ends, row) => {
      // It has no outputs and no summary: its test looks at the route instead.
      if (ends === KILLED) expect(sources.join()).toContain('expectKilled(');
      else expect({ ends, asserted: isAsserted(row) }).toEqual({ ends, asserted: true });
    },
  );

  it('is what every assertion in the lab is of', () => {
    const unknown = asserted.filter(
      ({ command, row }) => !rows.some(({ commands, ends }) => ends === row && commands.some((one) => one === command)),
    );
    expect(unknown).toEqual([]);
  });

  it('gives each result the exit code that it has', () => {
    const wrong = rows.filter(
      ({ results, code }) =>
        code !== undefined && results.some((result) => exitCodeOf(result as Parameters<typeof exitCodeOf>[0]) !== code),
    );
    expect(wrong).toEqual([]);
  });

  it('finds a new row and says that no test runs through it', () => {
    const page = '## deploy\n\n| how it ends | `result` | exit code |\n|---|---|---|\n| a new way | `failed` | 1 |\n';
    const [row] = readExitRows(page);
    expect(row).toMatchObject({ commands: ['deploy'], ends: 'a new way', results: ['failed'], code: 1 });
    expect(row && isAsserted(row)).toBe(false);
  });
});
