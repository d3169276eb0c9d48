import { getEventListeners } from 'node:events';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { registerNode } from '../../../../lab/node/registration.ts';
import { FakeCluster } from './fake-cluster.ts';

describe('the node', () => {
  const ending = new AbortController();
  afterEach(() => {
    ending.abort();
    jest.useRealTimers();
  });

  it('registers itself and renews its Lease and Ready condition until it is stopped', async () => {
    jest.useFakeTimers();
    const cluster = new FakeCluster();
    cluster.answer = ({ method, path }) =>
      method === 'PATCH' && path.includes('/leases/') ? { status: 404 } : undefined;
    await registerNode(cluster, 10250, ending.signal);
    expect(cluster.calls[0]).toMatchObject({
      method: 'POST',
      path: '/api/v1/nodes',
      body: { metadata: { name: 'lab-node' } },
    });
    expect(cluster.calls.at(-1)).toMatchObject({
      method: 'POST',
      body: { kind: 'Lease', spec: { holderIdentity: 'lab-node' } },
    });
    const status = cluster.calls[1]?.body['status'];
    expect(status).toMatchObject({ daemonEndpoints: { kubeletEndpoint: { Port: 10250 } } });
    expect(status).toMatchObject({
      conditions: expect.arrayContaining([expect.objectContaining({ type: 'Ready', status: 'True' })]),
    });
    const beats = () => cluster.calls.filter(({ path }) => path === '/api/v1/nodes/lab-node/status').length;
    await jest.advanceTimersByTimeAsync(120_000);
    expect(beats()).toBe(13);
    expect(getEventListeners(ending.signal, 'abort')).toHaveLength(1);
    // The Lease lasts 40 s: an outage is over with the first heartbeat after it.
    cluster.down = true;
    await jest.advanceTimersByTimeAsync(60_000);
    cluster.down = false;
    await jest.advanceTimersByTimeAsync(1000);
    expect(beats()).toBe(14);
    ending.abort();
    await jest.advanceTimersByTimeAsync(60_000);
    expect(beats()).toBe(14);
  });
});
