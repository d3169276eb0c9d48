/** A caller of our own for the probes of one run: its key is nobody else's, and no limit of real callers is touched. */

import type { Cluster } from '../cluster/cluster.ts';
import { PlatformError, reasonOf } from '../errors.ts';
import type { HttpClient } from '../http/client.ts';
import { CREDENTIAL_LABEL, INGRESS_CLASS, KONG_API, PLUGINS_ANNOTATION, RUN_LABEL } from '../kube/names.ts';
import type { KubeObject, OwnerReference } from '../kube/objects.ts';
import { refOf } from '../kube/objects.ts';
import type { Clock, Ports, Teller } from '../ports.ts';
import { runLabel } from './proof-consumer.ts';

/** Requests a minute the consumer may send: far above any probe-rate. */
const LIMIT = 1_000_000;
/** Milliseconds until Kong knows the key; its controller pushes every 3 s by default. */
const KNOWN_WITHIN = 30_000;

export interface ProbeConsumerOptions extends Pick<Teller, 'mask'> {
  readonly run: string;
  readonly namespace: string;
  readonly ingressClass: string;
  /** Header key-auth reads the key from. */
  readonly keyName: string;
  readonly owner: OwnerReference;
  readonly clock: Clock;
  readonly token: Ports['token'];
  readonly http: HttpClient;
  /** A request that key-auth lets through once Kong knows the key. */
  readonly probe: { readonly url: string; readonly headers: Readonly<Record<string, string>> };
}

export interface ProbeConsumer {
  readonly headers: Readonly<Record<string, string>>;
  /** @returns one sentence for each object that stayed; never throws. */
  remove(cluster: Cluster): Promise<string[]>;
}

/** Secret, KongPlugin and KongConsumer, in the order they are applied. Pure. */
export function probeConsumerObjects(
  options: Pick<ProbeConsumerOptions, 'run' | 'namespace' | 'ingressClass' | 'owner'>,
  key: string,
): readonly KubeObject[] {
  const run = runLabel(options.run);
  // Consumers' names must be unique across namespaces, else Kong refuses the whole configuration.
  const name = `mesh-canary-probe-${run}`;
  const metadata = {
    name,
    namespace: options.namespace,
    labels: { [RUN_LABEL]: run },
    ownerReferences: [options.owner],
  };
  return [
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { ...metadata, labels: { ...metadata.labels, [CREDENTIAL_LABEL]: 'key-auth' } },
      type: 'Opaque',
      stringData: { key },
    },
    {
      apiVersion: KONG_API,
      kind: 'KongPlugin',
      metadata: { ...metadata, annotations: { [INGRESS_CLASS]: options.ingressClass } },
      plugin: 'rate-limiting',
      config: { minute: LIMIT, policy: 'local', hide_client_headers: true },
    },
    {
      apiVersion: KONG_API,
      kind: 'KongConsumer',
      metadata: {
        ...metadata,
        annotations: { [INGRESS_CLASS]: options.ingressClass, [PLUGINS_ANNOTATION]: name },
      },
      username: name,
      credentials: [name],
    },
  ];
}

/**
 * Makes the consumer and waits until Kong lets its key through.
 * @throws PlatformError when it does not; what was made is removed again.
 */
export async function makeProbeConsumer(cluster: Cluster, options: ProbeConsumerOptions): Promise<ProbeConsumer> {
  const key = options.token(24);
  options.mask(key);
  const objects = probeConsumerObjects(options, key);
  const headers = { [options.keyName]: key };
  const remove = async (through: Cluster) => {
    const problems: string[] = [];
    // The consumer first: one that names a missing Secret makes the controller warn.
    for (const object of objects.toReversed()) {
      await through.delete(refOf(object)).catch((error: unknown) => {
        problems.push(`${object.kind} ${object.metadata.name} is still there: ${reasonOf(error)}`);
      });
    }
    return problems;
  };
  try {
    for (const object of objects) await cluster.apply(object);
    await untilKnown(cluster, headers, options);
    return { headers, remove };
  } catch (error) {
    await remove(cluster.under(options.clock.timeout(10_000), 5_000));
    throw error;
  }
}

async function untilKnown(
  cluster: Cluster,
  headers: Readonly<Record<string, string>>,
  { http, clock, probe }: ProbeConsumerOptions,
): Promise<void> {
  const started = clock.monotonic();
  for (;;) {
    const request = { url: probe.url, method: 'GET', headers: { ...probe.headers, ...headers }, timeout: 5_000 };
    const { status } = await http({ ...request, signal: cluster.signal });
    if (status !== 401 && status !== 403 && status !== 0) return;
    if (clock.monotonic() - started > KNOWN_WITHIN)
      throw new PlatformError(
        `the temporary consumer of the probes is not let through: ${status || 'no answer'} for ${KNOWN_WITHIN / 1000} s`,
        status === 403 ? 'an acl plugin asks for a group: give the probes a key in probe-headers instead' : '',
      );
    await clock.sleep(200, cluster.signal);
  }
}
