import { describe, expect, it } from '@jest/globals';
import { PodAddresses } from '../../../../lab/node/addresses.ts';
import { EventRecorder } from '../../../../lab/node/events.ts';
import { bind, unschedulable } from '../../../../lab/node/scheduling.ts';
import { FakeCluster, podWith } from './fake-cluster.ts';

describe('placing pods', () => {
  it('binds a pod to the node and says so', async () => {
    const cluster = new FakeCluster();
    const events = new EventRecorder(cluster);
    const bound = await bind(podWith({}, { nodeName: undefined }), cluster, events);
    await events.flushed();
    expect(bound?.spec.nodeName).toBe('lab-node');
    expect(cluster.calls[0]).toMatchObject({ method: 'POST', path: '/api/v1/namespaces/prod/pods/jazz-1/binding' });
    expect(cluster.events()[0]).toMatchObject({ reason: 'Scheduled', reportingComponent: 'default-scheduler' });
  });

  it('leaves a pod pending that no node can take', async () => {
    const cluster = new FakeCluster();
    const events = new EventRecorder(cluster);
    expect(await bind(podWith({}, { nodeSelector: { disk: 'ssd' } }), cluster, events)).toBeUndefined();
    await events.flushed();
    expect(cluster.statuses()[0]?.conditions[0]).toMatchObject({
      type: 'PodScheduled',
      status: 'False',
      reason: 'Unschedulable',
    });
    expect(cluster.events()[0]).toMatchObject({ type: 'Warning', reason: 'FailedScheduling' });
    expect(cluster.events()[0]?.message).toMatch(/^0\/1 nodes are available: 1 node\(s\) didn't match/);
  });

  it('tries again when the API server failed, and not when the pod is gone', async () => {
    const cluster = new FakeCluster();
    cluster.answer = () => ({ status: 500 });
    await expect(bind(podWith(), cluster, new EventRecorder(cluster))).rejects.toThrow('500');
    cluster.answer = () => ({ status: 404 });
    expect(await bind(podWith(), cluster, new EventRecorder(cluster))).toBeUndefined();
  });

  it('counts the cpus that are asked for', () => {
    const asking = (cpu: string | number) => podWith({ resources: { requests: { cpu } } });
    expect(unschedulable(asking('500m'))).toBeUndefined();
    expect(unschedulable(asking(2))).toBeUndefined();
    expect(unschedulable(asking('1001'))).toContain('1 Insufficient cpu');
    expect(unschedulable(asking('2k'))).toContain('1 Insufficient cpu');
  });

  it('never gives an address twice', () => {
    const addresses = new PodAddresses();
    addresses.seen('10.244.3.255');
    addresses.seen('10.244.0.5');
    expect([addresses.take(), addresses.take()]).toEqual(['10.244.4.0', '10.244.4.1']);
    addresses.seen('10.244.255.254');
    expect(() => addresses.take()).toThrow('used up');
  });

  it('counts an event that happens again instead of writing another', async () => {
    const cluster = new FakeCluster();
    const events = new EventRecorder(cluster);
    const details = { type: 'Warning', reason: 'BackOff', message: 'again' } as const;
    events.record(podWith(), details);
    events.record(podWith(), details);
    await events.flushed();
    expect(cluster.events()).toHaveLength(1);
    expect(cluster.requests('PATCH')[0]?.body).toMatchObject({ count: 2 });
  });
});
