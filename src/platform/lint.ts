/** What would break traffic silently, found before anything is written. Pure. */
import { nameOf } from '../cluster/objects.ts';
import { lintAppMesh } from './lint/app-mesh.ts';
import { lintConsumers } from './lint/consumers.ts';
import { lintIngresses } from './lint/ingresses.ts';
import { lintMeshObjects } from './lint/mesh-objects.ts';
import { lintOwners } from './lint/owners.ts';
import { lintPast } from './lint/past.ts';
import { lintPlugins } from './lint/plugins.ts';
import { lintRoutes } from './lint/routes.ts';
import { lintServices } from './lint/services.ts';
import { lintWhoSplits } from './lint/who-splits.ts';
import { type Finding, type LintInput, World } from './lint/world.ts';

export type { Finding, LintInput, ReleasedService, Severity } from './lint/world.ts';

/** All findings, errors first, each once; the order is otherwise that of the rules below. */
export function lint(input: LintInput): Finding[] {
  const world = new World(input);
  const findings = [
    ...lintServices(world),
    ...lintRoutes(world),
    ...lintIngresses(world),
    ...lintPlugins(world),
    ...lintConsumers(world),
    ...lintPast(world),
    ...lintOwners(world),
    ...lintWhoSplits(world),
    ...lintMeshObjects(world),
    ...lintAppMesh(world),
  ];
  const seen = new Set<string>();
  const unique = findings.filter((finding) => {
    const key = `${finding.rule}|${nameOf(finding.object)}|${finding.problem}`;
    return !seen.has(key) && seen.add(key);
  });
  return [...unique.filter(isError), ...unique.filter((finding) => !isError(finding))];
}

export function isError(finding: Finding): boolean {
  return finding.severity === 'error';
}

/** A finding as text: the problem, then the fix indented under it. */
export function findingText(finding: Finding): string {
  return `${finding.problem}\n${finding.fix.replace(/^/gm, '    ')}`;
}
