/**
 * Worlds of the guard of the public path: probes on the public path and pairs on the lanes, ten a second each unless
 * told, a look after every second for ten minutes. In null worlds the path is no worse than its lanes; in the
 * others it is, and the event is that the guard has not seen it in time.
 */
import { beginGuard, GUARD_SHARE, judgeGuard, observeGuard } from '../../src/verdict/public-path.ts';
import { DESIGN_DEFAULTS } from '../../src/verdict/types.ts';
import { binomial, type Random } from '../chance.ts';
import type { Trial } from './worlds.ts';

const LEVEL = GUARD_SHARE * DESIGN_DEFAULTS.falseAlarm;
const SECONDS = 600;

type Ways<Value> = Readonly<Record<'public' | 'stable' | 'canary', Value>>;

/** Error shares of one second. */
type Shares = (second: number) => Ways<number>;

/** Errors of one second: of so many probes on each way, how many fail. */
type Errors = (random: Random, second: number, probes: Ways<number>) => Ways<number>;

interface Path {
  readonly probes: Ways<number>;
  readonly seconds: number;
  /** Made anew for every release. */
  readonly errors: () => Errors;
}

/** Whether the guard called the path worse. That it is failing is another matter, and ends nothing here. */
function calledWorse({ probes, seconds, errors }: Path, random: Random): boolean {
  let state = beginGuard();
  const drawn = errors();
  for (let second = 0; second < seconds; second += 1) {
    const failed = drawn(random, second, probes);
    // Without an error nothing is added to the evidence.
    if (failed.public + failed.stable + failed.canary === 0) continue;
    const count = (way: keyof Ways<number>) => ({ requests: probes[way], errors: failed[way] });
    state = observeGuard(state, { public: count('public'), stable: count('stable'), canary: count('canary') });
    if (judgeGuard(state, LEVEL).verdict === 'worse') return true;
  }
  return false;
}

const independent =
  (shares: Shares): Path['errors'] =>
  () =>
  (random, second, probes) => {
    const share = shares(second);
    return {
      public: binomial(random, probes.public, share.public),
      stable: binomial(random, probes.stable, share.stable),
      canary: binomial(random, probes.canary, share.canary),
    };
  };

/** Two gateway pods, one of which fails a share of everything. A connection stays with its pod while it lives. */
interface Pods {
  readonly failing: number;
  /** Seconds after which all connections are replaced. */
  readonly life: number;
  /**
   * `mixed`: three connections, every probe takes any. `pinned`: the public path always has the same one, the lanes mix
   * on two others. `own`: one for each way.
   */
  readonly use: 'mixed' | 'pinned' | 'own';
}

/** Of three connections, those each way may take. */
const CONNECTIONS = {
  mixed: { public: [0, 1, 2], stable: [0, 1, 2], canary: [0, 1, 2] },
  pinned: { public: [0], stable: [1, 2], canary: [1, 2] },
  own: { public: [0], stable: [1], canary: [2] },
} as const;

function twoPods({ failing, life, use }: Pods): Path['errors'] {
  return () => {
    let bad: boolean[] = [];
    return (random, second, probes) => {
      if (second % life === 0) bad = [random() < 0.5, random() < 0.5, random() < 0.5];
      const failed = (way: keyof Ways<number>) => {
        const mine: readonly number[] = CONNECTIONS[use][way];
        let errors = 0;
        for (let i = 0; i < probes[way]; i += 1) {
          const connection = mine[Math.floor(random() * mine.length)] ?? 0;
          if (bad[connection] === true && random() < failing) errors += 1;
        }
        return errors;
      };
      return { public: failed('public'), stable: failed('stable'), canary: failed('canary') };
    };
  };
}

const TEN: Ways<number> = { public: 10, stable: 10, canary: 10 };
const all = (share: number): Ways<number> => ({ public: share, stable: share, canary: share });

function fine(name: string, errors: Path['errors'], probes = TEN): Trial {
  const path = { probes, seconds: SECONDS, errors };
  return {
    name: `public path: ${name}`,
    event: 'called worse',
    limit: LEVEL,
    happens: (random) => calledWorse(path, random),
  };
}

/** @param limit how often it may be missed: the power this guard is built for, not a guarantee */
function worse(name: string, seconds: number, path: number, lanes: number): Trial {
  const given = { probes: TEN, seconds, errors: independent(() => ({ ...all(lanes), public: path })) };
  return {
    name: `public path: ${name}`,
    event: `not seen in ${seconds} s`,
    limit: 0.01,
    happens: (random) => !calledWorse(given, random),
  };
}

export const guardTrials: readonly Trial[] = [
  fine(
    '2 % errors on every way',
    independent(() => all(0.02)),
  ),
  fine(
    '2 % errors, 2 probes/s beside 20 pairs/s',
    independent(() => all(0.02)),
    { public: 2, stable: 20, canary: 20 },
  ),
  fine(
    'errors swell and ebb',
    independent((second) => all(0.05 * (1 + 0.9 * Math.sin(second / 40)))),
  ),
  fine(
    'canary 10 %, stable 1 %, path as the canary',
    independent(() => ({ public: 0.1, stable: 0.01, canary: 0.1 })),
  ),
  // Connections that stay with a way for longer make one cause of many errors: docs/statistics.md §12.
  fine('one of two gateway pods fails 5 %, any connection', twoPods({ failing: 0.05, life: 30, use: 'mixed' })),
  fine('one of two gateway pods fails 5 %, one for the path, 3 s', twoPods({ failing: 0.05, life: 3, use: 'pinned' })),
  fine('one of two gateway pods fails 5 %, one for each way, 2 s', twoPods({ failing: 0.05, life: 2, use: 'own' })),
  worse('404 on 20 % of it', 15, 0.2, 0),
  worse('404 on 20 % of it, 1 % errors everywhere', 20, 0.208, 0.01),
  worse('404 on 5 % of it', 60, 0.05, 0),
];

/** The limit of the guarantee: with connections of its own that live long, one bad gateway pod is the path's alone. */
export const pinnedTrial: Trial = fine(
  'one of two gateway pods fails 5 %, one connection for each way, 30 s',
  twoPods({ failing: 0.05, life: 30, use: 'own' }),
);
