/** Rows 1 and 2: releases of one service, what a shift takes beyond the controller's push, and what a step asks for. */
import http from 'node:http';
import type { Place, World } from '../../__tests__/lab/support/world.ts';
import { startAction } from '../../lab/action/run.ts';
import { providerFor } from '../../src/routes/index.ts';
import type { Controller, Step } from './moments.ts';
import { listener, stepsOf, watchController } from './moments.ts';
import type { Row } from './rows.ts';
import { median, quantile, say } from './rows.ts';
import type { Call, Wire } from './wire.ts';
import { kindOfCall } from './wire.ts';

const OWN_MS = 100;
const CALLS = 6;
const WEIGHTS = [10, 30, 50, 70, 90, 100];
const SERVICE = 'jazz';

interface Shift {
  readonly weight: string;
  readonly own: number;
  readonly push: number;
  readonly calls: readonly Call[];
  readonly seconds: number;
}

/** @param releases how many, one after the other; each has {@link WEIGHTS} */
export async function shifts(world: World, wire: Wire, releases: number): Promise<readonly Row[]> {
  const place = await (await world.place()).serving({ env: { APP_VERSION: 'v1' } });
  const controller = await watchController(world.lab, place.namespace);
  try {
    const done: Shift[] = [];
    for (let index = 0; index < releases; index++)
      done.push(...(await release(world, wire, place, controller, `v${index + 2}`)));
    const bare = await bareShifts(wire, place, controller, `v${releases + 1}`);
    return [ownTime(done, bare), callsPerStep(done)];
  } finally {
    await controller.stop();
  }
}

async function release(
  world: World,
  wire: Wire,
  place: Place,
  controller: Controller,
  version: string,
): Promise<readonly Shift[]> {
  const manifests = place.write(`${version}.yaml`, ...place.version(version, { env: { APP_VERSION: version } }));
  const { moments, onLine } = listener();
  const before = wire.calls.length;
  const { code, log } = await startAction({
    node: world.lab.node24,
    binDir: world.lab.binDir,
    kubeconfig: wire.kubeconfig,
    folder: world.folder,
    workspace: place.workspace,
    inputs: world.inputs(
      place.inputs({
        version,
        manifests,
        identify: 'header:x-app-version',
        'canary-weight': WEIGHTS.join(','),
        'probe-rate': '50',
        'max-error-increase': '10',
      }),
    ),
    onLine,
  }).finished;
  if (code !== 0) throw new Error(`the release of ${version} ended with ${code}:\n${log}`);
  const calls = wire.calls.slice(before);
  const steps = stepsOf(moments);
  if (steps.length !== WEIGHTS.length)
    throw new Error(`${steps.length} of ${WEIGHTS.length} steps in the log:\n${log}`);
  return steps.map((step) => shiftOf(step, calls, controller));
}

function shiftOf({ weight, prepared, shifted, ended }: Step, all: readonly Call[], controller: Controller): Shift {
  const calls = all.filter(({ at }) => at >= prepared && at < ended);
  const push = controller.pushFor(
    calls.filter((call) => call.at < shifted && kindOfCall(call) === 'patch httproutes'),
    shifted,
  );
  return { weight, own: shifted - prepared - push, push, calls, seconds: (ended - prepared) / 1000 };
}

function ownTime(done: readonly Shift[], bare: readonly number[]): Row {
  const own = done.map((shift) => shift.own);
  say(`\nown time of ${done.length} shifts beyond the controller's push, ms`);
  for (const { weight, own: ms, push } of done) say(`  ${weight} %: ${ms.toFixed(0)} (push ${push.toFixed(0)})`);
  return {
    what: "own time per shift beyond the controller's push, p50",
    target: `≤ ${OWN_MS} ms`,
    measured: `${median(own).toFixed(0)} ms (p90 ${quantile(own, 0.9).toFixed(0)})`,
    yardstick: `${median(bare).toFixed(0)} ms: one patch and one watch by a bare client`,
    met: median(own) <= OWN_MS,
  };
}

function callsPerStep(done: readonly Shift[]): Row {
  const count = (calls: readonly Call[], leases: boolean) =>
    calls.filter((call) => kindOfCall(call).endsWith(' leases') === leases).length;
  const all = done.map(({ calls }) => calls.length);
  const kinds = new Map<string, number>();
  for (const { calls } of done)
    for (const call of calls) kinds.set(kindOfCall(call), (kinds.get(kindOfCall(call)) ?? 0) + 1);
  say(`\ncalls per step and route, mean of ${done.length} steps`);
  for (const [kind, sum] of [...kinds].toSorted((a, b) => b[1] - a[1]))
    say(`  ${(sum / done.length).toFixed(2)} ${kind}`);
  const leases = done.reduce((sum, { calls }) => sum + count(calls, true), 0);
  const seconds = done.reduce((sum, shift) => sum + shift.seconds, 0);
  return {
    what: 'API calls per step and route, lock included',
    target: `≤ ${CALLS}`,
    measured: `${median(all)} (most ${Math.max(...all)})`,
    yardstick: `2 by a bare client; steps of ${(seconds / done.length).toFixed(1)} s, ${((60 * leases) / seconds).toFixed(0)} renewals of the lock a minute among them`,
    met: median(all) <= CALLS,
  };
}

/** The same weights the other way round, by one patch and one watch each. @returns milliseconds beyond the push */
async function bareShifts(
  wire: Wire,
  place: Place,
  controller: Controller,
  canary: string,
): Promise<readonly number[]> {
  const path = `/apis/gateway.networking.k8s.io/v1/namespaces/${place.namespace}/httproutes`;
  const live = await place.liveRoute();
  const names = live.spec.rules[0]?.backendRefs.map(({ name }) => name) ?? [];
  const at = names.indexOf(`${SERVICE}-${canary}`);
  if (at < 0) throw new Error(`${SERVICE}-${canary} is not in the route: ${names.join(', ')}`);
  const own: number[] = [];
  for (const weight of WEIGHTS) {
    const started = performance.now();
    const patch = [{ op: 'replace', path: `/spec/rules/0/backendRefs/${at}/weight`, value: weight * 10 }];
    const { metadata } = JSON.parse(await ask(wire.url, 'PATCH', `${path}/${SERVICE}`, JSON.stringify(patch)));
    const answered = performance.now();
    const { generation, resourceVersion } = metadata as { generation: number; resourceVersion: string };
    const query = `watch=1&resourceVersion=${resourceVersion}&fieldSelector=metadata.name%3D${SERVICE}`;
    await ask(wire.url, 'GET', `${path}?${query}`, undefined, (text) => isTaken(text, generation));
    const heard = performance.now();
    const taken = await controller.taken(SERVICE, generation);
    own.push(heard - started - Math.max(0, taken - answered));
  }
  return own;
}

/** Whether the events of a watch so far hold the controller's word on a generation. */
function isTaken(events: string, generation: number): boolean {
  const provider = providerFor('gateway-api');
  return events
    .split('\n')
    .slice(0, -1)
    .some((line) => provider.status.acknowledged(JSON.parse(line).object, generation) === 'yes');
}

/** A request and its whole answer; or as much of it as `enough` asks for. */
export function ask(
  base: string,
  method: string,
  path: string,
  body?: string,
  enough?: (text: string) => boolean,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : { 'content-type': 'application/json-patch+json' };
    const request = http.request(base + path, { method, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
        if (enough?.(text) !== true) return;
        resolve(text);
        request.destroy();
      });
      response.on('end', () => {
        if ((response.statusCode ?? 0) < 300) resolve(text);
        else reject(new Error(`${method} ${path}: ${response.statusCode} ${text}`));
      });
    });
    request.on('error', reject).end(body);
  });
}
