/** One HTTP request, settled once and bounded by time, size and a signal: what every request of this project is made of. */
import http from 'node:http';
import https from 'node:https';

/** Where a request goes, and over which connection: as node:http takes it, TLS where `protocol` is `https:`. */
export type Target = https.RequestOptions;

export interface Exchange {
  readonly to: Target;
  readonly body?: string | undefined;
  /** Milliseconds until the answer must be complete. */
  readonly timeout: number;
  /** Most bytes of the answer. */
  readonly bodyLimit: number;
  /** What becomes of a longer answer: its rest is dropped, or the exchange fails. */
  readonly beyond: 'cut' | 'fail';
  readonly signal?: AbortSignal | undefined;
}

/** A whole answer, whatever its status. */
export interface Exchanged {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

/** There was no answer, or not all of it. */
export class Broken extends Error {
  override name = 'Broken';
  /** Of the connection (`ECONNRESET`), where it has one. */
  readonly code: string | undefined;
  /** Whether the other side had begun to answer. */
  readonly begun: boolean;
  /** Whether the connection had served an earlier request: the other side may have closed it in the same moment. */
  readonly reused: boolean;

  constructor(cause: Error, { begun, reused }: { begun: boolean; reused: boolean }) {
    super(cause.message, { cause });
    this.code = (cause as NodeJS.ErrnoException).code;
    this.begun = begun;
    this.reused = reused;
  }
}

/** The answer is longer than was asked for. */
export class TooLong extends Error {
  override name = 'TooLong';
}

/** @throws Broken; whatever Node throws for an address or a header it cannot send, before anything is sent. */
export function exchange({ to, body, timeout, bodyLimit, beyond, signal }: Exchange): Promise<Exchanged> {
  return new Promise((resolve, reject) => {
    const call = requestTo(to);
    let begun = false;
    const settle = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    };
    const fail = (error: Error) => {
      settle();
      reject(new Broken(error, { begun, reused: call.reusedSocket }));
    };
    // Ended from this side: what the connection says of that comes too late to be heard.
    const end = (why: Error) => {
      fail(why);
      call.destroy();
    };
    const timer = setTimeout(() => end(new Error(`no complete answer within ${timeout / 1000} s`)), timeout);
    const onAbort = () => end(new Error('cancelled'));
    signal?.addEventListener('abort', onAbort, { once: true });
    call.on('error', fail);
    call.on('response', (response) => {
      begun = true;
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        if (size < bodyLimit) chunks.push(chunk.subarray(0, bodyLimit - size));
        size += chunk.length;
        if (size > bodyLimit && beyond === 'fail') end(new TooLong(`the answer is longer than ${bodyLimit} bytes`));
      });
      response.on('error', (error) => fail(new Error(`the answer broke off: ${error.message}`, { cause: error })));
      response.on('end', () => {
        settle();
        const { statusCode: status = 0, headers } = response;
        resolve({ status, headers, body: Buffer.concat(chunks).toString('utf8') });
      });
    });
    call.end(body);
    if (signal?.aborted) onAbort();
  });
}

/**
 * Sends a GET and hands over its answer when it begins, to be read by the caller. The signal ends the body, too.
 * @param idle milliseconds the other side may say nothing; for ever where it is left out
 */
export function open(to: Target, signal: AbortSignal, idle?: number): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    const call = requestTo({ ...to, method: 'GET', signal });
    if (idle !== undefined)
      call.setTimeout(idle, () => call.destroy(new Error(`nothing was heard for ${idle / 1000} s`)));
    call.on('error', reject);
    call.on('response', resolve);
    call.end();
  });
}

/** All of an answer that was opened. @throws TooLong; the connection's error where it breaks off. */
export async function readAll(response: http.IncomingMessage, limit: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) throw new TooLong(`the answer is longer than ${limit} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function requestTo(to: Target): http.ClientRequest {
  return (to.protocol === 'https:' ? https : http).request(to);
}
