/** A retirement that is killed after any of its writes is finished by the next run. */
import { describe, expect, it } from '@jest/globals';
import { field } from '../../../../src/kube/objects.ts';
import { leftovers } from '../../../support/ends.ts';
import { goesOn, names } from '../../../support/release.ts';
import { World } from '../../../support/stage.ts';

const budget = {
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name: 'jazz-v1', namespace: 'prod' },
  spec: { selector: { matchLabels: { app: 'jazz', version: 'v1' } } },
};

function world(): World {
  const made = new World();
  Object.assign(made.api.served, { 'policy/v1': { PodDisruptionBudget: 'poddisruptionbudgets' } });
  made.api.put(budget);
  return made;
}

/** Every write of the run from the last journal on; the one at this place is its last. */
async function killedAt(place: number, retire: 'scale-down' | 'delete'): Promise<{ world: World; killed: boolean }> {
  const made = world();
  let writes = -1;
  made.api.between = ({ path }) => {
    if (writes < 0 || /leases|selfsubject/.test(path)) return;
    if (writes++ === place) made.kill();
  };
  const ran = await made.run('deploy', { retire }, { Conclude: () => (writes = 0) });
  made.api.between = () => undefined;
  return { world: made, killed: ran.outcome === undefined };
}

const places = [0, 1, 2, 3, 4, 5, 6, 7, 8];
const v3 = { version: 'v3', image: { jazz: 'hello:jazz-v3' } };
const pods = ({ api }: World, name: string) => field(api.find('Deployment', name), 'spec', 'replicas');

describe('a retirement that was killed', () => {
  it.each(places)('after write %i from its conclusion: the next run deletes the rest', async (place) => {
    const { world: made } = await killedAt(place, 'delete');
    const { outcome } = await goesOn(made, { settings: { retire: 'delete' } });
    expect(['promoted', 'nothing-to-do']).toContain(outcome.result);
    expect(names(made, 'Deployment')).toEqual(['jazz-v2', 'kong-controller']);
    expect(names(made, 'Service')).toEqual(['jazz-v2']);
    expect(names(made, 'PodDisruptionBudget')).toEqual([]);
    expect(leftovers(made)).toEqual([]);
    expect(made.weight('jazz', 'v2')).toBe(100);
  });

  it.each([2, 3, 4, 5])('after write %i: the next version deletes the rest as well', async (place) => {
    const { world: made } = await killedAt(place, 'delete');
    const { outcome } = await goesOn(made, { settings: { retire: 'delete', ...v3 } });
    expect(outcome.result).toBe('promoted');
    expect(names(made, 'Deployment')).toEqual(['jazz-v3', 'kong-controller']);
    expect(names(made, 'Service')).toEqual(['jazz-v3']);
    expect(names(made, 'PodDisruptionBudget')).toEqual([]);
  });

  it.each([2, 3, 4, 5])(
    'after write %i of scaling down: the next run scales down, and deletes nothing',
    async (place) => {
      const { world: made } = await killedAt(place, 'scale-down');
      await goesOn(made, { settings: { retire: 'scale-down' } });
      expect(pods(made, 'jazz-v1')).toBe(0);
      expect(names(made, 'Service')).toEqual(['jazz-v1', 'jazz-v2']);
    },
  );

  it('is killed at least once after each kind of write', async () => {
    const ends = await Promise.all(places.map((place) => killedAt(place, 'delete')));
    expect(ends.filter(({ killed }) => killed).length).toBeGreaterThanOrEqual(7);
  });

  it('leaves alone what was made since under the name of a version that is gone', async () => {
    const made = world();
    await made.run('deploy', { retire: 'delete' }, {});
    const at = new Date(made.clock.now() + 60_000).toISOString();
    const metadata = { name: 'jazz-v1', namespace: 'prod', creationTimestamp: at };
    made.api.put({ apiVersion: 'v1', kind: 'Service', metadata, spec: {} });
    const { writes } = await goesOn(made, { settings: { retire: 'delete' } });
    expect(writes).toEqual([]);
    expect(names(made, 'Service')).toEqual(['jazz-v1', 'jazz-v2']);
  });

  it('of a version that somebody scaled up again is not repeated', async () => {
    const made = world();
    await made.run('deploy', { retire: 'scale-down' }, {});
    made.api.edit('Deployment', 'jazz-v1', ({ spec }) => {
      spec.replicas = 1;
    });
    const { writes } = await goesOn(made, { settings: { retire: 'scale-down' } });
    expect(writes).toEqual([]);
  });
});
