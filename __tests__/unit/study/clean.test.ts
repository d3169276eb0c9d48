import { describe, expect, it } from '@jest/globals';
import { RunError } from '../../../src/errors.ts';
import { refOf } from '../../../src/kube/objects.ts';
import type { Finding } from '../../../src/lint/index.ts';
import { requireClean } from '../../../src/study/clean.ts';
import { route } from '../../support/fixtures.ts';

const NO_PLUGINS = { objects: [], names: [], apply: [], problems: [] };
const finding = (severity: Finding['severity'], problem: string): Finding => ({
  rule: 'a-rule',
  severity,
  object: refOf(route({ 'jazz-v1': 1 })),
  problem,
  fix: `correct it: ${problem}`,
});

function judged(findings: readonly Finding[], plugins: object = {}): { error?: unknown; warned: string[] } {
  const warned: string[] = [];
  const notes = { say: () => undefined, warn: (line: string) => warned.push(line), mask: () => undefined };
  try {
    requireClean(findings, { ...NO_PLUGINS, ...plugins } as never, notes as never);
    return { warned };
  } catch (error) {
    return { error, warned };
  }
}

describe('what the study found', () => {
  it('lets a release begin when there are warnings only, which are said with the way out', () => {
    expect(judged([finding('warning', 'it is slow')])).toEqual({
      warned: ['HTTPRoute prod/jazz: it is slow correct it: it is slow'],
    });
  });

  it('stops it with every error at once, those of plugins among them', () => {
    const plugins = { problems: [{ plugin: 'key-auth', message: 'There is no key-auth' }] };
    const { error, warned } = judged(
      [finding('error', 'it splits alone'), finding('warning', 'slow'), finding('error', 'it has no port')],
      plugins,
    );
    expect(String(error)).toMatch(
      /these would break the traffic or the release:\n {2}- There is no key-auth\n {2}- HTTPRoute prod\/jazz: it splits alone\n {4}fix: [\s\S]*it has no port/,
    );
    expect((error as RunError).next).toMatch(/nothing was changed so far/);
    expect(error).toBeInstanceOf(RunError);
    expect(warned).toHaveLength(1);
  });

  it('says of one error that this would break it', () => {
    expect(String(judged([finding('error', 'it has no port')]).error)).toMatch(/: this would break the traffic/);
  });
});
