// The long suites against disturbed runs: `npm run test:chaos`. `npm test` has a sample of them (__tests__/lab/chaos).
import base from './jest.config.mjs';

const lab = base.projects.find(({ displayName }) => displayName === 'lab');

export default {
  ...base,
  projects: [{ ...lab, displayName: 'chaos', roots: ['<rootDir>/build/__tests__/chaos'] }],
};
