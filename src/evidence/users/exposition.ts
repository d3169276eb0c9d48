/**
 * The Prometheus text format 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats) and what pods serve of
 * OpenMetrics 1.0: exemplars, `# EOF`, fractional timestamps, quoted names. The input is not trusted. Pure.
 */

/** One sample: a metric's name, its labels and its value. Labels are a Map: their names come from outside. */
export interface Series {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
}

/** All samples, or why none are believed: half of a page would look like counters that fell. */
export type Exposition = { readonly series: readonly Series[] } | { readonly problem: string };

/** Bytes of a page that are read at most. */
export const MOST_BYTES = 4 * 1024 * 1024;
/** Samples on a page that are read at most. */
export const MOST_SERIES = 50_000;

const NAME = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const BLANKS = /[ \t]*/y;
const WORD = /[^ \t]+/y;
const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/**
 * Never throws. One line that cannot be read spoils the page, as it does for Prometheus itself.
 * @param wanted names to keep; lines of others are counted but not looked into
 */
export function parseExposition(page: string, wanted: (name: string) => boolean = () => true): Exposition {
  if (page.length > MOST_BYTES || Buffer.byteLength(page) > MOST_BYTES)
    return { problem: `more than ${MOST_BYTES / 1024 / 1024} MiB of metrics` };
  // A page that was cut off may end inside a number.
  if (page !== '' && !page.endsWith('\n')) return { problem: 'the page is cut off: its last line has no end' };
  const series: Series[] = [];
  let samples = 0;
  let number = 0;
  for (let start = 0; start < page.length; ) {
    const end = page.indexOf('\n', start);
    const line = page.slice(start, end).trim();
    start = end + 1;
    number++;
    if (line === '' || line.startsWith('#')) continue;
    if (++samples > MOST_SERIES) return { problem: `more than ${MOST_SERIES} samples` };
    const [plain] = matched(NAME, line, 0);
    if (plain !== '' && !wanted(plain)) continue;
    const sample = sampleOf(line);
    if (typeof sample === 'string') return { problem: `line ${number}: ${sample}` };
    if (wanted(sample.name)) series.push(sample);
  }
  return { series };
}

/** One line, or what is wrong with it. */
function sampleOf(line: string): Series | string {
  let [name, at] = matched(NAME, line, 0);
  [, at] = matched(BLANKS, line, at);
  const labels = new Map<string, string>();
  if (line[at] === '{') {
    at++;
    for (;;) {
      [, at] = matched(BLANKS, line, at);
      if (line[at] === '}') break;
      const label = line[at] === '"' ? quoted(line, at) : matched(NAME, line, at);
      if (label === undefined || label[1] === at) return 'a label without a name';
      [, at] = matched(BLANKS, line, label[1]);
      if (line[at] === '=') {
        [, at] = matched(BLANKS, line, at + 1);
        const value = quoted(line, at);
        if (value === undefined) return `label ${shorten(label[0])} has no closed value`;
        if (labels.has(label[0])) return `label ${shorten(label[0])} is given twice`;
        labels.set(label[0], value[0]);
        at = value[1];
      } else if (name === '' && labels.size === 0) name = label[0];
      else return `label ${shorten(label[0])} has no value`;
      [, at] = matched(BLANKS, line, at);
      if (line[at] === ',') at++;
      else if (line[at] !== '}') return 'labels are not separated by commas, or not closed';
    }
    at++;
  } else if (at < line.length && !/[ \t]/.test(line[at - 1] ?? '')) return 'a name with a character it must not have';
  if (name === '') return 'a sample without a name';
  [, at] = matched(BLANKS, line, at);
  const [written, after] = matched(WORD, line, at);
  const value = numberOf(written);
  if (value === undefined) return `${shorten(written) || 'nothing'} is not a number`;
  const rest = line.slice(after).trim();
  // An exemplar is somebody's trace id: skipped as a whole.
  const timestamp = (rest.startsWith('#') ? '' : (rest.split(/[ \t]+#/, 1)[0] ?? '')).trim();
  if (timestamp !== '' && !DECIMAL.test(timestamp)) return `${shorten(timestamp)} is not a timestamp`;
  return { name, labels, value };
}

/** A quoted string from its opening quote, and where it ends; undefined when it is not closed. */
function quoted(line: string, at: number): [string, number] | undefined {
  if (line[at] !== '"') return undefined;
  let value = '';
  for (let from = at + 1; ; ) {
    const next = nextOf(line, from);
    if (next < 0) return undefined;
    value += line.slice(from, next);
    if (line[next] === '"') return [value, next + 1];
    const escaped = line[next + 1];
    if (escaped === undefined) return undefined;
    // Only these three are escapes; any other backslash stands for itself.
    value += escaped === 'n' ? '\n' : escaped === '"' || escaped === '\\' ? escaped : `\\${escaped}`;
    from = next + 2;
  }
}

const QUOTE_OR_BACKSLASH = /["\\]/g;

function nextOf(line: string, from: number): number {
  QUOTE_OR_BACKSLASH.lastIndex = from;
  return QUOTE_OR_BACKSLASH.exec(line)?.index ?? -1;
}

/** What a sticky pattern matches at a place ('' for nothing), and where that ends. */
function matched(pattern: RegExp, line: string, at: number): [string, number] {
  pattern.lastIndex = at;
  const found = pattern.exec(line)?.[0] ?? '';
  return [found, at + found.length];
}

/** Numbers as Go's ParseFloat writes and reads them. */
export function numberOf(written: string): number | undefined {
  if (DECIMAL.test(written)) return Number(written);
  if (/^nan$/i.test(written)) return Number.NaN;
  const infinite = /^([+-]?)inf(inity)?$/i.exec(written);
  if (infinite === null) return undefined;
  return infinite[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

/** Foreign text in a message: short, and without characters that draw. */
function shorten(text: string): string {
  const plain = text.replaceAll(/[^\x20-\x7e]/g, '?');
  return plain.length > 40 ? `${plain.slice(0, 40)}…` : plain;
}
