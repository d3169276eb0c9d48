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
/* harmony import */ var _kube_objects_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(4067);
/* harmony import */ var _lock_lease_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(8083);
/* harmony import */ var _services_standing_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(480);
/* harmony import */ var _study_mesh_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(1422);
/* harmony import */ var _study_rights_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(6528);






async function status(context, cluster) {
    const { settings, notes } = context;
    const provider = await (0,_study_mesh_js__WEBPACK_IMPORTED_MODULE_2__/* .liveProvider */ .e)(cluster, settings);
    await (0,_cluster_permissions_js__WEBPACK_IMPORTED_MODULE_0__/* .requirePermissions */ .An)(cluster, (0,_study_rights_js__WEBPACK_IMPORTED_MODULE_3__/* .statusPermissions */ .HV)(settings, (0,_study_rights_js__WEBPACK_IMPORTED_MODULE_3__/* .routeOf */ .Lu)(provider)));
    const { found, problems } = await (0,_services_standing_js__WEBPACK_IMPORTED_MODULE_1__/* .readStandings */ .g)(cluster, provider, settings.namespace, settings.services);
    for (const problem of problems)
        notes.warn(problem);
    const words = [];
    for (const standing of found) {
        const holder = await (0,_lock_lease_js__WEBPACK_IMPORTED_MODULE_4__/* .readHolder */ .F1)(cluster, settings.namespace, standing.route.object.metadata.name);
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
    notes.say(`${(0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_5__/* .nameOf */ .Vb)(route.object)}: ${(0,_services_standing_js__WEBPACK_IMPORTED_MODULE_1__/* .describeWeights */ .Jq)(standing)}`);
    if (journal !== undefined) {
        notes.say(`release ${journal.release} is ${journal.phase}, asked for ${journal.weight} % of ${journal.plan.join(', ')} (attempt ${journal.attempts})`);
        notes.say(`stable ${journal.backends.stable}, canary ${journal.backends.canary}`);
        const age = ageOf(journal.updatedAt, now);
        notes.say(`last written ${age} by run ${journal.run}${journal.runUrl ? ` (${journal.runUrl})` : ''}`);
    }
    else if (refused !== undefined) {
        notes.warn(`${service}: the journal on ${(0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_5__/* .nameOf */ .Vb)(route.object)} is not believed: ${refused}`);
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
    const silent = now - Date.parse(holder.renewedAt) > 2 * _lock_lease_js__WEBPACK_IMPORTED_MODULE_4__/* .LEASE_SECONDS */ .Vb * 1000;
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

/***/ 480:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $p: () => (/* binding */ driftOf),
/* harmony export */   Jq: () => (/* binding */ describeWeights),
/* harmony export */   Y1: () => (/* binding */ weighted),
/* harmony export */   g: () => (/* binding */ readStandings),
/* harmony export */   y4: () => (/* binding */ requireFound)
/* harmony export */ });
/* unused harmony export standingOf */
/* harmony import */ var _cluster_connection_transport_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7096);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7406);
/* harmony import */ var _journal_journal_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(6993);
/* harmony import */ var _kube_names_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(2063);
/* harmony import */ var _kube_objects_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(4067);
/* harmony import */ var _routes_choose_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(3783);
/* harmony import */ var _routes_providers_gateway_api_index_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(9501);
/* harmony import */ var _discover_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(4639);








/**
 * The services asked for, or, where none are named, all that have a journal in the namespace.
 * @param mesh its routes are looked at, and the HTTPRoutes of Kong's that split before it
 */
async function readStandings(cluster, mesh, namespace, services) {
    const lists = await Promise.all([...new Set([mesh, _routes_providers_gateway_api_index_js__WEBPACK_IMPORTED_MODULE_4__/* .gatewayApi */ .d])].map(async ({ resource: { apiVersion, kind } }) => {
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
    const problems = [];
    const found = [];
    for (const service of named) {
        try {
            found.push(standingOf(mesh, items, service, named));
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
/** @throws RouteError when no route sends to the service, or several split the same callers. */
function standingOf(mesh, routes, service, services) {
    const isBackend = (name) => (0,_discover_js__WEBPACK_IMPORTED_MODULE_5__/* .isBackendName */ .me)(name, service, services);
    // A namespace may hold services on a mesh and services on Kong alone.
    const holds = mesh.findAll(routes, service, isBackend).length > 0 ? mesh : _routes_providers_gateway_api_index_js__WEBPACK_IMPORTED_MODULE_4__/* .gatewayApi */ .d;
    const [first, ...others] = (0,_routes_choose_js__WEBPACK_IMPORTED_MODULE_3__/* .unitsOf */ .$)(holds, routes, { service, isBackend });
    if (first === undefined)
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .LintError */ .kk(`no route sends to ${service}`);
    const { provider, route } = first;
    const text = (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_6__/* .annotation */ .w7)(route.object, _kube_names_js__WEBPACK_IMPORTED_MODULE_7__/* .JOURNAL_ANNOTATION */ .Ij);
    const read = text === undefined ? undefined : (0,_journal_journal_js__WEBPACK_IMPORTED_MODULE_2__/* .decode */ .D4)(text);
    const journal = read && 'journal' in read ? read.journal : undefined;
    const foreign = journal !== undefined && journal.service !== service;
    return {
        service,
        route,
        provider,
        followers: others.map((unit) => ({
            provider: unit.provider,
            route: (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_6__/* .refOf */ .H8)(unit.route.object),
            ...splitOf(unit.provider, unit.route),
        })),
        isBackend,
        journal: foreign ? undefined : journal,
        refused: read && 'refused' in read
            ? read.refused
            : foreign
                ? `it is that of ${journal.service}, and ${(0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_6__/* .nameOf */ .Vb)(route.object)} carries one service only`
                : undefined,
        ...splitOf(provider, route),
    };
}
function splitOf(provider, route) {
    try {
        return { split: provider.read(route), disagreement: undefined };
    }
    catch (error) {
        return { split: undefined, disagreement: (0,_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .reasonOf */ .A3)(error) };
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
            return `${(0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_6__/* .nameOf */ .Vb)(follower.route)}: ${theirs}`;
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
    return `${canary} has ${rounded(live)} %, and the journal says ${rounded(journal.weight)} %`;
}
function describeWeights(standing) {
    const shares = weighted(standing);
    if (shares.length === 0)
        return 'no backend has weight';
    return shares.map(([name, share]) => (Number.isNaN(share) ? name : `${rounded(share)} % to ${name}`)).join(', ');
}
const rounded = (share) => Math.round(share * 100) / 100;

/***/ })

};
