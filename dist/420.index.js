export const id = 420;
export const ids = [420];
export const modules = {

/***/ 9420:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   ageOf: () => (/* binding */ ageOf),
/* harmony export */   status: () => (/* binding */ status)
/* harmony export */ });
/* harmony import */ var _cluster_permissions_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4076);
/* harmony import */ var _kube_objects_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(4067);
/* harmony import */ var _lock_lease_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(8083);
/* harmony import */ var _services_standing_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(480);
/* harmony import */ var _study_mesh_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(1422);
/* harmony import */ var _study_rights_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(6528);
/* harmony import */ var _study_standings_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(7493);
/* harmony import */ var _study_work_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(3734);








async function status(context, cluster) {
    const { settings, notes } = context;
    const provider = await (0,_study_mesh_js__WEBPACK_IMPORTED_MODULE_2__/* .liveProvider */ .e)(cluster, settings);
    await (0,_cluster_permissions_js__WEBPACK_IMPORTED_MODULE_0__/* .requirePermissions */ .An)(cluster, (0,_study_rights_js__WEBPACK_IMPORTED_MODULE_3__/* .statusPermissions */ .HV)(settings, (0,_study_work_js__WEBPACK_IMPORTED_MODULE_5__/* .routeOf */ .Lu)(provider)));
    const { found, problems } = await (0,_study_standings_js__WEBPACK_IMPORTED_MODULE_4__/* .readStandings */ .g)(cluster, provider, settings.namespace, settings.services);
    for (const problem of problems)
        notes.warn(problem);
    const words = [];
    for (const standing of found) {
        const holder = await (0,_lock_lease_js__WEBPACK_IMPORTED_MODULE_6__/* .readHolder */ .F1)(cluster, settings.namespace, standing.route.object.metadata.name);
        words.push(await context.log.group(standing.service, async () => tell(context, standing, holder)));
    }
    if (found.length === 0 && problems.length === 0)
        words.push(`no release is recorded in namespace ${settings.namespace}`);
    const [only, ...others] = found;
    const journal = others.length === 0 ? only?.journal : undefined;
    if (only?.split && journal)
        notes.weight = only.split.shares[journal.backends.canary] ?? 0;
    notes.previousVersion = journal?.versions.stable || undefined;
    return {
        ...notes.outcome(settings, 'read', words.join('; ') || problems.join('; '), found.map((standing) => `${standing.service}: ${(0,_services_standing_js__WEBPACK_IMPORTED_MODULE_1__/* .describeWeights */ .Jq)(standing)}`).join('; ') || 'no route was touched'),
        services: found.map(({ service }) => service),
        ...(journal === undefined ? {} : { version: journal.versions.canary }),
    };
}
/** @returns the state in a few words, for the last line. */
function tell({ notes, ports }, standing, holder) {
    const { service, route, journal, refused } = standing;
    const now = ports.clock.now();
    notes.say(`${(0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_7__/* .nameOf */ .Vb)(route.object)}: ${(0,_services_standing_js__WEBPACK_IMPORTED_MODULE_1__/* .describeWeights */ .Jq)(standing)}`);
    if (journal !== undefined) {
        notes.say(`release ${journal.release} is ${journal.phase}, asked for ${journal.weight} % of ${journal.plan.join(', ')} (attempt ${journal.attempts})`);
        notes.say(`stable ${journal.backends.stable}, canary ${journal.backends.canary}`);
        const age = ageOf(journal.updatedAt, now);
        notes.say(`last written ${age} by run ${journal.run}${journal.runUrl ? ` (${journal.runUrl})` : ''}`);
    }
    else if (refused !== undefined) {
        notes.warn(`${service}: the journal on ${(0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_7__/* .nameOf */ .Vb)(route.object)} is not believed: ${refused}`);
    }
    else
        notes.say('no journal: no release is recorded');
    const drift = (0,_services_standing_js__WEBPACK_IMPORTED_MODULE_1__/* .driftOf */ .$p)(standing);
    if (drift !== undefined)
        notes.warn(`${service}: not as the release left it: ${drift}`);
    notes.say(describeLock(holder, now));
    const state = journal
        ? `${journal.release} ${journal.phase} at ${journal.weight} %`
        : refused
            ? 'an unreadable journal'
            : 'no release';
    return `${service}: ${state}${drift === undefined ? '' : ', drifted'}${holder === undefined ? '' : `, locked by run ${holder.run}`}`;
}
function describeLock(holder, now) {
    if (holder === undefined)
        return 'the lock is free';
    const url = holder.url === undefined ? '' : ` (${holder.url})`;
    // Two machines' clocks: only a hint, which a run that wants the lock does not rely on.
    const silent = now - Date.parse(holder.renewedAt) > 2 * _lock_lease_js__WEBPACK_IMPORTED_MODULE_6__/* .LEASE_SECONDS */ .Vb * 1000;
    return `the lock is held by run ${holder.run}${url} since ${holder.since}, renewed ${ageOf(holder.renewedAt, now)}${silent ? ': that run seems to be dead' : ''}`;
}
/** "12 s ago", "3 h ago"; the text itself where it is no time. */
function ageOf(time, now) {
    const seconds = Math.round((now - Date.parse(time)) / 1000);
    if (Number.isNaN(seconds))
        return `at ${time || 'an unknown time'}`;
    if (seconds < 0)
        return `at ${time} (in the future by this machine's clock)`;
    if (seconds < 120)
        return `${seconds} s ago`;
    if (seconds < 7200)
        return `${Math.round(seconds / 60)} min ago`;
    return seconds < 172_800 ? `${Math.round(seconds / 3600)} h ago` : `${Math.round(seconds / 86_400)} days ago`;
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

/***/ 8083:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   AI: () => (/* binding */ leaseName),
/* harmony export */   Bp: () => (/* binding */ LEASE_SELECTOR),
/* harmony export */   F1: () => (/* binding */ readHolder),
/* harmony export */   Fv: () => (/* binding */ renewed),
/* harmony export */   GZ: () => (/* binding */ askedFor),
/* harmony export */   Kd: () => (/* binding */ holderOf),
/* harmony export */   UX: () => (/* binding */ leaseFor),
/* harmony export */   Vb: () => (/* binding */ LEASE_SECONDS),
/* harmony export */   Y: () => (/* binding */ LEASE_API),
/* harmony export */   YX: () => (/* binding */ askerOf),
/* harmony export */   mf: () => (/* binding */ leaseRef),
/* harmony export */   sG: () => (/* binding */ describeHolder)
/* harmony export */ });
/* harmony import */ var _kube_objects_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4067);

const LEASE_API = 'coordination.k8s.io/v1';
/** Seconds without a change, seen by us, after which a holder counts as gone. */
const LEASE_SECONDS = 15;
const LEASE_SELECTOR = 'app.kubernetes.io/managed-by=mesh-canary';
const RUN_URL = 'mesh-canary.dev/run-url';
/** Who wants the route (`on-conflict: replace`): the holder returns its traffic and gives the lock back. */
const ASKED_BY = 'mesh-canary.dev/asked-by';
function leaseName(route) {
    return `mesh-canary-${route}`.slice(0, 63).replace(/[^a-z0-9]+$/, '');
}
function leaseRef(namespace, name) {
    return { apiVersion: LEASE_API, kind: 'Lease', namespace, name };
}
function leaseFor(name, holder, clock) {
    const now = microTime(clock);
    return {
        apiVersion: LEASE_API,
        kind: 'Lease',
        metadata: {
            name,
            namespace: holder.namespace,
            labels: { 'app.kubernetes.io/managed-by': 'mesh-canary' },
            ...(holder.runUrl ? { annotations: { [RUN_URL]: holder.runUrl } } : {}),
        },
        spec: { holderIdentity: holder.run, leaseDurationSeconds: LEASE_SECONDS, acquireTime: now, renewTime: now },
    };
}
function renewed(lease, clock) {
    return { ...lease, spec: { ...(0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_0__/* .field */ .ZZ)(lease, 'spec'), renewTime: microTime(clock) } };
}
/** The same Lease, asking its holder to give way. */
function askedFor(lease, run, runUrl) {
    const annotations = { ...lease.metadata.annotations, [ASKED_BY]: `run ${run}${runUrl ? ` (${runUrl})` : ''}` };
    return { ...lease, metadata: { ...lease.metadata, annotations } };
}
/** Who asks the holder to give way, in words. */
function askerOf(lease) {
    return (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_0__/* .annotation */ .w7)(lease, ASKED_BY);
}
function holderOf(lease) {
    return (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_0__/* .text */ .Qq)(lease, 'spec', 'holderIdentity');
}
function describeHolder(lease) {
    const url = (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_0__/* .annotation */ .w7)(lease, RUN_URL);
    return `run ${holderOf(lease)}${url ? ` (${url})` : ''}`;
}
/** Who holds the lock of a route, alive or not; undefined when nobody does. */
async function readHolder(cluster, namespace, route) {
    const lease = await cluster.find(leaseRef(namespace, leaseName(route)));
    if (lease === undefined)
        return undefined;
    const url = (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_0__/* .annotation */ .w7)(lease, RUN_URL);
    return {
        run: holderOf(lease),
        ...(url === undefined ? {} : { url }),
        since: (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_0__/* .text */ .Qq)(lease, 'spec', 'acquireTime'),
        renewedAt: (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_0__/* .text */ .Qq)(lease, 'spec', 'renewTime'),
    };
}
/** RFC 3339 with microseconds, as Lease times are written. */
function microTime(clock) {
    return new Date(clock.now()).toISOString().replace(/Z$/, '000Z');
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

/***/ 480:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $p: () => (/* binding */ driftOf),
/* harmony export */   Jq: () => (/* binding */ describeWeights),
/* harmony export */   Y1: () => (/* binding */ weighted),
/* harmony export */   YP: () => (/* binding */ standingOf)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7406);
/* harmony import */ var _journal_journal_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6993);
/* harmony import */ var _kube_names_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(2063);
/* harmony import */ var _kube_objects_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(4067);
/* harmony import */ var _routes_parts_percent_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(4876);
/** What stands on the routes of a service: journal, weights, drift; never believed beyond what can be checked. Pure. */





function standingOf({ service, provider, route, others, isBackend }) {
    const text = (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_2__/* .annotation */ .w7)(route.object, _kube_names_js__WEBPACK_IMPORTED_MODULE_3__/* .JOURNAL_ANNOTATION */ .Ij);
    const read = text === undefined ? undefined : (0,_journal_journal_js__WEBPACK_IMPORTED_MODULE_1__/* .decode */ .D4)(text);
    const journal = read && 'journal' in read ? read.journal : undefined;
    const foreign = journal !== undefined && journal.service !== service;
    return {
        service,
        route,
        provider,
        followers: others.map((unit) => ({
            provider: unit.provider,
            route: (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_2__/* .refOf */ .H8)(unit.route.object),
            ...splitOf(unit.provider, unit.route),
        })),
        isBackend,
        journal: foreign ? undefined : journal,
        refused: read && 'refused' in read
            ? read.refused
            : foreign
                ? `it is that of ${journal.service}, and ${(0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_2__/* .nameOf */ .Vb)(route.object)} carries one service only`
                : undefined,
        ...splitOf(provider, route),
    };
}
function splitOf(provider, route) {
    try {
        return { split: provider.read(route), disagreement: undefined };
    }
    catch (error) {
        return { split: undefined, disagreement: (0,_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .reasonOf */ .A3)(error) };
    }
}
/** Backends that get requests, with their shares in percent, the greatest first. */
function weighted({ split, route }) {
    if (split !== undefined) {
        return Object.entries(split.shares)
            .filter(([, share]) => share > 0)
            .sort((a, b) => b[1] - a[1]);
    }
    // Rules that disagree: whoever has a weight in any of them.
    const names = route.rules.flatMap((rule) => rule.backends.filter(({ weight }) => weight !== 0));
    return [...new Set(names.map(({ name }) => name))].map((name) => [name, Number.NaN]);
}
/**
 * How the live weights differ from what the journal's run wrote last, in words, on the first route that differs; undefined
 * when they do not. The journal on the route users come in by speaks for the routes that follow it.
 */
function driftOf({ journal, provider, split, disagreement, followers }) {
    const own = splitDrift({ provider, split, disagreement }, journal);
    if (own !== undefined)
        return own;
    for (const follower of followers) {
        const theirs = splitDrift(follower, journal);
        if (theirs !== undefined)
            return `${(0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_2__/* .nameOf */ .Vb)(follower.route)}: ${theirs}`;
    }
    return undefined;
}
function splitDrift({ provider, split, disagreement }, journal) {
    if (disagreement !== undefined)
        return disagreement;
    if (journal === undefined || split === undefined)
        return undefined;
    const { canary, stable } = journal.backends;
    const others = Object.keys(split.shares).filter((name) => (split.shares[name] ?? 0) > 0 && name !== canary && name !== stable);
    if (others.length > 0)
        return `${others.join(', ')} also has weight, and the journal knows nothing of it`;
    const live = split.shares[canary] ?? 0;
    if (Math.abs(live - journal.weight) <= provider.limits.smallestStep / 2)
        return undefined;
    return `${canary} has ${(0,_routes_parts_percent_js__WEBPACK_IMPORTED_MODULE_4__/* .round */ .L)(live)} %, and the journal says ${(0,_routes_parts_percent_js__WEBPACK_IMPORTED_MODULE_4__/* .round */ .L)(journal.weight)} %`;
}
function describeWeights(standing) {
    const shares = weighted(standing);
    if (shares.length === 0)
        return 'no backend has weight';
    return shares.map(([name, share]) => (Number.isNaN(share) ? name : `${(0,_routes_parts_percent_js__WEBPACK_IMPORTED_MODULE_4__/* .round */ .L)(share)} % to ${name}`)).join(', ');
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

/***/ }),

/***/ 7493:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   g: () => (/* binding */ readStandings),
/* harmony export */   y: () => (/* binding */ requireFound)
/* harmony export */ });
/* harmony import */ var _cluster_connection_transport_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7096);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7406);
/* harmony import */ var _journal_journal_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(6993);
/* harmony import */ var _kube_names_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(2063);
/* harmony import */ var _kube_objects_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(4067);
/* harmony import */ var _routes_providers_gateway_api_index_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(9501);
/* harmony import */ var _services_locate_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(2574);
/* harmony import */ var _services_standing_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(480);








/**
 * The services asked for, or, where none are named, all that have a journal in the namespace.
 * @param mesh its routes are looked at, and the HTTPRoutes of Kong's that split before it
 */
async function readStandings(cluster, mesh, namespace, services) {
    const lists = await Promise.all([...new Set([mesh, _routes_providers_gateway_api_index_js__WEBPACK_IMPORTED_MODULE_3__/* .gatewayApi */ .d])].map(async ({ resource: { apiVersion, kind } }) => {
        try {
            return (await cluster.list(apiVersion, kind, namespace)).items;
        }
        catch (error) {
            // A mesh's run need not see HTTPRoutes where none of them splits.
            if (kind !== mesh.resource.kind && error instanceof _cluster_connection_transport_js__WEBPACK_IMPORTED_MODULE_0__/* .ApiError */ .hD && error.status === 403)
                return [];
            throw error;
        }
    }));
    const items = lists.flat();
    const named = services.length > 0 ? services : [...new Set(journalled(items))];
    // A namespace may hold services on a mesh and services on Kong alone.
    const look = { services: named, providers: [mesh, _routes_providers_gateway_api_index_js__WEBPACK_IMPORTED_MODULE_3__/* .gatewayApi */ .d], objects: [items] };
    const problems = [];
    const found = [];
    for (const service of named) {
        try {
            found.push((0,_services_standing_js__WEBPACK_IMPORTED_MODULE_5__/* .standingOf */ .YP)((0,_services_locate_js__WEBPACK_IMPORTED_MODULE_4__/* .locate */ .x)(service, look)));
        }
        catch (error) {
            problems.push((0,_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .reasonOf */ .A3)(error));
        }
    }
    return { found, problems };
}
/** @throws LintError with the problems, if there are any. */
function requireFound({ found, problems }) {
    if (problems.length === 0)
        return found;
    throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .LintError */ .kk(problems.join('\n'), 'correct the input services, or the routes');
}
/** The services whose journals are in a namespace; of one that cannot be read, the name of its route. */
function journalled(routes) {
    return routes.flatMap((route) => {
        const text = (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_6__/* .annotation */ .w7)(route, _kube_names_js__WEBPACK_IMPORTED_MODULE_7__/* .JOURNAL_ANNOTATION */ .Ij);
        if (text === undefined)
            return [];
        const read = (0,_journal_journal_js__WEBPACK_IMPORTED_MODULE_2__/* .decode */ .D4)(text);
        return ['journal' in read ? read.journal.service : route.metadata.name];
    });
}

/***/ })

};
