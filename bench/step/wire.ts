/** A plain HTTP front of the lab's API server that counts what comes by: what a run asked, not what it says it asked. */
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { Lab } from '../../lab/index.ts';

/** One request that reached the API server; times are `performance.now()` of this process. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly at: number;
  /** When the head of the answer came; undefined while there is none. */
  answered?: number;
}

export interface Wire {
  readonly url: string;
  /** Leads kubectl here. The token is added on the way, so it holds no credential. */
  readonly kubeconfig: string;
  /** In the order in which they came; a watch is one call, however long it lasts. */
  readonly calls: readonly Call[];
  close(): void;
}

/** @param folder holds the kubeconfig */
export async function startWire(lab: Lab, folder: string): Promise<Wire> {
  const calls: Call[] = [];
  const agent = new https.Agent({ keepAlive: true, ca: fs.readFileSync(lab.caFile, 'utf8') });
  const server = http.createServer((request, response) => {
    const call: Call = { method: request.method ?? '', path: request.url ?? '', at: performance.now() };
    calls.push(call);
    const headers = { ...request.headers, authorization: `Bearer ${lab.token}` };
    const onward = https.request(lab.apiUrl + call.path, { method: call.method, headers, agent }, (answer) => {
      call.answered = performance.now();
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      // A watch without events has a head all the same.
      response.flushHeaders();
      answer.on('error', () => response.destroy());
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    request.pipe(onward);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const kubeconfig = path.join(folder, 'wire.kubeconfig');
  fs.writeFileSync(kubeconfig, JSON.stringify(configOf(url)), { mode: 0o600 });
  return {
    url,
    kubeconfig,
    calls,
    close: () => {
      server.close();
      server.closeAllConnections();
      agent.destroy();
    },
  };
}

/** JSON is YAML. */
function configOf(server: string): object {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'lab', cluster: { server } }],
    users: [{ name: 'lab', user: {} }],
    contexts: [{ name: 'lab', context: { cluster: 'lab', user: 'lab' } }],
    'current-context': 'lab',
  };
}

/** "watch httproutes", "PATCH httproutes", "PUT leases": what a call is, without names. */
export function kindOfCall({ method, path: asked }: Call): string {
  const url = new URL(asked, 'http://api');
  const parts = url.pathname.split('/').filter((part) => part !== '');
  const start = parts[0] === 'api' ? 2 : 3;
  const rest = parts[start] === 'namespaces' && parts.length > start + 2 ? parts.slice(start + 2) : parts.slice(start);
  const [resource = parts.join('/'), name] = rest;
  if (url.searchParams.get('watch') === '1') return `watch ${resource}`;
  if (method === 'GET') return `${name === undefined ? 'list' : 'get'} ${resource}`;
  return `${method.toLowerCase()} ${resource}${url.searchParams.get('dryRun') ? ' (dry run)' : ''}`;
}
