import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sweepPrivate, writePrivate } from '../../../../src/cluster/connection/private-kubeconfig.ts';

let temp = '';
beforeEach(() => {
  temp = fs.mkdtempSync(path.join(os.tmpdir(), 'mc-private-'));
});
afterEach(() => fs.rmSync(temp, { recursive: true, force: true }));

const mode = (file: string) => fs.statSync(file).mode & 0o777;
/** A process id that was, and is no more. */
const gone = () => spawnSync(process.execPath, ['-e', '']).pid;

describe('a private kubeconfig', () => {
  it('lies in a folder of its own, for its owner only, until it is removed', () => {
    const { file, remove } = writePrivate('a: 1\n', { RUNNER_TEMP: temp }, '/repo');
    expect(path.dirname(path.dirname(file))).toBe(temp);
    expect([mode(path.dirname(file)), mode(file)]).toEqual([0o700, 0o600]);
    expect(fs.readFileSync(file, 'utf8')).toBe('a: 1\n');
    remove();
    remove();
    expect(fs.readdirSync(temp)).toEqual([]);
  });

  it('is never in the workspace, even where the folder for temporary files is', () => {
    const workspace = path.join(temp, 'ws');
    const inside = path.join(workspace, 'tmp');
    fs.mkdirSync(inside, { recursive: true });
    const { file, remove } = writePrivate('a: 1\n', { RUNNER_TEMP: inside }, workspace);
    expect(file.startsWith(workspace)).toBe(false);
    remove();
  });

  it('of a run that is no more is swept; those of living runs and of other machines are not', () => {
    const living = writePrivate('a: 1\n', { RUNNER_TEMP: temp }, '/repo');
    const left = (name: string, owner: string) => {
      fs.mkdirSync(path.join(temp, name));
      fs.writeFileSync(path.join(temp, name, 'owner'), owner);
    };
    left('mc-access-dead', `${gone()} ${os.hostname()}`);
    left('mc-access-elsewhere', `${gone()} another-machine`);
    left('mc-access-odd', 'what is this');
    fs.mkdirSync(path.join(temp, 'mc-access-being-made'));
    sweepPrivate({ RUNNER_TEMP: temp }, '/repo');
    expect(fs.readdirSync(temp).sort()).toEqual(
      [path.basename(path.dirname(living.file)), 'mc-access-being-made', 'mc-access-elsewhere', 'mc-access-odd'].sort(),
    );
    living.remove();
  });
});
