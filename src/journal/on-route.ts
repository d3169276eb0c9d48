/** The journal of a release where it stands: on its route. Pure. */

import { LintError } from '../errors.ts';
import { JOURNAL_ANNOTATION } from '../kube/names.ts';
import type { KubeObject } from '../kube/objects.ts';
import { annotation, nameOf } from '../kube/objects.ts';
import type { Journal } from './journal.ts';
import { decode } from './journal.ts';

/** The journal on a route. @throws LintError when it is there and cannot be believed. */
export function journalOn(route: KubeObject): Journal | undefined {
  const text = annotation(route, JOURNAL_ANNOTATION);
  if (text === undefined) return undefined;
  const decoded = decode(text);
  if ('journal' in decoded) return decoded.journal;
  throw new LintError(
    `the journal on ${nameOf(route)} cannot be used: ${decoded.refused}`,
    `find out which version serves, set its weight, then: kubectl annotate ${route.kind.toLowerCase()} ${route.metadata.name} -n ${route.metadata.namespace} ${JOURNAL_ANNOTATION}-`,
  );
}
