/** What kubectl or helm make of an entry of `manifests`. A file of its own in the bundle: most manifests are read as they are. */
import type { Cluster } from '../../cluster/cluster.ts';
import { renderChart } from './helm.ts';
import { buildKustomization, type Rendering } from './kustomize.ts';
import type { Source } from './sources.ts';
import type { RenderContext } from './tool.ts';
import type { Workspace } from './workspace.ts';

/** @throws LintError with the tool's own words; ToolError. */
export function rendered(
  source: Exclude<Source, { readonly kind: 'files' }>,
  workspace: Workspace,
  context: RenderContext,
  cluster: Cluster | undefined,
): Promise<Rendering> {
  return source.kind === 'kustomization'
    ? buildKustomization(workspace, source.folder, context)
    : renderChart(workspace, source, context, cluster);
}
