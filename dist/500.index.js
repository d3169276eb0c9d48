export const id = 500;
export const ids = [500];
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

/***/ 2554:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   X6: () => (/* binding */ applyPatch),
/* harmony export */   Zm: () => (/* binding */ jsonEqual)
/* harmony export */ });
/* unused harmony export PatchFailed */
/** An operation did not apply: a `test` that is not true, or a path that is not there. Nothing was changed. */
class PatchFailed extends Error {
    name = 'PatchFailed';
    operation;
    constructor(index, operation, reason) {
        super(`operation ${index} (${operation.op} ${operation.path}): ${reason}`);
        this.operation = operation;
    }
}
/**
 * The document after the patch; the given one is left as it is.
 * @throws PatchFailed at the first operation that does not apply.
 */
function applyPatch(document, patch) {
    let result = structuredClone(document);
    for (const [index, operation] of patch.entries()) {
        try {
            result = applyOne(result, operation);
        }
        catch (error) {
            throw new PatchFailed(index, operation, error instanceof Error ? error.message : String(error));
        }
    }
    return result;
}
/** Equality as RFC 6902 §4.6 defines it for `test`: by value, members in any order. */
function jsonEqual(a, b) {
    if (a === b)
        return true;
    if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object')
        return false;
    if (Array.isArray(a) || Array.isArray(b)) {
        if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length)
            return false;
        return a.every((value, index) => jsonEqual(value, b[index]));
    }
    const left = Object.entries(a);
    if (left.length !== Object.keys(b).length)
        return false;
    return left.every(([key, value]) => Object.hasOwn(b, key) && jsonEqual(value, b[key]));
}
function applyOne(document, operation) {
    const parts = parse(operation.path);
    const last = parts.pop();
    const value = 'value' in operation ? structuredClone(operation.value) : undefined;
    if (last === undefined) {
        if (operation.op === 'remove')
            throw new Error('the whole document cannot be removed');
        if (operation.op === 'test' && !jsonEqual(document, value))
            throw new Error('the document is another one');
        return operation.op === 'test' ? document : value;
    }
    let parent = document;
    for (const part of parts)
        parent = get(parent, part);
    if (Array.isArray(parent))
        inArray(parent, last, operation.op, value);
    else if (parent !== null && typeof parent === 'object')
        inObject(parent, last, operation.op, value);
    else
        throw new Error('the parent is neither an object nor an array');
    return document;
}
function inArray(array, part, op, value) {
    if (op === 'add') {
        array.splice(part === '-' ? array.length : indexIn(part, array.length + 1), 0, value);
        return;
    }
    const index = indexIn(part, array.length);
    if (op === 'remove')
        array.splice(index, 1);
    else if (op === 'replace')
        array[index] = value;
    else if (!jsonEqual(array[index], value))
        throw new Error(`the value is ${JSON.stringify(array[index])}`);
}
function inObject(object, key, op, value) {
    if (op !== 'add' && !Object.hasOwn(object, key))
        throw new Error('there is no such member');
    if (op === 'remove')
        delete object[key];
    else if (op === 'test') {
        if (!jsonEqual(object[key], value))
            throw new Error(`the value is ${JSON.stringify(object[key])}`);
    }
    else {
        // Not an assignment: a member named __proto__ must become a member, not the prototype.
        Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
    }
}
function get(container, part) {
    if (Array.isArray(container))
        return container[indexIn(part, container.length)];
    if (container !== null && typeof container === 'object' && Object.hasOwn(container, part)) {
        return container[part];
    }
    throw new Error(`there is no ${JSON.stringify(part)}`);
}
function indexIn(part, length) {
    const index = /^(?:0|[1-9]\d*)$/.test(part) ? Number(part) : Number.NaN;
    if (!(index < length))
        throw new Error(`there is no element ${part}`);
    return index;
}
function parse(path) {
    if (path === '')
        return [];
    if (!path.startsWith('/'))
        throw new Error('a pointer starts with /');
    return path
        .slice(1)
        .split('/')
        .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
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

/***/ 6408:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $Z: () => (/* binding */ mergePlugins),
/* harmony export */   CB: () => (/* binding */ WINDOWS),
/* harmony export */   PB: () => (/* binding */ boundPlugins),
/* harmony export */   Pd: () => (/* binding */ PLUGINS_ANNOTATION),
/* harmony export */   U2: () => (/* binding */ pluginNames),
/* harmony export */   b4: () => (/* binding */ desiredPlugins),
/* harmony export */   fF: () => (/* binding */ findPlugin)
/* harmony export */ });
/* unused harmony export KONG_API */
/* harmony import */ var _kube_json_patch_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2554);
/* harmony import */ var _kube_objects_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(4067);
/* harmony import */ var _manifests_object_shape_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2729);
/**
 * Kong plugins of a release: which objects to apply, the annotation that binds them, and what may go wrong with both.
 * Pure. Applying comes in this order: plugin objects, then annotations; Kong serves a route without a plugin that it
 * cannot find, so the reverse order leaves the route open for a moment.
 */



const KONG_API = 'configuration.konghq.com/v1';
/** Comma-separated names of plugins, in the order they are written; on routes, Services and consumers. */
const PLUGINS_ANNOTATION = 'konghq.com/plugins';
/** From the input `plugins` to objects. All problems are returned together; with problems, nothing may be applied. */
function desiredPlugins(specs, world) {
    const names = [];
    const apply = [];
    const objects = [];
    const problems = [];
    for (const spec of specs) {
        if (names.includes(spec.name)) {
            problems.push({ plugin: spec.name, message: `The plugin ${spec.name} is given twice; keep one of them.` });
            continue;
        }
        const live = findPlugin(world.live, spec.name, world.namespace);
        const resolved = spec.kind === 'inline' ? inlinePlugin(spec, world) : namedPlugin(spec.name, live, world);
        if ('message' in resolved) {
            problems.push(resolved);
            continue;
        }
        const found = configProblems(resolved.object, live);
        problems.push(...found);
        if (found.length > 0)
            continue;
        names.push(spec.name);
        objects.push(resolved.object);
        if (resolved.apply && !sameContent(resolved.object, live))
            apply.push(resolved.object);
    }
    return { names, apply, objects, problems };
}
/**
 * The annotation with our names added: names that are there keep their place, ours follow in order, none is removed or
 * doubled. @returns the unchanged text when nothing is missing.
 */
function mergePlugins(existing, names) {
    const present = pluginNames(existing);
    const missing = names.filter((name) => !present.includes(name));
    return missing.length === 0 && existing !== undefined ? existing : [...present, ...missing].join(', ');
}
/** The names in a `konghq.com/plugins` annotation. */
function pluginNames(value) {
    return [...new Set((value ?? '').split(',').map((name) => name.trim()))].filter((name) => name !== '');
}
/** Names bound to an object. */
function boundPlugins(object) {
    return pluginNames((0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_2__/* .annotation */ .w7)(object, PLUGINS_ANNOTATION));
}
/** The object behind a name: a KongPlugin of the namespace beats a KongClusterPlugin, as in the controller's look-up. */
function findPlugin(objects, name, namespace) {
    return (objects.find(({ kind, metadata }) => kind === 'KongPlugin' && metadata.name === name && metadata.namespace === namespace) ?? objects.find(({ kind, metadata }) => kind === 'KongClusterPlugin' && metadata.name === name));
}
function inlinePlugin(spec, world) {
    if (!(0,_manifests_object_shape_js__WEBPACK_IMPORTED_MODULE_1__/* .isSubdomain */ .J)(spec.name)) {
        return {
            plugin: spec.name,
            message: `"${spec.name}" cannot name a plugin object: use lower-case letters, digits, "-" and ".".`,
        };
    }
    const written = findPlugin(world.manifests, spec.name, world.namespace);
    if (written !== undefined) {
        return {
            plugin: spec.name,
            message: `The plugin ${spec.name} is written inline and in the manifests; keep one of them, or give the name alone.`,
        };
    }
    const object = {
        apiVersion: KONG_API,
        kind: 'KongPlugin',
        metadata: { name: spec.name, namespace: world.namespace },
        plugin: spec.plugin,
        config: spec.config,
    };
    return { object, apply: true };
}
function namedPlugin(name, live, world) {
    const written = findPlugin(world.manifests, name, world.namespace);
    if (written !== undefined)
        return { object: written, apply: false };
    if (live !== undefined)
        return { object: live, apply: false };
    const shipped = world.shipped.find(({ kind, metadata }) => kind === 'KongPlugin' && metadata.name === name);
    if (shipped !== undefined) {
        const object = { ...shipped, metadata: { ...shipped.metadata, namespace: world.namespace } };
        return { object, apply: true };
    }
    const elsewhere = [...world.manifests, ...world.live].find(({ kind, metadata }) => kind === 'KongPlugin' && metadata.name === name);
    if (elsewhere !== undefined) {
        return {
            plugin: name,
            message: `${(0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_2__/* .nameOf */ .Vb)(elsewhere)} is in another namespace than the routes (${world.namespace}); create it there, or make it a KongClusterPlugin.`,
        };
    }
    const known = [
        ...new Set([...world.shipped, ...world.manifests, ...world.live].filter(isPlugin).map(({ metadata }) => metadata.name)),
    ];
    return {
        plugin: name,
        message: `There is no KongPlugin ${world.namespace}/${name} and no KongClusterPlugin ${name}, and Kong would serve the route without it. Known: ${known.sort().join(', ') || 'none'}.`,
    };
}
/**
 * What Kong or the API server would refuse. One refused plugin stops every later change of the whole gateway
 * (controller issues 539 and 680), so it is said before.
 */
function configProblems(object, live) {
    const { name } = object.metadata;
    const plugin = (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_2__/* .text */ .Qq)(object, 'plugin');
    const problems = [];
    const say = (message) => problems.push({ plugin: name, message });
    if (plugin === '')
        say(`${(0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_2__/* .nameOf */ .Vb)(object)} does not say which plugin it is (field plugin).`);
    if (live !== undefined && live.kind === object.kind && (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_2__/* .text */ .Qq)(live, 'plugin') !== plugin) {
        say(`${(0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_2__/* .nameOf */ .Vb)(object)} is a ${(0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_2__/* .text */ .Qq)(live, 'plugin')} plugin in the cluster and its kind cannot change to ${plugin}; use another name.`);
    }
    if ((0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_2__/* .field */ .ZZ)(object, 'config') !== undefined && (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_2__/* .field */ .ZZ)(object, 'configFrom') !== undefined) {
        say(`${(0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_2__/* .nameOf */ .Vb)(object)} has config and configFrom; the API server takes one of them.`);
    }
    if (plugin === 'rate-limiting' && object['configFrom'] === undefined) {
        if ((0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_2__/* .text */ .Qq)(object, 'config', 'policy') === 'cluster') {
            say(`${(0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_2__/* .nameOf */ .Vb)(object)} has policy: cluster, which Kong without a database refuses; use local, or redis.`);
        }
        if (!WINDOWS.some((window) => typeof (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_2__/* .field */ .ZZ)(object, 'config', window) === 'number')) {
            say(`${(0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_2__/* .nameOf */ .Vb)(object)} sets no limit; give at least one of ${WINDOWS.join(', ')}.`);
        }
    }
    return problems;
}
/** Windows of the rate-limiting plugin, shortest first, as Kong names them. */
const WINDOWS = ['second', 'minute', 'hour', 'day', 'month', 'year'];
function sameContent(wanted, live) {
    if (live === undefined || live.kind !== wanted.kind)
        return false;
    const { apiVersion: _a, kind: _k, metadata: _m, ...content } = wanted;
    return Object.entries(content).every(([key, value]) => (0,_kube_json_patch_js__WEBPACK_IMPORTED_MODULE_0__/* .jsonEqual */ .Zm)(live[key], value));
}
function isPlugin({ kind }) {
    return kind === 'KongPlugin' || kind === 'KongClusterPlugin';
}

/***/ }),

/***/ 8897:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Az: () => (/* binding */ runLabel),
/* harmony export */   X1: () => (/* binding */ proofConsumer),
/* harmony export */   jQ: () => (/* binding */ RUN_LABEL)
/* harmony export */ });
/** Label of everything a run creates for itself; a later run removes what a dead one left. */
const RUN_LABEL = 'mesh-canary.dev/run';
/** Secret and KongConsumer of a run's proofs, in the order they are applied; removed when the proofs are done. */
function proofConsumer(options) {
    const run = runLabel(options.run);
    const name = `mesh-canary-proof-${run}`;
    const metadata = { name, namespace: options.namespace };
    const secret = {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { ...metadata, labels: { [RUN_LABEL]: run, 'konghq.com/credential': 'key-auth' } },
        type: 'Opaque',
        stringData: { key: options.key },
    };
    const consumer = {
        apiVersion: 'configuration.konghq.com/v1',
        kind: 'KongConsumer',
        metadata: {
            ...metadata,
            labels: { [RUN_LABEL]: run },
            annotations: { 'kubernetes.io/ingress.class': options.ingressClass },
        },
        username: name,
        credentials: [name],
    };
    return [secret, consumer];
}
/** A run's id as the value of {@link RUN_LABEL}. */
function runLabel(run) {
    return run
        .toLowerCase()
        .replace(/[^a-z0-9-]+/g, '-')
        .replace(/^-+|-+$/g, '')
        .slice(0, 40)
        .replace(/-+$/, '');
}

/***/ }),

/***/ 6199:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  S4: () => (/* binding */ judge),
  LH: () => (/* reexport */ kongWarningsSince),
  j2: () => (/* binding */ leftInWindow),
  X1: () => (/* reexport */ proof_consumer/* proofConsumer */.X1),
  gv: () => (/* binding */ proofFor),
  Lp: () => (/* binding */ requestsAllowed)
});

// UNUSED EXPORTS: EXHAUSTIBLE_LIMIT, RUN_LABEL

// EXTERNAL MODULE: ./build/src/checks/expect.js
var checks_expect = __webpack_require__(846);
// EXTERNAL MODULE: ./build/src/kube/objects.js
var objects = __webpack_require__(4067);
// EXTERNAL MODULE: ./build/src/plugins/desired.js
var desired = __webpack_require__(6408);
// EXTERNAL MODULE: ./build/src/plugins/proof-consumer.js
var proof_consumer = __webpack_require__(8897);
;// CONCATENATED MODULE: ./build/src/plugins/warnings.js
/** What Kong's controller says in events: the only place where a refused plugin or route shows. Pure. */

/**
 * Kong's warnings whose last occurrence is not older than a moment, newest first, one for each object and message.
 * @param since epoch milliseconds of our write by the API server's clock. Event times have whole seconds: an event of
 *   the same second counts as newer.
 */
function kongWarningsSince(events, since) {
    const second = Math.floor(since / 1000) * 1000;
    const warnings = events
        .filter((event) => (0,objects/* text */.Qq)(event, 'type') === 'Warning' && /^(Fallback)?Kong/.test((0,objects/* text */.Qq)(event, 'reason')))
        .map((event) => {
        // events.k8s.io/v1 calls them `regarding` and `note`
        const about = (0,objects/* strings */.P$)(event, (0,objects/* field */.ZZ)(event, 'involvedObject') === undefined ? 'regarding' : 'involvedObject');
        return {
            reason: (0,objects/* text */.Qq)(event, 'reason'),
            message: (0,objects/* text */.Qq)(event, 'message') || (0,objects/* text */.Qq)(event, 'note'),
            kind: about['kind'] ?? '',
            namespace: about['namespace'] ?? '',
            name: about['name'] ?? '',
            at: eventTime(event),
        };
    })
        .filter(({ at }) => at >= second)
        .sort((a, b) => b.at - a.at);
    const seen = new Set();
    return warnings.filter((warning) => {
        const key = [warning.reason, warning.kind, warning.namespace, warning.name, warning.message].join('|');
        return seen.has(key) ? false : seen.add(key) !== undefined;
    });
}
function eventTime(event) {
    const times = [
        (0,objects/* text */.Qq)(event, 'series', 'lastObservedTime'),
        (0,objects/* text */.Qq)(event, 'lastTimestamp'),
        (0,objects/* text */.Qq)(event, 'deprecatedLastTimestamp'),
        (0,objects/* text */.Qq)(event, 'eventTime'),
        (0,objects/* text */.Qq)(event, 'firstTimestamp'),
        event.metadata.creationTimestamp ?? '',
    ];
    return Math.max(0, ...times.map((time) => Date.parse(time)).filter((time) => !Number.isNaN(time)));
}
;// CONCATENATED MODULE: ./build/src/plugins/proofs.js
/** What must be seen on the public path for a plugin to count as enforced: data, judged by pure functions. */





/** Largest limit that is used up to see the 429. */
const EXHAUSTIBLE_LIMIT = 30;
const WINDOW_MILLISECONDS = {
    second: 1000,
    minute: 60_000,
    hour: 3_600_000,
    day: 86_400_000,
    month: 30 * 86_400_000,
    year: 365 * 86_400_000,
};
/** Kong's words up to 3.5 and since. */
const WRONG_KEY = ['Unauthorized', 'Invalid authentication credentials'];
const RATE_HEADERS = ['ratelimit-limit', 'ratelimit-remaining'];
/**
 * The proof of one plugin object. key-auth and rate-limiting are exercised, response-transformer and cors by their
 * headers, request-termination by its status; of every other plugin only the binding is proved (no Kong warnings).
 * @param together kinds of all plugins bound to the same route: behind key-auth the other proofs send a valid key.
 */
function proofFor(object, together = []) {
    const plugin = (0,objects/* text */.Qq)(object, 'plugin');
    const base = { object: object.metadata.name, plugin };
    if ((0,objects/* field */.ZZ)(object, 'disabled') === true)
        return { ...base, steps: [], needsConsumer: false, note: 'it is disabled' };
    if ((0,objects/* field */.ZZ)(object, 'configFrom') !== undefined) {
        return { ...base, steps: [], needsConsumer: false, note: 'its configuration is in a Secret' };
    }
    const key = together.includes('key-auth') ? 'valid' : 'none';
    switch (plugin) {
        case 'key-auth':
            return { ...base, ...keyAuth(object) };
        case 'rate-limiting':
            return { ...base, ...rateLimiting(object, key) };
        case 'response-transformer':
            return { ...base, steps: transformed(object, key), needsConsumer: false };
        case 'request-termination':
            return { ...base, steps: terminated(object, key), needsConsumer: false };
        default:
            return { ...base, steps: [], needsConsumer: false, note: `nothing is known about how ${plugin} shows` };
    }
}
/** One answer against one step. A step with `until` is met by the first answer that is as expected. */
function judge(step, answer) {
    const { expect } = step;
    const status = expect.status === 'success' ? answer.status >= 200 && answer.status < 300 : answer.status === expect.status;
    const expected = expectation(step);
    if (!status || answer.error !== undefined)
        return { ok: false, expected, seen: (0,checks_expect/* describeAnswer */.O1)(answer) };
    if (expect.from === 'kong' && (0,checks_expect/* originOf */.yv)(answer) === 'app')
        return { ok: false, expected, seen: (0,checks_expect/* describeAnswer */.O1)(answer) };
    const message = (0,checks_expect/* kongMessage */.tv)(answer);
    if (expect.messages !== undefined && (message === undefined || !expect.messages.includes(message))) {
        return { ok: false, expected, seen: (0,checks_expect/* describeAnswer */.O1)(answer) };
    }
    for (const [name, value] of Object.entries(expect.headers ?? {})) {
        const seen = answer.headers[name.toLowerCase()];
        if (seen !== value) {
            return {
                ok: false,
                expected: `header ${name}: ${value}`,
                seen: seen === undefined ? `${answer.status} without it` : `${name}: ${seen}`,
            };
        }
    }
    const missing = (expect.present ?? []).find((name) => answer.headers[name.toLowerCase()] === undefined);
    if (missing !== undefined)
        return { ok: false, expected: `header ${missing}`, seen: `${answer.status} without it` };
    const extra = (expect.absent ?? []).find((name) => answer.headers[name.toLowerCase()] !== undefined);
    if (extra !== undefined)
        return { ok: false, expected: `no header ${extra}`, seen: `${extra}: ${answer.headers[extra]}` };
    return { ok: true };
}
/** Most requests a step may take. @param gatewayPods ready gateway pods, at most, while the step runs */
function requestsAllowed(step, gatewayPods) {
    return step.until === undefined ? 1 : step.until.perPod * Math.max(1, gatewayPods) + 1;
}
/** Milliseconds left in the calendar window (UTC) a moment is in: a proof that needs more waits for the next one. */
function leftInWindow(window, epochMilliseconds) {
    const length = WINDOW_MILLISECONDS[window];
    return length - (epochMilliseconds % length);
}
function keyAuth(object) {
    const names = (0,objects/* field */.ZZ)(object, 'config', 'key_names');
    const keyName = Array.isArray(names) && typeof names[0] === 'string' ? names[0] : 'apikey';
    const inHeader = (0,objects/* field */.ZZ)(object, 'config', 'key_in_header') !== false;
    const where = { keyName, keyIn: inHeader ? 'header' : 'query' };
    const valid = { name: 'with a valid key', key: 'valid', expect: { status: 'success' } };
    if ((0,objects/* field */.ZZ)(object, 'config', 'anonymous')) {
        return {
            ...where,
            steps: [valid],
            needsConsumer: true,
            note: 'callers without a key are let in as its anonymous consumer',
        };
    }
    if (!inHeader && (0,objects/* field */.ZZ)(object, 'config', 'key_in_query') === false) {
        return { ...where, steps: [unauthenticated()], needsConsumer: false, note: 'keys are taken from bodies only' };
    }
    const wrong = {
        name: 'with a wrong key',
        key: 'wrong',
        expect: { status: 401, from: 'kong', messages: WRONG_KEY, absent: RATE_HEADERS },
    };
    return { ...where, steps: [unauthenticated(), wrong, valid], needsConsumer: true };
}
/** Key-auth comes before rate-limiting (priority 1250 against 910), so its refusals are never counted. */
function unauthenticated() {
    return {
        name: 'without a key',
        key: 'none',
        expect: { status: 401, from: 'kong', messages: ['No API key found in request'], absent: RATE_HEADERS },
    };
}
function rateLimiting(object, key) {
    const limits = desired/* WINDOWS */.CB.flatMap((window) => {
        const limit = (0,objects/* field */.ZZ)(object, 'config', window);
        return typeof limit === 'number' ? [{ window, limit }] : [];
    });
    const hidden = (0,objects/* field */.ZZ)(object, 'config', 'hide_client_headers') === true;
    const steps = [];
    if (!hidden && limits.length > 0) {
        const headers = Object.fromEntries(limits.map(({ window, limit }) => [
            `X-RateLimit-Limit-${window[0]?.toUpperCase()}${window.slice(1)}`,
            String(limit),
        ]));
        steps.push({ name: 'its headers', key, expect: { status: 'success', headers } });
    }
    // the shortest window is reached first; one second is too short to be sure that all requests fall into it
    const usable = limits.find(({ window, limit }) => window !== 'second' && limit <= EXHAUSTIBLE_LIMIT);
    const by = (0,objects/* text */.Qq)(object, 'config', 'limit_by') || 'consumer';
    // counted by address, service or path, the limit would be used up for real callers as well
    const ours = by === 'consumer' || by === 'credential';
    if (usable === undefined || !ours || key !== 'valid') {
        const note = usable === undefined
            ? `its limit is above ${EXHAUSTIBLE_LIMIT}: the 429 is not provoked`
            : 'its limit is shared with real callers: the 429 is not provoked';
        return { steps, needsConsumer: key === 'valid', note };
    }
    const code = (0,objects/* field */.ZZ)(object, 'config', 'error_code');
    const message = (0,objects/* text */.Qq)(object, 'config', 'error_message') || 'API rate limit exceeded';
    steps.push({
        name: `request ${usable.limit + 1} in one ${usable.window}`,
        key,
        expect: {
            status: typeof code === 'number' ? code : 429,
            from: 'kong',
            messages: [message],
            ...(hidden ? {} : { present: ['Retry-After'] }),
        },
        until: { perPod: usable.limit, window: usable.window, windowMilliseconds: WINDOW_MILLISECONDS[usable.window] },
    });
    return { steps, needsConsumer: true };
}
/** `config.add.headers` is a list of `name:value`; templates are not followed. */
function transformed(object, key) {
    const added = (0,objects/* field */.ZZ)(object, 'config', 'add', 'headers');
    const names = (Array.isArray(added) ? added : [])
        .filter((entry) => typeof entry === 'string')
        .map((entry) => entry.slice(0, entry.indexOf(':')).trim())
        .filter((name) => name !== '');
    return names.length === 0 ? [] : [{ name: 'its headers', key, expect: { status: 'success', present: names } }];
}
function terminated(object, key) {
    const status = (0,objects/* field */.ZZ)(object, 'config', 'status_code');
    if ((0,objects/* text */.Qq)(object, 'config', 'trigger') !== '')
        return [];
    const message = (0,objects/* text */.Qq)(object, 'config', 'message');
    return [
        {
            name: 'its answer',
            key,
            expect: {
                status: typeof status === 'number' ? status : 503,
                from: 'kong',
                ...(message === '' ? {} : { messages: [message] }),
            },
        },
    ];
}
function expectation({ expect }) {
    const status = expect.status === 'success' ? 'status 200–299' : String(expect.status);
    const from = expect.from === 'kong' ? ' by Kong' : '';
    return `${status}${from}${expect.messages === undefined ? '' : `: ${expect.messages.join(' or ')}`}`;
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

/***/ }),

/***/ 6528:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   CL: () => (/* binding */ setupPermissions),
/* harmony export */   HV: () => (/* binding */ statusPermissions),
/* harmony export */   Np: () => (/* binding */ rollbackPermissions),
/* harmony export */   RS: () => (/* binding */ checkPermissions),
/* harmony export */   _1: () => (/* binding */ deployPermissions),
/* harmony export */   eR: () => (/* binding */ planPermissions)
/* harmony export */ });
const GATEWAY = 'gateway.networking.k8s.io';
const KONG = 'configuration.konghq.com';
const inNamespace = (namespace) => (verbs, group, resource, purpose) => ({ verbs, group, resource, namespace, purpose });
const clusterWide = (verbs, group, resource, purpose) => ({ verbs, group, resource, purpose });
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

/***/ }),

/***/ 3734:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   F3: () => (/* binding */ resourcesOf),
/* harmony export */   LT: () => (/* binding */ workOf),
/* harmony export */   Lu: () => (/* binding */ routeOf)
/* harmony export */ });
/* harmony import */ var _kube_objects_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4067);
/* harmony import */ var _plugins_proofs_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6199);


/** The kind of a provider, as RBAC names it. Lanes of Gateway API are HTTPRoutes of their own; all others write rules. */
function routeOf({ name, resource, backingKinds, limits }) {
    const route = { group: (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_1__/* .groupOf */ .F8)(resource.apiVersion), resource: resource.plural };
    if (name === 'gateway-api')
        return { ...route, lanes: 'objects' };
    const backing = backingKinds.map(({ apiVersion, plural }) => ({ group: (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_1__/* .groupOf */ .F8)(apiVersion), resource: plural }));
    return { ...route, lanes: 'rules', mesh: { backing, events: limits.refusals === 'events' } };
}
/**
 * What a release will work on. Nobody knows yet what the plan will be, so clones are foreseen where an image is given.
 * @param found the services whose routes were found; what is wrong with the others is said by the plan
 */
async function workOf(cluster, settings, mesh, found, manifests, plugins) {
    const { namespace } = settings;
    const others = new Set(found.flatMap((one) => [one, ...one.others]).map(({ provider }) => provider));
    others.delete(mesh);
    const cloned = (apiVersion, kind) => ({
        apiVersion,
        kind,
        metadata: { name: '', namespace },
    });
    const byImage = Object.keys(settings.image).length > 0;
    const copied = byImage || manifests.length > 0 ? mesh.backingKinds.filter((kind) => kind.copied) : [];
    const clones = [
        ...(byImage ? [cloned('apps/v1', 'Deployment'), cloned('v1', 'Service')] : []),
        ...copied.map(({ apiVersion, kind }) => cloned(apiVersion, kind)),
    ];
    const kinds = plugins.objects.map((plugin) => String(plugin['plugin'] ?? ''));
    const called = plugins.objects.some((plugin) => (0,_plugins_proofs_js__WEBPACK_IMPORTED_MODULE_0__/* .proofFor */ .gv)(plugin, kinds).needsConsumer);
    return {
        settings,
        route: routeOf(mesh),
        also: [...others].map(routeOf),
        brought: await resourcesOf(cluster, [...manifests, ...plugins.apply, ...clones]),
        plugins: settings.plugins.length === 0 ? 'none' : called ? 'proved with a caller' : 'bound',
    };
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
            group: (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_1__/* .groupOf */ .F8)(apiVersion),
            resource: served.plural,
            ...(namespace === undefined ? {} : { namespace }),
        };
        found.set([resource.group, resource.resource, namespace ?? ''].join('|'), resource);
    }
    return [...found.values()];
}

/***/ })

};
