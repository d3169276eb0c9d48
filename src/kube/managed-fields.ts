import { FIELD_MANAGER } from './names.ts';
import type { KubeObject } from './objects.ts';
import { field, list, text } from './objects.ts';

/** When the API server took our last write of an object, by its own clock (whole seconds), in epoch milliseconds. */
export function writtenAt(object: KubeObject): number | undefined {
  const times = list(object, 'metadata', 'managedFields')
    .filter((entry) => text(entry, 'manager') === FIELD_MANAGER && typeof field(entry, 'time') === 'string')
    .map((entry) => Date.parse(text(entry, 'time')))
    .filter((time) => !Number.isNaN(time));
  return times.length === 0 ? undefined : Math.max(...times);
}
