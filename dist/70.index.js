export const id = 70;
export const ids = [70];
export const modules = {

/***/ 4441:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   J: () => (/* binding */ runChecks)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7406);
/* harmony import */ var _expect_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(846);
/** The user's checks, run on the public path one after the other; the first failure ends the round. */


const ANSWER_WITHIN = 10_000;
/** Milliseconds to wait for an answer of the wanted version (`served-by`). */
const SERVED_WITHIN = 20_000;
/** @throws CheckFailed naming the check, what was expected and what was seen. */
async function runChecks(checks, when, options) {
    for (const check of checks) {
        const { servedBy } = check.expect;
        if ((servedBy === 'canary' && options.share === 0) || (servedBy === 'stable' && options.share === 100))
            continue;
        const result = await runOne(check, options);
        options.onResult({
            name: check.name,
            when,
            passed: result.ok,
            expected: result.ok ? '' : result.expected,
            seen: result.ok ? '' : result.seen,
        });
        if (!result.ok) {
            throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CheckFailed */ .EC(`check "${check.name}" failed ${when}: expected ${result.expected}, seen ${result.seen}`, `${check.method} ${check.path} through the gateway shows it`).of(check.name);
        }
    }
}
async function runOne(check, options) {
    const started = options.clock.monotonic();
    const { headers, versionOf } = options.target(check.path);
    for (;;) {
        options.signal.throwIfAborted();
        const answer = await options.http({
            url: options.gatewayUrl + check.path,
            method: check.method,
            headers: { ...headers, ...check.headers },
            body: check.body,
            timeout: Math.max(check.expect.maxTime ?? 0, ANSWER_WITHIN),
            signal: options.signal,
        });
        const wanted = check.expect.servedBy;
        // Only asked where it matters, and never noted: an answer of another path tells nothing about the versions.
        const servedBy = wanted === undefined ? undefined : versionOf?.(answer);
        // An answer of the other version says nothing about a check that is meant for one of them: ask again.
        const otherVersion = wanted !== undefined && servedBy !== undefined && servedBy !== wanted;
        if (!otherVersion || options.clock.monotonic() - started > SERVED_WITHIN) {
            // A check may be about Kong itself (a 401 without a key); what users get for good must come from the application.
            const good = check.expect.status.every((status) => status < 400);
            return (0,_expect_js__WEBPACK_IMPORTED_MODULE_1__/* .evaluate */ ._3)(check.expect, answer, { servedBy, ...(good ? { from: 'app' } : {}) });
        }
        await options.clock.sleep(20, options.signal);
    }
}

/***/ }),

/***/ 9070:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  deploy: () => (/* binding */ deploy)
});

// EXTERNAL MODULE: ./build/src/errors.js
var errors = __webpack_require__(7406);
// EXTERNAL MODULE: ./build/src/kube/names.js
var names = __webpack_require__(2063);
// EXTERNAL MODULE: ./build/src/lock/lock.js
var lock_lock = __webpack_require__(2866);
// EXTERNAL MODULE: ./build/src/report/outcome.js
var report_outcome = __webpack_require__(5440);
// EXTERNAL MODULE: ./build/src/rollout/back/sweep.js
var sweep = __webpack_require__(3763);
// EXTERNAL MODULE: ./build/src/toolchain/process.js
var process = __webpack_require__(856);
;// CONCATENATED MODULE: ./build/src/checks/command.js
/** The user's own check: a program that must exit with 0. */


/** Characters of the program's last words that an error shows. */
const LAST_WORDS = 400;
/**
 * @param timeout milliseconds
 * @throws CheckFailed with its exit code and last words; ToolError when it cannot be started or does not end.
 */
async function runCheckCommand(argv, moment, options) {
    const [program, ...args] = argv;
    if (program === undefined)
        return;
    const env = {
        MESH_CANARY_WHEN: moment.when,
        MESH_CANARY_WEIGHT: String(moment.weight),
        MESH_CANARY_SERVICES: moment.services.join(','),
        MESH_CANARY_VERSION: moment.version,
        MESH_CANARY_URL: moment.url,
    };
    const { code, stdout, stderr } = await (0,process/* run */.e)(program, args, { ...options, env });
    if (code === 0)
        return;
    const said = (stderr.trim() || stdout.trim()).slice(-LAST_WORDS);
    throw new errors/* CheckFailed */.EC(`check-command failed ${moment.when}: ${program} ended with exit code ${code}${said ? `: ${said}` : ''}`).of('check-command');
}
// EXTERNAL MODULE: ./build/src/gateway/ensure.js
var ensure = __webpack_require__(3504);
// EXTERNAL MODULE: ./build/src/gateway/in-cluster.js + 1 modules
var in_cluster = __webpack_require__(3161);
// EXTERNAL MODULE: ./build/src/gateway/parent.js
var gateway_parent = __webpack_require__(2394);
// EXTERNAL MODULE: ./build/src/journal/phases.js
var phases = __webpack_require__(6621);
// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: ./build/src/kube/objects.js
var kube_objects = __webpack_require__(4067);
// EXTERNAL MODULE: ./build/src/plugins/proof-consumer.js
var proof_consumer = __webpack_require__(8897);
;// CONCATENATED MODULE: ./build/src/plugins/probe-consumer.js
/** A caller of our own for the probes of one run: its key is nobody else's, and no limit of real callers is touched. */




/** Requests a minute the consumer may send: far above any probe-rate. */
const LIMIT = 1_000_000;
/** Milliseconds until Kong knows the key; its controller pushes every 3 s by default. */
const KNOWN_WITHIN = 30_000;
/** Secret, KongPlugin and KongConsumer, in the order they are applied. Pure. */
function probeConsumerObjects(options, key) {
    const run = (0,proof_consumer/* runLabel */.Az)(options.run);
    // Consumers' names must be unique across namespaces, else Kong refuses the whole configuration.
    const name = `mesh-canary-probe-${run}`;
    const metadata = {
        name,
        namespace: options.namespace,
        labels: { [proof_consumer/* RUN_LABEL */.jQ]: run },
        ownerReferences: [options.owner],
    };
    return [
        {
            apiVersion: 'v1',
            kind: 'Secret',
            metadata: { ...metadata, labels: { ...metadata.labels, 'konghq.com/credential': 'key-auth' } },
            type: 'Opaque',
            stringData: { key },
        },
        {
            apiVersion: 'configuration.konghq.com/v1',
            kind: 'KongPlugin',
            metadata: { ...metadata, annotations: { 'kubernetes.io/ingress.class': options.ingressClass } },
            plugin: 'rate-limiting',
            config: { minute: LIMIT, policy: 'local', hide_client_headers: true },
        },
        {
            apiVersion: 'configuration.konghq.com/v1',
            kind: 'KongConsumer',
            metadata: {
                ...metadata,
                annotations: { 'kubernetes.io/ingress.class': options.ingressClass, 'konghq.com/plugins': name },
            },
            username: name,
            credentials: [name],
        },
    ];
}
/**
 * Makes the consumer and waits until Kong lets its key through.
 * @throws PlatformError when it does not; what was made is removed again.
 */
async function makeProbeConsumer(cluster, options) {
    const key = (0,external_node_crypto_.randomBytes)(24).toString('hex');
    options.mask(key);
    const objects = probeConsumerObjects(options, key);
    const headers = { [options.keyName]: key };
    const remove = async (through) => {
        const problems = [];
        // The consumer first: one that names a missing Secret makes the controller warn.
        for (const object of objects.toReversed()) {
            await through.delete((0,kube_objects/* refOf */.H8)(object)).catch((error) => {
                problems.push(`${object.kind} ${object.metadata.name} is still there: ${(0,errors/* reasonOf */.A3)(error)}`);
            });
        }
        return problems;
    };
    try {
        for (const object of objects)
            await cluster.apply(object);
        await untilKnown(cluster, headers, options);
        return { headers, remove };
    }
    catch (error) {
        await remove(cluster.under(AbortSignal.timeout(10_000), 5_000));
        throw error;
    }
}
async function untilKnown(cluster, headers, { http, clock, probe }) {
    const started = clock.monotonic();
    for (;;) {
        const request = { url: probe.url, method: 'GET', headers: { ...probe.headers, ...headers }, timeout: 5_000 };
        const { status } = await http({ ...request, signal: cluster.signal });
        if (status !== 401 && status !== 403 && status !== 0)
            return;
        if (clock.monotonic() - started > KNOWN_WITHIN)
            throw new errors/* PlatformError */.Wk(`the temporary consumer of the probes is not let through: ${status || 'no answer'} for ${KNOWN_WITHIN / 1000} s`, status === 403 ? 'an acl plugin asks for a group: give the probes a key in probe-headers instead' : '');
        await clock.sleep(200, cluster.signal);
    }
}
// EXTERNAL MODULE: ./build/src/checks/expect.js
var expect = __webpack_require__(846);
// EXTERNAL MODULE: ./build/src/cluster/watch.js
var watch = __webpack_require__(3131);
// EXTERNAL MODULE: ./build/src/plugins/proofs.js + 1 modules
var proofs = __webpack_require__(6199);
;// CONCATENATED MODULE: ./build/src/plugins/prove.js
/** Proving plugins on the public path: what each must show, with a consumer of our own, while Kong's warnings are watched. */






/** Milliseconds for Kong to take a change: its controller pushes every 3 s by default. */
const EFFECT_WITHIN = 45_000;
/** Quiet time that counts as "taken" for plugins that show nothing: a push period and a reserve. */
const QUIET_FOR = 5_000;
const TRY_EVERY = 200;
/** Milliseconds for removing the consumer of the proofs. */
const CLEAN_WITHIN = 5_000;
/**
 * Proves every plugin of every target.
 * @throws PlatformError when a proof is not seen in time, or at once when Kong's controller warns about it.
 */
async function provePlugins(targets, options) {
    const plans = targets.map((target) => {
        const kinds = target.plugins.map((plugin) => String(plugin['plugin'] ?? ''));
        return { target, proofs: target.plugins.map((plugin) => (0,proofs/* proofFor */.gv)(plugin, kinds)) };
    });
    if (plans.every(({ proofs }) => proofs.length === 0))
        return [];
    const done = new AbortController();
    const watching = options.cluster.under(AbortSignal.any([done.signal, ...(options.cluster.signal ? [options.cluster.signal] : [])]));
    const warned = watchWarnings(watching, targets, options);
    const needsConsumer = plans.some(({ proofs }) => proofs.some((proof) => proof.needsConsumer));
    const key = (0,external_node_crypto_.randomBytes)(24).toString('hex');
    options.mask(key);
    const consumer = needsConsumer
        ? (0,proofs/* proofConsumer */.X1)({ run: options.run, namespace: options.namespace, key, ingressClass: options.ingressClass })
        : [];
    try {
        for (const object of consumer) {
            const metadata = { ...object.metadata, ownerReferences: [options.owner] };
            await options.cluster.apply({ ...object, metadata });
        }
        const proving = proveAll(plans, key, { ...options, cluster: watching });
        proving.catch(() => undefined); // when a warning ends the proofs, their own end is of no interest
        return (await Promise.race([proving, warned])) ?? (await proving);
    }
    finally {
        done.abort(new Error('proofs ended'));
        await warned.catch(() => undefined);
        // Also when the run is cancelled. The consumer first: one that names a missing Secret makes the controller warn.
        const cluster = options.cluster.under(AbortSignal.timeout(CLEAN_WITHIN), CLEAN_WITHIN);
        for (const object of consumer.toReversed())
            await cluster.delete((0,kube_objects/* refOf */.H8)(object));
    }
}
async function proveAll(plans, key, options) {
    const all = [];
    for (const { target, proofs } of plans)
        for (const proof of proofs)
            all.push(await proveOne(target, proof, key, options));
    // What shows nothing is only told from a refused plugin by Kong's silence; the others may have been enforced since an
    // earlier run, and then say nothing about this configuration.
    if (all.some(({ seen }) => seen.length === 0))
        await options.clock.sleep(QUIET_FOR, options.cluster.signal);
    return all;
}
async function proveOne(target, proof, key, options) {
    const seen = [];
    for (const step of proof.steps) {
        const answer = step.until
            ? await exhaust(target, proof, step, key, options)
            : await insist(target, proof, step, key, options);
        seen.push(`${step.name}: ${answer.status}`);
    }
    return {
        service: target.service,
        plugin: `${proof.plugin} (${proof.object})`,
        seen,
        ...(proof.note ? { note: proof.note } : {}),
    };
}
/** Asks until the answer is as expected; Kong needs a moment to take the change. */
async function insist(target, proof, step, key, options) {
    const started = options.clock.monotonic();
    for (;;) {
        options.cluster.signal?.throwIfAborted();
        const answer = await ask(target, proof, step, key, options);
        const result = (0,proofs/* judge */.S4)(step, answer);
        if (result.ok)
            return answer;
        if (options.clock.monotonic() - started > EFFECT_WITHIN) {
            throw new errors/* PlatformError */.Wk(`plugin ${proof.object} is not enforced on ${target.service}: ${step.name}, ${(0,expect/* sentence */.em)(result)}, for ${EFFECT_WITHIN / 1000} s`, `is ${proof.object} bound to the route, and does no other plugin or route come first? kubectl describe kongplugin ${proof.object} -n ${options.namespace}`);
        }
        // A limit that was used up by our own tries must not be taken for a failure: slow down with it.
        await options.clock.sleep(answer.status === 429 ? (0,proofs/* leftInWindow */.j2)('minute', options.clock.now()) : TRY_EVERY, options.cluster.signal);
    }
}
/** Sends until the limit shows, within one calendar window. */
async function exhaust(target, proof, step, key, options) {
    const window = step.until?.window ?? 'minute';
    const allowed = (0,proofs/* requestsAllowed */.Lp)(step, options.gatewayPods);
    let last = 'nothing';
    for (let attempt = 0; attempt < 3; attempt++) {
        const left = (0,proofs/* leftInWindow */.j2)(window, options.clock.now());
        if (left < 3_000)
            await options.clock.sleep(left + 50, options.cluster.signal);
        const startedIn = Math.floor(options.clock.now() / (step.until?.windowMilliseconds ?? 60_000));
        for (let request = 0; request < allowed; request++) {
            const answer = await ask(target, proof, step, key, options);
            const result = (0,proofs/* judge */.S4)(step, answer);
            if (result.ok)
                return answer;
            last = (0,expect/* sentence */.em)(result);
        }
        // Counters start again with the calendar window: only a full round within one is proof of absence.
        if (Math.floor(options.clock.now() / (step.until?.windowMilliseconds ?? 60_000)) === startedIn)
            break;
    }
    throw new errors/* PlatformError */.Wk(`plugin ${proof.object} does not limit ${target.service}: ${allowed} requests in one ${window}, ${last}`, 'does the consumer of the proof get another limit, or is the limit counted somewhere else (policy)?');
}
function ask(target, proof, step, key, options) {
    const name = proof.keyName ?? keyNameOf(target.plugins);
    const value = step.key === 'valid' ? key : step.key === 'wrong' ? (0,external_node_crypto_.randomBytes)(12).toString('hex') : undefined;
    const url = new URL(target.url);
    if (value !== undefined && proof.keyIn === 'query')
        url.searchParams.set(name, value);
    return options.http({
        url: url.href,
        method: 'GET',
        headers: { ...target.headers, ...(value !== undefined && proof.keyIn !== 'query' ? { [name]: value } : {}) },
        timeout: 10_000,
        signal: options.cluster.signal,
    });
}
/** The header a valid key goes into behind the key-auth among these plugins. */
function keyNameOf(plugins) {
    const keyAuth = plugins.find((plugin) => plugin['plugin'] === 'key-auth');
    return keyAuth ? ((0,proofs/* proofFor */.gv)(keyAuth).keyName ?? 'apikey') : 'apikey';
}
/** Ends with an error when Kong's controller warns about something of ours, or that a whole configuration was refused. */
async function watchWarnings(cluster, targets, options) {
    const ours = new Set(targets.flatMap(({ route, plugins }) => [route, ...plugins].map(({ kind, metadata }) => `${kind}/${metadata.name}`)));
    const watched = (0,watch/* watchUntil */.m)(cluster, { apiVersion: 'v1', kind: 'Event', namespace: options.namespace }, (world) => {
        const fatal = (0,proofs/* kongWarningsSince */.LH)([...world.values()], options.since).find((warning) => isFatal(warning, ours));
        if (fatal)
            throw refusedBy(fatal);
        return undefined;
    }, { clock: options.clock, timeout: 10 * 60_000 });
    watched.catch(() => undefined); // looked at through the race; an abort at the end is no failure
    return watched;
}
function isFatal(warning, ours) {
    return warning.reason === 'KongConfigurationApplyFailed' || ours.has(`${warning.kind}/${warning.name}`);
}
function refusedBy(warning) {
    const what = `${warning.kind} ${warning.namespace}/${warning.name}`;
    return new errors/* PlatformError */.Wk(`Kong refused ${what}: ${warning.message}`, `correct ${what}; until then Kong keeps its last good configuration and takes no other change`);
}
// EXTERNAL MODULE: ./build/src/services/address.js
var address = __webpack_require__(1338);
// EXTERNAL MODULE: ./build/src/rollout/route/lanes.js
var lanes = __webpack_require__(3414);
// EXTERNAL MODULE: ./build/src/rollout/route/write.js + 1 modules
var write = __webpack_require__(6393);
// EXTERNAL MODULE: ./build/src/cluster/connection/transport.js
var transport = __webpack_require__(7096);
// EXTERNAL MODULE: ./build/src/journal/journal.js + 1 modules
var journal_journal = __webpack_require__(6993);
// EXTERNAL MODULE: ./build/src/routes/parts/percent.js
var percent = __webpack_require__(4876);
// EXTERNAL MODULE: ./build/src/routes/parts/shares.js
var shares = __webpack_require__(6445);
;// CONCATENATED MODULE: ./build/src/rollout/route/drift.js
/**
 * With `adopt`, another share between our two versions is taken over, and a journal that was wiped (a route applied again
 * from git) is written anew. Never adopted: another run's journal, a third version, a route that serves nobody, and a share
 * taken from a version that had all of it: it would count as promoted without being so.
 */
function judgeDrift(seen, onDrift) {
    const { split, backends, wrote, journal } = seen;
    if (typeof journal === 'object') {
        return {
            kind: 'stop',
            why: `run ${journal.run} has taken over`,
            next: 'look at that run; it answers for the weights now',
        };
    }
    const live = split.shares[backends.canary] ?? 0;
    const moved = Math.abs(live - wrote) > seen.smallestStep / 2;
    const third = Object.entries(split.shares).find(([name, share]) => share > 0 && name !== backends.canary && name !== backends.stable);
    if (!moved && third === undefined && journal === 'ours')
        return { kind: 'none' };
    const why = [
        ...(third ? [`${third[0]} was given ${rounded(third[1])} %`] : []),
        ...(moved ? [`${backends.canary} has ${rounded(live)} %, this run wrote ${rounded(wrote)} %`] : []),
        ...(journal === 'ours' ? [] : [`the journal was ${journal === 'gone' ? 'removed' : 'changed'}`]),
    ].join(', and ');
    if (third !== undefined)
        return { kind: 'stop', why, next: 'end the release of that version first' };
    const served = live + (split.shares[backends.stable] ?? 0);
    if (served === 0)
        return { kind: 'stop', why: `${why}, and nobody is served`, next: 'give a version a weight' };
    if (onDrift === 'adopt' && moved && wrote >= 100) {
        const next = 'run the release again when the new version shall have all requests';
        return { kind: 'stop', why: `${why}, and no further weight goes on from there`, next };
    }
    if (onDrift === 'adopt')
        return { kind: 'adopt', share: live, why };
    return {
        kind: 'stop',
        why,
        next: 'keep other tools (GitOps, another pipeline, kubectl) away from the weights while a release runs, or set on-drift: adopt',
    };
}
const rounded = (share) => Math.round(share * 100) / 100;
;// CONCATENATED MODULE: ./build/src/rollout/route/writer.js
/** One service of a release, and the writes to its route: every weight goes together with the journal, in one patch. */








class RouteWriter {
    #cluster;
    #provider;
    #clock;
    #onDrift;
    constructor(cluster, provider, clock, onDrift = { rule: 'stop', adopted: () => undefined }) {
        this.#cluster = cluster;
        this.#provider = provider;
        this.#clock = clock;
        this.#onDrift = onDrift;
    }
    /** Puts the canary beside stable at weight 0. Nothing changes for users. */
    attach(release) {
        return this.#write(release, { phase: 'attached', weight: 0 }, 0, (provider, route, text) => {
            this.#requirePlanned(release, route);
            const share = (0,shares/* shareOf */.tC)(provider.read(route), release.backends.canary);
            if (share > 0) {
                throw drifted(release, route, `${(0,kube_objects/* nameOf */.Vb)(route.object)} already sends ${(0,percent/* round */.L)(share)} % to ${release.backends.canary}`, 'set its weight to 0 (or run the release that put it there to its end), then run again', share);
            }
            return provider.attach(route, release.backends, { ...guardOf(route), ...journalOf(route) }, text);
        });
    }
    /** Moves the canary's share. Stops with DriftError when the live weights or the journal are not what we wrote. */
    async shift(release, share, advance) {
        // Nothing is moved when one of several could not be.
        if (release.followers !== undefined && release.followers.length > 0)
            await this.verify(release);
        return this.#write(release, { ...advance, weight: share }, share, (provider, route, text) => {
            this.#requireOurs(release, provider, route);
            return provider.shift(route, release.backends, share, { ...guardOf(route), ...journalOf(route) }, text);
        });
    }
    /** @throws DriftError when the live weights or the journal are not what we wrote last. */
    async verify(release) {
        for (const { provider, route } of this.#routesOf(release)) {
            const live = await this.#cluster.get(route);
            this.#requireOurs(release, provider, provider.find([live], release.service, release.isBackend));
        }
    }
    /** Notes a phase without touching a weight. */
    note(release, advance) {
        return this.shift(release, release.state.share ?? 0, advance);
    }
    /**
     * Brings the canary's share to 0: whatever the live weights and generation are, only the names are tested. Of several
     * routes every one is tried, and the first failure is thrown after all.
     * @param except a route that someone else has written, by kind and name: it is left as it is
     */
    returnToStable(release, except) {
        const plan = (provider, route, text) => provider.shift(route, release.backends, 0, {}, text);
        return this.#write(release, { phase: 'returning', weight: 0 }, 0, plan, { everyOne: true, except });
    }
    /**
     * Tries the return as a dry run, so that what would refuse it is known while nothing has to be returned.
     * @throws RefusedError with the API server's words, a webhook's for example
     */
    async rehearse(release) {
        const text = (0,journal_journal/* encode */.lF)({ ...release.state.journal, phase: 'returning', weight: 0 });
        for (const { provider, route } of this.#routesOf(release)) {
            const live = provider.find([await this.#cluster.get(route)], release.service, release.isBackend);
            const patch = provider.shift(live, release.backends, 0, {}, text);
            try {
                await this.#cluster.patch(route, patch, { dryRun: true });
            }
            catch (error) {
                const refused = error instanceof transport/* ApiError */.hD && [400, 403, 422].includes(error.status);
                // A test that failed meanwhile, or a webhook that cannot be asked without effect, says nothing about the return.
                if (!refused || /dry run|the server rejected our request/i.test(error.message))
                    continue;
                throw new errors/* RefusedError */.fk(`a return of ${(0,kube_objects/* nameOf */.Vb)(live.object)} would be refused: ${error.message} (nothing was shifted yet)`, 'let the webhook or policy that refuses it allow weight 0 for the new version');
            }
        }
    }
    /** Takes a backend of weight 0 out of the route. */
    detach(release, backend, advance) {
        return this.#write(release, advance, release.state.share, (provider, route, text) => provider.detach(route, backend, guardOf(route), text));
    }
    #routesOf(release) {
        // Callers inside first: the route that is proved from outside is written last, so that its proof is of both.
        return [...(release.followers ?? []), { provider: this.#provider, route: release.route }];
    }
    async #write(release, advance, share, plan, { everyOne = false, except } = {}) {
        const journal = {
            ...release.state.journal,
            ...advance,
            updatedAt: new Date(this.#clock.now()).toISOString(),
        };
        const text = (0,journal_journal/* encode */.lF)(journal);
        let failure;
        const done = [];
        for (const { provider, route } of this.#routesOf(release)) {
            if ((0,kube_objects/* nameOf */.Vb)(route) === except)
                continue;
            try {
                const object = await (0,write/* writeRoute */.Ph)(this.#cluster, route, (live) => {
                    const patch = plan(provider, provider.find([live], release.service, release.isBackend), text);
                    // From here on the write may arrive, whatever we hear of it.
                    if (share !== undefined)
                        release.state = { ...release.state, asked: Math.max(share, release.state.asked ?? 0) };
                    return { patch, journal: text };
                });
                done.push({ provider, object });
            }
            catch (error) {
                if (!everyOne)
                    throw error;
                failure ??= { error };
            }
        }
        if (failure !== undefined)
            throw failure.error;
        const last = done.at(-1)?.object;
        if (last === undefined)
            throw new errors/* DriftError */.ul(`no route of ${release.service} is ours to write`).of(release.service);
        release.state = { journal, share, asked: share, text: last.metadata.annotations?.[journal_journal/* JOURNAL_ANNOTATION */.Ij] };
        return done;
    }
    /** A run that slept while another one took over must not write over it, even before its first write. */
    #requirePlanned(release, route) {
        const live = route.object.metadata.annotations?.[journal_journal/* JOURNAL_ANNOTATION */.Ij];
        if (live === undefined || live === release.planned || live === release.state.text)
            return;
        const read = (0,journal_journal/* decode */.D4)(live);
        if ('journal' in read && read.journal.run === release.state.journal.run)
            return;
        throw drifted(release, route, `the journal of ${(0,kube_objects/* nameOf */.Vb)(route.object)} was written by another run since this one was planned`, 'look at that run; it answers for the weights now');
    }
    #requireOurs(release, provider, route) {
        const { backends, state } = release;
        const split = provider.read(route);
        const { smallestStep } = provider.limits;
        const wrote = state.share ?? 0;
        const verdict = judgeDrift({ wrote, split, backends, journal: seenJournal(route, state), smallestStep }, this.#onDrift.rule);
        if (verdict.kind === 'none')
            return;
        if (verdict.kind === 'adopt') {
            const text = route.object.metadata.annotations?.[journal_journal/* JOURNAL_ANNOTATION */.Ij];
            release.state = { ...state, share: verdict.share, asked: Math.max(verdict.share, state.asked ?? 0), text };
            this.#onDrift.adopted(release, `${(0,kube_objects/* nameOf */.Vb)(route.object)} was changed by someone else and is taken over: ${verdict.why}`);
            return;
        }
        const live = (0,shares/* shareOf */.tC)(split, backends.canary);
        const moved = Math.abs(live - wrote) > smallestStep / 2;
        throw drifted(release, route, moved
            ? `someone else set the weights of ${(0,kube_objects/* nameOf */.Vb)(route.object)}: ${verdict.why}`
            : `the journal of ${(0,kube_objects/* nameOf */.Vb)(route.object)} was changed or removed by someone else: ${verdict.why}`, verdict.next, live);
    }
}
function seenJournal(route, state) {
    const live = route.object.metadata.annotations?.[journal_journal/* JOURNAL_ANNOTATION */.Ij];
    if (live === state.text)
        return 'ours';
    if (live === undefined)
        return 'gone';
    const read = (0,journal_journal/* decode */.D4)(live);
    if ('refused' in read)
        return 'unreadable';
    return read.journal.run === state.journal.run ? 'unreadable' : { run: read.journal.run };
}
/** @param share of the canary as it is live, where that is known */
function drifted(release, route, message, next, share) {
    const error = new errors/* DriftError */.ul(message, next).of(release.service);
    error.route = (0,kube_objects/* nameOf */.Vb)(route.object);
    error.share = share;
    return error;
}
function guardOf(route) {
    const generation = route.object.metadata.generation;
    return generation === undefined ? {} : { generation };
}
function journalOf(route) {
    const journal = route.object.metadata.annotations?.[journal_journal/* JOURNAL_ANNOTATION */.Ij];
    return journal === undefined ? {} : { journal };
}
;// CONCATENATED MODULE: ./build/src/rollout/back/repair.js




/**
 * Returns the traffic of a release whose run died. Called with the lock in hand, so nobody else is at work.
 * @returns what was done, one sentence; undefined when there was nothing to do.
 */
async function repairDeadRun(cluster, provider, plan, run, clock) {
    const { journal, live } = plan;
    if (!(0,phases/* isUnfinished */.ui)(journal) || live === undefined)
        return undefined;
    const state = {
        service: plan.service,
        route: plan.route,
        followers: plan.followers,
        backends: journal.backends,
        isBackend: plan.isBackend,
        state: { journal: { ...journal, run }, share: undefined, asked: undefined, text: undefined },
    };
    const writer = new RouteWriter(cluster, provider, clock);
    const written = await writer.returnToStable(state);
    // The controller may have been away with the run. Where no weight was set, nothing changes for it and it says nothing.
    const bounded = { clock, timeout: journal.weight > 0 ? 45_000 : 5_000 };
    await Promise.all(written.map((of) => (0,write/* awaitAcknowledgement */.P2)(cluster, of.provider, of.object, bounded)));
    await (0,lanes/* closeRules */._3)(cluster, provider, plan);
    const next = plan.discovery.kind === 'release' ? plan.discovery.canary.name : undefined;
    if (journal.backends.canary !== next)
        await writer.detach(state, journal.backends.canary, { phase: 'returned' });
    return `${plan.service}: run ${journal.run} died ${journal.phase} at ${journal.weight} %; its traffic was returned to ${journal.backends.stable} first`;
}
;// CONCATENATED MODULE: ./build/src/evidence/probes/identify.js
/** Which version answered: learnt while it is known who answers, then told from what differs. */



/** Answers of a version that must agree before a sign of it is trusted. */
const LEARNING_ANSWERS = 20;
/** Headers by which applications commonly name their version; looked at in this order before the whole body. */
const VERSION_HEADERS = [
    'x-app-version',
    'x-version',
    'app-version',
    'x-service-version',
    'x-build',
    'x-build-id',
    'x-commit',
    'x-revision',
];
/**
 * Headers in so many answers are enough where others failed without one: the page of a proxy that found no pod says
 * nothing about who serves.
 */
const LEAST_HEADERS = LEARNING_ANSWERS / 2;
/**
 * Learns signs from answers whose version is known: stable's on the public path before the release, both versions' on
 * the lanes. A sign in the body is only looked for in good answers: an error page says nothing about who served it. A
 * header names the version on failing answers of the application, too.
 */
class Identifier {
    #identify;
    #learnt = { stable: nothing(), canary: nothing() };
    #known;
    #canarySeen = false;
    /** @param known signs from an earlier run of the same release, which cannot be learnt beside a canary with traffic */
    constructor(identify, known) {
        this.#identify = identify;
        this.#known = known;
    }
    /** To be kept in the journal for the run that goes on with this release. */
    get signs() {
        return this.#chosen();
    }
    /**
     * Whether the public path's answers can be told apart: both signs are known and differ, or an answer of the canary
     * was seen, or the user named the sign.
     */
    get distinguishes() {
        const signs = this.#chosen();
        if (signs === undefined)
            return false;
        return signs.canary !== undefined || this.#canarySeen || this.#identify.by !== 'auto';
    }
    /** Takes in one answer that is known to be this version's. */
    learn(answer, version = 'stable') {
        if (answer.error !== undefined || (0,expect/* originOf */.yv)(answer) === 'kong')
            return;
        const learnt = this.#learnt[version];
        const good = isGood(answer);
        learnt.all++;
        if (good)
            learnt.good++;
        for (const source of this.#sources()) {
            if (!good && !isHeader(source))
                continue;
            const value = valueIn(source, answer);
            if (value === undefined) {
                if (good)
                    learnt.missing.add(source);
                continue;
            }
            const seen = learnt.values.get(source) ?? new Map();
            if (seen.size < 3)
                seen.set(value, (seen.get(value) ?? 0) + 1);
            learnt.values.set(source, seen);
        }
    }
    /**
     * Whether answers taken for the canary's may have been stable's: beside others they show what all of stable's show, or
     * nothing else.
     */
    get strayed() {
        const { stable, canary } = this.#learnt;
        const shown = this.#sources().flatMap((source) => {
            const one = constant(stable, source);
            const seen = canary.values.get(source);
            return one === undefined || seen === undefined
                ? []
                : [{ stables: seen.has(one), others: !seen.has(one) || seen.size > 1 }];
        });
        const mixed = shown.some(({ stables, others }) => stables && others);
        return mixed || (canary.all >= LEARNING_ANSWERS && !shown.some(({ others }) => others));
    }
    /** What was learnt of a version was not its own: it is learnt again. */
    forget(version) {
        this.#learnt = { ...this.#learnt, [version]: nothing() };
    }
    /** Whether stable's side is settled: one sign, the same in every answer. */
    get ready() {
        return this.#chosen() !== undefined;
    }
    /** Answers of a version still wanted before `auto` may decide. */
    wanted(version = 'stable') {
        return this.#known ? 0 : Math.max(0, LEARNING_ANSWERS - this.#learnt[version].all);
    }
    /** Which version gave an answer to a probe. The first one of the canary's shows that the two can be told apart. */
    classify(answer) {
        const servedBy = this.tell(answer);
        if (servedBy === 'canary')
            this.#canarySeen = true;
        return servedBy;
    }
    /** The same without drawing a conclusion: for answers of other paths, whose bodies differ anyway. */
    tell(answer) {
        const signs = this.#chosen();
        if (signs === undefined || answer.error !== undefined)
            return undefined;
        if (!isGood(answer) && !isHeader(signs.source))
            return undefined;
        const value = valueIn(signs.source, answer);
        if (value === undefined)
            return undefined;
        if (value === signs.stable)
            return 'stable';
        return signs.canary === undefined || signs.canary === value ? 'canary' : undefined;
    }
    /** For the log: what the versions are told apart by. */
    describe() {
        const signs = this.#chosen();
        if (signs)
            return signs.source === 'body' ? 'the whole body' : signs.source.replace(':', ' ');
        const { stable, canary } = this.#learnt;
        if (stable.all < LEARNING_ANSWERS)
            return `nothing yet: ${stable.all} of ${LEARNING_ANSWERS} answers seen`;
        const given = this.#identify;
        const what = given.by === 'header' ? `header ${given.name}` : given.by === 'json' ? `field ${given.path}` : '';
        if (canary.all < LEARNING_ANSWERS) {
            return what === ''
                ? 'nothing: neither the body nor a version header is the same in all answers of the current version'
                : `nothing: ${what} is missing or not the same in all answers of the current version`;
        }
        return what === ''
            ? 'nothing: no version header and no body is the same in all answers of a version and differs between the two'
            : `nothing: ${what} is missing, not the same in all answers of a version, or the same in both`;
    }
    #sources() {
        if (this.#identify.by === 'header')
            return [`header:${this.#identify.name.toLowerCase()}`];
        if (this.#identify.by === 'json')
            return [`json:${this.#identify.path}`];
        return [...VERSION_HEADERS.map((name) => `header:${name}`), 'body'];
    }
    #chosen() {
        if (this.#known)
            return this.#known;
        const { stable, canary } = this.#learnt;
        if (stable.all < LEARNING_ANSWERS)
            return undefined;
        const both = canary.all >= LEARNING_ANSWERS;
        for (const source of this.#sources()) {
            const one = constant(stable, source);
            if (one === undefined)
                continue;
            if (!both)
                return { source, stable: one };
            const other = constant(canary, source);
            if (other !== undefined && other !== one)
                return { source, stable: one, canary: other };
        }
        return undefined;
    }
}
function nothing() {
    return { good: 0, all: 0, values: new Map(), missing: new Set() };
}
/** The one value of a source in every good answer of a version, and in all others that have one. */
function constant(learnt, source) {
    const seen = learnt.values.get(source);
    const [only] = seen ?? [];
    if (seen?.size !== 1 || only === undefined || learnt.missing.has(source))
        return undefined;
    const [answers, least] = isHeader(source) ? [learnt.all, LEAST_HEADERS] : [learnt.good, LEARNING_ANSWERS];
    return answers >= LEARNING_ANSWERS && only[1] >= least ? only[0] : undefined;
}
const isHeader = (source) => source.startsWith('header:');
function isGood(answer) {
    return answer.error === undefined && answer.status >= 200 && answer.status < 400;
}
function valueIn(source, answer) {
    if (source === 'body')
        return (0,external_node_crypto_.createHash)('sha256').update(answer.body).digest('hex');
    if (isHeader(source))
        return answer.headers[source.slice('header:'.length)];
    try {
        const value = (0,kube_objects/* field */.ZZ)(JSON.parse(answer.body), ...source.slice('json:'.length).split('.'));
        return value === undefined ? undefined : JSON.stringify(value);
    }
    catch {
        return undefined;
    }
}
// EXTERNAL MODULE: ./build/src/evidence/probes/lane-answer.js
var lane_answer = __webpack_require__(6524);
;// CONCATENATED MODULE: ./build/src/evidence/probes/log.js
/** Which of our own requests reached the pods, and when they were sent: what is taken out of users' counts. */

/** Milliseconds probes are remembered: longer than any source lags behind. */
const REMEMBERED = 300_000;
class ProbeLog {
    /** In the order of their answers, which is about the order they were sent in. */
    #entries = [];
    #kept = 0;
    add({ at, answer, version, failed, lane }) {
        // Kong's own answers never reached a pod; without an answer nobody knows, and most likely a pod did count it.
        if (version === undefined || (0,expect/* originOf */.yv)(answer) === 'kong')
            return;
        this.#entries.push({ at, version, failed, lane });
        if (this.#entries.length < this.#kept * 2 + 1000)
            return;
        this.#entries = this.#entries.filter((entry) => entry.at > at - REMEMBERED);
        this.#kept = this.#entries.length;
    }
    between(from, until) {
        const counts = { stable: { requests: 0, errors: 0 }, canary: { requests: 0, errors: 0 } };
        let lanes = false;
        for (const { at, version, failed, lane } of this.#entries) {
            if (version === undefined || at < from || at >= until)
                continue;
            counts[version].requests++;
            if (failed)
                counts[version].errors++;
            lanes ||= lane;
        }
        return { ...counts, lanes };
    }
}
;// CONCATENATED MODULE: ./build/src/evidence/probes/observer.js
/** What the probes of one service have seen: the public path, the lanes, and what of it reached the pods. */



const EMPTY = { good: 0, failed: 0, canary: 0, identified: 0, stableInARow: 0, goodInARow: 0 };
class Observer {
    service;
    identifier;
    /** Whose lane each token is; undefined before lanes are open. `marked`: whether answers carry the token. */
    lanes;
    #log = new ProbeLog();
    #from = 0;
    #window = EMPTY;
    #learning = true;
    #laneLearning = false;
    #failedInAll = 0;
    #refusedInARow = 0;
    #drained = fresh();
    #slips = {};
    /** Lane answers in a row that were no evidence, and why the last one was none. */
    #silent = {
        stable: { count: 0, why: '' },
        canary: { count: 0, why: '' },
    };
    constructor(service, identifier) {
        this.service = service;
        this.identifier = identifier;
        // Signs known from an earlier run are not learnt again: its canary has traffic already.
        this.#learning = identifier.wanted() > 0;
    }
    get window() {
        return this.#window;
    }
    /** Failing probes on the public path since the beginning. They are our own: users' requests are counted elsewhere. */
    get failures() {
        return this.#failedInAll;
    }
    /** Answers on the public path in a row that were no answers of the application. */
    get refusedInARow() {
        return this.#refusedInARow;
    }
    slip(where) {
        return this.#slips[where];
    }
    silence(version) {
        return this.#silent[version];
    }
    /** From here on answers on the public path may be the canary's. */
    stopLearning() {
        this.#learning = false;
    }
    /** Lanes were opened again: what was silent before says nothing about them. */
    forgetSilence() {
        this.#silent = { stable: { count: 0, why: '' }, canary: { count: 0, why: '' } };
    }
    /** Whether lane answers teach signs, and count for nothing yet. */
    learnFromLanes(on) {
        this.#laneLearning = on;
        if (!on)
            this.#drained = { ...fresh(), public: this.#drained.public };
    }
    /** Starts a new window; answers to probes sent before `monotonic` no longer count in it. */
    openWindow(monotonic) {
        this.#from = monotonic;
        this.#window = EMPTY;
        this.#drained = { ...this.#drained, told: fresh().told };
    }
    /** Whether a failure was counted since the last drain: then evidence is looked at at once. */
    get hasErrors() {
        const { lanes, public: path } = this.#drained;
        return lanes.stable.errors + lanes.canary.errors + path.errors > 0;
    }
    /** Everything counted since the last call. */
    drain() {
        const drained = this.#drained;
        this.#drained = fresh();
        return drained;
    }
    takePublic(answer, sentAt) {
        const result = (0,expect/* evaluate */._3)(lane_answer/* PROBE_EXPECTATION */.m, answer, { from: 'app' });
        if (this.#learning)
            this.identifier.learn(answer);
        const servedBy = this.#learning ? 'stable' : this.identifier.classify(answer);
        this.#log.add({ at: sentAt, answer, version: servedBy, failed: !result.ok, lane: false });
        if (!result.ok) {
            this.#failedInAll++;
            this.#slips['public path'] = { where: 'public path', sentence: (0,expect/* sentence */.em)(result), servedBy };
        }
        this.#refusedInARow = result.ok || (0,expect/* originOf */.yv)(answer) === 'app' ? 0 : this.#refusedInARow + 1;
        plus(this.#drained.public, result.ok);
        if (sentAt < this.#from)
            return;
        if (servedBy !== undefined)
            plus(this.#drained.told[servedBy], result.ok);
        this.#window = counted(this.#window, servedBy, result.ok);
    }
    takeLane(version, answer, sentAt) {
        const { lanes } = this;
        const judged = (0,lane_answer/* laneAnswer */.n)(answer, lanes?.marked ? lanes.tokens[version] : undefined);
        // Without a mark, an answer that is told to be the other version's did not come by this lane.
        const strayed = !lanes?.marked && other(version) === this.identifier.tell(answer) && !this.#laneLearning;
        this.#log.add({
            at: sentAt,
            answer,
            version: judged.kind === 'none' || strayed ? this.identifier.tell(answer) : version,
            failed: judged.kind === 'failed',
            lane: true,
        });
        if (judged.kind === 'none' || strayed) {
            const why = judged.kind === 'none' ? judged.why : 'an answer of the other version';
            this.#silent[version] = { count: this.#silent[version].count + 1, why };
            return;
        }
        this.#silent[version] = { count: 0, why: '' };
        if (judged.kind === 'failed')
            this.#slips[version] = { where: version, sentence: judged.sentence };
        if (this.#laneLearning)
            this.identifier.learn(answer, version);
        const good = judged.kind === 'good';
        plus(this.#drained.lanes[version], good);
        if (good)
            this.#drained.times[version].push(answer.milliseconds / 1000);
    }
    /** Our probes that reached the pods and were sent between two moments (monotonic milliseconds). */
    probesBetween(from, until) {
        return this.#log.between(from, until);
    }
}
const other = (version) => (version === 'stable' ? 'canary' : 'stable');
function fresh() {
    const none = () => ({ requests: 0, errors: 0 });
    return {
        public: none(),
        told: { stable: none(), canary: none() },
        lanes: { stable: none(), canary: none() },
        times: { stable: [], canary: [] },
    };
}
function plus(count, good) {
    count.requests++;
    if (!good)
        count.errors++;
}
function counted(window, servedBy, good) {
    return {
        good: window.good + (good ? 1 : 0),
        failed: window.failed + (good ? 0 : 1),
        canary: window.canary + (servedBy === 'canary' ? 1 : 0),
        identified: window.identified + (servedBy === undefined ? 0 : 1),
        // An answer that cannot be told is no evidence: it neither counts nor starts the count again.
        stableInARow: servedBy === 'canary' ? 0 : window.stableInARow + (servedBy === 'stable' ? 1 : 0),
        goodInARow: good ? window.goodInARow + 1 : 0,
    };
}
// EXTERNAL MODULE: ./build/src/rollout/trial/design.js + 1 modules
var design = __webpack_require__(1465);
;// CONCATENATED MODULE: ./build/src/rollout/begin.js
/** A planned service becomes a release: its journal, its observer, and, where it goes on, the state it goes on from. */





/** Phases with traffic from which the same release may go on. A release that was being returned is returned first. */
const GOES_ON = new Set(['holding', 'shifting', 'observing', 'baking']);
/** Identity of a release: the same services and version are the same release, in whichever run. */
function releaseId(settings) {
    return `${settings.services.join(',')}@${settings.version}`;
}
/**
 * Whether an earlier run's release goes on where it is: it is this very release, and none of its services was being
 * returned. Services shift in lockstep, so they go on together or not at all.
 */
function goesOn(plans, settings) {
    const id = releaseId(settings);
    // One that was promoted already has arrived: a run that died between two promotions goes on with the rest.
    const begun = plans.filter(({ journal }) => journal?.release === id && journal.phase !== 'promoted');
    const foreign = plans.some(({ journal }) => (0,phases/* isUnfinished */.ui)(journal) && journal.release !== id);
    return (!foreign &&
        begun.some(({ liveShare }) => liveShare > 0) &&
        begun.every(({ journal, liveShare }) => journal !== undefined && (GOES_ON.has(journal.phase) || liveShare === 0)) &&
        begun.every(({ journal }) => journal?.phase !== 'returning'));
}
/** Place of the first weight that is not below what every service has already. */
function firstStep(releases, weights) {
    const reached = Math.min(...releases.map(({ state }) => state.share ?? 0));
    const at = weights.findIndex((weight) => weight >= reached);
    return at < 0 ? weights.length - 1 : at;
}
/**
 * @param continued see {@link goesOn}
 * @param now ISO 8601, UTC
 */
function beginRelease(plan, settings, run, now, continued) {
    const { stable, canary } = plan.discovery;
    const backends = { stable: stable.name, canary: canary.name };
    const release = releaseId(settings);
    const earlier = plan.journal?.release === release ? plan.journal : undefined;
    // Its signs were learnt when stable was alone.
    const begun = continued && plan.liveShare > 0 ? earlier : undefined;
    const journal = {
        version: 1,
        release,
        run: run.id,
        attempts: (earlier?.attempts ?? 0) + 1,
        service: plan.service,
        versions: { stable: stable.version ?? '', canary: settings.version },
        backends,
        phase: begun ? begun.phase : 'attached',
        step: 0,
        plan: settings.canaryWeight,
        weight: 0,
        startedAt: earlier?.startedAt ?? now,
        updatedAt: now,
        ...(run.url === undefined ? {} : { runUrl: run.url }),
        // A version that is released again is no longer a retired one.
        history: (plan.journal?.history ?? []).filter(({ backend }) => backend !== backends.canary && backend !== backends.stable),
    };
    const share = begun ? plan.liveShare : undefined;
    return {
        service: plan.service,
        route: plan.route,
        followers: plan.followers,
        backends,
        versions: journal.versions,
        isBackend: plan.isBackend,
        observer: new Observer(plan.service, new Identifier(settings.identify, begun ? (0,design/* signsIn */.go)(begun) : undefined)),
        by: plan.by,
        planned: plan.live?.metadata.annotations?.[journal_journal/* JOURNAL_ANNOTATION */.Ij],
        kept: begun?.evidence,
        state: {
            journal,
            share,
            asked: share,
            text: begun ? plan.live?.metadata.annotations?.[journal_journal/* JOURNAL_ANNOTATION */.Ij] : undefined,
        },
    };
}
// EXTERNAL MODULE: ./build/src/evidence/users/sources.js
var users_sources = __webpack_require__(550);
;// CONCATENATED MODULE: ./build/src/evidence/users/reading.js

/** Reads at once, then again and again; the first reading is where counting begins. */
function readUsers(sources, options) {
    const { clock, every } = options;
    const stopped = new AbortController();
    const signal = AbortSignal.any([options.signal, stopped.signal]);
    let looks = [];
    const loop = async () => {
        while (!signal.aborted) {
            const started = clock.monotonic();
            // Awaited before the list is named: `take` may have put another in its place meanwhile.
            const seen = await (0,users_sources/* look */.Op)(sources, options.stretch, options.splitFromUsers());
            looks.push(seen);
            await clock.sleep(Math.max(0, every - (clock.monotonic() - started)), signal);
        }
    };
    const done = sources.length === 0 ? Promise.resolve() : loop();
    let failure;
    done.catch((error) => {
        if (!signal.aborted)
            failure = error;
    });
    return {
        take: () => {
            if (failure !== undefined)
                throw failure;
            const taken = looks;
            looks = [];
            return taken;
        },
        stop: async () => {
            stopped.abort(new Error('reading ended'));
            await done.catch(() => undefined);
        },
    };
}
;// CONCATENATED MODULE: ./build/src/rollout/back/return.js






/** Good answers in a row, none of them the canary's, that prove a return. */
const PROOF_ANSWERS = 40;
const ATTEMPTS = 3;
/** Returns every service's traffic to stable; never throws: what could not be done is said in the result. */
async function returnTraffic(releases, options) {
    return Promise.all(releases.map((release) => returnOne(release, options)));
}
async function returnOne(release, options) {
    const { service, backends, observer } = release;
    if (release.state.asked === undefined) {
        return {
            service,
            written: true,
            proved: true,
            free: true,
            share: 0,
            traffic: `${service}: the route was not touched, all traffic is on ${backends.stable}`,
        };
    }
    const last = Math.max(release.state.share ?? 0, release.state.asked);
    const { clock } = options.ports;
    const within = AbortSignal.timeout(options.writeWithin);
    // Patience ends before the time does, so that the failure names what did not answer and not our own time-out.
    const cluster = options.cluster.under(within, options.writeWithin * 0.8);
    const writer = new RouteWriter(cluster, options.provider, clock);
    let failure = '';
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
        try {
            // A run that was stopped and woken may stop for another reason before it hears of its successor.
            const { reason } = options.signal ?? {};
            const successor = (reason instanceof errors/* LockError */.Ku && reason.successor) || (await otherRun(cluster, release));
            if (successor !== undefined)
                return takenOver(release, successor);
            const written = await writer.returnToStable(release, options.except);
            const writtenAt = clock.monotonic();
            observer.openWindow(writtenAt);
            const bounded = { clock, timeout: Math.min(3_000, options.writeWithin) };
            const words = await Promise.all(written.map(({ provider, object }) => (0,write/* awaitAcknowledgement */.P2)(cluster, provider, object, bounded).catch(() => 'unknown')));
            return await prove(release, options, words.every((word) => word === 'yes'));
        }
        catch (error) {
            if (failure === '' || !within.aborted)
                failure = (0,errors/* reasonOf */.A3)(error);
            if (within.aborted)
                break;
        }
    }
    release.state = { ...release.state, asked: last }; // the 0 that was asked for in vain would hide what may be live
    return {
        service,
        written: false,
        proved: false,
        free: false,
        share: last,
        traffic: `${service}: the weight could NOT be returned (${failure}); last asked for were ${(0,percent/* round */.L)(last)} % for ${backends.canary}${seenLately(release)}. Look at ${(0,kube_objects/* nameOf */.Vb)(release.route)} and set the weight of ${backends.canary} to 0`,
    };
}
/** The run whose journal is on the route, when it is not this one's nor the one it went on from. */
async function otherRun(cluster, { route, state }) {
    const text = (await cluster.get(route)).metadata.annotations?.[journal_journal/* JOURNAL_ANNOTATION */.Ij];
    const read = text === undefined ? undefined : (0,journal_journal/* decode */.D4)(text);
    if (read === undefined || 'refused' in read)
        return undefined;
    // The text this run went on from is an earlier run's, and no successor's.
    if (read.journal.run === state.journal.run || text === state.text)
        return undefined;
    return read.journal.run;
}
/** Its weights may be right by now, and our stable version gone: they are not touched. */
function takenOver({ service, route }, run) {
    return {
        service,
        written: false,
        proved: false,
        free: false,
        share: undefined,
        traffic: `${service}: run ${run} has taken over ${(0,kube_objects/* nameOf */.Vb)(route)} and answers for its weights; this run left them alone`,
    };
}
/** Waits for enough good answers in a row that are not the canary's. */
async function prove(release, options, taken) {
    const { service, backends, observer } = release;
    const { clock } = options.ports;
    const told = observer.identifier.distinguishes;
    const until = clock.monotonic() + options.proveWithin;
    for (;;) {
        const inARow = told ? observer.window.stableInARow : observer.window.goodInARow;
        // Where they are told apart, who answers proves it: stable may have failings of its own.
        const enough = inARow >= PROOF_ANSWERS;
        if (enough) {
            return {
                service,
                written: true,
                proved: told,
                free: told || taken,
                share: 0,
                traffic: told
                    ? `${service}: the weight of ${backends.canary} is 0 again, proved by ${PROOF_ANSWERS} probes in a row answered by ${backends.stable}`
                    : `${service}: the weight of ${backends.canary} is 0 again and ${PROOF_ANSWERS} probes in a row were answered well (the versions cannot be told apart)`,
            };
        }
        if (clock.monotonic() >= until)
            break;
        await clock.sleep(50);
    }
    const { good, canary, failed } = observer.window;
    return {
        service,
        written: true,
        proved: false,
        free: false,
        share: 0,
        traffic: `${service}: the weight of ${backends.canary} is 0 on the route, NOT proved on the public path: of ${good + failed} probes since, ${failed} failed and ${canary} were answered by ${backends.canary}`,
    };
}
/** What the public path still shows while the API server is silent. */
function seenLately({ observer, backends }) {
    const { canary, identified } = observer.window;
    if (identified === 0)
        return '';
    return `, and ${canary} of the last ${identified} answers came from ${backends.canary}`;
}
/**
 * A route that someone else has written meanwhile: theirs to answer for, so only said.
 * @param share of the canary as they wrote it, where that is known
 * @param route the one of several that is theirs, by kind and name
 */
function leftAlone({ service, backends, observer }, share, route) {
    const { canary, identified } = observer.window;
    const seen = identified === 0 ? '' : `; ${canary} of the last ${identified} answers came from ${backends.canary}`;
    return {
        service,
        written: false,
        proved: false,
        free: false,
        share,
        traffic: `${service}: ${route === undefined ? '' : `${route} was `}left as someone else wrote it${seen}`,
    };
}
// EXTERNAL MODULE: ./build/src/routes/index.js + 5 modules
var routes = __webpack_require__(4551);
// EXTERNAL MODULE: ./build/src/services/clone.js
var clone = __webpack_require__(8911);
// EXTERNAL MODULE: ./build/src/verdict/index.js + 11 modules
var verdict = __webpack_require__(9027);
// EXTERNAL MODULE: ./build/src/rollout/pods/readiness.js + 1 modules
var readiness = __webpack_require__(7599);
// EXTERNAL MODULE: ./build/src/rollout/pods/replicas.js
var replicas = __webpack_require__(7979);
;// CONCATENATED MODULE: ./build/src/rollout/engine.js









/** Milliseconds the controller may take to say that it took a route. Kong's pushes every 3 s by default. */
const ACKNOWLEDGE_WITHIN = 10_000;
/** Chance to confirm a share while the previous one is in force, or to refute a right one in one batch of answers. */
const PROOF_LEVEL = 0.001;
/** Milliseconds for the split to be proved. */
const PROVE_WITHIN = 60_000;
const LOOK_EVERY = 50;
class Engine {
    writer;
    #options;
    #step;
    /** Services whose weights somebody else has set, taken over since the last look. */
    #adopted = new Set();
    constructor(options) {
        this.#options = options;
        this.writer = new RouteWriter(options.cluster, options.provider, options.ports.clock, {
            rule: options.settings.onDrift,
            adopted: (release, sentence) => {
                options.warn(sentence);
                this.#adopted.add(release.service);
            },
        });
    }
    /** Attaches every canary at weight 0 and waits for the controller. */
    async attach(releases) {
        const written = await engine_all(releases, (release) => this.writer.attach(release));
        await Promise.all(written.flat().map((route) => this.acknowledged(route)));
        await Promise.all(releases.map((release) => this.writer.rehearse(release)));
    }
    /** Enough ready pods on both sides. @throws BackendError when they do not become ready. */
    async prepare(releases, share, index) {
        const started = this.#options.ports.clock.monotonic();
        const effective = await Promise.all(releases.map(async (release) => [release.service, await this.#ready(release, share)]));
        this.#step = {
            share,
            index,
            started,
            effective: Object.fromEntries(effective),
            previous: new Map(),
            acknowledged: 'unknown',
        };
    }
    /**
     * Sets the weight of all services; services of one release move in lockstep.
     * @param evidence of each service, for its journal
     * @throws DriftError, RefusedError, or the signal's reason; the caller returns the traffic.
     */
    async shift(releases, evidence) {
        const step = this.#current();
        step.previous = new Map(releases.map((release) => [release, release.state.share ?? 0]));
        const written = await engine_all(releases, (release) => {
            const seen = evidence(release.service);
            return this.writer.shift(release, step.share, {
                phase: 'observing',
                step: step.index,
                ...(seen === undefined ? {} : { evidence: seen }),
            });
        });
        const acknowledgements = await Promise.all(written.flat().map((route) => this.acknowledged(route)));
        step.acknowledged = acknowledgements.every((answer) => answer === 'yes') ? 'yes' : 'unknown';
    }
    /**
     * The public path shows the effective share and no longer the previous one. Lanes are judged meanwhile, too.
     * @param mend looks after the lanes; true when some were opened again: what strayed onto the public path meanwhile may
     *   have moved its shares
     * @throws CheckFailed when it shows something else, or nothing clear within a minute.
     */
    async prove(releases, trial, mend) {
        const step = this.#current();
        let proofs = releases.map((release) => this.#proofOf(release, step));
        for (;;) {
            this.#options.signal.throwIfAborted();
            const judgement = trial.look();
            const stop = this.stopOf(judgement, `at ${step.share} %`);
            const ends = stop && (await this.#unlessDrifted(releases, trial, judgement, stop));
            if (ends !== undefined)
                return ends;
            if (await mend())
                proofs = releases.map((release) => this.#proofOf(release, step));
            let open = 0;
            for (const proof of proofs)
                if (!(await proof()))
                    open++;
            if (open === 0)
                break;
            await this.#options.ports.clock.sleep(LOOK_EVERY, this.#options.signal);
        }
        trial.confirm(Object.fromEntries(releases.map(({ service }) => [service, (step.effective[service] ?? step.share) / 100])));
        return { type: 'done' };
    }
    /**
     * Gathers evidence until the verdict is given.
     * @param mend looks after the lanes meanwhile
     * @throws CheckFailed of the user's checks or the public path
     */
    async observe(releases, trial, report, mend) {
        const { ports, signal, settings, runChecks, say } = this.#options;
        const step = this.#current();
        const confirmed = ports.clock.monotonic();
        await runChecks(`at ${step.share} %`);
        let said = confirmed;
        for (;;) {
            signal.throwIfAborted();
            const judgement = trial.look();
            const { decision } = judgement;
            const now = ports.clock.monotonic();
            const stop = this.stopOf(judgement, `at ${step.share} %`);
            if (stop === undefined && passed(decision, step.share, now - confirmed >= settings.minStep)) {
                await runChecks(`after ${step.share} %`);
                report(this.#report(releases, step, decision));
                return { type: 'done' };
            }
            if (stop !== undefined) {
                const ends = await this.#unlessDrifted(releases, trial, judgement, stop);
                if (ends === undefined)
                    continue;
                report(this.#report(releases, step, decision));
                return ends;
            }
            if (now - said > 15_000) {
                said = now;
                const silence = trial.silence === undefined ? '' : ` Users' requests at the last reading: ${trial.silence}.`;
                say(`${step.share} %: ${decision.sentence}${silence}`);
            }
            await mend();
            await ports.clock.sleep(LOOK_EVERY, signal);
        }
    }
    /** What a judgement stops, if anything. @throws CheckFailed when the public path fails while the lanes are fine. */
    stopOf({ decision, path }, moment) {
        if (decision.verdict === 'rollback')
            return { type: 'verdict', verdict: 'rollback' };
        if (path !== undefined)
            throw new errors/* CheckFailed */.EC(`${path.service} ${moment}: ${path.sentence}`);
        if (decision.verdict === 'inconclusive')
            return { type: 'verdict', verdict: 'inconclusive' };
        return undefined;
    }
    /**
     * A split that someone else changed is their doing, not the release's.
     * @returns undefined when their weights are taken over (`on-drift: adopt`): the release goes on with them
     * @throws DriftError
     */
    async #unlessDrifted(releases, trial, { decision }, stop) {
        if (decision.metric !== 'split')
            return stop;
        for (const release of releases)
            await this.writer.verify(release);
        if (this.#adopted.size === 0)
            return stop;
        const step = this.#current();
        for (const { service, state } of releases) {
            if (!this.#adopted.delete(service))
                continue;
            const share = state.share ?? 0;
            trial.adopt(service, share / 100);
            step.effective = { ...step.effective, [service]: share };
        }
        return undefined;
    }
    acknowledged({ provider, object }) {
        const { cluster, ports } = this.#options;
        return (0,write/* awaitAcknowledgement */.P2)(cluster, provider, object, { clock: ports.clock, timeout: ACKNOWLEDGE_WITHIN });
    }
    #current() {
        if (this.#step === undefined)
            throw new Error('a weight was not prepared before it was set: please report this');
        return this.#step;
    }
    /** Enough ready pods for the share on the canary's side, one at least on stable's; the share Kong will make of it. */
    async #ready(release, share) {
        const { cluster, provider, settings, ports, say } = this.#options;
        const { stable, canary } = release.backends;
        const options = { clock: ports.clock, timeout: settings.readyTimeout };
        const stableReady = share < 100
            ? await (0,readiness/* waitForReady */.Cf)(cluster, settings.namespace, stable, 1, options)
            : await (0,readiness/* countReady */.vo)(cluster, settings.namespace, stable);
        const needed = (0,clone/* replicasNeeded */.FM)(stableReady, share);
        const raised = await (0,replicas/* raiseReplicas */.wU)(cluster, settings.namespace, canary, needed);
        if (raised)
            say(`${canary}: replicas raised from ${raised.from} to ${needed} for ${share} %`);
        const canaryReady = await (0,readiness/* waitForReady */.Cf)(cluster, settings.namespace, canary, needed, options);
        const split = (0,routes/* splitAt */.gI)(provider, release.backends, share, release.by);
        return (0,percent/* round */.L)(provider.effectiveShare(split, release.backends, { [stable]: stableReady, [canary]: canaryReady }));
    }
    /**
     * Looks at the answers of one service so far; true once its share is confirmed. Answers that still look as before the
     * shift start the count again; answers that fit neither share, twice in a row, end the release.
     */
    #proofOf(release, step) {
        const { ports } = this.#options;
        const { observer, service, backends } = release;
        const effective = step.effective[service] ?? step.share;
        const shifted = ports.clock.monotonic();
        observer.openWindow(shifted);
        let proof = (0,verdict/* beginProof */.yy)(effective / 100, (step.previous.get(release) ?? 0) / 100, PROOF_LEVEL);
        let counted = { stable: 0, canary: 0 };
        let confirmed = false;
        return async () => {
            if (confirmed)
                return true;
            const now = ports.clock.monotonic();
            const { canary, identified, good } = observer.window;
            // Where versions cannot be told apart nothing is claimed (allow-unproved, or users' counts prove the split).
            if (!observer.identifier.distinguishes) {
                confirmed = good > 0;
            }
            else {
                const seen = { stable: identified - canary, canary };
                const judged = (0,verdict/* advanceProof */.jF)(proof, {
                    stable: seen.stable - counted.stable,
                    canary: seen.canary - counted.canary,
                });
                proof = judged.proof;
                counted = seen;
                if (judged.outcome === 'refuted') {
                    await this.writer.verify(release);
                    throw new errors/* CheckFailed */.EC(`the split of ${service} is not what the route says: it says ${effective} %, ${(0,percent/* round */.L)(100 * judged.observed)} % of ${judged.answers} answers came from ${backends.canary}`, 'does something else split this traffic (a mesh, a second route, sticky sessions), or do other pods match the Services?');
                }
                confirmed = judged.outcome === 'confirmed';
                if (!confirmed && proof.batch.stable + proof.batch.canary === 0 && judged.answers > 0) {
                    observer.openWindow(now);
                    counted = { stable: 0, canary: 0 };
                }
            }
            if (!confirmed && now > shifted + PROVE_WITHIN) {
                await this.writer.verify(release);
                throw new errors/* CheckFailed */.EC(`the split of ${service} could not be proved within ${Math.round((now - shifted) / 1000)} s: the route says ${effective} %, ${canary} of the last ${identified} answers came from ${backends.canary}`, 'does the controller apply what it acknowledges? More probes (probe-rate) prove a split sooner');
            }
            return confirmed;
        };
    }
    #report(releases, step, decision) {
        return {
            asked: step.share,
            effective: step.effective,
            seen: Object.fromEntries(releases.map(({ service, observer: { identifier, window } }) => [
                service,
                identifier.distinguishes ? { canary: window.canary, identified: window.identified } : undefined,
            ])),
            acknowledged: step.acknowledged,
            probes: releases.reduce((sum, { observer }) => sum + observer.window.good, 0),
            failed: releases.reduce((sum, { observer }) => sum + observer.window.failed, 0),
            seconds: (this.#options.ports.clock.monotonic() - step.started) / 1000,
            decision,
        };
    }
}
/** At 100 % no current version is left to compare with: there the step passes with its time. */
function passed(decision, share, timeOver) {
    if (decision.verdict === 'promote')
        return timeOver;
    return share >= 100 && decision.verdict === 'wait' && timeOver;
}
/** Runs a write for every release at once; when some fail, the rest is still awaited, so that nothing is left in flight. */
async function engine_all(releases, write) {
    const results = await Promise.allSettled(releases.map(write));
    const failed = results.find((result) => result.status === 'rejected');
    if (failed)
        throw failed.reason;
    return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}
;// CONCATENATED MODULE: ./build/src/rollout/flight.js



/** Milliseconds for the first probes to tell stable's sign, beyond the time they take to be sent. */
const LEARN_WITHIN = 15_000;
/** Milliseconds until lanes answer: the controller pushes them like any other change. */
const LANES_WITHIN = 30_000;
/** Milliseconds in which a lane whose answers carry no mark may still lead to where it led before. */
const ARRIVES_WITHIN = 15_000;
/** Answers of the gateway itself, in a row, after which the public path is not what it should be. */
const REFUSED = 5;
/** Lane answers in a row that are no evidence, after which the lane is opened again. */
const SILENT = 20;
const flight_LOOK_EVERY = 50;
/** Waits until stable's answers are known well enough. @throws CheckFailed when the gateway itself refuses the probes. */
async function watchStable(observers, options) {
    const { clock, settings, signal, warn } = options;
    const started = clock.monotonic();
    while (observers.some((observer) => observer.identifier.wanted() > 0)) {
        signal.throwIfAborted();
        for (const observer of observers)
            if (observer.refusedInARow >= REFUSED)
                throw refused(observer);
        if (clock.monotonic() - started > LEARN_WITHIN + (20 / settings.probeRate) * 1000) {
            throw new errors/* CheckFailed */.EC('the public path gave too few answers before the release', 'is the gateway reached from the runner at probe-rate?');
        }
        await clock.sleep(flight_LOOK_EVERY, signal);
    }
    for (const observer of observers) {
        const { failed, good } = observer.window;
        const slip = observer.slip('public path');
        if (slip !== undefined && failed > good)
            warn(`${observer.service}: the current version is failing already (${failed} of ${failed + good} probes: ${slip.sentence}); the release goes on to replace it`);
    }
}
function refused(observer) {
    const sentence = observer.slip('public path')?.sentence ?? 'no answer';
    return new errors/* CheckFailed */.EC(`a probe of ${observer.service} failed before the release: ${sentence} (nothing was shifted yet: the route, the gateway or the key of the probes is at fault)`, adviceFor(sentence));
}
function adviceFor(sentence) {
    if (/API rate limit exceeded/.test(sentence))
        return 'give the probes a key of a consumer with a raised limit in probe-headers (manifests/kong/probe-consumer.yaml), or set probe-consumer: temporary';
    if (/No API key found|Unauthorized/.test(sentence))
        return 'give the probes a valid key in probe-headers, or set probe-consumer: temporary';
    return '';
}
/**
 * Opens the lanes of all services, waits for the controller's word, and sends pairs through them. When some fail, the rest
 * is still awaited: who closes lanes then must not run ahead of one that is being opened.
 */
async function openAll(services, engine, probing, options) {
    const { cluster, provider } = options;
    const opened = await Promise.allSettled(services.map(async ({ plan, release }) => {
        const tokens = await (0,lanes/* newTokens */.$K)(cluster, release.route);
        const written = await (0,lanes/* openLanes */.Ge)(cluster, provider, release, tokens);
        await Promise.all(written.map((object) => engine.acknowledged({ provider, object })));
        release.observer.lanes = { tokens, marked: provider.limits.laneMark && tokens.unmarked !== true };
        probing.startLanes(plan, release, tokens);
    }));
    const failed = opened.find((one) => one.status === 'rejected');
    if (failed)
        throw failed.reason;
}
/**
 * Probes that warm up and teach, and count for nothing.
 * @returns bounds of response times by service, from stable's answers on its lane.
 * @throws CheckFailed when a lane gives no evidence.
 */
async function warmUp(observers, options) {
    const { clock, settings, signal } = options;
    for (const observer of observers)
        observer.learnFromLanes(true);
    const started = clock.monotonic();
    const enough = (observer) => observer.identifier.wanted('stable') === 0 &&
        // A named sign needs no learning; without pre-flight nothing else waits for it.
        (observer.identifier.wanted('canary') === 0 || (settings.preFlight === 0 && settings.identify.by !== 'auto'));
    for (;;) {
        signal.throwIfAborted();
        const elapsed = clock.monotonic() - started;
        const late = elapsed < settings.warmUp + ARRIVES_WITHIN ? observers.filter(mayBeLate) : [];
        if (elapsed >= settings.warmUp && late.length === 0 && observers.every(enough))
            break;
        for (const { identifier } of late)
            if (identifier.strayed)
                identifier.forget('canary');
        if (elapsed > settings.warmUp + LANES_WITHIN)
            throw noEvidence(observers);
        await clock.sleep(flight_LOOK_EVERY, signal);
    }
    const bounds = observers.map((observer) => [observer.service, (0,verdict/* boundsFrom */.i4)(observer.drain().times.stable)]);
    for (const observer of observers)
        observer.learnFromLanes(false);
    return settings.latency === 'compare' ? Object.fromEntries(bounds) : {};
}
/**
 * Proxies take a rule some time after the controller has acknowledged it, and until then the canary's lane leads to stable.
 * A mark on the answers tells; without one, answers that do not set the versions apart may be such, failing ones too.
 */
function mayBeLate(observer) {
    return observer.lanes?.marked === false && !observer.identifier.distinguishes;
}
function noEvidence(observers) {
    for (const observer of observers) {
        for (const version of ['stable', 'canary']) {
            const { count, why } = observer.silence(version);
            if (count === 0)
                continue;
            return new errors/* CheckFailed */.EC(`the lane of ${observer.service} to ${version} gives no evidence: ${why} (nothing was shifted yet)`, adviceFor(why) || 'does another route with a higher priority take requests that carry a header?');
        }
    }
    return new errors/* CheckFailed */.EC('too few answers came on the lanes to tell the versions (nothing was shifted yet)', 'is the gateway reached from the runner at probe-rate?');
}
/**
 * Says by what the versions are told apart on the public path.
 * @throws CheckFailed when they cannot be, nothing else proves the split, and `allow-unproved` does not accept it
 */
function tellApart(releases, design, options) {
    const { settings, say, warn } = options;
    for (const { service, observer } of releases) {
        const { identifier } = observer;
        if (identifier.distinguishes) {
            say(`${service}: versions are told apart by ${identifier.describe()}`);
            continue;
        }
        const why = identifier.describe().replace(/^nothing: /, '');
        if (design.sources.includes('users')) {
            warn(`${service}: probes cannot tell the versions apart (${why}); users' counts prove the split`);
        }
        else if (settings.allowUnproved) {
            warn(`${service}: the versions cannot be told apart (${why}); shares are not proved, as allow-unproved says`);
        }
        else if (observer.slip('canary') === undefined || settings.preFlight === 0) {
            // A canary that fails shows no sign; then pre-flight says what is wrong with it.
            throw notTold(service, why);
        }
    }
}
function notTold(service, why) {
    return new errors/* CheckFailed */.EC(`the versions of ${service} cannot be told apart on the public path (${why}), so no share could be proved (nothing was shifted yet)`, 'set identify to a header or a JSON field that names the version, count users with evidence: pods, or accept it with allow-unproved: true');
}
/**
 * A canary that failed now and then in warm-up, and is good enough for pre-flight all the same, still has to be told apart.
 * @throws CheckFailed as {@link tellApart}
 */
function stillToldApart(releases, design, settings) {
    if (design.sources.includes('users') || settings.allowUnproved)
        return;
    for (const { service, observer } of releases)
        if (!observer.identifier.distinguishes)
            throw notTold(service, observer.identifier.describe().replace(/^nothing: /, ''));
}
/** Pairs at weight 0 until the verdict is given. */
async function flyAhead(trial, engine, options) {
    const { clock, signal, say } = options;
    trial.enter(0);
    trial.confirm({});
    let said = clock.monotonic();
    for (;;) {
        signal.throwIfAborted();
        const judgement = trial.look();
        const stop = engine.stopOf(judgement, 'in pre-flight');
        if (stop !== undefined)
            return stop;
        if (judgement.decision.verdict === 'promote') {
            say(judgement.decision.sentence);
            return { type: 'done' };
        }
        if (clock.monotonic() - said > 15_000) {
            said = clock.monotonic();
            say(judgement.decision.sentence);
        }
        await clock.sleep(flight_LOOK_EVERY, signal);
    }
}
/** Lanes that fell silent: answers come by another way, so the lane is gone. */
function silentLanes(observers) {
    return observers.filter((observer) => ['stable', 'canary'].some((version) => observer.silence(version).count >= SILENT));
}
// EXTERNAL MODULE: ./build/src/checks/runner.js
var runner = __webpack_require__(4441);
// EXTERNAL MODULE: ./build/src/routes/types.js
var types = __webpack_require__(9253);
;// CONCATENATED MODULE: ./build/src/rollout/trial/checks.js
/** The user's checks at every moment of a release: on the public path, and on the canary's lane before users meet it. */


class Checking {
    #services;
    #probing;
    #options;
    constructor(services, probing, options) {
        this.#services = services;
        this.#probing = probing;
        this.#options = options;
    }
    /** All checks on the public path, then the command. @throws CheckFailed */
    async run(when) {
        const { settings, checkCommand } = this.#options;
        const share = Math.max(0, ...this.#services.map(({ release }) => release.state.share ?? 0));
        await (0,runner/* runChecks */.J)(settings.checks, when, { ...this.#asking(), share, target: (path) => this.#targetOf(path) });
        await checkCommand(when, share);
    }
    /** The checks of a service on its canary's lane: before any user could meet what they would find. @throws CheckFailed */
    async onLane(of) {
        const { lanes } = of.release.observer;
        if (lanes === undefined)
            return;
        const headers = { ...this.#probing.targetOf(of.plan).headers, [types/* LANE_HEADER */.nJ]: lanes.tokens.canary };
        const ours = this.#options.settings.checks.filter((check) => this.#ownerOf(check.path) === of);
        await (0,runner/* runChecks */.J)(
        // Whose lane it is says who answers.
        ours.map(({ expect: { servedBy: _, ...expect }, ...check }) => ({ ...check, expect })), `on the lane of ${of.release.backends.canary}`, { ...this.#asking(), share: 0, target: () => ({ headers }) });
    }
    #asking() {
        const { http, gatewayUrl, ports, signal, onCheck } = this.#options;
        return { gatewayUrl, http, clock: ports.clock, signal, onResult: onCheck };
    }
    /** The service a path belongs to: the one with the longest path that it begins with. */
    #ownerOf(path) {
        return this.#services
            .filter(({ plan }) => path.startsWith(plan.path))
            .sort((a, b) => b.plan.path.length - a.plan.path.length)[0];
    }
    #targetOf(path) {
        const owner = this.#ownerOf(path);
        if (owner === undefined)
            return { headers: this.#options.probeHeaders };
        const { identifier } = owner.release.observer;
        return { headers: this.#probing.targetOf(owner.plan).headers, versionOf: (answer) => identifier.tell(answer) };
    }
}
;// CONCATENATED MODULE: ./build/src/evidence/probes/schedule.js
/**
 * Calls `send` once in every interval of `1 / rate`, at a moment of chance in it, until the signal is aborted: gateways
 * that give requests to versions in turn would else give the same version to every probe that comes in step with others.
 * One that comes late (a busy runner) is sent at once, and those missed meanwhile are left out: catching up in a burst
 * would measure the burst.
 * @returns resolves after the abort; rejects only with what `send` throws.
 */
async function pace(send, { rate, clock, random, signal }) {
    const interval = 1000 / rate;
    let slot = clock.monotonic();
    try {
        while (!signal.aborted) {
            const wait = slot + random() * interval - clock.monotonic();
            if (wait > 0)
                await clock.sleep(wait, signal);
            send();
            slot += interval;
            if (slot + interval < clock.monotonic())
                slot = clock.monotonic() + interval;
        }
    }
    catch (error) {
        if (!signal.aborted)
            throw error;
    }
}
;// CONCATENATED MODULE: ./build/src/evidence/probes/probes.js
/** Our own requests: continuously on the public path, and in pairs on the lanes. */


/** Probes the public path as users call it. */
function startProbes(target, options, onAnswer) {
    return stream(options, (send) => send(target.url, target.headers, onAnswer));
}
/**
 * Probes both lanes in pairs. Which of the two goes first is a coin's choice, so that what one request does to the next
 * (a cold connection, a cache) is shared fairly.
 */
function startPairs(target, tokens, options, onAnswer) {
    return stream(options, (send) => {
        const order = options.ports.random() < 0.5 ? ['stable', 'canary'] : ['canary', 'stable'];
        for (const version of order) {
            send(target.url, { ...target.headers, [types/* LANE_HEADER */.nJ]: tokens[version] }, (answer, sentAt) => onAnswer(version, answer, sentAt));
        }
    });
}
function stream(options, each) {
    const { clock, random } = options.ports;
    const stopped = new AbortController();
    const underWay = new Set();
    const send = (url, headers, onAnswer) => {
        const sentAt = clock.monotonic();
        const probe = options
            .http({ url, method: 'GET', headers, timeout: options.timeout, signal: stopped.signal })
            .then((answer) => {
            if (!stopped.signal.aborted)
                onAnswer(answer, sentAt);
        })
            .finally(() => underWay.delete(probe));
        underWay.add(probe);
    };
    const done = pace(() => each(send), { rate: options.rate, clock, random, signal: stopped.signal });
    return {
        stop: async () => {
            stopped.abort(new Error('probing ended'));
            await done;
            await Promise.all(underWay);
        },
    };
}
;// CONCATENATED MODULE: ./build/src/rollout/trial/probes.js
/** The probes of a release: on the public path of every service all along, and on its lanes while they are open. */



/** Milliseconds until a probe counts as unanswered. */
const PROBE_TIMEOUT = 5_000;
class Probing {
    #options;
    #public = [];
    #lanes = [];
    constructor(options) {
        this.#options = options;
    }
    startPublic(plan, release) {
        const stream = startProbes(this.targetOf(plan), this.#settings(), (answer, sentAt) => release.observer.takePublic(answer, sentAt));
        this.#public.push(stream);
    }
    startLanes(plan, release, tokens) {
        const stream = startPairs(this.targetOf(plan), tokens, this.#settings(), (version, answer, sentAt) => release.observer.takeLane(version, answer, sentAt));
        this.#lanes.push(stream);
    }
    /** Where a normal request to the service goes. */
    targetOf(plan) {
        const { gatewayUrl, headers } = this.#options;
        return { service: plan.service, url: gatewayUrl + plan.path, headers: (0,address/* requestHeaders */.A)(plan, headers) };
    }
    /** Headers that lead a request into a lane. */
    laneHeaders(plan, token) {
        return { ...this.targetOf(plan).headers, [types/* LANE_HEADER */.nJ]: token };
    }
    async stopLanes() {
        const streams = this.#lanes;
        this.#lanes = [];
        await Promise.all(streams.map((stream) => stream.stop()));
    }
    async stop() {
        const streams = this.#public;
        this.#public = [];
        await Promise.all([this.stopLanes(), ...streams.map((stream) => stream.stop())]);
    }
    #settings() {
        const { ports, http, rate } = this.#options;
        return { rate, timeout: PROBE_TIMEOUT, ports, http };
    }
}
;// CONCATENATED MODULE: ./build/src/rollout/drive.js
/** Does what the machine asks for, one function an effect: from the first probe to the last weight, and back again. */














const drive_LOOK_EVERY = 100;
/** Milliseconds between two rounds of checks while the release bakes. */
const CHECK_EVERY = 30_000;
/** How often a lane that fell silent is opened again before the release is given up. */
const REOPEN = 3;
/** Owns the probes, the trial and the state of every service of one release. */
class Drive {
    releases;
    #options;
    #plans;
    #engine;
    #probing;
    #flight;
    #checking;
    #services;
    #users;
    /** From here on lanes may be there, also those whose opening was cut short. */
    #lanesBegun = false;
    #trial;
    #reopened = 0;
    #step = 'before the release';
    constructor(plans, options) {
        const { ports, settings, run, signal, http, gatewayUrl, probeHeaders } = options;
        this.#options = options;
        this.#plans = plans;
        const now = new Date(ports.clock.now()).toISOString();
        this.releases = plans.map((plan) => beginRelease(plan, settings, run, now, options.continued));
        const cluster = options.cluster.under(signal);
        this.#engine = new Engine({ ...options, cluster, runChecks: (when) => this.check(when) });
        this.#flight = { ...options, cluster, clock: ports.clock };
        this.#probing = new Probing({ ports, http, gatewayUrl, rate: settings.probeRate, headers: probeHeaders });
        this.#services = plans.flatMap((plan, index) => {
            const release = this.releases[index];
            return release === undefined ? [] : [{ plan, release }];
        });
        this.#checking = new Checking(this.#services, this.#probing, options);
        for (const { plan, release } of this.#services)
            this.#probing.startPublic(plan, release);
    }
    /** What was going on last, for the report. */
    get step() {
        return this.#step;
    }
    get writer() {
        return this.#engine.writer;
    }
    /** Users' requests to the canary that failed where they are counted, else failing probes on the public path. */
    get failures() {
        const counted = this.#trial?.last?.failingRequests;
        return counted ?? this.releases.reduce((sum, { observer }) => sum + observer.failures, 0);
    }
    /** What the verdict said last. */
    get decision() {
        return this.#trial?.last;
    }
    async watch() {
        await watchStable(this.releases.map(({ observer }) => observer), this.#flight);
        try {
            await this.check('before the release');
        }
        catch (error) {
            const failing = this.releases.some(({ observer: { window } }) => window.failed > window.good);
            if (!(error instanceof errors/* CheckFailed */.EC) || !failing)
                throw error;
            this.#options.warn(`${(0,errors/* reasonOf */.A3)(error)}; the current version is failing already, so the release goes on`);
        }
        return { type: 'done' };
    }
    async attach() {
        const { settings, ports, say } = this.#options;
        this.#step = 'attach';
        for (const { backends } of this.releases) {
            await (0,readiness/* waitForReady */.Cf)(this.#flight.cluster, settings.namespace, backends.canary, 1, {
                clock: ports.clock,
                timeout: settings.readyTimeout,
            });
        }
        for (const { observer } of this.releases)
            observer.stopLearning();
        for (const { service, state } of this.releases) {
            if (state.share !== undefined)
                say(`${service}: goes on from ${state.share} %, where the release was`);
        }
        await this.#engine.attach(this.releases.filter(({ state }) => state.share === undefined));
        return { type: 'done' };
    }
    async openLanes() {
        const { settings, ports, signal } = this.#options;
        this.#step = 'lanes';
        this.#lanesBegun = true;
        await openAll(this.#services, this.#engine, this.#probing, this.#flight);
        const every = settings.evidence.includes('prometheus') ? Math.min(5_000, settings.scrapeInterval) : 5_000;
        const probes = (service, from, until) => this.releases.find((release) => release.service === service)?.observer.probesBetween(from, until) ??
            (0,users_sources/* NO_PROBES */.uw)(service, from, until);
        const sources = this.#options.sources(this.#plans, probes);
        this.#users = readUsers(sources, {
            clock: ports.clock,
            every,
            signal,
            stretch: (service) => this.#trial?.stretchOf(service),
            splitFromUsers: () => this.#trial?.design.splitFrom === 'users',
        });
        return { type: 'done' };
    }
    async warmUp() {
        const { settings, warn, ports } = this.#options;
        this.#step = 'warm-up';
        const observers = this.releases.map(({ observer }) => observer);
        const bounds = await warmUp(observers, this.#flight);
        this.#trial = (0,design/* openTrial */.ZV)(this.releases, settings, {
            bounds,
            clock: ports.clock,
            users: () => this.#users?.take() ?? [],
            say: warn,
        });
        tellApart(this.releases, this.#trial.design, this.#flight);
        return { type: 'done' };
    }
    async preFlight() {
        const trial = this.#trialNow();
        const { settings } = this.#options;
        if (trial.resumed)
            return { type: 'done' };
        this.#step = 'pre-flight';
        this.#options.say(`pre-flight: ${settings.preFlight} pairs of probes on the lanes, no user meets the new version`);
        for (const of of this.#services)
            await this.#checking.onLane(of);
        const flown = await flyAhead(trial, this.#engine, this.#flight);
        if (flown.type === 'done')
            stillToldApart(this.releases, trial.design, settings);
        return flown;
    }
    /** Place of the first weight to shift to. */
    get from() {
        return firstStep(this.releases, this.#options.settings.canaryWeight);
    }
    /** Whether a canary has traffic before this run's first write. */
    get moved() {
        return this.releases.some(({ state }) => (state.share ?? 0) > 0);
    }
    async prepare(index) {
        const share = this.#shareAt(index);
        this.#step = `weight ${share}`;
        await this.#mendLanes();
        await this.#engine.prepare(this.releases, share, index);
        return { type: 'done' };
    }
    async shift(index) {
        const trial = this.#trialNow();
        trial.enter(index + 1);
        await this.#engine.shift(this.releases, (service) => this.#evidence(service));
        return { type: 'done' };
    }
    prove() {
        return this.#engine.prove(this.releases, this.#trialNow(), () => this.#mendLanes());
    }
    observe() {
        return this.#engine.observe(this.releases, this.#trialNow(), this.#options.onStep, () => this.#mendLanes());
    }
    /** Watches the new version at its last weight while the old one still runs. */
    async bake() {
        const { settings, ports, say, signal } = this.#options;
        this.#step = 'bake';
        say(`baking for ${Math.round(settings.bake / 1000)} s`);
        await Promise.all(this.releases.map((release) => this.writer.note(release, { phase: 'baking' })));
        const trial = this.#trialNow();
        const until = ports.clock.monotonic() + settings.bake;
        let checked = Number.NEGATIVE_INFINITY;
        while (ports.clock.monotonic() < until) {
            signal.throwIfAborted();
            const judgement = trial.look();
            const stop = this.#engine.stopOf(judgement, 'during bake');
            if (stop?.type === 'verdict' && stop.verdict === 'rollback')
                return stop;
            if (ports.clock.monotonic() - checked > CHECK_EVERY) {
                await this.check('during bake');
                checked = ports.clock.monotonic();
            }
            await ports.clock.sleep(Math.min(drive_LOOK_EVERY, Math.max(1, until - ports.clock.monotonic())), signal);
        }
        await this.check('at the end of bake');
        return { type: 'done' };
    }
    /** Lanes go before the journal says that all is done: a run that dies in between is gone on with, not overlooked. */
    async conclude(phase) {
        const step = this.#options.settings.canaryWeight.length;
        await this.stop();
        for (const problem of await this.closeLanes(this.#options.cluster))
            this.#options.warn(problem);
        await this.#note(phase, this.#options.signal, step);
        if (phase === 'promoted')
            await this.#settle();
        return { type: 'done' };
    }
    /** Autoscalers whose lower bound was raised for a share scale by the requests now. */
    async #settle() {
        const { cluster, settings, warn } = this.#options;
        for (const { backends } of this.releases) {
            await (0,replicas/* settleAutoscaler */.bh)(cluster, settings.namespace, backends.canary).catch((error) => {
                warn(`the autoscaler of ${backends.canary} keeps its raised lower bound: ${(0,errors/* reasonOf */.A3)(error)}`);
            });
        }
    }
    /** Leaves the weights where they are, and says so in the journal. */
    async hold() {
        const within = AbortSignal.timeout(4_000);
        await this.stop();
        for (const problem of await this.closeLanes(this.#options.cluster.under(within, 2_000)))
            this.#options.warn(problem);
        await this.#note('holding', within);
        return { type: 'done' };
    }
    /**
     * Brings everything back; the probes go on until it is proved.
     * @param drift where someone else has written a route: it is left alone; where the service has several, the others are
     *   brought back
     */
    async giveBack(drift) {
        const { service: drifted, route } = drift ?? {};
        const cancelled = this.#options.signal.reason instanceof errors/* Cancelled */.cJ;
        const partly = (release) => (release.followers ?? []).length > 0 && route !== undefined;
        const ours = this.releases.filter((release) => release.service !== drifted || partly(release));
        const lanes = this.#probing.stopLanes();
        const returned = await returnTraffic(ours, {
            ...this.#options,
            except: route,
            writeWithin: cancelled ? 4_000 : 30_000,
            proveWithin: cancelled ? 1_500 : 30_000,
        });
        await lanes;
        await this.stop();
        const left = this.releases
            .filter((release) => release.service === drifted)
            .map((release) => leftAlone(release, drift?.share, partly(release) ? route : undefined));
        return [...returned, ...left];
    }
    /** Takes the lanes, and the canaries of weight 0, out of the cluster. @returns a sentence for each thing that stayed */
    async detach(cluster) {
        const problems = await this.closeLanes(cluster);
        const writer = new RouteWriter(cluster, this.#options.provider, this.#options.ports.clock);
        for (const release of this.releases) {
            if (release.state.asked === undefined)
                continue;
            await writer
                .detach(release, release.backends.canary, { phase: 'returned', weight: 0 })
                .catch((error) => {
                problems.push(`${release.backends.canary} is still in the route at weight 0: ${(0,errors/* reasonOf */.A3)(error)}`);
            });
        }
        return problems;
    }
    async closeLanes(cluster) {
        // A release that goes on from a dead run's may have that run's lanes.
        if (!this.#lanesBegun && this.releases.every(({ state }) => state.asked === undefined))
            return [];
        const { provider } = this.#options;
        const problems = await Promise.all(this.releases.map((release) => (0,lanes/* closeLanes */.GZ)(cluster, provider, release)));
        return problems.flat();
    }
    async stop() {
        await Promise.all([this.#probing.stop(), this.#users?.stop()]);
    }
    check(when) {
        return this.#checking.run(when);
    }
    /** Lanes that someone took away are opened again, a few times. */
    async #mendLanes() {
        const silent = silentLanes(this.releases.map(({ observer }) => observer));
        if (silent.length === 0)
            return false;
        const [first] = silent;
        const version = (first?.silence('canary').count ?? 0) > 0 ? 'canary' : 'stable';
        const why = first?.silence(version).why ?? '';
        if (++this.#reopened > REOPEN)
            throw new errors/* CheckFailed */.EC(`the lanes of ${first?.service} give no evidence: ${why}`, 'who takes them away?');
        this.#options.warn(`the lanes of ${silent.map(({ service }) => service).join(', ')} gave no evidence (${why}): opened again`);
        await this.#probing.stopLanes();
        await openAll(this.#services, this.#engine, this.#probing, this.#flight);
        for (const { observer } of this.releases)
            observer.forgetSilence();
        return true;
    }
    async #note(phase, signal, step) {
        const writer = new RouteWriter(this.#options.cluster.under(signal), this.#options.provider, this.#options.ports.clock);
        await Promise.all(this.releases.map((release) => {
            const evidence = this.#evidence(release.service);
            return writer.note(release, {
                phase,
                ...(step === undefined ? {} : { step }),
                ...(evidence === undefined ? {} : { evidence }),
            });
        }));
    }
    #evidence(service) {
        const release = this.releases.find((candidate) => candidate.service === service);
        return release === undefined ? undefined : (0,design/* evidenceOf */.X1)(release, this.#trial);
    }
    #trialNow() {
        if (this.#trial === undefined)
            throw new Error('the trial was not opened before it was asked: please report this');
        return this.#trial;
    }
    #shareAt(index) {
        return this.#options.settings.canaryWeight[index] ?? 100;
    }
}
;// CONCATENATED MODULE: ./build/src/rollout/end.js
/** How a release is told: each weight as it was passed, and the end with where the traffic is now. */


/** Notes a weight that was passed, or that ended the release. */
function noteStep({ settings, notes }, step) {
    const counted = Object.values(step.seen).filter((entry) => entry !== undefined);
    const answers = counted.reduce((sum, { identified }) => sum + identified, 0);
    const share = counted.reduce((sum, entry) => sum + entry.canary, 0) / Math.max(1, answers);
    const effective = Math.max(...Object.values(step.effective));
    const checks = notes.checks.filter(({ when, passed }) => passed && when.endsWith(` ${step.asked} %`)).length;
    notes.weight = step.asked;
    notes.steps.push({
        services: settings.services,
        asked: step.asked,
        effective,
        ...(answers > 0 ? { seen: { share: 100 * share, answers } } : {}),
        checks: { passed: step.probes + checks, failed: step.failed },
        verdict: step.decision.sentence,
        seconds: step.seconds,
        acknowledgement: step.acknowledged,
    });
    const seen = answers > 0 ? `${(0,percent/* round */.L)(100 * share)} % of ${answers} answers seen` : 'share not proved';
    const probes = `${step.probes} of ${step.probes + step.failed} probes good`;
    notes.say(`${step.asked} %: effective ${effective} %, ${seen}, ${probes}, ${step.seconds.toFixed(1)} s`);
    notes.say(step.decision.sentence);
}
/** The end of a run in which nothing was to be shifted. */
function withoutRelease({ settings, notes }, services) {
    notes.weight = 100;
    const named = (kind) => services.filter(({ discovery }) => discovery.kind === kind).map(({ service }) => `${service}-${settings.version}`);
    const first = named('bootstrap');
    const traffic = `all requests go to ${[...first, ...named('same-version')].join(', ')}`;
    if (first.length === 0)
        return notes.outcome(settings, 'nothing-to-do', `${settings.version} is the version that serves already`, traffic);
    const reason = `${first.join(', ')} was installed as the first version and answers through the gateway`;
    return notes.outcome(settings, 'bootstrapped', reason, traffic);
}
/** The end of a release that was not given up. @param cause why it was held, if it was */
function arrived({ settings, notes }, end, drive, cause) {
    const last = settings.canaryWeight.at(-1) ?? 100;
    const names = drive.releases.map(({ backends }) => backends.canary).join(', ');
    const told = drive.releases.every(({ observer }) => observer.identifier.distinguishes);
    // Not always what was asked for: somebody else's share may have been taken over.
    const share = (0,percent/* round */.L)(Math.max(...drive.releases.map(({ state }) => state.share ?? 0)));
    if (end === 'held') {
        const traffic = `${share} % of requests go to ${names}${proofAt(share, notes, told)}`;
        notes.weight = share;
        return notes.outcome(settings, 'held', `${names} was left at its weight: ${because(cause)}`, traffic);
    }
    const proof = proofAt(last, notes, told);
    const basis = drive.decision?.basis === 'users' ? "users' requests" : "probes, not users' requests";
    if (end === 'holding') {
        notes.weight = share;
        const wanted = share === (0,percent/* round */.L)(last) ? 'as asked' : `as somebody else set it (${last} % were asked for)`;
        const traffic = `${share} % of requests go to ${names}${proof}`;
        const hold = drive.releases.length > 1 ? 'hold' : 'holds';
        return notes.outcome(settings, 'holding', `${names} ${hold} at ${share} % ${wanted}, judged by ${basis}`, traffic);
    }
    notes.weight = 100;
    const each = drive.releases.length > 1 ? 'each passed' : 'passed';
    const reason = `${names} ${each} every step, judged by ${basis}`;
    return notes.outcome(settings, 'promoted', reason, `all requests go to ${names}${proof}`);
}
/** How the share is known. A run that was cancelled in a step has proved an earlier one at best. */
function proofAt(weight, { steps }, told) {
    const step = steps.at(-1);
    const seen = step?.asked === weight ? step.seen : undefined;
    if (seen !== undefined)
        return `, proved by ${seen.answers} answers on the public path`;
    return ` by the route; ${told ? 'it was not proved yet' : 'the versions cannot be told apart, so it is not proved'}`;
}
/** The end of a release that was given up: why, and where the traffic of each service is. */
function givenUp({ settings, notes }, result, cause, returned) {
    const traffic = returned.map((one) => one.traffic).join('; ');
    return notes.outcome(settings, result, because(cause), traffic || 'no route was touched, all traffic is where it was');
}
function because(cause) {
    const next = cause instanceof errors/* RunError */.e4 && cause.next ? ` Next: ${cause.next}.` : '';
    return `${(0,errors/* reasonOf */.A3)(cause).trim().replace(/\.$/, '')}.${next}`;
}
const TITLES = {
    watch: 'Before the release',
    attach: 'Attach at 0 %',
    'open-lanes': 'Open lanes',
    'warm-up': 'Warm up',
    'pre-flight': 'Pre-flight',
    prepare: 'Prepare',
    shift: 'Shift',
    prove: 'Prove',
    observe: 'Observe',
    bake: 'Bake',
    conclude: 'Conclude',
    retire: 'Retire',
    hold: 'Hold',
    return: 'Return',
    undo: 'Undo',
};
/** What the log's group is called. */
function titleOf(effect, share) {
    const atWeight = effect === 'prepare' || effect === 'shift' || effect === 'prove' || effect === 'observe';
    return atWeight ? `${TITLES[effect]} ${share} %` : TITLES[effect];
}
;// CONCATENATED MODULE: ./build/src/gateway/pods.js
/** Ready gateway pods, for plugins that count per pod: pods of Deployments that run Kong itself. At least 1. */
async function countGatewayPods(cluster, settings) {
    const { items } = await cluster.list('apps/v1', 'Deployment', settings.kongNamespace);
    const proxies = items.filter((deployment) => JSON.stringify(deployment['spec'] ?? {}).match(/"image":"([^"]*\/)?kong(\/kong-gateway)?[:@"]/));
    const pods = proxies.reduce((sum, deployment) => sum + Number(deployment['status']?.readyReplicas ?? 0), 0);
    return Math.max(1, pods);
}
// EXTERNAL MODULE: ./build/src/gateway/shipped.js
var shipped = __webpack_require__(2087);
// EXTERNAL MODULE: ./build/src/manifests/apply.js
var apply = __webpack_require__(3520);
// EXTERNAL MODULE: ./build/src/manifests/snapshot.js
var snapshot = __webpack_require__(4470);
// EXTERNAL MODULE: ./build/src/manifests/route-files/merge.js + 2 modules
var merge = __webpack_require__(1302);
;// CONCATENATED MODULE: ./build/src/manifests/route-files/live.js






const live_ATTEMPTS = 5;
/**
 * Merges a route file into the live object. Weights are never reset, and a write by someone else in between makes us
 * read again, so that neither write is lost.
 * @returns the object before, and after when something changed.
 */
async function mergeLiveRoute(cluster, file, options) {
    for (let attempt = 1;; attempt++) {
        const before = await cluster.get((0,kube_objects/* refOf */.H8)(file));
        const patch = (0,merge/* mergeRoute */.gL)(before, file, options);
        if (patch.length === 0)
            return { before, after: undefined };
        try {
            return { before, after: await cluster.patch((0,kube_objects/* refOf */.H8)(before), patch) };
        }
        catch (error) {
            if (!(error instanceof transport/* ApiError */.hD))
                throw error;
            if (error.status === 422 && attempt < live_ATTEMPTS && !/is invalid/.test(error.message))
                continue;
            throw new errors/* PlatformError */.Wk(`${(0,kube_objects/* nameOf */.Vb)(file)} could not be merged: ${error.message}`, 'correct the route in the manifests');
        }
    }
}
/**
 * Puts back what a route said before its file was merged in, with the weights as they are now.
 * @param after the route right after the merge: labels, annotations and plugin names the file brought are only taken
 *   away again with it, since a merge itself removes none
 */
async function restoreRoute(cluster, before, options, after) {
    try {
        if (after !== undefined)
            await takeAway(cluster, before, after);
    }
    finally {
        // The rules come back even where somebody has changed an annotation since.
        await mergeLiveRoute(cluster, before, options);
    }
}
/** Labels and annotations as they were, where nobody has changed them since. */
async function takeAway(cluster, before, after) {
    const metadataOf = (object) => ({
        ...before,
        metadata: { ...before.metadata, labels: object.metadata.labels ?? {}, annotations: withoutJournal(object) },
    });
    const patch = (0,snapshot/* reversePatch */.L)(metadataOf(before), metadataOf(after));
    if (patch.length > 0)
        await cluster.patch((0,kube_objects/* refOf */.H8)(before), patch);
}
/** The journal is the release's: it says what has happened since, and is never put back. */
function withoutJournal(object) {
    const { [names/* JOURNAL_ANNOTATION */.Ij]: _, ...rest } = object.metadata.annotations ?? {};
    return rest;
}
// EXTERNAL MODULE: ./build/src/manifests/route-files/options.js
var options = __webpack_require__(3490);
// EXTERNAL MODULE: ./build/src/plugins/desired.js
var desired = __webpack_require__(6408);
;// CONCATENATED MODULE: ./build/src/plugins/bind.js




/**
 * Adds plugin names to a route's annotation; foreign names keep their place. Nothing is written when all are there.
 * @returns the route as it is now.
 */
async function bindPlugins(cluster, route, names, snapshot) {
    for (let attempt = 1;; attempt++) {
        const before = await cluster.get(route);
        const existing = (0,kube_objects/* annotation */.w7)(before, desired/* PLUGINS_ANNOTATION */.Pd);
        const wanted = (0,desired/* mergePlugins */.$Z)(existing, names);
        if (wanted === existing || names.length === 0)
            return before;
        const path = (0,kube_objects/* pointer */.Wn)('metadata', 'annotations', desired/* PLUGINS_ANNOTATION */.Pd);
        const patch = existing !== undefined
            ? [
                { op: 'test', path, value: existing },
                { op: 'replace', path, value: wanted },
            ]
            : [
                // Absence cannot be tested: a list that somebody else writes in this moment must not be lost.
                { op: 'test', path: '/metadata/resourceVersion', value: before.metadata.resourceVersion },
                before.metadata.annotations !== undefined
                    ? { op: 'add', path, value: wanted }
                    : { op: 'add', path: '/metadata/annotations', value: { [desired/* PLUGINS_ANNOTATION */.Pd]: wanted } },
            ];
        try {
            const after = await cluster.patch((0,kube_objects/* refOf */.H8)(before), patch);
            snapshot.record({ before, after });
            return after;
        }
        catch (error) {
            if (!(error instanceof transport/* ApiError */.hD) || error.status !== 422)
                throw error;
            if (attempt === 5)
                throw new errors/* PlatformError */.Wk(`the plugins of ${(0,kube_objects/* nameOf */.Vb)(before)} could not be bound: someone else keeps changing them`);
        }
    }
}
// EXTERNAL MODULE: ./build/src/study/brought.js
var brought = __webpack_require__(9350);
;// CONCATENATED MODULE: ./build/src/rollout/steps/bootstrap.js





/**
 * Waits for the pods, then creates the route with its journal already on it.
 * @throws BackendError when the pods do not get ready, or the route file names another version.
 */
async function bootstrap(cluster, plan, settings, options) {
    const backend = `${plan.service}-${settings.version}`;
    await (0,readiness/* waitForReady */.Cf)(cluster, settings.namespace, backend, 1, { clock: options.clock, timeout: settings.readyTimeout });
    if (plan.live)
        return plan.live;
    const file = plan.file;
    if (!file || !backendsOf(file, plan).includes(backend)) {
        throw new errors/* BackendError */.Jh(`${file ? (0,kube_objects/* nameOf */.Vb)(file) : `the route of ${plan.service}`} does not name ${backend}, the first version of ${plan.service}`, `write ${backend} as its backend`);
    }
    const now = new Date(options.clock.now()).toISOString();
    const journal = (0,journal_journal/* encode */.lF)({
        version: 1,
        release: `${settings.services.join(',')}@${settings.version}`,
        run: options.run.id,
        attempts: 1,
        service: plan.service,
        versions: { stable: settings.version, canary: settings.version },
        backends: { stable: backend, canary: backend },
        phase: 'promoted',
        step: 1,
        plan: [100],
        weight: 100,
        startedAt: now,
        updatedAt: now,
        ...(options.run.url === undefined ? {} : { runUrl: options.run.url }),
        history: [],
    });
    const created = await cluster.create({
        ...file,
        metadata: { ...file.metadata, annotations: { ...file.metadata.annotations, [journal_journal/* JOURNAL_ANNOTATION */.Ij]: journal } },
    });
    options.snapshot.record({ before: undefined, after: created });
    await (0,write/* awaitAcknowledgement */.P2)(cluster, plan.provider, created, { clock: options.clock, timeout: 30_000 });
    return created;
}
function backendsOf(file, { provider, service, isBackend }) {
    return provider
        .findAll([file], service, isBackend)
        .flatMap(({ rules }) => rules.flatMap(({ backends }) => backends.map(({ name }) => name)));
}
;// CONCATENATED MODULE: ./build/src/rollout/install.js
/** What a release brings to the platform beside the weights (manifests, clones, route files, plugins), and taking it back. */














/** Objects that serve requests: they go last on the way back, and only when nobody is served by them. */
const WORKLOADS = new Set(['Deployment', 'Service', 'HorizontalPodAutoscaler']);
class Installation {
    #context;
    #cluster;
    #prepared;
    #snapshot = new snapshot/* Snapshot */.F();
    /** Routes before and after their files were merged in. */
    #merged = [];
    constructor(context, cluster, prepared) {
        this.#context = context;
        this.#cluster = cluster;
        this.#prepared = prepared;
    }
    /** Objects before what refers to them: manifests and clones, then route files, then the bindings of plugins. */
    async apply() {
        const { settings, notes, actionRoot } = this.#context;
        const { services, manifests, plugins, mesh } = this.#prepared;
        const entries = services.map(({ entry }) => entry);
        const gateway = await (0,shipped/* neededGateway */.i5)(this.#cluster, settings, actionRoot, entries);
        const wanted = [...gateway, ...(0,brought/* objectsOf */.i)(this.#prepared)];
        const report = await (0,apply/* applyObjects */.r)(this.#cluster, wanted, this.#snapshot, (name) => services.some(({ isBackend }) => isBackend(name)));
        for (const name of report.created)
            notes.say(`created ${name}`);
        for (const name of report.changed)
            notes.say(`changed ${name}`);
        if (report.unchanged.length > 0)
            notes.say(`${report.unchanged.length} objects were as the manifests say`);
        await this.#awaitBacking();
        for (const object of manifests.objects)
            if ((0,routes/* isRoute */.Cn)(object, mesh))
                await this.#mergeFile(object);
        for (const plan of services)
            if (plan.discovery.kind === 'bootstrap')
                await this.#bootstrap(plan);
        for (const { entry } of services)
            await bindPlugins(this.#cluster, (0,kube_objects/* refOf */.H8)(entry), plugins.names, this.#snapshot);
    }
    /** Shows on the public path that every plugin of the release is enforced. */
    async prove(gatewayUrl, http, lock) {
        const { settings, notes, log, run, ports } = this.#context;
        const { services, plugins } = this.#prepared;
        if (plugins.objects.length === 0)
            return;
        const targets = await Promise.all(services.map(async (plan) => ({
            service: plan.service,
            route: await this.#cluster.get((0,kube_objects/* refOf */.H8)(plan.entry)),
            url: gatewayUrl + plan.path,
            headers: { ...(plan.host ? { host: plan.host } : {}), ...plan.matchHeaders },
            plugins: plugins.objects,
        })));
        const results = await provePlugins(targets, {
            cluster: this.#cluster,
            http,
            clock: ports.clock,
            run: run.id,
            namespace: settings.namespace,
            ingressClass: 'kong',
            gatewayPods: await countGatewayPods(this.#cluster, settings),
            since: lock.since ?? ports.clock.now(),
            mask: (secret) => log.mask(secret),
            owner: lock.owner,
        });
        for (const result of results) {
            const seen = result.seen.join('; ') || 'bound, no warning of Kong';
            notes.say(`${result.service}: ${result.plugin} is enforced (${seen}${result.note ? `; ${result.note}` : ''})`);
            const expected = 'enforced on the public path';
            notes.plugins.push({ plugin: result.plugin, tried: result.service, expected, seen, passed: true });
        }
    }
    /**
     * Takes everything back: routes, plugins and other objects, then what serves requests.
     * @param free whether the canary is known to serve nobody, so that its objects may go
     * @returns one sentence for each thing that could not be brought back
     */
    async undo(cluster, free) {
        const problems = [];
        // Our bindings first: they were made on top of what the route files brought.
        const serving = new Set([...WORKLOADS, ...this.#prepared.mesh.backingKinds.map(({ kind }) => kind)]);
        problems.push(...(await this.#snapshot.restore(cluster, ({ kind }) => !serving.has(kind))));
        for (const { before, after } of this.#merged.toReversed()) {
            await restoreRoute(cluster, before, (0,options/* mergeOptions */.l)(this.#prepared.services), after).catch((error) => {
                problems.push(`${(0,kube_objects/* nameOf */.Vb)(before)} was not restored: ${(0,errors/* reasonOf */.A3)(error)}`);
            });
        }
        if (free)
            problems.push(...(await this.#snapshot.restore(cluster)));
        else
            problems.push('the new version was left running, because the return is not proved');
        return problems;
    }
    async #mergeFile(route) {
        const { notes } = this.#context;
        const { services } = this.#prepared;
        const live = await this.#cluster.find((0,kube_objects/* refOf */.H8)(route));
        if (live !== undefined && route.kind !== 'HTTPRoute') {
            notes.say(`${(0,kube_objects/* nameOf */.Vb)(route)} is there: its file is for the first time, and was left aside`);
            return;
        }
        if (live !== undefined) {
            const { before, after } = await mergeLiveRoute(this.#cluster, route, (0,options/* mergeOptions */.l)(services));
            if (after === undefined)
                return;
            this.#merged.push({ before, after });
            notes.say(`merged ${(0,kube_objects/* nameOf */.Vb)(route)} (weights untouched)`);
            return;
        }
        // The first route of a service is made when its pods are ready.
        const first = services.filter(({ discovery }) => discovery.kind === 'bootstrap');
        if (first.some((plan) => plan.route.kind === route.kind && plan.route.name === route.metadata.name))
            return;
        const created = await this.#cluster.create(route);
        this.#snapshot.record({ before: undefined, after: created });
        notes.say(`created ${(0,kube_objects/* nameOf */.Vb)(route)}`);
    }
    /** A route may name a new version only when the mesh knows what stands behind it. */
    async #awaitBacking() {
        const { settings, ports } = this.#context;
        const { services, mesh } = this.#prepared;
        for (const { discovery } of services) {
            if (discovery.kind === 'same-version')
                continue;
            for (const { apiVersion, kind } of mesh.backingKinds) {
                const ref = { apiVersion, kind, namespace: settings.namespace, name: discovery.canary.name };
                if (!(await this.#cluster.find(ref)))
                    continue;
                const ready = await (0,watch/* watchUntil */.m)(this.#cluster, { apiVersion, kind, namespace: settings.namespace, fieldSelector: `metadata.name=${ref.name}` }, (world) => [...world.values()].find((object) => mesh.backingReady(object)), { clock: ports.clock, timeout: settings.readyTimeout });
                if (ready !== undefined)
                    continue;
                throw new errors/* PlatformError */.Wk(`${(0,kube_objects/* nameOf */.Vb)(ref)} was not taken over by its controller within ${settings.readyTimeout / 1000} s`, `kubectl describe ${kind.toLowerCase()} ${ref.name} -n ${settings.namespace}`);
            }
        }
    }
    async #bootstrap(plan) {
        const { settings, notes, run, ports } = this.#context;
        await bootstrap(this.#cluster, plan, settings, {
            run,
            clock: ports.clock,
            snapshot: this.#snapshot,
        });
        notes.say(`${plan.service}-${settings.version} is ready and has the route`);
    }
}
;// CONCATENATED MODULE: ./build/src/rollout/machine.js
/**
 * The order of events of a release as a pure reducer: what is done next follows from the state alone, and the state from
 * what was reported of the last thing done. Nothing here knows the cluster, the clock or the evidence; a test explores
 * every path through it, with a crash and a new run after each.
 */
/** @param moved whether the canary has traffic already, from an earlier run of the same release */
function begin(course, moved) {
    return {
        course,
        effect: 'watch',
        step: course.from,
        touched: moved,
        moved,
        judged: false,
        back: undefined,
        end: undefined,
    };
}
/** The state after an event. Events that the effect under way cannot cause are treated as its failure. */
function reduce(state, event) {
    const { course, effect } = state;
    if (effect === undefined)
        return state;
    if (effect === 'return')
        return go({ ...state, back: event.type === 'returned' && event.back }, 'undo');
    if (effect === 'undo')
        return ended(state, machine_givenUp(state));
    if (effect === 'retire')
        return ended(state, 'promoted');
    if (effect === 'hold')
        return event.type === 'done' ? ended(state, 'held') : go(state, 'return');
    if (event.type === 'cancelled')
        return go(state, state.moved && course.onCancel === 'hold' ? 'hold' : 'return');
    if (event.type === 'verdict')
        return afterVerdict(state, event.verdict);
    if (event.type !== 'done')
        return go(state, 'return');
    return afterDone(state, effect);
}
function afterVerdict(state, verdict) {
    const { course, effect } = state;
    if (verdict === 'rollback')
        return go({ ...state, judged: true }, 'return');
    if (verdict === 'inconclusive')
        return go(state, state.moved && course.onInconclusive === 'hold' ? 'hold' : 'return');
    if (effect !== 'pre-flight' && effect !== 'observe')
        return go(state, 'return');
    return afterDone(state, effect);
}
function afterDone(state, effect) {
    const { course } = state;
    switch (effect) {
        case 'watch':
            return go({ ...state, touched: true }, 'attach');
        case 'attach':
            return go(state, 'open-lanes');
        case 'open-lanes':
            return go(state, 'warm-up');
        case 'warm-up':
            return go(state, course.preFlight ? 'pre-flight' : 'prepare');
        case 'pre-flight':
            return go(state, 'prepare');
        case 'prepare':
            return go({ ...state, moved: true }, 'shift');
        case 'shift':
            return go(state, 'prove');
        case 'prove':
            return go(state, 'observe');
        case 'observe':
            if (state.step + 1 < course.steps)
                return go({ ...state, step: state.step + 1 }, 'prepare');
            return go(state, course.bake ? 'bake' : 'conclude');
        case 'bake':
            return go(state, 'conclude');
        case 'conclude':
            if (!course.full)
                return ended(state, 'holding');
            return course.retire ? go(state, 'retire') : ended(state, 'promoted');
        default:
            return go(state, 'return');
    }
}
/** A weight that could not be returned is no rollback, whatever the verdict was. */
function machine_givenUp({ back, moved, judged }) {
    return back === true && (moved || judged) ? 'rolled-back' : 'failed';
}
function go(state, effect) {
    return { ...state, effect };
}
function ended(state, end) {
    return { ...state, effect: undefined, end };
}
;// CONCATENATED MODULE: ./build/src/rollout/steps/retire.js




/** @returns one sentence for each thing that was done, and for each that could not be (the release stands all the same). */
async function retireStable(cluster, writer, releases, settings, clock) {
    const done = [];
    const problems = [];
    if (settings.retire === 'keep')
        return { done, problems };
    for (const release of releases) {
        const old = release.backends.stable;
        try {
            const history = [
                ...release.state.journal.history,
                ...(release.versions.stable === ''
                    ? []
                    : [{ version: release.versions.stable, backend: old, at: new Date(clock.now()).toISOString() }]),
            ].slice(-journal_journal/* HISTORY_LIMIT */.Dc);
            await writer.detach(release, old, { history });
            await removePods(cluster, settings, old, release.service);
            await (0,replicas/* settleAutoscaler */.bh)(cluster, settings.namespace, release.backends.canary);
            done.push(`${old} was ${settings.retire === 'delete' ? 'deleted' : 'scaled to 0'}`);
        }
        catch (error) {
            problems.push(`${old} was not retired: ${(0,errors/* reasonOf */.A3)(error)}`);
        }
    }
    return { done, problems };
}
async function removePods(cluster, { namespace, retire }, name, service) {
    const deployment = await cluster.find({ apiVersion: 'apps/v1', kind: 'Deployment', namespace, name });
    if (retire === 'scale-down') {
        if (deployment)
            await (0,replicas/* scaleToNone */._t)(cluster, deployment);
        return;
    }
    // An adopted Service has the name that callers inside the cluster use: it is not a version's, so it stays.
    if (name !== service)
        await cluster.delete({ apiVersion: 'v1', kind: 'Service', namespace, name });
    const hpa = await (0,replicas/* scaledBy */.C7)(cluster, namespace, name);
    if (hpa)
        await cluster.delete((0,kube_objects/* refOf */.H8)(hpa));
    if (deployment)
        await cluster.delete({ apiVersion: 'apps/v1', kind: 'Deployment', namespace, name });
}
;// CONCATENATED MODULE: ./build/src/rollout/trial/serving.js
/** Whether a version that takes all requests really answers: for first versions, and for services with nothing to release. */



/** Good answers in a row that are asked for. */
const IN_A_ROW = 10;
const ASK_EVERY = 100;
/**
 * Asks until enough good answers came in a row. A first route needs a moment to reach Kong, so failures only count at the end.
 * @throws CheckFailed with what was expected and seen last.
 */
async function confirmServing(target, options) {
    const until = options.clock.monotonic() + options.timeout;
    let good = 0;
    let last = 'no answer';
    while (good < IN_A_ROW) {
        options.signal.throwIfAborted();
        const answer = await options.http({
            url: target.url,
            method: 'GET',
            headers: target.headers,
            timeout: 5_000,
            signal: options.signal,
        });
        const result = (0,expect/* evaluate */._3)(lane_answer/* PROBE_EXPECTATION */.m, answer, { from: 'app' });
        good = result.ok ? good + 1 : 0;
        if (!result.ok)
            last = (0,expect/* sentence */.em)(result);
        if (options.clock.monotonic() > until && good < IN_A_ROW) {
            throw new errors/* CheckFailed */.EC(`${target.service} does not answer well on the public path within ${options.timeout / 1000} s: ${last}`, /No API key found|Unauthorized/.test(last)
                ? 'give the probes a valid key in probe-headers'
                : `${target.url} shows it`);
        }
        await options.clock.sleep(ASK_EVERY, options.signal);
    }
}
// EXTERNAL MODULE: ./build/src/rollout/trial/users.js + 9 modules
var users = __webpack_require__(7498);
;// CONCATENATED MODULE: ./build/src/rollout/run.js
/** The writing half of a deploy, told in order; whatever fails, the way back is the same. */


















/** Milliseconds for taking back what was applied; less when the runner is about to end us. */
const UNDO_WITHIN = { normally: 60_000, stopped: 10_000 };
class Release {
    #context;
    #cluster;
    #prepared;
    #lock;
    /** Aborted when the run must stop: cancel, total time, lost lock. */
    #signal;
    #http;
    #installation;
    #drive;
    #consumer;
    /** Whether an earlier run's release goes on where it is. */
    #continued = false;
    /** Why the run is given up, once it is. */
    #cause;
    #returned = [];
    #moved = false;
    constructor(context, cluster, prepared, lock) {
        const signal = AbortSignal.any([context.signal, lock.lost]);
        this.#context = context;
        this.#lock = lock;
        this.#cluster = cluster.under(signal);
        this.#prepared = prepared;
        this.#signal = signal;
        this.#http = (0,in_cluster/* gatewayClient */.Ue)(context.settings, this.#cluster, context.ports.clock.monotonic);
        this.#installation = new Installation(context, this.#cluster, prepared);
    }
    async run() {
        const { log } = this.#context;
        try {
            const drive = await this.#install();
            if (drive === undefined)
                return await this.#withoutRelease();
            return await this.#follow(drive);
        }
        catch (error) {
            // Before the first probe: nothing but the platform was touched.
            this.#stopFor(error);
            await log.group('Undo', () => this.#undo());
            return givenUp(this.#context, 'failed', this.#cause, this.#returned);
        }
        finally {
            this.#http.close();
        }
    }
    /** Everything before the first probe: what the release stands on. */
    async #install() {
        const { settings, log } = this.#context;
        await this.#repair();
        await log.group('Kong', () => (0,ensure/* ensureKong */.e)(this.#platform()));
        await log.group('Manifests', () => this.#installation.apply());
        const url = await log.group('Gateway', () => this.#reach());
        await log.group('Plugins', () => this.#installation.prove(url, this.#http, this.#lock));
        const plans = this.#prepared.services.filter((plan) => plan.discovery.kind === 'release');
        this.#consumer = await this.#makeConsumer(plans[0] ?? this.#prepared.services[0], url);
        for (const plan of this.#prepared.services)
            if (plan.discovery.kind !== 'release')
                await this.#confirm(plan, url);
        if (plans.length === 0) {
            if (settings.checks.length > 0 || settings.checkCommand.length > 0) {
                const drive = this.#startDrive([], url);
                await log.group('Checks', () => drive.check('after the release'));
            }
            return undefined;
        }
        return this.#startDrive(plans, url);
    }
    /** Does what the machine asks for until it asks for nothing more. */
    async #follow(drive) {
        const { settings, log } = this.#context;
        const last = settings.canaryWeight.at(-1) ?? 100;
        let state = begin({
            steps: settings.canaryWeight.length,
            from: drive.from,
            full: last === 100,
            preFlight: settings.preFlight > 0,
            bake: settings.bake > 0,
            retire: settings.retire !== 'keep',
            onInconclusive: settings.onInconclusive,
            onCancel: settings.onCancel,
        }, drive.moved);
        while (state.effect !== undefined) {
            const { effect, step } = state;
            const event = await log.group(titleOf(effect, settings.canaryWeight[step] ?? 100), () => this.#perform(effect, step, drive));
            state = reduce(state, event);
        }
        return this.#ended(state.end ?? 'failed', drive);
    }
    /** Never throws: what went wrong is the event. The first cause is the one that is reported. */
    async #perform(effect, step, drive) {
        try {
            const event = await this.#do(effect, step, drive);
            if (event.type === 'verdict' && event.verdict !== 'promote') {
                this.#stopFor(new errors/* CheckFailed */.EC(drive.decision?.sentence ?? 'the verdict was not given'));
            }
            return event;
        }
        catch (error) {
            this.#stopFor(error);
            return { type: this.#cause instanceof errors/* Cancelled */.cJ ? 'cancelled' : 'failed' };
        }
    }
    #do(effect, step, drive) {
        switch (effect) {
            case 'watch':
                return drive.watch();
            case 'attach':
                return drive.attach();
            case 'open-lanes':
                return drive.openLanes();
            case 'warm-up':
                return drive.warmUp();
            case 'pre-flight':
                return drive.preFlight();
            case 'prepare':
                return drive.prepare(step);
            case 'shift':
                return drive.shift(step);
            case 'prove':
                return drive.prove();
            case 'observe':
                return drive.observe();
            case 'bake':
                return drive.bake();
            case 'conclude':
                return drive.conclude((this.#context.settings.canaryWeight.at(-1) ?? 100) === 100 ? 'promoted' : 'holding');
            case 'retire':
                return this.#retire(drive);
            case 'hold':
                return drive.hold();
            case 'return':
                return this.#giveBack(drive);
            case 'undo':
                return this.#undo();
        }
    }
    /** A run that died left its weights: they come back first, unless this is the same release and goes on with them. */
    async #repair() {
        const { run, ports, notes, settings } = this.#context;
        this.#continued = goesOn(this.#prepared.services, settings);
        for (const plan of this.#prepared.services) {
            if (!(0,phases/* isUnfinished */.ui)(plan.journal) || this.#continued)
                continue;
            const done = await repairDeadRun(this.#cluster, this.#prepared.provider, plan, run.id, ports.clock);
            if (done)
                notes.warn(done);
        }
    }
    async #reach() {
        const { settings, notes } = this.#context;
        const [first] = this.#prepared.services;
        if (first === undefined)
            throw new errors/* RunError */.e4('no service is to be released', 'name one in the input services');
        const url = await (0,ensure/* reachGateway */.C)((0,gateway_parent/* gatewayOf */.e)(first.entry, settings), this.#platform());
        notes.url = url + first.path;
        return url;
    }
    /** A service with nothing to shift must answer all the same. */
    async #confirm(plan, gatewayUrl) {
        const { settings, ports, notes } = this.#context;
        const { service } = plan;
        const headers = (0,address/* requestHeaders */.A)(plan, settings.probeHeaders);
        await confirmServing({ service, url: gatewayUrl + plan.path, headers }, { http: this.#http, clock: ports.clock, timeout: settings.readyTimeout, signal: this.#signal });
        notes.say(`${service} answers through the gateway`);
    }
    /** A consumer of this run's own for the probes, where asked for. */
    async #makeConsumer(plan, gatewayUrl) {
        const { settings, run, ports, log, notes } = this.#context;
        if (settings.probeConsumer !== 'temporary' || plan === undefined)
            return undefined;
        const consumer = await makeProbeConsumer(this.#cluster, {
            run: run.id,
            namespace: settings.namespace,
            ingressClass: 'kong',
            keyName: keyNameOf(this.#prepared.plugins.objects),
            owner: this.#lock.owner,
            clock: ports.clock,
            http: this.#http,
            probe: { url: gatewayUrl + plan.path, headers: (0,address/* requestHeaders */.A)(plan, settings.probeHeaders) },
            mask: (secret) => log.mask(secret),
        });
        notes.say('probes have a temporary consumer of their own');
        return consumer;
    }
    #startDrive(plans, gatewayUrl) {
        const { settings, ports, run, notes } = this.#context;
        notes.previousVersion = plans.map(({ discovery }) => discovery.stable.version).find((version) => version);
        const signal = this.#signal;
        this.#drive = new Drive(plans, {
            cluster: this.#cluster,
            provider: this.#prepared.provider,
            settings,
            ports,
            http: this.#http,
            gatewayUrl,
            probeHeaders: { ...settings.probeHeaders, ...this.#consumer?.headers },
            run,
            continued: this.#continued,
            sources: (released, probes) => (0,users/* userSources */.C)(released, {
                cluster: this.#cluster,
                settings,
                clock: ports.clock,
                http: this.#http,
                signal,
                probes,
            }),
            checkCommand: (when, weight) => runCheckCommand(settings.checkCommand, { when, weight, services: settings.services, version: settings.version, url: notes.url ?? gatewayUrl }, { timeout: settings.readyTimeout, signal }),
            signal,
            say: (line) => notes.say(line),
            warn: (line) => notes.warn(line),
            onCheck: (result) => notes.checks.push(result),
            onStep: (step) => noteStep(this.#context, step),
        });
        return this.#drive;
    }
    async #retire(drive) {
        const { settings, notes, ports } = this.#context;
        const { done, problems } = await retireStable(this.#cluster, drive.writer, drive.releases, settings, ports.clock);
        for (const line of done)
            notes.say(line);
        for (const line of problems)
            notes.warn(line);
        return { type: 'done' };
    }
    /** Weight and proof. A route that someone else has written is left as it is. */
    async #giveBack(drive) {
        const { notes } = this.#context;
        await this.#lock.confirm();
        this.#moved = drive.releases.some(({ state }) => (state.asked ?? 0) > 0 || (state.share ?? 0) > 0);
        this.#returned = await drive.giveBack(this.#cause instanceof errors/* DriftError */.ul ? this.#cause : undefined);
        const back = this.#returned.every(({ written }) => written);
        notes.weight = greatest(this.#returned.map(({ share }) => share));
        for (const { traffic } of this.#returned)
            notes.say(traffic);
        return { type: 'returned', back };
    }
    /** Takes back what was applied, unless the canary may still have traffic. */
    async #undo() {
        const { notes } = this.#context;
        await this.#lock.confirm();
        if (this.#lock.lost.aborted) {
            // The successor may have built on it: with the same version, what this run made is what serves.
            notes.warn('what was applied was left to the run that has the lock now');
            return { type: 'done' };
        }
        const stopped = this.#context.signal.reason instanceof errors/* StoppedError */.Ko;
        const within = stopped ? UNDO_WITHIN.stopped : UNDO_WITHIN.normally;
        const cluster = this.#cluster.under(AbortSignal.timeout(within), Math.min(within, 10_000));
        const back = this.#returned.every(({ written }) => written);
        if (back) {
            const free = this.#returned.every(({ free }) => free || !this.#moved);
            for (const problem of (await this.#drive?.detach(cluster)) ?? [])
                notes.warn(problem);
            for (const problem of await this.#installation.undo(cluster, free))
                notes.warn(problem);
        }
        else {
            for (const problem of (await this.#drive?.closeLanes(cluster)) ?? [])
                notes.warn(problem);
            notes.warn('what was applied was left as it is, because the canary may still have traffic');
        }
        await this.#removeConsumer(cluster);
        return { type: 'done' };
    }
    async #removeConsumer(cluster) {
        const consumer = this.#consumer;
        this.#consumer = undefined;
        for (const problem of (await consumer?.remove(cluster)) ?? [])
            this.#context.notes.warn(problem);
    }
    /** Notes why the run stops; only the first cause is the reason. */
    #stopFor(error) {
        if (this.#cause !== undefined)
            return;
        const { notes } = this.#context;
        this.#cause = this.#signal.aborted && !(error instanceof errors/* RunError */.e4) ? this.#signal.reason : error;
        notes.say(`stopping: ${(0,errors/* reasonOf */.A3)(this.#cause)}`);
        notes.failedStep =
            this.#cause instanceof errors/* CheckFailed */.EC && this.#cause.check !== undefined
                ? `check ${this.#cause.check}`
                : (this.#drive?.step ?? 'before the release');
    }
    async #withoutRelease() {
        await this.#drive?.stop();
        await this.#removeConsumer(this.#cluster);
        return withoutRelease(this.#context, this.#prepared.services);
    }
    async #ended(end, drive) {
        const { notes } = this.#context;
        await this.#removeConsumer(this.#cluster.under(AbortSignal.timeout(5_000), 5_000));
        notes.failingRequests = drive.failures;
        notes.evidence = drive.decision;
        return end === 'rolled-back' || end === 'failed'
            ? givenUp(this.#context, end, this.#cause, this.#returned)
            : arrived(this.#context, end, drive, this.#cause);
    }
    #platform() {
        const { notes, ports, log } = this.#context;
        const say = (line) => notes.say(line);
        return {
            ...this.#context,
            cluster: this.#cluster,
            clock: ports.clock,
            http: this.#http,
            signal: this.#signal,
            say,
            warn: (line) => notes.warn(line),
            mask: (secret) => log.mask(secret),
        };
    }
}
/** Undefined where one of them is not known. */
function greatest(shares) {
    const known = shares.filter((share) => share !== undefined);
    return known.length < shares.length ? undefined : Math.max(0, ...known);
}
// EXTERNAL MODULE: ./build/src/study/study.js + 6 modules
var study = __webpack_require__(6844);
;// CONCATENATED MODULE: ./build/src/commands/deploy.js







async function deploy(context, cluster) {
    const { settings, log, notes, ports, run } = context;
    let plan = await log.group('Plan', () => (0,study/* decide */.L)(context, cluster));
    let waited = false;
    const lock = await log.group('Lock', () => (0,lock_lock/* acquireLocks */.x)(cluster, {
        namespace: settings.namespace,
        // A lock is by name: two kinds of routes may share one.
        routes: [
            ...new Set(plan.services
                .flatMap(({ route, followers }) => [route, ...followers.map((one) => one.route)])
                .map(({ name }) => name)),
        ],
        run: run.id,
        runUrl: run.url,
        onConflict: settings.onConflict,
        timeout: settings.timeout / 2,
        clock: ports.clock,
        onWaiting: (holder) => {
            waited = true;
            notes.say(`waiting: the route is held by ${holder}`);
        },
    }));
    try {
        // What was read before another run ended is no longer true, whether or not we saw it end.
        if (waited || (await isStale(cluster, plan)))
            plan = await log.group('Plan, after the other run', () => (0,study/* decide */.L)(context, cluster));
        // Another run that asks for the route is a reason to stop as any other: the traffic goes back, then the lock.
        const signal = AbortSignal.any([context.signal, lock.asked]);
        const guarded = cluster.guarded(lock.confirm);
        const outcome = await new Release({ ...context, settings: plan.settings, signal }, guarded, plan, lock).run();
        if ((0,report_outcome/* exitCodeOf */.F)(outcome.result) === 0)
            await sweepDead(context, guarded.under(signal), plan);
        return outcome;
    }
    finally {
        await lock.release(cluster.under(AbortSignal.timeout(3_000), 2_000)).catch((error) => {
            notes.warn(`the lock could not be given back (${(0,errors/* reasonOf */.A3)(error)}); it runs out by itself`);
        });
    }
}
/** Whether a journal was written between our reading and our lock: by a run that ended in between. */
async function isStale(cluster, plan) {
    const changed = await Promise.all(plan.services.map(async ({ route, live }) => {
        const now = await cluster.find(route);
        return now?.metadata.annotations?.[names/* JOURNAL_ANNOTATION */.Ij] !== live?.metadata.annotations?.[names/* JOURNAL_ANNOTATION */.Ij];
    }));
    return changed.includes(true);
}
/** What earlier runs left that died; after a success, when it is known who serves. */
async function sweepDead({ settings, run, notes }, cluster, plan) {
    const services = plan.services.map(({ service, route, isBackend }) => ({ service, route: route.name, isBackend }));
    const { removed, problems } = await (0,sweep/* sweep */.X)(cluster, settings.namespace, services, {
        run: run.id,
        clones: true,
        mesh: plan.mesh,
    });
    for (const name of removed)
        notes.say(`deleted ${name}, which a dead run had left`);
    for (const problem of problems)
        notes.warn(problem);
}

/***/ }),

/***/ 3504:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   C: () => (/* binding */ reachGateway),
/* harmony export */   e: () => (/* binding */ ensureKong)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7406);
/* harmony import */ var _toolchain_index_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9197);
/* harmony import */ var _in_cluster_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(3161);
/* harmony import */ var _kong_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(7692);
/* harmony import */ var _status_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(8680);





/** @returns whether Kong was installed or upgraded by us. @throws PlatformError, ToolError with the fix. */
async function ensureKong(options) {
    const { cluster, settings, say } = options;
    const { controllers, here } = await (0,_kong_js__WEBPACK_IMPORTED_MODULE_3__/* .findKong */ .z0)(cluster, settings.kongNamespace);
    if (settings.installKong !== 'true' && controllers.length > 0) {
        say(`Kong is there: ${controllers.join(', ')}`);
        if (here)
            await (0,_kong_js__WEBPACK_IMPORTED_MODULE_3__/* .waitForKong */ .gs)(cluster, settings, options.clock, 'others');
        return false;
    }
    if (settings.installKong === 'false') {
        if (controllers.length > 0)
            return false;
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .PlatformError */ .Wk(`no Kong controller runs in namespace ${settings.kongNamespace}, and install-kong is false`, 'correct kong-namespace, or set install-kong: auto');
    }
    say(`installing Kong: chart ingress ${settings.kongChartVersion} from ${settings.kongChartRepository} into namespace ${settings.kongNamespace}`);
    const { env, clock, signal, warn, mask } = options;
    const helm = await (0,_toolchain_index_js__WEBPACK_IMPORTED_MODULE_1__/* .provideTool */ .ol)('helm', {
        wanted: settings.helmVersion,
        mirror: settings.toolsMirror,
        checksums: settings.toolsChecksums,
        env,
        clock,
        signal,
        say,
        ...(warn ? { warn } : {}),
        ...(mask ? { mask } : {}),
    });
    await (0,_kong_js__WEBPACK_IMPORTED_MODULE_3__/* .repairHelm */ .Qr)(helm.file, cluster, settings, { clock, say, signal });
    await (0,_kong_js__WEBPACK_IMPORTED_MODULE_3__/* .installKong */ .t4)(helm.file, settings, options.actionRoot, signal);
    cluster.forgetKinds();
    await (0,_kong_js__WEBPACK_IMPORTED_MODULE_3__/* .waitForKong */ .gs)(cluster, settings, options.clock);
    say('Kong is ready');
    return true;
}
/**
 * The address users call: the setting, or what the Gateway says; either way something must answer there.
 * @param gateway the one the routes hang on; undefined where Kong serves an Ingress
 */
async function reachGateway(gateway, options) {
    const { cluster, settings, clock, http, signal, say } = options;
    const waiting = { clock, timeout: settings.readyTimeout, signal, say };
    const object = gateway && (await (0,_status_js__WEBPACK_IMPORTED_MODULE_4__/* .waitForGateway */ .R$)(cluster, gateway, { ...waiting, address: settings.gatewayUrl === 'auto' }));
    const url = await (0,_in_cluster_js__WEBPACK_IMPORTED_MODULE_2__/* .urlFor */ .dk)(object, cluster, settings);
    await (0,_status_js__WEBPACK_IMPORTED_MODULE_4__/* .waitForAnswer */ .RW)(http, url, waiting);
    say(`the gateway answers at ${url}`);
    return url;
}

/***/ }),

/***/ 7692:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  z0: () => (/* binding */ findKong),
  t4: () => (/* binding */ installKong),
  Qr: () => (/* binding */ repairHelm),
  gs: () => (/* binding */ waitForKong)
});

// UNUSED EXPORTS: helmArguments, rollbackArguments

// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./build/src/cluster/connection/proxy.js
var proxy = __webpack_require__(3773);
// EXTERNAL MODULE: ./build/src/cluster/connection/transport.js
var transport = __webpack_require__(7096);
// EXTERNAL MODULE: ./build/src/cluster/watch.js
var watch = __webpack_require__(3131);
// EXTERNAL MODULE: ./build/src/errors.js
var errors = __webpack_require__(7406);
// EXTERNAL MODULE: ./build/src/kube/objects.js
var objects = __webpack_require__(4067);
// EXTERNAL MODULE: ./build/src/toolchain/process.js
var process = __webpack_require__(856);
;// CONCATENATED MODULE: ./build/src/gateway/helm-repair.js



/** Milliseconds a pending release must stay as it is, seen by us, before its helm counts as dead. */
const DEAD_AFTER = 60_000;
/** What the revisions of a release ask for. Pure. */
function judgeRevisions(secrets) {
    const revisions = secrets
        .filter(({ metadata }) => metadata.labels?.['owner'] === 'helm')
        .map((secret) => ({
        secret,
        status: secret.metadata.labels?.['status'] ?? '',
        number: Number(secret.metadata.labels?.['version'] ?? 0),
    }))
        .sort((a, b) => b.number - a.number);
    const [newest] = revisions;
    if (newest === undefined || !newest.status.startsWith('pending-'))
        return { kind: 'none' };
    // `superseded` too: a rollback that died had already taken the mark from the revision it left.
    const good = revisions.find(({ status }) => status === 'deployed' || status === 'superseded');
    return good === undefined
        ? { kind: 'forget', record: newest.secret, from: newest.status }
        : { kind: 'rollback', revision: good.number, from: newest.status };
}
/**
 * Looks for a pending release and makes sure that nobody is at work on it. What is to be done then is the caller's, since
 * a rollback is a helm process.
 */
async function findDeadHelm(cluster, release, options) {
    const labelSelector = `owner=helm,name=${release.name}`;
    const target = { apiVersion: 'v1', kind: 'Secret', namespace: release.namespace, labelSelector };
    let first;
    try {
        first = (await cluster.list('v1', 'Secret', release.namespace, { labelSelector, metadataOnly: true })).items;
    }
    catch (error) {
        // Without the right to look, helm itself says what is wrong.
        if (error instanceof transport/* ApiError */.hD && error.status === 403)
            return { kind: 'none' };
        throw error;
    }
    const repair = judgeRevisions(first);
    if (repair.kind === 'none')
        return repair;
    options.say(`helm release ${release.name} is ${repair.from}: is a helm at work on it?`);
    const before = fingerprint(first);
    const moved = await (0,watch/* watchUntil */.m)(cluster, target, (world) => (fingerprint([...world.values()]) === before ? undefined : true), { clock: options.clock, timeout: DEAD_AFTER });
    if (moved)
        return findDeadHelm(cluster, release, options);
    return repair;
}
/** Forgets the record of an installation that died. */
async function forget(cluster, record) {
    await cluster.delete((0,objects/* refOf */.H8)(record), record.metadata.uid);
}
function fingerprint(secrets) {
    return secrets
        .map(({ metadata }) => `${metadata.name} ${metadata.resourceVersion}`)
        .sort()
        .join();
}
;// CONCATENATED MODULE: ./build/src/gateway/kong.js
/** Kong by Helm: found where it is, installed where it is wanted and missing, and waited for until it is ready. */








/** Helm release name; object names follow from it (chart kong/ingress: kong-gateway, kong-controller). */
const HELM_RELEASE = 'kong';
/** Kong itself: the open-source image, or the enterprise one. */
const GATEWAY_IMAGE = /(^|\/)(kong|kong\/kong-gateway)(:|@|$)/;
const CONTROLLER_IMAGE = /(^|\/)kong\/(kubernetes-ingress-controller|kong-operator)(:|@|$)/;
/**
 * Looks for Deployments that run Kong's controller: everywhere where that is allowed, so that no second one is put beside
 * a Kong of another namespace, else in Kong's namespace.
 */
async function findKong(cluster, namespace) {
    const { items } = await cluster.list('apps/v1', 'Deployment').catch((error) => {
        if (error instanceof transport/* ApiError */.hD && error.status === 403)
            return cluster.list('apps/v1', 'Deployment', namespace);
        throw error;
    });
    const controllers = items.flatMap((deployment) => imagesOf(deployment)
        .filter((image) => CONTROLLER_IMAGE.test(image))
        .map((image) => ({
        namespace: deployment.metadata.namespace ?? '',
        name: `${deployment.metadata.namespace}/${deployment.metadata.name} ${image}`,
    })));
    return {
        controllers: controllers.map(({ name }) => name),
        here: controllers.some((controller) => controller.namespace === namespace),
    };
}
/** The arguments of `helm upgrade --install` for Kong: pure, so that a table test covers them. */
function helmArguments(settings, valuesFile) {
    return [
        'upgrade',
        '--install',
        HELM_RELEASE,
        'ingress',
        `--repo=${settings.kongChartRepository}`,
        `--version=${settings.kongChartVersion}`,
        `--namespace=${settings.kongNamespace}`,
        '--create-namespace',
        `--values=${valuesFile}`,
        `--timeout=${Math.ceil(settings.readyTimeout / 1000)}s`,
        ...(0,proxy/* connectionArgs */.y)(settings).map((argument) => argument.replace(/^--context=/, '--kube-context=')),
    ];
}
/** The arguments of `helm rollback` for Kong. */
function rollbackArguments(settings, revision) {
    return [
        'rollback',
        HELM_RELEASE,
        String(revision),
        `--namespace=${settings.kongNamespace}`,
        `--timeout=${Math.ceil(settings.readyTimeout / 1000)}s`,
        ...(0,proxy/* connectionArgs */.y)(settings).map((argument) => argument.replace(/^--context=/, '--kube-context=')),
    ];
}
/**
 * Makes a release that a dead run left pending fit for an upgrade again; waits first whether that run is really dead.
 * @throws ToolError with helm's last words when it cannot be brought back.
 */
async function repairHelm(helm, cluster, settings, options) {
    const repair = await findDeadHelm(cluster, { name: HELM_RELEASE, namespace: settings.kongNamespace }, options);
    if (repair.kind === 'none')
        return;
    if (repair.kind === 'forget') {
        await forget(cluster, repair.record);
        options.say(`an installation of Kong died (${repair.from}): its record was removed, and what it made is taken over`);
        return;
    }
    const finished = await (0,process/* run */.e)(helm, rollbackArguments(settings, repair.revision), {
        timeout: settings.readyTimeout + 30_000,
        ...(options.signal ? { signal: options.signal } : {}),
    });
    if (finished.code !== 0) {
        throw new errors/* ToolError */.v4(`helm could not bring Kong back to revision ${repair.revision} after a run died (${repair.from}): ${lastWords(finished)}`, `helm history ${HELM_RELEASE} -n ${settings.kongNamespace}`);
    }
    options.say(`an upgrade of Kong died (${repair.from}): helm brought revision ${repair.revision} back first`);
}
function lastWords({ stderr, code }) {
    return stderr.trim().split('\n').slice(-5).join('\n') || `exit code ${code}`;
}
/**
 * Installs or upgrades Kong. Helm is not asked to wait: the Deployments are watched instead, which sees readiness at
 * once and can say which pod is missing.
 * @throws ToolError with helm's last words, sanitised by whoever prints them.
 */
async function installKong(helm, settings, actionRoot, signal) {
    const values = external_node_path_.join(actionRoot, 'manifests', 'kong', 'values.yaml');
    const finished = await (0,process/* run */.e)(helm, helmArguments(settings, values), {
        timeout: settings.readyTimeout + 30_000,
        ...(signal ? { signal } : {}),
    });
    if (finished.code === 0)
        return;
    const words = lastWords(finished);
    throw new errors/* ToolError */.v4(`helm could not install Kong: ${words}`, /another operation .* is in progress/.test(words)
        ? 'another helm is at work on it: run again when it is done'
        : 'check the inputs kong-chart-repository and kong-chart-version, or install Kong yourself and set install-kong: false');
}
/**
 * Waits until Kong has all its replicas available: every Deployment of our release, or, where somebody else installed
 * Kong under whatever name, the Deployments that run it or its controller.
 */
async function waitForKong(cluster, settings, clock, installedBy = 'us') {
    let missing = installedBy === 'us' ? `no Deployment of the release ${HELM_RELEASE} seen` : 'no controller seen';
    const ready = await (0,watch/* watchUntil */.m)(cluster, {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        namespace: settings.kongNamespace,
        ...(installedBy === 'us' ? { labelSelector: `app.kubernetes.io/instance=${HELM_RELEASE}` } : {}),
    }, (world) => {
        const kong = [...world.values()].filter((deployment) => installedBy === 'us' || runsKong(deployment));
        const waiting = kong.filter((deployment) => !isAvailable(deployment));
        if (kong.length > 0 && waiting.length === 0)
            return true;
        if (waiting.length > 0) {
            missing = waiting
                .map((deployment) => `Deployment ${deployment.metadata.name}: ${Number((0,objects/* field */.ZZ)(deployment, 'status', 'availableReplicas') ?? 0)} of ${replicasOf(deployment)} pods ready`)
                .join('; ');
        }
        return undefined;
    }, { clock, timeout: settings.readyTimeout });
    if (ready)
        return;
    throw new errors/* PlatformError */.Wk(`Kong did not become ready within ${settings.readyTimeout / 1000} s (${missing})`, `kubectl get pods -n ${settings.kongNamespace}; kubectl describe pod -n ${settings.kongNamespace}${installedBy === 'us' ? ` -l app.kubernetes.io/instance=${HELM_RELEASE}` : ''}`);
}
function isAvailable(deployment) {
    const status = (0,objects/* field */.ZZ)(deployment, 'status');
    return ((0,objects/* field */.ZZ)(status, 'observedGeneration') === deployment.metadata.generation &&
        Number((0,objects/* field */.ZZ)(status, 'updatedReplicas') ?? 0) >= replicasOf(deployment) &&
        Number((0,objects/* field */.ZZ)(status, 'availableReplicas') ?? 0) >= replicasOf(deployment));
}
function replicasOf(deployment) {
    return Number((0,objects/* field */.ZZ)(deployment, 'spec', 'replicas') ?? 1);
}
function runsKong(deployment) {
    return imagesOf(deployment).some((image) => CONTROLLER_IMAGE.test(image) || GATEWAY_IMAGE.test(image));
}
function imagesOf(deployment) {
    return (0,objects/* list */.p_)(deployment, 'spec', 'template', 'spec', 'containers').map((container) => (0,objects/* text */.Qq)(container, 'image'));
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
