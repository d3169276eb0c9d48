/**
 * `npm test` and `npm run quick`: jest with the arguments a person means. jest alone takes every word behind
 * `--selectProjects` for a project, drops the ones it does not know and then runs everything.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');

/** jest's options whose names of projects may be many. */
const PROJECTS = /^--(selectProjects|ignoreProjects)(?:=(.*))?$/;

/**
 * Jest's arguments: behind the names of projects, a word that is none of them is part of a test's path; `.test.ts` is
 * the compiled `.test.js`.
 */
export function jestArguments(given: readonly string[], projects: readonly string[]): string[] {
  const args: string[] = [];
  const paths: string[] = [];
  for (let at = 0; at < given.length; at++) {
    const word = given[at] ?? '';
    const option = PROJECTS.exec(word);
    if (option === null) {
      args.push(compiled(word));
      continue;
    }
    const names = option[2] === undefined ? [] : [option[2]];
    while (given[at + 1] !== undefined && !given[at + 1]?.startsWith('-')) names.push(given[++at] ?? '');
    const known = names.filter((name) => projects.includes(name));
    if (known.length === 0)
      throw new Error(`--${option[1]} names no project: ${names.join(', ')}; there are ${projects.join(', ')}`);
    args.push(`--${option[1]}`, ...known);
    paths.push(...names.filter((name) => !projects.includes(name)).map(compiled));
  }
  return paths.length === 0 ? args : [...args, '--testPathPatterns', ...paths];
}

/**
 * Jest's arguments for the unit tests of some rooms, e.g. `rollout/back`.
 * @param tests paths of all unit tests from `__tests__/unit`, with forward slashes
 * @throws Error when there is none for a room, with the rooms there are
 */
export function quickArguments(given: readonly string[], tests: readonly string[]): string[] {
  const rooms = given
    .filter((word) => !word.startsWith('-'))
    .map((room) => room.replace(/^(src|__tests__\/unit)\/|\/$/g, ''));
  const options = given.filter((word) => word.startsWith('-'));
  const unknown = rooms.find((room) => !tests.some((test) => isOf(room, test)));
  if (rooms.length === 0 || unknown !== undefined) {
    const all = [...new Set(tests.map((test) => test.split('/')[0]))].join(', ');
    throw new Error(
      `${unknown === undefined ? 'name a room: npm run quick -- rollout/back' : `${unknown} has no unit tests`}; there are ${all}`,
    );
  }
  const patterns = rooms.map((room) => `/__tests__/unit/${room.replace(/\.test\.ts$|\.ts$/, '')}(/|\\.test\\.js$)`);
  return ['--selectProjects', 'unit', ...options, '--testPathPatterns', ...patterns];
}

function isOf(room: string, test: string): boolean {
  const name = room.replace(/\.test\.ts$|\.ts$/, '');
  return test.startsWith(`${name}/`) || test === `${name}.test.ts`;
}

function compiled(word: string): string {
  return word.replace(/\.test\.ts$/, '.test.js');
}

function unitTests(): string[] {
  const folder = path.join(root, '__tests__', 'unit');
  const names = fs.readdirSync(folder, { recursive: true }).map((name) => String(name).replaceAll('\\', '/'));
  return names.filter((name) => name.endsWith('.test.ts')).sort();
}

async function main([first, ...rest]: readonly string[]): Promise<number> {
  const quick = first === '--quick';
  const given = quick || first === undefined ? rest : [first, ...rest];
  const config = (await import(pathToFileURL(path.join(root, 'jest.config.mjs')).href)) as {
    default: { projects: readonly { displayName: string }[] };
  };
  const projects = [...config.default.projects.map(({ displayName }) => displayName), 'chaos'];
  const args = quick ? quickArguments(given, unitTests()) : jestArguments(given, projects);
  const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  const jest = path.join(root, 'node_modules', 'jest', 'bin', 'jest.js');
  return spawnSync(process.execPath, [...flags, jest, ...args], { cwd: root, stdio: 'inherit' }).status ?? 1;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(fs.realpathSync(process.argv[1])).href) {
  process.exitCode = await main(process.argv.slice(2)).catch((error: Error) => {
    process.stderr.write(`${error.message}\n`);
    return 1;
  });
}
