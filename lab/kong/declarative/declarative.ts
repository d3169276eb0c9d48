/**
 * Reads a declarative configuration (`POST /config`): checks every entity, nested or not, resolves references by id or
 * name, and refuses the whole when anything is wrong. Rules after kong/db/schema/others/declarative_config.lua.
 */
import type {
  Configuration,
  Consumer,
  Credential,
  PluginInstance,
  Route,
  Service,
  Target,
  Upstream,
} from '../entities.ts';
import {
  CONSUMER,
  consumerEntityChecks,
  KEY_AUTH_CREDENTIAL,
  PLUGIN,
  ROUTE,
  routeEntityChecks,
  SERVICE,
  TARGET,
  UPSTREAM,
} from './entity-fields.ts';
import { checkRecord, type Fields, type Values, type Violation } from './field.ts';
import { checkPluginConfig, pluginChecks } from './plugin-settings.ts';
import { type EntityErrors, type Refusal, refusalOf } from './refusal.ts';
import { Table } from './table.ts';
import { idOf, listIn, text, topLevelErrors } from './top-level.ts';

export type Parsed = { readonly configuration: Configuration } | { readonly refusal: Refusal };

/** Lists that may be nested in a consumer and are not looked at. */
const CONSUMER_LISTS = [
  'acls',
  'basicauth_credentials',
  'hmacauth_credentials',
  'jwt_secrets',
  'oauth2_credentials',
  'mtls_auth_credentials',
];

export function parseDeclarative(input: unknown): Parsed {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    return { refusal: refusalOf([], { _format_version: 'required field missing' }) };
  }
  const reading = new Reading(input as Values);
  const configuration = reading.read();
  if (reading.errors.length === 0 && Object.keys(reading.fieldErrors).length === 0) return { configuration };
  return { refusal: refusalOf(reading.errors, reading.fieldErrors) };
}

type Owner = Readonly<Partial<Record<'route' | 'service' | 'consumer', string>>>;

/** One pass over a configuration; errors are gathered, not thrown. */
class Reading {
  readonly errors: EntityErrors[] = [];
  readonly fieldErrors: Record<string, string> = {};
  /** Duplicates and references to nothing count only when every entity by itself is right. */
  readonly #between: EntityErrors[] = [];
  readonly #input: Values;
  readonly #services = new Table<Service>();
  readonly #routes = new Table<Route>();
  readonly #upstreams = new Table<Upstream>();
  readonly #consumers = new Table<Consumer>();
  readonly #credentials = new Map<string, Credential>();
  readonly #customIds = new Set<string>();
  readonly #plugins: PluginInstance[] = [];
  /** Plugins wait until all they may refer to has been read. */
  readonly #waiting: { readonly entity: Values; readonly owner: Owner }[] = [];

  constructor(input: Values) {
    this.#input = input;
  }

  read(): Configuration {
    Object.assign(this.fieldErrors, topLevelErrors(this.#input));
    for (const service of this.#list('services')) this.#service(service);
    for (const route of this.#list('routes')) this.#route(route, undefined);
    for (const upstream of this.#list('upstreams')) this.#upstream(upstream);
    for (const consumer of this.#list('consumers')) this.#consumer(consumer);
    for (const credential of this.#list('keyauth_credentials')) this.#credential(credential, undefined);
    for (const entity of this.#list('plugins')) this.#waiting.push({ entity, owner: {} });
    for (const { entity, owner } of this.#waiting) this.#plugin(entity, owner);
    if (this.errors.length === 0) this.errors.push(...this.#between);
    return {
      services: this.#services.all,
      routes: this.#routes.all,
      upstreams: this.#upstreams.all,
      consumers: this.#consumers.all,
      credentials: [...this.#credentials.values()],
      plugins: this.#plugins,
    };
  }

  #list(name: string): Values[] {
    return listIn(this.#input, name);
  }

  /** Checks an entity's own fields; nested lists are taken out first. */
  #check(
    kind: string,
    entity: Values,
    fields: Fields,
    nested: readonly string[],
    more: (values: Values) => Violation[] = () => [],
  ): Values | undefined {
    const own = Object.fromEntries(Object.entries(entity).filter(([name]) => !nested.includes(name)));
    const { values, violations } = checkRecord(fields, own);
    const all = violations.length > 0 ? violations : more(values);
    if (all.length === 0) return values;
    this.#refuse(kind, own, all);
    return undefined;
  }

  #clash(kind: string, entity: Values, message: string): void {
    this.#between.push({ kind, entity, violations: [{ type: 'entity', message }] });
  }

  #refuse(kind: string, entity: Values, violations: readonly Violation[]): void {
    this.errors.push({ kind, entity, violations });
  }

  #add<T extends { id: string }>(
    kind: string,
    table: Table<T>,
    entity: Values,
    item: T,
    key: string | undefined,
    keyField: string,
  ): void {
    const taken = table.add(item, key);
    if (taken === undefined) return;
    const [field, value] = taken === 'id' ? ['primary key', item.id] : [keyField, key];
    this.#clash(kind, entity, uniqueness(`${kind}s`, field ?? '', value ?? ''));
  }

  #service(entity: Values): void {
    const values = this.#check('service', entity, SERVICE, ['routes', 'plugins']);
    if (values === undefined) {
      for (const route of listIn(entity, 'routes')) this.#route(route, undefined);
      this.#wait(entity, {});
      return;
    }
    const service = { ...values, id: idOf('services', values, 'name'), name: text(values['name']) } as Service;
    this.#add('service', this.#services, entity, service, service.name, 'name');
    for (const route of listIn(entity, 'routes')) this.#route(route, service);
    this.#wait(entity, { service: service.id });
  }

  #route(entity: Values, parent: Service | undefined): void {
    const values = this.#check('route', entity, ROUTE, ['plugins'], routeEntityChecks);
    if (values === undefined) {
      this.#wait(entity, {});
      return;
    }
    const service = parent ?? this.#reference('route', entity, 'service', this.#services, 'services');
    const id = idOf(
      'routes',
      values,
      'name',
      JSON.stringify([service?.id, values['hosts'], values['paths'], values['methods'], values['headers']]),
    );
    const route = { ...values, id, name: text(values['name']), service } as Route;
    this.#add('route', this.#routes, entity, route, route.name, 'name');
    this.#wait(entity, { route: id });
  }

  #upstream(entity: Values): void {
    const values = this.#check('upstream', entity, UPSTREAM, ['targets']);
    if (values === undefined) return;
    const targets = listIn(entity, 'targets').flatMap((target) => this.#target(target));
    const upstream = {
      ...values,
      id: idOf('upstreams', values, 'name'),
      targets: summed(targets),
    } as unknown as Upstream;
    this.#add('upstream', this.#upstreams, entity, upstream, upstream.name, 'name');
  }

  #target(entity: Values): Target[] {
    const values = this.#check('target', entity, TARGET, []);
    if (values === undefined) return [];
    const [, host = '', port] = /^(.*?)(?::(\d+))?$/.exec(String(values['target'])) ?? [];
    return [{ target: String(values['target']), host, port: Number(port ?? 8000), weight: Number(values['weight']) }];
  }

  #consumer(entity: Values): void {
    const nested = ['keyauth_credentials', 'plugins', ...CONSUMER_LISTS];
    const values = this.#check('consumer', entity, CONSUMER, nested, consumerEntityChecks);
    if (values === undefined) return;
    const customId = text(values['custom_id']);
    const consumer: Consumer = {
      id: idOf('consumers', values, 'username', customId),
      username: text(values['username']),
      custom_id: customId,
    };
    this.#add('consumer', this.#consumers, entity, consumer, consumer.username, 'username');
    if (customId !== undefined && this.#customIds.has(customId)) {
      this.#clash('consumer', entity, uniqueness('consumers', 'custom_id', customId));
    }
    if (customId !== undefined) this.#customIds.add(customId);
    for (const credential of listIn(entity, 'keyauth_credentials')) this.#credential(credential, consumer);
    this.#wait(entity, { consumer: consumer.id });
  }

  #credential(entity: Values, parent: Consumer | undefined): void {
    const values = this.#check('keyauth_credential', entity, KEY_AUTH_CREDENTIAL, []);
    if (values === undefined) return;
    const consumer = parent ?? this.#reference('keyauth_credential', entity, 'consumer', this.#consumers, 'consumers');
    const key = String(values['key']);
    if (consumer === undefined) return;
    if (this.#credentials.has(key)) {
      this.#clash('keyauth_credential', entity, uniqueness('keyauth_credentials', 'key', key));
      return;
    }
    this.#credentials.set(key, { id: idOf('keyauth_credentials', values, 'key'), key, consumer });
  }

  #wait(entity: Values, owner: Owner): void {
    for (const plugin of listIn(entity, 'plugins')) this.#waiting.push({ entity: plugin, owner });
  }

  #plugin(entity: Values, owner: Owner): void {
    const values = this.#check('plugin', entity, PLUGIN, [], pluginChecks);
    if (values === undefined) return;
    const name = String(values['name']);
    const route = owner.route ?? this.#reference('plugin', entity, 'route', this.#routes, 'routes')?.id;
    const service = owner.service ?? this.#reference('plugin', entity, 'service', this.#services, 'services')?.id;
    const consumer = owner.consumer ?? this.#reference('plugin', entity, 'consumer', this.#consumers, 'consumers')?.id;
    this.#plugins.push({
      id: idOf('plugins', values, 'instance_name', [name, route, service, consumer].join('|')),
      name,
      enabled: values['enabled'] as boolean,
      protocols: values['protocols'] as readonly string[] | undefined,
      config: checkPluginConfig(name, values['config']).values,
      route,
      service,
      consumer,
    });
  }

  /** A reference is an id or a name, or an object with one of them. */
  #reference<T extends { id: string }>(
    kind: string,
    entity: Values,
    field: string,
    table: Table<T>,
    list: string,
  ): T | undefined {
    const written = entity[field];
    if (written === undefined || written === null) return undefined;
    const key =
      typeof written === 'object'
        ? ((written as Values)['id'] ?? (written as Values)['name'] ?? (written as Values)['username'])
        : written;
    const found = table.find(String(key));
    if (found === undefined) {
      const message = `invalid reference '${field}: ${String(key)}' (no such entity in '${list}')`;
      this.#between.push({ kind, entity, violations: [{ type: 'field', field, message }] });
    }
    return found;
  }
}

/** The same address listed twice takes the sum of its weights. */
function summed(targets: readonly Target[]): Target[] {
  const byAddress = new Map<string, Target>();
  for (const target of targets) {
    const before = byAddress.get(target.target);
    byAddress.set(target.target, { ...target, weight: target.weight + (before?.weight ?? 0) });
  }
  return [...byAddress.values()];
}

function uniqueness(list: string, field: string, value: string): string {
  return `uniqueness violation: '${list}' entity with ${field} set to '${value}' already declared`;
}
