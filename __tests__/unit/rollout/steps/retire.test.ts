import { describe, expect, it } from '@jest/globals';
import { ApiError } from '../../../../src/cluster/connection/transport.ts';
import { decode } from '../../../../src/journal/journal.ts';
import { field } from '../../../../src/kube/objects.ts';
import { aRelease, names } from '../../../support/release.ts';
import type { World } from '../../../support/stage.ts';

const fromConclude = (timeline: readonly string[]) => timeline.slice(timeline.indexOf('== Conclude') + 4);
const historyOf = ({ api }: World) => {
  const read = decode(api.get('HTTPRoute', 'jazz').metadata.annotations?.['mesh-canary.dev/journal'] ?? '');
  return 'journal' in read ? read.journal.history.map(({ version, backend }) => [version, backend]) : [];
};

describe('the old version after a promotion', () => {
  it('is kept, in the route and in the cluster', async () => {
    const { timeline, world } = await aRelease({ settings: { retire: 'keep' } });
    expect(fromConclude(timeline)).toEqual([]);
    expect(world.weight('jazz', 'v1')).toBe(0);
    expect(field(world.api.get('Deployment', 'jazz-v1'), 'spec', 'replicas')).toBe(2);
  });

  it('is taken out of the route first, then scaled to none, and stays in the record', async () => {
    const { timeline, world, lines } = await aRelease({ settings: { retire: 'scale-down' } });
    expect(fromConclude(timeline)).toEqual([
      '== Retire',
      'PATCH httproutes/jazz: v2 100 %, promoted',
      'PATCH deployments/jazz-v1',
    ]);
    expect(field(world.api.get('Deployment', 'jazz-v1'), 'spec', 'replicas')).toBe(0);
    expect(historyOf(world)).toEqual([['v1', 'jazz-v1']]);
    expect(lines).toContain('jazz-v1 was scaled to 0');
  });

  it('is deleted: Service, then Deployment', async () => {
    const { timeline, world } = await aRelease({ settings: { retire: 'delete' } });
    expect(fromConclude(timeline)).toEqual([
      '== Retire',
      'PATCH httproutes/jazz: v2 100 %, promoted',
      'DELETE services/jazz-v1',
      'DELETE deployments/jazz-v1',
    ]);
    expect(names(world, 'Deployment')).toEqual(['jazz-v2', 'kong-controller']);
    expect(historyOf(world)).toEqual([['v1', 'jazz-v1']]);
  });

  it('that cannot be retired is said, and the release stands', async () => {
    const { outcome } = await aRelease({
      settings: { retire: 'delete' },
      at: {
        Retire: ({ api }) => {
          api.accident = ({ method }) =>
            method === 'DELETE' ? new ApiError(403, 'Forbidden', 'no deletions') : undefined;
        },
      },
    });
    expect(outcome).toMatchObject({ result: 'promoted', weight: 100 });
    expect(outcome.warnings).toContain('jazz-v1 was not retired: no deletions');
  });
});
