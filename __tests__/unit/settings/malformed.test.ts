import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { renderProblems } from '../../../src/settings/errors.ts';
import { inputNames } from '../../../src/settings/inputs.ts';
import { needed, parse, problemsOf } from './given.ts';

const long = 'a'.repeat(64);

/** For each input, texts that must be refused, and never with another input blamed. */
const refused: Readonly<Record<string, readonly string[]>> = {
  'max-step': ['60', '0s', '10', 'forever', '-1m', '1m 30s'],
  'warm-up': ['10', '-5s', 'soon', '1.5s'],
  'pre-flight': ['-1', '1.5', 'none', '100001', '3e2', 'true'],
  'on-inconclusive': ['fail', 'promote', 'Rollback', 'yes'],
  'on-cancel': ['keep', 'return', 'HOLD', '0'],
  'check-command': ['a\u0000b', 'x'.repeat(5000), './a\n\n./b'],
  'probe-consumer': ['true', 'auto', 'Temporary', 'yes'],
  evidence: ['logs', 'pods prometheus', 'probes,,pods', 'Pods', 'pods, prometheus'],
  metrics: ['nginx', 'Envoy', 'appmesh', 'plain,istio'],
  'prometheus-url': [
    'prometheus:9090',
    'auto',
    'service:monitoring/prometheus',
    'service:prometheus:9090',
    'service:Mon/prom:9090',
    'https://user:secret@prometheus',
    'https://p/?a=1',
    'ftp://p',
  ],
  'prometheus-queries': [
    'up',
    '[a]',
    '{requests: "x{pod=~\'{{pods}}\'}"}',
    '{requests: "rate(x{pod=~\'{{pods}}\'}[1m])", errors: "y{pod=~\'{{pods}}\'}"}',
    '{requests: "x", errors: "y"}',
    '{requests: "x{pod=~\'{{pods}}\'}", errors: "y{pod=~\'{{pods}}\'}", unit: 0}',
    '{requests: "x{pod=~\'{{pods}}\'}", errors: "y{pod=~\'{{pods}}\'}", latency: z}',
    '{a: [',
  ],
  'scrape-interval': ['15', '0s', '500ms', 'often'],
  'max-error-increase': ['0', '51', '-1', '1 %', 'one'],
  'false-alarm': ['0', '21', '-1', '1%', '0.0'],
  slo: ['0', '51', '99.9', '-1', '0.1%'],
  latency: ['true', 'off', 'Compare', 'p99'],
  'allow-unproved': ['yes', '1', 'maybe', 'on'],
  command: ['plan', 'Deploy', 'deploy setup', '1', 'true', 'deploy\u0000'],
  config: ['../outside.yaml', '/etc/passwd', '/repository/x', 'a/../../x', 'x\ny', '..', '/repo/../repo2'],
  services: [
    'Jazz',
    'jazz,,metal',
    '-jazz',
    'jazz-',
    '1jazz',
    'ja zz',
    'jazz;metal',
    ',',
    ',jazz',
    long,
    'jäzz',
    'a.b',
  ],
  version: ['...', '+', 'ü', '-', `v${'2'.repeat(63)}`, 'v2\nv3', '\u202ev2', '日本'],
  image: [
    'has space',
    'jazz=',
    '=x',
    'pop=x:1',
    'jazz=a\njazz=b',
    'a:b:c',
    'x@sha256:12',
    '-x',
    'a\nb',
    'a//b',
    '/a',
    'x:',
  ],
  manifests: ['../k8s', '/etc', 'a,,b', 'a/../..', 'k8s\u0007', '/repo-other/k8s'],
  namespace: ['Prod', 'a_b', 'a.b', '-a', 'a-', long, 'a b', 'kube/system'],
  cluster: ['arn:aws:eks:eu-west-1:111122223333:cluster/prod', '-prod', 'pr od', 'a.b', 'x'.repeat(101), '--help'],
  region: ['Ireland', 'eu-west', 'eu_west_1', 'EU-WEST-1', '-eu-west-1', 'eu-west-1a', '--profile'],
  'role-arn': [
    'deploy',
    'arn:aws:iam::1:role/deploy',
    'arn:aws:iam::111122223333:user/ci',
    'arn:aws:sts::111122223333:assumed-role/a/b',
    'arn:aws:iam::111122223333:role/',
    'arn:aws:iam::111122223333:role/a b',
  ],
  kubeconfig: [
    'apiVersion: v1',
    '{"apiVersion":"v1"}',
    'a\nb',
    'x'.repeat(600),
    'kc\u0000',
    'clusters: []\nusers: []\ncontexts: []\n',
    'clusters: [a\n',
    Buffer.from('apiVersion: v1\nclusters: []\n').toString('base64').repeat(20),
    'clusters: [{name: a, cluster: {certificate-authority: ca.crt}}]\nusers: [{}]\ncontexts: [{}]\n',
  ],
  context: ['--kubeconfig=/x', '-c', 'a\u001b[0m', 'a\nb'],
  mesh: ['Istio', 'gatway-api', 'linkerd', 'AUTO', 'appmesh', 'gateway api'],
  'mesh-name': ['Kong', 'a..b', '.a', 'a.', 'a/b', `${'a'.repeat(63)}.`.repeat(4) + long, 'a b'],
  'install-kong': ['yes', 'no', '1', 'tRue', 'atuo', 'on'],
  'kong-namespace': ['kong.x', 'KONG', '_', long],
  'kong-chart-version': [
    'v0.24.0',
    '0.24',
    '^0.24.0',
    'latest',
    '0.24.0 || 1',
    '00.1.2',
    '0.24.x',
    '>=0.24.0',
    '1.2.3-',
  ],
  'kong-chart-repository': [
    'http://charts.konghq.com',
    'charts.konghq.com',
    'oci://registry/x',
    'https://user:pw@charts.example',
    'file:///charts',
    'https://x/?a=1',
    'https://',
  ],
  plugins: [
    'Key-Auth',
    'a,,b',
    'a, a',
    '[{name: x}]',
    '[{name: x, plugin: cors, confg: {}}]',
    '- [a]',
    '[a',
    '{name: a, plugin: b}',
  ],
  'gateway-url': [
    'in-cluster/kong',
    'api.example.com',
    'ftp://x',
    'https://u:p@x',
    'https://x?a=b',
    'https://x#f',
    'https:///x',
    'https://x\\y',
    'http:x',
    'javascript:alert(1)',
    'https://a b',
    'http://x:99999',
    '//x',
  ],
  'canary-weight': [
    '0',
    '-5',
    '101',
    '5,5',
    '50,25',
    '5,,10',
    'five',
    '5%',
    '1e1',
    '0x10',
    '5.123',
    'NaN',
    'Infinity',
    '5;10',
    '5 10',
    ',',
    '100.01',
    '+5',
    '٥',
  ],
  'min-step': [
    '60',
    '1.5m',
    '-5s',
    '5',
    '5 s',
    '5sec',
    's',
    '30s1m',
    '1m1m',
    '1d',
    '0x5s',
    '1e3s',
    '999999h',
    '121h',
    '5S',
    'P1D',
  ],
  bake: ['0', '10', 'forever', '1h 30m', '٣s'],
  timeout: ['0s', '500ms', '30', 'none', '121h', '1w'],
  'ready-timeout': ['0s', '3', 'soon'],
  retire: ['delet', 'scale', 'never', 'Keep', 'scale_down'],
  'on-conflict': ['replaced', 'waits', 'retry', 'queue'],
  'on-drift': ['ignore', 'stopped', 'true'],
  'if-stale': ['yes', '1', 'stale'],
  stable: ['Jazz', 'jazz=Jazz-V1', 'jazz=', 'other=jazz-v1'],
  checks: [
    'ping',
    '{name: a, path: /}',
    '[1]',
    '[{}]',
    '[{name: a}]',
    '[{path: /}]',
    '[{name: a, path: b}]',
    '[{name: a, path: //x}]',
    '[{name: a, path: /x y}]',
    '[{name: a, path: /}, {name: a, path: /b}]',
    '[{name: a, path: /, expct: {}}]',
    '[{name: a, path: /, method: BREW}]',
    '[{name: a, path: /, method: 5}]',
    '[{name: a, path: /, body: x}]',
    '[{name: a, path: /, method: POST, body: {a: 1}}]',
    '[{name: a, path: /, headers: {"a b": c}}]',
    '[{name: a, path: /, headers: {host: 1}}]',
    '[{name: a, path: /, headers: [a]}]',
    '[{name: a, path: /, expect: 200}]',
    '[{name: a, path: /, expect: {state: 200}}]',
    '[{name: a, path: /, expect: {status: 99}}]',
    '[{name: a, path: /, expect: {status: 100}}]',
    '[{name: a, path: /, expect: {status: 6xx}}]',
    '[{name: a, path: /, expect: {status: []}}]',
    '[{name: a, path: /, expect: {status: {}}}]',
    '[{name: a, path: /, expect: {status: 200.5}}]',
    '[{name: a, path: /, expect: {max-time: 5}}]',
    '[{name: a, path: /, expect: {max-time: 0s}}]',
    '[{name: a, path: /, expect: {served-by: blue}}]',
    '[{name: a, path: /, expect: {body: "/(/"}}]',
    '[{name: a, path: /, expect: {body: 5}}]',
    '[{name: a, path: /, expect: {body: ""}}]',
    `[{name: a, path: /, expect: {body: /${'x'.repeat(201)}/}}]`,
    '[{name: a, path: /, expect: {header: {x: "/[/"}}}]',
    '[{name: a, path: /, expect: {header: x}}]',
    '[{name: a, path: /, expect: {json: [1]}}]',
    '[{name: a, path: /, expect: {json: {a..b: 1}}}]',
    '[{name: a, path: /, expect: {json: {a: "/(/"}}}]',
    '[{name: a, path: /, method: HEAD, expect: {body: x}}]',
    '[{name: a, path: /, method: HEAD, expect: {json: {a: 1}}}]',
    '[{name: a, path: /}',
    '[{name: a, name: b, path: /}]',
    '- &a [*a]',
    '[{name: a, path: /, __proto__: {x: 1}}]',
    '%YAML 9.9\n---\n[]',
    '!!js/function x',
    '\t- a',
    '[]\n---\n[]',
  ],
  'probe-path': [
    'dj/jazz',
    '//evil.example',
    '/a b',
    '/a#b',
    '/a%2',
    'pop=/x',
    'jazz=x',
    '/a\n/b',
    'jazz=/a\njazz=/b',
    '/ä',
    'jazz=',
  ],
  'probe-headers': [
    'apikey',
    'apikey:',
    'apikey: ',
    ': x',
    'api key: x',
    'a: b\na: c',
    'A: b\na: c',
    'content-length: 5',
    'Transfer-Encoding: chunked',
    'connection: close',
    'a: b\u0000c',
    'a: b\u007f',
    'a: ключ',
    'a(b): c',
  ],
  'kubectl-version': ['latest', '1', '1.36.x', '2.0.0', '^1.36', '1.36.3+k3s1', '../1.36', '--help', '1.36 .3'],
  'helm-version': ['latest', '4', '2.17.0', '5.0', '4.2.3/..', 'v4.2.3; true'],
  'tools-mirror': [
    'http://mirror.test',
    'ftp://127.0.0.1',
    'mirror.test',
    'https://u:p@mirror.test',
    'https://m.test/?a=b',
  ],
  'tools-checksums': [
    'a'.repeat(64),
    'kubectl-v1.36.3-linux-amd64',
    'kubectl-v1.36.3-linux-amd64=',
    `kubectl-v1.36.3-linux-amd64=${'a'.repeat(63)}`,
    `kubectl-v1.36.3-linux-amd64=${'g'.repeat(64)}`,
    `kubectl-v1.36.3-linux-x64=${'a'.repeat(64)}`,
    `kubectl-v1.36.3-linux-amd64.tar.gz=${'a'.repeat(64)}`,
    `kubectl-1.36.3-linux-amd64=${'a'.repeat(64)}`,
    `etcd-v3.6.0-linux-amd64=${'a'.repeat(64)}`,
    `helm-v4.2.3-linux-amd64=${'a'.repeat(64)}\nhelm-v4.2.3-linux-amd64=${'b'.repeat(64)}`,
  ],
  'probe-rate': ['0', '-1', '1001', 'fast', '1/s', '1e2', '.5', '5.'],
  identify: [
    'header',
    'header:',
    'header:a b',
    'json:',
    'json:a..b',
    'json:.a',
    'cookie:x',
    'Auto',
    'header x',
    'json:a b',
  ],
};

const cases = Object.entries(refused).flatMap(([input, texts]) => texts.map((text) => [input, text] as const));

describe('a value that cannot be meant', () => {
  it('is tried at least 200 times, for every input', () => {
    expect(cases.length).toBeGreaterThanOrEqual(200);
    expect(Object.keys(refused).sort()).toEqual([...inputNames].sort());
  });

  it.each(cases)('%s: %j is a problem of that input', (input, text) => {
    const problems = problemsOf({ ...needed, [input]: text });
    expect(problems.map((problem) => problem.input)).toContain(input);
    for (const { value, message } of problems) {
      expect(value.length).toBeLessThanOrEqual(60);
      expect(message.length).toBeGreaterThan(5);
      // One problem, one line of the log.
      expect(renderProblems(problems).split('\n')).toHaveLength(problems.length + 1);
    }
  });

  it.each([
    ['version: 1.10', 'version'],
    ['version: 2', 'version'],
    ['namespace: true', 'namespace'],
    ['services: {a: b}', 'services'],
    ['services: [1]', 'services'],
    ['services: [[jazz]]', 'services'],
    ['min-step: 60', 'min-step'],
    ['min-step: [60s]', 'min-step'],
    ['canary-weight: {a: 1}', 'canary-weight'],
    ['canary-weight: []', 'canary-weight'],
    ['canary-weight: [5, null]', 'canary-weight'],
    ['canary-weight: .inf', 'canary-weight'],
    ['canary-weight: -0', 'canary-weight'],
    ['probe-rate: .nan', 'probe-rate'],
    ['probe-rate: true', 'probe-rate'],
    ['kubectl-version: 1.36', 'kubectl-version'],
    ['tools-checksums: [a]', 'tools-checksums'],
    ['tools-checksums: {helm-v4.2.3-linux-amd64: 5}', 'tools-checksums'],
    ['image: [a]', 'image'],
    ['image: {}', 'image'],
    ['image: {jazz: 5}', 'image'],
    ['image: {jazz: null}', 'image'],
    ['mesh: [auto]', 'mesh'],
    ['gateway-url: 5', 'gateway-url'],
    ['probe-headers: {a: 5}', 'probe-headers'],
    ['probe-headers: [a]', 'probe-headers'],
    ['probe-headers: {a: "x\\r\\nb: c"}', 'probe-headers'],
    ['kubeconfig: {apiVersion: v1}', 'kubeconfig'],
    ['identify: {header: x}', 'identify'],
    ['checks: {name: a}', 'checks'],
    ['plugins: {name: a}', 'plugins'],
    ['plugins: [5]', 'plugins'],
    ['plugins: [{name: a, plugin: b, config: [1]}]', 'plugins'],
    ['services: null', 'config'],
    ['services:', 'config'],
    ['version: ""', 'config'],
    ['canary-weigth: [5]', 'config'],
    ['config: other.yaml', 'config'],
    ['__proto__: {command: setup}', 'config'],
    ['constructor: x', 'config'],
    ['[a]', 'config'],
    ['just text', 'config'],
    ['5', 'config'],
    ['a: b: c', 'config'],
    ['services: jazz\nservices: metal', 'config'],
    ['"\\u0073ervices": jazz\nservices: metal', 'config'],
    ['a: &x [*x]', 'config'],
    ['? [a]\n: b', 'config'],
    ['--- a\n--- b', 'config'],
    ['services: !!binary aGk=', 'services'],
    ['a: *nothing', 'config'],
  ])('in the config file, %j is a problem of %s', (config, input) => {
    const problems = problemsOf(needed, config);
    const own = problemsOf({}, config);
    expect([...problems, ...own].map((problem) => problem.input)).toContain(input);
    expect([...problems, ...own].find((problem) => problem.input === input)?.source).toBe('canary.yaml');
  });
});

describe('whatever is given', () => {
  const names = fc.constantFrom(...inputNames, '__proto__', 'unknown');
  const hostile = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom(...cases.map(([, text]) => text)),
    fc.json(),
  );

  it('as inputs, gives settings or problems and never throws', () => {
    fc.assert(
      fc.property(fc.dictionary(names, hostile, { maxKeys: 8 }), (values) => {
        const result = parse({ ...needed, ...values });
        if ('settings' in result) return Object.isFrozen(result.settings);
        return result.problems.length > 0 && renderProblems(result.problems).length > 0;
      }),
      { numRuns: 600 },
    );
  });

  it('as a config file, gives settings or problems and never throws', () => {
    const value = fc.oneof(hostile, fc.jsonValue({ maxDepth: 3 }));
    const map = fc.dictionary(names, value, { maxKeys: 6 }).map((entries) => JSON.stringify(entries));
    fc.assert(
      fc.property(fc.oneof(map, hostile), (config) => {
        const result = parse(needed, config);
        return 'settings' in result || result.problems.length > 0;
      }),
      { numRuns: 600 },
    );
  });

  it('never puts a name or a value on the prototype of objects', () => {
    parse({ ...needed, __proto__: 'x', 'probe-headers': '__proto__: polluted' }, '{"__proto__": {"polluted": 1}}');
    parse(needed, 'checks: [{name: a, path: /, expect: {json: {"__proto__": {polluted: 1}}}}]');
    parse(needed, 'image: {__proto__: "polluted"}');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
