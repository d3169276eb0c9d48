/** What would break traffic silently, found before anything is written. Pure. */
import { nameOf } from '../kube/objects.ts';
import { lintConsumers } from './consumers.ts';
import { lintIngresses } from './ingresses.ts';
import { lintMeshes } from './meshes/index.ts';
import { lintOwners } from './owners.ts';
import { lintPast } from './past.ts';
import { type Finding, type LintInput, World } from './picture.ts';
import { lintPlugins } from './plugins.ts';
import { lintRoutes } from './routes.ts';
import { lintServices } from './services.ts';
import { lintWhoSplits } from './who-splits.ts';

export type { Finding, LintInput, ReleasedService, Severity } from './picture.ts';

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
    ...lintMeshes(world),
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
