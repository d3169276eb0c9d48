/** One service of a release, and the writes to its route: every weight goes together with the journal, in one patch. */

import type { Cluster } from '../../cluster/cluster.ts';
import { isRefusal } from '../../cluster/update.ts';
import { DriftError, RefusedError } from '../../errors.ts';
import type { Journal } from '../../journal/journal.ts';
import { decode, encode } from '../../journal/journal.ts';
import { JOURNAL_ANNOTATION } from '../../kube/names.ts';
import type { KubeObject, ObjectRef } from '../../kube/objects.ts';
import { nameOf } from '../../kube/objects.ts';
import type { Clock } from '../../ports.ts';
import { round } from '../../routes/parts/percent.ts';
import { shareOf } from '../../routes/parts/shares.ts';
import type { Follower, Percent, RouteProvider, RouteRef } from '../../routes/types.ts';
import type { Advance, OnDrift, RouteState, Written } from '../state.ts';
import type { JournalSeen } from './drift.ts';
import { judgeDrift } from './drift.ts';
import { writeRoute } from './write.ts';

export class RouteWriter {
  readonly #cluster: Cluster;
  readonly #provider: RouteProvider;
  readonly #clock: Clock;
  readonly #onDrift: OnDrift;
  /** Routes as the writes of this writer left them, by kind and name. */
  readonly #left = new Map<string, KubeObject>();

  constructor(
    cluster: Cluster,
    provider: RouteProvider,
    clock: Clock,
    onDrift: OnDrift = { rule: 'stop', adopted: () => undefined },
  ) {
    this.#cluster = cluster;
    this.#provider = provider;
    this.#clock = clock;
    this.#onDrift = onDrift;
  }

  /** Puts the canary beside stable at weight 0. Nothing changes for users. */
  attach(release: RouteState): Promise<readonly Written[]> {
    return this.#write(release, { phase: 'attached', weight: 0 }, 0, (provider, route, text) => {
      this.#requirePlanned(release, route);
      const share = shareOf(provider.weights.read(route), release.backends.canary);
      if (share > 0) {
        throw drifted(
          release,
          route,
          `${nameOf(route.object)} already sends ${round(share)} % to ${release.backends.canary}`,
          'set its weight to 0 (or run the release that put it there to its end), then run again',
          share,
        );
      }
      return provider.weights.attach(route, release.backends, { ...guardOf(route), ...journalOf(route) }, text);
    });
  }

  /** Moves the canary's share. Stops with DriftError when the live weights or the journal are not what we wrote. */
  async shift(release: RouteState, share: Percent, advance: Advance): Promise<readonly Written[]> {
    // Nothing is moved when one of several could not be.
    if (release.followers !== undefined && release.followers.length > 0) await this.verify(release);
    const plan: Plan = (provider, route, text) => {
      this.#requireOurs(release, provider, route);
      return provider.weights.shift(route, release.backends, share, { ...guardOf(route), ...journalOf(route) }, text);
    };
    // Generation and journal are tested: a route that somebody else has written since refuses the patch, and is read then.
    return this.#write(release, { ...advance, weight: share }, share, plan, { fenced: true });
  }

  /** @throws DriftError when the live weights or the journal are not what we wrote last. */
  async verify(release: RouteState): Promise<void> {
    for (const { provider, route } of this.#routesOf(release)) {
      const live = await this.#cluster.get(route);
      this.#requireOurs(release, provider, provider.weights.find([live], release.service, release.isBackend));
    }
  }

  /** Notes a phase without touching a weight. */
  note(release: RouteState, advance: Advance): Promise<readonly Written[]> {
    return this.shift(release, release.state.share ?? 0, advance);
  }

  /**
   * Brings the canary's share to 0: whatever the live weights and generation are, only the names are tested. It goes on
   * for as long as the cluster's patience goes. Of several routes every one is tried, all at once, so that none takes the
   * time of another; the first failure is thrown after all.
   * @param except a route that someone else has written, by kind and name: it is left as it is
   */
  returnToStable(release: RouteState, except?: string): Promise<readonly Written[]> {
    const plan: Plan = (provider, route, text) => provider.weights.shift(route, release.backends, 0, {}, text);
    return this.#write(release, { phase: 'returning', weight: 0 }, 0, plan, { returning: true, except });
  }

  /**
   * Tries the return as a dry run, so that what would refuse it is known while nothing has to be returned.
   * @throws RefusedError with the API server's words, a webhook's for example
   */
  async rehearse(release: RouteState): Promise<void> {
    const text = encode({ ...release.state.journal, phase: 'returning', weight: 0 });
    for (const { provider, route } of this.#routesOf(release)) {
      const live = provider.weights.find([await this.#cluster.get(route)], release.service, release.isBackend);
      const patch = provider.weights.shift(live, release.backends, 0, {}, text);
      try {
        await this.#cluster.patch(route, patch, { dryRun: true });
      } catch (error) {
        // A test that failed meanwhile, or a webhook that cannot be asked without effect, says nothing about the return.
        if (!isRefusal(error) || /dry run/i.test(error.message)) continue;
        throw new RefusedError(
          `a return of ${nameOf(live.object)} would be refused: ${error.message} (nothing was shifted yet)`,
          'let the webhook or policy that refuses it allow weight 0 for the new version',
        );
      }
    }
  }

  /** Takes a backend of weight 0 out of the route. */
  detach(release: RouteState, backend: string, advance: Advance): Promise<readonly Written[]> {
    return this.#write(release, advance, release.state.share, (provider, route, text) =>
      provider.weights.detach(route, backend, guardOf(route), text),
    );
  }

  #routesOf(release: RouteState): readonly Follower[] {
    // Callers inside first: the route that is proved from outside is written last, so that its proof is of both.
    return [...(release.followers ?? []), { provider: this.#provider, route: release.route }];
  }

  async #write(
    release: RouteState,
    advance: Advance,
    share: Percent | undefined,
    plan: Plan,
    {
      returning = false,
      fenced = false,
      except,
    }: { returning?: boolean; fenced?: boolean; except?: string | undefined } = {},
  ): Promise<readonly Written[]> {
    const journal: Journal = {
      ...release.state.journal,
      ...advance,
      updatedAt: new Date(this.#clock.now()).toISOString(),
    };
    const text = encode(journal);
    const write = async ({ provider, route }: Follower): Promise<Written> => {
      const planned = (live: KubeObject) => {
        const patch = plan(provider, provider.weights.find([live], release.service, release.isBackend), text);
        // From here on the write may arrive, whatever we hear of it.
        if (share !== undefined) release.state = { ...release.state, asked: Math.max(share, release.state.asked ?? 0) };
        return { patch, journal: text };
      };
      const known = fenced ? this.#asLeft(release, route) : undefined;
      const object = await writeRoute(this.#cluster, route, planned, { persistent: returning, known });
      this.#left.set(nameOf(route), object);
      return { provider, object };
    };
    const routes = this.#routesOf(release).filter(({ route }) => nameOf(route) !== except);
    const done = returning ? await allOf(routes.map(write)) : await oneByOne(routes, write);
    const last = done.at(-1)?.object;
    if (last === undefined) throw new DriftError(`no route of ${release.service} is ours to write`).of(release.service);
    release.state = { journal, share, asked: share, text: last.metadata.annotations?.[JOURNAL_ANNOTATION] };
    return done;
  }

  /** The route as this writer left it, where nothing is known of a later write. */
  #asLeft({ state }: RouteState, route: ObjectRef): KubeObject | undefined {
    const left = this.#left.get(nameOf(route));
    return left?.metadata.annotations?.[JOURNAL_ANNOTATION] === state.text ? left : undefined;
  }

  /** A run that slept while another one took over must not write over it, even before its first write. */
  #requirePlanned(release: RouteState, route: RouteRef): void {
    const live = route.object.metadata.annotations?.[JOURNAL_ANNOTATION];
    if (live === undefined || live === release.planned || live === release.state.text) return;
    const read = decode(live);
    if ('journal' in read && read.journal.run === release.state.journal.run) return;
    throw drifted(
      release,
      route,
      `the journal of ${nameOf(route.object)} was written by another run since this one was planned`,
      'look at that run; it answers for the weights now',
    );
  }

  #requireOurs(release: RouteState, provider: RouteProvider, route: RouteRef): void {
    const { backends, state } = release;
    const split = provider.weights.read(route);
    const { smallestStep } = provider.facts.limits;
    const wrote = state.share ?? 0;
    const verdict = judgeDrift(
      { wrote, split, backends, journal: seenJournal(route, state), smallestStep },
      this.#onDrift.rule,
    );
    if (verdict.kind === 'none') return;
    if (verdict.kind === 'adopt') {
      const text = route.object.metadata.annotations?.[JOURNAL_ANNOTATION];
      release.state = { ...state, share: verdict.share, asked: Math.max(verdict.share, state.asked ?? 0), text };
      this.#onDrift.adopted(
        release,
        `${nameOf(route.object)} was changed by someone else and is taken over: ${verdict.why}`,
      );
      return;
    }
    const live = shareOf(split, backends.canary);
    const moved = Math.abs(live - wrote) > smallestStep / 2;
    throw drifted(
      release,
      route,
      moved
        ? `someone else set the weights of ${nameOf(route.object)}: ${verdict.why}`
        : `the journal of ${nameOf(route.object)} was changed or removed by someone else: ${verdict.why}`,
      verdict.next,
      live,
    );
  }
}

function seenJournal(route: RouteRef, state: RouteState['state']): JournalSeen {
  const live = route.object.metadata.annotations?.[JOURNAL_ANNOTATION];
  if (live === state.text) return 'ours';
  if (live === undefined) return 'gone';
  const read = decode(live);
  if ('refused' in read) return 'unreadable';
  return read.journal.run === state.journal.run ? 'unreadable' : { run: read.journal.run };
}

/** Waits for every one, and throws the first failure after all. */
async function allOf<T>(all: readonly Promise<T>[]): Promise<readonly T[]> {
  await Promise.allSettled(all);
  return Promise.all(all);
}

/** None is begun before the one before it is done. */
async function oneByOne<T, R>(all: readonly T[], each: (one: T) => Promise<R>): Promise<readonly R[]> {
  const done: R[] = [];
  for (const one of all) done.push(await each(one));
  return done;
}

/** Makes the patch for one route of the service, as it is now. */
type Plan = (provider: RouteProvider, route: RouteRef, text: string) => ReturnType<RouteProvider['weights']['shift']>;

/** @param share of the canary as it is live, where that is known */
function drifted(release: RouteState, route: RouteRef, message: string, next: string, share?: Percent): DriftError {
  const error = new DriftError(message, next).of(release.service);
  error.route = nameOf(route.object);
  error.share = share;
  return error;
}

function guardOf(route: RouteRef): { generation?: number } {
  const generation = route.object.metadata.generation;
  return generation === undefined ? {} : { generation };
}

function journalOf(route: RouteRef): { journal?: string } {
  const journal = route.object.metadata.annotations?.[JOURNAL_ANNOTATION];
  return journal === undefined ? {} : { journal };
}
