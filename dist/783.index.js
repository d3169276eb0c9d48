export const id = 783;
export const ids = [783];
export const modules = {

/***/ 6834:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   n: () => (/* binding */ writtenAt)
/* harmony export */ });
/* harmony import */ var _names_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2063);
/* harmony import */ var _objects_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4067);


/** When the API server took our last write of an object, by its own clock (whole seconds), in epoch milliseconds. */
function writtenAt(object) {
    const times = (0,_objects_js__WEBPACK_IMPORTED_MODULE_0__/* .list */ .p_)(object, 'metadata', 'managedFields')
        .filter((entry) => (0,_objects_js__WEBPACK_IMPORTED_MODULE_0__/* .text */ .Qq)(entry, 'manager') === _names_js__WEBPACK_IMPORTED_MODULE_1__/* .FIELD_MANAGER */ .vy && typeof (0,_objects_js__WEBPACK_IMPORTED_MODULE_0__/* .field */ .ZZ)(entry, 'time') === 'string')
        .map((entry) => Date.parse((0,_objects_js__WEBPACK_IMPORTED_MODULE_0__/* .text */ .Qq)(entry, 'time')))
        .filter((time) => !Number.isNaN(time));
    return times.length === 0 ? undefined : Math.max(...times);
}

/***/ }),

/***/ 7599:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  vo: () => (/* binding */ countReady),
  Cf: () => (/* binding */ waitForReady)
});

// UNUSED EXPORTS: stuckBecause

// EXTERNAL MODULE: ./build/src/cluster/watch.js
var watch = __webpack_require__(3131);
// EXTERNAL MODULE: ./build/src/errors.js
var errors = __webpack_require__(7406);
// EXTERNAL MODULE: ./build/src/kube/objects.js
var objects = __webpack_require__(4067);
// EXTERNAL MODULE: ./build/src/services/pods.js
var pods = __webpack_require__(936);
// EXTERNAL MODULE: ./build/src/cluster/connection/transport.js
var transport = __webpack_require__(7096);
;// CONCATENATED MODULE: ./build/src/rollout/pods/stuck.js


/** Lines of a log, events, and characters of each that go into a message. */
const LAST_LINES = 5;
const LAST_EVENTS = 3;
const LINE_LENGTH = 300;
const EXPLAIN_WITHIN = 3_000;
/** Why a pod will not become ready without help, or undefined while it still may. */
function stuckBecause(pod) {
    if (pod.metadata.deletionTimestamp !== undefined)
        return undefined;
    for (const status of [...(0,objects/* list */.p_)(pod, 'status', 'initContainerStatuses'), ...(0,objects/* list */.p_)(pod, 'status', 'containerStatuses')]) {
        const waiting = (0,objects/* field */.ZZ)(status, 'state', 'waiting');
        const reason = (0,objects/* text */.Qq)(waiting, 'reason');
        const container = (0,objects/* text */.Qq)(status, 'name');
        const said = (0,objects/* text */.Qq)(waiting, 'message');
        if (reason === 'ImagePullBackOff' || reason === 'InvalidImageName') {
            return {
                what: `image ${(0,objects/* text */.Qq)(status, 'image') || `of container ${container}`}: ${reason}${said ? ` (${said})` : ''}`,
                next: 'correct the image name or tag, or give the namespace the right imagePullSecrets',
            };
        }
        if (reason === 'CrashLoopBackOff') {
            const code = (0,objects/* field */.ZZ)(status, 'lastState', 'terminated', 'exitCode');
            return {
                what: `container ${container} keeps ending${typeof code === 'number' ? ` with exit code ${code}` : ''} (${Number((0,objects/* field */.ZZ)(status, 'restartCount') ?? 0)} restarts)`,
                next: `kubectl logs -n ${pod.metadata.namespace} ${pod.metadata.name} -c ${container} --previous`,
                container,
            };
        }
        if (reason === 'CreateContainerConfigError') {
            return { what: `container ${container}: ${said || reason}`, next: 'create the ConfigMap or Secret it names' };
        }
    }
    return undefined;
}
/** The scheduler's words for a pod that no node takes now; a cluster that grows may still bring one. */
function unscheduled(pod) {
    if (pod.metadata.deletionTimestamp !== undefined)
        return undefined;
    const condition = (0,objects/* list */.p_)(pod, 'status', 'conditions').find((entry) => (0,objects/* text */.Qq)(entry, 'type') === 'PodScheduled' && (0,objects/* text */.Qq)(entry, 'status') === 'False');
    if (condition === undefined)
        return undefined;
    return (0,objects/* text */.Qq)(condition, 'message') || (0,objects/* text */.Qq)(condition, 'reason') || 'no reason is given';
}
/**
 * Why a Deployment cannot even make its pods: a quota, an admission webhook, a Pod Security level. Seen on its
 * condition ReplicaFailure, which carries the ReplicaSet controller's FailedCreate.
 */
function refusedPods(deployment) {
    const failure = (0,objects/* list */.p_)(deployment, 'status', 'conditions').find((entry) => (0,objects/* text */.Qq)(entry, 'type') === 'ReplicaFailure' && (0,objects/* text */.Qq)(entry, 'status') === 'True');
    if (failure === undefined)
        return undefined;
    const said = (0,objects/* text */.Qq)(failure, 'message');
    const quota = /exceeded quota: ([a-z0-9.-]+)/.exec(said)?.[1];
    if (quota !== undefined) {
        return {
            what: said,
            next: `raise the ResourceQuota ${quota}, or free room: kubectl describe resourcequota ${quota} -n ${deployment.metadata.namespace}`,
        };
    }
    return /forbidden|denied the request/.test(said)
        ? { what: said, next: 'change the pod template to what the policy of the namespace allows' }
        : undefined;
}
/** Whether an autoscaler of the cluster has said that it is making room for the pod (cluster-autoscaler, Karpenter). */
async function roomIsComing(cluster, pod) {
    const said = await eventsOf(cluster, pod);
    return said.some((event) => /^(TriggeredScaleUp|Nominated)$/.test((0,objects/* text */.Qq)(event, 'reason')));
}
/**
 * Events and last log lines as the end of a sentence, as far as they can be had: '' where there are none, or no right to
 * read them. Foreign text: whoever prints it cleans it.
 */
async function explain(cluster, pod, container) {
    const within = cluster.under(AbortSignal.timeout(EXPLAIN_WITHIN), EXPLAIN_WITHIN);
    const [events, lines] = await Promise.all([
        eventsOf(within, pod),
        container === undefined ? [] : lastLines(within, pod, container),
    ]);
    const warnings = events
        .filter((event) => (0,objects/* text */.Qq)(event, 'type') === 'Warning')
        .slice(-LAST_EVENTS)
        .map((event) => `${(0,objects/* text */.Qq)(event, 'reason')}: ${(0,objects/* text */.Qq)(event, 'message')}`.slice(0, LINE_LENGTH));
    return [
        ...(warnings.length > 0 ? [`; events: ${[...new Set(warnings)].join('; ')}`] : []),
        ...(lines.length > 0 ? [`; last log lines: ${lines.join(' | ')}`] : []),
    ].join('');
}
async function eventsOf(cluster, pod) {
    const { name, namespace } = pod.metadata;
    const fieldSelector = `involvedObject.name=${name}`;
    try {
        const { items } = await cluster.list('v1', 'Event', namespace, { fieldSelector });
        return items.filter((event) => (0,objects/* text */.Qq)(event, 'involvedObject', 'name') === name);
    }
    catch {
        return []; // An explanation that cannot be had must not hide what is to be explained.
    }
}
async function lastLines(cluster, pod, container) {
    const { name, namespace = 'default' } = pod.metadata;
    const path = (previous) => `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}/log?container=${encodeURIComponent(container)}&tailLines=${LAST_LINES}&limitBytes=8192${previous ? '&previous=true' : ''}`;
    for (const previous of [true, false]) {
        try {
            const said = await cluster.text(path(previous), { timeout: EXPLAIN_WITHIN });
            const lines = said.split('\n').filter((line) => line.trim() !== '');
            if (lines.length > 0)
                return lines.slice(-LAST_LINES).map((line) => line.slice(0, LINE_LENGTH));
        }
        catch (error) {
            if (error instanceof transport/* ApiError */.hD && error.status === 403)
                return [];
        }
    }
    return [];
}
/** "Pod prod/jazz-v2-x cannot start". */
function cannotStart(object, { what }, more) {
    return object.kind === 'Pod'
        ? `${(0,objects/* nameOf */.Vb)(object)} cannot start: ${what}${more}`
        : `${(0,objects/* nameOf */.Vb)(object)} cannot make its pods: ${what}${more}`;
}
;// CONCATENATED MODULE: ./build/src/rollout/pods/readiness.js
/** Pods before traffic: a share is only sent to a backend that has the ready pods for it. */






/**
 * Milliseconds a pod may be without a node before that is an error. A cluster that grows says within its scan interval
 * (10 s by default in cluster-autoscaler) that it makes room.
 */
const HOMELESS_FOR = 20_000;
const SLICES = { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice' };
/** Ready pods behind a Service now, by its EndpointSlices. */
async function countReady(cluster, namespace, service) {
    const slices = await cluster.list(SLICES.apiVersion, SLICES.kind, namespace, {
        labelSelector: `kubernetes.io/service-name=${service}`,
    });
    return (0,pods/* readyPods */.A$)(slices.items, service);
}
/**
 * Waits until a Service has `needed` ready endpoints. Ends early when a pod behind it cannot start.
 * @returns how many are ready.
 * @throws BackendError naming the pod, what it waits for, and how to look at it.
 */
async function waitForReady(cluster, namespace, service, needed, options) {
    let ready = 0;
    const labelSelector = `kubernetes.io/service-name=${service}`;
    const done = new AbortController();
    const watching = cluster.under(AbortSignal.any([done.signal, ...(cluster.signal ? [cluster.signal] : [])]));
    const enough = (0,watch/* watchUntil */.m)(watching, { ...SLICES, namespace, labelSelector }, (world) => {
        ready = (0,pods/* readyPods */.A$)([...world.values()], service);
        return ready >= needed ? ready : undefined;
    }, options);
    const stuck = watchForStuckPods(watching, namespace, service, options);
    try {
        const first = await Promise.race([enough, stuck]);
        if (typeof first === 'number')
            return first;
        throw new errors/* BackendError */.Jh(`Service ${namespace}/${service} has ${ready} of ${needed} ready pods after ${Math.round(options.timeout / 1000)} s${await describePods(cluster, namespace, service)}`, `kubectl get pods -n ${namespace} ${await selectorArgument(cluster, namespace, service)}`.trim());
    }
    finally {
        done.abort(new Error('no longer needed'));
        await Promise.allSettled([enough, stuck]);
    }
}
/** Never resolves with a number: it throws for what will not come up by itself, or ends with the time. */
async function watchForStuckPods(cluster, namespace, service, options) {
    const selector = await selectorOf(cluster, namespace, service);
    const pods = selector === '' ? watchNothing(options, cluster) : watchPods(cluster, namespace, selector, options);
    const refused = (0,watch/* watchUntil */.m)(cluster, { apiVersion: 'apps/v1', kind: 'Deployment', namespace, fieldSelector: `metadata.name=${service}` }, (world) => {
        for (const object of world.values()) {
            const why = refusedPods(object);
            if (why)
                throw new errors/* BackendError */.Jh(cannotStart(object, why, ''), why.next);
        }
        return undefined;
    }, options);
    await Promise.all([pods, refused]);
    return undefined;
}
/** @throws BackendError for a pod that is stuck, and for one that no node takes and no autoscaler makes room for. */
async function watchPods(cluster, namespace, labelSelector, options) {
    const until = options.clock.monotonic() + options.timeout;
    const homeless = new Map();
    for (;;) {
        const left = until - options.clock.monotonic();
        if (left <= 0)
            return undefined;
        const oldest = Math.min(...homeless.values());
        const look = Number.isFinite(oldest) ? Math.max(1, oldest + HOMELESS_FOR - options.clock.monotonic()) : left;
        const seen = await (0,watch/* watchUntil */.m)(cluster, { apiVersion: 'v1', kind: 'Pod', namespace, labelSelector }, (world) => {
            const found = [...world.values()];
            const stuck = found.find((pod) => stuckBecause(pod) !== undefined);
            if (stuck)
                return { pod: stuck };
            const names = found.filter((pod) => unscheduled(pod) !== undefined).map(({ metadata }) => metadata.name);
            const same = names.length === homeless.size && names.every((name) => homeless.has(name));
            return same ? undefined : { names };
        }, { clock: options.clock, timeout: Math.min(left, look) });
        if (seen && 'pod' in seen)
            await fail(cluster, seen.pod);
        if (seen && 'names' in seen) {
            for (const name of homeless.keys())
                if (!seen.names.includes(name))
                    homeless.delete(name);
            for (const name of seen.names)
                if (!homeless.has(name))
                    homeless.set(name, options.clock.monotonic());
        }
        for (const [name, since] of homeless) {
            if (options.clock.monotonic() - since < HOMELESS_FOR)
                continue;
            homeless.set(name, options.clock.monotonic()); // asked again after the same time
            const pod = await cluster.find({ apiVersion: 'v1', kind: 'Pod', namespace, name });
            const words = pod && unscheduled(pod);
            if (pod && words !== undefined && !(await roomIsComing(cluster, pod))) {
                throw new errors/* BackendError */.Jh(`${cannotStart(pod, { what: `no node takes it: ${words}`, next: '' }, '')}`, `make room, or ask for less: kubectl describe pod ${name} -n ${namespace}`);
            }
        }
    }
}
async function fail(cluster, pod) {
    const why = stuckBecause(pod) ?? { what: 'it is stuck', next: '' };
    throw new errors/* BackendError */.Jh(cannotStart(pod, why, await explain(cluster, pod, why.container)), why.next);
}
async function watchNothing(options, cluster) {
    await options.clock.sleep(options.timeout, cluster.signal);
    return undefined;
}
async function selectorOf(cluster, namespace, service) {
    const object = await cluster.find({ apiVersion: 'v1', kind: 'Service', namespace, name: service });
    return Object.entries((0,objects/* strings */.P$)(object, 'spec', 'selector'))
        .map(([key, value]) => `${key}=${value}`)
        .join(',');
}
async function selectorArgument(cluster, namespace, service) {
    const selector = await selectorOf(cluster, namespace, service);
    return selector ? `-l ${selector}` : '';
}
async function describePods(cluster, namespace, service) {
    const selector = await selectorOf(cluster, namespace, service);
    if (!selector)
        return ': it has no selector';
    const { items } = await cluster.list('v1', 'Pod', namespace, { labelSelector: selector });
    if (items.length === 0)
        return `: no pod matches its selector ${selector}`;
    const lines = items.slice(0, 5).map((pod) => `${pod.metadata.name} ${describePod(pod)}`);
    return `: ${lines.join('; ')}${items.length > 5 ? `; and ${items.length - 5} more` : ''}`;
}
function describePod(pod) {
    const homeless = unscheduled(pod);
    if (homeless !== undefined)
        return `is not scheduled (${homeless})`;
    const ready = (0,objects/* list */.p_)(pod, 'status', 'conditions').find((entry) => (0,objects/* text */.Qq)(entry, 'type') === 'Ready');
    const phase = (0,objects/* text */.Qq)(pod, 'status', 'phase') || 'Pending';
    return (0,objects/* text */.Qq)(ready, 'status') === 'True'
        ? 'is ready'
        : `is ${phase} and not ready${(0,objects/* text */.Qq)(ready, 'message') ? ` (${(0,objects/* text */.Qq)(ready, 'message')})` : ''}`;
}

/***/ }),

/***/ 6393:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  P2: () => (/* binding */ awaitAcknowledgement),
  BW: () => (/* binding */ mayHaveArrived),
  Ph: () => (/* binding */ writeRoute)
});

// EXTERNAL MODULE: ./build/src/cluster/connection/transport.js
var transport = __webpack_require__(7096);
// EXTERNAL MODULE: ./build/src/cluster/watch.js
var watch = __webpack_require__(3131);
// EXTERNAL MODULE: ./build/src/errors.js
var errors = __webpack_require__(7406);
// EXTERNAL MODULE: ./build/src/journal/journal.js + 1 modules
var journal = __webpack_require__(6993);
// EXTERNAL MODULE: ./build/src/kube/managed-fields.js
var managed_fields = __webpack_require__(6834);
// EXTERNAL MODULE: ./build/src/kube/objects.js
var objects = __webpack_require__(4067);
;// CONCATENATED MODULE: ./build/src/routes/parts/refusals.js
/** What it means when a webhook stands in the way of a write: the API server's words say little about what to do. */
/** Whose webhook it is, by the end of its name, and how to bring it back (facts of each chart's failurePolicy). */
const CONTROLLERS = [
    {
        name: /appmesh\.k8s\.aws$/,
        whose: 'the App Mesh controller',
        restart: 'kubectl rollout restart deployment -n appmesh-system appmesh-controller',
    },
    { name: /istio\.io$/, whose: 'istiod', restart: 'kubectl rollout restart deployment -n istio-system istiod' },
    {
        name: /(kuma\.io|kuma-admission\.kuma\.io)$/,
        whose: 'the control plane of Kuma',
        restart: 'kubectl rollout restart deployment -n kuma-system kuma-control-plane',
    },
    {
        name: /konghq\.com$/,
        whose: "Kong's controller",
        restart: 'kubectl rollout restart deployment -n kong -l app.kubernetes.io/component=controller',
    },
];
/**
 * What to do about a refusal by a webhook that could not be asked and has failurePolicy Fail: until it answers, nobody can
 * change the object, and traffic cannot be returned through it. Undefined for every other message.
 * @param message of the API server
 */
function refusalHint(message) {
    const webhook = /failed calling webhook "([^"]{1,253})"/.exec(message)?.[1];
    if (webhook === undefined)
        return undefined;
    const known = CONTROLLERS.find(({ name }) => name.test(webhook));
    const expired = /certificate has expired|x509/.test(message) ? ' (its certificate is the cause)' : '';
    const whose = known?.whose ?? 'its owner';
    const restart = known === undefined ? '' : `: ${known.restart}`;
    const ended = known?.name.source === CONTROLLERS[0]?.name.source
        ? '. App Mesh ended on 2026-09-30; docs/migrate-from-app-mesh.md says what to do when it cannot come back'
        : '';
    return `the webhook ${webhook} does not answer${expired} and fails closed, so nobody can change such objects, a return included. Bring ${whose} back${restart}${ended}`;
}
;// CONCATENATED MODULE: ./build/src/rollout/route/write.js







/** Attempts when only fields that are not ours have changed between our read and our write. */
const ATTEMPTS = 5;
/**
 * Reads the route, lets `plan` make a patch for what is there now, and writes it.
 * A 422 means that something changed in between: `plan` is asked again with the new object and throws DriftError itself
 * when what is ours was changed. A connection lost during the write, or an API server that failed during it, is settled
 * by reading back our journal text: such a write may even arrive after the next try has begun.
 * @returns the object after the write.
 */
async function writeRoute(cluster, route, plan) {
    let sent;
    for (let attempt = 1;; attempt++) {
        const live = await cluster.get(route);
        if (sent !== undefined && journalOf(live) === sent)
            return live;
        const { patch, journal } = plan(live);
        if (patch.length === 0)
            return live;
        try {
            return await cluster.patch((0,objects/* refOf */.H8)(live), patch);
        }
        catch (error) {
            if (error instanceof transport/* ApiError */.hD && (error.status === 422 || error.status === 409)) {
                if (error.status === 422 && isRejection(error))
                    throw new errors/* RefusedError */.fk(`${(0,objects/* nameOf */.Vb)(live)} was not accepted: ${error.message}`);
                if (attempt < ATTEMPTS)
                    continue;
                throw new errors/* DriftError */.ul(`${(0,objects/* nameOf */.Vb)(live)} is being changed by someone else: ${ATTEMPTS} writes in a row met a newer object`, `find the other writer: kubectl get ${live.kind.toLowerCase()} ${live.metadata.name} -n ${live.metadata.namespace} -o yaml --show-managed-fields`);
            }
            if (error instanceof transport/* ApiError */.hD && (error.status === 400 || error.status === 403)) {
                throw new errors/* RefusedError */.fk(`${(0,objects/* nameOf */.Vb)(live)} was not accepted: ${error.message}`);
            }
            if (!mayHaveArrived(error))
                throw error;
            sent = journal;
            const now = await cluster.get(route); // waits for the API server as long as the cluster's patience goes
            if (journalOf(now) === journal)
                return now;
            if (attempt >= ATTEMPTS)
                throw unanswered(live, error);
        }
    }
}
/** No answer, or one that says nothing about whether the write was taken (a time-out or a failure inside the server). */
function mayHaveArrived(error) {
    return error instanceof transport/* Unreachable */.LL || (error instanceof transport/* ApiError */.hD && error.status >= 500);
}
/** A webhook that fails closed and does not answer is no trouble of the API server's: it is named, with who can help. */
function unanswered(route, error) {
    const hint = refusalHint((0,errors/* reasonOf */.A3)(error));
    return hint === undefined
        ? error
        : new errors/* RefusedError */.fk(`${(0,objects/* nameOf */.Vb)(route)} could not be written: ${(0,errors/* reasonOf */.A3)(error)}`, hint);
}
function journalOf(route) {
    return route.metadata.annotations?.[journal/* JOURNAL_ANNOTATION */.Ij];
}
/** A 422 that is the API's or a webhook's judgement of the object, not a failed `test` of ours. */
function isRejection(error) {
    return !/the server rejected our request due to an error in our request|test operation|testing .* failed|jsonpatch/i.test(error.message);
}
/**
 * Waits, bounded, until the controller says that it took this generation.
 * @returns 'unknown' when the time ran out: Kong's controller says nothing when the new generation changes nothing for
 *   Kong, so the public path decides then.
 * @throws RefusedError with the controller's own words.
 */
async function awaitAcknowledgement(cluster, provider, written, options) {
    // An API that never says anything is not waited for.
    if (provider.limits.acknowledgement === 'none')
        return 'unknown';
    const generation = written.metadata.generation ?? 0;
    const { name, namespace = '' } = written.metadata;
    const over = new AbortController();
    const bounded = cluster.under(AbortSignal.any([over.signal, ...(cluster.signal ? [cluster.signal] : [])]));
    const byStatus = (0,watch/* watchUntil */.m)(bounded, {
        apiVersion: provider.resource.apiVersion,
        kind: provider.resource.kind,
        namespace,
        fieldSelector: `metadata.name=${name}`,
    }, (world) => {
        const object = world.get(`${namespace}/${name}`);
        if (!object)
            throw new errors/* DriftError */.ul(`${(0,objects/* nameOf */.Vb)(written)} was deleted while the release was running`);
        const said = provider.acknowledged(object, generation);
        return said === 'unknown' ? undefined : said;
    }, options);
    const byEvents = provider.limits.refusals === 'events' ? refusalEvent(bounded, provider, written, options) : undefined;
    const acknowledged = await firstWord(byStatus, byEvents).finally(() => over.abort());
    if (acknowledged === undefined || acknowledged === 'unknown')
        return 'unknown';
    if (acknowledged === 'yes')
        return 'yes';
    throw new errors/* RefusedError */.fk(`the controller refused ${(0,objects/* nameOf */.Vb)(written)}: ${acknowledged.refused}`, `kubectl describe ${provider.resource.plural} ${name} -n ${namespace}`);
}
/** The first of the two that says something; undefined when both ran out of time. */
async function firstWord(status, events) {
    if (events === undefined)
        return status;
    // The one that is not needed any more is aborted, and nobody waits for it.
    for (const one of [status, events])
        one.catch(() => undefined);
    const silent = async (one) => {
        const word = await one;
        if (word === undefined)
            throw new Silence();
        return word;
    };
    try {
        return await Promise.any([silent(status), silent(events)]);
    }
    catch (error) {
        const broken = error.errors.find((each) => !(each instanceof Silence));
        if (broken !== undefined)
            throw broken;
        return undefined;
    }
}
class Silence extends Error {
}
/** Waits for an event of the controller that refuses what we wrote: where a condition stays as it was, only that tells. */
function refusalEvent(cluster, provider, written, options) {
    const { uid, namespace = '', generation = 0 } = written.metadata;
    const target = { apiVersion: 'v1', kind: 'Event', namespace, fieldSelector: `involvedObject.uid=${uid}` };
    const decide = (world) => {
        const said = provider.acknowledged(written, generation, [...world.values()].filter((event) => isAfter(event, written)));
        return typeof said === 'object' ? said : undefined;
    };
    return (0,watch/* watchUntil */.m)(cluster, target, decide, options);
}
/**
 * Whether an event is about what we wrote or anything later: by the version of the object it names, or, where the recorder
 * has counted up an old event, by its time.
 */
function isAfter(event, written) {
    const version = (0,objects/* text */.Qq)(event, 'involvedObject', 'resourceVersion');
    const ours = written.metadata.resourceVersion ?? '';
    if (/^\d+$/.test(version) && /^\d+$/.test(ours) && BigInt(version) >= BigInt(ours))
        return true;
    const at = (0,managed_fields/* writtenAt */.n)(written);
    const last = Date.parse((0,objects/* text */.Qq)(event, 'lastTimestamp'));
    return at !== undefined && last > at;
}

/***/ })

};
