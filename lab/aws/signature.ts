/**
 * Checks AWS Signature Version 4 as the services do (docs.aws.amazon.com, "Signature Version 4 signing process"): a
 * request that was not signed with the secret of its access key is refused. Of headers (calls) and of queries (the
 * presigned URL inside a token of EKS).
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

export interface SignedRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Gives the access key that signed, or what is wrong. @param secretOf secret of an access key, undefined when unknown */
export function verify(
  request: SignedRequest,
  secretOf: (accessKey: string) => string | undefined,
  now: number,
): { readonly accessKey: string; readonly signedHeaders: readonly string[] } | { readonly wrong: string } {
  const url = new URL(request.url, 'http://aws');
  const given = partsOf(request, url.searchParams);
  if (given === undefined) return { wrong: 'MissingAuthenticationToken' };
  const [accessKey = '', date = '', region = '', service = ''] = given.credential.split('/');
  const secret = secretOf(accessKey);
  if (secret === undefined) return { wrong: 'UnrecognizedClientException' };
  const at = Date.parse(given.time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  if (!(Math.abs(now - at) < given.lifetime)) return { wrong: 'ExpiredTokenException' };

  const query = [...url.searchParams]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  const headers = given.signedHeaders.map((name) => `${name}:${(request.headers[name] ?? '').trim()}\n`).join('');
  const canonical = [
    request.method,
    url.pathname,
    query,
    headers,
    given.signedHeaders.join(';'),
    sha256(request.body),
  ].join('\n');
  const scope = `${date}/${region}/${service}/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', given.time, scope, sha256(canonical)].join('\n');
  const key = [date, region, service, 'aws4_request'].reduce<string | Buffer>(
    (previous, part) => createHmac('sha256', previous).update(part).digest(),
    `AWS4${secret}`,
  );
  const expected = createHmac('sha256', key).update(toSign).digest('hex');
  const same =
    expected.length === given.signature.length && timingSafeEqual(Buffer.from(expected), Buffer.from(given.signature));
  return same ? { accessKey, signedHeaders: given.signedHeaders } : { wrong: 'SignatureDoesNotMatch' };
}

interface Parts {
  readonly credential: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  readonly time: string;
  /** Milliseconds it is good for. */
  readonly lifetime: number;
}

function partsOf({ headers }: SignedRequest, query: URLSearchParams): Parts | undefined {
  const signature = query.get('X-Amz-Signature');
  if (signature !== null) {
    return {
      credential: query.get('X-Amz-Credential') ?? '',
      signedHeaders: (query.get('X-Amz-SignedHeaders') ?? '').split(';'),
      signature,
      time: query.get('X-Amz-Date') ?? '',
      lifetime: 1000 * Number(query.get('X-Amz-Expires')),
    };
  }
  const found = /^AWS4-HMAC-SHA256 Credential=(\S+), ?SignedHeaders=(\S+), ?Signature=([0-9a-f]{64})$/.exec(
    headers['authorization'] ?? '',
  );
  if (found === null) return undefined;
  const [, credential = '', signedHeaders = '', hash = ''] = found;
  return {
    credential,
    signedHeaders: signedHeaders.split(';'),
    signature: hash,
    time: headers['x-amz-date'] ?? '',
    lifetime: 15 * 60_000,
  };
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** RFC 3986 as AWS wants it. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
}
