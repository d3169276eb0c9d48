/** A kustomization looked through before kustomize reads it: every path in the workspace, everything remote pinned. */
import fs from 'node:fs';
import path from 'node:path';
import { field, isMap, list, text } from '../../kube/objects.ts';
import { parseYaml } from '../../settings/yaml-parser.ts';
import type { ManifestProblem } from '../documents.ts';
import { isRemote, moving } from './pinned.ts';
import { KUSTOMIZATION_FILES } from './sources.ts';
import { Refused, type Workspace } from './workspace.ts';

/** Fields that list files, folders or addresses. */
const LISTS = [
  'resources',
  'bases',
  'components',
  'crds',
  'configurations',
  'generators',
  'transformers',
  'validators',
  'patchesStrategicMerge',
] as const;
const WITH_PATH = ['patches', 'patchesJson6902', 'replacements'] as const;
const GENERATORS = ['configMapGenerator', 'secretGenerator'] as const;
/** Kustomizations that one is made of. */
const MOST_FOLDERS = 200;

/** Everything that speaks against building the folder; what is merely missing is kustomize's to say. */
export function kustomizationProblems(workspace: Workspace, folder: string): readonly ManifestProblem[] {
  const problems: ManifestProblem[] = [];
  const seen = new Set<string>();
  const open = [folder];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const real = fs.realpathSync(next);
    if (seen.has(real)) continue;
    seen.add(real);
    if (seen.size > MOST_FOLDERS) {
      const message = `It is made of more than ${MOST_FOLDERS} kustomizations; no more are read.`;
      return [...problems, { file: workspace.nameOf(folder), message }];
    }
    for (const name of KUSTOMIZATION_FILES) {
      const file = path.join(next, name);
      if (!fs.existsSync(file)) continue;
      open.push(...lookThrough(workspace, file, problems));
    }
  }
  return problems;
}

/** @returns the folders it is made of */
function lookThrough(workspace: Workspace, file: string, problems: ManifestProblem[]): readonly string[] {
  const blame = (message: string) => problems.push({ file: workspace.nameOf(file), message });
  const refusing = <T>(work: () => T): T | undefined => {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      problems.push(error.problem);
      return undefined;
    }
  };
  const written = refusing(() => workspace.text(file));
  if (written === undefined) return [];
  const parsed = parseYaml(written);
  if ('wrong' in parsed) {
    blame(`Not valid YAML: ${parsed.wrong}.`);
    return [];
  }
  const kustomization = folded(parsed.value);
  for (const name of ['helmCharts', 'helmChartInflationGenerator']) {
    if (list(kustomization, name.toLowerCase()).length > 0)
      blame(`${name} is not rendered: give the chart itself in the input manifests, with helm-values.`);
  }
  const folders: string[] = [];
  for (const { field: name, reference } of references(kustomization)) {
    if (isRemote(reference)) {
      const wrong = moving(reference);
      if (wrong !== undefined) blame(`${name}: ${wrong}.`);
      continue;
    }
    const full = path.resolve(path.dirname(file), reference);
    if (fs.lstatSync(full, { throwIfNoEntry: false }) === undefined) continue;
    if (refusing(() => workspace.kindOf(full)) === 'folder') folders.push(full);
  }
  return folders;
}

interface Reference {
  readonly field: string;
  readonly reference: string;
}

/** With its names in lower case: Go's JSON, which kustomize reads it with, takes `Resources` for `resources`. */
function folded(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(folded);
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key.toLowerCase(), folded(inner)]));
}

/** @param kustomization folded */
function references(kustomization: unknown): readonly Reference[] {
  const named = (name: string, values: readonly unknown[]): Reference[] =>
    values
      .filter((value): value is string => typeof value === 'string' && value !== '' && !value.includes('\n'))
      .map((reference) => ({ field: name, reference }));
  return [
    ...LISTS.flatMap((name) => named(name, list(kustomization, name.toLowerCase()))),
    ...WITH_PATH.flatMap((name) =>
      named(
        name,
        list(kustomization, name.toLowerCase()).map((entry) => text(entry, 'path')),
      ),
    ),
    ...named('openapi', [field(kustomization, 'openapi', 'path')]),
    ...GENERATORS.flatMap((name) =>
      list(kustomization, name.toLowerCase()).flatMap((entry) => [
        // `key=path`
        ...named(name, list(entry, 'files')).map((one) => ({
          ...one,
          reference: one.reference.replace(/^[^=]*=/, ''),
        })),
        ...named(name, [...list(entry, 'envs'), text(entry, 'env')]),
      ]),
    ),
  ];
}
