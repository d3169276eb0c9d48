export const id = 834;
export const ids = [834];
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

/***/ 1834:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  check: () => (/* binding */ check)
});

// EXTERNAL MODULE: ./build/src/checks/runner.js
var runner = __webpack_require__(4441);
// EXTERNAL MODULE: ./build/src/cluster/permissions.js
var permissions = __webpack_require__(4076);
// EXTERNAL MODULE: ./build/src/errors.js
var errors = __webpack_require__(7406);
// EXTERNAL MODULE: ./build/src/gateway/ensure.js
var ensure = __webpack_require__(3504);
// EXTERNAL MODULE: ./build/src/gateway/in-cluster.js + 1 modules
var in_cluster = __webpack_require__(3161);
// EXTERNAL MODULE: ./build/src/kube/objects.js
var objects = __webpack_require__(4067);
// EXTERNAL MODULE: ./build/src/lint/index.js + 14 modules
var lint = __webpack_require__(7683);
// EXTERNAL MODULE: ./build/src/plugins/desired.js
var desired = __webpack_require__(6408);
// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: ./build/src/plugins/proofs.js + 1 modules
var plugins_proofs = __webpack_require__(6199);
;// CONCATENATED MODULE: ./build/src/plugins/prove-live.js
/** What can be seen of plugins from outside without making a caller or using up a limit: for `check`, which writes nothing. */



/** Tries of one step: what is live has been so for a while, and only a lost answer is worth another. */
const TRIES = 3;
const TRY_EVERY = 500;
/** One entry for each step tried; a plugin of which nothing can be tried has one that says so and passes. */
async function proveLive(target, options) {
    const kinds = target.plugins.map((plugin) => String(plugin['plugin'] ?? ''));
    const proofs = [];
    for (const object of target.plugins) {
        const proof = (0,plugins_proofs/* proofFor */.gv)(object, kinds);
        const name = `${proof.plugin} (${(0,objects/* nameOf */.Vb)(object)})`;
        const steps = proof.steps.filter((step) => step.until === undefined && canSend(step, proof, target));
        for (const step of steps)
            proofs.push({
                plugin: name,
                tried: `${target.service} ${step.name}`,
                ...(await tried(step, proof, target, options)),
            });
        if (steps.length === 0)
            proofs.push({
                plugin: name,
                tried: `${target.service}: bound`,
                expected: 'bound to the route',
                seen: `bound; ${proof.note ?? 'more needs a caller, which only deploy makes'}`,
                passed: true,
            });
    }
    return proofs;
}
/** Nobody's valid key is made up here: such steps are tried with the user's own, where the probe headers carry it. */
function canSend(step, proof, { given, plugins }) {
    if (step.key !== 'valid')
        return true;
    const keyAuth = plugins.find((plugin) => plugin['plugin'] === 'key-auth');
    const name = proof.keyName ?? (keyAuth === undefined ? undefined : (0,plugins_proofs/* proofFor */.gv)(keyAuth).keyName);
    return name !== undefined && Object.keys(given).some((header) => header.toLowerCase() === name.toLowerCase());
}
async function tried(step, proof, target, options) {
    for (let attempt = 1;; attempt += 1) {
        const answer = await ask(step, proof, target, options);
        const result = (0,plugins_proofs/* judge */.S4)(step, answer);
        if (result.ok)
            return { expected: '', seen: `status ${answer.status}`, passed: true };
        if (attempt === TRIES)
            return { expected: result.expected, seen: result.seen, passed: false };
        const pause = answer.status === 429 ? (0,plugins_proofs/* leftInWindow */.j2)('minute', options.clock.now()) : TRY_EVERY;
        await options.clock.sleep(pause, options.signal);
    }
}
function ask(step, proof, target, options) {
    const url = new URL(target.url);
    const wrong = step.key === 'wrong' ? (0,external_node_crypto_.randomBytes)(12).toString('hex') : undefined;
    const name = proof.keyName ?? 'apikey';
    if (wrong !== undefined && proof.keyIn === 'query')
        url.searchParams.set(name, wrong);
    return options.http({
        url: url.href,
        method: 'GET',
        headers: {
            ...target.headers,
            ...(step.key === 'valid' ? target.given : {}),
            ...(wrong !== undefined && proof.keyIn !== 'query' ? { [name]: wrong } : {}),
        },
        timeout: 10_000,
        signal: options.signal,
    });
}
// EXTERNAL MODULE: ./build/src/routes/choose.js
var choose = __webpack_require__(3783);
// EXTERNAL MODULE: ./build/src/services/discover.js
var discover = __webpack_require__(4639);
// EXTERNAL MODULE: ./build/src/services/entry.js
var services_entry = __webpack_require__(9710);
// EXTERNAL MODULE: ./build/src/study/live.js
var live = __webpack_require__(1269);
// EXTERNAL MODULE: ./build/src/study/mesh.js
var mesh = __webpack_require__(1422);
// EXTERNAL MODULE: ./build/src/study/rights.js
var rights = __webpack_require__(6528);
// EXTERNAL MODULE: ./build/src/study/service-plan.js
var service_plan = __webpack_require__(4210);
;// CONCATENATED MODULE: ./build/src/commands/check.js
/** `check`: the user's checks, plugins and the lint against what is live. Asks from outside; writes nothing. */
















async function check(context, cluster) {
    const { settings, log, notes, ports, signal } = context;
    const http = (0,in_cluster/* gatewayClient */.Ue)(settings, cluster, ports.clock.monotonic);
    try {
        const choose = await (0,mesh/* meshChooser */.Z)(cluster, settings);
        const world = await log.group('Read', () => (0,live/* readWorld */.T)(cluster, settings.namespace));
        const { provider } = choose(world.objects);
        await log.group('Permissions', () => (0,permissions/* requirePermissions */.An)(cluster, (0,rights/* checkPermissions */.RS)({
            settings,
            route: (0,rights/* routeOf */.Lu)(provider),
            plugins: 'bound',
        })));
        const services = settings.services.map((service) => liveService(service, context, provider, world));
        const failed = await log.group('Lint', async () => lintLive(context, world, services));
        const [first] = services;
        if (first === undefined)
            throw new errors/* RunError */.e4('no service is to be checked', 'name one in the input services');
        const url = await log.group('Gateway', () => (0,ensure/* reachGateway */.Cb)((0,ensure/* gatewayOf */.e4)(first.entry, settings), {
            ...context,
            cluster,
            clock: ports.clock,
            http,
            say: (line) => notes.say(line),
        }));
        notes.url = url + first.path;
        const options = { http, clock: ports.clock, signal };
        failed.push(...(await log.group('Checks', () => publicChecks(context, services, url, options))));
        failed.push(...(await log.group('Plugins', () => plugins(context, world, services, url, options))));
        const untouched = 'nothing was changed, all traffic is where it was';
        if (failed.length > 0)
            return notes.outcome(settings, 'failed', `${failed.length} failed: ${failed.join('; ')}`, untouched);
        const done = `${notes.checks.length} checks and ${notes.plugins.length} plugin proofs`;
        return notes.outcome(settings, 'passed', `${settings.services.join(', ')}: ${done} are as expected`, untouched);
    }
    finally {
        http.close();
    }
}
/** @throws RouteError when no route, or more than one, sends to the service. */
function liveService(service, { settings }, provider, world) {
    const isBackend = (name) => (0,discover/* isBackendName */.me)(name, service, settings.services);
    const here = world.objects.filter(({ metadata }) => metadata.namespace === settings.namespace);
    const [unit] = (0,choose/* unitsOf */.$)(provider, here, { service, isBackend });
    if (unit === undefined)
        throw new errors/* LintError */.kk(`no route sends to ${service}`);
    const { object: entry, rules } = (0,services_entry/* entryOf */.M)(unit.route, here);
    const { path, host, matchHeaders } = (0,service_plan/* addressOf */.ci)(entry, rules, settings.probePath[service]);
    const { shares } = unit.provider.read(unit.route);
    const [stable] = Object.entries(shares).toSorted(([, a], [, b]) => b - a);
    return { service, entry, stable: stable?.[0], path, headers: (0,service_plan/* requestHeaders */.A1)({ host, matchHeaders }, {}) };
}
/** Warnings are said; errors fail the check. */
function lintLive({ settings, notes }, world, services) {
    const findings = (0,lint/* lint */.u8)({
        namespace: settings.namespace,
        live: world.objects,
        manifests: [],
        services: services.map(({ service, stable }) => ({ service, ...(stable === undefined ? {} : { stable }) })),
        plugins: settings.plugins.map(({ name }) => name),
        listed: world.listed,
    });
    for (const { object, problem, fix } of findings)
        notes.warn(`${(0,objects/* aboutObject */.Xz)((0,objects/* nameOf */.Vb)(object), problem)} ${fix}`);
    return findings
        .filter(({ severity }) => severity === 'error')
        .map(({ object, problem }) => (0,objects/* aboutObject */.Xz)((0,objects/* nameOf */.Vb)(object), problem));
}
/** Every check runs, so that one failure does not hide another. */
async function publicChecks({ settings, notes }, services, gatewayUrl, options) {
    const failed = [];
    const defaults = services.map(({ service, path }) => ({
        name: `${service} answers`,
        path,
        method: 'GET',
        headers: {},
        expect: { status: Array.from({ length: 100 }, (_, index) => 200 + index), header: {}, json: {} },
    }));
    for (const spec of [...defaults, ...settings.checks]) {
        if (spec.expect.servedBy !== undefined) {
            notes.say(`${spec.name}: left out, since which version answered is only known during a release`);
            continue;
        }
        try {
            await (0,runner/* runChecks */.J)([spec], 'now', {
                ...options,
                gatewayUrl,
                share: 0,
                target: (path) => ({
                    headers: { ...serviceAt(services, path)?.headers, ...settings.probeHeaders },
                }),
                onResult: (result) => notes.checks.push(result),
            });
            notes.say(`${spec.name}: as expected`);
        }
        catch (error) {
            if (!(error instanceof errors/* CheckFailed */.EC))
                throw error;
            notes.say(error.message);
            failed.push(error.message);
        }
    }
    return failed;
}
/** The service whose path a request begins with; the longest wins. */
function serviceAt(services, path) {
    return services
        .filter((service) => path.startsWith(service.path))
        .toSorted((a, b) => b.path.length - a.path.length)[0];
}
async function plugins({ settings, notes }, world, services, gatewayUrl, options) {
    const failed = [];
    for (const { service, entry, path, headers } of services) {
        const bound = (0,desired/* pluginNames */.U2)((0,objects/* annotation */.w7)(entry, desired/* PLUGINS_ANNOTATION */.Pd));
        for (const { name } of settings.plugins) {
            if (!bound.includes(name))
                failed.push(`plugin ${name} is not bound to ${(0,objects/* nameOf */.Vb)(entry)}`);
        }
        const found = bound.flatMap((name) => (0,desired/* findPlugin */.fF)(world.objects, name, settings.namespace) ?? []);
        const target = { service, url: gatewayUrl + path, headers, given: settings.probeHeaders, plugins: found };
        for (const proof of await proveLive(target, options)) {
            notes.plugins.push(proof);
            const said = `${proof.plugin}, ${proof.tried}: ${proof.passed ? proof.seen : `expected ${proof.expected}, seen ${proof.seen}`}`;
            notes.say(said);
            if (!proof.passed)
                failed.push(said);
        }
    }
    return failed;
}

/***/ })

};
