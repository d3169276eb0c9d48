import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { eksArguments, eksKubeconfig, harden } from '../../../../src/cluster/connection/eks.ts';

const said = `apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: Y2E=
    server: https://ABC.gr7.eu-west-1.eks.amazonaws.com
  name: arn:aws:eks:eu-west-1:111122223333:cluster/prod
contexts:
- context: {cluster: arn, user: arn}
  name: arn
current-context: arn
kind: Config
users:
- name: arn
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      args: [--region, eu-west-1, eks, get-token, --cluster-name, prod, --output, json, --role, r]
      command: aws
      env: [{name: AWS_PROFILE, value: ci}]
`;

describe('the AWS CLI', () => {
  const fixed = [
    'eks',
    'update-kubeconfig',
    '--name=prod',
    '--kubeconfig=/nonexistent/mesh-canary/kubeconfig',
    '--dry-run',
  ];

  it.each([
    [{ cluster: 'prod' }, {}, []],
    [{ cluster: 'prod' }, { AWS_REGION: 'eu-west-1' }, ['--region=eu-west-1']],
    [{ cluster: 'prod' }, { AWS_REGION: '' }, []],
    [{ cluster: 'prod', region: 'us-east-1' }, { AWS_REGION: 'eu-west-1' }, ['--region=us-east-1']],
    [{ cluster: 'prod', region: 'us-east-1', roleArn: 'r' }, {}, ['--region=us-east-1', '--role-arn=r']],
  ])('is asked for %j with %j', (access, env, more) => {
    expect(eksArguments(access, env)).toEqual([...fixed, ...more]);
  });

  it('is needed', async () => {
    const options = { env: { PATH: '/nowhere' }, signal: AbortSignal.timeout(5000), timeout: 5000 };
    await expect(eksKubeconfig({ cluster: 'prod' }, options)).rejects.toThrow('there is no aws on PATH');
  });
});

describe('the kubeconfig of the AWS CLI', () => {
  it('runs the aws that was found, and asks nobody; the rest stays', () => {
    const hardened = parse(harden(said, '/opt/aws/bin/aws'));
    const expected = parse(said);
    Object.assign(expected.users[0].user.exec, { command: '/opt/aws/bin/aws', interactiveMode: 'Never' });
    expect(hardened).toEqual(expected);
  });

  it.each([
    ['without TLS', said.replace('https://ABC', 'http://ABC')],
    ['without a certificate authority', said.replace('Y2E=', '""')],
    ['without a plugin', said.replace(/exec:[\s\S]*$/, 'token: x\n')],
    ['that is none', 'Updated context arn in /root/.kube/config'],
    ['that is no YAML', '{{{'],
    ['that is empty', ''],
  ])('is refused %s', (_, text) => {
    expect(() => harden(text, '/opt/aws')).toThrow('did not name a cluster with an https address');
  });
});
