export const id = 77;
export const ids = [77];
export const modules = {

/***/ 7077:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  migrate: () => (/* binding */ migrate_migrate)
});

// EXTERNAL MODULE: ./build/src/cluster/connection/transport.js
var transport = __webpack_require__(7096);
// EXTERNAL MODULE: ./build/src/errors.js
var errors = __webpack_require__(7406);
// EXTERNAL MODULE: ./build/src/kube/objects.js
var kube_objects = __webpack_require__(4067);
// EXTERNAL MODULE: ./build/src/manifests/files.js
var files = __webpack_require__(6207);
;// CONCATENATED MODULE: ./build/src/migrate/left-behind.js

function leftBehindOf(object) {
    const found = [];
    const leave = (there, what, instead) => {
        if (there)
            found.push({ object: (0,kube_objects/* refOf */.H8)(object), what, instead });
    };
    const has = (...path) => (0,kube_objects/* field */.ZZ)(object, 'spec', ...path) !== undefined;
    if (object.kind === 'Mesh') {
        leave((0,kube_objects/* text */.Qq)(object, 'spec', 'egressFilter', 'type') !== 'ALLOW_ALL', 'the egress filter DROP_ALL', 'A NetworkPolicy with policyTypes: [Egress] in each namespace.');
        leave(has('meshOwner'), 'the mesh shared between accounts', 'A cluster’s Gateway API knows one cluster only.');
    }
    if (object.kind === 'VirtualNode') {
        const listeners = (0,kube_objects/* list */.p_)(object, 'spec', 'listeners');
        const any = (key) => listeners.some((listener) => (0,kube_objects/* field */.ZZ)(listener, key) !== undefined);
        leave(any('healthCheck'), 'its health checks', 'The readinessProbe of the pods; on Kong also a KongUpstreamPolicy with healthchecks.');
        leave(any('outlierDetection'), 'its outlier detection', 'On Kong: a KongUpstreamPolicy with healthchecks.passive.');
        leave(any('connectionPool'), 'its connection pool', 'No field of the Gateway API; on Istio a DestinationRule.');
        leave(any('tls') || has('backendDefaults', 'clientPolicy', 'tls'), 'TLS between proxies', 'mTLS of the new mesh, or a BackendTLSPolicy from the gateway.');
        leave(any('timeout'), 'the time-outs of its listeners', 'timeouts of the rules, or konghq.com/read-timeout of the Service.');
        leave(has('logging'), 'its access log', 'The access log of the gateway or of the new mesh.');
        leave((0,kube_objects/* list */.p_)(object, 'spec', 'backends').length > 0, 'the list of services it may call', 'A NetworkPolicy, if it was meant as a limit.');
        leave(has('serviceDiscovery', 'awsCloudMap'), 'its entry in Cloud Map', 'A Service; callers outside the cluster need another address.');
    }
    if (object.kind === 'VirtualGateway')
        leave(true, 'the gateway itself', 'A Gateway of Kong (command setup); its listeners’ TLS and limits are to be set there.');
    if (object.kind === 'VirtualService')
        leave(has('provider', 'virtualRouter', 'virtualRouterARN'), 'a router named by its ARN', 'It is not in this cluster: convert it where it is.');
    return found;
}
;// CONCATENATED MODULE: ./build/src/migrate/routes.js

/** Weights add up to at most 100 there; Kong divides a weight by the number of pods, so here they are a hundred times that. */
const SCALE = 100;
/** A route without a priority comes after all that have one. */
const LAST_PRIORITY = 1001;
/** All routes of a router in the order App Mesh tries them. */
function convertRoutes(router, nodeService, leave) {
    const routes = [...(0,kube_objects/* list */.p_)(router, 'spec', 'routes').entries()]
        .map(([index, route]) => ({ index, route, priority: Number((0,kube_objects/* field */.ZZ)(route, 'priority') ?? LAST_PRIORITY) }))
        .sort((a, b) => a.priority - b.priority || prefixOf(b.route).length - prefixOf(a.route).length || a.index - b.index)
        .map(({ route }) => route);
    return routes.flatMap((route) => {
        const said = (what, instead) => leave(`route "${(0,kube_objects/* text */.Qq)(route, 'name')}": ${what}`, instead);
        return convertRoute(route, nodeService, said);
    });
}
function convertRoute(route, nodeService, leave) {
    const protocol = ['httpRoute', 'http2Route', 'grpcRoute', 'tcpRoute'].find((key) => (0,kube_objects/* field */.ZZ)(route, key) !== undefined);
    if (protocol === undefined || protocol === 'tcpRoute') {
        leave('it is a tcp route', 'TCPRoute is experimental in the Gateway API and takes no canary by request; use a Service.');
        return [];
    }
    const shape = ((0,kube_objects/* field */.ZZ)(route, protocol) ?? {});
    const match = protocol === 'grpcRoute' ? grpcMatch(shape, leave) : httpMatch(shape, leave);
    if (match === undefined)
        return [];
    const targets = (0,kube_objects/* list */.p_)(shape, 'action', 'weightedTargets');
    const backendRefs = targets.flatMap((target) => {
        const name = (0,kube_objects/* text */.Qq)(target, 'virtualNodeRef', 'name');
        if (name === '') {
            leave(`the target ${(0,kube_objects/* text */.Qq)(target, 'virtualNodeARN')}`, 'It is named by its ARN: add a backendRef for its Service by hand.');
            return [];
        }
        const service = nodeService(name, (0,kube_objects/* text */.Qq)(target, 'virtualNodeRef', 'namespace') || undefined);
        const port = (0,kube_objects/* field */.ZZ)(target, 'port');
        return [
            {
                ...service,
                port: typeof port === 'number' ? port : service.port,
                weight: SCALE * Number((0,kube_objects/* field */.ZZ)(target, 'weight') ?? 0),
            },
        ];
    });
    if ((0,kube_objects/* field */.ZZ)(shape, 'timeout', 'idle') !== undefined)
        leave(`the idle time-out of ${duration((0,kube_objects/* field */.ZZ)(shape, 'timeout', 'idle'))}`, 'On Kong: konghq.com/read-timeout and write-timeout of the Services (milliseconds).');
    return [
        {
            name: (0,kube_objects/* text */.Qq)(route, 'name'),
            protocol: protocol === 'grpcRoute' ? 'grpc' : 'http',
            ...match,
            backendRefs,
            timeout: duration((0,kube_objects/* field */.ZZ)(shape, 'timeout', 'perRequest')),
            retries: retriesOf(shape, leave),
        },
    ];
}
function prefixOf(route) {
    return (0,kube_objects/* text */.Qq)(route, 'httpRoute', 'match', 'prefix') || (0,kube_objects/* text */.Qq)(route, 'http2Route', 'match', 'prefix');
}
/** Undefined where a condition has no place: without it the rule would take requests that were not its. */
function httpMatch(shape, leave) {
    const given = shape['match'];
    const headers = headerMatches((0,kube_objects/* list */.p_)(given, 'headers'), leave);
    if (headers === undefined)
        return undefined;
    const scheme = (0,kube_objects/* text */.Qq)(given, 'scheme');
    if (scheme !== '')
        leave(`the match on the scheme ${scheme}`, 'A listener of the Gateway decides that: name it with sectionName in parentRefs.');
    const queryParams = (0,kube_objects/* list */.p_)(given, 'queryParameters').map((entry) => ({
        type: 'Exact',
        name: (0,kube_objects/* text */.Qq)(entry, 'name'),
        value: (0,kube_objects/* text */.Qq)(entry, 'match', 'exact'),
    }));
    if (queryParams.length > 0)
        leave('the match on query parameters needs Kong’s router_flavor expressions', 'Helm value of the gateway: env.router_flavor=expressions. The rule is printed.');
    const method = (0,kube_objects/* text */.Qq)(given, 'method');
    return {
        path: pathMatch(given, leave),
        match: {
            ...(method === '' ? {} : { method }),
            ...(headers.length === 0 ? {} : { headers }),
            ...(queryParams.length === 0 ? {} : { queryParams }),
        },
    };
}
function pathMatch(given, leave) {
    const exact = (0,kube_objects/* text */.Qq)(given, 'path', 'exact');
    if (exact !== '')
        return { type: 'Exact', value: exact };
    const regex = (0,kube_objects/* text */.Qq)(given, 'path', 'regex');
    if (regex !== '') {
        leave(`the path pattern ${regex} is read by each implementation in its own way`, 'The rule is printed; try it on the new gateway before users do.');
        return { type: 'RegularExpression', value: regex };
    }
    const prefix = (0,kube_objects/* text */.Qq)(given, 'prefix') || '/';
    const value = prefix === '/' ? '/' : prefix.replace(/\/+$/, '');
    if (prefix !== '/')
        leave(`the prefix ${prefix} was compared letter by letter`, prefix === value
            ? `The Gateway API compares whole parts of a path: ${value}x is no longer matched.`
            : `The Gateway API compares whole parts of a path: ${value} without the slash is matched as well.`);
    return { type: 'PathPrefix', value };
}
function grpcMatch(shape, leave) {
    const given = shape['match'];
    const headers = headerMatches((0,kube_objects/* list */.p_)(given, 'metadata'), leave);
    if (headers === undefined)
        return undefined;
    const [service, method] = [(0,kube_objects/* text */.Qq)(given, 'serviceName'), (0,kube_objects/* text */.Qq)(given, 'methodName')];
    const called = { ...(service === '' ? {} : { service }), ...(method === '' ? {} : { method }) };
    return {
        path: undefined,
        match: {
            ...(Object.keys(called).length === 0 ? {} : { method: { type: 'Exact', ...called } }),
            ...(headers.length === 0 ? {} : { headers }),
        },
    };
}
function headerMatches(given, leave) {
    const headers = [];
    for (const entry of given) {
        const name = (0,kube_objects/* text */.Qq)(entry, 'name');
        const pattern = (value) => headers.push({ type: 'RegularExpression', name, value });
        const inverted = (0,kube_objects/* field */.ZZ)(entry, 'invert') === true;
        const match = (0,kube_objects/* field */.ZZ)(entry, 'match');
        if (inverted || match === undefined || (0,kube_objects/* field */.ZZ)(match, 'range') !== undefined) {
            const how = inverted ? 'inverted' : match === undefined ? 'by presence' : 'by range';
            leave(`the header match ${name} ${how}, and with it the whole rule`, 'The Gateway API cannot say it, and without it the rule would take other requests too: write it by hand, for example with a regular expression.');
            return undefined;
        }
        if ((0,kube_objects/* text */.Qq)(match, 'exact') !== '')
            headers.push({ type: 'Exact', name, value: (0,kube_objects/* text */.Qq)(match, 'exact') });
        else if ((0,kube_objects/* text */.Qq)(match, 'prefix') !== '')
            pattern(`${literally((0,kube_objects/* text */.Qq)(match, 'prefix'))}.*`);
        else if ((0,kube_objects/* text */.Qq)(match, 'suffix') !== '')
            pattern(`.*${literally((0,kube_objects/* text */.Qq)(match, 'suffix'))}`);
        else
            pattern((0,kube_objects/* text */.Qq)(match, 'regex'));
    }
    if (headers.some(({ type }) => type === 'RegularExpression'))
        leave('header matches by prefix, suffix or pattern became regular expressions', 'Each implementation reads those in its own way: try them on the new gateway before users do.');
    return headers;
}
const literally = (value) => value.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
/** `5s`, `500ms`; undefined where there is none. */
function duration(value) {
    const amount = (0,kube_objects/* field */.ZZ)(value, 'value');
    return typeof amount === 'number' ? `${amount}${(0,kube_objects/* text */.Qq)(value, 'unit')}` : undefined;
}
function retriesOf(shape, leave) {
    const policy = shape['retryPolicy'];
    const count = (0,kube_objects/* field */.ZZ)(policy, 'maxRetries');
    if (typeof count !== 'number')
        return undefined;
    const codes = (0,kube_objects/* list */.p_)(policy, 'httpRetryEvents').concat((0,kube_objects/* list */.p_)(policy, 'grpcRetryEvents'));
    if (codes.length > 0)
        leave(`retries after ${codes.join(', ')}`, 'Kong tries again when a connection fails or times out, not after an answer. `retry` of an HTTPRoute is experimental.');
    const each = duration((0,kube_objects/* field */.ZZ)(policy, 'perRetryTimeout'));
    if (each !== undefined)
        leave(`the time-out of ${each} for each try`, 'On Kong: konghq.com/read-timeout of the Services (milliseconds), which holds for each try.');
    return count;
}
;// CONCATENATED MODULE: ./build/src/migrate/ways.js

/** Annotations that shape requests at Kong; the host is no longer rewritten, since Kong sends to pods by itself. */
const KEPT = /^konghq\.com\/(?!override$|protocols$|preserve-host$|host-header$)/;
function waysTo(host, namespace, objects, gateway, leave) {
    const here = objects.filter(({ metadata }) => metadata.namespace === namespace);
    return [
        ...here.filter(({ kind }) => kind === 'Ingress').flatMap((ingress) => ofIngress(ingress, host, gateway, leave)),
        ...here
            .filter(({ kind, apiVersion }) => kind === 'HTTPRoute' && (0,kube_objects/* groupOf */.F8)(apiVersion) === 'gateway.networking.k8s.io')
            .flatMap((route) => ofHttpRoute(route, host)),
        ...here.filter(({ kind }) => kind === 'GatewayRoute').flatMap((route) => ofGatewayRoute(route, host, gateway)),
    ];
}
function ofIngress(ingress, host, gateway, leave) {
    const stripped = (0,kube_objects/* strings */.P$)(ingress, 'metadata', 'annotations')['konghq.com/strip-path'] === 'true';
    const backend = (path) => (0,kube_objects/* text */.Qq)(path, 'backend', 'service', 'name') || (0,kube_objects/* text */.Qq)(path, 'backend', 'serviceName');
    if ((0,kube_objects/* strings */.P$)(ingress, 'metadata', 'annotations')['konghq.com/override'] !== undefined)
        leave(`the KongIngress that ${(0,kube_objects/* nameOf */.Vb)(ingress)} names`, 'Kong Ingress Controller reads annotations instead; the lint prints them.');
    const rules = (0,kube_objects/* list */.p_)(ingress, 'spec', 'rules').filter((rule) => (0,kube_objects/* list */.p_)(rule, 'http', 'paths').some((path) => backend(path) === host));
    const hosts = [...new Set(rules.map((rule) => (0,kube_objects/* text */.Qq)(rule, 'host')))];
    return hosts.map((hostname, index) => {
        const entries = rules
            .filter((rule) => (0,kube_objects/* text */.Qq)(rule, 'host') === hostname)
            .flatMap((rule) => (0,kube_objects/* list */.p_)(rule, 'http', 'paths'))
            .filter((path) => backend(path) === host)
            .map((path) => ({ path: pathOf(path), stripped, filters: [] }));
        return way({
            apiVersion: 'gateway.networking.k8s.io/v1',
            kind: 'HTTPRoute',
            metadata: {
                name: index === 0 ? host : `${host}-${index + 1}`,
                ...(ingress.metadata.namespace === undefined ? {} : { namespace: ingress.metadata.namespace }),
                ...annotated(ingress),
            },
            spec: {
                parentRefs: [
                    { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: gateway.name, namespace: gateway.namespace },
                ],
                ...(hostname === '' ? {} : { hostnames: [hostname] }),
            },
        }, entries);
    });
}
function pathOf(path) {
    const value = (0,kube_objects/* text */.Qq)(path, 'path') || '/';
    if (value.startsWith('/~'))
        return { type: 'RegularExpression', value: value.slice(2) };
    return {
        type: (0,kube_objects/* text */.Qq)(path, 'pathType') === 'Exact' ? 'Exact' : 'PathPrefix',
        value: value === '/' ? value : value.replace(/\/+$/, ''),
    };
}
/** A route that leads to the service keeps its name, parents and hosts; rules for other services stay as they are. */
function ofHttpRoute(route, host) {
    const leads = (rule) => (0,kube_objects/* list */.p_)(rule, 'backendRefs').some((ref) => (0,kube_objects/* text */.Qq)(ref, 'name') === host);
    const rules = (0,kube_objects/* list */.p_)(route, 'spec', 'rules').filter(leads);
    if (rules.length === 0)
        return [];
    const stripped = (0,kube_objects/* strings */.P$)(route, 'metadata', 'annotations')['konghq.com/strip-path'] === 'true';
    const entries = rules.flatMap((rule) => {
        const matches = (0,kube_objects/* list */.p_)(rule, 'matches');
        const filters = (0,kube_objects/* list */.p_)(rule, 'filters').filter((filter) => (0,kube_objects/* text */.Qq)(filter, 'urlRewrite', 'hostname') === '');
        return (matches.length === 0 ? [{}] : matches).map((match) => {
            const type = (0,kube_objects/* text */.Qq)(match, 'path', 'type') || 'PathPrefix';
            const value = (0,kube_objects/* text */.Qq)(match, 'path', 'value') || '/';
            return { path: { type, value }, stripped, filters };
        });
    });
    const { rules: _, ...spec } = (route['spec'] ?? {});
    const { name, namespace } = route.metadata;
    const object = {
        apiVersion: 'gateway.networking.k8s.io/v1',
        kind: 'HTTPRoute',
        metadata: {
            // Another service's rules may be in the same object: this one gets its own.
            name: rules.length === (0,kube_objects/* list */.p_)(route, 'spec', 'rules').length ? name : `${name}-${host}`,
            ...(namespace === undefined ? {} : { namespace }),
            ...annotated(route),
        },
        spec,
    };
    return [way(object, entries)];
}
/** App Mesh's own gateway: it takes the matched prefix off unless told otherwise (GatewayRoute, rewrite.prefix). */
function ofGatewayRoute(route, host, gateway) {
    const shape = (0,kube_objects/* field */.ZZ)(route, 'spec', 'httpRoute') ?? (0,kube_objects/* field */.ZZ)(route, 'spec', 'http2Route');
    const target = (0,kube_objects/* text */.Qq)(shape, 'action', 'target', 'virtualService', 'virtualServiceRef', 'name');
    if (target.split('.')[0] !== host)
        return [];
    const hostname = (0,kube_objects/* text */.Qq)(shape, 'match', 'hostname', 'exact');
    const value = ((0,kube_objects/* text */.Qq)(shape, 'match', 'prefix') || '/').replace(/(.)\/+$/, '$1');
    const stripped = value !== '/' && (0,kube_objects/* text */.Qq)(shape, 'action', 'rewrite', 'prefix', 'defaultPrefix') !== 'DISABLED';
    const rewrite = { type: 'URLRewrite', urlRewrite: { path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/' } } };
    return [
        way({
            apiVersion: 'gateway.networking.k8s.io/v1',
            kind: 'HTTPRoute',
            metadata: {
                name: route.metadata.name,
                ...(route.metadata.namespace === undefined ? {} : { namespace: route.metadata.namespace }),
            },
            spec: {
                parentRefs: [
                    { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: gateway.name, namespace: gateway.namespace },
                ],
                ...(hostname === '' ? {} : { hostnames: [hostname] }),
            },
        }, [{ path: { type: 'PathPrefix', value }, stripped, filters: stripped ? [rewrite] : [] }]),
    ];
}
function annotated(object) {
    const kept = Object.entries((0,kube_objects/* strings */.P$)(object, 'metadata', 'annotations')).filter(([name]) => KEPT.test(name));
    return kept.length === 0 ? {} : { annotations: Object.fromEntries(kept) };
}
function way(object, entries) {
    return {
        object,
        rules: (route, leave) => entries.flatMap((entry) => {
            const path = joined(entry, route, leave);
            if (path === undefined)
                return [];
            const match = route.protocol === 'grpc' ? route.match : { path, ...route.match };
            return [
                {
                    matches: [match],
                    ...(entry.filters.length === 0 ? {} : { filters: entry.filters }),
                    backendRefs: route.backendRefs,
                },
            ];
        }),
    };
}
/** The path that is in both: the way's, then the router's behind it; undefined where no request gets through both. */
function joined({ path, stripped }, route, leave) {
    const behind = route.path;
    if (behind === undefined || (behind.type === 'PathPrefix' && behind.value === '/'))
        return path;
    if (stripped || path.type === 'RegularExpression' || behind.type === 'RegularExpression') {
        leave(`route "${route.name}" behind the path ${path.value}`, `Two paths in a row (${path.value}${stripped ? ', taken off, ' : ' '}then ${behind.value}) need one that says both: the rule for callers from outside is left out, write it by hand.`);
        return undefined;
    }
    const under = (inner, outer) => outer === '/' || inner === outer || inner.startsWith(`${outer}/`);
    if (path.type === 'PathPrefix' && under(behind.value, path.value))
        return behind;
    return behind.type === 'PathPrefix' && under(path.value, behind.value) ? path : undefined;
}
;// CONCATENATED MODULE: ./build/src/migrate/migrate.js




const APP_MESH = 'appmesh.k8s.aws';
const GATEWAY_API = 'gateway.networking.k8s.io/v1';
/** Rules of one route (apis/v1/httproute_types.go, MaxItems). */
const MOST_RULES = 16;
/** @param objects of App Mesh, with the Services, Ingresses and HTTPRoutes around them */
function migrate(objects, options) {
    const leftBehind = [];
    const made = [];
    const retries = new Map();
    const appMesh = objects.filter(({ apiVersion }) => (0,kube_objects/* groupOf */.F8)(apiVersion) === APP_MESH);
    const find = (kind, name, namespace) => appMesh.find(({ kind: other, metadata }) => other === kind && metadata.name === name && metadata.namespace === namespace);
    for (const service of appMesh.filter(({ kind }) => kind === 'VirtualService')) {
        const host = hostOf(service);
        if (options.services.length > 0 && !options.services.includes(host))
            continue;
        const leaveHere = (what, instead) => leftBehind.push({ object: (0,kube_objects/* refOf */.H8)(service), what, instead });
        const ref = (0,kube_objects/* field */.ZZ)(service, 'spec', 'provider', 'virtualRouter', 'virtualRouterRef');
        const router = find('VirtualRouter', (0,kube_objects/* text */.Qq)(ref, 'name'), (0,kube_objects/* text */.Qq)(ref, 'namespace') || service.metadata.namespace);
        if (router === undefined) {
            leaveHere('it leads to no VirtualRouter that is here', 'It splits nothing: the Service itself has to select the pods.');
            continue;
        }
        const leave = (what, instead) => leftBehind.push({ object: (0,kube_objects/* refOf */.H8)(router), what, instead });
        const nodes = (name, namespace) => serviceOf(find('VirtualNode', name, namespace ?? router.metadata.namespace), name, router, leave);
        const routes = convertRoutes(router, nodes, leave);
        shadowed(routes, leave);
        for (const { backendRefs, retries: count } of routes) {
            for (const backend of backendRefs)
                if (count !== undefined)
                    retries.set((0,kube_objects/* text */.Qq)(backend, 'name'), Math.max(count, retries.get((0,kube_objects/* text */.Qq)(backend, 'name')) ?? 0));
        }
        made.push(...outside(waysTo(host, service.metadata.namespace, objects, options.gateway, leaveHere), routes, leave));
        made.push(...inside(host, router, routes, leave));
    }
    made.push(...retrying(objects, retries, leftBehind));
    leftBehind.push(...appMesh.flatMap(leftBehindOf));
    return { objects: made, leftBehind: unique(leftBehind) };
}
/** The Service whose name callers use: the first label of the host. */
function hostOf(service) {
    return ((0,kube_objects/* text */.Qq)(service, 'spec', 'awsName') || service.metadata.name).split('.')[0] ?? service.metadata.name;
}
/** By DNS the Service has the name the proxies looked up; by Cloud Map that of the VirtualNode is the best guess. */
function serviceOf(node, name, router, leave) {
    const hostname = (0,kube_objects/* text */.Qq)(node, 'spec', 'serviceDiscovery', 'dns', 'hostname');
    const given = (0,kube_objects/* field */.ZZ)((0,kube_objects/* list */.p_)(node, 'spec', 'listeners')[0], 'portMapping', 'port');
    const routers = (0,kube_objects/* field */.ZZ)((0,kube_objects/* list */.p_)(router, 'spec', 'listeners')[0], 'portMapping', 'port');
    const port = typeof given === 'number' ? given : typeof routers === 'number' ? routers : 80;
    if (hostname === '') {
        const why = node === undefined ? 'it is not among the objects' : 'it finds its pods by Cloud Map';
        leave(`the VirtualNode ${name}: ${why}`, `The rule sends to a Service ${name}: make one that selects the same pods.`);
        return { name, port };
    }
    const [service = name, namespace] = hostname.split('.');
    return {
        name: service,
        ...(namespace === undefined || namespace === router.metadata.namespace ? {} : { namespace }),
        port,
    };
}
/** A rule that App Mesh never reached, but the Gateway API would: the more specific match wins there, whatever the order. */
function shadowed(routes, leave) {
    routes.forEach((later, index) => {
        const earlier = routes.slice(0, index).find((route) => {
            const [a, b] = [route.path, later.path];
            return (a?.type === 'PathPrefix' &&
                b?.type === 'PathPrefix' &&
                Object.keys(route.match).length === 0 &&
                (a.value === '/' || b.value === a.value || b.value.startsWith(`${a.value}/`)));
        });
        if (earlier === undefined)
            return;
        leave(`route "${later.name}" came after "${earlier.name}", which took all its requests`, 'The Gateway API prefers the more specific match, so it would now get them: take it out unless you want that.');
    });
}
/** Kong splits by itself: no proxy of a mesh is needed for callers from outside. */
function outside(ways, routes, leave) {
    return ways.flatMap((way) => {
        const timeouts = new Set(routes.map(({ timeout }) => timeout));
        if (timeouts.size > 1)
            leave(`different time-outs (${[...timeouts].map((one) => one ?? 'none').join(', ')})`, 'Kong takes one for all rules of an HTTPRoute: none is written. Set konghq.com/read-timeout on the Services.');
        const [timeout] = timeouts.size === 1 ? timeouts : [undefined];
        const build = (protocol) => routes
            .filter((route) => route.protocol === protocol)
            .flatMap((route) => way.rules(route, leave).map((rule) => withTimeout(rule, 'backendRequest', timeout)));
        return objectsOf(way.object, build('http'), build('grpc'), leave);
    });
}
/** GAMMA: the Service is the parent, and the mesh that is there splits. Without one, nobody reads it. */
function inside(host, router, routes, leave) {
    const port = (0,kube_objects/* field */.ZZ)((0,kube_objects/* list */.p_)(router, 'spec', 'listeners')[0], 'portMapping', 'port');
    const parent = { group: '', kind: 'Service', name: host, ...(typeof port === 'number' ? { port } : {}) };
    const base = {
        apiVersion: GATEWAY_API,
        kind: 'HTTPRoute',
        metadata: {
            name: `${host}-inside`,
            ...(router.metadata.namespace === undefined ? {} : { namespace: router.metadata.namespace }),
        },
        spec: { parentRefs: [parent] },
    };
    const build = (protocol) => routes
        .filter((route) => route.protocol === protocol)
        .map((route) => withTimeout(ruleOf(route, route.path), 'request', route.timeout));
    if (routes.length > 0)
        leave('the split of what callers inside send', `HTTPRoute ${host}-inside says it, for a mesh that takes Services as parents (Istio, Linkerd, Kuma, Cilium). Without a mesh, callers inside go through Kong, or the Service ${host} selects one version.`);
    return objectsOf(base, build('http'), build('grpc'), leave);
}
/** A rule of the Gateway API. */
function ruleOf(route, path) {
    const match = { ...(path === undefined ? {} : { path }), ...route.match };
    return { matches: [match], backendRefs: route.backendRefs };
}
function withTimeout(rule, kind, timeout) {
    if (timeout === undefined)
        return rule;
    const { matches, filters, ...rest } = rule;
    return { matches, ...(filters === undefined ? {} : { filters }), timeouts: { [kind]: timeout }, ...rest };
}
function objectsOf(base, http, grpc, leave) {
    const spec = base['spec'];
    const made = [];
    for (const [kind, rules] of [
        ['HTTPRoute', http],
        ['GRPCRoute', grpc],
    ]) {
        if (rules.length === 0)
            continue;
        if (rules.length > MOST_RULES)
            leave(`${rules.length} rules for ${(0,kube_objects/* nameOf */.Vb)(base)}`, `A route takes ${MOST_RULES}: split it by path before you apply it.`);
        // GRPCRoutes have neither paths nor time-outs.
        const plain = kind === 'HTTPRoute' ? rules : rules.map(({ timeouts: _, ...rule }) => rule);
        const name = kind === 'HTTPRoute' || http.length === 0 ? base.metadata.name : `${base.metadata.name}-grpc`;
        made.push({ ...base, kind, metadata: { ...base.metadata, name }, spec: { ...spec, rules: plain } });
    }
    return made;
}
/** Kong keeps the number of retries on the Service; both versions must say the same. */
function retrying(objects, retries, leftBehind) {
    const most = Math.max(0, ...retries.values());
    return [...retries.keys()].flatMap((name) => {
        const service = objects.find(({ kind, metadata }) => kind === 'Service' && metadata.name === name);
        if (service === undefined) {
            leftBehind.push({
                object: { apiVersion: 'v1', kind: 'Service', name },
                what: `${most} retries, on a Service that is not among the objects`,
                instead: `kubectl annotate service ${name} --overwrite konghq.com/retries=${most}`,
            });
            return [];
        }
        const { namespace, labels } = service.metadata;
        return [
            {
                apiVersion: 'v1',
                kind: 'Service',
                metadata: {
                    name,
                    ...(namespace === undefined ? {} : { namespace }),
                    ...(labels === undefined ? {} : { labels }),
                    annotations: { ...keptAnnotations(service), 'konghq.com/retries': String(most) },
                },
                spec: specOf(service),
            },
        ];
    });
}
/** Without what the API server fills in. */
function specOf(service) {
    const { clusterIP: _, clusterIPs: __, ...spec } = (service['spec'] ?? {});
    return spec;
}
function keptAnnotations(service) {
    return Object.fromEntries(Object.entries((0,kube_objects/* strings */.P$)(service, 'metadata', 'annotations')).filter(([name]) => !/^kubectl\.kubernetes\.io\/|^konghq\.com\/override$/.test(name)));
}
function unique(entries) {
    const seen = new Map(entries.map((entry) => [`${(0,kube_objects/* nameOf */.Vb)(entry.object)}|${entry.what}`, entry]));
    return [...seen.values()].sort((a, b) => ((0,kube_objects/* nameOf */.Vb)(a.object) < (0,kube_objects/* nameOf */.Vb)(b.object) ? -1 : 1));
}
// EXTERNAL MODULE: ./node_modules/yaml/dist/index.js
var dist = __webpack_require__(8815);
;// CONCATENATED MODULE: ./build/src/migrate/text.js
/** A migration as a YAML file: a header that says what is left behind, then the objects. */


/** Names of objects come from a cluster: in a comment they must stay on their line. */
const oneLine = (text) => text.replaceAll(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ');
function migrationText({ objects, leftBehind }) {
    const head = [
        'Gateway API objects for App Mesh ones, printed by mesh-canary. Read docs/migrate-from-app-mesh.md before you apply them.',
        'Weights are a hundred times those of App Mesh: Kong divides them by the number of pods.',
        ...(leftBehind.length === 0
            ? []
            : ['', 'What could not be carried over:', ...leftBehind.map((entry) => `- ${leftBehindText(entry)}`)]),
    ];
    const comment = head.map((line) => `# ${oneLine(line)}`.trimEnd()).join('\n');
    // As kubectl reads it (YAML 1.1): there an unquoted yes is a boolean.
    const written = { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false };
    const documents = objects.map((object) => (0,dist/* stringify */.As)(object, written).trimEnd());
    return `${[comment, ...documents].join('\n---\n')}\n`;
}
function leftBehindText({ object, what, instead }) {
    return oneLine(`${(0,kube_objects/* nameOf */.Vb)(object)}: ${what}. ${instead}`);
}
;// CONCATENATED MODULE: ./build/src/commands/migrate.js






const migrate_APP_MESH = 'appmesh.k8s.aws';
const KINDS = ['Mesh', 'VirtualNode', 'VirtualRouter', 'VirtualService', 'VirtualGateway', 'GatewayRoute'];
/** What stands around a mesh: the ways in, and the Services that are sent to. */
const AROUND = [
    { apiVersion: 'v1', kind: 'Service' },
    { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress' },
    { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute' },
];
/** @param cluster asked where no manifests are given */
async function migrate_migrate(context, cluster) {
    const { settings, log, notes } = context;
    const objects = cluster === undefined ? manifestsOf(context) : await live(cluster, settings.namespace);
    if (!objects.some(({ apiVersion }) => (0,kube_objects/* groupOf */.F8)(apiVersion) === migrate_APP_MESH)) {
        throw new errors/* LintError */.kk(`there is nothing of App Mesh in ${cluster === undefined ? settings.manifests.join(', ') : `namespace ${settings.namespace}`}`, 'give the files with the input manifests, or the namespace');
    }
    const migration = migrate(objects, {
        services: settings.services,
        gateway: { name: settings.meshName ?? 'kong', namespace: settings.kongNamespace },
    });
    const text = migrationText(migration);
    await log.group('Gateway API objects', async () => {
        for (const line of text.trimEnd().split('\n'))
            log.info(line);
    });
    for (const entry of migration.leftBehind)
        notes.say(`not carried over: ${leftBehindText(entry)}`);
    const { objects: made, leftBehind } = migration;
    return {
        ...notes.outcome(settings, 'printed', `${made.length} objects for the Gateway API, and ${leftBehind.length} things that could not be carried over`, 'nothing was changed: read docs/migrate-from-app-mesh.md, then apply them'),
        document: { title: 'Gateway API objects', text },
    };
}
function manifestsOf({ settings, log }) {
    const manifests = (0,files/* readManifests */.P)(settings.workspace, settings.manifests, { namespace: settings.namespace });
    for (const secret of manifests.secrets)
        log.mask(secret);
    return manifests.objects;
}
async function live(cluster, namespace) {
    const served = await cluster.list(`${migrate_APP_MESH}/v1beta2`, 'VirtualService', namespace);
    const lists = await Promise.all([
        ...KINDS.map((kind) => readable(cluster, `${migrate_APP_MESH}/v1beta2`, kind, kind === 'Mesh' ? undefined : namespace)),
        ...AROUND.map(({ apiVersion, kind }) => readable(cluster, apiVersion, kind, namespace)),
    ]);
    if (served.items.length === 0) {
        throw new errors/* ClusterError */.b$(`there is no VirtualService of App Mesh in namespace ${namespace}`, 'correct the input namespace, or give the files with the input manifests');
    }
    return lists.flat();
}
/** A Mesh is cluster-wide, and a job with rights in one namespace may not see it: less is said then. */
async function readable(cluster, apiVersion, kind, namespace) {
    try {
        return (await cluster.list(apiVersion, kind, namespace)).items;
    }
    catch (error) {
        if (error instanceof transport/* ApiError */.hD && error.status === 403)
            return [];
        throw error;
    }
}

/***/ }),

/***/ 6207:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   P: () => (/* binding */ readManifests)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3024);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6760);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(7406);
/* harmony import */ var _kinds_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(1159);
/* harmony import */ var _parse_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(629);
/** Manifest files of the workspace and of this tool, read for the parser. */





/**
 * Reads files and folders (folders recursively, `.yaml`, `.yml` and `.json`, by name) and parses them.
 * @throws LintError that lists every problem with file and line.
 */
function readManifests(root, names, options) {
    const files = names
        .flatMap((name) => filesOf(node_path__WEBPACK_IMPORTED_MODULE_1__.resolve(root, name)))
        .map((file) => ({ path: node_path__WEBPACK_IMPORTED_MODULE_1__.relative(root, file), text: node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync(file, 'utf8') }));
    const parsed = (0,_parse_js__WEBPACK_IMPORTED_MODULE_4__/* .parseManifests */ .Ye)(files, options);
    if ('problems' in parsed) {
        const lines = parsed.problems.map((problem) => `  ${(0,_parse_js__WEBPACK_IMPORTED_MODULE_4__/* .placeOf */ .$t)(problem)}: ${problem.message}`);
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_2__/* .LintError */ .kk(`the manifests cannot be used:\n${lines.join('\n')}`, 'correct them; nothing was changed');
    }
    return {
        objects: (0,_kinds_js__WEBPACK_IMPORTED_MODULE_3__/* .applyOrder */ .Fu)(parsed.objects.map(({ object }) => object)),
        secrets: parsed.secrets,
        notes: parsed.notes,
    };
}
function filesOf(entry) {
    if (!node_fs__WEBPACK_IMPORTED_MODULE_0__.statSync(entry).isDirectory())
        return [entry];
    return node_fs__WEBPACK_IMPORTED_MODULE_0__.readdirSync(entry, { withFileTypes: true })
        .sort((a, b) => (a.name < b.name ? -1 : 1))
        .flatMap((child) => {
        const full = node_path__WEBPACK_IMPORTED_MODULE_1__.join(entry, child.name);
        if (child.isDirectory())
            return child.name.startsWith('.') ? [] : filesOf(full);
        return child.isFile() && /\.(ya?ml|json)$/.test(child.name) ? [full] : [];
    });
}

/***/ }),

/***/ 1159:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Fu: () => (/* binding */ applyOrder),
/* harmony export */   _V: () => (/* binding */ defaultScope)
/* harmony export */ });
/* unused harmony export applyRank */
/* harmony import */ var _kube_objects_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4067);
/** What this tool knows of kinds: which live in a namespace, and in which order they are applied. */

/** Cluster-scoped kinds by `group/Kind` ('' group for the core API), as of Kubernetes 1.36 and the CRDs this tool meets. */
const CLUSTER_SCOPED = new Set([
    '/Namespace',
    '/Node',
    '/PersistentVolume',
    '/ComponentStatus',
    'admissionregistration.k8s.io/MutatingAdmissionPolicy',
    'admissionregistration.k8s.io/MutatingAdmissionPolicyBinding',
    'admissionregistration.k8s.io/MutatingWebhookConfiguration',
    'admissionregistration.k8s.io/ValidatingAdmissionPolicy',
    'admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding',
    'admissionregistration.k8s.io/ValidatingWebhookConfiguration',
    'apiextensions.k8s.io/CustomResourceDefinition',
    'apiregistration.k8s.io/APIService',
    'appmesh.k8s.aws/Mesh',
    'certificates.k8s.io/CertificateSigningRequest',
    'certificates.k8s.io/ClusterTrustBundle',
    'cert-manager.io/ClusterIssuer',
    'configuration.konghq.com/KongClusterPlugin',
    'configuration.konghq.com/KongLicense',
    'configuration.konghq.com/KongVault',
    'flowcontrol.apiserver.k8s.io/FlowSchema',
    'flowcontrol.apiserver.k8s.io/PriorityLevelConfiguration',
    'gateway.networking.k8s.io/GatewayClass',
    'kuma.io/ExternalService',
    'kuma.io/Mesh',
    'kuma.io/MeshGateway',
    'kuma.io/Zone',
    'networking.k8s.io/IngressClass',
    'networking.k8s.io/IPAddress',
    'networking.k8s.io/ServiceCIDR',
    'node.k8s.io/RuntimeClass',
    'policy/PodSecurityPolicy',
    'rbac.authorization.k8s.io/ClusterRole',
    'rbac.authorization.k8s.io/ClusterRoleBinding',
    'resource.k8s.io/DeviceClass',
    'resource.k8s.io/ResourceSlice',
    'scheduling.k8s.io/PriorityClass',
    'storage.k8s.io/CSIDriver',
    'storage.k8s.io/CSINode',
    'storage.k8s.io/StorageClass',
    'storage.k8s.io/VolumeAttachment',
    'storage.k8s.io/VolumeAttributesClass',
]);
/** The scope of a kind from the built-in list; kinds that are not in it are taken to be namespaced. */
function defaultScope(apiVersion, kind) {
    return CLUSTER_SCOPED.has(`${(0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_0__/* .groupOf */ .F8)(apiVersion)}/${kind}`) ? 'cluster' : 'namespaced';
}
/** Kinds in the order they must exist; a kind that is not listed comes with the workloads' neighbours (see OTHER). */
const ORDER = [
    ['CustomResourceDefinition'],
    ['Namespace'],
    ['GatewayClass', 'IngressClass', 'PriorityClass', 'StorageClass', 'RuntimeClass', 'Mesh'],
    ['ResourceQuota', 'LimitRange', 'NetworkPolicy', 'PodDisruptionBudget'],
    ['ServiceAccount'],
    ['ClusterRole', 'Role'],
    ['ClusterRoleBinding', 'RoleBinding'],
    ['Secret', 'ConfigMap', 'PersistentVolume', 'PersistentVolumeClaim'],
    ['Gateway', 'ReferenceGrant'],
    // plugin objects before anything that names them: Kong serves a route without a plugin it cannot find
    ['KongPlugin', 'KongClusterPlugin', 'KongUpstreamPolicy', 'KongVault', 'KongLicense', 'KongCustomEntity'],
    ['KongConsumerGroup'],
    ['KongConsumer'],
    ['Service'],
    // App Mesh refuses pods that no VirtualNode selects
    ['VirtualNode', 'DestinationRule', 'MeshService'],
    [],
    ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Pod', 'Job', 'CronJob'],
    ['HorizontalPodAutoscaler', 'VerticalPodAutoscaler', 'ScaledObject'],
    ['VirtualRouter', 'MeshHTTPRoute', 'HTTPRoute', 'GRPCRoute', 'TCPRoute', 'TLSRoute', 'VirtualService', 'Ingress'],
];
const OTHER = ORDER.findIndex((kinds) => kinds.length === 0);
/** Place of a kind in the order of applying; smaller comes first. */
function applyRank(kind) {
    const rank = ORDER.findIndex((kinds) => kinds.includes(kind));
    return rank < 0 ? OTHER : rank;
}
/** Objects in the order they are applied; objects of equal rank keep the order they were written in. */
function applyOrder(objects) {
    const kindOf = (entry) => 'object' in entry ? entry.object.kind : entry.kind;
    return [...objects].sort((a, b) => applyRank(kindOf(a)) - applyRank(kindOf(b)));
}

/***/ }),

/***/ 2729:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   J: () => (/* binding */ isSubdomain),
/* harmony export */   Z: () => (/* binding */ namedObject)
/* harmony export */ });
/* harmony import */ var _kube_objects_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4067);
/** The shape every object must have before it is used: kind, name, namespace, and labels that are strings. */

/** Set by the API server alone; exported objects carry them and cannot be applied with them. */
const SERVER_OWNED = [
    'creationTimestamp',
    'deletionGracePeriodSeconds',
    'deletionTimestamp',
    'generation',
    'managedFields',
    'resourceVersion',
    'selfLink',
    'uid',
];
const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const SUBDOMAIN_PATTERN = new RegExp(`^${LABEL}(\\.${LABEL})*$`);
const LABEL_PATTERN = new RegExp(`^${LABEL}$`);
/** RFC 1123 subdomain of at most 253 characters: what most object names must be. */
function isSubdomain(name) {
    return name.length <= 253 && SUBDOMAIN_PATTERN.test(name);
}
/** RFC 1123 label of at most 63 characters: what namespaces must be. */
function isLabel(name) {
    return name.length <= 63 && LABEL_PATTERN.test(name);
}
/**
 * Checks one parsed document and completes it: the default namespace is filled in, fields the server owns are dropped.
 * Unknown fields are kept as they are.
 */
function namedObject(value, namespace, scope) {
    if (!(0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_0__/* .isMap */ .jh)(value))
        return complain([], `Expected a Kubernetes object, found ${describe(value)}.`);
    const { apiVersion, kind } = value;
    if (typeof apiVersion !== 'string' || apiVersion === '' || typeof kind !== 'string' || kind === '') {
        const missing = typeof apiVersion === 'string' && apiVersion !== '' ? 'kind' : 'apiVersion';
        return complain([], `The object has no ${missing}; only Kubernetes objects can be applied. Move other YAML files out of the manifests.`);
    }
    if (apiVersion.startsWith('kustomize.config.k8s.io/')) {
        return complain([], `A ${kind} is read by kustomize, not by the cluster. Pass the output of "kubectl kustomize <folder>" instead.`);
    }
    const metadata = value['metadata'];
    if (!(0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_0__/* .isMap */ .jh)(metadata))
        return complain([], `The ${kind} has no metadata.`);
    const complaints = [
        ...nameComplaints(apiVersion, kind, metadata),
        ...stringMaps(kind, metadata),
        ...namespaceComplaints(kind, metadata),
    ];
    if (complaints.length > 0)
        return { complaints };
    const dropped = [];
    const meta = { ...metadata };
    for (const key of SERVER_OWNED) {
        if (!Object.hasOwn(meta, key))
            continue;
        // kustomize and controller-gen write `creationTimestamp: null`: nothing worth a note
        if (meta[key] !== null)
            dropped.push(`metadata.${key}`);
        delete meta[key];
    }
    for (const key of ['labels', 'annotations', 'namespace'])
        if (meta[key] === null)
            delete meta[key];
    if (scope(apiVersion, kind) === 'cluster')
        delete meta['namespace'];
    else if (meta['namespace'] === undefined || meta['namespace'] === '')
        meta['namespace'] = namespace;
    const { status, ...rest } = value;
    if ((0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_0__/* .isMap */ .jh)(status) && Object.keys(status).length > 0)
        dropped.push('status');
    return { object: { ...rest, apiVersion, kind, metadata: meta }, dropped };
}
function nameComplaints(apiVersion, kind, metadata) {
    const name = metadata['name'];
    if (name === undefined && metadata['generateName'] !== undefined) {
        return [
            {
                path: ['metadata'],
                message: `The ${kind} has metadata.generateName; give it a fixed metadata.name, or every run would add another.`,
            },
        ];
    }
    if (typeof name !== 'string' || name === '') {
        return [
            {
                path: ['metadata'],
                message: `The ${kind} has no metadata.name${name === undefined ? '' : ` that is text (found ${describe(name)}; put it in quotes)`}.`,
            },
        ];
    }
    // names of RBAC objects are path segments, such as system:node-proxier
    const valid = apiVersion.startsWith('rbac.authorization.k8s.io/')
        ? /^[^/%]{1,253}$/.test(name) && !/^\.\.?$/.test(name)
        : isSubdomain(name);
    if (valid)
        return [];
    return [
        {
            path: ['metadata', 'name'],
            message: `"${name.slice(0, 80)}" is no name for a ${kind}: use lower-case letters, digits, "-" and ".", starting and ending with a letter or digit, at most 253.`,
        },
    ];
}
function namespaceComplaints(kind, metadata) {
    const namespace = metadata['namespace'];
    if (namespace === undefined || namespace === null || namespace === '')
        return [];
    if (typeof namespace === 'string' && isLabel(namespace))
        return [];
    return [
        {
            path: ['metadata', 'namespace'],
            message: `The ${kind} names the namespace ${describe(namespace)}, which no namespace can be called.`,
        },
    ];
}
/** Labels and annotations must be strings; YAML turns an unquoted `true` or `3` into something else. */
function stringMaps(kind, metadata) {
    return ['labels', 'annotations'].flatMap((map) => {
        const value = metadata[map];
        if (value === undefined || value === null)
            return [];
        if (!(0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_0__/* .isMap */ .jh)(value))
            return [
                { path: ['metadata', map], message: `metadata.${map} of the ${kind} must be a map, found ${describe(value)}.` },
            ];
        return Object.entries(value)
            .filter(([, entry]) => typeof entry !== 'string')
            .map(([key, entry]) => ({
            path: ['metadata', map, key],
            message: `metadata.${map} "${key}" is ${describe(entry)}; it must be text: write ${key}: "${entry === null || typeof entry === 'object' ? '' : String(entry)}".`,
        }));
    });
}
function complain(path, message) {
    return { complaints: [{ path, message }] };
}
function describe(value) {
    if (value === null)
        return 'nothing';
    if (Array.isArray(value))
        return 'a list';
    if (typeof value === 'object')
        return 'a map';
    if (typeof value === 'string')
        return `the text "${value.slice(0, 40)}"`;
    return `the ${typeof value} ${String(value)}`;
}

/***/ }),

/***/ 629:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  cu: () => (/* binding */ identityOf),
  Ye: () => (/* binding */ parseManifests),
  $t: () => (/* binding */ placeOf)
});

// EXTERNAL MODULE: ./build/src/kube/objects.js
var kube_objects = __webpack_require__(4067);
// EXTERNAL MODULE: ./node_modules/yaml/dist/index.js
var dist = __webpack_require__(8815);
;// CONCATENATED MODULE: ./build/src/manifests/documents.js
/**
 * The text of one manifest file ► its objects as plain JSON, each with its place. What cannot be read is said where it
 * stands, and the rest is read all the same. Pure.
 */


/** 1 MiB: more than etcd's limit for one object, and far beyond a file a person reviews. */
const MAX_FILE_BYTES = 1024 * 1024;
/** Documents of one file. */
const MAX_DOCUMENTS = 1000;
/** Uses of YAML aliases in one document: bounds "billion laughs". */
const MAX_ALIASES = 100;
/**
 * Scalars as kubectl reads them (sigs.k8s.io/yaml, a YAML 1.1 reader): `0644` is octal, `on` and `yes` are booleans;
 * dates and sexagesimal numbers (`22:22`) stay strings.
 */
const kubectlTags = (tags) => tags.filter((tag) => {
    if (typeof tag === 'string')
        return true;
    if ('format' in tag && tag.format === 'TIME')
        return false;
    return !/:(timestamp|binary|omap|pairs|set)$/.test(tag.tag);
});
/** The objects of a file and its problems, in the order they are written. */
function* readDocuments({ path, text }) {
    const size = Buffer.byteLength(text);
    if (size > MAX_FILE_BYTES) {
        yield { file: path, message: `The file has ${size} bytes; at most ${MAX_FILE_BYTES} are read. Split it.` };
        return;
    }
    const lines = new dist/* LineCounter */.HN();
    let documents;
    try {
        // `empty` (no document at all) is an array as well
        documents = (0,dist/* parseAllDocuments */.hR)(text, {
            version: '1.1',
            merge: true,
            customTags: kubectlTags,
            lineCounter: lines,
            prettyErrors: false,
            logLevel: 'error',
            uniqueKeys: true,
        });
    }
    catch (error) {
        yield { file: path, message: `The file cannot be read as YAML: ${reason(error)}.` };
        return;
    }
    if (documents.length > MAX_DOCUMENTS) {
        const message = `The file has ${documents.length} documents; at most ${MAX_DOCUMENTS} are read. Split it.`;
        yield { file: path, message };
        return;
    }
    for (const [index, document] of documents.entries()) {
        const at = (offset) => ({ file: path, document: index + 1, line: lines.linePos(offset).line });
        yield* objectsOf(document, at, text);
    }
}
/** `{{ … }}` is valid YAML (a map in a map) often enough that the real cause has to be said. */
function templateHint(text) {
    return text.includes('{{') ? ' It looks like a template: render it first (helm template).' : '';
}
function* objectsOf(document, at, text) {
    const [first] = document.errors;
    if (first !== undefined) {
        yield { ...at(first.pos[0]), message: syntaxMessage(first.message, text) };
        return;
    }
    const start = document.contents?.range?.[0] ?? document.range?.[0] ?? 0;
    let value;
    try {
        const plain = document.toJS({ maxAliasCount: MAX_ALIASES });
        // one object per use of an alias, and nothing that JSON cannot say
        value = plain === undefined ? null : JSON.parse(JSON.stringify(plain));
    }
    catch (error) {
        yield { ...at(start), message: `The document cannot be expanded: ${reason(error)}.` };
        return;
    }
    for (const entry of flatten(value, document, start)) {
        const source = at(entry.offset);
        yield {
            value: entry.value,
            source,
            at: (path) => {
                const offset = offsetOf(document, [...entry.path, ...path]);
                return offset === undefined ? source : at(offset);
            },
        };
    }
}
/** The objects of a document: `kind: List` (and `ConfigMapList` …) is opened, empty documents give none. */
function* flatten(value, document, offset, path = []) {
    if (value === null)
        return;
    if (isList(value)) {
        for (const [index, item] of value.items.entries()) {
            const inner = [...path, 'items', index];
            yield* flatten(item, document, offsetOf(document, inner) ?? offset, inner);
        }
        return;
    }
    yield { value, path, offset };
}
function isList(value) {
    if (!(0,kube_objects/* isMap */.jh)(value))
        return false;
    return typeof value['kind'] === 'string' && value['kind'].endsWith('List') && Array.isArray(value['items']);
}
function offsetOf(document, path) {
    let node = document.contents;
    for (const part of path) {
        if (!(0,dist/* isMap */.jh)(node) && !(0,dist/* isSeq */.oP)(node))
            return undefined;
        node = node.get(part, true);
    }
    return typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)
        ? node.range[0]
        : undefined;
}
function syntaxMessage(message, text) {
    return `Not valid YAML: ${message.replace(/\s+/g, ' ').replace(/\.$/, '')}.${templateHint(text)}`;
}
function reason(error) {
    return (error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' ').replace(/\.$/, '');
}
// EXTERNAL MODULE: ./build/src/manifests/kinds.js
var kinds = __webpack_require__(1159);
// EXTERNAL MODULE: ./build/src/manifests/object-shape.js
var object_shape = __webpack_require__(2729);
;// CONCATENATED MODULE: ./build/src/manifests/secret-values.js
/** Values of Secrets, so that the caller can mask them before anything is logged. */

/** Shorter values are not masked: they would blank out ordinary words of the log and hide nothing. */
const SHORTEST = 4;
/** Keys that say what a Secret is for; their values are ordinary words such as key-auth. */
const NOT_SECRET = new Set(['kongCredType', 'kongCredtype']);
/**
 * Every value of every Secret, encoded and decoded, and each line of values with several (a log shows lines).
 * Decoded values that are no text are left out. Longest first, so that a value that contains another is masked whole.
 */
function secretValues(objects) {
    const values = new Set();
    for (const object of objects) {
        if (object.kind !== 'Secret' || object.apiVersion !== 'v1')
            continue;
        for (const [key, value] of Object.entries((0,kube_objects/* strings */.P$)(object, 'stringData'))) {
            if (NOT_SECRET.has(key))
                continue;
            add(values, value);
            add(values, Buffer.from(value).toString('base64'));
        }
        for (const [key, value] of Object.entries((0,kube_objects/* strings */.P$)(object, 'data'))) {
            if (NOT_SECRET.has(key))
                continue;
            add(values, value);
            const decoded = Buffer.from(value, 'base64').toString('utf8');
            if (!decoded.includes('�'))
                add(values, decoded);
        }
    }
    return [...values].sort((a, b) => b.length - a.length);
}
function add(values, value) {
    for (const part of [value, ...value.split(/\r?\n/)]) {
        const trimmed = part.trim();
        if (trimmed.length >= SHORTEST)
            values.add(trimmed);
    }
}
;// CONCATENATED MODULE: ./build/src/manifests/parse.js
/**
 * Manifest files ► objects, checked where they enter: what the API server would refuse later, or read differently,
 * is said here with file, document and line. Pure: reading files is the caller's.
 */





/**
 * Reads all files. Either every object is usable, or all problems are returned together.
 * Server-owned fields (`status`, `uid`, `managedFields` …) of exported objects are dropped, with a note.
 */
function parseManifests(files, options) {
    const objects = [];
    const problems = [];
    const notes = [];
    for (const file of files)
        readFile(file, options, objects, problems, notes);
    problems.push(...duplicates(objects));
    if (problems.length > 0)
        return { problems };
    notes.push(...foreignNamespaces(objects, options.namespace));
    return { objects, secrets: secretValues(objects.map(({ object }) => object)), notes };
}
/** "k8s/jazz.yaml, document 2, line 14": how a place in a manifest is named in messages. */
function placeOf(source) {
    const document = source.document === undefined ? '' : `, document ${source.document}`;
    return `${source.file}${document}${source.line === undefined ? '' : `, line ${source.line}`}`;
}
/** Identity of an object in the cluster; versions of one group are the same object. */
function identityOf(object) {
    return [(0,kube_objects/* groupOf */.F8)(object.apiVersion), object.kind, object.metadata.namespace ?? '', object.metadata.name].join('|');
}
function readFile(file, { namespace, scope = kinds/* defaultScope */._V }, objects, problems, notes) {
    for (const written of readDocuments(file)) {
        if ('message' in written) {
            problems.push(written);
            continue;
        }
        const result = (0,object_shape/* namedObject */.Z)(written.value, namespace, scope);
        if ('complaints' in result) {
            const hint = templateHint(file.text);
            for (const { path, message } of result.complaints)
                problems.push({ ...written.at(path), message: message + hint });
            continue;
        }
        objects.push({ object: result.object, source: written.source });
        if (result.dropped.length > 0)
            notes.push(droppedNote(result.object, written, result.dropped));
    }
}
function droppedNote(object, { source }, dropped) {
    const them = dropped.length === 1 ? 'it' : 'them';
    return `${(0,kube_objects/* nameOf */.Vb)(object)} (${placeOf(source)}): ${dropped.join(', ')} left out; the cluster sets ${them}.`;
}
function duplicates(objects) {
    const seen = new Map();
    const problems = [];
    for (const entry of objects) {
        const key = identityOf(entry.object);
        const before = seen.get(key);
        if (before === undefined)
            seen.set(key, entry);
        else {
            problems.push({
                ...entry.source,
                message: `${(0,kube_objects/* nameOf */.Vb)(entry.object)} is already written in ${placeOf(before.source)}; keep one of them.`,
            });
        }
    }
    return problems;
}
function foreignNamespaces(objects, namespace) {
    return objects
        .filter(({ object }) => object.metadata.namespace !== undefined && object.metadata.namespace !== namespace)
        .map(({ object, source }) => `${(0,kube_objects/* nameOf */.Vb)(object)} (${placeOf(source)}) is outside the release's namespace ${namespace}.`);
}

/***/ })

};
