export const id = 234;
export const ids = [234];
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

/***/ 9234:
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
// EXTERNAL MODULE: ./build/src/plugins/prove.js
var prove = __webpack_require__(1196);
// EXTERNAL MODULE: ./build/src/study/service-plan.js
var service_plan = __webpack_require__(4210);
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
    if (!(0,service_plan/* isUnfinished */.ui)(journal) || live === undefined)
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
// EXTERNAL MODULE: ./build/src/checks/expect.js
var expect = __webpack_require__(846);
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
    const foreign = plans.some(({ journal }) => (0,service_plan/* isUnfinished */.ui)(journal) && journal.release !== id);
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
            return await return_prove(release, options, words.every((word) => word === 'yes'));
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
async function return_prove(release, options, taken) {
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
// EXTERNAL MODULE: ./build/src/services/discover.js
var discover = __webpack_require__(4639);
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
        const needed = (0,discover/* replicasNeeded */.FM)(stableReady, share);
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
        return { service: plan.service, url: gatewayUrl + plan.path, headers: (0,service_plan/* requestHeaders */.A1)(plan, headers) };
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
// EXTERNAL MODULE: ./build/src/rollout/install.js + 3 modules
var install = __webpack_require__(189);
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
        this.#installation = new install/* Installation */.L(context, this.#cluster, prepared);
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
        await log.group('Kong', () => (0,ensure/* ensureKong */.eb)(this.#platform()));
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
            if (!(0,service_plan/* isUnfinished */.ui)(plan.journal) || this.#continued)
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
        const url = await (0,ensure/* reachGateway */.Cb)((0,ensure/* gatewayOf */.e4)(first.entry, settings), this.#platform());
        notes.url = url + first.path;
        return url;
    }
    /** A service with nothing to shift must answer all the same. */
    async #confirm(plan, gatewayUrl) {
        const { settings, ports, notes } = this.#context;
        const { service } = plan;
        const headers = (0,service_plan/* requestHeaders */.A1)(plan, settings.probeHeaders);
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
            keyName: (0,prove/* keyNameOf */.aD)(this.#prepared.plugins.objects),
            owner: this.#lock.owner,
            clock: ports.clock,
            http: this.#http,
            probe: { url: gatewayUrl + plan.path, headers: (0,service_plan/* requestHeaders */.A1)(plan, settings.probeHeaders) },
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
// EXTERNAL MODULE: ./build/src/study/study.js
var study = __webpack_require__(4246);
;// CONCATENATED MODULE: ./build/src/commands/deploy.js







async function deploy(context, cluster) {
    const { settings, log, notes, ports, run } = context;
    let plan = await log.group('Plan', () => (0,study/* prepare */.iA)(context, cluster));
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
            plan = await log.group('Plan, after the other run', () => (0,study/* prepare */.iA)(context, cluster));
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

/***/ })

};
