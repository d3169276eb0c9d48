/** What is looked at, allowed and said around kubectl and helm; they themselves are stand-ins that tell what they were given. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { LintError } from '../../../../src/errors.ts';
import { nameOf } from '../../../../src/kube/objects.ts';
import { readManifests } from '../../../../src/manifests/files.ts';
import { templateArguments, templatesOf } from '../../../../src/manifests/render/helm.ts';
import { systemClock } from '../../../../src/ports.ts';
import type { Settings } from '../../../../src/settings/types.ts';
import { FakeApi } from '../../../support/fake-api.ts';
import { settings } from '../../../support/fixtures.ts';

let root = '';
let bin = '';
/** What the stand-ins were called with, a call a line. */
const calls = () => (fs.existsSync(path.join(bin, 'calls')) ? fs.readFileSync(path.join(bin, 'calls'), 'utf8') : '');
const SECRET = 'MESH_CANARY_TEST_SECRET';

beforeEach(() => {
  root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'mc-render-')));
  bin = fs.mkdtempSync(path.join(os.tmpdir(), 'mc-bin-'));
  process.env[SECRET] = 's3cr3t';
  tool('kubectl', 'cat "$2/rendered.yaml"');
  tool('helm', '[ "$1" = version ] && echo v4.2.3 || cat "$3/rendered.yaml"');
});
afterEach(() => {
  delete process.env[SECRET];
  for (const folder of [root, bin]) fs.rmSync(folder, { recursive: true, force: true });
});

function tool(name: string, body: string): void {
  const script = `#!/bin/sh\necho "${name} $*" >> "${path.join(bin, 'calls')}"\nenv >> "${path.join(bin, 'env')}"\n${body}\n`;
  fs.writeFileSync(path.join(bin, name), script, { mode: 0o755 });
}

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, content] of Object.entries(files)) {
    const full = path.join(root, name);
    fs.mkdirSync(path.dirname(full), { recursive: true });
    fs.writeFileSync(full, content);
  }
}

const configMap = (name: string, value = '1') =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata: {x: "${value}"}\n`;

function read(given: Partial<Settings>, api?: FakeApi) {
  return readManifests(
    {
      settings: settings({ workspace: root, ...given }),
      notes: { say: () => undefined, warn: () => undefined, mask: () => undefined },
      env: { PATH: bin },
      ports: { clock: systemClock },
      signal: new AbortController().signal,
    },
    api?.cluster(),
  );
}

async function refusal(given: Partial<Settings>): Promise<LintError> {
  const error: unknown = await read(given).then(
    () => new Error('nothing was refused'),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(LintError);
  return error as LintError;
}

describe('a folder with a kustomization', () => {
  it('is built, beside plain files, by its folder or its file', async () => {
    write({
      'o/kustomization.yaml': 'resources: [../base]\n',
      'o/rendered.yaml': configMap('of-kustomize'),
      'base/Kustomization': 'resources: [app.yaml]\n',
      'base/app.yaml': configMap('a'),
      'plain.yaml': configMap('plain'),
    });
    for (const name of ['o', 'o/kustomization.yaml']) {
      const { objects } = await read({ manifests: ['plain.yaml', name] });
      expect(objects.map(nameOf)).toEqual(['ConfigMap prod/plain', 'ConfigMap prod/of-kustomize']);
    }
    expect(calls()).toBe(`kubectl kustomize ${root}/o\n`.repeat(2));
  });

  it('is built without the secrets of the job in the environment', async () => {
    write({ 'o/kustomization.yaml': 'resources: []\n', 'o/rendered.yaml': configMap('a') });
    await read({ manifests: ['o'] });
    const seen = fs.readFileSync(path.join(bin, 'env'), 'utf8');
    expect(seen).toContain('GIT_TERMINAL_PROMPT=0');
    expect(seen).not.toContain('s3cr3t');
  });

  it.each<[string, Readonly<Record<string, string>>, string]>([
    [
      'a base that moves',
      { 'o/kustomization.yaml': 'resources: ["https://github.com/a/b?ref=main"]' },
      'o/kustomization.yaml: resources: https://github.com/a/b?ref=main follows main',
    ],
    [
      'one that moves in a base',
      { 'o/kustomization.yaml': 'bases: [../b]', 'b/kustomization.yml': 'components: [github.com/a/b]' },
      'b/kustomization.yml: components: github.com/a/b has no ref',
    ],
    [
      'one under a name that Go reads as well',
      { 'o/kustomization.yaml': 'Resources: [github.com/a/b]' },
      'github.com/a/b has no ref',
    ],
    [
      'a patch from an address',
      { 'o/kustomization.yaml': 'patches: [{path: "https://example.com/p.yaml"}]' },
      'patches: https://example.com/p.yaml has neither',
    ],
    [
      'a path out of the workspace',
      { 'o/kustomization.yaml': 'resources: [../../..]' },
      'It leads out of the workspace',
    ],
    [
      'a file for a ConfigMap out of it',
      { 'o/kustomization.yaml': 'configMapGenerator: [{name: a, files: [x=/etc/hostname]}]' },
      'It leads out of the workspace',
    ],
    [
      'a chart',
      { 'o/kustomization.yaml': 'helmCharts: [{name: a}]' },
      'helmCharts is not rendered: give the chart itself',
    ],
    ['no YAML', { 'o/kustomization.yaml': 'resources: [' }, 'o/kustomization.yaml: Not valid YAML'],
  ])('is refused before it is built: %s', async (_, files, message) => {
    write(files);
    expect((await refusal({ manifests: ['o'] })).message).toContain(message);
    expect(calls()).toBe('');
  });

  it('is refused with a named pipe among its resources, which would hang', async () => {
    write({ 'o/kustomization.yaml': 'resources: [pipe.yaml]' });
    const { spawnSync } = await import('node:child_process');
    spawnSync('mkfifo', [path.join(root, 'o/pipe.yaml')]);
    expect((await refusal({ manifests: ['o'] })).message).toContain('o/pipe.yaml: It is a named pipe');
  });

  it('that circles is looked at once', async () => {
    write({
      'o/kustomization.yaml': 'resources: [../p]',
      'p/kustomization.yaml': 'resources: [../o]',
      'o/rendered.yaml': configMap('a'),
    });
    expect((await read({ manifests: ['o'] })).objects).toHaveLength(1);
  });

  it('ends with the words of kubectl when it fails, paths as the user knows them', async () => {
    write({ 'o/kustomization.yaml': 'resources: [gone.yaml]' });
    tool('kubectl', `echo "error: lstat $2/gone.yaml: no such file" >&2; exit 1`);
    const error = await refusal({ manifests: ['o'] });
    expect(error.message).toBe(
      'the manifests cannot be rendered: kubectl kustomize o: error: lstat o/gone.yaml: no such file',
    );
    expect(error.next).toContain('nothing was changed');
  });

  it('is refused when nothing comes of it', async () => {
    write({ 'o/kustomization.yaml': 'resources: []', 'o/rendered.yaml': '' });
    expect((await refusal({ manifests: ['o'] })).message).toContain('o: There is no Kubernetes object in it.');
  });
});

describe('a chart', () => {
  const chart = {
    'charts/orders/Chart.yaml': 'apiVersion: v2\nname: orders\nversion: 1.0.0\n',
    'charts/orders/rendered.yaml': `---\n# Source: orders/templates/a.yaml\n${configMap('a')}---\n# Source: orders/charts/redis/templates/b.yaml\n${configMap('b')}`,
    'values.yaml': 'a: 1\n',
  };

  it('is rendered for the release of its own name, with the values in their order', async () => {
    write({ ...chart, 'prod.yaml': 'a: 2' });
    const { objects } = await read({ manifests: ['charts/orders'], helmValues: ['values.yaml', 'prod.yaml'] });
    expect(objects.map(nameOf)).toEqual(['ConfigMap prod/a', 'ConfigMap prod/b']);
    expect(calls().split('\n')[1]).toBe(
      `helm template orders ${root}/charts/orders --namespace=prod --values=${root}/values.yaml --values=${root}/prod.yaml`,
    );
  });

  it('is rendered for the release that is asked for, and for the cluster that is there', async () => {
    write(chart);
    await read({ manifests: ['charts/orders'], helmRelease: 'shop' }, new FakeApi());
    expect(calls()).toMatch(/helm template shop \S+ --namespace=prod --kube-version=v1\.\d+\.\d+ --api-versions=/);
  });

  it('says in which template a problem is', async () => {
    write({ ...chart, 'charts/orders/rendered.yaml': '---\n# Source: orders/templates/a.yaml\nkind: Nothing\n' });
    expect((await refusal({ manifests: ['charts/orders'] })).message).toContain(
      'charts/orders/templates/a.yaml (rendered), document 1, line 1: The object has no apiVersion',
    );
  });

  it('that renders differently each time is refused, by template', async () => {
    write(chart);
    tool(
      'helm',
      `[ "$1" = version ] && echo v4.2.3 && exit; echo "---\n# Source: orders/templates/a.yaml\n${configMap('a', '$$')}"`,
    );
    const { message } = await refusal({ manifests: ['charts/orders'] });
    expect(message).toContain('charts/orders/templates/a.yaml (rendered): It renders differently each time');
  });

  it('that looks up what is in the cluster is noted, and so are definitions it would install', async () => {
    write({
      ...chart,
      'charts/orders/templates/secret.yaml': 'a: {{ (lookup "v1" "Secret" "x" "y").data }}',
      'charts/orders/templates/other.yaml': '# lookup is a word here',
      'charts/orders/crds/thing.yaml': 'kind: CustomResourceDefinition',
    });
    expect((await read({ manifests: ['charts/orders'] })).notes).toEqual([
      'charts/orders/templates/secret.yaml uses lookup, which finds nothing: the chart is rendered beside the cluster.',
      'charts/orders: the definitions in crds/ are not applied; helm does that only when it installs.',
    ]);
  });

  it('with a dependency that is not there ends with what brings it', async () => {
    write(chart);
    tool(
      'helm',
      '[ "$1" = version ] && echo v4.2.3 && exit; echo "Error: found in Chart.yaml, but missing in charts/ directory: redis" >&2; exit 1',
    );
    const error = await refusal({ manifests: ['charts/orders'] });
    expect(error.message).toContain('missing in charts/ directory: redis');
    expect(error.next).toContain('helm dependency build');
  });

  it.each<[string, () => void, string]>([
    [
      'a link out of the workspace',
      () => fs.symlinkSync('/etc/hostname', path.join(root, 'charts/orders/host')),
      'charts/orders/host: It leads out of the workspace',
    ],
    [
      'a link to a folder',
      () => fs.symlinkSync('.', path.join(root, 'charts/orders/loop')),
      'A link to a folder is not followed in a chart',
    ],
    [
      'a chart without a name',
      () => write({ 'charts/orders/Chart.yaml': 'version: 1' }),
      'Chart.yaml gives the chart no name',
    ],
    ['no values', () => fs.rmSync(path.join(root, 'values.yaml')), 'values.yaml: It does not exist.'],
  ])('is refused before it is rendered: %s', async (_, make, message) => {
    write(chart);
    make();
    const { message: said } = await refusal({ manifests: ['charts/orders'], helmValues: ['values.yaml'] });
    expect(said).toContain(message);
    expect(calls()).not.toContain('template');
  });

  it.each([
    ['no archive', Buffer.from('hello')],
    ['an archive cut short', Buffer.alloc(3)],
  ])('is refused as a package that is %s', async (_, bytes) => {
    fs.writeFileSync(path.join(root, 'orders.tgz'), bytes);
    expect((await refusal({ manifests: ['orders.tgz'] })).message).toContain(
      'orders.tgz: It is no package of a Helm chart',
    );
  });
});

describe('the arguments of helm template', () => {
  it('name the release, the chart, and what the cluster serves', () => {
    expect(
      templateArguments('/repo/charts/orders', {
        release: 'orders',
        namespace: 'shop',
        values: ['/repo/a.yaml'],
        capabilities: { version: 'v1.36.3', apiVersions: ['v1', 'apps/v1/Deployment'] },
      }),
    ).toEqual([
      'template',
      'orders',
      '/repo/charts/orders',
      '--namespace=shop',
      '--values=/repo/a.yaml',
      '--kube-version=v1.36.3',
      '--api-versions=v1',
      '--api-versions=apps/v1/Deployment',
    ]);
  });
});

describe('the output of helm template', () => {
  it('is taken apart by template; what stands in a text is no template', () => {
    const output =
      '---\n# Source: orders/templates/a.yaml\na: 1\n---\n# Source: orders/templates/b.yaml\nb: |\n  ---\n  # Source: no\n---\n# Source: orders/templates/a.yaml\na: 2\n';
    expect(templatesOf(output, 'k8s/orders')).toEqual([
      { path: 'k8s/orders/templates/a.yaml (rendered)', text: 'a: 1\n---\na: 2\n' },
      { path: 'k8s/orders/templates/b.yaml (rendered)', text: 'b: |\n  ---\n  # Source: no\n' },
    ]);
  });
});
