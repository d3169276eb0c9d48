/**
 * Faults of a gateway for tests, switched while it runs by `PUT /lab/faults` on the Admin API: what a controller's word
 * or a gateway's answer is worth when they do not do what they say. Not Kong's; nothing here happens by itself.
 */
import type { Configuration, Target, Upstream } from './entities.ts';

export type KongFault =
  /** Configurations are accepted (201, new hash), but the upstreams whose names match keep the targets they had. */
  | { readonly kind: 'unapplied'; readonly upstreams: string }
  /** The same until so many milliseconds after the configuration arrived. */
  | { readonly kind: 'late'; readonly upstreams: string; readonly milliseconds: number }
  /**
   * Other weights than were sent, where targets have different weights above 0: `mirrored` gives the heaviest the
   * weight of the lightest and the reverse, `even` gives all the same.
   */
  | { readonly kind: 'weights'; readonly upstreams: string; readonly as: 'mirrored' | 'even' }
  /** The gateway answers a share of the requests of matching routes by itself; routes without a pattern: all requests. */
  | {
      readonly kind: 'answers';
      readonly routes?: string;
      /** 0 to 1. */
      readonly share: number;
      readonly status: number;
    };

/** @throws Error for what is no list of faults: one that silently does nothing makes a test pass for the wrong reason */
export function parseFaults(text: string): readonly KongFault[] {
  const given: unknown = JSON.parse(text);
  if (!Array.isArray(given)) throw new Error('faults are a list');
  return given.map(checked);
}

function checked(given: unknown): KongFault {
  const fault = given as KongFault;
  if (fault.kind === 'answers') {
    const { share, status, routes } = fault;
    if (!(share >= 0 && share <= 1)) throw new Error(`share ${share} is not between 0 and 1`);
    if (!(status >= 400 && status <= 599)) throw new Error(`status ${status} is not between 400 and 599`);
    if (routes !== undefined) new RegExp(routes);
    return fault;
  }
  if (!['unapplied', 'late', 'weights'].includes(fault.kind)) throw new Error(`no fault of kind ${fault.kind}`);
  if (typeof fault.upstreams !== 'string') throw new Error(`${fault.kind} needs the upstreams it is for`);
  new RegExp(fault.upstreams);
  if (fault.kind === 'late' && !(fault.milliseconds >= 0)) throw new Error('late needs milliseconds');
  if (fault.kind === 'weights' && !['mirrored', 'even'].includes(fault.as))
    throw new Error(`no weights as ${fault.as}`);
  return fault;
}

/** What is put in force of a configuration. `since`: milliseconds since it arrived; `before` is in force now. */
export function faulty(
  sent: Configuration,
  before: Configuration,
  faults: readonly KongFault[],
  since: number,
): Configuration {
  const upstreams = sent.upstreams.map((upstream) =>
    faults.reduce((changed, fault) => applied(changed, before, fault, since), upstream),
  );
  return { ...sent, upstreams };
}

/** Milliseconds after which the configuration must be put in force again, or undefined. */
export function dueAfter(faults: readonly KongFault[]): number | undefined {
  const late = faults.flatMap((fault) => (fault.kind === 'late' ? [fault.milliseconds] : []));
  return late.length === 0 ? undefined : Math.max(...late);
}

function applied(upstream: Upstream, before: Configuration, fault: KongFault, since: number): Upstream {
  if (fault.kind === 'answers' || !new RegExp(fault.upstreams).test(upstream.name)) return upstream;
  if (fault.kind === 'weights') return { ...upstream, targets: reweighed(upstream.targets, fault.as) };
  if (fault.kind === 'late' && since >= fault.milliseconds) return upstream;
  const targets = before.upstreams.find(({ name }) => name === upstream.name)?.targets;
  return targets === undefined ? upstream : { ...upstream, targets };
}

function reweighed(targets: readonly Target[], as: 'mirrored' | 'even'): readonly Target[] {
  const weights = targets.flatMap(({ weight }) => (weight > 0 ? [weight] : []));
  const [least, most] = [Math.min(...weights), Math.max(...weights)];
  return targets.map((target) => {
    if (target.weight === 0) return target;
    return { ...target, weight: as === 'even' ? most : least + most - target.weight };
  });
}

/** The status the gateway answers with by itself, or undefined for a request that is served as usual. */
export function ownAnswer(
  faults: readonly KongFault[],
  route: string | undefined,
  random: () => number,
): number | undefined {
  for (const fault of faults) {
    if (fault.kind !== 'answers') continue;
    if (fault.routes !== undefined && !(route !== undefined && new RegExp(fault.routes).test(route))) continue;
    if (random() < fault.share) return fault.status;
  }
  return undefined;
}
