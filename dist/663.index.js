export const id = 663;
export const ids = [663];
export const modules = {

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
    if (value === null || typeof value !== 'object' || Array.isArray(value))
        return {};
    return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined && member !== null));
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
/* harmony import */ var node_util__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7975);
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
    if (!(0,_manifests_object_shape_js__WEBPACK_IMPORTED_MODULE_1__/* .isSubdomain */ .J4)(spec.name)) {
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
    return Object.entries(content).every(([key, value]) => (0,node_util__WEBPACK_IMPORTED_MODULE_0__.isDeepStrictEqual)(live[key], value));
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

/***/ 4876:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   L: () => (/* binding */ round)
/* harmony export */ });
/** Percent with at most two decimals, as written in messages. */
function round(share) {
    return Math.round(share * 100) / 100;
}

/***/ }),

/***/ 4210:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $b: () => (/* binding */ planService),
/* harmony export */   A1: () => (/* binding */ requestHeaders),
/* harmony export */   ci: () => (/* binding */ addressOf),
/* harmony export */   lL: () => (/* binding */ mergeOptions),
/* harmony export */   md: () => (/* binding */ mergedRoute),
/* harmony export */   ui: () => (/* binding */ isUnfinished)
/* harmony export */ });
/* unused harmony export journalOn */
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7406);
/* harmony import */ var _journal_journal_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6993);
/* harmony import */ var _kube_json_patch_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(2554);
/* harmony import */ var _kube_objects_js__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(4067);
/* harmony import */ var _manifests_route_files_merge_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(1302);
/* harmony import */ var _routes_choose_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(3783);
/* harmony import */ var _routes_parts_percent_js__WEBPACK_IMPORTED_MODULE_10__ = __webpack_require__(4876);
/* harmony import */ var _routes_parts_shares_js__WEBPACK_IMPORTED_MODULE_9__ = __webpack_require__(6445);
/* harmony import */ var _routes_providers_gateway_api_index_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(9501);
/* harmony import */ var _services_discover_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(4639);
/* harmony import */ var _services_entry_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(9710);
/** What a release will do to each service, from what is live and what the manifests bring. Pure. */











/** Phases in which a release is not over: whoever finds one with the lock in hand finds a dead run. */
const UNFINISHED = new Set(['attached', 'shifting', 'observing', 'baking', 'returning']);
function isUnfinished(journal) {
    return journal !== undefined && UNFINISHED.has(journal.phase);
}
/**
 * Plans one service.
 * @throws RouteError, BackendError, LintError: what is missing or ambiguous, and what to do.
 */
function planService(service, settings, mesh, live, manifests) {
    const isBackend = (name) => (0,_services_discover_js__WEBPACK_IMPORTED_MODULE_6__/* .isBackendName */ .me)(name, service, settings.services);
    const here = (objects) => objects.filter(({ metadata }) => metadata.namespace === settings.namespace);
    const sends = (route) => [mesh, _routes_providers_gateway_api_index_js__WEBPACK_IMPORTED_MODULE_5__/* .gatewayApi */ .d].some((each) => each.findAll([route], service, isBackend).length > 0);
    const units = (0,_routes_choose_js__WEBPACK_IMPORTED_MODULE_4__/* .unitsOf */ .$)(mesh, here(here(live).some(sends) ? live : manifests), { service, isBackend });
    const [first, ...others] = units;
    if (first === undefined)
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .LintError */ .kk(`no route sends to ${service}`);
    const { provider, route: found } = first;
    const routesIn = (objects) => here(objects).filter(({ kind, apiVersion }) => kind === provider.resource.kind && (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_8__/* .groupOf */ .F8)(apiVersion) === (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_8__/* .groupOf */ .F8)(provider.resource.apiVersion));
    const liveRoutes = routesIn(live);
    const fileRoutes = routesIn(manifests);
    const named = (objects) => objects.find(({ metadata }) => metadata.name === found.object.metadata.name);
    const liveRoute = named(liveRoutes);
    const journal = liveRoute ? journalOn(liveRoute) : undefined;
    const split = liveRoute && liveRoutes.some(sends) ? provider.read(provider.find([liveRoute], service, isBackend)) : undefined;
    const stable = journal === undefined
        ? undefined
        : journal.phase === 'promoted'
            ? journal.backends.canary
            : journal.backends.stable;
    const image = settings.image[service];
    const ofKind = (kind) => live.filter((object) => object.kind === kind);
    const discovery = (0,_services_discover_js__WEBPACK_IMPORTED_MODULE_6__/* .discover */ .k4)({
        service,
        version: settings.version,
        namespace: settings.namespace,
        live: {
            deployments: ofKind('Deployment'),
            services: ofKind('Service'),
            endpointSlices: ofKind('EndpointSlice'),
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
        requireAlone((0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_8__/* .nameOf */ .Vb)(found.object), split, discovery, journal);
        requireRising((0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_8__/* .nameOf */ .Vb)(found.object), split, discovery, journal, settings.canaryWeight);
        if (!isUnfinished(journal))
            requireTogether(found, split, others);
    }
    const entry = (0,_services_entry_js__WEBPACK_IMPORTED_MODULE_7__/* .entryOf */ .M)(found, [...here(live), ...here(manifests)]);
    const address = addressOf(entry.object, entry.rules, settings.probePath[service]);
    return {
        service,
        isBackend,
        live: liveRoute,
        file: named(fileRoutes),
        provider,
        route: (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_8__/* .refOf */ .H8)(found.object),
        followers: others.map((unit) => ({ provider: unit.provider, route: (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_8__/* .refOf */ .H8)(unit.route.object) })),
        source: found.object,
        entry: entry.object,
        journal,
        discovery,
        by: discovery.kind === 'release' ? (split ?? provider.read(found)).by : undefined,
        liveShare: split ? (0,_routes_parts_shares_js__WEBPACK_IMPORTED_MODULE_9__/* .shareOf */ .tC)(split, `${service}-${settings.version}`) : 0,
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
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .LintError */ .kk(`${(0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_8__/* .nameOf */ .Vb)(first.object)} sends ${(0,_routes_parts_percent_js__WEBPACK_IMPORTED_MODULE_10__/* .round */ .L)(split.shares[apart] ?? 0)} % to ${apart}, ${(0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_8__/* .nameOf */ .Vb)(route.object)} ${(0,_routes_parts_percent_js__WEBPACK_IMPORTED_MODULE_10__/* .round */ .L)(shares[apart] ?? 0)} %: both are routes of one service and move in lockstep`, 'give both the same weights first');
    }
}
/**
 * A version other than stable and the one to release that gets requests is another release, left holding.
 * @throws LintError saying how to end that one first. A run that died is brought back later, with the lock in hand.
 */
function requireAlone(route, split, discovery, journal) {
    const dead = isUnfinished(journal);
    if (dead || discovery.kind === 'bootstrap')
        return;
    const ours = discovery.kind === 'release' ? [discovery.stable.name, discovery.canary.name] : [discovery.stable.name];
    const other = Object.entries(split.shares).find(([name, share]) => share > 0 && !ours.includes(name));
    if (other === undefined)
        return;
    const [name, share] = other;
    throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .LintError */ .kk(`${route} sends ${(0,_routes_parts_percent_js__WEBPACK_IMPORTED_MODULE_10__/* .round */ .L)(share)} % to ${name}: ${journal?.phase === 'holding' ? `release ${journal.release} is holding there` : 'another release is not over'}`, `end that one first: release ${name} up to 100, or set its weight to 0`);
}
/** A release that holds goes on from its weight: one whose weights all lie below it would claim a share it does not have. */
function requireRising(route, split, discovery, journal, weights) {
    if (discovery.kind !== 'release' || journal?.phase !== 'holding')
        return;
    const share = (0,_routes_parts_shares_js__WEBPACK_IMPORTED_MODULE_9__/* .shareOf */ .tC)(split, discovery.canary.name);
    const last = weights.at(-1) ?? 100;
    if (share <= last)
        return;
    throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .LintError */ .kk(`${route} sends ${(0,_routes_parts_percent_js__WEBPACK_IMPORTED_MODULE_10__/* .round */ .L)(share)} % to ${discovery.canary.name}, where the release is holding: canary-weight ends at ${last}, below that`, 'give weights from there upwards; to bring the traffic back, set the weight of the new version to 0');
}
/** The journal on a route. @throws LintError when it is there and cannot be believed. */
function journalOn(route) {
    const text = (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_8__/* .annotation */ .w7)(route, _journal_journal_js__WEBPACK_IMPORTED_MODULE_1__/* .JOURNAL_ANNOTATION */ .Ij);
    if (text === undefined)
        return undefined;
    const decoded = (0,_journal_journal_js__WEBPACK_IMPORTED_MODULE_1__/* .decode */ .D4)(text);
    if ('journal' in decoded)
        return decoded.journal;
    throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .LintError */ .kk(`the journal on ${(0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_8__/* .nameOf */ .Vb)(route)} cannot be used: ${decoded.refused}`, `find out which version serves, set its weight, then: kubectl annotate ${route.kind.toLowerCase()} ${route.metadata.name} -n ${route.metadata.namespace} ${_journal_journal_js__WEBPACK_IMPORTED_MODULE_1__/* .JOURNAL_ANNOTATION */ .Ij}-`);
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
    return (0,_kube_json_patch_js__WEBPACK_IMPORTED_MODULE_2__/* .applyPatch */ .X6)(plan.live, (0,_manifests_route_files_merge_js__WEBPACK_IMPORTED_MODULE_3__/* .mergeRoute */ .gL)(plan.live, plan.file, mergeOptions(plans)));
}
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
/** How a normal request to the service looks, from the first match of its first rule. */
function addressOf(route, rules, given) {
    if (route.kind === 'Ingress')
        return ingressAddress(route, rules[0] ?? 0, given);
    const match = (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_8__/* .list */ .p_)(route, 'spec', 'rules', rules[0] ?? 0, 'matches')[0];
    const type = (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_8__/* .text */ .Qq)(match, 'path', 'type') || 'PathPrefix';
    const value = (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_8__/* .text */ .Qq)(match, 'path', 'value') || '/';
    if (given === undefined && type === 'RegularExpression') {
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .PlatformError */ .Wk(`${(0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_8__/* .nameOf */ .Vb)(route)} matches paths by a pattern (${value}), so no path to probe can be taken from it`, 'give one with the input probe-path');
    }
    const hostname = (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_8__/* .list */ .p_)(route, 'spec', 'hostnames').find((entry) => typeof entry === 'string');
    const headers = (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_8__/* .list */ .p_)(match, 'headers').filter((header) => ((0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_8__/* .text */ .Qq)(header, 'type') || 'Exact') === 'Exact' && typeof (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_8__/* .field */ .ZZ)(header, 'name') === 'string');
    return {
        path: given ?? value,
        host: hostname?.replace(/^\*\./, 'mesh-canary.'),
        matchHeaders: Object.fromEntries(headers.map((header) => [(0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_8__/* .text */ .Qq)(header, 'name').toLowerCase(), (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_8__/* .text */ .Qq)(header, 'value')])),
    };
}
/** @param path place of the path among all paths of all rules */
function ingressAddress(ingress, path, given) {
    const paths = (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_8__/* .list */ .p_)(ingress, 'spec', 'rules').flatMap((rule) => (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_8__/* .list */ .p_)(rule, 'http', 'paths').map((entry) => ({ host: (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_8__/* .text */ .Qq)(rule, 'host'), path: (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_8__/* .text */ .Qq)(entry, 'path') || '/' })));
    const found = paths[path];
    return {
        path: given ?? found?.path ?? '/',
        host: found === undefined || found.host === '' ? undefined : found.host.replace(/^\*\./, 'mesh-canary.'),
        matchHeaders: {},
    };
}
/** Headers of a normal request to a service: its host, what its route matches on, and the user's. */
function requestHeaders(plan, given) {
    return { ...(plan.host ? { host: plan.host } : {}), ...plan.matchHeaders, ...given };
}

/***/ })

};
