import type { Outcome } from '../../../src/report/outcome.ts';

/** A release that failed at its second weight, with everything an outcome can hold. */
export const rolledBack: Outcome = {
  command: 'deploy',
  result: 'rolled-back',
  reason: 'The check ping failed: expected status 200–299, seen 500.',
  traffic: 'Users get v1: the weight is 0 again, proved by 40 probes.',
  services: ['jazz', 'metal'],
  version: 'v2',
  previousVersion: 'v1',
  weight: 0,
  failedStep: 'weight 25',
  observedShare: 24.987,
  failingRequests: 3,
  url: 'http://kong.example/dj',
  steps: [
    {
      services: ['jazz', 'metal'],
      asked: 5,
      effective: 4.99,
      seen: { share: 5.12, answers: 800 },
      checks: { passed: 4, failed: 0 },
      seconds: 61.23,
      acknowledgement: 'yes',
    },
    {
      services: ['jazz', 'metal'],
      asked: 25,
      effective: 25,
      checks: { passed: 3, failed: 1 },
      seconds: 9.5,
      acknowledgement: 'unknown',
    },
  ],
  plugins: [
    { plugin: 'key-auth', tried: 'without a key', expected: '401 by Kong', seen: '401 by Kong', passed: true },
    { plugin: 'rate-limiting', tried: '4 requests', expected: '429', seen: '200', passed: false },
  ],
  checks: [
    { name: 'ping', when: 'weight 5', passed: true, expected: 'status 200–299', seen: '200' },
    { name: 'ping', when: 'weight 25', passed: false, expected: 'status 200–299', seen: '500 from the app: oops' },
  ],
  warnings: ['The Deployment jazz-v1 is owned by Argo CD.'],
  timeline: [{ at: '2026-11-22T10:00:00.000Z', what: 'weight 5 written' }],
};
