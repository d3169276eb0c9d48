export const id = 992;
export const ids = [992];
export const modules = {

/***/ 6524:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   m: () => (/* binding */ PROBE_EXPECTATION),
/* harmony export */   n: () => (/* binding */ laneAnswer)
/* harmony export */ });
/* harmony import */ var _checks_expect_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(846);
/* harmony import */ var _routes_types_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9253);
/** What an answer on a lane says about the version the lane leads to, if anything. Pure. */


/** What a probe expects: a 2xx from the application, not from Kong. */
const PROBE_EXPECTATION = {
    status: Array.from({ length: 100 }, (_, index) => 200 + index),
    header: {},
    json: {},
};
/**
 * An answer without the lane's mark came by another way (the lane is gone, or not there yet), so it tells nothing about
 * this version. What Kong refuses by itself (no route, no key, a limit) tells about the probe. An answer that never came,
 * a target that is not there and an upstream that failed are failures of what the lane leads to: where the gateway alone
 * is to blame, both lanes suffer alike.
 * @param token undefined where the data plane cannot mark answers
 */
function laneAnswer(answer, token) {
    const result = (0,_checks_expect_js__WEBPACK_IMPORTED_MODULE_0__/* .evaluate */ ._3)(PROBE_EXPECTATION, answer, { from: 'app' });
    const unanswered = answer.error !== undefined || answer.status === 0;
    if (!unanswered && token !== undefined && answer.headers[_routes_types_js__WEBPACK_IMPORTED_MODULE_1__/* .LANE_MARK */ .nP] !== token)
        return { kind: 'none', why: `an answer without the mark of the lane: ${(0,_checks_expect_js__WEBPACK_IMPORTED_MODULE_0__/* .describeAnswer */ .O1)(answer)}` };
    if (result.ok)
        return { kind: 'good' };
    if (!unanswered && (0,_checks_expect_js__WEBPACK_IMPORTED_MODULE_0__/* .originOf */ .yv)(answer) === 'kong' && answer.status < 500)
        return { kind: 'none', why: `refused before it reached the version: ${(0,_checks_expect_js__WEBPACK_IMPORTED_MODULE_0__/* .describeAnswer */ .O1)(answer)}` };
    return { kind: 'failed', sentence: (0,_checks_expect_js__WEBPACK_IMPORTED_MODULE_0__/* .sentence */ .em)(result) };
}

/***/ }),

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

/***/ 2866:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   x: () => (/* binding */ acquireLocks)
/* harmony export */ });
/* harmony import */ var _cluster_connection_transport_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7096);
/* harmony import */ var _cluster_watch_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3131);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(7406);
/* harmony import */ var _kube_managed_fields_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(6834);
/* harmony import */ var _kube_objects_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(4067);
/* harmony import */ var _lease_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(8083);
/** One Lease per route, so that two runs never change the same route; every weight patch also tests the run id (the fence). */







const RENEW_EVERY = 5_000;
/**
 * Milliseconds after a renewal during which nobody can have taken the lock over: below {@link LEASE_SECONDS}, because a
 * write that is sent at the end of it still has to arrive.
 */
const FRESH_FOR = 10_000;
/** Milliseconds a write waits for the lock to be confirmed. */
const CONFIRM_WITHIN = 3_000;
/**
 * Milliseconds without any answer to a renewal after which the run stops: whoever hears nothing of the routes for so long
 * cannot answer for them. Well above the outages a release goes on through.
 */
const SILENT_FOR = 120_000;
/** Milliseconds for giving back what was taken before the rest could not be. */
const GIVE_BACK_WITHIN = 3_000;
/**
 * Takes the lock of every route, or none.
 * A holder counts as gone when its Lease has not changed for {@link LEASE_SECONDS} while we watched: clocks of two
 * machines are never compared.
 * @throws LockError that names the holder and its run.
 */
async function acquireLocks(cluster, options) {
    const lost = new AbortController();
    const asked = new AbortController();
    const ended = new AbortController();
    // Renewed under a signal of its own: a run that was stopped still holds the lock while it returns the traffic.
    const renewing = cluster.under(ended.signal);
    const held = new Map();
    const routes = [...new Set(options.routes)].sort();
    const timer = setInterval(() => {
        for (const name of held.keys())
            void renew(name);
    }, RENEW_EVERY);
    timer.unref();
    const underWay = new Map();
    let heard = options.clock.monotonic();
    const take = (name, lease, at) => {
        held.set(name, { lease, at });
        const asker = (0,_lease_js__WEBPACK_IMPORTED_MODULE_3__/* .askerOf */ .YX)(lease);
        if (asker !== undefined)
            asked.abort(gaveWay(name, asker));
    };
    const renew = (name) => {
        const running = underWay.get(name);
        if (running)
            return running;
        const at = options.clock.monotonic();
        const work = renewOnce(renewing, held.get(name)?.lease, options)
            .then((lease) => {
            heard = options.clock.monotonic();
            if (lease && held.has(name))
                take(name, lease, at);
        })
            .catch((error) => {
            // Not reaching the API server does not lose the lock: nobody else reaches it either, and the fence holds.
            if (error instanceof _errors_js__WEBPACK_IMPORTED_MODULE_2__/* .LockError */ .Ku)
                lost.abort(error);
            else if (options.clock.monotonic() - heard > SILENT_FOR && !ended.signal.aborted)
                asked.abort(unheard(error));
        })
            .finally(() => underWay.delete(name));
        underWay.set(name, work);
        return work;
    };
    const confirm = async () => {
        const now = options.clock.monotonic();
        const old = [...held].filter(([, { at }]) => now - at >= FRESH_FOR).map(([name]) => name);
        if (old.length === 0 || lost.signal.aborted)
            return;
        // One that was under way when the run was stopped may have been answered long ago: it is asked again after it.
        const fresh = Promise.all(old.map((name) => (underWay.get(name) ?? Promise.resolve()).then(() => renew(name))));
        const enough = new AbortController();
        await Promise.race([fresh, options.clock.sleep(CONFIRM_WITHIN, enough.signal).catch(() => undefined)]);
        enough.abort();
    };
    const release = async (through) => {
        clearInterval(timer);
        ended.abort(new Error('the lock is given back'));
        await Promise.all(underWay.values());
        const leases = [...held.values()];
        held.clear();
        // Also after one of several was lost: the others are still ours, and each is deleted only as we know it.
        const given = await Promise.allSettled(leases.map(({ lease }) => giveBack(through, lease, options.run)));
        const failed = given.find((one) => one.status === 'rejected');
        if (failed)
            throw failed.reason;
    };
    try {
        const taking = cluster.under(AbortSignal.any([asked.signal, ...(cluster.signal ? [cluster.signal] : [])]));
        const seen = routes.length > 1 ? await lookAround(taking, options) : new Map();
        for (const route of routes) {
            const name = (0,_lease_js__WEBPACK_IMPORTED_MODULE_3__/* .leaseName */ .AI)(route);
            const lease = await acquire(taking, name, options, seen);
            take(name, lease, options.clock.monotonic());
        }
    }
    catch (error) {
        // Not under the run's signal: that may be what ended the wait. The first error is the one to report, and a Lease that
        // could not be given back runs out by itself.
        const back = cluster.under(AbortSignal.timeout(GIVE_BACK_WITHIN), GIVE_BACK_WITHIN);
        const others = routes.map(_lease_js__WEBPACK_IMPORTED_MODULE_3__/* .leaseName */ .AI).filter((name) => !held.has(name));
        await release(back).catch(() => undefined);
        await Promise.all(others.map((name) => giveBackUnheard(back, name, options))).catch(() => undefined);
        throw error;
    }
    const [first] = held.values();
    if (first === undefined)
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_2__/* .LockError */ .Ku('there is no route to lock');
    const { lease } = first;
    return {
        lost: lost.signal,
        asked: asked.signal,
        confirm,
        owner: ownerOf(lease),
        since: (0,_kube_managed_fields_js__WEBPACK_IMPORTED_MODULE_4__/* .writtenAt */ .n)(lease),
        release,
    };
}
function ownerOf({ metadata }) {
    return { apiVersion: _lease_js__WEBPACK_IMPORTED_MODULE_3__/* .LEASE_API */ .Y, kind: 'Lease', name: metadata.name, uid: metadata.uid ?? '' };
}
function unheard(error) {
    return new _errors_js__WEBPACK_IMPORTED_MODULE_2__/* .StoppedError */ .Ko(`the API server has not answered for ${SILENT_FOR / 60_000} min (${(0,_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .reasonOf */ .A3)(error)})`, 'look at the cluster and at the network of this runner; then run it again, or rollback');
}
function gaveWay(name, asker) {
    return new _errors_js__WEBPACK_IMPORTED_MODULE_2__/* .StoppedError */ .Ko(`${asker} asked for the lock ${name} (on-conflict: replace)`, 'look at that run; its version takes the place of this one');
}
/**
 * Deletes a Lease that is still ours. A take-over keeps the uid, so the version is tested too: a Lease that is somebody
 * else's by now stays. One that was only asked for in between is ours all the same.
 */
async function giveBack(cluster, { metadata }, run) {
    const ref = (0,_lease_js__WEBPACK_IMPORTED_MODULE_3__/* .leaseRef */ .mf)(metadata.namespace ?? 'default', metadata.name);
    let version = metadata.resourceVersion;
    for (let attempt = 0; attempt < 3; attempt++) {
        await cluster.delete(ref, metadata.uid, version);
        const live = await cluster.find(ref);
        if (live === undefined || live.metadata.uid !== metadata.uid || (0,_lease_js__WEBPACK_IMPORTED_MODULE_3__/* .holderOf */ .Kd)(live) !== run)
            return;
        version = live.metadata.resourceVersion;
    }
}
/** A Lease that was created for this run although nobody heard so: the run was cancelled while it asked. */
async function giveBackUnheard(cluster, name, { namespace, run }) {
    const live = await cluster.find((0,_lease_js__WEBPACK_IMPORTED_MODULE_3__/* .leaseRef */ .mf)(namespace, name));
    if (live !== undefined && (0,_lease_js__WEBPACK_IMPORTED_MODULE_3__/* .holderOf */ .Kd)(live) === run)
        await giveBack(cluster, live, run);
}
/** All Leases at once, so that the silences of a dead run's many locks are waited for together and not one by one. */
async function lookAround(cluster, { namespace, clock }) {
    const { items } = await cluster.list(_lease_js__WEBPACK_IMPORTED_MODULE_3__/* .LEASE_API */ .Y, 'Lease', namespace, { labelSelector: _lease_js__WEBPACK_IMPORTED_MODULE_3__/* .LEASE_SELECTOR */ .Bp });
    const at = clock.monotonic();
    return new Map(items.map(({ metadata }) => [metadata.name, { version: metadata.resourceVersion, at }]));
}
async function acquire(cluster, name, options, seen) {
    const deadline = options.clock.monotonic() + options.timeout;
    let announced = '';
    for (;;) {
        const wanted = (0,_lease_js__WEBPACK_IMPORTED_MODULE_3__/* .leaseFor */ .UX)(name, options, options.clock);
        const live = await cluster.find((0,_lease_js__WEBPACK_IMPORTED_MODULE_3__/* .leaseRef */ .mf)(options.namespace, name));
        if (!live) {
            try {
                return await cluster.create(wanted);
            }
            catch (error) {
                if (error instanceof _cluster_connection_transport_js__WEBPACK_IMPORTED_MODULE_0__/* .ApiError */ .hD && error.status === 409)
                    continue; // somebody was faster
                throw error;
            }
        }
        if ((0,_lease_js__WEBPACK_IMPORTED_MODULE_3__/* .holderOf */ .Kd)(live) === options.run)
            return live;
        if (announced !== (0,_lease_js__WEBPACK_IMPORTED_MODULE_3__/* .describeHolder */ .sG)(live))
            options.onWaiting?.((0,_lease_js__WEBPACK_IMPORTED_MODULE_3__/* .describeHolder */ .sG)(live));
        announced = (0,_lease_js__WEBPACK_IMPORTED_MODULE_3__/* .describeHolder */ .sG)(live);
        const remaining = options.clock.monotonic() < deadline;
        const version = live.metadata.resourceVersion;
        const before = seen.get(name);
        const since = before?.version === version && before !== undefined ? before.at : options.clock.monotonic();
        seen.set(name, { version, at: since });
        const change = await changed(cluster, live, since, options.clock);
        if (change === 'gone')
            continue;
        if (change === 'silent') {
            const { resourceVersion = '' } = live.metadata;
            const taken = await unlessChanged(cluster.replace({ ...wanted, metadata: { ...wanted.metadata, resourceVersion } }));
            if (taken)
                return taken;
            continue;
        }
        if (options.onConflict === 'fail' || !remaining)
            throw refused(live, name, options);
        if (options.onConflict === 'replace')
            await ask(cluster, name, options);
    }
}
/** Writes on the holder's Lease that this run wants the route; the first one who asks is named. */
async function ask(cluster, name, options) {
    const live = await cluster.find((0,_lease_js__WEBPACK_IMPORTED_MODULE_3__/* .leaseRef */ .mf)(options.namespace, name));
    if (!live || (0,_lease_js__WEBPACK_IMPORTED_MODULE_3__/* .holderOf */ .Kd)(live) === options.run || (0,_lease_js__WEBPACK_IMPORTED_MODULE_3__/* .askerOf */ .YX)(live) !== undefined)
        return;
    await unlessChanged(cluster.replace((0,_lease_js__WEBPACK_IMPORTED_MODULE_3__/* .askedFor */ .GZ)(live, options.run, options.runUrl)));
}
/** The result of a conditional write, or undefined when somebody was faster. */
async function unlessChanged(write) {
    try {
        return await write;
    }
    catch (error) {
        if (error instanceof _cluster_connection_transport_js__WEBPACK_IMPORTED_MODULE_0__/* .ApiError */ .hD && (error.status === 409 || error.status === 404))
            return undefined;
        throw error;
    }
}
function refused(live, name, { onConflict, namespace }) {
    return new _errors_js__WEBPACK_IMPORTED_MODULE_2__/* .LockError */ .Ku(`another run is releasing here: Lease ${namespace}/${name} is held by ${(0,_lease_js__WEBPACK_IMPORTED_MODULE_3__/* .describeHolder */ .sG)(live)}`, onConflict === 'fail'
        ? 'wait for that run, or set on-conflict: wait; in GitHub workflows a concurrency group keeps runs in line'
        : `it did not ${onConflict === 'replace' ? 'give way' : 'end'} in time; look at that run`);
}
/** Watches a Lease until it has been as it is for its whole duration: renewed by its holder, given back, or silent. */
async function changed(cluster, lease, since, clock) {
    const seconds = Number((0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_5__/* .field */ .ZZ)(lease, 'spec', 'leaseDurationSeconds') ?? _lease_js__WEBPACK_IMPORTED_MODULE_3__/* .LEASE_SECONDS */ .Vb);
    const left = Math.min(Math.max(seconds, 1), 60) * 1000 - (clock.monotonic() - since);
    if (left <= 0)
        return 'silent';
    const seen = await (0,_cluster_watch_js__WEBPACK_IMPORTED_MODULE_1__/* .watchUntil */ .m)(cluster, {
        apiVersion: _lease_js__WEBPACK_IMPORTED_MODULE_3__/* .LEASE_API */ .Y,
        kind: 'Lease',
        namespace: lease.metadata.namespace,
        fieldSelector: `metadata.name=${lease.metadata.name}`,
    }, (world) => {
        const now = world.get(`${lease.metadata.namespace}/${lease.metadata.name}`);
        if (!now)
            return 'gone';
        return now.metadata.resourceVersion === lease.metadata.resourceVersion ? undefined : 'renewed';
    }, { clock, timeout: left });
    return seen ?? 'silent';
}
async function renewOnce(cluster, lease, options) {
    if (!lease)
        return undefined;
    try {
        return await cluster.replace((0,_lease_js__WEBPACK_IMPORTED_MODULE_3__/* .renewed */ .Fv)(lease, options.clock));
    }
    catch (error) {
        if (!(error instanceof _cluster_connection_transport_js__WEBPACK_IMPORTED_MODULE_0__/* .ApiError */ .hD) || (error.status !== 409 && error.status !== 404))
            throw error;
        const live = await cluster.find((0,_lease_js__WEBPACK_IMPORTED_MODULE_3__/* .leaseRef */ .mf)(options.namespace, lease.metadata.name));
        if (live && (0,_lease_js__WEBPACK_IMPORTED_MODULE_3__/* .holderOf */ .Kd)(live) === options.run)
            return live;
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_2__/* .LockError */ .Ku(`the lock ${options.namespace}/${lease.metadata.name} was taken over by ${live ? (0,_lease_js__WEBPACK_IMPORTED_MODULE_3__/* .describeHolder */ .sG)(live) : 'nobody: it was deleted'}`, 'this run writes nothing any more; look at the other one', { cause: (0,_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .reasonOf */ .A3)(error) }).to(live && (0,_lease_js__WEBPACK_IMPORTED_MODULE_3__/* .holderOf */ .Kd)(live));
    }
}

/***/ }),

/***/ 3763:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   X: () => (/* binding */ sweep)
/* harmony export */ });
/* harmony import */ var _cluster_connection_transport_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7096);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7406);
/* harmony import */ var _gateway_status_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(8680);
/* harmony import */ var _kube_names_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(2063);
/* harmony import */ var _kube_objects_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(4067);
/* harmony import */ var _lock_lease_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(8083);
/* harmony import */ var _plugins_proof_consumer_js__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(8897);
/* harmony import */ var _services_clone_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(8911);
/* harmony import */ var _pods_replicas_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(7979);









const MARKED = [
    { apiVersion: 'configuration.konghq.com/v1', kind: 'KongConsumer' },
    { apiVersion: 'configuration.konghq.com/v1', kind: 'KongPlugin' },
    { apiVersion: 'v1', kind: 'Secret' },
];
/** In the order they go: what scales, what runs, what names it. */
const CLONED = [
    { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler' },
    { apiVersion: 'apps/v1', kind: 'Deployment' },
    { apiVersion: 'v1', kind: 'Service' },
];
/**
 * @param clones whether clones go too: not before it is proved that nobody is sent to them
 * @param run this run: its own callers go as well
 * @param mesh whose routes name versions beside HTTPRoutes, and whose objects stand behind them
 * Never throws: what is left is said, and the next run tries again. A kind that may not be listed is left alone.
 */
async function sweep(cluster, namespace, services, options) {
    const removed = [];
    const problems = [];
    const remove = async (objects) => {
        for (const object of objects) {
            try {
                await cluster.delete((0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_5__/* .refOf */ .H8)(object), object.metadata.uid);
                removed.push((0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_5__/* .nameOf */ .Vb)(object));
            }
            catch (error) {
                problems.push(`${(0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_5__/* .nameOf */ .Vb)(object)} is left: ${(0,_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .reasonOf */ .A3)(error)}`);
            }
        }
    };
    const within = async (work) => {
        try {
            await remove(await work);
        }
        catch (error) {
            problems.push(`what dead runs left could not be looked for: ${(0,_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .reasonOf */ .A3)(error)}`);
        }
    };
    await within(lanesOf(cluster, namespace, services));
    await within(callersOf(cluster, namespace, options.run));
    if (options.clones)
        await within(clonesOf(cluster, namespace, services, options.mesh));
    return { removed, problems };
}
/** Lanes that stand beside one of the routes: whoever holds its lock is the only one who may have any. */
async function lanesOf(cluster, namespace, services) {
    const items = await listed(cluster, _gateway_status_js__WEBPACK_IMPORTED_MODULE_2__/* .GATEWAY_API */ .Yq, 'HTTPRoute', namespace, _kube_names_js__WEBPACK_IMPORTED_MODULE_6__/* .LANE_LABEL */ .g_);
    return items.filter(({ metadata }) => (metadata.ownerReferences ?? []).some(({ name }) => services.some(({ route }) => route === name)));
}
/** Callers of proofs whose run holds no lock. */
async function callersOf(cluster, namespace, run) {
    const leases = await listed(cluster, _lock_lease_js__WEBPACK_IMPORTED_MODULE_7__/* .LEASE_API */ .Y, 'Lease', namespace, _lock_lease_js__WEBPACK_IMPORTED_MODULE_7__/* .LEASE_SELECTOR */ .Bp);
    const alive = new Set(leases.map((lease) => (0,_plugins_proof_consumer_js__WEBPACK_IMPORTED_MODULE_8__/* .runLabel */ .Az)((0,_lock_lease_js__WEBPACK_IMPORTED_MODULE_7__/* .holderOf */ .Kd)(lease))));
    alive.delete((0,_plugins_proof_consumer_js__WEBPACK_IMPORTED_MODULE_8__/* .runLabel */ .Az)(run));
    const found = await Promise.all(MARKED.map(({ apiVersion, kind }) => listed(cluster, apiVersion, kind, namespace, _plugins_proof_consumer_js__WEBPACK_IMPORTED_MODULE_8__/* .RUN_LABEL */ .jQ)));
    return found.flat().filter(({ metadata }) => !alive.has(metadata.labels?.[_plugins_proof_consumer_js__WEBPACK_IMPORTED_MODULE_8__/* .RUN_LABEL */ .jQ] ?? ''));
}
/**
 * Clones that no route names. A version that is kept after a promotion stays in its route at weight 0, and one that was
 * retired by scaling down carries a mark: both stay.
 */
async function clonesOf(cluster, namespace, services, mesh) {
    const { apiVersion: meshes, kind: split } = mesh.resource;
    const behind = mesh.backingKinds.filter(({ copied }) => copied);
    const [https, ofMesh, ...cloned] = await Promise.all([
        listed(cluster, _gateway_status_js__WEBPACK_IMPORTED_MODULE_2__/* .GATEWAY_API */ .Yq, 'HTTPRoute', namespace),
        // Who may not see the routes that name versions does not know which of them are used: that is an error.
        split === 'HTTPRoute' ? [] : cluster.list(meshes, split, namespace).then(({ items }) => items),
        ...[...CLONED, ...behind].map(({ apiVersion, kind }) => listed(cluster, apiVersion, kind, namespace, _services_clone_js__WEBPACK_IMPORTED_MODULE_3__/* .CLONE_LABEL */ .F9)),
    ]);
    const routes = [...https, ...ofMesh];
    const namesIn = (some) => new Set([...namesInRules(some), ...namesInMesh(mesh, some)]);
    const ours = (route) => services.some((service) => service.route === route.metadata.name);
    const used = namesIn(routes);
    // `jazz-admin-v2` may be a clone of another service whose name begins like one of ours: its original tells.
    const foreign = namesIn(routes.filter((route) => !ours(route)));
    const retired = new Set(cloned
        .flat()
        .filter(_pods_replicas_js__WEBPACK_IMPORTED_MODULE_4__/* .isRetired */ .aZ)
        .map(({ metadata }) => metadata.name));
    return cloned.flat().filter(({ metadata: { name, labels } }) => {
        const from = labels?.[_services_clone_js__WEBPACK_IMPORTED_MODULE_3__/* .CLONE_LABEL */ .F9];
        if (from === undefined || foreign.has(from))
            return false;
        return services.some(({ isBackend }) => isBackend(name)) && !used.has(name) && !retired.has(name);
    });
}
/** Backends that rules send to, at whatever weight. */
function namesInRules(routes) {
    const rules = routes.flatMap((route) => (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_5__/* .list */ .p_)(route, 'spec', 'rules'));
    return new Set(rules.flatMap((rule) => (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_5__/* .list */ .p_)(rule, 'backendRefs').map((ref) => (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_5__/* .text */ .Qq)(ref, 'name'))));
}
function namesInMesh(mesh, routes) {
    return routes
        .flatMap((route) => mesh.findAll([route], route.metadata.name, () => true))
        .flatMap(({ rules }) => rules.flatMap(({ backends }) => backends.map(({ name }) => name)));
}
async function listed(cluster, apiVersion, kind, namespace, labelSelector) {
    try {
        const selector = labelSelector === undefined ? {} : { labelSelector };
        return (await cluster.list(apiVersion, kind, namespace, { ...selector, metadataOnly: kind === 'Secret' })).items;
    }
    catch (error) {
        if (error instanceof _cluster_connection_transport_js__WEBPACK_IMPORTED_MODULE_0__/* .ApiError */ .hD && error.status === 403)
            return [];
        throw error;
    }
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

/***/ 7979:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   C7: () => (/* binding */ scaledBy),
/* harmony export */   JW: () => (/* binding */ ensureServing),
/* harmony export */   _t: () => (/* binding */ scaleToNone),
/* harmony export */   aZ: () => (/* binding */ isRetired),
/* harmony export */   bh: () => (/* binding */ settleAutoscaler),
/* harmony export */   wU: () => (/* binding */ raiseReplicas)
/* harmony export */ });
/* unused harmony export setReplicas */
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7406);
/* harmony import */ var _kube_objects_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(4067);
/* harmony import */ var _readiness_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7599);



/** How many replicas a Deployment had when it was scaled down to 0: what a later return brings back. */
const RETIRED_REPLICAS = 'mesh-canary.dev/retired-replicas';
/** The lower bound an autoscaler had before a release raised it. */
const MIN_REPLICAS = 'mesh-canary.dev/min-replicas';
/** minReplicas of an autoscaler that does not say (autoscaling/v2). */
const DEFAULT_MIN = 1;
/**
 * Raises the replicas behind a backend to at least `needed`. Where an autoscaler owns the number, its lower bound is
 * raised instead: it scales on load, and the load comes only after the pods are there.
 * @returns what it had before, or undefined when nothing was to be done: enough already, or no Deployment of that name
 *   (the pods may come from elsewhere; readiness decides).
 * @throws BackendError when the autoscaler's upper bound is below what is needed.
 */
async function raiseReplicas(cluster, namespace, backend, needed) {
    const deployment = await cluster.find(deploymentRef(namespace, backend));
    if (!deployment)
        return undefined;
    const hpa = await scaledBy(cluster, namespace, backend);
    if (hpa)
        return raiseBound(cluster, hpa, needed);
    const from = replicasOf(deployment);
    if (from >= needed)
        return undefined;
    await setReplicas(cluster, deployment, needed);
    return { from };
}
async function raiseBound(cluster, hpa, needed) {
    const from = Number((0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_2__/* .field */ .ZZ)(hpa, 'spec', 'minReplicas') ?? DEFAULT_MIN);
    const most = Number((0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_2__/* .field */ .ZZ)(hpa, 'spec', 'maxReplicas') ?? needed);
    if (most < needed) {
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .BackendError */ .Jh(`HorizontalPodAutoscaler ${hpa.metadata.namespace}/${hpa.metadata.name} allows ${most} pods, and ${needed} are needed for the share`, 'raise its maxReplicas to that of the stable version');
    }
    if (from >= needed)
        return undefined;
    const keep = (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_2__/* .annotation */ .w7)(hpa, MIN_REPLICAS) === undefined ? annotate(hpa, MIN_REPLICAS, String(from)) : [];
    await cluster.patch((0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_2__/* .refOf */ .H8)(hpa), [...keep, { op: 'add', path: '/spec/minReplicas', value: needed }]);
    return { from };
}
/** Gives an autoscaler its lower bound back once its version has all requests and scales by them. */
async function settleAutoscaler(cluster, namespace, backend) {
    const hpa = await scaledBy(cluster, namespace, backend);
    const before = hpa && (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_2__/* .annotation */ .w7)(hpa, MIN_REPLICAS);
    if (hpa === undefined || before === undefined || !/^\d{1,6}$/.test(before))
        return;
    await cluster.patch((0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_2__/* .refOf */ .H8)(hpa), [
        { op: 'add', path: '/spec/minReplicas', value: Math.max(1, Number(before)) },
        { op: 'remove', path: (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_2__/* .pointer */ .Wn)('metadata', 'annotations', MIN_REPLICAS) },
    ]);
}
/** Scales a retired version to 0, noting how many pods it had. An autoscaler rests while its target has 0 replicas. */
async function scaleToNone(cluster, deployment) {
    const had = replicasOf(deployment);
    if (had === 0)
        return;
    await cluster.patch((0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_2__/* .refOf */ .H8)(deployment), [
        ...annotate(deployment, RETIRED_REPLICAS, String(had)),
        { op: 'add', path: '/spec/replicas', value: 0 },
    ]);
}
/** Whether a version was scaled to 0 by a retirement, to be brought back by a later return. */
function isRetired(deployment) {
    return (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_2__/* .annotation */ .w7)(deployment, RETIRED_REPLICAS) !== undefined;
}
/**
 * Makes sure that a backend can take all requests before any come: brings the pods of a retired version back and waits
 * until as many are ready as its Deployment wants. Nothing is written, and nothing waited for, while it serves.
 * @returns how many replicas it had where they were raised.
 * @throws BackendError when its Service is gone or its pods do not get ready: then the traffic is better left alone.
 */
async function ensureServing(cluster, namespace, backend, options) {
    const service = await cluster.find({ apiVersion: 'v1', kind: 'Service', namespace, name: backend });
    if (!service) {
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .BackendError */ .Jh(`Service ${namespace}/${backend} does not exist any more, so no traffic can go back to ${backend}`, 'release that version again with the command deploy: its manifests or image bring it back');
    }
    const deployment = await cluster.find(deploymentRef(namespace, backend));
    if (!deployment) {
        await (0,_readiness_js__WEBPACK_IMPORTED_MODULE_1__/* .waitForReady */ .Cf)(cluster, namespace, backend, 1, options);
        return undefined;
    }
    const from = replicasOf(deployment);
    const kept = (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_2__/* .annotation */ .w7)(deployment, RETIRED_REPLICAS);
    const before = kept !== undefined && /^\d{1,6}$/.test(kept) ? Number(kept) : 1;
    const to = from === 0 ? Math.max(1, before) : from;
    if (from === 0) {
        const forget = kept === undefined ? [] : [{ op: 'remove', path: (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_2__/* .pointer */ .Wn)('metadata', 'annotations', RETIRED_REPLICAS) }];
        await cluster.patch((0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_2__/* .refOf */ .H8)(deployment), [{ op: 'add', path: '/spec/replicas', value: to }, ...forget]);
    }
    else if ((await (0,_readiness_js__WEBPACK_IMPORTED_MODULE_1__/* .countReady */ .vo)(cluster, namespace, backend)) > 0) {
        // It serves already: a rolling update or a lost node must not hold a return up.
        return undefined;
    }
    await (0,_readiness_js__WEBPACK_IMPORTED_MODULE_1__/* .waitForReady */ .Cf)(cluster, namespace, backend, to, options);
    return from === to ? undefined : { from, to };
}
async function setReplicas(cluster, deployment, replicas) {
    const { namespace, name } = deployment.metadata;
    if (namespace === undefined)
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ClusterError */ .b$(`Deployment ${name} has no namespace`);
    await cluster.patch(deploymentRef(namespace, name), [{ op: 'add', path: '/spec/replicas', value: replicas }]);
}
/** The HorizontalPodAutoscaler that owns a Deployment's replicas, if any. */
async function scaledBy(cluster, namespace, deployment) {
    const { items } = await cluster.list('autoscaling/v2', 'HorizontalPodAutoscaler', namespace);
    return items.find((hpa) => {
        const target = (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_2__/* .strings */ .P$)(hpa, 'spec', 'scaleTargetRef');
        return target['kind'] === 'Deployment' && (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_2__/* .text */ .Qq)(hpa, 'spec', 'scaleTargetRef', 'name') === deployment;
    });
}
const deploymentRef = (namespace, name) => ({ apiVersion: 'apps/v1', kind: 'Deployment', namespace, name });
function replicasOf(deployment) {
    return Number((0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_2__/* .field */ .ZZ)(deployment, 'spec', 'replicas') ?? 1);
}
/** `add` below an absent parent answers 422, so the parent comes first. */
function annotate(object, name, value) {
    return [
        ...(object.metadata.annotations === undefined
            ? [{ op: 'add', path: '/metadata/annotations', value: {} }]
            : []),
        { op: 'add', path: (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_2__/* .pointer */ .Wn)('metadata', 'annotations', name), value },
    ];
}

/***/ }),

/***/ 3414:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $K: () => (/* binding */ newTokens),
/* harmony export */   GZ: () => (/* binding */ closeLanes),
/* harmony export */   Ge: () => (/* binding */ openLanes),
/* harmony export */   _3: () => (/* binding */ closeRules)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
/* harmony import */ var _cluster_connection_transport_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7096);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(7406);
/* harmony import */ var _kube_names_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(2063);
/* harmony import */ var _kube_objects_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(4067);
/* harmony import */ var _plugins_desired_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(6408);
/* harmony import */ var _write_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(6393);
/** Lanes in the cluster: opened for a run, closed on every path, and those of dead runs swept. */







const KONG_API = 'configuration.konghq.com/v1';
/** Tries when the route is written by someone else in the same moment, or a webhook or the API server fails for one. */
const ATTEMPTS = 5;
/**
 * Values nobody can guess, so that no user ends up in a lane.
 * Kong runs one plugin of a kind for a route: where one of the route's own changes responses, the filter that marks a
 * lane's answers would displace it, or be displaced. Then answers are not marked.
 */
async function newTokens(cluster, route) {
    const token = (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.randomBytes)(9).toString('hex');
    const unmarked = await changesResponses(cluster, await cluster.get(route));
    return { stable: `${token}-stable`, canary: `${token}-canary`, ...(unmarked ? { unmarked } : {}) };
}
async function changesResponses(cluster, route) {
    const names = ((0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_5__/* .annotation */ .w7)(route, _plugins_desired_js__WEBPACK_IMPORTED_MODULE_3__/* .PLUGINS_ANNOTATION */ .Pd) ?? '').split(',').map((name) => name.trim());
    const namespace = route.metadata.namespace ?? '';
    try {
        const bound = await Promise.all(names
            .filter((name) => /^[a-z0-9.-]{1,253}$/.test(name))
            .map((name) => cluster.find({ apiVersion: KONG_API, kind: 'KongPlugin', name, namespace })));
        return bound.some((plugin) => (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_5__/* .text */ .Qq)(plugin, 'plugin').startsWith('response-transformer'));
    }
    catch (error) {
        // Not knowing, the route's own plugins come first.
        if (error instanceof _cluster_connection_transport_js__WEBPACK_IMPORTED_MODULE_1__/* .ApiError */ .hD && error.status === 403)
            return true;
        throw error;
    }
}
/**
 * Opens both lanes; an earlier run's are replaced.
 * @returns the objects that were written: the controller has to take them.
 * @throws RefusedError when the API server does not accept them.
 */
async function openLanes(cluster, provider, of, tokens) {
    for (let attempt = 1;; attempt++) {
        const route = await find(cluster, provider, of);
        const { generation } = route.object.metadata;
        const lanes = provider.lanes(route, of.backends, tokens, generation === undefined ? {} : { generation });
        try {
            if ('patch' in lanes)
                return [await cluster.patch(of.route, lanes.patch)];
            return await Promise.all(lanes.objects.map((object) => cluster.apply(object)));
        }
        catch (error) {
            const stale = error instanceof _cluster_connection_transport_js__WEBPACK_IMPORTED_MODULE_1__/* .ApiError */ .hD && (error.status === 409 || error.status === 422) && 'patch' in lanes;
            // Opening twice is opening once: whether the failed write arrived makes no difference.
            if ((stale || (0,_write_js__WEBPACK_IMPORTED_MODULE_4__/* .mayHaveArrived */ .BW)(error)) && attempt < ATTEMPTS)
                continue;
            if (error instanceof _cluster_connection_transport_js__WEBPACK_IMPORTED_MODULE_1__/* .ApiError */ .hD && error.status >= 400 && error.status < 500)
                throw new _errors_js__WEBPACK_IMPORTED_MODULE_2__/* .RefusedError */ .fk(`the lanes of ${of.service} were not accepted: ${error.message}`);
            throw error;
        }
    }
}
/**
 * Closes whatever lanes there are beside a route, this run's or a dead one's.
 * @returns one sentence for each that could not be closed; never throws.
 */
async function closeLanes(cluster, provider, of) {
    const problems = [];
    const note = (what) => (error) => {
        problems.push(`${what} is still there: ${(0,_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .reasonOf */ .A3)(error)}`);
    };
    try {
        for (const object of await lanesBeside(cluster, provider, of.route)) {
            await remove(cluster, object).catch(note((0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_5__/* .nameOf */ .Vb)(object)));
        }
        await closeRules(cluster, provider, of);
    }
    catch (error) {
        note(`a lane of ${of.service}`)(error);
    }
    return problems;
}
/** Lane objects that belong to a route. */
async function lanesBeside(cluster, provider, route) {
    const { apiVersion, kind } = provider.resource;
    const { items } = await cluster.list(apiVersion, kind, route.namespace, { labelSelector: _kube_names_js__WEBPACK_IMPORTED_MODULE_6__/* .LANE_LABEL */ .g_ });
    return items.filter(({ metadata }) => (metadata.ownerReferences ?? []).some(({ name }) => name === route.name));
}
/** Takes lane rules out of a route, whoever's they are; nothing where lanes are objects of their own. */
async function closeRules(cluster, provider, of) {
    for (let attempt = 1;; attempt++) {
        const live = await cluster.find(of.route);
        if (live === undefined)
            return;
        const route = provider.find([live], of.service, of.isBackend);
        const { generation } = route.object.metadata;
        const patch = provider.withoutLanes(route, generation === undefined ? {} : { generation });
        if (patch.length === 0)
            return;
        try {
            await cluster.patch(of.route, patch);
            return;
        }
        catch (error) {
            const stale = error instanceof _cluster_connection_transport_js__WEBPACK_IMPORTED_MODULE_1__/* .ApiError */ .hD && error.status === 422;
            if (!(stale || (0,_write_js__WEBPACK_IMPORTED_MODULE_4__/* .mayHaveArrived */ .BW)(error)) || attempt >= ATTEMPTS)
                throw error;
        }
    }
}
async function remove(cluster, lane) {
    for (let attempt = 1;; attempt++) {
        try {
            return await cluster.delete((0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_5__/* .refOf */ .H8)(lane), lane.metadata.uid);
        }
        catch (error) {
            if (!(0,_write_js__WEBPACK_IMPORTED_MODULE_4__/* .mayHaveArrived */ .BW)(error) || attempt >= ATTEMPTS)
                throw error;
        }
    }
}
async function find(cluster, provider, of) {
    return provider.find([await cluster.get(of.route)], of.service, of.isBackend);
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
