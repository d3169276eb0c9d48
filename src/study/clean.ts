/** Whether a release may begin, by what the study found. */
import { LintError } from '../errors.ts';
import { aboutObject, nameOf } from '../kube/objects.ts';
import type { Finding } from '../lint/index.ts';
import type { DesiredPlugins } from '../plugins/desired.ts';
import type { Teller } from '../ports.ts';

/** Lint and plugin problems, all in one error, before anything is written; warnings are said. @throws LintError */
export function requireClean(findings: readonly Finding[], plugins: DesiredPlugins, notes: Teller): void {
  for (const finding of findings)
    if (finding.severity === 'warning')
      notes.warn(`${aboutObject(nameOf(finding.object), finding.problem)} ${finding.fix}`);
  const errors = [
    ...plugins.problems.map(({ message }) => message),
    ...findings
      .filter(({ severity }) => severity === 'error')
      .map(({ object, problem, fix }) => `${aboutObject(nameOf(object), problem)}\n    fix: ${fix}`),
  ];
  if (errors.length === 0) return;
  throw new LintError(
    `${errors.length === 1 ? 'this would' : 'these would'} break the traffic or the release:\n${errors.map((line) => `  - ${line}`).join('\n')}`,
    'nothing was changed so far; correct it and run again',
  );
}
