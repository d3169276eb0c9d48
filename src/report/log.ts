/** The only writer to stdout. Everything written is masked and cannot be taken for a command by the runner. */
import {
  endGroup,
  setSecret,
  error as showError,
  notice as showNotice,
  warning as showWarning,
  startGroup,
} from '@actions/core';
import type { Masks } from './masks.ts';
import { createMasks } from './masks.ts';
import type { Limits } from './sanitise.ts';
import { foreignLimits, sanitise, sanitiseLine } from './sanitise.ts';

/** Where lines go: the runner of GitHub Actions, a terminal, or a test. */
export interface Sink {
  /** Writes complete lines; the text has no newline at its end. */
  write(text: string): void;
  annotate(level: 'notice' | 'warning' | 'error', message: string): void;
  startGroup(name: string): void;
  endGroup(): void;
  /** Tells the reader of the log to mask a value from now on. */
  mask(value: string): void;
}

export interface Log {
  /** What happens, for everyone. */
  info(message: string): void;
  /** What someone who looks closer wants to know: indented. */
  detail(message: string): void;
  /** The result of the run: one annotation. */
  notice(message: string): void;
  warning(message: string): void;
  /** The one cause of a failure: an annotation. */
  error(message: string): void;
  /** Runs `work` with its lines folded under `name`; inside another group a header and indentation instead. */
  group<T>(name: string, work: () => Promise<T>): Promise<T>;
  /** Text of others (a tool, a pod, a response): cut, each line marked with `│ `. Says nothing when it is blank. */
  foreign(label: string, text: string, limits?: Limits): void;
  /** Keeps a value out of everything written from now on, also in its encoded forms. Call before the value is used. */
  mask(secret: string): void;
  /** A text with all masked values replaced: for files and outputs, which do not pass through the log. */
  hide(text: string): string;
}

/** Ten warnings are shown as annotations a step (GitHub, limits of problem matchers); one place is kept in reserve. */
const mostWarnings = 9;

export function createLog(sink: Sink, masks: Masks = createMasks()): Log {
  let depth = 0;
  let warnings = 0;
  // Hidden before and after: an escape sequence inside a secret would otherwise be removed after the look for it.
  const safe = (text: string, limits?: Limits) => masks.hide(sanitise(masks.hide(text), limits));
  const indent = () => '  '.repeat(Math.max(0, depth - 1));
  const write = (text: string, prefix = '') => {
    // Cleaned again with the prefix in place: the line as the runner sees it is what has to be harmless.
    for (const line of safe(text).split('\n')) sink.write(indent() + prefix + line);
  };
  return {
    info: (message) => write(message),
    detail: (message) => write(message, '  '),
    notice: (message) => sink.annotate('notice', safe(message)),
    warning(message) {
      warnings += 1;
      if (warnings <= mostWarnings) sink.annotate('warning', safe(message));
      else write(`warning: ${message}`);
    },
    error: (message) => sink.annotate('error', safe(message)),
    async group(name, work) {
      const title = masks.hide(sanitiseLine(masks.hide(name), 200));
      if (depth === 0) sink.startGroup(title);
      else write(title);
      depth += 1;
      try {
        return await work();
      } finally {
        depth -= 1;
        if (depth === 0) sink.endGroup();
      }
    },
    foreign(label, text, limits = foreignLimits) {
      const shown = safe(text, limits);
      if (shown.trim() === '') return;
      write(`${label}:`);
      for (const line of shown.replace(/\n+$/, '').split('\n')) sink.write(`${indent()}│ ${line}`);
    },
    mask(secret) {
      for (const form of masks.add(secret)) sink.mask(form);
    },
    hide: (text) => masks.hide(text),
  };
}

/** The log of this process: commands for the runner in GitHub Actions, plain lines elsewhere. */
export function openLog(env: Readonly<Record<string, string | undefined>>): Log {
  // A reader that goes away (`| head`, a closed terminal) must not end a release halfway.
  if (!process.stdout.listeners('error').includes(ignore)) process.stdout.on('error', ignore);
  return createLog(env['GITHUB_ACTIONS'] === 'true' ? runnerSink : plainSink);
}

function ignore(): void {}

// Whoever reads the log may go away (a closed pipe, a full disk). That must never end a run in the middle of a release.
process.stdout.on('error', () => undefined);

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

const runnerSink: Sink = {
  write: print,
  annotate: (level, message) => ({ notice: showNotice, warning: showWarning, error: showError })[level](message),
  startGroup,
  endGroup,
  mask: setSecret,
};

const plainSink: Sink = {
  write: print,
  annotate: (level, message) => print(level === 'notice' ? message : `${level}: ${message}`),
  startGroup: (name) => print(`== ${name}`),
  endGroup: () => undefined,
  mask: () => undefined,
};
