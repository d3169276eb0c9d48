/**
 * The load balancer of one upstream: picks the next target by the upstream's algorithm, and computes the value that
 * consistent hashing works on. Rules after kong/runloop/balancer/init.lua (`get_value_to_hash`) and least_connections.lua.
 * Health checks are not part of this stand-in: every target counts as healthy.
 */
import type { HashOn, Target, Upstream } from '../entities.ts';
import { continuumOf } from './continuum.ts';
import { wheelOf } from './wheel.ts';

/** What of a request a balancer may hash on. */
export interface Hashable {
  readonly clientAddress: string;
  readonly consumerId: string | undefined;
  readonly path: string;
  header(name: string): string | undefined;
  cookie(name: string): string | undefined;
  queryArgument(name: string): string | undefined;
  uriCapture(name: string): string | undefined;
}

export interface Balancer {
  readonly upstream: Upstream;
  /** The target for a try; undefined means that there is none to be had. */
  next(hashValue: string): Target | undefined;
  /** To be called when a request to a target is over; least-connections counts on it. */
  release(target: Target): void;
}

export function balancerOf(upstream: Upstream, random?: () => number): Balancer {
  const ignore = () => {};
  if (upstream.algorithm === 'consistent-hashing') {
    const ring = continuumOf(upstream.targets, upstream.slots);
    return { upstream, next: (hashValue) => ring.find(hashValue), release: ignore };
  }
  if (upstream.algorithm === 'least-connections') return leastConnections(upstream);
  const wheel = wheelOf(upstream.targets, random);
  return { upstream, next: () => wheel.next(), release: ignore };
}

/** A cookie that the balancer made up because the request had none, for the response. */
export interface HashCookie {
  readonly name: string;
  readonly value: string;
  readonly path: string;
}

export interface HashValue {
  readonly value: string;
  readonly cookie?: HashCookie;
}

/** The value to hash: the first choice, else the fallback, else nothing (the empty string). */
export function hashValueOf(upstream: Upstream, request: Hashable, newId: () => string): HashValue {
  const first = identifier(upstream, upstream.hash_on, '', request, newId);
  if (first !== undefined) return first;
  return identifier(upstream, upstream.hash_fallback, 'fallback', request, newId) ?? { value: '' };
}

function identifier(
  upstream: Upstream,
  on: HashOn,
  choice: '' | 'fallback',
  request: Hashable,
  newId: () => string,
): HashValue | undefined {
  const fallback = choice === 'fallback';
  switch (on) {
    case 'none':
      return undefined;
    case 'consumer':
      return present(request.consumerId);
    case 'ip':
      return present(request.clientAddress);
    case 'path':
      return present(request.path);
    case 'header':
      return present(
        named(fallback ? upstream.hash_fallback_header : upstream.hash_on_header, (name) => request.header(name)),
      );
    case 'query_arg':
      return present(
        named(fallback ? upstream.hash_fallback_query_arg : upstream.hash_on_query_arg, (name) =>
          request.queryArgument(name),
        ),
      );
    case 'uri_capture':
      return present(
        named(fallback ? upstream.hash_fallback_uri_capture : upstream.hash_on_uri_capture, (name) =>
          request.uriCapture(name),
        ),
      );
    case 'cookie': {
      const name = upstream.hash_on_cookie ?? '';
      const sent = request.cookie(name);
      if (sent !== undefined) return { value: sent };
      const value = newId();
      return { value, cookie: { name, value, path: upstream.hash_on_cookie_path } };
    }
  }
}

function present(value: string | undefined): HashValue | undefined {
  return value === undefined || value === '' ? undefined : { value };
}

function named(name: string | undefined, read: (name: string) => string | undefined): string | undefined {
  return name === undefined ? undefined : read(name);
}

function leastConnections(upstream: Upstream): Balancer {
  const open = new Map<Target, number>();
  const load = (target: Target) => ((open.get(target) ?? 0) + 1) / target.weight;
  return {
    upstream,
    next() {
      let least: Target | undefined;
      for (const target of upstream.targets) {
        if (target.weight > 0 && (least === undefined || load(target) < load(least))) least = target;
      }
      if (least !== undefined) open.set(least, (open.get(least) ?? 0) + 1);
      return least;
    },
    release(target) {
      open.set(target, Math.max(0, (open.get(target) ?? 0) - 1));
    },
  };
}
