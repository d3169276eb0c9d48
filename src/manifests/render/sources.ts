/** What each entry of the input `manifests` is: plain files, a kustomization, or a Helm chart. */
import fs from 'node:fs';
import path from 'node:path';
import type { ManifestProblem } from '../documents.ts';
import { Refused, specialName, type Workspace } from './workspace.ts';

export type Source =
  | { readonly kind: 'files'; readonly files: readonly string[] }
  | { readonly kind: 'kustomization'; readonly folder: string }
  /** `path` is the chart's folder, or its package. */
  | { readonly kind: 'chart'; readonly path: string; readonly packed: boolean };

export interface Found {
  readonly source: Source;
  /** What was passed over, and why. */
  readonly notes: readonly string[];
  readonly problems: readonly ManifestProblem[];
}

/** The names kustomize looks for, in its order. */
export const KUSTOMIZATION_FILES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'] as const;
const CHART_FILE = 'Chart.yaml';
const MANIFEST = /\.(ya?ml|json)$/;
/** Levels of folders below one that is given. */
const DEEPEST = 32;
/** Names in all folders of one that is given, read or not. */
const MOST_ENTRIES = 20_000;

/**
 * @param full absolute path of an entry
 * @throws Refused when it cannot be used at all.
 */
export function sourceOf(workspace: Workspace, full: string): Found {
  if (workspace.kindOf(full) === 'file') return { source: ofFile(full), notes: [], problems: [] };
  const [chart, kustomization] = [isChart(full), isKustomization(full)];
  if (chart && kustomization) {
    const message = `The folder holds a chart and a kustomization: name the file of the one that is meant, ${CHART_FILE} or ${KUSTOMIZATION_FILES[0]}.`;
    throw new Refused({ file: workspace.nameOf(full), message });
  }
  if (chart) return { source: { kind: 'chart', path: full, packed: false }, notes: [], problems: [] };
  if (kustomization) return { source: { kind: 'kustomization', folder: full }, notes: [], problems: [] };
  const walk = new Walk(workspace);
  walk.folder(full, 0);
  return { source: { kind: 'files', files: walk.files }, notes: walk.notes, problems: walk.problems };
}

function ofFile(full: string): Source {
  const name = path.basename(full);
  if (name === CHART_FILE) return { kind: 'chart', path: path.dirname(full), packed: false };
  if (/\.tgz$/.test(name)) return { kind: 'chart', path: full, packed: true };
  if (KUSTOMIZATION_FILES.some((one) => one === name)) return { kind: 'kustomization', folder: path.dirname(full) };
  return { kind: 'files', files: [full] };
}

export function isKustomization(folder: string): boolean {
  return KUSTOMIZATION_FILES.some((name) => fs.existsSync(path.join(folder, name)));
}

function isChart(folder: string): boolean {
  return fs.existsSync(path.join(folder, CHART_FILE));
}

/** The manifests below a plain folder, by name, folders recursively. */
class Walk {
  readonly files: string[] = [];
  readonly notes: string[] = [];
  readonly problems: ManifestProblem[] = [];
  readonly #workspace: Workspace;
  #entries = 0;

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
  }

  folder(folder: string, depth: number): void {
    if (depth > DEEPEST) {
      this.#problem(folder, `The folder is more than ${DEEPEST} levels deep; name it itself.`);
      return;
    }
    const children = fs.readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
    const before = this.#entries;
    this.#entries += children.length;
    if (this.#entries > MOST_ENTRIES) {
      if (before <= MOST_ENTRIES)
        this.#problem(
          folder,
          `With this folder there are more than ${MOST_ENTRIES} names; name the folders that hold manifests.`,
        );
      return;
    }
    for (const child of children) this.#child(child, path.join(folder, child.name), depth);
  }

  #child(child: fs.Dirent, full: string, depth: number): void {
    if (child.isDirectory()) this.#below(full, child.name, depth);
    else if (child.isSymbolicLink()) this.#link(full, child.name);
    else if (!child.isFile()) this.#passed(full, `it is ${specialName(child)}`);
    else if (MANIFEST.test(child.name)) this.files.push(full);
  }

  #below(full: string, name: string, depth: number): void {
    const held = isKustomization(full) ? 'a kustomization' : isChart(full) ? 'a chart' : undefined;
    if (name.startsWith('.')) this.#passed(full, 'its name starts with a dot');
    else if (held === undefined) this.folder(full, depth + 1);
    else {
      const message = `The folder holds ${held}, which is rendered only where it is named: write ${this.#workspace.nameOf(full)} in the input manifests, beside or instead of the folder above it.`;
      this.#problem(full, message);
    }
  }

  #link(full: string, name: string): void {
    try {
      if (this.#workspace.kindOf(full) === 'folder') this.#passed(full, 'it is a link to a folder');
      else if (MANIFEST.test(name)) this.files.push(full);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.problems.push(error.problem);
    }
  }

  #passed(full: string, why: string): void {
    this.notes.push(`${this.#workspace.nameOf(full)} is not read: ${why}.`);
  }

  #problem(full: string, message: string): void {
    this.problems.push({ file: this.#workspace.nameOf(full), message });
  }
}
