import { describe, expect, it } from '@jest/globals';
import type { Sources } from './rules.ts';
import {
  circles,
  fullFolders,
  importersOf,
  impurities,
  longFiles,
  namesTwice,
  providersNamed,
  upwardImports,
  usersOf,
} from './rules.ts';

/** A house of two files in which nothing is wrong, with others put in. */
const withFiles = (files: Readonly<Record<string, string>>): Sources =>
  new Map(Object.entries({ 'src/kube/objects.ts': 'export const a = 1;', 'src/ports.ts': '', ...files }));

/** The guard is guarded: each kind of breach, planted once, is seen. */
describe('the guard of the house sees', () => {
  it('nothing where nothing is wrong', () => {
    const sound = withFiles({
      'src/routes/index.ts':
        "// Date.now() and import 'node:fs' in words\nimport { a } from '../kube/objects.ts';\nexport const b = a;",
    });
    for (const rule of [upwardImports, circles, impurities, longFiles, fullFolders]) expect(rule(sound)).toEqual([]);
  });

  it.each([
    ['a value from above', "import { run } from '../rollout/run.ts';"],
    ['a type from above', "import type { Run } from '../rollout/run.ts';"],
    ['a type in a list of values', "import { type Run } from '../rollout/run.ts';"],
    ['a re-export from above', "export { run } from '../rollout/run.ts';"],
    ['everything from above', "export * from '../rollout/run.ts';"],
    ['an import for its effects', "import '../rollout/run.ts';"],
    ['a lazy import of what stands above', "const run = () => import('../rollout/run.ts');"],
    ['a type asked for in place', "let run: import('../rollout/run.ts').Run;"],
    ['what is not shipped', "import { up } from '../../lab/lab.ts';"],
    ['an import over several lines', "import {\n  a,\n  b,\n} from '../rollout/run.ts';"],
  ])('%s', (_, text) => {
    expect(upwardImports(withFiles({ 'src/lint/rule.ts': text, 'src/rollout/run.ts': '' }))).toHaveLength(1);
  });

  it('a room without a floor', () => {
    expect(upwardImports(withFiles({ 'src/utils/a.ts': "import { a } from '../kube/objects.ts';" }))).toEqual([
      'src/utils/a.ts stands on no floor',
    ]);
  });

  it.each([
    ['a name', "if (provider.facts.name === 'some-mesh') return;"],
    ['a name as a key', 'const labels = {\n  mesh: 1,\n};'],
    ['a test on a kind', "if (route.kind === 'SomeRoute') return;"],
    ['a search by kind', "world.all('SomeRoute');"],
    ['an import', "import { some } from '../routes/providers/some/index.ts';"],
  ])('a provider that is told by %s', (_, text) => {
    const found = providersNamed(withFiles({ 'src/lint/rule.ts': text }), ['some-mesh', 'mesh'], ['SomeRoute']);
    expect(found).toHaveLength(1);
  });

  it('no provider told where an object is only written down, or in its own rooms', () => {
    const written = "const fix = { kind: 'SomeRoute' };";
    const own = "if (route.kind === 'SomeRoute') return;";
    const files = {
      'src/lint/rule.ts': written,
      'src/lint/meshes/some.ts': own,
      'src/routes/providers/some/a.ts': own,
    };
    expect(providersNamed(withFiles(files), ['some-mesh'], ['SomeRoute'])).toEqual([]);
  });

  it('a circle of types', () => {
    const files = {
      'src/lint/a.ts': "import type { B } from './b.ts';",
      'src/lint/b.ts': "import type { A } from './a.ts';",
    };
    expect(circles(withFiles(files))).toEqual(['src/lint/a.ts > src/lint/b.ts > src/lint/a.ts']);
  });

  it.each([
    ['reads a file', 'src/rollout/machine.ts', "import fs from 'node:fs';"],
    ['reads a file by promises', 'src/rollout/machine.ts', "import fs from 'node:fs/promises';"],
    ['looks at the clock', 'src/rollout/machine.ts', 'const now = Date.now();'],
    ['makes a date of now', 'src/verdict/judge.ts', 'const now = new Date();'],
    ['waits', 'src/lint/rule.ts', 'setTimeout(go, 10);'],
    ['throws dice', 'src/routes/parts/a.ts', 'const x = Math.random();'],
    ['reads the environment', 'src/journal/journal.ts', "const id = process.env['GITHUB_RUN_ID'];"],
    ['uses the runner', 'src/kube/names.ts', "import { info } from '@actions/core';"],
    ['asks the network', 'src/services/locate.ts', "const answer = await fetch('https://example.com');"],
    ['starts a thread', 'src/verdict/judge.ts', "import { Worker } from 'node:worker_threads';"],
  ])('a pure file that %s', (_, file, text) => {
    expect(impurities(withFiles({ [file]: text }))).toHaveLength(1);
  });

  it('a file that does what another room alone may do', () => {
    const files = withFiles({ 'src/study/a.ts': "import { spawn } from 'node:child_process';\nconsole.log(1);" });
    expect(importersOf(files, /^node:child_process$/, /^src\/toolchain\//)).toEqual(['src/study/a.ts']);
    expect(usersOf(files, /\bconsole\./, /^src\/report\/log\.ts$/)).toEqual(['src/study/a.ts']);
  });

  it('a file that has grown past 300 lines, unless its header says why', () => {
    const long = 'const a = 1;\n'.repeat(301);
    expect(longFiles(withFiles({ 'src/lint/long.ts': long }))).toEqual(['src/lint/long.ts has 301 lines']);
    expect(longFiles(withFiles({ 'src/lint/long.ts': `/** A table. Long: generated. */\n${long}` }))).toEqual([]);
  });

  it('a name that stands in two files, and one of ours outside its file', () => {
    const twice = { 'src/lint/a.ts': "x('example.io/v1');", 'src/study/b.ts': "y['example.io/v1'];" };
    expect(namesTwice(withFiles(twice))).toEqual(['example.io/v1 stands in src/lint/a.ts and src/study/b.ts']);
    expect(namesTwice(withFiles({ 'src/lint/a.ts': "x('mesh-canary.dev/lane');" }))).toHaveLength(1);
    expect(namesTwice(withFiles({ 'src/lint/a.ts': "x('example.io/v1');" }))).toEqual([]);
  });

  it('a folder with more than 17 files', () => {
    const files = Object.fromEntries(Array.from({ length: 18 }, (_, at) => [`src/lint/rule-${at}.ts`, '']));
    expect(fullFolders(withFiles(files))).toEqual(['src/lint has 18 files']);
  });
});
