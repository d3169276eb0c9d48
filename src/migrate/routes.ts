/** Routes of a VirtualRouter as rules of the Gateway API; what has no place there is named, and never widens a match. */
import type { KubeObject } from '../kube/objects.ts';
import { field, list, text } from '../kube/objects.ts';
import type { LeaveBehind } from './types.ts';

type Member = Readonly<Record<string, unknown>>;

/** A route with a path, as a rule: matches and backends; time-outs and retries are placed by who serves the rule. */
export interface Converted {
  readonly name: string;
  readonly protocol: 'http' | 'grpc';
  /** Path a request must have; undefined for grpc, which matches by service and method. */
  readonly path: { readonly type: 'PathPrefix' | 'Exact' | 'RegularExpression'; readonly value: string } | undefined;
  /** The rest of the match. */
  readonly match: Member;
  readonly backendRefs: readonly Member[];
  /** Longest time of a request, as the Gateway API writes durations (GEP-2257). */
  readonly timeout: string | undefined;
  readonly retries: number | undefined;
}

/** Weights add up to at most 100 there; Kong divides a weight by the number of pods, so here they are a hundred times that. */
const SCALE = 100;
/** A route without a priority comes after all that have one. */
const LAST_PRIORITY = 1001;

/** The Service, and its port, behind a VirtualNode. */
export type NodeService = (
  name: string,
  namespace: string | undefined,
) => { name: string; namespace?: string; port: number };

/** All routes of a router in the order App Mesh tries them. */
export function convertRoutes(router: KubeObject, nodeService: NodeService, leave: LeaveBehind): Converted[] {
  const routes = [...list(router, 'spec', 'routes').entries()]
    .map(([index, route]) => ({ index, route, priority: Number(field(route, 'priority') ?? LAST_PRIORITY) }))
    .sort((a, b) => a.priority - b.priority || prefixOf(b.route).length - prefixOf(a.route).length || a.index - b.index)
    .map(({ route }) => route);
  return routes.flatMap((route) => {
    const said: LeaveBehind = (what, instead) => leave(`route "${text(route, 'name')}": ${what}`, instead);
    return convertRoute(route, nodeService, said);
  });
}

function convertRoute(route: unknown, nodeService: NodeService, leave: LeaveBehind): Converted[] {
  const protocol = ['httpRoute', 'http2Route', 'grpcRoute', 'tcpRoute'].find((key) => field(route, key) !== undefined);
  if (protocol === undefined || protocol === 'tcpRoute') {
    leave(
      'it is a tcp route',
      'TCPRoute is experimental in the Gateway API and takes no canary by request; use a Service.',
    );
    return [];
  }
  const shape = (field(route, protocol) ?? {}) as Member;
  const match = protocol === 'grpcRoute' ? grpcMatch(shape, leave) : httpMatch(shape, leave);
  if (match === undefined) return [];
  const targets = list(shape, 'action', 'weightedTargets');
  const backendRefs = targets.flatMap((target): Member[] => {
    const name = text(target, 'virtualNodeRef', 'name');
    if (name === '') {
      leave(
        `the target ${text(target, 'virtualNodeARN')}`,
        'It is named by its ARN: add a backendRef for its Service by hand.',
      );
      return [];
    }
    const service = nodeService(name, text(target, 'virtualNodeRef', 'namespace') || undefined);
    const port = field(target, 'port');
    return [
      {
        ...service,
        port: typeof port === 'number' ? port : service.port,
        weight: SCALE * Number(field(target, 'weight') ?? 0),
      },
    ];
  });
  if (field(shape, 'timeout', 'idle') !== undefined)
    leave(
      `the idle time-out of ${duration(field(shape, 'timeout', 'idle'))}`,
      'On Kong: konghq.com/read-timeout and write-timeout of the Services (milliseconds).',
    );
  return [
    {
      name: text(route, 'name'),
      protocol: protocol === 'grpcRoute' ? 'grpc' : 'http',
      ...match,
      backendRefs,
      timeout: duration(field(shape, 'timeout', 'perRequest')),
      retries: retriesOf(shape, leave),
    },
  ];
}

function prefixOf(route: unknown): string {
  return text(route, 'httpRoute', 'match', 'prefix') || text(route, 'http2Route', 'match', 'prefix');
}

type Match = Pick<Converted, 'path' | 'match'>;

/** Undefined where a condition has no place: without it the rule would take requests that were not its. */
function httpMatch(shape: Member, leave: LeaveBehind): Match | undefined {
  const given = shape['match'];
  const headers = headerMatches(list(given, 'headers'), leave);
  if (headers === undefined) return undefined;
  const scheme = text(given, 'scheme');
  if (scheme !== '')
    leave(
      `the match on the scheme ${scheme}`,
      'A listener of the Gateway decides that: name it with sectionName in parentRefs.',
    );
  const queryParams = list(given, 'queryParameters').map((entry) => ({
    type: 'Exact',
    name: text(entry, 'name'),
    value: text(entry, 'match', 'exact'),
  }));
  if (queryParams.length > 0)
    leave(
      'the match on query parameters needs Kong’s router_flavor expressions',
      'Helm value of the gateway: env.router_flavor=expressions. The rule is printed.',
    );
  const method = text(given, 'method');
  return {
    path: pathMatch(given, leave),
    match: {
      ...(method === '' ? {} : { method }),
      ...(headers.length === 0 ? {} : { headers }),
      ...(queryParams.length === 0 ? {} : { queryParams }),
    },
  };
}

function pathMatch(given: unknown, leave: LeaveBehind): NonNullable<Converted['path']> {
  const exact = text(given, 'path', 'exact');
  if (exact !== '') return { type: 'Exact', value: exact };
  const regex = text(given, 'path', 'regex');
  if (regex !== '') {
    leave(
      `the path pattern ${regex} is read by each implementation in its own way`,
      'The rule is printed; try it on the new gateway before users do.',
    );
    return { type: 'RegularExpression', value: regex };
  }
  const prefix = text(given, 'prefix') || '/';
  const value = prefix === '/' ? '/' : prefix.replace(/\/+$/, '');
  if (prefix !== '/')
    leave(
      `the prefix ${prefix} was compared letter by letter`,
      prefix === value
        ? `The Gateway API compares whole parts of a path: ${value}x is no longer matched.`
        : `The Gateway API compares whole parts of a path: ${value} without the slash is matched as well.`,
    );
  return { type: 'PathPrefix', value };
}

function grpcMatch(shape: Member, leave: LeaveBehind): Match | undefined {
  const given = shape['match'];
  const headers = headerMatches(list(given, 'metadata'), leave);
  if (headers === undefined) return undefined;
  const [service, method] = [text(given, 'serviceName'), text(given, 'methodName')];
  const called = { ...(service === '' ? {} : { service }), ...(method === '' ? {} : { method }) };
  return {
    path: undefined,
    match: {
      ...(Object.keys(called).length === 0 ? {} : { method: { type: 'Exact', ...called } }),
      ...(headers.length === 0 ? {} : { headers }),
    },
  };
}

function headerMatches(given: readonly unknown[], leave: LeaveBehind): Member[] | undefined {
  const headers: Member[] = [];
  for (const entry of given) {
    const name = text(entry, 'name');
    const pattern = (value: string) => headers.push({ type: 'RegularExpression', name, value });
    const inverted = field(entry, 'invert') === true;
    const match = field(entry, 'match');
    if (inverted || match === undefined || field(match, 'range') !== undefined) {
      const how = inverted ? 'inverted' : match === undefined ? 'by presence' : 'by range';
      leave(
        `the header match ${name} ${how}, and with it the whole rule`,
        'The Gateway API cannot say it, and without it the rule would take other requests too: write it by hand, for example with a regular expression.',
      );
      return undefined;
    }
    if (text(match, 'exact') !== '') headers.push({ type: 'Exact', name, value: text(match, 'exact') });
    else if (text(match, 'prefix') !== '') pattern(`${literally(text(match, 'prefix'))}.*`);
    else if (text(match, 'suffix') !== '') pattern(`.*${literally(text(match, 'suffix'))}`);
    else pattern(text(match, 'regex'));
  }
  if (headers.some(({ type }) => type === 'RegularExpression'))
    leave(
      'header matches by prefix, suffix or pattern became regular expressions',
      'Each implementation reads those in its own way: try them on the new gateway before users do.',
    );
  return headers;
}

const literally = (value: string) => value.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** `5s`, `500ms`; undefined where there is none. */
function duration(value: unknown): string | undefined {
  const amount = field(value, 'value');
  return typeof amount === 'number' ? `${amount}${text(value, 'unit')}` : undefined;
}

function retriesOf(shape: Member, leave: LeaveBehind): number | undefined {
  const policy = shape['retryPolicy'];
  const count = field(policy, 'maxRetries');
  if (typeof count !== 'number') return undefined;
  const codes = list(policy, 'httpRetryEvents').concat(list(policy, 'grpcRetryEvents'));
  if (codes.length > 0)
    leave(
      `retries after ${codes.join(', ')}`,
      'Kong tries again when a connection fails or times out, not after an answer. `retry` of an HTTPRoute is experimental.',
    );
  const each = duration(field(policy, 'perRetryTimeout'));
  if (each !== undefined)
    leave(
      `the time-out of ${each} for each try`,
      'On Kong: konghq.com/read-timeout of the Services (milliseconds), which holds for each try.',
    );
  return count;
}
