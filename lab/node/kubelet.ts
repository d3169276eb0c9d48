import type { ServerResponse } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { selfSigned } from './certificate.ts';
import type { LogBuffer } from './log-buffer.ts';

/** Port the node announces, as a kubelet's; the egress proxy leads it to {@link KubeletServer.port}. */
export const KUBELET_PORT = 10250;

export interface KubeletServer {
  /** Local port. */
  readonly port: number;
  stop(): Promise<void>;
}

/** The log of a container, the reason why it has none, or undefined when there is no such pod. */
export type FindLog = (
  namespace: string,
  pod: string,
  container: string,
  previous: boolean,
) => LogBuffer | string | undefined;

/** What the API server asks a kubelet for: container logs, for `kubectl logs`. It does not check our certificate. */
export async function startKubelet(findLog: FindLog): Promise<KubeletServer> {
  const server = https.createServer(selfSigned('lab-node'), (request, response) => {
    const url = new URL(request.url ?? '/', 'https://lab-node');
    const [, route, ...parts] = url.pathname.split('/').map(decodeURIComponent);
    if (route === 'healthz') return void response.end('ok');
    const [namespace, pod, container] = parts;
    if (route !== 'containerLogs' || namespace === undefined || pod === undefined || container === undefined) {
      return void end(response, 404, 'the lab node answers /healthz and /containerLogs only');
    }
    const log = findLog(namespace, pod, container, url.searchParams.get('previous') === 'true');
    if (log === undefined) return void end(response, 404, `pod "${pod}" not found`);
    if (typeof log === 'string') return void end(response, 400, log);
    sendLog(log, url.searchParams, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Query parameters as in PodLogOptions. */
function sendLog(log: LogBuffer, query: URLSearchParams, response: ServerResponse): void {
  const timestamps = query.get('timestamps') === 'true';
  const tail = query.get('tailLines');
  const seconds = query.get('sinceSeconds');
  const since = query.get('sinceTime');
  const from = seconds === null ? since : new Date(Date.now() - Number(seconds) * 1000);
  const lines = log.lines({
    timestamps,
    ...(tail === null ? {} : { tail: Number(tail) }),
    ...(from === null ? {} : { since: new Date(from) }),
  });
  response.writeHead(200, { 'content-type': 'text/plain' });
  const text = lines.map((line) => `${line}\n`).join('');
  const limit = query.get('limitBytes');
  response.write(limit === null ? text : Buffer.from(text).subarray(0, Number(limit)));
  if (query.get('follow') !== 'true') return void response.end();
  const unfollow = log.follow(
    (line) => (line === undefined ? response.end() : response.write(`${line}\n`)),
    timestamps,
  );
  response.on('close', unfollow);
}

function end(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'content-type': 'text/plain' });
  response.end(message);
}
