export const id = 411;
export const ids = [411];
export const modules = {

/***/ 9792:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  plan: () => (/* binding */ plan)
});

// EXTERNAL MODULE: ./build/src/cluster/connection/transport.js
var transport = __webpack_require__(7096);
// EXTERNAL MODULE: ./build/src/cluster/permissions.js
var permissions = __webpack_require__(4076);
// EXTERNAL MODULE: ./build/src/errors.js
var errors = __webpack_require__(7406);
// EXTERNAL MODULE: ./build/src/evidence/users/sources.js
var users_sources = __webpack_require__(550);
// EXTERNAL MODULE: ./build/src/kube/names.js
var kube_names = __webpack_require__(2063);
// EXTERNAL MODULE: ./build/src/kube/objects.js
var kube_objects = __webpack_require__(4067);
// EXTERNAL MODULE: ./build/src/manifests/apply.js
var apply = __webpack_require__(3520);
// EXTERNAL MODULE: ./build/src/manifests/route-files/merge.js + 2 modules
var merge = __webpack_require__(1302);
// EXTERNAL MODULE: ./build/src/manifests/route-files/options.js
var options = __webpack_require__(3490);
// EXTERNAL MODULE: ./build/src/plugins/desired.js
var desired = __webpack_require__(6408);
// EXTERNAL MODULE: ./build/src/services/pods.js
var pods = __webpack_require__(936);
// EXTERNAL MODULE: ./build/src/kube/json-patch.js
var json_patch = __webpack_require__(2554);
;// CONCATENATED MODULE: ./build/src/forecast/shown.js
/** Fields whose text is never a secret. Of all others only the path is shown. */
const SHOWN = new Set([
    'image',
    'name',
    'type',
    'kind',
    'port',
    'path',
    'targetPort',
    'protocol',
    'plugin',
    'username',
    'hostname',
    'gatewayClassName',
    'imagePullPolicy',
    'serviceAccountName',
    'cpu',
    'memory',
    'storage',
]);
function shown(path, from, to) {
    const last = String(path.at(-1) ?? '');
    const open = (value) => (typeof value === 'number' || typeof value === 'boolean' || (typeof value === 'string' && SHOWN.has(last))) &&
        !path.some((part) => part === 'data' || part === 'stringData' || part === 'config' || part === 'env');
    return {
        path: pathText(path),
        ...(open(from) ? { from: String(from) } : {}),
        ...(open(to) ? { to: String(to) } : {}),
    };
}
function pathText(path) {
    return path
        .map((part, index) => {
        const text = String(part);
        if (text.startsWith('['))
            return text;
        const quoted = /[./]/.test(text) ? `["${text}"]` : text;
        return index === 0 || quoted.startsWith('[') ? quoted : `.${quoted}`;
    })
        .join('');
}
;// CONCATENATED MODULE: ./build/src/forecast/ownership.js
/** Who owns the fields of a live object, by the API server's record of server-side apply (`managedFields`). Pure. */




/**
 * Whether applying an object with equal fields would still be a write: fields that this manager does not own yet would
 * become its own, and fields it owned that are gone from the manifest would be let go of.
 */
function ownershipChanges(wanted, live, manager) {
    const entry = managedFields(live).find((candidate) => candidate['manager'] === manager && candidate['operation'] === 'Apply' && !candidate['subresource']);
    if (entry === undefined)
        return true;
    const { apiVersion: _a, kind: _k, metadata, ...content } = wanted;
    const { name: _n, namespace: _s, ...tracked } = metadata;
    const meta = Object.keys(tracked).length > 0 ? { metadata: tracked } : {};
    return !owns(entry['fieldsV1'], { ...content, ...meta });
}
/** Fields this manager applied before that the manifest no longer has: applying takes them away, unless others own them. */
function removedFields(wanted, live, manager) {
    const fields = managedFields(live);
    const ours = fields.find(({ manager: name, operation }) => name === manager && operation === 'Apply');
    if (ours === undefined)
        return [];
    const removed = [];
    const walk = (set, value, path, keys) => {
        if (!(0,kube_objects/* isMap */.jh)(set))
            return;
        for (const [key, below] of Object.entries(set)) {
            if (!key.startsWith('f:'))
                continue; // items of lists are compared with the list
            const name = key.slice(2);
            const there = (0,kube_objects/* isMap */.jh)(value) ? value[name] : undefined;
            if (there !== undefined && there !== null)
                walk(below, there, [...path, name], [...keys, key]);
            else if (!others(fields, ours, [...keys, key]) && (0,kube_objects/* field */.ZZ)(live, ...path, name) !== undefined)
                removed.push({ path: pathText([...path, name]) });
        }
    };
    walk(ours['fieldsV1'], wanted, [], []);
    return removed;
}
function managedFields(object) {
    return (0,kube_objects/* list */.p_)(object, 'metadata', 'managedFields').filter(kube_objects/* isMap */.jh);
}
/** Whether a set of fields (fieldsV1) covers every leaf of a value; a set without members is a leaf that covers all below. */
function owns(set, value) {
    if (!(0,kube_objects/* isMap */.jh)(set))
        return false;
    const members = Object.keys(set).filter((key) => key !== '.');
    if (members.length === 0)
        return true;
    if ((0,kube_objects/* isMap */.jh)(value)) {
        return Object.entries(value).every(([key, below]) => below === null || owns(set[`f:${key}`], below));
    }
    if (!Array.isArray(value))
        return true;
    return value.every((item) => {
        const plain = members.find((key) => key.startsWith('v:') && (0,json_patch/* jsonEqual */.Zm)(parsed(key), item));
        if (plain !== undefined)
            return true;
        const keyed = members.find((key) => {
            const wanted = key.startsWith('k:') ? parsed(key) : undefined;
            return ((0,kube_objects/* isMap */.jh)(wanted) &&
                Object.entries(wanted).every(([name, part]) => (0,kube_objects/* field */.ZZ)(item, name) === undefined || (0,json_patch/* jsonEqual */.Zm)((0,kube_objects/* field */.ZZ)(item, name), part)));
        });
        return keyed !== undefined && owns(set[keyed], item);
    });
}
function parsed(key) {
    try {
        return JSON.parse(key.slice(2));
    }
    catch {
        return undefined;
    }
}
function others(fields, ours, keys) {
    return fields.some((entry) => entry !== ours && (0,kube_objects/* field */.ZZ)(entry['fieldsV1'], ...keys) !== undefined);
}
/** Who else owns a field that differs; nobody in particular when several do, or it is new. */
function ownerOf(live, path) {
    const keys = [];
    for (const part of path) {
        if (typeof part === 'number' || part.startsWith('['))
            break;
        keys.push(`f:${part}`);
    }
    const owners = managedFields(live).filter((entry) => (0,kube_objects/* field */.ZZ)(entry['fieldsV1'], ...keys) !== undefined);
    const names = [...new Set(owners.map((entry) => String(entry['manager'] ?? '')))];
    // Before our first apply every difference is what the release brings; only afterwards it is a change by others.
    const appliedBefore = managedFields(live).some((entry) => entry['manager'] === kube_names/* FIELD_MANAGER */.vy);
    const [other, ...more] = names;
    return appliedBefore && more.length === 0 && other !== kube_names/* FIELD_MANAGER */.vy ? other : undefined;
}
;// CONCATENATED MODULE: ./build/src/forecast/quantity.js
function isQuantityPath(path) {
    return path.some((part) => part === 'limits' || part === 'requests' || part === 'capacity' || part === 'sizeLimit');
}
const SUFFIXES = {
    m: 1e-3,
    k: 1e3,
    M: 1e6,
    G: 1e9,
    T: 1e12,
    P: 1e15,
    Ki: 2 ** 10,
    Mi: 2 ** 20,
    Gi: 2 ** 30,
    Ti: 2 ** 40,
    Pi: 2 ** 50,
};
/** A quantity of Kubernetes as a number: `500m` and `0.5` are the same (apimachinery, resource.Quantity). */
function quantity(value) {
    const match = /^([+-]?[\d.]+(?:[eE][+-]?\d+)?)(m|k|M|G|T|P|Ki|Mi|Gi|Ti|Pi)?$/.exec(String(value));
    const number = Number(match?.[1] ?? Number.NaN);
    if (match === null || Number.isNaN(number))
        return undefined;
    return Number((number * (SUFFIXES[match[2] ?? ''] ?? 1)).toPrecision(12));
}
;// CONCATENATED MODULE: ./build/src/forecast/compare.js
/**
 * What applying an object would change, by comparing it with the live one: fields the cluster adds by itself are no
 * difference, fields that were applied before and are gone from the manifest are. Pure.
 */





/** Lists that server-side apply merges by a key (the `x-kubernetes-list-map-keys` of the built-in kinds). */
const LIST_KEYS = {
    containers: ['name'],
    initContainers: ['name'],
    ephemeralContainers: ['name'],
    env: ['name'],
    volumes: ['name'],
    volumeMounts: ['mountPath'],
    volumeDevices: ['devicePath'],
    imagePullSecrets: ['name'],
    hostAliases: ['ip'],
    topologySpreadConstraints: ['topologyKey', 'whenUnsatisfiable'],
    listeners: ['name'],
    secrets: ['name'],
};
/** Fields that differ, in the order of the manifest. */
function changesOf(wanted, live) {
    const changes = [];
    const { apiVersion: _a, kind: _k, ...content } = plainSecret(wanted);
    compare(content, live, [], changes);
    return changes.map(({ path, from, to }) => {
        const owner = ownerOf(live, path);
        return { ...shown(path, from, to), ...(owner === undefined ? {} : { owner }) };
    });
}
/** Every difference between an object before and after a write, beside what the server keeps for itself. */
function differenceOf(before, after) {
    const changes = [];
    const walk = (from, to, path) => {
        if (path.length === 1 && path[0] === 'status')
            return;
        if (path.length === 2 && path[0] === 'metadata' && SERVER_OWNED.has(String(path[1])))
            return;
        if ((0,kube_objects/* isMap */.jh)(from) && (0,kube_objects/* isMap */.jh)(to)) {
            for (const key of new Set([...Object.keys(from), ...Object.keys(to)]))
                walk(from[key], to[key], [...path, key]);
            return;
        }
        const keys = listKeysOf(path, from, to);
        if (Array.isArray(from) && Array.isArray(to) && keys !== undefined) {
            const names = new Set([...from, ...to].map((item) => keyText(item, keys)));
            for (const name of names) {
                const at = (items) => items.find((item) => keyText(item, keys) === name);
                walk(at(from), at(to), [...path, `[${name}]`]);
            }
            return;
        }
        if (!(0,json_patch/* jsonEqual */.Zm)(from, to))
            changes.push(shown(path, from, to));
    };
    walk(before, after, []);
    return changes;
}
const SERVER_OWNED = new Set(['resourceVersion', 'generation', 'managedFields', 'uid', 'creationTimestamp']);
function compare(wanted, live, path, changes) {
    if (wanted === undefined || wanted === null)
        return;
    if ((0,kube_objects/* isMap */.jh)(wanted)) {
        if (live !== undefined && live !== null && !(0,kube_objects/* isMap */.jh)(live))
            changes.push({ path, from: live, to: wanted });
        else if (live === undefined || live === null) {
            if (Object.keys(wanted).length > 0)
                changes.push({ path, from: undefined, to: wanted });
        }
        else
            for (const [key, value] of Object.entries(wanted))
                compare(value, live[key], [...path, key], changes);
        return;
    }
    if (Array.isArray(wanted)) {
        compareLists(wanted, Array.isArray(live) ? live : undefined, path, changes);
        return;
    }
    if (!(0,json_patch/* jsonEqual */.Zm)(wanted, live) && !(isQuantityPath(path) && quantity(wanted) === quantity(live)))
        changes.push({ path, from: live, to: wanted });
}
function compareLists(wanted, live, path, changes) {
    if (live === undefined) {
        if (wanted.length > 0)
            changes.push({ path, from: undefined, to: wanted });
        return;
    }
    const keys = listKeysOf(path, wanted, live);
    if (keys !== undefined) {
        for (const item of wanted) {
            const name = keyText(item, keys);
            const other = live.find((candidate) => keyText(candidate, keys) === name);
            if (other === undefined)
                changes.push({ path: [...path, `[${name}]`], from: undefined, to: item });
            else
                compare(item, other, [...path, `[${name}]`], changes);
        }
        return;
    }
    // An atomic list is written whole; defaults inside its items are the server's.
    if (wanted.length !== live.length)
        changes.push({ path, from: live, to: wanted });
    else
        for (const [index, item] of wanted.entries())
            compare(item, live[index], [...path, `[${index}]`], changes);
}
/** The keys a list is merged by; ports have two kinds of key, and a default protocol. */
function listKeysOf(path, ...lists) {
    const name = String(path.at(-1) ?? '');
    if (name === 'ports') {
        const items = lists.flatMap((items) => (Array.isArray(items) ? items : []));
        return items.some((item) => (0,kube_objects/* isMap */.jh)(item) && 'containerPort' in item)
            ? ['containerPort', 'protocol']
            : ['port', 'protocol'];
    }
    return Object.hasOwn(LIST_KEYS, name) ? LIST_KEYS[name] : undefined;
}
function keyText(item, keys) {
    return keys
        .map((key) => {
        const value = (0,kube_objects/* field */.ZZ)(item, key) ?? (key === 'protocol' ? 'TCP' : '');
        return key === 'protocol' && value === 'TCP' ? '' : String(value);
    })
        .filter((text) => text !== '')
        .join('/');
}
/** A Secret as it will be stored: what is written plainly becomes base64 beside the rest. */
function plainSecret(object) {
    const plain = (0,kube_objects/* strings */.P$)(object, 'stringData');
    if (object.kind !== 'Secret' || Object.keys(plain).length === 0)
        return object;
    const { stringData: _, ...rest } = object;
    const encoded = Object.entries(plain).map(([key, value]) => [key, Buffer.from(value).toString('base64')]);
    return { ...rest, data: { ...(0,kube_objects/* strings */.P$)(object, 'data'), ...Object.fromEntries(encoded) } };
}
;// CONCATENATED MODULE: ./build/src/forecast/changes.js










/** Objects that are applied, in order, as `deploy` applies them. Only reads and dry runs. */
async function appliedChanges(wanted, options) {
    const hpas = [...options.live, ...wanted].filter(({ kind }) => kind === 'HorizontalPodAutoscaler');
    return Promise.all(wanted.map(async (object) => {
        const live = await options.cluster.find((0,kube_objects/* refOf */.H8)(object)).catch(forbidden);
        if (live === 'forbidden')
            return { object: (0,kube_objects/* nameOf */.Vb)(object), action: 'unknown', fields: [], by: 'comparison' };
        const scaled = object.kind === 'Deployment' && (0,pods/* hpaOf */.P9)(object, hpas) !== undefined;
        const backend = options.services.some(({ isBackend }) => isBackend(object.metadata.name));
        const asApplied = (0,apply/* withReplicas */.U)(object, live, scaled, backend);
        return (await asked(asApplied, live, options)) ?? compared(asApplied, live);
    }));
}
/** Route files that are merged, and plugins that are bound to routes. Pure. */
function routeChanges(files, services, live, plugins) {
    const routes = new Map();
    const known = (object) => live.find((other) => (0,kube_objects/* nameOf */.Vb)(other) === (0,kube_objects/* nameOf */.Vb)(object));
    for (const file of files) {
        const before = known(file);
        // Of a mesh's kind the file is for the first time.
        const merged = before !== undefined && file.kind === 'HTTPRoute';
        const fields = merged ? written((0,merge/* mergeRoute */.gL)(before, file, (0,options/* mergeOptions */.l)(services))) : [];
        routes.set((0,kube_objects/* nameOf */.Vb)(file), { live: before, fields, name: (0,kube_objects/* nameOf */.Vb)(file) });
    }
    for (const { source, entry } of services) {
        for (const object of new Set([source, entry])) {
            const found = routes.get((0,kube_objects/* nameOf */.Vb)(object)) ?? { live: known(object), fields: [], name: (0,kube_objects/* nameOf */.Vb)(object) };
            const bound = (0,kube_objects/* annotation */.w7)(found.live ?? object, desired/* PLUGINS_ANNOTATION */.Pd);
            if (object === entry && plugins.length > 0 && (0,desired/* mergePlugins */.$Z)(bound, plugins) !== bound)
                found.fields.push({ path: `metadata.annotations["${desired/* PLUGINS_ANNOTATION */.Pd}"]`, to: (0,desired/* mergePlugins */.$Z)(bound, plugins) });
            if (object === source || found.fields.length > 0)
                routes.set((0,kube_objects/* nameOf */.Vb)(object), found);
        }
    }
    return [...routes.values()].map(({ live: before, fields, name }) => ({
        object: name,
        action: before === undefined ? 'create' : fields.length > 0 ? 'merge' : 'unchanged',
        fields,
        by: 'comparison',
    }));
}
function written(patch) {
    const tidy = (path) => path.slice(1).replaceAll('/', '.').replaceAll('~1', '/').replaceAll('~0', '~');
    return patch.filter(({ op }) => op !== 'test').map(({ path }) => ({ path: tidy(path) }));
}
/** The server's own answer, with defaults and admission; undefined where it may not be asked or cannot tell. */
async function asked(object, live, { cluster, mayApply }) {
    if (!mayApply(object))
        return undefined;
    const about = { object: (0,kube_objects/* nameOf */.Vb)(object), by: 'server dry run' };
    try {
        const after = await cluster.apply(object, { dryRun: true });
        if (live === undefined)
            return { ...about, action: 'create', fields: [] };
        const fields = differenceOf(live, after);
        if (fields.length > 0)
            return { ...about, action: 'change', fields: withOwners(fields, object, live) };
        return { ...about, action: ownershipChanges(object, live, kube_names/* FIELD_MANAGER */.vy) ? 'adopt' : 'unchanged', fields };
    }
    catch (error) {
        if (!(error instanceof transport/* ApiError */.hD))
            throw error;
        // Not allowed after all, its namespace or kind is yet to come, or a webhook that has no dry run: compared instead.
        if (error.status === 403 || error.status === 404 || /dry run/i.test(error.message))
            return undefined;
        return { ...about, action: live === undefined ? 'create' : 'change', fields: [], refused: error.message };
    }
}
function compared(object, live) {
    const about = { object: (0,kube_objects/* nameOf */.Vb)(object), by: 'comparison' };
    if (live === undefined)
        return { ...about, action: 'create', fields: [] };
    const fields = [...changesOf(object, live), ...removedFields(object, live, kube_names/* FIELD_MANAGER */.vy)];
    if (fields.length > 0)
        return { ...about, action: 'change', fields };
    return { ...about, action: ownershipChanges(object, live, kube_names/* FIELD_MANAGER */.vy) ? 'adopt' : 'unchanged', fields };
}
/** Who owns the fields, from the comparison: the server's answer does not say. */
function withOwners(fields, object, live) {
    const owners = new Map(changesOf(object, live).flatMap(({ path, owner }) => (owner ? [[path, owner]] : [])));
    return fields.map((change) => {
        const owner = owners.get(change.path);
        return owner === undefined ? change : { ...change, owner };
    });
}
function forbidden(error) {
    if (error instanceof transport/* ApiError */.hD && error.status === 403)
        return 'forbidden';
    throw error;
}
// EXTERNAL MODULE: ./build/src/plugins/proofs.js + 1 modules
var proofs = __webpack_require__(6199);
// EXTERNAL MODULE: ./build/src/journal/phases.js
var phases = __webpack_require__(6621);
// EXTERNAL MODULE: ./build/src/routes/parts/percent.js
var percent = __webpack_require__(4876);
// EXTERNAL MODULE: ./build/src/routes/parts/shares.js
var shares = __webpack_require__(6445);
;// CONCATENATED MODULE: ./build/src/forecast/drift.js
/** Where the cluster says otherwise than the journal on the route, or than who applied an object last. Pure. */




/** One sentence for each thing; empty when all is as it was left. */
function differences(plans, provider, objects) {
    return [...plans.flatMap((plan) => routeDrift(plan, provider)), ...objects.flatMap(objectDrift)];
}
function routeDrift({ service, journal, live, isBackend }, provider) {
    if (journal === undefined || live === undefined)
        return [];
    const split = provider.read(provider.find([live], service, isBackend));
    const share = (0,shares/* shareOf */.tC)(split, journal.backends.canary);
    const wrote = journal.phase === 'promoted' ? 100 : journal.weight;
    const drift = [];
    if ((0,phases/* isUnfinished */.ui)(journal))
        drift.push(`${service}: run ${journal.run} ended ${journal.phase} at ${journal.weight} %; a deploy returns its traffic to ${journal.backends.stable} first`);
    if (Math.abs(share - wrote) > provider.limits.smallestStep / 2)
        drift.push(`${service}: ${(0,kube_objects/* nameOf */.Vb)(live)} sends ${(0,percent/* round */.L)(share)} % to ${journal.backends.canary}, the journal says ${(0,percent/* round */.L)(wrote)} %: someone else set the weights`);
    return drift;
}
function objectDrift({ object, fields }) {
    const owners = new Map();
    for (const { owner, path } of fields) {
        if (owner !== undefined)
            owners.set(owner, [...(owners.get(owner) ?? []), path]);
    }
    return [...owners].map(([owner, paths]) => `${object}: ${owner} owns ${paths.join(', ')}; a deploy sets it back`);
}
// EXTERNAL MODULE: ./build/src/verdict/index.js + 11 modules
var verdict = __webpack_require__(9027);
// EXTERNAL MODULE: ./build/src/verdict/promotion.js
var promotion = __webpack_require__(4214);
// EXTERNAL MODULE: ./build/src/verdict/logarithms.js
var logarithms = __webpack_require__(4779);
;// CONCATENATED MODULE: ./build/src/forecast/chance.js
/** Seeded chance for simulations: the same seed gives the same run on every machine. Pure. */

/** Uniform numbers from a seed: sfc32 by C. Doty-Humphrey (PractRand), 32 bits a draw. */
function generator(seed) {
    let [a, b, c, counter] = [seed | 0, Math.imul(seed, 0x9e3779b9), 0x243f6a88, 1];
    const next = () => {
        const t = (((a + b) | 0) + counter) | 0;
        counter = (counter + 1) | 0;
        a = b ^ (b >>> 9);
        b = (c + (c << 3)) | 0;
        c = ((c << 21) | (c >>> 11)) + t;
        return (t >>> 0) / 4294967296;
    };
    for (let i = 0; i < 15; i += 1)
        next();
    return next;
}
/** A Poisson count. Small means: products of uniforms (D. Knuth); large: transformed rejection (W. Hörmann 1993). */
function poisson(random, mean) {
    if (mean <= 0)
        return 0;
    if (mean >= 12)
        return largePoisson(random, mean);
    const limit = Math.exp(-mean);
    let product = random();
    let count = 0;
    while (product > limit) {
        product *= random();
        count += 1;
    }
    return count;
}
function largePoisson(random, mean) {
    const b = 0.931 + 2.53 * Math.sqrt(mean);
    const a = -0.059 + 0.02483 * b;
    const inverse = 1.1239 + 1.1328 / (b - 3.4);
    const sure = 0.9277 - 3.6224 / (b - 2);
    for (;;) {
        const u = random() - 0.5;
        const v = random();
        const near = 0.5 - Math.abs(u);
        const count = Math.floor(((2 * a) / near + b) * u + mean + 0.43);
        if (near >= 0.07 && v <= sure)
            return count;
        if (count < 0 || (near < 0.013 && v > near))
            continue;
        const left = Math.log((v * inverse) / (a / (near * near) + b));
        if (left <= -mean + count * Math.log(mean) - (0,logarithms/* logGamma */.SX)(count + 1))
            return count;
    }
}
;// CONCATENATED MODULE: ./build/src/forecast/exposure.js
/**
 * What a bad version costs users before it is returned: the verdict itself, over releases with random counts, beside
 * the bound no test can go below (docs/statistics.md §10). Pure.
 */



/** Seconds between two countings of users' requests. */
const WINDOW = 5;
/** Seconds of users' requests counted before the first weight. */
const HISTORY = 600;
/** Releases that are averaged, and seconds after which one is no longer followed. */
const RELEASES = 40;
const LONGEST = 3600;
/** Shares of failing answers that are looked at: nearly all right, often wrong, all wrong. */
const FAILING_SHARES = [0.02, 0.05, 0.2, 1];
/** One case for each share that is worse than the current version. Faults that show at weight 0 are found there first. */
function exposuresOf(design, flow) {
    const first = design.weights[0] ?? 1;
    return FAILING_SHARES.filter((failing) => failing > 1.5 * flow.errorShare).map((failing) => ({
        ...untilReturn(design, flow, failing),
        failing,
        bound: first >= 1 ? 0 : fewestFailing(first, failing, flow.errorShare, design.falseAlarm),
    }));
}
/**
 * Failing canary requests before return, at least, on average: a level-alpha test that returns a bad release for sure
 * must gather ln(1/alpha) of relative entropy to the closest world in which the release is not worse (A. Wald 1945;
 * E. Kaufmann and W. Koolen, "Mixture martingales revisited", JMLR 2021, by data processing).
 */
function fewestFailing(w, p1, p0, alpha) {
    return (w * p1 * -Math.log(alpha)) / information(w, p1, p0);
}
/** Information one request (of either version) gives, canary share w, error shares p1 of the canary, p0 of stable. */
function information(w, p1, p0) {
    const mean = w * p1 + (1 - w) * p0;
    return w * (0,promotion/* entropy */.Ue)(p1, mean) + (1 - w) * (0,promotion/* entropy */.Ue)(p0, mean);
}
/** Averages over releases with random counts, the same for the same design and flow. */
function untilReturn(design, flow, failing) {
    const { splitFrom: _, ...plain } = design;
    const alone = {
        ...plain,
        services: design.services.slice(0, 1),
        sources: design.sources.filter((source) => source !== 'public'),
    };
    const runs = Array.from({ length: RELEASES }, (_unused, seed) => oneRelease(alone, flow, failing, generator(seed + 1)));
    const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
    return { requests: mean(runs.map((run) => run.requests)), seconds: mean(runs.map((run) => run.seconds)) };
}
function oneRelease(design, flow, failing, random) {
    const [service = ''] = design.services;
    const users = design.sources.includes('users');
    const counted = (mean, errorShare) => {
        const errors = poisson(random, mean * errorShare);
        return { requests: errors + poisson(random, mean * (1 - errorShare)), errors };
    };
    let state = (0,verdict/* begin */.qN)(design);
    if (users) {
        const history = { service, source: 'users', step: 0, seconds: HISTORY, share: 0 };
        const stable = counted(flow.rate * HISTORY, flow.errorShare);
        state = (0,verdict/* update */.yo)(state, [{ ...history, stable, canary: { requests: 0, errors: 0 } }], design, at(0, 0)).state;
    }
    let [step, begun, clock, requests] = [1, 0, 0, 0];
    const last = Math.min(LONGEST, design.maxStep * design.weights.length);
    while (clock < last) {
        clock += WINDOW;
        const share = design.weights[step - 1] ?? 1;
        // Expected, not drawn: by Wald's identity the mean over releases is the same, with less chance in it.
        requests += flow.rate * share * WINDOW * failing;
        const window = users
            ? {
                ...{ service, source: 'users', step, seconds: WINDOW, share },
                stable: counted(flow.rate * (1 - share) * WINDOW, flow.errorShare),
                canary: counted(flow.rate * share * WINDOW, failing),
            }
            : {
                ...{ service, source: 'lane', step, seconds: WINDOW, share: 0.5 },
                stable: counted(flow.pairs * WINDOW, flow.errorShare),
                canary: counted(flow.pairs * WINDOW, failing),
            };
        const judged = (0,verdict/* update */.yo)(state, [window], design, at(step, clock - begun));
        state = judged.state;
        if (judged.decision.verdict === 'rollback')
            break;
        if (judged.decision.verdict === 'promote' && step < design.weights.length)
            [step, begun] = [step + 1, clock];
    }
    return { requests, seconds: clock };
}
const at = (step, secondsInStep) => ({ step, secondsInStep });
// EXTERNAL MODULE: ./build/src/verdict/design.js
var verdict_design = __webpack_require__(3349);
;// CONCATENATED MODULE: ./build/src/forecast/pace.js


/** Share of stable's answers above the bound that is compared (docs/statistics.md §5): at most this, so it is taken. */
const SLOW_SHARE = 0.01;
/**
 * Pre-flight (where the design has one) and every weight, in order. Evidence is kept over the release, so what an earlier
 * weight gathered counts towards the margin of a later one.
 */
function paceOf(design, speeds) {
    const { promoteAt, errorMargins, slowMargins } = (0,verdict_design/* derived */.u)(design);
    const usersDecide = design.sources.includes('users');
    const phases = design.weights.map((weight) => ({
        asked: 100 * weight,
        share: usersDecide ? weight : 0.5,
        rate: usersDecide ? (speeds.users === undefined ? undefined : speeds.users * weight) : speeds.pairs,
    }));
    const paces = [];
    /** What has been gathered of the basis so far. */
    const gathered = [];
    const needed = (margin, errorShare, share) => {
        const had = gathered.reduce((sum, phase) => sum + phase.requests * (0,promotion/* growth */.Am)(errorShare, margin, phase.share), 0);
        return had >= promoteAt ? 0 : Math.ceil((promoteAt - had) / (0,promotion/* growth */.Am)(errorShare, margin, share));
    };
    if (design.sources.includes('lane') && design.preflightPairs > 0) {
        const margin = errorMargins[0] ?? 0.5;
        const requests = Math.max(design.preflightPairs, needed(margin, speeds.errorShare, 0.5));
        paces.push(paced(0, requests, speeds.pairs, 0, Number.POSITIVE_INFINITY));
        if (!usersDecide)
            gathered.push({ share: 0.5, requests });
    }
    for (const [index, { asked, share, rate }] of phases.entries()) {
        if ((design.weights[index] ?? 0) >= 1) {
            paces.push({ asked, requests: 0, seconds: 0, bound: 'evidence' });
            continue;
        }
        const errors = needed(errorMargins[index + 1] ?? 0.5, speeds.errorShare, share);
        const slow = usersDecide && design.latency ? needed(slowMargins[index + 1] ?? 0.5, SLOW_SHARE, share) : 0;
        const pace = paced(asked, Math.max(errors, slow), rate, design.minStep, design.maxStep);
        paces.push(pace);
        gathered.push({ share, requests: rate === undefined ? pace.requests : (pace.seconds ?? 0) * rate });
    }
    return paces;
}
function paced(asked, requests, rate, least, most) {
    if (rate === undefined)
        return { asked, requests, bound: 'unknown' };
    const seconds = rate === 0 ? (requests === 0 ? 0 : Number.POSITIVE_INFINITY) : requests / rate;
    if (seconds > most)
        return { asked, requests, seconds: most, bound: 'max-step' };
    return { asked, requests, seconds: Math.max(seconds, least), bound: seconds > least ? 'evidence' : 'min-step' };
}
;// CONCATENATED MODULE: ./build/src/forecast/types.js
/** Version of the shape below; raised when a field changes its meaning or goes. */
const planSchema = 'mesh-canary.dev/plan/v1';
// EXTERNAL MODULE: ./build/src/routes/index.js + 5 modules
var src_routes = __webpack_require__(4551);
// EXTERNAL MODULE: ./build/src/services/clone.js
var clone = __webpack_require__(8911);
;// CONCATENATED MODULE: ./build/src/forecast/weights.js






/** Chance to confirm a share while the previous one is in force, as in rollout/engine.ts. */
const PROOF_LEVEL = 0.001;
/**
 * The steps from where the release is now, with the pods there will be: a canary starts with the replicas of its
 * Deployment (an autoscaler's least, at least), and is raised before each rise as a deploy does.
 */
function stepsOf(plan, asked, provider, live) {
    const { discovery } = plan;
    if (discovery.kind !== 'release')
        return [];
    const stable = discovery.stable.name;
    const canary = discovery.canary.name;
    const slices = live.filter(({ kind }) => kind === 'EndpointSlice');
    // The route sends nobody to a stable version without ready pods: a deploy waits for the first.
    const stablePods = Math.max(1, (0,pods/* readyPods */.A$)(slices, stable));
    let canaryPods = Math.max((0,pods/* readyPods */.A$)(slices, canary), replicasOf(discovery.canary.deployment, live));
    const reached = plan.journal?.phase === 'holding' ? plan.liveShare : 0;
    let previous = reached;
    return asked
        .filter((share) => share >= reached)
        .map((share) => {
        canaryPods = Math.max(canaryPods, (0,clone/* replicasNeeded */.FM)(stablePods, share));
        const split = (0,src_routes/* splitAt */.gI)(provider, { stable, canary }, share, plan.by);
        const ready = { [stable]: stablePods, [canary]: canaryPods };
        const effective = (0,percent/* round */.L)(provider.effectiveShare(split, { stable, canary }, ready));
        const answers = (0,verdict/* answersNeeded */.b$)(effective / 100, previous / 100, PROOF_LEVEL);
        previous = effective;
        const weights = provider.quantise(share);
        return { asked: share, weights, effective, pods: { stable: stablePods, canary: canaryPods }, answers };
    });
}
/** Replicas a Deployment will have once it is applied over the live one. */
function replicasOf(deployment, live) {
    const { name, namespace } = deployment.metadata;
    const running = live.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === name && metadata.namespace === namespace);
    const written = numberAt(deployment, 'replicas') ?? 1;
    const autoscaler = (0,pods/* hpaOf */.P9)(deployment, live.filter(({ kind }) => kind === 'HorizontalPodAutoscaler'));
    const now = numberAt(running, 'replicas');
    if (autoscaler !== undefined)
        return Math.max(now ?? 1, numberAt(autoscaler, 'minReplicas') ?? 1);
    return Math.max(written, now ?? 0);
}
function numberAt(object, key) {
    const value = (0,kube_objects/* field */.ZZ)(object, 'spec', key);
    return typeof value === 'number' ? value : undefined;
}
;// CONCATENATED MODULE: ./build/src/forecast/report.js
/** What was read, put together: the report of `plan`. Pure. */








/** Requests a second the exposure is worked out for when nobody knows the traffic. */
const EXAMPLE_RATE = 10;
function reportOf(studied) {
    const { settings, objects, missing, design } = studied;
    const services = studied.services.map((plan) => serviceReport(plan, studied));
    const exposure = services.some(({ kind }) => kind === 'release') ? exposureOf(studied) : undefined;
    const seconds = totalOf(services, settings);
    return {
        schema: planSchema,
        version: settings.version,
        namespace: settings.namespace,
        services,
        objects,
        plugins: pluginPlans(studied.plugins),
        findings: findingsOf(studied),
        drift: differences(studied.services, studied.provider, objects),
        missing: missing.map(permissions/* permissionText */.Je),
        role: missing.length === 0 ? '' : (0,permissions/* rolesFor */.ZI)(missing),
        ...(exposure === undefined || design.services.length === 0 ? {} : { exposure }),
        ...(seconds === undefined ? {} : { seconds }),
    };
}
function serviceReport(plan, { settings, provider, live, design, traffic }) {
    const { service, discovery } = plan;
    const seen = traffic[service] ?? { errorShare: 0.001, from: 'not known' };
    const speeds = {
        ...(seen.rate === undefined ? {} : { users: seen.rate }),
        pairs: settings.probeRate,
        errorShare: seen.errorShare,
    };
    const steps = stepsOf(plan, settings.canaryWeight, provider, live);
    const goesOn = plan.journal?.phase === 'holding' && plan.liveShare > 0;
    const pace = discovery.kind === 'release' ? paceOf(design, speeds) : [];
    return {
        service,
        route: (0,kube_objects/* nameOf */.Vb)(plan.source),
        kind: discovery.kind,
        ...(discovery.kind === 'bootstrap' ? {} : { stable: discovery.stable.name }),
        ...(discovery.kind === 'same-version' ? {} : { canary: discovery.canary.name, source: discovery.canary.source }),
        live: plan.liveShare,
        path: plan.path,
        steps,
        // A release that goes on from where it was holding has its pre-flight behind it.
        pace: goesOn ? pace.filter(({ asked }) => steps.some((step) => Math.abs(step.asked - asked) < 1e-9)) : pace,
        traffic: seen,
    };
}
function exposureOf({ settings, design, traffic }) {
    const rates = Object.values(traffic).flatMap(({ rate }) => rate ?? []);
    const measured = rates.length > 0;
    const rate = measured ? Math.max(...rates) : EXAMPLE_RATE;
    const errorShare = Math.max(...Object.values(traffic).map((seen) => seen.errorShare), 0);
    const source = design.sources.includes('users') ? 'users' : 'lane';
    return {
        rate,
        measured,
        source,
        firstWeight: 100 * (design.weights[0] ?? 1),
        cases: exposuresOf(design, { rate, pairs: settings.probeRate, errorShare }),
        preflight: design.sources.includes('lane') && design.preflightPairs > 0,
    };
}
/** Steps one after the other, all services together, with the answers that prove each split, and the bake. */
function totalOf(services, settings) {
    const released = services.filter(({ kind }) => kind === 'release');
    let total = (settings.bake + settings.warmUp) / 1000;
    const longest = Math.max(0, ...released.map(({ pace }) => pace.length));
    for (let index = 0; index < longest; index += 1) {
        const paces = released.flatMap(({ pace }) => pace[index] ?? []);
        if (paces.some(({ seconds }) => seconds === undefined))
            return undefined;
        total += Math.max(...paces.map(({ seconds }) => seconds ?? 0));
    }
    const answers = Math.max(0, ...released.map(({ steps }) => steps.reduce((sum, step) => sum + step.answers, 0)));
    return Math.round(total + answers / settings.probeRate);
}
function pluginPlans({ objects }) {
    const kinds = objects.map((plugin) => String(plugin['plugin'] ?? ''));
    return objects.map((object) => {
        const { plugin, steps, note } = (0,proofs/* proofFor */.gv)(object, kinds);
        return { plugin, object: (0,kube_objects/* nameOf */.Vb)(object), proofs: steps.map(({ name }) => name), ...(note ? { note } : {}) };
    });
}
function findingsOf({ findings, plugins, stops, objects }) {
    return [
        ...stops,
        ...plugins.problems.map(({ plugin, message }) => ({
            severity: 'error',
            object: `plugin ${plugin}`,
            problem: message,
            fix: '',
        })),
        ...objects.flatMap(({ object, refused }) => refused === undefined
            ? []
            : [
                {
                    severity: 'error',
                    object,
                    problem: `the API server refuses it: ${refused}`,
                    fix: 'correct the manifest',
                },
            ]),
        ...findings.map(({ severity, object, problem, fix }) => ({ severity, object: (0,kube_objects/* nameOf */.Vb)(object), problem, fix })),
    ];
}
;// CONCATENATED MODULE: ./build/src/forecast/traffic.js
/** Milliseconds between the two readings: short for whoever waits for the plan, long enough for a rate. */
const LISTEN = 5_000;
/** Error share taken where nobody counts: one in a thousand. */
const TAKEN_ERROR_SHARE = 0.001;
/**
 * @param source undefined where no users' source is configured
 * @param period milliseconds between the readings
 */
async function trafficOf(source, period, clock, signal) {
    const unknown = (reason) => ({ errorShare: TAKEN_ERROR_SHARE, from: `not known: ${reason}` });
    if (source === undefined)
        return unknown('evidence names no source of users’ requests');
    await source.read();
    await clock.sleep(period, signal);
    const reading = await source.read();
    if (reading.kind !== 'window')
        return unknown(reading.why);
    const { stable, canary, from, until } = reading.window;
    const requests = stable.requests + canary.requests;
    const seconds = (until - from) / 1000;
    if (seconds <= 0)
        return unknown('no time passed between the readings');
    const errors = stable.requests === 0 ? TAKEN_ERROR_SHARE : (stable.errors + 0.5) / (stable.requests + 50);
    return {
        rate: requests / seconds,
        errorShare: Math.min(errors, 0.5),
        from: `${source.name}, ${requests} requests in ${Math.round(seconds)} s`,
    };
}
// EXTERNAL MODULE: ./build/src/gateway/in-cluster.js + 1 modules
var in_cluster = __webpack_require__(3161);
// EXTERNAL MODULE: ./build/src/gateway/shipped.js
var shipped = __webpack_require__(2087);
// EXTERNAL MODULE: ./build/src/report/render/forecast.js
var forecast = __webpack_require__(4516);
// EXTERNAL MODULE: ./build/src/rollout/trial/design.js + 1 modules
var design = __webpack_require__(1465);
// EXTERNAL MODULE: ./build/src/rollout/trial/users.js + 9 modules
var users = __webpack_require__(7498);
// EXTERNAL MODULE: ./build/src/routes/types.js
var types = __webpack_require__(9253);
// EXTERNAL MODULE: ./build/src/study/rights.js
var rights = __webpack_require__(6528);
// EXTERNAL MODULE: ./build/src/study/study.js + 6 modules
var study = __webpack_require__(6844);
// EXTERNAL MODULE: ./build/src/study/work.js
var study_work = __webpack_require__(3734);
;// CONCATENATED MODULE: ./build/src/commands/plan.js


















async function plan(context, cluster) {
    const { settings, log, notes } = context;
    const stops = [];
    const studied = await log.group('Read', () => (0,study/* study */.K)(context, cluster, (work) => (0,permissions/* requirePermissions */.An)(cluster, (0,rights/* planPermissions */.eR)(work)), attemptInto(stops)));
    const report = await log.group('Compare', () => plan_compare(context, cluster, studied, stops));
    await log.group('Plan', async () => {
        for (const line of (0,forecast/* planLines */.H)(report))
            log.info(line);
    });
    notes.plan = report;
    return notes.outcome(settings, 'planned', sentence(report), 'nothing was changed, all traffic is where it was');
}
/** What a deploy would stop at becomes a finding; what is no answer about the release still ends the plan. */
function attemptInto(stops) {
    return (part) => {
        try {
            return part();
        }
        catch (error) {
            const stop = error instanceof types/* RouteError */.cj || (error instanceof errors/* RunError */.e4 && !(error instanceof transport/* ApiError */.hD));
            if (!stop)
                throw error;
            const fix = error instanceof errors/* RunError */.e4 ? error.next : '';
            stops.push({ severity: 'error', object: 'release', problem: (0,errors/* reasonOf */.A3)(error), fix });
            return undefined;
        }
    };
}
async function plan_compare(context, cluster, studied, stops) {
    const { actionRoot } = context;
    const { settings, services, manifests, plugins, live, work } = studied;
    const attempt = attemptInto(stops);
    const entries = services.map(({ entry }) => entry);
    const gateway = await (0,shipped/* neededGateway */.i5)(cluster, settings, actionRoot, entries).catch((error) => {
        if (!(error instanceof errors/* RunError */.e4) || error instanceof transport/* ApiError */.hD)
            throw error;
        stops.push({ severity: 'error', object: 'Gateway', problem: (0,errors/* reasonOf */.A3)(error), fix: error.next });
        return [];
    });
    const missing = await (0,permissions/* missingPermissions */.HR)(cluster, (0,rights/* deployPermissions */._1)({ ...work, brought: [...work.brought, ...(await (0,study_work/* resourcesOf */.F3)(cluster, gateway))] }));
    const applied = await appliedChanges([...gateway, ...studied.wanted], {
        cluster,
        live: live.objects,
        services,
        mayApply: mayApply(missing, await pluralsOf(cluster, studied)),
    });
    const routes = attempt(() => routeChanges(manifests.objects.filter((object) => (0,src_routes/* isRoute */.Cn)(object, studied.mesh)), services, live.objects, plugins.names));
    const traffic = await listen(context, cluster, services);
    return reportOf({
        settings,
        provider: studied.provider,
        services,
        plugins,
        live: live.objects,
        findings: studied.findings,
        stops,
        objects: [...applied, ...(routes ?? [])],
        missing,
        // Whether answers tell the versions apart is only known when both have answered; mostly they do.
        design: (0,design/* designFor */.ml)(settings, true),
        traffic,
    });
}
/** What users ask of each service now, where `evidence` says who counts it. */
async function listen({ settings, ports, signal, notes }, cluster, services) {
    const http = (0,in_cluster/* gatewayClient */.Ue)(settings, cluster, ports.clock.monotonic);
    try {
        const plans = services.filter((plan) => plan.discovery.kind === 'release');
        const sources = (0,users/* userSources */.C)(plans, { cluster, settings, clock: ports.clock, http, signal, probes: users_sources/* NO_PROBES */.uw });
        if (sources.length > 0)
            notes.say(`listening to the traffic by ${settings.evidence.join(', ')}`);
        const heard = await Promise.all(plans.map(async ({ service }) => {
            const source = sources.find((candidate) => candidate.service === service);
            const period = settings.evidence.includes('prometheus') ? settings.scrapeInterval * 2 : LISTEN;
            return [service, await trafficOf(source, period, ports.clock, signal)];
        }));
        return Object.fromEntries(heard);
    }
    finally {
        http.close();
    }
}
/** A dry run asks for the same rights as the write. */
function mayApply(missing, plurals) {
    return ({ apiVersion, kind, metadata }) => !missing.some(({ verbs, group, resource, namespace }) => group === (0,kube_objects/* groupOf */.F8)(apiVersion) &&
        resource === plurals.get(`${apiVersion}/${kind}`) &&
        (namespace === undefined || namespace === metadata.namespace) &&
        verbs.some((verb) => verb === 'patch' || verb === 'create'));
}
async function pluralsOf(cluster, { wanted }) {
    const plurals = new Map();
    for (const { apiVersion, kind } of wanted) {
        const served = (await cluster.kindsOf(apiVersion)).find((entry) => entry.kind === kind);
        if (served !== undefined)
            plurals.set(`${apiVersion}/${kind}`, served.plural);
    }
    return plurals;
}
function sentence({ services, objects, findings, missing }) {
    const errors = findings.filter(({ severity }) => severity === 'error').length;
    const count = (...actions) => objects.filter(({ action }) => actions.includes(action)).length;
    const changes = `${count('create')} objects would be created and ${count('change', 'merge')} changed`;
    const names = services.map(({ canary, stable, service }) => canary ?? stable ?? service).join(', ');
    const stops = [
        ...(errors > 0 ? [`${errors} ${errors === 1 ? 'problem' : 'problems'} to correct first`] : []),
        ...(missing.length > 0 ? [`${missing.length} permissions missing`] : []),
    ];
    return `${names || 'the release'}: ${changes}${stops.length > 0 ? `; a deploy would stop: ${stops.join(', ')}` : ''}`;
}

/***/ })

};
