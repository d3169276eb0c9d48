/** A Helm chart ► its manifests, by `helm template`. */
import path from 'node:path';
import type { Cluster } from '../../cluster/cluster.ts';
import { list, text } from '../../kube/objects.ts';
import type { ManifestFile } from '../documents.ts';
import { lookAtChart } from './chart.ts';
import type { Rendering } from './kustomize.ts';
import type { RenderContext } from './tool.ts';
import { render, toolFor } from './tool.ts';
import { Refused, type Workspace } from './workspace.ts';

/** One answer for all groups (KEP-3352); older API servers answer with the groups alone. */
const ALL_KINDS = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json';

/** What a chart may ask of the cluster (`.Capabilities`). */
export interface Capabilities {
  /** e.g. `v1.36.3`. */
  readonly version: string;
  /** `apps/v1` and `apps/v1/Deployment`. */
  readonly apiVersions: readonly string[];
}

export interface TemplateOptions {
  readonly release: string;
  readonly namespace: string;
  /** Absolute paths. */
  readonly values: readonly string[];
  readonly capabilities?: Capabilities | undefined;
}

/** The arguments of `helm template`. Hooks are rendered as well: what becomes of them is decided with all other objects. */
export function templateArguments(chart: string, options: TemplateOptions): string[] {
  const { release, namespace, values, capabilities } = options;
  return [
    'template',
    release,
    chart,
    `--namespace=${namespace}`,
    ...values.map((file) => `--values=${file}`),
    ...(capabilities === undefined ? [] : [`--kube-version=${capabilities.version}`]),
    ...(capabilities?.apiVersions ?? []).map((version) => `--api-versions=${version}`),
  ];
}

/**
 * @param cluster asked for its version and kinds; absent: helm's own are taken
 * @throws LintError with helm's own words; ToolError.
 */
export async function renderChart(
  workspace: Workspace,
  { path: full, packed }: { readonly path: string; readonly packed: boolean },
  context: RenderContext,
  cluster: Cluster | undefined,
): Promise<Rendering> {
  const { settings } = context;
  const chart = lookAtChart(workspace, full, packed);
  const values = settings.helmValues.map((file) => path.resolve(workspace.root, file));
  for (const file of values) requireValues(workspace, file);
  const known = workspace.nameOf(full);
  const release = settings.helmRelease ?? chart.name;
  const [helm, capabilities] = await Promise.all([toolFor('helm', context), cluster && capabilitiesOf(cluster)]);
  const args = templateArguments(full, { release, namespace: settings.namespace, values, capabilities });
  const shown = [`helm template ${release} ${known}`, ...settings.helmValues.map((file) => `--values=${file}`)].join(
    ' ',
  );
  // Twice, as a chart may give another answer each time, and a version is known by what it renders.
  const [first, second] = [await render(helm, args, shown, context), await render(helm, args, shown, context)];
  const files = templatesOf(first.text, known);
  const changing = changed(files, templatesOf(second.text, known));
  if (changing.length > 0) {
    const message =
      'It renders differently each time (random values, certificates or the time), so every run would bring another version and replace what is there. Give these values in a file of helm-values.';
    return { problems: changing.map((file) => ({ file, message })) };
  }
  return {
    files,
    notes: [
      ...chart.asking.map(
        (file) => `${known}/${file} uses lookup, which finds nothing: the chart is rendered beside the cluster.`,
      ),
      ...(chart.definitions
        ? [`${known}: the definitions in crds/ are not applied; helm does that only when it installs.`]
        : []),
      ...first.remarks.map((line) => `helm template ${known}: ${line}`),
    ],
  };
}

/** A list in one flag: helm takes a comma for the next file. */
function requireValues(workspace: Workspace, file: string): void {
  workspace.text(file);
  if (/[,"]/.test(file)) {
    throw new Refused({
      file: workspace.nameOf(file),
      message: 'helm reads no values from a path with a comma or a quote.',
    });
  }
}

/** helm's output, a file for each template, so that a problem is found where it was written. */
export function templatesOf(output: string, chart: string): readonly ManifestFile[] {
  const files = new Map<string, string>();
  const parts = output.split(/^---\n# Source: (.+)\n/m);
  // what stands before the first template comes from no template
  const [before = '', ...rest] = parts;
  if (before.trim() !== '') files.set(chart, before);
  for (let at = 0; at + 1 < rest.length; at += 2) {
    // `orders/templates/service.yaml`; the first folder is the chart's name
    const name = `${chart}/${(rest[at] ?? '').replace(/^[^/]*\//, '')}`;
    const known = files.get(name);
    files.set(name, known === undefined ? (rest[at + 1] ?? '') : `${known}---\n${rest[at + 1] ?? ''}`);
  }
  return [...files].map(([name, body]) => ({ path: `${name} (rendered)`, text: body }));
}

function changed(first: readonly ManifestFile[], second: readonly ManifestFile[]): readonly string[] {
  const there = new Map(second.map((file) => [file.path, file.text]));
  return first.filter((file) => there.get(file.path) !== file.text).map((file) => file.path);
}

async function capabilitiesOf(cluster: Cluster): Promise<Capabilities> {
  const [version, core, groups] = await Promise.all([
    cluster.version(),
    cluster.kinds.in('v1'),
    cluster.send({ method: 'GET', path: '/apis', accept: ALL_KINDS }),
  ]);
  const apiVersions = [
    'v1',
    ...core.map(({ kind }) => `v1/${kind}`),
    ...list(groups, 'items').flatMap((group) =>
      list(group, 'versions').flatMap((entry) => {
        const one = `${text(group, 'metadata', 'name')}/${text(entry, 'version')}`;
        return [one, ...list(entry, 'resources').map((kind) => `${one}/${text(kind, 'responseKind', 'kind')}`)];
      }),
    ),
    ...list(groups, 'groups').flatMap((group) => list(group, 'versions').map((entry) => text(entry, 'groupVersion'))),
  ];
  return { version, apiVersions: [...new Set(apiVersions)].sort() };
}
