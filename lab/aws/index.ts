/**
 * What of AWS a job meets on its way into an EKS cluster, on 127.0.0.1: EKS (DescribeCluster), STS (AssumeRole,
 * GetCallerIdentity), and the token webhook of the cluster, which works as aws-iam-authenticator does: it sends the
 * presigned request inside the token to STS and believes what STS says about who signed it
 * (kubernetes-sigs/aws-iam-authenticator, pkg/token).
 */
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { stringify } from 'yaml';
import { type SignedRequest, verify } from './signature.ts';

export interface EksCluster {
  readonly name: string;
  readonly status: string;
  readonly endpoint: string;
  /** PEM. */
  readonly certificateAuthority: string;
}

/** Who may do what: the ARN of an access key, as STS names it. */
interface Identity {
  readonly secret: string;
  readonly arn: string;
  /** Of temporary credentials; a request without it is refused. */
  readonly session?: string;
}

export const ACCOUNT = '111122223333';
export const REGION = 'eu-west-1';
const CLUSTER_HEADER = 'x-k8s-aws-id';
const TOKEN_PREFIX = 'k8s-aws-v1.';

export class LabAws {
  /** `service action identity`, in the order they came. */
  readonly calls: string[] = [];
  /** Kubernetes groups by ARN: the access entries of the cluster. */
  readonly accessEntries = new Map<string, readonly string[]>();
  readonly #clusters = new Map<string, EksCluster>();
  readonly #identities = new Map<string, Identity>();
  readonly #server = http.createServer((request, response) => {
    this.#answer(request, response).catch((error: Error) => response.writeHead(500).end(error.message));
  });

  private constructor() {}

  static async start(): Promise<LabAws> {
    const aws = new LabAws();
    await new Promise<void>((resolve, reject) => {
      aws.#server.once('error', reject);
      aws.#server.listen(0, '127.0.0.1', resolve);
    });
    return aws;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Where the API server is told to ask about tokens (`--authentication-token-webhook-config-file`). */
  webhookConfiguration(folder: string): string {
    const file = path.join(folder, 'token-webhook.yaml');
    const named = { name: 'iam', cluster: { server: `${this.url}/authenticate` } };
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [named],
      users: [{ name: 'apiserver', user: {} }],
      contexts: [{ name: 'webhook', context: { cluster: 'iam', user: 'apiserver' } }],
      'current-context': 'webhook',
    };
    fs.writeFileSync(file, stringify(config));
    return file;
  }

  addCluster(cluster: EksCluster): void {
    this.#clusters.set(cluster.name, cluster);
  }

  /** Long-lived credentials of a user; the environment variables a job is signed in with. */
  addUser(name: string): Record<string, string> {
    const key = `AKIA${randomBytes(8).toString('hex').toUpperCase()}`;
    const secret = randomBytes(20).toString('hex');
    this.#identities.set(key, { secret, arn: `arn:aws:iam::${ACCOUNT}:user/${name}` });
    return { AWS_ACCESS_KEY_ID: key, AWS_SECRET_ACCESS_KEY: secret };
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const body = await text(request);
    const url = request.url ?? '/';
    if (url.startsWith('/authenticate')) return this.#authenticate(JSON.parse(body) as TokenReview, response);
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const signed: SignedRequest = { method: request.method ?? 'GET', url, headers, body };
    if (url.startsWith('/clusters/')) this.#eks(signed, response);
    else this.#sts(signed, response);
  }

  #eks(signed: SignedRequest, response: http.ServerResponse): void {
    const answer = (status: number, body: object, type = '') =>
      response
        .writeHead(status, { 'content-type': 'application/json', ...(type === '' ? {} : { 'x-amzn-errortype': type }) })
        .end(JSON.stringify(body));
    const who = this.#identify(signed);
    if ('wrong' in who) return void answer(403, { message: 'The request was refused.' }, who.wrong);
    const name = decodeURIComponent(signed.url.slice('/clusters/'.length));
    this.calls.push(`eks DescribeCluster ${who.arn}`);
    const cluster = this.#clusters.get(name);
    if (cluster === undefined)
      return void answer(404, { message: `No cluster found for name: ${name}.` }, 'ResourceNotFoundException');
    const arn = `arn:aws:eks:${REGION}:${ACCOUNT}:cluster/${name}`;
    const data = Buffer.from(cluster.certificateAuthority).toString('base64');
    const { status, endpoint } = cluster;
    answer(200, { cluster: { name, arn, status, endpoint, certificateAuthority: { data } } });
  }

  #sts(signed: SignedRequest, response: http.ServerResponse): void {
    const answer = (status: number, xml: string) => response.writeHead(status, { 'content-type': 'text/xml' }).end(xml);
    const who = this.#identify(signed);
    if ('wrong' in who)
      return void answer(
        403,
        `<ErrorResponse><Error><Type>Sender</Type><Code>${who.wrong}</Code><Message>The request was refused.</Message></Error></ErrorResponse>`,
      );
    const parameters = new URLSearchParams(
      signed.method === 'POST' ? signed.body : new URL(signed.url, 'http://sts').search,
    );
    const action = parameters.get('Action') ?? '';
    this.calls.push(`sts ${action} ${who.arn}`);
    if (action === 'GetCallerIdentity')
      return void answer(
        200,
        `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>${who.arn}</Arn><UserId>U</UserId><Account>${ACCOUNT}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`,
      );
    const role = /:role\/(.+)$/.exec(parameters.get('RoleArn') ?? '')?.[1];
    if (action !== 'AssumeRole' || role === undefined) return void answer(400, '<ErrorResponse/>');
    const key = `ASIA${randomBytes(8).toString('hex').toUpperCase()}`;
    const secret = randomBytes(20).toString('hex');
    const session = randomBytes(20).toString('hex');
    const arn = `arn:aws:sts::${ACCOUNT}:assumed-role/${role}/${parameters.get('RoleSessionName')}`;
    this.#identities.set(key, { secret, session, arn });
    const expires = new Date(Date.now() + 3_600_000).toISOString();
    answer(
      200,
      `<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>${key}</AccessKeyId><SecretAccessKey>${secret}</SecretAccessKey><SessionToken>${session}</SessionToken><Expiration>${expires}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`,
    );
  }

  #identify(
    signed: SignedRequest,
  ): { readonly arn: string; readonly headers: readonly string[] } | { readonly wrong: string } {
    const found = verify(signed, (key) => this.#identities.get(key)?.secret, Date.now());
    if ('wrong' in found) return found;
    const identity = this.#identities.get(found.accessKey);
    const session =
      new URL(signed.url, 'http://aws').searchParams.get('X-Amz-Security-Token') ??
      signed.headers['x-amz-security-token'];
    if (identity === undefined || identity.session !== session) return { wrong: 'InvalidClientTokenId' };
    return { arn: identity.arn, headers: found.signedHeaders };
  }

  /** The cluster's side: a token is who STS says signed the request inside it, for this cluster. */
  async #authenticate(review: TokenReview, response: http.ServerResponse): Promise<void> {
    const status = await this.#review(review.spec.token);
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ apiVersion: review.apiVersion, kind: 'TokenReview', status }));
  }

  async #review(token: string): Promise<object> {
    if (!token.startsWith(TOKEN_PREFIX)) return { authenticated: false };
    const url = new URL(Buffer.from(token.slice(TOKEN_PREFIX.length), 'base64url').toString('utf8'));
    const signed = (url.searchParams.get('X-Amz-SignedHeaders') ?? '').split(';');
    if (
      url.origin !== this.url ||
      url.searchParams.get('Action') !== 'GetCallerIdentity' ||
      !signed.includes(CLUSTER_HEADER)
    )
      return { authenticated: false };
    for (const name of this.#clusters.keys()) {
      const answer = await fetch(url, { headers: { [CLUSTER_HEADER]: name } });
      const arn = /<Arn>([^<]+)<\/Arn>/.exec(await answer.text())?.[1];
      if (answer.status !== 200 || arn === undefined) continue;
      const role = arn.replace(/:sts:(.*):assumed-role\/([^/]+)\/.*$/, ':iam:$1:role/$2');
      const groups = this.accessEntries.get(role);
      return groups === undefined
        ? { authenticated: false }
        : { authenticated: true, user: { username: role, groups } };
    }
    return { authenticated: false };
  }
}

interface TokenReview {
  readonly apiVersion: string;
  readonly spec: { readonly token: string };
}
