import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';

/** The checkout: tests run from its root. */
const root = process.cwd();
const sources = filesOf(path.join(root, 'src'));
const imports = new Map(sources.map((file) => [relative(file), importsOf(file)]));

describe('the house', () => {
  it('keeps verdict, routes, the journal and planning pure: no I/O, no clock, no @actions', () => {
    const pure =
      /^src\/(verdict\/|routes\/|rollout\/(journal|journal-schema|backends|clone)\.ts|platform\/(lint|plugins|plugin-proofs|merge|merge-rules|manifests)|checks\/expect\.ts)/;
    const forbidden = /^(node:(fs|http|https|net|child_process|os|timers)|@actions\/)/;
    const broken = [...imports]
      .filter(([file]) => pure.test(file))
      .flatMap(([file, names]) =>
        names.filter((name) => forbidden.test(name)).map((name) => `${file} imports ${name}`),
      );
    expect(broken).toEqual([]);
    const clocks = sources.filter(
      (file) =>
        pure.test(relative(file)) && /\bDate\.now\(|new Date\(\)|performance\.now\(|Math\.random\(/.test(code(file)),
    );
    expect(clocks.map(relative)).toEqual([]);
  });

  it('lets only the toolchain, cluster and platform rooms start processes', () => {
    expect(importersOf(/^node:child_process$/)).toEqual(expect.arrayContaining(['src/cluster/proxy.ts']));
    expect(
      importersOf(/^node:child_process$/).filter((file) => !/^src\/(toolchain|cluster|platform)\//.test(file)),
    ).toEqual([]);
  });

  it('lets only the cluster room open connections to Kubernetes, and only the checks and toolchain rooms open others', () => {
    expect(
      importersOf(/^node:(http|https|net)$/).filter(
        (file) => !/^src\/(cluster\/transport|checks\/http|toolchain\/get)\.ts$/.test(file),
      ),
    ).toEqual([]);
  });

  it('lets only report/log.ts print', () => {
    const printing = sources.filter((file) =>
      /\bconsole\.|process\.(stdout|stderr)\.write|\bcore\.(info|warning|error|notice|debug)\(/.test(code(file)),
    );
    expect(printing.map(relative)).toEqual(['src/report/log.ts']);
  });

  it('lets only the settings room and the entry look at inputs', () => {
    const reading = sources.filter((file) => /INPUT_|getInput\(/.test(code(file)));
    expect(reading.map(relative).filter((file) => !file.startsWith('src/settings/'))).toEqual([]);
  });

  it('lets nobody but the entry import commands', () => {
    const rooms = [...imports].filter(([file]) => file !== 'src/main.ts' && !file.startsWith('src/commands/'));
    expect(rooms.filter(([, names]) => names.some((name) => /\/commands\//.test(name))).map(([file]) => file)).toEqual(
      [],
    );
  });

  it('never ends the process early: outputs and clean-up would be cut off', () => {
    expect(sources.filter((file) => /process\.exit\(/.test(code(file))).map(relative)).toEqual([]);
  });

  it('keeps the lab out of what is shipped', () => {
    expect(
      [...imports].filter(([, names]) => names.some((name) => /\/lab\//.test(name))).map(([file]) => file),
    ).toEqual([]);
  });

  it('has no import cycles', () => {
    expect(cycles()).toEqual([]);
  });
});

function filesOf(folder: string): string[] {
  return fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const full = path.join(folder, entry.name);
    return entry.isDirectory() ? filesOf(full) : entry.name.endsWith('.ts') ? [full] : [];
  });
}

function relative(file: string): string {
  return path.relative(root, file).replaceAll('\\', '/');
}

/** The file without comments, so that a rule in words is not taken for a breach. */
function code(file: string): string {
  return fs
    .readFileSync(file, 'utf8')
    .replaceAll(/\/\*[\s\S]*?\*\//g, '')
    .replaceAll(/^\s*\/\/.*$/gm, '');
}

function importsOf(file: string): string[] {
  return [
    ...code(file).matchAll(/^\s*(?:import|export)\b[^;]*?from '([^']+)'|^import '([^']+)'|import\('([^']+)'\)/gm),
  ].map((match) => {
    const name = match[1] ?? match[2] ?? match[3] ?? '';
    return name.startsWith('.') ? `/${relative(path.resolve(path.dirname(file), name))}` : name;
  });
}

/** Files that import a module for use; types vanish and count for nothing. */
function importersOf(pattern: RegExp): string[] {
  return sources
    .filter((file) =>
      [...code(file).matchAll(/^import\s+(?!type\b)[^;]*?from '([^']+)'/gm)].some((match) =>
        pattern.test(match[1] ?? ''),
      ),
    )
    .map(relative);
}

/** Cycles of imports that exist at run time (type imports vanish). */
function cycles(): string[] {
  const edges = new Map(
    sources.map((file) => [
      `/${relative(file)}`,
      [...code(file).matchAll(/^\s*(?:import|export)\s+(?!type\b)[^;]*?from '(\.[^']+)'/gm)].map(
        (match) => `/${relative(path.resolve(path.dirname(file), match[1] ?? ''))}`,
      ),
    ]),
  );
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
