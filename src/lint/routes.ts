/** Routes of the release: attached, allowed, unrivalled, and free of what Kong refuses. */
import { type KubeObject, list, nameOf, refOf, text } from '../kube/objects.ts';
import { hostsOf, hostText, matchesOf, sharedHosts } from './matches.ts';
import { backendRefs, type Finding, isOwn, parentRefs, type Reference, type World } from './picture.ts';

export function lintRoutes(world: World): Finding[] {
  const routes = world.routes();
  return [
    ...routes.flatMap((route) => [
      ...parents(world, route),
      ...backends(world, route),
      ...(world.isKongs(route) ? refusedByKong(route) : []),
      ...persistence(route),
    ]),
    ...rivals(world, routes),
  ];
}

function parents(world: World, route: KubeObject): Finding[] {
  const refs = parentRefs(route);
  if (refs.length === 0) {
    return [
      {
        severity: 'error',
        rule: 'parent-missing',
        object: refOf(route),
        problem: `${nameOf(route)} names no parent, so no gateway serves it.`,
        fix: 'spec:\n  parentRefs:\n    - name: kong\n      namespace: kong',
      },
    ];
  }
  return refs.flatMap((parent): Finding[] => {
    const object = world.get(parent.kind, parent.namespace, parent.name);
    if (object === undefined) {
      if (!world.knows(parent.kind)) return [];
      const others = world.all(parent.kind).map(nameOf);
      return [
        {
          severity: 'error',
          rule: 'parent-missing',
          object: refOf(route),
          problem: `${nameOf(route)} names the parent ${parent.kind} ${parent.namespace}/${parent.name}, which does not exist: no gateway serves the route.`,
          fix: `Set spec.parentRefs to one that exists (${parent.kind === 'Gateway' && others.length > 0 ? others.join(', ') : 'there is none'}), or create it.`,
        },
      ];
    }
    return parent.kind === 'Gateway' ? admitted(route, object, parent) : [];
  });
}

/** A listener takes routes of its Gateway's namespace only, unless it says otherwise. */
function admitted(route: KubeObject, gateway: KubeObject, parent: Reference): Finding[] {
  const listeners = list(gateway, 'spec', 'listeners').filter(
    (listener) =>
      (parent.sectionName === undefined || text(listener, 'name') === parent.sectionName) &&
      (parent.port === undefined || (listener as { port?: unknown }).port === parent.port),
  );
  if (listeners.length === 0) {
    const wanted = parent.sectionName === undefined ? `port ${parent.port}` : `the name ${parent.sectionName}`;
    return [
      {
        severity: 'error',
        rule: 'listener-missing',
        object: refOf(route),
        problem: `${nameOf(route)} names a listener of ${nameOf(gateway)} with ${wanted}, which does not exist.`,
        fix: `Use one of: ${list(gateway, 'spec', 'listeners')
          .map((listener) => text(listener, 'name'))
          .join(', ')}.`,
      },
    ];
  }
  const same = gateway.metadata.namespace === route.metadata.namespace;
  const open = listeners.some((listener) => {
    const from = text(listener, 'allowedRoutes', 'namespaces', 'from') || 'Same';
    return from === 'All' || from === 'Selector' || (from === 'Same' && same);
  });
  if (open) return [];
  return [
    {
      severity: 'error',
      rule: 'listener-closed',
      object: refOf(gateway),
      problem: `${nameOf(gateway)} takes routes of its own namespace only, so ${nameOf(route)} is not served.`,
      fix: `In ${nameOf(gateway)}, for the listener:\nallowedRoutes:\n  namespaces:\n    from: All`,
    },
  ];
}

function backends(world: World, route: KubeObject): Finding[] {
  const seen = new Set<string>();
  return backendRefs(route).flatMap((ref): Finding[] => {
    const key = `${ref.kind}|${ref.namespace}|${ref.name}`;
    if (ref.kind !== 'Service' || seen.has(key)) return [];
    seen.add(key);
    const foreign = ref.namespace !== route.metadata.namespace;
    if (foreign && world.knows('ReferenceGrant') && !granted(world, route, ref)) return [notGranted(route, ref)];
    if (world.get('Service', ref.namespace, ref.name) !== undefined) return [];
    // Services of other namespaces are not read
    if (foreign || !world.knows('Service')) return [];
    const effect =
      ref.weight > 0
        ? 'its share of the requests is answered with 500 or moves to the other backends'
        : 'the route is never acknowledged (ResolvedRefs stays False)';
    return [
      {
        severity: 'error',
        rule: 'backend-missing',
        object: refOf(route),
        problem: `${nameOf(route)} sends to the Service ${ref.namespace}/${ref.name}, which does not exist: ${effect}.`,
        fix: `Add the Service ${ref.name} to the manifests, or take it out of spec.rules[].backendRefs.`,
      },
    ];
  });
}

function granted(world: World, route: KubeObject, ref: Reference): boolean {
  return world
    .all('ReferenceGrant')
    .some(
      (grant) =>
        grant.metadata.namespace === ref.namespace &&
        list(grant, 'spec', 'from').some(
          (from) => text(from, 'kind') === route.kind && text(from, 'namespace') === route.metadata.namespace,
        ) &&
        list(grant, 'spec', 'to').some(
          (to) => text(to, 'kind') === 'Service' && (text(to, 'name') === '' || text(to, 'name') === ref.name),
        ),
    );
}

function notGranted(route: KubeObject, ref: Reference): Finding {
  return {
    severity: 'error',
    rule: 'reference-not-granted',
    object: refOf(route),
    problem: `${nameOf(route)} sends to ${ref.name} in the namespace ${ref.namespace}, which does not allow it: its share of the requests is answered with 500.`,
    fix: [
      'apiVersion: gateway.networking.k8s.io/v1beta1',
      'kind: ReferenceGrant',
      'metadata:',
      `  name: ${route.metadata.namespace}-routes`,
      `  namespace: ${ref.namespace}`,
      'spec:',
      '  from:',
      '    - group: gateway.networking.k8s.io',
      '      kind: HTTPRoute',
      `      namespace: ${route.metadata.namespace}`,
      '  to:',
      '    - group: ""',
      '      kind: Service',
      `      name: ${ref.name}`,
    ].join('\n'),
  };
}

/** What the controller's admission and translation turn down (kong.md 2.5): the whole route, not the rule. */
function refusedByKong(route: KubeObject): Finding[] {
  const findings: Finding[] = [];
  const say = (rule: string, problem: string, fix: string) =>
    findings.push({ severity: 'error', rule, object: refOf(route), problem: `${nameOf(route)} ${problem}`, fix });
  const rules = list(route, 'spec', 'rules');
  rules.forEach((rule, index) => {
    for (const filter of list(rule, 'filters')) {
      const type = text(filter, 'type');
      if (type === 'RequestMirror' || type === 'CORS') {
        say(
          'filter-refused',
          `has the filter ${type} in rule ${index}, which Kong refuses: the route is not served.`,
          `Remove the filter${type === 'CORS' ? ' and bind a KongPlugin cors' : ''}.`,
        );
      }
    }
    for (const ref of list(rule, 'backendRefs')) {
      if (list(ref, 'filters').length > 0) {
        say(
          'filter-refused',
          `has filters on the backend ${text(ref, 'name')} of rule ${index}, which Kong refuses: the route is not served.`,
          'Move them to spec.rules[].filters, where they hold for all versions.',
        );
      }
      const kind = text(ref, 'kind') || 'Service';
      if (kind !== 'Service') {
        say('backend-refused', `sends to a ${kind} in rule ${index}; Kong sends to Services only.`, 'Use a Service.');
      }
    }
  });
  const timeouts = new Set(rules.map((rule) => text(rule, 'timeouts', 'backendRequest')));
  if (timeouts.size > 1) {
    say(
      'timeouts-differ',
      'has rules with different timeouts.backendRequest, which Kong refuses: the route is not served.',
      'Use one value in all rules, or split the route.',
    );
  }
  if (rules.some((rule) => list(rule, 'matches').some((match) => list(match, 'queryParams').length > 0))) {
    findings.push({
      severity: 'warning',
      rule: 'query-match',
      object: refOf(route),
      problem: `${nameOf(route)} matches query parameters, which Kong serves only with router_flavor expressions.`,
      fix: 'Helm value of the gateway:\nenv:\n  router_flavor: expressions',
    });
  }
  return findings;
}

/** GEP-1619: a session stays with its backend even if that backend's weight becomes 0. */
function persistence(route: KubeObject): Finding[] {
  const index = list(route, 'spec', 'rules').findIndex(
    (rule) => (rule as { sessionPersistence?: unknown }).sessionPersistence !== undefined,
  );
  if (index < 0) return [];
  return [
    {
      severity: 'error',
      rule: 'session-persistence',
      object: refOf(route),
      problem: `${nameOf(route)} has sessionPersistence in rule ${index}: sessions stay with their version even at weight 0, so traffic could not be returned.`,
      fix: `Remove spec.rules[${index}].sessionPersistence for the release.`,
    },
  ];
}

/** Both are Programmed, and which one answers is undefined (seen on controller 3.5.11). */
function rivals(world: World, routes: readonly KubeObject[]): Finding[] {
  const findings: Finding[] = [];
  const all = world.gatewayRoutes().filter((route) => !isOwn(route));
  const done = new Set<KubeObject>();
  for (const route of routes) {
    done.add(route);
    for (const other of all) {
      if (done.has(other) || !shareParent(route, other)) continue;
      const clash = clashOf(route, other);
      if (clash === undefined) continue;
      findings.push({
        severity: 'error',
        rule: 'routes-rival',
        object: refOf(route),
        problem: `${nameOf(route)} and ${nameOf(other)} take the same requests (${clash}): both are accepted and it is undefined which one answers, so weights mean nothing.`,
        fix: `Keep one: take that match out of one of them, or kubectl delete httproute ${other.metadata.name} -n ${other.metadata.namespace}`,
      });
    }
  }
  return findings;
}

function shareParent(a: KubeObject, b: KubeObject): boolean {
  const keys = (route: KubeObject) =>
    parentRefs(route).map(({ kind, namespace, name }) => `${kind}|${namespace}|${name}`);
  const theirs = keys(b);
  return keys(a).some((key) => theirs.includes(key));
}

function clashOf(a: KubeObject, b: KubeObject): string | undefined {
  const [host] = sharedHosts(hostsOf(a), hostsOf(b));
  if (host === undefined) return undefined;
  const theirs = matchesOf(b);
  const match = matchesOf(a).find(({ type, path, more }) =>
    theirs.some((other) => other.type === type && other.path === path && other.more === more),
  );
  return match && `${hostText(host)}, ${match.type} ${match.path}${match.more === '' ? '' : `, ${match.more}`}`;
}
