export const id = 97;
export const ids = [97];
export const modules = {

/***/ 7097:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   setup: () => (/* binding */ setup)
/* harmony export */ });
/* harmony import */ var _cluster_connection_transport_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7096);
/* harmony import */ var _cluster_permissions_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4076);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(7406);
/* harmony import */ var _gateway_ensure_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(3504);
/* harmony import */ var _gateway_in_cluster_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(3161);
/* harmony import */ var _gateway_kong_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(7692);
/* harmony import */ var _manifests_apply_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(3520);
/* harmony import */ var _manifests_files_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(6207);
/* harmony import */ var _manifests_snapshot_js__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(4470);
/* harmony import */ var _routes_index_js__WEBPACK_IMPORTED_MODULE_9__ = __webpack_require__(4551);
/* harmony import */ var _study_rights_js__WEBPACK_IMPORTED_MODULE_10__ = __webpack_require__(6528);











/** Milliseconds for taking back what was applied when the gateway does not answer afterwards. Kong itself stays. */
const RESTORE_WITHIN = 20_000;
async function setup(context, cluster) {
    const { settings, log, notes, ports } = context;
    const http = (0,_gateway_in_cluster_js__WEBPACK_IMPORTED_MODULE_4__/* .gatewayClient */ .Ue)(settings, cluster, ports.clock.monotonic);
    const say = (line) => notes.say(line);
    const warn = (line) => notes.warn(line);
    const mask = (secret) => log.mask(secret);
    const options = { ...context, cluster, clock: ports.clock, http, say, warn, mask };
    const manifests = (0,_manifests_files_js__WEBPACK_IMPORTED_MODULE_7__/* .readManifests */ .P)(settings.workspace, settings.manifests, { namespace: settings.namespace });
    for (const secret of manifests.secrets)
        log.mask(secret);
    const named = settings.mesh === 'auto' ? 'gateway-api' : settings.mesh;
    const routes = manifests.objects.filter((object) => (0,_routes_index_js__WEBPACK_IMPORTED_MODULE_9__/* .isRoute */ .Cn)(object, (0,_routes_index_js__WEBPACK_IMPORTED_MODULE_9__/* .providerFor */ .zG)(named)));
    if (routes.length > 0) {
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_2__/* .LintError */ .kk(`setup does not write routes, and the manifests bring ${routes.map(({ kind, metadata }) => `${kind} ${metadata.name}`).join(', ')}`, 'leave routes to the command deploy, which merges them without moving traffic');
    }
    await cluster.kindOf(_gateway_ensure_js__WEBPACK_IMPORTED_MODULE_3__/* .GATEWAY_API */ .Yq, 'HTTPRoute');
    await log.group('Permissions', async () => (0,_cluster_permissions_js__WEBPACK_IMPORTED_MODULE_1__/* .requirePermissions */ .An)(cluster, await rights(context, cluster, manifests.objects)));
    const installed = await log.group('Kong', () => (0,_gateway_ensure_js__WEBPACK_IMPORTED_MODULE_3__/* .ensureKong */ .eb)(options));
    const snapshot = new _manifests_snapshot_js__WEBPACK_IMPORTED_MODULE_8__/* .Snapshot */ .F();
    try {
        await log.group('Manifests', async () => {
            const missing = await missingGateway(context, cluster);
            const report = await (0,_manifests_apply_js__WEBPACK_IMPORTED_MODULE_6__/* .applyObjects */ .r)(cluster, [...missing, ...manifests.objects], snapshot);
            for (const name of report.created)
                say(`created ${name}`);
            for (const name of report.changed)
                say(`changed ${name}`);
        });
        notes.url = await log.group('Gateway', () => (0,_gateway_ensure_js__WEBPACK_IMPORTED_MODULE_3__/* .reachGateway */ .Cb)({ namespace: settings.kongNamespace, name: (0,_gateway_ensure_js__WEBPACK_IMPORTED_MODULE_3__/* .gatewayName */ .SN)(settings) }, options));
    }
    catch (error) {
        const within = AbortSignal.timeout(RESTORE_WITHIN);
        for (const problem of await snapshot.restore(cluster.under(within, RESTORE_WITHIN)))
            notes.warn(problem);
        throw error;
    }
    finally {
        http.close();
    }
    const changed = installed || snapshot.size > 0;
    return notes.outcome(settings, changed ? 'applied' : 'nothing-to-do', changed
        ? `the platform is set up: Kong answers at ${notes.url}`
        : `the platform was as asked already: Kong answers at ${notes.url}`, 'no route was touched');
}
/** The shipped GatewayClass and Gateway, where the Gateway is not there yet. */
async function missingGateway({ settings, actionRoot }, cluster) {
    const gateway = (0,_gateway_ensure_js__WEBPACK_IMPORTED_MODULE_3__/* .shippedGateway */ .oO)(settings, actionRoot);
    const wanted = gateway.find(({ kind }) => kind === 'Gateway');
    const { items } = await cluster.list(_gateway_ensure_js__WEBPACK_IMPORTED_MODULE_3__/* .GATEWAY_API */ .Yq, 'Gateway', settings.kongNamespace);
    return items.some(({ metadata }) => metadata.name === wanted?.metadata.name) ? [] : gateway;
}
/** What this set-up needs, as far as it may look; what it may not even look at is among it. */
async function rights(context, cluster, manifests) {
    const { settings } = context;
    const refused = (error) => {
        if (error instanceof _cluster_connection_transport_js__WEBPACK_IMPORTED_MODULE_0__/* .ApiError */ .hD && error.status === 403)
            return undefined;
        throw error;
    };
    const kong = await (0,_gateway_kong_js__WEBPACK_IMPORTED_MODULE_5__/* .findKong */ .z0)(cluster, settings.kongNamespace).catch(refused);
    const missing = await missingGateway(context, cluster).catch(refused);
    const brought = await (0,_study_rights_js__WEBPACK_IMPORTED_MODULE_10__/* .resourcesOf */ .F3)(cluster, [...(missing ?? []), ...manifests]);
    const install = settings.installKong === 'true' || (settings.installKong === 'auto' && kong?.controllers.length === 0);
    return (0,_study_rights_js__WEBPACK_IMPORTED_MODULE_10__/* .setupPermissions */ .CL)({ settings, brought }, install);
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

/***/ 4470:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   F: () => (/* binding */ Snapshot),
/* harmony export */   L: () => (/* binding */ reversePatch)
/* harmony export */ });
/* harmony import */ var node_util__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7975);
/* harmony import */ var _cluster_connection_transport_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7096);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(7406);
/* harmony import */ var _kube_objects_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(4067);
/** What was there before we applied something, and the way back to it. */




/** Kinds that are never deleted on the way back: too much hangs on them. */
const KEPT = new Set([
    'Namespace',
    'CustomResourceDefinition',
    'GatewayClass',
    'Gateway',
    'PersistentVolume',
    'PersistentVolumeClaim',
]);
const SERVER_OWNED = new Set([
    'resourceVersion',
    'generation',
    'managedFields',
    'uid',
    'creationTimestamp',
    'selfLink',
]);
/** The writes of a run, newest last, and their undoing. */
class Snapshot {
    #applied = [];
    record(applied) {
        this.#applied.push(applied);
    }
    get size() {
        return this.#applied.length;
    }
    /**
     * Undoes the writes that match, newest first: what we created is deleted, what we changed gets its old values where
     * nobody changed them since.
     * @returns one sentence for each object that could not be brought back; never throws.
     */
    async restore(cluster, matches = () => true) {
        const problems = [];
        for (let index = this.#applied.length - 1; index >= 0; index--) {
            const applied = this.#applied[index];
            if (!applied || !matches(applied.after))
                continue;
            this.#applied.splice(index, 1);
            try {
                await undo(cluster, applied);
            }
            catch (error) {
                const changed = error instanceof _cluster_connection_transport_js__WEBPACK_IMPORTED_MODULE_1__/* .ApiError */ .hD && (error.status === 422 || error.status === 404);
                problems.push(`${(0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_3__/* .nameOf */ .Vb)(applied.after)} was not restored: ${changed ? 'someone else changed it since' : (0,_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .reasonOf */ .A3)(error)}`);
            }
        }
        return problems;
    }
}
async function undo(cluster, { before, after }) {
    if (before === undefined) {
        if (!KEPT.has(after.kind))
            await cluster.delete((0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_3__/* .refOf */ .H8)(after), after.metadata.uid);
        return;
    }
    const patch = reversePatch(before, after);
    if (patch.length > 0)
        await cluster.patch((0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_3__/* .refOf */ .H8)(after), patch);
}
/**
 * The JSON Patch that turns `after` back into `before`. Every changed value is tested first, so that a later change
 * by someone else is never overwritten. Lists are taken whole; status and what the server owns are left alone.
 */
function reversePatch(before, after) {
    const operations = [];
    const walk = (old, now, path) => {
        if ((0,node_util__WEBPACK_IMPORTED_MODULE_0__.isDeepStrictEqual)(old, now))
            return;
        if (isRecord(old) && isRecord(now)) {
            for (const key of new Set([...Object.keys(old), ...Object.keys(now)])) {
                if (path.length === 0 && key === 'status')
                    continue;
                if (path.length === 1 && path[0] === 'metadata' && SERVER_OWNED.has(key))
                    continue;
                walk(old[key], now[key], [...path, key]);
            }
            return;
        }
        const at = (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_3__/* .pointer */ .Wn)(...path);
        if (now === undefined)
            operations.push({ op: 'add', path: at, value: old });
        else {
            operations.push({ op: 'test', path: at, value: now });
            operations.push(old === undefined ? { op: 'remove', path: at } : { op: 'replace', path: at, value: old });
        }
    };
    walk(before, after, []);
    return operations;
}
function isRecord(value) {
    return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/***/ })

};
