/** What a long preparation shows on stderr: one line that is updated on a terminal, else a line at each change and every 20 s. */

export interface Progress {
  /** A step begins, or goes on with something else. */
  step(name: string, doing: string): void;
  done(name: string): void;
  /** A sentence of its own. */
  say(text: string): void;
  /** Ends the display; nothing is shown when no step was begun. */
  end(): void;
}

export interface ProgressOutput {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

interface Step {
  readonly number: number;
  doing: string;
  readonly since: number;
  shownAt: number;
}

/** Pause between two lines about the same step where the output is not a terminal, in milliseconds. */
const LINE_EVERY_MS = 20_000;

/** `names` are all steps of the preparation, done or to be done: they give each its number. */
export class ConsoleProgress implements Progress {
  private readonly names: readonly string[];
  private readonly output: ProgressOutput;
  private readonly now: () => number;
  private readonly steps = new Map<string, Step>();
  private timer: NodeJS.Timeout | undefined;
  private shown = false;

  constructor(names: readonly string[], output: ProgressOutput = process.stderr, now: () => number = Date.now) {
    this.names = names;
    this.output = output;
    this.now = now;
  }

  step(name: string, doing: string): void {
    const known = this.steps.get(name);
    const now = this.now();
    this.steps.set(name, { number: this.names.indexOf(name) + 1, doing, since: known?.since ?? now, shownAt: now });
    this.timer ??= setInterval(() => this.tick(), 1000).unref();
    if (this.output.isTTY) this.draw();
    else this.output.write(`${this.line(name)}\n`);
  }

  done(name: string): void {
    const step = this.steps.get(name);
    if (step === undefined) return;
    step.doing = 'ready';
    this.say(this.line(name));
    this.steps.delete(name);
  }

  say(text: string): void {
    this.clear();
    this.output.write(`${text}\n`);
    if (this.output.isTTY) this.draw();
  }

  end(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    this.steps.clear();
    this.clear();
  }

  /** Shows how long each step has taken; called every second while there is one. */
  tick(): void {
    if (this.output.isTTY) {
      this.draw();
      return;
    }
    for (const [name, step] of this.steps) {
      if (this.now() - step.shownAt < LINE_EVERY_MS) continue;
      step.shownAt = this.now();
      this.output.write(`${this.line(name)}\n`);
    }
  }

  private draw(): void {
    this.clear();
    const line = [...this.steps.keys()].map((name) => this.line(name)).join(' · ');
    if (line === '') return;
    this.output.write(line.slice(0, (this.output.columns ?? 80) - 1));
    this.shown = true;
  }

  private clear(): void {
    if (this.shown) this.output.write('\r\x1b[2K');
    this.shown = false;
  }

  private line(name: string): string {
    const step = this.steps.get(name);
    if (step === undefined) return name;
    return `[${step.number}/${this.names.length}] ${name}: ${step.doing} (${duration(this.now() - step.since)})`;
  }
}

/** "4 s", "1 m 12 s". */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} m ${seconds % 60} s`;
}
