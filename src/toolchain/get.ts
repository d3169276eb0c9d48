/**
 * One GET of a text through the proxy the environment names (`https_proxy`, `http_proxy`, `no_proxy`). The agent is that
 * of @actions/http-client; its client is not used, since it follows redirects by itself and cannot be stopped.
 */
import { urlToHttpOptions } from 'node:url';
import { HttpClient } from '@actions/http-client';
import { open } from '../http/exchange.ts';
import type { Get } from './fetch.ts';

export const systemGet: Get = async (url, { signal, idle }) => {
  const response = await open(
    {
      ...urlToHttpOptions(url),
      // The agent through a proxy has no port of its own to fall back on.
      port: url.port || (url.protocol === 'https:' ? 443 : 80),
      agent: new HttpClient('mesh-canary', [], { keepAlive: false }).getAgent(url.href),
      headers: { 'user-agent': 'mesh-canary', 'accept-encoding': 'identity' },
    },
    signal,
    idle,
  );
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    body: response,
    discard: () => {
      // Destroyed with the body unread: its error has no listener and would end the process.
      response.on('error', () => undefined);
      response.destroy();
    },
  };
};
