/**
 * A small world for the machine: routes, journals, lanes and versions of two services, and runs that write to them one
 * write at a time, so that a crash, a refusal or a lost answer can be put at any of them.
 */

import type { Journal } from '../../../src/journal/journal.ts';
import { isUnfinished } from '../../../src/journal/phases.ts';
import { waysBack } from '../../../src/rollout/back/where-to.ts';
import { firstStep, goesOn, releaseId } from '../../../src/rollout/begin.ts';
import type { Course, Effect, Event, State } from '../../../src/rollout/machine.ts';
import { begin, reduce } from '../../../src/rollout/machine.ts';
import type { ServiceRelease } from '../../../src/rollout/state.ts';
import type { Standing } from '../../../src/services/standing.ts';
import type { Settings } from '../../../src/settings/types.ts';
import type { ServicePlan } from '../../../src/study/service-plan.ts';
import { journal } from '../../support/fixtures.ts';

export const SERVICES = ['jazz', 'metal'] as const;
type Name = (typeof SERVICES)[number];

export interface Place {
  /** Percent by version; the rest of the route is not of interest here. */
  weights: Record<string, number>;
  journal: Journal | undefined;
  lanes: boolean;
  /** Versions whose objects exist. */
  versions: string[];
}
export type World = Record<Name, Place>;

export function freshWorld(): World {
  const place = (): Place => ({ weights: { v1: 100 }, journal: undefined, lanes: false, versions: ['v1'] });
  return { jazz: place(), metal: place() };
}

/** What happens at one write or one verdict. */
export type Fault = 'crash before' | 'crash after' | 'refused' | 'lost' | 'cancelled' | 'rollback' | 'inconclusive';
export interface Script {
  /** Place of the write or verdict, counted from 0, and what happens there. */
  readonly at: number;
  readonly fault: Fault;
}

/** The run was killed. */
class Crash extends Error {}
/** A write did not go through, or nobody knows whether it did. */
class Failed extends Error {}

export interface Run {
  readonly version: string;
  readonly plan: readonly number[];
  readonly course?: Partial<Course>;
}

/** Runs a release on the world. @returns how it ended, how many places there were for a fault, and whether it crashed. */
export function deploy(world: World, id: string, run: Run, script?: Script) {
  let places = 0;
  const at = (what: () => void): void => {
    const fault = script?.at === places++ ? script.fault : undefined;
    if (fault === 'crash before') throw new Crash();
    if (fault === 'refused') throw new Failed();
    what();
    if (fault === 'crash after') throw new Crash();
    if (fault === 'lost') throw new Failed();
  };
  const settings = { services: [...SERVICES], version: run.version, canaryWeight: run.plan } as unknown as Settings;
  const plans = () => SERVICES.map((service) => planOf(world, service, run.version));
  let end: string | undefined;
  try {
    if (plans().every(({ discovery }) => discovery.kind === 'same-version')) return { end: 'nothing-to-do', places };
    const continued = goesOn(plans(), settings);
    for (const { service, journal: found } of plans()) {
      if (!isUnfinished(found) || continued) continue;
      at(() => returnTo(world[service as Name], { ...found, run: id, phase: 'returning' }));
      if (found.versions.canary !== run.version) at(() => detach(world[service as Name], found.versions.canary));
    }
    const moving = plans().filter(({ discovery }) => discovery.kind === 'release');
    const releases = moving.map(({ service, liveShare, journal: found }) => {
      const begun = continued && liveShare > 0 && found?.release === releaseId(settings);
      return { service: service as Name, state: { share: begun ? liveShare : undefined } };
    });
    for (const { service } of releases) at(() => bring(world[service], run.version));
    const from = firstStep(releases as unknown as ServiceRelease[], run.plan);
    const moved = releases.some(({ state }) => (state.share ?? 0) > 0);
    let state: State = begin(
      {
        steps: run.plan.length,
        from,
        full: run.plan.at(-1) === 100,
        preFlight: true,
        bake: true,
        retire: true,
        settle: false,
        onInconclusive: 'rollback',
        onCancel: 'rollback',
        ...run.course,
      },
      moved,
    );
    while (state.effect !== undefined) state = reduce(state, perform(state.effect, state));
    end = state.end;

    function perform(effect: Effect, { step }: State): Event {
      const stable = (service: Name) => stableOf(world[service], run.version);
      const note = (service: Name, phase: Journal['phase'], weight: number): Journal =>
        journal({
          release: releaseId(settings),
          run: id,
          service,
          versions: { stable: stable(service), canary: run.version },
          backends: { stable: stable(service), canary: run.version },
          phase,
          weight,
          plan: run.plan,
          step,
        });
      try {
        if (effect === 'pre-flight' || effect === 'observe' || effect === 'bake' || effect === 'prove') {
          const fault = script?.at === places++ ? script.fault : undefined;
          if (fault?.startsWith('crash')) throw new Crash();
          if (fault === 'refused' || fault === 'lost') return { type: 'failed' };
          if (fault === 'cancelled') return { type: 'cancelled' };
          if (fault !== undefined) return { type: 'verdict', verdict: fault as 'rollback' };
          return { type: 'done' };
        }
        let back = true;
        const after: (() => void)[] = [];
        for (const release of releases) {
          const { service } = release;
          const place = world[service];
          const share = () => place.weights[run.version] ?? 0;
          const write = (what: () => void) => {
            try {
              at(what);
            } catch (error) {
              // Of a return and of what is taken back every one is tried.
              if (!(error instanceof Failed) || (effect !== 'return' && effect !== 'undo')) throw error;
              if (effect === 'return' && share() > 0) back = false;
            }
          };
          if (effect === 'attach' && release.state.share === undefined) {
            write(() => {
              place.weights[run.version] = 0;
              place.journal = note(service, 'attached', 0);
            });
          }
          if (effect === 'lanes') write(() => set(place, { lanes: true }));
          if (effect === 'shift') {
            const weight = run.plan[step] ?? 100;
            write(() => {
              place.weights = { ...place.weights, [stable(service)]: 100 - weight, [run.version]: weight };
              place.journal = note(service, 'observing', weight);
            });
          }
          if (effect === 'conclude' || effect === 'hold') {
            const phase = effect === 'conclude' && run.plan.at(-1) === 100 ? 'promoted' : 'holding';
            const before = note(service, phase, share());
            write(() => set(place, { lanes: false }));
            after.push(() => write(() => set(place, { journal: before })));
          }
          if (effect === 'retire') {
            const old = Object.keys(place.weights).filter((name) => name !== run.version && place.weights[name] === 0);
            write(() => {
              for (const name of old) detach(place, name);
            });
          }
          if (effect === 'return' && place.journal?.run === id)
            write(() => returnTo(place, note(service, 'returning', 0)));
          if (effect === 'undo') {
            write(() => set(place, { lanes: false }));
            if (share() === 0 && stable(service) !== run.version) write(() => detach(place, run.version));
            if (place.journal?.run === id && share() === 0)
              write(() => set(place, { journal: { ...(place.journal as Journal), phase: 'returned', weight: 0 } }));
          }
        }
        for (const write of after) write();
        return effect === 'return' ? { type: 'returned', back } : { type: 'done' };
      } catch (error) {
        if (error instanceof Failed) return { type: 'failed' };
        throw error;
      }
    }
  } catch (error) {
    if (error instanceof Crash) return { end: 'crashed', places };
    if (error instanceof Failed) return { end: 'failed', places };
    throw error;
  }
  return { end: end ?? 'failed', places };
}

/** The command `rollback`: where to is decided by the real room. */
export function rollback(world: World): void {
  const standings = SERVICES.map((service) => standingOf(world[service], service));
  const ways = [...waysBack(standings, {}, false)];
  for (const service of SERVICES) set(world[service], { lanes: false });
  const gone = ways.some(
    ([{ service }, way]) => way.kind === 'return' && !world[service as Name].versions.includes(way.backends.stable),
  );
  // Services of one release go back together or not at all.
  if (gone) return;
  for (const [standing, way] of ways) {
    const place = world[standing.service as Name];
    if (way.kind !== 'return') continue;
    returnTo(place, { ...(place.journal as Journal), phase: 'returned' }, way.backends.stable);
    detach(place, way.backends.canary);
  }
}

function returnTo(place: Place, written: Journal, to = written.versions.stable): void {
  place.weights = Object.fromEntries(
    Object.keys({ ...place.weights, [to]: 0 }).map((name) => [name, name === to ? 100 : 0]),
  );
  place.journal = { ...written, weight: 0 };
}

function set(place: Place, what: Partial<Place>): void {
  Object.assign(place, what);
}

function bring(place: Place, version: string): void {
  if (!place.versions.includes(version)) place.versions.push(version);
}

function detach(place: Place, version: string): void {
  const { [version]: _, ...weights } = place.weights;
  place.weights = weights;
  place.versions = place.versions.filter((name) => name !== version);
}

function stableOf(place: Place, version: string): string {
  const { journal: found } = place;
  if (found !== undefined) {
    if (found.phase === 'promoted' && found.versions.canary !== version) return found.versions.canary;
    if (found.versions.canary === version || found.phase !== 'promoted') return found.versions.stable;
  }
  return Object.entries(place.weights).find(([name, weight]) => name !== version && weight > 0)?.[0] ?? 'v1';
}

function planOf(world: World, service: Name, version: string): ServicePlan {
  const place = world[service];
  const serves = place.journal?.phase === 'promoted' && place.journal.versions.canary === version;
  return {
    service,
    journal: place.journal,
    liveShare: place.weights[version] ?? 0,
    discovery: { kind: serves ? 'same-version' : 'release' },
  } as unknown as ServicePlan;
}

function standingOf(place: Place, service: Name): Standing {
  const backends = Object.entries(place.weights).map(([name, weight], index) => ({ index, name, weight, port: 80 }));
  const object = { apiVersion: 'v1', kind: 'HTTPRoute', metadata: { name: service } };
  return {
    service,
    route: { object, rules: [{ index: 0, backends, others: [] }] },
    isBackend: () => true,
    journal: place.journal,
    refused: undefined,
    split: { weights: place.weights, shares: place.weights },
    disagreement: undefined,
  } as unknown as Standing;
}
