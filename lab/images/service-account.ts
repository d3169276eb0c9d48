import type { ClusterAccess } from '../node/types.ts';
import type { ProgramContext } from './types.ts';

const TOKEN_SECONDS = 30 * 24 * 3600;

/** A token of the pod's ServiceAccount, as the projected volume of a real pod holds one. @throws Error when it gets none */
export async function serviceAccountToken(client: ClusterAccess, pod: ProgramContext['pod']): Promise<string> {
  const { namespace, serviceAccount } = pod;
  const answer = await client.request<{ status?: { token?: string } }>(
    'POST',
    `/api/v1/namespaces/${namespace}/serviceaccounts/${serviceAccount}/token`,
    {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: { expirationSeconds: TOKEN_SECONDS },
    },
  );
  const token = answer.body.status?.token;
  if (token === undefined)
    throw new Error(`no token for ServiceAccount ${namespace}/${serviceAccount}: ${answer.status}`);
  return token;
}
