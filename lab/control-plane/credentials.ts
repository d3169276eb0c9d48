/** Keys, tokens and the kubeconfig of one lab. All files are readable by their owner only. */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import { stringify } from 'yaml';

export function newToken(): string {
  return randomBytes(24).toString('hex');
}

/** Static tokens of kube-apiserver: one user, admin, of the group that RBAC lets do everything. */
export function writeTokens(file: string, token: string): void {
  fs.writeFileSync(file, `${token},admin,admin,"system:masters"\n`, { mode: 0o600 });
}

/** The key that signs service account tokens. Elliptic curve: made in a millisecond, where RSA takes a tenth of a second. */
export function writeSigningKey(file: string): void {
  const { privateKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'sec1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  fs.writeFileSync(file, privateKey, { mode: 0o600 });
}

export interface Access {
  readonly url: string;
  readonly token: string;
  /** PEM. */
  readonly ca: string;
}

/** A kubeconfig with everything inside, so that it can be copied. */
export function kubeconfig(name: string, access: Access): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    contexts: [{ name, context: { cluster: name, user: 'admin' } }],
    clusters: [
      {
        name,
        cluster: {
          server: access.url,
          'certificate-authority-data': Buffer.from(access.ca).toString('base64'),
        },
      },
    ],
    users: [{ name: 'admin', user: { token: access.token } }],
  });
}
