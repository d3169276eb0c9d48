/** Markdown for GitHub (GFM) from texts that may be foreign. */
import { sanitiseLine } from '../sanitise.ts';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '@': '&#64;',
  '#': '&#35;',
};

/**
 * A text as it is, on one line, anywhere in Markdown or a table: HTML and every character with a meaning to GFM
 * becomes an entity or is escaped, and mentions and bare links stay text.
 */
export function plain(text: string, longest = 300): string {
  return sanitiseLine(text, longest)
    .replaceAll(/[&<>@#]/g, (character) => entities[character] ?? '')
    .replaceAll(/\b(https?|ftp|mailto|xmpp):/gi, '$1&#58;')
    .replaceAll(/\bwww\./gi, (found) => `${found.slice(0, 3)}&#46;`)
    .replaceAll(/[\\`*_{}[\]()!|~$]/g, '\\$&')
    .replace(/^(\s*)([-+=])/, '$1\\$2')
    .replace(/^(\s*\d+)(\.)(?=\s|$)/, '$1\\$2');
}

/** A table; the cells are cleaned, the head is ours. Empty without rows. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map((row) => line(row.map((text) => plain(text))))].join(
    '\n',
  );
}
