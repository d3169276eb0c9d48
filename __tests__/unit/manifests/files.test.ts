/** What may lie in a folder of manifests, and what is said about it. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { LintError } from '../../../src/errors.ts';
import { nameOf } from '../../../src/kube/objects.ts';
import { readManifests } from '../../../src/manifests/files.ts';
import { systemClock } from '../../../src/ports.ts';
import { settings } from '../../support/fixtures.ts';

let root = '';
let outside = '';
beforeEach(() => {
  root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'mc-files-')));
  outside = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'mc-outside-')));
  write('k8s/a.yaml', configMap('a'));
});
afterEach(() => {
  for (const folder of [root, outside]) fs.rmSync(folder, { recursive: true, force: true });
});

const configMap = (name: string, value = '1') =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata: {x: "${value}"}\n`;

function write(name: string, content: string | Buffer): void {
  const full = path.join(root, name);
  fs.mkdirSync(path.dirname(full), { recursive: true });
  fs.writeFileSync(full, content);
}

const link = (target: string, name: string) => fs.symlinkSync(target, path.join(root, name));
const pipe = (name: string) => expect(spawnSync('mkfifo', [path.join(root, name)]).status).toBe(0);

function read(manifests: readonly string[], helmValues: readonly string[] = []) {
  return readManifests({
    settings: settings({ workspace: root, manifests, helmValues }),
    notes: { say: () => undefined, warn: () => undefined, mask: () => undefined },
    env: {},
    ports: { clock: systemClock },
    signal: new AbortController().signal,
  });
}

async function refusal(...given: Parameters<typeof read>): Promise<string> {
  const error: unknown = await read(...given).then(
    () => new Error('nothing was refused'),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(LintError);
  return (error as Error).message;
}

describe('files and folders', () => {
  it('are read in the order given, folders by name, and other files are left alone', async () => {
    write('k8s/sub/b.yml', configMap('b'));
    write('k8s/c.json', JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' } }));
    write('k8s/README.md', '# hello');
    write('z.yaml', configMap('z'));
    const { objects, notes } = await read(['z.yaml', 'k8s']);
    expect(objects.map(nameOf)).toEqual(['z', 'a', 'c', 'b'].map((name) => `ConfigMap prod/${name}`));
    expect(notes).toEqual([]);
  });

  it('may name the same file twice', async () => {
    expect((await read(['k8s', 'k8s/a.yaml', '.'])).objects).toHaveLength(1);
  });

  it('may hold a byte order mark, and links to files of the workspace', async () => {
    write('k8s/b.yaml', `\uFEFF${configMap('b')}`);
    write('shared.txt', configMap('c'));
    link('../shared.txt', 'k8s/c.yaml');
    expect((await read(['k8s'])).objects.map(nameOf)).toEqual(['a', 'b', 'c'].map((name) => `ConfigMap prod/${name}`));
  });

  it.each<[string, () => void, string]>([
    ['a named pipe', () => pipe('k8s/odd.yaml'), 'k8s/odd.yaml is not read: it is a named pipe.'],
    [
      'a hidden folder',
      () => write('k8s/.old/b.yaml', configMap('b')),
      'k8s/.old is not read: its name starts with a dot.',
    ],
    ['a link to a folder', () => link('.', 'k8s/loop'), 'k8s/loop is not read: it is a link to a folder.'],
  ])('are read without what is no file, which is said: %s', async (_, make, note) => {
    make();
    const { objects, notes } = await read(['k8s']);
    expect(objects).toHaveLength(1);
    expect(notes).toEqual([note]);
  });

  it.each<[string, () => void, string]>([
    [
      'a link out of the workspace',
      () => link(path.join(outside, 'x.yaml'), 'k8s/x.yaml'),
      'k8s/x.yaml: It leads out of the workspace',
    ],
    ['a link out, to a folder', () => link(outside, 'k8s/x'), 'k8s/x: It leads out of the workspace'],
    ['a link to a device', () => link('/dev/zero', 'k8s/x.yaml'), 'k8s/x.yaml: It leads out of the workspace'],
    ['a link to nothing', () => link('gone.yaml', 'k8s/x.yaml'), 'k8s/x.yaml: It is a link to nothing.'],
    ['a link to itself', () => link('x.yaml', 'k8s/x.yaml'), 'k8s/x.yaml: It cannot be read: '],
    [
      'bytes',
      () => write('k8s/x.yaml', Buffer.from([0xff, 0xfe, 0x61, 0x00])),
      'k8s/x.yaml: The file is not text in UTF-8.',
    ],
    ['more than 1 MiB', () => write('k8s/x.yaml', '#'.repeat(1024 * 1024 + 1)), 'at most 1048576 are read'],
    [
      'a kustomization below',
      () => write('k8s/o/kustomization.yml', 'resources: []'),
      'k8s/o: The folder holds a kustomization',
    ],
    ['a chart below', () => write('k8s/c/Chart.yaml', 'name: c'), 'k8s/c: The folder holds a chart'],
    [
      'another writing of the same object',
      () => write('k8s/b.yaml', configMap('a', '2')),
      'k8s/b.yaml, document 1, line 1: ConfigMap prod/a is written in k8s/a.yaml, document 1, line 1 with other content (data.x)',
    ],
  ])('are refused with %s', async (_, make, message) => {
    fs.writeFileSync(path.join(outside, 'x.yaml'), configMap('x'));
    make();
    expect(await refusal(['k8s'])).toContain(message);
  });

  it.each<[string, () => void, string]>([
    ['a named pipe', () => pipe('k8s/odd.yaml'), 'k8s/odd.yaml: It is a named pipe; only files and folders are read.'],
    ['nothing', () => undefined, 'k8s/odd.yaml: It does not exist.'],
    [
      'only comments',
      () => write('k8s/odd.yaml', '# later\n---\n'),
      'k8s/odd.yaml: There is no Kubernetes object in it.',
    ],
    [
      'an empty list',
      () => write('k8s/odd.yaml', 'apiVersion: v1\nkind: List\nitems: []\n'),
      'There is no Kubernetes object in it.',
    ],
  ])('are refused where one that is given is %s', async (_, make, message) => {
    make();
    expect(await refusal(['k8s/a.yaml', 'k8s/odd.yaml'])).toContain(message);
  });

  it('are refused where a folder is empty, though others bring something', async () => {
    fs.mkdirSync(path.join(root, 'empty'));
    expect(await refusal(['k8s', 'empty'])).toContain('empty: There is no Kubernetes object in it.');
  });

  it('are refused with both a chart and a kustomization, of which one has to be named', async () => {
    write('both/Chart.yaml', 'name: both');
    write('both/kustomization.yaml', 'resources: []');
    expect(await refusal(['both'])).toContain('both: The folder holds a chart and a kustomization');
  });

  it('are refused with values for a chart that is not there', async () => {
    write('values.yaml', 'a: 1');
    expect(await refusal(['k8s'], ['values.yaml'])).toContain('there is no Helm chart among the manifests');
  });

  it('have all their problems said at once', async () => {
    link('gone.yaml', 'k8s/x.yaml');
    write('k8s/y.yaml', 'kind: Nothing\n');
    const message = await refusal(['k8s', 'gone']);
    for (const part of ['k8s/x.yaml', 'gone: It does not exist']) expect(message).toContain(part);
  });

  it('are refused beyond 2000 files', async () => {
    for (let at = 0; at < 2000; at++) write(`k8s/many/${at}.yaml`, '');
    expect(await refusal(['k8s'])).toContain('more than 2000 files and 16 MiB');
  });
});
