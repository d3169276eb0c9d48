/** Proving plugins on the public path: what each must show, with a consumer of our own, while Kong's warnings are watched. */
import { sentence } from '../checks/expect.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { watchUntil } from '../cluster/watch.ts';
import { PlatformError } from '../errors.ts';
import type { HttpAnswer, HttpClient } from '../http/client.ts';
import type { KubeObject, OwnerReference } from '../kube/objects.ts';
import { refOf } from '../kube/objects.ts';
import type { Clock, Ports, Teller } from '../ports.ts';
import { proofConsumer } from './proof-consumer.ts';
import type { KongWarning, PluginProof, ProofStep } from './proofs.ts';
import { judge, kongWarningsSince, leftInWindow, proofFor, requestsAllowed } from './proofs.ts';

/** Milliseconds for Kong to take a change: its controller pushes every 3 s by default. */
const EFFECT_WITHIN = 45_000;
/** Quiet time that counts as "taken" for plugins that show nothing: a push period and a reserve. */
const QUIET_FOR = 5_000;
const TRY_EVERY = 200;
/** Milliseconds for removing the consumer of the proofs. */
const CLEAN_WITHIN = 5_000;

export interface ProofTarget {
  readonly service: string;
  readonly route: KubeObject;
  readonly url: string;
  /** Headers of a normal request, without a key. */
  readonly headers: Readonly<Record<string, string>>;
  /** Plugin objects bound to this route. */
  readonly plugins: readonly KubeObject[];
}

export interface ProveOptions extends Pick<Teller, 'mask'> {
  readonly cluster: Cluster;
  readonly http: HttpClient;
  readonly clock: Clock;
  readonly token: Ports['token'];
  readonly run: string;
  readonly namespace: string;
  readonly ingressClass: string;
  /** Ready gateway pods: each counts its own limits. */
  readonly gatewayPods: number;
  /** Epoch milliseconds, by the API server's clock, of our first write: older warnings are not ours. */
  readonly since: number;
  /** Owner of the temporary consumer, so that it goes even when this run is killed. */
  readonly owner: OwnerReference;
}

export interface ProofResult {
  readonly service: string;
  readonly plugin: string;
  /** What was seen, one phrase a step. */
  readonly seen: readonly string[];
  readonly note?: string;
}

/**
 * Proves every plugin of every target.
 * @throws PlatformError when a proof is not seen in time, or at once when Kong's controller warns about it.
 */
export async function provePlugins(targets: readonly ProofTarget[], options: ProveOptions): Promise<ProofResult[]> {
  const plans = targets.map((target) => {
    const kinds = target.plugins.map((plugin) => String(plugin['plugin'] ?? ''));
    return { target, proofs: target.plugins.map((plugin) => proofFor(plugin, kinds)) };
  });
  if (plans.every(({ proofs }) => proofs.length === 0)) return [];
  const done = new AbortController();
  const watching = options.cluster.until(done.signal);
  const warned = watchWarnings(watching, targets, options);
  const needsConsumer = plans.some(({ proofs }) => proofs.some((proof) => proof.needsConsumer));
  const key = options.token(24);
  options.mask(key);
  const consumer = needsConsumer
    ? proofConsumer({ run: options.run, namespace: options.namespace, key, ingressClass: options.ingressClass })
    : [];
  try {
    for (const object of consumer) {
      const metadata = { ...object.metadata, ownerReferences: [options.owner] };
      await options.cluster.apply({ ...object, metadata });
    }
    const proving = proveAll(plans, key, { ...options, cluster: watching });
    proving.catch(() => undefined); // when a warning ends the proofs, their own end is of no interest
    return (await Promise.race([proving, warned])) ?? (await proving);
  } finally {
    done.abort(new Error('proofs ended'));
    await warned.catch(() => undefined);
    // Also when the run is cancelled. The consumer first: one that names a missing Secret makes the controller warn.
    const cluster = options.cluster.under(options.clock.timeout(CLEAN_WITHIN), CLEAN_WITHIN);
    for (const object of consumer.toReversed()) await cluster.delete(refOf(object));
  }
}

async function proveAll(
  plans: readonly { readonly target: ProofTarget; readonly proofs: readonly PluginProof[] }[],
  key: string,
  options: ProveOptions,
): Promise<ProofResult[]> {
  const all: ProofResult[] = [];
  for (const { target, proofs } of plans)
    for (const proof of proofs) all.push(await proveOne(target, proof, key, options));
  // What shows nothing is only told from a refused plugin by Kong's silence; the others may have been enforced since an
  // earlier run, and then say nothing about this configuration.
  if (all.some(({ seen }) => seen.length === 0)) await options.clock.sleep(QUIET_FOR, options.cluster.signal);
  return all;
}

async function proveOne(
  target: ProofTarget,
  proof: PluginProof,
  key: string,
  options: ProveOptions,
): Promise<ProofResult> {
  const seen: string[] = [];
  for (const step of proof.steps) {
    const answer = step.until
      ? await exhaust(target, proof, step, key, options)
      : await insist(target, proof, step, key, options);
    seen.push(`${step.name}: ${answer.status}`);
  }
  return {
    service: target.service,
    plugin: `${proof.plugin} (${proof.object})`,
    seen,
    ...(proof.note ? { note: proof.note } : {}),
  };
}

/** Asks until the answer is as expected; Kong needs a moment to take the change. */
async function insist(
  target: ProofTarget,
  proof: PluginProof,
  step: ProofStep,
  key: string,
  options: ProveOptions,
): Promise<HttpAnswer> {
  const started = options.clock.monotonic();
  for (;;) {
    options.cluster.signal?.throwIfAborted();
    const answer = await ask(target, proof, step, key, options);
    const result = judge(step, answer);
    if (result.ok) return answer;
    if (options.clock.monotonic() - started > EFFECT_WITHIN) {
      throw new PlatformError(
        `plugin ${proof.object} is not enforced on ${target.service}: ${step.name}, ${sentence(result)}, for ${EFFECT_WITHIN / 1000} s`,
        `is ${proof.object} bound to the route, and does no other plugin or route come first? kubectl describe kongplugin ${proof.object} -n ${options.namespace}`,
      );
    }
    // A limit that was used up by our own tries must not be taken for a failure: slow down with it.
    await options.clock.sleep(
      answer.status === 429 ? leftInWindow('minute', options.clock.now()) : TRY_EVERY,
      options.cluster.signal,
    );
  }
}

/** Sends until the limit shows, within one calendar window. */
async function exhaust(
  target: ProofTarget,
  proof: PluginProof,
  step: ProofStep,
  key: string,
  options: ProveOptions,
): Promise<HttpAnswer> {
  const window = step.until?.window ?? 'minute';
  const allowed = requestsAllowed(step, options.gatewayPods);
  let last = 'nothing';
  for (let attempt = 0; attempt < 3; attempt++) {
    const left = leftInWindow(window, options.clock.now());
    if (left < 3_000) await options.clock.sleep(left + 50, options.cluster.signal);
    const startedIn = Math.floor(options.clock.now() / (step.until?.windowMilliseconds ?? 60_000));
    for (let request = 0; request < allowed; request++) {
      const answer = await ask(target, proof, step, key, options);
      const result = judge(step, answer);
      if (result.ok) return answer;
      last = sentence(result);
    }
    // Counters start again with the calendar window: only a full round within one is proof of absence.
    if (Math.floor(options.clock.now() / (step.until?.windowMilliseconds ?? 60_000)) === startedIn) break;
  }
  throw new PlatformError(
    `plugin ${proof.object} does not limit ${target.service}: ${allowed} requests in one ${window}, ${last}`,
    'does the consumer of the proof get another limit, or is the limit counted somewhere else (policy)?',
  );
}

function ask(
  target: ProofTarget,
  proof: PluginProof,
  step: ProofStep,
  key: string,
  options: ProveOptions,
): Promise<HttpAnswer> {
  const name = proof.keyName ?? keyNameOf(target.plugins);
  const value = step.key === 'valid' ? key : step.key === 'wrong' ? options.token(12) : undefined;
  const url = new URL(target.url);
  if (value !== undefined && proof.keyIn === 'query') url.searchParams.set(name, value);
  return options.http({
    url: url.href,
    method: 'GET',
    headers: { ...target.headers, ...(value !== undefined && proof.keyIn !== 'query' ? { [name]: value } : {}) },
    timeout: 10_000,
    signal: options.cluster.signal,
  });
}

/** The header a valid key goes into behind the key-auth among these plugins. */
export function keyNameOf(plugins: readonly KubeObject[]): string {
  const keyAuth = plugins.find((plugin) => plugin['plugin'] === 'key-auth');
  return keyAuth ? (proofFor(keyAuth).keyName ?? 'apikey') : 'apikey';
}

/** Ends with an error when Kong's controller warns about something of ours, or that a whole configuration was refused. */
async function watchWarnings(
  cluster: Cluster,
  targets: readonly ProofTarget[],
  options: ProveOptions,
): Promise<undefined> {
  const ours = new Set(
    targets.flatMap(({ route, plugins }) =>
      [route, ...plugins].map(({ kind, metadata }) => `${kind}/${metadata.name}`),
    ),
  );
  const watched = watchUntil<undefined>(
    cluster,
    { apiVersion: 'v1', kind: 'Event', namespace: options.namespace },
    (world) => {
      const fatal = kongWarningsSince([...world.values()], options.since).find((warning) => isFatal(warning, ours));
      if (fatal) throw refusedBy(fatal);
      return undefined;
    },
    { clock: options.clock, timeout: 10 * 60_000 },
  );
  watched.catch(() => undefined); // looked at through the race; an abort at the end is no failure
  return watched;
}

export function isFatal(warning: KongWarning, ours: ReadonlySet<string>): boolean {
  return warning.reason === 'KongConfigurationApplyFailed' || ours.has(`${warning.kind}/${warning.name}`);
}

export function refusedBy(warning: KongWarning): PlatformError {
  const what = `${warning.kind} ${warning.namespace}/${warning.name}`;
  return new PlatformError(
    `Kong refused ${what}: ${warning.message}`,
    `correct ${what}; until then Kong keeps its last good configuration and takes no other change`,
  );
}
