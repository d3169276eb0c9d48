/** What is run with our rights: workflows, and the packages the bundle is built from. */
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';

/** The checkout: tests run from its root. */
const read = (name: string) => fs.readFileSync(path.join(process.cwd(), name), 'utf8');
const filesIn = (folder: string) =>
  fs
    .readdirSync(path.join(process.cwd(), folder))
    .filter((name) => /\.ya?ml$/.test(name))
    .map((name) => `${folder}/${name}`);

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}
interface Job {
  readonly permissions?: unknown;
  readonly 'timeout-minutes'?: number;
  readonly steps: readonly Step[];
}
interface Workflow {
  readonly permissions?: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

const ours = filesIn('.github/workflows');
const examples = filesIn('examples').filter((name) => /^jobs:/m.test(read(name)));
const workflow = (name: string) => parse(read(name)) as Workflow;
const jobs = (name: string) => Object.entries(workflow(name).jobs);
const steps = (name: string) => jobs(name).flatMap(([, job]) => job.steps);

describe('actions of others', () => {
  it('are there to be checked', () => {
    expect(ours).toEqual(['.github/workflows/ci.yml', '.github/workflows/release.yml']);
    expect(examples.length).toBeGreaterThanOrEqual(3);
  });

  it.each([...ours, ...examples])('are pinned in %s by a whole commit, with the version it is', (name) => {
    const lines = read(name)
      .split('\n')
      .filter((line) => /^\s*(- )?uses:/.test(line) && !line.includes('mesh-canary/mesh-canary@'));
    expect(steps(name).filter(({ uses }) => uses !== undefined && !uses.startsWith('mesh-canary/'))).toHaveLength(
      lines.length,
    );
    const loose = lines.filter((line) => !/uses: [\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line));
    expect(loose).toEqual([]);
  });

  it('are the same commit wherever they are the same version', () => {
    const pins = new Map<string, Set<string>>();
    for (const name of [...ours, ...examples])
      for (const [, action = '', sha = '', version = ''] of read(name).matchAll(
        /uses: (\S+)@([0-9a-f]{40}) # (\S+)/g,
      )) {
        const known = pins.get(`${action} ${version}`) ?? new Set();
        pins.set(`${action} ${version}`, known.add(sha));
      }
    expect(pins.size).toBeGreaterThanOrEqual(6);
    expect([...pins].filter(([, shas]) => shas.size > 1)).toEqual([]);
  });
});

describe('our workflows', () => {
  it.each(ours)('%s has few rights, ends in time, and keeps no credentials in the checkout', (name) => {
    expect(workflow(name).permissions).toEqual(name.endsWith('release.yml') ? {} : { contents: 'read' });
    for (const [, job] of jobs(name)) {
      expect(job['timeout-minutes']).toBeGreaterThan(0);
      for (const { uses = '', with: given } of job.steps)
        if (uses.startsWith('actions/checkout@')) expect(given?.['persist-credentials']).toBe(false);
    }
  });

  it.each(ours)('%s puts no expression into a script, where its text would be run', (name) => {
    const scripts = steps(name).flatMap(({ run }) => run ?? []);
    expect(scripts.length).toBeGreaterThan(0);
    expect(scripts.filter((script) => script.includes('${{'))).toEqual([]);
  });

  it('release from no cache, and run no script of a package', () => {
    const release = read('.github/workflows/release.yml');
    expect(release).not.toMatch(/actions\/cache@|cache: (?!false)/);
    for (const name of [...ours, '.ci/run'])
      for (const [line] of read(name).matchAll(/.*\bnpm (ci|install)\b.*/g)) expect(line).toContain('--ignore-scripts');
  });

  it('sign only what was built again from the tag', () => {
    const draft = workflow('.github/workflows/release.yml').jobs['draft'];
    const order = (draft?.steps ?? []).map(({ uses = '', run = '' }) => uses.split('@')[0] || run.split('\n')[0] || '');
    const at = (part: string) => order.findIndex((step) => step.includes(part));
    expect(at('git diff --exit-code -- dist')).toBeGreaterThan(0);
    expect(at('actions/attest')).toBeGreaterThan(at('git diff --exit-code -- dist'));
    expect(draft?.permissions).toEqual({ contents: 'write', 'id-token': 'write', attestations: 'write' });
  });
});

describe('packages', () => {
  const manifest = JSON.parse(read('package.json')) as Record<string, Record<string, string>>;
  const lock = JSON.parse(read('package-lock.json')) as {
    packages: Record<string, { integrity?: string; link?: boolean; version?: string }>;
  };

  it('are named by one exact version', () => {
    const versions = ['dependencies', 'devDependencies', 'overrides'].flatMap((kind) =>
      Object.entries(manifest[kind] ?? {}),
    );
    expect(versions.length).toBeGreaterThan(5);
    expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });

  it('are locked with what they hash to', () => {
    const locked = Object.entries(lock.packages).filter(([name]) => name !== '');
    expect(locked.length).toBeGreaterThan(100);
    expect(locked.filter(([, { integrity }]) => !/^sha512-/.test(integrity ?? '')).map(([name]) => name)).toEqual([]);
  });

  it('that are in the bundle bring their licences', () => {
    const licences = read('dist/licenses.txt');
    for (const name of Object.keys(manifest['dependencies'] ?? {}))
      expect(licences).toMatch(new RegExp(`^${name}$`, 'm'));
  });

  it('of the lab that come from PyPI are locked, too', () => {
    const lines = read('lab/aws/requirements.txt')
      .split('\n')
      .filter((line) => line.trim() !== '' && !line.startsWith('#'));
    const loose = lines.filter((line) => !/^[\w-]+==[\w.]+ \\$|^ {4}--hash=sha256:[0-9a-f]{64}( \\)?$/.test(line));
    expect(lines.length).toBeGreaterThan(20);
    expect(loose).toEqual([]);
  });
});
