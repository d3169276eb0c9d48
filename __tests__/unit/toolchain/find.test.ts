import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { lookUp } from '../../../src/toolchain/find.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'mc-find-'));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

describe('finding a program', () => {
  const bin = path.join(folder, 'bin');
  fs.mkdirSync(path.join(bin, 'helm'), { recursive: true });
  fs.writeFileSync(path.join(bin, 'kubectl'), '#!/bin/sh\n', { mode: 0o755 });

  it('takes the first executable file on PATH, and no folder of that name', () => {
    expect(lookUp('kubectl', { PATH: ['/nowhere', bin].join(path.delimiter) })).toBe(path.join(bin, 'kubectl'));
    expect(lookUp('helm', { PATH: bin })).toBeUndefined();
  });

  it('ignores relative entries, which would run whatever the workspace holds', () => {
    expect(lookUp('kubectl', { PATH: path.relative(process.cwd(), bin) })).toBeUndefined();
    expect(lookUp('kubectl', {})).toBeUndefined();
  });

  it("knows Windows' names: Path in any case, its separators, and .exe only", () => {
    const asked: string[] = [];
    const found = lookUp('kubectl', { Path: 'tools;C:\\bin;D:\\Program Files\\k' }, 'win32', (file) => {
      asked.push(file);
      return file.startsWith('D:');
    });
    expect(found).toBe('D:\\Program Files\\k\\kubectl.exe');
    expect(asked).toEqual(['C:\\bin\\kubectl.exe', found]);
  });
});
