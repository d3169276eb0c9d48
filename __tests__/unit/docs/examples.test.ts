import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { standard } from '../../../src/routes/index.ts';
import { kongShare } from '../../../src/routes/parts/kong-share.ts';
import { readArguments } from '../../../src/settings/arguments.ts';
import { inputs } from '../../../src/settings/defaults.ts';
import type { RawInputs } from '../../../src/settings/parse.ts';
import { parseSettings } from '../../../src/settings/parse.ts';
import type { Settings } from '../../../src/settings/types.ts';
import { parseYaml } from '../../../src/settings/yaml-parser.ts';
import { deployPermissions } from '../../../src/study/rights.ts';
import type { Work } from '../../../src/study/work.ts';
import { routeOf } from '../../../src/study/work.ts';
import { readActionFile } from '../../../tools/generate.ts';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../../..');
const read = (name: string) => fs.readFileSync(path.join(root, name), 'utf8');
const action = readActionFile(read('action.yml'));

type Map = Readonly<Record<string, unknown>>;
const isMap = (value: unknown): value is Map => typeof value === 'object' && value !== null && !Array.isArray(value);

/** A YAML text a user may copy: a file of examples/, or a fenced block of a page. */
interface Sample {
  readonly name: string;
  readonly documents: readonly Map[];
}

const markdown = markdownFiles(root);
const samples: readonly Sample[] = [
  ...filesIn('examples', /\.ya?ml$/).map((name) => ({ name, documents: documentsOf(read(name)) })),
  ...markdown.flatMap((name) =>
    fences(read(name)).map(({ line, text }) => ({ name: `${name}:${line}`, documents: documentsOf(text) })),
  ),
];
const workflows = samples.filter(({ documents }) => documents.some((document) => 'jobs' in document));
const steps = workflows.flatMap(({ name, documents }) =>
  documents.flatMap((workflow) =>
    jobsOf(workflow).flatMap(([job, definition]) =>
      stepsOf(definition)
        .filter(({ uses }) => typeof uses === 'string' && uses.startsWith('mesh-canary/mesh-canary@'))
        .map((step, index) => ({ name: `${name}, job ${job}, step ${index + 1}`, workflow, definition, step })),
    ),
  ),
);

describe('the YAML of examples and pages', () => {
  it('is there', () => {
    expect(filesIn('examples', /./)).toEqual(
      expect.arrayContaining(
        ['deploy', 'setup-platform', 'two-services', 'app-plain', 'app-kustomize', 'app-helm'].map(
          (name) => `examples/${name}.yml`,
        ),
      ),
    );
    expect(steps.length).toBeGreaterThanOrEqual(5);
    expect(workflows.map(({ name }) => name)).toEqual(expect.arrayContaining([expect.stringMatching(/^README\.md:/)]));
  });

  it.each(samples.map((sample) => [sample.name, sample] as const))('%s is of a known kind', (_, { documents }) => {
    expect(documents.length).toBeGreaterThan(0);
    for (const document of documents) {
      const known =
        'jobs' in document || 'apiVersion' in document || Object.keys(document).some((key) => key in inputs);
      expect({ keys: Object.keys(document), known }).toEqual({ keys: Object.keys(document), known: true });
    }
  });

  it.each(
    samples
      .flatMap(({ name, documents }) => documents.map((document) => ({ name, document })))
      .filter(({ document }) => !('jobs' in document) && !('apiVersion' in document))
      .map(({ name, document }) => [name, document] as const),
  )('%s is a config file that can be used', (_, document) => {
    const given: Record<string, string> = { version: 'v2' };
    if (!('services' in document)) given['services'] = 'jazz, metal';
    settingsOf({ values: given, from: 'runner' }, JSON.stringify(document));
  });
});

describe.each(steps.map((step) => [step.name, step] as const))('%s', (_, { name, workflow, definition, step }) => {
  const given = (isMap(step['with']) ? step['with'] : {}) as Readonly<Record<string, unknown>>;

  it('gives only inputs there are, with values that can be used', () => {
    expect(Object.keys(given).filter((name) => !(name in action.inputs))).toEqual([]);
    settings();
  });

  it('pins a tag of this repository that the documentation speaks of', () => {
    expect(step['uses']).toBe('mesh-canary/mesh-canary@v1');
  });

  it('names its permissions, runs alone and is not cancelled by the next push', () => {
    expect(isMap(workflow['permissions'])).toBe(true);
    expect(workflow['concurrency']).toMatchObject({ group: expect.any(String), 'cancel-in-progress': false });
  });

  it('runs in a job that outlasts its timeout', () => {
    const minutes = Number(definition['timeout-minutes']);
    expect(minutes * 60_000).toBeGreaterThan(settings().timeout);
  });

  it('keeps keys out of the file', () => {
    const headers = String(given['probe-headers'] ?? '');
    for (const line of headers.split('\n').filter((text) => text.trim() !== '')) {
      expect(line).toMatch(/: \$\{\{ secrets\.\w+ \}\}$/);
    }
  });

  it('names files that lie beside it, where it is an app with its manifests', () => {
    const [file = ''] = name.split(',');
    const folder = path.join(root, file.replace(/\.ya?ml$/, ''));
    const named = [...settings().manifests, ...settings().helmValues].map((one) => path.join(folder, one));
    const missing = fs.existsSync(folder) ? named.filter((one) => !fs.existsSync(one)) : [];
    expect(missing).toEqual([]);
  });

  function settings(): Settings {
    const values = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, filled(String(value))]));
    // The user keeps it under .github; here it lies beside the workflow.
    const config = values['config'] === undefined ? undefined : read(`examples/${path.basename(values['config'])}`);
    return settingsOf({ values, from: 'runner' }, config);
  }
});

it('outputs that workflows use are outputs of the action', () => {
  const used = workflows.flatMap(({ name, documents }) =>
    documents.flatMap((workflow) => {
      const ids = jobsOf(workflow)
        .flatMap(([, definition]) => stepsOf(definition))
        .filter(({ uses }) => String(uses).startsWith('mesh-canary/'))
        .map(({ id }) => String(id));
      return [...JSON.stringify(workflow).matchAll(/steps\.([\w-]+)\.outputs\.([\w-]+)/g)].map(
        ([, id = '', output]) => ({
          name,
          id: ids.includes(id) ? 'ours' : id,
          output: Object.keys(action.outputs).includes(output ?? '') ? 'known' : output,
        }),
      );
    }),
  );
  expect(used.length).toBeGreaterThan(0);
  for (const { name, id, output } of used) expect({ name, id, output }).toEqual({ name, id: 'ours', output: 'known' });
});

describe('examples/role.yaml', () => {
  const objects = documentsOf(read('examples/role.yaml'));
  const rulesIn = (namespace: string | undefined) =>
    objects
      .filter(({ kind, metadata }) => kind === 'Role' && (metadata as Map)['namespace'] === namespace)
      .flatMap((role) => role['rules'] as { apiGroups: string[]; resources: string[]; verbs: string[] }[]);

  it('grants everything a release asks for before it writes', () => {
    const settings = settingsOf({
      values: { services: 'jazz', version: 'v2', namespace: 'prod', manifests: 'k8s', plugins: 'key-auth' },
      from: 'runner',
    });
    const inProd = (group: string, resource: string) => ({ group, resource, namespace: 'prod' });
    const work: Work = {
      settings,
      route: routeOf(standard),
      brought: [
        inProd('apps', 'deployments'),
        inProd('', 'services'),
        inProd('gateway.networking.k8s.io', 'httproutes'),
        inProd('configuration.konghq.com', 'kongplugins'),
      ],
      plugins: 'proved with a caller',
    };
    const missing = deployPermissions(work).flatMap(({ group, resource, verbs, namespace }) =>
      verbs
        .filter(
          (verb) =>
            !rulesIn(namespace).some(
              (rule) =>
                rule.apiGroups.includes(group) && rule.resources.includes(resource) && rule.verbs.includes(verb),
            ),
        )
        .map((verb) => `${verb} ${resource} in ${namespace}`),
    );
    expect(missing).toEqual([]);
  });

  it('grants nothing by wildcard', () => {
    expect(JSON.stringify(objects)).not.toContain('*');
  });
});

describe('examples/other-ci.sh', () => {
  let folder = '';
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

  it('calls the bundle with options that can be used, and with the key in the environment alone', () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'mc-other-ci-'));
    const stub = (name: string, body: string) =>
      fs.writeFileSync(path.join(folder, name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
    stub('git', 'exit 0');
    stub(
      'node',
      `shift; for word; do printf '%s\\n' "$word"; done; printf 'headers=%s\\n' "$MESH_CANARY_PROBE_HEADERS"`,
    );
    const run = spawnSync('bash', [path.join(root, 'examples/other-ci.sh')], {
      encoding: 'utf8',
      env: { PATH: `${folder}:/usr/bin:/bin`, VERSION: 'v2', KUBECONFIG: '/dev/null', PROBE_KEY: 'k-0123' },
    });
    expect({ status: run.status, stderr: run.stderr }).toEqual({ status: 0, stderr: '' });
    const [headers = '', ...words] = run.stdout.trimEnd().split('\n').reverse();
    expect(headers).toBe('headers=apikey: k-0123');
    expect(words.join(' ')).not.toContain('k-0123');
    const given = readArguments(words.reverse(), { MESH_CANARY_PROBE_HEADERS: headers.replace('headers=', '') });
    if (!('raw' in given)) throw new Error(JSON.stringify(given));
    const settings = settingsOf(given.raw);
    expect(settings).toMatchObject({ command: 'deploy', services: ['jazz', 'metal'], version: 'v2' });
    expect(settings.probeHeaders['apikey']).toBe('k-0123');
  });
});

describe('pages', () => {
  it.each(markdown)('%s links to files and headings that exist', (name) => {
    const broken = linksOf(read(name)).filter((link) => {
      const [file = '', heading] = link.split('#');
      const target = file === '' ? path.join(root, name) : path.resolve(root, path.dirname(name), file);
      if (path.relative(root, target).startsWith('..') || !fs.existsSync(target)) return true;
      return heading !== undefined && !headingsOf(fs.readFileSync(target, 'utf8')).includes(heading);
    });
    expect(broken).toEqual([]);
  });

  it('quote messages as the code says them', () => {
    const code = sourcesIn('src')
      .map((file) => read(file))
      .join('\n');
    const quoted = read('docs/troubleshooting.md')
      .split('\n')
      .filter((line) => line.startsWith('| `') && !line.includes('(words of the API server)'))
      .flatMap((line) => [...(line.split(' | ')[0] ?? '').matchAll(/`([^`]+)`/g)].map(([, message = '']) => message));
    expect(quoted.length).toBeGreaterThan(30);
    const unknown = quoted.filter((message) => {
      const parts = message.split('…').filter((part) => part.trim() !== '');
      return !parts.every((part) => code.includes(part));
    });
    expect(unknown).toEqual([]);
  });

  it('say of every result how it ends', () => {
    const page = read('docs/exit-paths.md');
    for (const [, result = ''] of action.outputs['result']?.description.matchAll(/`([^`]+)`/g) ?? []) {
      expect(page).toContain(`\`${result}\``);
    }
  });

  it('give the shares that weights come to in Kong', () => {
    const rows = read('docs/kong.md')
      .split('\n')
      .flatMap((line) => {
        const row = /^\| ([\d.]+) % \| (\d+) \+ (\d+) \| ([\d.]+) % \| ([\d.]+) % \|$/.exec(line);
        return row === null ? [] : [row.slice(1).map(Number)];
      });
    expect(rows.length).toBeGreaterThan(2);
    for (const [asked = 0, stable = 0, canary = 0, ofHundred, ofTenThousand] of rows) {
      const share = (sum: number) => {
        const weight = Math.round((asked * sum) / 100);
        const split = { weights: { stable: sum - weight, canary: weight }, shares: {} };
        return Math.round(kongShare(split, 'canary', { stable, canary }) * 100) / 100;
      };
      expect([share(100), share(10_000)]).toEqual([ofHundred, ofTenThousand]);
    }
  });

  it('show the manifest of the probes as it is shipped', () => {
    const shipped = documentsOf(read('manifests/kong/probe-consumer.yaml'));
    const shown = samples.find(({ documents }) =>
      documents.some(({ metadata }) => isMap(metadata) && metadata['name'] === 'mesh-canary-probe'),
    );
    expect(shown?.documents).toEqual(shipped);
  });
});

function settingsOf(raw: RawInputs, config?: string): Settings {
  const file = config === undefined ? {} : { config: { path: 'mesh-canary.yaml', text: config } };
  const result = parseSettings(raw, { workspace: '/repo', home: '/home/me', readYaml: parseYaml, ...file });
  if ('problems' in result) throw new Error(JSON.stringify(result.problems, null, 2));
  return result.settings;
}

/** What the runner would make of an expression, near enough for the parsers. */
function filled(text: string): string {
  return text.replaceAll(/\$\{\{\s*(.*?)\s*\}\}/g, (_, expression: string) => {
    if (expression.startsWith('secrets.')) return 'k-0123456789';
    if (expression === 'github.sha') return '0123456789abcdef0123456789abcdef01234567';
    if (expression === 'runner.temp') return '/runner/temp';
    if (expression === 'inputs.version') return 'v2';
    throw new Error(`no value is known for \${{ ${expression} }}`);
  });
}

function jobsOf(workflow: Map): [string, Map][] {
  return isMap(workflow['jobs']) ? Object.entries(workflow['jobs'] as Record<string, Map>) : [];
}

function stepsOf(job: Map): readonly Map[] {
  return Array.isArray(job['steps']) ? (job['steps'] as Map[]) : [];
}

function documentsOf(text: string): Map[] {
  return parseAllDocuments(text).map((document) => {
    expect(document.errors.map(({ message }) => message)).toEqual([]);
    // The runner reads inputs as text: 0.24.0 and true are what is written.
    return document.toJS() as Map;
  });
}

function fences(text: string): { line: number; text: string }[] {
  return [...text.matchAll(/^```ya?ml\n(.*?)^```$/gms)].map((match) => ({
    line: text.slice(0, match.index).split('\n').length,
    text: match[1] ?? '',
  }));
}

/** Targets of links and images in this repository; fenced blocks and web addresses are left out. */
function linksOf(text: string): string[] {
  const prose = text.replaceAll(/^```.*?^```$/gms, '').replaceAll(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target));
}

/** Headings as GitHub names them in links. */
function headingsOf(text: string): string[] {
  return [...text.replaceAll(/^```.*?^```$/gms, '').matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(' ', '-'),
  );
}

function markdownFiles(folder: string, below = ''): string[] {
  const skipped = /^(node_modules|dist|build|go)$|^\./;
  return fs.readdirSync(path.join(folder, below), { withFileTypes: true }).flatMap((entry) => {
    const name = path.posix.join(below, entry.name);
    if (entry.isDirectory()) return skipped.test(entry.name) ? [] : markdownFiles(folder, name);
    return entry.name.endsWith('.md') ? [name] : [];
  });
}

function sourcesIn(folder: string): string[] {
  return fs.readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const name = path.posix.join(folder, entry.name);
    return entry.isDirectory() ? sourcesIn(name) : [name];
  });
}

function filesIn(folder: string, pattern: RegExp): string[] {
  return fs
    .readdirSync(path.join(root, folder))
    .filter((name) => pattern.test(name))
    .map((name) => `${folder}/${name}`);
}
