import type { Parse } from '../problems.ts';
import type { Identify } from '../types.ts';
import { isHeaderName } from './headers.ts';
import { line } from './names.ts';

/** `auto`, `header:x-app-version` or `json:path.to.field`. */
export const identify: Parse<Identify> = (given, say) => {
  const text = line(given, say);
  if (text === undefined) return undefined;
  if (text === 'auto') return { by: 'auto' };
  const [by, ...rest] = text.split(':');
  const name = rest.join(':').trim();
  if (by === 'header' && isHeaderName(name)) return { by, name: name.toLowerCase() };
  if (by === 'json' && isJsonPath(name)) return { by, path: name };
  say('must be auto, header:<name> such as header:x-app-version, or json:<dotted path> such as json:app.version');
  return undefined;
};

/** A dotted path into a JSON body: names (or list indexes) joined by dots, none empty. */
export function isJsonPath(text: string): boolean {
  return text.length <= 256 && /^[^\s.\p{C}]+(\.[^\s.\p{C}]+)*$/u.test(text);
}
