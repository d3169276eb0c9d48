export const id = 207;
export const ids = [207];
export const modules = {

/***/ 6207:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   P: () => (/* binding */ readManifests)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3024);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6760);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(7406);
/* harmony import */ var _kinds_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(1159);
/* harmony import */ var _parse_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(6685);
/** Manifest files of the workspace and of this tool, read for the parser. */





/**
 * Reads files and folders (folders recursively, `.yaml`, `.yml` and `.json`, by name) and parses them.
 * @throws LintError that lists every problem with file and line.
 */
function readManifests(root, names, options) {
    const files = names
        .flatMap((name) => filesOf(node_path__WEBPACK_IMPORTED_MODULE_1__.resolve(root, name)))
        .map((file) => ({ path: node_path__WEBPACK_IMPORTED_MODULE_1__.relative(root, file), text: node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync(file, 'utf8') }));
    const parsed = (0,_parse_js__WEBPACK_IMPORTED_MODULE_4__/* .parseManifests */ .Ye)(files, options);
    if ('problems' in parsed) {
        const lines = parsed.problems.map((problem) => `  ${(0,_parse_js__WEBPACK_IMPORTED_MODULE_4__/* .placeOf */ .$t)(problem)}: ${problem.message}`);
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_2__/* .LintError */ .kk(`the manifests cannot be used:\n${lines.join('\n')}`, 'correct them; nothing was changed');
    }
    return {
        objects: (0,_kinds_js__WEBPACK_IMPORTED_MODULE_3__/* .applyOrder */ .Fu)(parsed.objects.map(({ object }) => object)),
        secrets: parsed.secrets,
        notes: parsed.notes,
    };
}
function filesOf(entry) {
    if (!node_fs__WEBPACK_IMPORTED_MODULE_0__.statSync(entry).isDirectory())
        return [entry];
    return node_fs__WEBPACK_IMPORTED_MODULE_0__.readdirSync(entry, { withFileTypes: true })
        .sort((a, b) => (a.name < b.name ? -1 : 1))
        .flatMap((child) => {
        const full = node_path__WEBPACK_IMPORTED_MODULE_1__.join(entry, child.name);
        if (child.isDirectory())
            return child.name.startsWith('.') ? [] : filesOf(full);
        return child.isFile() && /\.(ya?ml|json)$/.test(child.name) ? [full] : [];
    });
}

/***/ }),

/***/ 1159:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Fu: () => (/* binding */ applyOrder),
/* harmony export */   _V: () => (/* binding */ defaultScope)
/* harmony export */ });
/* unused harmony export applyRank */
/* harmony import */ var _kube_objects_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4067);
/** What this tool knows of kinds: which live in a namespace, and in which order they are applied. */

/** Cluster-scoped kinds by `group/Kind` ('' group for the core API), as of Kubernetes 1.36 and the CRDs this tool meets. */
const CLUSTER_SCOPED = new Set([
    '/Namespace',
    '/Node',
    '/PersistentVolume',
    '/ComponentStatus',
    'admissionregistration.k8s.io/MutatingAdmissionPolicy',
    'admissionregistration.k8s.io/MutatingAdmissionPolicyBinding',
    'admissionregistration.k8s.io/MutatingWebhookConfiguration',
    'admissionregistration.k8s.io/ValidatingAdmissionPolicy',
    'admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding',
    'admissionregistration.k8s.io/ValidatingWebhookConfiguration',
    'apiextensions.k8s.io/CustomResourceDefinition',
    'apiregistration.k8s.io/APIService',
    'appmesh.k8s.aws/Mesh',
    'certificates.k8s.io/CertificateSigningRequest',
    'certificates.k8s.io/ClusterTrustBundle',
    'cert-manager.io/ClusterIssuer',
    'configuration.konghq.com/KongClusterPlugin',
    'configuration.konghq.com/KongLicense',
    'configuration.konghq.com/KongVault',
    'flowcontrol.apiserver.k8s.io/FlowSchema',
    'flowcontrol.apiserver.k8s.io/PriorityLevelConfiguration',
    'gateway.networking.k8s.io/GatewayClass',
    'kuma.io/ExternalService',
    'kuma.io/Mesh',
    'kuma.io/MeshGateway',
    'kuma.io/Zone',
    'networking.k8s.io/IngressClass',
    'networking.k8s.io/IPAddress',
    'networking.k8s.io/ServiceCIDR',
    'node.k8s.io/RuntimeClass',
    'policy/PodSecurityPolicy',
    'rbac.authorization.k8s.io/ClusterRole',
    'rbac.authorization.k8s.io/ClusterRoleBinding',
    'resource.k8s.io/DeviceClass',
    'resource.k8s.io/ResourceSlice',
    'scheduling.k8s.io/PriorityClass',
    'storage.k8s.io/CSIDriver',
    'storage.k8s.io/CSINode',
    'storage.k8s.io/StorageClass',
    'storage.k8s.io/VolumeAttachment',
    'storage.k8s.io/VolumeAttributesClass',
]);
/** The scope of a kind from the built-in list; kinds that are not in it are taken to be namespaced. */
function defaultScope(apiVersion, kind) {
    return CLUSTER_SCOPED.has(`${(0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_0__/* .groupOf */ .F8)(apiVersion)}/${kind}`) ? 'cluster' : 'namespaced';
}
/** Kinds in the order they must exist; a kind that is not listed comes with the workloads' neighbours (see OTHER). */
const ORDER = [
    ['CustomResourceDefinition'],
    ['Namespace'],
    ['GatewayClass', 'IngressClass', 'PriorityClass', 'StorageClass', 'RuntimeClass', 'Mesh'],
    ['ResourceQuota', 'LimitRange', 'NetworkPolicy', 'PodDisruptionBudget'],
    ['ServiceAccount'],
    ['ClusterRole', 'Role'],
    ['ClusterRoleBinding', 'RoleBinding'],
    ['Secret', 'ConfigMap', 'PersistentVolume', 'PersistentVolumeClaim'],
    ['Gateway', 'ReferenceGrant'],
    // plugin objects before anything that names them: Kong serves a route without a plugin it cannot find
    ['KongPlugin', 'KongClusterPlugin', 'KongUpstreamPolicy', 'KongVault', 'KongLicense', 'KongCustomEntity'],
    ['KongConsumerGroup'],
    ['KongConsumer'],
    ['Service'],
    // App Mesh refuses pods that no VirtualNode selects
    ['VirtualNode', 'DestinationRule', 'MeshService'],
    [],
    ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Pod', 'Job', 'CronJob'],
    ['HorizontalPodAutoscaler', 'VerticalPodAutoscaler', 'ScaledObject'],
    ['VirtualRouter', 'MeshHTTPRoute', 'HTTPRoute', 'GRPCRoute', 'TCPRoute', 'TLSRoute', 'VirtualService', 'Ingress'],
];
const OTHER = ORDER.findIndex((kinds) => kinds.length === 0);
/** Place of a kind in the order of applying; smaller comes first. */
function applyRank(kind) {
    const rank = ORDER.findIndex((kinds) => kinds.includes(kind));
    return rank < 0 ? OTHER : rank;
}
/** Objects in the order they are applied; objects of equal rank keep the order they were written in. */
function applyOrder(objects) {
    const kindOf = (entry) => 'object' in entry ? entry.object.kind : entry.kind;
    return [...objects].sort((a, b) => applyRank(kindOf(a)) - applyRank(kindOf(b)));
}

/***/ }),

/***/ 2729:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   J4: () => (/* binding */ isSubdomain),
/* harmony export */   ZQ: () => (/* binding */ namedObject)
/* harmony export */ });
/* unused harmony export isLabel */
/** Set by the API server alone; exported objects carry them and cannot be applied with them. */
const SERVER_OWNED = [
    'creationTimestamp',
    'deletionGracePeriodSeconds',
    'deletionTimestamp',
    'generation',
    'managedFields',
    'resourceVersion',
    'selfLink',
    'uid',
];
const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const SUBDOMAIN_PATTERN = new RegExp(`^${LABEL}(\\.${LABEL})*$`);
const LABEL_PATTERN = new RegExp(`^${LABEL}$`);
/** RFC 1123 subdomain of at most 253 characters: what most object names must be. */
function isSubdomain(name) {
    return name.length <= 253 && SUBDOMAIN_PATTERN.test(name);
}
/** RFC 1123 label of at most 63 characters: what namespaces must be. */
function isLabel(name) {
    return name.length <= 63 && LABEL_PATTERN.test(name);
}
/**
 * Checks one parsed document and completes it: the default namespace is filled in, fields the server owns are dropped.
 * Unknown fields are kept as they are.
 */
function namedObject(value, namespace, scope) {
    if (!isRecord(value))
        return complain([], `Expected a Kubernetes object, found ${describe(value)}.`);
    const { apiVersion, kind } = value;
    if (typeof apiVersion !== 'string' || apiVersion === '' || typeof kind !== 'string' || kind === '') {
        const missing = typeof apiVersion === 'string' && apiVersion !== '' ? 'kind' : 'apiVersion';
        return complain([], `The object has no ${missing}; only Kubernetes objects can be applied. Move other YAML files out of the manifests.`);
    }
    if (apiVersion.startsWith('kustomize.config.k8s.io/')) {
        return complain([], `A ${kind} is read by kustomize, not by the cluster. Pass the output of "kubectl kustomize <folder>" instead.`);
    }
    const metadata = value['metadata'];
    if (!isRecord(metadata))
        return complain([], `The ${kind} has no metadata.`);
    const complaints = [
        ...nameComplaints(apiVersion, kind, metadata),
        ...stringMaps(kind, metadata),
        ...namespaceComplaints(kind, metadata),
    ];
    if (complaints.length > 0)
        return { complaints };
    const dropped = [];
    const meta = { ...metadata };
    for (const key of SERVER_OWNED) {
        if (!Object.hasOwn(meta, key))
            continue;
        // kustomize and controller-gen write `creationTimestamp: null`: nothing worth a note
        if (meta[key] !== null)
            dropped.push(`metadata.${key}`);
        delete meta[key];
    }
    for (const key of ['labels', 'annotations', 'namespace'])
        if (meta[key] === null)
            delete meta[key];
    if (scope(apiVersion, kind) === 'cluster')
        delete meta['namespace'];
    else if (meta['namespace'] === undefined || meta['namespace'] === '')
        meta['namespace'] = namespace;
    const { status, ...rest } = value;
    if (isRecord(status) && Object.keys(status).length > 0)
        dropped.push('status');
    return { object: { ...rest, apiVersion, kind, metadata: meta }, dropped };
}
function nameComplaints(apiVersion, kind, metadata) {
    const name = metadata['name'];
    if (name === undefined && metadata['generateName'] !== undefined) {
        return [
            {
                path: ['metadata'],
                message: `The ${kind} has metadata.generateName; give it a fixed metadata.name, or every run would add another.`,
            },
        ];
    }
    if (typeof name !== 'string' || name === '') {
        return [
            {
                path: ['metadata'],
                message: `The ${kind} has no metadata.name${name === undefined ? '' : ` that is text (found ${describe(name)}; put it in quotes)`}.`,
            },
        ];
    }
    // names of RBAC objects are path segments, such as system:node-proxier
    const valid = apiVersion.startsWith('rbac.authorization.k8s.io/')
        ? /^[^/%]{1,253}$/.test(name) && !/^\.\.?$/.test(name)
        : isSubdomain(name);
    if (valid)
        return [];
    return [
        {
            path: ['metadata', 'name'],
            message: `"${name.slice(0, 80)}" is no name for a ${kind}: use lower-case letters, digits, "-" and ".", starting and ending with a letter or digit, at most 253.`,
        },
    ];
}
function namespaceComplaints(kind, metadata) {
    const namespace = metadata['namespace'];
    if (namespace === undefined || namespace === null || namespace === '')
        return [];
    if (typeof namespace === 'string' && isLabel(namespace))
        return [];
    return [
        {
            path: ['metadata', 'namespace'],
            message: `The ${kind} names the namespace ${describe(namespace)}, which no namespace can be called.`,
        },
    ];
}
/** Labels and annotations must be strings; YAML turns an unquoted `true` or `3` into something else. */
function stringMaps(kind, metadata) {
    return ['labels', 'annotations'].flatMap((map) => {
        const value = metadata[map];
        if (value === undefined || value === null)
            return [];
        if (!isRecord(value))
            return [
                { path: ['metadata', map], message: `metadata.${map} of the ${kind} must be a map, found ${describe(value)}.` },
            ];
        return Object.entries(value)
            .filter(([, entry]) => typeof entry !== 'string')
            .map(([key, entry]) => ({
            path: ['metadata', map, key],
            message: `metadata.${map} "${key}" is ${describe(entry)}; it must be text: write ${key}: "${entry === null || typeof entry === 'object' ? '' : String(entry)}".`,
        }));
    });
}
function complain(path, message) {
    return { complaints: [{ path, message }] };
}
function describe(value) {
    if (value === null)
        return 'nothing';
    if (Array.isArray(value))
        return 'a list';
    if (typeof value === 'object')
        return 'a map';
    if (typeof value === 'string')
        return `the text "${value.slice(0, 40)}"`;
    return `the ${typeof value} ${String(value)}`;
}
function isRecord(value) {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/***/ }),

/***/ 6685:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  cu: () => (/* binding */ identityOf),
  Ye: () => (/* binding */ parseManifests),
  $t: () => (/* binding */ placeOf)
});

// UNUSED EXPORTS: MAX_DOCUMENTS, MAX_FILE_BYTES

// EXTERNAL MODULE: ./node_modules/yaml/dist/index.js
var dist = __webpack_require__(8815);
// EXTERNAL MODULE: ./build/src/kube/objects.js
var kube_objects = __webpack_require__(4067);
// EXTERNAL MODULE: ./build/src/manifests/kinds.js
var kinds = __webpack_require__(1159);
// EXTERNAL MODULE: ./build/src/manifests/object-shape.js
var object_shape = __webpack_require__(2729);
;// CONCATENATED MODULE: ./build/src/manifests/secret-values.js
/** Values of Secrets, so that the caller can mask them before anything is logged. */

/** Shorter values are not masked: they would blank out ordinary words of the log and hide nothing. */
const SHORTEST = 4;
/** Keys that say what a Secret is for; their values are ordinary words such as key-auth. */
const NOT_SECRET = new Set(['kongCredType', 'kongCredtype']);
/**
 * Every value of every Secret, encoded and decoded, and each line of values with several (a log shows lines).
 * Decoded values that are no text are left out. Longest first, so that a value that contains another is masked whole.
 */
function secretValues(objects) {
    const values = new Set();
    for (const object of objects) {
        if (object.kind !== 'Secret' || object.apiVersion !== 'v1')
            continue;
        for (const [key, value] of Object.entries((0,kube_objects/* strings */.P$)(object, 'stringData'))) {
            if (NOT_SECRET.has(key))
                continue;
            add(values, value);
            add(values, Buffer.from(value).toString('base64'));
        }
        for (const [key, value] of Object.entries((0,kube_objects/* strings */.P$)(object, 'data'))) {
            if (NOT_SECRET.has(key))
                continue;
            add(values, value);
            const decoded = Buffer.from(value, 'base64').toString('utf8');
            if (!decoded.includes('�'))
                add(values, decoded);
        }
    }
    return [...values].sort((a, b) => b.length - a.length);
}
function add(values, value) {
    for (const part of [value, ...value.split(/\r?\n/)]) {
        const trimmed = part.trim();
        if (trimmed.length >= SHORTEST)
            values.add(trimmed);
    }
}
;// CONCATENATED MODULE: ./build/src/manifests/parse.js
/**
 * Manifest files ► objects, checked where they enter: what the API server would refuse later, or read differently,
 * is said here with file, document and line. Pure: reading files is the caller's.
 */





/** 1 MiB: more than etcd's limit for one object, and far beyond a file a person reviews. */
const MAX_FILE_BYTES = 1024 * 1024;
/** Documents of one file. */
const MAX_DOCUMENTS = 1000;
/** Uses of YAML aliases in one document: bounds "billion laughs". */
const MAX_ALIASES = 100;
/**
 * Scalars as kubectl reads them (sigs.k8s.io/yaml, a YAML 1.1 reader): `0644` is octal, `on` and `yes` are booleans;
 * dates and sexagesimal numbers (`22:22`) stay strings.
 */
const kubectlTags = (tags) => tags.filter((tag) => {
    if (typeof tag === 'string')
        return true;
    if ('format' in tag && tag.format === 'TIME')
        return false;
    return !/:(timestamp|binary|omap|pairs|set)$/.test(tag.tag);
});
/**
 * Reads all files. Either every object is usable, or all problems are returned together.
 * Server-owned fields (`status`, `uid`, `managedFields` …) of exported objects are dropped, with a note.
 */
function parseManifests(files, options) {
    const objects = [];
    const problems = [];
    const notes = [];
    for (const file of files)
        readFile(file, options, objects, problems, notes);
    problems.push(...duplicates(objects));
    if (problems.length > 0)
        return { problems };
    notes.push(...foreignNamespaces(objects, options.namespace));
    return { objects, secrets: secretValues(objects.map(({ object }) => object)), notes };
}
/** "k8s/jazz.yaml, document 2, line 14": how a place in a manifest is named in messages. */
function placeOf(source) {
    const document = source.document === undefined ? '' : `, document ${source.document}`;
    return `${source.file}${document}${source.line === undefined ? '' : `, line ${source.line}`}`;
}
/** Identity of an object in the cluster; versions of one group are the same object. */
function identityOf(object) {
    return [(0,kube_objects/* groupOf */.F8)(object.apiVersion), object.kind, object.metadata.namespace ?? '', object.metadata.name].join('|');
}
function readFile(file, options, objects, problems, notes) {
    const size = Buffer.byteLength(file.text);
    if (size > MAX_FILE_BYTES) {
        problems.push({
            file: file.path,
            message: `The file has ${size} bytes; at most ${MAX_FILE_BYTES} are read. Split it.`,
        });
        return;
    }
    const lines = new dist/* LineCounter */.HN();
    let documents;
    try {
        // `empty` (no document at all) is an array as well
        documents = (0,dist/* parseAllDocuments */.hR)(file.text, {
            version: '1.1',
            merge: true,
            customTags: kubectlTags,
            lineCounter: lines,
            prettyErrors: false,
            logLevel: 'error',
            uniqueKeys: true,
        });
    }
    catch (error) {
        problems.push({ file: file.path, message: `The file cannot be read as YAML: ${reason(error)}.` });
        return;
    }
    if (documents.length > MAX_DOCUMENTS) {
        problems.push({
            file: file.path,
            message: `The file has ${documents.length} documents; at most ${MAX_DOCUMENTS} are read. Split it.`,
        });
        return;
    }
    documents.forEach((document, index) => {
        const at = (offset) => ({
            file: file.path,
            document: index + 1,
            line: lines.linePos(offset).line,
        });
        const [first] = document.errors;
        if (first !== undefined) {
            problems.push({ ...at(first.pos[0]), message: syntaxMessage(first.message, file.text) });
            return;
        }
        const start = document.contents?.range?.[0] ?? document.range?.[0] ?? 0;
        let value;
        try {
            const plain = document.toJS({ maxAliasCount: MAX_ALIASES });
            // one object per use of an alias, and nothing that JSON cannot say
            value = plain === undefined ? null : JSON.parse(JSON.stringify(plain));
        }
        catch (error) {
            problems.push({ ...at(start), message: `The document cannot be expanded: ${reason(error)}.` });
            return;
        }
        for (const entry of flatten(value, document, start)) {
            const result = (0,object_shape/* namedObject */.ZQ)(entry.value, options.namespace, options.scope ?? kinds/* defaultScope */._V);
            const source = at(entry.offset);
            if ('complaints' in result) {
                const hint = templateHint(file.text);
                for (const complaint of result.complaints) {
                    const problem = locate(complaint, document, entry.path, source, at);
                    problems.push({ ...problem, message: problem.message + hint });
                }
            }
            else {
                objects.push({ object: result.object, source });
                if (result.dropped.length > 0) {
                    notes.push(`${(0,kube_objects/* nameOf */.Vb)(result.object)} (${placeOf(source)}): ${result.dropped.join(', ')} left out; the cluster sets ${result.dropped.length === 1 ? 'it' : 'them'}.`);
                }
            }
        }
    });
}
/** The objects of a document: `kind: List` (and `ConfigMapList` …) is opened, empty documents give none. */
function* flatten(value, document, offset, path = []) {
    if (value === null)
        return;
    if (isList(value)) {
        for (const [index, item] of value.items.entries()) {
            const inner = [...path, 'items', index];
            yield* flatten(item, document, offsetOf(document, inner) ?? offset, inner);
        }
        return;
    }
    yield { value, path, offset };
}
function isList(value) {
    return (typeof value === 'object' &&
        value !== null &&
        'kind' in value &&
        typeof value.kind === 'string' &&
        value.kind.endsWith('List') &&
        'items' in value &&
        Array.isArray(value.items));
}
/** Points at the field a complaint is about where it can be found, else at the object. */
function locate(complaint, document, path, source, at) {
    const offset = offsetOf(document, [...path, ...complaint.path]);
    return { ...(offset === undefined ? source : at(offset)), message: complaint.message };
}
function offsetOf(document, path) {
    let node = document.contents;
    for (const part of path) {
        if (!(0,dist/* isMap */.jh)(node) && !(0,dist/* isSeq */.oP)(node))
            return undefined;
        node = node.get(part, true);
    }
    return typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)
        ? node.range[0]
        : undefined;
}
function duplicates(objects) {
    const seen = new Map();
    const problems = [];
    for (const entry of objects) {
        const key = identityOf(entry.object);
        const before = seen.get(key);
        if (before === undefined)
            seen.set(key, entry);
        else {
            problems.push({
                ...entry.source,
                message: `${(0,kube_objects/* nameOf */.Vb)(entry.object)} is already written in ${placeOf(before.source)}; keep one of them.`,
            });
        }
    }
    return problems;
}
function foreignNamespaces(objects, namespace) {
    return objects
        .filter(({ object }) => object.metadata.namespace !== undefined && object.metadata.namespace !== namespace)
        .map(({ object, source }) => `${(0,kube_objects/* nameOf */.Vb)(object)} (${placeOf(source)}) is outside the release's namespace ${namespace}.`);
}
function syntaxMessage(message, text) {
    return `Not valid YAML: ${message.replace(/\s+/g, ' ').replace(/\.$/, '')}.${templateHint(text)}`;
}
/** `{{ … }}` is valid YAML (a map in a map) often enough that the real cause has to be said. */
function templateHint(text) {
    return text.includes('{{') ? ' It looks like a template: render it first (helm template).' : '';
}
function reason(error) {
    return (error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' ').replace(/\.$/, '');
}

/***/ })

};
