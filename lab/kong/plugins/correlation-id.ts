/** correlation-id: gives each request an id, and the client too when asked (kong/plugins/correlation-id/handler.lua). */
import { randomUUID } from 'node:crypto';
import type { Exchange } from '../proxy/exchange.ts';
import type { Plugin } from './plugin.ts';

interface CorrelationIdConfig {
  readonly header_name: string;
  readonly generator: 'uuid' | 'uuid#counter' | 'tracker';
  readonly echo_downstream: boolean;
}

const workerId = randomUUID();
let counter = 0;

export const CORRELATION_ID: Plugin = {
  name: 'correlation-id',
  priority: 1,
  fields: {
    header_name: { type: 'string', default: 'Kong-Request-ID' },
    generator: {
      type: 'string',
      required: true,
      default: 'uuid#counter',
      one_of: ['uuid', 'uuid#counter', 'tracker'],
    },
    echo_downstream: { type: 'boolean', required: true, default: false },
  },
  access(exchange, settings) {
    const config = settings as unknown as CorrelationIdConfig;
    if ((exchange.headers.get(config.header_name) ?? '') !== '') return;
    exchange.headers.set(config.header_name, generate(config.generator, exchange));
  },
  headerFilter(exchange, headers, settings) {
    const config = settings as unknown as CorrelationIdConfig;
    if (!config.echo_downstream) return;
    headers.set(config.header_name, exchange.headers.get(config.header_name) || generate(config.generator, exchange));
  },
};

function generate(generator: CorrelationIdConfig['generator'], exchange: Exchange): string {
  if (generator === 'uuid') return randomUUID();
  if (generator === 'uuid#counter') return `${workerId}#${++counter}`;
  const { localAddress, localPort } = exchange.request.socket;
  return `${localAddress}-${localPort}-${process.pid}-1-1-${(Date.now() / 1000).toFixed(3)}`;
}
