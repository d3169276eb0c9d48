/** A planned service becomes a release: its journal, its observer, and, where it goes on, the state it goes on from. */

import { Identifier } from '../evidence/probes/identify.ts';
import { Observer } from '../evidence/probes/observer.ts';
import type { Journal } from '../journal/journal.ts';
import { isUnfinished } from '../journal/phases.ts';
import { JOURNAL_ANNOTATION } from '../kube/names.ts';
import type { Settings } from '../settings/types.ts';
import type { InPlace } from '../study/in-place.ts';
import type { Released, ServicePlan } from '../study/service-plan.ts';
import type { ServiceRelease } from './state.ts';
import { signsIn } from './trial/design.ts';

/** Phases with traffic from which the same release may go on. A release that was being returned is returned first. */
const GOES_ON = new Set<Journal['phase']>(['holding', 'shifting', 'observing', 'baking', 'settling']);

/** Identity of a release: the same services and version are the same release, in whichever run. */
export function releaseId(settings: Pick<Settings, 'services' | 'version'>): string {
  return `${settings.services.join(',')}@${settings.version}`;
}

/**
 * Whether an earlier run's release goes on where it is: it is this very release, and none of its services was being
 * returned. Services shift in lockstep, so they go on together or not at all.
 */
export function goesOn(plans: readonly ServicePlan[], settings: Settings): boolean {
  const id = releaseId(settings);
  // One that was promoted already has arrived: a run that died between two promotions goes on with the rest.
  const begun = plans.filter(({ journal }) => journal?.release === id && journal.phase !== 'promoted');
  const foreign = plans.some(({ journal }) => isUnfinished(journal) && journal.release !== id);
  // A version in place is known by what it runs: the same name with another content is another release.
  const other = plans.some(({ journal, inPlace }) => inPlace !== undefined && isOther(journal, inPlace, id));
  return (
    !foreign &&
    !other &&
    begun.some(({ liveShare }) => liveShare > 0) &&
    begun.every(({ journal, liveShare }) => journal !== undefined && (GOES_ON.has(journal.phase) || liveShare === 0)) &&
    begun.every(({ journal }) => journal?.phase !== 'returning')
  );
}

function isOther(journal: Journal | undefined, { fingerprint }: InPlace, id: string): boolean {
  return journal?.release === id && journal.phase !== 'promoted' && journal.runs !== fingerprint;
}

/** Place of the first weight that is not below what every service has already. */
export function firstStep(releases: readonly ServiceRelease[], weights: readonly number[]): number {
  const reached = Math.min(...releases.map(({ state }) => state.share ?? 0));
  const at = weights.findIndex((weight) => weight >= reached);
  return at < 0 ? weights.length - 1 : at;
}

/**
 * @param continued see {@link goesOn}
 * @param now ISO 8601, UTC
 */
export function beginRelease(
  plan: Released,
  settings: Settings,
  run: { readonly id: string; readonly url?: string },
  now: string,
  continued: boolean,
): ServiceRelease {
  const { stable, canary } = plan.discovery;
  const backends = { stable: stable.name, canary: canary.name };
  const release = releaseId(settings);
  const earlier = plan.journal?.release === release ? plan.journal : undefined;
  // Its signs were learnt when stable was alone.
  const begun = continued && plan.liveShare > 0 ? earlier : undefined;
  // All of its weights are behind it, under whatever name it was released.
  const settling = plan.inPlace?.kind === 'settle' ? plan.journal : undefined;
  const known = begun ?? settling;
  const journal: Journal = {
    version: 1,
    release,
    run: run.id,
    attempts: (earlier?.attempts ?? 0) + 1,
    service: plan.service,
    versions: { stable: stable.version ?? '', canary: settings.version },
    backends,
    phase: known?.phase ?? 'attached',
    step: 0,
    plan: settings.canaryWeight,
    weight: 0,
    startedAt: earlier?.startedAt ?? now,
    updatedAt: now,
    ...(run.url === undefined ? {} : { runUrl: run.url }),
    ...(plan.inPlace === undefined ? {} : { runs: plan.inPlace.fingerprint }),
    ...(known?.snapshot === undefined ? {} : { snapshot: known.snapshot }),
    // A version that is released again is no longer a retired one.
    history: (plan.journal?.history ?? []).filter(
      ({ backend }) => backend !== backends.canary && backend !== backends.stable,
    ),
  };
  const share = known ? plan.liveShare : undefined;
  return {
    service: plan.service,
    route: plan.route,
    followers: plan.followers,
    backends,
    versions: journal.versions,
    isBackend: plan.isBackend,
    observer: new Observer(plan.service, new Identifier(settings.identify, known ? signsIn(known) : undefined)),
    by: plan.by,
    planned: plan.live?.metadata.annotations?.[JOURNAL_ANNOTATION],
    kept: begun?.evidence,
    state: {
      journal,
      share,
      asked: share,
      text: known ? plan.live?.metadata.annotations?.[JOURNAL_ANNOTATION] : undefined,
    },
  };
}
