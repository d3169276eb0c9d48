import { describe, expect, it } from '@jest/globals';
import { findDeadHelm, judgeRevisions } from '../../../src/gateway/helm-repair.ts';
import { rollbackArguments } from '../../../src/gateway/kong.ts';
import type { KubeObject } from '../../../src/kube/objects.ts';
import { FakeApi } from '../../support/fake-api.ts';
import { FakeClock, settled } from '../../support/fake-clock.ts';
import { settings } from '../../support/fixtures.ts';

const revision = (version: number, status: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: {
    name: `sh.helm.release.v1.kong.v${version}`,
    namespace: 'kong',
    labels: { owner: 'helm', name: 'kong', status, version: String(version) },
  },
});

describe('a helm release', () => {
  it.each<[string, KubeObject[], object]>([
    ['that was never installed', [], { kind: 'none' }],
    ['that is deployed', [revision(1, 'superseded'), revision(2, 'deployed')], { kind: 'none' }],
    ['that failed: helm upgrades it by itself', [revision(1, 'deployed'), revision(2, 'failed')], { kind: 'none' }],
    [
      'whose upgrade died',
      [revision(9, 'superseded'), revision(10, 'deployed'), revision(11, 'pending-upgrade')],
      { kind: 'rollback', revision: 10, from: 'pending-upgrade' },
    ],
    [
      'whose rollback died',
      [revision(1, 'superseded'), revision(2, 'failed'), revision(3, 'pending-rollback')],
      { kind: 'rollback', revision: 1, from: 'pending-rollback' },
    ],
    ['whose first installation died', [revision(1, 'pending-install')], { kind: 'forget', from: 'pending-install' }],
    [
      'whose second installation died after a first that failed',
      [revision(1, 'failed'), revision(2, 'pending-upgrade')],
      { kind: 'forget', from: 'pending-upgrade' },
    ],
  ])('%s', (_what, secrets, repair) => {
    expect(judgeRevisions(secrets)).toMatchObject(repair);
  });

  it('is brought back by name, revision and namespace', () => {
    expect(rollbackArguments(settings({ readyTimeout: 90_500 }), 10)).toEqual([
      'rollback',
      'kong',
      '10',
      '--namespace=kong',
      '--timeout=91s',
    ]);
  });
});

describe('a pending helm release', () => {
  const find = (api: FakeApi) => {
    const clock = new FakeClock();
    const said: string[] = [];
    const found = findDeadHelm(
      api.cluster(clock),
      { name: 'kong', namespace: 'kong' },
      {
        clock,
        say: (line) => said.push(line),
      },
    );
    found.catch(() => undefined);
    return { clock, said, found };
  };

  it('is only called dead after nothing moved for a minute', async () => {
    const { clock, said, found } = find(new FakeApi(revision(1, 'deployed'), revision(2, 'pending-upgrade')));
    let over = false;
    void found.finally(() => {
      over = true;
    });
    await clock.advance(59_999);
    expect([over, said]).toEqual([false, ['helm release kong is pending-upgrade: is a helm at work on it?']]);
    await clock.advance(1);
    await expect(found).resolves.toMatchObject({ kind: 'rollback', revision: 1 });
  });

  it('is left alone when its helm finishes meanwhile', async () => {
    const api = new FakeApi(revision(1, 'deployed'), revision(2, 'pending-upgrade'));
    const { clock, found } = find(api);
    await clock.advance(5_000);
    api.put(revision(1, 'superseded'));
    api.put(revision(2, 'deployed'));
    await settled();
    await expect(found).resolves.toEqual({ kind: 'none' });
  });
});
