/** From settings to a trial: what is compared, from which sources, at which levels; and the evidence a journal keeps. */

import type { Signs } from '../../evidence/probes/identify.ts';
import type { Journal } from '../../journal/journal.ts';
import type { Json } from '../../kube/objects.ts';
import { field, text } from '../../kube/objects.ts';
import type { Settings } from '../../settings/types.ts';
import type { Design, Source, State } from '../../verdict/index.ts';
import { designOf, GUARD_SHARE, joined, readGuard, readState } from '../../verdict/index.ts';
import type { ServiceRelease } from '../state.ts';
import type { TrialOptions } from './trial.ts';
import { Trial } from './trial.ts';

/** @param told whether probes on the public path can tell the versions apart */
export function designFor(settings: Settings, told: boolean): Design {
  const users = settings.evidence.includes('pods') || settings.evidence.includes('prometheus');
  const sources: Source[] = users ? ['lane', 'users', 'public'] : ['lane', 'public'];
  return designOf({
    services: settings.services,
    sources,
    splitFrom: users && !told ? 'users' : 'public',
    weights: settings.canaryWeight.map((weight) => weight / 100),
    falseAlarm: ((1 - GUARD_SHARE) * settings.falseAlarm) / 100,
    maxErrorIncrease: settings.maxErrorIncrease / 100,
    latency: settings.latency === 'compare',
    ...(settings.slo === undefined ? {} : { slo: settings.slo / 100 }),
    minStep: settings.minStep / 1000,
    maxStep: settings.maxStep / 1000,
    preflightPairs: settings.preFlight,
  });
}

/** The trial of a release; evidence of an earlier run of it goes on where the design is the same. */
export function openTrial(
  releases: readonly ServiceRelease[],
  settings: Settings,
  given: Pick<TrialOptions, 'bounds' | 'clock' | 'users' | 'say'>,
): Trial {
  const design = designFor(
    { ...settings, services: releases.map(({ service }) => service) },
    releases.every(({ observer }) => observer.identifier.distinguishes),
  );
  const state = keptState(releases, design);
  const kept = (service: string) => state?.services[service]?.lane?.latency?.bounds;
  return new Trial({
    ...given,
    design,
    state,
    // A guard that began anew with every run would spend its part of the false alarms each time.
    guards: Object.fromEntries(
      releases.map(({ service, kept }) => [service, kept === undefined ? undefined : readGuard(field(kept, 'guard'))]),
    ),
    bounds: Object.fromEntries(releases.map(({ service }) => [service, kept(service) ?? given.bounds[service]])),
    observers: releases.map(({ observer }) => observer),
    guardLevel: (GUARD_SHARE * settings.falseAlarm) / 100 / Math.max(1, releases.length),
  });
}

/** What is written into the journal: stable's and canary's signs, the verdict's state of this service and the guard of its path. */
export function evidenceOf({ service, observer }: ServiceRelease, trial: Trial | undefined): Json | undefined {
  const { signs } = observer.identifier;
  if (signs === undefined && trial === undefined) return undefined;
  return {
    ...(signs === undefined ? {} : { signs: { ...signs } }),
    ...(trial === undefined
      ? {}
      : { verdict: trial.partOf(service) as unknown as Json, guard: trial.guardOf(service) as unknown as Json }),
  };
}

/** Signs as a journal keeps them: untrusted, so only believed when they have the right form. */
export function signsIn(journal: Journal): Signs | undefined {
  const kept = field(journal.evidence, 'signs');
  const source = text(kept, 'source');
  const stable = text(kept, 'stable');
  const canary = text(kept, 'canary');
  const sound = (value: string) => value !== '' && value.length <= 1000;
  if (!/^(body|header:[a-z0-9-]{1,100}|json:[\w.-]{1,100})$/.test(source) || !sound(stable)) return undefined;
  return { source, stable, ...(sound(canary) ? { canary } : {}) };
}

/** The verdict's state from the journals, taken only when every service has one of this very design. */
function keptState(releases: readonly ServiceRelease[], design: Design): State | undefined {
  const parts: State[] = [];
  for (const { kept } of releases) {
    const read = kept === undefined ? undefined : readState(field(kept, 'verdict'), design);
    if (read === undefined || 'refused' in read) return undefined;
    parts.push(read.state);
  }
  return joined(design, parts);
}
