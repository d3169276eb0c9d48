import { describe, expect, it } from '@jest/globals';
import { backendName, backendsOf, isBackendName } from '../../../src/services/names.ts';

describe('names', () => {
  it('join service and version', () => {
    expect(backendName('jazz', 'v2')).toBe('jazz-v2');
    expect(() => backendName('jazz', 'v2.1')).toThrow('"jazz-v2.1" cannot be the name of a Service');
  });

  it('belong to the service they start with', () => {
    expect(
      ['jazz', 'jazz-v1', 'jazz-pr-12', 'jazzy-v1', 'metal-v1'].map((name) => isBackendName(name, 'jazz')),
    ).toEqual([true, true, false, false, false]);
  });

  it('belong to the longest of the services they start with', () => {
    const ours = (service: string) => backendsOf(service, ['jazz', 'jazz-admin']);
    expect(['jazz', 'jazz-v1', 'jazz-admin', 'jazz-admin-v1'].map(ours('jazz'))).toEqual([true, true, false, false]);
    expect(['jazz', 'jazz-v1', 'jazz-admin', 'jazz-admin-v1'].map(ours('jazz-admin'))).toEqual([
      false,
      false,
      true,
      true,
    ]);
  });
});
