/** The plugins this stand-in has, and the names of those it only knows of. */
import { CORRELATION_ID } from './correlation-id.ts';
import { KEY_AUTH } from './key-auth.ts';
import type { Plugin } from './plugin.ts';
import { RATE_LIMITING } from './rate-limiting.ts';
import { REDIRECT } from './redirect.ts';
import { REQUEST_TERMINATION } from './request-termination.ts';
import { REQUEST_TRANSFORMER } from './request-transformer.ts';
import { RESPONSE_TRANSFORMER } from './response-transformer.ts';

/** In the order they run. */
export const PLUGINS: readonly Plugin[] = [
  KEY_AUTH,
  RATE_LIMITING,
  REQUEST_TRANSFORMER,
  RESPONSE_TRANSFORMER,
  REDIRECT,
  REQUEST_TERMINATION,
  CORRELATION_ID,
].sort((a, b) => b.priority - a.priority);

const BY_NAME = new Map(PLUGINS.map((plugin) => [plugin.name, plugin]));

/** Plugins bundled with Kong 3.9 (kong/constants.lua) that are accepted here unchecked and do nothing. */
const BUNDLED = new Set(
  (
    'jwt acl cors oauth2 tcp-log udp-log file-log http-log hmac-auth basic-auth ip-restriction request-size-limiting ' +
    'bot-detection aws-lambda syslog loggly datadog ldap-auth statsd prometheus proxy-cache session acme ' +
    'response-ratelimiting azure-functions zipkin opentelemetry pre-function post-function grpc-gateway grpc-web ' +
    'ai-proxy ai-prompt-decorator ai-prompt-template ai-prompt-guard ai-request-transformer ai-response-transformer ' +
    'standard-webhooks'
  ).split(' '),
);

export function pluginNamed(name: string): Plugin | undefined {
  return BY_NAME.get(name);
}

export function isBundled(name: string): boolean {
  return BY_NAME.has(name) || BUNDLED.has(name);
}
