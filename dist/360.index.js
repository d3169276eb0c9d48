export const id = 360;
export const ids = [360];
export const modules = {

/***/ 550:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Mk: () => (/* binding */ OUTAGE_BUDGET),
/* harmony export */   Op: () => (/* binding */ look),
/* harmony export */   uw: () => (/* binding */ NO_PROBES)
/* harmony export */ });
/* unused harmony export windowOf */
const NO_PROBES = () => ({
    stable: { requests: 0, errors: 0 },
    canary: { requests: 0, errors: 0 },
    lanes: false,
});
/** How long a place counts are read from may be away, in milliseconds. */
const OUTAGE_BUDGET = 60_000;
/**
 * Reads all sources at once and keeps the windows that lie wholly in the stretch.
 * @param stretch of a service; asked after reading, so that a change of weight meanwhile is seen
 * @param splitFromUsers whether users' counts prove the split: then windows that miss a pod are left out
 */
async function look(sources, stretch, splitFromUsers = false) {
    const readings = await Promise.all(sources.map(async (source) => ({ source, reading: await source.read() })));
    const windows = [];
    const notes = [];
    const silent = [];
    for (const { source, reading } of readings) {
        const { service } = source;
        for (const note of reading.notes)
            notes.push(`${service}, ${source.name}: ${note}`);
        if (reading.kind === 'window') {
            const window = windowOf(reading.window, stretch(service), splitFromUsers);
            if (typeof window === 'string')
                silent.push({ service, why: window, exhausted: false });
            else
                windows.push(window);
        }
        else
            silent.push({ service, why: reading.why, exhausted: reading.kind === 'outage' && reading.exhausted });
    }
    return { windows, notes, silent };
}
/** The verdict's window, or why these counts are left out. */
function windowOf(counted, stretch, splitFromUsers = false) {
    const { service, from, until, stable, canary, latency, whole } = counted;
    if (stretch === undefined)
        return 'the split of this weight is not confirmed yet';
    if (from < stretch.since || until > (stretch.until ?? Number.POSITIVE_INFINITY))
        return 'the window straddles a change of weight';
    if (splitFromUsers && !whole)
        return 'not every pod was counted in the whole window';
    const all = stable.requests + canary.requests;
    // With stable's pods missing, more of the counted requests are the canary's than the weight says, and so are errors.
    const share = whole || all === 0 ? stretch.share : Math.max(stretch.share, canary.requests / all);
    return {
        service,
        source: 'users',
        step: stretch.step,
        seconds: Math.max(0, until - from) / 1000,
        share,
        stable,
        canary,
        ...(latency === undefined ? {} : { latency }),
    };
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

/***/ 6993:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  Dc: () => (/* reexport */ HISTORY_LIMIT),
  Ij: () => (/* reexport */ names/* JOURNAL_ANNOTATION */.Ij),
  D4: () => (/* binding */ decode),
  lF: () => (/* binding */ encode)
});

// UNUSED EXPORTS: JOURNAL_LIMIT, JOURNAL_VERSION, JournalError, phases

// EXTERNAL MODULE: ./build/src/errors.js
var errors = __webpack_require__(7406);
// EXTERNAL MODULE: ./build/src/kube/objects.js
var objects = __webpack_require__(4067);
// EXTERNAL MODULE: ./build/src/journal/phases.js
var phases = __webpack_require__(6621);
;// CONCATENATED MODULE: ./build/src/journal/schema.js
/** What a journal is, and what it must look like to be believed: types, lengths and patterns, one reason in words. */


/** The format this code reads and writes. */
const JOURNAL_VERSION = 1;
/** Retired versions that are kept; older ones are forgotten first. */
const HISTORY_LIMIT = 50;
/** RFC 1123 label: what a Service or a version may be called. */
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
/** Ids are compared and printed, so nothing that could move a terminal or a Markdown table. */
const ID = /^[A-Za-z0-9][A-Za-z0-9._:/@,+-]*$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/;
/** Printed as a link: no spaces, quotes, brackets or backticks. */
const URL_TEXT = /^https?:\/\/[A-Za-z0-9._~:/?#@!$&*+,;=%-]+$/;
const label = matching(LABEL, 63, 'a DNS label');
const id = (longest) => matching(ID, longest, `an id of at most ${longest} characters`);
/** Empty for adopted objects that carry no version. */
const versionOrNone = (value) => (value === '' ? undefined : label(value));
const percent = (value) => typeof value === 'number' && value >= 0 && value <= 100 ? undefined : 'must be a number from 0 to 100';
const time = (value) => typeof value === 'string' && value.length <= 30 && TIME.test(value) && Number.isFinite(Date.parse(value))
    ? undefined
    : 'must be a time such as 2026-01-31T12:00:00.000Z';
const rules = {
    // Fifty services with names of 63 characters, separated by commas, and a version.
    release: id(4096),
    run: id(256),
    attempts: whole(1, 1_000_000),
    service: label,
    versions: members({ stable: versionOrNone, canary: label }),
    backends: members({ stable: label, canary: label }),
    phase: (value) => (phases/* phases */.tW.some((phase) => phase === value) ? undefined : `must be one of ${phases/* phases */.tW.join(', ')}`),
    step: whole(0, 100),
    plan: arrayOf(percent, 1, 100),
    weight: percent,
    startedAt: time,
    updatedAt: time,
    history: arrayOf(members({ version: versionOrNone, backend: label, at: time }), 0, HISTORY_LIMIT),
};
const optional = {
    runUrl: matching(URL_TEXT, 2048, 'an http address'),
    snapshot,
    // Any JSON, bounded by the size of the whole; its owner reads it as untrusted again. The depth is bounded because what
    // works on it recurses.
    evidence: (value) => (isDeeper(value, 16) ? 'must be at most 16 levels deep' : undefined),
};
/** Why the parsed value is not a journal, or undefined when it is one. Unknown members are no reason. */
function refusalOf(value) {
    if (!(0,objects/* isMap */.jh)(value))
        return 'it is not a JSON object';
    const version = own(value, 'version');
    if (typeof version === 'number' && version > JOURNAL_VERSION) {
        return `it was written by a newer mesh-canary (format ${version}, this one reads ${JOURNAL_VERSION}): use that version or a later one`;
    }
    if (version !== JOURNAL_VERSION)
        return `version must be ${JOURNAL_VERSION}`;
    const wrong = members(rules)(value);
    if (wrong !== undefined)
        return wrong;
    for (const [name, rule] of Object.entries(optional)) {
        if (!Object.hasOwn(value, name))
            continue;
        const reason = rule(own(value, name));
        if (reason !== undefined)
            return joined(name, reason);
    }
    const steps = own(value, 'plan').length;
    return own(value, 'step') > steps ? `step is beyond the ${steps} steps of the plan` : undefined;
}
function members(of) {
    return (value) => {
        if (!(0,objects/* isMap */.jh)(value))
            return 'must be an object';
        for (const [name, rule] of Object.entries(of)) {
            const reason = rule(own(value, name));
            if (reason !== undefined)
                return joined(name, reason);
        }
        return undefined;
    };
}
function arrayOf(rule, least, most) {
    return (value) => {
        if (!Array.isArray(value) || value.length < least || value.length > most) {
            return `must be a list of ${least} to ${most}`;
        }
        for (const [index, item] of value.entries()) {
            const reason = rule(item);
            if (reason !== undefined)
                return joined(String(index), reason);
        }
        return undefined;
    };
}
function whole(least, most) {
    return (value) => Number.isInteger(value) && value >= least && value <= most
        ? undefined
        : `must be a whole number from ${least} to ${most}`;
}
function matching(pattern, longest, what) {
    return (value) => typeof value === 'string' && value.length <= longest && pattern.test(value) ? undefined : `must be ${what}`;
}
function snapshot(value) {
    if (!(0,objects/* isMap */.jh)(value))
        return 'must be an object';
    const entries = Object.entries(value);
    if (entries.length > 64)
        return 'must have at most 64 entries';
    const fine = entries.every(([key, before]) => key.length <= 512 && (before === null || (typeof before === 'string' && before.length <= 8192)));
    return fine ? undefined : 'must map names to texts or null';
}
function isDeeper(value, levels) {
    if (value === null || typeof value !== 'object')
        return false;
    return levels === 0 || Object.values(value).some((member) => isDeeper(member, levels - 1));
}
/** "versions.canary must be a DNS label" from its parts. */
const joined = (name, reason) => reason.startsWith('must') ? `${name} ${reason}` : `${name}.${reason}`;
const own = (value, name) => Object.hasOwn(value, name) ? value[name] : undefined;
// EXTERNAL MODULE: ./build/src/kube/names.js
var names = __webpack_require__(2063);
;// CONCATENATED MODULE: ./build/src/journal/journal.js
/**
 * What a release has done, as text on the route: written in the same patch as the weight, so that the two can never
 * disagree, and read by the next run as untrusted input, since anyone who may edit the route may edit the journal.
 */





/** Bytes of UTF-8. All annotations of an object together may have 256 KiB (apimachinery, TotalAnnotationSizeLimitB). */
const JOURNAL_LIMIT = 16 * 1024;
/** A journal that cannot be written: too long, or not one that could be read again. */
class JournalError extends errors/* RunError */.e4 {
    name = 'JournalError';
}
/**
 * The annotation's text, at most {@link JOURNAL_LIMIT} bytes. What does not fit is left out in this order: the
 * evidence (it is gathered again), retired versions from the oldest on, the link to the run. The snapshot is never left
 * out: without it a return would not restore what the release changed.
 * @throws JournalError when it still does not fit, or would not be read back.
 */
function encode(journal) {
    const { evidence, runUrl, history, ...needed } = journal;
    const core = inOrder({ ...needed, history: history.slice(-HISTORY_LIMIT) });
    const link = runUrl === undefined ? {} : { runUrl };
    const whole = JSON.stringify({ ...core, ...link, ...(evidence === undefined ? {} : { evidence }) });
    const refusal = refusalOf(JSON.parse(whole));
    if (refusal !== undefined)
        throw new JournalError(`The journal of ${journal.service} cannot be written: ${refusal}.`);
    if (fits(whole))
        return whole;
    for (let forgotten = 0; forgotten <= core.history.length; forgotten += 1) {
        const text = JSON.stringify({ ...core, history: core.history.slice(forgotten), ...link });
        if (fits(text))
            return text;
    }
    const least = JSON.stringify({ ...core, history: [] });
    if (fits(least))
        return least;
    throw new JournalError(`The journal of ${journal.service} has ${Buffer.byteLength(least)} bytes; ${JOURNAL_LIMIT} fit on the route.`, 'Release fewer services at once, or change fewer annotations in one release.');
}
/**
 * The journal in an annotation's text, or why it is not believed. Never throws. Members this version does not know are
 * dropped; a newer format is refused, since its meaning is not known here.
 */
function decode(text) {
    // Length before parsing: UTF-16 units never exceed the bytes.
    if (text.length > JOURNAL_LIMIT || !fits(text))
        return { refused: `it is longer than ${JOURNAL_LIMIT} bytes` };
    let value;
    try {
        value = JSON.parse(text);
    }
    catch {
        // Without the parser's own words: they quote the text, which is not ours to print.
        return { refused: 'it is not JSON' };
    }
    const refused = refusalOf(value);
    return refused === undefined ? { journal: known(value) } : { refused };
}
const fits = (text) => Buffer.byteLength(text) <= JOURNAL_LIMIT;
/** The members every journal has, in a fixed order: equal journals give equal text, which the fence compares. */
function inOrder(journal) {
    return {
        version: journal.version,
        release: journal.release,
        run: journal.run,
        attempts: journal.attempts,
        service: journal.service,
        versions: { stable: journal.versions.stable, canary: journal.versions.canary },
        backends: { stable: journal.backends.stable, canary: journal.backends.canary },
        phase: journal.phase,
        step: journal.step,
        plan: journal.plan,
        weight: journal.weight,
        startedAt: journal.startedAt,
        updatedAt: journal.updatedAt,
        history: journal.history.map(({ version, backend, at }) => ({ version, backend, at })),
        ...(journal.snapshot === undefined ? {} : { snapshot: journal.snapshot }),
    };
}
function known(journal) {
    const { runUrl, evidence } = journal;
    return {
        ...inOrder(journal),
        ...(runUrl === undefined ? {} : { runUrl }),
        ...(evidence === undefined ? {} : { evidence }),
    };
}

/***/ }),

/***/ 6621:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   tW: () => (/* binding */ phases),
/* harmony export */   ui: () => (/* binding */ isUnfinished)
/* harmony export */ });
/* unused harmony export attemptOf */
/** The phases of a release, and what one says about the run that wrote it. */
const phases = [
    'attached',
    'shifting',
    'observing',
    'baking',
    'promoted',
    'holding',
    'returning',
    'returned',
];
/** Phases in which a release is not over: whoever finds one with the lock in hand finds a dead run. */
const UNFINISHED = new Set(['attached', 'shifting', 'observing', 'baking', 'returning']);
/** Whether a release is recorded whose run is at work, or died. */
function isUnfinished(journal) {
    return journal !== undefined && UNFINISHED.has(journal.phase);
}
/** The same release in the same run: what an earlier run promoted is no part of a later one's failure. */
function attemptOf({ release, run }) {
    return `${release} ${run}`;
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

/***/ 1302:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  gL: () => (/* binding */ mergeRoute)
});

// UNUSED EXPORTS: PLUGINS_ANNOTATION, mergePluginList

// EXTERNAL MODULE: ./build/src/errors.js
var errors = __webpack_require__(7406);
// EXTERNAL MODULE: ./build/src/kube/json-patch.js
var json_patch = __webpack_require__(2554);
// EXTERNAL MODULE: ./build/src/kube/names.js
var names = __webpack_require__(2063);
// EXTERNAL MODULE: ./build/src/kube/objects.js
var objects = __webpack_require__(4067);
;// CONCATENATED MODULE: ./build/src/manifests/route-files/defaults.js
/**
 * Parts of an HTTPRoute as the API server completes them, so that a file and the live object can be compared. Defaults
 * are those of the CRD gateway.networking.k8s.io_httproutes.yaml (standard channel, v1.5).
 */

/** The value is only compared, never written. */
function completeMatches(value) {
    const matches = (0,objects/* list */.p_)({ value }, 'value');
    const all = matches.length === 0 ? [{}] : matches;
    return all.map((match) => ({
        ...part(match),
        path: { type: 'PathPrefix', value: '/', ...part((0,objects/* field */.ZZ)(match, 'path')) },
        headers: typed((0,objects/* field */.ZZ)(match, 'headers')),
        queryParams: typed((0,objects/* field */.ZZ)(match, 'queryParams')),
    }));
}
function completeFilters(value) {
    return (0,objects/* list */.p_)({ value }, 'value').map((filter) => {
        const mirror = (0,objects/* field */.ZZ)(filter, 'requestMirror');
        const fraction = (0,objects/* field */.ZZ)(mirror, 'fraction');
        return {
            ...part(filter),
            ...within(filter, 'requestRedirect', { statusCode: 302 }),
            ...within(filter, 'cors', { maxAge: 5 }),
            ...(mirror === undefined
                ? {}
                : {
                    requestMirror: {
                        ...part(mirror),
                        backendRef: { group: '', kind: 'Service', ...part((0,objects/* field */.ZZ)(mirror, 'backendRef')) },
                        ...(fraction === undefined ? {} : { fraction: { denominator: 100, ...part(fraction) } }),
                    },
                }),
        };
    });
}
/** `namespace` is the route's own: a reference that names none means that one. */
function completeParents(value, namespace) {
    return (0,objects/* list */.p_)({ value }, 'value').map((parent) => ({
        group: 'gateway.networking.k8s.io',
        kind: 'Gateway',
        namespace,
        ...part(parent),
    }));
}
/** Where a backend reference leads: everything that identifies it beside its name. */
function completeAddress(ref, namespace) {
    const { group = '', kind = 'Service', namespace: own = namespace, port } = part(ref);
    return { group: group === 'core' ? '' : group, kind, namespace: own, port };
}
const typed = (value) => (0,objects/* list */.p_)({ value }, 'value').map((entry) => ({ type: 'Exact', ...part(entry) }));
function within(object, key, defaults) {
    const value = (0,objects/* field */.ZZ)(object, key);
    return value === undefined ? {} : { [key]: { ...defaults, ...part(value) } };
}
/** The members of an object; null and undefined ones count as absent, as they do for the API server. */
function part(value) {
    return Object.fromEntries(Object.entries((0,objects/* mapAt */.SC)(value)).filter(([, member]) => member !== undefined && member !== null));
}
// EXTERNAL MODULE: ./build/src/routes/types.js
var types = __webpack_require__(9253);
;// CONCATENATED MODULE: ./build/src/manifests/route-files/merge-rules.js
/** The rule list of a route file merged into the live one: the file owns the rules, the release owns the weights. */





/** Members of a rule that follow the file, removal included. Others are only changed when the file names them. */
const OWNED = ['name', 'matches', 'filters', 'timeouts', 'retry', 'sessionPersistence'];
/** Where a backend reference leads, beside its name. */
const ADDRESS = ['group', 'kind', 'namespace', 'port'];
/**
 * The rules to write, or undefined when the live ones say the same. Order is the file's; lanes stay, in front.
 * @throws LintError when a split under way would vanish, or a retired version would come back.
 */
function mergeRules(live, file, options) {
    const all = parts(live, 'spec', 'rules');
    const lanes = all.filter(isLane);
    const current = all.filter((rule) => !isLane(rule));
    const wanted = parts(file, 'spec', 'rules');
    const merger = new RuleMerger(live, current, options);
    const partners = pair(wanted, current, (rule) => merger.audience(rule));
    for (const rule of current)
        if (!partners.includes(rule))
            merger.refuseLoss(rule, []);
    const merged = wanted.map((rule, index) => merger.merge(rule, partners[index]));
    return (0,json_patch/* jsonEqual */.Zm)(merged, current) ? undefined : [...lanes, ...merged];
}
/** One live route, and what merging one rule into it needs to know of the others. */
class RuleMerger {
    live;
    rules;
    options;
    namespace;
    constructor(live, rules, options) {
        this.live = live;
        this.rules = rules;
        this.options = options;
        this.namespace = live.metadata.namespace ?? '';
    }
    merge(file, live) {
        const own = live ?? {};
        const backendRefs = this.mergeBackends(file, live);
        const merged = {};
        for (const key of new Set([...Object.keys(own), ...Object.keys(file)])) {
            const [before, wanted] = [own[key], file[key] ?? undefined];
            const keep = sameMember(key, before, wanted) || (wanted === undefined && !OWNED.includes(key));
            const value = key === 'backendRefs' ? (backendRefs.length > 0 ? backendRefs : undefined) : keep ? before : wanted;
            if (value !== undefined)
                merged[key] = value;
        }
        return merged;
    }
    /** Whom a rule serves: services for managed backends, addresses for others. Used to recognise a rule. */
    audience(rule) {
        return [...new Set((0,objects/* list */.p_)(rule, 'backendRefs').map((ref) => this.serviceOf(ref) ?? this.identity(ref)))]
            .sort()
            .join(' ');
    }
    /** @throws LintError when the rule splits a managed service that is not in `kept`. */
    refuseLoss(rule, kept) {
        const weighted = new Map();
        for (const ref of (0,objects/* list */.p_)(rule, 'backendRefs')) {
            const service = this.serviceOf(ref);
            if (service === undefined || kept.includes(service) || (0,objects/* field */.ZZ)(ref, 'weight') === 0)
                continue;
            weighted.set(service, [...(weighted.get(service) ?? []), (0,objects/* text */.Qq)(ref, 'name')]);
        }
        for (const [service, names] of weighted) {
            if (names.length < 2)
                continue;
            throw new errors/* LintError */.kk(`The manifest of ${(0,objects/* nameOf */.Vb)(this.live)} has no longer the rule ${describe(rule)}, which splits ${service} between ${names.join(' and ')}.`, 'Finish or roll back that release first, or keep the rule.');
        }
    }
    mergeBackends(file, live) {
        const wanted = parts(file, 'backendRefs');
        const present = parts(live, 'backendRefs');
        const services = [...new Set(wanted.flatMap((ref) => this.serviceOf(ref) ?? []))];
        if (live !== undefined)
            this.refuseLoss(live, services);
        const split = new Map(services.map((service) => [service, this.splitOf(service, present)]));
        // A rule that is new, or new to a service, starts with the split the service has in its other rules.
        const borrowed = services.flatMap((service) => (this.carries(present, service) ? [] : (split.get(service) ?? [])));
        const rest = [...wanted];
        const kept = [...present, ...borrowed].flatMap((ref) => {
            const service = this.serviceOf(ref);
            const place = rest.findIndex((other) => service === undefined ? this.identity(other) === this.identity(ref) : (0,objects/* text */.Qq)(other, 'name') === (0,objects/* text */.Qq)(ref, 'name'));
            const [partner] = place < 0 ? [] : rest.splice(place, 1);
            if (partner !== undefined)
                return [this.mergeRef(ref, partner, service !== undefined)];
            if (service === undefined || !services.includes(service))
                return [];
            return [this.follow(ref, borrowed.includes(ref), present, wanted)];
        });
        const added = rest.map((ref) => {
            const service = this.serviceOf(ref);
            if (service === undefined)
                return ref;
            this.refuseRetired((0,objects/* text */.Qq)(ref, 'name'));
            return (split.get(service) ?? []).length === 0 ? ref : { ...ref, weight: 0 };
        });
        return [...kept, ...added];
    }
    /** A backend both have: where it leads follows the file, a managed one's weight does not. */
    mergeRef(live, file, managed) {
        const merged = { ...live, ...file };
        for (const key of ADDRESS)
            restore(merged, this.leadsLike(live, file) ? live : file, key);
        restore(merged, sameMember('filters', live['filters'], file['filters']) ? live : file, 'filters');
        if (managed || (live['weight'] ?? 1) === (file['weight'] ?? 1))
            restore(merged, live, 'weight');
        return merged;
    }
    /** A backend the file does not name (a canary of ours): where it leads moves with a backend it was like. */
    follow(ref, isNew, present, wanted) {
        const like = wanted.find((other) => {
            if (this.serviceOf(other) !== this.serviceOf(ref))
                return false;
            const before = present.find((candidate) => (0,objects/* text */.Qq)(candidate, 'name') === (0,objects/* text */.Qq)(other, 'name'));
            return isNew || (before !== undefined && this.leadsLike(before, ref));
        });
        if (like === undefined || this.leadsLike(like, ref))
            return ref;
        const moved = { ...ref };
        for (const key of ADDRESS)
            restore(moved, like, key);
        return moved;
    }
    leadsLike(a, b) {
        return (0,json_patch/* jsonEqual */.Zm)(completeAddress(a, this.namespace), completeAddress(b, this.namespace));
    }
    /** The service's live backends: in this rule, else in the first rule that has some. */
    splitOf(service, present) {
        const refs = [present, ...this.rules.map((rule) => parts(rule, 'backendRefs'))].find((candidate) => this.carries(candidate, service));
        return (refs ?? []).filter((ref) => this.serviceOf(ref) === service);
    }
    carries(refs, service) {
        return refs.some((ref) => this.serviceOf(ref) === service);
    }
    refuseRetired(name) {
        if (!this.options.retired.includes(name) || this.options.releasing.includes(name))
            return;
        throw new errors/* LintError */.kk(`The manifest of ${(0,objects/* nameOf */.Vb)(this.live)} sends to ${name}, a version that an earlier release has retired.`, `Take ${name} out of the manifest, or release that version again.`);
    }
    serviceOf(ref) {
        const { group, kind } = completeAddress(ref, this.namespace);
        return group === '' && kind === 'Service' ? this.options.serviceOf((0,objects/* text */.Qq)(ref, 'name')) : undefined;
    }
    identity(ref) {
        return JSON.stringify([(0,objects/* text */.Qq)(ref, 'name'), ...Object.values(completeAddress(ref, this.namespace))]);
    }
}
/**
 * The live rule of each rule of the file, each taken once: by name, else by equal matches (where several rules have the
 * same ones, those that serve the same first), else by whom it serves.
 */
function pair(wanted, current, audience) {
    const partners = wanted.map(() => undefined);
    const free = new Set(current);
    const sameMatches = (a, b) => sameMember('matches', a['matches'], b['matches']);
    const alike = [
        (a, b) => (0,objects/* text */.Qq)(a, 'name') !== '' && (0,objects/* text */.Qq)(a, 'name') === (0,objects/* text */.Qq)(b, 'name'),
        (a, b) => sameMatches(a, b) && audience(a) === audience(b),
        sameMatches,
        (a, b) => audience(a) === audience(b),
    ];
    for (const same of alike) {
        for (const [index, rule] of wanted.entries()) {
            if (partners[index] !== undefined)
                continue;
            const partner = [...free].find((candidate) => same(rule, candidate));
            if (partner === undefined)
                continue;
            partners[index] = partner;
            free.delete(partner);
        }
    }
    return partners;
}
function sameMember(key, a, b) {
    if (key === 'matches')
        return (0,json_patch/* jsonEqual */.Zm)(completeMatches(a), completeMatches(b));
    if (key === 'filters')
        return (0,json_patch/* jsonEqual */.Zm)(completeFilters(a), completeFilters(b));
    return (0,json_patch/* jsonEqual */.Zm)(a, b);
}
function restore(target, from, key) {
    if (from[key] === undefined)
        delete target[key];
    else
        target[key] = from[key];
}
const isLane = (rule) => (0,objects/* text */.Qq)(rule, 'name').startsWith(types/* LANE_RULE_PREFIX */.t7);
const parts = (object, ...path) => (0,objects/* list */.p_)(object, ...path);
function describe(rule) {
    const name = (0,objects/* text */.Qq)(rule, 'name');
    if (name !== '')
        return `"${name}"`;
    const paths = (0,objects/* list */.p_)(rule, 'matches').map((match) => (0,objects/* text */.Qq)(match, 'path', 'value') || '/');
    return `for ${paths.join(', ') || '/'}`;
}
;// CONCATENATED MODULE: ./build/src/manifests/route-files/merge.js
/**
 * A route file merged into the live route as one JSON Patch. Routes are never applied: `rules` is one atomic field, so
 * server-side apply would put the file's weights over those of a release.
 */






/** Kong's list of plugins on a route or Service, separated by commas. */
const PLUGINS_ANNOTATION = 'konghq.com/plugins';
/** Never taken from a file: ours, and what kubectl apply remembers of itself. */
const NOT_FROM_FILES = [names/* JOURNAL_ANNOTATION */.Ij, 'kubectl.kubernetes.io/last-applied-configuration'];
/**
 * What has to change on the live HTTPRoute so that it says what the file says; empty when it does already.
 *
 * - parentRefs, hostnames and the rules (matches, filters, timeouts, names, order) follow the file; a file without
 *   `rules` leaves them. Members neither we nor the file know stay.
 * - Weights of managed services stay as they are live, backends a release has attached stay, and a backend that is new
 *   in the file starts at weight 0. Only a service that is nowhere in the live route starts with the file's weights.
 * - Labels and annotations are added and changed one by one; foreign ones stay; the plugin list only grows.
 *
 * The patch tests the generation, the names of all managed backends, and the plugin list it was made from.
 * @throws LintError when the file is of another object, would end a split under way, or name a retired version.
 */
function mergeRoute(live, file, options) {
    refuseOther(live, file);
    const tests = [];
    const writes = [];
    mergeMetadata(live, file, 'labels', tests, writes);
    mergeMetadata(live, file, 'annotations', tests, writes);
    mergeSpec(live, file, options, writes);
    if (writes.length === 0)
        return [];
    const { generation } = live.metadata;
    const guard = generation === undefined ? [] : [{ op: 'test', path: '/metadata/generation', value: generation }];
    return [...guard, ...tests, ...testNames(live, options), ...writes];
}
/**
 * The existing list with what is missing added at its end: order kept, nothing twice, nothing removed.
 * The text is returned as it was when nothing is missing.
 */
function mergePluginList(existing, add) {
    const present = merge_names(existing ?? '');
    const missing = [...new Set(add.flatMap(merge_names))].filter((name) => !present.includes(name));
    if (missing.length === 0 && existing !== undefined)
        return existing;
    return [...new Set(present), ...missing].join(',');
}
function merge_names(csv) {
    return csv
        .split(',')
        .map((name) => name.trim())
        .filter((name) => name !== '');
}
function refuseOther(live, file) {
    const same = live.kind === 'HTTPRoute' &&
        file.kind === 'HTTPRoute' &&
        (0,objects/* groupOf */.F8)(live.apiVersion) === (0,objects/* groupOf */.F8)(file.apiVersion) &&
        live.metadata.name === file.metadata.name &&
        (file.metadata.namespace ?? live.metadata.namespace) === live.metadata.namespace;
    if (!same) {
        throw new errors/* LintError */.kk(`The manifest of ${(0,objects/* nameOf */.Vb)(file)} cannot be merged into ${(0,objects/* nameOf */.Vb)(live)}: it is another object.`);
    }
}
function mergeMetadata(live, file, kind, tests, writes) {
    const present = live.metadata[kind];
    const changed = Object.entries((0,objects/* strings */.P$)(file, 'metadata', kind)).flatMap(([key, value]) => {
        if (kind === 'annotations' && NOT_FROM_FILES.includes(key))
            return [];
        const before = present !== undefined && Object.hasOwn(present, key) ? present[key] : undefined;
        const wanted = kind === 'annotations' && key === PLUGINS_ANNOTATION ? mergePluginList(before, [value]) : value;
        return before === wanted ? [] : [{ key, before, wanted }];
    });
    if (changed.length === 0)
        return;
    if (present === undefined) {
        // `add` below an absent parent answers 422. Metadata makes no generation, so only the resource version can tell
        // that somebody else has put the first entry there in between, which the new map would wipe.
        const { resourceVersion } = live.metadata;
        if (resourceVersion !== undefined)
            tests.push({ op: 'test', path: '/metadata/resourceVersion', value: resourceVersion });
        const value = Object.fromEntries(changed.map(({ key, wanted }) => [key, wanted]));
        writes.push({ op: 'add', path: `/metadata/${kind}`, value });
        return;
    }
    for (const { key, before, wanted } of changed) {
        const path = (0,objects/* pointer */.Wn)('metadata', kind, key);
        if (key === PLUGINS_ANNOTATION && before !== undefined)
            tests.push({ op: 'test', path, value: before });
        writes.push({ op: 'add', path, value: wanted });
    }
}
function mergeSpec(live, file, options, writes) {
    const namespace = live.metadata.namespace ?? '';
    const follow = (key, same) => {
        if (same)
            return;
        const path = (0,objects/* pointer */.Wn)('spec', key);
        const value = (0,objects/* field */.ZZ)(file, 'spec', key);
        writes.push(value === undefined || value === null ? { op: 'remove', path } : { op: 'add', path, value });
    };
    const both = (key) => [(0,objects/* field */.ZZ)(live, 'spec', key), (0,objects/* field */.ZZ)(file, 'spec', key)];
    const [parents, wantedParents] = both('parentRefs');
    follow('parentRefs', (0,json_patch/* jsonEqual */.Zm)(completeParents(parents, namespace), completeParents(wantedParents, namespace)));
    follow('hostnames', (0,json_patch/* jsonEqual */.Zm)((0,objects/* list */.p_)(live, 'spec', 'hostnames'), (0,objects/* list */.p_)(file, 'spec', 'hostnames')));
    for (const key of Object.keys(((0,objects/* field */.ZZ)(file, 'spec') ?? {}))) {
        if (key === 'parentRefs' || key === 'hostnames' || key === 'rules')
            continue;
        const [before, wanted] = both(key);
        if (wanted !== undefined && wanted !== null)
            follow(key, (0,json_patch/* jsonEqual */.Zm)(before, wanted));
    }
    if ((0,objects/* field */.ZZ)(file, 'spec', 'rules') === undefined)
        return;
    const rules = mergeRules(live, file, options);
    if (rules !== undefined)
        writes.push({ op: 'add', path: '/spec/rules', value: rules });
}
/** The list of rules is written whole, so the places of all managed backends must be those that were read. */
function testNames(live, { serviceOf }) {
    return (0,objects/* list */.p_)(live, 'spec', 'rules').flatMap((rule, index) => (0,objects/* list */.p_)(rule, 'backendRefs').flatMap((ref, place) => {
        const value = (0,objects/* text */.Qq)(ref, 'name');
        if (serviceOf(value) === undefined)
            return [];
        return [{ op: 'test', path: (0,objects/* pointer */.Wn)('spec', 'rules', index, 'backendRefs', place, 'name'), value }];
    }));
}

/***/ }),

/***/ 3490:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   l: () => (/* binding */ mergeOptions)
/* harmony export */ });
function mergeOptions(plans) {
    return {
        serviceOf: (backend) => plans.find(({ isBackend }) => isBackend(backend))?.service,
        retired: plans.flatMap(({ retired }) => retired),
        releasing: plans.flatMap(({ discovery }) => discovery.kind === 'release'
            ? [discovery.stable.name, discovery.canary.name]
            : discovery.kind === 'bootstrap'
                ? [discovery.canary.name]
                : [discovery.stable.name]),
    };
}

/***/ }),

/***/ 1465:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  ml: () => (/* binding */ designFor),
  X1: () => (/* binding */ evidenceOf),
  ZV: () => (/* binding */ openTrial),
  go: () => (/* binding */ signsIn)
});

// EXTERNAL MODULE: ./build/src/kube/objects.js
var objects = __webpack_require__(4067);
// EXTERNAL MODULE: ./build/src/verdict/index.js + 11 modules
var verdict = __webpack_require__(9027);
;// CONCATENATED MODULE: ./build/src/rollout/trial/trial.js

/** Milliseconds between two windows of probes while none fails. */
const WINDOW = 1_000;
const NONE = { requests: 0, errors: 0 };
const NOTHING = { public: NONE, stable: NONE, canary: NONE };
class Trial {
    #options;
    #paths = new Map();
    /** The same watch over stable's lane: what fails stable is not the release's doing. */
    #stables = new Map();
    #stretches = new Map();
    /** Probes the guards have not been told of yet, and since when. */
    #unguarded = new Map();
    /** Services whose users were not counted at the last reading, and why. */
    #silent = new Map();
    /** Said once each: sources repeat themselves at every reading. */
    #said = new Set();
    #state;
    #step = 0;
    #since;
    #lookedAt;
    #last;
    constructor(options) {
        this.#options = options;
        this.#state = options.state ?? (0,verdict/* begin */.qN)(options.design);
        this.#lookedAt = options.clock.monotonic();
        for (const { service } of options.observers) {
            this.#unguarded.set(service, { since: this.#lookedAt, window: NOTHING });
            this.#paths.set(service, options.guards?.[service] ?? (0,verdict/* beginGuard */.bU)());
            this.#stables.set(service, (0,verdict/* beginGuard */.bU)());
        }
    }
    /** Whether evidence of an earlier run goes on here. */
    get resumed() {
        return this.#options.state !== undefined;
    }
    /** What the verdict said last. */
    get last() {
        return this.#last;
    }
    /** Why users' requests were not counted at the last reading, for the log; undefined when they were. */
    get silence() {
        const [first] = this.#silent;
        return first === undefined ? undefined : `${first[0]}: ${first[1]}`;
    }
    get design() {
        return this.#options.design;
    }
    /** The evidence of one service, for the journal on its route. */
    partOf(service) {
        return (0,verdict/* partOf */.BU)(this.#state, service);
    }
    /** The guard of one service's public path, for the journal on its route. */
    guardOf(service) {
        return this.#paths.get(service);
    }
    stretchOf(service) {
        return this.#stretches.get(service);
    }
    /** The weight is about to be touched: what is counted across the change belongs to no step. */
    enter(step) {
        const now = this.#options.clock.monotonic();
        for (const [service, stretch] of this.#stretches)
            this.#stretches.set(service, { ...stretch, until: now });
        this.#step = step;
        this.#since = undefined;
    }
    /** The split of the step is confirmed: from now on users' requests count in it. @param shares 0 to 1 by service */
    confirm(shares) {
        const since = this.#options.clock.monotonic();
        this.#since = since;
        for (const observer of this.#options.observers) {
            const share = shares[observer.service] ?? 0;
            this.#stretches.set(observer.service, { step: this.#step, share, since });
            observer.openWindow(since);
        }
    }
    /** Somebody else's share is taken over: what was counted before it belongs to no step, and its split is proved anew. */
    adopt(service, share) {
        const since = this.#options.clock.monotonic();
        this.#stretches.set(service, { step: this.#step, share, since });
        this.#options.observers.find((observer) => observer.service === service)?.openWindow(since);
        const { public: _, ...streams } = this.#state.services[service] ?? {};
        this.#state = { ...this.#state, services: { ...this.#state.services, [service]: streams } };
    }
    /** Judges everything known now; windows of probes are closed every second, or at once when one failed. */
    look() {
        const { observers, clock, design } = this.#options;
        const now = clock.monotonic();
        const windows = [];
        for (const one of this.#options.users()) {
            windows.push(...one.windows);
            for (const { service } of one.windows)
                this.#silent.delete(service);
            for (const { service, why } of one.silent)
                this.#silent.set(service, why);
            for (const note of one.notes)
                this.#sayOnce(note);
            for (const { service, why, exhausted } of one.silent)
                if (exhausted)
                    this.#sayOnce(`${service}: users' requests cannot be counted: ${why}`);
        }
        const due = now - this.#lookedAt >= WINDOW || observers.some((observer) => observer.hasErrors);
        if (due) {
            const seconds = (now - this.#lookedAt) / 1000;
            this.#lookedAt = now;
            for (const observer of observers)
                windows.push(...this.#windowsOf(observer, seconds));
        }
        const moment = {
            step: this.#step,
            secondsInStep: this.#since === undefined ? 0 : (now - this.#since) / 1000,
        };
        if (windows.length === 0)
            return this.#judged((0,verdict/* judge */.S4)(this.#state, design, moment));
        const { state, decision } = (0,verdict/* update */.yo)(this.#state, windows, design, moment);
        this.#state = state;
        return this.#judged(decision);
    }
    #judged(decision) {
        this.#last = decision;
        const { guardLevel } = this.#options;
        for (const [service, guard] of this.#paths) {
            const judged = (0,verdict/* judgeGuard */.F6)(guard, guardLevel);
            if (judged.verdict === 'fine')
                continue;
            const stable = this.#stables.get(service);
            if (stable !== undefined && (0,verdict/* judgeGuard */.F6)(stable, guardLevel).verdict === 'failing')
                continue;
            return { decision, path: { service, sentence: judged.sentence } };
        }
        return { decision };
    }
    #windowsOf(observer, seconds) {
        const { service, identifier } = observer;
        const { design, bounds } = this.#options;
        const drained = observer.drain();
        const { lanes } = drained;
        this.#guard(service, { public: drained.public, ...lanes });
        const common = { service, step: this.#step, seconds };
        const windows = [];
        if (design.sources.includes('lane') && lanes.stable.requests + lanes.canary.requests > 0) {
            const latency = latencyOf(bounds[service], drained);
            windows.push({ ...common, source: 'lane', share: 0.5, ...lanes, ...(latency ? { latency } : {}) });
        }
        const stretch = this.#stretches.get(service);
        const proves = design.sources.includes('public') && identifier.distinguishes && this.#step > 0;
        if (proves && stretch !== undefined && stretch.until === undefined) {
            windows.push({ ...common, source: 'public', share: stretch.share, ...drained.told });
        }
        return windows;
    }
    /** Guards take whole seconds: a window that was closed early by a failure says too little of the rest of it. */
    #guard(service, window) {
        const so = this.#unguarded.get(service) ?? { since: this.#lookedAt, window: NOTHING };
        const sum = {
            public: plus(so.window.public, window.public),
            stable: plus(so.window.stable, window.stable),
            canary: plus(so.window.canary, window.canary),
        };
        const now = this.#options.clock.monotonic();
        if (now - so.since < WINDOW) {
            this.#unguarded.set(service, { since: so.since, window: sum });
            return;
        }
        this.#unguarded.set(service, { since: now, window: NOTHING });
        const observed = (map, seen) => map.set(service, (0,verdict/* observeGuard */.yQ)(map.get(service) ?? (0,verdict/* beginGuard */.bU)(), seen));
        observed(this.#paths, sum);
        observed(this.#stables, { ...NOTHING, public: sum.stable });
    }
    #sayOnce(line) {
        if (this.#said.has(line))
            return;
        this.#said.add(line);
        this.#options.say(line);
    }
}
function latencyOf(bounds, { times }) {
    return bounds === undefined ? undefined : (0,verdict/* histogramFrom */.zR)(bounds, times.stable, times.canary);
}
function plus(one, other) {
    return { requests: one.requests + other.requests, errors: one.errors + other.errors };
}
;// CONCATENATED MODULE: ./build/src/rollout/trial/design.js
/** From settings to a trial: what is compared, from which sources, at which levels; and the evidence a journal keeps. */



/** @param told whether probes on the public path can tell the versions apart */
function designFor(settings, told) {
    const users = settings.evidence.includes('pods') || settings.evidence.includes('prometheus');
    const sources = users ? ['lane', 'users', 'public'] : ['lane', 'public'];
    return (0,verdict/* designOf */.et)({
        services: settings.services,
        sources,
        splitFrom: users && !told ? 'users' : 'public',
        weights: settings.canaryWeight.map((weight) => weight / 100),
        falseAlarm: ((1 - verdict/* GUARD_SHARE */.up) * settings.falseAlarm) / 100,
        maxErrorIncrease: settings.maxErrorIncrease / 100,
        latency: settings.latency === 'compare',
        ...(settings.slo === undefined ? {} : { slo: settings.slo / 100 }),
        minStep: settings.minStep / 1000,
        maxStep: settings.maxStep / 1000,
        preflightPairs: settings.preFlight,
    });
}
/** The trial of a release; evidence of an earlier run of it goes on where the design is the same. */
function openTrial(releases, settings, given) {
    const design = designFor({ ...settings, services: releases.map(({ service }) => service) }, releases.every(({ observer }) => observer.identifier.distinguishes));
    const state = keptState(releases, design);
    const kept = (service) => state?.services[service]?.lane?.latency?.bounds;
    return new Trial({
        ...given,
        design,
        state,
        // A guard that began anew with every run would spend its part of the false alarms each time.
        guards: Object.fromEntries(releases.map(({ service, kept }) => [service, kept === undefined ? undefined : (0,verdict/* readGuard */.I0)((0,objects/* field */.ZZ)(kept, 'guard'))])),
        bounds: Object.fromEntries(releases.map(({ service }) => [service, kept(service) ?? given.bounds[service]])),
        observers: releases.map(({ observer }) => observer),
        guardLevel: (verdict/* GUARD_SHARE */.up * settings.falseAlarm) / 100 / Math.max(1, releases.length),
    });
}
/** What is written into the journal: stable's and canary's signs, the verdict's state of this service and the guard of its path. */
function evidenceOf({ service, observer }, trial) {
    const { signs } = observer.identifier;
    if (signs === undefined && trial === undefined)
        return undefined;
    return {
        ...(signs === undefined ? {} : { signs: { ...signs } }),
        ...(trial === undefined
            ? {}
            : { verdict: trial.partOf(service), guard: trial.guardOf(service) }),
    };
}
/** Signs as a journal keeps them: untrusted, so only believed when they have the right form. */
function signsIn(journal) {
    const kept = (0,objects/* field */.ZZ)(journal.evidence, 'signs');
    const source = (0,objects/* text */.Qq)(kept, 'source');
    const stable = (0,objects/* text */.Qq)(kept, 'stable');
    const canary = (0,objects/* text */.Qq)(kept, 'canary');
    const sound = (value) => value !== '' && value.length <= 1000;
    if (!/^(body|header:[a-z0-9-]{1,100}|json:[\w.-]{1,100})$/.test(source) || !sound(stable))
        return undefined;
    return { source, stable, ...(sound(canary) ? { canary } : {}) };
}
/** The verdict's state from the journals, taken only when every service has one of this very design. */
function keptState(releases, design) {
    const parts = [];
    for (const { kept } of releases) {
        const read = kept === undefined ? undefined : (0,verdict/* readState */.un)((0,objects/* field */.ZZ)(kept, 'verdict'), design);
        if (read === undefined || 'refused' in read)
            return undefined;
        parts.push(read.state);
    }
    return (0,verdict/* joined */.oR)(design, parts);
}

/***/ }),

/***/ 7498:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  C: () => (/* binding */ userSources)
});

// EXTERNAL MODULE: ./build/src/kube/objects.js
var objects = __webpack_require__(4067);
;// CONCATENATED MODULE: ./build/src/evidence/users/pod-metrics.js
/** Which pods are read, and where their metrics are. Pure: what pods.ts asks the API server for. */

/** What a Service says about the pods behind it. */
function selectionOf(service) {
    const [port] = (0,objects/* list */.p_)(service, 'spec', 'ports');
    const targetPort = (0,objects/* field */.ZZ)(port, 'targetPort') ?? (0,objects/* field */.ZZ)(port, 'port');
    return {
        selector: (0,objects/* strings */.P$)(service, 'spec', 'selector'),
        ...(typeof targetPort === 'number' || typeof targetPort === 'string' ? { targetPort } : {}),
    };
}
/** The selector as a query of the API server wants it; undefined for one that selects nothing. */
function labelSelector(selector) {
    const pairs = Object.entries(selector);
    return pairs.length === 0 ? undefined : pairs.map(([name, value]) => `${name}=${value}`).join(',');
}
function isReady(pod) {
    if (pod.metadata.deletionTimestamp !== undefined)
        return false;
    return (0,objects/* list */.p_)(pod, 'status', 'conditions').some((condition) => (0,objects/* text */.Qq)(condition, 'type') === 'Ready' && (0,objects/* text */.Qq)(condition, 'status') === 'True');
}
/** Names of container ports that serve metrics by custom. */
const METRICS_PORTS = ['metrics', 'http-metrics'];
/** The port of a pod's metrics: as annotated, else the container port of that name, else the Service's target. */
function metricsPort(pod, targetPort) {
    const annotated = Number((0,objects/* annotation */.w7)(pod, 'prometheus.io/port') ?? Number.NaN);
    if (isPort(annotated))
        return annotated;
    // Sidecars that run as long as the pod are init containers (restartPolicy Always).
    const containers = [...(0,objects/* list */.p_)(pod, 'spec', 'containers'), ...(0,objects/* list */.p_)(pod, 'spec', 'initContainers')];
    const ports = containers.flatMap((container) => (0,objects/* list */.p_)(container, 'ports'));
    const named = (name) => (0,objects/* field */.ZZ)(ports.find((port) => (0,objects/* text */.Qq)(port, 'name') === name) ?? {}, 'containerPort');
    const found = [...METRICS_PORTS, ...(typeof targetPort === 'string' ? [targetPort] : [])].map(named).find(isPort);
    return found ?? (isPort(targetPort) ? targetPort : undefined);
}
/**
 * The path of a pod's metrics through the API server, or undefined when no port is known. Annotations come from
 * outside: a path that could leave the pod's proxy is not followed.
 */
function metricsPath(pod, targetPort) {
    const port = metricsPort(pod, targetPort);
    if (port === undefined)
        return undefined;
    const annotated = (0,objects/* annotation */.w7)(pod, 'prometheus.io/path') ?? '';
    const safe = /^(\/[\w-][\w.-]*)+$/.test(annotated);
    const scheme = (0,objects/* annotation */.w7)(pod, 'prometheus.io/scheme') === 'https' ? 'https:' : '';
    const namespace = encodeURIComponent(pod.metadata.namespace ?? 'default');
    const name = encodeURIComponent(pod.metadata.name);
    return `/api/v1/namespaces/${namespace}/pods/${scheme}${name}:${port}/proxy${safe ? annotated : '/metrics'}`;
}
function isPort(value) {
    return typeof value === 'number' && Number.isInteger(value) && value > 0 && value < 65_536;
}
// EXTERNAL MODULE: ./build/src/cluster/cluster.js
var cluster_cluster = __webpack_require__(8002);
// EXTERNAL MODULE: ./build/src/cluster/connection/transport.js
var transport = __webpack_require__(7096);
// EXTERNAL MODULE: ./build/src/errors.js
var src_errors = __webpack_require__(7406);
;// CONCATENATED MODULE: ./build/src/evidence/users/exposition.js
/**
 * The Prometheus text format 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats) and what pods serve of
 * OpenMetrics 1.0: exemplars, `# EOF`, fractional timestamps, quoted names. The input is not trusted. Pure.
 */
/** Bytes of a page that are read at most. */
const MOST_BYTES = 4 * 1024 * 1024;
/** Samples on a page that are read at most. */
const MOST_SERIES = 50_000;
const NAME = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const BLANKS = /[ \t]*/y;
const WORD = /[^ \t]+/y;
const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
/**
 * Never throws. One line that cannot be read spoils the page, as it does for Prometheus itself.
 * @param wanted names to keep; lines of others are counted but not looked into
 */
function parseExposition(page, wanted = () => true) {
    if (page.length > MOST_BYTES || Buffer.byteLength(page) > MOST_BYTES)
        return { problem: `more than ${MOST_BYTES / 1024 / 1024} MiB of metrics` };
    // A page that was cut off may end inside a number.
    if (page !== '' && !page.endsWith('\n'))
        return { problem: 'the page is cut off: its last line has no end' };
    const series = [];
    let samples = 0;
    let number = 0;
    for (let start = 0; start < page.length;) {
        const end = page.indexOf('\n', start);
        const line = page.slice(start, end).trim();
        start = end + 1;
        number++;
        if (line === '' || line.startsWith('#'))
            continue;
        if (++samples > MOST_SERIES)
            return { problem: `more than ${MOST_SERIES} samples` };
        const [plain] = matched(NAME, line, 0);
        if (plain !== '' && !wanted(plain))
            continue;
        const sample = sampleOf(line);
        if (typeof sample === 'string')
            return { problem: `line ${number}: ${sample}` };
        if (wanted(sample.name))
            series.push(sample);
    }
    return { series };
}
/** One line, or what is wrong with it. */
function sampleOf(line) {
    let [name, at] = matched(NAME, line, 0);
    [, at] = matched(BLANKS, line, at);
    const labels = new Map();
    if (line[at] === '{') {
        at++;
        for (;;) {
            [, at] = matched(BLANKS, line, at);
            if (line[at] === '}')
                break;
            const label = line[at] === '"' ? quoted(line, at) : matched(NAME, line, at);
            if (label === undefined || label[1] === at)
                return 'a label without a name';
            [, at] = matched(BLANKS, line, label[1]);
            if (line[at] === '=') {
                [, at] = matched(BLANKS, line, at + 1);
                const value = quoted(line, at);
                if (value === undefined)
                    return `label ${shorten(label[0])} has no closed value`;
                if (labels.has(label[0]))
                    return `label ${shorten(label[0])} is given twice`;
                labels.set(label[0], value[0]);
                at = value[1];
            }
            else if (name === '' && labels.size === 0)
                name = label[0];
            else
                return `label ${shorten(label[0])} has no value`;
            [, at] = matched(BLANKS, line, at);
            if (line[at] === ',')
                at++;
            else if (line[at] !== '}')
                return 'labels are not separated by commas, or not closed';
        }
        at++;
    }
    else if (at < line.length && !/[ \t]/.test(line[at - 1] ?? ''))
        return 'a name with a character it must not have';
    if (name === '')
        return 'a sample without a name';
    [, at] = matched(BLANKS, line, at);
    const [written, after] = matched(WORD, line, at);
    const value = numberOf(written);
    if (value === undefined)
        return `${shorten(written) || 'nothing'} is not a number`;
    const rest = line.slice(after).trim();
    // An exemplar is somebody's trace id: skipped as a whole.
    const timestamp = (rest.startsWith('#') ? '' : (rest.split(/[ \t]+#/, 1)[0] ?? '')).trim();
    if (timestamp !== '' && !DECIMAL.test(timestamp))
        return `${shorten(timestamp)} is not a timestamp`;
    return { name, labels, value };
}
/** A quoted string from its opening quote, and where it ends; undefined when it is not closed. */
function quoted(line, at) {
    if (line[at] !== '"')
        return undefined;
    let value = '';
    for (let from = at + 1;;) {
        const next = nextOf(line, from);
        if (next < 0)
            return undefined;
        value += line.slice(from, next);
        if (line[next] === '"')
            return [value, next + 1];
        const escaped = line[next + 1];
        if (escaped === undefined)
            return undefined;
        // Only these three are escapes; any other backslash stands for itself.
        value += escaped === 'n' ? '\n' : escaped === '"' || escaped === '\\' ? escaped : `\\${escaped}`;
        from = next + 2;
    }
}
const QUOTE_OR_BACKSLASH = /["\\]/g;
function nextOf(line, from) {
    QUOTE_OR_BACKSLASH.lastIndex = from;
    return QUOTE_OR_BACKSLASH.exec(line)?.index ?? -1;
}
/** What a sticky pattern matches at a place ('' for nothing), and where that ends. */
function matched(pattern, line, at) {
    pattern.lastIndex = at;
    const found = pattern.exec(line)?.[0] ?? '';
    return [found, at + found.length];
}
/** Numbers as Go's ParseFloat writes and reads them. */
function numberOf(written) {
    if (DECIMAL.test(written))
        return Number(written);
    if (/^nan$/i.test(written))
        return Number.NaN;
    const infinite = /^([+-]?)inf(inity)?$/i.exec(written);
    if (infinite === null)
        return undefined;
    return infinite[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}
/** Foreign text in a message: short, and without characters that draw. */
function shorten(text) {
    const plain = text.replaceAll(/[^\x20-\x7e]/g, '?');
    return plain.length > 40 ? `${plain.slice(0, 40)}…` : plain;
}
// EXTERNAL MODULE: ./build/src/settings/vocabulary.js
var vocabulary = __webpack_require__(4707);
;// CONCATENATED MODULE: ./build/src/evidence/users/presets.js
/** Which counters count users' requests: the metrics of instrumented apps and of the proxies beside them. Pure. */

const clusters = (pattern) => ({
    requests: 'envoy_cluster_upstream_rq_xx',
    status: ['envoy_response_code_class'],
    times: { buckets: 'envoy_cluster_upstream_rq_time_bucket', unit: 0.001 },
    incoming: { label: 'envoy_cluster_name', pattern },
});
const listeners = (pattern) => ({
    requests: 'envoy_http_downstream_rq_xx',
    status: ['envoy_response_code_class'],
    times: { buckets: 'envoy_http_downstream_rq_time_bucket', unit: 0.001 },
    incoming: { label: 'envoy_http_conn_manager_prefix', pattern },
});
/**
 * Metrics of a preset, the first one that is there counts. A sidecar also counts what its pod asks of others: such
 * calls are left out by the name of the Envoy cluster or listener, or by Istio's `reporter`; a release must not be
 * blamed for what it was answered.
 */
const PRESETS = {
    plain: [
        {
            requests: 'http_requests_total',
            status: ['status', 'code', 'status_code'],
            times: { buckets: 'http_request_duration_seconds_bucket', unit: 1 },
        },
    ],
    istio: [
        {
            requests: 'istio_requests_total',
            status: ['response_code'],
            times: { buckets: 'istio_request_duration_milliseconds_bucket', unit: 0.001 },
            incoming: { label: 'reporter', pattern: 'destination' },
        },
    ],
    // Kuma names the cluster of the app beside it localhost_<port>, since 2.10 self_inbound_….
    kuma: [clusters('localhost[_:].*|self_inbound.*')],
    // App Mesh names clusters cds_ingress_<mesh>_<node>_<port> and the listener's connection manager ingress.
    'app-mesh': [clusters('cds_ingress_.*'), listeners('ingress.*')],
    envoy: [clusters('inbound.*|local.*|.*_inbound'), listeners('inbound.*|ingress.*')],
};
/** The metrics to look for: those of one preset, or of all in the order they are tried. */
function metricsOf(preset) {
    return preset === 'auto' ? vocabulary/* presetNames */.g.flatMap((name) => PRESETS[name]) : PRESETS[preset];
}
/** Names of all series the metrics are made of. */
function namesOf(metrics) {
    return new Set(metrics.flatMap(({ requests, times }) => [requests, times.buckets]));
}
/** The first metric with a series of incoming requests among these. */
function firstPresent(metrics, series) {
    return metrics.find((metric) => series.some(({ name, labels }) => name === metric.requests && isIncoming(metric, labels) && statusOf(metric, labels) !== undefined));
}
function isIncoming({ incoming }, labels) {
    return incoming === undefined || new RegExp(`^(?:${incoming.pattern})$`).test(labels.get(incoming.label) ?? '');
}
/** The status or its class ("503", "5", "5xx"), or undefined where the series does not tell. */
function statusOf({ status }, labels) {
    for (const name of status) {
        const value = labels.get(name);
        if (value !== undefined)
            return value;
    }
    return undefined;
}
/** Pattern of a status, or class of statuses, that counts as a failure; whole value, RE2 and JS. */
const FAILED_STATUS = '5([0-9][0-9]|xx|XX)?';
const FAILED = new RegExp(`^(?:${FAILED_STATUS})$`);
function isFailure(status) {
    return status !== undefined && FAILED.test(status);
}
;// CONCATENATED MODULE: ./build/src/evidence/users/counters.js


const NOTHING = { requests: 0, errors: 0, times: new Map() };
/** Key of a series: its labels in order, without those left out. */
function keyOf(labels, without) {
    const pairs = [...labels].filter(([name]) => name !== without);
    return JSON.stringify(pairs.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}
/** A counter's value in whole requests, or undefined for what no counter can be: NaN, infinite, negative, too large. */
function wholeCount(value) {
    return value >= 0 && value <= Number.MAX_SAFE_INTEGER ? Math.floor(value) : undefined;
}
/**
 * The counters of one metric on a pod's page. Answers whose series says that they failed are not timed: a version that
 * fails fast must not look fast. Histograms without a status hold failures as well.
 */
function countersOf(series, metric) {
    const requests = new Map();
    const times = new Map();
    for (const { name, labels, value } of series) {
        const bucket = name === metric.times.buckets;
        if ((name !== metric.requests && !bucket) || !isIncoming(metric, labels))
            continue;
        const status = statusOf(metric, labels);
        if (bucket ? isFailure(status) : status === undefined)
            continue;
        const whole = wholeCount(value);
        if (whole === undefined)
            return { problem: `${name} is ${value}, which no counter can be` };
        if (bucket)
            addBucket(times, keyOf(labels, 'le'), secondsOf(labels.get('le'), metric.times.unit), whole);
        else {
            const key = keyOf(labels);
            // A series given twice is one series: the first counts, as for Prometheus.
            if (!requests.has(key))
                requests.set(key, { value: whole, requests: true, errors: isFailure(status) });
        }
    }
    return { counters: { requests, times } };
}
function addBucket(times, key, bound, count) {
    if (bound === undefined)
        return;
    const buckets = times.get(key) ?? new Map();
    if (!buckets.has(bound))
        buckets.set(bound, count);
    times.set(key, buckets);
}
/** A bucket's upper bound in seconds; undefined for what is none. Rounded so that 250 ms and 0.25 s are the same. */
function secondsOf(le, unit) {
    const bound = numberOf(le ?? '');
    if (bound === undefined || !(bound > 0))
        return undefined;
    return bound === Number.POSITIVE_INFINITY ? bound : Number((bound * unit).toPrecision(12));
}
/** How much a counter grew: all of it when it fell, because it began again at 0. Never negative. */
function grown(before, now) {
    return now < before ? now : now - before;
}
/**
 * What one pod counted between two readings of it. A series that was not there before began at 0: the first failure of
 * a pod makes its series. A series that is no longer there counted nothing.
 */
function difference(before, now) {
    let requests = 0;
    let errors = 0;
    for (const [key, counter] of now.requests) {
        const added = grown(before.requests.get(key)?.value ?? 0, counter.value);
        if (counter.requests)
            requests += added;
        if (counter.errors)
            errors += added;
    }
    const times = [];
    for (const [key, buckets] of now.times)
        times.push(bucketsGrown(before.times.get(key) ?? new Map(), buckets));
    return { requests, errors: Math.min(errors, requests), times: sumOfBuckets(times) };
}
/** Buckets of one histogram begin again together: where one of them fell, all count from 0. */
function bucketsGrown(before, now) {
    const began = [...now].some(([bound, count]) => count < (before.get(bound) ?? 0));
    let least = 0;
    const rising = [...now].sort(([a], [b]) => a - b);
    return new Map(rising.map(([bound, count]) => {
        // A page is not written in one moment: a bucket may lag behind the one below it.
        least = Math.max(least, began ? count : count - (before.get(bound) ?? 0));
        return [bound, least];
    }));
}
/** Sum over pods or series, in any order. Times are summed at the bounds all of them have. */
function sumOf(tallies) {
    return {
        requests: tallies.reduce((sum, { requests }) => sum + requests, 0),
        errors: tallies.reduce((sum, { errors }) => sum + errors, 0),
        times: sumOfBuckets(tallies.map(({ times }) => times)),
    };
}
function sumOfBuckets(all) {
    const [first, ...others] = all.filter((buckets) => buckets.size > 0);
    const bounds = [...(first?.keys() ?? [])].filter((bound) => others.every((buckets) => buckets.has(bound)));
    return new Map(bounds
        .sort((a, b) => a - b)
        .map((bound) => [bound, all.reduce((sum, buckets) => sum + (buckets.get(bound) ?? 0), 0)]));
}
/** Finite bounds both versions have, rising: to be fixed before the first window. */
function sharedBounds(stable, canary) {
    return [...stable.times.keys()]
        .filter((bound) => Number.isFinite(bound) && canary.times.has(bound))
        .sort((a, b) => a - b);
}
/** Both versions' times in the same buckets, or undefined where one of them lacks a bound or the `+Inf` bucket. */
function histogramOf(bounds, stable, canary) {
    if (bounds.length === 0)
        return undefined;
    const ofStable = inBuckets(bounds, stable.times);
    const ofCanary = inBuckets(bounds, canary.times);
    return ofStable && ofCanary ? { bounds, stable: ofStable, canary: ofCanary } : undefined;
}
function inBuckets(bounds, times) {
    // No histogram at all: no answer of this version was timed.
    if (times.size === 0)
        return [...bounds, 0].map(() => 0);
    const upTo = [...bounds, Number.POSITIVE_INFINITY].map((bound) => times.get(bound));
    if (upTo.includes(undefined))
        return undefined;
    return upTo.map((count, index) => (count ?? 0) - (index === 0 ? 0 : (upTo[index - 1] ?? 0)));
}
/** Takes our own probes out of a count; never below 0. `left` is what could not be taken out yet. */
function withoutProbes(count, probes) {
    const requests = Math.max(0, count.requests - probes.requests);
    return {
        count: { requests, errors: Math.min(requests, Math.max(0, count.errors - probes.errors)) },
        left: {
            requests: Math.max(0, probes.requests - count.requests),
            errors: Math.max(0, probes.errors - count.errors),
        },
    };
}
;// CONCATENATED MODULE: ./build/src/evidence/users/outage.js
class OutageClock {
    #clock;
    #budget;
    #since;
    /** @param budget milliseconds */
    constructor(clock, budget) {
        this.#clock = clock;
        this.#budget = budget;
    }
    /** One more reading without an answer; `since` is the first of them in a row. */
    began(why) {
        const now = this.#clock.monotonic();
        this.#since ??= now;
        return { kind: 'outage', since: this.#since, why, exhausted: now - this.#since >= this.#budget };
    }
    /** It answered, whatever it said. */
    over() {
        this.#since = undefined;
    }
}
// EXTERNAL MODULE: ./build/src/evidence/users/sources.js
var sources = __webpack_require__(550);
;// CONCATENATED MODULE: ./build/src/evidence/users/tracker.js

const NO_COUNT = { requests: 0, errors: 0 };
class Tracker {
    #service;
    #probes;
    /** Pods read last time. One that could not be read is not among them: its next reading is its first. */
    #pods = new Map();
    /** When counters were read last: the newest of them, the oldest, and each version's on the average of its pods. */
    #last;
    #bounds;
    /** Probes of the last window whose pods had not counted them yet. */
    #left = { stable: NO_COUNT, canary: NO_COUNT };
    constructor(service, probes) {
        this.#service = service;
        this.#probes = probes;
    }
    /**
     * Takes all pods as read at one time. A new pod's first reading is its baseline; a pod that is gone takes what it
     * counted last with it; one that could not be read counts for nothing until it was read twice again.
     * @param until monotonic milliseconds of this reading
     * @param oldest the same of its oldest counter, where pods were not read in one moment
     */
    advance(readings, until, oldest = until) {
        const last = this.#last;
        const left = this.#left;
        // Only the very next window may still count them.
        this.#left = { stable: NO_COUNT, canary: NO_COUNT };
        const before = this.#pods;
        const now = new Map();
        for (const { pod, version, counters } of readings)
            if (counters)
                now.set(pod, { version, counters });
        this.#pods = now;
        const at = { stable: meanTime(readings, 'stable', until), canary: meanTime(readings, 'canary', until) };
        this.#last = { until, oldest, at };
        const tallies = { stable: [], canary: [] };
        for (const [pod, { version, counters }] of now) {
            const known = before.get(pod);
            if (known?.version === version)
                tallies[version].push(difference(known.counters, counters));
        }
        const notes = lost(before, readings);
        if (last === undefined || before.size === 0)
            return { notes, why: 'counting begins with this reading' };
        for (const version of ['stable', 'canary']) {
            if (tallies[version].length > 0)
                continue;
            const some = readings.some((reading) => reading.version === version);
            return { notes, why: some ? `no pod of ${version} was read twice` : `there is no ready pod of ${version}` };
        }
        const whole = readings.every(({ pod }) => before.has(pod) && now.has(pod)) && before.size === readings.length;
        const counted = this.#count(sumOf(tallies.stable), sumOf(tallies.canary), left, last.at, at);
        return { notes, window: { service: this.#service, from: last.oldest, until, ...counted, whole } };
    }
    #count(stable, canary, left, from, until) {
        // Each version up to its own time: a probe that its pods have not counted yet must not be taken for a user's.
        const ours = {
            stable: this.#probes(this.#service, from.stable, until.stable),
            canary: this.#probes(this.#service, from.canary, until.canary),
        };
        // A probe under way at the end of a window is counted by its pod in the next one; later it never arrives.
        const ofStable = withoutProbes(stable, plus(ours.stable.stable, left.stable));
        const ofCanary = withoutProbes(canary, plus(ours.canary.canary, left.canary));
        this.#left = {
            stable: least(ofStable.left, ours.stable.stable),
            canary: least(ofCanary.left, ours.canary.canary),
        };
        const lanes = ours.stable.lanes || ours.canary.lanes;
        const latency = lanes ? undefined : this.#times(stable, canary);
        return { stable: ofStable.count, canary: ofCanary.count, ...(latency === undefined ? {} : { latency }) };
    }
    /** Bounds are fixed by the first window in which both versions were timed. */
    #times(stable, canary) {
        if (this.#bounds === undefined && stable.times.size > 0 && canary.times.size > 0)
            this.#bounds = sharedBounds(stable, canary);
        return this.#bounds === undefined ? undefined : histogramOf(this.#bounds, stable, canary);
    }
}
/** Probes are spread evenly over a version's pods: on the average they are counted up to the mean of its readings. */
function meanTime(readings, version, otherwise) {
    const times = readings.flatMap((one) => (one.version === version && one.counters ? [one.at ?? otherwise] : []));
    return times.length === 0 ? otherwise : times.reduce((sum, time) => sum + time, 0) / times.length;
}
function lost(before, readings) {
    const present = new Set(readings.map(({ pod }) => pod));
    const gone = [...before.keys()].filter((pod) => !present.has(pod));
    if (gone.length === 0)
        return [];
    // A key is the name and what makes it unlike others.
    const named = gone.map((pod) => pod.split('/', 1)[0]);
    return [`${named.join(', ')} ${gone.length === 1 ? 'is' : 'are'} gone; what was counted there last is lost`];
}
function plus(one, other) {
    return { requests: one.requests + other.requests, errors: one.errors + other.errors };
}
function least(one, other) {
    return { requests: Math.min(one.requests, other.requests), errors: Math.min(one.errors, other.errors) };
}
;// CONCATENATED MODULE: ./build/src/evidence/users/pods.js
/** Users' requests as the pods count them: each ready pod's metrics through the API server, with nothing to install. */










/** Reads pods; to be read every 1 to 5 s. Needs `list` on pods and `get` on pods/proxy. */
function podsSource(options) {
    const { clock, signal, service, namespace, preset = 'auto', budget = sources/* OUTAGE_BUDGET */.Mk } = options;
    // Asked once: the next reading comes soon.
    const cluster = options.cluster.under(signal, -1);
    const metrics = metricsOf(preset);
    const names = namesOf(metrics);
    const tracker = new Tracker(service, options.probes ?? sources/* NO_PROBES */.uw);
    const outage = new OutageClock(clock, budget);
    const unreadable = new Unreadable(budget);
    let metric;
    const read = async () => {
        let targets;
        try {
            targets = inTurns(await Promise.all(versions.map((version) => podsOf(version))));
        }
        catch (error) {
            signal.throwIfAborted();
            return failed(error, []);
        }
        const at = clock.monotonic();
        const pages = await bounded(targets, options.concurrency ?? 8, pageOf);
        signal.throwIfAborted();
        metric ??= firstPresent(metrics, pages.flatMap((page) => ('series' in page ? page.series : [])));
        const errors = new Map();
        const readings = targets.map((target, index) => {
            const { pod, version } = target;
            const counted = countsOf(pages[index], metric);
            if ('counters' in counted)
                return { pod, version, counters: counted.counters };
            errors.set(pod, counted.error);
            return { pod, version };
        });
        const advanced = tracker.advance(readings, at);
        const notes = [...advanced.notes, ...unreadable.notes(targets, errors, clock.monotonic())];
        if (errors.size > 0 && errors.size === targets.length) {
            const all = [...errors.values()];
            return failed(all.find((error) => (0,cluster_cluster/* isPassing */.WG)(error)) ?? all[0], notes);
        }
        outage.over();
        if (metric === undefined) {
            const looked = [...new Set(metrics.map(({ requests }) => requests))].join(', ');
            return { kind: 'no-data', why: `no pod has counted a request in ${looked} yet`, notes };
        }
        return 'window' in advanced
            ? { kind: 'window', window: advanced.window, notes }
            : { kind: 'no-data', why: advanced.why, notes };
    };
    const podsOf = async (version) => {
        const { selector, targetPort } = options.selections()[version];
        const query = labelSelector(selector);
        if (query === undefined)
            return [];
        const { items } = await cluster.list('v1', 'Pod', namespace, { labelSelector: query });
        return items.filter(isReady).map((pod) => ({
            pod: pods_keyOf(pod),
            name: pod.metadata.name,
            version,
            path: metricsPath(pod, targetPort),
        }));
    };
    const pageOf = async ({ path }) => {
        if (path === undefined)
            return { error: new Error('no port of metrics is known: annotate the pods with prometheus.io/port') };
        try {
            const page = await cluster.text(path, { ...asked, timeout: options.timeout ?? 2_000 });
            const parsed = parseExposition(page, (name) => names.has(name));
            return 'series' in parsed ? parsed : { error: new Error(`not metrics: ${parsed.problem}`) };
        }
        catch (error) {
            return { error };
        }
    };
    const failed = (error, notes) => {
        if ((0,cluster_cluster/* isPassing */.WG)(error))
            return { ...outage.began((0,src_errors/* reasonOf */.A3)(error)), notes };
        outage.over();
        const forbidden = error instanceof transport/* ApiError */.hD && error.status === 403;
        const why = forbidden
            ? `${(0,src_errors/* reasonOf */.A3)(error)}; grant list on pods and get on pods/proxy`
            : `no pod can be read: ${(0,src_errors/* reasonOf */.A3)(error)}`;
        return { kind: 'no-data', why, notes };
    };
    return { service, name: 'pods', read };
}
const versions = ['stable', 'canary'];
const asked = { accept: 'text/plain;version=0.0.4', bodyLimit: MOST_BYTES };
/** A pod of the same name at another time (a StatefulSet's) is another pod. */
function pods_keyOf({ metadata }) {
    return metadata.uid === undefined ? metadata.name : `${metadata.name}/${metadata.uid}`;
}
/** Both versions by turns, so that neither is read later than the other throughout. A pod is of one version only. */
function inTurns(lists) {
    const longest = Math.max(0, ...lists.map(({ length }) => length));
    const mixed = Array.from({ length: longest }, (_, index) => lists.flatMap((targets) => targets[index] ?? [])).flat();
    const times = new Map();
    for (const { pod } of mixed)
        times.set(pod, (times.get(pod) ?? 0) + 1);
    return mixed.filter(({ pod }) => times.get(pod) === 1);
}
function countsOf(page, metric) {
    if (page === undefined || 'error' in page)
        return { error: page?.error ?? new Error('was not read') };
    if (metric === undefined)
        return { counters: { requests: new Map(), times: new Map() } };
    const counted = countersOf(page.series, metric);
    return 'problem' in counted ? { error: new Error(counted.problem) } : counted;
}
/** Results in the order of the tasks, at most so many of them at once. */
async function bounded(tasks, limit, run) {
    const results = [];
    let next = 0;
    const worker = async () => {
        for (let index = next++; index < tasks.length; index = next++) {
            const task = tasks[index];
            if (task !== undefined)
                results[index] = await run(task);
        }
    };
    await Promise.all(Array.from({ length: Math.max(1, Math.min(limit, tasks.length)) }, worker));
    return results;
}
/** Pods that cannot be read: counted in a note when they begin to fail, named once when they go on failing. */
class Unreadable {
    #budget;
    #since = new Map();
    #named = new Set();
    constructor(budget) {
        this.#budget = budget;
    }
    notes(targets, errors, at) {
        for (const pod of [...this.#since.keys()]) {
            if (errors.has(pod))
                continue;
            this.#since.delete(pod);
            this.#named.delete(pod);
        }
        const notes = [];
        const fresh = [...errors.keys()].filter((pod) => !this.#since.has(pod));
        for (const pod of fresh)
            this.#since.set(pod, at);
        if (fresh.length > 0)
            notes.push(`${errors.size} of ${targets.length} pods cannot be read: they count for nothing until they can`);
        for (const { pod, name } of targets) {
            const since = this.#since.get(pod);
            if (since === undefined || at - since < this.#budget || this.#named.has(pod))
                continue;
            this.#named.add(pod);
            notes.push(`pod ${name} cannot be read for ${Math.round((at - since) / 1000)} s: ${(0,src_errors/* reasonOf */.A3)(errors.get(pod))}`);
        }
        return notes;
    }
}
;// CONCATENATED MODULE: ./build/src/evidence/users/prometheus-queries.js
/** What Prometheus is asked, and what its answers mean. Pure. */




const TARGET_LABELS = { namespace: 'namespace', pod: 'pod' };
/** Labels that tell apart who scraped a series: a job's targets, and servers that run as a pair. */
const ONE_TARGET = 'job, instance, prometheus_replica, replica';
/** Characters the API server keeps of a name before it adds five of its own (apiserver pkg/storage/names/generate.go). */
const KEPT = 58;
const DIGITS = '[a-z0-9]';
/** Names of a Deployment's pods: its name, the ReplicaSet's hash of up to ten characters, and five more. */
function podPattern(deployment) {
    const base = `${deployment}-`.slice(0, KEPT).replaceAll('.', '\\.');
    // Of a long name the end is cut off: the dash before the five, some of the hash, all of it.
    const left = KEPT - deployment.length - 1;
    if (left >= 11)
        return `${base}${DIGITS}{1,10}-${DIGITS}{5}`;
    if (left >= 2)
        return `${base}(${DIGITS}{1,${left - 1}}-|${DIGITS}{${left}})${DIGITS}{5}`;
    return `${base}${DIGITS}{${5 + Math.max(0, left)}}`;
}
/** The queries of a preset's metric. */
function queriesOf(metric, selection, labels = TARGET_LABELS) {
    const where = [
        `${labels.namespace}=${inQuotes(selection.namespace)}`,
        `${labels.pod}=~${inQuotes(selection.pods)}`,
        ...(metric.incoming ? [`${metric.incoming.label}=~${inQuotes(metric.incoming.pattern)}`] : []),
    ];
    const series = (name, ...more) => `${name}{${[...where, ...more].join(',')}}`;
    // The first status label that is there counts, as in a pod's own page; a series without one tells nothing.
    const byStatus = (condition) => metric.status
        .map((label, index) => {
        const absent = metric.status.slice(0, index).map((earlier) => `${earlier}=""`);
        return series(metric.requests, ...absent, `${label}${condition}`);
    })
        .join(' or ');
    // A pod that two jobs or two servers scrape is one pod: its requests are those of one target, whichever saw most.
    const once = (by, selected) => `max by (${by}) (sum by (${by}, ${ONE_TARGET}) (${selected}))`;
    const fine = metric.status.map((label) => `${label}!~${inQuotes(FAILED_STATUS)}`);
    return {
        requests: once(labels.pod, byStatus('!=""')),
        errors: once(labels.pod, byStatus(`=~${inQuotes(FAILED_STATUS)}`)),
        times: once(`${labels.pod}, le`, series(metric.times.buckets, ...fine)),
        unit: metric.times.unit,
        scraped: `max by (${labels.pod}) (timestamp(${series(metric.requests)}))`,
    };
}
/** Own queries with a version's values in their places. */
function filled(own, selection) {
    const fill = (query) => query
        .replaceAll('{{namespace}}', () => escaped(selection.namespace))
        .replaceAll('{{pods}}', () => escaped(selection.pods));
    return {
        requests: fill(own.requests),
        errors: fill(own.errors),
        ...(own.times === undefined ? {} : { times: fill(own.times) }),
        ...(own.scraped === undefined ? {} : { scraped: fill(own.scraped) }),
        unit: own.unit ?? 1,
    };
}
/** An answer of `/api/v1/query` with status 200: rows (a scalar is one row without labels), or why it says nothing. */
function parseAnswer(body) {
    let answer;
    try {
        answer = JSON.parse(body);
    }
    catch {
        return { problem: 'the answer is not JSON: is this the address of a Prometheus server?' };
    }
    if (!(0,objects/* isMap */.jh)(answer) || answer['status'] !== 'success') {
        const said = (0,objects/* isMap */.jh)(answer) && typeof answer['error'] === 'string' ? answer['error'].slice(0, 200) : 'no reason';
        return { problem: `the query failed: ${said}` };
    }
    const warnings = answer['warnings'];
    // Thanos and others warn when a store did not answer: what is missing would look like pods that are gone.
    if (Array.isArray(warnings) && warnings.length > 0)
        return { problem: `the answer is partial: ${String(warnings[0]).slice(0, 200)}` };
    const data = answer['data'];
    if (!(0,objects/* isMap */.jh)(data))
        return { problem: 'the answer has no data' };
    if (data['resultType'] === 'scalar')
        return rowsOf([{ metric: {}, value: data['result'] }]);
    if (data['resultType'] !== 'vector' || !Array.isArray(data['result']))
        return { problem: `the query gives a ${String(data['resultType']).slice(0, 20)}, not an instant vector` };
    return rowsOf(data['result']);
}
function rowsOf(result) {
    const rows = [];
    for (const entry of result) {
        if (!(0,objects/* isMap */.jh)(entry) || !(0,objects/* isMap */.jh)(entry['metric']) || !Array.isArray(entry['value']))
            return { problem: 'a row of the answer is not a sample' };
        const labels = new Map();
        for (const [name, value] of Object.entries(entry['metric']))
            labels.set(name, String(value));
        const value = numberOf(String(entry['value'][1]));
        if (value === undefined || !Number.isFinite(value) || value < 0)
            return { problem: `a row is ${String(entry['value'][1]).slice(0, 20)}, which no counter can be` };
        rows.push({ labels, value });
    }
    return { rows };
}
/**
 * Counters by pod. Every row must say its pod: the sum over pods falls when one of them ends, and that fall would count
 * as requests. No row of errors is no error: the first one makes the series.
 */
function countersByPod(answers, unit, label) {
    const pods = new Map();
    for (const kind of ['requests', 'errors', 'times']) {
        for (const { labels, value } of answers[kind]) {
            const pod = labels.get(label);
            if (pod === undefined)
                return { problem: `a row of ${kind} does not say its ${label}: use sum by (${label}) (…)` };
            const whole = wholeCount(value);
            if (whole === undefined)
                return { problem: `a row of ${kind} is ${value}, which no counter can be` };
            const counters = pods.get(pod) ?? { requests: new Map(), times: new Map() };
            pods.set(pod, counters);
            if (kind === 'times')
                addBucket(counters.times, keyOf(labels, 'le'), secondsOf(labels.get('le'), unit), whole);
            else
                counters.requests.set(`${kind} ${keyOf(labels)}`, {
                    value: whole,
                    requests: kind === 'requests',
                    errors: kind === 'errors',
                });
        }
    }
    return { pods };
}
function inQuotes(value) {
    return `"${escaped(value)}"`;
}
function escaped(value) {
    return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
;// CONCATENATED MODULE: ./build/src/evidence/users/prometheus.js
/** Users' requests as a Prometheus server has scraped them: raw counters of both versions at one evaluation time. */








/** Milliseconds the evaluation lies back: a scrape is dated when it begins and can be queried when it has ended. */
const SETTLING = 1_000;
const ANSWER_LIMIT = 4 * 1024 * 1024;
const VERSIONS = ['stable', 'canary'];
/** A reading that cannot go on, and what it is instead of a window. */
class NoAnswer extends Error {
    away;
    constructor(why, away) {
        super(why);
        this.away = away;
    }
}
/** To be read about once in every scrape interval; between scrapes a reading says that there is nothing new. */
function prometheusSource(options) {
    const { clock, signal, service, selections, labels = TARGET_LABELS } = options;
    const interval = options.scrapeInterval ?? 15_000;
    const tracker = new Tracker(service, options.probes ?? sources/* NO_PROBES */.uw);
    const outage = new OutageClock(clock, options.budget ?? sources/* OUTAGE_BUDGET */.Mk);
    let chosen;
    let newest = Number.NEGATIVE_INFINITY;
    const read = async () => {
        try {
            const reading = await attempt();
            outage.over();
            return reading;
        }
        catch (error) {
            signal.throwIfAborted();
            if (!(error instanceof NoAnswer))
                throw error;
            if (error.away)
                return { ...outage.began(error.message), notes: [] };
            outage.over();
            return { kind: 'no-data', why: error.message, notes: [] };
        }
    };
    const attempt = async () => {
        // The server's own time: the runner's may be wrong by more than a scrape.
        const [now] = await rows('time()');
        const at = clock.monotonic();
        if (now === undefined)
            throw new NoAnswer('Prometheus does not tell its time', false);
        const time = now.value - SETTLING / 1000;
        const monotonicOf = (seconds) => at - (now.value - seconds) * 1000;
        const versions = await found(time);
        const readings = [];
        const scrapes = [];
        for (const one of await Promise.all(versions.map((version) => podsOf(version, time, monotonicOf)))) {
            readings.push(...one.readings);
            scrapes.push(...one.scrapes);
        }
        const latest = Math.max(...scrapes);
        if (latest <= newest)
            return { kind: 'no-data', why: 'nothing was scraped since the last reading', notes: [] };
        newest = latest;
        const advanced = tracker.advance(readings, monotonicOf(latest), monotonicOf(Math.min(...scrapes)));
        const { notes } = advanced;
        if ('window' in advanced)
            return { kind: 'window', window: advanced.window, notes };
        return { kind: 'no-data', why: advanced.why, notes };
    };
    /** Requests of both versions, by the first metric that is there; once found it stays. */
    const found = async (time) => {
        const { metrics } = options;
        const candidates = 'own' in metrics ? [undefined] : chosen ? [chosen] : metricsOf(metrics.preset);
        for (const metric of candidates) {
            const versions = await Promise.all(VERSIONS.map(async (version) => {
                const selection = selections()[version];
                const queries = 'own' in metrics ? filled(metrics.own, selection) : ofPreset(metric, selection);
                return { version, queries, requests: await rows(queries.requests, time) };
            }));
            if (versions.every(({ requests }) => requests.length === 0))
                continue;
            chosen = metric;
            const missing = versions.find(({ requests }) => requests.length === 0);
            if (missing)
                throw new NoAnswer(`there is no series of ${missing.version} yet: ${missing.queries.requests}`, false);
            return versions;
        }
        const looked = 'own' in metrics ? metrics.own.requests : candidates.map((metric) => metric?.requests).join(', ');
        throw new NoAnswer(`Prometheus has no series of either version for ${looked}`, false);
    };
    const ofPreset = (metric, selection) => {
        if (metric === undefined)
            throw new TypeError('a preset without a metric');
        return queriesOf(metric, selection, labels);
    };
    const podsOf = async ({ version, queries, requests }, time, monotonicOf) => {
        const asked = (query) => (query === undefined ? [] : rows(query, time));
        const [errors, times, scraped] = await Promise.all([
            asked(queries.errors),
            asked(queries.times),
            asked(queries.scraped),
        ]);
        const counted = countersByPod({ requests, errors, times }, queries.unit, labels.pod);
        if ('problem' in counted)
            throw new NoAnswer(counted.problem, false);
        const scrapedAt = new Map(scraped.map((row) => [row.labels.get(labels.pod), row.value]));
        const oldest = time - (2 * interval) / 1000;
        const scrapes = [];
        const readings = [...counted.pods].map(([pod, counters]) => {
            // Who does not say when it was scraped may have been so at any time that is not stale.
            const at = queries.scraped === undefined ? undefined : scrapedAt.get(pod);
            if (queries.scraped !== undefined && (at === undefined || at < oldest))
                return { pod, version };
            scrapes.push(...(at === undefined ? [oldest, time] : [at]));
            return { pod, version, counters, ...(at === undefined ? {} : { at: monotonicOf(at) }) };
        });
        if (scrapes.length === 0)
            throw new NoAnswer(`stale: no pod of ${version} was scraped in the last ${(2 * interval) / 1000} s`, false);
        return { readings, scrapes };
    };
    const rows = async (query, time) => {
        const asked = new URLSearchParams({ query, ...(time === undefined ? {} : { time: time.toFixed(3) }) });
        const answer = await options.ask(`/api/v1/query?${asked}`, options.timeout ?? 5_000);
        signal.throwIfAborted();
        if ('away' in answer)
            throw new NoAnswer(`Prometheus does not answer: ${answer.away}`, true);
        const { status, body } = answer;
        if (status >= 500 || status === 429 || status === 408)
            throw new NoAnswer(`Prometheus answers ${status} ${body.slice(0, 200)}`.trim(), true);
        const parsed = parseAnswer(body);
        if (status < 200 || status >= 300) {
            const why = 'problem' in parsed && parsed.problem.startsWith('the query failed') ? parsed.problem : advice(status);
            throw new NoAnswer(`Prometheus refuses with ${status}: ${why}`, false);
        }
        if ('problem' in parsed)
            throw new NoAnswer(`${parsed.problem} (${query})`, false);
        return parsed.rows;
    };
    return { service, name: 'Prometheus', read };
}
function advice(status) {
    if (status === 401 || status === 403)
        return 'give a token that may query it';
    if (status === 404)
        return 'there is no query API at this address';
    return 'is this the address of a Prometheus server?';
}
/**
 * Asks a server directly. @param url the server's address, with its path prefix if it has one
 * @param headers e.g. `authorization`
 */
function directly(http, url, headers, signal) {
    const base = url.replace(/\/+$/, '');
    return async (path, timeout) => {
        const request = { url: `${base}${path}`, method: 'GET', headers: { accept: 'application/json', ...headers } };
        const answer = await http({ ...request, timeout, signal, bodyLimit: ANSWER_LIMIT });
        return answer.error === undefined ? { status: answer.status, body: answer.body } : { away: answer.error };
    };
}
/** Asks a server in the cluster through the API server; needs `get` on services/proxy. */
function throughApiServer(cluster, server) {
    const name = `${server.https ? 'https:' : ''}${encodeURIComponent(server.service)}:${server.port}`;
    const base = `/api/v1/namespaces/${encodeURIComponent(server.namespace)}/services/${name}/proxy`;
    return async (path, timeout) => {
        try {
            return { status: 200, body: await cluster.text(`${base}${path}`, { timeout, bodyLimit: ANSWER_LIMIT }) };
        }
        catch (error) {
            if ((0,cluster_cluster/* isPassing */.WG)(error) || !(error instanceof transport/* ApiError */.hD))
                return { away: (0,src_errors/* reasonOf */.A3)(error) };
            // Kept as an answer of Prometheus' kind, so that what the API server says is shown.
            return { status: error.status, body: JSON.stringify({ status: 'error', error: (0,src_errors/* reasonOf */.A3)(error) }) };
        }
    };
}
;// CONCATENATED MODULE: ./build/src/rollout/trial/users.js
/** Where a release counts users' requests, from its settings. */




/** One source for each service; none when `evidence` names probes only. */
function userSources(plans, options) {
    const { settings } = options;
    if (settings.evidence.includes('pods'))
        return plans.map((plan) => podsOf(plan, options));
    if (settings.evidence.includes('prometheus'))
        return plans.map((plan) => prometheusOf(plan, options));
    return [];
}
function podsOf({ service, discovery }, options) {
    const { cluster, clock, signal, settings, probes } = options;
    const selections = { stable: selectionOf(discovery.stable.service), canary: selectionOf(discovery.canary.service) };
    return podsSource({
        cluster,
        clock,
        signal,
        namespace: settings.namespace,
        service,
        selections: () => selections,
        preset: settings.metrics,
        probes,
    });
}
function prometheusOf({ service, discovery }, options) {
    const { cluster, clock, http, signal, settings, probes } = options;
    const { prometheusUrl: prometheus, namespace } = settings;
    if (prometheus === undefined)
        throw new Error('evidence: prometheus passed without prometheus-url: please report this');
    const pods = (deployment, name) => podPattern(deployment?.metadata.name ?? name);
    const selections = {
        stable: { namespace, pods: pods(discovery.stable.deployment, discovery.stable.name) },
        canary: { namespace, pods: pods(discovery.canary.deployment, discovery.canary.name) },
    };
    return prometheusSource({
        ask: prometheus.by === 'url'
            ? directly(http, prometheus.url, {}, signal)
            : // Asked once: the next reading comes soon, and how long it is away is counted by the source.
                throughApiServer(cluster.under(signal, -1), prometheus),
        clock,
        signal,
        service,
        selections: () => selections,
        metrics: settings.prometheusQueries === undefined ? { preset: settings.metrics } : { own: settings.prometheusQueries },
        scrapeInterval: settings.scrapeInterval,
        probes,
    });
}

/***/ }),

/***/ 9350:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   N: () => (/* binding */ backingOf),
/* harmony export */   i: () => (/* binding */ objectsOf)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7406);
/* harmony import */ var _kube_objects_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(4067);
/* harmony import */ var _routes_index_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4551);
/* harmony import */ var _services_clone_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(8911);
/** What a release brings beside the weights of its routes. Pure. */




/** What a release applies beside its routes: manifests, plugin objects, and clones of stable. */
function objectsOf({ mesh, manifests, services, plugins, backing }) {
    const clones = services.flatMap(({ discovery }) => (discovery.kind === 'same-version' ? [] : discovery.canary.apply));
    const others = manifests.objects.filter((object) => !(0,_routes_index_js__WEBPACK_IMPORTED_MODULE_1__/* .isRoute */ .Cn)(object, mesh));
    return [...others, ...plugins.apply, ...backing, ...clones];
}
/** Objects for the new versions that neither the cluster nor the manifests have. */
function backingOf(mesh, services, objects) {
    if (mesh.backingKinds.length === 0)
        return [];
    return services.flatMap((plan) => {
        const { discovery, service, isBackend } = plan;
        if (discovery.kind !== 'release')
            return [];
        const backends = { stable: discovery.stable.name, canary: discovery.canary.name };
        const routes = [plan, ...plan.followers]
            .filter(({ provider }) => provider === mesh)
            .map(({ route }) => (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_3__/* .nameOf */ .Vb)(route));
        const here = objects.filter(({ metadata }) => metadata.namespace === plan.route.namespace);
        const found = here.filter((object) => routes.includes((0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_3__/* .nameOf */ .Vb)(object)));
        const [route] = mesh.findAll(found.slice(0, 1), service, isBackend);
        if (route === undefined)
            return [];
        const { apply, patches } = mesh.backing(route, backends, here);
        if (patches.length > 0) {
            throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .LintError */ .kk(`${patches.map(({ object }) => (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_3__/* .nameOf */ .Vb)(object)).join(', ')} does not know ${backends.canary} yet`, 'bring it with the manifests: add the new version beside the old one');
        }
        // Our copies, to be taken away with the version they stand behind.
        return apply.map((object) => ({
            ...object,
            metadata: {
                ...object.metadata,
                labels: { ...object.metadata.labels, [_services_clone_js__WEBPACK_IMPORTED_MODULE_2__/* .CLONE_LABEL */ .F9]: backends.stable.slice(0, 63) },
            },
        }));
    });
}

/***/ }),

/***/ 6844:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  L: () => (/* binding */ decide),
  K: () => (/* binding */ study)
});

// EXTERNAL MODULE: ./build/src/cluster/connection/transport.js
var transport = __webpack_require__(7096);
// EXTERNAL MODULE: ./build/src/cluster/permissions.js
var permissions = __webpack_require__(4076);
// EXTERNAL MODULE: ./build/src/errors.js
var src_errors = __webpack_require__(7406);
// EXTERNAL MODULE: ./build/src/gateway/shipped.js
var gateway_shipped = __webpack_require__(2087);
// EXTERNAL MODULE: ./build/src/kube/objects.js
var kube_objects = __webpack_require__(4067);
// EXTERNAL MODULE: ./build/src/manifests/files.js
var files = __webpack_require__(6207);
// EXTERNAL MODULE: ./build/src/plugins/desired.js
var desired = __webpack_require__(6408);
// EXTERNAL MODULE: ./build/src/routes/index.js + 5 modules
var routes = __webpack_require__(4551);
// EXTERNAL MODULE: ./build/src/services/locate.js
var locate = __webpack_require__(2574);
// EXTERNAL MODULE: ./build/src/study/brought.js
var study_brought = __webpack_require__(9350);
;// CONCATENATED MODULE: ./build/src/study/clean.js
/** Whether a release may begin, by what the study found. */


/** Lint and plugin problems, all in one error, before anything is written; warnings are said. @throws LintError */
function requireClean(findings, plugins, notes) {
    for (const finding of findings)
        if (finding.severity === 'warning')
            notes.warn(`${(0,kube_objects/* aboutObject */.Xz)((0,kube_objects/* nameOf */.Vb)(finding.object), finding.problem)} ${finding.fix}`);
    const errors = [
        ...plugins.problems.map(({ message }) => message),
        ...findings
            .filter(({ severity }) => severity === 'error')
            .map(({ object, problem, fix }) => `${(0,kube_objects/* aboutObject */.Xz)((0,kube_objects/* nameOf */.Vb)(object), problem)}\n    fix: ${fix}`),
    ];
    if (errors.length === 0)
        return;
    throw new src_errors/* LintError */.kk(`${errors.length === 1 ? 'this would' : 'these would'} break the traffic or the release:\n${errors.map((line) => `  - ${line}`).join('\n')}`, 'nothing was changed so far; correct it and run again');
}
// EXTERNAL MODULE: ./build/src/lint/index.js + 14 modules
var lint = __webpack_require__(7683);
// EXTERNAL MODULE: ./build/src/journal/journal.js + 1 modules
var journal = __webpack_require__(6993);
;// CONCATENATED MODULE: ./build/src/journal/on-route.js
/** The journal of a release where it stands: on its route. Pure. */



/** The journal on a route. @throws LintError when it is there and cannot be believed. */
function journalOn(route) {
    const text = (0,kube_objects/* annotation */.w7)(route, journal/* JOURNAL_ANNOTATION */.Ij);
    if (text === undefined)
        return undefined;
    const decoded = (0,journal/* decode */.D4)(text);
    if ('journal' in decoded)
        return decoded.journal;
    throw new src_errors/* LintError */.kk(`the journal on ${(0,kube_objects/* nameOf */.Vb)(route)} cannot be used: ${decoded.refused}`, `find out which version serves, set its weight, then: kubectl annotate ${route.kind.toLowerCase()} ${route.metadata.name} -n ${route.metadata.namespace} ${journal/* JOURNAL_ANNOTATION */.Ij}-`);
}
// EXTERNAL MODULE: ./build/src/journal/phases.js
var phases = __webpack_require__(6621);
// EXTERNAL MODULE: ./build/src/kube/json-patch.js
var json_patch = __webpack_require__(2554);
// EXTERNAL MODULE: ./build/src/manifests/route-files/merge.js + 2 modules
var merge = __webpack_require__(1302);
// EXTERNAL MODULE: ./build/src/manifests/route-files/options.js
var options = __webpack_require__(3490);
// EXTERNAL MODULE: ./build/src/routes/parts/percent.js
var percent = __webpack_require__(4876);
// EXTERNAL MODULE: ./build/src/routes/parts/shares.js
var shares = __webpack_require__(6445);
// EXTERNAL MODULE: ./build/src/services/clone.js
var services_clone = __webpack_require__(8911);
// EXTERNAL MODULE: ./build/src/services/pods.js
var pods = __webpack_require__(936);
;// CONCATENATED MODULE: ./build/src/services/canary.js
/** Where a new version comes from: the manifests, the cluster, or a clone of what serves. Pure. */




/**
 * Where the new version's Deployment and Service come from: the manifests, else the cluster, else a clone of stable.
 * @param stable undefined where nothing serves yet
 * @throws BackendError when they come from nowhere, or with another image than the one given.
 */
function planCanary(input, name, stable) {
    const inNamespace = ({ metadata }) => metadata.namespace === input.namespace && metadata.name === name;
    const pick = (objects, kind) => objects.find((object) => object.kind === kind && inNamespace(object));
    const written = { deployment: pick(input.manifests, 'Deployment'), service: pick(input.manifests, 'Service') };
    const live = {
        deployment: pick(input.live.deployments, 'Deployment'),
        service: pick(input.live.services, 'Service'),
    };
    if (written.deployment !== undefined) {
        refuseOtherImage(input, written.deployment);
        const service = written.service ?? live.service ?? serviceFor(input, written.deployment, stable);
        const apply = written.service === undefined && live.service === undefined ? [service] : [];
        return { name, source: 'manifests', deployment: written.deployment, service, apply };
    }
    if (live.deployment !== undefined && live.service !== undefined && runsImage(live.deployment, input)) {
        const service = written.service ?? live.service;
        return {
            name,
            source: written.service === undefined ? 'live' : 'manifests',
            deployment: live.deployment,
            service,
            apply: [],
        };
    }
    if (input.image !== undefined && stable !== undefined) {
        const clone = cloneOf(input, stable, input.image);
        const service = written.service ?? clone.service;
        const scaled = stable.horizontalPodAutoscaler;
        const autoscaled = scaled !== undefined && (0,pods/* hpaOf */.P9)(clone.deployment, writtenHpas(input)) === undefined;
        return {
            name,
            source: 'clone',
            deployment: clone.deployment,
            service,
            apply: [
                clone.deployment,
                ...(written.service === undefined ? [clone.service] : []),
                ...(autoscaled ? [(0,services_clone/* cloneHpa */.rZ)(scaled, name)] : []),
            ],
        };
    }
    if (stable === undefined) {
        throw new src_errors/* BackendError */.Jh(`Nothing serves ${input.service} in namespace ${input.namespace} yet, and no Deployment ${name} is in the manifests`, `bring Deployment and Service ${name} with the input manifests: a first version cannot be cloned from an image`);
    }
    throw new src_errors/* BackendError */.Jh(`There is no Deployment ${input.namespace}/${name}: not in the manifests, not in the cluster, and no image is given to clone ${stable.name} with`, `add Deployment and Service ${name} to the manifests, or give the input image`);
}
function writtenHpas({ manifests }) {
    return manifests.filter(({ kind }) => kind === 'HorizontalPodAutoscaler');
}
function serviceFor(input, deployment, stable) {
    if (stable?.deployment === undefined) {
        throw new src_errors/* BackendError */.Jh(`The manifests have a Deployment ${deployment.metadata.name} and no Service of that name`, `add a Service ${input.namespace}/${deployment.metadata.name} that selects its pods`);
    }
    return (0,services_clone/* cloneServiceFor */.Cu)(stable.deployment, stable.service, {
        service: input.service,
        version: input.version,
        podLabels: (0,pods/* podLabels */.z8)(deployment),
    });
}
function cloneOf(input, stable, image) {
    if (stable.deployment === undefined) {
        throw new src_errors/* BackendError */.Jh(`${(0,kube_objects/* nameOf */.Vb)(stable.service)} selects no Deployment, so ${stable.name} cannot be cloned`, `bring the new version's objects with the input manifests`);
    }
    return (0,services_clone/* cloneForVersion */.ZD)(stable.deployment, stable.service, { service: input.service, version: input.version, image });
}
function runsImage(deployment, input) {
    if (input.image === undefined)
        return true;
    const index = (0,services_clone/* containerOf */.t8)(deployment, input.service, input.image);
    return (0,kube_objects/* text */.Qq)((0,kube_objects/* list */.p_)(deployment, 'spec', 'template', 'spec', 'containers')[index], 'image') === input.image;
}
function refuseOtherImage(input, deployment) {
    if (input.image === undefined || runsImage(deployment, input))
        return;
    throw new src_errors/* BackendError */.Jh(`The manifests bring ${(0,kube_objects/* nameOf */.Vb)(deployment)} with another image than the input image (${input.image})`, 'give one of the two: the image in the manifest, or the input image without that Deployment');
}
// EXTERNAL MODULE: ./build/src/services/names.js
var names = __webpack_require__(3514);
;// CONCATENATED MODULE: ./build/src/services/discover.js
/** Which backends a service has, and which of them is stable. Pure. */






/**
 * Finds stable and plans the canary.
 * Stable is what the journal says, else the backend with more than half of the route's weight, else the only backend
 * that is live. Unversioned objects (`jazz`) are adopted.
 * @throws BackendError when it is ambiguous or something is missing; the message lists what was found.
 */
function discover(input) {
    const canaryName = (0,names/* backendName */.Yd)(input.service, input.version);
    refuseRetired(input, canaryName);
    const found = liveBackends(input);
    const stableName = stableOf(input, found, canaryName);
    if (stableName === undefined)
        return { kind: 'bootstrap', canary: planCanary(input, canaryName, undefined) };
    const stable = found.get(stableName);
    if (stable === undefined) {
        throw new src_errors/* BackendError */.Jh(`${input.journalStable === stableName ? 'The journal' : 'The route'} says that ${stableName} serves ${input.service}, but there is no Service ${input.namespace}/${stableName}`, `restore that Service, or set the route's weight to a backend that exists (${listNames(found) || 'none does'})`);
    }
    if (stableName === canaryName || stable.version === input.version)
        return { kind: 'same-version', stable };
    return { kind: 'release', stable, canary: planCanary(input, canaryName, stable) };
}
function liveBackends(input) {
    const { live, service, namespace } = input;
    const found = new Map();
    for (const object of live.services) {
        const { name } = object.metadata;
        if (object.metadata.namespace !== namespace || !(0,names/* isBackendName */.me)(name, service, input.otherServices))
            continue;
        // a Service without selector is a name for a mesh, not a backend, unless the route sends to it
        const selectorless = Object.keys((0,kube_objects/* strings */.P$)(object, 'spec', 'selector')).length === 0;
        if (selectorless && input.weights?.[name] === undefined && input.journalStable !== name)
            continue;
        const deployment = (0,pods/* deploymentOf */.PE)(object, live.deployments);
        const hpa = (0,pods/* hpaOf */.P9)(deployment, live.horizontalPodAutoscalers ?? []);
        const version = versionOf(object, deployment, service);
        found.set(name, {
            name,
            service: object,
            ...(deployment === undefined ? {} : { deployment }),
            ...(hpa === undefined ? {} : { horizontalPodAutoscaler: hpa }),
            ...(version === undefined ? {} : { version }),
        });
    }
    return found;
}
function versionOf(service, deployment, logical) {
    const { name } = service.metadata;
    if (name.startsWith(`${logical}-`))
        return name.slice(logical.length + 1);
    const labels = deployment === undefined ? (0,kube_objects/* strings */.P$)(service, 'spec', 'selector') : (0,pods/* podLabels */.z8)(deployment);
    return labels[services_clone/* VERSION_LABEL */.Qu];
}
/** Name of the stable backend, or undefined when nothing serves yet. */
function stableOf(input, found, canary) {
    if (input.journalStable !== undefined)
        return input.journalStable;
    const weights = Object.entries(input.weights ?? {});
    const total = weights.reduce((sum, [, weight]) => sum + weight, 0);
    if (weights.length > 0 && total > 0) {
        const major = weights.find(([, weight]) => weight > total / 2);
        const whole = weights.find(([, weight]) => weight === total);
        // most of the weight on the version that is to be released: somebody else's release, half done
        if (major === undefined || (major[0] === canary && whole === undefined)) {
            throw new src_errors/* BackendError */.Jh(`It is not clear which version of ${input.service} is stable: the route sends ${discover_shares(weights, total)}, and it carries no journal`, 'set the weight of the version to return to above all others in the route, then run again');
        }
        // the route was there first: the version it waits for is installed
        if (major[0] === canary && !found.has(canary))
            return undefined;
        return major[0];
    }
    if (weights.length > 0) {
        throw new src_errors/* BackendError */.Jh(`All weights of ${input.service}'s route are 0 (${weights.map(([name]) => name).join(', ')}): no version serves`, 'give the version that shall serve a weight in the route, then run again');
    }
    const candidates = [...found.keys()].filter((name) => name !== canary);
    const [only, ...others] = candidates;
    if (only === undefined)
        return undefined;
    if (others.length === 0)
        return only;
    throw new src_errors/* BackendError */.Jh(`It is not clear which version of ${input.service} is stable: no route sends to it, and these are live: ${candidates.join(', ')}`, 'create the route with the stable version as its only backend, or delete the versions that are not used');
}
function refuseRetired(input, canary) {
    const back = input.manifests.filter((object) => object.kind === 'Deployment' &&
        object.metadata.namespace === input.namespace &&
        object.metadata.name !== canary &&
        input.retired?.includes(object.metadata.name));
    const [first] = back;
    if (first === undefined)
        return;
    throw new src_errors/* BackendError */.Jh(`The manifests bring back ${back.map(kube_objects/* nameOf */.Vb).join(', ')}, which an earlier release retired`, 'remove that version from the manifests; to run it again, release it as a version');
}
function discover_shares(weights, total) {
    return weights.map(([name, weight]) => `${Math.round((weight / total) * 1000) / 10} % to ${name}`).join(', ');
}
function listNames(found) {
    return [...found.keys()].sort().join(', ');
}
;// CONCATENATED MODULE: ./build/src/study/service-plan.js
/** What a release will do to each service, from what is live and what the manifests bring. Pure. */











/**
 * Plans one service that was found among the live objects, or, for the first time, among those of the manifests.
 * @throws RouteError, BackendError, LintError, PlatformError: what is missing or ambiguous, and what to do.
 */
function planService({ service, isBackend, provider, route: found, others }, settings, live, manifests) {
    const here = (objects) => objects.filter(({ metadata }) => metadata.namespace === settings.namespace);
    const sameRoute = ({ kind, apiVersion, metadata }) => kind === provider.resource.kind &&
        (0,kube_objects/* groupOf */.F8)(apiVersion) === (0,kube_objects/* groupOf */.F8)(provider.resource.apiVersion) &&
        metadata.name === found.object.metadata.name;
    const liveRoute = here(live).find(sameRoute);
    const journal = liveRoute ? journalOn(liveRoute) : undefined;
    const split = live.includes(found.object) ? provider.read(found) : undefined;
    const stable = journal === undefined
        ? undefined
        : journal.phase === 'promoted'
            ? journal.backends.canary
            : journal.backends.stable;
    const image = settings.image[service];
    const ofKind = (kind) => live.filter((object) => object.kind === kind);
    const discovery = discover({
        service,
        version: settings.version,
        namespace: settings.namespace,
        live: {
            deployments: ofKind('Deployment'),
            services: ofKind('Service'),
            horizontalPodAutoscalers: ofKind('HorizontalPodAutoscaler'),
        },
        manifests,
        ...(split ? { weights: split.weights } : {}),
        ...(stable === undefined ? {} : { journalStable: stable }),
        retired: (journal?.history ?? []).map(({ backend }) => backend),
        ...(image === undefined ? {} : { image }),
        otherServices: settings.services.filter((other) => other !== service),
    });
    if (split) {
        requireAlone((0,kube_objects/* nameOf */.Vb)(found.object), split, discovery, journal);
        requireRising((0,kube_objects/* nameOf */.Vb)(found.object), split, discovery, journal, settings.canaryWeight);
        if (!(0,phases/* isUnfinished */.ui)(journal))
            requireTogether(found, split, others);
    }
    const around = [...here(live), ...here(manifests)];
    const { object: entry, ...address } = (0,locate/* wayInTo */.e)(found, around, settings.probePath[service]);
    return {
        service,
        isBackend,
        live: liveRoute,
        file: here(manifests).find(sameRoute),
        provider,
        route: (0,kube_objects/* refOf */.H8)(found.object),
        followers: others.map((unit) => ({ provider: unit.provider, route: (0,kube_objects/* refOf */.H8)(unit.route.object) })),
        source: found.object,
        entry,
        journal,
        discovery,
        by: discovery.kind === 'release' ? (split ?? provider.read(found)).by : undefined,
        liveShare: split ? (0,shares/* shareOf */.tC)(split, `${service}-${settings.version}`) : 0,
        retired: (journal?.history ?? []).map(({ backend }) => backend),
        ...address,
    };
}
/** Routes of one service move together from now on, so they have to start together. @throws LintError naming both splits. */
function requireTogether(first, split, others) {
    for (const { provider, route } of others) {
        const { shares } = provider.read(route);
        const apart = Object.keys({ ...split.shares, ...shares }).find((name) => Math.abs((split.shares[name] ?? 0) - (shares[name] ?? 0)) > provider.limits.smallestStep / 2);
        if (apart === undefined)
            continue;
        throw new src_errors/* LintError */.kk(`${(0,kube_objects/* nameOf */.Vb)(first.object)} sends ${(0,percent/* round */.L)(split.shares[apart] ?? 0)} % to ${apart}, ${(0,kube_objects/* nameOf */.Vb)(route.object)} ${(0,percent/* round */.L)(shares[apart] ?? 0)} %: both are routes of one service and move in lockstep`, 'give both the same weights first');
    }
}
/**
 * A version other than stable and the one to release that gets requests is another release, left holding.
 * @throws LintError saying how to end that one first. A run that died is brought back later, with the lock in hand.
 */
function requireAlone(route, split, discovery, journal) {
    const dead = (0,phases/* isUnfinished */.ui)(journal);
    if (dead || discovery.kind === 'bootstrap')
        return;
    const ours = discovery.kind === 'release' ? [discovery.stable.name, discovery.canary.name] : [discovery.stable.name];
    const other = Object.entries(split.shares).find(([name, share]) => share > 0 && !ours.includes(name));
    if (other === undefined)
        return;
    const [name, share] = other;
    throw new src_errors/* LintError */.kk(`${route} sends ${(0,percent/* round */.L)(share)} % to ${name}: ${journal?.phase === 'holding' ? `release ${journal.release} is holding there` : 'another release is not over'}`, `end that one first: release ${name} up to 100, or set its weight to 0`);
}
/** A release that holds goes on from its weight: one whose weights all lie below it would claim a share it does not have. */
function requireRising(route, split, discovery, journal, weights) {
    if (discovery.kind !== 'release' || journal?.phase !== 'holding')
        return;
    const share = (0,shares/* shareOf */.tC)(split, discovery.canary.name);
    const last = weights.at(-1) ?? 100;
    if (share <= last)
        return;
    throw new src_errors/* LintError */.kk(`${route} sends ${(0,percent/* round */.L)(share)} % to ${discovery.canary.name}, where the release is holding: canary-weight ends at ${last}, below that`, 'give weights from there upwards; to bring the traffic back, set the weight of the new version to 0');
}
/** The route as it will be once its file is merged in; the file itself when there is none in the cluster. */
function mergedRoute(plan, plans) {
    if (!plan.file)
        return plan.live;
    if (!plan.live)
        return plan.file;
    // Only HTTPRoutes are merged; the file of another kind is for the first time.
    if (plan.live.kind !== 'HTTPRoute')
        return plan.live;
    return (0,json_patch/* applyPatch */.X6)(plan.live, (0,merge/* mergeRoute */.gL)(plan.live, plan.file, (0,options/* mergeOptions */.l)(plans)));
}
;// CONCATENATED MODULE: ./build/src/study/lint.js


/** @param brought objects a deploy would apply */
function lintRelease(settings, mesh, live, services, plugins, brought) {
    const routes = services.map((plan) => mergedRoute(plan, services)).filter((route) => route !== undefined);
    return (0,lint/* lint */.u8)({
        namespace: settings.namespace,
        live: live.objects,
        manifests: [...brought, ...routes],
        services: services.map(({ service, discovery }) => ({
            service,
            ...(discovery.kind === 'bootstrap' ? {} : { stable: discovery.stable.name }),
            ...(discovery.kind === 'same-version' ? {} : { canary: discovery.canary.name }),
        })),
        plugins: plugins.names,
        listed: live.listed,
        ...lintedMesh(mesh, settings),
    });
}
/** On a mesh, what the lint is to know of it; without one, routes of every kind are looked at. */
function lintedMesh(mesh, { meshName, kongNamespace }) {
    if (mesh.name === 'gateway-api')
        return {};
    return { mesh: mesh.name, kongNamespace, ...(meshName === undefined ? {} : { meshName }) };
}
// EXTERNAL MODULE: ./build/src/study/live.js
var study_live = __webpack_require__(1269);
// EXTERNAL MODULE: ./build/src/study/mesh.js
var study_mesh = __webpack_require__(1422);
// EXTERNAL MODULE: ./build/src/study/rights.js
var rights = __webpack_require__(6528);
// EXTERNAL MODULE: ./build/src/study/work.js
var study_work = __webpack_require__(3734);
;// CONCATENATED MODULE: ./build/src/study/study.js

















/** Everything that is read and decided before the first write: all problems of this stage end here. */
async function decide(context, cluster) {
    const { notes } = context;
    const studied = await study(context, cluster, (work) => (0,permissions/* requirePermissions */.An)(cluster, (0,rights/* deployPermissions */._1)(work)));
    requireClean(studied.findings, studied.plugins, notes);
    for (const { service, discovery } of studied.services) {
        if (discovery.kind === 'release')
            notes.say(`${service}: ${discovery.stable.name} serves, ${discovery.canary.name} (${discovery.canary.source}) is to be released through ${studied.settings.canaryWeight.join(', ')} %`);
        if (discovery.kind === 'bootstrap')
            notes.say(`${service}: nothing serves yet, ${discovery.canary.name} will be the first version`);
        if (discovery.kind === 'same-version')
            notes.say(`${service}: ${discovery.stable.name} serves already`);
    }
    return studied;
}
/**
 * Reads and plans without a verdict on what it finds.
 * @param ask is told what the work needs rights for, as soon as that is known
 * @param attempt plans one part; who only wants to look goes on without a part that throws
 */
async function study({ settings, notes, actionRoot }, cluster, ask, attempt = (part) => part()) {
    const manifests = (0,files/* readManifests */.P)(settings.workspace, settings.manifests, { namespace: settings.namespace });
    for (const secret of manifests.secrets)
        notes.mask(secret);
    for (const note of manifests.notes)
        notes.say(note);
    await requireNamespace(cluster, settings.namespace, manifests);
    const choose = await (0,study_mesh/* meshChooser */.Z)(cluster, settings);
    const live = await (0,study_live/* readLive */.p)(cluster, settings.namespace);
    const objects = [...live.objects, ...manifests.objects];
    const choice = attempt(() => choose(objects));
    const mesh = choice?.provider ?? (0,routes/* providerFor */.zG)('gateway-api');
    if (settings.mesh === 'auto' && choice !== undefined)
        notes.say(`mesh: ${mesh.name}, because ${choice.why}`);
    const shipped = (0,files/* readManifests */.P)(actionRoot, ['manifests/kong/plugins'], { namespace: settings.namespace }).objects;
    const plugins = (0,desired/* desiredPlugins */.b4)(settings.plugins, {
        namespace: settings.namespace,
        live: live.objects,
        manifests: manifests.objects,
        shipped,
    });
    const searches = choice === undefined ? [] : searchAll(settings, mesh, live.objects, manifests.objects);
    const found = searches.flatMap((search) => ('located' in search ? [search.located] : []));
    const work = await (0,study_work/* workOf */.LT)(cluster, settings, mesh, found, manifests.objects, plugins);
    await ask(work);
    const planned = (search) => planService(locatedBy(search), settings, live.objects, manifests.objects);
    const services = searches.flatMap((search) => attempt(() => planned(search)) ?? []);
    const provider = oneProvider(services, mesh);
    const said = attempt(() => sayableSteps(services, settings.canaryWeight));
    for (const note of said?.notes ?? [])
        notes.say(note);
    attempt(() => requireOwnRoutes(services));
    const gateway = (0,gateway_shipped/* shippedGateway */.oO)(settings, actionRoot);
    const backing = attempt(() => (0,study_brought/* backingOf */.N)(mesh, services, objects)) ?? [];
    const wanted = (0,study_brought/* objectsOf */.i)({ mesh, manifests, services, plugins, backing });
    const brought = gateway.filter((object) => !live.objects.some((there) => (0,kube_objects/* nameOf */.Vb)(there) === (0,kube_objects/* nameOf */.Vb)(object)));
    const linted = attempt(() => lintRelease(settings, mesh, live, services, plugins, [...brought, ...wanted]));
    return {
        settings: { ...settings, canaryWeight: said?.steps ?? settings.canaryWeight },
        provider,
        mesh,
        manifests,
        services,
        plugins,
        backing,
        live,
        findings: linted ?? [],
        wanted,
        work,
    };
}
function searchAll({ services, namespace }, mesh, live, manifests) {
    const objects = [live, manifests].map((all) => all.filter(({ metadata }) => metadata.namespace === namespace));
    return services.map((service) => {
        try {
            return { located: (0,locate/* locate */.x)(service, { services, providers: [mesh], objects }) };
        }
        catch (error) {
            return { error };
        }
    });
}
function locatedBy(search) {
    if ('error' in search)
        throw search.error;
    return search.located;
}
/** The weights as every route of the release can say them: routes that move in lockstep have to say the same. */
function sayableSteps(services, asked) {
    const providers = new Set(services.flatMap((plan) => [plan, ...plan.followers]).map(({ provider }) => provider));
    let steps = asked;
    const notes = [];
    for (const provider of providers) {
        const said = (0,routes/* quantisedSteps */.Y$)(provider, steps);
        steps = said.steps;
        notes.push(...said.notes);
    }
    return { steps, notes };
}
async function requireNamespace(cluster, namespace, manifests) {
    if (manifests.objects.some(({ kind, metadata }) => kind === 'Namespace' && metadata.name === namespace))
        return;
    try {
        if (await cluster.find({ apiVersion: 'v1', kind: 'Namespace', name: namespace }))
            return;
    }
    catch (error) {
        // Namespaces are cluster-scoped: a job with rights in one namespace only may not look, and need not.
        if (error instanceof transport/* ApiError */.hD && error.status === 403)
            return;
        throw error;
    }
    throw new src_errors/* ClusterError */.b$(`Namespace ${namespace} does not exist`, `correct the input namespace, or create it: kubectl create namespace ${namespace}`);
}
/** The routes users come in by are all of one kind: one engine reads and writes them. */
function oneProvider(services, mesh) {
    const [first, ...others] = [...new Set(services.map(({ provider }) => provider))];
    if (others.length === 0)
        return first ?? mesh;
    throw new src_errors/* LintError */.kk(`${services.map(({ service, source }) => `${service} comes in by ${(0,kube_objects/* nameOf */.Vb)(source)}`).join(', ')}: routes of different kinds`, 'release these services one after the other');
}
/** The journal and the lock are the route's: two services in one object would write over each other's. */
function requireOwnRoutes(services) {
    for (const plan of services) {
        const others = services.filter(({ route }) => route.name === plan.route.name).map(({ service }) => service);
        const earlier = plan.journal?.service;
        if (earlier !== undefined && earlier !== plan.service && !others.includes(earlier))
            others.push(earlier);
        if (others.length < 2)
            continue;
        throw new src_errors/* LintError */.kk(`${(0,kube_objects/* nameOf */.Vb)(plan.source)} carries the releases of ${others.join(' and ')}`, `give each service ${plan.source.kind === 'HTTPRoute' ? 'an HTTPRoute' : `a ${plan.source.kind}`} of its own: move its rules there, then delete them here`);
    }
}

/***/ }),

/***/ 3349:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   e: () => (/* binding */ designOf),
/* harmony export */   u: () => (/* binding */ derived)
/* harmony export */ });
/* harmony import */ var _objective_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1196);
/* harmony import */ var _promotion_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(4214);
/* harmony import */ var _types_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(1726);
/** What a design must be, which metrics and sources it brings into play, and how the one alpha is divided. */



/** Shares of the one alpha by metric, renormalised over those enabled. docs/statistics.md §8. */
const ALPHA_SHARES = { errors: 0.6, latency: 0.2, objective: 0.1, split: 0.1 };
/** A design from what must be given and the defaults. @throws RangeError naming what is wrong. */
function designOf(given) {
    const design = { ..._types_js__WEBPACK_IMPORTED_MODULE_1__/* .DESIGN_DEFAULTS */ .wm, ...given };
    for (const [broken, message] of problems(design))
        if (broken)
            throw new RangeError(`verdict: ${message}.`);
    return design;
}
function problems(design) {
    const { services, sources, weights, splitFrom, slo } = design;
    const chance = (value) => value > 0 && value < 1;
    const rising = weights.every((weight, i) => weight > (weights[i - 1] ?? 0) && weight <= 1);
    return [
        [services.length === 0 || new Set(services).size < services.length, 'services must be named, each once'],
        [new Set(sources).size < sources.length, 'a source is named twice'],
        [!sources.includes('lane') && !sources.includes('users'), 'sources must hold lane or users'],
        [weights.length === 0 || !rising, 'weights must rise, above 0 and at most 1'],
        [splitFrom !== undefined && !sources.includes(splitFrom), `splitFrom ${splitFrom} is not among the sources`],
        [!chance(design.falseAlarm), 'falseAlarm must be between 0 and 1'],
        [!chance(design.falsePromotion), 'falsePromotion must be between 0 and 1'],
        [!chance(design.maxErrorIncrease), 'maxErrorIncrease must be between 0 and 1'],
        [!chance(design.maxSlowIncrease), 'maxSlowIncrease must be between 0 and 1'],
        // Beyond .5 the bets of the guard, capped at .99, would no longer lie above the objective by enough.
        [slo !== undefined && !(slo > 0 && slo <= 0.5), 'slo is an error share above 0 and at most 0.5'],
        [!(design.clusterSize >= 1), 'clusterSize must be at least 1'],
        [!(design.minStep >= 0 && design.maxStep > design.minStep), 'maxStep must be longer than minStep'],
        [!(design.preflightPairs >= 0), 'preflightPairs must be at least 0'],
    ];
}
/** Sources that speak for a metric; empty = the metric is not enabled. */
function sourcesOf(design, metric) {
    if (metric === 'split')
        return design.splitFrom === undefined ? [] : [design.splitFrom];
    if (metric === 'latency' && !design.latency)
        return [];
    if (metric === 'objective' && design.slo === undefined)
        return [];
    return design.sources.filter((source) => source !== 'public');
}
const known = new WeakMap();
function derived(design) {
    const found = known.get(design);
    if (found !== undefined)
        return found;
    const enabled = _types_js__WEBPACK_IMPORTED_MODULE_1__/* .metrics */ .qd.filter((metric) => sourcesOf(design, metric).length > 0);
    const whole = enabled.reduce((sum, metric) => sum + ALPHA_SHARES[metric], 0);
    const made = {
        fingerprint: fingerprint(design),
        metrics: enabled.map((metric) => ({
            metric,
            share: ALPHA_SHARES[metric] / whole,
            from: sourcesOf(design, metric),
        })),
        errorMargins: (0,_promotion_js__WEBPACK_IMPORTED_MODULE_2__/* .margins */ .yq)(design, design.maxErrorIncrease),
        slowMargins: (0,_promotion_js__WEBPACK_IMPORTED_MODULE_2__/* .margins */ .yq)(design, design.maxSlowIncrease),
        bets: (0,_objective_js__WEBPACK_IMPORTED_MODULE_0__/* .betsOn */ .Iz)(design.slo),
        returnAt: -Math.log(design.falseAlarm),
        promoteAt: -Math.log(design.falsePromotion),
    };
    known.set(design, made);
    return made;
}
/** Eight hex digits that change when anything changes that the guarantee rests on (FNV-1a). */
function fingerprint(design) {
    const text = JSON.stringify([
        design.services,
        design.sources,
        design.splitFrom ?? null,
        design.weights,
        design.falseAlarm,
        design.falsePromotion,
        design.maxErrorIncrease,
        design.maxSlowIncrease,
        design.latency,
        design.slo ?? null,
        design.clusterSize,
    ]);
    let hash = 0x811c9dc5;
    for (let i = 0; i < text.length; i += 1)
        hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
    return hash.toString(16).padStart(8, '0');
}

/***/ }),

/***/ 9027:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  up: () => (/* reexport */ GUARD_SHARE),
  jF: () => (/* reexport */ advanceProof),
  b$: () => (/* reexport */ answersNeeded),
  qN: () => (/* reexport */ begin),
  bU: () => (/* reexport */ beginGuard),
  yy: () => (/* reexport */ beginProof),
  i4: () => (/* reexport */ boundsFrom),
  et: () => (/* reexport */ verdict_design/* designOf */.e),
  zR: () => (/* reexport */ histogramFrom),
  oR: () => (/* reexport */ joined),
  S4: () => (/* reexport */ judge),
  F6: () => (/* reexport */ judgeGuard),
  yQ: () => (/* reexport */ observeGuard),
  BU: () => (/* reexport */ partOf),
  I0: () => (/* reexport */ readGuard),
  un: () => (/* reexport */ readState),
  yo: () => (/* reexport */ update)
});

// EXTERNAL MODULE: ./build/src/verdict/design.js
var verdict_design = __webpack_require__(3349);
// EXTERNAL MODULE: ./build/src/verdict/logarithms.js
var logarithms = __webpack_require__(4779);
// EXTERNAL MODULE: ./build/src/verdict/promotion.js
var promotion = __webpack_require__(4214);
;// CONCATENATED MODULE: ./build/src/verdict/latency.js
/**
 * Evidence that the canary is slower: "slower than b" is treated as a failure at every finite bound b of a histogram,
 * and the evidence is averaged over bounds and odds ratios. docs/statistics.md §5.
 *
 * Given how many of both versions' successes were slower than b, the number among the canary's is hypergeometric when
 * the versions are equal, and Fisher's noncentral hypergeometric when the odds differ; the ratio of the two is an
 * e-variable whatever the distribution of times (R. A. Fisher, "The logic of inductive inference", 1935; as e-values:
 * Grünwald, Henzi and Lardy 2023). Averages over thresholds test first-order stochastic dominance.
 */


/** A canary may be slower by this factor in odds at every bound without being blamed: new pods are cold. */
const ODDS_MARGIN = 1.25;
/** Odds ratios the evidence is averaged over, equally. */
const ODDS_RATIOS = [1.5, 2, 3, 5, 10, 30, 100];
/** Stable successes before the bound for promotion is picked. */
const SUCCESSES_TO_PICK = 100;
/** Share of stable's answers that may be slower than the picked bound: its 99th percentile. */
const TAIL = 0.01;
/** Most bounds that are looked at: more cost evidence and room in the journal. */
const MOST_BOUNDS = 16;
/** The same histogram with at most 16 bounds, evenly kept; which ones depends on their number alone. */
function coarsened(histogram) {
    const { length } = histogram.bounds;
    if (length <= MOST_BOUNDS)
        return histogram;
    const kept = Array.from({ length: MOST_BOUNDS }, (_, i) => Math.round((i * (length - 1)) / (MOST_BOUNDS - 1)));
    const merged = (buckets) => [
        ...kept.map((bound, i) => sum(buckets.slice(i === 0 ? 0 : (kept[i - 1] ?? 0) + 1, bound + 1))),
        sum(buckets.slice((kept.at(-1) ?? 0) + 1)),
    ];
    return {
        bounds: kept.map((b) => histogram.bounds[b] ?? 0),
        stable: merged(histogram.stable),
        canary: merged(histogram.canary),
    };
}
function beginLatency(bounds, margins) {
    const none = bounds.map(() => 0);
    return {
        bounds: [...bounds],
        logs: bounds.map(() => ODDS_RATIOS.map(() => 0)),
        slow: { stable: none, canary: none },
        successes: { stable: 0, canary: 0 },
        promotion: (0,promotion/* beginPromotion */.xn)(margins),
    };
}
/** Whether a histogram has the bounds this state was begun with; another one cannot be compared with it. */
function fits(state, histogram) {
    return (state.bounds.length === histogram.bounds.length && state.bounds.every((bound, b) => bound === histogram.bounds[b]));
}
/** Successes slower than each bound. */
function slowerThan(buckets, bounds) {
    const slower = Array(bounds).fill(0);
    let above = 0;
    for (let b = bounds; b > 0; b -= 1) {
        above += buckets[b] ?? 0;
        slower[b - 1] = above;
    }
    return slower;
}
/**
 * One window's factors at one bound, on top of the evidence by odds ratio before it: exact given the margins of the
 * 2 × 2 table. A table with an empty row or column says nothing.
 */
function observeTable(logs, canary, stable, slowCanary, slow) {
    if (slow === 0 || slow === canary + stable || canary === 0 || stable === 0)
        return logs;
    const [atMargin = 0, ...tilts] = (0,logarithms/* logTilts */.Bj)(canary, stable, slow, TILTED);
    return tilts.map((tilt, g) => (logs[g] ?? 0) + (slowCanary * (LOG_ODDS[g] ?? 0) - (tilt - atMargin)));
}
const TILTED = [ODDS_MARGIN, ...ODDS_RATIOS];
const LOG_ODDS = ODDS_RATIOS.map((psi) => Math.log(psi / ODDS_MARGIN));
/** Adds one window of step `step`. */
function observeLatency(state, margins, step, histogram) {
    const stable = sum(histogram.stable);
    const canary = sum(histogram.canary);
    const slowStable = slowerThan(histogram.stable, state.bounds.length);
    const slowCanary = slowerThan(histogram.canary, state.bounds.length);
    // Picked before this window is looked at: a bound chosen by the data it then judges would void the guarantee.
    const picked = state.picked ?? pick(state);
    return {
        bounds: state.bounds,
        logs: state.logs.map((row, b) => {
            const slowAtBound = slowCanary[b] ?? 0;
            return observeTable(row, canary, stable, slowAtBound, slowAtBound + (slowStable[b] ?? 0));
        }),
        slow: { stable: plus(state.slow.stable, slowStable), canary: plus(state.slow.canary, slowCanary) },
        successes: { stable: state.successes.stable + stable, canary: state.successes.canary + canary },
        ...(picked === undefined ? {} : { picked }),
        promotion: picked === undefined
            ? state.promotion
            : (0,promotion/* observePromotion */.q6)(picked === state.picked ? state.promotion : startedAt(state, picked), margins, step, { requests: stable, errors: slowStable[picked] ?? 0 }, { requests: canary, errors: slowCanary[picked] ?? 0 }),
    };
}
/** ln of the evidence that the canary is slower. */
function latencyEvidence(state) {
    const rows = state.logs.map((row) => (0,logarithms/* logWeightedSum */.Vf)(EQUAL, row));
    return rows.length === 0 ? 0 : (0,logarithms/* logWeightedSum */.Vf)(Array(rows.length).fill(1 / rows.length), rows);
}
const EQUAL = ODDS_RATIOS.map(() => 1 / ODDS_RATIOS.length);
/** Index of the bound that speaks loudest. */
function loudestBound(state) {
    const rows = state.logs.map((row) => (0,logarithms/* logWeightedSum */.Vf)(EQUAL, row));
    return rows.indexOf(Math.max(...rows));
}
/** The lowest bound that at most one in a hundred of stable's answers exceeds, else the last; later without data. */
function pick(state) {
    const seen = state.successes.stable;
    if (seen < SUCCESSES_TO_PICK)
        return undefined;
    const at = state.slow.stable.findIndex((slow) => slow <= TAIL * seen);
    return at >= 0 ? at : state.bounds.length - 1;
}
/** Stable's answers before the pick serve as history of the picked bound. */
function startedAt(state, picked) {
    return { ...state.promotion, requests: state.successes.stable, errors: state.slow.stable[picked] ?? 0 };
}
const sum = (values) => values.reduce((total, value) => total + value, 0);
const plus = (one, other) => one.map((value, i) => value + (other[i] ?? 0));
// EXTERNAL MODULE: ./build/src/verdict/objective.js
var objective = __webpack_require__(1196);
;// CONCATENATED MODULE: ./build/src/verdict/rollback.js
/**
 * Evidence that the canary fails more often than stable: an e-process on the share of errors that fall on the canary.
 * docs/statistics.md §2 (relative risk) and §3 (clusters).
 *
 * Given that a request failed, it was the canary's with probability w when the versions are equal, whatever the error
 * rate does over time. An error of the canary multiplies by psi / (1 + w(psi−1)), one of stable by 1 / (1 + w(psi−1)).
 * The setting is that of M. Lindon and A. Malek, "Anytime-Valid Inference for Multinomial Count Data" (NeurIPS 2022),
 * section on inhomogeneous Bernoulli processes; the conditional e-variable that of P. Grünwald, A. Henzi and T. Lardy,
 * "Anytime-valid tests of conditional independence under model-X" (JASA 2023). Returning at 1/alpha keeps alpha by
 * J. Ville's inequality (1939) however often one looks.
 */

/** Relative risks the evidence is averaged over, and the share of each: from "half again as often" to "only it". */
const RELATIVE_RISKS = [1.5, 2, 3, 5, 10, 30, 100, 1000];
const RISK_SHARES = [0.06, 0.06, 0.08, 0.1, 0.1, 0.15, 0.2, 0.25];
/** Start points: from the beginning, from step 2, from step 3, for faults that only show at a higher weight. */
const START_STEPS = [0, 2, 3];
const START_SHARES = [0.8, 0.1, 0.1];
/** Shares of the block and the tempered form in the cluster-robust mixture. */
const ROBUST_SHARES = [0.75, 0.25];
function beginRollback(form) {
    return form.kind === 'raw' ? { product: [] } : { product: [], block: [] };
}
/**
 * Adds one window.
 * @param step start points up to it are begun
 * @param canary errors of the canary
 * @param errors errors of both
 * @param share probability w that a request, hence an error, is the canary's
 */
function observeErrors(state, form, step, canary, errors, share) {
    const started = START_STEPS.filter((start) => step >= start).length;
    if (errors === 0 && state.product.length >= started)
        return state;
    const tempering = form.kind === 'raw' ? 1 : form.clusterSize;
    const product = [];
    const block = [];
    for (let g = 0; g < RELATIVE_RISKS.length; g += 1) {
        const above = (RELATIVE_RISKS[g] ?? 1) - 1;
        const norm = Math.log1p(share * above);
        product.push((canary * (LOG_RISKS[g] ?? 0) - errors * norm) / tempering);
        if (form.kind === 'robust')
            block.push(errors === 0 ? 0 : Math.log1p((above * canary) / errors) - norm);
    }
    const grown = add(state.product, product, started);
    return form.kind === 'raw' ? { product: grown } : { product: grown, block: add(state.block ?? [], block, started) };
}
const NOTHING = RELATIVE_RISKS.map(() => 0);
const LOG_RISKS = RELATIVE_RISKS.map((psi) => Math.log(psi));
function add(starts, factors, started) {
    return Array.from({ length: Math.max(started, starts.length) }, (_, k) => {
        const before = starts[k] ?? NOTHING;
        return before.map((value, g) => value + (factors[g] ?? 0));
    });
}
/** ln of the evidence: averaged over relative risks, forms and start points. A start not reached yet counts as 1. */
function rollbackEvidence(state) {
    const starts = START_SHARES.map((_, k) => {
        if (state.product[k] === undefined)
            return 0;
        const product = (0,logarithms/* logWeightedSum */.Vf)(RISK_SHARES, state.product[k] ?? NOTHING);
        if (state.block === undefined)
            return product;
        return (0,logarithms/* logWeightedSum */.Vf)(ROBUST_SHARES, [(0,logarithms/* logWeightedSum */.Vf)(RISK_SHARES, state.block[k] ?? NOTHING), product]);
    });
    return (0,logarithms/* logWeightedSum */.Vf)(START_SHARES, starts);
}
;// CONCATENATED MODULE: ./build/src/verdict/split.js
/**
 * Whether requests go where the route says: the Dirichlet-multinomial e-process of M. Lindon and A. Malek,
 * "Anytime-Valid Inference for Multinomial Count Data" (NeurIPS 2022), section "Sample ratio mismatch", with
 * concentration 10. docs/statistics.md §7.
 */


/** Invented answers in the prior, centred on the effective share. */
const CONCENTRATION = 10;
/** Shares of 0 and 1 have no prior around them; this close is taken instead. */
const EDGE = 0.01;
/** Answers before a share is confirmed: one lucky answer excludes a previous share of 0, and tells nothing else. */
const LEAST_ANSWERS = 30;
/** Keeps evidence finite, hence in JSON, when one answer refutes a share of 0 or 1. */
const BEYOND_DOUBT = 1000;
/**
 * ln of the Bayes factor of a Dirichlet prior against the point theta, for counts of any number of arms.
 * @param prior parameters of the Dirichlet distribution, positive
 */
function logBayesFactor(prior, counts, theta) {
    let likelihood = 0;
    for (let i = 0; i < counts.length; i += 1) {
        const count = counts[i] ?? 0;
        if (count === 0)
            continue;
        const probability = theta[i] ?? 0;
        if (probability <= 0)
            return BEYOND_DOUBT;
        likelihood += count * Math.log(probability);
    }
    const posterior = prior.map((value, i) => value + (counts[i] ?? 0));
    return Math.min(BEYOND_DOUBT, (0,logarithms/* logBeta */.ln)(posterior) - (0,logarithms/* logBeta */.ln)(prior) - likelihood);
}
/**
 * How far the true share may be from the effective one without being called wrong: a tenth of the smaller side, at
 * least half a percentage point, never reaching 0 or 1. Retries and rounding by the data plane move shares a little,
 * and with 100 000 requests a test of the exact share would return good releases for it.
 */
function tolerance(effective) {
    const side = Math.min(effective, 1 - effective);
    return Math.min(Math.max(0.005, side / 10), side / 2);
}
/** ln of the evidence that the share is not `share`, betting on shares around `effective`. */
function shareEvidence(answers, share, effective) {
    const around = effective === 0 ? EDGE : effective === 1 ? 1 - EDGE : effective;
    const prior = [CONCENTRATION * (1 - around), CONCENTRATION * around];
    return logBayesFactor(prior, [answers.stable, answers.canary], [1 - share, share]);
}
/**
 * ln of the evidence that the share is outside effective ± tolerance: that of the share inside which fits best, so
 * whichever share inside is true, this is at most its evidence.
 */
function mismatchEvidence(answers, effective) {
    const total = answers.stable + answers.canary;
    if (total === 0)
        return 0;
    const allowed = tolerance(effective);
    const seen = answers.canary / total;
    const closest = Math.min(effective + allowed, Math.max(effective - allowed, seen));
    return shareEvidence(answers, closest, effective);
}
/** Confidence sequence for the share: the shares with evidence below 1/level, at any time all at once. */
function shareInterval(answers, effective, level) {
    const { stable, canary } = answers;
    const total = stable + canary;
    if (total === 0)
        return { low: 0, high: 1 };
    const seen = canary / total;
    // Evidence against theta is a constant minus its log likelihood: one evaluation at the seen share gives the constant.
    const likelihood = (theta) => (canary === 0 ? 0 : canary * Math.log(theta)) + (stable === 0 ? 0 : stable * Math.log1p(-theta));
    const least = shareEvidence(answers, seen, effective) + likelihood(seen) + Math.log(level);
    const edge = (outside) => {
        if (likelihood(outside) > least)
            return outside;
        let [inner, outer] = [seen, outside];
        for (let i = 0; i < 50; i += 1) {
            const middle = (inner + outer) / 2;
            if (likelihood(middle) > least)
                inner = middle;
            else
                outer = middle;
        }
        return inner;
    };
    return { low: edge(0), high: edge(1) };
}
/**
 * Answers about needed to tell the effective from the previous share at a level: ln(1/level), plus what the prior
 * costs, over the relative entropy (A. Wald 1945).
 */
function answersNeeded(effective, previous, level) {
    if (effective === previous)
        return LEAST_ANSWERS;
    const sure = previous === 0 || previous === 1;
    const needed = sure ? 1 / Math.abs(effective - previous) : (2 - Math.log(level)) / (0,promotion/* entropy */.Ue)(effective, previous);
    return Math.max(LEAST_ANSWERS, Math.ceil(needed));
}
;// CONCATENATED MODULE: ./build/src/verdict/stream.js
/** One service as one source has seen it so far: all evidence of the pair, advanced window by window. */






const NONE = { requests: 0, errors: 0 };
/** Probes are sent one by one on connections of their own; users' errors come in clusters. */
function formOf(design, source) {
    return source === 'users' ? { kind: 'robust', clusterSize: design.clusterSize } : { kind: 'raw' };
}
function beginStream(design, source) {
    return {
        seconds: 0,
        stable: NONE,
        canary: NONE,
        step: 0,
        inStep: { stable: NONE, canary: NONE },
        share: 0,
        rollback: beginRollback(formOf(design, source)),
        promotion: (0,promotion/* beginPromotion */.xn)((0,verdict_design/* derived */.u)(design).errorMargins),
        objective: { stable: (0,objective/* beginObjective */.Tb)(design.slo), canary: (0,objective/* beginObjective */.Tb)(design.slo) },
        ...(design.splitFrom === source
            ? { split: { steps: design.weights.map(() => 0), stable: 0, canary: 0 } }
            : {}),
    };
}
/** Adds one window. Counts must be whole and errors at most requests; see {@link problemOf}. */
function observe(stream, design, window) {
    const { stable, canary, step, share } = window;
    const same = stream.step === step;
    const inStep = {
        stable: stream_plus(same ? stream.inStep.stable : NONE, stable),
        canary: stream_plus(same ? stream.inStep.canary : NONE, canary),
    };
    const realised = inStep.canary.requests / Math.max(1, inStep.canary.requests + inStep.stable.requests);
    const { bets, returnAt, errorMargins } = (0,verdict_design/* derived */.u)(design);
    const guard = (state, count) => (0,objective/* observeObjective */.CJ)(state, bets, design.clusterSize, returnAt, count);
    const compared = window.source !== 'public';
    const errors = canary.errors + stable.errors;
    const form = formOf(design, window.source);
    // Built in one piece, not spread: simulations pass here a thousand million times.
    const next = {
        seconds: stream.seconds + window.seconds,
        stable: stream_plus(stream.stable, stable),
        canary: stream_plus(stream.canary, canary),
        step,
        inStep,
        share,
        rollback: compared
            ? observeErrors(stream.rollback, form, step, canary.errors, errors, Math.max(share, realised))
            : stream.rollback,
        promotion: compared ? (0,promotion/* observePromotion */.q6)(stream.promotion, errorMargins, step, stable, canary) : stream.promotion,
        objective: compared
            ? { stable: guard(stream.objective.stable, stable), canary: guard(stream.objective.canary, canary) }
            : stream.objective,
    };
    const latency = compared ? observeTimes(stream, design, window) : stream.latency;
    if (latency !== undefined)
        next.latency = latency;
    if (stream.split !== undefined)
        next.split = observeSplit(stream, stream.split, window);
    return next;
}
function observeTimes(stream, design, window) {
    if (!design.latency || window.latency === undefined || window.latency.bounds.length === 0)
        return stream.latency;
    // A version that answers but is not timed has no histogram: it must not look infinitely fast.
    const untimed = (count, buckets) => count.requests > count.errors && buckets.every((inBucket) => inBucket === 0);
    const { latency } = window;
    if (untimed(window.stable, latency.stable) || untimed(window.canary, latency.canary))
        return stream.latency;
    const histogram = coarsened(window.latency);
    const { slowMargins } = (0,verdict_design/* derived */.u)(design);
    const before = stream.latency ?? beginLatency(histogram.bounds, slowMargins);
    if (!fits(before, histogram))
        return before;
    return observeLatency(before, slowMargins, window.step, histogram);
}
/** At weight 0 nothing is split yet. A new step or share begins a new stretch, since a prior is around one share. */
function observeSplit(stream, split, window) {
    const { step, share } = window;
    if (step === 0)
        return split;
    const added = { stable: window.stable.requests, canary: window.canary.requests };
    if (stream.step === step && stream.share === share) {
        return { ...split, stable: split.stable + added.stable, canary: split.canary + added.canary };
    }
    return { steps: splitByStep(stream), ...added };
}
/** Log evidence against the split by step, the stretch under way included. */
function splitByStep(stream) {
    const { split } = stream;
    if (split === undefined)
        return [];
    return split.steps.map((log, i) => (i + 1 === stream.step ? log + mismatchEvidence(split, stream.share) : log));
}
/** What is wrong with a window, if anything: a defect of what counted, not of the release. */
function problemOf(window) {
    const counts = countProblem('stable', window.stable) ?? countProblem('canary', window.canary);
    if (counts !== undefined)
        return counts;
    if (!(window.share >= 0 && window.share <= 1))
        return `share ${window.share} is not between 0 and 1`;
    if (!(window.seconds >= 0 && window.seconds < Number.POSITIVE_INFINITY))
        return `seconds ${window.seconds}`;
    if (!Number.isSafeInteger(window.step) || window.step < 0)
        return `step ${window.step}`;
    const { latency } = window;
    if (latency === undefined)
        return undefined;
    const rising = latency.bounds.every((bound, b) => Number.isFinite(bound) && bound > (latency.bounds[b - 1] ?? 0));
    if (!rising)
        return 'latency bounds must be finite and rise from above 0';
    for (const [name, buckets] of [
        ['stable', latency.stable],
        ['canary', latency.canary],
    ]) {
        if (buckets.length !== latency.bounds.length + 1)
            return `latency of ${name}: one bucket more than bounds is needed`;
        if (!buckets.every(whole))
            return `latency of ${name}: counts must be whole numbers`;
    }
    return undefined;
}
const whole = (value) => Number.isSafeInteger(value) && value >= 0;
function countProblem(name, count) {
    if (!whole(count.requests) || !whole(count.errors))
        return `${name}: counts must be whole numbers`;
    return count.errors > count.requests ? `${name}: ${count.errors} errors in ${count.requests} requests` : undefined;
}
function stream_plus(one, other) {
    return { requests: one.requests + other.requests, errors: one.errors + other.errors };
}
;// CONCATENATED MODULE: ./build/src/verdict/combine.js
/**
 * One number for the whole release: evidence averaged over sources, then services, then metrics by their share of the
 * one alpha. An average of e-processes is an e-process however they depend on each other (V. Vovk and R. Wang,
 * "E-values: calibration, combination and applications", Annals of Statistics 2021, proposition 3.1); a product of
 * streams that see the same requests would not be. docs/statistics.md §8.
 */






function combine(state, design) {
    const { metrics, returnAt } = (0,verdict_design/* derived */.u)(design);
    let loudest;
    const byMetric = {};
    for (const { metric, share, from } of metrics) {
        const count = from.length * design.services.length;
        const logs = [];
        for (const source of from) {
            for (const service of design.services) {
                const stream = state.services[service]?.[source];
                const log = stream === undefined ? 0 : evidenceOf(stream, metric, design);
                logs.push(log);
                const weighted = log + Math.log(share / count);
                if (stream !== undefined && (loudest === undefined || weighted > loudest.weighted)) {
                    loudest = { service, metric, source, log, weighted };
                }
            }
        }
        byMetric[metric] = (0,logarithms/* logMean */.uw)(logs, count);
    }
    const total = (0,logarithms/* logWeightedSum */.Vf)(metrics.map(({ share }) => share), metrics.map(({ metric }) => byMetric[metric] ?? 0));
    return { evidence: { total, threshold: returnAt, metrics: byMetric }, loudest };
}
/** ln of one stream's evidence on one metric; 0 where it has none. */
function evidenceOf(stream, metric, design) {
    switch (metric) {
        case 'errors':
            return rollbackEvidence(stream.rollback);
        case 'latency':
            return stream.latency === undefined ? 0 : latencyEvidence(stream.latency);
        case 'objective':
            return guardEvidence(stream, design.slo);
        case 'split':
            // Averaged over the steps of the plan: one that has agreed for long must not outweigh a later one.
            return (0,logarithms/* logMean */.uw)(splitByStep(stream), design.weights.length);
    }
}
/**
 * The guard against the canary. While stable misses the objective too, it may only lower the total: what fails both is
 * not the canary's doing, and lowering keeps the guarantee.
 */
function guardEvidence(stream, slo) {
    const log = (0,objective/* objectiveEvidence */.Pf)(stream.objective.canary);
    const missed = slo !== undefined && stream.stable.errors > slo * stream.stable.requests;
    return missed ? Math.min(0, log) : log;
}
;// CONCATENATED MODULE: ./build/src/verdict/sentences.js


/** Why the traffic was returned. */
function returned(facts, voice) {
    const { state, design } = facts;
    const stream = state.services[voice.service]?.[voice.source];
    if (stream === undefined)
        return 'Rolled back.';
    const what = nounOf(voice.source);
    const did = facts.moment.step === 0 ? 'Stopped in pre-flight' : 'Rolled back';
    const start = `${did} after ${seconds(stream.seconds)}${only(facts, voice.service)}.`;
    const seen = seenOf(facts, voice, stream, what);
    const chance = `If the new version were no worse, evidence this strong would appear at any point in fewer than 1 of ${rollouts(design.falseAlarm)} rollouts.`;
    return `${start} ${seen} ${chance} ${cost(facts)}`;
}
function seenOf(facts, voice, stream, what) {
    const { design } = facts;
    const both = (canary, ofCanary, stable, ofStable, did) => `New version: ${canary} of ${ofCanary} ${what} ${did}. Current version: ${stable} of ${ofStable} in the same time.`;
    switch (voice.metric) {
        case 'errors':
            return both(stream.canary.errors, stream.canary.requests, stream.stable.errors, stream.stable.requests, 'failed');
        case 'latency': {
            if (stream.latency === undefined)
                return '';
            const { slow, successes, bounds } = stream.latency;
            const b = loudestBound(stream.latency);
            const took = `took longer than ${Number(((bounds[b] ?? 0) * 1000).toPrecision(6))} ms`;
            return both(slow.canary[b] ?? 0, successes.canary, slow.stable[b] ?? 0, successes.stable, took);
        }
        case 'objective':
            return `${both(stream.canary.errors, stream.canary.requests, stream.stable.errors, stream.stable.requests, 'failed')} The objective allows ${percent(design.slo ?? 0)}.`;
        case 'split':
            return split(stream.share, stream.inStep, voice.source);
    }
}
/** "The route says 5 %, 41 % of 220 answers came from the canary." */
function split(share, inStep, source) {
    const total = inStep.canary.requests + inStep.stable.requests;
    const seen = percent(Math.round((1000 * inStep.canary.requests) / total) / 1000);
    const answers = source === 'users' ? "users' requests went to" : 'answers to probes came from';
    return `The route says ${percent(share)}, ${seen} of ${total} ${answers} the new version.`;
}
/** Both versions fail. */
function paused(facts, service, source) {
    const stream = facts.state.services[service]?.[source];
    const objective = facts.design.slo === undefined
        ? 'more than half of the'
        : `more than the objective of ${percent(facts.design.slo)} of`;
    const seen = stream === undefined
        ? ''
        : ` So far ${stream.canary.errors} of ${stream.canary.requests} ${nounOf(source)} failed on the new version, ${stream.stable.errors} of ${stream.stable.requests} on the current one.`;
    return `Paused: both versions${of(facts, service)} are failing ${objective} ${nounOf(source)}, so neither is to blame; a dependency may be down.${seen} The weight stays as it is.`;
}
/** On to the next weight. */
function promoted(facts) {
    const { design, moment } = facts;
    const from = design.weights[moment.step - 1] ?? 0;
    const to = design.weights[moment.step];
    const margin = (0,verdict_design/* derived */.u)(design).errorMargins[moment.step] ?? 0;
    const way = to === undefined ? `${percent(from)} held` : `${percent(from)} → ${percent(to)}`;
    return `${way}: with ${percent(1 - design.falsePromotion)} confidence ${claim(facts, margin)}.`;
}
/** Pre-flight has shown enough for the first weight. */
function promotedFromPreflight(facts) {
    const { design } = facts;
    const to = design.weights[0] ?? 0;
    const margin = (0,verdict_design/* derived */.u)(design).errorMargins[0] ?? 0;
    return `Pre-flight → ${percent(to)}: with ${percent(1 - design.falsePromotion)} confidence ${claim(facts, margin)}.`;
}
/** Without lanes nothing can be known at weight 0. */
function noPreflight(facts) {
    return `No pre-flight: no lane probes are configured, so the first ${percent(facts.design.weights[0] ?? 0)} of users' requests are the first evidence.`;
}
function claim(facts, margin) {
    const points = `${(100 * margin).toFixed(1)} percentage points`;
    const { design, state, basis } = facts;
    const counts = design.services.map((service) => ({ service, count: state.services[service]?.[basis]?.canary }));
    const fewest = counts.reduce((a, b) => ((b.count?.requests ?? 0) < (a.count?.requests ?? 0) ? b : a));
    const failed = counts.reduce((sum, { count }) => sum + (count?.errors ?? 0), 0);
    const requests = fewest.count?.requests ?? 0;
    const seen = design.services.length === 1
        ? `${requests} ${nounOf(basis)}, ${failed} failed`
        : `at least ${requests} ${nounOf(basis)} each, ${failed} failed in all`;
    const subject = design.services.length === 1
        ? 'the new version fails at most'
        : `the new version of each of ${design.services.length} services fails at most`;
    const caveat = basis === 'lane' && facts.moment.step > 0 ? '; this speaks of probes, users were not counted' : '';
    return `${subject} ${points} more often than the current one (${seen}${caveat})`;
}
/** Not yet. */
function waiting(facts, need) {
    const { design, moment, basis } = facts;
    if (need === undefined) {
        return `Enough is shown; the step lasts ${seconds(design.minStep)} at least, ${seconds(design.minStep - moment.secondsInStep)} more.`;
    }
    const about = `${need.seen} of about ${need.seen + need.needed.requests} ${nounOf(basis)} to the new version${of(facts, need.service)}`;
    const start = need.onlyTimes
        ? 'Errors are fine; not enough evidence yet that answers are no slower'
        : 'Not enough evidence yet';
    if (need.needed.seconds === undefined)
        return `${start}: ${about}, and none arrive.`;
    const rate = need.needed.requests / Math.max(need.needed.seconds, 1e-9);
    const hint = basis === 'users' && need.needed.seconds > 300 ? ' A higher first weight would shorten this.' : '';
    return `${start}: ${about}. At the current ${rate.toPrecision(2)} a second: about ${seconds(need.needed.seconds)}.${hint}`;
}
/** The step took as long as it may. */
function inconclusive(facts) {
    const { design, state, basis } = facts;
    const counts = design.services.map((service) => state.services[service]?.[basis]?.canary);
    const fewest = counts.reduce((a, b) => ((b?.requests ?? 0) < (a?.requests ?? 0) ? b : a), counts[0]);
    const requests = fewest?.requests ?? 0;
    const failed = fewest?.errors ?? 0;
    const seen = requests === 0
        ? `no ${nounOf(basis)} reached the new version`
        : `${requests} ${nounOf(basis)} to the new version, ${failed} failed`;
    return `Neither worse nor safe enough could be shown within ${seconds(design.maxStep)} (${seen}).`;
}
/** At 100 %. */
function atFullWeight(facts) {
    return `All users' requests go to the new version; no current version is left to compare with${facts.design.slo === undefined ? '' : `, only the objective of ${percent(facts.design.slo)}`}.`;
}
function cost(facts) {
    if (!facts.design.sources.includes('users')) {
        return facts.moment.step === 0
            ? 'Failing user requests: 0, the weight was 0.'
            : "This speaks of probes; users' requests were not counted.";
    }
    const failed = facts.design.services.map((service) => facts.state.services[service]?.users?.canary.errors ?? 0);
    return `Failing user requests: ${failed.reduce((sum, value) => sum + value, 0)}.`;
}
function nounOf(source) {
    return source === 'users' ? "users' requests" : 'probes';
}
const of = (facts, service) => (facts.design.services.length > 1 ? ` of ${service}` : '');
const only = (facts, service) => (facts.design.services.length > 1 ? ` because of ${service}` : '');
/** 0.05 → "5 %". */
function percent(share) {
    return `${Number((100 * share).toPrecision(4))} %`;
}
/** 85 → "85 s", 133 → "2 min 13 s", 1800 → "30 min", 9000 → "2 h 30 min". */
function seconds(value) {
    const whole = Math.max(0, Math.ceil(value - 1e-9));
    if (whole < 120)
        return `${whole} s`;
    const [large, small] = whole < 7200 ? ['min', 's'] : ['h', 'min'];
    const units = whole < 7200 ? whole : Math.ceil(whole / 60);
    return `${Math.floor(units / 60)} ${large}${units % 60 === 0 ? '' : ` ${units % 60} ${small}`}`;
}
const rollouts = (alpha) => Math.round(1 / alpha);
// EXTERNAL MODULE: ./build/src/kube/objects.js
var objects = __webpack_require__(4067);
// EXTERNAL MODULE: ./build/src/verdict/types.js
var types = __webpack_require__(1726);
;// CONCATENATED MODULE: ./build/src/verdict/state.js
/** What a release has seen so far: small plain JSON, kept in the journal, continued bit for bit by the next run. */




/** Format of the state. */
const VERSION = 1;
/** The state before the first window. */
function begin(design) {
    return { version: VERSION, design: (0,verdict_design/* derived */.u)(design).fingerprint, services: {} };
}
/**
 * The state after these windows, which are all from after those already in it. Windows of another step than the
 * moment's count for nothing.
 * @throws RangeError for windows that cannot be: unknown service or source, broken counts
 * @throws RangeError for a state of another design
 */
function observeAll(state, windows, design, moment) {
    if (state.design !== (0,verdict_design/* derived */.u)(design).fingerprint)
        throw new RangeError('verdict: the state is of another design.');
    const services = { ...state.services };
    let changed = false;
    for (const window of windows) {
        const { service, source } = window;
        const problem = !design.services.includes(service)
            ? 'unknown service'
            : design.sources.includes(source)
                ? problemOf(window)
                : 'source that was not configured';
        if (problem !== undefined)
            throw new RangeError(`verdict: window of ${service} from ${source}: ${problem}.`);
        if (window.step !== moment.step)
            continue;
        const before = services[service]?.[source] ?? beginStream(design, source);
        services[service] = { ...services[service], [source]: observe(before, design, window) };
        changed = true;
    }
    return changed ? { version: state.version, design: state.design, services } : state;
}
/** The part of one service, for the journal on its route. */
function partOf(state, service) {
    const streams = state.services[service];
    return { ...state, services: streams === undefined ? {} : { [service]: streams } };
}
/** The state of a release from the parts of its services; parts of another design are left out. */
function joined(design, parts) {
    const fitting = parts.filter((part) => part.design === (0,verdict_design/* derived */.u)(design).fingerprint);
    const services = Object.fromEntries(fitting.flatMap((part) => Object.entries(part.services)));
    const known = Object.entries(services).filter(([name]) => design.services.includes(name));
    return { ...begin(design), services: Object.fromEntries(known) };
}
/**
 * A state from a journal, or why it is not believed. A journal is untrusted: anyone who may edit the route may edit it,
 * so a state is taken only whole, with numbers in every place a number is computed with.
 */
function readState(value, design) {
    if (!(0,objects/* isMap */.jh)(value) || value['version'] !== VERSION)
        return { refused: 'its format is not known' };
    if (value['design'] !== (0,verdict_design/* derived */.u)(design).fingerprint)
        return { refused: 'it was gathered under other settings' };
    const { services } = value;
    if (!(0,objects/* isMap */.jh)(services))
        return { refused: 'it names no services' };
    for (const [service, streams] of Object.entries(services)) {
        if (!design.services.includes(service) || !(0,objects/* isMap */.jh)(streams))
            return { refused: 'it names an unknown service' };
        for (const [source, stream] of Object.entries(streams)) {
            if (!types/* sources */.Tj.some((known) => known === source) || !design.sources.includes(source)) {
                return { refused: 'it names an unknown source' };
            }
            if (!sameShape(stream, beginStream(design, source)))
                return { refused: `${source} is not whole` };
        }
    }
    return { state: value };
}
/** Every member of the model is there and of its kind; lists may have grown; all numbers are finite. */
function sameShape(value, model) {
    if (typeof model === 'number')
        return isFiniteNumber(value);
    if (Array.isArray(model)) {
        if (!Array.isArray(value) || value.length < model.length || value.length > 100)
            return false;
        return value.every((item, i) => (i < model.length ? sameShape(item, model[i]) : isNumbers(item)));
    }
    if (!(0,objects/* isMap */.jh)(value) || !(0,objects/* isMap */.jh)(model))
        return false;
    const extra = Object.keys(value).filter((key) => !Object.hasOwn(model, key));
    return (Object.entries(model).every(([key, member]) => sameShape(value[key], member)) &&
        extra.every((key) => Object.hasOwn(OPTIONAL, key) && OPTIONAL[key]?.(value[key]) === true));
}
/** Members a stream gains on the way. */
const OPTIONAL = {
    history: isFiniteNumber,
    latency: (value) => {
        if (!(0,objects/* isMap */.jh)(value))
            return false;
        const { bounds, logs, slow, successes, promotion, picked } = value;
        if (!isNumbers(bounds) || !Array.isArray(logs) || !(0,objects/* isMap */.jh)(slow) || !(0,objects/* isMap */.jh)(successes))
            return false;
        const size = bounds.length;
        return (logs.length === size &&
            logs.every(isNumbers) &&
            [slow['stable'], slow['canary']].every((list) => isNumbers(list) && list.length === size) &&
            [successes['stable'], successes['canary']].every(isFiniteNumber) &&
            (0,objects/* isMap */.jh)(promotion) &&
            isNumbers(promotion['logs']) &&
            isFiniteNumber(promotion['requests']) &&
            isFiniteNumber(promotion['errors']) &&
            (picked === undefined || (Number.isInteger(picked) && picked >= 0 && picked < size)));
    },
};
/** A list of at most a hundred numbers; start points that were begun hold one number a relative risk. */
function isNumbers(value) {
    return Array.isArray(value) && value.length <= 100 && value.length >= 1 && value.every(isFiniteNumber);
}
function isFiniteNumber(value) {
    return typeof value === 'number' && Number.isFinite(value);
}
;// CONCATENATED MODULE: ./build/src/verdict/judge.js
/** From evidence to one of five answers. Rollback is asked first, in every window. docs/statistics.md §9. */






/**
 * Takes the windows since the last call and answers. Call once for every window, with all services and sources
 * that have counts for it; without windows it judges what is known at this moment.
 * @throws RangeError as {@link observeAll}
 */
function update(state, windows, design, moment) {
    const next = observeAll(state, windows, design, moment);
    return { state: next, decision: judge(next, design, moment) };
}
/** What the state says at this moment. */
function judge(state, design, moment) {
    const { evidence, loudest } = combine(state, design);
    const basis = basisOf(design, moment);
    const facts = { state, design, moment, basis };
    const common = { basis: basis === 'users' ? 'users' : 'probes', evidence, ...counted(facts) };
    if (evidence.total >= evidence.threshold && loudest !== undefined) {
        const { service, metric, source } = loudest;
        return {
            ...common,
            verdict: 'rollback',
            sentence: returned(facts, loudest),
            basis: source === 'users' ? 'users' : 'probes',
            service,
            metric,
            source,
            ...shareOf(facts, service),
        };
    }
    const need = slowest(facts);
    const named = need === undefined ? {} : { service: need.service, source: basis, ...shareOf(facts, need.service) };
    const answer = (verdict, sentence) => ({
        ...common,
        verdict,
        sentence,
        ...named,
        ...(need === undefined || verdict === 'promote' ? {} : { needed: need.needed }),
    });
    const failing = failingService(facts);
    const late = moment.secondsInStep >= design.maxStep;
    if (failing !== undefined) {
        const sentence = paused(facts, failing.service, failing.source);
        return { ...answer(late ? 'inconclusive' : 'pause', sentence), ...failing };
    }
    // Without a current version there is nothing to compare with: reaching this weight was decided at the last one.
    if ((design.weights[moment.step - 1] ?? 0) >= 1)
        return { ...common, verdict: 'wait', sentence: atFullWeight(facts) };
    if (moment.step === 0 && !design.sources.includes('lane'))
        return answer('promote', noPreflight(facts));
    if (need === undefined) {
        if (moment.step === 0)
            return answer('promote', promotedFromPreflight(facts));
        if (moment.secondsInStep >= design.minStep)
            return answer('promote', promoted(facts));
    }
    if (late)
        return answer('inconclusive', inconclusive(facts));
    return answer('wait', waiting(facts, need));
}
/** Whose word promotion is decided on: users' where configured, except at weight 0, where only probes arrive. */
function basisOf(design, moment) {
    return design.sources.includes('users') && (moment.step > 0 || !design.sources.includes('lane')) ? 'users' : 'lane';
}
/** The service that needs most; none = all have shown enough. */
function slowest(facts) {
    const needs = facts.design.services.flatMap((service) => needOf(facts, service) ?? []);
    const order = (need) => need.needed.seconds ?? Number.POSITIVE_INFINITY;
    return needs.reduce((worst, need) => worst === undefined ||
        order(need) > order(worst) ||
        (order(need) === order(worst) && need.needed.requests > worst.needed.requests)
        ? need
        : worst, undefined);
}
function needOf(facts, service) {
    const { design, moment, state, basis } = facts;
    const stream = state.services[service]?.[basis];
    const missing = requestsNeeded(facts, stream);
    const requests = Math.max(missing.errors, missing.times);
    if (requests <= 0)
        return undefined;
    const rate = stream === undefined || stream.step !== moment.step ? 0 : stream.inStep.canary.requests;
    const seconds = rate === 0 ? {} : { seconds: (requests * moment.secondsInStep) / rate };
    const seen = stream === undefined ? 0 : stream.canary.requests;
    const needed = { requests: Math.min(requests, design.services.length * 1e12), ...seconds };
    return { service, needed, seen, onlyTimes: missing.errors <= 0 };
}
/** Canary requests about needed: what is missing of the evidence, over its expected growth when versions are equal. */
function requestsNeeded({ design, moment, basis }, stream) {
    const { promoteAt, errorMargins, slowMargins } = (0,verdict_design/* derived */.u)(design);
    const { step } = moment;
    const share = stream?.share || (basis === 'lane' ? 0.5 : design.weights[step - 1]) || 0.5;
    const missing = promoteAt - (stream?.promotion.logs[step] ?? 0);
    const q = stream === undefined ? 0.001 : (0,promotion/* guess */.Iw)(stream.promotion);
    let errors = missing <= 0 ? 0 : Math.ceil(missing / (0,promotion/* growth */.Am)(q, errorMargins[step] ?? 0.5, share));
    let times = 0;
    if (stream?.latency !== undefined) {
        const slow = stream.latency.promotion;
        const gap = promoteAt - (slow.logs[step] ?? 0);
        const margin = slowMargins[step] ?? 0.5;
        if (gap > 0)
            times = Math.ceil(gap / (0,promotion/* growth */.Am)((0,promotion/* guess */.Iw)(slow), margin, share));
    }
    if (step === 0) {
        const pairs = Math.min(stream?.canary.requests ?? 0, stream?.stable.requests ?? 0);
        errors = Math.max(errors, design.preflightPairs - pairs);
    }
    return { errors, times };
}
/** A service both of whose versions are failing now, as one source sees it. */
function failingService({ state, design }) {
    const { bets, returnAt } = (0,verdict_design/* derived */.u)(design);
    for (const service of design.services) {
        for (const source of design.sources) {
            const stream = state.services[service]?.[source];
            if (stream === undefined || source === 'public')
                continue;
            const { stable, canary } = stream.objective;
            if ([stable, canary].every((version) => (0,objective/* isFailing */.DI)(version, bets.objective, returnAt)))
                return { service, source };
        }
    }
    return undefined;
}
function counted({ state, design }) {
    if (!design.sources.includes('users'))
        return {};
    const failed = design.services.map((service) => state.services[service]?.users?.canary.errors ?? 0);
    return { failingRequests: failed.reduce((sum, value) => sum + value, 0) };
}
function shareOf({ state, design }, service) {
    const streams = state.services[service];
    const stream = (design.splitFrom === undefined ? undefined : streams?.[design.splitFrom]) ?? streams?.users;
    if (stream === undefined)
        return {};
    const total = stream.inStep.canary.requests + stream.inStep.stable.requests;
    return total === 0 ? {} : { observedShare: stream.inStep.canary.requests / total };
}
;// CONCATENATED MODULE: ./build/src/verdict/probe-times.js
/** Quantiles of stable's times: the middle, where all answers become slower, and the tail, where some do. */
const QUANTILES = [0.5, 0.75, 0.9, 0.95, 0.99, 0.999];
/** Times below which quantiles say too little. */
const FEWEST_TIMES = 20;
/**
 * Bounds from stable's warm-up, in seconds: its quantiles to three digits, rising, each once. Few distinct times give
 * few bounds; undefined = fewer than 20 times, or none above 0.
 * @param times of successful answers, seconds
 */
function boundsFrom(times) {
    const sorted = times.filter((time) => time >= 0 && Number.isFinite(time)).sort((a, b) => a - b);
    if (sorted.length < FEWEST_TIMES)
        return undefined;
    const quantiles = QUANTILES.map((part) => sorted[Math.ceil(part * sorted.length) - 1] ?? 0);
    const bounds = new Set(quantiles.map((time) => Number(time.toPrecision(3))).filter((bound) => bound > 0));
    return bounds.size === 0 ? undefined : [...bounds];
}
/**
 * One window's successes by bucket: up to and including the first bound, up to the second, …, slower than the last.
 * @param bounds of {@link boundsFrom}
 */
function histogramFrom(bounds, stableTimes, canaryTimes) {
    return { bounds, stable: bucketsOf(bounds, stableTimes), canary: bucketsOf(bounds, canaryTimes) };
}
function bucketsOf(bounds, times) {
    const buckets = Array(bounds.length + 1).fill(0);
    for (const time of times) {
        const bucket = bounds.findIndex((bound) => time <= bound);
        const at = bucket < 0 ? bounds.length : bucket;
        buckets[at] = (buckets[at] ?? 0) + 1;
    }
    return buckets;
}
;// CONCATENATED MODULE: ./build/src/verdict/proof.js
/**
 * Proof of the split after a shift: sequential, stops as soon as the effective share is confirmed and the previous one
 * excluded. Continuous watching after that is part of the verdict's evidence. docs/statistics.md §7.
 */

function beginProof(effective, previous, level) {
    return { effective, previous, level, batch: { stable: 0, canary: 0 }, refuted: 0 };
}
/** Adds answers of the public path since the last call, and judges. */
function advanceProof(proof, answers) {
    const batch = { stable: proof.batch.stable + answers.stable, canary: proof.batch.canary + answers.canary };
    const total = batch.stable + batch.canary;
    const { effective, previous, level } = proof;
    const seen = { observed: total === 0 ? 0 : batch.canary / total, answers: total };
    const interval = shareInterval(batch, effective, level);
    const judged = (outcome, next) => ({
        proof: next,
        outcome,
        ...seen,
        ...interval,
    });
    if (total === 0)
        return judged('undecided', proof);
    const threshold = -Math.log(level);
    const before = shareEvidence(batch, previous, effective) < threshold;
    const mismatch = mismatchEvidence(batch, effective);
    if (mismatch >= threshold) {
        const afresh = { ...proof, batch: { stable: 0, canary: 0 } };
        if (before && previous !== effective)
            return judged('not yet', { ...afresh, refuted: 0 });
        const refuted = proof.refuted + 1;
        return judged(refuted >= 2 ? 'refuted' : 'undecided', { ...afresh, refuted });
    }
    const shown = previous === effective ? batch.canary > 0 || effective === 0 : !before;
    // Evidence above 1 speaks against the effective share: not enough to refute it, too much to confirm it.
    return judged(shown && mismatch <= 0 && total >= LEAST_ANSWERS ? 'confirmed' : 'undecided', { ...proof, batch });
}
;// CONCATENATED MODULE: ./build/src/verdict/public-path.js
/**
 * The guard of the public path: lanes that are fine prove nothing about users, who take another way. One guard a
 * service; counts are probes of one second or so, on the public path and on both lanes in the same time. Two questions.
 *
 * Is the public path failing now? The likelihood ratio of A. Wald (1945) that forgets (E. S. Page, "Continuous inspection
 * schemes", 1954), as in {@link observeObjective}. What fails the lanes too is not the path's doing: then it is silent.
 *
 * Does it fail more often than either lane? The relative-risk e-process of rollback.ts, with the public path in the place
 * of the canary and a lane in that of stable, for each lane its own; both must exceed 1/level. A sound path is a mixture
 * of the two versions, so it fails at most as often as the worse of them. docs/statistics.md §11.
 */



/** Part of a release's `false-alarm` that is kept for this guard; the verdict's `Design.falseAlarm` is the rest of it. */
const GUARD_SHARE = 0.05;
/** Evidence from which on the path is failing now: eight failures in a row. It is a signal, and takes no alpha. */
const FAILING_AT = Math.log(100);
const BETS = (0,objective/* betsOn */.Iz)(undefined);
const public_path_NONE = { requests: 0, errors: 0 };
const public_path_NOTHING = { public: public_path_NONE, stable: public_path_NONE, canary: public_path_NONE };
const NOT_YET = { windows: 0, logs: [] };
function beginGuard() {
    return {
        seen: public_path_NOTHING,
        last: public_path_NOTHING,
        failing: (0,objective/* beginObjective */.Tb)(undefined),
        against: { stable: NOT_YET, canary: NOT_YET },
    };
}
/** Adds one window; windows follow each other and never overlap. */
function observeGuard(state, window) {
    const each = (merge) => ({
        public: merge('public'),
        stable: merge('stable'),
        canary: merge('canary'),
    });
    return {
        seen: each((name) => public_path_plus(state.seen[name], window[name])),
        last: each((name) => (window[name].requests > 0 ? public_path_plus(public_path_NONE, window[name]) : state.last[name])),
        failing: (0,objective/* observeObjective */.CJ)(state.failing, BETS, 1, FAILING_AT, window.public),
        against: {
            stable: observeLane(state.against.stable, window.public, window.stable),
            canary: observeLane(state.against.canary, window.public, window.canary),
        },
    };
}
/**
 * What the guard says after the windows so far; ask after every one.
 * @param level chance that a path that is no worse than its lanes is ever called worse: {@link GUARD_SHARE} of the
 * release's false-alarm, divided by the number of its services
 */
function judgeGuard(state, level) {
    const { last, against } = state;
    const lanes = [last.stable, last.canary].filter(({ requests }) => requests > 0);
    const laneAnswers = lanes.some(({ requests, errors }) => errors <= BETS.objective * requests);
    if ((0,objective/* isFailing */.DI)(state.failing, BETS.objective, FAILING_AT) && (lanes.length === 0 || laneAnswers)) {
        return { verdict: 'failing', sentence: failing(state) };
    }
    const log = Math.min(laneEvidence(against.stable), laneEvidence(against.canary));
    return log >= -Math.log(level) ? { verdict: 'worse', sentence: worse(state, level) } : { verdict: 'fine' };
}
/**
 * One window against one lane. The share is the window's own, with which the guarantee is exact (docs/statistics.md §2).
 * Half of the evidence starts with the first window that has an error, the rest is spread over those after it, so that
 * errors everywhere in the past do not outweigh a path that breaks late.
 */
function observeLane(state, path, lane) {
    const errors = path.errors + lane.errors;
    if (errors === 0 || path.requests === 0 || lane.requests === 0)
        return state;
    const share = path.requests / (path.requests + lane.requests);
    const windows = state.windows + 1;
    const start = Math.log(startShare(windows));
    const logs = RELATIVE_RISKS.map((psi, g) => {
        const begun = state.logs[g];
        const before = begun === undefined ? start : (0,logarithms/* logWeightedSum */.Vf)([1, 1], [begun, start]);
        return before + path.errors * Math.log(psi) - errors * Math.log1p(share * (psi - 1));
    });
    return { windows, logs };
}
/** Part of the evidence that starts in the n-th window with an error: 1/2, then 1/(2n(n−1)); what follows sums to 1/(2n). */
function startShare(n) {
    return n === 1 ? 0.5 : 0.5 / (n * (n - 1));
}
/** ln of the evidence that the path fails more often than this lane. Starts still to come count as 1. */
function laneEvidence({ windows, logs }) {
    if (windows === 0)
        return 0;
    return (0,logarithms/* logWeightedSum */.Vf)([1, 1], [(0,logarithms/* logWeightedSum */.Vf)(RISK_SHARES, logs), -Math.log(2 * windows)]);
}
/** A state from a journal, which is untrusted: taken only whole, else none. */
function readGuard(value) {
    const state = value;
    const counts = (given) => [given.public, given.stable, given.canary].every(isCount);
    const lane = ({ windows, logs }) => isWhole(windows) && logs.length === (windows === 0 ? 0 : RELATIVE_RISKS.length) && logs.every(Number.isFinite);
    try {
        const { failing, against } = state;
        const lately = failing.since === undefined && failing.lately.length === BETS.error.length;
        const numbers = [failing.last, ...failing.lately].every(Number.isFinite);
        const whole = counts(state.seen) && counts(state.last) && lately && numbers;
        return whole && lane(against.stable) && lane(against.canary) ? state : undefined;
    }
    catch {
        // A member is missing or of another kind.
        return undefined;
    }
}
function failing({ seen, last }) {
    const lanes = onLanes(last);
    const meanwhile = lanes === '' ? '' : ` In the same time ${lanes}.`;
    const { requests, errors } = last.public;
    return `The public path, which users take, is failing: ${errors} of the last ${requests} probes on it failed, ${seen.public.errors} of ${seen.public.requests} in all.${meanwhile} This speaks of probes on the public path.`;
}
function worse({ seen }, level) {
    const { requests, errors } = seen.public;
    const chance = `If it were no worse, evidence this strong would appear at any point in fewer than 1 of ${Math.round(1 / level)} rollouts.`;
    return `The public path, which users take, fails more often than the lanes to either version: ${errors} of ${requests} probes on it failed, ${onLanes(seen)}. ${chance} This speaks of probes on the public path; its route, plugins or gateway are at fault, not a version alone.`;
}
/** "0 of 10 on the lane to the current version and 0 of 10 on the lane to the new version". */
function onLanes({ stable, canary }) {
    const lane = ({ requests, errors }, version) => requests === 0 ? [] : [`${errors} of ${requests} on the lane to the ${version} version`];
    return [...lane(stable, 'current'), ...lane(canary, 'new')].join(' and ');
}
function public_path_plus(one, other) {
    return { requests: one.requests + other.requests, errors: one.errors + other.errors };
}
function isCount({ requests, errors }) {
    return isWhole(requests) && isWhole(errors) && errors <= requests;
}
function isWhole(value) {
    return Number.isSafeInteger(value) && value >= 0;
}
;// CONCATENATED MODULE: ./build/src/verdict/index.js
/** The verdict room: counts in, verdict and sentence out. Pure: no I/O, no clock, no chance. */








/***/ }),

/***/ 4779:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Bj: () => (/* binding */ logTilts),
/* harmony export */   SX: () => (/* binding */ logGamma),
/* harmony export */   Vf: () => (/* binding */ logWeightedSum),
/* harmony export */   ln: () => (/* binding */ logBeta),
/* harmony export */   uw: () => (/* binding */ logMean)
/* harmony export */ });
/* unused harmony export logBinomial */
/**
 * Sums, binomial terms and gamma functions on the log scale. Evidence grows to e^1000 and windows hold millions of
 * requests; nothing here leaves the logarithm.
 */
/** ln of Σ weights[i] e^logs[i], without overflow. Missing weights count as 0. */
function logWeightedSum(weights, logs) {
    let top = Number.NEGATIVE_INFINITY;
    for (const value of logs)
        if (value > top)
            top = value;
    if (!Number.isFinite(top))
        return top;
    let sum = 0;
    for (let i = 0; i < logs.length; i += 1)
        sum += (weights[i] ?? 0) * Math.exp((logs[i] ?? 0) - top);
    return top + Math.log(sum);
}
/** ln of the mean of e^log over `count` values, of which those not given are e^0 = 1 (nothing seen yet). */
function logMean(logs, count) {
    if (count === 0)
        return 0;
    const all = logs.length < count ? [...logs, ...Array(count - logs.length).fill(0)] : logs;
    return logWeightedSum(Array(all.length).fill(1 / count), all);
}
/** (k! as the rest of Stirling's formula) ln n! − ln(√(2πn)(n/e)^n): Loader 2000, "stirlerr". */
function stirlingError(n) {
    if (n < FACTORIALS)
        return STIRLING_ERRORS[n] ?? 0;
    const square = n * n;
    return (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - 1 / 1188 / square) / square) / square) / square) / n;
}
/** Below it factorials are multiplied out, once. */
const FACTORIALS = 16;
const STIRLING_ERRORS = Float64Array.from({ length: FACTORIALS }, (_, n) => {
    let logFactorial = 0;
    for (let i = 2; i <= n; i += 1)
        logFactorial += Math.log(i);
    return n === 0 ? 0 : logFactorial - ((n + 0.5) * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI));
});
/** x ln(x/m) + m − x, exact also where x ≈ m: Loader 2000, "bd0". */
function deviance(x, m) {
    if (Math.abs(x - m) >= 0.1 * (x + m))
        return x * Math.log(x / m) + m - x;
    const v = (x - m) / (x + m);
    let sum = (x - m) * v;
    let term = 2 * x * v;
    for (let j = 1; j < 1000; j += 1) {
        term *= v * v;
        const next = sum + term / (2 * j + 1);
        if (next === sum)
            break;
        sum = next;
    }
    return sum;
}
/**
 * ln of the binomial probability of x among n, 0 < p < 1, by the saddle-point form of C. Loader, "Fast and accurate
 * computation of binomial probabilities" (2000): full precision where n is in the millions.
 */
function logBinomial(x, n, p) {
    if (n === 0)
        return 0;
    if (x === 0)
        return n * Math.log1p(-p);
    if (x === n)
        return n * Math.log(p);
    const q = 1 - p;
    return (stirlingError(n) -
        stirlingError(x) -
        stirlingError(n - x) -
        deviance(x, n * p) -
        deviance(n - x, n * q) +
        0.5 * Math.log(n / (2 * Math.PI * x * (n - x))));
}
/**
 * ln E[psi^U] for each psi, U hypergeometric: of `marked` among first + second, the number that falls on `first`. Asked
 * for all psi of one table at once, so that what does not depend on psi is worked out once.
 *
 * Summed outward from the largest term of h(u) psi^u by the ratio of neighbours; the terms are log-concave, so what is
 * left out (below 1e-18 of the largest) stays below rounding. ln h(u), the chance that u of `marked` draws without
 * replacement fall among `first`, is made of three binomial terms.
 */
function logTilts(first, second, marked, psis) {
    const low = Math.max(0, marked - second);
    const high = Math.min(marked, first);
    const tilts = [];
    const p = marked / (first + second);
    const whole = low === high ? 0 : logBinomial(marked, first + second, p);
    let [mode, chance] = [-1, 0];
    for (const psi of psis) {
        if (low === high || psi === 1) {
            tilts.push(low === high ? low * Math.log(psi) : 0);
            continue;
        }
        const largest = Math.min(high, Math.max(low, largestTerm(first, second, marked, psi)));
        // Neighbouring psi often have the same largest term.
        if (largest !== mode) {
            mode = largest;
            chance = logBinomial(mode, first, p) + logBinomial(marked - mode, second, p) - whole;
        }
        tilts.push(chance + mode * Math.log(psi) + Math.log(sumAround(mode, low, high, first, second, marked, psi)));
    }
    return tilts;
}
/** Σ h(u) psi^u over low..high, divided by the term of the mode. */
function sumAround(mode, low, high, first, second, marked, psi) {
    let sum = 1;
    for (let u = mode, term = 1; u < high; u += 1) {
        term *= (psi * (first - u) * (marked - u)) / ((u + 1) * (second - marked + u + 1));
        sum += term;
        if (term < 1e-18 * sum)
            break;
    }
    for (let u = mode - 1, term = 1; u >= low; u -= 1) {
        term /= (psi * (first - u) * (marked - u)) / ((u + 1) * (second - marked + u + 1));
        sum += term;
        if (term < 1e-18 * sum)
            break;
    }
    return sum;
}
/** Where h(u) psi^u stops growing: the smaller root of ratio(u) = 1, in the form that does not cancel. */
function largestTerm(first, second, marked, psi) {
    const b = psi * (first + marked) + second - marked + 2;
    const c = psi * first * marked - (second - marked + 1);
    const root = (2 * c) / (b + Math.sqrt(Math.max(0, b * b - 4 * (psi - 1) * c)));
    return Math.ceil(root);
}
/** ln Γ(x), x > 0: Stirling's series from 15 up, the recurrence Γ(x+1) = xΓ(x) below. */
function logGamma(x) {
    let shifted = x;
    let product = 1;
    while (shifted < 15) {
        product *= shifted;
        shifted += 1;
    }
    const square = shifted * shifted;
    const series = (1 / 12 -
        (1 / 360 - (1 / 1260 - (1 / 1680 - (1 / 1188 - 691 / 360360 / square) / square) / square) / square) / square) /
        shifted;
    return (shifted - 0.5) * Math.log(shifted) - shifted + 0.5 * Math.log(2 * Math.PI) + series - Math.log(product);
}
/** ln of the multivariate beta function: Σ ln Γ(v) − ln Γ(Σ v). */
function logBeta(values) {
    let total = 0;
    let sum = 0;
    for (const value of values) {
        total += value;
        sum += logGamma(value);
    }
    return sum - logGamma(total);
}

/***/ }),

/***/ 1196:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   CJ: () => (/* binding */ observeObjective),
/* harmony export */   DI: () => (/* binding */ isFailing),
/* harmony export */   Iz: () => (/* binding */ betsOn),
/* harmony export */   Pf: () => (/* binding */ objectiveEvidence),
/* harmony export */   Tb: () => (/* binding */ beginObjective)
/* harmony export */ });
/* unused harmony exports FAILING_WITHOUT_OBJECTIVE, logFactor */
/* harmony import */ var _logarithms_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4779);
/**
 * Evidence that one version misses an absolute objective, whatever the other does: the one-sample likelihood ratio of
 * A. Wald, "Sequential tests of statistical hypotheses" (1945), averaged over alternatives. docs/statistics.md §6.
 *
 * The same test runs on stable. What fails both is not the canary's doing: then the guard is silent, and while both
 * are failing now, the release pauses.
 */

/** Error shares bet on, as multiples of the objective; capped, and capped ones kept. */
const MULTIPLES = [1.5, 2, 5, 20, 100];
const CAP = 0.99;
const EQUAL = MULTIPLES.map(() => 1 / MULTIPLES.length);
const NOTHING = MULTIPLES.map(() => 0);
/** Objective for "is failing now" where none is given: more than half of the requests fail. */
const FAILING_WITHOUT_OBJECTIVE = 0.5;
/** How far "is failing now" may rise above its threshold: a few good requests must end a pause. */
const HEADROOM = 2;
function beginObjective(slo) {
    return slo === undefined ? { lately: NOTHING, last: 0 } : { since: NOTHING, lately: NOTHING, last: 0 };
}
/** @param slo absent = {@link FAILING_WITHOUT_OBJECTIVE} */
function betsOn(slo) {
    const objective = slo ?? FAILING_WITHOUT_OBJECTIVE;
    const alternatives = MULTIPLES.map((multiple) => Math.min(multiple * objective, CAP));
    return {
        objective,
        error: alternatives.map((q) => Math.log(q / objective)),
        success: alternatives.map((q) => Math.log1p(-q) - Math.log1p(-objective)),
    };
}
/** ln of one window's factor for one alternative. */
function logFactor(bets, alternative, count) {
    const successes = count.requests - count.errors;
    return count.errors * (bets.error[alternative] ?? 0) + successes * (bets.success[alternative] ?? 0);
}
/**
 * Adds one window of one version.
 * @param tempering errors that may have one cause: the evidence since the beginning is divided by it
 * @param threshold ln of the evidence from which on a version is failing now
 */
function observeObjective(state, bets, tempering, threshold, count) {
    if (count.requests === 0)
        return state;
    const lately = [];
    const since = [];
    for (let g = 0; g < bets.error.length; g += 1) {
        const now = logFactor(bets, g, count);
        lately.push(Math.min(threshold + HEADROOM, Math.max(0, (state.lately[g] ?? 0) + now)));
        if (state.since !== undefined)
            since.push((state.since[g] ?? 0) + now / tempering);
    }
    const last = count.errors / count.requests;
    return state.since === undefined ? { lately, last } : { since, lately, last };
}
/** ln of the evidence since the beginning that the version misses the objective. */
function objectiveEvidence(state) {
    return state.since === undefined ? 0 : (0,_logarithms_js__WEBPACK_IMPORTED_MODULE_0__/* .logWeightedSum */ .Vf)(EQUAL, state.since);
}
/** Whether the version is failing now. A signal to stay, not a test: it may be wrong more often than alpha. */
function isFailing(state, objective, threshold) {
    return state.last > objective && (0,_logarithms_js__WEBPACK_IMPORTED_MODULE_0__/* .logWeightedSum */ .Vf)(EQUAL, state.lately) >= threshold;
}

/***/ }),

/***/ 4214:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Am: () => (/* binding */ growth),
/* harmony export */   Iw: () => (/* binding */ guess),
/* harmony export */   Ue: () => (/* binding */ entropy),
/* harmony export */   q6: () => (/* binding */ observePromotion),
/* harmony export */   xn: () => (/* binding */ beginPromotion),
/* harmony export */   yq: () => (/* binding */ margins)
/* harmony export */ });
/* unused harmony exports leastFavourable, logFactor */
/** Stable requests seen before the first weight from which on their rate is trusted as a guess. */
const HISTORY = 500;
/** Largest margin: beyond it "worse by" means little. */
const WIDEST_MARGIN = 0.5;
function beginPromotion(margins) {
    return { requests: 0, errors: 0, logs: margins.map(() => 0) };
}
/**
 * Margin that must be shown before leaving each step, pre-flight first: increase / next weight, so that what users may
 * suffer at the next weight, weight × margin, is the same at every step. After a last weight below 1 comes 1.
 */
function margins(design, increase) {
    const { weights } = design;
    const next = (weights.at(-1) ?? 0) < 1 ? [...weights, 1] : weights;
    return next.map((weight) => Math.min(increase / weight, WIDEST_MARGIN));
}
/**
 * Guess for both versions' error share, from stable's windows before this one. Without history it leans to 0 by fifty
 * invented requests, which costs little and keeps the first windows from betting on a rate of one half.
 */
function guess(state) {
    const invented = (state.history ?? 0) >= HISTORY ? 1 : 50;
    return (state.errors + 0.5) / (state.requests + invented);
}
/**
 * Stable's error share x in the point of the null (x, x + delta) closest to "both q", given the sizes of the samples:
 * the root of canary (y−q)/(y(1−y)) + stable (x−q)/(x(1−x)), y = x + delta, to a relative 1e-12. The left side rises
 * with x, so a bracket always holds the root; Newton's step is taken where it stays inside, half the bracket where
 * not. Only the ratio of the sizes matters.
 */
function leastFavourable(q, delta, canary, stable) {
    let low = Math.max(0, q - delta);
    let high = Math.min(q, 1 - delta);
    if (canary === 0)
        return high;
    if (stable === 0)
        return low;
    let x = low + (high - low) / 2;
    for (let i = 0; i < 2000 && high - low > 1e-12 * high; i += 1) {
        const y = x + delta;
        const [spreadX, spreadY] = [x * (1 - x), y * (1 - y)];
        const height = (canary * (y - q)) / spreadY + (stable * (x - q)) / spreadX;
        if (height > 0)
            high = x;
        else
            low = x;
        const bend = q * (1 - q);
        const slope = (canary * ((y - q) ** 2 + bend)) / (spreadY * spreadY) + (stable * ((x - q) ** 2 + bend)) / (spreadX * spreadX);
        const newton = x - height / slope;
        const inside = newton > low && newton < high;
        const next = inside ? newton : low + (high - low) / 2;
        if (inside && Math.abs(next - x) <= 1e-14 * x)
            return next;
        if (next === x)
            break;
        x = next;
    }
    return x;
}
/** ln of one window's factor: chance of what was seen with q in both, over that in the closest point of the null. */
function logFactor(q, delta, stable, canary) {
    if (canary.requests === 0)
        return 0;
    const x = leastFavourable(q, delta, canary.requests, stable.requests);
    return logRatio(canary, q, x + delta) + logRatio(stable, q, x);
}
function logRatio(count, q, p) {
    const successes = count.requests - count.errors;
    const failed = count.errors === 0 ? 0 : count.errors * Math.log(q / p);
    return failed + (successes === 0 ? 0 : successes * (Math.log1p(-q) - Math.log1p(-p)));
}
/**
 * Adds one window of step `step`. Windows of pre-flight, and any before the first weight, make the history. Margins of
 * steps already left are not followed any more.
 */
function observePromotion(state, marginsOfSteps, step, stable, canary) {
    const history = state.history ?? (step > 0 ? state.requests : undefined);
    const guessed = guess(history === undefined ? state : { ...state, history });
    const logs = canary.requests === 0
        ? state.logs
        : state.logs.map((log, s) => s < step ? log : log + logFactor(guessed, marginsOfSteps[s] ?? WIDEST_MARGIN, stable, canary));
    const requests = state.requests + stable.requests;
    const errors = state.errors + stable.errors;
    return history === undefined ? { requests, errors, logs } : { requests, errors, history, logs };
}
/**
 * Expected growth of the log evidence a canary request when both versions fail at rate q and the canary gets `share`:
 * the relative entropy to the closest point of the null. What is missing over this is the number still needed.
 */
function growth(q, delta, share) {
    const x = leastFavourable(q, delta, share, 1 - share);
    return entropy(q, x + delta) + (share >= 1 ? 0 : ((1 - share) / share) * entropy(q, x));
}
/** Relative entropy of a coin q to a coin p. */
function entropy(q, p) {
    const failed = q === 0 ? 0 : q * Math.log(q / p);
    return failed + (q === 1 ? 0 : (1 - q) * (Math.log1p(-q) - Math.log1p(-p)));
}

/***/ }),

/***/ 1726:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Tj: () => (/* binding */ sources),
/* harmony export */   qd: () => (/* binding */ metrics),
/* harmony export */   wm: () => (/* binding */ DESIGN_DEFAULTS)
/* harmony export */ });
/** What the verdict is told and what it answers. Counts in, sentence out; nothing here knows where counts come from. */
const sources = ['lane', 'users', 'public'];
const metrics = ['errors', 'latency', 'objective', 'split'];
/** Defaults of everything but services, sources and weights. */
const DESIGN_DEFAULTS = {
    falseAlarm: 0.01,
    falsePromotion: 0.05,
    maxErrorIncrease: 0.01,
    maxSlowIncrease: 0.02,
    latency: true,
    clusterSize: 10,
    minStep: 60,
    maxStep: 1800,
    preflightPairs: 300,
};

/***/ })

};
