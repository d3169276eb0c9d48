/** What is sent upstream for an exchange: request line and headers, after kong/runloop/handler.lua and nginx_kong.lua. */
import { escapeUri } from '../router/uri.ts';
import { SERVER_TOKEN } from '../version.ts';
import type { Exchange } from './exchange.ts';

/** Headers that are meant for one connection only. */
const HOP_BY_HOP = [
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authorization',
  'upgrade',
  'te',
  'trailer',
  'proxy',
];

export interface UpstreamRequest {
  readonly method: string;
  readonly path: string;
  /** Name, value, …, without Host. */
  readonly headers: string[];
}

/** `forwardedPort` is the port clients see: the chart maps 80 to Kong's 8000 (`KONG_PORT_MAPS`). */
export function upstreamRequest(exchange: Exchange, forwardedPort: number): UpstreamRequest {
  const { headers, request } = exchange;
  for (const token of (headers.all('connection') ?? []).join(',').split(',')) {
    const name = token.trim().toLowerCase();
    if (name !== '' && name !== 'proxy-authorization') headers.delete(name);
  }
  const trailers = headers.get('te')?.toLowerCase().includes('trailers') ?? false;
  for (const name of HOP_BY_HOP) headers.delete(name);
  headers.delete('host');
  if (trailers) headers.set('TE', 'trailers');
  headers.set('Via', [...(headers.all('via') ?? []), `${request.httpVersion} ${SERVER_TOKEN}`].join(', '));
  setForwarded(exchange, forwardedPort);
  frameBody(exchange);
  headers.set('X-Kong-Request-Id', exchange.id);
  headers.set('Connection', 'keep-alive');
  return {
    method: exchange.method,
    path: escapeUri(exchange.upstreamPath) + exchange.upstreamQuery,
    headers: headers.toRaw(),
  };
}

/** No address is trusted by default (`trusted_ips`), so what the client claims is kept only in X-Forwarded-For. */
function setForwarded({ headers, clientAddress, path, match, request }: Exchange, port: number): void {
  const before = headers.all('x-forwarded-for');
  headers.set('X-Forwarded-For', before === undefined ? clientAddress : `${before.join(', ')}, ${clientAddress}`);
  headers.set('X-Forwarded-Proto', 'http');
  headers.set('X-Forwarded-Host', (request.headers.host ?? '').toLowerCase().replace(/:\d+$/, ''));
  headers.set('X-Forwarded-Port', String(port));
  headers.set('X-Forwarded-Path', path);
  if (match?.prefix !== undefined && match.prefix !== '/') headers.set('X-Forwarded-Prefix', match.prefix);
  else headers.delete('X-Forwarded-Prefix');
  headers.set('X-Real-IP', clientAddress);
}

/** A body that was read whole is sent with its length, a streamed one as it comes. */
function frameBody(exchange: Exchange): void {
  const { headers, body } = exchange;
  if (body !== undefined) {
    headers.delete('transfer-encoding');
    headers.set('Content-Length', String(body.length));
  } else if (!exchange.hasBody && !['GET', 'HEAD', 'OPTIONS', 'DELETE', 'TRACE'].includes(exchange.method)) {
    headers.set('Content-Length', '0');
  }
}
