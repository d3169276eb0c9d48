export const id = 896;
export const ids = [896];
export const modules = {

/***/ 846:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   O1: () => (/* binding */ describeAnswer),
/* harmony export */   _3: () => (/* binding */ evaluate),
/* harmony export */   em: () => (/* binding */ sentence),
/* harmony export */   tv: () => (/* binding */ kongMessage),
/* harmony export */   yv: () => (/* binding */ originOf)
/* harmony export */ });
/* unused harmony exports patternOf, statusRanges, jsonAt */
/* harmony import */ var node_util__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7975);
/* harmony import */ var _kube_objects_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4067);
/** One HTTP answer against what was expected of it, and who gave it: the application, or Kong itself. Pure. */


/** Longest piece of a body that is quoted in a message. */
const QUOTE = 120;
/**
 * Who answered, by the headers Kong adds in its default configuration (`headers = server_tokens, latency_tokens`):
 * X-Kong-Response-Latency only on answers it made itself; Via and X-Kong-Upstream-Latency on answers it passed on,
 * its own 502 and 504 for a failing upstream included (kong/runloop/handler.lua, 3.9).
 */
function originOf(answer) {
    if (header(answer, 'x-kong-response-latency') !== undefined)
        return 'kong';
    if (header(answer, 'x-kong-upstream-latency') !== undefined)
        return 'app';
    if (/\bkong\//i.test(header(answer, 'via') ?? ''))
        return 'app';
    // server_tokens without latency_tokens: Kong names itself as the server of what it made
    if (/^kong\//i.test(header(answer, 'server') ?? ''))
        return 'kong';
    return 'unknown';
}
/** Kong's messages for an upstream that failed while it was asked (kong/error_handlers.lua). */
const UPSTREAM_FAILED = new Set([
    'An invalid response was received from the upstream server',
    'The upstream server is currently unavailable',
    'The upstream server is timing out',
]);
/**
 * Kong's own words: `message` of the JSON body it makes, or the first line of its text form. Undefined for answers of
 * the application, and for bodies that hold none.
 */
function kongMessage(answer) {
    const message = messageIn(answer.body);
    if (originOf(answer) === 'kong')
        return message;
    return message !== undefined && UPSTREAM_FAILED.has(message) ? message : undefined;
}
/** "404 by Kong: no Route matched with those values", "200 from the app", "no answer: connect ECONNREFUSED …". */
function describeAnswer(answer) {
    if (answer.error !== undefined || answer.status === 0)
        return `no answer: ${answer.error ?? 'the connection ended'}`;
    const message = kongMessage(answer);
    const origin = originOf(answer);
    if (message !== undefined)
        return `${answer.status} by Kong: ${message}`;
    if (origin === 'kong')
        return `${answer.status} by Kong`;
    if (origin === 'app')
        return `${answer.status} from the app`;
    return `${answer.status}, not through Kong as far as its headers say`;
}
/** The first thing about the answer that is not as expected, or `ok`. */
function evaluate(expectation, answer, options = {}) {
    const from = options.from === undefined ? '' : options.from === 'app' ? ' from the app' : ' by Kong';
    const status = `status ${statusRanges(expectation.status)}${from}`;
    if (answer.error !== undefined || answer.status === 0)
        return differs(status, describeAnswer(answer));
    if (!expectation.status.includes(answer.status))
        return differs(status, describeAnswer(answer));
    if (options.from !== undefined && !cameFrom(options.from, answer))
        return differs(status, describeAnswer(answer));
    for (const [name, wanted] of Object.entries(expectation.header)) {
        const seen = header(answer, name);
        const result = compareText(wanted, seen, 'whole');
        if (!result)
            return differs(`header ${name}: ${wanted}`, seen === undefined ? 'no such header' : `${name}: ${quote(seen)}`);
    }
    const json = compareJson(expectation.json, answer.body);
    if (!json.ok)
        return json;
    if (expectation.body !== undefined && !compareText(expectation.body, answer.body, 'part')) {
        const wanted = patternOf(expectation.body) === undefined ? `"${expectation.body}"` : `a match of ${expectation.body}`;
        return differs(`a body with ${wanted}`, answer.body === '' ? 'an empty body' : `the body ${quote(answer.body)}`);
    }
    if (expectation.maxTime !== undefined && answer.milliseconds > expectation.maxTime) {
        return differs(`an answer within ${expectation.maxTime} ms`, `${Math.round(answer.milliseconds)} ms`);
    }
    if (expectation.servedBy !== undefined && options.servedBy !== expectation.servedBy) {
        const seen = options.servedBy ?? 'a version that cannot be told (set the input identify)';
        return differs(`an answer of ${expectation.servedBy}`, seen);
    }
    return { ok: true };
}
/** "expected …, seen …": the sentence both halves of a failed evaluation make. */
function sentence(evaluation) {
    return `expected ${evaluation.expected}, seen ${evaluation.seen}`;
}
/** `/…/` or `/…/i` as a pattern; anything else is plain text. Invalid patterns are undefined as well. */
function patternOf(text) {
    const written = /^\/(.+)\/(i?)$/s.exec(text);
    if (written === null)
        return undefined;
    try {
        return new RegExp(written[1] ?? '', `${written[2] ?? ''}u`);
    }
    catch {
        return undefined;
    }
}
/** "200–299", "200, 204, 301–303": runs of status codes joined. */
function statusRanges(codes) {
    const sorted = [...new Set(codes)].sort((a, b) => a - b);
    const runs = [];
    for (const code of sorted) {
        const last = runs.at(-1);
        if (last !== undefined && code === last[1] + 1)
            last[1] = code;
        else
            runs.push([code, code]);
    }
    return runs
        .map(([start, end]) => (start === end ? `${start}` : end === start + 1 ? `${start}, ${end}` : `${start}–${end}`))
        .join(', ');
}
function cameFrom(wanted, answer) {
    const origin = originOf(answer);
    if (wanted === 'kong')
        return origin === 'kong';
    // a gateway whose tokens are switched off tells nothing; Kong's words would still give it away
    return origin !== 'kong' && kongMessage(answer) === undefined;
}
function compareJson(wanted, body) {
    const paths = Object.entries(wanted);
    if (paths.length === 0)
        return { ok: true };
    let parsed;
    try {
        parsed = JSON.parse(body);
    }
    catch {
        return differs(`JSON with ${paths.map(([path]) => path).join(', ')}`, body === '' ? 'an empty body' : `no JSON: ${quote(body)}`);
    }
    for (const [path, value] of paths) {
        const seen = jsonAt(parsed, path);
        const pattern = typeof value === 'string' ? patternOf(value) : undefined;
        const equal = pattern === undefined ? (0,node_util__WEBPACK_IMPORTED_MODULE_0__.isDeepStrictEqual)(seen, value) : seen !== undefined && pattern.test(asText(seen));
        if (!equal)
            return differs(`JSON ${path} = ${cut(JSON.stringify(value))}`, seen === undefined ? `no ${path}` : `${path} = ${cut(JSON.stringify(seen))}`);
    }
    return { ok: true };
}
/** The value at a dotted path; `$` or an empty path is the whole document. A key that itself holds the dots wins. */
function jsonAt(document, path) {
    const inner = path.replace(/^\$\.?/, '');
    if (inner === '')
        return document;
    return (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_1__/* .field */ .ZZ)(document, inner) ?? (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_1__/* .field */ .ZZ)(document, ...inner.split('.'));
}
function compareText(wanted, seen, how) {
    if (seen === undefined)
        return false;
    const pattern = patternOf(wanted);
    if (pattern !== undefined)
        return pattern.test(seen);
    return how === 'whole' ? seen === wanted : seen.includes(wanted);
}
function messageIn(body) {
    const trimmed = body.trim();
    if (trimmed === '')
        return undefined;
    if (trimmed.startsWith('{')) {
        try {
            const message = (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_1__/* .field */ .ZZ)(JSON.parse(trimmed), 'message');
            return typeof message === 'string' ? message : undefined;
        }
        catch {
            return undefined;
        }
    }
    // the text, XML and HTML forms hold the message and, since 3.5, a request id; HTML makes a sentence of it
    const plain = trimmed
        .replace(/<title>.*?<\/title>|<h1>.*?<\/h1>|\.(?=<\/p>)/gis, ' ')
        .replace(/<[^>]*>/g, '\n')
        .split('\n')
        .map((line) => line.trim())
        .find((line) => line !== '');
    return plain?.slice(0, QUOTE);
}
function header(answer, name) {
    const wanted = name.toLowerCase();
    if (Object.hasOwn(answer.headers, wanted))
        return answer.headers[wanted];
    return Object.entries(answer.headers).find(([key]) => key.toLowerCase() === wanted)?.[1];
}
function asText(value) {
    return typeof value === 'string' ? value : JSON.stringify(value);
}
function quote(text) {
    return `"${cut(text)}"`;
}
function cut(text) {
    const line = text.replace(/\s+/g, ' ').trim();
    return line.length > QUOTE ? `${line.slice(0, QUOTE)}…` : line;
}
function differs(expected, seen) {
    return { ok: false, expected, seen };
}

/***/ }),

/***/ 4076:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   An: () => (/* binding */ requirePermissions),
/* harmony export */   HR: () => (/* binding */ missingPermissions),
/* harmony export */   Je: () => (/* binding */ permissionText),
/* harmony export */   ZI: () => (/* binding */ rolesFor)
/* harmony export */ });
/* harmony import */ var yaml__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8815);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7406);
/* harmony import */ var _kube_objects_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(4067);
/* harmony import */ var _connection_transport_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(7096);
/** One sweep of SelfSubjectAccessReviews before any write: everything missing is said at once, as the Role that allows it. */




/**
 * @throws ClusterError that lists every missing permission and prints the Role or ClusterRole that grants them.
 *   A cluster that does not answer access reviews is taken at its word later.
 */
async function requirePermissions(cluster, wanted) {
    const missing = await missingPermissions(cluster, wanted);
    if (missing.length === 0)
        return;
    throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .ClusterError */ .b$(`these permissions are missing:\n${missing.map((permission) => `  ${permissionText(permission)}`).join('\n')}`, `bind this to the identity of the job:\n${rolesFor(missing)}`);
}
/** Those of the wanted permissions the identity of this run does not have, one verb each; each is asked for once. */
async function missingPermissions(cluster, wanted) {
    const asked = new Map();
    for (const permission of wanted) {
        for (const verb of permission.verbs) {
            const key = [verb, permission.group, permission.resource, permission.namespace ?? ''].join('|');
            if (!asked.has(key))
                asked.set(key, { permission, verb });
        }
    }
    const questions = [...asked.values()];
    const answers = await Promise.all(questions.map(({ permission, verb }) => allowed(cluster, permission, verb)));
    return questions
        .filter((_, index) => answers[index] === false)
        .map(({ permission, verb }) => ({ ...permission, verbs: [verb] }));
}
/** "patch httproutes.gateway.networking.k8s.io in prod (read and write weights)". */
function permissionText({ verbs, group, resource, namespace, purpose }) {
    const kind = group ? `${resource}.${group}` : resource;
    return `${verbs.join(', ')} ${kind}${namespace ? ` in ${namespace}` : ''} (${purpose})`;
}
async function allowed(cluster, permission, verb) {
    const [resource = '', subresource] = permission.resource.split('/');
    try {
        const answer = await cluster.send({
            method: 'POST',
            path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
            repeatable: true,
            body: {
                apiVersion: 'authorization.k8s.io/v1',
                kind: 'SelfSubjectAccessReview',
                spec: {
                    resourceAttributes: {
                        verb,
                        group: permission.group,
                        resource,
                        ...(subresource === undefined ? {} : { subresource }),
                        ...(permission.namespace === undefined ? {} : { namespace: permission.namespace }),
                    },
                },
            },
        });
        return (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_3__/* .field */ .ZZ)(answer, 'status', 'allowed') === true;
    }
    catch (error) {
        if (error instanceof _connection_transport_js__WEBPACK_IMPORTED_MODULE_2__/* .ApiError */ .hD && (error.status === 403 || error.status === 404))
            return true;
        throw error;
    }
}
/** Roles (per namespace) and a ClusterRole that grant exactly what is given, as YAML; one rule for each resource. */
function rolesFor(permissions, name = 'mesh-canary') {
    const scopes = new Map();
    for (const { namespace = '', group, resource, verbs } of permissions) {
        const rules = scopes.get(namespace) ?? new Map();
        scopes.set(namespace, rules);
        const key = `${group}/${resource}`;
        const rule = rules.get(key) ?? { group, resource, verbs: new Set() };
        rules.set(key, rule);
        for (const verb of verbs)
            rule.verbs.add(verb);
    }
    return [...scopes]
        .map(([namespace, rules]) => yamlOf({
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: namespace ? 'Role' : 'ClusterRole',
        metadata: namespace ? { name, namespace } : { name },
        rules: [...rules.values()].map((rule) => ({
            apiGroups: [rule.group],
            resources: [rule.resource],
            verbs: [...rule.verbs].sort(),
        })),
    }))
        .join('---\n');
}
/** Block style, with lists of words on one line. */
function yamlOf(value) {
    const document = new yaml__WEBPACK_IMPORTED_MODULE_0__/* .Document */ .yo(value);
    (0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .visit */ .YR)(document, {
        Seq: (_, list) => {
            list.flow = list.items.every((item) => (0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isScalar */ .jn)(item));
        },
    });
    return document.toString({ lineWidth: 120, flowCollectionPadding: false });
}

/***/ }),

/***/ 3131:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   m: () => (/* binding */ watchUntil)
/* harmony export */ });
/* unused harmony export keyOf */
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7406);
/* harmony import */ var _kube_objects_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(4067);
/* harmony import */ var _cluster_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8002);
/* harmony import */ var _connection_transport_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(7096);




const LINE_LIMIT = 16 * 1024 * 1024;
/**
 * Lists, then watches, and asks `decide` after every change; its first answer other than undefined is returned.
 * Lost connections are taken up again until the time is over.
 * @returns undefined when the time ran out first; the last known world is given to `decide` only.
 * @throws whatever `decide` throws, the run's abort reason, and ClusterError when listing is refused.
 */
async function watchUntil(cluster, target, decide, options) {
    const kind = await cluster.kindOf(target.apiVersion, target.kind);
    const over = new AbortController();
    const stop = new AbortController();
    const signal = AbortSignal.any([over.signal, stop.signal, ...(cluster.signal ? [cluster.signal] : [])]);
    // A list that is tried again while the API server is away ends with the wait, too.
    const bounded = cluster.under(signal);
    const started = options.clock.monotonic();
    options.clock.sleep(Math.max(1, options.timeout), stop.signal).then(() => over.abort(), () => undefined);
    try {
        while (options.clock.monotonic() - started < options.timeout) {
            try {
                const listing = await bounded.list(target.apiVersion, target.kind, target.namespace, target);
                const world = new Map(listing.items.map((object) => [keyOf(object), object]));
                const atOnce = decide(world);
                if (atOnce !== undefined)
                    return atOnce;
                const query = new URLSearchParams({
                    watch: '1',
                    resourceVersion: listing.resourceVersion,
                    allowWatchBookmarks: 'false',
                });
                if (target.labelSelector)
                    query.set('labelSelector', target.labelSelector);
                if (target.fieldSelector)
                    query.set('fieldSelector', target.fieldSelector);
                const stream = await cluster.transport.stream(`${(0,_cluster_js__WEBPACK_IMPORTED_MODULE_1__/* .collectionPath */ .yb)(kind, target.namespace)}?${query}`, signal);
                for await (const line of linesOf(stream)) {
                    if (!take(world, line))
                        break;
                    const decided = decide(world);
                    if (decided !== undefined)
                        return decided;
                }
                await options.clock.sleep(50, signal);
            }
            catch (error) {
                if (cluster.signal?.aborted)
                    throw cluster.signal.reason;
                if (over.signal.aborted)
                    return undefined;
                if (!(0,_cluster_js__WEBPACK_IMPORTED_MODULE_1__/* .isPassing */ .WG)(error) && !isBrokenOff(error) && !(error instanceof _connection_transport_js__WEBPACK_IMPORTED_MODULE_2__/* .ApiError */ .hD && error.status === 410))
                    throw error;
                await options.clock.sleep(250, signal).catch(() => undefined);
            }
        }
        return undefined;
    }
    finally {
        stop.abort();
    }
}
/** Lines of a stream, at most 16 MiB each. @throws the stream's error when the connection breaks. */
async function* linesOf(stream) {
    let rest = '';
    stream.setEncoding('utf8');
    for await (const chunk of stream) {
        const lines = (rest + chunk).split('\n');
        rest = lines.pop() ?? '';
        if (rest.length > LINE_LIMIT)
            throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ClusterError */ .b$('the API server sent a watch event of more than 16 MiB');
        yield* lines;
    }
}
/** A watch ends with its connection: the API server restarts, a proxy closes idle streams. */
function isBrokenOff(error) {
    return (error instanceof Error &&
        ['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE'].includes(error.code ?? ''));
}
/** Applies one watch event; false when the watch must start again (an error event, or a line we cannot read). */
function take(world, line) {
    let event;
    try {
        event = JSON.parse(line);
    }
    catch {
        return false;
    }
    const type = (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_3__/* .text */ .Qq)(event, 'type');
    const object = event.object;
    if (type === 'DELETED')
        world.delete(keyOf(object));
    else if (type === 'ADDED' || type === 'MODIFIED')
        world.set(keyOf(object), object);
    else
        return type === 'BOOKMARK';
    return true;
}
function keyOf(object) {
    return `${object.metadata.namespace ?? ''}/${object.metadata.name}`;
}

/***/ }),

/***/ 8680:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   R$: () => (/* binding */ waitForGateway),
/* harmony export */   RW: () => (/* binding */ waitForAnswer),
/* harmony export */   Yq: () => (/* binding */ GATEWAY_API),
/* harmony export */   rs: () => (/* binding */ urlOf)
/* harmony export */ });
/* harmony import */ var _checks_expect_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(846);
/* harmony import */ var _cluster_watch_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3131);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(7406);
/* harmony import */ var _kube_objects_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(4067);
/** The gateway users call: which object it is, where it answers, and that it does. */




const GATEWAY_API = 'gateway.networking.k8s.io/v1';
/**
 * Waits until the Gateway is Programmed at its present generation and, where `address` is asked for, has an address: a
 * load balancer gets its name a while after it was made. What the controller said last is in the error.
 */
async function waitForGateway(cluster, gateway, options) {
    let last = 'no status yet';
    let pending = false;
    let told = false;
    const wait = () => {
        pending = true;
        if (!told)
            options.say?.(`address pending: Gateway ${gateway.namespace}/${gateway.name} has none yet`);
        told = true;
        return undefined;
    };
    const ready = await (0,_cluster_watch_js__WEBPACK_IMPORTED_MODULE_1__/* .watchUntil */ .m)(cluster, {
        apiVersion: GATEWAY_API,
        kind: 'Gateway',
        namespace: gateway.namespace,
        fieldSelector: `metadata.name=${gateway.name}`,
    }, (world) => {
        pending = false;
        const object = world.get(`${gateway.namespace}/${gateway.name}`);
        if (!object) {
            last = 'it does not exist';
            return undefined;
        }
        const condition = (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_3__/* .list */ .p_)(object, 'status', 'conditions').find((entry) => (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_3__/* .text */ .Qq)(entry, 'type') === 'Programmed');
        if (!condition)
            return undefined;
        last = `Programmed=${(0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_3__/* .text */ .Qq)(condition, 'status')} ${(0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_3__/* .text */ .Qq)(condition, 'reason')}: ${(0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_3__/* .text */ .Qq)(condition, 'message')}`;
        const current = (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_3__/* .field */ .ZZ)(condition, 'observedGeneration') === object.metadata.generation;
        if ((0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_3__/* .text */ .Qq)(condition, 'status') !== 'True' || !current)
            return (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_3__/* .text */ .Qq)(condition, 'reason') === 'AddressNotAssigned' ? wait() : undefined;
        if (options.address !== true || addressOf(object) !== '')
            return object;
        last = 'address pending: its status has none yet';
        return wait();
    }, options);
    if (ready)
        return ready;
    throw new _errors_js__WEBPACK_IMPORTED_MODULE_2__/* .PlatformError */ .Wk(`Gateway ${gateway.namespace}/${gateway.name} did not become ready within ${options.timeout / 1000} s (${last})`, pending
        ? "is there a load balancer for Kong's Service (kubectl get service -A)? Raise ready-timeout when it is slow, or give the input gateway-url"
        : `kubectl describe gateway ${gateway.name} -n ${gateway.namespace}; is the Kong controller running, and does its GatewayClass carry the annotation konghq.com/gatewayclass-unmanaged: "true"?`);
}
function addressOf(gateway) {
    return (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_3__/* .text */ .Qq)((0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_3__/* .list */ .p_)(gateway, 'status', 'addresses')[0], 'value');
}
/**
 * Where users' requests go, from the Gateway's own status: first address, first HTTP(S) listener.
 * @throws PlatformError when there is no address yet: it names the input that gives one.
 */
function urlOf(gateway) {
    const address = addressOf(gateway);
    const listeners = (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_3__/* .list */ .p_)(gateway, 'spec', 'listeners');
    const listener = listeners.find((entry) => (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_3__/* .text */ .Qq)(entry, 'protocol') === 'HTTP') ??
        listeners.find((entry) => (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_3__/* .text */ .Qq)(entry, 'protocol') === 'HTTPS');
    if (address === '' || listener === undefined) {
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_2__/* .PlatformError */ .Wk(`${(0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_3__/* .nameOf */ .Vb)(gateway)} has no ${address === '' ? 'address' : 'HTTP listener'}`, 'give the URL that users call with the input gateway-url');
    }
    const scheme = (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_3__/* .text */ .Qq)(listener, 'protocol') === 'HTTPS' ? 'https' : 'http';
    const port = Number((0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_3__/* .field */ .ZZ)(listener, 'port'));
    const host = address.includes(':') ? `[${address}]` : address;
    return port === (scheme === 'https' ? 443 : 80) ? `${scheme}://${host}` : `${scheme}://${host}:${port}`;
}
/** Milliseconds between two questions: an HTTP port cannot be watched. A name is asked for less often, as resolvers remember a no. */
const ASK_AGAIN = { port: 250, name: 2_000 };
/**
 * Waits until something that speaks like Kong answers at the URL (any status: a 404 of Kong's is an answer too). A name
 * that does not resolve is an address that is pending: load balancers are in DNS only minutes after they were made.
 */
async function waitForAnswer(http, url, options) {
    const started = options.clock.monotonic();
    const host = new URL(url).hostname;
    let last = 'no answer';
    let pending = false;
    do {
        const answer = await http({
            url: `${url}/`,
            method: 'GET',
            headers: { accept: 'application/json' },
            timeout: 2000,
            signal: options.signal,
        });
        if (answer.error === undefined && answer.status > 0) {
            if ((0,_checks_expect_js__WEBPACK_IMPORTED_MODULE_0__/* .originOf */ .yv)(answer) !== 'unknown' || answer.status < 500)
                return;
        }
        last = answer.error ?? `status ${answer.status}`;
        const unresolved = isUnresolved(answer.error);
        if (unresolved && !pending)
            options.say?.(`address pending: ${host} does not resolve yet`);
        pending = unresolved;
        await options.clock.sleep(pending ? ASK_AGAIN.name : ASK_AGAIN.port, options.signal);
    } while (options.clock.monotonic() - started < options.timeout);
    if (pending)
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_2__/* .PlatformError */ .Wk(`the address of the gateway is pending: ${host} does not resolve, for ${options.timeout / 1000} s`, 'raise ready-timeout where a load balancer is new, give the input gateway-url, or in-cluster where the name is known inside only');
    throw new _errors_js__WEBPACK_IMPORTED_MODULE_2__/* .PlatformError */ .Wk(`the gateway does not answer at ${url}: ${last}, for ${options.timeout / 1000} s`, 'check that this address is reached from the runner, or give the input gateway-url');
}
/** Words of getaddrinfo(3): no such name, or no answer from a resolver for now. */
function isUnresolved(error) {
    return error !== undefined && /\b(ENOTFOUND|EAI_AGAIN)\b/.test(error);
}

/***/ }),

/***/ 6528:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   CL: () => (/* binding */ setupPermissions),
/* harmony export */   F3: () => (/* binding */ resourcesOf),
/* harmony export */   HV: () => (/* binding */ statusPermissions),
/* harmony export */   Lu: () => (/* binding */ routeOf),
/* harmony export */   Np: () => (/* binding */ rollbackPermissions),
/* harmony export */   RS: () => (/* binding */ checkPermissions),
/* harmony export */   _1: () => (/* binding */ deployPermissions),
/* harmony export */   eR: () => (/* binding */ planPermissions)
/* harmony export */ });
/* harmony import */ var _kube_objects_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4067);

const GATEWAY = 'gateway.networking.k8s.io';
const KONG = 'configuration.konghq.com';
const inNamespace = (namespace) => (verbs, group, resource, purpose) => ({ verbs, group, resource, namespace, purpose });
const clusterWide = (verbs, group, resource, purpose) => ({ verbs, group, resource, purpose });
/** The kind of a provider, as RBAC names it. Lanes of Gateway API are HTTPRoutes of their own; all others write rules. */
function routeOf({ name, resource, backingKinds, limits }) {
    const route = { group: (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_0__/* .groupOf */ .F8)(resource.apiVersion), resource: resource.plural };
    if (name === 'gateway-api')
        return { ...route, lanes: 'objects' };
    const backing = backingKinds.map(({ apiVersion, plural }) => ({ group: (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_0__/* .groupOf */ .F8)(apiVersion), resource: plural }));
    return { ...route, lanes: 'rules', mesh: { backing, events: limits.refusals === 'events' } };
}
/** What a release needs in the namespaces of its services and of Kong. */
function deployPermissions(work) {
    const { settings, route, also = [], plugins } = work;
    const own = inNamespace(settings.namespace);
    const deletes = settings.retire === 'delete' ? ['delete'] : [];
    return [
        ...[route, ...also].flatMap(({ group, resource, lanes }) => [
            own(['get', 'list', 'watch', 'patch'], group, resource, 'read and write weights'),
            ...(lanes === 'objects'
                ? [own(['create', 'delete'], group, resource, 'open lanes for probes, and close them')]
                : []),
        ]),
        ...meshPermissions(work),
        own(['get', 'list', 'watch', 'create', 'update', 'delete'], 'coordination.k8s.io', 'leases', 'lock the route'),
        own(['get', 'list', ...deletes], '', 'services', 'find the versions'),
        own(['list', 'watch'], '', 'pods', 'see why a version does not start'),
        own(['list', 'watch'], 'discovery.k8s.io', 'endpointslices', 'count ready pods'),
        own(['get', 'list', 'patch', ...deletes], 'apps', 'deployments', 'find versions and raise replicas'),
        own(['list', 'patch', ...deletes], 'autoscaling', 'horizontalpodautoscalers', 'leave autoscaled replicas alone, and raise their lower bound before a share'),
        ...lintPermissions(own),
        own(['get', 'list'], KONG, 'kongplugins', 'find plugins, and those that change answers'),
        ...kongReadings(settings, ['list', 'watch']),
        ...relayPermissions(settings),
        ...evidencePermissions(settings),
        ...appliedPermissions(work),
        ...(plugins === 'none' ? [] : [own(['list', 'watch'], '', 'events', "read Kong's warnings")]),
        ...(settings.probeConsumer === 'temporary'
            ? ['kongconsumers', 'kongplugins']
                .map((resource) => own(['create', 'patch', 'delete'], KONG, resource, 'probe as a caller of its own'))
                .concat(own(['create', 'patch', 'delete'], '', 'secrets', 'probe as a caller of its own'))
            : []),
        ...(plugins === 'proved with a caller'
            ? [
                own(['create', 'patch', 'delete'], KONG, 'kongconsumers', 'prove plugins with a caller of its own'),
                own(['create', 'patch', 'delete'], '', 'secrets', 'prove plugins with a caller of its own'),
            ]
            : []),
    ];
}
/** On a mesh, what Kong serves is not the route: it is found, its plugins are bound there, and so is where Kong answers. */
function meshPermissions({ settings, route: { mesh }, plugins }) {
    if (mesh === undefined)
        return [];
    const own = inNamespace(settings.namespace);
    const verbs = ['get', 'list', ...(plugins === 'none' ? [] : ['patch'])];
    return [
        own(verbs, 'networking.k8s.io', 'ingresses', "find where users' requests come in"),
        own(verbs, GATEWAY, 'httproutes', "find where users' requests come in"),
        ...mesh.backing.map(({ group, resource }) => own(['get', 'list', 'watch'], group, resource, 'know what stands behind the versions')),
        ...(mesh.events ? [own(['list', 'watch'], '', 'events', 'hear what the mesh refuses')] : []),
        ...proxyPermissions({ settings, route: { mesh } }),
    ];
}
/** Where Kong serves an Ingress, its Service says where it answers. */
function proxyPermissions({ settings, route: { mesh }, }) {
    const given = settings.gatewayUrl !== 'auto' && settings.gatewayUrl !== 'in-cluster';
    if (mesh === undefined || given)
        return [];
    return [inNamespace(settings.kongNamespace)(['list'], '', 'services', 'find where Kong answers')];
}
/** What installing the platform needs. `install`: Kong is missing and Helm will make all of its chart. */
function setupPermissions(work, install) {
    return [
        ...kongReadings(work.settings, ['list', 'watch']),
        ...relayPermissions(work.settings),
        ...appliedPermissions({ ...work, route: { group: GATEWAY, resource: 'httproutes' } }),
        ...(install ? installPermissions(work.settings) : []),
    ];
}
/** Only reading: what a release would do. */
function planPermissions(work) {
    const { settings, route, plugins, brought } = work;
    const own = inNamespace(settings.namespace);
    return [
        own(['list'], route.group, route.resource, 'read weights'),
        own(['list'], '', 'services', 'find the versions'),
        own(['list'], 'discovery.k8s.io', 'endpointslices', 'count ready pods'),
        own(['list'], 'apps', 'deployments', 'find versions'),
        own(['list'], 'autoscaling', 'horizontalpodautoscalers', 'leave autoscaled replicas alone'),
        ...lintPermissions(own),
        ...kongReadings(settings, ['list']),
        ...brought
            .filter(({ resource }) => resource !== 'secrets') // whoever may read one may read all; they are compared where allowed
            .map((resource) => ({ ...resource, verbs: ['get'], purpose: 'compare with the manifests' })),
        ...(plugins === 'none' ? [] : [own(['list'], KONG, 'kongplugins', 'find plugins')]),
    ];
}
/** Only reading: what serves now is asked from outside. */
function checkPermissions(work) {
    const { settings, route, plugins } = work;
    const own = inNamespace(settings.namespace);
    return [
        own(['list'], route.group, route.resource, 'read where the services answer'),
        ...(route.mesh === undefined ? [] : [own(['list'], GATEWAY, 'httproutes', 'read where the services answer')]),
        ...proxyPermissions({ settings, route }),
        own(['list'], '', 'services', 'find the versions'),
        own(['list'], 'apps', 'deployments', 'find versions'),
        ...lintPermissions(own),
        inNamespace(settings.kongNamespace)(['list', 'watch'], GATEWAY, 'gateways', 'read where the gateway answers'),
        ...relayPermissions(settings),
        ...(plugins === 'none' ? [] : [own(['list'], KONG, 'kongplugins', 'find plugins')]),
        ...relayPermissions(settings),
    ];
}
/** What a return needs; what it cannot list it leaves to the next release. */
function rollbackPermissions(settings, route) {
    const own = inNamespace(settings.namespace);
    return [
        own(['get', 'list', 'watch', 'patch'], route.group, route.resource, 'read and write weights'),
        own(['get', 'list', 'watch', 'create', 'update', 'delete'], 'coordination.k8s.io', 'leases', 'lock the route'),
        own(['get'], '', 'services', 'find the versions'),
        ...(route.mesh?.events ? [own(['list', 'watch'], '', 'events', 'hear what the mesh refuses')] : []),
        own(['get', 'patch'], 'apps', 'deployments', 'bring retired pods back'),
        own(['list', 'watch'], 'discovery.k8s.io', 'endpointslices', 'count ready pods'),
    ];
}
/** Only reading. */
function statusPermissions({ namespace }, route) {
    const own = inNamespace(namespace);
    return [
        own(['list'], route.group, route.resource, 'read weights and journals'),
        own(['get'], 'coordination.k8s.io', 'leases', 'see who holds the lock'),
    ];
}
/** What the lint cannot do without: an Ingress on the same path takes the traffic, and nothing else would say so. */
function lintPermissions(own) {
    return [own(['list'], 'networking.k8s.io', 'ingresses', 'see what else takes the same path')];
}
function kongReadings(settings, verbs) {
    const kong = inNamespace(settings.kongNamespace);
    return [
        kong(verbs, 'apps', 'deployments', 'find Kong and wait for it'),
        kong(verbs, GATEWAY, 'gateways', 'read where the gateway answers'),
    ];
}
/** Where users' requests are counted. */
function evidencePermissions({ evidence, namespace, prometheusUrl }) {
    const proxied = (server, resource, purpose) => [
        { verbs: ['get'], group: '', resource, namespace: server, purpose },
    ];
    if (evidence.includes('pods'))
        return proxied(namespace, 'pods/proxy', 'read what the pods have counted');
    if (!evidence.includes('prometheus') || prometheusUrl?.by !== 'service')
        return [];
    return proxied(prometheusUrl.namespace, 'services/proxy', 'ask Prometheus through the API server');
}
/** The verb the API server wants for relaying a method (apiserver, pkg/endpoints/request/requestinfo.go). */
const VERBS = { POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' };
function relayPermissions({ gatewayUrl, kongNamespace, checks }) {
    if (gatewayUrl !== 'in-cluster')
        return [];
    const verbs = [...new Set(['get', ...checks.map(({ method }) => VERBS[method] ?? 'get')])];
    const kong = inNamespace(kongNamespace);
    return [
        kong(['get'], '', 'services', 'find the Service of the gateway'),
        kong(verbs, '', 'services/proxy', 'reach the gateway through the API server'),
    ];
}
/** Objects are read, applied (which is create and patch), and taken back when the run fails. Routes are never applied. */
function appliedPermissions({ brought, route, }) {
    return brought.map((resource) => resource.group === route.group && resource.resource === route.resource
        ? { ...resource, verbs: ['get', 'create', 'delete', 'patch'], purpose: 'make the route, and take it back' }
        : {
            ...resource,
            verbs: ['get', 'create', 'patch', ...(isKept(resource) ? [] : ['delete'])],
            purpose: 'apply what is brought, and take it back',
        });
}
/** Never deleted on the way back (platform/snapshot.ts). */
function isKept({ resource }) {
    return [
        'namespaces',
        'customresourcedefinitions',
        'gatewayclasses',
        'gateways',
        'persistentvolumes',
        'persistentvolumeclaims',
    ].includes(resource);
}
/** What Helm makes of Kong's chart `ingress`, with Helm's own record of the release (a Secret). */
function installPermissions({ kongNamespace }) {
    const kong = inNamespace(kongNamespace);
    const all = ['get', 'list', 'watch', 'create', 'patch', 'update', 'delete'];
    const purpose = 'install Kong with Helm';
    return [
        clusterWide(['get', 'create'], '', 'namespaces', purpose),
        clusterWide(['get', 'create', 'patch'], 'apiextensions.k8s.io', 'customresourcedefinitions', purpose),
        clusterWide(['get', 'create', 'patch', 'delete'], 'rbac.authorization.k8s.io', 'clusterroles', purpose),
        clusterWide(['get', 'create', 'patch', 'delete'], 'rbac.authorization.k8s.io', 'clusterrolebindings', purpose),
        clusterWide(['get', 'create', 'patch', 'delete'], 'admissionregistration.k8s.io', 'validatingwebhookconfigurations', purpose),
        clusterWide(['get', 'create', 'patch', 'delete'], 'networking.k8s.io', 'ingressclasses', purpose),
        kong(all, 'rbac.authorization.k8s.io', 'roles', purpose),
        kong(all, 'rbac.authorization.k8s.io', 'rolebindings', purpose),
        kong(all, '', 'serviceaccounts', purpose),
        kong(all, '', 'services', purpose),
        kong(all, '', 'secrets', purpose),
        kong(all, 'apps', 'deployments', purpose),
    ];
}
/** The resources of objects, each once; kinds the cluster does not serve yet are left out: their definitions come first. */
async function resourcesOf(cluster, objects) {
    const found = new Map();
    for (const { apiVersion, kind, metadata } of objects) {
        const served = (await cluster.kindsOf(apiVersion)).find((entry) => entry.kind === kind);
        if (served === undefined)
            continue;
        const namespace = served.namespaced ? metadata.namespace : undefined;
        const resource = {
            group: (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_0__/* .groupOf */ .F8)(apiVersion),
            resource: served.plural,
            ...(namespace === undefined ? {} : { namespace }),
        };
        found.set([resource.group, resource.resource, namespace ?? ''].join('|'), resource);
    }
    return [...found.values()];
}

/***/ })

};
