import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { renderProblems } from '../../../src/settings/errors.ts';
import { inputNames } from '../../../src/settings/inputs.ts';
import { needed, parse, problemsOf } from './given.ts';
import { refused, refusedConfigs } from './malformed-values.ts';

const cases = Object.entries(refused).flatMap(([input, texts]) => texts.map((text) => [input, text] as const));

describe('a value that cannot be meant', () => {
  it('is tried at least 200 times, for every input', () => {
    expect(cases.length).toBeGreaterThanOrEqual(200);
    expect(Object.keys(refused).sort()).toEqual([...inputNames].sort());
  });

  it.each(cases)('%s: %j is a problem of that input', (input, text) => {
    const problems = problemsOf({ ...needed, [input]: text });
    expect(problems.map((problem) => problem.input)).toContain(input);
    for (const { value, message } of problems) {
      expect(value.length).toBeLessThanOrEqual(60);
      expect(message.length).toBeGreaterThan(5);
      // One problem, one line of the log.
      expect(renderProblems(problems).split('\n')).toHaveLength(problems.length + 1);
    }
  });

  it.each(refusedConfigs)('in the config file, %j is a problem of %s', (config, input) => {
    const problems = problemsOf(needed, config);
    const own = problemsOf({}, config);
    expect([...problems, ...own].map((problem) => problem.input)).toContain(input);
    expect([...problems, ...own].find((problem) => problem.input === input)?.source).toBe('canary.yaml');
  });
});

describe('whatever is given', () => {
  const names = fc.constantFrom(...inputNames, '__proto__', 'unknown');
  const hostile = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom(...cases.map(([, text]) => text)),
    fc.json(),
  );

  it('as inputs, gives settings or problems and never throws', () => {
    fc.assert(
      fc.property(fc.dictionary(names, hostile, { maxKeys: 8 }), (values) => {
        const result = parse({ ...needed, ...values });
        if ('settings' in result) return Object.isFrozen(result.settings);
        return result.problems.length > 0 && renderProblems(result.problems).length > 0;
      }),
      { numRuns: 600 },
    );
  });

  it('as a config file, gives settings or problems and never throws', () => {
    const value = fc.oneof(hostile, fc.jsonValue({ maxDepth: 3 }));
    const map = fc.dictionary(names, value, { maxKeys: 6 }).map((entries) => JSON.stringify(entries));
    fc.assert(
      fc.property(fc.oneof(map, hostile), (config) => {
        const result = parse(needed, config);
        return 'settings' in result || result.problems.length > 0;
      }),
      { numRuns: 600 },
    );
  });

  it('never puts a name or a value on the prototype of objects', () => {
    parse({ ...needed, __proto__: 'x', 'probe-headers': '__proto__: polluted' }, '{"__proto__": {"polluted": 1}}');
    parse(needed, 'checks: [{name: a, path: /, expect: {json: {"__proto__": {polluted: 1}}}}]');
    parse(needed, 'image: {__proto__: "polluted"}');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
