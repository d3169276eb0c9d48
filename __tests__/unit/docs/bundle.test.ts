import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { bundle } from '../../../tools/bundle.ts';
import { ProxyAgent } from '../../../tools/left-out.ts';

describe('the bundle', () => {
  let folder = '';
  beforeEach(() => {
    folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'mc-bundle-')));
    fs.writeFileSync(path.join(folder, 'package.json'), '{"type":"module"}');
    fs.writeFileSync(path.join(folder, 'part.js'), 'export const word = "hello";\n');
  });
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

  const entry = (text: string) => {
    fs.writeFileSync(path.join(folder, 'main.js'), text);
    return path.join(folder, 'main.js');
  };

  it('runs by itself, minified, without pointers to source maps', async () => {
    const main = entry(
      "import { word } from './part.js';\nprocess.stdout.write(word);\n//# sourceMappingURL=main.js.map\n",
    );
    const files = await bundle(folder, main, path.join(folder, 'dist'), [folder]);
    expect(files).toEqual(expect.arrayContaining(['index.js', 'package.json']));
    fs.rmSync(path.join(folder, 'part.js'));
    const run = spawnSync(process.execPath, [path.join(folder, 'dist/index.js')], { encoding: 'utf8' });
    expect(run.stdout).toBe('hello');
    expect(fs.readFileSync(path.join(folder, 'dist/index.js'), 'utf8')).not.toContain('sourceMappingURL');
  });

  it('has what is imported later in files of its own, beside the first', async () => {
    const main = entry("import('./part.js').then(({ word }) => process.stdout.write(word));\n");
    const files = await bundle(folder, main, path.join(folder, 'dist'), [folder]);
    expect(files.filter((file) => file.endsWith('.js'))).toHaveLength(2);
    expect(fs.readFileSync(path.join(folder, 'dist/index.js'), 'utf8')).not.toContain('hello');
    fs.rmSync(path.join(folder, 'part.js'));
    const run = spawnSync(process.execPath, [path.join(folder, 'dist/index.js')], { encoding: 'utf8' });
    expect(run.stdout).toBe('hello');
  });

  it('is refused when a path of the machine got into it, and the one before stays', async () => {
    const target = path.join(folder, 'dist');
    fs.mkdirSync(target);
    fs.writeFileSync(path.join(target, 'index.js'), 'before');
    const main = entry(`process.stdout.write(${JSON.stringify(`${folder}/x`)});\n`);
    await expect(bundle(folder, main, target, [folder])).rejects.toThrow('a path of this machine');
    expect(fs.readFileSync(path.join(target, 'index.js'), 'utf8')).toBe('before');
    expect(fs.readdirSync(folder).sort()).toEqual(['dist', 'main.js', 'package.json', 'part.js']);
  });

  it("fails with the bundler's words", async () => {
    await expect(bundle(folder, entry("import './missing.js';"), path.join(folder, 'dist'), [])).rejects.toThrow(
      'missing.js',
    );
    await expect(bundle(folder, path.join(folder, 'nothing.js'), path.join(folder, 'dist'), [])).rejects.toThrow(
      'compile first',
    );
  });

  it('says so where undici is asked for, which it leaves out', () => {
    expect(() => new ProxyAgent()).toThrow('undici is not in this bundle');
  });
});
