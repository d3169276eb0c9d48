import { describe, expect, it } from '@jest/globals';
import { renderDuration } from '../../../src/settings/values/durations.ts';
import { versionLabel } from '../../../src/settings/values/names.ts';
import { needed, settingsOf } from './given.ts';

const KUBECONFIG = `apiVersion: v1
clusters: [{name: a, cluster: {server: https://10.0.0.1, certificate-authority: /etc/ca.crt}}]
users: [{name: a, user: {token: tops3cret}}]
contexts: [{name: a, context: {cluster: a, user: a}}]
`;
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

describe('a value of an input is read as', () => {
  it.each([
    ['min-step', '0s', 'minStep', 0],
    ['min-step', '500ms', 'minStep', 500],
    ['min-step', ' 90s ', 'minStep', 90_000],
    ['bake', '5m', 'bake', 300_000],
    ['bake', '1m30s250ms', 'bake', 90_250],
    ['timeout', '1h30m', 'timeout', 5_400_000],
    ['timeout', '120h', 'timeout', 432_000_000],
    ['canary-weight', '5', 'canaryWeight', [5]],
    ['canary-weight', '0.01,99.99,100', 'canaryWeight', [0.01, 99.99, 100]],
    ['canary-weight', ' 10 , 20\n30,\n', 'canaryWeight', [10, 20, 30]],
    ['services', 'metal,jazz\ndj', 'services', ['dj', 'jazz', 'metal']],
    ['services', 'jazz, jazz, metal', 'services', ['jazz', 'metal']],
    ['version', 'V2.1.0+build', 'version', 'v2-1-0-build'],
    ['version', '2', 'version', '2'],
    ['version', 'feature/Ünicode__x', 'version', 'feature-nicode-x'],
    ['image', 'ghcr.io/acme/app:v2', 'image', { jazz: 'ghcr.io/acme/app:v2', metal: 'ghcr.io/acme/app:v2' }],
    [
      'image',
      'jazz=localhost:5000/jazz:v3\nmetal = metal',
      'image',
      { jazz: 'localhost:5000/jazz:v3', metal: 'metal' },
    ],
    ['image', 'jazz=a:1,metal=b:2', 'image', { jazz: 'a:1', metal: 'b:2' }],
    [
      'image',
      `jazz=r.example/a/b@sha256:${'0'.repeat(64)}`,
      'image',
      { jazz: `r.example/a/b@sha256:${'0'.repeat(64)}` },
    ],
    ['manifests', 'k8s, ./app/v2.yaml\n.', 'manifests', ['k8s', 'app/v2.yaml', '.']],
    ['manifests', '/repo/k8s/../x', 'manifests', ['x']],
    ['helm-values', 'charts/a/values.yaml, prod.yaml', 'helmValues', ['charts/a/values.yaml', 'prod.yaml']],
    ['helm-release', 'orders', 'helmRelease', 'orders'],
    ['namespace', 'prod-1', 'namespace', 'prod-1'],
    ['kubeconfig', '~/.kube/config', 'kubeconfig', '/home/me/.kube/config'],
    ['kubeconfig', 'secret/kc', 'kubeconfig', '/repo/secret/kc'],
    ['kubeconfig', '/tmp/kc', 'kubeconfig', '/tmp/kc'],
    ['kubeconfig', KUBECONFIG, 'kubeconfigContent', KUBECONFIG],
    ['cluster', 'Prod_eu-1', 'cluster', 'Prod_eu-1'],
    ['gateway-url', 'in-cluster', 'gatewayUrl', 'in-cluster'],
    ['context', 'arn:aws:eks:eu-west-1:1234:cluster/prod', 'context', 'arn:aws:eks:eu-west-1:1234:cluster/prod'],
    ['mesh', 'gateway-api', 'mesh', 'gateway-api'],
    ['mesh', 'app-mesh', 'mesh', 'app-mesh'],
    ['mesh', 'kuma', 'mesh', 'kuma'],
    ['mesh', 'istio', 'mesh', 'istio'],
    ['mesh-name', 'kong.public', 'meshName', 'kong.public'],
    ['install-kong', 'TRUE', 'installKong', 'true'],
    ['install-kong', 'False', 'installKong', 'false'],
    ['kong-chart-version', '0.25.1-rc.1+x', 'kongChartVersion', '0.25.1-rc.1+x'],
    ['kong-chart-repository', 'http://127.0.0.1:8080/charts/', 'kongChartRepository', 'http://127.0.0.1:8080/charts'],
    ['gateway-url', 'https://API.example.com:8443/base//', 'gatewayUrl', 'https://api.example.com:8443/base'],
    ['gateway-url', 'http://[::1]:80', 'gatewayUrl', 'http://[::1]'],
    [
      'probe-path',
      '/dj/jazz?a=1,2&b=%20',
      'probePath',
      { jazz: '/dj/jazz?a=1,2&b=%20', metal: '/dj/jazz?a=1,2&b=%20' },
    ],
    ['probe-path', 'jazz=/dj/jazz?a=1\nmetal=/dj/metal', 'probePath', { jazz: '/dj/jazz?a=1', metal: '/dj/metal' }],
    ['probe-headers', 'ApiKey:  s3cret:x \nX-A: b c', 'probeHeaders', { apikey: 's3cret:x', 'x-a': 'b c' }],
    ['probe-rate', '2.5', 'probeRate', 2.5],
    ['identify', 'header:X-App-Version', 'identify', { by: 'header', name: 'x-app-version' }],
    ['identify', 'json:app.version.0', 'identify', { by: 'json', path: 'app.version.0' }],
    ['retire', 'scale-down', 'retire', 'scale-down'],
    ['on-conflict', 'wait', 'onConflict', 'wait'],
    ['kubectl-version', ' v1.36.3 ', 'kubectlVersion', 'v1.36.3'],
    ['helm-version', '3.16', 'helmVersion', '3.16'],
    ['helm-version', 'stable', 'helmVersion', 'stable'],
    ['tools-mirror', 'http://127.0.0.1:8080/', 'toolsMirror', 'http://127.0.0.1:8080'],
    [
      'tools-checksums',
      `kubectl-v1.36.3-linux-amd64=${'AB'.repeat(32)}\n\n helm-v4.2.3-darwin-arm64.tar.gz = ${'c'.repeat(64)}`,
      'toolsChecksums',
      {
        'kubectl-v1.36.3-linux-amd64': 'ab'.repeat(32),
        'helm-v4.2.3-darwin-arm64.tar.gz': 'c'.repeat(64),
      },
    ],
  ])('%s: %j', (input, text, setting, expected) => {
    const settings = settingsOf({ ...needed, timeout: '120h', [input]: text });
    expect(settings[setting as keyof typeof settings]).toEqual(expected);
  });

  it.each([
    ['canary-weight: [5, 12.5, 100]', 'canaryWeight', [5, 12.5, 100]],
    ['canary-weight: 5', 'canaryWeight', [5]],
    ['canary-weight: 5,50', 'canaryWeight', [5, 50]],
    ['install-kong: true', 'installKong', 'true'],
    ['probe-rate: 50', 'probeRate', 50],
    ['image: {jazz: "a:1"}', 'image', { jazz: 'a:1' }],
    ['probe-path:\n  jazz: /dj/jazz', 'probePath', { jazz: '/dj/jazz' }],
    ['probe-headers: {apikey: abcd}', 'probeHeaders', { apikey: 'abcd' }],
    ['plugins: []', 'plugins', []],
    ['manifests: [k8s]', 'manifests', ['k8s']],
    ['checks: []', 'checks', []],
    ['', 'namespace', 'default'],
    ['# nothing but a comment', 'namespace', 'default'],
  ])('in the config file, %j', (config, setting, expected) => {
    const settings = settingsOf(needed, config);
    expect(settings[setting as keyof typeof settings]).toEqual(expected);
  });
});

describe('plugins', () => {
  const named = (name: string) => ({ kind: 'named', name });
  it.each([
    ['key-auth, rate-limiting', [named('key-auth'), named('rate-limiting')]],
    ['- key-auth\n- rate-limiting', [named('key-auth'), named('rate-limiting')]],
    ['[a, {name: b, plugin: cors}]', [named('a'), { kind: 'inline', name: 'b', plugin: 'cors', config: {} }]],
    [
      '- name: limit\n  plugin: rate-limiting\n  config: {minute: 3, policy: local}',
      [{ kind: 'inline', name: 'limit', plugin: 'rate-limiting', config: { minute: 3, policy: 'local' } }],
    ],
  ])('%j', (text, expected) => {
    expect(settingsOf({ ...needed, plugins: text }).plugins).toStrictEqual(expected);
  });
});

describe('checks', () => {
  it('expect any success of a GET when nothing is said', () => {
    expect(settingsOf({ ...needed, checks: '[{name: ping, path: /ping}]' }).checks).toEqual([
      {
        name: 'ping',
        path: '/ping',
        method: 'GET',
        headers: {},
        expect: { status: range(200, 299), header: {}, json: {} },
      },
    ]);
  });

  it('hold everything that can be expected', () => {
    const text = `
- name: order
  path: /dj/jazz?n=1
  method: post
  headers: {Content-Type: application/json}
  body: '{"n": 1}'
  expect:
    status: [201, 204]
    header: {X-App: "/^v[0-9]+$/"}
    json: {app.version: v2, tags: {a: [1, null]}}
    body: /Fitzgerald/i
    max-time: 1500ms
    served-by: canary
`;
    const [check] = settingsOf({ ...needed, checks: text }).checks;
    // Strict: nested JSON values are compared with answers, prototypes included.
    expect(check?.expect.json['tags']).toStrictEqual({ a: [1, null] });
    expect(check).toEqual({
      name: 'order',
      path: '/dj/jazz?n=1',
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"n": 1}',
      expect: {
        status: [201, 204],
        header: { 'x-app': '/^v[0-9]+$/' },
        json: { 'app.version': 'v2', tags: { a: [1, null] } },
        body: '/Fitzgerald/i',
        maxTime: 1500,
        servedBy: 'canary',
      },
    });
  });

  it.each([
    ['200', [200]],
    ['2xx', range(200, 299)],
    ['"4XX"', range(400, 499)],
    ['[204, 200, 200]', [200, 204]],
    ['[3xx, 204]', [204, ...range(300, 399)]],
    ['"200, 404"', [200, 404]],
  ])('read the status %s', (status, expected) => {
    const [check] = settingsOf({ ...needed, checks: `[{name: a, path: /, expect: {status: ${status}}}]` }).checks;
    expect(check?.expect.status).toEqual(expected);
  });
});

describe('an EKS cluster', () => {
  it('has a region and a role to assume', () => {
    const role = 'arn:aws-us-gov:iam::111122223333:role/ci/deploy+x@y';
    for (const region of ['eu-west-1', 'us-gov-east-1', 'ap-southeast-5', 'us-iso-west-1'])
      expect(settingsOf({ ...needed, cluster: 'prod', region, 'role-arn': role })).toMatchObject({
        cluster: 'prod',
        region,
        roleArn: role,
      });
  });
});

describe('settings', () => {
  it('are frozen all the way down', () => {
    const settings = settingsOf({ ...needed, checks: '[{name: a, path: /, expect: {json: {a: {b: 1}}}}]', image: 'x' });
    expect(Object.isFrozen(settings)).toBe(true);
    expect(Object.isFrozen(settings.image)).toBe(true);
    expect(Object.isFrozen(settings.checks[0]?.expect.json['a'])).toBe(true);
  });

  it('look up a service called like a member of every object', () => {
    const settings = settingsOf({ ...needed, services: 'constructor' });
    expect(settings.image['constructor']).toBeUndefined();
    expect(settings.probePath['toString']).toBeUndefined();
  });
});

describe('a duration', () => {
  it.each([
    [0, '0s'],
    [1, '1ms'],
    [61_000, '1m1s'],
    [5_400_000, '1h30m'],
    [432_000_000, '120h'],
  ])('%d ms is written %s', (milliseconds, text) => {
    expect(renderDuration(milliseconds)).toBe(text);
  });
});

describe('a version label', () => {
  it('is its own label', () => {
    const label = versionLabel('V2.1.0+build', () => undefined);
    expect(versionLabel(label, () => undefined)).toBe(label);
  });
});
