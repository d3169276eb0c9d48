import { describe, expect, it } from '@jest/globals';
import type { ApiRequest } from '../../../../src/cluster/connection/transport.ts';
import { aRelease } from '../../../support/release.ts';
import type { World } from '../../../support/stage.ts';

const shown = ({ method, path }: ApiRequest) => `${method} ${path.split('?')[0]?.split('/').slice(6).join('/')}`;

describe('a weight of a release', () => {
  it('costs one write and two reads, beside the renewals of the lock', async () => {
    const marks: number[] = [];
    const mark = ({ api }: World) => void marks.push(api.requests.length);
    const { world, outcome } = await aRelease({
      settings: { canaryWeight: [25, 50, 100] },
      at: { 'Prepare 50 %': mark, 'Prepare 100 %': mark },
    });
    expect(outcome.result).toBe('promoted');
    const [from, until] = marks;
    const asked = world.api.requests.slice(from, until).filter(({ path }) => !path.includes('/leases/'));
    expect(asked.map(shown).sort()).toEqual([
      'GET deployments/jazz-v2',
      'GET horizontalpodautoscalers',
      'PATCH httproutes/jazz',
    ]);
  });
});
