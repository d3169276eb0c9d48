export const id = 960;
export const ids = [960];
export const modules = {

/***/ 9960:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   completedBy: () => (/* binding */ completedBy),
/* harmony export */   promote: () => (/* binding */ promote)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7406);
/* harmony import */ var _study_mesh_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(1422);
/* harmony import */ var _study_standings_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(7493);
/* harmony import */ var _deploy_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(9070);




async function promote(context, cluster) {
    const { settings, notes } = context;
    const provider = await (0,_study_mesh_js__WEBPACK_IMPORTED_MODULE_1__/* .liveProvider */ .e)(cluster, settings);
    // All of the namespace: the release's own name says which services belong to it.
    const { found } = await (0,_study_standings_js__WEBPACK_IMPORTED_MODULE_2__/* .readStandings */ .g)(cluster, provider, settings.namespace, []);
    const completed = completedBy(settings, found.flatMap(({ journal }) => journal ?? []));
    notes.say(`going on with release ${completed.services.join(',')}@${completed.version}`);
    return (0,_deploy_js__WEBPACK_IMPORTED_MODULE_3__.deploy)({ ...context, settings: completed }, cluster);
}
/**
 * The settings with services and version of the one release that is holding. Pure.
 * @throws LintError when none is, or several are and the inputs do not say which.
 */
function completedBy(settings, journals) {
    const holding = journals.filter(({ phase, versions, release }) => phase === 'holding' &&
        (settings.version === '' || versions.canary === settings.version) &&
        settings.services.every((service) => servicesOf(release).includes(service)));
    const releases = new Map();
    for (const journal of holding)
        releases.set(journal.release, [...(releases.get(journal.release) ?? []), journal]);
    const [only, ...others] = releases;
    if (only === undefined) {
        const states = journals.map(({ service, release, phase }) => `${service}: ${release} is ${phase}`);
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .LintError */ .kk(`no release ${settings.version === '' ? '' : `of ${settings.version} `}is holding in namespace ${settings.namespace} (${states.join('; ') || 'none is recorded'})`, 'begin one with the command deploy and weights that end below 100');
    }
    if (others.length > 0) {
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .LintError */ .kk(`${releases.size} releases are holding in namespace ${settings.namespace}: ${[...releases.keys()].join('; ')}`, 'say which with the inputs services and version');
    }
    const [release, members] = only;
    const version = members[0]?.versions.canary ?? '';
    // The release's name lists all its services, also one whose route was replaced since: they move in lockstep.
    const services = servicesOf(release).sort();
    const missing = services.filter((service) => !members.some((member) => member.service === service));
    if (missing.length > 0) {
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .LintError */ .kk(`release ${release} is not holding for ${missing.join(', ')}: ${journalsOf(missing, journals)}`, 'look at them with the command status; rollback returns all of them');
    }
    return { ...settings, services, version };
}
/** `jazz,metal@v2` ► jazz, metal */
function servicesOf(release) {
    return release.slice(0, Math.max(0, release.lastIndexOf('@'))).split(',');
}
function journalsOf(services, journals) {
    return services
        .map((service) => {
        const journal = journals.find((one) => one.service === service);
        return journal === undefined
            ? `${service} has no journal`
            : `${service} is ${journal.phase} in ${journal.release}`;
    })
        .join('; ');
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
