import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sanitise, sanitiseLine } from '../../../src/report/sanitise.ts';
import { commandsIn } from './runner-commands.ts';

const commands = [
  '::set-output name=result::promoted',
  '::add-mask::the',
  '##[error]x',
  '##[set-output name=a]b',
  '::stop-commands::t',
];
/** What may be put around and between the characters of a command. */
const disguises = [
  '',
  ' ',
  '\t',
  '\u00a0',
  '\u3000',
  '\u200b',
  '\u00ad',
  '\ufeff',
  '\u001b[31m',
  '\u001b]0;t\u0007',
  '\u0000',
  '\u034f',
  '\u0301',
  '\u2028',
  '\r',
  '\n',
  '\r\n',
  '\u0085',
  '\v',
  '\u202e',
  '\u{e0001}',
  '\ud800',
  '#',
  ':',
  '\u009b1m',
];

const disguised = fc
  .tuple(fc.constantFrom(...commands), fc.array(fc.tuple(fc.nat(12), fc.constantFrom(...disguises)), { maxLength: 4 }))
  .map(([command, insertions]) => {
    let text = command;
    for (const [at, insertion] of insertions) text = text.slice(0, at) + insertion + text.slice(at);
    return text;
  });
const foreign = fc.oneof(
  disguised,
  fc.string({ unit: 'binary' }),
  fc.array(disguised, { maxLength: 4 }).map((all) => all.join('')),
);

describe('the runner as these tests know it', () => {
  it.each(commands)('obeys %j', (command) => {
    expect(commandsIn(command)).not.toEqual([]);
  });
  it.each([' \t::error::x', 'a ##[error]x', '\u200b::error::x', '#\u00ad#[error]x', 'ok\r::error::x'])(
    'obeys %j',
    (line) => {
      expect(commandsIn(line)).not.toEqual([]);
    },
  );
  it.each(['a ::error::x', ': :error::x', '::unknown::x', '## [error]x', '::error'])('does not obey %j', (line) => {
    expect(commandsIn(line)).toEqual([]);
  });
});

describe('sanitised text', () => {
  it('holds no command, whatever it was made of and wherever it is put', () => {
    fc.assert(
      fc.property(foreign, fc.constantFrom('', '  ', '│ ', 'pod: '), (text, prefix) => {
        const safe = sanitise(text)
          .split('\n')
          .map((line) => prefix + line)
          .join('\n');
        expect(commandsIn(safe)).toEqual([]);
        expect(commandsIn(prefix + sanitiseLine(text))).toEqual([]);
      }),
      { numRuns: 4000 },
    );
  });

  it('holds no control, bidirectional or invisible character, and no escape sequence', () => {
    fc.assert(
      fc.property(foreign, (text) => {
        expect(sanitise(text)).not.toMatch(/[^\P{C}\n\p{Co}\p{Cn}]|\p{Default_Ignorable_Code_Point}/u);
        expect(sanitiseLine(text)).not.toMatch(/[\n\r\u2028\u2029\u0085]/);
      }),
      { numRuns: 1000 },
    );
  });

  it('is the same when it is sanitised again', () => {
    fc.assert(
      fc.property(foreign, (text) => {
        expect(sanitise(sanitise(text))).toBe(sanitise(text));
      }),
      { numRuns: 1000 },
    );
  });

  it('keeps what people write', () => {
    const text = 'Größe: 5 % — jazz::v2 ✓ 日本 👍 e\u0301\n  indented: [1] #2 ## three';
    expect(sanitise(text)).toBe(text);
  });

  it.each([
    ['\u001b[1;31mred\u001b[0m', 'red'],
    ['\u001b]8;;https://evil\u0007link\u001b]8;;\u0007', 'link'],
    ['a\tb', 'a  b'],
    ['one\r\ntwo\rthree', 'one\ntwo\nthree'],
    ['abc\u202edcba', 'abcdcba'],
    ['::error::x', ': :error::x'],
    ['   ::error::x', '   : :error::x'],
    ['a ##[error]x', 'a ## [error]x'],
    ['###[error]', '### [error]'],
  ])('of %j is %j', (text, expected) => {
    expect(sanitise(text)).toBe(expected);
  });

  it('is cut to the longest line and the most lines, and says so', () => {
    const limits = { line: 10, lines: 2 };
    expect(sanitise('123456789012\nb\nc\nd', limits)).toBe('123456789…\nb\n… 2 more lines not shown');
    expect(sanitise('👍'.repeat(10), limits)).toBe('👍'.repeat(10));
    expect(sanitise('👍'.repeat(11), limits)).toBe(`${'👍'.repeat(9)}…`);
    expect(sanitise('x'.repeat(100), limits)).toBe('xxxxxxxxx…\n… the rest is not shown');
  });

  it.each(['\u001b[', '\u001b]', '\u009d', '#', '#\u0301', ':\u0301', '\u001b[0', '\u001b'])(
    'of a flood of %j comes at once',
    (part) => {
      const start = performance.now();
      sanitise(part.repeat(300_000));
      expect(performance.now() - start).toBeLessThan(5000);
    },
  );
});
