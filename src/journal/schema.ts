/** What a journal is, and what it must look like to be believed: types, lengths and patterns, one reason in words. */

import type { Json } from '../kube/objects.ts';
import { isMap } from '../kube/objects.ts';
import type { Backends, Percent } from '../routes/types.ts';
import type { Phase } from './phases.ts';
import { phases } from './phases.ts';

/** The format this code reads and writes. */
export const JOURNAL_VERSION = 1;

/** Retired versions that are kept; older ones are forgotten first. */
export const HISTORY_LIMIT = 50;

/**
 * A version that another one took the place of. Once it is out of the route, manifests that name it are an error, not a
 * resurrection.
 */
export interface Retired {
  readonly version: string;
  readonly backend: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** What shall become of its pods: a run that was killed before is finished by the next. */
  readonly retire?: 'scale-down' | 'delete';
}

/** Everything but `runUrl`, `history` and `evidence` is needed to go on or to return. */
export interface Journal {
  readonly version: typeof JOURNAL_VERSION;
  /** Identity of the release: its services and version, e.g. `jazz,metal@v2`. The same release resumes. */
  readonly release: string;
  /** The run that wrote this: the fence of every weight patch. */
  readonly run: string;
  /** Runs that worked on this release, this one included. */
  readonly attempts: number;
  /** The logical service this route belongs to, e.g. `jazz`. */
  readonly service: string;
  /** `stable` is empty when the stable objects carry no version (adopted, e.g. `jazz`). */
  readonly versions: { readonly stable: string; readonly canary: string };
  readonly backends: Backends;
  readonly phase: Phase;
  /** Place in `plan` of the step under way, from 0; `plan.length` when all are done. */
  readonly step: number;
  /** Canary shares in percent, in order. */
  readonly plan: readonly Percent[];
  /** The canary share asked for by the patch this journal came with. */
  readonly weight: Percent;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly updatedAt: string;
  /** Where a person can read what the run did. */
  readonly runUrl?: string;
  /** Oldest first. */
  readonly history: readonly Retired[];
  /** What a return must restore: value before our first write by the name the writer gave it; null = was not there. */
  readonly snapshot?: Readonly<Record<string, string | null>>;
  /** Of a release in place: the fingerprint of what the new version runs, by which it is known again. */
  readonly runs?: string;
  /** Evidence a resumed run goes on with; its shape belongs to the verdict. */
  readonly evidence?: Json;
}

type Rule = (value: unknown) => string | undefined;

/** RFC 1123 label: what a Service or a version may be called. */
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
/** Ids are compared and printed, so nothing that could move a terminal or a Markdown table. */
const ID = /^[A-Za-z0-9][A-Za-z0-9._:/@,+-]*$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/;
/** Printed as a link: no spaces, quotes, brackets or backticks. */
const URL_TEXT = /^https?:\/\/[A-Za-z0-9._~:/?#@!$&*+,;=%-]+$/;

const label: Rule = matching(LABEL, 63, 'a DNS label');
const id = (longest: number): Rule => matching(ID, longest, `an id of at most ${longest} characters`);
/** Empty for adopted objects that carry no version. */
const versionOrNone: Rule = (value) => (value === '' ? undefined : label(value));
const percent: Rule = (value) =>
  typeof value === 'number' && value >= 0 && value <= 100 ? undefined : 'must be a number from 0 to 100';
const time: Rule = (value) =>
  typeof value === 'string' && value.length <= 30 && TIME.test(value) && Number.isFinite(Date.parse(value))
    ? undefined
    : 'must be a time such as 2026-01-31T12:00:00.000Z';

const fate: Rule = (value) =>
  value === undefined || value === 'scale-down' || value === 'delete' ? undefined : 'must be scale-down or delete';

const rules: Readonly<Record<string, Rule>> = {
  // Fifty services with names of 63 characters, separated by commas, and a version.
  release: id(4096),
  run: id(256),
  attempts: whole(1, 1_000_000),
  service: label,
  versions: members({ stable: versionOrNone, canary: label }),
  backends: members({ stable: label, canary: label }),
  phase: (value) => (phases.some((phase) => phase === value) ? undefined : `must be one of ${phases.join(', ')}`),
  step: whole(0, 100),
  plan: arrayOf(percent, 1, 100),
  weight: percent,
  startedAt: time,
  updatedAt: time,
  history: arrayOf(members({ version: versionOrNone, backend: label, at: time, retire: fate }), 0, HISTORY_LIMIT),
};

const optional: Readonly<Record<string, Rule>> = {
  runUrl: matching(URL_TEXT, 2048, 'an http address'),
  snapshot,
  runs: matching(/^[0-9a-f]{64}$/, 64, 'a SHA-256'),
  // Any JSON, bounded by the size of the whole; its owner reads it as untrusted again. The depth is bounded because what
  // works on it recurses.
  evidence: (value) => (isDeeper(value, 16) ? 'must be at most 16 levels deep' : undefined),
};

/** Why the parsed value is not a journal, or undefined when it is one. Unknown members are no reason. */
export function refusalOf(value: unknown): string | undefined {
  if (!isMap(value)) return 'it is not a JSON object';
  const version = own(value, 'version');
  if (typeof version === 'number' && version > JOURNAL_VERSION) {
    return `it was written by a newer mesh-canary (format ${version}, this one reads ${JOURNAL_VERSION}): use that version or a later one`;
  }
  if (version !== JOURNAL_VERSION) return `version must be ${JOURNAL_VERSION}`;
  const wrong = members(rules)(value);
  if (wrong !== undefined) return wrong;
  for (const [name, rule] of Object.entries(optional)) {
    if (!Object.hasOwn(value, name)) continue;
    const reason = rule(own(value, name));
    if (reason !== undefined) return joined(name, reason);
  }
  const steps = (own(value, 'plan') as unknown[]).length;
  return (own(value, 'step') as number) > steps ? `step is beyond the ${steps} steps of the plan` : undefined;
}

function members(of: Readonly<Record<string, Rule>>): Rule {
  return (value) => {
    if (!isMap(value)) return 'must be an object';
    for (const [name, rule] of Object.entries(of)) {
      const reason = rule(own(value, name));
      if (reason !== undefined) return joined(name, reason);
    }
    return undefined;
  };
}

function arrayOf(rule: Rule, least: number, most: number): Rule {
  return (value) => {
    if (!Array.isArray(value) || value.length < least || value.length > most) {
      return `must be a list of ${least} to ${most}`;
    }
    for (const [index, item] of value.entries()) {
      const reason = rule(item);
      if (reason !== undefined) return joined(String(index), reason);
    }
    return undefined;
  };
}

function whole(least: number, most: number): Rule {
  return (value) =>
    Number.isInteger(value) && (value as number) >= least && (value as number) <= most
      ? undefined
      : `must be a whole number from ${least} to ${most}`;
}

function matching(pattern: RegExp, longest: number, what: string): Rule {
  return (value) =>
    typeof value === 'string' && value.length <= longest && pattern.test(value) ? undefined : `must be ${what}`;
}

function snapshot(value: unknown): string | undefined {
  if (!isMap(value)) return 'must be an object';
  const entries = Object.entries(value);
  if (entries.length > 64) return 'must have at most 64 entries';
  const fine = entries.every(
    ([key, before]) => key.length <= 512 && (before === null || (typeof before === 'string' && before.length <= 8192)),
  );
  return fine ? undefined : 'must map names to texts or null';
}

function isDeeper(value: unknown, levels: number): boolean {
  if (value === null || typeof value !== 'object') return false;
  return levels === 0 || Object.values(value).some((member) => isDeeper(member, levels - 1));
}

/** "versions.canary must be a DNS label" from its parts. */
const joined = (name: string, reason: string) =>
  reason.startsWith('must') ? `${name} ${reason}` : `${name}.${reason}`;

const own = (value: Readonly<Record<string, unknown>>, name: string) =>
  Object.hasOwn(value, name) ? value[name] : undefined;
