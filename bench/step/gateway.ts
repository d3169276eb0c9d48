/** A gateway in a thread of its own: notes when each request arrived, and may answer nothing for a while. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';

/** Milliseconds after the first request, and how long. */
export interface Stall {
  readonly from: number;
  readonly for: number;
}

/** Milliseconds of the machine's monotonic clock by the number of the request (header {@link NUMBER}). */
export type Arrivals = ReadonlyMap<number, number>;

/** Header that numbers requests in the order they were sent. */
export const NUMBER = 'x-number';

/** The clock all threads share. */
export function sharedNow(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

if (parentPort !== null) serve(workerData as { readonly stall?: Stall }, parentPort);

function serve({ stall }: { readonly stall?: Stall }, port: NonNullable<typeof parentPort>): void {
  const arrivals = new Map<number, number>();
  let first: number | undefined;
  const server = http.createServer((request, response) => {
    const now = sharedNow();
    first ??= now;
    const number = Number(request.headers[NUMBER]);
    if (!arrivals.has(number)) arrivals.set(number, now);
    const since = now - first;
    const stalled = stall !== undefined && since >= stall.from && since < stall.from + stall.for;
    setTimeout(() => response.end('ok'), stalled ? stall.from + stall.for - since : 0);
  });
  server.listen(0, '127.0.0.1', () => port.postMessage((server.address() as AddressInfo).port));
  port.on('message', () => port.postMessage(arrivals));
}
