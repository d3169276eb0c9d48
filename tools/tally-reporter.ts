/** The part of jest's aggregated result that is counted here. */
export interface Counts {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  /** Test files that could not run at all. */
  readonly numRuntimeErrorTestSuites: number;
}

/** `12 passed, 0 failed`, with `, 1 skipped` if any; a test file that could not run counts as one failed test. */
export function tally(counts: Counts): string {
  const failed = counts.numFailedTests + counts.numRuntimeErrorTestSuites;
  const skipped = counts.numPendingTests + counts.numTodoTests;
  return `${counts.numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/** A jest reporter whose last word is the tally, alone on a line of stdout. */
export default class TallyReporter {
  onRunComplete(_tests: unknown, results: Counts): void {
    process.stdout.write(`${tally(results)}\n`);
  }
}
