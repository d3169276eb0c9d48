import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { plain } from '../../../../src/report/render/markdown.ts';
import { headline, renderSummary } from '../../../../src/report/render/summary.ts';
import { rolledBack } from '../example.ts';

describe('the job summary', () => {
  it('tells the release from the headline to the warnings', () => {
    expect(renderSummary(rolledBack)).toBe(
      [
        '## jazz, metal v2: rolled back at weight 25',
        '',
        'The check ping failed: expected status 200–299, seen 500.',
        '',
        '**Users get v1: the weight is 0 again, proved by 40 probes.**',
        '',
        '|  |  |',
        '| --- | --- |',
        '| version | v2 |',
        '| previous version | v1 |',
        '| weight now | 0 % |',
        '| share seen | 24.99 % |',
        '| failing requests seen | 3 |',
        '| address | http&#58;//kong.example/dj |',
        '',
        '### Weights',
        '',
        '| asked | effective | seen | checks | seconds | controller |',
        '| --- | --- | --- | --- | --- | --- |',
        '| 5 % | 4.99 % | 5.12 % of 800 | 4 passed | 61.2 | yes |',
        '| 25 % | 25 % | not told apart | 3 passed, 1 failed | 9.5 | unknown |',
        '',
        '### Checks that failed',
        '',
        '| check | when | expected | seen |',
        '| --- | --- | --- | --- |',
        '| ping | weight 25 | status 200–299 | 500 from the app: oops |',
        '',
        '### Plugins',
        '',
        '| plugin | tried | expected | seen |  |',
        '| --- | --- | --- | --- | --- |',
        '| key-auth | without a key | 401 by Kong | 401 by Kong | proved |',
        '| rate-limiting | 4 requests | 429 | 200 | failed |',
        '',
        '### Warnings',
        '',
        '- The Deployment jazz-v1 is owned by Argo CD.',
        '',
      ].join('\n'),
    );
  });

  it.each([
    ['promoted', 'jazz, metal v2: promoted'],
    ['holding', 'jazz, metal v2: holding at 0 %'],
    ['bootstrapped', 'jazz, metal v2: first version, takes all requests'],
    ['nothing-to-do', 'jazz, metal v2: nothing to do'],
    ['failed', 'jazz, metal v2: failed at weight 25'],
  ] as const)('begins with what became of it: %s', (result, expected) => {
    expect(headline({ ...rolledBack, result })).toBe(expected);
  });

  it('speaks of the platform where no service is released', () => {
    expect(headline({ ...rolledBack, result: 'applied', services: [] })).toBe('Platform: set up');
  });

  it('does not list fifty services in a headline', () => {
    const services = Array.from({ length: 50 }, (_, index) => `s${index}`);
    expect(headline({ ...rolledBack, services })).toBe('s0, s1, s2, s3 and 46 more v2: rolled back at weight 25');
  });

  it('names the services of a step only where steps differ in them', () => {
    const [first, second] = rolledBack.steps;
    const steps = [
      { ...first!, services: ['jazz'] },
      { ...second!, services: ['metal'] },
    ];
    expect(renderSummary({ ...rolledBack, steps })).toContain('| services | asked |');
  });

  it('stays under the budget and says what is missing', () => {
    const warnings = Array.from({ length: 500 }, () => '<'.repeat(1000));
    const text = renderSummary({ ...rolledBack, warnings });
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(900 * 1024);
    expect(text).toMatch(/The rest did not fit here: the evidence file has all of it\.\n$/);
    const [check] = rolledBack.checks.filter(({ passed }) => !passed);
    const many = renderSummary({ ...rolledBack, checks: Array.from({ length: 700 }, () => check!) });
    expect(many).toContain('200 more are in the evidence file.');
  });
});

describe('foreign text in Markdown', () => {
  it.each([
    ['<img src=x onerror=alert(1)>', '&lt;img src=x onerror=alert\\(1\\)&gt;'],
    ['a | b', 'a \\| b'],
    ['**bold** _it_ `code` ~~x~~', '\\*\\*bold\\*\\* \\_it\\_ \\`code\\` \\~\\~x\\~\\~'],
    ['[x](https://evil)', '\\[x\\]\\(https&#58;//evil\\)'],
    ['@team #12', '&#64;team &#35;12'],
    ['www.evil.example', 'www&#46;evil.example'],
    ['&lt; \\|', '&amp;lt; \\\\\\|'],
    ['- item', '\\- item'],
    ['1. item', '1\\. item'],
    ['1.5 s', '1.5 s'],
    ['# head\n> quote', '&#35; head &gt; quote'],
    ['<!-- -->', '&lt;\\!-- --&gt;'],
    ['$x$', '\\$x\\$'],
  ])('%j is written %j', (text, expected) => {
    expect(plain(text)).toBe(expected);
  });

  it('never leaves its cell, its line, or starts HTML', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const cell = plain(text);
        expect(cell).not.toMatch(/[\n\r<>]/);
        // Every pipe has an odd number of backslashes before it.
        expect(cell).not.toMatch(/(?<!\\)(\\\\)*\|/);
      }),
    );
  });
});
