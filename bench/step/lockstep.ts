/** Row 4: one shift of many services together: how long until the controller has all of them, and how much memory. */
import fs from 'node:fs';
import type { LiveRoute, Place, World } from '../../__tests__/lab/support/world.ts';
import { ask } from '../../__tests__/lab/support/world.ts';
import { startAction } from '../../lab/action/run.ts';
import type { Step } from './moments.ts';
import { listener, stepsOf, watchController } from './moments.ts';
import type { Row } from './rows.ts';
import { say } from './rows.ts';
import { ask as call } from './shifts.ts';
import type { Call, Wire } from './wire.ts';
import { kindOfCall } from './wire.ts';

const SHIFT_SECONDS = 3;
const MEGABYTES = 200;

export async function lockstep(world: World, wire: Wire, count: number): Promise<readonly Row[]> {
  const services = Array.from({ length: count }, (_, index) => `s${index + 1}`);
  const place = await world.place({ services });
  await place.apply(
    ...services.flatMap((service) => [
      ...place.version('v1', { env: { APP_VERSION: 'v1' } }, service),
      place.route(`${service}-v1`, { service }),
    ]),
  );
  for (const service of services)
    await place.until(async () => (await ask(place.url(service), undefined)).status === 200);
  const manifests = place.write(
    'v2.yaml',
    ...services.flatMap((service) => place.version('v2', { env: { APP_VERSION: 'v2' } }, service)),
  );
  const controller = await watchController(world.lab, place.namespace);
  const before = wire.calls.length;
  const { moments, onLine } = listener();
  const action = startAction({
    node: world.lab.node24,
    binDir: world.lab.binDir,
    kubeconfig: wire.kubeconfig,
    folder: world.folder,
    workspace: place.workspace,
    inputs: world.inputs(
      place.inputs({
        version: 'v2',
        manifests,
        identify: 'header:x-app-version',
        'canary-weight': '50,100',
        'probe-rate': '2',
        'pre-flight': '10',
        'ready-timeout': '2m',
        'max-error-increase': '20',
      }),
    ),
    onLine,
  });
  const memory = watchMemory(action.pid);
  const { code, log } = await action.finished;
  memory.stop();
  await controller.stop();
  if (code !== 0) throw new Error(`the release of ${count} services ended with ${code}:\n${log}`);
  const calls = wire.calls.slice(before);
  const steps = stepsOf(moments);
  if (steps.length === 0) throw new Error(`no step in the log:\n${log}`);
  const bare = await bareShift(wire, place, 'v2');
  return [rowOf(steps, calls, count, memory.most(), bare, (writes, until) => controller.pushFor(writes, until))];
}

function rowOf(
  steps: readonly Step[],
  calls: readonly Call[],
  count: number,
  most: number,
  bare: number,
  pushFor: (writes: readonly Call[], until: number) => number,
): Row {
  say(`\none shift of ${count} services, s`);
  for (const { weight, prepared, shifted, ended } of steps) {
    const asked = calls.filter(({ at }) => at >= prepared && at < ended);
    const writes = asked.filter((one) => one.at < shifted && kindOfCall(one) === 'patch httproutes');
    const push = pushFor(writes, shifted) / 1000;
    const whole = (shifted - prepared) / 1000;
    say(
      `  ${weight} %: ${whole.toFixed(2)}, ${push.toFixed(2)} of it the controller's push; ${(asked.length / count).toFixed(1)} calls a service`,
    );
  }
  const slowest = Math.max(...steps.map(({ prepared, shifted }) => (shifted - prepared) / 1000));
  return {
    what: `one shift of ${count} services in lockstep; memory of our process`,
    target: `≤ ${SHIFT_SECONDS} s, ≤ ${MEGABYTES} MB`,
    measured: `${slowest.toFixed(1)} s, ${most.toFixed(0)} MB`,
    yardstick: `${bare.toFixed(1)} s: all patches at once by a bare client`,
    met: slowest <= SHIFT_SECONDS && most <= MEGABYTES,
  };
}

/** The most memory (resident set) of a process so far, in MB. */
function watchMemory(pid: number): { most(): number; stop(): void } {
  let most = 0;
  const look = () => {
    try {
      const kilobytes = /^VmHWM:\s+(\d+) kB/m.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
      most = Math.max(most, Number(kilobytes ?? 0) / 1024);
    } catch {
      // It has ended.
    }
  };
  const timer = setInterval(look, 50);
  return { most: () => most, stop: () => clearInterval(timer) };
}

/** All routes at once, and the controller's word for all of them. @returns seconds */
async function bareShift(wire: Wire, place: Place, canary: string): Promise<number> {
  const path = `/apis/gateway.networking.k8s.io/v1/namespaces/${place.namespace}/httproutes`;
  const controller = await watchController(place.world.lab, place.namespace);
  try {
    const started = performance.now();
    await Promise.all(
      place.services.map(async (service) => {
        const live = JSON.parse(await call(wire.url, 'GET', `${path}/${service}`)) as LiveRoute;
        const at = live.spec.rules[0]?.backendRefs.findIndex(({ name }) => name === `${service}-${canary}`) ?? -1;
        const patch = [{ op: 'replace', path: `/spec/rules/0/backendRefs/${at}/weight`, value: 300 }];
        const written = JSON.parse(await call(wire.url, 'PATCH', `${path}/${service}`, JSON.stringify(patch)));
        await controller.taken(service, written.metadata.generation);
      }),
    );
    return (performance.now() - started) / 1000;
  } finally {
    await controller.stop();
  }
}
