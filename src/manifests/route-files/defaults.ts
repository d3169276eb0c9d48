/**
 * Parts of an HTTPRoute as the API server completes them, so that a file and the live object can be compared. Defaults
 * are those of the CRD gateway.networking.k8s.io_httproutes.yaml (standard channel, v1.5).
 */
import { GATEWAY_GROUP } from '../../kube/names.ts';
import { field, list, mapAt } from '../../kube/objects.ts';

type Part = Readonly<Record<string, unknown>>;

/** The value is only compared, never written. */
export function completeMatches(value: unknown): unknown {
  const matches = list({ value }, 'value');
  const all = matches.length === 0 ? [{}] : matches;
  return all.map((match) => ({
    ...part(match),
    path: { type: 'PathPrefix', value: '/', ...part(field(match, 'path')) },
    headers: typed(field(match, 'headers')),
    queryParams: typed(field(match, 'queryParams')),
  }));
}

export function completeFilters(value: unknown): unknown {
  return list({ value }, 'value').map((filter) => {
    const mirror = field(filter, 'requestMirror');
    const fraction = field(mirror, 'fraction');
    return {
      ...part(filter),
      ...within(filter, 'requestRedirect', { statusCode: 302 }),
      ...within(filter, 'cors', { maxAge: 5 }),
      ...(mirror === undefined
        ? {}
        : {
            requestMirror: {
              ...part(mirror),
              backendRef: { group: '', kind: 'Service', ...part(field(mirror, 'backendRef')) },
              ...(fraction === undefined ? {} : { fraction: { denominator: 100, ...part(fraction) } }),
            },
          }),
    };
  });
}

/** `namespace` is the route's own: a reference that names none means that one. */
export function completeParents(value: unknown, namespace: string): unknown {
  return list({ value }, 'value').map((parent) => ({
    group: GATEWAY_GROUP,
    kind: 'Gateway',
    namespace,
    ...part(parent),
  }));
}

/** Where a backend reference leads: everything that identifies it beside its name. */
export function completeAddress(ref: unknown, namespace: string): Part {
  const { group = '', kind = 'Service', namespace: own = namespace, port } = part(ref);
  return { group: group === 'core' ? '' : group, kind, namespace: own, port };
}

const typed = (value: unknown) => list({ value }, 'value').map((entry) => ({ type: 'Exact', ...part(entry) }));

function within(object: unknown, key: string, defaults: Part): Part {
  const value = field(object, key);
  return value === undefined ? {} : { [key]: { ...defaults, ...part(value) } };
}

/** The members of an object; null and undefined ones count as absent, as they do for the API server. */
function part(value: unknown): Part {
  return Object.fromEntries(
    Object.entries(mapAt(value)).filter(([, member]) => member !== undefined && member !== null),
  );
}
