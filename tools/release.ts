/**
 * What a release of this action must hold before it is published: `node build/tools/release.js check v1.2.3` lists what is
 * missing, `notes v1.2.3` prints its section of the changelog with the digests of the bundle, `inputs <action.yml>` compares
 * the inputs of another action.yml (that of a moved tag) with those the README documents.
 */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { readActionFile } from './generate.ts';

/** Reads a file of the tree that is to be released. */
export type Read = (name: string) => string;

/** Tags of releases; the moving ones (`v1`, `v1.2`) are not. */
export const RELEASE_TAG = /^v(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$/;

/** What stands in the way of releasing the tree under a tag; empty when nothing does. */
export function releaseProblems(tag: string, read: Read): string[] {
  if (!RELEASE_TAG.test(tag)) return [`${tag} is no tag of a release: it must be like v1.2.3`];
  const version = tag.slice(1);
  const problems: string[] = [];
  const stated = (JSON.parse(read('package.json')) as { version: string }).version;
  if (stated !== version) problems.push(`package.json says ${stated}, and the tag says ${version}`);
  if (sectionOf(read('CHANGELOG.md'), version) === '') problems.push(`CHANGELOG.md has no section [${version}]`);
  return [...problems, ...inputProblems(read('action.yml'), read('README.md'))];
}

/** Inputs and outputs the README documents and action.yml lacks, or the reverse: users read the one and run the other. */
export function inputProblems(action: string, readme: string): string[] {
  const { inputs, outputs } = readActionFile(action);
  return (['inputs', 'outputs'] as const).flatMap((kind) => {
    const documented = tableOf(readme, kind);
    const there = Object.keys(kind === 'inputs' ? inputs : outputs);
    return [
      ...documented
        .filter((name) => !there.includes(name))
        .map((name) => `action.yml lacks ${name} (${kind} of README)`),
      ...there.filter((name) => !documented.includes(name)).map((name) => `README does not document ${name} (${kind})`),
    ];
  });
}

/** Names in the first column of the table between the README's markers. */
function tableOf(readme: string, kind: string): string[] {
  const [, rest = ''] = readme.split(`<!-- ${kind}:start -->`);
  const [table = ''] = rest.split(`<!-- ${kind}:end -->`);
  return [...table.matchAll(/^\| `([\w-]+)` \|/gm)].map(([, name = '']) => name);
}

/** The changelog's text of a version, without its head; empty when there is none. */
export function sectionOf(changelog: string, version: string): string {
  const parts = changelog.split(/^## /m);
  const section = parts.find((part) => part.startsWith(`[${version}]`)) ?? '';
  return section.split('\n').slice(1).join('\n').trim();
}

/** The text of a release: what changed, and what each file of the bundle must be. */
export function releaseNotes(tag: string, read: Read, bundle: readonly string[]): string {
  const digests = bundle.map((file) => `${createHash('sha256').update(read(file)).digest('hex')}  ${file}`);
  return `${sectionOf(read('CHANGELOG.md'), tag.slice(1))}

How the bundle was built: \`gh attestation verify dist/index.js --repo <this repository>\`. What it must be, for \`sha256sum -c\`:

\`\`\`
${digests.join('\n')}
\`\`\`
`;
}

/** The scripts in dist/. */
function bundleOf(root: string): string[] {
  const files = fs.readdirSync(path.join(root, 'dist')).sort();
  return files.filter((file) => file.endsWith('.js')).map((file) => `dist/${file}`);
}

function main([command, argument = '']: readonly string[]): number {
  const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
  const read: Read = (name) => fs.readFileSync(path.join(root, name), 'utf8');
  if (command === 'notes') process.stdout.write(releaseNotes(argument, read, bundleOf(root)));
  else if (command === 'check' || command === 'inputs') {
    const problems =
      command === 'check'
        ? releaseProblems(argument, read)
        : inputProblems(fs.readFileSync(argument, 'utf8'), read('README.md'));
    for (const problem of problems) process.stderr.write(`${problem}\n`);
    return problems.length === 0 ? 0 : 1;
  } else {
    process.stderr.write('usage: release.js check <tag> | notes <tag> | inputs <action.yml>\n');
    return 2;
  }
  return 0;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(fs.realpathSync(process.argv[1])).href)
  process.exitCode = main(process.argv.slice(2));
