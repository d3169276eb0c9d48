import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { startChartRepository } from '../../../../lab/charts/repository.ts';
import { tar } from '../../../../lab/charts/tar.ts';

/** Reads a ustar archive as its standard describes it, and checks the sums on the way. */
function untar(archive: Buffer): Record<string, string> {
  const files: Record<string, string> = {};
  const text = (from: number, length: number) => archive.toString('utf8', from, from + length).replace(/\0.*$/s, '');
  for (let at = 0; archive[at] !== 0; ) {
    const sum = archive
      .subarray(at, at + 512)
      .reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 32 : byte), 0);
    expect(Number.parseInt(text(at + 148, 8), 8)).toBe(sum);
    expect(text(at + 257, 6)).toBe('ustar');
    const size = Number.parseInt(text(at + 124, 12), 8);
    const prefix = text(at + 345, 155);
    files[(prefix === '' ? '' : `${prefix}/`) + text(at, 100)] = archive.toString('utf8', at + 512, at + 512 + size);
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return files;
}

describe('a tar archive', () => {
  it('holds files of any size, and names that need the prefix field', () => {
    const long = `${'folder-with-a-long-name/'.repeat(6)}file-with-a-name-of-its-own.yaml`;
    const contents = { 'a.txt': '', 'b/c.txt': 'x'.repeat(512), [long]: 'ü'.repeat(700) };
    const archive = tar(Object.entries(contents).map(([name, text]) => ({ path: name, content: Buffer.from(text) })));
    expect(archive.length % 512).toBe(0);
    expect(untar(archive)).toEqual(contents);
  });

  it('refuses a name it cannot hold', () => {
    expect(() => tar([{ path: 'x'.repeat(101), content: Buffer.alloc(0) }])).toThrow('too long');
  });
});

describe('the chart repository', () => {
  let dir: string;
  beforeEach(() => {
    dir = fs.mkdtempSync(path.join(os.tmpdir(), 'mc-chart-'));
  });
  afterEach(() => {
    fs.rmSync(dir, { recursive: true, force: true });
  });

  it('serves the chart with its CRDs and a digest that fits', async () => {
    const crd = path.join(dir, 'kongplugins.json');
    fs.writeFileSync(crd, '{"kind":"CustomResourceDefinition"}');
    const repository = await startChartRepository(path.join(dir, 'served'), [crd]);
    try {
      const index = parse(await (await fetch(`${repository.url}/index.yaml`)).text());
      const [entry] = index.entries.ingress;
      expect(entry).toMatchObject({ name: 'ingress', version: '0.24.0', apiVersion: 'v2' });
      const archive = Buffer.from(await (await fetch(`${repository.url}/${entry.urls[0]}`)).arrayBuffer());
      expect(createHash('sha256').update(archive).digest('hex')).toBe(entry.digest);
      const files = untar(gunzipSync(archive));
      expect(Object.keys(files)).toEqual(
        expect.arrayContaining(['ingress/Chart.yaml', 'ingress/values.yaml', 'ingress/templates/gateway.yaml']),
      );
      expect(files['ingress/crds/kongplugins.json']).toBe('{"kind":"CustomResourceDefinition"}');
      expect((await fetch(`${repository.url}/../package.json`)).status).toBe(404);
    } finally {
      await repository.stop();
    }
  });
});
