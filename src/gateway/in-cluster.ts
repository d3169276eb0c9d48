/**
 * A gateway that is reached from inside the cluster only: its Service, through the API server's proxy. What this cannot
 * show is in docs/clusters.md: Host, `authorization`, and times as users see them.
 */

import type { Cluster } from '../cluster/cluster.ts';
import { PlatformError, reasonOf } from '../errors.ts';
import type { HttpAnswer, HttpClient } from '../http/client.ts';
import { createHttpClient, joined } from '../http/client.ts';
import type { KubeObject } from '../kube/objects.ts';
import { annotation, field, list, nameOf, text } from '../kube/objects.ts';
import type { Ports } from '../ports.ts';
import type { Settings } from '../settings/types.ts';
import { urlOf } from './status.ts';

/** Set by Kong's controller on a Gateway it serves: `namespace/service`, several by comma (UDP apart). */
const PUBLISH_SERVICE = 'konghq.com/publish-service';
const BODY_LIMIT = 64 * 1024;

/** Opens connections to the public path. */
export type OpenHttp = (monotonic: () => number, random: () => number) => HttpClient & { close(): void };

/** The client that fits the settings: to the address users call, or through the API server. */
export function gatewayClient(
  given: { readonly settings: Settings; readonly ports: Ports; readonly openHttp?: OpenHttp },
  cluster: Cluster,
): HttpClient & { close(): void } {
  const { settings, ports, openHttp = createHttpClient } = given;
  const monotonic = () => ports.clock.monotonic();
  if (settings.gatewayUrl !== 'in-cluster') return openHttp(monotonic, ports.random);
  return Object.assign(relayClient(cluster, monotonic), { close: () => undefined });
}

/**
 * Where the gateway is asked: as the settings say, where the Gateway says itself, or its Service.
 * @param gateway undefined where Kong serves an Ingress: then the Service in front of Kong says it
 * @throws PlatformError
 */
export async function urlFor(gateway: KubeObject | undefined, cluster: Cluster, settings: Settings): Promise<string> {
  if (settings.gatewayUrl !== 'auto' && settings.gatewayUrl !== 'in-cluster') return settings.gatewayUrl;
  if (gateway === undefined) return proxyUrl(cluster, settings);
  if (settings.gatewayUrl === 'auto') return urlOf(gateway);
  return inClusterUrl(cluster, gateway);
}

/** Port of the Service in front of Kong's proxy by its name in Kong's charts. */
const PROXY_PORT = 'kong-proxy';

/** Where Kong's proxy answers when no Gateway says it. @throws PlatformError when its Service does not say it either. */
async function proxyUrl(cluster: Cluster, settings: Settings): Promise<string> {
  const { items } = await cluster.list('v1', 'Service', settings.kongNamespace);
  const portOf = (service: KubeObject | undefined) =>
    list(service, 'spec', 'ports').find((port) => text(port, 'name') === PROXY_PORT);
  const proxy = items.find((service) => portOf(service) !== undefined);
  const number = field(portOf(proxy), 'port');
  const port = number === 80 ? '' : `:${String(number)}`;
  if (proxy !== undefined && settings.gatewayUrl === 'in-cluster') {
    return `http://${proxy.metadata.name}.${proxy.metadata.namespace}.svc${port}`;
  }
  const [ingress] = list(proxy, 'status', 'loadBalancer', 'ingress');
  const address = text(ingress, 'hostname') || text(ingress, 'ip');
  if (address !== '') return `http://${address.includes(':') ? `[${address}]` : address}${port}`;
  throw new PlatformError(
    proxy === undefined
      ? `no Service in namespace ${settings.kongNamespace} has a port ${PROXY_PORT}`
      : `${nameOf(proxy)} has no address`,
    'give the URL that users call with the input gateway-url',
  );
}

/**
 * The address of the Gateway's Service inside the cluster: `http://kong-gateway-proxy.kong.svc`. The client of
 * {@link relayClient} takes it; so does whoever is inside.
 * @throws PlatformError when the Gateway does not name its Service, or the Service has no port for HTTP.
 */
export async function inClusterUrl(cluster: Cluster, gateway: KubeObject): Promise<string> {
  const [named] = (annotation(gateway, PUBLISH_SERVICE) ?? '').split(',');
  const [namespace, name] = named?.trim().split('/') ?? [];
  if (!namespace || !name)
    throw new PlatformError(
      `${nameOf(gateway)} does not name its Service in the annotation ${PUBLISH_SERVICE}`,
      'Kong sets it when its controller runs with --publish-service; else give the input gateway-url',
    );
  const service = await cluster.find({ apiVersion: 'v1', kind: 'Service', namespace, name });
  if (service === undefined)
    throw new PlatformError(
      `Service ${namespace}/${name}, which ${nameOf(gateway)} names, does not exist`,
      'give gateway-url',
    );
  const port = httpPort(service, gateway);
  if (port === undefined)
    throw new PlatformError(`${nameOf(service)} has no port for HTTP`, 'give the input gateway-url');
  return `http://${name}.${namespace}.svc${port === 80 ? '' : `:${port}`}`;
}

/** The port of the Gateway's HTTP listener, else 80, else the first that is not TLS by its name or number. */
function httpPort(service: KubeObject, gateway: KubeObject): number | undefined {
  const ports = list(service, 'spec', 'ports')
    .filter((port) => (text(port, 'protocol') || 'TCP') === 'TCP')
    .map((port) => ({ number: Number(field(port, 'port')), tls: /tls|https|ssl/i.test(text(port, 'name')) }));
  const listener = list(gateway, 'spec', 'listeners').find((entry) => text(entry, 'protocol') === 'HTTP');
  const wanted = Number(field(listener, 'port'));
  const found =
    ports.find(({ number }) => number === wanted) ??
    ports.find(({ number }) => number === 80) ??
    ports.find(({ number, tls }) => !tls && number !== 443 && number !== 8443);
  return found?.number;
}

/** Requests to `http://<service>.<namespace>.svc`, relayed by the API server. Never throws. */
export function relayClient(cluster: Cluster, monotonic: () => number): HttpClient {
  return async (request) => {
    const started = monotonic();
    const failed = (error: string): HttpAnswer => ({
      status: 0,
      headers: {},
      body: '',
      milliseconds: monotonic() - started,
      error,
    });
    const way = wayTo(request.url);
    if (way === undefined) return failed(`${request.url} is not a Service of the cluster`);
    const unsendable = Object.keys(request.headers).find((name) => /^(host|authorization)$/i.test(name));
    if (unsendable !== undefined)
      return failed(`gateway-url: in-cluster cannot send the header ${unsendable}: the API server sets or keeps it`);
    const { relay } = cluster.transport;
    if (relay === undefined) return failed('this connection relays nothing');
    const { method, headers, body, timeout, bodyLimit = BODY_LIMIT } = request;
    try {
      // Not the signal of the run: what proves a return is asked after it was aborted.
      const { signal } = request;
      const answer = await relay({ method, path: way, headers, body, timeout, bodyLimit, signal });
      const refusal = refusalIn(answer.body);
      if (refusal !== undefined) return failed(wordsFor(answer.status, refusal));
      return {
        status: answer.status,
        headers: joined(answer.headers),
        body: answer.body,
        milliseconds: monotonic() - started,
      };
    } catch (error) {
      return failed(reasonOf(error));
    }
  };
}

function wayTo(address: string): string | undefined {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const [, name, namespace] = /^([a-z0-9-]+)\.([a-z0-9-]+)\.svc$/.exec(url?.hostname ?? '') ?? [];
  if (url === undefined || url.protocol !== 'http:' || name === undefined || namespace === undefined) return undefined;
  const service = `http:${name}:${url.port || '80'}`;
  return `/api/v1/namespaces/${namespace}/services/${service}/proxy${url.pathname}${url.search}`;
}

/** The message of a `Status`, in which the API server says that it could not or may not relay: nobody behind it answered. */
function refusalIn(body: string): string | undefined {
  if (!/"kind":\s*"Status"/.test(body.slice(0, 100))) return undefined;
  try {
    const status: unknown = JSON.parse(body);
    return text(status, 'kind') === 'Status' && text(status, 'apiVersion') === 'v1'
      ? text(status, 'message') || text(status, 'reason')
      : undefined;
  } catch {
    return undefined;
  }
}

function wordsFor(status: number, message: string): string {
  const way = `the API server does not relay (${status}): ${message}`;
  return status === 403 ? `${way}; grant get, create, update, patch and delete on services/proxy` : way;
}
