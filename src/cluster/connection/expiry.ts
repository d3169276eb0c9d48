/** When the credential a run has been given ends by itself. Pure: what kubectl says of the kubeconfig goes in. */
import { X509Certificate } from 'node:crypto';
import { ClusterError } from '../../errors.ts';
import { field, list, text } from '../../kube/objects.ts';

export interface CredentialExpiry {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** What ends, for messages: `the client certificate`. */
  readonly what: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The end of the credentials of a kubeconfig's one user (`kubectl config view --raw --minify --flatten -o json`); the
 * earliest, where there are several. Undefined where nothing says it, and where they are renewed: a plugin is asked again
 * by kubectl when its token ends (its `expirationTimestamp`), and a token file is read again.
 *
 * What the plugin of AWS itself lives on is not renewed: `AWS_CREDENTIAL_EXPIRATION`, where a tool that exports
 * credentials has set it (`aws configure export-credentials --format env`, aws-vault).
 */
export function credentialExpiry(kubeconfig: unknown, env: Environment = {}): CredentialExpiry | undefined {
  const user = field(list(kubeconfig, 'users')[0], 'user');
  const found = [
    expiryOfToken(text(user, 'token')),
    expiryOfCertificate(text(user, 'client-certificate-data')),
    expiryOfAws(text(user, 'exec', 'command'), env),
  ].filter((entry) => entry !== undefined);
  return found.sort((a, b) => a.at - b.at)[0];
}

/** `exp` of a JSON web token (RFC 7519, 4.1.4), in seconds there. Tokens of other kinds say nothing. */
function expiryOfToken(token: string): CredentialExpiry | undefined {
  const [, payload, signature] = token.split('.');
  if (payload === undefined || signature === undefined) return undefined;
  const claims = parsed(Buffer.from(payload, 'base64url').toString('utf8'));
  const exp = field(claims, 'exp');
  if (typeof exp !== 'number' || !Number.isFinite(exp)) return undefined;
  return { at: exp * 1000, what: 'the bearer token of the kubeconfig' };
}

/** The first certificate is the client's own; the rest is its chain. */
function expiryOfCertificate(data: string): CredentialExpiry | undefined {
  if (data === '') return undefined;
  try {
    const at = Date.parse(new X509Certificate(Buffer.from(data, 'base64')).validTo);
    return { at, what: 'the client certificate of the kubeconfig' };
  } catch {
    return undefined; // kubectl says what is wrong with it
  }
}

function expiryOfAws(command: string, env: Environment): CredentialExpiry | undefined {
  const given = env['AWS_CREDENTIAL_EXPIRATION'];
  if (given === undefined || !/(^|[\\/])(aws|aws-iam-authenticator)(\.exe)?$/.test(command)) return undefined;
  const at = Date.parse(given);
  return Number.isNaN(at) ? undefined : { at, what: 'the session of AWS' };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/**
 * Refuses what would outlive its credentials: without them the traffic could not be returned.
 * @param needed milliseconds the plan takes at least, with what returning takes
 * @throws ClusterError
 */
export function requireOutlasting(expiry: CredentialExpiry | undefined, needed: number, now: number): void {
  if (expiry === undefined || expiry.at - now >= needed) return;
  const left = Math.floor((expiry.at - now) / 60_000);
  const end = new Date(expiry.at).toISOString().replace(/\.\d+Z$/, 'Z');
  throw new ClusterError(
    left < 0
      ? `${expiry.what} has ended at ${end}`
      : `${expiry.what} ends at ${end}, in ${left} min, and this release takes at least ${Math.ceil(needed / 60_000)} min`,
    'give one that lasts longer, or ask for fewer or shorter steps; nothing was changed',
  );
}
