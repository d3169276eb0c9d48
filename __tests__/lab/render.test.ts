/** Manifests by the real kubectl and helm: the examples of each shape, and what is said of broken ones. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ensureBinaries } from '../../lab/binaries/index.ts';
import { startLab } from '../../lab/index.ts';
import { repositoryRoot } from '../../lab/paths.ts';
import type { Cluster } from '../../src/cluster/cluster.ts';
import { connect } from '../../src/cluster/connection/connect.ts';
import { LintError } from '../../src/errors.ts';
import type { KubeObject } from '../../src/kube/objects.ts';
import { annotation, field, nameOf } from '../../src/kube/objects.ts';
import { type Manifests, readManifests } from '../../src/manifests/files.ts';
import { parseManifests } from '../../src/manifests/parse.ts';
import { systemClock } from '../../src/ports.ts';
import { settings } from '../support/fixtures.ts';

let binDir = '';
let kubectl = '';
let helm = '';
let root = '';
beforeAll(async () => {
  ({ binDir, kubectl, helm } = await ensureBinaries());
});
beforeEach(() => {
  root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'mc-rendered-')));
});
afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

const example = (name: string) => fs.cpSync(path.join(repositoryRoot, 'examples', name), root, { recursive: true });

function write(name: string, content: string): void {
  const full = path.join(root, name);
  fs.mkdirSync(path.dirname(full), { recursive: true });
  fs.writeFileSync(full, content);
}

function read(manifests: readonly string[], helmValues: readonly string[] = [], cluster?: Cluster): Promise<Manifests> {
  const context = {
    settings: settings({ workspace: root, namespace: 'shop', manifests, helmValues }),
    notes: { say: () => undefined, warn: () => undefined, mask: () => undefined },
    env: { PATH: binDir },
    ports: { clock: systemClock },
    signal: new AbortController().signal,
  };
  return readManifests(context, cluster);
}

async function refusal(...given: Parameters<typeof read>): Promise<LintError> {
  const error: unknown = await read(...given).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(LintError);
  expect((error as LintError).message).not.toContain(root);
  return error as LintError;
}

const image = ({ objects }: Manifests) =>
  field(
    objects.find(({ kind }) => kind === 'Deployment'),
    ...['spec', 'template', 'spec', 'containers', 0, 'image'],
  );
const names = ({ objects }: { objects: readonly KubeObject[] }) => objects.map(nameOf).sort();

describe('the same app', () => {
  it.each([
    ['as plain files', 'app-plain', ['k8s'], [], ['PodDisruptionBudget shop/orders']],
    ['as a kustomization', 'app-kustomize', ['k8s/overlays/prod'], [], []],
    ['as a chart', 'app-helm', ['charts/orders'], ['values-prod.yaml'], ['Job shop/orders-migrate']],
  ])('%s brings what is released', async (_, name, manifests, values, more) => {
    example(name);
    const found = await read(manifests, values);
    expect(image(found)).toBe('ghcr.io/acme/orders:1.4.0');
    const kinds = names(found).map((one) => one.replace(/-[a-z0-9]{10}$/, ''));
    const app = ['ConfigMap', 'Deployment', 'HTTPRoute', 'Service'].map((kind) => `${kind} shop/orders`);
    expect(kinds).toEqual([...app, ...more].sort());
    expect(found.notes).toEqual([]);
  });

  it('as a package brings the same as its folder', async () => {
    example('app-helm');
    const packed = spawnSync(helm, ['package', 'charts/orders', '--destination', '.'], { cwd: root, encoding: 'utf8' });
    expect(packed).toMatchObject({ status: 0 });
    const [folder, whole] = [
      await read(['charts/orders'], ['values-prod.yaml']),
      await read(['orders-1.0.0.tgz'], ['values-prod.yaml']),
    ];
    expect(whole.objects).toEqual(folder.objects);
  });

  it('may come from all of them at once, and counts once what is equal', async () => {
    for (const name of ['app-plain', 'app-kustomize']) example(name);
    write('more.yaml', fs.readFileSync(path.join(root, 'k8s/service.yaml'), 'utf8'));
    const { objects } = await read(['more.yaml', 'k8s/overlays/prod']);
    expect(objects.filter(({ kind }) => kind === 'Service')).toHaveLength(1);
    write('more.yaml', fs.readFileSync(path.join(root, 'k8s/service.yaml'), 'utf8').replace('port: 80', 'port: 81'));
    expect((await refusal(['more.yaml', 'k8s/overlays/prod'])).message).toMatch(
      /"kubectl kustomize k8s\/overlays\/prod", document \d, line \d+: Service shop\/orders is written in more\.yaml, document 1, line 1 with other content \(spec\.ports\)/,
    );
  });
});

describe('a chart', () => {
  beforeEach(() => example('app-helm'));

  it('keeps its hooks, tests among them, and says what a lookup finds', async () => {
    write(
      'charts/orders/templates/keys.yaml',
      `apiVersion: v1
kind: Secret
metadata: {name: keys}
stringData:
  {{- $live := lookup "v1" "Secret" .Release.Namespace "keys" }}
  found: {{ $live | empty | not | quote }}
`,
    );
    write(
      'charts/orders/templates/tests/ping.yaml',
      'apiVersion: v1\nkind: Pod\nmetadata: {name: ping, annotations: {helm.sh/hook: test}}\nspec: {}\n',
    );
    const { objects, notes } = await read(['charts/orders'], ['values-prod.yaml']);
    expect(objects.flatMap((object) => annotation(object, 'helm.sh/hook') ?? []).sort()).toEqual([
      'pre-install,pre-upgrade',
      'test',
    ]);
    expect(
      field(
        objects.find(({ kind }) => kind === 'Secret'),
        'stringData',
        'found',
      ),
    ).toBe('false');
    expect(notes).toEqual([
      'charts/orders/templates/keys.yaml uses lookup, which finds nothing: the chart is rendered beside the cluster.',
    ]);
  });

  it('with random values is refused: each run would bring another version', async () => {
    write(
      'charts/orders/templates/keys.yaml',
      'apiVersion: v1\nkind: Secret\nmetadata: {name: keys}\nstringData: {key: {{ randAlphaNum 20 | quote }}}\n',
    );
    expect((await refusal(['charts/orders'], ['values-prod.yaml'])).message).toContain(
      'charts/orders/templates/keys.yaml (rendered): It renders differently each time',
    );
  });

  it.each<[string, () => void, readonly string[], RegExp]>([
    ['without a value it needs', () => undefined, [], /helm template orders charts\/orders: .*image\.tag is needed/s],
    [
      'with an error in a template',
      () => write('charts/orders/templates/x.yaml', '{{ .Values.a.b.c }}'),
      ['values-prod.yaml'],
      /orders\/templates\/x\.yaml/,
    ],
    ['with broken values', () => write('values-prod.yaml', 'image: ['), ['values-prod.yaml'], /values-prod\.yaml/],
    [
      'without a dependency',
      () =>
        fs.appendFileSync(
          path.join(root, 'charts/orders/Chart.yaml'),
          'dependencies: [{name: redis, version: 1.0.0, repository: "https://example.com"}]\n',
        ),
      ['values-prod.yaml'],
      /missing in charts\/ directory: redis/,
    ],
  ])('%s ends with the words of helm', async (_, make, values, words) => {
    make();
    expect((await refusal(['charts/orders'], values)).message).toMatch(words);
  });
});

it('a chart is told what the cluster serves, and its version', async () => {
  const lab = await startLab({ controlPlaneOnly: true });
  const connection = await connect({
    kubeconfig: lab.kubeconfig,
    kubectlVersion: '',
    toolsChecksums: {},
    env: { PATH: binDir },
    clock: systemClock,
    signal: new AbortController().signal,
    timeout: 30_000,
    say: () => undefined,
    warn: () => undefined,
  });
  try {
    await lab.installCrds('gatewayApi');
    example('app-helm');
    const has = (version: string) => `{{ .Capabilities.APIVersions.Has "${version}" | quote }}`;
    const asked = [
      'v1',
      'apps/v1/Deployment',
      'gateway.networking.k8s.io/v1',
      'gateway.networking.k8s.io/v1/HTTPRoute',
      'example.com/v1',
    ];
    const data = asked.map((version, at) => `  a${at}: ${has(version)}`).join('\n');
    write(
      'charts/orders/templates/config.yaml',
      `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: orders}\ndata:\n${data}\n  version: {{ .Capabilities.KubeVersion.Version }}\n`,
    );
    const { objects } = await read(['charts/orders'], ['values-prod.yaml'], connection.cluster);
    const version = connection.version.replace(/[+].*$/, '');
    expect(objects.find(({ kind }) => kind === 'ConfigMap')?.['data']).toEqual({
      a0: 'true',
      a1: 'true',
      a2: 'true',
      a3: 'true',
      a4: 'false',
      version,
    });
  } finally {
    connection.close();
    await lab.stop();
  }
}, 180_000);

describe('a kustomization', () => {
  beforeEach(() => example('app-kustomize'));

  it.each<[string, string, RegExp]>([
    ['a file that is not there', 'resources: [gone.yaml]', /kubectl kustomize k8s\/broken: error: .*gone\.yaml/],
    ['a field that is not known', 'resources: [../base]\nnamePerfix: a-', /unknown field "namePerfix"/],
    [
      'a patch of nothing',
      'resources: [../base]\npatches: [{target: {kind: Deployment}, patch: "- {op: remove, path: /nowhere/at}"}]',
      /nowhere/,
    ],
  ])('with %s ends with the words of kubectl', async (_, text, words) => {
    write('k8s/broken/kustomization.yaml', text);
    const error = await refusal(['k8s/broken']);
    expect(error.message).toMatch(words);
    expect(error.message).not.toContain('\u001b');
  });
});

describe('a scalar', () => {
  it.each(
    'y on Yes oFF 0644 0o17 -0o17 0x1F 0b11 1_000 22:22 1:30:00 2001-01-01 1e3 .5 +1 08 ~ Null 1.0 1. 1__0 TRUE oN n 0. 1e 0x "=" -0 685_230.15 007 2001-12-14t21:59:43.10-05:00'.split(
      ' ',
    ),
  )('is read as kubectl reads it: %s', (scalar) => {
    const written = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\nv: ${scalar}\n`;
    const said = spawnSync(kubectl, ['annotate', '--local', '-f', '-', 'a=b', '-o', 'json'], {
      input: written,
      encoding: 'utf8',
    });
    const parsed = parseManifests([{ path: 'a.yaml', text: written }], { namespace: 'shop' });
    if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
    const ours = JSON.parse(JSON.stringify(parsed.objects[0]?.object)) as Record<string, unknown>;
    expect(ours['v']).toEqual((JSON.parse(said.stdout) as Record<string, unknown>)['v']);
  });
});
