import { describe, expect, it } from '@jest/globals';
import { waitForAnswer, waitForGateway } from '../../../src/gateway/status.ts';
import type { HttpAnswer } from '../../../src/http/client.ts';
import type { KubeObject } from '../../../src/kube/objects.ts';
import { FakeApi } from '../../support/fake-api.ts';
import { FakeClock, settled } from '../../support/fake-clock.ts';
import { answer } from '../../support/fixtures.ts';

const NAME = { namespace: 'kong', name: 'kong' };
const gateway: KubeObject = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'Gateway',
  metadata: NAME,
  spec: { listeners: [{ protocol: 'HTTP', port: 80 }] },
  status: {},
};
const programmed = { type: 'Programmed', status: 'True', reason: 'Programmed', message: '', observedGeneration: 1 };
const unassigned = { ...programmed, status: 'False', reason: 'AddressNotAssigned', message: 'no address' };

describe('a Gateway whose load balancer is being made', () => {
  function waiting(address: boolean) {
    const api = new FakeApi(gateway);
    const clock = new FakeClock();
    const said: string[] = [];
    const say = (line: string) => said.push(line);
    const found = waitForGateway(api.cluster(clock), NAME, { clock, timeout: 60_000, address, say });
    found.catch(() => undefined);
    const status = (change: object) => {
      api.edit('Gateway', 'kong', (object) => Object.assign(object.status, change), 'kong');
      return settled();
    };
    return { clock, said, found, status };
  }

  it('is waited for until it has an address, and said to be pending once', async () => {
    const { said, found, status } = waiting(true);
    await settled();
    await status({ conditions: [unassigned] });
    await status({ conditions: [programmed] });
    await status({ conditions: [programmed], addresses: [] });
    await status({ addresses: [{ value: 'lb-1.elb.amazonaws.com' }] });
    await expect(found).resolves.toMatchObject({ status: { addresses: [{ value: 'lb-1.elb.amazonaws.com' }] } });
    expect(said).toEqual(['address pending: Gateway kong/kong has none yet']);
  });

  it('is not waited for where its address is not asked for', async () => {
    const { said, found, status } = waiting(false);
    await status({ conditions: [programmed] });
    await expect(found).resolves.toMatchObject({ kind: 'Gateway' });
    expect(said).toEqual([]);
  });

  it('is given up in time, with what to look at', async () => {
    const { clock, found, status } = waiting(true);
    await status({ conditions: [programmed] });
    await clock.advance(60_000);
    await expect(found).rejects.toMatchObject({
      message: expect.stringContaining('within 60 s (address pending: its status has none yet)'),
      next: expect.stringContaining('Raise ready-timeout'),
    });
  });
});

describe('a name of a load balancer that does not resolve yet', () => {
  const none = (error: string) => answer('', { status: 0, headers: {}, error });
  const unresolved = none('ENOTFOUND: getaddrinfo ENOTFOUND lb-1.elb.amazonaws.com');
  const later = none('EAI_AGAIN: getaddrinfo EAI_AGAIN lb-1.elb.amazonaws.com');

  function waiting(timeout: number, ...answers: HttpAnswer[]) {
    const clock = new FakeClock({ auto: true });
    const said: string[] = [];
    let n = 0;
    const http = async () => answers[Math.min(n++, answers.length - 1)] ?? answer();
    const say = (line: string) => said.push(line);
    const ready = waitForAnswer(http, 'http://lb-1.elb.amazonaws.com', { clock, timeout, say });
    return { clock, said, ready };
  }

  it('is an address pending: asked for every two seconds, and said once', async () => {
    const { clock, said, ready } = waiting(180_000, unresolved, later, unresolved, none('ECONNREFUSED'), answer());
    await ready;
    expect(said).toEqual(['address pending: lb-1.elb.amazonaws.com does not resolve yet']);
    expect(clock.slept).toEqual([2000, 2000, 2000, 250]);
  });

  it('is given up in time, in words of its own', async () => {
    await expect(waiting(10_000, unresolved).ready).rejects.toMatchObject({
      message: 'the address of the gateway is pending: lb-1.elb.amazonaws.com does not resolve, for 10 s',
      next: expect.stringContaining('in-cluster'),
    });
  });
});
