import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bundle } from '../../tools/bundle.ts';

/** The checkout: tests run from its root. */
const root = process.cwd();

/** A build is 20 s of work, and the machine may have other work. */
const BUILT_WITHIN = 300_000;

describe('the action, bundled,', () => {
  let folder = '';
  let files: readonly string[] = [];
  const build = (name: string) => bundle(root, path.join(root, 'build/src/main.js'), path.join(folder, name), []);
  const read = (file: string, name = 'first') => fs.readFileSync(path.join(folder, name, file), 'utf8');
  beforeAll(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'mc-build-'));
    files = await build('first');
  }, BUILT_WITHIN);
  afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

  it('is small, and minified in every file', () => {
    const size = files.reduce((sum, file) => sum + Buffer.byteLength(read(file)), 0);
    // The target is 700 kB: docs/benchmarks.md says what it is missed by. This keeps it from growing unseen.
    expect(size).toBeLessThanOrEqual(810_000);
    const scripts = files.filter((file) => file.endsWith('.js'));
    expect(scripts.length).toBeGreaterThan(5);
    // Minified, a file is a few long lines: only texts of several lines break them.
    for (const file of scripts) expect(read(file)).not.toMatch(/^ *(\/\/|\/\*|const \w+ = )/m);
  });

  it(
    'is the same to the byte when it is built again',
    async () => {
      expect(await build('second')).toEqual(files);
      for (const file of files) expect(read(file, 'second') === read(file)).toBe(true);
    },
    BUILT_WITHIN,
  );

  it('reads what only some runs need from files of its own', () => {
    // Words of the YAML parser, of tool-cache and of the command migrate.
    for (const word of ['Nested mappings are not allowed', 'Expected RUNNER_TEMP', 'virtualRouter']) {
      const holders = files.filter((file) => read(file).includes(word));
      expect({ word, holders: holders.length > 0, first: holders.includes('index.js') }).toEqual({
        word,
        holders: true,
        first: false,
      });
    }
  });

  it('carries the licence of every package that is in it, and no undici', () => {
    const licences = read('licenses.txt');
    for (const name of [
      '@actions/core',
      '@actions/exec',
      '@actions/http-client',
      '@actions/tool-cache',
      'semver',
      'yaml',
    ])
      expect(licences).toMatch(new RegExp(`^${name}\\n(MIT|ISC)\\n`, 'm'));
    expect(licences).toContain('Copyright 2019 GitHub');
    expect(licences).not.toContain('undici');
  });
});
