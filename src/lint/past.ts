/** Objects of the past: what replaced KongIngress and its kin, written out. */
import { CREDENTIAL_LABEL, KONG_GROUP, KONG_OVERRIDE } from '../kube/names.ts';
import { annotation, field, type KubeObject, nameOf, refOf, strings, text } from '../kube/objects.ts';
import { oldType } from './consumers.ts';
import { pastRoutes } from './past-routes.ts';
import type { Finding, World } from './picture.ts';

export function lintPast(world: World): Finding[] {
  return [
    ...world.inNamespace('KongIngress').flatMap((object) => kongIngress(world, object)),
    ...overrides(world),
    ...looseSecrets(world),
    ...pastRoutes(world),
  ];
}

/** Route settings a KongIngress had and the annotation that took their place (developer.konghq.com, migrate/kongingress). */
const ROUTE_FIELDS: readonly (readonly [string, string])[] = [
  ['methods', 'methods'],
  ['protocols', 'protocols'],
  ['regex_priority', 'regex-priority'],
  ['strip_path', 'strip-path'],
  ['preserve_host', 'preserve-host'],
  ['https_redirect_status_code', 'https-redirect-status-code'],
  ['path_handling', 'path-handling'],
  ['snis', 'snis'],
  ['request_buffering', 'request-buffering'],
  ['response_buffering', 'response-buffering'],
];
const PROXY_FIELDS: readonly (readonly [string, string])[] = [
  ['protocol', 'protocol'],
  ['path', 'path'],
  ['retries', 'retries'],
  ['connect_timeout', 'connect-timeout'],
  ['read_timeout', 'read-timeout'],
  ['write_timeout', 'write-timeout'],
];

function kongIngress(world: World, object: KubeObject): Finding[] {
  const refused = field(object, 'route') !== undefined || field(object, 'proxy') !== undefined;
  return [
    {
      severity: world.severityFor(object),
      rule: 'kong-ingress',
      object: refOf(object),
      problem: `${nameOf(object)} has no effect on routes of the Gateway API${refused ? ', and the API server refuses its fields route and proxy since Kong Ingress Controller 3.0' : ''}.`,
      fix: replacement(object),
    },
  ];
}

function replacement(object: KubeObject): string {
  const lines: string[] = [];
  const route = annotations(object, 'route', ROUTE_FIELDS);
  for (const [name, value] of Object.entries(strings(object, 'route', 'headers'))) {
    route.push(`    konghq.com/headers.${name}: ${JSON.stringify(value)}`);
  }
  if (route.length > 0) lines.push('On the HTTPRoute:', 'metadata:', '  annotations:', ...route);
  const service = annotations(object, 'proxy', PROXY_FIELDS);
  const host = text(object, 'upstream', 'host_header');
  if (host !== '') service.push(`    konghq.com/host-header: ${JSON.stringify(host)}`);
  if (service.length > 0)
    lines.push('On the Service of every version, with the same values:', 'metadata:', '  annotations:', ...service);
  const upstream = Object.keys(strictRecord(field(object, 'upstream'))).filter((key) => key !== 'host_header');
  if (upstream.length > 0) {
    lines.push(
      `A KongUpstreamPolicy with ${upstream.map(camel).join(', ')}, named on the Service of every version:`,
      'metadata:',
      '  annotations:',
      `    konghq.com/upstream-policy: ${object.metadata.name}`,
    );
  }
  if (lines.length === 0)
    return `It says nothing: kubectl delete kongingress ${object.metadata.name} -n ${object.metadata.namespace}`;
  return lines.join('\n');
}

function annotations(object: KubeObject, section: string, fields: readonly (readonly [string, string])[]): string[] {
  return fields.flatMap(([name, short]) => {
    const value = field(object, section, name);
    if (value === undefined || value === null) return [];
    const written = Array.isArray(value) ? value.join(',') : String(value);
    return [`    konghq.com/${short}: ${JSON.stringify(written)}`];
  });
}

/** `konghq.com/override` is read on Services of Ingresses only; the older names are read nowhere. */
function overrides(world: World): Finding[] {
  const carriers = [
    ...world.routes(),
    ...world.backends().flatMap(({ stable, canary }) => [stable, canary].filter((service) => service !== undefined)),
  ];
  return carriers.flatMap((object): Finding[] => {
    const name = [KONG_OVERRIDE, KONG_GROUP, 'plugins.konghq.com'].find(
      (candidate) => annotation(object, candidate) !== undefined,
    );
    if (name === undefined) return [];
    const target = annotation(object, name) ?? '';
    const referred = world.get('KongIngress', object.metadata.namespace, target);
    return [
      {
        severity: 'warning',
        rule: 'override-ignored',
        object: refOf(object),
        problem: `${nameOf(object)} carries ${name}: ${target}, which does nothing for routes of the Gateway API.`,
        fix:
          name === 'plugins.konghq.com'
            ? `metadata:\n  annotations:\n    konghq.com/plugins: ${target}`
            : referred === undefined
              ? `Remove the annotation ${name}; host names, timeouts and retries have annotations of their own (konghq.com/host-header, …).`
              : replacement(referred),
      },
    ];
  });
}

/** Secrets in the manifests with the old field that no consumer names yet. */
function looseSecrets(world: World): Finding[] {
  const named = new Set(
    world.inNamespace('KongConsumer').flatMap((consumer) => {
      const credentials = field(consumer, 'credentials');
      return Array.isArray(credentials) ? credentials.map(String) : [];
    }),
  );
  return world
    .inNamespace('Secret')
    .filter((secret) => world.brings(secret) && !named.has(secret.metadata.name) && oldType(secret) !== '')
    .filter((secret) => secret.metadata.labels?.[CREDENTIAL_LABEL] === undefined)
    .map((secret) => ({
      severity: 'error',
      rule: 'kong-cred-type',
      object: refOf(secret),
      problem: `${nameOf(secret)} says its kind in the field kongCredType, which is no longer read since Kong Ingress Controller 3.2: callers with that key get 401.`,
      fix: `metadata:\n  labels:\n    konghq.com/credential: ${oldType(secret)}\nand without the field kongCredType.`,
    }));
}

function camel(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function strictRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
