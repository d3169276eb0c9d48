import { describe, expect, it } from '@jest/globals';
import { tally } from '../../../tools/tally-reporter.ts';

describe('the tally of a test run', () => {
  const counts = {
    numPassedTests: 5,
    numFailedTests: 0,
    numPendingTests: 0,
    numTodoTests: 0,
    numRuntimeErrorTestSuites: 0,
  };
  it.each([
    [counts, '5 passed, 0 failed'],
    [{ ...counts, numFailedTests: 2 }, '5 passed, 2 failed'],
    [{ ...counts, numRuntimeErrorTestSuites: 1 }, '5 passed, 1 failed'],
    [{ ...counts, numPendingTests: 1, numTodoTests: 2 }, '5 passed, 0 failed, 3 skipped'],
  ])('%# counts every test and every file that could not run', (given, expected) => {
    expect(tally(given)).toBe(expected);
  });
});
