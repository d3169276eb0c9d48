/** How a field that differs is shown: its path, and its values where they cannot be secrets. Pure. */
import type { FieldChange } from './types.ts';

/** Property names, indexes, and items of lists as `[name]`. */
export type Path = readonly (string | number)[];

/** Fields whose text is never a secret. Of all others only the path is shown. */
const SHOWN = new Set([
  'image',
  'name',
  'type',
  'kind',
  'port',
  'path',
  'targetPort',
  'protocol',
  'plugin',
  'username',
  'hostname',
  'gatewayClassName',
  'imagePullPolicy',
  'serviceAccountName',
  'cpu',
  'memory',
  'storage',
]);

export function shown(path: Path, from: unknown, to: unknown): FieldChange {
  const last = String(path.at(-1) ?? '');
  const open = (value: unknown) =>
    (typeof value === 'number' || typeof value === 'boolean' || (typeof value === 'string' && SHOWN.has(last))) &&
    !path.some((part) => part === 'data' || part === 'stringData' || part === 'config' || part === 'env');
  return {
    path: pathText(path),
    ...(open(from) ? { from: String(from) } : {}),
    ...(open(to) ? { to: String(to) } : {}),
  };
}

export function pathText(path: Path): string {
  return path
    .map((part, index) => {
      const text = String(part);
      if (text.startsWith('[')) return text;
      const quoted = /[./]/.test(text) ? `["${text}"]` : text;
      return index === 0 || quoted.startsWith('[') ? quoted : `.${quoted}`;
    })
    .join('');
}
