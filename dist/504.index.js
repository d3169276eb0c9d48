export const id = 504;
export const ids = [504];
export const modules = {

/***/ 3504:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Cb: () => (/* binding */ reachGateway),
/* harmony export */   EC: () => (/* binding */ countGatewayPods),
/* harmony export */   SN: () => (/* binding */ gatewayName),
/* harmony export */   Yq: () => (/* reexport safe */ _status_js__WEBPACK_IMPORTED_MODULE_7__.Yq),
/* harmony export */   e4: () => (/* binding */ gatewayOf),
/* harmony export */   eb: () => (/* binding */ ensureKong),
/* harmony export */   oO: () => (/* binding */ shippedGateway)
/* harmony export */ });
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6760);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7406);
/* harmony import */ var _kube_objects_js__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(4067);
/* harmony import */ var _manifests_files_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(6207);
/* harmony import */ var _services_entry_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(9710);
/* harmony import */ var _toolchain_index_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(9197);
/* harmony import */ var _in_cluster_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(3161);
/* harmony import */ var _kong_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(7692);
/* harmony import */ var _status_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(8680);
/** The platform under a release: Kong there or installed, its Gateway there or made, and an answer on the public address. */









/** @returns whether Kong was installed or upgraded by us. @throws PlatformError, ToolError with the fix. */
async function ensureKong(options) {
    const { cluster, settings, say } = options;
    const { controllers, here } = await (0,_kong_js__WEBPACK_IMPORTED_MODULE_6__/* .findKong */ .z0)(cluster, settings.kongNamespace);
    if (settings.installKong !== 'true' && controllers.length > 0) {
        say(`Kong is there: ${controllers.join(', ')}`);
        if (here)
            await (0,_kong_js__WEBPACK_IMPORTED_MODULE_6__/* .waitForKong */ .gs)(cluster, settings, options.clock, 'others');
        return false;
    }
    if (settings.installKong === 'false') {
        if (controllers.length > 0)
            return false;
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .PlatformError */ .Wk(`no Kong controller runs in namespace ${settings.kongNamespace}, and install-kong is false`, 'correct kong-namespace, or set install-kong: auto');
    }
    say(`installing Kong: chart ingress ${settings.kongChartVersion} from ${settings.kongChartRepository} into namespace ${settings.kongNamespace}`);
    const { env, clock, signal, warn, mask } = options;
    const helm = await (0,_toolchain_index_js__WEBPACK_IMPORTED_MODULE_4__/* .provideTool */ .ol)('helm', {
        wanted: settings.helmVersion,
        mirror: settings.toolsMirror,
        checksums: settings.toolsChecksums,
        env,
        clock,
        signal,
        say,
        ...(warn ? { warn } : {}),
        ...(mask ? { mask } : {}),
    });
    await (0,_kong_js__WEBPACK_IMPORTED_MODULE_6__/* .repairHelm */ .Qr)(helm.file, cluster, settings, { clock, say, signal });
    await (0,_kong_js__WEBPACK_IMPORTED_MODULE_6__/* .installKong */ .t4)(helm.file, settings, options.actionRoot, signal);
    cluster.forgetKinds();
    await (0,_kong_js__WEBPACK_IMPORTED_MODULE_6__/* .waitForKong */ .gs)(cluster, settings, options.clock);
    say('Kong is ready');
    return true;
}
/** What the input mesh-name says of Gateways: their name on Gateway API; on a mesh it names the mesh. */
function namedGateway({ mesh, meshName }) {
    return mesh === 'auto' || mesh === 'gateway-api' ? meshName : undefined;
}
/** The name of the Gateway that is made where there is none. */
function gatewayName(settings) {
    return namedGateway(settings) ?? 'kong';
}
/** The shipped GatewayClass and Gateway under the names the settings ask for. */
function shippedGateway(settings, actionRoot) {
    const name = gatewayName(settings);
    const { objects } = (0,_manifests_files_js__WEBPACK_IMPORTED_MODULE_2__/* .readManifests */ .P)(actionRoot, [node_path__WEBPACK_IMPORTED_MODULE_0__.join('manifests', 'kong', 'gateway.yaml')], {
        namespace: settings.kongNamespace,
    });
    return objects.map((object) => object.kind === 'Gateway'
        ? { ...object, metadata: { ...object.metadata, name, namespace: settings.kongNamespace } }
        : object);
}
/**
 * The address users call: the setting, or what the Gateway says; either way something must answer there.
 * @param gateway namespace and name of the Gateway the routes hang on; undefined where Kong serves an Ingress
 */
async function reachGateway(gateway, options) {
    const { cluster, settings, clock, http, signal, say } = options;
    const waiting = { clock, timeout: settings.readyTimeout, signal, say };
    const object = gateway && (await (0,_status_js__WEBPACK_IMPORTED_MODULE_7__/* .waitForGateway */ .R$)(cluster, gateway, { ...waiting, address: settings.gatewayUrl === 'auto' }));
    const url = await (0,_in_cluster_js__WEBPACK_IMPORTED_MODULE_5__/* .urlFor */ .dk)(object, cluster, settings);
    await (0,_status_js__WEBPACK_IMPORTED_MODULE_7__/* .waitForAnswer */ .RW)(http, url, waiting);
    say(`the gateway answers at ${url}`);
    return url;
}
/**
 * Namespace and name of the Gateway that brings users' requests to what Kong serves; undefined for an Ingress.
 * @throws PlatformError when an HTTPRoute hangs on none, or on another than asked.
 */
function gatewayOf(route, settings) {
    if ((0,_services_entry_js__WEBPACK_IMPORTED_MODULE_3__/* .isInside */ .F)(route))
        return undefined;
    const meshName = namedGateway(settings);
    const parents = (Array.isArray(route['spec']?.parentRefs)
        ? route['spec'].parentRefs
        : [])
        .map((parent) => (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_8__/* .strings */ .P$)(parent))
        .filter((parent) => (parent['kind'] ?? 'Gateway') === 'Gateway');
    const chosen = meshName === undefined ? parents[0] : parents.find((parent) => parent['name'] === meshName);
    if (chosen?.['name'] === undefined) {
        const found = parents.map((parent) => `${parent['namespace'] ?? route.metadata.namespace}/${parent['name']}`).join(', ') ||
            'none';
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .PlatformError */ .Wk(`HTTPRoute ${route.metadata.namespace}/${route.metadata.name} hangs on ${meshName === undefined ? 'no Gateway' : `no Gateway named ${meshName}`} (parentRefs: ${found})`, 'correct its parentRefs, or the input mesh-name');
    }
    return { namespace: chosen['namespace'] ?? route.metadata.namespace ?? 'default', name: chosen['name'] };
}
/** Ready gateway pods, for plugins that count per pod: pods of Deployments that run Kong itself. At least 1. */
async function countGatewayPods(cluster, settings) {
    const { items } = await cluster.list('apps/v1', 'Deployment', settings.kongNamespace);
    const proxies = items.filter((deployment) => JSON.stringify(deployment['spec'] ?? {}).match(/"image":"([^"]*\/)?kong(\/kong-gateway)?[:@"]/));
    const pods = proxies.reduce((sum, deployment) => sum + Number(deployment['status']?.readyReplicas ?? 0), 0);
    return Math.max(1, pods);
}


/***/ }),

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

/***/ 7692:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  z0: () => (/* binding */ findKong),
  t4: () => (/* binding */ installKong),
  Qr: () => (/* binding */ repairHelm),
  gs: () => (/* binding */ waitForKong)
});

// UNUSED EXPORTS: RELEASE, helmArguments, isAvailable, replicasOf, rollbackArguments

// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./build/src/cluster/connection/proxy.js
var proxy = __webpack_require__(3773);
// EXTERNAL MODULE: ./build/src/cluster/connection/transport.js
var transport = __webpack_require__(7096);
// EXTERNAL MODULE: ./build/src/cluster/watch.js
var watch = __webpack_require__(3131);
// EXTERNAL MODULE: ./build/src/errors.js
var errors = __webpack_require__(7406);
// EXTERNAL MODULE: ./build/src/kube/objects.js
var objects = __webpack_require__(4067);
// EXTERNAL MODULE: ./build/src/toolchain/process.js
var process = __webpack_require__(856);
;// CONCATENATED MODULE: ./build/src/gateway/helm-repair.js



/** Milliseconds a pending release must stay as it is, seen by us, before its helm counts as dead. */
const DEAD_AFTER = 60_000;
/** What the revisions of a release ask for. Pure. */
function judgeRevisions(secrets) {
    const revisions = secrets
        .filter(({ metadata }) => metadata.labels?.['owner'] === 'helm')
        .map((secret) => ({
        secret,
        status: secret.metadata.labels?.['status'] ?? '',
        number: Number(secret.metadata.labels?.['version'] ?? 0),
    }))
        .sort((a, b) => b.number - a.number);
    const [newest] = revisions;
    if (newest === undefined || !newest.status.startsWith('pending-'))
        return { kind: 'none' };
    // `superseded` too: a rollback that died had already taken the mark from the revision it left.
    const good = revisions.find(({ status }) => status === 'deployed' || status === 'superseded');
    return good === undefined
        ? { kind: 'forget', record: newest.secret, from: newest.status }
        : { kind: 'rollback', revision: good.number, from: newest.status };
}
/**
 * Looks for a pending release and makes sure that nobody is at work on it. What is to be done then is the caller's, since
 * a rollback is a helm process.
 */
async function findDeadHelm(cluster, release, options) {
    const labelSelector = `owner=helm,name=${release.name}`;
    const target = { apiVersion: 'v1', kind: 'Secret', namespace: release.namespace, labelSelector };
    let first;
    try {
        first = (await cluster.list('v1', 'Secret', release.namespace, { labelSelector, metadataOnly: true })).items;
    }
    catch (error) {
        // Without the right to look, helm itself says what is wrong.
        if (error instanceof transport/* ApiError */.hD && error.status === 403)
            return { kind: 'none' };
        throw error;
    }
    const repair = judgeRevisions(first);
    if (repair.kind === 'none')
        return repair;
    options.say(`helm release ${release.name} is ${repair.from}: is a helm at work on it?`);
    const before = fingerprint(first);
    const moved = await (0,watch/* watchUntil */.m)(cluster, target, (world) => (fingerprint([...world.values()]) === before ? undefined : true), { clock: options.clock, timeout: DEAD_AFTER });
    if (moved)
        return findDeadHelm(cluster, release, options);
    return repair;
}
/** Forgets the record of an installation that died. */
async function forget(cluster, record) {
    await cluster.delete((0,objects/* refOf */.H8)(record), record.metadata.uid);
}
function fingerprint(secrets) {
    return secrets
        .map(({ metadata }) => `${metadata.name} ${metadata.resourceVersion}`)
        .sort()
        .join();
}
;// CONCATENATED MODULE: ./build/src/gateway/kong.js
/** Kong by Helm: found where it is, installed where it is wanted and missing, and waited for until it is ready. */








/** Helm release name; object names follow from it (chart kong/ingress: kong-gateway, kong-controller). */
const RELEASE = 'kong';
/** Kong itself: the open-source image, or the enterprise one. */
const GATEWAY_IMAGE = /(^|\/)(kong|kong\/kong-gateway)(:|@|$)/;
const CONTROLLER_IMAGE = /(^|\/)kong\/(kubernetes-ingress-controller|kong-operator)(:|@|$)/;
/**
 * Looks for Deployments that run Kong's controller: everywhere where that is allowed, so that no second one is put beside
 * a Kong of another namespace, else in Kong's namespace.
 */
async function findKong(cluster, namespace) {
    const { items } = await cluster.list('apps/v1', 'Deployment').catch((error) => {
        if (error instanceof transport/* ApiError */.hD && error.status === 403)
            return cluster.list('apps/v1', 'Deployment', namespace);
        throw error;
    });
    const controllers = items.flatMap((deployment) => imagesOf(deployment)
        .filter((image) => CONTROLLER_IMAGE.test(image))
        .map((image) => ({
        namespace: deployment.metadata.namespace ?? '',
        name: `${deployment.metadata.namespace}/${deployment.metadata.name} ${image}`,
    })));
    return {
        controllers: controllers.map(({ name }) => name),
        here: controllers.some((controller) => controller.namespace === namespace),
    };
}
/** The arguments of `helm upgrade --install` for Kong: pure, so that a table test covers them. */
function helmArguments(settings, valuesFile) {
    return [
        'upgrade',
        '--install',
        RELEASE,
        'ingress',
        `--repo=${settings.kongChartRepository}`,
        `--version=${settings.kongChartVersion}`,
        `--namespace=${settings.kongNamespace}`,
        '--create-namespace',
        `--values=${valuesFile}`,
        `--timeout=${Math.ceil(settings.readyTimeout / 1000)}s`,
        ...(0,proxy/* connectionArgs */.y)(settings).map((argument) => argument.replace(/^--context=/, '--kube-context=')),
    ];
}
/** The arguments of `helm rollback` for Kong. */
function rollbackArguments(settings, revision) {
    return [
        'rollback',
        RELEASE,
        String(revision),
        `--namespace=${settings.kongNamespace}`,
        `--timeout=${Math.ceil(settings.readyTimeout / 1000)}s`,
        ...(0,proxy/* connectionArgs */.y)(settings).map((argument) => argument.replace(/^--context=/, '--kube-context=')),
    ];
}
/**
 * Makes a release that a dead run left pending fit for an upgrade again; waits first whether that run is really dead.
 * @throws ToolError with helm's last words when it cannot be brought back.
 */
async function repairHelm(helm, cluster, settings, options) {
    const repair = await findDeadHelm(cluster, { name: RELEASE, namespace: settings.kongNamespace }, options);
    if (repair.kind === 'none')
        return;
    if (repair.kind === 'forget') {
        await forget(cluster, repair.record);
        options.say(`an installation of Kong died (${repair.from}): its record was removed, and what it made is taken over`);
        return;
    }
    const finished = await (0,process/* run */.e)(helm, rollbackArguments(settings, repair.revision), {
        timeout: settings.readyTimeout + 30_000,
        ...(options.signal ? { signal: options.signal } : {}),
    });
    if (finished.code !== 0) {
        throw new errors/* ToolError */.v4(`helm could not bring Kong back to revision ${repair.revision} after a run died (${repair.from}): ${lastWords(finished)}`, `helm history ${RELEASE} -n ${settings.kongNamespace}`);
    }
    options.say(`an upgrade of Kong died (${repair.from}): helm brought revision ${repair.revision} back first`);
}
function lastWords({ stderr, code }) {
    return stderr.trim().split('\n').slice(-5).join('\n') || `exit code ${code}`;
}
/**
 * Installs or upgrades Kong. Helm is not asked to wait: the Deployments are watched instead, which sees readiness at
 * once and can say which pod is missing.
 * @throws ToolError with helm's last words, sanitised by whoever prints them.
 */
async function installKong(helm, settings, actionRoot, signal) {
    const values = external_node_path_.join(actionRoot, 'manifests', 'kong', 'values.yaml');
    const finished = await (0,process/* run */.e)(helm, helmArguments(settings, values), {
        timeout: settings.readyTimeout + 30_000,
        ...(signal ? { signal } : {}),
    });
    if (finished.code === 0)
        return;
    const words = lastWords(finished);
    throw new errors/* ToolError */.v4(`helm could not install Kong: ${words}`, /another operation .* is in progress/.test(words)
        ? 'another helm is at work on it: run again when it is done'
        : 'check the inputs kong-chart-repository and kong-chart-version, or install Kong yourself and set install-kong: false');
}
/**
 * Waits until Kong has all its replicas available: every Deployment of our release, or, where somebody else installed
 * Kong under whatever name, the Deployments that run it or its controller.
 */
async function waitForKong(cluster, settings, clock, installedBy = 'us') {
    let missing = installedBy === 'us' ? `no Deployment of the release ${RELEASE} seen` : 'no controller seen';
    const ready = await (0,watch/* watchUntil */.m)(cluster, {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        namespace: settings.kongNamespace,
        ...(installedBy === 'us' ? { labelSelector: `app.kubernetes.io/instance=${RELEASE}` } : {}),
    }, (world) => {
        const kong = [...world.values()].filter((deployment) => installedBy === 'us' || runsKong(deployment));
        const waiting = kong.filter((deployment) => !isAvailable(deployment));
        if (kong.length > 0 && waiting.length === 0)
            return true;
        if (waiting.length > 0) {
            missing = waiting
                .map((deployment) => `Deployment ${deployment.metadata.name}: ${Number((0,objects/* field */.ZZ)(deployment, 'status', 'availableReplicas') ?? 0)} of ${replicasOf(deployment)} pods ready`)
                .join('; ');
        }
        return undefined;
    }, { clock, timeout: settings.readyTimeout });
    if (ready)
        return;
    throw new errors/* PlatformError */.Wk(`Kong did not become ready within ${settings.readyTimeout / 1000} s (${missing})`, `kubectl get pods -n ${settings.kongNamespace}; kubectl describe pod -n ${settings.kongNamespace}${installedBy === 'us' ? ` -l app.kubernetes.io/instance=${RELEASE}` : ''}`);
}
function isAvailable(deployment) {
    const status = (0,objects/* field */.ZZ)(deployment, 'status');
    return ((0,objects/* field */.ZZ)(status, 'observedGeneration') === deployment.metadata.generation &&
        Number((0,objects/* field */.ZZ)(status, 'updatedReplicas') ?? 0) >= replicasOf(deployment) &&
        Number((0,objects/* field */.ZZ)(status, 'availableReplicas') ?? 0) >= replicasOf(deployment));
}
function replicasOf(deployment) {
    return Number((0,objects/* field */.ZZ)(deployment, 'spec', 'replicas') ?? 1);
}
function runsKong(deployment) {
    return imagesOf(deployment).some((image) => CONTROLLER_IMAGE.test(image) || GATEWAY_IMAGE.test(image));
}
function imagesOf(deployment) {
    return (0,objects/* list */.p_)(deployment, 'spec', 'template', 'spec', 'containers').map((container) => (0,objects/* text */.Qq)(container, 'image'));
}

/***/ }),

/***/ 9710:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   F: () => (/* binding */ isInside),
/* harmony export */   M: () => (/* binding */ entryOf)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7406);
/* harmony import */ var _kube_objects_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4067);
/** Where users' requests to a service come in, when the object that splits them is not the one Kong serves. Pure. */


/**
 * The route itself unless it is for callers inside only; else the HTTPRoute or Ingress that leads to the Service the route splits,
 * which is called like the service.
 * @throws PlatformError when nothing leads there, or more than one does.
 */
function entryOf(route, objects) {
    if (!isInside(route.object))
        return { object: route.object, rules: route.rules.map(({ index }) => index) };
    const found = new Map();
    for (const object of objects) {
        const rules = rulesTo(route.service, object);
        if (rules.length > 0)
            found.set((0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_1__/* .nameOf */ .Vb)(object), { object, rules });
    }
    const [entry, ...others] = found.values();
    if (entry === undefined) {
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .PlatformError */ .Wk(`nothing leads to the Service ${route.object.metadata.namespace}/${route.service} from outside, whose requests ${(0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_1__/* .nameOf */ .Vb)(route.object)} splits`, `send a path to it with an Ingress or an HTTPRoute of Kong's: users' requests are what a release is judged by`);
    }
    if (others.length > 0) {
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .PlatformError */ .Wk(`${[...found.keys()].join(' and ')} both lead to the Service ${route.object.metadata.namespace}/${route.service}`, 'keep one of them: which one serves a path is undefined');
    }
    return entry;
}
/** Places of the rules or paths that send to a Service. */
function rulesTo(service, object) {
    const targets = object.kind === 'Ingress'
        ? (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_1__/* .list */ .p_)(object, 'spec', 'rules').flatMap((rule) => (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_1__/* .list */ .p_)(rule, 'http', 'paths').map((path) => [(0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_1__/* .text */ .Qq)(path, 'backend', 'service', 'name')]))
        : hangsOnGateway(object)
            ? (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_1__/* .list */ .p_)(object, 'spec', 'rules').map((rule) => (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_1__/* .list */ .p_)(rule, 'backendRefs').map((ref) => (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_1__/* .text */ .Qq)(ref, 'name')))
            : [];
    return targets.flatMap((names, index) => (names.includes(service) ? [index] : []));
}
/** Whether a route only splits what comes to it inside the mesh: that of a mesh, or an HTTPRoute whose parents are Services. */
function isInside(route) {
    if (route.kind !== 'HTTPRoute')
        return true;
    return ((0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_1__/* .list */ .p_)(route, 'spec', 'parentRefs').some((parent) => (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_1__/* .text */ .Qq)(parent, 'kind') === 'Service') && !hangsOnGateway(route));
}
/** Absent kinds of parents are Gateways (apis/v1/shared_types.go). */
function hangsOnGateway(route) {
    return (route.kind === 'HTTPRoute' &&
        (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_1__/* .list */ .p_)(route, 'spec', 'parentRefs').some((parent) => ((0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_1__/* .text */ .Qq)(parent, 'kind') || 'Gateway') === 'Gateway'));
}

/***/ })

};
