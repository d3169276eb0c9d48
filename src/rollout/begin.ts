/** A planned service becomes a release: its journal, its observer, and, where one was left holding, the state it goes on from. */
import { field, text } from '../cluster/objects.ts';
import type { Sign } from '../evidence/identify.ts';
import { Identifier } from '../evidence/identify.ts';
import type { OnFailure } from '../evidence/observer.ts';
import { Observer } from '../evidence/observer.ts';
import type { Settings } from '../settings/types.ts';
import type { Journal } from './journal.ts';
import { JOURNAL_ANNOTATION } from './journal.ts';
import type { ServicePlan } from './plan.ts';
import type { ServiceRelease } from './release.ts';

/** A service with a version to shift to. */
export type Released = ServicePlan & { readonly discovery: Extract<ServicePlan['discovery'], { kind: 'release' }> };

/**
 * @param now ISO 8601, UTC
 */
export function beginRelease(
  plan: Released,
  settings: Settings,
  run: { readonly id: string; readonly url?: string },
  now: string,
  onFailure: OnFailure,
): ServiceRelease {
  const { stable, canary } = plan.discovery;
  const backends = { stable: stable.name, canary: canary.name };
  const release = `${settings.services.join(',')}@${settings.version}`;
  const earlier = plan.journal?.release === release ? plan.journal : undefined;
  // A release that was left holding goes on from its weight; its stable sign was learnt when stable was alone.
  const holding = earlier?.phase === 'holding' && plan.liveShare > 0 ? earlier : undefined;
  const journal: Journal = {
    version: 1,
    release,
    run: run.id,
    attempts: (earlier?.attempts ?? 0) + 1,
    service: plan.service,
    versions: { stable: stable.version ?? '', canary: settings.version },
    backends,
    phase: holding ? 'holding' : 'attached',
    step: 0,
    plan: settings.canaryWeight,
    weight: 0,
    startedAt: earlier?.startedAt ?? now,
    updatedAt: now,
    ...(run.url === undefined ? {} : { runUrl: run.url }),
    // A version that is released again is no longer a retired one.
    history: (plan.journal?.history ?? []).filter(
      ({ backend }) => backend !== backends.canary && backend !== backends.stable,
    ),
  };
  const share = holding ? plan.liveShare : undefined;
  return {
    service: plan.service,
    route: plan.route,
    backends,
    versions: journal.versions,
    isBackend: plan.isBackend,
    observer: new Observer(
      plan.service,
      new Identifier(settings.identify, holding ? signIn(holding) : undefined),
      onFailure,
    ),
    state: {
      journal,
      share,
      asked: share,
      text: holding ? plan.live?.metadata.annotations?.[JOURNAL_ANNOTATION] : undefined,
    },
  };
}

/** Stable's sign as a journal keeps it: untrusted, so only believed when it has the right form. */
function signIn(journal: Journal): Sign | undefined {
  const kept = field(journal.evidence, 'sign');
  const source = text(kept, 'source');
  const sign = text(kept, 'sign');
  return /^(body|header:[a-z0-9-]{1,100}|json:[\w.-]{1,100})$/.test(source) && sign !== '' && sign.length <= 1000
    ? { source, sign }
    : undefined;
}
