/** Texts of checks that may be patterns: `/…/` or `/…/i` is a regular expression, anything else is taken literally. */

const longest = 200;

/** What is wrong with a text that is written as a pattern, or undefined. */
export function wrongPattern(text: string): string | undefined {
  const parts = split(text);
  if (parts === undefined) return undefined;
  if (parts.source.length > longest)
    return `is a pattern of ${parts.source.length} characters: at most ${longest} are allowed`;
  try {
    new RegExp(parts.source, parts.flags);
    return undefined;
  } catch (error) {
    return `is not a valid pattern: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** The regular expression a text stands for, or undefined when it is literal. Validated texts only. */
export function patternOf(text: string): RegExp | undefined {
  const parts = split(text);
  return parts === undefined ? undefined : new RegExp(parts.source, parts.flags);
}

function split(text: string): { source: string; flags: string } | undefined {
  const found = /^\/([\s\S]+)\/(i?)$/.exec(text);
  return found === null ? undefined : { source: found[1] ?? '', flags: `u${found[2] ?? ''}` };
}
