/** The manifests of a run, however they are given, and those of this tool: read, rendered and parsed. */
import path from 'node:path';
import type { Cluster } from '../cluster/cluster.ts';
import { LintError } from '../errors.ts';
import type { KubeObject } from '../kube/objects.ts';
import type { ManifestFile, ManifestProblem } from './documents.ts';
import { applyOrder } from './kinds.ts';
import type { ParseOptions } from './parse.ts';
import { parseManifests, placeOf } from './parse.ts';
import type { Rendering } from './render/kustomize.ts';
import { type Source, sourceOf } from './render/sources.ts';
import type { RenderContext } from './render/tool.ts';
import { Refused, Workspace } from './render/workspace.ts';

export interface Manifests {
  /** In the order they are applied. */
  readonly objects: readonly KubeObject[];
  readonly secrets: readonly string[];
  readonly notes: readonly string[];
}

/** An entry of the input, and what was read for it. */
interface Given {
  readonly name: string;
  readonly files: readonly ManifestFile[];
}

/**
 * Reads every entry of the input `manifests`: files, folders (recursively: `.yaml`, `.yml` and `.json`, by name), folders
 * with a kustomization, and Helm charts.
 * @param cluster tells charts what it serves; absent where there is none
 * @throws LintError that lists every problem with file and line, or has the words of kubectl or helm; ToolError.
 */
export async function readManifests(context: RenderContext, cluster?: Cluster): Promise<Manifests> {
  const { settings } = context;
  const workspace = new Workspace(settings.workspace);
  const files: ManifestFile[] = [];
  const notes: string[] = [];
  const problems: ManifestProblem[] = [];
  const given: Given[] = [];
  let charts = 0;
  for (const name of settings.manifests) {
    try {
      const found = sourceOf(workspace, path.resolve(workspace.root, name));
      if (found.source.kind === 'chart') charts += 1;
      notes.push(...found.notes);
      problems.push(...found.problems);
      const rendering = await filesOf(found.source, workspace, context, cluster);
      if ('problems' in rendering) problems.push(...rendering.problems);
      else {
        files.push(...rendering.files);
        notes.push(...rendering.notes);
        if (found.problems.length === 0) given.push({ name, files: rendering.files });
      }
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      problems.push(error.problem);
    }
  }
  if (charts === 0 && settings.helmValues.length > 0) {
    const message = 'The input helm-values names it, and there is no Helm chart among the manifests.';
    problems.push({ file: settings.helmValues.join(', '), message });
  }
  const manifests = parsed(files, { namespace: settings.namespace }, problems, given);
  return { ...manifests, notes: [...notes, ...manifests.notes] };
}

/** Manifests this tool brings itself: plain files and folders below `root`. @throws LintError */
export function readShipped(root: string, names: readonly string[], options: ParseOptions): Manifests {
  const workspace = new Workspace(root);
  const read = names.map((name) => {
    const { source, problems } = sourceOf(workspace, path.resolve(root, name));
    if (source.kind !== 'files' || problems.length > 0) return { problems };
    return plain(source.files, workspace);
  });
  const files = read.flatMap((one) => ('files' in one ? one.files : []));
  return parsed(
    files,
    options,
    read.flatMap((one) => ('problems' in one ? one.problems : [])),
  );
}

async function filesOf(
  source: Source,
  workspace: Workspace,
  context: RenderContext,
  cluster: Cluster | undefined,
): Promise<Rendering> {
  if (source.kind === 'files') return plain(source.files, workspace);
  const { rendered } = await import('./render/index.ts');
  return rendered(source, workspace, context, cluster);
}

function plain(files: readonly string[], workspace: Workspace): Rendering {
  const read: ManifestFile[] = [];
  const problems: ManifestProblem[] = [];
  for (const file of files) {
    try {
      read.push({ path: workspace.nameOf(file), text: workspace.text(file) });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      problems.push(error.problem);
    }
  }
  return problems.length > 0 ? { problems } : { files: read, notes: [] };
}

function parsed(
  files: readonly ManifestFile[],
  options: ParseOptions,
  before: readonly ManifestProblem[] = [],
  given: readonly Given[] = [],
): Manifests {
  const result = parseManifests(files, options);
  const after = 'problems' in result ? result.problems : nothingIn(given, result.filled);
  const problems = [...before, ...after];
  if ('problems' in result || problems.length > 0) {
    const lines = problems.map((problem) => `  ${placeOf(problem)}: ${problem.message}`);
    throw new LintError(`the manifests cannot be used:\n${lines.join('\n')}`, 'correct them; nothing was changed');
  }
  return {
    objects: applyOrder(result.objects.map(({ object }) => object)),
    secrets: result.secrets,
    notes: result.notes,
  };
}

/** What was given has to bring something: no object would be a release of nothing. */
function nothingIn(given: readonly Given[], filled: ReadonlySet<string>): readonly ManifestProblem[] {
  return given
    .filter(({ files }) => !files.some(({ path }) => filled.has(path)))
    .map(({ name }) => ({ file: name, message: 'There is no Kubernetes object in it. Correct the input manifests.' }));
}
