/** One release, scripted, for every kind of route: what happens when it is good, bad, or its controller is not healthy. */
import type { Behaviour } from '../mesh/index.ts';
import { meshKind } from '../mesh/index.ts';
import { PROBE_KEY } from './secrets.ts';

export const SCENARIOS = ['good', 'bad', 'late', 'never', 'refused'] as const;
export type Scenario = (typeof SCENARIOS)[number];

export interface Script {
  /** For people. */
  readonly what: string;
  readonly version: string;
  /** Absent: the version comes from manifests/dj-app/v2. */
  readonly image?: string;
  readonly controller: Partial<Behaviour>;
  /** How the release has to end, and why. */
  readonly ends: RegExp;
  readonly because?: RegExp;
}

/** In the order they are played in one cluster: each starts from what the one before left serving. */
export const SCRIPTS: Readonly<Record<Scenario, Script>> = {
  good: { what: 'a good version', version: 'v2', controller: {}, ends: /^promoted$/ },
  bad: {
    what: 'a version that fails 30 %',
    version: 'v3',
    image: 'mesh-canary.dev/lab/dj-app:v3-broken',
    controller: {},
    ends: /^rolled-back$/,
  },
  late: {
    what: 'taken over 20 s late',
    version: 'v4',
    image: 'mesh-canary.dev/lab/dj-app:v4',
    controller: { acknowledgement: 'late', lateMs: 20_000 },
    ends: /^promoted$/,
  },
  never: {
    what: 'never acknowledged',
    version: 'v5',
    image: 'mesh-canary.dev/lab/dj-app:v5',
    controller: { acknowledgement: 'never' },
    ends: /^promoted$/,
  },
  refused: {
    what: 'refused by the controller',
    version: 'v6',
    image: 'mesh-canary.dev/lab/dj-app:v6',
    controller: { acknowledgement: 'refusing' },
    ends: /^(failed|rolled-back)$/,
    because: /the lab was told to refuse this/,
  },
};

/** Folders that bring v2. */
export function canaryManifests(mesh: string): readonly string[] {
  return ['dj-app/v2', ...(meshKind(mesh).seed.canary ?? [])].map((folder) => `manifests/${folder}`);
}

/** The inputs of a script's release of jazz, in two steps and as quick as the proof allows. */
export function scriptedInputs(mesh: string, { version, image }: Script): Record<string, string> {
  const manifests = canaryManifests(mesh);
  return {
    mesh,
    namespace: 'prod',
    services: 'jazz',
    version,
    ...(image === undefined ? { manifests: manifests.join('\n') } : { image }),
    'canary-weight': '50,100',
    'probe-headers': `apikey: ${PROBE_KEY}`,
    'probe-rate': '10',
    'min-step': '1s',
    'warm-up': '0s',
    'pre-flight': '20',
    // Twenty pairs are too few to find it out, where lanes carry no mark.
    identify: 'header:x-app-version',
    latency: 'ignore',
    // With one point, half a minute of each release would be the wait for 300 answers.
    'max-error-increase': '5',
  };
}
