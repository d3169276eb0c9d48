import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';

const bundle = path.resolve('dist', 'index.js');

function start(env: Record<string, string>, args: readonly string[] = []) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'mc-bundle-'));
  const done = spawnSync(process.execPath, [bundle, ...args], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] ?? '', HOME: folder, RUNNER_TEMP: folder, ...env },
    cwd: folder,
  });
  fs.rmSync(folder, { recursive: true, force: true });
  return done;
}

describe('the bundle', () => {
  it('starts alone, without node_modules, and helps', () => {
    const done = start({}, ['--help']);
    expect(done.status).toBe(0);
    expect(done.stdout).toMatch(/--canary-weight/);
    expect(done.stderr).toBe('');
  });

  it('lists every wrong input at once, as the runner gives them, without a stack trace', () => {
    const done = start({
      GITHUB_ACTIONS: 'true',
      INPUT_SERVICES: 'Jazz!',
      'INPUT_CANARY-WEIGHT': '50,5',
      'INPUT_MIN-STEP': '60',
    });
    expect(done.status).toBe(1);
    expect(done.stdout).toMatch(/^::error::/);
    for (const input of ['services', 'canary-weight', 'min-step', 'version'])
      expect(done.stdout).toContain(`- ${input}`);
    expect(done.stdout + done.stderr).not.toMatch(/\n\s+at /);
  });

  it('does nothing in the post phase', () => {
    const done = start({ GITHUB_ACTIONS: 'true', STATE_phase: 'post' });
    expect(done).toMatchObject({ status: 0, stdout: '', stderr: '' });
  });

  it('refuses a kubectl it has no checksum for, and says how to give one', () => {
    const done = start({
      GITHUB_ACTIONS: 'true',
      INPUT_SERVICES: 'jazz',
      INPUT_VERSION: 'v2',
      'INPUT_KUBECTL-VERSION': '1.30.0',
      'INPUT_TOOLS-MIRROR': 'http://127.0.0.1:9',
      PATH: '/nowhere',
    });
    expect(done.status).toBe(1);
    expect(done.stdout).toMatch(/kubectl-v1\.30\.0-\S+ from tools-mirror was refused: there is no checksum for it/);
    expect(done.stdout).toMatch(/tools-checksums/);
    expect(done.stdout).toMatch(/no route was touched/);
  });
});
