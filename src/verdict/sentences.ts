/** The verdict in plain words. Every sentence says whether it speaks of probes or of users. */
import type { Voice } from './combine.ts';
import { derived } from './design.ts';
import { loudestBound } from './latency.ts';
import type { State } from './state.ts';
import type { Count, Design, Moment, Need, Source } from './types.ts';

/** What a sentence may speak of. `basis` is the source promotion is decided on. */
export interface Facts {
  readonly state: State;
  readonly design: Design;
  readonly moment: Moment;
  readonly basis: Source;
}

/** Why the traffic was returned. */
export function returned(facts: Facts, voice: Voice): string {
  const { state, design } = facts;
  const stream = state.services[voice.service]?.[voice.source];
  if (stream === undefined) return 'Rolled back.';
  const what = nounOf(voice.source);
  const did = facts.moment.step === 0 ? 'Stopped in pre-flight' : 'Rolled back';
  const start = `${did} after ${seconds(stream.seconds)}${only(facts, voice.service)}.`;
  const seen = seenOf(facts, voice, stream, what);
  const chance = `If the new version were no worse, evidence this strong would appear at any point in fewer than 1 of ${rollouts(design.falseAlarm)} rollouts.`;
  return `${start} ${seen} ${chance} ${cost(facts)}`;
}

type Seen = NonNullable<State['services'][string][Source]>;

function seenOf(facts: Facts, voice: Voice, stream: Seen, what: string): string {
  const { design } = facts;
  const both = (canary: number, ofCanary: number, stable: number, ofStable: number, did: string) =>
    `New version: ${canary} of ${ofCanary} ${what} ${did}. Current version: ${stable} of ${ofStable} in the same time.`;
  switch (voice.metric) {
    case 'errors':
      return both(stream.canary.errors, stream.canary.requests, stream.stable.errors, stream.stable.requests, 'failed');
    case 'latency': {
      if (stream.latency === undefined) return '';
      const { slow, successes, bounds } = stream.latency;
      const b = loudestBound(stream.latency);
      const took = `took longer than ${Number(((bounds[b] ?? 0) * 1000).toPrecision(6))} ms`;
      return both(slow.canary[b] ?? 0, successes.canary, slow.stable[b] ?? 0, successes.stable, took);
    }
    case 'objective':
      return `${both(stream.canary.errors, stream.canary.requests, stream.stable.errors, stream.stable.requests, 'failed')} The objective allows ${percent(design.slo ?? 0)}.`;
    case 'split':
      return split(stream.share, stream.inStep, voice.source);
  }
}

/** "The route says 5 %, 41 % of 220 answers came from the canary." */
function split(share: number, inStep: { stable: Count; canary: Count }, source: Source): string {
  const total = inStep.canary.requests + inStep.stable.requests;
  const seen = percent(Math.round((1000 * inStep.canary.requests) / total) / 1000);
  const answers = source === 'users' ? "users' requests went to" : 'answers to probes came from';
  return `The route says ${percent(share)}, ${seen} of ${total} ${answers} the new version.`;
}

/** Both versions fail. */
export function paused(facts: Facts, service: string, source: Source): string {
  const stream = facts.state.services[service]?.[source];
  const objective =
    facts.design.slo === undefined
      ? 'more than half of the'
      : `more than the objective of ${percent(facts.design.slo)} of`;
  const seen =
    stream === undefined
      ? ''
      : ` So far ${stream.canary.errors} of ${stream.canary.requests} ${nounOf(source)} failed on the new version, ${stream.stable.errors} of ${stream.stable.requests} on the current one.`;
  return `Paused: both versions${of(facts, service)} are failing ${objective} ${nounOf(source)}, so neither is to blame; a dependency may be down.${seen} The weight stays as it is.`;
}

/** On to the next weight. */
export function promoted(facts: Facts): string {
  const { design, moment } = facts;
  const from = design.weights[moment.step - 1] ?? 0;
  const to = design.weights[moment.step];
  const margin = derived(design).errorMargins[moment.step] ?? 0;
  const way = to === undefined ? `${percent(from)} held` : `${percent(from)} → ${percent(to)}`;
  return `${way}: with ${percent(1 - design.falsePromotion)} confidence ${claim(facts, margin)}.`;
}

/** Pre-flight has shown enough for the first weight. */
export function promotedFromPreflight(facts: Facts): string {
  const { design } = facts;
  const to = design.weights[0] ?? 0;
  const margin = derived(design).errorMargins[0] ?? 0;
  return `Pre-flight → ${percent(to)}: with ${percent(1 - design.falsePromotion)} confidence ${claim(facts, margin)}.`;
}

/** Without lanes nothing can be known at weight 0. */
export function noPreflight(facts: Facts): string {
  return `No pre-flight: no lane probes are configured, so the first ${percent(facts.design.weights[0] ?? 0)} of users' requests are the first evidence.`;
}

function claim(facts: Facts, margin: number): string {
  const points = `${(100 * margin).toFixed(1)} percentage points`;
  const { design, state, basis } = facts;
  const counts = design.services.map((service) => ({ service, count: state.services[service]?.[basis]?.canary }));
  const fewest = counts.reduce((a, b) => ((b.count?.requests ?? 0) < (a.count?.requests ?? 0) ? b : a));
  const failed = counts.reduce((sum, { count }) => sum + (count?.errors ?? 0), 0);
  const requests = fewest.count?.requests ?? 0;
  const seen =
    design.services.length === 1
      ? `${requests} ${nounOf(basis)}, ${failed} failed`
      : `at least ${requests} ${nounOf(basis)} each, ${failed} failed in all`;
  const subject =
    design.services.length === 1
      ? 'the new version fails at most'
      : `the new version of each of ${design.services.length} services fails at most`;
  const caveat = basis === 'lane' && facts.moment.step > 0 ? '; this speaks of probes, users were not counted' : '';
  return `${subject} ${points} more often than the current one (${seen}${caveat})`;
}

/** Not yet. */
export function waiting(facts: Facts, need: Need | undefined): string {
  const { design, moment, basis } = facts;
  if (need === undefined) {
    return `Enough is shown; the step lasts ${seconds(design.minStep)} at least, ${seconds(design.minStep - moment.secondsInStep)} more.`;
  }
  const about = `${need.seen} of about ${need.seen + need.needed.requests} ${nounOf(basis)} to the new version${of(facts, need.service)}`;
  const start = need.onlyTimes
    ? 'Errors are fine; not enough evidence yet that answers are no slower'
    : 'Not enough evidence yet';
  if (need.needed.seconds === undefined) return `${start}: ${about}, and none arrive.`;
  const rate = need.needed.requests / Math.max(need.needed.seconds, 1e-9);
  const hint = basis === 'users' && need.needed.seconds > 300 ? ' A higher first weight would shorten this.' : '';
  return `${start}: ${about}. At the current ${rate.toPrecision(2)} a second: about ${seconds(need.needed.seconds)}.${hint}`;
}

/** The step took as long as it may. */
export function inconclusive(facts: Facts): string {
  const { design, state, basis } = facts;
  const counts = design.services.map((service) => state.services[service]?.[basis]?.canary);
  const fewest = counts.reduce<Count | undefined>(
    (a, b) => ((b?.requests ?? 0) < (a?.requests ?? 0) ? b : a),
    counts[0],
  );
  const requests = fewest?.requests ?? 0;
  const failed = fewest?.errors ?? 0;
  const seen =
    requests === 0
      ? `no ${nounOf(basis)} reached the new version`
      : `${requests} ${nounOf(basis)} to the new version, ${failed} failed`;
  return `Neither worse nor safe enough could be shown within ${seconds(design.maxStep)} (${seen}).`;
}

/** At 100 %. */
export function atFullWeight(facts: Facts): string {
  return `All users' requests go to the new version; no current version is left to compare with${facts.design.slo === undefined ? '' : `, only the objective of ${percent(facts.design.slo)}`}.`;
}

function cost(facts: Facts): string {
  if (!facts.design.sources.includes('users')) {
    return facts.moment.step === 0
      ? 'Failing user requests: 0, the weight was 0.'
      : "This speaks of probes; users' requests were not counted.";
  }
  const failed = facts.design.services.map((service) => facts.state.services[service]?.users?.canary.errors ?? 0);
  return `Failing user requests: ${failed.reduce((sum, value) => sum + value, 0)}.`;
}

function nounOf(source: Source): string {
  return source === 'users' ? "users' requests" : 'probes';
}

const of = (facts: Facts, service: string) => (facts.design.services.length > 1 ? ` of ${service}` : '');
const only = (facts: Facts, service: string) => (facts.design.services.length > 1 ? ` because of ${service}` : '');

/** 0.05 → "5 %". */
export function percent(share: number): string {
  return `${Number((100 * share).toPrecision(4))} %`;
}

/** 85 → "85 s", 133 → "2 min 13 s", 1800 → "30 min", 9000 → "2 h 30 min". */
export function seconds(value: number): string {
  const whole = Math.max(0, Math.ceil(value - 1e-9));
  if (whole < 120) return `${whole} s`;
  const [large, small] = whole < 7200 ? ['min', 's'] : ['h', 'min'];
  const units = whole < 7200 ? whole : Math.ceil(whole / 60);
  return `${Math.floor(units / 60)} ${large}${units % 60 === 0 ? '' : ` ${units % 60} ${small}`}`;
}

const rollouts = (alpha: number) => Math.round(1 / alpha);
