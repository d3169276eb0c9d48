/** Every end that docs/exit-paths.md lists is run through in memory, but for those that need what is not here. */
import fs from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { readExitRows } from '../../lab/support/exit-paths.ts';

/** Rows that are asserted elsewhere, and why not here. */
const ELSEWHERE = new Map([
  ['a wrong input or config file', 'there is no run yet: unit/settings'],
  ['the objects are printed', 'migrate releases nothing: unit/migrate'],
  ['nothing of App Mesh is there', 'migrate releases nothing: unit/migrate'],
]);
const tests = ['rollout', 'rollout/steps', 'commands'].flatMap((room) => {
  const folder = `__tests__/unit/${room}`;
  const files = fs.readdirSync(folder).filter((name) => name.endsWith('.test.ts') && name !== 'ends.test.ts');
  return files.map((name) => fs.readFileSync(`${folder}/${name}`, 'utf8'));
});

describe('the ends of a run', () => {
  it.each(readExitRows().map(({ commands, ends }) => [commands.join(' and '), ends]))('%s: "%s"', (_commands, ends) => {
    const inMemory = tests.some((text) => text.includes(`'${ends}'`) || text.includes(`: ${ends}'`));
    expect({ ends, where: inMemory ? 'in memory' : ELSEWHERE.get(ends) }).toEqual({ ends, where: expect.any(String) });
  });
});
