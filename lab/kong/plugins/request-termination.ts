/** request-termination: a fixed answer (kong/plugins/request-termination/{handler,schema}.lua). */
import type { Values } from '../declarative/field.ts';
import { type Exit, jsonExit } from '../proxy/answer.ts';
import type { Exchange } from '../proxy/exchange.ts';
import type { Plugin } from './plugin.ts';

const DEFAULT_MESSAGES: Readonly<Record<number, string>> = {
  401: 'Unauthorized',
  404: 'Not found',
  405: 'Method not allowed',
  500: 'An unexpected error occurred',
  502: 'Bad Gateway',
  503: 'Service unavailable',
};

interface RequestTerminationConfig {
  readonly status_code: number;
  readonly message?: string;
  readonly content_type?: string;
  readonly body?: string;
  readonly echo: boolean;
  readonly trigger?: string;
}

export const REQUEST_TERMINATION: Plugin = {
  name: 'request-termination',
  priority: 2,
  fields: {
    status_code: { type: 'integer', required: true, default: 503, between: [100, 599] },
    message: { type: 'string' },
    content_type: { type: 'string' },
    body: { type: 'string' },
    echo: { type: 'boolean', required: true, default: false },
    trigger: { type: 'string' },
  },
  checkConfig,
  access(exchange, settings) {
    const config = settings as unknown as RequestTerminationConfig;
    const { trigger } = config;
    if (trigger !== undefined && !exchange.headers.has(trigger) && !exchange.query.has(trigger)) return;
    exchange.exit = exitOf(exchange, config);
  },
};

function exitOf(exchange: Exchange, config: RequestTerminationConfig): Exit {
  const { status_code: status, body, content_type: contentType } = config;
  const message = config.message ?? DEFAULT_MESSAGES[status];
  if (config.echo) return jsonExit(status, { message, request: echoed(exchange) });
  if (body !== undefined) {
    return { status, body, contentType: contentType ?? 'application/json; charset=utf-8', headers: [] };
  }
  return jsonExit(status, message === undefined ? undefined : { message });
}

function echoed(exchange: Exchange): object {
  return {
    scheme: 'http',
    host: exchange.request.headers.host,
    headers: Object.fromEntries(exchange.headers.names().map((name) => [name, exchange.headers.get(name)])),
    query: Object.fromEntries([...exchange.query].map(([name, values]) => [name, values[0]])),
    method: exchange.request.method,
    path: exchange.path,
  };
}

function checkConfig(config: Values): string | undefined {
  const present = (name: string) => typeof config[name] === 'string' && config[name] !== '';
  if (present('message') && (present('content_type') || present('body'))) {
    return 'message cannot be used with content_type or body';
  }
  if (present('content_type') && !present('body')) return 'content_type requires a body';
  if (config['echo'] === true && (present('content_type') || present('body'))) {
    return 'echo cannot be used with content_type and body';
  }
  return undefined;
}
