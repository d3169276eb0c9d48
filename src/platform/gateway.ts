/** The gateway users call: which object it is, where it answers, and that it does. */

import { originOf } from '../checks/expect.ts';
import type { HttpClient } from '../checks/http.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { KubeObject } from '../cluster/objects.ts';
import { field, list, nameOf, text } from '../cluster/objects.ts';
import { watchUntil } from '../cluster/watch.ts';
import { PlatformError } from '../errors.ts';
import type { Clock } from '../ports.ts';

export const GATEWAY_API = 'gateway.networking.k8s.io/v1';

/** Waits until the Gateway is Programmed at its present generation. What the controller said last is in the error. */
export async function waitForGateway(
  cluster: Cluster,
  gateway: { namespace: string; name: string },
  options: { clock: Clock; timeout: number },
): Promise<KubeObject> {
  let last = 'no status yet';
  const ready = await watchUntil(
    cluster,
    {
      apiVersion: GATEWAY_API,
      kind: 'Gateway',
      namespace: gateway.namespace,
      fieldSelector: `metadata.name=${gateway.name}`,
    },
    (world) => {
      const object = world.get(`${gateway.namespace}/${gateway.name}`);
      if (!object) {
        last = 'it does not exist';
        return undefined;
      }
      const condition = list(object, 'status', 'conditions').find((entry) => text(entry, 'type') === 'Programmed');
      if (!condition) return undefined;
      last = `Programmed=${text(condition, 'status')} ${text(condition, 'reason')}: ${text(condition, 'message')}`;
      return text(condition, 'status') === 'True' &&
        field(condition, 'observedGeneration') === object.metadata.generation
        ? object
        : undefined;
    },
    options,
  );
  if (ready) return ready;
  throw new PlatformError(
    `Gateway ${gateway.namespace}/${gateway.name} did not become ready within ${options.timeout / 1000} s (${last})`,
    `kubectl describe gateway ${gateway.name} -n ${gateway.namespace}; is the Kong controller running, and does its GatewayClass carry the annotation konghq.com/gatewayclass-unmanaged: "true"?`,
  );
}

/**
 * Where users' requests go, from the Gateway's own status: first address, first HTTP(S) listener.
 * @throws PlatformError when there is no address yet: it names the input that gives one.
 */
export function urlOf(gateway: KubeObject): string {
  const address = text(list(gateway, 'status', 'addresses')[0], 'value');
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

/**
 * Waits until something that speaks like Kong answers at the URL (any status: a 404 of Kong's is an answer too).
 * An HTTP port cannot be watched, so it is asked four times a second.
 */
export async function waitForAnswer(
  http: HttpClient,
  url: string,
  options: { clock: Clock; timeout: number; signal?: AbortSignal | undefined },
): Promise<void> {
  const started = options.clock.monotonic();
  let last = 'no answer';
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
    await options.clock.sleep(250, options.signal);
  } while (options.clock.monotonic() - started < options.timeout);
  throw new PlatformError(
    `the gateway does not answer at ${url}: ${last}, for ${options.timeout / 1000} s`,
    'check that this address is reached from the runner, or give the input gateway-url',
  );
}
