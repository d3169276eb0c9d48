/** Traefik's rule language as far as routes of the lab use it: Host, Path, PathPrefix, Method, Header and their Regexps. */
import type { MeshRequest } from './types.ts';

type Takes = (request: MeshRequest) => boolean;

/** Throws with the place where the text is no rule. */
export function parseRule(text: string): Takes {
  const tokens = text.match(/\w+|`[^`]*`|"[^"]*"|&&|\|\||[!(),]/g) ?? [];
  let at = 0;
  const expect = (token: string) => {
    if (tokens[at++] !== token) throw new Error(`${text}: ${token} is expected, not ${tokens[at - 1] ?? 'the end'}`);
  };
  const either = (): Takes => {
    const first = both();
    if (tokens[at] !== '||') return first;
    at++;
    const rest = either();
    return (request) => first(request) || rest(request);
  };
  const both = (): Takes => {
    const first = one();
    if (tokens[at] !== '&&') return first;
    at++;
    const rest = both();
    return (request) => first(request) && rest(request);
  };
  const one = (): Takes => {
    const token = tokens[at++] ?? '';
    if (token === '!') {
      const inner = one();
      return (request) => !inner(request);
    }
    if (token === '(') {
      const inner = either();
      expect(')');
      return inner;
    }
    expect('(');
    const given: string[] = [];
    while (tokens[at] !== ')' && at < tokens.length) {
      const argument = tokens[at++] ?? '';
      if (argument !== ',') given.push(argument.slice(1, -1));
    }
    expect(')');
    return matcher(token, given);
  };
  const rule = either();
  if (at < tokens.length) throw new Error(`${text}: ${tokens[at]} is too much`);
  return rule;
}

function matcher(name: string, [first = '', second = '']: readonly string[]): Takes {
  const header = (request: MeshRequest) => String(request.headers[first.toLowerCase()] ?? '');
  switch (name) {
    case 'Host':
      return ({ headers }) => (headers.host ?? '').toLowerCase().replace(/:\d+$/, '') === first.toLowerCase();
    case 'Path':
      return ({ path }) => path === first;
    case 'PathPrefix':
      return ({ path }) => path.startsWith(first);
    case 'PathRegexp':
      return ({ path }) => new RegExp(first).test(path);
    case 'Method':
      return ({ method }) => method === first.toUpperCase();
    case 'Header':
      return (request) => header(request) === second;
    case 'HeaderRegexp':
      return (request) => new RegExp(second).test(header(request));
    default:
      throw new Error(`the lab's Traefik has no matcher ${name}`);
  }
}
