import { describe, expect, it } from '@jest/globals';
import { adminUrls, controllerEnvironment } from '../../../../lab/images/kong-controller.ts';
import type { Gateway } from '../../../../lab/images/kong-gateway.ts';
import { imageTable } from '../../../../lab/images/table.ts';
import { normalisedImage, pullImage } from '../../../../lab/node/images.ts';
import { FakeCluster } from '../node/fake-cluster.ts';

describe('the controller in the lab', () => {
  const lab = { kubeconfig: '/run/kubeconfig', health: 4001, metrics: 4002 };

  it('keeps what its container sets, but not what needs a real pod network or TLS files', () => {
    const env = controllerEnvironment(
      {
        POD_NAMESPACE: 'kong',
        CONTROLLER_PUBLISH_SERVICE: 'kong/kong-gateway-proxy',
        CONTROLLER_KONG_ADMIN_SVC: 'kong/kong-gateway-admin',
        CONTROLLER_KONG_ADMIN_TLS_SKIP_VERIFY: 'true',
        CONTROLLER_ADMISSION_WEBHOOK_LISTEN: '0.0.0.0:8080',
        CONTROLLER_PROXY_SYNC_SECONDS: '3',
      },
      lab,
    );
    expect(env).toEqual({
      POD_NAMESPACE: 'kong',
      CONTROLLER_PUBLISH_SERVICE: 'kong/kong-gateway-proxy',
      CONTROLLER_PROXY_SYNC_SECONDS: '3',
      CONTROLLER_INIT_CACHE_SYNC_DURATION: '1s',
      CONTROLLER_ANONYMOUS_REPORTS: 'false',
      CONTROLLER_KUBECONFIG: '/run/kubeconfig',
      CONTROLLER_HEALTH_PROBE_BIND_ADDRESS: '127.0.0.1:4001',
      CONTROLLER_METRICS_BIND_ADDRESS: '127.0.0.1:4002',
    });
  });

  it('configures the gateways of its namespace, or the one of its own pod', () => {
    const gateway = (podUid: string, namespace: string, name: string, adminPort: number): Gateway => ({
      podUid,
      pod: podUid,
      namespace,
      labels: { 'app.kubernetes.io/name': name },
      adminPort,
    });
    const gateways = [
      gateway('b', 'kong', 'gateway', 2),
      gateway('a', 'kong', 'gateway', 1),
      gateway('c', 'other', 'gateway', 3),
      gateway('d', 'kong', 'kong', 4),
    ];
    expect(adminUrls(gateways, { uid: 'x', namespace: 'kong' })).toBe('http://127.0.0.1:1,http://127.0.0.1:2');
    expect(adminUrls(gateways, { uid: 'd', namespace: 'kong' })).toBe('http://127.0.0.1:4');
    expect(adminUrls(gateways, { uid: 'x', namespace: 'empty' })).toBe('');
  });
});

describe('the image table', () => {
  const { images } = imageTable({
    client: new FakeCluster(),
    dir: '/run',
    apiUrl: '',
    caFile: '',
    binaries: { ingressController: '' },
  });

  it.each([
    ['672518094988.dkr.ecr.us-west-2.amazonaws.com/hello-world:v1.0', true],
    ['hello-world:v1', true],
    ['mesh-canary.dev/lab/dj-app:v3-broken', true],
    ['kong:3.9.3', true],
    ['kong:3.9', true],
    ['docker.io/library/kong:3.9.3', true],
    ['kong/kubernetes-ingress-controller:3.5.11', true],
    ['registry.k8s.io/pause:3.10', true],
    ['kong:3.8', false],
    ['kong/kong-gateway:3.9', false],
    ['mesh-canary.dev/lab/other:v1', false],
    ['Kong:3.9.3', false],
  ])('knows %s: %s', (image, known) => {
    expect('program' in pullImage(image, images)).toBe(known);
  });

  it('names images as a container runtime does', () => {
    expect(normalisedImage('kong')).toBe('docker.io/library/kong:latest');
    expect(normalisedImage('kong/kong:3')).toBe('docker.io/kong/kong:3');
    expect(normalisedImage('localhost:5000/a/b')).toBe('localhost:5000/a/b:latest');
    expect(normalisedImage('a@sha256:00')).toBe('docker.io/library/a@sha256:00');
  });

  it('refuses a name that is none, and an image no registry has', () => {
    expect(pullImage('Bad Name', images)).toMatchObject({ reason: 'InvalidImageName' });
    expect(pullImage('ghost:1', images)).toEqual({
      reason: 'ErrImagePull',
      message:
        'failed to pull and unpack image "docker.io/library/ghost:1": failed to resolve reference "docker.io/library/ghost:1": docker.io/library/ghost:1: not found',
    });
  });
});
