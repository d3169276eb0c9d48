/** redirect, new in Kong 3.9 (kong/plugins/redirect/{handler,schema}.lua). */
import { jsonExit } from '../proxy/answer.ts';
import type { Plugin } from './plugin.ts';

interface RedirectConfig {
  readonly status_code: number;
  readonly location: string;
  readonly keep_incoming_path: boolean;
}

export const REDIRECT: Plugin = {
  name: 'redirect',
  priority: 779,
  fields: {
    status_code: { type: 'integer', required: true, default: 301, between: [100, 599] },
    location: { type: 'string', required: true, check: absoluteUrl },
    keep_incoming_path: { type: 'boolean', default: false },
  },
  access(exchange, settings) {
    const config = settings as unknown as RedirectConfig;
    const location = config.keep_incoming_path
      ? new URL(exchange.request.url ?? '/', config.location).href
      : config.location;
    const exit = jsonExit(config.status_code, undefined, [['Location', location]]);
    exchange.exit = { ...exit, body: 'redirecting' };
  },
};

function absoluteUrl(value: string): string | undefined {
  return URL.canParse(value) ? undefined : 'missing host in url';
}
