export const id = 97;
export const ids = [97];
export const modules = {

/***/ 7097:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   setup: () => (/* binding */ setup)
/* harmony export */ });
/* harmony import */ var _cluster_connection_transport_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7096);
/* harmony import */ var _cluster_permissions_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4076);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(7406);
/* harmony import */ var _gateway_ensure_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(3504);
/* harmony import */ var _gateway_in_cluster_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(3161);
/* harmony import */ var _gateway_kong_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(7692);
/* harmony import */ var _gateway_shipped_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(2087);
/* harmony import */ var _gateway_status_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(8680);
/* harmony import */ var _manifests_apply_js__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(3520);
/* harmony import */ var _manifests_files_js__WEBPACK_IMPORTED_MODULE_9__ = __webpack_require__(6207);
/* harmony import */ var _manifests_snapshot_js__WEBPACK_IMPORTED_MODULE_10__ = __webpack_require__(4470);
/* harmony import */ var _routes_index_js__WEBPACK_IMPORTED_MODULE_11__ = __webpack_require__(4551);
/* harmony import */ var _study_rights_js__WEBPACK_IMPORTED_MODULE_12__ = __webpack_require__(6528);
/* harmony import */ var _study_work_js__WEBPACK_IMPORTED_MODULE_13__ = __webpack_require__(3734);














/** Milliseconds for taking back what was applied when the gateway does not answer afterwards. Kong itself stays. */
const RESTORE_WITHIN = 20_000;
async function setup(context, cluster) {
    const { settings, log, notes, ports, actionRoot } = context;
    const http = (0,_gateway_in_cluster_js__WEBPACK_IMPORTED_MODULE_4__/* .gatewayClient */ .Ue)(settings, cluster, ports.clock.monotonic);
    const say = (line) => notes.say(line);
    const warn = (line) => notes.warn(line);
    const mask = (secret) => log.mask(secret);
    const options = { ...context, cluster, clock: ports.clock, http, say, warn, mask };
    const manifests = (0,_manifests_files_js__WEBPACK_IMPORTED_MODULE_9__/* .readManifests */ .P)(settings.workspace, settings.manifests, { namespace: settings.namespace });
    for (const secret of manifests.secrets)
        log.mask(secret);
    const named = settings.mesh === 'auto' ? 'gateway-api' : settings.mesh;
    const routes = manifests.objects.filter((object) => (0,_routes_index_js__WEBPACK_IMPORTED_MODULE_11__/* .isRoute */ .Cn)(object, (0,_routes_index_js__WEBPACK_IMPORTED_MODULE_11__/* .providerFor */ .zG)(named)));
    if (routes.length > 0) {
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_2__/* .LintError */ .kk(`setup does not write routes, and the manifests bring ${routes.map(({ kind, metadata }) => `${kind} ${metadata.name}`).join(', ')}`, 'leave routes to the command deploy, which merges them without moving traffic');
    }
    await cluster.kindOf(_gateway_status_js__WEBPACK_IMPORTED_MODULE_7__/* .GATEWAY_API */ .Yq, 'HTTPRoute');
    await log.group('Permissions', async () => (0,_cluster_permissions_js__WEBPACK_IMPORTED_MODULE_1__/* .requirePermissions */ .An)(cluster, await rights(context, cluster, manifests.objects)));
    const installed = await log.group('Kong', () => (0,_gateway_ensure_js__WEBPACK_IMPORTED_MODULE_3__/* .ensureKong */ .e)(options));
    const snapshot = new _manifests_snapshot_js__WEBPACK_IMPORTED_MODULE_10__/* .Snapshot */ .F();
    try {
        await log.group('Manifests', async () => {
            const missing = await (0,_gateway_shipped_js__WEBPACK_IMPORTED_MODULE_6__/* .missingGateway */ .RR)(cluster, settings, actionRoot);
            const report = await (0,_manifests_apply_js__WEBPACK_IMPORTED_MODULE_8__/* .applyObjects */ .r)(cluster, [...missing, ...manifests.objects], snapshot);
            for (const name of report.created)
                say(`created ${name}`);
            for (const name of report.changed)
                say(`changed ${name}`);
        });
        notes.url = await log.group('Gateway', () => (0,_gateway_ensure_js__WEBPACK_IMPORTED_MODULE_3__/* .reachGateway */ .C)({ namespace: settings.kongNamespace, name: (0,_gateway_shipped_js__WEBPACK_IMPORTED_MODULE_6__/* .gatewayName */ .SN)(settings) }, options));
    }
    catch (error) {
        const within = AbortSignal.timeout(RESTORE_WITHIN);
        for (const problem of await snapshot.restore(cluster.under(within, RESTORE_WITHIN)))
            notes.warn(problem);
        throw error;
    }
    finally {
        http.close();
    }
    const changed = installed || snapshot.size > 0;
    return notes.outcome(settings, changed ? 'applied' : 'nothing-to-do', changed
        ? `the platform is set up: Kong answers at ${notes.url}`
        : `the platform was as asked already: Kong answers at ${notes.url}`, 'no route was touched');
}
/** What this set-up needs, as far as it may look; what it may not even look at is among it. */
async function rights(context, cluster, manifests) {
    const { settings, actionRoot } = context;
    const refused = (error) => {
        if (error instanceof _cluster_connection_transport_js__WEBPACK_IMPORTED_MODULE_0__/* .ApiError */ .hD && error.status === 403)
            return undefined;
        throw error;
    };
    const kong = await (0,_gateway_kong_js__WEBPACK_IMPORTED_MODULE_5__/* .findKong */ .z0)(cluster, settings.kongNamespace).catch(refused);
    const missing = await (0,_gateway_shipped_js__WEBPACK_IMPORTED_MODULE_6__/* .missingGateway */ .RR)(cluster, settings, actionRoot).catch(refused);
    const brought = await (0,_study_work_js__WEBPACK_IMPORTED_MODULE_13__/* .resourcesOf */ .F3)(cluster, [...(missing ?? []), ...manifests]);
    const install = settings.installKong === 'true' || (settings.installKong === 'auto' && kong?.controllers.length === 0);
    return (0,_study_rights_js__WEBPACK_IMPORTED_MODULE_12__/* .setupPermissions */ .CL)({ settings, brought }, install);
}

/***/ }),

/***/ 3504:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   C: () => (/* binding */ reachGateway),
/* harmony export */   e: () => (/* binding */ ensureKong)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7406);
/* harmony import */ var _toolchain_index_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9197);
/* harmony import */ var _in_cluster_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(3161);
/* harmony import */ var _kong_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(7692);
/* harmony import */ var _status_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(8680);





/** @returns whether Kong was installed or upgraded by us. @throws PlatformError, ToolError with the fix. */
async function ensureKong(options) {
    const { cluster, settings, say } = options;
    const { controllers, here } = await (0,_kong_js__WEBPACK_IMPORTED_MODULE_3__/* .findKong */ .z0)(cluster, settings.kongNamespace);
    if (settings.installKong !== 'true' && controllers.length > 0) {
        say(`Kong is there: ${controllers.join(', ')}`);
        if (here)
            await (0,_kong_js__WEBPACK_IMPORTED_MODULE_3__/* .waitForKong */ .gs)(cluster, settings, options.clock, 'others');
        return false;
    }
    if (settings.installKong === 'false') {
        if (controllers.length > 0)
            return false;
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .PlatformError */ .Wk(`no Kong controller runs in namespace ${settings.kongNamespace}, and install-kong is false`, 'correct kong-namespace, or set install-kong: auto');
    }
    say(`installing Kong: chart ingress ${settings.kongChartVersion} from ${settings.kongChartRepository} into namespace ${settings.kongNamespace}`);
    const { env, clock, signal, warn, mask } = options;
    const helm = await (0,_toolchain_index_js__WEBPACK_IMPORTED_MODULE_1__/* .provideTool */ .ol)('helm', {
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
    await (0,_kong_js__WEBPACK_IMPORTED_MODULE_3__/* .repairHelm */ .Qr)(helm.file, cluster, settings, { clock, say, signal });
    await (0,_kong_js__WEBPACK_IMPORTED_MODULE_3__/* .installKong */ .t4)(helm.file, settings, options.actionRoot, signal);
    cluster.forgetKinds();
    await (0,_kong_js__WEBPACK_IMPORTED_MODULE_3__/* .waitForKong */ .gs)(cluster, settings, options.clock);
    say('Kong is ready');
    return true;
}
/**
 * The address users call: the setting, or what the Gateway says; either way something must answer there.
 * @param gateway the one the routes hang on; undefined where Kong serves an Ingress
 */
async function reachGateway(gateway, options) {
    const { cluster, settings, clock, http, signal, say } = options;
    const waiting = { clock, timeout: settings.readyTimeout, signal, say };
    const object = gateway && (await (0,_status_js__WEBPACK_IMPORTED_MODULE_4__/* .waitForGateway */ .R$)(cluster, gateway, { ...waiting, address: settings.gatewayUrl === 'auto' }));
    const url = await (0,_in_cluster_js__WEBPACK_IMPORTED_MODULE_2__/* .urlFor */ .dk)(object, cluster, settings);
    await (0,_status_js__WEBPACK_IMPORTED_MODULE_4__/* .waitForAnswer */ .RW)(http, url, waiting);
    say(`the gateway answers at ${url}`);
    return url;
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

// UNUSED EXPORTS: helmArguments, rollbackArguments

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
const HELM_RELEASE = 'kong';
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
        HELM_RELEASE,
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
        HELM_RELEASE,
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
    const repair = await findDeadHelm(cluster, { name: HELM_RELEASE, namespace: settings.kongNamespace }, options);
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
        throw new errors/* ToolError */.v4(`helm could not bring Kong back to revision ${repair.revision} after a run died (${repair.from}): ${lastWords(finished)}`, `helm history ${HELM_RELEASE} -n ${settings.kongNamespace}`);
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
    let missing = installedBy === 'us' ? `no Deployment of the release ${HELM_RELEASE} seen` : 'no controller seen';
    const ready = await (0,watch/* watchUntil */.m)(cluster, {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        namespace: settings.kongNamespace,
        ...(installedBy === 'us' ? { labelSelector: `app.kubernetes.io/instance=${HELM_RELEASE}` } : {}),
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
    throw new errors/* PlatformError */.Wk(`Kong did not become ready within ${settings.readyTimeout / 1000} s (${missing})`, `kubectl get pods -n ${settings.kongNamespace}; kubectl describe pod -n ${settings.kongNamespace}${installedBy === 'us' ? ` -l app.kubernetes.io/instance=${HELM_RELEASE}` : ''}`);
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

/***/ 2087:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   RR: () => (/* binding */ missingGateway),
/* harmony export */   SN: () => (/* binding */ gatewayName),
/* harmony export */   i5: () => (/* binding */ neededGateway),
/* harmony export */   oO: () => (/* binding */ shippedGateway)
/* harmony export */ });
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6760);
/* harmony import */ var _manifests_files_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6207);
/* harmony import */ var _parent_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(2394);
/* harmony import */ var _status_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(8680);
/** The GatewayClass and the Gateway this tool brings, where there is none. */




/** The name of the Gateway that is made where there is none. */
function gatewayName(settings) {
    return (0,_parent_js__WEBPACK_IMPORTED_MODULE_2__/* .namedGateway */ .c)(settings) ?? 'kong';
}
/** The shipped GatewayClass and Gateway under the names the settings ask for. */
function shippedGateway(settings, actionRoot) {
    const name = gatewayName(settings);
    const { objects } = (0,_manifests_files_js__WEBPACK_IMPORTED_MODULE_1__/* .readManifests */ .P)(actionRoot, [node_path__WEBPACK_IMPORTED_MODULE_0__.join('manifests', 'kong', 'gateway.yaml')], {
        namespace: settings.kongNamespace,
    });
    return objects.map((object) => object.kind === 'Gateway'
        ? { ...object, metadata: { ...object.metadata, name, namespace: settings.kongNamespace } }
        : object);
}
/** The shipped objects, where the Gateway among them is not in the cluster yet. */
async function missingGateway(cluster, settings, actionRoot) {
    const { items } = await cluster.list(_status_js__WEBPACK_IMPORTED_MODULE_3__/* .GATEWAY_API */ .Yq, 'Gateway', settings.kongNamespace);
    const name = gatewayName(settings);
    return items.some(({ metadata }) => metadata.name === name) ? [] : shippedGateway(settings, actionRoot);
}
/**
 * The same, for a release: nothing where none of its services comes in by that Gateway.
 * @param entries what Kong serves of the services
 * @throws PlatformError when one hangs on no Gateway, or on another than asked.
 */
async function neededGateway(cluster, settings, actionRoot, entries) {
    const used = entries.some((entry) => {
        const gateway = (0,_parent_js__WEBPACK_IMPORTED_MODULE_2__/* .gatewayOf */ .e)(entry, settings);
        return gateway?.namespace === settings.kongNamespace && gateway.name === gatewayName(settings);
    });
    return used ? missingGateway(cluster, settings, actionRoot) : [];
}

/***/ }),

/***/ 3520:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   U: () => (/* binding */ withReplicas),
/* harmony export */   r: () => (/* binding */ applyObjects)
/* harmony export */ });
/* harmony import */ var _cluster_connection_transport_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7096);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7406);
/* harmony import */ var _kube_objects_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(4067);



/**
 * Server-side applies objects in the order given and records each write.
 * The number of replicas is looked after: see {@link withReplicas}.
 * @param isBackend whether a Deployment serves a service of this release
 * @throws PlatformError naming the object and the API server's words; what was applied before stays recorded.
 */
async function applyObjects(cluster, objects, snapshot, isBackend = () => false) {
    const report = { created: [], changed: [], unchanged: [] };
    const autoscaled = await autoscaledDeployments(cluster, objects);
    for (const object of objects) {
        const before = await cluster.find((0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_2__/* .refOf */ .H8)(object));
        const wanted = withReplicas(object, before, autoscaled.has((0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_2__/* .nameOf */ .Vb)(object)), isBackend(object.metadata.name));
        try {
            const after = await cluster.apply(wanted);
            if (before === undefined)
                report.created.push((0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_2__/* .nameOf */ .Vb)(object));
            else if (before.metadata.resourceVersion === after.metadata.resourceVersion)
                report.unchanged.push((0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_2__/* .nameOf */ .Vb)(object));
            else
                report.changed.push((0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_2__/* .nameOf */ .Vb)(object));
            if (before?.metadata.resourceVersion !== after.metadata.resourceVersion)
                snapshot.record({ before, after });
            if (object.kind === 'CustomResourceDefinition')
                cluster.forgetKinds();
        }
        catch (error) {
            if (!(error instanceof _cluster_connection_transport_js__WEBPACK_IMPORTED_MODULE_0__/* .ApiError */ .hD))
                throw error;
            throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .PlatformError */ .Wk(`${(0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_2__/* .nameOf */ .Vb)(object)} was not accepted: ${error.message}`, nextFor(error, object));
        }
    }
    return report;
}
/**
 * The object with the replicas it may be applied with. An autoscaler's number stands. A backend of the release is never
 * taken below what it runs: its pods were raised for the requests it gets. The live number is written, not left out:
 * leaving out a field that we applied before would reset it to 1.
 */
function withReplicas(object, live, autoscaled, backend) {
    if (object.kind !== 'Deployment')
        return object;
    const { replicas: written, ...spec } = ((0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_2__/* .field */ .ZZ)(object, 'spec') ?? {});
    const running = (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_2__/* .field */ .ZZ)(live, 'spec', 'replicas');
    if (typeof running !== 'number')
        return autoscaled ? { ...object, spec } : object;
    const wanted = typeof written === 'number' ? written : 1;
    if (autoscaled || (backend && running > wanted))
        return { ...object, spec: { ...spec, replicas: running } };
    return object;
}
async function autoscaledDeployments(cluster, objects) {
    const namespaces = new Set(objects.filter(({ kind }) => kind === 'Deployment').map(({ metadata }) => metadata.namespace ?? 'default'));
    const owned = new Set();
    for (const namespace of namespaces) {
        const live = await cluster.list('autoscaling/v2', 'HorizontalPodAutoscaler', namespace);
        const written = objects.filter(({ kind, metadata }) => kind === 'HorizontalPodAutoscaler' && metadata.namespace === namespace);
        for (const hpa of [...live.items, ...written]) {
            const target = (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_2__/* .field */ .ZZ)(hpa, 'spec', 'scaleTargetRef', 'name');
            if ((0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_2__/* .field */ .ZZ)(hpa, 'spec', 'scaleTargetRef', 'kind') === 'Deployment')
                owned.add(`Deployment ${namespace}/${String(target)}`);
        }
    }
    return owned;
}
function nextFor(error, object) {
    if (error.status === 404 && /namespaces .* not found/.test(error.message)) {
        return `create the namespace ${object.metadata.namespace} (add a Namespace to the manifests), or correct the input namespace`;
    }
    if (error.status === 403)
        return 'grant the job the right to patch this kind in that namespace';
    if (/field is immutable/.test(error.message)) {
        return `a field that cannot change differs from the live object (often spec.selector): give the new version a new name`;
    }
    return 'correct the manifest';
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

/***/ }),

/***/ 4470:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   F: () => (/* binding */ Snapshot),
/* harmony export */   L: () => (/* binding */ reversePatch)
/* harmony export */ });
/* harmony import */ var node_util__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7975);
/* harmony import */ var _cluster_connection_transport_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7096);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(7406);
/* harmony import */ var _kube_objects_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(4067);
/** What was there before we applied something, and the way back to it. */




/** Kinds that are never deleted on the way back: too much hangs on them. */
const KEPT = new Set([
    'Namespace',
    'CustomResourceDefinition',
    'GatewayClass',
    'Gateway',
    'PersistentVolume',
    'PersistentVolumeClaim',
]);
const SERVER_OWNED = new Set([
    'resourceVersion',
    'generation',
    'managedFields',
    'uid',
    'creationTimestamp',
    'selfLink',
]);
/** The writes of a run, newest last, and their undoing. */
class Snapshot {
    #applied = [];
    record(applied) {
        this.#applied.push(applied);
    }
    get size() {
        return this.#applied.length;
    }
    /**
     * Undoes the writes that match, newest first: what we created is deleted, what we changed gets its old values where
     * nobody changed them since.
     * @returns one sentence for each object that could not be brought back; never throws.
     */
    async restore(cluster, matches = () => true) {
        const problems = [];
        for (let index = this.#applied.length - 1; index >= 0; index--) {
            const applied = this.#applied[index];
            if (!applied || !matches(applied.after))
                continue;
            this.#applied.splice(index, 1);
            try {
                await undo(cluster, applied);
            }
            catch (error) {
                const changed = error instanceof _cluster_connection_transport_js__WEBPACK_IMPORTED_MODULE_1__/* .ApiError */ .hD && (error.status === 422 || error.status === 404);
                problems.push(`${(0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_3__/* .nameOf */ .Vb)(applied.after)} was not restored: ${changed ? 'someone else changed it since' : (0,_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .reasonOf */ .A3)(error)}`);
            }
        }
        return problems;
    }
}
async function undo(cluster, { before, after }) {
    if (before === undefined) {
        if (!KEPT.has(after.kind))
            await cluster.delete((0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_3__/* .refOf */ .H8)(after), after.metadata.uid);
        return;
    }
    const patch = reversePatch(before, after);
    if (patch.length > 0)
        await cluster.patch((0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_3__/* .refOf */ .H8)(after), patch);
}
/**
 * The JSON Patch that turns `after` back into `before`. Every changed value is tested first, so that a later change
 * by someone else is never overwritten. Lists are taken whole; status and what the server owns are left alone.
 */
function reversePatch(before, after) {
    const operations = [];
    const walk = (old, now, path) => {
        if ((0,node_util__WEBPACK_IMPORTED_MODULE_0__.isDeepStrictEqual)(old, now))
            return;
        if (isRecord(old) && isRecord(now)) {
            for (const key of new Set([...Object.keys(old), ...Object.keys(now)])) {
                if (path.length === 0 && key === 'status')
                    continue;
                if (path.length === 1 && path[0] === 'metadata' && SERVER_OWNED.has(key))
                    continue;
                walk(old[key], now[key], [...path, key]);
            }
            return;
        }
        const at = (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_3__/* .pointer */ .Wn)(...path);
        if (now === undefined)
            operations.push({ op: 'add', path: at, value: old });
        else {
            operations.push({ op: 'test', path: at, value: now });
            operations.push(old === undefined ? { op: 'remove', path: at } : { op: 'replace', path: at, value: old });
        }
    };
    walk(before, after, []);
    return operations;
}
function isRecord(value) {
    return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/***/ })

};
