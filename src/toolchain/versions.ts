/** Versions of kubectl and helm: how they are asked for, and when one fits. Pure. */

export type ToolName = 'kubectl' | 'helm';

export interface Version {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
  /** What follows a `-`, e.g. `rc.1` or, on managed clusters, `eks-1a2b3c`; empty for a plain release. */
  readonly suffix: string;
}

/** What the inputs `kubectl-version` and `helm-version` ask for. */
export type Wanted =
  /** Nothing: whatever fits on PATH, else the publisher's stable release. */
  | { readonly kind: 'any' }
  | { readonly kind: 'stable' }
  | { readonly kind: 'minor'; readonly major: number; readonly minor: number }
  | { readonly kind: 'exact'; readonly version: Version };

/** Reads `v1.36.3`, `1.36.3-rc.1`, `v4.2.3+g43e8b7f` or `v1.33.1-eks-1a2b`; undefined for anything else. */
export function parseVersion(text: string): Version | undefined {
  const found = /^v?(\d{1,5})\.(\d{1,5})\.(\d{1,5})(?:-([0-9A-Za-z.-]{1,64}))?(?:\+[0-9A-Za-z.-]{1,64})?$/.exec(
    text.trim(),
  );
  if (found === null) return undefined;
  return { major: Number(found[1]), minor: Number(found[2]), patch: Number(found[3]), suffix: found[4] ?? '' };
}

/** With the leading `v`, as both publishers write their folders and files. */
export function formatVersion({ major, minor, patch, suffix }: Version): string {
  return `v${major}.${minor}.${patch}${suffix === '' ? '' : `-${suffix}`}`;
}

/** Reads an input: empty, `stable`, a minor (`1.36`) or an exact version (`1.36.3`); undefined when it is none of them. */
export function parseWanted(text: string): Wanted | undefined {
  if (text === '') return { kind: 'any' };
  if (text === 'stable') return { kind: 'stable' };
  const minor = /^v?(\d{1,5})\.(\d{1,5})$/.exec(text);
  if (minor !== null) return { kind: 'minor', major: Number(minor[1]), minor: Number(minor[2]) };
  const version = text.includes('+') ? undefined : parseVersion(text);
  return version === undefined ? undefined : { kind: 'exact', version };
}

/**
 * Whether a kubectl may talk to a server: the same major, at most one minor older or newer (kubernetes.io, "Version
 * Skew Policy", kubectl).
 */
export function skewFits(kubectl: Version, server: Version): boolean {
  return kubectl.major === server.major && Math.abs(kubectl.minor - server.minor) <= 1;
}

/** Whether a release of a tool is one this action works with at all: any kubectl 1, helm 3 or 4. */
export function isSupported(name: ToolName, major: number): boolean {
  return name === 'kubectl' ? major === 1 : major === 3 || major === 4;
}

/**
 * Whether a tool that is there already is what was asked for. `stable` is known by its number only after asking the
 * publisher: resolve it to an exact version first.
 * @param server of the cluster, when it is known: then a kubectl nobody asked for by number has to be near it
 */
export function fits(name: ToolName, found: Version, wanted: Wanted, server?: Version): boolean {
  if (!isSupported(name, found.major)) return false;
  if (wanted.kind === 'exact') return formatVersion(found) === formatVersion(wanted.version);
  if (wanted.kind === 'minor') return found.major === wanted.major && found.minor === wanted.minor;
  if (wanted.kind === 'stable') return false;
  return name !== 'kubectl' || server === undefined || skewFits(found, server);
}
