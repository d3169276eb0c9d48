/** From evidence to one of five answers. Rollback is asked first, in every window. docs/statistics.md §9. */

import { combine } from './combine.ts';
import { derived } from './design.ts';
import { isFailing } from './objective.ts';
import { growth, guess } from './promotion.ts';
import {
  atFullWeight,
  type Facts,
  inconclusive,
  noPreflight,
  paused,
  promoted,
  promotedFromPreflight,
  returned,
  waiting,
} from './sentences.ts';
import { observeAll, type State } from './state.ts';
import type { Stream } from './stream.ts';
import type { Decision, Design, Moment, Need, Source, Verdict, Window } from './types.ts';

/**
 * Takes the windows since the last call and answers. Call once for every window, with all services and sources
 * that have counts for it; without windows it judges what is known at this moment.
 * @throws RangeError as {@link observeAll}
 */
export function update(
  state: State,
  windows: readonly Window[],
  design: Design,
  moment: Moment,
): { readonly state: State; readonly decision: Decision } {
  const next = observeAll(state, windows, design, moment);
  return { state: next, decision: judge(next, design, moment) };
}

/** What the state says at this moment. */
export function judge(state: State, design: Design, moment: Moment): Decision {
  const { evidence, loudest } = combine(state, design);
  const basis = basisOf(design, moment);
  const facts: Facts = { state, design, moment, basis };
  const common = { basis: basis === 'users' ? ('users' as const) : ('probes' as const), evidence, ...counted(facts) };
  if (evidence.total >= evidence.threshold && loudest !== undefined) {
    const { service, metric, source } = loudest;
    return {
      ...common,
      verdict: 'rollback',
      sentence: returned(facts, loudest),
      basis: source === 'users' ? 'users' : 'probes',
      service,
      metric,
      source,
      ...shareOf(facts, service),
    };
  }
  const need = slowest(facts);
  const named = need === undefined ? {} : { service: need.service, source: basis, ...shareOf(facts, need.service) };
  const answer = (verdict: Verdict, sentence: string): Decision => ({
    ...common,
    verdict,
    sentence,
    ...named,
    ...(need === undefined || verdict === 'promote' ? {} : { needed: need.needed }),
  });
  const failing = failingService(facts);
  const late = moment.secondsInStep >= design.maxStep;
  if (failing !== undefined) {
    const sentence = paused(facts, failing.service, failing.source);
    return { ...answer(late ? 'inconclusive' : 'pause', sentence), ...failing };
  }
  // Without a current version there is nothing to compare with: reaching this weight was decided at the last one.
  if ((design.weights[moment.step - 1] ?? 0) >= 1) return { ...common, verdict: 'wait', sentence: atFullWeight(facts) };
  if (moment.step === 0 && !design.sources.includes('lane')) return answer('promote', noPreflight(facts));
  if (need === undefined) {
    if (moment.step === 0) return answer('promote', promotedFromPreflight(facts));
    if (moment.secondsInStep >= design.minStep) return answer('promote', promoted(facts));
  }
  if (late) return answer('inconclusive', inconclusive(facts));
  return answer('wait', waiting(facts, need));
}

/** Whose word promotion is decided on: users' where configured, except at weight 0, where only probes arrive. */
function basisOf(design: Design, moment: Moment): Source {
  return design.sources.includes('users') && (moment.step > 0 || !design.sources.includes('lane')) ? 'users' : 'lane';
}

/** The service that needs most; none = all have shown enough. */
function slowest(facts: Facts): Need | undefined {
  const needs = facts.design.services.flatMap((service) => needOf(facts, service) ?? []);
  const order = (need: Need) => need.needed.seconds ?? Number.POSITIVE_INFINITY;
  return needs.reduce<Need | undefined>(
    (worst, need) =>
      worst === undefined ||
      order(need) > order(worst) ||
      (order(need) === order(worst) && need.needed.requests > worst.needed.requests)
        ? need
        : worst,
    undefined,
  );
}

function needOf(facts: Facts, service: string): Need | undefined {
  const { design, moment, state, basis } = facts;
  const stream = state.services[service]?.[basis];
  const missing = requestsNeeded(facts, stream);
  const requests = Math.max(missing.errors, missing.times);
  if (requests <= 0) return undefined;
  const rate = stream === undefined || stream.step !== moment.step ? 0 : stream.inStep.canary.requests;
  const seconds = rate === 0 ? {} : { seconds: (requests * moment.secondsInStep) / rate };
  const seen = stream === undefined ? 0 : stream.canary.requests;
  const needed = { requests: Math.min(requests, design.services.length * 1e12), ...seconds };
  return { service, needed, seen, onlyTimes: missing.errors <= 0 };
}

/** Canary requests about needed: what is missing of the evidence, over its expected growth when versions are equal. */
function requestsNeeded(
  { design, moment, basis }: Facts,
  stream: Stream | undefined,
): { readonly errors: number; readonly times: number } {
  const { promoteAt, errorMargins, slowMargins } = derived(design);
  const { step } = moment;
  const share = stream?.share || (basis === 'lane' ? 0.5 : design.weights[step - 1]) || 0.5;
  const missing = promoteAt - (stream?.promotion.logs[step] ?? 0);
  const q = stream === undefined ? 0.001 : guess(stream.promotion);
  let errors = missing <= 0 ? 0 : Math.ceil(missing / growth(q, errorMargins[step] ?? 0.5, share));
  let times = 0;
  if (stream?.latency !== undefined) {
    const slow = stream.latency.promotion;
    const gap = promoteAt - (slow.logs[step] ?? 0);
    const margin = slowMargins[step] ?? 0.5;
    if (gap > 0) times = Math.ceil(gap / growth(guess(slow), margin, share));
  }
  if (step === 0) {
    const pairs = Math.min(stream?.canary.requests ?? 0, stream?.stable.requests ?? 0);
    errors = Math.max(errors, design.preflightPairs - pairs);
  }
  return { errors, times };
}

/** A service both of whose versions are failing now, as one source sees it. */
function failingService({ state, design }: Facts): { service: string; source: Source } | undefined {
  const { bets, returnAt } = derived(design);
  for (const service of design.services) {
    for (const source of design.sources) {
      const stream = state.services[service]?.[source];
      if (stream === undefined || source === 'public') continue;
      const { stable, canary } = stream.objective;
      if ([stable, canary].every((version) => isFailing(version, bets.objective, returnAt))) return { service, source };
    }
  }
  return undefined;
}

function counted({ state, design }: Facts): { failingRequests?: number } {
  if (!design.sources.includes('users')) return {};
  const failed = design.services.map((service) => state.services[service]?.users?.canary.errors ?? 0);
  return { failingRequests: failed.reduce((sum, value) => sum + value, 0) };
}

function shareOf({ state, design }: Facts, service: string): { observedShare?: number } {
  const streams = state.services[service];
  const stream = (design.splitFrom === undefined ? undefined : streams?.[design.splitFrom]) ?? streams?.users;
  if (stream === undefined) return {};
  const total = stream.inStep.canary.requests + stream.inStep.stable.requests;
  return total === 0 ? {} : { observedShare: stream.inStep.canary.requests / total };
}
