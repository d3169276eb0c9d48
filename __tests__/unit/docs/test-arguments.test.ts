import { describe, expect, it } from '@jest/globals';
import { jestArguments, quickArguments } from '../../../tools/test.ts';

const projects = ['unit', 'chance', 'bundle', 'lab'];

describe('npm test', () => {
  it.each([
    [[], []],
    [
      ['--selectProjects', 'unit', 'routes/providers'],
      ['--selectProjects', 'unit', '--testPathPatterns', 'routes/providers'],
    ],
    [
      ['--selectProjects', 'lab', '-t', 'lockstep'],
      ['--selectProjects', 'lab', '-t', 'lockstep'],
    ],
    [
      ['--selectProjects=unit', '__tests__/unit/lock/lock.test.ts'],
      ['--selectProjects', 'unit', '--testPathPatterns', '__tests__/unit/lock/lock.test.js'],
    ],
    [['unit/lock'], ['unit/lock']],
    [['__tests__/unit/lock/lock.test.ts'], ['__tests__/unit/lock/lock.test.js']],
  ])('%j is what a person means', (given, args) => {
    expect(jestArguments(given, projects)).toEqual(args);
  });

  it('ends when it is given no project that there is', () => {
    expect(() => jestArguments(['--selectProjects', 'routes'], projects)).toThrow(
      '--selectProjects names no project: routes; there are unit, chance, bundle, lab',
    );
  });
});

describe('npm run quick', () => {
  const tests = ['lock/lock.test.ts', 'rollout/back/write.test.ts', 'rollout/machine.test.ts'];
  const patternsOf = (...given: string[]) => quickArguments(given, tests).slice(3);

  it('runs the unit tests of a room alone, also by the path of a file', () => {
    expect(quickArguments(['rollout/back'], tests)).toEqual([
      '--selectProjects',
      'unit',
      '--testPathPatterns',
      '/__tests__/unit/rollout/back(/|\\.test\\.js$)',
    ]);
    expect(patternsOf('lock', 'src/rollout/machine.ts')).toEqual([
      '/__tests__/unit/lock(/|\\.test\\.js$)',
      '/__tests__/unit/rollout/machine(/|\\.test\\.js$)',
    ]);
  });

  it('ends for a room without tests, with those there are', () => {
    expect(() => quickArguments(['rollout/bakc'], tests)).toThrow(
      'rollout/bakc has no unit tests; there are lock, rollout',
    );
    expect(() => quickArguments([], tests)).toThrow('name a room');
  });
});
