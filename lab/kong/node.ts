/**
 * One Kong node: the configuration in force with everything compiled from it, and the history of what it was sent.
 * A new configuration is compiled first and then put in place in one step; requests in flight keep the old one.
 */
import { createHash } from 'node:crypto';
import { type Balancer, balancerOf } from './balancer/balancer.ts';
import { parseDeclarative } from './declarative/declarative.ts';
import type { Refusal } from './declarative/refusal.ts';
import { type Configuration, type Consumer, type Credential, EMPTY_CONFIGURATION } from './entities.ts';
import { dueAfter, faulty, type KongFault } from './faults.ts';
import { PluginBindings } from './plugins/binding.ts';
import type { Counters } from './plugins/plugin.ts';
import { memoryCounters } from './plugins/rate-limiting.ts';
import { Router } from './router/router.ts';

/** The hash before any configuration was pushed (kong/constants.lua, DECLARATIVE_EMPTY_CONFIG_HASH). */
export const EMPTY_HASH = '0'.repeat(32);

/** A configuration ready for traffic. */
export interface Compiled {
  readonly hash: string;
  readonly configuration: Configuration;
  readonly router: Router;
  readonly bindings: PluginBindings;
  readonly balancers: ReadonlyMap<string, Balancer>;
  readonly credentials: ReadonlyMap<string, Credential>;
  readonly consumers: ReadonlyMap<string, Consumer>;
}

/** One `POST /config`. */
export interface Push {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** The answer's status: 201, 304 or 400. */
  readonly status: number;
  readonly body: unknown;
}

export interface NodeOptions {
  /** Milliseconds since the epoch; the windows of rate-limiting follow it. */
  readonly now?: () => number;
  /** Numbers in [0, 1) that shuffle the balancers' wheels. */
  readonly random?: () => number;
}

export type PushOutcome =
  | { readonly status: 201; readonly configuration: Configuration }
  | { readonly status: 304 }
  | { readonly status: 400; readonly refusal: Refusal };

export class KongNode {
  readonly now: () => number;
  /** Counters of rate-limiting live in shared memory: they outlast configurations. */
  readonly counters: Counters = memoryCounters();
  readonly pushes: Push[] = [];
  /** The body of the configuration in force, as it was sent. */
  lastGood: unknown;
  #current: Compiled;
  #sent = { configuration: EMPTY_CONFIGURATION, hash: EMPTY_HASH, at: 0 };
  #faults: readonly KongFault[] = [];
  readonly #random: (() => number) | undefined;

  constructor(options: NodeOptions = {}) {
    this.now = options.now ?? Date.now;
    this.#random = options.random;
    this.#current = compile(EMPTY_CONFIGURATION, EMPTY_HASH, this.#random);
  }

  get faults(): readonly KongFault[] {
    return this.#faults;
  }

  /** Takes the place of the faults there were: at once, also for the configuration that was sent last. */
  set faults(faults: readonly KongFault[]) {
    this.#faults = faults;
    this.#enforce(Date.now() - this.#sent.at);
  }

  get current(): Compiled {
    return this.#current;
  }

  /** Takes a configuration over, or refuses it and keeps the one in force. */
  push(text: string, checkHash: boolean): PushOutcome {
    const { outcome, body } = this.#take(text, checkHash);
    this.pushes.push({ at: Date.now(), status: outcome.status, body });
    return outcome;
  }

  #take(text: string, checkHash: boolean): { outcome: PushOutcome; body: unknown } {
    const hash = createHash('md5').update(text).digest('hex');
    const body = parseJson(text);
    if (checkHash && hash === this.#current.hash) return { outcome: { status: 304 }, body };
    const parsed = parseDeclarative(body);
    if ('refusal' in parsed) return { outcome: { status: 400, refusal: parsed.refusal }, body };
    const sent = { configuration: parsed.configuration, hash, at: Date.now() };
    this.#sent = sent;
    this.#enforce(0);
    const due = dueAfter(this.#faults);
    if (due !== undefined) {
      setTimeout(() => {
        if (this.#sent === sent) this.#enforce(Number.POSITIVE_INFINITY);
      }, due).unref();
    }
    this.lastGood = body;
    return { outcome: { status: 201, configuration: parsed.configuration }, body };
  }

  #enforce(since: number): void {
    const { configuration, hash } = this.#sent;
    const enforced = faulty(configuration, this.#current.configuration, this.#faults, since);
    this.#current = compile(enforced, hash, this.#random);
  }
}

function compile(configuration: Configuration, hash: string, random: (() => number) | undefined): Compiled {
  const consumers = new Map<string, Consumer>();
  for (const consumer of configuration.consumers) {
    consumers.set(consumer.id, consumer);
    if (consumer.username !== undefined) consumers.set(consumer.username, consumer);
  }
  return {
    hash,
    configuration,
    router: new Router(configuration.routes),
    bindings: new PluginBindings(configuration.plugins),
    balancers: new Map(configuration.upstreams.map((upstream) => [upstream.name, balancerOf(upstream, random)])),
    credentials: new Map(configuration.credentials.map((credential) => [credential.key, credential])),
    consumers,
  };
}

/** Anything but a JSON object is refused later as lacking its format version. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
