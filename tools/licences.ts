/** The licences of the packages in the bundle: their terms ask that they go with it. */
import fs from 'node:fs';
import path from 'node:path';

/** Where a module of a package is, from the root: also of a package inside another's folder. */
const IN_PACKAGE = /^\.\/((?:node_modules\/(?:@[^/]+\/)?[^/]+\/)+)/;
const TEXTS = /^(licen[cs]e|copying)(\..*)?$/i;

/**
 * Name, licence and its text of every package that the bundler says a module came from, by name; a text that several
 * packages have stands once, below all of them.
 * @param stats webpack's account of its modules, as JSON
 * @throws Error for a package that names no licence
 */
export function licencesOf(root: string, stats: string): string {
  const folders = namesIn(JSON.parse(stats) as Account).flatMap((name) => IN_PACKAGE.exec(name)?.[1] ?? []);
  const packages = [...new Set(folders)].map((folder) => packageAt(path.join(root, folder)));
  packages.sort((a, b) => (a.name < b.name ? -1 : 1));
  const texts = [...new Set(packages.map(({ text }) => text))];
  const under = (shared: string) => packages.filter(({ text }) => text === shared);
  return texts
    .map(
      (text) =>
        `${under(text)
          .map(({ name, licence }) => `${name}\n${licence}\n`)
          .join('')}\n${text}\n`,
    )
    .join('\n');
}

/** A module, or several that were joined into one. */
interface Account {
  readonly name?: string;
  readonly modules?: readonly Account[];
}

function namesIn({ name = '', modules = [] }: Account): readonly string[] {
  return [name, ...modules.flatMap(namesIn)];
}

function packageAt(folder: string): { name: string; licence: string; text: string } {
  const { name, license } = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8')) as {
    name: string;
    license?: string;
  };
  if (typeof license !== 'string') throw new Error(`${name} names no licence: it cannot be bundled`);
  const file = fs.readdirSync(folder).find((entry) => TEXTS.test(entry));
  const text = file === undefined ? '' : fs.readFileSync(path.join(folder, file), 'utf8').replaceAll('\r\n', '\n');
  return { name, licence: license, text: text.trimEnd() };
}
