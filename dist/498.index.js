export const id = 498;
export const ids = [498];
export const modules = {

/***/ 3498:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  rollback: () => (/* binding */ rollback)
});

// EXTERNAL MODULE: ./build/src/cluster/permissions.js
var permissions = __webpack_require__(4076);
// EXTERNAL MODULE: ./build/src/errors.js
var errors = __webpack_require__(7406);
// EXTERNAL MODULE: ./build/src/gateway/in-cluster.js + 1 modules
var in_cluster = __webpack_require__(3161);
// EXTERNAL MODULE: ./build/src/lock/lock.js
var lock = __webpack_require__(2866);
// EXTERNAL MODULE: ./build/src/gateway/parent.js
var gateway_parent = __webpack_require__(2394);
// EXTERNAL MODULE: ./build/src/gateway/status.js
var gateway_status = __webpack_require__(8680);
// EXTERNAL MODULE: ./build/src/journal/journal.js + 1 modules
var journal_journal = __webpack_require__(6993);
// EXTERNAL MODULE: ./build/src/kube/objects.js
var objects = __webpack_require__(4067);
// EXTERNAL MODULE: ./build/src/services/address.js
var address = __webpack_require__(1338);
// EXTERNAL MODULE: ./build/src/services/entry.js
var entry = __webpack_require__(9710);
// EXTERNAL MODULE: ./build/src/services/locate.js
var locate = __webpack_require__(2574);
// EXTERNAL MODULE: ./build/src/rollout/pods/replicas.js
var replicas = __webpack_require__(7979);
// EXTERNAL MODULE: ./build/src/rollout/route/lanes.js
var lanes = __webpack_require__(3414);
// EXTERNAL MODULE: ./build/src/rollout/route/write.js + 1 modules
var route_write = __webpack_require__(6393);
// EXTERNAL MODULE: ./build/src/checks/expect.js
var expect = __webpack_require__(846);
// EXTERNAL MODULE: ./build/src/evidence/probes/lane-answer.js
var lane_answer = __webpack_require__(6524);
;// CONCATENATED MODULE: ./build/src/rollout/back/proof.js
/** Whether the public path shows that the traffic of a service is back, seen by whoever was not there before. */



/** Good answers in a row, none of them the canary's, that prove a return. */
const IN_A_ROW = 40;
/** Asks until enough good answers of stable's came in a row, or the time is over. */
async function provePath(target, options) {
    const { http, clock, signal } = options;
    const until = clock.monotonic() + options.within;
    const counts = { asked: 0, failed: 0, canary: 0, told: 0, row: 0 };
    let last = '';
    while (counts.row < IN_A_ROW && clock.monotonic() < until) {
        const answer = await http({ url: target.url, method: 'GET', headers: target.headers, timeout: 5_000, signal });
        signal.throwIfAborted();
        counts.asked++;
        const result = (0,expect/* evaluate */._3)(lane_answer/* PROBE_EXPECTATION */.m, answer, { from: 'app' });
        const by = result.ok ? servedBy(answer, target) : undefined;
        if (!result.ok) {
            counts.failed++;
            last = (0,expect/* sentence */.em)(result);
        }
        if (by === 'canary')
            counts.canary++;
        const again = result.ok && by !== 'canary';
        counts.row = again ? counts.row + 1 : 0;
        counts.told = again && by === 'stable' ? counts.told + 1 : 0;
        if (counts.row < IN_A_ROW)
            await clock.sleep(1000 / Math.max(options.rate, 20), signal);
    }
    const { stable, canary } = target.backends;
    if (counts.row < IN_A_ROW) {
        const seen = `of ${counts.asked} requests since, ${counts.failed} failed${last ? ` (${last})` : ''} and ${counts.canary} were answered by ${canary}`;
        return { good: false, told: false, seen };
    }
    const told = counts.told >= IN_A_ROW;
    return {
        good: true,
        told,
        seen: told
            ? `${IN_A_ROW} requests in a row were answered by ${stable}`
            : `${IN_A_ROW} requests in a row were answered well (which version answered cannot be told)`,
    };
}
/** A version that names itself in the header or field that `identify` points to, as its label or its backend's name. */
function servedBy(answer, { identify, versions, backends }) {
    const said = signIn(answer, identify);
    if (said === undefined || said === '')
        return undefined;
    const stable = [versions.stable, backends.stable].includes(said);
    const canary = [versions.canary, backends.canary].includes(said);
    return stable === canary ? undefined : stable ? 'stable' : 'canary';
}
function signIn(answer, identify) {
    if (identify.by === 'header')
        return answer.headers[identify.name.toLowerCase()];
    if (identify.by === 'auto')
        return answer.headers['x-app-version'] ?? answer.headers['x-version'];
    try {
        const parsed = JSON.parse(answer.body);
        const value = (0,objects/* field */.ZZ)(parsed, ...identify.path.split('.'));
        return typeof value === 'string' ? value : (0,objects/* text */.Qq)({ value }, 'value');
    }
    catch {
        return undefined;
    }
}
;// CONCATENATED MODULE: ./build/src/rollout/back/give-back.js
/** The traffic of one service back to its stable version, by a run that was not there when it went away. */













/** Milliseconds for the controller; and for the proof after it. A controller that was away with the run comes back slowly. */
const ACKNOWLEDGE_WITHIN = 15_000;
const PROVE_WITHIN = 30_000;
const GATEWAY_WITHIN = 5_000;
/** Never throws: what could not be done is said in the result. */
async function giveBack(standing, backends, options) {
    const { cluster, settings, ports, say } = options;
    const { clock } = ports;
    const { service, route, provider, isBackend } = standing;
    const journal = journalFor(standing, backends, options);
    const { versions } = journal;
    const ref = (0,objects/* refOf */.H8)(route.object);
    const text = (phase) => (0,journal_journal/* encode */.lF)({ ...journal, phase, weight: 0, updatedAt: new Date(clock.now()).toISOString() });
    // Every route is tried, whatever becomes of the others.
    const routes = [...standing.followers, { provider, route: ref }];
    const write = async (phase, detach) => {
        const noted = text(phase);
        const written = await Promise.allSettled(routes.map(({ provider: of, route: one }) => (0,route_write/* writeRoute */.Ph)(cluster, one, (live) => {
            const now = of.find([live], service, isBackend);
            // A return tests names only: whatever others did to the rules meanwhile must not hold it up.
            const patch = detach ? of.detach(now, backends.canary, {}, noted) : of.shift(now, backends, 0, {}, noted);
            return { patch, journal: noted };
        })));
        const failed = written.find((one) => one.status === 'rejected');
        if (failed !== undefined)
            throw failed.reason;
        const [last] = written.toReversed().flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
        return last ?? route.object;
    };
    let written = false;
    try {
        const raised = await (0,replicas/* ensureServing */.JW)(cluster, settings.namespace, backends.stable, {
            clock,
            timeout: settings.readyTimeout,
        });
        if (raised)
            say(`${backends.stable}: ${raised.to} pods are back (it had ${raised.from})`);
        const object = await write('returning', false);
        written = true;
        say(`${service}: all weight is on ${backends.stable}`);
        const taken = await (0,route_write/* awaitAcknowledgement */.P2)(cluster, provider, object, { clock, timeout: ACKNOWLEDGE_WITHIN });
        const proof = await prove(standing, backends, versions, options);
        for (const one of routes)
            await (0,lanes/* closeRules */._3)(cluster, one.provider, { service, route: one.route, isBackend });
        await write('returned', true);
        const path = 'unreachable' in proof ? `NOT proved: ${proof.unreachable}` : proof.seen;
        const good = !('unreachable' in proof) && proof.good;
        return {
            service,
            backends,
            versions,
            written,
            free: good ? proof.told || taken === 'yes' : 'unreachable' in proof && taken === 'yes',
            traffic: good
                ? `${service}: all requests go to ${backends.stable} again, ${proof.told ? 'proved: ' : ''}${path}`
                : `${service}: the route sends all requests to ${backends.stable}, ${'unreachable' in proof ? path : `NOT proved on the public path: ${path}`}`,
        };
    }
    catch (error) {
        const traffic = written
            ? `${service}: the route sends all requests to ${backends.stable}, but: ${(0,errors/* reasonOf */.A3)(error)}`
            : `${service}: the weight could NOT be returned (${(0,errors/* reasonOf */.A3)(error)}). Look at ${(0,objects/* nameOf */.Vb)(route.object)} and give ${backends.stable} all the weight`;
        return { service, backends, versions, written, free: false, traffic };
    }
}
async function prove({ route, service }, backends, versions, { cluster, settings, ports, http, signal }) {
    try {
        const wayIn = (0,locate/* wayInTo */.e)(route, await leading(), settings.probePath[service]);
        const url = await gatewayUrl(wayIn);
        return await provePath({
            url: url + wayIn.path,
            headers: (0,address/* requestHeaders */.A)(wayIn, settings.probeHeaders),
            backends,
            versions,
            identify: settings.identify,
        }, { http, clock: ports.clock, rate: settings.probeRate, within: PROVE_WITHIN, signal });
    }
    catch (error) {
        signal.throwIfAborted();
        return { unreachable: (0,errors/* reasonOf */.A3)(error) };
    }
    async function gatewayUrl({ object: entry }) {
        if (settings.gatewayUrl !== 'auto' && settings.gatewayUrl !== 'in-cluster')
            return settings.gatewayUrl;
        const gateway = (0,gateway_parent/* gatewayOf */.e)(entry, settings);
        const waiting = { clock: ports.clock, timeout: GATEWAY_WITHIN };
        const ready = gateway && (await (0,gateway_status/* waitForGateway */.R$)(cluster, gateway, waiting));
        return (0,in_cluster/* urlFor */.dk)(ready, cluster, settings);
    }
    /** What may lead to a route for callers inside. */
    async function leading() {
        if (!(0,entry/* isInside */.F)(route.object))
            return [];
        const { namespace } = settings;
        const served = await Promise.all([
            cluster.list('networking.k8s.io/v1', 'Ingress', namespace),
            cluster.list(gateway_status/* GATEWAY_API */.Yq, 'HTTPRoute', namespace),
        ]);
        return served.flatMap(({ items }) => items);
    }
}
/** The journal as it was, in the hand of this run; a new one where the old one is lost. */
function journalFor({ journal, service }, backends, { ports, run }) {
    const now = new Date(ports.clock.now()).toISOString();
    const version = (backend) => (backend.startsWith(`${service}-`) ? backend.slice(service.length + 1) : '');
    const same = journal?.backends.stable === backends.stable && journal.backends.canary === backends.canary;
    const versions = same
        ? journal.versions
        : { stable: version(backends.stable), canary: version(backends.canary) || backends.canary };
    return {
        version: 1,
        release: journal?.release ?? `${service}@${versions.canary}`,
        run: run.id,
        attempts: journal?.attempts ?? 1,
        service,
        versions,
        backends,
        phase: 'returning',
        step: 0,
        plan: journal?.plan ?? [100],
        weight: 0,
        startedAt: journal?.startedAt ?? now,
        updatedAt: now,
        ...(run.url === undefined ? {} : { runUrl: run.url }),
        // A version that serves again is no longer a retired one.
        history: (journal?.history ?? []).filter(({ backend }) => backend !== backends.stable),
        ...(journal?.snapshot === undefined ? {} : { snapshot: journal.snapshot }),
    };
}
// EXTERNAL MODULE: ./build/src/rollout/back/sweep.js
var sweep = __webpack_require__(3763);
;// CONCATENATED MODULE: ./build/src/rollout/back/together.js
/**
 * Services that were promoted together go back together or not at all: their versions may only fit each other. (A release
 * that is under way still has every stable version serving, and returns whatever can be returned.)
 */


/**
 * Brings the stable versions of promoted releases back up, before any weight is moved.
 * @returns why a service must stay where it is, for all of a release whose stable versions do not all serve
 */
async function keptTogether(returning, { cluster, settings, ports: { clock }, say }) {
    const stay = new Map();
    for (const group of promotedTogether(returning)) {
        const failures = await Promise.all(group.map(async ({ standing: { service }, backends: { stable } }) => {
            try {
                const waiting = { clock, timeout: settings.readyTimeout };
                const raised = await (0,replicas/* ensureServing */.JW)(cluster, settings.namespace, stable, waiting);
                if (raised)
                    say(`${stable}: ${raised.to} pods are back (it had ${raised.from})`);
                return [];
            }
            catch (error) {
                return [`${service} cannot go back: ${(0,errors/* reasonOf */.A3)(error)}`];
            }
        }));
        const [why] = failures.flat();
        if (why !== undefined)
            for (const { standing } of group)
                stay.set(standing, why);
    }
    return stay;
}
/** The services of each promoted release that has several. */
function promotedTogether(returning) {
    const groups = new Map();
    for (const one of returning) {
        const { journal } = one.standing;
        if (journal?.phase !== 'promoted')
            continue;
        const attempt = `${journal.release} ${journal.run}`;
        groups.set(attempt, [...(groups.get(attempt) ?? []), one]);
    }
    return [...groups.values()].filter(({ length }) => length > 1);
}
// EXTERNAL MODULE: ./build/src/services/standing.js
var services_standing = __webpack_require__(480);
;// CONCATENATED MODULE: ./build/src/rollout/back/where-to.js
/** Where a service's traffic is to be returned to, decided from what stands on its route. Pure. */


/** Phases in which a run is at work, or died. */
const UNFINISHED = new Set(['attached', 'shifting', 'observing', 'baking', 'returning']);
/**
 * The stable version that is recorded for each service, in lockstep: when the release of one of them is unfinished, the
 * services of the same release that were already promoted go back, too.
 * @param named stable backends given by the user: they beat every record
 * @param ifStale only what a dead run left unfinished; an ended release stays
 */
function waysBack(standings, named, ifStale) {
    const unfinished = new Set(standings.flatMap(({ journal }) => journal !== undefined && UNFINISHED.has(journal.phase) ? [attemptOf(journal)] : []));
    return new Map(standings.map((standing) => {
        const dead = standing.journal !== undefined && unfinished.has(attemptOf(standing.journal));
        return [standing, wayBack(standing, named[standing.service], ifStale && !dead)];
    }));
}
/** The same release in the same run: what was promoted by an earlier run is no part of a later one's failure. */
function attemptOf(journal) {
    return `${journal.release} ${journal.run}`;
}
function wayBack(standing, named, leave) {
    const { journal, refused, route, service } = standing;
    if (named !== undefined)
        return toNamed(standing, named);
    if (refused !== undefined) {
        return {
            kind: 'refused',
            why: `the journal on ${(0,objects/* nameOf */.Vb)(route.object)} cannot be used: ${refused}; the route sends ${(0,services_standing/* describeWeights */.Jq)(standing)}`,
            next: sayWhich(service),
        };
    }
    if (journal === undefined)
        return withoutJournal(standing);
    if (leave)
        return { kind: 'nothing', why: `release ${journal.release} is ${journal.phase}: no run died` };
    const { stable, canary } = journal.backends;
    if (stable === canary) {
        return {
            kind: 'refused',
            why: `${canary} is the first version of ${service}: there is none to return to`,
            next: 'release another version',
        };
    }
    const shares = (0,services_standing/* weighted */.Y1)(standing);
    const alone = shares.length === 1 && shares[0]?.[0] === stable;
    if (journal.phase === 'returned' && alone) {
        return { kind: 'nothing', why: `all requests go to ${stable} already` };
    }
    return { kind: 'return', backends: { stable, canary } };
}
/** No record: the object was replaced, or no release was ever made. One version alone with all weight is no question. */
function withoutJournal(standing) {
    const { route, service } = standing;
    const [first, ...others] = (0,services_standing/* weighted */.Y1)(standing);
    if (first !== undefined && others.length === 0) {
        return { kind: 'nothing', why: `all requests go to ${first[0]}, and no release is recorded` };
    }
    return {
        kind: 'refused',
        why: `${(0,objects/* nameOf */.Vb)(route.object)} carries no journal (was it replaced?) and sends ${(0,services_standing/* describeWeights */.Jq)(standing)}: which version is stable is not recorded, and not guessed`,
        next: sayWhich(service),
    };
}
function toNamed(standing, stable) {
    const { service, isBackend, journal, route } = standing;
    const live = [...new Set(route.rules.flatMap((rule) => rule.backends.map(({ name }) => name)))];
    if (!isBackend(stable)) {
        return {
            kind: 'refused',
            why: `${stable} is not a version of ${service}`,
            next: `name one of ${live.join(', ') || `${service}-<version>`} in the input stable`,
        };
    }
    const shares = (0,services_standing/* weighted */.Y1)(standing);
    const other = shares.map(([name]) => name).find((name) => name !== stable) ??
        [journal?.backends.canary, journal?.backends.stable, ...live].find((name) => name !== undefined && name !== stable);
    if (other === undefined || (shares.length === 1 && shares[0]?.[0] === stable && journal?.phase === 'returned')) {
        return { kind: 'nothing', why: `all requests go to ${stable} already` };
    }
    return { kind: 'return', backends: { stable, canary: other } };
}
function sayWhich(service) {
    return `find out which version is good, then: command rollback with stable: ${service}=${service}-<version>`;
}
// EXTERNAL MODULE: ./build/src/study/mesh.js
var mesh = __webpack_require__(1422);
// EXTERNAL MODULE: ./build/src/study/rights.js
var rights = __webpack_require__(6528);
// EXTERNAL MODULE: ./build/src/study/standings.js
var study_standings = __webpack_require__(7493);
// EXTERNAL MODULE: ./build/src/study/work.js
var work = __webpack_require__(3734);
;// CONCATENATED MODULE: ./build/src/commands/rollback.js













async function rollback(context, cluster) {
    const { settings, log, notes } = context;
    const provider = await (0,mesh/* liveProvider */.e)(cluster, settings);
    await (0,permissions/* requirePermissions */.An)(cluster, (0,rights/* rollbackPermissions */.Np)(settings, (0,work/* routeOf */.Lu)(provider)));
    const read = async () => (0,study_standings/* requireFound */.y)(await (0,study_standings/* readStandings */.g)(cluster, provider, settings.namespace, settings.services));
    const standings = await read();
    const quiet = whyNothing(standings, context);
    if (quiet !== undefined)
        return notes.outcome(settings, 'nothing-to-do', quiet, 'no route was touched');
    let lock;
    try {
        lock = await log.group('Lock', () => lockRoutes(context, cluster, standings));
    }
    catch (error) {
        if (!(settings.ifStale && error instanceof errors/* LockError */.Ku))
            throw error;
        return notes.outcome(settings, 'nothing-to-do', `no run died: ${(0,errors/* reasonOf */.A3)(error)}`, 'no route was touched');
    }
    try {
        // What was read before the lock was ours may be another run's past.
        return await takeBack(context, cluster.guarded(lock.confirm), provider, await read());
    }
    finally {
        await lock.release(cluster.under(AbortSignal.timeout(3_000), 2_000)).catch((error) => {
            notes.warn(`the lock could not be given back (${(0,errors/* reasonOf */.A3)(error)}); it runs out by itself`);
        });
    }
}
/** Why nothing is to be done, known without a lock; undefined when there may be something. */
function whyNothing(standings, { settings }) {
    if (standings.length === 0)
        return `no release is recorded in namespace ${settings.namespace}`;
    if (!settings.ifStale)
        return undefined;
    const ways = [...waysBack(standings, settings.stable, true).values()];
    return ways.every(({ kind }) => kind === 'nothing') ? sentences(ways) : undefined;
}
function lockRoutes({ settings, run, ports, notes }, cluster, standings) {
    return (0,lock/* acquireLocks */.x)(cluster, {
        namespace: settings.namespace,
        routes: [
            ...new Set(standings.flatMap(({ route, followers }) => [
                route.object.metadata.name,
                ...followers.map((one) => one.route.name),
            ])),
        ],
        run: run.id,
        runUrl: run.url,
        onConflict: settings.ifStale ? 'fail' : settings.onConflict,
        timeout: settings.timeout / 2,
        clock: ports.clock,
        onWaiting: (holder) => notes.say(`the lock is held by ${holder}: is that run alive?`),
    });
}
async function takeBack(context, cluster, provider, standings) {
    const { settings, log, notes, ports, run, signal } = context;
    const ways = waysBack(standings, settings.stable, settings.ifStale);
    const http = (0,in_cluster/* gatewayClient */.Ue)(settings, cluster, ports.clock.monotonic);
    const say = (line) => notes.say(line);
    const given = await log.group('Return', async () => {
        for (const standing of standings) {
            const drift = (0,services_standing/* driftOf */.$p)(standing);
            if (drift !== undefined)
                notes.warn(`${standing.service}: somebody else changed the route (${drift})`);
        }
        const returning = [...ways].flatMap(([standing, way]) => way.kind === 'return' ? [{ standing, backends: way.backends }] : []);
        const options = { cluster, settings, ports, http, run, signal, say };
        const stay = await keptTogether(returning, options);
        return Promise.all(returning.map(({ standing, backends }) => {
            const why = stay.get(standing);
            return why === undefined ? giveBack(standing, backends, options) : left(standing, backends, why);
        })).finally(() => http.close());
    });
    for (const { traffic } of given)
        say(traffic);
    await log.group('What dead runs left', () => clean(context, cluster, provider, standings, given));
    return conclude(context, standings, [...ways.values()], given);
}
/** A service that stays where it is, because another one of its release cannot go back. */
function left(standing, backends, why) {
    const { service, journal } = standing;
    const versions = journal?.versions ?? { stable: '', canary: '' };
    const traffic = `${service}: not touched, ${(0,services_standing/* describeWeights */.Jq)(standing)}: what was promoted together goes back together, and ${why}`;
    return { service, backends, versions, written: false, free: false, traffic };
}
async function clean({ settings, run, notes }, cluster, mesh, standings, given) {
    const services = standings.map(({ service, route, isBackend }) => ({
        service,
        route: route.object.metadata.name,
        isBackend,
    }));
    const clones = given.every(({ free }) => free);
    const { removed, problems } = await (0,sweep/* sweep */.X)(cluster, settings.namespace, services, { run: run.id, clones, mesh });
    for (const name of removed)
        notes.say(`deleted ${name}`);
    for (const problem of problems)
        notes.warn(problem);
    if (!clones)
        notes.warn('the new version was left running, because the return is not proved');
}
function conclude({ settings, notes }, standings, ways, given) {
    const refused = ways.filter((way) => way.kind === 'refused');
    const lost = given.filter(({ written }) => !written);
    const versions = (side) => [...new Set(given.map((one) => one.versions[side]).filter((version) => version !== ''))].join(', ');
    notes.previousVersion = versions('stable') || undefined;
    if (given.length > 0 && lost.length === 0)
        notes.weight = 0;
    const traffic = [...given.map((one) => one.traffic), ...ways.flatMap((way) => (way.kind === 'nothing' ? [way.why] : []))].join('; ') || 'no route was touched';
    const result = refused.length + lost.length > 0 ? 'failed' : given.length > 0 ? 'returned' : 'nothing-to-do';
    const reason = result === 'failed'
        ? [
            ...refused.map(({ why, next }) => `${why}. Next: ${next}`),
            ...lost.map(({ service }) => `${service} could not be returned`),
        ].join('; ')
        : result === 'returned'
            ? `returned to ${given.map(({ backends }) => backends.stable).join(', ')}`
            : sentences(ways);
    const version = versions('canary');
    return {
        ...notes.outcome(settings, result, reason, traffic),
        services: standings.map(({ service }) => service),
        ...(version === '' ? {} : { version }),
    };
}
function sentences(ways) {
    return [...new Set(ways.flatMap((way) => (way.kind === 'return' ? [] : [way.why])))].join('; ');
}

/***/ }),

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
// EXTERNAL MODULE: ./build/src/kube/objects.js
var objects = __webpack_require__(4067);
// EXTERNAL MODULE: ./build/src/journal/phases.js
var phases = __webpack_require__(6621);
;// CONCATENATED MODULE: ./build/src/journal/schema.js
/** What a journal is, and what it must look like to be believed: types, lengths and patterns, one reason in words. */


/** The format this code reads and writes. */
const JOURNAL_VERSION = 1;
/** Retired versions that are kept; older ones are forgotten first. */
const HISTORY_LIMIT = 50;
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
    phase: (value) => (phases/* phases */.tW.some((phase) => phase === value) ? undefined : `must be one of ${phases/* phases */.tW.join(', ')}`),
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
    if (!(0,objects/* isMap */.jh)(value))
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
        if (!(0,objects/* isMap */.jh)(value))
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
    if (!(0,objects/* isMap */.jh)(value))
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

/***/ 6621:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   tW: () => (/* binding */ phases),
/* harmony export */   ui: () => (/* binding */ isUnfinished)
/* harmony export */ });
/* unused harmony export attemptOf */
/** The phases of a release, and what one says about the run that wrote it. */
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
/** Phases in which a release is not over: whoever finds one with the lock in hand finds a dead run. */
const UNFINISHED = new Set(['attached', 'shifting', 'observing', 'baking', 'returning']);
/** Whether a release is recorded whose run is at work, or died. */
function isUnfinished(journal) {
    return journal !== undefined && UNFINISHED.has(journal.phase);
}
/** The same release in the same run: what an earlier run promoted is no part of a later one's failure. */
function attemptOf({ release, run }) {
    return `${release} ${run}`;
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
