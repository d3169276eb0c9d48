import { describe, expect, it } from '@jest/globals';
import { SettingsError } from '../../../src/settings/errors.ts';
import { parseSettings } from '../../../src/settings/parse.ts';
import { secretsOf } from '../../../src/settings/secrets.ts';
import { parseYaml } from '../../../src/settings/yaml-parser.ts';
import { needed, problemsOf, settingsOf } from './given.ts';

describe('the value that counts', () => {
  it('is the input where it differs from the default', () => {
    expect(settingsOf({ ...needed, bake: '1m' }, 'bake: 2m').bake).toBe(60_000);
  });
  it('is the config file where the input says the default, as the runner fills it in', () => {
    expect(settingsOf({ ...needed, bake: '0s', retire: 'keep' }, 'bake: 2m\nretire: delete')).toMatchObject({
      bake: 120_000,
      retire: 'delete',
    });
  });
  it('is the default where nothing is said', () => {
    expect(settingsOf(needed)).toMatchObject({
      command: 'deploy',
      canaryWeight: [5, 25, 50, 100],
      namespace: 'default',
    });
  });
  it('is the option on the command line, even when it says the default', () => {
    const raw = { values: { ...needed, bake: '0s' }, from: 'arguments' } as const;
    const config = { path: 'c', text: 'bake: 2m' };
    expect(parseSettings(raw, { workspace: '/repo', home: '/', readYaml: parseYaml, config })).toMatchObject({
      settings: { bake: 0 },
    });
  });
  it('is never a blank input', () => {
    expect(settingsOf({ ...needed, namespace: ' ' }, 'namespace: prod').namespace).toBe('prod');
  });
});

describe('all problems come together', () => {
  it('each with input, value, source and what is allowed', () => {
    const problems = problemsOf(
      { ...needed, 'canary-weight': '50,5', retire: 'delet' },
      'min-step: 60\nnmespace: prod\ninstall-kong: maybe',
    );
    expect(problems).toEqual([
      {
        input: 'config',
        value: 'nmespace',
        message: expect.stringContaining('did you mean "namespace"?'),
        source: 'canary.yaml',
      },
      { input: 'install-kong', value: 'maybe', message: 'must be one of auto, true, false', source: 'canary.yaml' },
      { input: 'canary-weight', value: '50,5', message: 'must rise: 5 comes after 50' },
      { input: 'min-step', value: '60', message: expect.stringContaining('bare number'), source: 'canary.yaml' },
      { input: 'retire', value: 'delet', message: expect.stringContaining('did you mean "delete"?') },
    ]);
  });

  it('in one error that names them all', () => {
    const error = new SettingsError(problemsOf({ 'min-step': '60' }));
    expect(error.message.split('\n')).toEqual([
      '3 settings are wrong; nothing was changed.',
      expect.stringMatching(/^- min-step "60": a bare number/),
      expect.stringMatching(/^- services: is needed by deploy/),
      expect.stringMatching(/^- version: is needed by deploy/),
    ]);
  });
});

describe('secrets are never shown', () => {
  const secret = 'tops3cret';
  it.each([
    ['a header without a colon', { 'probe-headers': secret }, undefined],
    ['a header with a bad name', { 'probe-headers': `api key: ${secret}` }, undefined],
    ['a header with a bad value', { 'probe-headers': `apikey: ${secret}\u0001` }, undefined],
    ['a header that is a number', {}, `probe-headers: {apikey: 5, x: ${secret}}`],
    ['headers as a list', {}, `probe-headers: [${secret}]`],
    ['content of a kubeconfig', { kubeconfig: `apiVersion: v1\ntoken: ${secret}` }, undefined],
    ['a kubeconfig as a map', {}, `kubeconfig: {token: ${secret}}`],
    ['a header of a check', {}, `checks: [{name: a, path: /, headers: {authorization: ["${secret}"]}}]`],
    ['the body of a check', {}, `checks: [{name: a, path: /, body: ${secret}}]`],
    ['the config of a plugin', {}, `plugins: [{name: a, plugin: B, config: {password: ${secret}}}]`],
    ['credentials in a URL', { 'gateway-url': `https://me:${secret}@example.com` }, undefined],
  ])('%s', (_, values, config) => {
    const problems = problemsOf({ ...needed, ...values }, config);
    expect(problems).not.toEqual([]);
    expect(JSON.stringify(problems)).not.toContain(secret);
  });
});

describe('what a kubeconfig holds', () => {
  it('is a secret: tokens, passwords, keys as they are and decoded, and what plugins are given', () => {
    const key = Buffer.from('-----BEGIN KEY-----\nabc\n').toString('base64');
    const content = `
clusters: [{name: a, cluster: {server: https://a, certificate-authority-data: Y2E=}}]
users:
- {name: a, user: {token: t0ken-a, username: me, password: passw0rd-a, client-key-data: ${key}, tokenFile: /run/token}}
- name: b
  user:
    auth-provider: {config: {id-token: t0ken-b}}
    exec: {command: aws, env: [{name: AWS_PROFILE, value: prod}, {name: AWS_SECRET_ACCESS_KEY, value: s3cret-c}]}
contexts: [{name: a, context: {cluster: a, user: a}}]
`;
    expect(secretsOf(settingsOf({ command: 'setup', kubeconfig: content }))).toEqual([
      't0ken-a',
      'passw0rd-a',
      key,
      '-----BEGIN KEY-----\nabc\n',
      't0ken-b',
      's3cret-c',
    ]);
  });
});

describe('rules between inputs', () => {
  const blamed = (values: Readonly<Record<string, string>>, config?: string) =>
    problemsOf(values, config).map(({ input }) => input);

  it('deploy needs services and a version', () => {
    expect(blamed({})).toEqual(['services', 'version']);
    expect(blamed({ services: 'jazz' })).toEqual(['version']);
    expect(blamed({ version: 'v2' }, 'services: []')).toEqual(['services']);
  });

  it('an unreadable config file is the only problem: it may hold what is missing', () => {
    expect(blamed({}, 'services: [jazz')).toEqual(['config']);
  });

  it('there is one way to the cluster', () => {
    const content = 'clusters: [{}]\nusers: [{}]\ncontexts: [{}]\n';
    expect(blamed({ ...needed, cluster: 'prod', kubeconfig: '/kc', context: 'x' })).toEqual(['kubeconfig', 'context']);
    expect(blamed({ ...needed, region: 'eu-west-1', 'role-arn': 'arn:aws:iam::111122223333:role/x' })).toEqual([
      'region',
      'role-arn',
    ]);
    expect(blamed({ ...needed, kubeconfig: content })).toEqual([]);
    expect(blamed(needed, `kubeconfig: ${JSON.stringify(content)}`)).toEqual(['kubeconfig']);
  });

  it('setup needs neither', () => {
    expect(settingsOf({ command: 'setup' })).toMatchObject({ command: 'setup', services: [], version: '' });
  });

  it('setup refuses what only deploy understands, given as an input', () => {
    expect(blamed({ command: 'setup', services: 'jazz', version: 'v2', bake: '5m', 'probe-path': '/x' })).toEqual([
      'services',
      'version',
      'bake',
      'probe-path',
    ]);
  });

  it('setup leaves it alone in the config file both commands share, but still reads it', () => {
    const config = 'services: jazz\nversion: v2\nbake: 5m\nnamespace: prod';
    expect(settingsOf({ command: 'setup' }, config)).toMatchObject({ namespace: 'prod', version: '' });
    expect(blamed({ command: 'setup' }, 'bake: 5')).toEqual(['bake']);
  });

  it('image and probe-path name only services of the release', () => {
    expect(blamed({ ...needed, image: 'jazz=a\npop=b', 'probe-path': 'rock=/x' })).toEqual(['image', 'probe-path']);
  });

  it('the name of every backend fits a DNS label', () => {
    const service = 'a'.repeat(60);
    expect(settingsOf({ services: service, version: 'v2' }).version).toBe('v2');
    expect(problemsOf({ services: service, version: 'v10' })[0]).toMatchObject({
      input: 'version',
      message: expect.stringContaining('64 characters'),
    });
  });

  it('min-step fits the timeout, and so do all waits together', () => {
    expect(blamed({ ...needed, 'min-step': '31m' })).toEqual(['min-step']);
    expect(blamed({ ...needed, 'min-step': '10m', bake: '1s' })).toEqual(['timeout']);
    expect(blamed({ ...needed, 'min-step': '9m' })).toEqual([]);
  });

  it('a ready-timeout that was asked for fits the timeout; the default one gives way', () => {
    expect(blamed({ ...needed, 'min-step': '0s', timeout: '1m', 'ready-timeout': '2m' })).toEqual(['ready-timeout']);
    expect(blamed({ ...needed, 'min-step': '0s', timeout: '1m' })).toEqual([]);
  });

  it('the chart means nothing when Kong is not to be installed', () => {
    const chart = { 'kong-chart-version': '0.25.0', 'kong-chart-repository': 'https://charts.example.com' };
    expect(blamed({ ...needed, ...chart, 'install-kong': 'false' })).toEqual([
      'kong-chart-version',
      'kong-chart-repository',
    ]);
    expect(blamed({ ...needed, ...chart })).toEqual([]);
  });

  it('a release may end below 100: it holds there', () => {
    expect(settingsOf({ ...needed, 'canary-weight': '5' }).canaryWeight).toEqual([5]);
  });
});
