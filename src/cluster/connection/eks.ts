/**
 * A kubeconfig for an EKS cluster, made by the AWS CLI (`aws eks update-kubeconfig --dry-run`): it knows the ways of
 * partitions, Outposts and profiles. Its tokens come from `aws eks get-token`, which kubectl runs whenever it needs one.
 */
import { parse, stringify } from 'yaml';
import { ClusterError, ToolError } from '../../errors.ts';
import { field, list, text } from '../../kube/objects.ts';
import { lookUp } from '../../toolchain/find.ts';
import { run } from '../../toolchain/run.ts';

export interface EksAccess {
  readonly cluster: string;
  readonly region?: string | undefined;
  readonly roleArn?: string | undefined;
}

export interface EksOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** Milliseconds for the AWS CLI, which starts slowly and tries again by itself. */
  readonly timeout: number;
}

/**
 * The kubeconfig as YAML. It holds no credential, only the command that gets one.
 * @throws ToolError without the AWS CLI; ClusterError with its words when it fails, and with what to do.
 */
export async function eksKubeconfig(access: EksAccess, options: EksOptions): Promise<string> {
  const aws = lookUp('aws', options.env);
  if (aws === undefined)
    throw new ToolError(
      'the input cluster needs the AWS CLI, and there is no aws on PATH',
      'install it in a step before this one (the runners of GitHub have it), or give a kubeconfig instead',
    );
  const args = eksArguments(access, options.env);
  const finished = await run(aws, args, {
    timeout: options.timeout,
    signal: options.signal,
    env: { AWS_PAGER: '', AWS_CLI_AUTO_PROMPT: 'off' },
  });
  if (finished.code !== 0) throw refusal(access, finished.stderr, finished.code);
  return harden(finished.stdout, aws);
}

/** Pure, for a table test. `AWS_REGION` is named because version 1 of the AWS CLI does not read it. */
export function eksArguments(access: EksAccess, env: EksOptions['env']): string[] {
  const region = access.region ?? env['AWS_REGION'];
  return [
    'eks',
    'update-kubeconfig',
    `--name=${access.cluster}`,
    // A path where nothing is: the user's own kubeconfig is neither read nor written.
    `--kubeconfig=${NOWHERE}`,
    '--dry-run',
    ...(region === undefined || region === '' ? [] : [`--region=${region}`]),
    ...(access.roleArn === undefined ? [] : [`--role-arn=${access.roleArn}`]),
  ];
}

const NOWHERE = '/nonexistent/mesh-canary/kubeconfig';

/**
 * The CLI's kubeconfig with the plugin named by its whole path, so that kubectl runs the aws that was found here, and
 * never asks a person.
 * @throws ClusterError when it is not one cluster on https with its own certificate authority.
 */
export function harden(said: string, aws: string): string {
  const config = readYaml(said);
  const [cluster] = list(config, 'clusters');
  const [user] = list(config, 'users');
  const server = text(cluster, 'cluster', 'server');
  const authority = text(cluster, 'cluster', 'certificate-authority-data');
  const exec = field(user, 'user', 'exec');
  if (!/^https:\/\/[^\s/]+\/?$/.test(server) || authority === '' || typeof exec !== 'object' || exec === null)
    throw new ClusterError(
      'the AWS CLI did not name a cluster with an https address and a certificate authority',
      'run aws eks update-kubeconfig --dry-run in a step before and look at what it says',
    );
  Object.assign(exec, { command: aws, interactiveMode: 'Never' });
  return stringify(config);
}

function readYaml(said: string): unknown {
  try {
    return parse(said);
  } catch {
    return undefined;
  }
}

/** The CLI's last words, and what to do about them. */
function refusal(access: EksAccess, stderr: string, code: number): ClusterError {
  const words = stderr.trim().split('\n').filter(Boolean).at(-1)?.trim() ?? `exit code ${code}`;
  return new ClusterError(`the AWS CLI could not find the EKS cluster ${access.cluster}: ${words}`, adviceFor(words));
}

function adviceFor(words: string): string {
  if (
    /locate credentials|ExpiredToken|InvalidClientTokenId|UnrecognizedClient|security token|SignatureDoesNot/i.test(
      words,
    )
  )
    return 'sign in before this step: aws-actions/configure-aws-credentials, with the permission id-token: write';
  if (/AccessDenied|not authorized/i.test(words))
    return 'allow eks:DescribeCluster on this cluster to the identity the job has signed in with';
  if (/ResourceNotFound|No cluster found/i.test(words))
    return 'check the inputs cluster and region, and that the job has signed in to the account that owns it';
  if (/specify a region|NoRegion/i.test(words)) return 'give the input region';
  if (/Cluster status is/.test(words)) return 'wait until the cluster is active, then run again';
  return 'run aws eks update-kubeconfig --dry-run in a step before and look at what it says';
}
