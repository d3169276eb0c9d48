/** Which rules of which HTTPRoute send to a service. */
import type { KubeObject } from '../cluster/objects.ts';
import { field, groupOf, list, nameOf, text } from '../cluster/objects.ts';
import type { BackendRef, RouteRef, RuleRef } from './types.ts';
import { LANE_LABEL, LANE_RULE_PREFIX, RouteError } from './types.ts';

export const GROUP = 'gateway.networking.k8s.io';

/** See RouteProvider.find. Backends are Services of the core group; another kind of the same name is not the service's. */
export function find(routes: readonly KubeObject[], service: string, isBackend: (name: string) => boolean): RouteRef {
  const candidates = routes.filter(isRoute);
  const found = candidates
    .map((object) => ({ object, rules: rulesOf(object, isBackend) }))
    .filter(({ rules }) => rules.length > 0);
  const [only, ...more] = found;
  if (only === undefined) {
    const seen = candidates.map((object) => `${nameOf(object)} (${backendNames(object).join(', ') || 'no backends'})`);
    throw new RouteError(
      `No HTTPRoute sends to a backend of ${service}. ${seen.length === 0 ? 'There is no HTTPRoute here' : `Seen: ${seen.join('; ')}`}. ` +
        `Add a rule whose backendRefs name ${service} or ${service}-<version>.`,
    );
  }
  if (more.length > 0) {
    const names = found.map(({ object, rules }) => {
      const backends = new Set(rules.flatMap((rule) => rule.backends.map(({ name }) => name)));
      return `${nameOf(object)} (${[...backends].join(', ')})`;
    });
    throw new RouteError(
      `${found.length} HTTPRoutes send to ${service}: ${names.join('; ')}. Weights of two objects cannot change at once: ` +
        `move the rules into one HTTPRoute, or label the ones that must never be weighted ${LANE_LABEL}.`,
    );
  }
  return only;
}

function isRoute(object: KubeObject): boolean {
  const { labels } = object.metadata;
  return object.kind === 'HTTPRoute' && groupOf(object.apiVersion) === GROUP && labels?.[LANE_LABEL] === undefined;
}

function rulesOf(object: KubeObject, isBackend: (name: string) => boolean): RuleRef[] {
  return list(object, 'spec', 'rules').flatMap((rule, index) => {
    if (text(rule, 'name').startsWith(LANE_RULE_PREFIX)) return [];
    const backends: BackendRef[] = [];
    const others: string[] = [];
    for (const [place, ref] of list(rule, 'backendRefs').entries()) {
      const name = text(ref, 'name');
      if (!isService(ref) || !isBackend(name)) {
        others.push(isService(ref) ? name : `${text(ref, 'kind')} ${name}`);
        continue;
      }
      backends.push({ index: place, name, weight: numberAt(ref, 'weight'), port: numberAt(ref, 'port') });
    }
    return backends.length === 0 ? [] : [{ index, backends, others }];
  });
}

function backendNames(object: KubeObject): string[] {
  const refs = list(object, 'spec', 'rules').flatMap((rule) => list(rule, 'backendRefs'));
  return [...new Set(refs.map((ref) => text(ref, 'name')))];
}

function isService(ref: unknown): boolean {
  const group = text(ref, 'group');
  return (group === '' || group === 'core') && (text(ref, 'kind') || 'Service') === 'Service';
}

function numberAt(object: unknown, key: string): number | undefined {
  const value = field(object, key);
  return typeof value === 'number' ? value : undefined;
}
