import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readArguments } from '../../../src/settings/arguments.ts';
import type { SettingsError } from '../../../src/settings/errors.ts';
import { helpText } from '../../../src/settings/help.ts';
import { inputNames } from '../../../src/settings/inputs.ts';
import { suggestion } from '../../../src/settings/problems.ts';
import { loadSettings, readInputs } from '../../../src/settings/read.ts';
import { secretsOf } from '../../../src/settings/secrets.ts';
import { patternOf } from '../../../src/settings/values/patterns.ts';
import { parseYaml } from '../../../src/settings/yaml-parser.ts';
import { settingsOf } from './given.ts';

describe('inputs of the runner', () => {
  it('are read from INPUT_ names in upper case with their hyphens', () => {
    const env = {
      INPUT_SERVICES: 'jazz',
      'INPUT_CANARY-WEIGHT': '5',
      INPUT_CANARY_WEIGHT: '6',
      INPUT_BAKE: '',
      OTHER: 'x',
    };
    expect(readInputs(env)).toEqual({ values: { services: 'jazz', 'canary-weight': '5' }, from: 'runner' });
  });
});

describe('files', () => {
  let folder = '';
  beforeEach(() => {
    folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'mc-settings-')));
    fs.mkdirSync(path.join(folder, 'repo'));
  });
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

  const write = (name: string, text: string) => fs.writeFileSync(path.join(folder, name), text);
  const load = (values: Readonly<Record<string, string>>) =>
    loadSettings({ values, from: 'runner' }, { GITHUB_WORKSPACE: path.join(folder, 'repo') });
  const messages = async (values: Readonly<Record<string, string>>) => {
    try {
      await load(values);
      return [];
    } catch (error) {
      return (error as SettingsError).problems.map(({ input, message }) => `${input} ${message}`);
    }
  };
  const needed = { services: 'jazz', version: 'v2' };

  it('the config file is read from the workspace', async () => {
    write('repo/c.yaml', 'services: jazz\nversion: v3');
    expect(await load({ config: 'c.yaml' })).toMatchObject({
      services: ['jazz'],
      version: 'v3',
      workspace: path.join(folder, 'repo'),
    });
  });

  it('what is missing is one problem each, and is not blamed on other inputs', async () => {
    expect(await messages({ config: 'c.yaml', manifests: 'k8s', kubeconfig: '/nowhere/kc', bake: '5' })).toEqual([
      'config does not exist in the workspace: is the repository checked out?',
      'manifests does not exist in the workspace: is the repository checked out?',
      'kubeconfig does not exist',
      expect.stringMatching(/^bake a bare number/),
    ]);
  });

  it('a link may not lead out of the workspace', async () => {
    write('outside.yaml', 'services: jazz');
    fs.symlinkSync(path.join(folder, 'outside.yaml'), path.join(folder, 'repo/c.yaml'));
    fs.symlinkSync(folder, path.join(folder, 'repo/k8s'));
    expect(await messages({ ...needed, config: 'c.yaml', manifests: 'k8s' })).toEqual([
      'config is a link that leads out of the workspace',
      'manifests is a link that leads out of the workspace',
    ]);
  });

  it('a folder or a huge file is no config file', async () => {
    fs.mkdirSync(path.join(folder, 'repo/k8s'));
    write('repo/huge.yaml', `#${'x'.repeat(300_000)}`);
    expect(await messages({ ...needed, config: 'k8s' })).toEqual(['config is not a file']);
    expect(await messages({ ...needed, config: 'huge.yaml' })).toEqual(['config is over 256 KiB']);
  });

  it('wrong YAML is reported with line and column', async () => {
    write('repo/c.yaml', 'services: jazz\nversion: [v2\nbake: 5m\n');
    expect(await messages({ config: 'c.yaml' })).toEqual([
      expect.stringMatching(/^config is not valid YAML: line \d, column \d+: /),
    ]);
  });
});

describe('YAML', () => {
  it.each([
    [
      'an alias bomb',
      `a: &a [x,x,x,x,x,x,x,x]\n${'bcdefghi'
        .split('')
        .map((k, i) => `${k}: &${k} [${`*${'abcdefgh'[i]},`.repeat(8)}]`)
        .join('\n')}`,
    ],
    ['a circle', 'a: &a\n  b: *a'],
    ['a deep list', '['.repeat(3000) + ']'.repeat(3000)],
    ['a deep list that never ends', '['.repeat(100_000)],
    // These overflow the stack of what follows the parser, which Node does not always survive.
    ['a deep list of dashes', '- '.repeat(100_000)],
    ['a deep map without values', '{a,'.repeat(80_000)],
    ['deep complex keys', '? '.repeat(100_000)],
    ['a key given twice', 'a: 1\nb: 2\na: 3'],
    ['a text over the limit', `#${'x'.repeat(256 * 1024)}`],
  ])('%s is refused', (_, text) => {
    expect(parseYaml(text)).toHaveProperty('wrong');
  });

  it('of many keys is read in time that grows with their number, not its square', () => {
    const seconds = (keys: number) => {
      const text = Array.from({ length: keys }, (_, index) => `k${index}: 1`).join('\n');
      const start = performance.now();
      expect(parseYaml(text)).toHaveProperty('value');
      return performance.now() - start;
    };
    seconds(1000);
    // Eight times the keys: 64 times the time with the parser's own check of keys, about 8 without.
    expect(seconds(16_000)).toBeLessThan(25 * Math.max(seconds(2000), seconds(2000)));
  });

  it('names the place of a repeated key', () => {
    expect(parseYaml('a: 1\nb:\n  c: 1\n  c: 2\n')).toEqual({ wrong: 'line 4, column 3: the key c is given twice' });
  });
});

describe('the command line', () => {
  it('takes a command and options in any order and both writings', () => {
    expect(readArguments(['--canary-weight', '5,25', 'deploy', '--services=jazz', '--version', 'v2'])).toEqual({
      raw: {
        values: { command: 'deploy', 'canary-weight': '5,25', services: 'jazz', version: 'v2' },
        from: 'arguments',
      },
    });
  });

  it('joins options that may be repeated', () => {
    expect(readArguments(['--manifests', 'a', '--manifests', 'b'])).toMatchObject({
      raw: { values: { manifests: 'a\nb' } },
    });
  });

  it('takes what is left out from the environment, arguments first', () => {
    const env = { MESH_CANARY_PROBE_HEADERS: 'apikey: x', MESH_CANARY_BAKE: '1m', MESH_CANARY_CACHE: '/tmp' };
    expect(readArguments(['--bake', '2m'], env)).toEqual({
      raw: { values: { bake: '2m', 'probe-headers': 'apikey: x' }, from: 'arguments' },
    });
  });

  it.each([
    [['--canary-weigth', '5'], '--canary-weigth', 'did you mean "canary-weight"'],
    [['--bake=1m', '--bake', '2m'], 'bake', 'given twice'],
    [['--bake'], 'bake', 'needs a value'],
    [['--bake', '--services', 'jazz'], 'bake', 'needs a value'],
    [['deploy', 'setup'], 'command', 'only one command'],
    [['-x'], '-x', 'unknown option'],
    [['--'], '--', 'unknown option'],
    [['--__proto__', 'x'], '--__proto__', 'unknown option'],
  ])('refuses %j', (argv, input, message) => {
    expect(readArguments(argv)).toEqual({
      problems: [expect.objectContaining({ input, message: expect.stringContaining(message) })],
    });
  });

  it('explains every option when asked for help, within 110 columns', () => {
    expect(readArguments(['deploy', '--help'])).toEqual({ help: true });
    const help = helpText(process.cwd());
    for (const name of inputNames) if (name !== 'command') expect(help).toContain(`--${name}`);
    expect(help).toContain('Logical names of the services to release together');
    expect(Math.max(...help.split('\n').map((line) => line.length))).toBeLessThanOrEqual(115);
  });

  it('names every option where action.yml is not beside the program', () => {
    expect(
      helpText('/nowhere')
        .split('\n')
        .filter((line) => line.startsWith('  --')),
    ).toHaveLength(inputNames.length - 1);
  });
});

describe('a suggestion', () => {
  const names = ['services', 'version', 'canary-weight', 'min-step'];
  it.each([
    ['serivces', '; did you mean "services"?'],
    ['Version', '; did you mean "version"?'],
    ['canary_weight', '; did you mean "canary-weight"?'],
    ['canaryweight', '; did you mean "canary-weight"?'],
    ['banana', ''],
    ['', ''],
    ['x'.repeat(5000), ''],
  ])('for %j is %j', (given, expected) => {
    expect(suggestion(given, names)).toBe(expected);
  });
});

describe('what must be masked', () => {
  it('is every probe header, and the headers of checks whose names say so', () => {
    const settings = settingsOf(
      { services: 'jazz', version: 'v2', 'probe-headers': 'apikey: k3y\nx-any: thing' },
      'checks: [{name: a, path: /, headers: {Authorization: Bearer t0ken, accept: text/html}}]',
    );
    expect([...secretsOf(settings)].sort()).toEqual(['Bearer t0ken', 'k3y', 't0ken', 'thing']);
  });
});

describe('a pattern', () => {
  it('is written between slashes; anything else is literal', () => {
    expect(patternOf('/^v\\d$/')?.test('v2')).toBe(true);
    expect(patternOf('/JAZZ/i')?.test('jazz')).toBe(true);
    expect(patternOf('/dj/jazz')).toBeUndefined();
    expect(patternOf('v2')).toBeUndefined();
  });
});
