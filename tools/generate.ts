/**
 * Writes the values of `mesh` into action.yml, from the providers' facts, and what follows from it: src/settings/defaults.ts, schema/config.schema.json and the tables of
 * README.md, and the Roles of docs/permissions.md from the code that asks for them. A test compares the files with what this would write, so a forgotten run fails.
 */
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parse } from 'yaml';
import { providers } from '../src/routes/index.ts';
import { permissionBlocks, withBlocks } from './permissions.ts';
import { placingBlock } from './placing.ts';
import { configSchema } from './schema.ts';

export interface ActionFile {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default: string }>>;
  readonly outputs: Readonly<Record<string, { readonly description: string }>>;
}

/** action.yml with the values of the input `mesh` as the providers' facts say them. @throws Error without the input. */
export function withProviders(action: string): string {
  const words = providers.map(({ facts: { name, about } }) => `\`${name}\`${about === '' ? '' : ` (${about})`}`);
  const text =
    `Which kind of route holds the weights: ${words.join(', ')}, or \`auto\` to find it from the routes that send to the ` +
    'services.';
  const found = /^ {2}mesh:\n {4}description: >-\n(?: {6}.*\n)+/m.exec(action)?.[0];
  if (found === undefined) throw new Error('action.yml lacks the input mesh with a folded description: put it back.');
  return action.replace(found, `  mesh:\n    description: >-\n${folded(text, '      ')}`);
}

/** Lines of at most 118 columns. */
function folded(text: string, indent: string): string {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < 118) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(indent + word);
  }
  return `${lines.join('\n')}\n`;
}

/** action.yml, with every default as the string the runner would pass. */
export function readActionFile(text: string): ActionFile {
  // The failsafe schema keeps `0.24.0` and `true` as text, as the runner does.
  return parse(text, { schema: 'failsafe' }) as ActionFile;
}

/** Source of src/settings/defaults.ts, formatted as the project's formatter would. */
export function defaultsSource(action: ActionFile): string {
  const inputs = Object.entries(action.inputs).map(
    ([name, { default: value }]) => `  ${key(name)}: { default: ${quote(value)} },\n`,
  );
  const outputs = Object.keys(action.outputs).map((name) => `  ${quote(name)},\n`);
  return `/** Generated from action.yml by tools/generate.ts: edit action.yml, then run \`npm run generate\`. */

/** Every input with its default: the text the runner would pass. */
export const inputs = {
${inputs.join('')}} as const;

export const outputs = [
${outputs.join('')}] as const;

export type InputName = keyof typeof inputs;
export type OutputName = (typeof outputs)[number];
`;
}

/** README.md with the tables between its markers replaced. @throws Error when a marker is missing. */
export function withTables(readme: string, action: ActionFile): string {
  const inputs = Object.entries(action.inputs).map(
    ([name, input]) =>
      `| \`${name}\` | ${input.default === '' ? '' : `\`${input.default}\``} | ${cell(input.description)} |`,
  );
  const outputs = Object.entries(action.outputs).map(
    ([name, output]) => `| \`${name}\` | ${cell(output.description)} |`,
  );
  const first = between(readme, 'inputs', ['| input | default | meaning |', '|---|---|---|', ...inputs]);
  return between(first, 'outputs', ['| output | meaning |', '|---|---|', ...outputs]);
}

function between(text: string, name: string, lines: readonly string[]): string {
  const start = `<!-- ${name}:start -->`;
  const end = `<!-- ${name}:end -->`;
  const from = text.indexOf(start);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`README.md lacks the markers ${start} and ${end}: put them back.`);
  return `${text.slice(0, from + start.length)}\n${lines.join('\n')}\n${text.slice(to)}`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ').trim();
}

function key(name: string): string {
  return /^[a-z]+$/.test(name) ? name : quote(name);
}

/** Single quotes, or double ones where that saves escapes: the formatter's rule. */
function quote(text: string): string {
  // Whichever needs fewer escapes, as the formatter chooses.
  const double = text.split("'").length > text.split('"').length;
  if (double) return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

/** One property; a text that would pass 120 columns goes on its own line. */
function _property(name: string, text: string): string {
  const line = `    ${name}: ${quote(text)},`;
  return line.length <= 120 ? `${line}\n` : `    ${name}:\n      ${quote(text)},\n`;
}

function main(): void {
  const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
  const at = (name: string) => path.join(root, name);
  fs.writeFileSync(at('action.yml'), withProviders(fs.readFileSync(at('action.yml'), 'utf8')));
  const action = readActionFile(fs.readFileSync(at('action.yml'), 'utf8'));
  fs.writeFileSync(at('src/settings/defaults.ts'), defaultsSource(action));
  fs.writeFileSync(at('README.md'), withTables(fs.readFileSync(at('README.md'), 'utf8'), action));
  fs.writeFileSync(
    at('docs/permissions.md'),
    withBlocks(fs.readFileSync(at('docs/permissions.md'), 'utf8'), permissionBlocks()),
  );
  fs.writeFileSync(
    at('docs/your-app.md'),
    withBlocks(fs.readFileSync(at('docs/your-app.md'), 'utf8'), [placingBlock()]),
  );
  const { schema, missing } = configSchema(action);
  fs.mkdirSync(at('schema'), { recursive: true });
  fs.writeFileSync(at('schema/config.schema.json'), `${JSON.stringify(schema, null, 2)}\n`);
  if (missing.length === 0) return;
  process.stderr.write(`generate: add ${missing.join(', ')} to src/settings/inputs.ts, then run this again.\n`);
  process.exitCode = 1;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(fs.realpathSync(process.argv[1])).href) main();
