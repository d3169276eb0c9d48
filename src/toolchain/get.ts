/**
 * One GET of a text through the proxy the environment names (`https_proxy`, `http_proxy`, `no_proxy`). The agent is that
 * of @actions/http-client; its client is not used, since it follows redirects by itself and cannot be stopped.
 */
import http from 'node:http';
import https from 'node:https';
import { HttpClient } from '@actions/http-client';
import type { Answer, Get } from './fetch.ts';

export const systemGet: Get = (url, { signal, idle }) =>
  new Promise<Answer>((resolve, reject) => {
    const secure = url.protocol === 'https:';
    const request = (secure ? https : http).request(url, {
      // The agent through a proxy has no port of its own to fall back on.
      port: url.port || (secure ? 443 : 80),
      agent: new HttpClient('mesh-canary', [], { keepAlive: false }).getAgent(url.href),
      headers: { 'user-agent': 'mesh-canary', 'accept-encoding': 'identity' },
      signal,
    });
    request.setTimeout(idle, () => request.destroy(new Error(`nothing was heard for ${idle / 1000} s`)));
    request.on('error', reject);
    request.on('response', (response) =>
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        body: response,
        discard: () => {
          // Destroyed with the body unread: its error has no listener and would end the process.
          response.on('error', () => undefined);
          request.destroy();
        },
      }),
    );
    request.end();
  });
