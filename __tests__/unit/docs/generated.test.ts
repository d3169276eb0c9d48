import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { outputsOf } from '../../../src/report/outputs.ts';
import { inputs, outputs } from '../../../src/settings/defaults.ts';
import { inputNames, inputTable } from '../../../src/settings/inputs.ts';
import type { Parse } from '../../../src/settings/problems.ts';
import { parseYaml } from '../../../src/settings/yaml-parser.ts';
import { defaultsSource, readActionFile, withProviders, withTables } from '../../../tools/generate.ts';
import { permissionBlocks, withBlocks } from '../../../tools/permissions.ts';
import { placingBlock } from '../../../tools/placing.ts';
import { configSchema } from '../../../tools/schema.ts';
import { rolledBack } from '../report/example.ts';
import { needed, settingsOf } from '../settings/given.ts';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../../..');
const file = (name: string) => fs.readFileSync(path.join(root, name), 'utf8');
const action = readActionFile(file('action.yml'));
const place = { workspace: '/repo', readYaml: parseYaml, home: '/home/me' };

describe('action.yml', () => {
  it('and the table of inputs name the same inputs, in the same order', () => {
    expect(Object.keys(action.inputs)).toEqual(inputNames);
    expect(Object.keys(inputs)).toEqual(inputNames);
  });

  it('and the settings hold the same things', () => {
    const all = {
      ...needed,
      image: 'jazz=a:1',
      manifests: 'k8s',
      'helm-release': 'orders',
      'mesh-name': 'kong',
      'tools-mirror': 'https://mirror.example.com',
      evidence: 'prometheus',
      'prometheus-url': 'https://prometheus.example.com',
      'prometheus-queries': '{requests: \'a{pod=~"{{pods}}"}\', errors: \'b{pod=~"{{pods}}"}\'}',
      slo: '0.1',
    };
    const role = 'arn:aws:iam::111122223333:role/deploy';
    const camel = inputNames
      .filter((name) => name !== 'config')
      .map((name) => name.replaceAll(/-(\w)/g, (_, c) => c.toUpperCase()));
    // Of the two ways to the cluster a run has one.
    const byName = settingsOf({ ...all, cluster: 'prod', region: 'eu-west-1', 'role-arn': role });
    const byFile = settingsOf({ ...all, kubeconfig: 'kc', context: 'c' });
    const held = new Set([...Object.keys(byName), ...Object.keys(byFile)]);
    expect([...held].sort()).toEqual([...camel, 'workspace'].sort());
  });

  it('lists the providers that there are', () => {
    expect(withProviders(file('action.yml'))).toBe(file('action.yml'));
  });

  it('and the outcome name the same outputs', () => {
    const named = Object.keys(outputsOf(rolledBack, { evidence: '', report: '' }));
    expect(Object.keys(action.outputs)).toEqual(named);
    expect(outputs).toEqual(named);
  });

  it.each(Object.entries(action.inputs))('gives %s a default and an example that can be parsed', (name, input) => {
    const parse = inputTable[name as keyof typeof inputTable].parse(place) as Parse<unknown>;
    const accepts = (text: string) => {
      const problems: string[] = [];
      parse(text, (message) => problems.push(message));
      expect({ text, problems }).toEqual({ text, problems: [] });
    };
    if (input.default !== '') accepts(input.default);
    const example = /Example: `([^`]+)`/.exec(input.description)?.[1];
    if (example !== undefined) accepts(example);
    // Words may be explained instead; everything else is shown.
    const free = inputTable[name as keyof typeof inputTable].kind !== 'word' && input.default === '';
    if (free && name !== 'kubeconfig') expect(example).toBeDefined();
  });

  it('lists every word of an input that takes one of some', () => {
    for (const [name, { description, default: standard }] of Object.entries(action.inputs)) {
      const spec = inputTable[name as keyof typeof inputTable];
      for (const word of ('words' in spec && spec.words) || []) {
        expect({ name, text: `${description} \`${standard}\`` }).toEqual({
          name,
          text: expect.stringContaining(`\`${word}\``),
        });
      }
    }
  });

  it('holds no expression: the runner would try to evaluate it', () => {
    expect(file('action.yml')).not.toContain('${{');
  });

  it('runs the bundle on the newest runtime, in main and post', () => {
    expect(file('action.yml')).toMatch(
      /runs:\n {2}using: node24\n {2}main: dist\/index\.js\n {2}post: dist\/index\.js\n/,
    );
  });
});

describe('what is generated from action.yml is up to date (npm run generate):', () => {
  it('src/settings/defaults.ts', () => {
    expect(file('src/settings/defaults.ts')).toBe(defaultsSource(action));
  });

  it('schema/config.schema.json', () => {
    const { schema, missing } = configSchema(action);
    expect(missing).toEqual([]);
    expect(JSON.parse(file('schema/config.schema.json'))).toEqual(JSON.parse(JSON.stringify(schema)));
    expect(Object.keys(JSON.parse(file('schema/config.schema.json')).properties)).toEqual(inputNames);
  });

  it('the Roles of docs/permissions.md', () => {
    const page = file('docs/permissions.md');
    expect(page).toBe(withBlocks(page, permissionBlocks()));
  });

  it('the table of docs/your-app.md', () => {
    const page = file('docs/your-app.md');
    expect(page).toBe(withBlocks(page, [placingBlock()]));
  });

  it('the tables of README.md', () => {
    expect(file('README.md')).toBe(withTables(file('README.md'), action));
    for (const name of [...inputNames, ...outputs]) expect(file('README.md')).toContain(`| \`${name}\` |`);
  });
});
