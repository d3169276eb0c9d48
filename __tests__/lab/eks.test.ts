/**
 * Into an EKS cluster by its name: the real AWS CLI, the real kubectl with its plugin, and the lab's API server, which
 * asks a stand-in of STS who signed the token.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ActionResult, RunningAction } from '../../lab/action/run.ts';
import { startAction } from '../../lab/action/run.ts';
import { ensureAwsCli } from '../../lab/aws/cli.ts';
import { ACCOUNT, LabAws, REGION } from '../../lab/aws/index.ts';
import type { Lab } from '../../lab/index.ts';
import { startLab } from '../../lab/index.ts';

const ROLE = `arn:aws:iam::${ACCOUNT}:role/deploy`;

let aws: LabAws;
let lab: Lab;
let awsBin = '';
let folder = '';
let temp = '';
let workspace = '';
/** What aws-actions/configure-aws-credentials leaves behind. */
let signedIn: Record<string, string> = {};

beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'mc-eks-'));
  aws = await LabAws.start();
  const webhook = aws.webhookConfiguration(folder);
  const [cli, started] = await Promise.all([
    ensureAwsCli(),
    startLab({
      controlPlaneOnly: true,
      extraArgs: {
        apiserver: [
          `--authentication-token-webhook-config-file=${webhook}`,
          '--authentication-token-webhook-version=v1',
          '--authentication-token-webhook-cache-ttl=0s',
        ],
      },
    }),
  ]);
  awsBin = cli.binDir;
  lab = started;
  const certificateAuthority = fs.readFileSync(lab.caFile, 'utf8');
  aws.addCluster({ name: 'prod', status: 'ACTIVE', endpoint: lab.apiUrl, certificateAuthority });
  aws.addCluster({ name: 'young', status: 'CREATING', endpoint: lab.apiUrl, certificateAuthority });
  signedIn = { ...aws.addUser('ci'), AWS_REGION: REGION };
});
afterAll(async () => {
  await Promise.all([aws?.stop(), lab?.stop()]);
  fs.rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  temp = fs.mkdtempSync(path.join(folder, 'temp-'));
  workspace = fs.mkdtempSync(path.join(folder, 'ws-'));
  aws.calls.length = 0;
  aws.accessEntries.clear();
});

/** `setup` ends where Kong is missing: by then it has read from the cluster. */
function start(inputs: Record<string, string>, env: Record<string, string> = signedIn): RunningAction {
  return startAction({
    node: lab.node24,
    binDir: lab.binDir,
    kubeconfig: path.join(folder, 'nobody-reads-this'),
    folder: temp,
    workspace,
    env: {
      PATH: [lab.binDir, awsBin, '/usr/bin', '/bin'].join(path.delimiter),
      RUNNER_TEMP: temp,
      AWS_ENDPOINT_URL: aws.url,
      AWS_EC2_METADATA_DISABLED: 'true',
      ...env,
    },
    inputs: { command: 'setup', 'install-kong': 'false', ...inputs },
  });
}
const run = (inputs: Record<string, string>, env?: Record<string, string>) => start(inputs, env).finished;

const kubeconfigs = () =>
  fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /mc-access-[^/]+$|kubeconfig/.test(name))
    .sort()
    .concat(fs.readdirSync(workspace));

/** It was let in: the answer is about what the cluster lacks or allows, and nothing of the way in is left. */
function letIn({ log, outputs }: ActionResult): void {
  expect(log).toContain('API server v1.36.3');
  expect(outputs['reason']).toMatch(/^no Kong controller runs in namespace kong/);
  expect(kubeconfigs()).toEqual([]);
}

describe('an EKS cluster, named', () => {
  it('is reached with a token of the identity the job has signed in with', async () => {
    aws.accessEntries.set(`arn:aws:iam::${ACCOUNT}:user/ci`, ['system:masters']);
    letIn(await run({ cluster: 'prod' }));
    const user = `arn:aws:iam::${ACCOUNT}:user/ci`;
    expect(aws.calls[0]).toBe(`eks DescribeCluster ${user}`);
    expect(new Set(aws.calls.slice(1))).toEqual(new Set([`sts GetCallerIdentity ${user}`]));
  });

  it('is reached as the role that is asked for, whose rights count', async () => {
    aws.accessEntries.set(ROLE, ['system:masters']);
    letIn(await run({ cluster: 'prod', region: REGION, 'role-arn': ROLE }));
    expect(aws.calls).toContain(`sts AssumeRole arn:aws:iam::${ACCOUNT}:user/ci`);
    expect(aws.calls).toContain(`sts GetCallerIdentity arn:aws:sts::${ACCOUNT}:assumed-role/deploy/EKSGetTokenAuth`);
  });

  it('refuses whom it does not know, in words that say so', async () => {
    const result = await run({ cluster: 'prod' });
    expect([result.code, result.outputs['result']]).toEqual([1, 'failed']);
    expect(result.outputs['reason']).toMatch(/Unauthorized/i);
    expect(kubeconfigs()).toEqual([]);
  });

  it('keeps its kubeconfig to itself: outside the workspace, for its owner only, and gone with the run', async () => {
    aws.accessEntries.set(`arn:aws:iam::${ACCOUNT}:user/ci`, ['system:masters']);
    const action = start({ cluster: 'prod' });
    // From here on kubectl asks the AWS CLI for a token, which takes a second.
    await action.sees(/::group::Cluster/);
    const [made = '', file = '', ...more] = kubeconfigs().map((name) => path.join(folder, name));
    expect([path.dirname(made), path.relative(made, file), more]).toEqual([temp, 'kubeconfig', []]);
    expect([made, file].map((name) => fs.statSync(name).mode & 0o777)).toEqual([0o700, 0o600]);
    const result = await action.finished;
    letIn(result);
    expect(result.log + result.summary).not.toMatch(/k8s-aws-v1\.|mc-access-/);
  });

  it.each([
    [
      'no such cluster',
      { cluster: 'prd' },
      {},
      /could not find the EKS cluster prd: .*No cluster found.*Next: check the inputs/,
    ],
    ['a cluster that is being made', { cluster: 'young' }, {}, /Cluster status is CREATING.*Next: wait until/],
    [
      'nobody signed in',
      { cluster: 'prod' },
      { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' },
      /locate credentials.*Next: sign in before this step/,
    ],
    [
      'a wrong secret',
      { cluster: 'prod' },
      { AWS_SECRET_ACCESS_KEY: 'x' },
      /SignatureDoesNotMatch.*Next: sign in before this step/,
    ],
    ['no region', { cluster: 'prod' }, { AWS_REGION: '' }, /specify a region.*Next: give the input region/],
  ])('says what to do about %s', async (_, inputs, env, words) => {
    const result = await run(inputs, { ...signedIn, ...env });
    expect([result.code, result.outputs['result']]).toEqual([1, 'failed']);
    expect(result.outputs['reason']).toMatch(words);
    expect(kubeconfigs()).toEqual([]);
  });

  it('needs the AWS CLI, and says where it is to be had', async () => {
    const result = await run({ cluster: 'prod' }, { ...signedIn, PATH: lab.binDir });
    expect(result.outputs['reason']).toMatch(/there is no aws on PATH.*Next: install it in a step before/);
  });
});

describe('a kubeconfig given as content', () => {
  it('is written where only this run sees it, its secrets are masked, and it is gone afterwards', async () => {
    const content = fs.readFileSync(lab.kubeconfig, 'utf8');
    const result = await run({ kubeconfig: content });
    letIn(result);
    // The one line that may name the secret is the one that hides it.
    const shown = result.log.split('\n').filter((line) => line.includes(lab.token));
    expect(shown.every((line) => line.startsWith('::add-mask::'))).toBe(true);
    expect(shown).not.toEqual([]);
    expect(fs.readFileSync(result.outputs['evidence-file'] ?? '', 'utf8')).not.toContain(lab.token);
  });

  it('whose token ends before the release could is refused, in time', async () => {
    const token = (await lab.kubectl(['create', 'token', 'default', '--duration=10m'])).trim();
    const content = fs.readFileSync(lab.kubeconfig, 'utf8').replaceAll(lab.token, token);
    const release = { command: 'deploy', services: 'jazz', version: 'v2', 'canary-weight': '5,100', timeout: '2h' };
    const long = await run({ ...release, kubeconfig: content, 'min-step': '10m' });
    expect([long.code, long.outputs['result']]).toEqual([1, 'failed']);
    expect(long.outputs['reason']).toMatch(
      /^the bearer token of the kubeconfig ends at \S+Z, in \d min, and this release takes at least 11 min\. Next:/,
    );
    const short = await run({ ...release, kubeconfig: content, 'min-step': '1m' });
    expect(short.outputs['reason']).not.toMatch(/bearer token/);
  });

  it('that a killed run has left is removed by the post phase', async () => {
    const action = start({ kubeconfig: fs.readFileSync(lab.kubeconfig, 'utf8'), 'kubectl-version': '1.36.3' });
    await action.sees(/::group::Cluster/);
    action.kill('SIGKILL');
    await action.finished;
    const left = fs.readdirSync(temp).filter((name) => name.startsWith('mc-access-'));
    expect(left).toHaveLength(1);
    expect(fs.statSync(path.join(temp, left[0] ?? '', 'kubeconfig')).mode & 0o777).toBe(0o600);
    const post = await startAction({
      node: lab.node24,
      binDir: lab.binDir,
      kubeconfig: '',
      folder: temp,
      workspace,
      env: { RUNNER_TEMP: temp, STATE_phase: 'post' },
      inputs: {},
    }).finished;
    expect([post.code, post.log]).toEqual([0, '']);
    expect(fs.readdirSync(temp).filter((name) => name.startsWith('mc-access-'))).toEqual([]);
  });
});
