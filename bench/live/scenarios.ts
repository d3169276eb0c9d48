/** What is released, how, and what must come of it. */
import type { Setup } from '../blast-radius/ours.ts';
import { setup } from '../blast-radius/ours.ts';

/** One release in the lab, as its own client saw it. */
export interface Run {
  /** Output `result` of the action, and its sentence. */
  readonly result: string;
  readonly reason: string;
  readonly seconds: number;
  /** Highest weight of the canary the API server ever showed, in percent. */
  readonly highest: number;
  /** Failing requests of users that the canary answered, and all others. */
  readonly failing: number;
  readonly otherFailures: number;
  readonly requests: number;
  /** The whole log, for whoever asks why. */
  readonly log: string;
}

export interface Scenario {
  readonly name: string;
  /** Error shares of the current and the new version. */
  readonly p0: number;
  readonly p1: number;
  readonly inputs: Readonly<Record<string, string>>;
  /** Users' requests a second when `--rate` is not given. */
  readonly rate: number;
  /** Needs the lab's Prometheus; its address is given as `prometheus-url`. */
  readonly prometheus?: true;
  /** Two gateway pods, one of which answers 5 % of everything by itself. */
  readonly failingGateway?: true;
  /** The same world without a lab, for the column beside. */
  readonly simulated?: Setup;
  /** What the run broke; nothing when all is as promised. */
  broken(run: Run): string | undefined;
}

const returned = ({ result, reason }: Run) => (result === 'rolled-back' ? undefined : `${result}: ${reason}`);
const fewerThanTen = (run: Run) =>
  returned(run) ?? (run.failing < 10 ? undefined : `${run.failing} requests of users failed on the canary`);
const neverAbove0 = (run: Run) =>
  returned(run) ??
  (run.highest > 0 ? `the canary had ${run.highest} %` : undefined) ??
  (run.failing > 0 ? `${run.failing} requests of users failed on the canary` : undefined);
const promoted = ({ result, reason }: Run) => (result === 'promoted' ? undefined : `${result}: ${reason}`);
const notReturned = ({ result, reason }: Run) => (result === 'rolled-back' || result === 'failed' ? reason : undefined);

/** What a user gets who sets nothing, but for the warm-up: the lab's pods are warm in a moment. */
const defaults = { 'pre-flight': '300', 'warm-up': '2s', latency: 'compare', evidence: 'probes' };
const bad = { p0: 0.001, rate: 10, inputs: { ...defaults, 'probe-rate': '10', 'min-step': '60s' } };
/** Short steps: half of the requests at once, and enough of them that a step needs a minute, not an hour. */
const good = { p0: 0.01, p1: 0.01, rate: 40, broken: promoted };
const pace = {
  ...defaults,
  'canary-weight': '50,100',
  'min-step': '5s',
  'max-step': '8m',
  'probe-rate': '40',
  timeout: '15m',
};

export const scenarios: readonly Scenario[] = [
  ...[0.05, 0.2, 1].map(
    (p1): Scenario => ({
      ...bad,
      name: `pre-flight-${p1 * 100}`,
      p1,
      simulated: setup('pre-flight'),
      // 300 pairs need not show 5 %: then the first weight does.
      broken: p1 < 0.2 ? fewerThanTen : neverAbove0,
    }),
  ),
  ...[0.05, 0.2, 1].map(
    (p1): Scenario => ({
      ...bad,
      name: `no-pre-flight-${p1 * 100}`,
      p1,
      inputs: { ...bad.inputs, 'pre-flight': '0' },
      // The simulation counts users directly, where the action here goes by its probes on the lanes.
      simulated: setup('all'),
      broken: fewerThanTen,
    }),
  ),
  { ...good, name: 'good-probes', inputs: pace },
  { ...good, name: 'good-pods', inputs: { ...pace, evidence: 'probes, pods' } },
  {
    ...good,
    name: 'good-prometheus',
    inputs: { ...pace, evidence: 'probes, prometheus', 'scrape-interval': '5s' },
    prometheus: true,
  },
  {
    name: 'kong-pod',
    p0: 0,
    p1: 0,
    rate: 0,
    failingGateway: true,
    inputs: { ...defaults, 'canary-weight': '5', 'min-step': '1s', 'probe-rate': '40' },
    broken: notReturned,
  },
];
