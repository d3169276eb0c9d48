/** The gateway users call: which object it is, where it answers, and that it does. */

import { originOf } from '../checks/expect.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { watchUntil } from '../cluster/watch.ts';
import { PlatformError } from '../errors.ts';
import type { HttpClient } from '../http/client.ts';
import { GATEWAY_API } from '../kube/names.ts';
import type { KubeObject } from '../kube/objects.ts';
import { field, list, nameOf, text } from '../kube/objects.ts';
import type { Clock, Teller } from '../ports.ts';

export interface Waiting extends Partial<Pick<Teller, 'say'>> {
  readonly clock: Clock;
  /** Milliseconds. */
  readonly timeout: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Waits until the Gateway is Programmed at its present generation and, where `address` is asked for, has an address: a
 * load balancer gets its name a while after it was made. What the controller said last is in the error.
 */
export async function waitForGateway(
  cluster: Cluster,
  gateway: { namespace: string; name: string },
  options: Waiting & { readonly address?: boolean },
): Promise<KubeObject> {
  let last = 'no status yet';
  let pending = false;
  let told = false;
  const wait = () => {
    pending = true;
    if (!told) options.say?.(`address pending: Gateway ${gateway.namespace}/${gateway.name} has none yet`);
    told = true;
    return undefined;
  };
  const ready = await watchUntil(
    cluster,
    {
      apiVersion: GATEWAY_API,
      kind: 'Gateway',
      namespace: gateway.namespace,
      fieldSelector: `metadata.name=${gateway.name}`,
    },
    (world) => {
      pending = false;
      const object = world.get(`${gateway.namespace}/${gateway.name}`);
      if (!object) {
        last = 'it does not exist';
        return undefined;
      }
      const condition = list(object, 'status', 'conditions').find((entry) => text(entry, 'type') === 'Programmed');
      if (!condition) return undefined;
      last = `Programmed=${text(condition, 'status')} ${text(condition, 'reason')}: ${text(condition, 'message')}`;
      const current = field(condition, 'observedGeneration') === object.metadata.generation;
      if (text(condition, 'status') !== 'True' || !current)
        return text(condition, 'reason') === 'AddressNotAssigned' ? wait() : undefined;
      if (options.address !== true || addressOf(object) !== '') return object;
      last = 'address pending: its status has none yet';
      return wait();
    },
    options,
  );
  if (ready) return ready;
  throw new PlatformError(
    `Gateway ${gateway.namespace}/${gateway.name} did not become ready within ${options.timeout / 1000} s (${last})`,
    pending
      ? "is there a load balancer for Kong's Service (kubectl get service -A)? Raise ready-timeout when it is slow, or give the input gateway-url"
      : `kubectl describe gateway ${gateway.name} -n ${gateway.namespace}; is the Kong controller running, and does its GatewayClass carry the annotation konghq.com/gatewayclass-unmanaged: "true"?`,
  );
}

function addressOf(gateway: KubeObject): string {
  return text(list(gateway, 'status', 'addresses')[0], 'value');
}

/**
 * Where users' requests go, from the Gateway's own status: first address, first HTTP(S) listener.
 * @throws PlatformError when there is no address yet: it names the input that gives one.
 */
export function urlOf(gateway: KubeObject): string {
  const address = addressOf(gateway);
  const listeners = list(gateway, 'spec', 'listeners');
  const listener =
    listeners.find((entry) => text(entry, 'protocol') === 'HTTP') ??
    listeners.find((entry) => text(entry, 'protocol') === 'HTTPS');
  if (address === '' || listener === undefined) {
    throw new PlatformError(
      `${nameOf(gateway)} has no ${address === '' ? 'address' : 'HTTP listener'}`,
      'give the URL that users call with the input gateway-url',
    );
  }
  const scheme = text(listener, 'protocol') === 'HTTPS' ? 'https' : 'http';
  const port = Number(field(listener, 'port'));
  const host = address.includes(':') ? `[${address}]` : address;
  return port === (scheme === 'https' ? 443 : 80) ? `${scheme}://${host}` : `${scheme}://${host}:${port}`;
}

/** Milliseconds between two questions: an HTTP port cannot be watched. A name is asked for less often, as resolvers remember a no. */
const ASK_AGAIN = { port: 250, name: 2_000 } as const;

/**
 * Waits until something that speaks like Kong answers at the URL (any status: a 404 of Kong's is an answer too). A name
 * that does not resolve is an address that is pending: load balancers are in DNS only minutes after they were made.
 */
export async function waitForAnswer(http: HttpClient, url: string, options: Waiting): Promise<void> {
  const started = options.clock.monotonic();
  const host = new URL(url).hostname;
  let last = 'no answer';
  let pending = false;
  do {
    const answer = await http({
      url: `${url}/`,
      method: 'GET',
      headers: { accept: 'application/json' },
      timeout: 2000,
      signal: options.signal,
    });
    if (answer.error === undefined && answer.status > 0) {
      if (originOf(answer) !== 'unknown' || answer.status < 500) return;
    }
    last = answer.error ?? `status ${answer.status}`;
    const unresolved = isUnresolved(answer.error);
    if (unresolved && !pending) options.say?.(`address pending: ${host} does not resolve yet`);
    pending = unresolved;
    await options.clock.sleep(pending ? ASK_AGAIN.name : ASK_AGAIN.port, options.signal);
  } while (options.clock.monotonic() - started < options.timeout);
  if (pending)
    throw new PlatformError(
      `the address of the gateway is pending: ${host} does not resolve, for ${options.timeout / 1000} s`,
      'raise ready-timeout where a load balancer is new, give the input gateway-url, or in-cluster where the name is known inside only',
    );
  throw new PlatformError(
    `the gateway does not answer at ${url}: ${last}, for ${options.timeout / 1000} s`,
    'check that this address is reached from the runner, or give the input gateway-url',
  );
}

/** Words of getaddrinfo(3): no such name, or no answer from a resolver for now. */
function isUnresolved(error: string | undefined): boolean {
  return error !== undefined && /\b(ENOTFOUND|EAI_AGAIN)\b/.test(error);
}
