/** Rules of IngressRoutes: what they match, and which of them lead to a TraefikService. */
import { PlatformError } from '../../../errors.ts';
import type { KubeObject } from '../../../kube/objects.ts';
import { list, nameOf, text } from '../../../kube/objects.ts';
import type { Address, RouteRef } from '../../types.ts';

/** See WayIn.leadsTo. Lanes lead to Services, and so to no TraefikService. */
export function leadsTo(way: KubeObject, { object }: RouteRef): readonly number[] {
  return list(way, 'spec', 'routes').flatMap((rule, index) => {
    const leads = list(rule, 'services').some(
      (entry) =>
        text(entry, 'kind') === object.kind &&
        text(entry, 'name') === object.metadata.name &&
        (text(entry, 'namespace') || way.metadata.namespace) === object.metadata.namespace,
    );
    return leads ? [index] : [];
  });
}

/** See WayIn.address: the first alternative of the first rule. */
export function address(object: KubeObject, rules: readonly number[], path: string | undefined): Address {
  const match = firstOf(text(list(object, 'spec', 'routes')[rules[0] ?? 0], 'match'));
  const asked = argumentsOf(match, 'Path(?:Prefix)?')[0]?.[0];
  if (path === undefined && asked === undefined && /\bPathRegexp\(/.test(match)) {
    throw new PlatformError(
      `${nameOf(object)} matches paths by a pattern (${match}), so no path to probe can be taken from it`,
      'give one with the input probe-path',
    );
  }
  return {
    path: path ?? asked ?? '/',
    host: argumentsOf(match, 'Host')[0]?.[0],
    matchHeaders: Object.fromEntries(
      argumentsOf(match, 'Headers?').map(([name = '', value = '']) => [name.toLowerCase(), value]),
    ),
  };
}

/** What of a rule stands before its first `||` outside of parentheses, without parentheses around all of it. */
function firstOf(match: string): string {
  let depth = 0;
  for (let at = 0; at < match.length; at++) {
    const quote = match[at];
    if (quote === '`' || quote === '"') at = Math.max(at, match.indexOf(quote, at + 1));
    else if (quote === '(') depth += 1;
    else if (quote === ')') depth -= 1;
    else if (depth === 0 && match.startsWith('||', at)) return firstOf(match.slice(0, at));
  }
  const inner = /^\s*\((.*)\)\s*$/s.exec(match)?.[1];
  return inner !== undefined && isWhole(inner) ? firstOf(inner) : match;
}

/** Whether parentheses are closed only where they were opened: `a) && (b` is not. */
function isWhole(text: string): boolean {
  let depth = 0;
  for (const sign of text.replaceAll(/`[^`]*`|"[^"]*"/g, '')) {
    if (sign === '(') depth += 1;
    if (sign === ')') depth -= 1;
    if (depth < 0) return false;
  }
  return true;
}

/** Quoted arguments of each call of a matcher that is not negated. */
function argumentsOf(match: string, matcher: string): readonly (readonly string[])[] {
  const calls = match.matchAll(new RegExp(`(?<![!\\w])${matcher}\\(([^)]*)\\)`, 'g'));
  return [...calls].map(([, inside = '']) =>
    [...inside.matchAll(/`([^`]*)`|"([^"]*)"/g)].map(([, plain, quoted]) => plain ?? quoted ?? ''),
  );
}
