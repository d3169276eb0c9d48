/** What of a share a provider can say: weights are whole numbers with a fixed sum. */
import type { Backends, Percent, RouteProvider, Split } from '../types.ts';
import { RouteError } from '../types.ts';

/** See Weights.quantise. @throws RouteError outside 0 to 100. */
export function quantise(share: Percent, sum: number): { readonly stable: number; readonly canary: number } {
  if (!(share >= 0 && share <= 100)) throw new RouteError(`A canary's share is 0 to 100 percent, not ${share}.`);
  // 0.29 * 100 is 28.999…96: what is whole but for the binary fraction counts as whole.
  const whole = Math.floor((share * sum) / 100 + 1e-6);
  const canary = share === 0 || share === 100 ? whole : Math.min(sum - 1, Math.max(1, whole));
  return { stable: sum - canary, canary };
}

/**
 * The share of a backend where proxies draw by weight: the number of pods does not matter, and a version without ready
 * pods keeps its share and answers 503 (App Mesh roadmap #339, Envoy clusters alike). 0 when nobody has a ready pod.
 */
export function proxyShare(split: Split, backend: string, readyPods: Readonly<Record<string, number>>): Percent {
  const served = Object.keys(split.weights).some(
    (name) => (Object.hasOwn(readyPods, name) ? readyPods[name] : 0) !== 0,
  );
  return served ? (split.shares[backend] ?? 0) : 0;
}

type Quantiser = Pick<RouteProvider, 'facts' | 'weights'>;

/** The split a route will have at a share. @param by who draws, as the route's split says now */
export function splitAt(
  { weights: { quantise } }: Pick<RouteProvider, 'weights'>,
  { stable, canary }: Backends,
  share: Percent,
  by: Split['by'],
): Split {
  const weights = quantise(share);
  return {
    weights: { [stable]: weights.stable, [canary]: weights.canary },
    shares: { [stable]: 100 - share, [canary]: share },
    ...(by === undefined ? {} : { by }),
  };
}

/** The share the weights really say. */
export function quantisedShare(provider: Quantiser, share: Percent): Percent {
  return (100 * provider.weights.quantise(share).canary) / provider.facts.limits.sum;
}

/** One sentence when a share cannot be said as asked; undefined when it can. */
export function quantisationNote(provider: Quantiser, share: Percent): string | undefined {
  const said = quantisedShare(provider, share);
  if (Math.abs(said - share) < 1e-6) return undefined;
  return (
    `${share} % cannot be written as weights of ${provider.facts.name}, whose smallest step is ${provider.facts.limits.smallestStep} %: ` +
    `the canary gets ${said} %.`
  );
}

/**
 * The steps of a release as weights can say them, rising; a step that would repeat the one before it is left out, with a
 * note. What is measured and written afterwards are these shares, never the ones asked for.
 * @throws RouteError when the smallest share there is would pass the next step asked for, or the last one.
 */
export function quantisedSteps(
  provider: Quantiser,
  asked: readonly Percent[],
): { readonly steps: readonly Percent[]; readonly notes: readonly string[] } {
  const steps: Percent[] = [];
  const notes: string[] = [];
  for (const [index, share] of asked.entries()) {
    const said = quantisedShare(provider, share);
    const most = asked[index + 1] ?? share;
    if (said > most && said > share) {
      throw new RouteError(
        `${share} % cannot be written as weights of ${provider.facts.name}: its smallest step is ${provider.facts.limits.smallestStep} %, ` +
          `which is more than ${most} %. Ask for at least ${provider.facts.limits.smallestStep} %.`,
      );
    }
    const note = quantisationNote(provider, share);
    if (steps.at(-1) === said) {
      notes.push(`${share} % is the same weight as the step before it and is left out.`);
      continue;
    }
    if (note !== undefined) notes.push(note);
    steps.push(said);
  }
  return { steps, notes };
}

export function shareOf(split: Split, backend: string): Percent {
  return split.shares[backend] ?? 0;
}
