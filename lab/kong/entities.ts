/**
 * The entities of Kong's declarative configuration, after validation and with defaults filled in.
 * Field names are Kong's own (kong/db/schema/entities/*.lua), so that a configuration can be read beside its documentation.
 */

/** A timeout in milliseconds. */
export type Milliseconds = number;

export interface Service {
  readonly id: string;
  readonly name: string | undefined;
  readonly protocol: string;
  readonly host: string;
  readonly port: number;
  readonly path: string | undefined;
  readonly retries: number;
  readonly connect_timeout: Milliseconds;
  readonly write_timeout: Milliseconds;
  readonly read_timeout: Milliseconds;
}

export interface Route {
  readonly id: string;
  readonly name: string | undefined;
  readonly service: Service | undefined;
  readonly protocols: readonly string[];
  readonly methods: readonly string[] | undefined;
  readonly hosts: readonly string[] | undefined;
  readonly paths: readonly string[] | undefined;
  readonly headers: Readonly<Record<string, readonly string[]>> | undefined;
  readonly snis: readonly string[] | undefined;
  readonly regex_priority: number;
  readonly strip_path: boolean;
  readonly preserve_host: boolean;
  readonly path_handling: 'v0' | 'v1';
  readonly https_redirect_status_code: number;
  readonly request_buffering: boolean;
  readonly created_at: number | undefined;
}

export interface Target {
  /** `host:port` as written. */
  readonly target: string;
  readonly host: string;
  readonly port: number;
  /** 0 to 65535; 0 takes no requests. */
  readonly weight: number;
}

export type HashOn = 'none' | 'consumer' | 'ip' | 'header' | 'cookie' | 'path' | 'query_arg' | 'uri_capture';

export interface Upstream {
  readonly id: string;
  readonly name: string;
  readonly algorithm: string;
  readonly slots: number;
  readonly host_header: string | undefined;
  readonly hash_on: HashOn;
  readonly hash_on_header: string | undefined;
  readonly hash_on_cookie: string | undefined;
  readonly hash_on_cookie_path: string;
  readonly hash_on_query_arg: string | undefined;
  readonly hash_on_uri_capture: string | undefined;
  readonly hash_fallback: HashOn;
  readonly hash_fallback_header: string | undefined;
  readonly hash_fallback_query_arg: string | undefined;
  readonly hash_fallback_uri_capture: string | undefined;
  readonly targets: readonly Target[];
}

export interface Consumer {
  readonly id: string;
  readonly username: string | undefined;
  readonly custom_id: string | undefined;
}

export interface Credential {
  readonly id: string;
  readonly key: string;
  readonly consumer: Consumer;
}

/** Settings of one plugin instance as its schema has checked them. */
export type PluginConfig = Readonly<Record<string, unknown>>;

/** One configured plugin and what it is bound to; ids, absent = not bound. */
export interface PluginInstance {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly protocols: readonly string[] | undefined;
  readonly config: PluginConfig;
  readonly route: string | undefined;
  readonly service: string | undefined;
  readonly consumer: string | undefined;
}

/** A whole declarative configuration that Kong accepted. */
export interface Configuration {
  readonly services: readonly Service[];
  readonly routes: readonly Route[];
  readonly upstreams: readonly Upstream[];
  readonly consumers: readonly Consumer[];
  readonly credentials: readonly Credential[];
  readonly plugins: readonly PluginInstance[];
}

export const EMPTY_CONFIGURATION: Configuration = {
  services: [],
  routes: [],
  upstreams: [],
  consumers: [],
  credentials: [],
  plugins: [],
};
