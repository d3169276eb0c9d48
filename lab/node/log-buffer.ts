/** Lines kept per run of a container; older ones are dropped, as a kubelet rotates its files. */
const KEPT_LINES = 5000;

interface LogLine {
  readonly at: Date;
  readonly text: string;
}

/** The log of one run of a container. */
export class LogBuffer {
  readonly #lines: LogLine[] = [];
  readonly #readers = new Set<(line: LogLine | undefined) => void>();
  #closed = false;

  write(text: string): void {
    const line = { at: new Date(), text };
    this.#lines.push(line);
    if (this.#lines.length > KEPT_LINES) this.#lines.splice(0, this.#lines.length - KEPT_LINES);
    for (const reader of this.#readers) reader(line);
  }

  /** The container has ended: readers that follow are let go. */
  close(): void {
    this.#closed = true;
    for (const reader of this.#readers) reader(undefined);
    this.#readers.clear();
  }

  /** Lines so far, newest `tail` of them when given. */
  lines(options: LogOptions = {}): string[] {
    const since = options.since?.getTime() ?? 0;
    const wanted = this.#lines.filter((line) => line.at.getTime() >= since);
    const from = options.tail === undefined ? 0 : Math.max(0, wanted.length - options.tail);
    return wanted.slice(from).map((line) => shown(line, options.timestamps === true));
  }

  /** Calls back with each line from now on, and with undefined when the container ended. Returns how to stop. */
  follow(onLine: (line: string | undefined) => void, timestamps = false): () => void {
    if (this.#closed) {
      onLine(undefined);
      return () => {};
    }
    const reader = (line: LogLine | undefined): void => onLine(line && shown(line, timestamps));
    this.#readers.add(reader);
    return () => this.#readers.delete(reader);
  }
}

export interface LogOptions {
  readonly tail?: number;
  readonly since?: Date;
  readonly timestamps?: boolean;
}

function shown({ at, text }: LogLine, timestamps: boolean): string {
  return timestamps ? `${at.toISOString()} ${text}` : text;
}
