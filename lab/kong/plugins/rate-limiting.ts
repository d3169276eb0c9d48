/**
 * rate-limiting, policy `local`: fixed windows aligned to the UTC calendar, counted per plugin binding and identifier
 * on this node (kong/plugins/rate-limiting/{handler,schema,expiration}.lua, policies/init.lua, kong/tools/timestamp.lua).
 */

import type { Field, Values } from '../declarative/field.ts';
import type { PluginInstance } from '../entities.ts';
import { errorExit } from '../proxy/answer.ts';
import type { Exchange } from '../proxy/exchange.ts';
import type { Counters, Plugin, PluginWorld } from './plugin.ts';

const PERIODS = ['second', 'minute', 'hour', 'day', 'month', 'year'] as const;
type Period = (typeof PERIODS)[number];

/** Length of a window in seconds as Kong reckons it (expiration.lua): months have 30 days, years 365. */
const SECONDS: Readonly<Record<Period, number>> = {
  second: 1,
  minute: 60,
  hour: 3600,
  day: 86_400,
  month: 2_592_000,
  year: 31_536_000,
};

const UNBOUND = '00000000-0000-0000-0000-000000000000';

interface RateLimitingConfig extends Partial<Record<Period, number>> {
  readonly limit_by: string;
  readonly header_name?: string;
  readonly path?: string;
  readonly policy: 'local' | 'redis';
  readonly fault_tolerant: boolean;
  readonly hide_client_headers: boolean;
  readonly error_code: number;
  readonly error_message: string;
}

interface Usage {
  readonly period: Period;
  readonly key: string;
  readonly limit: number;
  readonly remaining: number;
  readonly start: number;
}

const limit: Field = { type: 'number', gt: 0 };
const redisShorthand: Field = { type: 'any', hidden: true };

export const RATE_LIMITING: Plugin = {
  name: 'rate-limiting',
  priority: 910,
  fields: {
    second: limit,
    minute: limit,
    hour: limit,
    day: limit,
    month: limit,
    year: limit,
    limit_by: {
      type: 'string',
      default: 'consumer',
      one_of: ['consumer', 'credential', 'ip', 'service', 'header', 'path', 'consumer-group'],
    },
    header_name: { type: 'string' },
    path: { type: 'string', check: (value: string) => (value.startsWith('/') ? undefined : 'should start with: /') },
    // Without a database the schema has no `cluster`.
    policy: { type: 'string', default: 'local', len_min: 0, one_of: ['local', 'redis'] },
    fault_tolerant: { type: 'boolean', required: true, default: true },
    redis: { type: 'any' },
    redis_host: redisShorthand,
    redis_port: redisShorthand,
    redis_password: redisShorthand,
    redis_username: redisShorthand,
    redis_ssl: redisShorthand,
    redis_ssl_verify: redisShorthand,
    redis_server_name: redisShorthand,
    redis_timeout: redisShorthand,
    redis_database: redisShorthand,
    hide_client_headers: { type: 'boolean', required: true, default: false },
    error_code: { type: 'number', default: 429, gt: 0 },
    error_message: { type: 'string', default: 'API rate limit exceeded' },
    sync_rate: { type: 'number', required: true, default: -1 },
  },
  checkConfig: periodsInOrder,
  checkEntity(config) {
    if (PERIODS.some((period) => config[period] !== undefined)) return conditionalFields(config);
    const names = PERIODS.map((period) => `'config.${period}'`).join(', ');
    return [{ type: 'entity', message: `at least one of these fields must be non-empty: ${names}` }];
  },
  access(exchange, settings, world, instance) {
    const config = settings as unknown as RateLimitingConfig;
    if (config.policy === 'redis') {
      // There is no Redis in the lab: Kong lets requests pass when it cannot reach its store and may.
      if (!config.fault_tolerant) exchange.exit = errorExit(exchange, 500, 'An unexpected error occurred');
      return;
    }
    const now = Math.floor(world.now() / 1000) * 1000;
    const usages = readUsages(config, exchange, world, instance, now);
    const exceeded = usages.filter((usage) => usage.remaining <= 0).at(-1);
    const reset = config.hide_client_headers ? undefined : setHeaders(exchange, usages, exceeded, now);
    if (exceeded !== undefined) {
      if (reset !== undefined) exchange.answerHeaders.set('Retry-After', String(reset));
      exchange.exit = errorExit(exchange, config.error_code, config.error_message);
      return;
    }
    // Kong counts in a timer that runs after this phase, so simultaneous requests can slip through.
    setImmediate(() => {
      for (const { key, period } of usages) world.counters.increment(key, now, SECONDS[period] * 1000);
    });
  },
};

function readUsages(
  config: RateLimitingConfig,
  exchange: Exchange,
  world: PluginWorld,
  instance: PluginInstance,
  now: number,
): Usage[] {
  const who = identifier(config, exchange);
  const usages: Usage[] = [];
  for (const period of PERIODS) {
    const most = config[period];
    if (most === undefined) continue;
    const start = windowStart(period, now);
    const key = `ratelimit:${instance.route ?? UNBOUND}:${instance.service ?? UNBOUND}:${who}:${start}:${period}`;
    usages.push({ period, key, limit: most, remaining: most - world.counters.get(key, now), start });
  }
  return usages;
}

/** Whom the limit counts; without the thing asked for, the client's address. */
function identifier(config: RateLimitingConfig, exchange: Exchange): string {
  return named(config, exchange) ?? exchange.clientAddress;
}

function named(config: RateLimitingConfig, exchange: Exchange): string | undefined {
  switch (config.limit_by) {
    case 'consumer':
      return exchange.consumer?.id ?? exchange.credential?.id;
    case 'credential':
      return exchange.credential?.id;
    case 'service':
      return exchange.service?.id;
    case 'header':
      return config.header_name === undefined ? undefined : exchange.headers.get(config.header_name);
    case 'path':
      return exchange.path === config.path ? config.path : undefined;
    default:
      return undefined;
  }
}

/** Start of the calendar window that holds `now`, in milliseconds since the epoch. */
export function windowStart(period: Period, now: number): number {
  if (period !== 'month' && period !== 'year') return now - (now % (SECONDS[period] * 1000));
  const date = new Date(now);
  return Date.UTC(date.getUTCFullYear(), period === 'month' ? date.getUTCMonth() : 0);
}

/** The general headers tell of the tightest window; answers the seconds until it ends. */
function setHeaders(exchange: Exchange, usages: readonly Usage[], exceeded: Usage | undefined, now: number): number {
  let tightest: { limit: number; remaining: number; window: number } | undefined;
  let reset = 1;
  for (const usage of usages) {
    const counted = exceeded === undefined || exceeded === usage ? usage.remaining - 1 : usage.remaining;
    const remaining = Math.max(0, counted);
    const window = SECONDS[usage.period];
    if (
      tightest === undefined ||
      remaining < tightest.remaining ||
      (remaining === tightest.remaining && window > tightest.window)
    ) {
      tightest = { limit: usage.limit, remaining, window };
      reset = Math.max(1, window - Math.floor((now - usage.start) / 1000));
    }
    const title = usage.period[0]?.toUpperCase() + usage.period.slice(1);
    exchange.answerHeaders.set(`X-RateLimit-Limit-${title}`, String(usage.limit));
    exchange.answerHeaders.set(`X-RateLimit-Remaining-${title}`, String(remaining));
  }
  if (tightest === undefined) return reset;
  exchange.answerHeaders.set('RateLimit-Limit', String(tightest.limit));
  exchange.answerHeaders.set('RateLimit-Remaining', String(tightest.remaining));
  exchange.answerHeaders.set('RateLimit-Reset', String(reset));
  return reset;
}

function periodsInOrder(config: Values): string | undefined {
  const set = PERIODS.filter((period) => typeof config[period] === 'number');
  for (const [index, lower] of set.entries()) {
    for (const upper of set.slice(index + 1)) {
      const [low, high] = [config[lower] as number, config[upper] as number];
      if (high < low) {
        return `The limit for ${upper}(${high.toFixed(1)}) cannot be lower than the limit for ${lower}(${low.toFixed(1)})`;
      }
    }
  }
  return undefined;
}

function conditionalFields(config: Values) {
  const needs = [
    ['limit_by', 'header', 'header_name'],
    ['limit_by', 'path', 'path'],
  ] as const;
  return needs.flatMap(([field, value, needed]) =>
    config[field] === value && config[needed] === undefined
      ? [
          { type: 'field' as const, field: `config.${needed}`, message: 'required field missing' },
          { type: 'entity' as const, message: `failed conditional validation given value of field 'config.${field}'` },
        ]
      : [],
  );
}

/** Counters in memory; expired ones are swept once in a while. */
export function memoryCounters(): Counters {
  const counters = new Map<string, { count: number; expires: number }>();
  const SWEEP_ABOVE = 10_000;
  return {
    get(key, now) {
      const counter = counters.get(key);
      return counter === undefined || counter.expires <= now ? 0 : counter.count;
    },
    increment(key, now, ttl) {
      const counter = counters.get(key);
      if (counter !== undefined && counter.expires > now) {
        counter.count++;
        return;
      }
      if (counters.size > SWEEP_ABOVE) {
        for (const [old, { expires }] of counters) if (expires <= now) counters.delete(old);
      }
      counters.set(key, { count: 1, expires: now + ttl });
    },
  };
}
