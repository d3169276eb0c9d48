/** Whether a settled home answers: on a lane before it has any request, on the public path once it has all. */

import { CheckFailed } from '../../errors.ts';
import { laneAnswer } from '../../evidence/probes/lane-answer.ts';
import { LANE_HEADER } from '../../kube/names.ts';
import { PROOF_ANSWERS, prove, type Source, shortfall } from '../back/proof.ts';
import { newTokens, openLanes } from '../route/lanes.ts';
import { acknowledged, type Running, type ServiceRunning } from '../running.ts';
import { targetOf } from '../trial/probes.ts';

/** Good answers in a row on the lane, and milliseconds for them: proxies take a lane after its controller says so. */
const ON_LANE = 20;
const LANE_WITHIN = 60_000;
const ASK_EVERY = 50;
/** Milliseconds for the public path. */
const PUBLIC_WITHIN = 30_000;
const RATE = 20;

/** @throws CheckFailed when the home does not answer well, or still answers as the old version */
export async function proveOnLane(running: Running, { plan, release }: ServiceRunning): Promise<void> {
  const { cluster, provider, ports, http, signal, notes, path } = running;
  const { clock } = ports;
  const target = targetOf(path, plan);
  running.lanes.begun = true;
  const tokens = await newTokens(cluster, release.route, ports.token);
  const written = await openLanes(cluster, provider, release, tokens);
  await acknowledged(
    running,
    written.map((object) => ({ provider, object })),
  );
  const marked = provider.facts.limits.laneMark && tokens.unmarked !== true;
  const headers = { ...target.headers, [LANE_HEADER]: tokens.stable };
  const until = clock.monotonic() + LANE_WITHIN;
  let good = 0;
  let last = 'no answer';
  while (good < ON_LANE) {
    signal.throwIfAborted();
    const answer = await http({ url: target.url, method: 'GET', headers, timeout: 5_000, signal });
    const said = laneAnswer(answer, marked ? tokens.stable : undefined);
    const old = release.observer.identifier.distinguishes && release.observer.identifier.tell(answer) === 'stable';
    good = said.kind === 'good' && !old ? good + 1 : 0;
    if (said.kind !== 'good') last = said.kind === 'failed' ? said.sentence : said.why;
    else if (old) last = 'it answers as the old version';
    if (good < ON_LANE && clock.monotonic() > until)
      throw new CheckFailed(
        `${release.backends.stable} does not answer well on its lane: ${last}`,
        `kubectl logs deployment/${plan.inPlace?.workload ?? release.backends.stable} -n ${running.settings.namespace}`,
      );
    await clock.sleep(ASK_EVERY, signal);
  }
  notes.say(
    `${release.backends.stable}: ${ON_LANE} answers in a row on its lane were good${marked ? ', each with the mark of the lane' : ''}`,
  );
}

/** @returns what exactly was seen. @throws CheckFailed when the public path does not answer well */
export async function homeOnPublicPath(
  running: Running,
  { plan, release }: ServiceRunning,
  taken: 'yes' | 'unknown',
): Promise<string> {
  const { ports, probing, path, signal } = running;
  const { observer, backends } = release;
  const source: Source = {
    what: 'probes',
    begin: () => observer.openWindow(ports.clock.monotonic()),
    ask: (rate) => probing.askMore(targetOf(path, plan), observer, rate),
    // Home and copy are the same version: no answer tells which of them gave it.
    seen: () => ({
      ...observer.window,
      refusedInARow: 0,
      tells: false,
      last: observer.slip('public path')?.sentence ?? '',
    }),
  };
  const proof = await prove(source, { clock: ports.clock, within: PUBLIC_WITHIN, rate: RATE, signal });
  if (!proof.good)
    throw new CheckFailed(
      `the public path does not answer well from ${backends.stable}: ${shortfall(proof, 'probes', backends)}`,
      'its lane did answer well: what else stands between the gateway and its pods?',
    );
  const word = taken === 'yes' ? 'the controller took the weight' : 'the controller said nothing to the weight';
  return `${plan.service}: ${word}, and ${PROOF_ANSWERS} probes in a row on the public path were answered well (${backends.stable} and ${backends.canary} run the same, so no answer tells which of them gave it)`;
}
