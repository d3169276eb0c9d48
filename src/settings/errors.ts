import type { Problem } from './types.ts';

/** The settings cannot be used; nothing was read from or written to the cluster. */
export class SettingsError extends Error {
  override name = 'SettingsError';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(renderProblems(problems));
    this.problems = problems;
  }
}

/** All problems as text: a headline, then one line each with input, value and what is allowed. */
export function renderProblems(problems: readonly Problem[]): string {
  const headline =
    problems.length === 1
      ? 'One setting is wrong; nothing was changed.'
      : `${problems.length} settings are wrong; nothing was changed.`;
  const lines = problems.map(({ input, value, message, source }) => {
    const shown = value === '' ? '' : ` "${value}"`;
    const from = source === undefined ? '' : ` (in ${source})`;
    return `- ${input}${shown}${from}: ${message}`;
  });
  return [headline, ...lines].join('\n');
}
