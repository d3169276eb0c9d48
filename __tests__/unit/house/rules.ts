/** The rules of the house, as functions of its files: each gives one line for every breach, none when it holds. */
import path from 'node:path';

/** Text of every file below `src/`, by its path from the root with forward slashes. */
export type Sources = ReadonlyMap<string, string>;

export interface Import {
  readonly from: string;
  /** A path from the root, or the name of a package. */
  readonly to: string;
  /** Whether it vanishes when the code is compiled. */
  readonly types: boolean;
}

/**
 * The floors, highest first: a file imports only from its own room and from what stands below it, types included.
 * A room is a folder, or a file at the top.
 */
export const FLOORS: readonly string[] = [
  'main.ts',
  'session.ts',
  'commands',
  'rollout',
  'previews',
  'run',
  'report',
  'github',
  'forecast',
  'study',
  'lint',
  'plugins',
  'gateway',
  'manifests',
  'lock',
  'services',
  'journal',
  'evidence',
  'checks',
  'settings',
  'migrate',
  'routes',
  'cluster',
  'toolchain',
  'http',
  'verdict',
  'kube',
  'errors.ts',
  'ports.ts',
];

/** Rooms without I/O, clock, chance and @actions; a file of another room is named by its path. */
const PURE = [
  'kube/',
  'routes/',
  'journal/',
  'verdict/',
  'lint/',
  'services/',
  'forecast/',
  'migrate/',
  'settings/values/',
  'manifests/route-files/merge',
  'plugins/desired.ts',
  'plugins/proofs.ts',
  'checks/expect.ts',
  'study/service-plan.ts',
  'rollout/machine.ts',
  'rollout/back/where-to.ts',
  'evidence/users/counters.ts',
  'evidence/users/exposition.ts',
  'evidence/users/presets.ts',
  'evidence/users/tracker.ts',
].map((room) => `src/${room}`);

const IMPURE_MODULE = /^(node:(fs|http|https|net|tls|dns|child_process|os|timers|worker_threads)(\/.*)?|@actions\/.*)$/;
const IMPURE_CALL =
  /\bDate\.now\(|new Date\(\)|\bperformance\.now\(|\bMath\.random\(|\brandomBytes\(|\bset(Timeout|Interval|Immediate)\(|\bprocess\.(env|argv|cwd)\b|(?<![.\w])fetch\(/;

/** Every import of a file, also those inside of functions. */
export function importsOf(file: string, text: string): Import[] {
  const found = code(text).matchAll(
    /^\s*(?:import|export)\s+(type\s+)?(?:[^;'"]*?\bfrom\s+)?'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/gm,
  );
  return [...found].map((match) => {
    const name = match[2] ?? match[3] ?? '';
    return {
      from: file,
      to: name.startsWith('.') ? path.posix.join(path.posix.dirname(file), name) : name,
      types: match[1] !== undefined,
    };
  });
}

/** The text without comments, so that a rule in words is not taken for a breach. */
export function code(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '');
}

export function upwardImports(sources: Sources): string[] {
  return every(sources).flatMap(({ from, to }) => {
    if (!to.startsWith('src/'))
      return to.startsWith('.') || /^(lab|bench|tools|__tests__)\//.test(to) ? [outside(from, to)] : [];
    const [here, there] = [floorOf(from), floorOf(to)];
    if (here < 0) return [`${from} stands on no floor`];
    if (there < 0) return [`${to} stands on no floor`];
    return there < here ? [`${from} imports ${to}, which stands above it`] : [];
  });
}

/** Circles of imports, types included: files that can only be understood together. */
export function circles(sources: Sources): string[] {
  const edges = new Map([...sources].map(([file, text]) => [file, importsOf(file, text).map(({ to }) => to)]));
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, trail: readonly string[]) => {
    const at = trail.indexOf(file);
    if (at >= 0) {
      found.push([...trail.slice(at), file].join(' > '));
      return;
    }
    if (done.has(file)) return;
    for (const next of edges.get(file) ?? []) visit(next, [...trail, file]);
    done.add(file);
  };
  for (const file of edges.keys()) visit(file, []);
  return found;
}

export function impurities(sources: Sources): string[] {
  return [...sources].flatMap(([file, text]) => {
    if (!PURE.some((room) => file.startsWith(room))) return [];
    const modules = importsOf(file, text).filter(({ to }) => IMPURE_MODULE.test(to));
    const call = IMPURE_CALL.exec(code(text))?.[0];
    return [
      ...modules.map(({ to }) => `${file} is pure and imports ${to}`),
      ...(call === undefined ? [] : [`${file} is pure and uses ${call.trim()}`]),
    ];
  });
}

/** Files outside `allowed` whose code matches: what only one room may do. */
export function usersOf(sources: Sources, pattern: RegExp, allowed: RegExp): string[] {
  return [...sources].filter(([file, text]) => !allowed.test(file) && pattern.test(code(text))).map(([file]) => file);
}

/** Where providers may be called by their names, and objects told by the kinds of their routes. */
const PROVIDERS_ROOM =
  /^src\/(routes\/(index\.ts|providers\/)|migrate\/|commands\/migrate\.ts|lint\/meshes\/|settings\/defaults\.ts)/;

/**
 * Files that call a provider by its name, import one, or tell an object by the kind of its routes: they ask its facts
 * instead. Writing an object down (`kind: 'HTTPRoute'`, as the replacement in a finding) is none of these.
 */
export function providersNamed(sources: Sources, names: readonly string[], kinds: readonly string[]): string[] {
  const any = (words: readonly string[]) => words.map((word) => word.replaceAll('-', '\\-')).join('|');
  const name = new RegExp(`['"\`](?:${any(names)})['"\`]|^\\s*(?:${any(names)}): `, 'm');
  const kind = new RegExp(`(?<!\\bkind: )['"\`](?:${any(kinds)})['"\`]`);
  return [...sources].flatMap(([file, text]) => {
    if (PROVIDERS_ROOM.test(file)) return [];
    const found = [name, kind].flatMap((pattern) => pattern.exec(code(text))?.[0].trim() ?? []);
    const imported = importsOf(file, text).filter(({ to }) => to.startsWith('src/routes/providers/'));
    return [...found.map((word) => `${file} says ${word}`), ...imported.map(({ to }) => `${file} imports ${to}`)];
  });
}

/** Files outside `allowed` that import a module for use; types vanish and count for nothing. */
export function importersOf(sources: Sources, module: RegExp, allowed: RegExp): string[] {
  const found = every(sources).filter(({ from, to, types }) => !types && module.test(to) && !allowed.test(from));
  return [...new Set(found.map(({ from }) => from))];
}

/** Groups and versions, annotations, labels: `example.io`, `example.io/v1`, `example.io/some-name`, `apps/v1`. */
const NAME = /'((?:[a-z0-9-]+\.)+(?:io|com|dev|sh|org)(?:\/[a-z0-9.-]+)?|(?:apps|autoscaling|batch|policy)\/v\d\w*)'/g;
/** Names of one provider stand in its folder, in its file of the lint, and in what is translated from it. */
const OF_A_PROVIDER = /^src\/(routes\/providers|lint\/meshes|migrate)\//;

/** A name that stands in two files is a copy that one of them forgets: it belongs to kube/names.ts. Ours always do. */
export function namesTwice(sources: Sources): string[] {
  const places = new Map<string, string[]>();
  for (const [file, text] of sources) {
    const names = new Set([...code(text).matchAll(NAME)].map(([, name = '']) => name));
    for (const name of names) places.set(name, [...(places.get(name) ?? []), file]);
  }
  return [...places].flatMap(([name, files]) => {
    const home = 'src/kube/names.ts';
    const ours = name.startsWith('mesh-canary.dev/') && !name.startsWith('mesh-canary.dev/v');
    const others = files.filter((file) => file !== home && !OF_A_PROVIDER.test(file));
    const breach = ours || files.includes(home) ? others.length > 0 : others.length > 1;
    return breach ? [`${name} stands in ${others.join(' and ')}`] : [];
  });
}

/** A file of more than 300 lines is two rooms, unless its header says `Long:` and why. */
export function longFiles(sources: Sources): string[] {
  return [...sources].flatMap(([file, text]) => {
    const lines = text.trimEnd().split('\n').length;
    const header = /^\/\*\*[\s\S]*?\*\//.exec(text)?.[0] ?? '';
    return lines > 300 && !/\bLong:/.test(header) ? [`${file} has ${lines} lines`] : [];
  });
}

/** Rooms hidden in a folder of more than 17 files. */
export function fullFolders(sources: Sources): string[] {
  const sizes = new Map<string, number>();
  for (const file of sources.keys()) {
    const folder = path.posix.dirname(file);
    sizes.set(folder, (sizes.get(folder) ?? 0) + 1);
  }
  return [...sizes].filter(([, files]) => files > 17).map(([folder, files]) => `${folder} has ${files} files`);
}

function every(sources: Sources): Import[] {
  return [...sources].flatMap(([file, text]) => importsOf(file, text));
}

function floorOf(file: string): number {
  const [room = ''] = file.replace(/^src\//, '').split('/');
  return FLOORS.indexOf(room);
}

function outside(from: string, to: string): string {
  return `${from} imports ${to}, which is not shipped`;
}
