/** YAML of what takes the place of an object of the past. */
import { stringify } from 'yaml';
import { field, list } from '../kube/objects.ts';
import type { World } from './picture.ts';

export function yaml(...objects: unknown[]): string {
  return objects
    .map((object) => stringify(object, { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false }).trimEnd())
    .join('\n---\n');
}

export function portOf(world: World, service: string): number {
  const port = field(list(world.get('Service', world.input.namespace, service), 'spec', 'ports')[0], 'port');
  return typeof port === 'number' ? port : 80;
}

/** SMI wrote weights as quantities (`500m`) in its first version. */
export function weightOf(value: unknown): number {
  if (typeof value === 'number') return value;
  const milli = /^(\d+)m$/.exec(String(value));
  return milli ? Number(milli[1]) : Number(value) || 0;
}
