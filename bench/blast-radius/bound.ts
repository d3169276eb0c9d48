/** What no test can beat: the formula is the plan's, which shows it to users. docs/statistics.md §10. */
export { fewestFailing, information } from '../../src/forecast/exposure.ts';
