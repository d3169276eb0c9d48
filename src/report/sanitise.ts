/**
 * Foreign text made safe for the log. The runner reads every line of our stdout and stderr and obeys what looks like
 * a command, so a pod's log could set our outputs. Its rules (actions/runner, src/Runner.Common/ActionCommand.cs):
 * a line that starts with `::` after `TrimStart()`, and `##[` anywhere in a line. Both are found with .NET's
 * culture-aware comparison, which looks through characters without weight (zero-width space, soft hyphen, controls):
 * such characters are removed, never used as separators.
 */

export interface Limits {
  /** Longest line in characters (code points). */
  readonly line: number;
  readonly lines: number;
}

export const ownLimits: Limits = { line: 4000, lines: 1000 };
export const foreignLimits: Limits = { line: 500, lines: 60 };

/** ECMA-48 control sequences, OSC strings and two-character escapes: colours, cursor moves, titles, links. */
// biome-ignore format: one alternative a line
const escapes = new RegExp([
  '(?:\\u001b\\[|\\u009b)[0-?]*[ -/]*[@-~]',
  '(?:\\u001b\\]|\\u009d)[^\\u0007\\u001b\\u009c]*(?:\\u0007|\\u001b\\\\|\\u009c)?',
  '\\u001b[ -/]*[0-~]',
].join('|'), 'g');

/** All line ends a reader could know: the runner's are LF, CR and CRLF. */
const lineEnds = /\r\n|[\n\r\v\f\u0085\u2028\u2029]/;

/**
 * Controls, format characters (bidi controls, zero-width, tags), lone surrogates and everything a reader may ignore;
 * private use stays, it is visible.
 */
const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}]/gu;

/** Marks may have no weight either, so they are looked through as .NET may. */
const oldCommand = /#\p{M}*#(?=\p{M}*\[)/gu;
const newCommand = /^([\s\p{M}]*):(?=\p{M}*:)/u;

/** Text of any origin as lines that cannot be commands, control a terminal, or flood the log. */
export function sanitise(text: string, limits: Limits = ownLimits): string {
  const lines: string[] = [];
  // Cut first: work is bounded however long the text is. Twice the limit, as escapes shrink it.
  const bound = 2 * limits.line * limits.lines;
  const all = text.slice(0, bound).replaceAll(escapes, '').split(lineEnds);
  for (const line of all.slice(0, limits.lines)) lines.push(safeLine(line, limits.line));
  const left = all.length - limits.lines;
  if (left > 0) lines.push(`… ${left} more ${left === 1 ? 'line' : 'lines'} not shown`);
  else if (text.length > bound) lines.push('… the rest is not shown');
  return lines.join('\n');
}

/** As {@link sanitise}, on one line: line ends become spaces. */
export function sanitiseLine(text: string, longest = ownLimits.line): string {
  return safeLine(
    text
      .slice(0, 4 * longest)
      .replaceAll(escapes, '')
      .split(lineEnds)
      .join(' '),
    longest,
  );
}

function safeLine(line: string, longest: number): string {
  const seen = line.replaceAll('\t', '  ').replaceAll(unseen, '');
  // Broken before cut: taking away the end of a line makes no command.
  const safe = seen.replaceAll(oldCommand, (found) => `${found} `).replace(newCommand, '$1: ');
  if (safe.length <= longest) return safe;
  const characters = [...safe];
  return characters.length <= longest ? safe : `${characters.slice(0, longest - 1).join('')}…`;
}
