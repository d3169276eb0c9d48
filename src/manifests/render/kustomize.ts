/** A folder with a kustomization ► its manifests, by `kubectl kustomize`. */
import type { ManifestFile, ManifestProblem } from '../documents.ts';
import { kustomizationProblems } from './kustomization.ts';
import type { RenderContext } from './tool.ts';
import { render, toolFor } from './tool.ts';
import type { Workspace } from './workspace.ts';

export type Rendering =
  | { readonly files: readonly ManifestFile[]; readonly notes: readonly string[] }
  | { readonly problems: readonly ManifestProblem[] };

/** @throws LintError with kustomize's own words; ToolError. */
export async function buildKustomization(
  workspace: Workspace,
  folder: string,
  context: RenderContext,
): Promise<Rendering> {
  const problems = kustomizationProblems(workspace, folder);
  if (problems.length > 0) return { problems };
  const known = workspace.nameOf(folder);
  const shown = `kubectl kustomize ${known}`;
  // Neither helm nor plugins are switched on: nothing of the repository is run.
  const { text, remarks } = await render(await toolFor('kubectl', context), ['kustomize', folder], shown, context);
  return { files: [{ path: `"${shown}"`, text }], notes: remarks.map((line) => `${shown}: ${line}`) };
}
