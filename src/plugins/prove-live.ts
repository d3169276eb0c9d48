/** What can be seen of plugins from outside without making a caller or using up a limit: for `check`, which writes nothing. */
import type { HttpAnswer, HttpClient } from '../http/client.ts';
import type { KubeObject } from '../kube/objects.ts';
import { nameOf } from '../kube/objects.ts';
import type { Clock, Ports } from '../ports.ts';
import type { PluginProof, ProofStep } from './proofs.ts';
import { judge, leftInWindow, proofFor } from './proofs.ts';

/** Tries of one step: what is live has been so for a while, and only a lost answer is worth another. */
const TRIES = 3;
const TRY_EVERY = 500;

export interface LiveTarget {
  readonly service: string;
  readonly url: string;
  /** Headers of a normal request without a key. */
  readonly headers: Readonly<Record<string, string>>;
  /** The user's own probe headers: their key, where they have one. */
  readonly given: Readonly<Record<string, string>>;
  /** Plugin objects bound to the route. */
  readonly plugins: readonly KubeObject[];
}

export interface LiveProof {
  readonly plugin: string;
  readonly tried: string;
  readonly expected: string;
  readonly seen: string;
  readonly passed: boolean;
}

export interface LiveOptions {
  readonly http: HttpClient;
  readonly clock: Clock;
  readonly token: Ports['token'];
  readonly signal: AbortSignal;
}

/** One entry for each step tried; a plugin of which nothing can be tried has one that says so and passes. */
export async function proveLive(target: LiveTarget, options: LiveOptions): Promise<readonly LiveProof[]> {
  const kinds = target.plugins.map((plugin) => String(plugin['plugin'] ?? ''));
  const proofs: LiveProof[] = [];
  for (const object of target.plugins) {
    const proof = proofFor(object, kinds);
    const name = `${proof.plugin} (${nameOf(object)})`;
    const steps = proof.steps.filter((step) => step.until === undefined && canSend(step, proof, target));
    for (const step of steps)
      proofs.push({
        plugin: name,
        tried: `${target.service} ${step.name}`,
        ...(await tried(step, proof, target, options)),
      });
    if (steps.length === 0)
      proofs.push({
        plugin: name,
        tried: `${target.service}: bound`,
        expected: 'bound to the route',
        seen: `bound; ${proof.note ?? 'more needs a caller, which only deploy makes'}`,
        passed: true,
      });
  }
  return proofs;
}

/** Nobody's valid key is made up here: such steps are tried with the user's own, where the probe headers carry it. */
function canSend(step: ProofStep, proof: PluginProof, { given, plugins }: LiveTarget): boolean {
  if (step.key !== 'valid') return true;
  const keyAuth = plugins.find((plugin) => plugin['plugin'] === 'key-auth');
  const name = proof.keyName ?? (keyAuth === undefined ? undefined : proofFor(keyAuth).keyName);
  return name !== undefined && Object.keys(given).some((header) => header.toLowerCase() === name.toLowerCase());
}

async function tried(
  step: ProofStep,
  proof: PluginProof,
  target: LiveTarget,
  options: LiveOptions,
): Promise<Pick<LiveProof, 'expected' | 'seen' | 'passed'>> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await ask(step, proof, target, options);
    const result = judge(step, answer);
    if (result.ok) return { expected: '', seen: `status ${answer.status}`, passed: true };
    if (attempt === TRIES) return { expected: result.expected, seen: result.seen, passed: false };
    const pause = answer.status === 429 ? leftInWindow('minute', options.clock.now()) : TRY_EVERY;
    await options.clock.sleep(pause, options.signal);
  }
}

function ask(step: ProofStep, proof: PluginProof, target: LiveTarget, options: LiveOptions): Promise<HttpAnswer> {
  const url = new URL(target.url);
  const wrong = step.key === 'wrong' ? options.token(12) : undefined;
  const name = proof.keyName ?? 'apikey';
  if (wrong !== undefined && proof.keyIn === 'query') url.searchParams.set(name, wrong);
  return options.http({
    url: url.href,
    method: 'GET',
    headers: {
      ...target.headers,
      ...(step.key === 'valid' ? target.given : {}),
      ...(wrong !== undefined && proof.keyIn !== 'query' ? { [name]: wrong } : {}),
    },
    timeout: 10_000,
    signal: options.signal,
  });
}
