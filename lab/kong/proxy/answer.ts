/**
 * Answers that Kong gives by itself: their bodies in the form the client accepts, and their headers. Rules after
 * kong/tools/http.lua (`get_response_type`, templates), kong/pdk/response.lua (`error`, `exit`), kong/error_handlers.lua.
 */
import { SERVER_TOKEN } from '../version.ts';
import type { Exchange } from './exchange.ts';
import { HeaderTable } from './header-table.ts';

export interface Exit {
  readonly status: number;
  readonly body: string | undefined;
  readonly contentType: string | undefined;
  readonly headers: readonly (readonly [string, string])[];
}

const JSON_TYPE = 'application/json; charset=utf-8';
const PLAIN_TYPE = 'text/plain; charset=utf-8';
const HTML_TYPE = 'text/html; charset=utf-8';
const XML_TYPE = 'application/xml; charset=utf-8';

const MIME_TYPES: Readonly<Record<string, string>> = {
  'application/json': JSON_TYPE,
  'application/*': JSON_TYPE,
  '*/*': JSON_TYPE,
  'text/html': HTML_TYPE,
  'text/plain': PLAIN_TYPE,
  'text/*': PLAIN_TYPE,
  'application/xml': XML_TYPE,
};

/** What nginx itself would say about a failed upstream (kong/error_handlers.lua). */
const GATEWAY_MESSAGES: Readonly<Record<number, string>> = {
  400: 'Bad request',
  500: 'An unexpected error occurred',
  502: 'An invalid response was received from the upstream server',
  503: 'The upstream server is currently unavailable',
  504: 'The upstream server is timing out',
};

/** The type of an error body: the accepted type of highest quality that has a template, else JSON. */
export function responseType(accept: string | undefined): string {
  let chosen = JSON_TYPE;
  let best = 0;
  for (const item of (accept ?? '').split(',')) {
    const [type = '', ...parameters] = item
      .trim()
      .toLowerCase()
      .split(/\s*;\s*/);
    if (!/^\S+\/\S+$/.test(type)) continue;
    const quality = Number(parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? 1);
    if (quality <= best) continue;
    best = quality;
    chosen = MIME_TYPES[type] ?? JSON_TYPE;
  }
  return chosen;
}

/** `kong.response.error`: a message in the form the client accepts, JSON unless it asked for something else. */
export function errorExit(exchange: Exchange, status: number, message: string, headers: Exit['headers'] = []): Exit {
  const contentType = responseType(exchange.headers.all('accept')?.join(','));
  return { status, body: errorBody(contentType, message, exchange.id), contentType, headers };
}

/** An error of nginx rather than of Kong's own code: without Accept and Content-Type the body is plain text. */
export function gatewayExit(exchange: Exchange, status: number): Exit {
  const accept = exchange.headers.get('accept') ?? exchange.headers.get('content-type') ?? 'text/plain';
  const contentType = responseType(accept);
  const message = GATEWAY_MESSAGES[status] ?? `The upstream server responded with ${status}`;
  return { status, body: errorBody(contentType, message, exchange.id), contentType, headers: [] };
}

/** `kong.response.exit` with a table: plain JSON, or no body at all. */
export function jsonExit(status: number, body: object | undefined, headers: Exit['headers'] = []): Exit {
  if (body === undefined) return { status, body: undefined, contentType: undefined, headers };
  return { status, body: JSON.stringify(body), contentType: JSON_TYPE, headers };
}

export function errorBody(contentType: string, message: string, requestId: string): string {
  switch (contentType) {
    case HTML_TYPE:
      return (
        '<!doctype html>\n<html>\n  <head>\n    <meta charset="utf-8">\n    <title>Error</title>\n  </head>\n  <body>\n' +
        `    <h1>Error</h1>\n    <p>${message}.</p>\n    <p>request_id: ${requestId}</p>\n  </body>\n</html>\n`
      );
    case PLAIN_TYPE:
      return `${message}\nrequest_id: ${requestId}\n`;
    case XML_TYPE:
      return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<error>\n' +
        `  <message>${message}</message>\n  <requestid>${requestId}</requestid>\n</error>\n`
      );
    default:
      return `{\n  "message":"${message}",\n  "request_id":"${requestId}"\n}`;
  }
}

/** The headers of an answer of Kong's own, before plugins' header filters. */
export function exitHeaders(exit: Exit): HeaderTable {
  const headers = new HeaderTable();
  if (exit.contentType !== undefined) headers.set('Content-Type', exit.contentType);
  for (const [name, value] of exit.headers) headers.set(name, value);
  return headers;
}

/** Tells that Kong itself answered (kong/runloop/handler.lua, header_filter). */
export function markGenerated(headers: HeaderTable, exchange: Exchange): void {
  headers.set('X-Kong-Response-Latency', String(Math.round(performance.now() - exchange.startedAt)));
  headers.set('Server', SERVER_TOKEN);
  headers.set('X-Kong-Request-Id', exchange.id);
}

/** Tells that the answer passed through; `waited` is the time to the upstream's first byte, in milliseconds. */
export function markProxied(headers: HeaderTable, exchange: Exchange, waited: number, received: string): void {
  const total = performance.now() - exchange.startedAt;
  headers.set('X-Kong-Upstream-Latency', String(Math.round(waited)));
  headers.set('X-Kong-Proxy-Latency', String(Math.max(0, Math.round(total - waited))));
  headers.set('Via', [...(headers.all('via') ?? []), `${received} ${SERVER_TOKEN}`].join(', '));
  headers.set('X-Kong-Request-Id', exchange.id);
}
