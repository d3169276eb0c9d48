// Tests run on tsc's output, without a transformer: one compiler, and stack traces that map back to .ts files.
const project = (displayName, extra = {}) => ({
  displayName,
  roots: [`<rootDir>/build/__tests__/${displayName}`],
  testMatch: ['**/*.test.js'],
  testEnvironment: 'node',
  transform: {},
  clearMocks: true,
  ...extra,
});

export default {
  // chance: samples large enough to hold promises about errors, which take minutes.
  projects: [project('unit'), project('chance'), project('bundle'), project('lab')],
  reporters: ['default', '<rootDir>/build/tools/tally-reporter.js'],
  collectCoverageFrom: ['build/src/**/*.js'],
  coverageProvider: 'v8',
  testTimeout: 120_000,
  // Lab tests wait more than they work: three at a time also on two cores.
  maxWorkers: 3,
};
