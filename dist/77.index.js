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

/***/ })

};
