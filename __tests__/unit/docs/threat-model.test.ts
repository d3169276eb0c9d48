import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';

const page = fs.readFileSync(path.resolve('docs/threat-model.md'), 'utf8');
const defended = page.slice(page.indexOf('## What is defended'), page.indexOf('## What is not defended'));
const rows = defended
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| threat '))
  .map((line) => line.split(' | '));

describe('docs/threat-model.md', () => {
  it('has many lines, each with a threat, a defence and a test', () => {
    expect(rows.length).toBeGreaterThanOrEqual(30);
    for (const cells of rows) expect({ cells, count: cells.length }).toEqual({ cells, count: 3 });
  });

  it.each(rows.map(([threat = '', , test = '']) => [threat.slice(2), test] as const))(
    '%s: its test exists',
    (_, test) => {
      const [, file = '', title] = /^`([^`]+\.test\.ts)`(?: "(.+)")? \|$/.exec(test) ?? [];
      expect({ test, there: fs.existsSync(path.resolve(file)) }).toEqual({ test, there: true });
      const code = fs.readFileSync(path.resolve(file), 'utf8');
      if (title !== undefined) expect(code).toContain(title);
      expect(code).not.toMatch(/\b(?:it|describe)\.(?:skip|only|todo)\b/);
    },
  );
});
