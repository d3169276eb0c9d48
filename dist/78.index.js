export const id = 78;
export const ids = [78];
export const modules = {

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
;// CONCATENATED MODULE: ./build/src/journal/schema.js
/** The format this code reads and writes. */
const JOURNAL_VERSION = 1;
/** Retired versions that are kept; older ones are forgotten first. */
const HISTORY_LIMIT = 50;
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
    phase: (value) => (phases.some((phase) => phase === value) ? undefined : `must be one of ${phases.join(', ')}`),
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
    if (!isRecord(value))
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
        if (!isRecord(value))
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
    if (!isRecord(value))
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
function isRecord(value) {
    return value !== null && typeof value === 'object' && !Array.isArray(value);
}
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
    return { ...clone, spec: { ...record((0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_1__/* .field */ .ZZ)(clone, 'spec')), selector } };
}
/** The copy of stable's HorizontalPodAutoscaler for the canary, with the same bounds and metrics. */
function cloneHpa(stableHpa, canary) {
    const spec = structuredClone(record((0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_1__/* .field */ .ZZ)(stableHpa, 'spec')));
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
        spec: { ...spec, scaleTargetRef: { ...record(spec['scaleTargetRef']), name: canary } },
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
    const { paused: _, ...spec } = structuredClone(record((0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_1__/* .field */ .ZZ)(stable, 'spec')));
    const template = record(spec['template']);
    const podSpec = record(template['spec']);
    const chosen = containerOf(stable, options.service, options.image);
    const containers = (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_1__/* .list */ .p_)(podSpec, 'containers').map((container, index) => index === chosen ? { ...record(container), image: options.image } : container);
    const templateMeta = record(template['metadata']);
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
    const spec = structuredClone(record((0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_1__/* .field */ .ZZ)(stable, 'spec')));
    const keep = Object.fromEntries(Object.entries(spec).filter(([key]) => !SERVICE_OWN.has(key)));
    const ports = (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_1__/* .list */ .p_)(spec, 'ports').map((port) => {
        const { nodePort: _, ...rest } = record(port);
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
function record(value) {
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}

/***/ }),

/***/ 4639:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   A$: () => (/* reexport safe */ _pods_js__WEBPACK_IMPORTED_MODULE_2__.A$),
/* harmony export */   F9: () => (/* reexport safe */ _clone_js__WEBPACK_IMPORTED_MODULE_1__.F9),
/* harmony export */   FM: () => (/* reexport safe */ _clone_js__WEBPACK_IMPORTED_MODULE_1__.FM),
/* harmony export */   P9: () => (/* reexport safe */ _pods_js__WEBPACK_IMPORTED_MODULE_2__.P9),
/* harmony export */   PE: () => (/* reexport safe */ _pods_js__WEBPACK_IMPORTED_MODULE_2__.PE),
/* harmony export */   Qu: () => (/* reexport safe */ _clone_js__WEBPACK_IMPORTED_MODULE_1__.Qu),
/* harmony export */   k4: () => (/* binding */ discover),
/* harmony export */   ko: () => (/* reexport safe */ _pods_js__WEBPACK_IMPORTED_MODULE_2__.ko),
/* harmony export */   me: () => (/* binding */ isBackendName),
/* harmony export */   z8: () => (/* reexport safe */ _pods_js__WEBPACK_IMPORTED_MODULE_2__.z8)
/* harmony export */ });
/* unused harmony export backendName */
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7406);
/* harmony import */ var _kube_objects_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(4067);
/* harmony import */ var _clone_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8911);
/* harmony import */ var _pods_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(936);
/** Which backends a service has: what serves now, where the new version comes from, and who selects whom. Pure. */






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
/**
 * Finds stable and plans the canary.
 * Stable is what the journal says, else the backend with more than half of the route's weight, else the only backend
 * that is live. Unversioned objects (`jazz`) are adopted.
 * @throws BackendError when it is ambiguous or something is missing; the message lists what was found.
 */
function discover(input) {
    const canaryName = backendName(input.service, input.version);
    refuseRetired(input, canaryName);
    const found = liveBackends(input);
    const stableName = stableOf(input, found, canaryName);
    if (stableName === undefined)
        return { kind: 'bootstrap', canary: planCanary(input, canaryName, undefined) };
    const stable = found.get(stableName);
    if (stable === undefined) {
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .BackendError */ .Jh(`${input.journalStable === stableName ? 'The journal' : 'The route'} says that ${stableName} serves ${input.service}, but there is no Service ${input.namespace}/${stableName}`, `restore that Service, or set the route's weight to a backend that exists (${listNames(found) || 'none does'})`);
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
        if (object.metadata.namespace !== namespace || !isBackendName(name, service, input.otherServices))
            continue;
        // a Service without selector is a name for a mesh, not a backend, unless the route sends to it
        const selectorless = Object.keys((0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_3__/* .strings */ .P$)(object, 'spec', 'selector')).length === 0;
        if (selectorless && input.weights?.[name] === undefined && input.journalStable !== name)
            continue;
        const deployment = (0,_pods_js__WEBPACK_IMPORTED_MODULE_2__/* .deploymentOf */ .PE)(object, live.deployments);
        const hpa = (0,_pods_js__WEBPACK_IMPORTED_MODULE_2__/* .hpaOf */ .P9)(deployment, live.horizontalPodAutoscalers ?? []);
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
    const labels = deployment === undefined ? (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_3__/* .strings */ .P$)(service, 'spec', 'selector') : (0,_pods_js__WEBPACK_IMPORTED_MODULE_2__/* .podLabels */ .z8)(deployment);
    return labels[_clone_js__WEBPACK_IMPORTED_MODULE_1__/* .VERSION_LABEL */ .Qu];
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
            throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .BackendError */ .Jh(`It is not clear which version of ${input.service} is stable: the route sends ${shares(weights, total)}, and it carries no journal`, 'set the weight of the version to return to above all others in the route, then run again');
        }
        // the route was there first: the version it waits for is installed
        if (major[0] === canary && !found.has(canary))
            return undefined;
        return major[0];
    }
    if (weights.length > 0) {
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .BackendError */ .Jh(`All weights of ${input.service}'s route are 0 (${weights.map(([name]) => name).join(', ')}): no version serves`, 'give the version that shall serve a weight in the route, then run again');
    }
    const candidates = [...found.keys()].filter((name) => name !== canary);
    const [only, ...others] = candidates;
    if (only === undefined)
        return undefined;
    if (others.length === 0)
        return only;
    throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .BackendError */ .Jh(`It is not clear which version of ${input.service} is stable: no route sends to it, and these are live: ${candidates.join(', ')}`, 'create the route with the stable version as its only backend, or delete the versions that are not used');
}
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
        const autoscaled = scaled !== undefined && (0,_pods_js__WEBPACK_IMPORTED_MODULE_2__/* .hpaOf */ .P9)(clone.deployment, writtenHpas(input)) === undefined;
        return {
            name,
            source: 'clone',
            deployment: clone.deployment,
            service,
            apply: [
                clone.deployment,
                ...(written.service === undefined ? [clone.service] : []),
                ...(autoscaled ? [(0,_clone_js__WEBPACK_IMPORTED_MODULE_1__/* .cloneHpa */ .rZ)(scaled, name)] : []),
            ],
        };
    }
    if (stable === undefined) {
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .BackendError */ .Jh(`Nothing serves ${input.service} in namespace ${input.namespace} yet, and no Deployment ${name} is in the manifests`, `bring Deployment and Service ${name} with the input manifests: a first version cannot be cloned from an image`);
    }
    throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .BackendError */ .Jh(`There is no Deployment ${input.namespace}/${name}: not in the manifests, not in the cluster, and no image is given to clone ${stable.name} with`, `add Deployment and Service ${name} to the manifests, or give the input image`);
}
function writtenHpas({ manifests }) {
    return manifests.filter(({ kind }) => kind === 'HorizontalPodAutoscaler');
}
function serviceFor(input, deployment, stable) {
    if (stable?.deployment === undefined) {
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .BackendError */ .Jh(`The manifests have a Deployment ${deployment.metadata.name} and no Service of that name`, `add a Service ${input.namespace}/${deployment.metadata.name} that selects its pods`);
    }
    return (0,_clone_js__WEBPACK_IMPORTED_MODULE_1__/* .cloneServiceFor */ .Cu)(stable.deployment, stable.service, {
        service: input.service,
        version: input.version,
        podLabels: (0,_pods_js__WEBPACK_IMPORTED_MODULE_2__/* .podLabels */ .z8)(deployment),
    });
}
function cloneOf(input, stable, image) {
    if (stable.deployment === undefined) {
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .BackendError */ .Jh(`${(0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_3__/* .nameOf */ .Vb)(stable.service)} selects no Deployment, so ${stable.name} cannot be cloned`, `bring the new version's objects with the input manifests`);
    }
    return (0,_clone_js__WEBPACK_IMPORTED_MODULE_1__/* .cloneForVersion */ .ZD)(stable.deployment, stable.service, { service: input.service, version: input.version, image });
}
function runsImage(deployment, input) {
    if (input.image === undefined)
        return true;
    const index = (0,_clone_js__WEBPACK_IMPORTED_MODULE_1__/* .containerOf */ .t8)(deployment, input.service, input.image);
    return (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_3__/* .text */ .Qq)((0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_3__/* .list */ .p_)(deployment, 'spec', 'template', 'spec', 'containers')[index], 'image') === input.image;
}
function refuseOtherImage(input, deployment) {
    if (input.image === undefined || runsImage(deployment, input))
        return;
    throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .BackendError */ .Jh(`The manifests bring ${(0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_3__/* .nameOf */ .Vb)(deployment)} with another image than the input image (${input.image})`, 'give one of the two: the image in the manifest, or the input image without that Deployment');
}
function refuseRetired(input, canary) {
    const back = input.manifests.filter((object) => object.kind === 'Deployment' &&
        object.metadata.namespace === input.namespace &&
        object.metadata.name !== canary &&
        input.retired?.includes(object.metadata.name));
    const [first] = back;
    if (first === undefined)
        return;
    throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .BackendError */ .Jh(`The manifests bring back ${back.map(_kube_objects_js__WEBPACK_IMPORTED_MODULE_3__/* .nameOf */ .Vb).join(', ')}, which an earlier release retired`, 'remove that version from the manifests; to run it again, release it as a version');
}
function shares(weights, total) {
    return weights.map(([name, weight]) => `${Math.round((weight / total) * 1000) / 10} % to ${name}`).join(', ');
}
function listNames(found) {
    return [...found.keys()].sort().join(', ');
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
/* harmony import */ var _services_discover_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(4639);







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
    return { service, isBackend: (name) => (0,_services_discover_js__WEBPACK_IMPORTED_MODULE_4__/* .isBackendName */ .me)(name, service, services) };
}

/***/ })

};
