/**
 * A route file merged into the live route as one JSON Patch. Routes are never applied: `rules` is one atomic field, so
 * server-side apply would put the file's weights over those of a release.
 */

import { LintError } from '../../errors.ts';
import { jsonEqual } from '../../kube/json-patch.ts';
import { JOURNAL_ANNOTATION, PLUGINS_ANNOTATION } from '../../kube/names.ts';
import type { JsonPatch, KubeObject, PatchOperation } from '../../kube/objects.ts';
import { field, list, nameOf, pointer, strings, text } from '../../kube/objects.ts';
import { readerOf } from '../../routes/index.ts';
import { completeParents } from './defaults.ts';
import type { MergeOptions } from './merge-rules.ts';
import { mergeRules } from './merge-rules.ts';

export type { MergeOptions } from './merge-rules.ts';

/** Never taken from a file: ours, and what kubectl apply remembers of itself. */
const NOT_FROM_FILES = [JOURNAL_ANNOTATION, 'kubectl.kubernetes.io/last-applied-configuration'];

/**
 * What has to change on the live HTTPRoute so that it says what the file says; empty when it does already.
 *
 * - parentRefs, hostnames and the rules (matches, filters, timeouts, names, order) follow the file; a file without
 *   `rules` leaves them. Members neither we nor the file know stay.
 * - Weights of managed services stay as they are live, backends a release has attached stay, and a backend that is new
 *   in the file starts at weight 0. Only a service that is nowhere in the live route starts with the file's weights.
 * - Labels and annotations are added and changed one by one; foreign ones stay; the plugin list only grows.
 *
 * The patch tests the generation, the names of all managed backends, and the plugin list it was made from.
 * @throws LintError when the file is of another object, would end a split under way, or name a retired version.
 */
export function mergeRoute(live: KubeObject, file: KubeObject, options: MergeOptions): JsonPatch {
  refuseOther(live, file);
  const tests: PatchOperation[] = [];
  const writes: PatchOperation[] = [];
  mergeMetadata(live, file, 'labels', tests, writes);
  mergeMetadata(live, file, 'annotations', tests, writes);
  mergeSpec(live, file, options, writes);
  if (writes.length === 0) return [];
  const { generation } = live.metadata;
  const guard: PatchOperation[] =
    generation === undefined ? [] : [{ op: 'test', path: '/metadata/generation', value: generation }];
  return [...guard, ...tests, ...testNames(live, options), ...writes];
}

/**
 * The existing list with what is missing added at its end: order kept, nothing twice, nothing removed.
 * The text is returned as it was when nothing is missing.
 */
export function mergePluginList(existing: string | undefined, add: readonly string[]): string {
  const present = names(existing ?? '');
  const missing = [...new Set(add.flatMap(names))].filter((name) => !present.includes(name));
  if (missing.length === 0 && existing !== undefined) return existing;
  return [...new Set(present), ...missing].join(',');
}

function names(csv: string): string[] {
  return csv
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

function refuseOther(live: KubeObject, file: KubeObject): void {
  const same =
    readerOf(live)?.facts.files === 'by rule' &&
    readerOf(file) === readerOf(live) &&
    live.metadata.name === file.metadata.name &&
    (file.metadata.namespace ?? live.metadata.namespace) === live.metadata.namespace;
  if (!same) {
    throw new LintError(`The manifest of ${nameOf(file)} cannot be merged into ${nameOf(live)}: it is another object.`);
  }
}

function mergeMetadata(
  live: KubeObject,
  file: KubeObject,
  kind: 'labels' | 'annotations',
  tests: PatchOperation[],
  writes: PatchOperation[],
): void {
  const present = live.metadata[kind];
  const changed = Object.entries(strings(file, 'metadata', kind)).flatMap(([key, value]) => {
    if (kind === 'annotations' && NOT_FROM_FILES.includes(key)) return [];
    const before = present !== undefined && Object.hasOwn(present, key) ? present[key] : undefined;
    const wanted = kind === 'annotations' && key === PLUGINS_ANNOTATION ? mergePluginList(before, [value]) : value;
    return before === wanted ? [] : [{ key, before, wanted }];
  });
  if (changed.length === 0) return;
  if (present === undefined) {
    // `add` below an absent parent answers 422. Metadata makes no generation, so only the resource version can tell
    // that somebody else has put the first entry there in between, which the new map would wipe.
    const { resourceVersion } = live.metadata;
    if (resourceVersion !== undefined)
      tests.push({ op: 'test', path: '/metadata/resourceVersion', value: resourceVersion });
    const value = Object.fromEntries(changed.map(({ key, wanted }) => [key, wanted]));
    writes.push({ op: 'add', path: `/metadata/${kind}`, value });
    return;
  }
  for (const { key, before, wanted } of changed) {
    const path = pointer('metadata', kind, key);
    if (key === PLUGINS_ANNOTATION && before !== undefined) tests.push({ op: 'test', path, value: before });
    writes.push({ op: 'add', path, value: wanted });
  }
}

function mergeSpec(live: KubeObject, file: KubeObject, options: MergeOptions, writes: PatchOperation[]): void {
  const namespace = live.metadata.namespace ?? '';
  const follow = (key: string, same: boolean) => {
    if (same) return;
    const path = pointer('spec', key);
    const value = field(file, 'spec', key);
    writes.push(value === undefined || value === null ? { op: 'remove', path } : { op: 'add', path, value });
  };
  const both = (key: string) => [field(live, 'spec', key), field(file, 'spec', key)] as const;
  const [parents, wantedParents] = both('parentRefs');
  follow('parentRefs', jsonEqual(completeParents(parents, namespace), completeParents(wantedParents, namespace)));
  follow('hostnames', jsonEqual(list(live, 'spec', 'hostnames'), list(file, 'spec', 'hostnames')));
  for (const key of Object.keys((field(file, 'spec') ?? {}) as object)) {
    if (key === 'parentRefs' || key === 'hostnames' || key === 'rules') continue;
    const [before, wanted] = both(key);
    if (wanted !== undefined && wanted !== null) follow(key, jsonEqual(before, wanted));
  }
  if (field(file, 'spec', 'rules') === undefined) return;
  const rules = mergeRules(live, file, options);
  if (rules !== undefined) writes.push({ op: 'add', path: '/spec/rules', value: rules });
}

/** The list of rules is written whole, so the places of all managed backends must be those that were read. */
function testNames(live: KubeObject, { serviceOf }: MergeOptions): PatchOperation[] {
  return list(live, 'spec', 'rules').flatMap((rule, index) =>
    list(rule, 'backendRefs').flatMap((ref, place) => {
      const value = text(ref, 'name');
      if (serviceOf(value) === undefined) return [];
      return [{ op: 'test', path: pointer('spec', 'rules', index, 'backendRefs', place, 'name'), value } as const];
    }),
  );
}
