/** When the steps of a release began, as its log said, and when the controller took each write, as the cluster said. */
import fs from 'node:fs';
import { LabClient } from '../../lab/client.ts';
import type { Lab } from '../../lab/index.ts';
import { providerFor } from '../../src/routes/index.ts';
import type { Call } from './wire.ts';

/** A title of the log, e.g. "Shift 25 %", and when it was read (`performance.now()`). */
export interface Moment {
  readonly title: string;
  readonly at: number;
}

/** One weight, from the verdict before it to its own; all in `performance.now()`. */
export interface Step {
  readonly weight: string;
  readonly prepared: number;
  /** When the public path was asked for the first proof: the weight is set and taken over. */
  readonly shifted: number;
  readonly ended: number;
}

/** Collects moments from the lines of a log. */
export function listener(): { readonly moments: Moment[]; readonly onLine: (line: string) => void } {
  const moments: Moment[] = [];
  const onLine = (line: string) => {
    const title = /^::group::(.*)$/.exec(line)?.[1];
    // The runner's commands escape the percent sign.
    if (title !== undefined) moments.push({ title: title.replaceAll('%25', '%'), at: performance.now() });
  };
  return { moments, onLine };
}

export function stepsOf(moments: readonly Moment[]): readonly Step[] {
  return moments.flatMap(({ title, at: prepared }, index) => {
    const weight = /^Prepare (.+) %$/.exec(title)?.[1];
    const [, prove, , next] = moments.slice(index + 1);
    if (weight === undefined || prove === undefined || next === undefined) return [];
    return [{ weight, prepared, shifted: prove.at, ended: next.at }];
  });
}

/** Watches the routes of a namespace past the run: when each was written, and when its controller had taken that. */
export interface Controller {
  /**
   * Milliseconds from the last answered write before `until` of any route to the moment when the controller had taken
   * the last of them.
   */
  pushFor(writes: readonly Call[], until: number): number;
  /** When the controller had taken a generation of a route; waits for it. */
  taken(route: string, generation: number): Promise<number>;
  stop(): Promise<void>;
}

export async function watchController(lab: Lab, namespace: string): Promise<Controller> {
  const provider = providerFor('gateway-api');
  const client = new LabClient({ url: lab.apiUrl, token: lab.token, ca: fs.readFileSync(lab.caFile, 'utf8') });
  const taken: { readonly key: string; readonly at: number }[] = [];
  const waiting = new Set<() => void>();
  const routes = `/apis/gateway.networking.k8s.io/v1/namespaces/${namespace}/httproutes`;
  const watch = client.watch(routes, {
    onEvent: ({ object }) => {
      const { name, generation = 0 } = object.metadata;
      const key = `${name}@${generation}`;
      if (provider.status.acknowledged(object, generation) !== 'yes' || taken.some((one) => one.key === key)) return;
      taken.push({ key, at: performance.now() });
      for (const look of waiting) look();
    },
  });
  await watch.synced;
  return {
    pushFor: (writes, until) => {
      const written = writes.flatMap(({ answered }) => answered ?? []);
      const first = Math.min(...written);
      const last = taken.filter(({ at }) => at >= first && at <= until).at(-1);
      return last === undefined ? 0 : Math.max(0, last.at - Math.max(...written));
    },
    taken: (route, generation) =>
      new Promise((resolve) => {
        const look = () => {
          const found = taken.find(({ key }) => key === `${route}@${generation}`);
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found.at);
        };
        waiting.add(look);
        look();
      }),
    stop: async () => {
      await watch.stop();
      client.close();
    },
  };
}
