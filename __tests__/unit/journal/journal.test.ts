import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Journal, Retired } from '../../../src/journal/journal.ts';
import { decode, encode, HISTORY_LIMIT, JOURNAL_LIMIT, JournalError, phases } from '../../../src/journal/journal.ts';
import type { Json } from '../../../src/kube/objects.ts';

const journal: Journal = {
  version: 1,
  release: 'jazz,metal@v2',
  run: '8472-1',
  attempts: 1,
  service: 'jazz',
  versions: { stable: 'v1', canary: 'v2' },
  backends: { stable: 'jazz-v1', canary: 'jazz-v2' },
  phase: 'observing',
  step: 1,
  plan: [5, 25, 50, 100],
  weight: 25,
  startedAt: '2026-11-23T03:59:00.000Z',
  updatedAt: '2026-11-23T04:05:12Z',
  runUrl: 'https://github.com/acme/dj/actions/runs/8472/attempts/1',
  history: [{ version: 'v0', backend: 'jazz-v0', at: '2026-10-01T00:00:00Z' }],
  snapshot: { 'HTTPRoute prod/dj konghq.com/plugins': 'dj-key-auth', 'HTTPRoute prod/dj konghq.com/retries': null },
  evidence: { pairs: [300, 2], started: null },
};
const retired = (n: number): Retired => ({ version: `v${n}`, backend: `jazz-v${n}`, at: '2026-10-01T00:00:00Z' });
const read = (text: string): Journal => {
  const result = decode(text);
  if ('refused' in result) throw new Error(result.refused);
  return result.journal;
};
const refusal = (changes: Record<string, unknown>): string => {
  const result = decode(JSON.stringify({ ...journal, ...changes }));
  return 'refused' in result ? result.refused : 'accepted';
};

const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?$/);
const percent = fc.double({ min: 0, max: 100, noNaN: true }).map((value) => value + 0);
const time = fc
  .date({ min: new Date('2020-01-01T00:00:00Z'), max: new Date('2100-01-01T00:00:00Z'), noInvalidDate: true })
  .map((date) => date.toISOString());
const id = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._:/@,+-]{0,60}$/);
const journals: fc.Arbitrary<Journal> = fc
  .record(
    {
      version: fc.constant(1 as const),
      release: id,
      run: id,
      attempts: fc.integer({ min: 1, max: 1000 }),
      service: label,
      versions: fc.record({ stable: fc.oneof(label, fc.constant('')), canary: label }),
      backends: fc.record({ stable: label, canary: label }),
      phase: fc.constantFrom(...phases),
      step: fc.nat(100),
      plan: fc.array(percent, { minLength: 1, maxLength: 12 }),
      weight: percent,
      startedAt: time,
      updatedAt: time,
      runUrl: fc.webUrl({ validSchemes: ['https'] }).filter((url) => /^[A-Za-z0-9._~:/?#@!$&*+,;=%-]+$/.test(url)),
      history: fc.array(fc.record({ version: label, backend: label, at: time }), { maxLength: 5 }),
      snapshot: fc.dictionary(fc.string({ maxLength: 50 }), fc.option(fc.string({ maxLength: 100 })), { maxKeys: 5 }),
      evidence: fc.json({ maxDepth: 4 }).map((text) => JSON.parse(text) as Json),
    },
    {
      requiredKeys: [
        'version',
        'release',
        'run',
        'attempts',
        'service',
        'versions',
        'backends',
        'phase',
        'step',
        'plan',
        'weight',
        'startedAt',
        'updatedAt',
        'history',
      ],
    },
  )
  .map((one) => ({ ...one, step: Math.min(one.step, one.plan.length) }) as Journal);

describe('a journal', () => {
  it('is read as it was written', () => {
    expect(read(encode(journal))).toEqual(journal);
    fc.assert(
      fc.property(journals, (one) => {
        const text = encode(one);
        fc.pre(Buffer.byteLength(JSON.stringify(one)) <= JOURNAL_LIMIT);
        expect(read(text)).toEqual(one);
      }),
    );
  });

  it('has one text, whatever the order of its members: the fence compares texts', () => {
    const turned = Object.fromEntries(Object.entries(journal).reverse()) as unknown as Journal;
    expect(encode(turned)).toBe(encode(journal));
    expect(encode(read(encode(journal)))).toBe(encode(journal));
  });

  it('loses the evidence first when it is too long', () => {
    const { evidence: _, ...rest } = journal;
    expect(read(encode({ ...journal, evidence: 'x'.repeat(JOURNAL_LIMIT) }))).toEqual(rest);
  });

  it('then forgets retired versions from the oldest on, and keeps the snapshot', () => {
    const snapshot = { a: 'é'.repeat(4000), b: 'y'.repeat(4500) };
    const history = Array.from({ length: 49 }, (_, n) => ({ ...retired(n), backend: `jazz-${'x'.repeat(50)}-v${n}` }));
    const kept = read(encode({ ...journal, snapshot, history }));
    expect(kept.snapshot).toEqual(snapshot);
    expect(kept.evidence).toBeUndefined();
    expect(kept.history.length).toBeGreaterThan(0);
    expect(kept.history.length).toBeLessThan(49);
    expect(kept.history).toEqual(history.slice(-kept.history.length));
    expect(kept.runUrl).toBe(journal.runUrl);
  });

  it('then loses the link, and is an error when even that is not enough', () => {
    const room =
      JOURNAL_LIMIT -
      Buffer.byteLength(encode({ ...journal, history: [], evidence: null, snapshot: { a: '', b: '' } }));
    const tight = { a: 'x'.repeat(8000), b: 'y'.repeat(room - 8000 + '"evidence":null,'.length + 10) };
    const kept = read(encode({ ...journal, snapshot: tight }));
    expect(kept).toMatchObject({ snapshot: tight, history: [] });
    expect(kept.runUrl).toBeUndefined();
    const snapshot = { a: 'x'.repeat(8192), b: 'y'.repeat(8192) };
    expect(() => encode({ ...journal, snapshot })).toThrow(JournalError);
    expect(() => encode({ ...journal, snapshot })).toThrow(/The journal of jazz has \d+ bytes; 16384 fit/);
  });

  it('keeps the newest retired versions when there are too many', () => {
    const history = Array.from({ length: HISTORY_LIMIT + 7 }, (_, n) => retired(n));
    expect(read(encode({ ...journal, history })).history).toEqual(history.slice(7));
  });

  it('is never longer than fits, and always readable', () => {
    fc.assert(
      fc.property(journals, fc.nat(20_000), fc.nat(8192), fc.nat(HISTORY_LIMIT), (one, evidence, snapshot, old) => {
        const text = encode({
          ...one,
          evidence: 'é'.repeat(evidence),
          snapshot: { a: 'x'.repeat(snapshot) },
          history: Array.from({ length: old }, (_, n) => retired(n)),
        });
        expect(Buffer.byteLength(text)).toBeLessThanOrEqual(JOURNAL_LIMIT);
        expect(read(text).snapshot).toEqual({ a: 'x'.repeat(snapshot) });
      }),
    );
  });

  it.each<[string, Partial<Journal>]>([
    ['a share that is no number', { weight: Number.NaN }],
    ['a name that is no label', { service: 'Jazz!' }],
    ['a step beyond the plan', { step: 5 }],
  ])('is not written with %s', (_, changes) => {
    expect(() => encode({ ...journal, ...changes })).toThrow(JournalError);
  });
});

describe('decode', () => {
  it('never throws, whatever the text', () => {
    const anything = fc.oneof(fc.string(), fc.json(), fc.string({ unit: 'binary', maxLength: 200 }));
    fc.assert(fc.property(anything, (text) => Object.hasOwn(decode(text), 'refused')));
  });

  it('never throws on a journal with any member replaced, and believes only what can be written again', () => {
    fc.assert(
      fc.property(journals, fc.constantFrom(...Object.keys(journal)), fc.jsonValue(), (one, key, value) => {
        const result = decode(JSON.stringify({ ...one, [key]: value }));
        if ('journal' in result)
          expect(read(encode(result.journal))).toEqual(JSON.parse(JSON.stringify(result.journal)));
      }),
    );
  });

  it('drops members it does not know', () => {
    const text = JSON.stringify({ ...journal, extra: 1, versions: { ...journal.versions, other: 'x' } });
    expect(read(text)).toEqual(journal);
  });

  it('refuses the text of a newer format and says which version to use', () => {
    expect(refusal({ version: 2 })).toMatch(/written by a newer mesh-canary \(format 2, this one reads 1\)/);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['no version', { version: undefined }, 'version must be 1'],
    ['a version that is text', { version: '1' }, 'version must be 1'],
    ['a missing member', { run: undefined }, 'run must be an id'],
    ['an id with a line break', { run: 'a\nb' }, 'run must be an id'],
    ['a release that is too long', { release: 'x'.repeat(4097) }, 'release must be an id of at most 4096'],
    ['a name that is no label', { service: '../prod' }, 'service must be a DNS label'],
    ['a label that is too long', { service: 'a'.repeat(64) }, 'service must be a DNS label'],
    ['a canary without a version', { versions: { stable: '', canary: '' } }, 'versions.canary must be a DNS label'],
    ['backends that are a list', { backends: [] }, 'backends must be an object'],
    ['an unknown phase', { phase: 'done' }, 'phase must be one of attached'],
    ['a step that is no whole number', { step: 0.5 }, 'step must be a whole number'],
    ['a step beyond the plan', { step: 5 }, 'step is beyond the 4 steps'],
    ['an empty plan', { plan: [], step: 0 }, 'plan must be a list of 1 to 100'],
    ['a share above 100', { plan: [5, 101] }, 'plan.1 must be a number from 0 to 100'],
    ['a share that is not finite', { weight: null }, 'weight must be a number'],
    ['a time that is none', { startedAt: '2026-13-01T00:00:00Z' }, 'startedAt must be a time'],
    ['a link that runs script', { runUrl: 'javascript:alert(1)' }, 'runUrl must be an http address'],
    ['a link that breaks out of Markdown', { runUrl: 'https://a/) [x](https://b' }, 'runUrl must be an http address'],
    ['an optional member that is null', { runUrl: null }, 'runUrl must be an http address'],
    [
      'too long a history',
      { history: Array.from({ length: 51 }, (_, n) => retired(n)) },
      'history must be a list of 0 to 50',
    ],
    [
      'a retired version without a time',
      { history: [{ version: 'v0', backend: 'jazz-v0' }] },
      'history.0.at must be a time',
    ],
    ['a snapshot of numbers', { snapshot: { a: 1 } }, 'snapshot must map names'],
    [
      'evidence that is too deep',
      { evidence: JSON.parse(`${'['.repeat(17)}${']'.repeat(17)}`) },
      'evidence must be at most 16',
    ],
  ])('refuses %s', (_, changes, reason) => {
    expect(refusal(changes)).toContain(reason);
  });

  it.each([
    ['text that is not JSON', '{', 'not JSON'],
    ['a list', '[]', 'not a JSON object'],
    ['null', 'null', 'not a JSON object'],
    ['too much', JSON.stringify({ ...journal, evidence: 'x'.repeat(JOURNAL_LIMIT) }), 'longer than 16384 bytes'],
    ['too many bytes in few characters', JSON.stringify('é'.repeat(9000)), 'longer than 16384 bytes'],
  ])('refuses %s', (_, text, reason) => {
    expect(decode(text)).toEqual({ refused: expect.stringContaining(reason) });
  });
});
