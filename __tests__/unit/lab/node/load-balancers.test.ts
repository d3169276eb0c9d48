import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { LoadBalancers } from '../../../../lab/node/load-balancers.ts';
import { NameTable } from '../../../../lab/node/names.ts';
import { eventually, FakeCluster, serviceOf, sliceOf } from './fake-cluster.ts';

describe('load balancers', () => {
  const service = serviceOf({ type: 'LoadBalancer', clusterIP: '10.96.1.2', ports: [{ name: 'http', port: 80 }] });
  let cluster: FakeCluster;
  let names: NameTable;
  let balancers: LoadBalancers;
  let servers: http.Server[];

  beforeEach(async () => {
    cluster = new FakeCluster();
    names = new NameTable();
    balancers = new LoadBalancers(cluster, names);
    servers = ['a', 'b'].map((name) => http.createServer((_, response) => response.end(name)).listen(0, '127.0.0.1'));
    await eventually(() => servers.every(({ listening }) => listening));
    servers.forEach((server, index) => {
      names.setHost(`10.244.0.${index + 2}`, new Map([[9080, (server.address() as AddressInfo).port]]));
    });
    names.setService(service);
    names.setSlice(
      sliceOf([
        { address: '10.244.0.2', ready: true },
        { address: '10.244.0.3', ready: true },
      ]),
    );
    balancers.changed(service);
    await eventually(() => cluster.calls.length === 2);
  });

  afterEach(async () => {
    await balancers.stop();
    for (const server of servers) server.close();
  });

  const url = () => `http://127.0.0.1:${balancers.list()[0]?.localPort}/`;
  const ask = () =>
    new Promise<string>((resolve, reject) => {
      http
        .get(url(), { agent: false }, (response) => response.on('data', (chunk) => resolve(String(chunk))))
        .on('error', reject);
    });

  it('tell the Service its address and where its ports are', () => {
    const [{ localPort } = { localPort: 0 }] = balancers.list();
    expect(balancers.list()).toEqual([{ namespace: 'prod', name: 'jazz', port: 80, localPort }]);
    expect(cluster.calls[0]?.body).toEqual({
      metadata: { annotations: { 'lab.mesh-canary.dev/local-ports': `{"80":${localPort}}` } },
    });
    expect(cluster.statuses()[0]).toEqual({ loadBalancer: { ingress: [{ ip: '127.0.0.1' }] } });
  });

  it('lead connections to the ready endpoints in turn', async () => {
    const answers = [await ask(), await ask(), await ask(), await ask()];
    expect(answers.filter((answer) => answer === 'a')).toHaveLength(2);
    expect(answers.filter((answer) => answer === 'b')).toHaveLength(2);
  });

  it('try the next endpoint when one does not take the connection', async () => {
    servers[0]?.close();
    expect([await ask(), await ask(), await ask()]).toEqual(['b', 'b', 'b']);
  });

  it('reset connections when nothing is ready', async () => {
    names.setSlice(sliceOf([{ address: '10.244.0.2', ready: false }]));
    await expect(ask()).rejects.toThrow(/ECONNRESET|socket hang up/);
  });

  it('are gone with their Service, or when it becomes another type', async () => {
    const before = url();
    balancers.changed(serviceOf({ type: 'ClusterIP', ports: [{ port: 80 }] }));
    await eventually(() => balancers.list().length === 0);
    await expect(fetch(before)).rejects.toThrow();
    balancers.changed(service);
    await eventually(() => balancers.list().length === 1);
    balancers.gone(service);
    await eventually(() => balancers.list().length === 0);
  });
});
