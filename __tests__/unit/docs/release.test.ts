import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { inputProblems, releaseNotes, releaseProblems, sectionOf } from '../../../tools/release.ts';

const action = `inputs:
  a-b: {description: x, default: ''}
  c: {description: x, default: ''}
outputs:
  r: {description: x}
`;
const readme = `
<!-- inputs:start -->
| input | default | meaning |
|---|---|---|
| \`a-b\` |  | x |
| \`c\` | \`1\` | x, see \`d\` |
<!-- inputs:end -->
<!-- outputs:start -->
| output | meaning |
|---|---|
| \`r\` | x |
<!-- outputs:end -->
`;
const tree: Readonly<Record<string, string>> = {
  'package.json': '{"version": "1.2.3"}',
  'CHANGELOG.md': '# Changelog\n\n## [Unreleased]\n\n## [1.2.3] - 2026-11-26\n\n- More.\n\n## [1.2.2]\n\n- Less.\n',
  'action.yml': action,
  'README.md': readme,
  'dist/index.js': 'bundle',
};
const from = (more: Readonly<Record<string, string>> = {}) => {
  const all = { ...tree, ...more };
  return (name: string) => all[name] ?? '';
};

describe('a release', () => {
  it('is held up by nothing when the tree agrees with the tag', () => {
    expect(releaseProblems('v1.2.3', from())).toEqual([]);
  });

  it.each([
    ['a tag of another kind', 'v1', {}, ['v1 is no tag of a release: it must be like v1.2.3']],
    ['a tag with more', 'v1.2.3-rc.1', {}, ['v1.2.3-rc.1 is no tag of a release: it must be like v1.2.3']],
    ['another version', 'v1.2.2', {}, ['package.json says 1.2.3, and the tag says 1.2.2']],
    ['no section', 'v1.2.3', { 'CHANGELOG.md': '## [Unreleased]\n' }, ['CHANGELOG.md has no section [1.2.3]']],
    ['an empty section', 'v1.2.3', { 'CHANGELOG.md': '## [1.2.3]\n\n' }, ['CHANGELOG.md has no section [1.2.3]']],
    [
      'inputs that are documented and lacking, or the reverse',
      'v1.2.3',
      { 'action.yml': action.replace('  c:', '  d:').replace('  r:', '  s:') },
      [
        'action.yml lacks c (inputs of README)',
        'README does not document d (inputs)',
        'action.yml lacks r (outputs of README)',
        'README does not document s (outputs)',
      ],
    ],
  ])('is held up by %s', (_, tag, more, problems) => {
    expect(releaseProblems(tag, from(more))).toEqual(problems);
  });

  it('says what changed and what its bundle must be', () => {
    const notes = releaseNotes('v1.2.3', from({ 'dist/1.index.js': 'part' }), ['dist/1.index.js', 'dist/index.js']);
    expect(notes).toContain('- More.');
    expect(notes).not.toContain('- Less.');
    const digest = (text: string) => createHash('sha256').update(text).digest('hex');
    expect(notes).toContain(`${digest('part')}  dist/1.index.js\n${digest('bundle')}  dist/index.js`);
  });

  it('of this very tree documents what it takes', () => {
    const read = (name: string) => fs.readFileSync(path.join(process.cwd(), name), 'utf8');
    expect(inputProblems(read('action.yml'), read('README.md'))).toEqual([]);
    expect(sectionOf(read('CHANGELOG.md'), 'Unreleased')).not.toBe('');
  });
});
