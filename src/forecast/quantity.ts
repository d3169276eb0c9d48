/** Quantities of Kubernetes, which have several spellings for one value. Pure. */
import type { Path } from './shown.ts';

export function isQuantityPath(path: Path): boolean {
  return path.some((part) => part === 'limits' || part === 'requests' || part === 'capacity' || part === 'sizeLimit');
}

const SUFFIXES: Readonly<Record<string, number>> = {
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
};

/** A quantity of Kubernetes as a number: `500m` and `0.5` are the same (apimachinery, resource.Quantity). */
export function quantity(value: unknown): number | undefined {
  const match = /^([+-]?[\d.]+(?:[eE][+-]?\d+)?)(m|k|M|G|T|P|Ki|Mi|Gi|Ti|Pi)?$/.exec(String(value));
  const number = Number(match?.[1] ?? Number.NaN);
  if (match === null || Number.isNaN(number)) return undefined;
  return Number((number * (SUFFIXES[match[2] ?? ''] ?? 1)).toPrecision(12));
}
