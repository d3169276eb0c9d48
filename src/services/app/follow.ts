/** Selectors inside a pod's spec (spread, affinity, anti-affinity) that mean the pod's own kind follow its labels. */
import { field, list, mapAt, text } from '../../kube/objects.ts';
import { fromLabelSelector, type Labels, matches } from './selectors.ts';

/**
 * A LabelSelector that holds for the new labels exactly where it held for the old ones: values are replaced, `NotIn` is
 * told the new value, too. One that is about other pods stays as it is. `matchLabelKeys` beside it name keys alone.
 */
export function followSelector(value: unknown, from: Labels, to: Labels): unknown {
  const selector = fromLabelSelector(value);
  if (selector === undefined) return value;
  const moved = (key: string) => to[key] !== undefined && from[key] !== undefined && to[key] !== from[key];
  if (matches(selector, from)) return replaced(value, from, to, moved);
  return matches(selector, to) ? excluded(value, to, moved) : value;
}

/** The pod's spec with every selector of its own followed. */
export function followLabels(podSpec: unknown, from: Labels, to: Labels): Record<string, unknown> {
  const spec = structuredClone(mapAt(podSpec));
  const follow = (holder: unknown) => {
    const selector = field(holder, 'labelSelector');
    if (selector !== undefined)
      (holder as Record<string, unknown>)['labelSelector'] = followSelector(selector, from, to);
  };
  for (const spread of list(spec, 'topologySpreadConstraints')) follow(spread);
  for (const kind of ['podAffinity', 'podAntiAffinity']) {
    const affinity = field(spec, 'affinity', kind);
    for (const term of list(affinity, 'requiredDuringSchedulingIgnoredDuringExecution')) follow(term);
    for (const weighted of list(affinity, 'preferredDuringSchedulingIgnoredDuringExecution'))
      follow(field(weighted, 'podAffinityTerm'));
  }
  return spec;
}

type Moved = (key: string) => boolean;

function replaced(value: unknown, from: Labels, to: Labels, moved: Moved): unknown {
  const labels = Object.fromEntries(
    Object.entries(mapAt(field(value, 'matchLabels'))).map(([key, old]) => [key, moved(key) ? to[key] : old]),
  );
  const expressions = list(value, 'matchExpressions').map((entry) => {
    const key = text(entry, 'key');
    const operator = text(entry, 'operator');
    if (!moved(key) || (operator !== 'In' && operator !== 'NotIn')) return entry;
    if (operator === 'NotIn')
      return { ...mapAt(entry), values: list(entry, 'values').filter((one) => one !== to[key]) };
    const values = list(entry, 'values').map((one) => (one === from[key] ? to[key] : one));
    return { ...mapAt(entry), values: [...new Set(values)] };
  });
  return rebuilt(
    value,
    labels,
    expressions.filter((entry) => text(entry, 'operator') !== 'NotIn' || list(entry, 'values').length > 0),
  );
}

/** It was about everybody else: it leaves out the new pods as it left out the old ones. */
function excluded(value: unknown, to: Labels, moved: Moved): unknown {
  const expressions = list(value, 'matchExpressions').map((entry) => {
    const key = text(entry, 'key');
    if (text(entry, 'operator') !== 'NotIn' || !moved(key)) return entry;
    return { ...mapAt(entry), values: [...new Set([...list(entry, 'values'), to[key]])] };
  });
  return rebuilt(value, mapAt(field(value, 'matchLabels')), expressions);
}

function rebuilt(value: unknown, labels: Record<string, unknown>, expressions: readonly unknown[]): unknown {
  const { matchLabels: _, matchExpressions: __, ...rest } = mapAt(value);
  return {
    ...rest,
    ...(Object.keys(labels).length === 0 ? {} : { matchLabels: labels }),
    ...(expressions.length === 0 ? {} : { matchExpressions: expressions }),
  };
}
