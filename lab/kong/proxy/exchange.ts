/** One request on its way through the proxy: what came in, what plugins change, and what goes out. */
import { randomFillSync } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Consumer, Credential, Route, Service } from '../entities.ts';
import type { Match } from '../router/router.ts';
import { pathOf } from '../router/uri.ts';
import type { Exit } from './answer.ts';
import { HeaderTable } from './header-table.ts';
import { formatQuery, parseQuery, type Query } from './query.ts';

export class Exchange {
  readonly id = newRequestId();
  /** Milliseconds on the monotonic clock. */
  readonly startedAt = performance.now();
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Request headers; edits are sent upstream. */
  readonly headers: HeaderTable;
  /** Headers that plugins put on the answer, whoever gives it. */
  readonly answerHeaders = new HeaderTable();
  /** Request path as sent, without the query string. */
  readonly path: string;
  readonly clientAddress: string;
  match: Match | undefined;
  consumer: Consumer | undefined;
  credential: Credential | undefined;
  /** Method to use upstream. */
  method: string;
  /** Path to use upstream, not yet escaped. */
  upstreamPath = '/';
  /** A Host for upstream that a plugin asked for. */
  upstreamHost: string | undefined;
  /** Set when Kong answers by itself: no later plugin runs and nothing is sent upstream. */
  exit: Exit | undefined;
  /** The request body, once somebody needed it whole. */
  body: Buffer | undefined;
  readonly #rawQuery: string | undefined;
  #query: Query | undefined;
  #queryChanged = false;

  constructor(request: IncomingMessage, response: ServerResponse) {
    this.request = request;
    this.response = response;
    this.headers = HeaderTable.from(request.rawHeaders);
    this.method = request.method ?? 'GET';
    const target = request.url ?? '/';
    this.path = pathOf(target);
    this.#rawQuery = target.length > this.path.length ? target.slice(this.path.length + 1) : undefined;
    this.clientAddress = (request.socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  }

  get route(): Route | undefined {
    return this.match?.route;
  }

  get service(): Service | undefined {
    return this.match?.service;
  }

  /** Parsed query arguments; after changing them call `queryEdited`. */
  get query(): Query {
    this.#query ??= parseQuery(this.#rawQuery);
    return this.#query;
  }

  queryEdited(): void {
    this.#queryChanged = true;
  }

  /** The query string for upstream with its `?`; an empty one (`/foo?`) is kept, as Kong does. */
  get upstreamQuery(): string {
    if (this.#queryChanged) {
      const text = formatQuery(this.query);
      return text === '' ? '' : `?${text}`;
    }
    return this.#rawQuery === undefined ? '' : `?${this.#rawQuery}`;
  }

  cookie(name: string): string | undefined {
    for (const header of this.headers.all('cookie') ?? []) {
      for (const part of header.split(';')) {
        const equals = part.indexOf('=');
        if (equals > 0 && part.slice(0, equals).trim() === name) return part.slice(equals + 1).trim();
      }
    }
    return undefined;
  }

  /** Whether the client sends a body at all. */
  get hasBody(): boolean {
    const { headers } = this.request;
    return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
  }

  /** Reads the whole request body. */
  async readBody(): Promise<Buffer> {
    if (this.body === undefined) {
      const chunks: Buffer[] = [];
      for await (const chunk of this.request) chunks.push(chunk as Buffer);
      this.body = Buffer.concat(chunks);
    }
    return this.body;
  }
}

const POOL_BYTES = 8192;
const ID_BYTES = 16;
const pool = Buffer.alloc(POOL_BYTES);
let used = POOL_BYTES;

/** 32 hexadecimal digits, like nginx's $request_id. */
export function newRequestId(): string {
  if (used + ID_BYTES > POOL_BYTES) {
    randomFillSync(pool);
    used = 0;
  }
  used += ID_BYTES;
  return pool.toString('hex', used - ID_BYTES, used);
}
