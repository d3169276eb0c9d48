/**
 * Labels for a canary's pods that nothing takes for stable's: as few as possible are changed, so that policies and monitors
 * that cover stable's pods go on covering the canary's.
 */
import { APP_VERSION } from '../../kube/names.ts';
import { VERSION_LABEL } from '../clone.ts';
import { shortened, shortHash } from './identity.ts';
import { type Catch, caught, isExclusive, type Labels } from './selectors.ts';

/** Labels that say which version runs, and nothing else. */
const VERSION_KEYS = [VERSION_LABEL, APP_VERSION, 'tags.datadoghq.com/version'];
const HASHES =
  /^(pod-template-hash|rollouts-pod-template-hash|controller-revision-hash|controller-uid|job-name|batch\.kubernetes\.io\/.*)$/;

/** The order in which a key is changed where several would do; others come after them. */
const PREFERRED = ['app', 'app.kubernetes.io/name', 'k8s-app', 'name', 'app.kubernetes.io/component', VERSION_LABEL];
/** Labels that other controllers act on: meshes, injectors, clouds. */
const OTHERS_KEYS =
  /^((?!app\.kubernetes\.io\/)([\w.-]+\.)?(kubernetes|k8s|istio|linkerd|kuma|cilium|datadoghq|azure|amazonaws|google|gke|karpenter|knative|openshift|tailscale|konghq|dapr|vault)\.(io|com|sh|aws|dev)\/.*|azure\.workload\.identity\/.*|app\.kubernetes\.io\/(managed-by|part-of))$/;

export interface RelabelInput {
  /** Labels of the pods that are copied. */
  readonly labels: Labels;
  /** Labels of the pods that serve now: a version they name is the old one. */
  readonly serving: Labels;
  /** Keys the copied workload selects its own pods by. */
  readonly ownKeys: readonly string[];
  readonly namespace: string | undefined;
  readonly version: string;
  /** `<service>-<version>`: the new value of a label that names the app. */
  readonly name: string;
  /** Values that name the old version's objects, such as `orders-v1`, and become {@link name}. */
  readonly oldNames: ReadonlySet<string>;
  /** The version labels of what is copied are its own, and stay where they differ from those that serve. */
  readonly keepVersions: boolean;
  /** Every selector there is, but for those of copies for this canary. */
  readonly catches: readonly Catch[];
  /** Labels of all other pods, none of which the new selector may catch. */
  readonly otherPods: readonly Labels[];
}

export interface Relabelled {
  readonly labels: Labels;
  /** Catches the new pods and no others. */
  readonly selector: Labels;
  /** Selectors that no label can escape: they ask for no value, or for those of other controllers. */
  readonly inescapable: readonly Catch[];
}

export function relabel(input: RelabelInput): Relabelled {
  const start = versioned(input);
  const catching = input.catches.filter((one) => isExclusive(one) && caught(one, input.namespace, start));
  const sets = catching.map((one) => ({ one, keys: keysAgainst(one, start) }));
  const escapable = sets.filter(({ keys }) => keys.length > 0).map(({ keys }) => keys);
  const keys = smallest(escapable, (chosen) => costOf(chosen, input, start));
  const inescapable = sets.filter((set) => set.keys.length === 0).map(({ one }) => one);
  for (let attempt = 0; attempt < 4; attempt++) {
    const labels = { ...start, ...Object.fromEntries(keys.map((key) => [key, valueFor(key, input, attempt)])) };
    const selector = selectorOf(labels, [...input.ownKeys, ...keys]);
    const met = input.catches.some(
      (one) => isExclusive(one) && !inescapable.includes(one) && caught(one, input.namespace, labels),
    );
    const others = [input.labels, input.serving, ...input.otherPods].some((other) => contains(other, selector));
    if (!met && !others) return { labels, selector, inescapable };
  }
  const labels = { ...start, ...Object.fromEntries(keys.map((key) => [key, valueFor(key, input, 4)])) };
  const still = input.catches.filter((one) => isExclusive(one) && caught(one, input.namespace, labels));
  return { labels, selector: selectorOf(labels, [...input.ownKeys, ...keys]), inescapable: still };
}

/** The labels with the new version in those that say a version. */
function versioned({ labels, serving, version, name, oldNames, keepVersions }: RelabelInput): Record<string, string> {
  const entries = Object.entries(labels)
    .filter(([key]) => !HASHES.test(key))
    .map(([key, value]): [string, string] => {
      if (VERSION_KEYS.includes(key)) return [key, keepVersions && serving[key] !== value ? value : version];
      return [key, oldNames.has(value) ? name : value];
    });
  return { ...Object.fromEntries(entries), [VERSION_LABEL]: version };
}

/** Keys whose change takes the pods out of a selector. */
function keysAgainst({ selector }: Catch, labels: Labels): readonly string[] {
  return selector
    .filter(({ key, operator, values }) => operator === 'In' && values.includes(labels[key] ?? ''))
    .map(({ key }) => key)
    .filter((key) => !OTHERS_KEYS.test(key));
}

/** Fewest selectors lost that merely cover, then keys the workload itself selects by, then the usual ones. */
function costOf(
  keys: readonly string[],
  { catches, namespace, ownKeys }: RelabelInput,
  labels: Labels,
): readonly number[] {
  const changed = { ...labels, ...Object.fromEntries(keys.map((key) => [key, ''])) };
  const lost = catches.filter(
    (one) => !isExclusive(one) && caught(one, namespace, labels) && !caught(one, namespace, changed),
  ).length;
  const foreign = keys.filter((key) => !ownKeys.includes(key)).length;
  const places = keys.map((key) => (PREFERRED.includes(key) ? PREFERRED.indexOf(key) : PREFERRED.length));
  return [lost, foreign, places.reduce((sum, place) => sum + place, 0)];
}

/** A smallest set of keys of which each given set has one; among equals the one of least cost. */
function smallest(
  sets: readonly (readonly string[])[],
  cost: (keys: readonly string[]) => readonly number[],
): readonly string[] {
  const keys = [...new Set(sets.flat())].sort();
  for (let size = 0; size <= keys.length; size++) {
    const hitting = subsets(keys, size).filter((chosen) =>
      sets.every((set) => set.some((key) => chosen.includes(key))),
    );
    const [best] = hitting.sort((a, b) => compare(cost(a), cost(b)));
    if (best !== undefined) return best;
  }
  return [];
}

function subsets(keys: readonly string[], size: number, from = 0): string[][] {
  if (size === 0) return [[]];
  return keys.slice(from).flatMap((key, at) => subsets(keys, size - 1, from + at + 1).map((rest) => [key, ...rest]));
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [at, value] of a.entries()) if (value !== b[at]) return value - (b[at] ?? 0);
  return 0;
}

/** A value nobody else asks for; later attempts carry a hash. */
function valueFor(key: string, { name, version, labels }: RelabelInput, attempt: number): string {
  const plain = key === VERSION_LABEL ? version : name;
  if (attempt === 0 && plain !== labels[key]) return plain;
  return shortened(`${plain}-${shortHash(`${name}/${key}/${attempt}`)}`);
}

function selectorOf(labels: Labels, keys: readonly string[]): Labels {
  const chosen = [...new Set([...keys, VERSION_LABEL])].filter((key) => labels[key] !== undefined);
  return Object.fromEntries(chosen.map((key) => [key, labels[key] ?? '']));
}

function contains(labels: Labels, selector: Labels): boolean {
  return Object.entries(selector).every(([key, value]) => labels[key] === value);
}
