/** What a plugin is made of. */

import type { Fields, Values, Violation } from '../declarative/field.ts';
import type { Consumer, Credential, PluginConfig, PluginInstance } from '../entities.ts';
import type { Exchange } from '../proxy/exchange.ts';
import type { HeaderTable } from '../proxy/header-table.ts';

/** What plugins may look up and keep; counters outlive a configuration, credentials do not. */
export interface PluginWorld {
  /** Milliseconds since the epoch. */
  now(): number;
  credential(key: string): Credential | undefined;
  consumer(idOrName: string): Consumer | undefined;
  readonly counters: Counters;
}

/** Counters that expire, like the shared memory of one Kong node. */
export interface Counters {
  get(key: string, now: number): number;
  /** Adds one; a new counter lives for `ttl` milliseconds. */
  increment(key: string, now: number, ttl: number): void;
}

export interface Plugin {
  readonly name: string;
  /** Higher runs earlier (`PRIORITY` in the plugin's handler.lua). */
  readonly priority: number;
  /** Fields of `config`. */
  readonly fields: Fields;
  /** Rule over all of `config`, reported as a field error on `config`. */
  readonly checkConfig?: (config: Values) => string | undefined;
  /** Rules over the whole plugin, reported as entity errors. */
  readonly checkEntity?: (config: Values) => Violation[];
  /** Looked up without the consumer: it may not be bound to one (`consumer = typedefs.no_consumer`). */
  readonly ignoresConsumer?: boolean;
  /** Before sending upstream; sets `exchange.exit` to answer instead. */
  access?(exchange: Exchange, config: PluginConfig, world: PluginWorld, instance: PluginInstance): void | Promise<void>;
  /** On the headers of the answer, whoever gives it; runs also when an earlier plugin ended the request. */
  headerFilter?(exchange: Exchange, headers: HeaderTable, config: PluginConfig): void;
  /** When given and it answers true, the whole body is held and `bodyFilter` called. */
  wantsBody?(headers: HeaderTable, config: PluginConfig): boolean;
  bodyFilter?(body: string, config: PluginConfig): string;
}
