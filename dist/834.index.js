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
// EXTERNAL MODULE: ./build/src/gateway/parent.js
var gateway_parent = __webpack_require__(2394);
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
// EXTERNAL MODULE: ./build/src/services/address.js
var address = __webpack_require__(1338);
// EXTERNAL MODULE: ./build/src/services/locate.js
var locate = __webpack_require__(2574);
// EXTERNAL MODULE: ./build/src/study/live.js
var study_live = __webpack_require__(1269);
// EXTERNAL MODULE: ./build/src/study/mesh.js
var mesh = __webpack_require__(1422);
// EXTERNAL MODULE: ./build/src/study/rights.js
var rights = __webpack_require__(6528);
// EXTERNAL MODULE: ./build/src/study/work.js
var work = __webpack_require__(3734);
;// CONCATENATED MODULE: ./build/src/commands/check.js
/** `check`: the user's checks, plugins and the lint against what is live. Asks from outside; writes nothing. */
















async function check(context, cluster) {
    const { settings, log, notes, ports, signal } = context;
    const http = (0,in_cluster/* gatewayClient */.Ue)(settings, cluster, ports.clock.monotonic);
    try {
        const choose = await (0,mesh/* meshChooser */.Z)(cluster, settings);
        const live = await log.group('Read', () => (0,study_live/* readLive */.p)(cluster, settings.namespace));
        const { provider } = choose(live.objects);
        await log.group('Permissions', () => (0,permissions/* requirePermissions */.An)(cluster, (0,rights/* checkPermissions */.RS)({
            settings,
            route: (0,work/* routeOf */.Lu)(provider),
            plugins: 'bound',
        })));
        const services = settings.services.map((service) => liveService(service, context, provider, live));
        const failed = await log.group('Lint', async () => lintLive(context, live, services));
        const [first] = services;
        if (first === undefined)
            throw new errors/* RunError */.e4('no service is to be checked', 'name one in the input services');
        const url = await log.group('Gateway', () => (0,ensure/* reachGateway */.C)((0,gateway_parent/* gatewayOf */.e)(first.entry, settings), {
            ...context,
            cluster,
            clock: ports.clock,
            http,
            say: (line) => notes.say(line),
        }));
        notes.url = url + first.path;
        const options = { http, clock: ports.clock, signal };
        failed.push(...(await log.group('Checks', () => publicChecks(context, services, url, options))));
        failed.push(...(await log.group('Plugins', () => plugins(context, live, services, url, options))));
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
function liveService(service, { settings }, provider, live) {
    const here = live.objects.filter(({ metadata }) => metadata.namespace === settings.namespace);
    const found = (0,locate/* locate */.x)(service, { services: settings.services, providers: [provider], objects: [here] });
    const { object: entry, path, ...asked } = (0,locate/* wayInTo */.e)(found.route, here, settings.probePath[service]);
    const { shares } = found.provider.read(found.route);
    const [stable] = Object.entries(shares).toSorted(([, a], [, b]) => b - a);
    return { service, entry, stable: stable?.[0], path, headers: (0,address/* requestHeaders */.A)(asked, {}) };
}
/** Warnings are said; errors fail the check. */
function lintLive({ settings, notes }, live, services) {
    const findings = (0,lint/* lint */.u8)({
        namespace: settings.namespace,
        live: live.objects,
        manifests: [],
        services: services.map(({ service, stable }) => ({ service, ...(stable === undefined ? {} : { stable }) })),
        plugins: settings.plugins.map(({ name }) => name),
        listed: live.listed,
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
async function plugins({ settings, notes }, live, services, gatewayUrl, options) {
    const failed = [];
    for (const { service, entry, path, headers } of services) {
        const bound = (0,desired/* pluginNames */.U2)((0,objects/* annotation */.w7)(entry, desired/* PLUGINS_ANNOTATION */.Pd));
        for (const { name } of settings.plugins) {
            if (!bound.includes(name))
                failed.push(`plugin ${name} is not bound to ${(0,objects/* nameOf */.Vb)(entry)}`);
        }
        const found = bound.flatMap((name) => (0,desired/* findPlugin */.fF)(live.objects, name, settings.namespace) ?? []);
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

/***/ })

};
