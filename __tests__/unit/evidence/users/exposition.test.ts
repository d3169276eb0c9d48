import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MOST_BYTES, MOST_SERIES, parseExposition, type Series } from '../../../../src/evidence/users/exposition.ts';

function only(line: string): Series {
  const parsed = parseExposition(`${line}\n`);
  if (!('series' in parsed)) throw new Error(parsed.problem);
  return parsed.series[0]!;
}

function problemOf(page: string): string | undefined {
  const parsed = parseExposition(page);
  return 'problem' in parsed ? parsed.problem : undefined;
}

describe('a page of metrics', () => {
  it('gives names, labels and values, with escapes, blanks, timestamps and a comma at the end', () => {
    const read = only('http_requests_total { path = "C:\\\\a \\"b\\"\\n{},=" , code="200", } 1.5e3 1395066363000');
    expect([read.name, [...read.labels], read.value]).toEqual([
      'http_requests_total',
      [
        ['path', 'C:\\a "b"\n{},='],
        ['code', '200'],
      ],
      1500,
    ]);
    expect(only('up 1').value).toBe(1);
    expect(only('up{} NaN').value).toBeNaN();
    expect(only('x_bucket{le="+Inf"} +Inf').value).toBe(Number.POSITIVE_INFINITY);
    expect(only('x -Inf').value).toBe(Number.NEGATIVE_INFINITY);
  });

  it('may be OpenMetrics: exemplars, fractional timestamps, quoted names, # EOF', () => {
    expect(only('x_bucket{le="0.1"} 8 1520879607.789 # {trace_id="a b"} 0.067 1520879607.7').value).toBe(8);
    expect(only('{"http.requests","k.x"="v"} 3')).toEqual({
      name: 'http.requests',
      labels: new Map([['k.x', 'v']]),
      value: 3,
    });
    expect(parseExposition('# TYPE a counter\na_total 1\n# EOF\n')).toEqual({
      series: [{ name: 'a_total', labels: new Map(), value: 1 }],
    });
  });

  it('keeps what is asked for only, and labels may be named as anything', () => {
    const parsed = parseExposition('a{__proto__="x"} 1\nb ??\n', (name) => name === 'a');
    expect(parsed).toEqual({ series: [{ name: 'a', labels: new Map([['__proto__', 'x']]), value: 1 }] });
  });

  it.each([
    ['a 1\nb{c="d} 2\n', 'line 2: label c has no closed value'],
    ['a{b="1",b="2"} 1\n', 'line 1: label b is given twice'],
    ['a one\n', 'line 1: one is not a number'],
    ['a\n', 'line 1: nothing is not a number'],
    ['a 1 soon\n', 'line 1: soon is not a timestamp'],
    ['<html>\n', 'line 1: a name with a character it must not have'],
    ['a{b="1" c="2"} 1\n', 'line 1: labels are not separated by commas, or not closed'],
    ['a 12', 'the page is cut off: its last line has no end'],
  ])('that is broken is not believed at all: %j', (page, problem) => {
    expect(problemOf(page)).toBe(problem);
  });

  it('is bounded in bytes and samples', () => {
    expect(problemOf(`# ${'é'.repeat(MOST_BYTES / 2)}\n`)).toBe('more than 4 MiB of metrics');
    expect(problemOf('a 1\n'.repeat(MOST_SERIES + 1))).toBe('more than 50000 samples');
    expect(problemOf('a 1\n'.repeat(MOST_SERIES))).toBeUndefined();
  });

  it('never throws, whatever it is', () => {
    const piece = fc.constantFrom('a', '{', '}', '"', '\\', '=', ',', ' ', '\n', '#', '1', 'NaN', '+Inf', 'le', '\r');
    const page = fc.oneof(
      fc.string(),
      fc.array(piece).map((pieces) => `${pieces.join('')}\n`),
    );
    fc.assert(
      fc.property(page, (text) => {
        const parsed = parseExposition(text);
        expect('series' in parsed || typeof parsed.problem === 'string').toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it('gives back any label value that was escaped', () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        const written = value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
        expect(only(`a{b="${written}"} 1`).labels.get('b')).toBe(value);
      }),
    );
  });
});
