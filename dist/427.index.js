export const id = 427;
export const ids = [427];
export const modules = {

/***/ 3161:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  Ue: () => (/* binding */ gatewayClient),
  dk: () => (/* binding */ urlFor)
});

// UNUSED EXPORTS: inClusterUrl, relayClient

// EXTERNAL MODULE: ./build/src/errors.js
var errors = __webpack_require__(7406);
// EXTERNAL MODULE: external "node:http"
var external_node_http_ = __webpack_require__(7067);
// EXTERNAL MODULE: external "node:https"
var external_node_https_ = __webpack_require__(4708);
;// CONCATENATED MODULE: ./build/src/http/client.js
/** Requests to the public path: bounded in time and size, over keep-alive connections that are replaced now and then. */



const BODY_LIMIT = 64 * 1024;
/** One connection stays on one gateway pod behind a TCP load balancer, so it is replaced after this many requests. */
const REQUESTS_PER_CONNECTION = 50;
/** Connections, and more while answers are slow. */
const CONNECTIONS = 4;
/**
 * Requests are spread over a few connections by chance: behind a TCP load balancer each is pinned to one gateway pod, and
 * whatever is compared (both lanes, the public path) has to meet the same pods, or a sick one would be taken for a sick
 * version. Chance, since a steady rhythm over connections in turn keeps one kind of request on one connection.
 * @param random uniform in [0, 1)
 */
function createHttpClient(monotonic, random = Math.random) {
    const pool = Array.from({ length: CONNECTIONS }, () => ({ agents: newAgents(), sent: 0 }));
    const client = (request) => {
        const one = pool[Math.floor(random() * pool.length)] ?? { agents: newAgents(), sent: 0 };
        if (++one.sent > REQUESTS_PER_CONNECTION) {
            // Requests in flight keep the old agents' sockets until they end; idle ones are closed by their timeout.
            one.agents = newAgents();
            one.sent = 1;
        }
        return send(request, one.agents, monotonic);
    };
    return Object.assign(client, {
        close: () => {
            for (const { agents } of pool) {
                agents.http.destroy();
                agents.https.destroy();
            }
        },
    });
}
function newAgents() {
    const options = { keepAlive: true, maxSockets: 64, maxFreeSockets: 4, timeout: 30_000, scheduling: 'fifo' };
    return { http: new external_node_http_.Agent(options), https: new external_node_https_.Agent(options) };
}
async function send(request, agents, monotonic) {
    const started = monotonic();
    try {
        return await exchange(request, agents, monotonic, started);
    }
    catch (error) {
        // Node throws for a URL or a header value it cannot send, before anything is sent.
        return { status: 0, headers: {}, body: '', milliseconds: monotonic() - started, error: (0,errors/* reasonOf */.A3)(error) };
    }
}
function exchange(request, agents, monotonic, started) {
    return new Promise((resolve) => {
        const fail = (error) => {
            settle();
            resolve({ status: 0, headers: {}, body: '', milliseconds: monotonic() - started, error });
        };
        const url = new URL(request.url);
        const secure = url.protocol === 'https:';
        const call = (secure ? external_node_https_ : external_node_http_).request(url, {
            method: request.method,
            headers: {
                ...request.headers,
                ...(request.body === undefined ? {} : { 'content-length': String(Buffer.byteLength(request.body)) }),
            },
            agent: secure ? agents.https : agents.http,
            // A Host header of the route's is also the name the certificate is for.
            ...(secure && request.headers['host'] ? { servername: request.headers['host'].replace(/:\d+$/, '') } : {}),
        });
        const timer = setTimeout(() => call.destroy(new Error(`no complete answer within ${request.timeout / 1000} s`)), request.timeout);
        const onAbort = () => call.destroy(new Error('cancelled'));
        request.signal?.addEventListener('abort', onAbort, { once: true });
        const settle = () => {
            clearTimeout(timer);
            request.signal?.removeEventListener('abort', onAbort);
        };
        let answering = false;
        call.on('error', (error) => {
            // A kept connection the other side closed in the same moment says nothing about the release: ask again, once.
            // An answer that had begun was cut short by whoever gave it.
            const closed = call.reusedSocket && !answering && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
            if (closed && isSafe(request.method) && !request.signal?.aborted) {
                settle();
                send(request, newAgents(), monotonic).then(resolve, () => fail(error.message));
                return;
            }
            fail(error.code ? `${error.code}: ${error.message}` : error.message);
        });
        call.on('response', (response) => {
            answering = true;
            const chunks = [];
            const limit = request.bodyLimit ?? BODY_LIMIT;
            let size = 0;
            response.on('data', (chunk) => {
                if (size < limit)
                    chunks.push(chunk.subarray(0, limit - size));
                size += chunk.length;
            });
            response.on('error', (error) => fail(`the answer broke off: ${error.message}`));
            response.on('end', () => {
                settle();
                resolve({
                    status: response.statusCode ?? 0,
                    headers: joined(response.headers),
                    body: Buffer.concat(chunks).toString('utf8'),
                    milliseconds: monotonic() - started,
                });
            });
        });
        call.end(request.body);
        if (request.signal?.aborted)
            onAbort();
    });
}
function isSafe(method) {
    return method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
}
/** Headers as {@link HttpAnswer} has them. */
function joined(headers) {
    return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]));
}
// EXTERNAL MODULE: ./build/src/kube/objects.js
var objects = __webpack_require__(4067);
// EXTERNAL MODULE: ./build/src/gateway/status.js
var gateway_status = __webpack_require__(8680);
;// CONCATENATED MODULE: ./build/src/gateway/in-cluster.js
/**
 * A gateway that is reached from inside the cluster only: its Service, through the API server's proxy. What this cannot
 * show is in docs/clusters.md: Host, `authorization`, and times as users see them.
 */




/** Set by Kong's controller on a Gateway it serves: `namespace/service`, several by comma (UDP apart). */
const PUBLISH_SERVICE = 'konghq.com/publish-service';
const in_cluster_BODY_LIMIT = 64 * 1024;
/** The client that fits the settings: to the address users call, or through the API server. */
function gatewayClient(settings, cluster, monotonic) {
    if (settings.gatewayUrl !== 'in-cluster')
        return createHttpClient(monotonic);
    return Object.assign(relayClient(cluster, monotonic), { close: () => undefined });
}
/**
 * Where the gateway is asked: as the settings say, where the Gateway says itself, or its Service.
 * @param gateway undefined where Kong serves an Ingress: then the Service in front of Kong says it
 * @throws PlatformError
 */
async function urlFor(gateway, cluster, settings) {
    if (settings.gatewayUrl !== 'auto' && settings.gatewayUrl !== 'in-cluster')
        return settings.gatewayUrl;
    if (gateway === undefined)
        return proxyUrl(cluster, settings);
    if (settings.gatewayUrl === 'auto')
        return (0,gateway_status/* urlOf */.rs)(gateway);
    return inClusterUrl(cluster, gateway);
}
/** Port of the Service in front of Kong's proxy by its name in Kong's charts. */
const PROXY_PORT = 'kong-proxy';
/** Where Kong's proxy answers when no Gateway says it. @throws PlatformError when its Service does not say it either. */
async function proxyUrl(cluster, settings) {
    const { items } = await cluster.list('v1', 'Service', settings.kongNamespace);
    const portOf = (service) => (0,objects/* list */.p_)(service, 'spec', 'ports').find((port) => (0,objects/* text */.Qq)(port, 'name') === PROXY_PORT);
    const proxy = items.find((service) => portOf(service) !== undefined);
    const number = (0,objects/* field */.ZZ)(portOf(proxy), 'port');
    const port = number === 80 ? '' : `:${String(number)}`;
    if (proxy !== undefined && settings.gatewayUrl === 'in-cluster') {
        return `http://${proxy.metadata.name}.${proxy.metadata.namespace}.svc${port}`;
    }
    const [ingress] = (0,objects/* list */.p_)(proxy, 'status', 'loadBalancer', 'ingress');
    const address = (0,objects/* text */.Qq)(ingress, 'hostname') || (0,objects/* text */.Qq)(ingress, 'ip');
    if (address !== '')
        return `http://${address.includes(':') ? `[${address}]` : address}${port}`;
    throw new errors/* PlatformError */.Wk(proxy === undefined
        ? `no Service in namespace ${settings.kongNamespace} has a port ${PROXY_PORT}`
        : `${(0,objects/* nameOf */.Vb)(proxy)} has no address`, 'give the URL that users call with the input gateway-url');
}
/**
 * The address of the Gateway's Service inside the cluster: `http://kong-gateway-proxy.kong.svc`. The client of
 * {@link relayClient} takes it; so does whoever is inside.
 * @throws PlatformError when the Gateway does not name its Service, or the Service has no port for HTTP.
 */
async function inClusterUrl(cluster, gateway) {
    const [named] = ((0,objects/* annotation */.w7)(gateway, PUBLISH_SERVICE) ?? '').split(',');
    const [namespace, name] = named?.trim().split('/') ?? [];
    if (!namespace || !name)
        throw new errors/* PlatformError */.Wk(`${(0,objects/* nameOf */.Vb)(gateway)} does not name its Service in the annotation ${PUBLISH_SERVICE}`, 'Kong sets it when its controller runs with --publish-service; else give the input gateway-url');
    const service = await cluster.find({ apiVersion: 'v1', kind: 'Service', namespace, name });
    if (service === undefined)
        throw new errors/* PlatformError */.Wk(`Service ${namespace}/${name}, which ${(0,objects/* nameOf */.Vb)(gateway)} names, does not exist`, 'give gateway-url');
    const port = httpPort(service, gateway);
    if (port === undefined)
        throw new errors/* PlatformError */.Wk(`${(0,objects/* nameOf */.Vb)(service)} has no port for HTTP`, 'give the input gateway-url');
    return `http://${name}.${namespace}.svc${port === 80 ? '' : `:${port}`}`;
}
/** The port of the Gateway's HTTP listener, else 80, else the first that is not TLS by its name or number. */
function httpPort(service, gateway) {
    const ports = (0,objects/* list */.p_)(service, 'spec', 'ports')
        .filter((port) => ((0,objects/* text */.Qq)(port, 'protocol') || 'TCP') === 'TCP')
        .map((port) => ({ number: Number((0,objects/* field */.ZZ)(port, 'port')), tls: /tls|https|ssl/i.test((0,objects/* text */.Qq)(port, 'name')) }));
    const listener = (0,objects/* list */.p_)(gateway, 'spec', 'listeners').find((entry) => (0,objects/* text */.Qq)(entry, 'protocol') === 'HTTP');
    const wanted = Number((0,objects/* field */.ZZ)(listener, 'port'));
    const found = ports.find(({ number }) => number === wanted) ??
        ports.find(({ number }) => number === 80) ??
        ports.find(({ number, tls }) => !tls && number !== 443 && number !== 8443);
    return found?.number;
}
/** Requests to `http://<service>.<namespace>.svc`, relayed by the API server. Never throws. */
function relayClient(cluster, monotonic) {
    return async (request) => {
        const started = monotonic();
        const failed = (error) => ({
            status: 0,
            headers: {},
            body: '',
            milliseconds: monotonic() - started,
            error,
        });
        const way = wayTo(request.url);
        if (way === undefined)
            return failed(`${request.url} is not a Service of the cluster`);
        const unsendable = Object.keys(request.headers).find((name) => /^(host|authorization)$/i.test(name));
        if (unsendable !== undefined)
            return failed(`gateway-url: in-cluster cannot send the header ${unsendable}: the API server sets or keeps it`);
        const { relay } = cluster.transport;
        if (relay === undefined)
            return failed('this connection relays nothing');
        const { method, headers, body, timeout, bodyLimit = in_cluster_BODY_LIMIT } = request;
        try {
            // Not the signal of the run: what proves a return is asked after it was aborted.
            const { signal } = request;
            const answer = await relay({ method, path: way, headers, body, timeout, bodyLimit, signal });
            const refusal = refusalIn(answer.body);
            if (refusal !== undefined)
                return failed(wordsFor(answer.status, refusal));
            return {
                status: answer.status,
                headers: joined(answer.headers),
                body: answer.body,
                milliseconds: monotonic() - started,
            };
        }
        catch (error) {
            return failed((0,errors/* reasonOf */.A3)(error));
        }
    };
}
function wayTo(address) {
    const url = URL.canParse(address) ? new URL(address) : undefined;
    const [, name, namespace] = /^([a-z0-9-]+)\.([a-z0-9-]+)\.svc$/.exec(url?.hostname ?? '') ?? [];
    if (url === undefined || url.protocol !== 'http:' || name === undefined || namespace === undefined)
        return undefined;
    const service = `http:${name}:${url.port || '80'}`;
    return `/api/v1/namespaces/${namespace}/services/${service}/proxy${url.pathname}${url.search}`;
}
/** The message of a `Status`, in which the API server says that it could not or may not relay: nobody behind it answered. */
function refusalIn(body) {
    if (!/"kind":\s*"Status"/.test(body.slice(0, 100)))
        return undefined;
    try {
        const status = JSON.parse(body);
        return (0,objects/* text */.Qq)(status, 'kind') === 'Status' && (0,objects/* text */.Qq)(status, 'apiVersion') === 'v1'
            ? (0,objects/* text */.Qq)(status, 'message') || (0,objects/* text */.Qq)(status, 'reason')
            : undefined;
    }
    catch {
        return undefined;
    }
}
function wordsFor(status, message) {
    const way = `the API server does not relay (${status}): ${message}`;
    return status === 403 ? `${way}; grant get, create, update, patch and delete on services/proxy` : way;
}

/***/ }),

/***/ 2394:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   c: () => (/* binding */ namedGateway),
/* harmony export */   e: () => (/* binding */ gatewayOf)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7406);
/* harmony import */ var _kube_objects_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(4067);
/* harmony import */ var _services_entry_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9710);
/** Which Gateway brings users' requests to a route. Pure. */



/** What the input mesh-name says of Gateways: their name on Gateway API; on a mesh it names the mesh. */
function namedGateway({ mesh, meshName }) {
    return mesh === 'auto' || mesh === 'gateway-api' ? meshName : undefined;
}
/**
 * The Gateway that brings users' requests to what Kong serves; undefined for an Ingress.
 * @throws PlatformError when an HTTPRoute hangs on none, or on another than asked.
 */
function gatewayOf(route, settings) {
    if ((0,_services_entry_js__WEBPACK_IMPORTED_MODULE_1__/* .isInside */ .F)(route))
        return undefined;
    const meshName = namedGateway(settings);
    const parents = (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_2__/* .list */ .p_)(route, 'spec', 'parentRefs')
        .map((parent) => (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_2__/* .strings */ .P$)(parent))
        .filter((parent) => (parent['kind'] ?? 'Gateway') === 'Gateway');
    const chosen = meshName === undefined ? parents[0] : parents.find((parent) => parent['name'] === meshName);
    if (chosen?.['name'] === undefined) {
        const found = parents.map((parent) => `${parent['namespace'] ?? route.metadata.namespace}/${parent['name']}`).join(', ') ||
            'none';
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .PlatformError */ .Wk(`HTTPRoute ${route.metadata.namespace}/${route.metadata.name} hangs on ${meshName === undefined ? 'no Gateway' : `no Gateway named ${meshName}`} (parentRefs: ${found})`, 'correct its parentRefs, or the input mesh-name');
    }
    return { namespace: chosen['namespace'] ?? route.metadata.namespace ?? 'default', name: chosen['name'] };
}

/***/ }),

/***/ 3783:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $: () => (/* binding */ unitsOf),
/* harmony export */   F: () => (/* binding */ detectProvider)
/* harmony export */ });
/* harmony import */ var _kube_objects_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4067);
/* harmony import */ var _index_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4551);
/* harmony import */ var _types_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(9253);



/** Never found by `auto`: AWS ended it, so a team has to say that it knows. */
const ONLY_WHEN_NAMED = 'app-mesh';
/** Kong stands in front of every mesh, and takes HTTPRoutes. */
const KONGS = 'gateway-api';
/**
 * The provider for a release: the one named, else the one whose objects send to the services.
 * @param objects routes of the namespace, live ones and those of the manifests
 * @throws RouteError for an unknown name, for two candidates (it names both), and where only App Mesh is found.
 */
function detectProvider(mesh, services, objects, served) {
    if (mesh !== 'auto') {
        const provider = (0,_index_js__WEBPACK_IMPORTED_MODULE_0__/* .chooseProvider */ .Vm)(mesh, served);
        return { provider, why: `the input mesh names ${provider.name}` };
    }
    const found = _index_js__WEBPACK_IMPORTED_MODULE_0__/* .providers */ .r5
        .map((provider) => ({ provider, routes: services.flatMap((service) => routesOf(provider, objects, service)) }))
        .filter(({ routes }) => routes.length > 0);
    const splitting = found
        .map(({ provider, routes }) => ({ provider, routes: routes.filter(splits) }))
        .filter(({ routes }) => routes.length > 0);
    const candidates = splitting.length > 0 ? splitting : found;
    const [first, second] = candidates.filter(({ provider }) => provider.name !== ONLY_WHEN_NAMED);
    if (first === undefined) {
        const [ended] = candidates;
        if (ended !== undefined)
            throw onlyAppMesh(ended.routes);
        const provider = (0,_index_js__WEBPACK_IMPORTED_MODULE_0__/* .chooseProvider */ .Vm)(mesh, served);
        return {
            provider,
            why: `no route sends to ${services.map(({ service }) => service).join(' or ')} yet, and the cluster serves ${provider.resource.kind}`,
        };
    }
    if (second !== undefined)
        throw twoCandidates(first, second);
    return { provider: first.provider, why: describe(first.routes) };
}
/**
 * Every route of a service that splits its requests, the one for callers from outside first. All of them shift together:
 * with a mesh that is not Kong's, an HTTPRoute of Kong's that splits by itself goes along with the mesh's route. A route
 * that only leads to the service's own name, which another one splits, is the way to the split and not one.
 * @throws RouteError when there is none, or when two split the same callers.
 */
function unitsOf(provider, objects, sought) {
    const { service, isBackend } = sought;
    const own = provider.findAll(objects, service, isBackend);
    // `find` says what was seen instead.
    if (own.length === 0)
        return [unit(service, provider, provider.find(objects, service, isBackend))];
    const kongs = (0,_index_js__WEBPACK_IMPORTED_MODULE_0__/* .providerFor */ .zG)(KONGS);
    const before = provider === kongs
        ? []
        : kongs.findAll(objects, service, isBackend).filter((route) => route.entrance !== 'inside' && splits(route));
    const all = [
        ...before.map((route) => unit(service, kongs, route)),
        ...own.map((route) => unit(service, provider, route)),
    ];
    return all.some(({ route }) => splits(route)) ? all.filter(({ route }) => splits(route)) : all;
}
function unit(service, provider, route) {
    return { service, provider, route };
}
/** Whether a route names versions; one that only names the service itself may lead to where it is split. */
function splits({ service, rules }) {
    return rules.some(({ backends }) => backends.some(({ name }) => name !== service));
}
/** Routes that clash are found as well: which provider it is does not depend on their being right. */
function routesOf(provider, objects, { service, isBackend }) {
    return objects.flatMap((object) => provider.findAll([object], service, isBackend));
}
function describe(routes) {
    const [route] = routes;
    if (route === undefined)
        return '';
    const names = [...new Set(route.rules.flatMap(({ backends }) => backends.map(({ name }) => name)))];
    return `${(0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_1__/* .nameOf */ .Vb)(route.object)} sends to ${names.join(' and ')}`;
}
function twoCandidates(first, second) {
    const [a, b] = [first.provider.name, second.provider.name];
    const together = a === KONGS
        ? ` With mesh: ${b}, an HTTPRoute of Kong's that splits is shifted in lockstep with it; with mesh: ${a}, callers inside stay where ${second.provider.resource.kind}s send them.`
        : '';
    return new _types_js__WEBPACK_IMPORTED_MODULE_2__/* .RouteError */ .cj(`Two kinds of routes split the services: ${describe(first.routes)} (mesh: ${a}), and ${describe(second.routes)} (mesh: ${b}). ` +
        `Name one with the input mesh.${together}`);
}
function onlyAppMesh(routes) {
    return new _types_js__WEBPACK_IMPORTED_MODULE_2__/* .RouteError */ .cj(`${describe(routes)}, and nothing else does. App Mesh is never chosen by itself, because AWS ended it on 2026-09-30: ` +
        'move to the Gateway API (docs/migrate-from-app-mesh.md; the command `migrate` prints the objects), or give mesh: ' +
        'app-mesh for a cluster that still carries it.');
}

/***/ }),

/***/ 1338:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   A: () => (/* binding */ requestHeaders),
/* harmony export */   c: () => (/* binding */ addressOf)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7406);
/* harmony import */ var _kube_objects_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4067);
/** How users call a service, from the object Kong serves. Pure. */


/** How a normal request to the service looks, from the first match of its first rule. */
function addressOf(route, rules, given) {
    if (route.kind === 'Ingress')
        return ingressAddress(route, rules[0] ?? 0, given);
    const match = (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_1__/* .list */ .p_)(route, 'spec', 'rules', rules[0] ?? 0, 'matches')[0];
    const type = (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_1__/* .text */ .Qq)(match, 'path', 'type') || 'PathPrefix';
    const value = (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_1__/* .text */ .Qq)(match, 'path', 'value') || '/';
    if (given === undefined && type === 'RegularExpression') {
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .PlatformError */ .Wk(`${(0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_1__/* .nameOf */ .Vb)(route)} matches paths by a pattern (${value}), so no path to probe can be taken from it`, 'give one with the input probe-path');
    }
    const hostname = (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_1__/* .list */ .p_)(route, 'spec', 'hostnames').find((entry) => typeof entry === 'string');
    const headers = (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_1__/* .list */ .p_)(match, 'headers').filter((header) => ((0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_1__/* .text */ .Qq)(header, 'type') || 'Exact') === 'Exact' && typeof (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_1__/* .field */ .ZZ)(header, 'name') === 'string');
    return {
        path: given ?? value,
        host: hostname?.replace(/^\*\./, 'mesh-canary.'),
        matchHeaders: Object.fromEntries(headers.map((header) => [(0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_1__/* .text */ .Qq)(header, 'name').toLowerCase(), (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_1__/* .text */ .Qq)(header, 'value')])),
    };
}
/** @param path place of the path among all paths of all rules */
function ingressAddress(ingress, path, given) {
    const paths = (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_1__/* .list */ .p_)(ingress, 'spec', 'rules').flatMap((rule) => (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_1__/* .list */ .p_)(rule, 'http', 'paths').map((entry) => ({ host: (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_1__/* .text */ .Qq)(rule, 'host'), path: (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_1__/* .text */ .Qq)(entry, 'path') || '/' })));
    const found = paths[path];
    return {
        path: given ?? found?.path ?? '/',
        host: found === undefined || found.host === '' ? undefined : found.host.replace(/^\*\./, 'mesh-canary.'),
        matchHeaders: {},
    };
}
/** Headers of a normal request to a service: its host, what its route matches on, and the user's. */
function requestHeaders({ host, matchHeaders }, given) {
    return { ...(host ? { host } : {}), ...matchHeaders, ...given };
}

/***/ }),

/***/ 8911:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Cu: () => (/* binding */ cloneServiceFor),
/* harmony export */   F9: () => (/* binding */ CLONE_LABEL),
/* harmony export */   FM: () => (/* binding */ replicasNeeded),
/* harmony export */   Qu: () => (/* binding */ VERSION_LABEL),
/* harmony export */   ZD: () => (/* binding */ cloneForVersion),
/* harmony export */   rZ: () => (/* binding */ cloneHpa),
/* harmony export */   t8: () => (/* binding */ containerOf)
/* harmony export */ });
/* unused harmony export imageRepository */
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7406);
/* harmony import */ var _kube_objects_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4067);
/** A canary made from stable: the same Deployment and Service with another name, version and image. Pure. */


/** The label this tool tells versions apart by, as Istio, Kiali and the seed application do. */
const VERSION_LABEL = 'version';
/**
 * Label of every object that was cloned from stable, with the name of the Deployment it came from: whoever rolls a dead
 * release back may delete these, and no others.
 */
const CLONE_LABEL = 'mesh-canary.dev/cloned-from';
/** Set by the cluster or kubectl for one object alone. */
const OWN_ANNOTATIONS = /^(kubectl\.kubernetes\.io\/(last-applied-configuration|restartedAt)|deployment\.kubernetes\.io\/|mesh-canary\.dev\/)/;
/**
 * Marks of whoever keeps the original: with them on the clone, Argo CD, Flux or helm would delete it as one of theirs
 * that is missing in git. `app.kubernetes.io/instance` is Argo CD's tracking label in its default set-up up to 2.x.
 */
const OWNER_MARKS = /^(argocd\.argoproj\.io\/|([a-z-]+\.)?toolkit\.fluxcd\.io\/|meta\.helm\.sh\/|helm\.sh\/|app\.kubernetes\.io\/(managed-by|instance)$|objectset\.rio\.cattle\.io\/|kapp\.k14s\.io\/)/;
const HASH_LABELS = new Set(['pod-template-hash', 'rollouts-pod-template-hash', 'controller-revision-hash']);
/**
 * Copies stable's Deployment and Service for another version.
 *
 * - Name `<service>-<version>`; selector, pod labels and Service selector carry `version`, so that the clone selects
 *   its own pods only. Labels whose value is stable's versioned name, and `app.kubernetes.io/version`, follow along.
 * - The image is set on the container that is alone, named like the service, or runs the same image repository.
 * - Annotations are kept (Kong drops a route whose Services differ in a `konghq.com/*` one), except the marks of
 *   kubectl, of GitOps tools and of helm. Status, identity, owners and node ports are left out.
 * - One replica: more are asked for before each rise, see {@link replicasNeeded}.
 *
 * Whether stable's own selector would catch the clone's pods is not decided here: lint says so, with the way out.
 * @throws BackendError when no container can be chosen, or the Service selects nothing.
 */
function cloneForVersion(stableDeployment, stableService, options) {
    const name = `${options.service}-${options.version}`;
    const relabel = relabeller(stableDeployment, stableService, options, name);
    if (Object.keys((0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_1__/* .strings */ .P$)(stableService, 'spec', 'selector')).length === 0) {
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .BackendError */ .Jh(`${(0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_1__/* .nameOf */ .Vb)(stableService)} has no selector, so no copy of it can be made for ${name}`, 'bring the Deployment and the Service of the new version with the input manifests');
    }
    return {
        deployment: cloneDeployment(stableDeployment, options, name, relabel),
        service: cloneService(stableService, name, relabel, stableDeployment.metadata.name),
    };
}
/** The copy of stable's Service alone, for manifests that bring a Deployment without a Service. */
function cloneServiceFor(stableDeployment, stableService, canary) {
    const name = `${canary.service}-${canary.version}`;
    const relabel = relabeller(stableDeployment, stableService, canary, name);
    const clone = cloneService(stableService, name, relabel, stableDeployment.metadata.name);
    // what the Deployment really calls its pods decides
    const selector = Object.fromEntries(Object.entries((0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_1__/* .strings */ .P$)(clone, 'spec', 'selector'))
        .filter(([key]) => canary.podLabels[key] !== undefined)
        .map(([key]) => [key, canary.podLabels[key] ?? '']));
    return { ...clone, spec: { ...(0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_1__/* .mapAt */ .SC)(clone, 'spec'), selector } };
}
/** The copy of stable's HorizontalPodAutoscaler for the canary, with the same bounds and metrics. */
function cloneHpa(stableHpa, canary) {
    const spec = structuredClone((0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_1__/* .mapAt */ .SC)(stableHpa, 'spec'));
    return {
        apiVersion: stableHpa.apiVersion,
        kind: stableHpa.kind,
        metadata: {
            name: canary,
            ...namespaceOf(stableHpa),
            labels: {
                ...unowned(stableHpa.metadata.labels ?? {}),
                [CLONE_LABEL]: (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_1__/* .text */ .Qq)(stableHpa, 'spec', 'scaleTargetRef', 'name').slice(0, 63),
            },
            ...kept('annotations', stableHpa.metadata.annotations),
        },
        spec: { ...spec, scaleTargetRef: { ...(0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_1__/* .mapAt */ .SC)(spec, 'scaleTargetRef'), name: canary } },
    };
}
/**
 * Pods the canary needs before it is given `share` percent: as many as that part of stable's ready pods, at least one.
 * So no canary pod gets more requests than a stable pod had.
 */
function replicasNeeded(stableReady, share) {
    return Math.max(1, Math.ceil((stableReady * share) / 100 - 1e-9));
}
/** `registry:5000/team/app:v1@sha256:…` ► `registry:5000/team/app`. */
function imageRepository(image) {
    const withoutDigest = image.split('@')[0] ?? image;
    const slash = withoutDigest.lastIndexOf('/');
    const colon = withoutDigest.indexOf(':', slash + 1);
    return colon < 0 ? withoutDigest : withoutDigest.slice(0, colon);
}
/** Index of the container that runs the service. */
function containerOf(deployment, service, image) {
    const containers = (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_1__/* .list */ .p_)(deployment, 'spec', 'template', 'spec', 'containers');
    if (containers.length === 1)
        return 0;
    const named = containers.findIndex((container) => (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_1__/* .text */ .Qq)(container, 'name') === service);
    if (named >= 0)
        return named;
    const repository = imageRepository(image);
    const same = containers.flatMap((container, index) => imageRepository((0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_1__/* .text */ .Qq)(container, 'image')) === repository ? [index] : []);
    const [only] = same;
    if (only !== undefined && same.length === 1)
        return only;
    const found = containers.map((container) => `${(0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_1__/* .text */ .Qq)(container, 'name')} (${(0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_1__/* .text */ .Qq)(container, 'image')})`).join(', ');
    throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .BackendError */ .Jh(`${(0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_1__/* .nameOf */ .Vb)(deployment)} has ${containers.length} containers and none is clearly the one for image ${image}: ${found || 'none'}`, `name the container "${service}", or bring the new version's Deployment with the input manifests`);
}
function relabeller(stableDeployment, stableService, options, name) {
    const versioned = new Set([stableDeployment.metadata.name, stableService.metadata.name].filter((value) => value !== options.service));
    return (labels) => {
        const entries = Object.entries(labels)
            .filter(([key]) => !HASH_LABELS.has(key))
            .map(([key, value]) => {
            if (key === 'app.kubernetes.io/version')
                return [key, options.version];
            return [key, versioned.has(value) ? name : value];
        });
        return { ...Object.fromEntries(entries), [VERSION_LABEL]: options.version };
    };
}
function cloneDeployment(stable, options, name, relabel) {
    const { paused: _, ...spec } = structuredClone((0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_1__/* .mapAt */ .SC)(stable, 'spec'));
    const template = (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_1__/* .mapAt */ .SC)(spec, 'template');
    const podSpec = (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_1__/* .mapAt */ .SC)(template, 'spec');
    const chosen = containerOf(stable, options.service, options.image);
    const containers = (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_1__/* .list */ .p_)(podSpec, 'containers').map((container, index) => index === chosen ? { ...(0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_1__/* .mapAt */ .SC)(container), image: options.image } : container);
    const templateMeta = (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_1__/* .mapAt */ .SC)(template, 'metadata');
    return {
        apiVersion: stable.apiVersion,
        kind: stable.kind,
        metadata: metadataOf(stable, name, relabel, stable.metadata.name),
        spec: {
            ...spec,
            replicas: 1,
            selector: { matchLabels: relabel((0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_1__/* .strings */ .P$)(spec, 'selector', 'matchLabels')) },
            template: {
                ...template,
                metadata: {
                    labels: relabel((0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_1__/* .strings */ .P$)(templateMeta, 'labels')),
                    ...kept('annotations', (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_1__/* .strings */ .P$)(templateMeta, 'annotations'), false),
                },
                spec: { ...podSpec, containers },
            },
        },
    };
}
/** Given by the cluster to one Service, or meaningless for a version that is reached through the gateway only. */
const SERVICE_OWN = new Set([
    'clusterIP',
    'clusterIPs',
    'healthCheckNodePort',
    'ipFamilies',
    'loadBalancerIP',
    'loadBalancerClass',
    'loadBalancerSourceRanges',
    'allocateLoadBalancerNodePorts',
    'externalTrafficPolicy',
    'externalIPs',
    'externalName',
]);
function cloneService(stable, name, relabel, from) {
    const spec = structuredClone((0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_1__/* .mapAt */ .SC)(stable, 'spec'));
    const keep = Object.fromEntries(Object.entries(spec).filter(([key]) => !SERVICE_OWN.has(key)));
    const ports = (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_1__/* .list */ .p_)(spec, 'ports').map((port) => {
        const { nodePort: _, ...rest } = (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_1__/* .mapAt */ .SC)(port);
        return rest;
    });
    return {
        apiVersion: stable.apiVersion,
        kind: stable.kind,
        metadata: metadataOf(stable, name, relabel, from),
        spec: {
            ...keep,
            // a second load balancer or node port would be another way in, past the gateway
            type: 'ClusterIP',
            ...(spec['clusterIP'] === 'None' ? { clusterIP: 'None' } : {}),
            selector: relabel((0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_1__/* .strings */ .P$)(spec, 'selector')),
            ports,
        },
    };
}
function metadataOf(stable, name, relabel, from) {
    return {
        name,
        ...namespaceOf(stable),
        labels: { ...relabel(unowned(stable.metadata.labels ?? {})), [CLONE_LABEL]: from.slice(0, 63) },
        ...kept('annotations', stable.metadata.annotations),
    };
}
function kept(key, values, dropOwners = true) {
    const entries = Object.entries(values ?? {}).filter(([name]) => !OWN_ANNOTATIONS.test(name) && !(dropOwners && OWNER_MARKS.test(name)));
    return entries.length === 0 ? {} : { [key]: Object.fromEntries(entries) };
}
function unowned(labels) {
    return Object.fromEntries(Object.entries(labels).filter(([name]) => !OWNER_MARKS.test(name)));
}
function namespaceOf(object) {
    return object.metadata.namespace === undefined ? {} : { namespace: object.metadata.namespace };
}

/***/ }),

/***/ 2574:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   e: () => (/* binding */ wayInTo),
/* harmony export */   x: () => (/* binding */ locate)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7406);
/* harmony import */ var _routes_choose_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3783);
/* harmony import */ var _routes_providers_gateway_api_index_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(9501);
/* harmony import */ var _address_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(1338);
/* harmony import */ var _entry_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(9710);
/* harmony import */ var _names_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(3514);
/** A service as it stands in objects: its routes, and the way in to them. Found once, and handed on. Pure. */






/** @throws RouteError when no route sends to the service, or several split the same callers. */
function locate(service, { services, providers, objects }) {
    const isBackend = (0,_names_js__WEBPACK_IMPORTED_MODULE_5__/* .backendsOf */ .dc)(service, services);
    const sends = (provider) => (list) => list.some((object) => provider.findAll([object], service, isBackend).length > 0);
    // An HTTPRoute of Kong's may split before any mesh.
    const kinds = [...new Set([...providers, _routes_providers_gateway_api_index_js__WEBPACK_IMPORTED_MODULE_2__/* .gatewayApi */ .d])];
    const here = objects.find((list) => kinds.some((kind) => sends(kind)(list))) ?? objects.at(-1) ?? [];
    const provider = providers.find((kind) => sends(kind)(here)) ?? providers.at(-1) ?? providers[0];
    const [first, ...others] = (0,_routes_choose_js__WEBPACK_IMPORTED_MODULE_1__/* .unitsOf */ .$)(provider, here, { service, isBackend });
    if (first === undefined)
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .LintError */ .kk(`no route sends to ${service}`);
    return { service, isBackend, route: first.route, provider: first.provider, others };
}
/**
 * The way in to a route that was found.
 * @param objects among which an Ingress or HTTPRoute may lead to a route for callers inside
 * @param given the path to ask for, where the user names one
 * @throws PlatformError when nothing leads there, more than one does, or no path can be taken from it.
 */
function wayInTo(route, objects, given) {
    const { object, rules } = (0,_entry_js__WEBPACK_IMPORTED_MODULE_4__/* .entryOf */ .M)(route, objects);
    return { object, ...(0,_address_js__WEBPACK_IMPORTED_MODULE_3__/* .addressOf */ .c)(object, rules, given) };
}

/***/ }),

/***/ 3514:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Yd: () => (/* binding */ backendName),
/* harmony export */   dc: () => (/* binding */ backendsOf),
/* harmony export */   me: () => (/* binding */ isBackendName)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7406);
/** How the backends of a service are called. Pure. */

/** A Service name is a DNS label of at most 63 characters. */
const NAME_LIMIT = 63;
/** `<service>-<version>`. @throws BackendError when that is no valid name. */
function backendName(service, version) {
    const name = `${service}-${version}`;
    if (name.length > NAME_LIMIT || !/^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(name)) {
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .BackendError */ .Jh(`"${name}" cannot be the name of a Service: lower-case letters, digits and "-", starting with a letter, at most ${NAME_LIMIT} characters`, 'use a shorter or simpler version');
    }
    return name;
}
/** Whether a name is the service itself or one of its versions; previews (`jazz-pr-7`) are neither. */
function isBackendName(name, service, otherServices = []) {
    if (name === service)
        return true;
    if (!name.startsWith(`${service}-`) || /-pr-\d+$/.test(name))
        return false;
    return !otherServices.some((other) => other.length > service.length && other !== service && (name === other || name.startsWith(`${other}-`)));
}
/** The test for the backends of one of several services. */
function backendsOf(service, services) {
    return (name) => isBackendName(name, service, services);
}

/***/ }),

/***/ 936:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   A$: () => (/* binding */ readyPods),
/* harmony export */   P9: () => (/* binding */ hpaOf),
/* harmony export */   PE: () => (/* binding */ deploymentOf),
/* harmony export */   ko: () => (/* binding */ selects),
/* harmony export */   z8: () => (/* binding */ podLabels)
/* harmony export */ });
/* harmony import */ var _kube_objects_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4067);
/** Which pods belong to what: selectors, the workload behind a Service, and pods that take requests. Pure. */

/** Whether every label of a selector is among the labels. An empty selector selects nothing, as in a Service. */
function selects(selector, labels) {
    const entries = Object.entries(selector);
    return entries.length > 0 && entries.every(([key, value]) => labels[key] === value);
}
/** Labels of the pods a Deployment makes. */
function podLabels(deployment) {
    return (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_0__/* .strings */ .P$)(deployment, 'spec', 'template', 'metadata', 'labels');
}
/** The Deployment whose pods a Service selects; the one of the same name wins where several are selected. */
function deploymentOf(service, deployments) {
    const selector = (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_0__/* .strings */ .P$)(service, 'spec', 'selector');
    const selected = deployments.filter((deployment) => deployment.metadata.namespace === service.metadata.namespace && selects(selector, podLabels(deployment)));
    return selected.find(({ metadata }) => metadata.name === service.metadata.name) ?? selected[0];
}
/**
 * Pods of a Service that take new requests: ready and not terminating, by address. A missing `ready` counts as ready
 * (discovery.k8s.io/v1: "nil should be interpreted as true"). A pod listed in two slices counts once.
 */
function readyPods(slices, service) {
    const addresses = new Set();
    for (const slice of slices) {
        if (slice.metadata.labels?.['kubernetes.io/service-name'] !== service)
            continue;
        for (const endpoint of (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_0__/* .list */ .p_)(slice, 'endpoints')) {
            const ready = (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_0__/* .field */ .ZZ)(endpoint, 'conditions', 'ready');
            if (ready === false || (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_0__/* .field */ .ZZ)(endpoint, 'conditions', 'terminating') === true)
                continue;
            // the addresses of one endpoint are the same pod's
            const [address] = (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_0__/* .list */ .p_)(endpoint, 'addresses');
            if (typeof address === 'string')
                addresses.add(address);
        }
    }
    return addresses.size;
}
/** The autoscaler that owns a Deployment's replicas. */
function hpaOf(deployment, hpas) {
    if (deployment === undefined)
        return undefined;
    return hpas.find((hpa) => hpa.metadata.namespace === deployment.metadata.namespace &&
        (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_0__/* .text */ .Qq)(hpa, 'spec', 'scaleTargetRef', 'kind') === 'Deployment' &&
        (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_0__/* .text */ .Qq)(hpa, 'spec', 'scaleTargetRef', 'name') === deployment.metadata.name);
}

/***/ }),

/***/ 1422:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Z: () => (/* binding */ meshChooser),
/* harmony export */   e: () => (/* binding */ liveProvider)
/* harmony export */ });
/* harmony import */ var _cluster_connection_transport_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7096);
/* harmony import */ var _gateway_status_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8680);
/* harmony import */ var _kube_names_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(2063);
/* harmony import */ var _kube_objects_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(4067);
/* harmony import */ var _routes_choose_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(3783);
/* harmony import */ var _routes_index_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(4551);
/* harmony import */ var _services_names_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(3514);







/**
 * Asks once what the cluster serves; the function takes what is live and what the manifests bring, and chooses the provider
 * of a release: the one named, else the one whose routes send to the services.
 * @throws ClusterError where no kind of route is served; the function RouteError, for two candidates, and where only App
 *   Mesh is found.
 */
async function meshChooser(cluster, { mesh, namespace, services }) {
    const served = await servedKinds(cluster);
    const kongsOnly = mesh === 'auto' ? !served.some((one) => one.mesh) : mesh === 'gateway-api';
    if (kongsOnly)
        await cluster.kindOf(_gateway_status_js__WEBPACK_IMPORTED_MODULE_1__/* .GATEWAY_API */ .Yq, 'HTTPRoute');
    return (objects) => (0,_routes_choose_js__WEBPACK_IMPORTED_MODULE_2__/* .detectProvider */ .F)(mesh, services.map((service) => sought(service, services)), objects.filter(({ metadata }) => metadata.namespace === namespace), (apiVersion, kind) => served.some((one) => one.apiVersion === apiVersion && one.kind === kind));
}
/** Kinds of routes the cluster serves; `mesh`: that of a mesh which may be found without being named. */
async function servedKinds(cluster) {
    const found = await Promise.all(_routes_index_js__WEBPACK_IMPORTED_MODULE_3__/* .providers */ .r5.map(async ({ name, resource: { apiVersion, kind } }) => {
        const known = (await cluster.kindsOf(apiVersion)).some((each) => each.kind === kind);
        return known ? [{ apiVersion, kind, mesh: name !== 'gateway-api' && name !== 'app-mesh' }] : [];
    }));
    return found.flat();
}
/**
 * The provider of routes as they are live, for commands that look at releases or end them: the one named, else the one
 * whose routes carry the journals, App Mesh's among them: a run that named it wrote them. Without a journal, the one whose
 * routes send to the services.
 */
async function liveProvider(cluster, { mesh, namespace, services }) {
    if (mesh !== 'auto')
        return (0,_routes_index_js__WEBPACK_IMPORTED_MODULE_3__/* .providerFor */ .zG)(mesh);
    const live = await Promise.all(_routes_index_js__WEBPACK_IMPORTED_MODULE_3__/* .providers */ .r5.map(async (provider) => {
        const routes = await routesOf(cluster, provider, namespace);
        return { provider, routes: services.length === 0 ? routes : routes.filter(sendsTo(provider, services)) };
    }));
    const recorded = live.filter(({ routes }) => routes.some((route) => (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_5__/* .annotation */ .w7)(route, _kube_names_js__WEBPACK_IMPORTED_MODULE_6__/* .JOURNAL_ANNOTATION */ .Ij)));
    // Where both have one, Kong's routes move along with the mesh's.
    const kongs = (0,_routes_index_js__WEBPACK_IMPORTED_MODULE_3__/* .providerFor */ .zG)('gateway-api');
    const ofMesh = recorded.find(({ provider }) => provider !== kongs) ?? recorded[0];
    const [first] = live.filter(({ routes }) => routes.length > 0);
    return ofMesh?.provider ?? first?.provider ?? kongs;
}
function sendsTo(provider, services) {
    return (route) => services.some((service) => {
        const { isBackend } = sought(service, services);
        return provider.findAll([route], service, isBackend).length > 0;
    });
}
async function routesOf(cluster, { resource }, namespace) {
    try {
        return (await cluster.list(resource.apiVersion, resource.kind, namespace)).items;
    }
    catch (error) {
        // What may not be read here is asked for by name, with everything else that is missing.
        if (error instanceof _cluster_connection_transport_js__WEBPACK_IMPORTED_MODULE_0__/* .ApiError */ .hD && error.status === 403)
            return [];
        throw error;
    }
}
function sought(service, services) {
    return { service, isBackend: (0,_services_names_js__WEBPACK_IMPORTED_MODULE_4__/* .backendsOf */ .dc)(service, services) };
}

/***/ })

};
