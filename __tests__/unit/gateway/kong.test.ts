import { describe, expect, it } from '@jest/globals';
import { findKong, helmArguments, waitForKong } from '../../../src/gateway/kong.ts';
import { gatewayOf, requireServed } from '../../../src/gateway/parent.ts';
import { urlOf, waitForAnswer, waitForGateway } from '../../../src/gateway/status.ts';
import type { KubeObject } from '../../../src/kube/objects.ts';
import { FakeApi } from '../../support/fake-api.ts';
import { FakeClock, settled } from '../../support/fake-clock.ts';
import { answer, deployment, route, settings } from '../../support/fixtures.ts';

function gateway(address: string, ...listeners: [string, number][]): KubeObject {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { name: 'kong', namespace: 'kong' },
    spec: { listeners: listeners.map(([protocol, port]) => ({ protocol, port })) },
    status: { addresses: address ? [{ value: address }] : [] },
  };
}

function kongPart(name: string, image: string, available: number, instance = 'kong'): KubeObject {
  const made = deployment(name, {}) as unknown as { spec: { template: { spec: object } } };
  return {
    ...(made as unknown as KubeObject),
    metadata: { name, namespace: 'kong', generation: 1, labels: { 'app.kubernetes.io/instance': instance } },
    spec: { ...made.spec, template: { spec: { containers: [{ name: 'c', image }] } } },
    status: { observedGeneration: 1, updatedReplicas: available, availableReplicas: available },
  };
}
const CONTROLLER = 'kong/kubernetes-ingress-controller:3.5';

describe('the arguments of helm', () => {
  it('install or upgrade one pinned chart into Kong’s namespace', () => {
    expect(helmArguments(settings({ readyTimeout: 90_500 }), '/action/values.yaml')).toEqual([
      'upgrade',
      '--install',
      'kong',
      'ingress',
      '--repo=https://charts.konghq.com',
      '--version=0.24.0',
      '--namespace=kong',
      '--create-namespace',
      '--values=/action/values.yaml',
      '--timeout=91s',
    ]);
  });

  it('choose the cluster in helm’s own words', () => {
    const given = settings({ kubeconfig: '/c onfig', context: 'prod --context=x' });
    expect(helmArguments(given, 'v').slice(-2)).toEqual(['--kubeconfig=/c onfig', '--kube-context=prod --context=x']);
  });
});

describe('the address users call', () => {
  it.each<[string, KubeObject, string]>([
    ['a host on the usual port', gateway('lb.example.com', ['HTTP', 80]), 'http://lb.example.com'],
    ['another port', gateway('10.0.0.1', ['HTTP', 8080]), 'http://10.0.0.1:8080'],
    ['HTTPS when there is no HTTP', gateway('lb.example.com', ['TLS', 1], ['HTTPS', 443]), 'https://lb.example.com'],
    ['HTTP before HTTPS', gateway('lb.example.com', ['HTTPS', 443], ['HTTP', 80]), 'http://lb.example.com'],
    ['an IPv6 address', gateway('2001:db8::1', ['HTTP', 8000]), 'http://[2001:db8::1]:8000'],
  ])('is taken from the Gateway: %s', (_what, object, url) => {
    expect(urlOf(object)).toBe(url);
  });

  it('is asked for when the Gateway does not say it', () => {
    expect(() => urlOf(gateway('', ['HTTP', 80]))).toThrow('Gateway kong/kong has no address');
    expect(() => urlOf(gateway('10.0.0.1', ['TCP', 80]))).toThrow('Gateway kong/kong has no HTTP listener');
  });

  it('belongs to the Gateway the route hangs on, or the one that is named', () => {
    expect(gatewayOf(route({}), settings())).toEqual({ namespace: 'kong', name: 'kong' });
    expect(() => gatewayOf(route({}), settings({ meshName: 'other' }))).toThrow(
      /hangs on no Gateway named other \(parentRefs: kong\/kong\)/,
    );
  });
});

describe('a gateway of another kind', () => {
  const entry = {
    apiVersion: 'traefik.io/v1alpha1',
    kind: 'IngressRoute',
    metadata: { name: 'dj', namespace: 'prod' },
  };

  it('has the address that is given, and no plugins of Kong', () => {
    const given = settings({ gatewayUrl: 'http://traefik.example' });
    expect(() => requireServed([entry], given)).not.toThrow();
    expect(() => requireServed([entry], settings())).toThrow(
      /IngressRoute prod\/dj is served by Traefik, and nothing says at which address/,
    );
    const plugins = [{ name: 'key-auth' }] as never;
    expect(() => requireServed([entry], { ...given, plugins })).toThrow(/and plugins are Kong's/);
    expect(() => requireServed([route({})], settings())).not.toThrow();
  });
});

describe('waiting for the platform', () => {
  it('sees the Gateway become Programmed at its present generation', async () => {
    const api = new FakeApi(gateway('10.0.0.1', ['HTTP', 80]));
    const clock = new FakeClock();
    const condition = (status: string, generation: number) => {
      api.edit(
        'Gateway',
        'kong',
        (object) => {
          object.status.conditions = [
            {
              type: 'Programmed',
              status,
              reason: 'AddressNotAssigned',
              message: 'pending',
              observedGeneration: generation,
            },
          ];
        },
        'kong',
      );
    };
    const start = () =>
      waitForGateway(api.cluster(clock), { namespace: 'kong', name: 'kong' }, { clock, timeout: 10_000 });
    const ready = start();
    await settled();
    condition('True', 0);
    await settled();
    condition('True', 1);
    await expect(ready).resolves.toMatchObject({ kind: 'Gateway' });
    condition('False', 1);
    const late = start();
    late.catch(() => undefined);
    await clock.advance(10_000);
    await expect(late).rejects.toThrow(/within 10 s \(Programmed=False AddressNotAssigned: pending\)/);
  });

  it('takes any answer for a gateway that answers, but not a load balancer’s 503', async () => {
    const clock = new FakeClock({ auto: true });
    const ask = (...answers: ReturnType<typeof answer>[]) => {
      let n = 0;
      return waitForAnswer(async () => answers[Math.min(n++, answers.length - 1)] ?? answer(), 'http://g', {
        clock,
        timeout: 5_000,
      });
    };
    await expect(
      ask(answer('', { status: 404, headers: { 'x-kong-response-latency': '0' } })),
    ).resolves.toBeUndefined();
    const balancer = answer('', { status: 503, headers: {} });
    await expect(ask(balancer, balancer, answer())).resolves.toBeUndefined();
    await expect(ask(balancer)).rejects.toThrow(/does not answer at http:\/\/g: status 503, for 5 s/);
    await expect(ask(answer('', { status: 0, headers: {}, error: 'ECONNREFUSED' }))).rejects.toThrow(/ECONNREFUSED/);
  });

  it('finds Kong by its controller’s image and waits for it, whatever its release is called', async () => {
    const api = new FakeApi(
      kongPart('my-controller', CONTROLLER, 0, 'my-kong'),
      kongPart('other', 'redis:7', 0, 'my-kong'),
    );
    const clock = new FakeClock();
    const cluster = api.cluster(clock);
    expect(await findKong(cluster, 'kong')).toEqual({ controllers: [`kong/my-controller ${CONTROLLER}`], here: true });
    const ready = waitForKong(cluster, settings(), clock, 'others');
    await settled();
    api.put(kongPart('my-controller', CONTROLLER, 1, 'my-kong'));
    await expect(ready).resolves.toBeUndefined();
  });

  it('names the pods that are missing when Kong does not become ready', async () => {
    const api = new FakeApi(kongPart('kong-controller', CONTROLLER, 1), kongPart('kong-gateway', 'kong:3.9', 0));
    const clock = new FakeClock();
    const ready = waitForKong(api.cluster(clock), settings(), clock);
    ready.catch(() => undefined);
    await clock.advance(60_000);
    await expect(ready).rejects.toThrow(
      'Kong did not become ready within 60 s (Deployment kong-gateway: 0 of 1 pods ready)',
    );
  });
});
