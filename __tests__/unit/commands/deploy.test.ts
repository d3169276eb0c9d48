/** What stops a deploy before its first write, and what it does about other runs. */
import { describe, expect, it } from '@jest/globals';
import { expectEnd } from '../../support/ends.ts';
import { aRelease, goesOn, names } from '../../support/release.ts';
import { World } from '../../support/stage.ts';

const UNTOUCHED = /^no route was touched, all traffic is where it was\.$/;

describe('deploy', () => {
  it('stops before it writes where a right is missing, and prints the Role that grants it', async () => {
    const ended = await aRelease({
      with: ({ api }) => {
        api.allows = ({ verb, resource }) => !(verb === 'patch' && resource === 'httproutes');
      },
    });
    expectEnd(ended, 'deploy', 'no kubectl, no cluster, a right is missing', {
      reason: /patch.*httproutes/s,
      weight: undefined,
      traffic: UNTOUCHED,
    });
    expect(ended.writes).toEqual([]);
    expect(ended.groups).toEqual(['Plan']);
  });

  it('stops before it writes for what the lint finds', async () => {
    const ended = await aRelease({
      with: ({ api }) => {
        api.put({
          apiVersion: 'networking.k8s.io/v1',
          kind: 'Ingress',
          metadata: { name: 'old', namespace: 'prod' },
          spec: {
            ingressClassName: 'kong',
            rules: [
              {
                http: {
                  paths: [
                    {
                      path: '/dj/jazz',
                      pathType: 'Prefix',
                      backend: { service: { name: 'jazz-v1', port: { number: 9080 } } },
                    },
                  ],
                },
              },
            ],
          },
        });
      },
    });
    expectEnd(ended, 'deploy', 'lint or manifests', { reason: /Ingress/, weight: undefined, traffic: UNTOUCHED });
    expect(ended.writes).toEqual([]);
  });

  it('does not begin while another run holds the lock, and leaves it its lock', async () => {
    const world = new World();
    world.holdLock('jazz');
    const ended = await goesOn(world);
    expectEnd(ended, 'deploy', 'another run holds the lock', {
      reason: /^another run is releasing here: Lease prod\/mesh-canary-jazz is held by run local-9-other/,
      weight: undefined,
      traffic: /^this run touched no route; the other run answers for the traffic\.$/,
      left: ['mesh-canary-jazz'],
    });
    expect(ended.writes).toEqual([]);
  });

  it('takes the lock of a run that died, and plans again what that run may have changed', async () => {
    const world = new World();
    const letGo = world.holdLock('jazz');
    letGo();
    const { outcome, groups, lines } = await goesOn(world);
    expect(outcome.result).toBe('promoted');
    expect(lines).toContain('waiting: the route is held by run local-9-other');
    expect(groups.slice(0, 3)).toEqual(['Plan', 'Lock', 'Plan, after the other run']);
    expect(names(world, 'Lease')).toEqual([]);
  });

  it('gives its locks back however it ends', async () => {
    for (const group of ['Lock', 'Manifests', 'Pre-flight', 'Observe 25 %']) {
      const { world } = await aRelease({ at: { [group]: (one) => one.cancel() } });
      expect(names(world, 'Lease')).toEqual([]);
    }
  });

  it('sweeps what dead runs left after a success', async () => {
    const world = new World();
    await world.run('deploy', {}, { 'Pre-flight': () => world.kill() });
    expect(names(world, 'HTTPRoute')).toHaveLength(3);
    const ended = await goesOn(world, { settings: { version: 'v3', image: { jazz: 'hello:jazz-v3' } } });
    expect(ended.outcome.result).toBe('promoted');
    expect(names(world, 'HTTPRoute')).toEqual(['jazz']);
    expect(names(world, 'Deployment')).not.toContain('jazz-v2');
    expect(ended.lines.join('\n')).toMatch(/deleted .*jazz-v2.*, which a dead run had left/);
  });
});
