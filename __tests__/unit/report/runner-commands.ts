/**
 * The runner's reading of a line, as src/Runner.Common/ActionCommand.cs of actions/runner has it (`TryParseV2`, then
 * `TryParse`), once byte for byte and once as .NET's culture-aware search sees it: characters without weight are as
 * good as absent. Kept apart from the code under test, so that both would have to be wrong in the same way.
 */
const registered = new Set([
  'set-env',
  'set-output',
  'save-state',
  'add-path',
  'add-mask',
  'add-matcher',
  'remove-matcher',
  'error',
  'warning',
  'notice',
  'debug',
  'group',
  'endgroup',
  'echo',
  'stop-commands',
  'internal-set-repo-path',
]);

/** Char.IsWhiteSpace of .NET, which TrimStart() removes. */
const leadingSpace = /^[\u0009-\u000d\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;

/** The commands the runner would obey in a text written to stdout. */
export function commandsIn(text: string): string[] {
  return text.split(/\r\n|\r|\n/).flatMap((line) => {
    const asSeen = line.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{M}\p{Default_Ignorable_Code_Point}]/gu, '');
    return [line, asSeen].map(commandIn).filter((name) => name !== undefined);
  });
}

function commandIn(line: string): string | undefined {
  return second(line) ?? first(line);
}

function second(line: string): string | undefined {
  const message = line.replace(leadingSpace, '');
  if (!message.startsWith('::')) return undefined;
  const end = message.indexOf('::', 2);
  return end < 0 ? undefined : known(message.slice(2, end));
}

function first(line: string): string | undefined {
  const start = line.indexOf('##[');
  const end = start < 0 ? -1 : line.indexOf(']', start);
  return end < 0 ? undefined : known(line.slice(start + 3, end));
}

function known(info: string): string | undefined {
  const [name = ''] = info.split(' ');
  return registered.has(name) ? name : undefined;
}
