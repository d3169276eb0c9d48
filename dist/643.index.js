export const id = 643;
export const ids = [643];
export const modules = {

/***/ 7683:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  u8: () => (/* binding */ lint)
});

// UNUSED EXPORTS: findingText, isError

// EXTERNAL MODULE: ./build/src/kube/objects.js
var kube_objects = __webpack_require__(4067);
// EXTERNAL MODULE: ./node_modules/yaml/dist/index.js
var dist = __webpack_require__(8815);
;// CONCATENATED MODULE: ./build/src/lint/ingress-replacement.js
/** The HTTPRoutes that do what an Ingress does: printed for people, and the base of the way from one to the other. */


/** Kept by whoever wrote the Ingress, not by the objects that replace it. */
const DROPPED = /^(kubernetes\.io\/ingress\.class|kubectl\.kubernetes\.io\/|konghq\.com\/(override|protocols)$|configuration\.konghq\.com|plugins\.konghq\.com)/;
/**
 * One HTTPRoute for each host of an Ingress, named like it (`-2`, `-3` … for further hosts). Annotations that shape
 * requests are kept. Regular expressions (`/~…`) stay such; a port given by name is looked up in `services`.
 */
function httpRoutesFor(ingress, parent, services) {
    const byHost = new Map();
    for (const rule of (0,kube_objects/* list */.p_)(ingress, 'spec', 'rules')) {
        const host = (0,kube_objects/* text */.Qq)(rule, 'host');
        byHost.set(host, [...(byHost.get(host) ?? []), ...(0,kube_objects/* list */.p_)(rule, 'http', 'paths')]);
    }
    const fallback = (0,kube_objects/* field */.ZZ)(ingress, 'spec', 'defaultBackend') ?? (0,kube_objects/* field */.ZZ)(ingress, 'spec', 'backend');
    if (byHost.size === 0 && fallback !== undefined)
        byHost.set('', [{ path: '/', backend: fallback }]);
    const annotations = Object.fromEntries(Object.entries((0,kube_objects/* strings */.P$)(ingress, 'metadata', 'annotations')).filter(([name]) => !DROPPED.test(name)));
    return [...byHost].map(([host, paths], index) => ({
        apiVersion: 'gateway.networking.k8s.io/v1',
        kind: 'HTTPRoute',
        metadata: {
            name: index === 0 ? ingress.metadata.name : `${ingress.metadata.name}-${index + 1}`,
            ...(ingress.metadata.namespace === undefined ? {} : { namespace: ingress.metadata.namespace }),
            ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
        },
        spec: {
            parentRefs: [
                { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: parent.name, namespace: parent.namespace },
            ],
            ...(host === '' ? {} : { hostnames: [host] }),
            rules: paths.map((path) => ({
                matches: [{ path: pathMatch(path) }],
                backendRefs: [backend(path, ingress, services)],
            })),
        },
    }));
}
/** The same as YAML text. */
function httpRouteYaml(ingress, parent, services) {
    return httpRoutesFor(ingress, parent, services)
        .map((route) => (0,dist/* stringify */.As)(route, { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false }).trimEnd())
        .join('\n---\n');
}
/** Service of a path of an Ingress, also in the form before networking.k8s.io/v1. */
function serviceNameOf(path) {
    return (0,kube_objects/* text */.Qq)(path, 'backend', 'service', 'name') || (0,kube_objects/* text */.Qq)(path, 'backend', 'serviceName');
}
function pathMatch(path) {
    const value = (0,kube_objects/* text */.Qq)(path, 'path') || '/';
    if (value.startsWith('/~'))
        return { type: 'RegularExpression', value: value.slice(2) };
    return { type: (0,kube_objects/* text */.Qq)(path, 'pathType') === 'Exact' ? 'Exact' : 'PathPrefix', value };
}
function backend(path, ingress, services) {
    const name = serviceNameOf(path);
    const number = (0,kube_objects/* field */.ZZ)(path, 'backend', 'service', 'port', 'number') ?? (0,kube_objects/* field */.ZZ)(path, 'backend', 'servicePort');
    if (typeof number === 'number')
        return { kind: 'Service', name, port: number };
    const portName = (0,kube_objects/* text */.Qq)(path, 'backend', 'service', 'port', 'name') || (typeof number === 'string' ? number : '');
    const service = services.find(({ metadata }) => metadata.name === name && metadata.namespace === ingress.metadata.namespace);
    const port = (0,kube_objects/* field */.ZZ)((0,kube_objects/* list */.p_)(service, 'spec', 'ports').find((entry) => (0,kube_objects/* text */.Qq)(entry, 'name') === portName), 'port');
    return { kind: 'Service', name, ...(typeof port === 'number' ? { port } : {}) };
}
// EXTERNAL MODULE: ./build/src/manifests/parse.js + 2 modules
var parse = __webpack_require__(629);
// EXTERNAL MODULE: ./build/src/routes/index.js + 5 modules
var routes = __webpack_require__(4551);
;// CONCATENATED MODULE: ./build/src/lint/picture.js
/** What the rules look at: the cluster as it will be once the manifests are applied. */



/** Looks objects up by kind, namespace and name, and says which of them this run brings. */
class World {
    input;
    ingressClass;
    #byIdentity = new Map();
    #brought;
    constructor(input) {
        this.input = input;
        this.ingressClass = input.ingressClass ?? 'kong';
        for (const object of input.live)
            this.#byIdentity.set((0,parse/* identityOf */.cu)(object), object);
        for (const object of input.manifests) {
            const key = (0,parse/* identityOf */.cu)(object);
            this.#byIdentity.set(key, overlay(this.#byIdentity.get(key), object));
        }
        this.#brought = new Set(input.manifests.map(parse/* identityOf */.cu));
    }
    all(kind) {
        return [...this.#byIdentity.values()].filter((object) => object.kind === kind);
    }
    inNamespace(kind) {
        return this.all(kind).filter(({ metadata }) => metadata.namespace === this.input.namespace);
    }
    get(kind, namespace, name) {
        return this.all(kind).find(({ metadata }) => metadata.name === name && metadata.namespace === namespace);
    }
    /** Whether the absence of an object of this kind is known, not merely unseen. */
    knows(kind) {
        return this.input.listed?.has(kind) ?? true;
    }
    /** Whether this run applies the object: what it brings must be right, what it finds may be somebody else's. */
    brings(object) {
        return this.#brought.has((0,parse/* identityOf */.cu)(object));
    }
    /** Errors for what this run brings, warnings for what was there. */
    severityFor(object) {
        return this.brings(object) ? 'error' : 'warning';
    }
    /** Stable and canary Service of each released service, as far as they exist. */
    backends() {
        const { namespace } = this.input;
        const service = (name) => name === undefined ? undefined : this.get('Service', namespace, name);
        return this.input.services.map((released) => {
            const stable = service(released.stable);
            const canary = service(released.canary);
            return { released, ...(stable === undefined ? {} : { stable }), ...(canary === undefined ? {} : { canary }) };
        });
    }
    /** Objects of a kind that another group has as well: both Istio and App Mesh call something VirtualService. */
    ofGroup(group, kind) {
        return this.all(kind).filter(({ apiVersion }) => (0,kube_objects/* groupOf */.F8)(apiVersion) === group);
    }
    /** Routes of every provider that send to the released services, versions or the service itself; lanes are left out. */
    splitRoutes() {
        const { mesh, namespace, services } = this.input;
        return routes/* providers */.r5
            .filter(({ name }) => mesh === undefined || name === mesh || name === 'gateway-api')
            .flatMap((provider) => this.ofGroup((0,kube_objects/* groupOf */.F8)(provider.resource.apiVersion), provider.resource.kind)
            .filter((object) => object.metadata.namespace === namespace && !isOwn(object))
            .flatMap((object) => services.flatMap(({ service, stable, canary }) => provider
            .findAll([object], service, (name) => name === service || name === stable || name === canary)
            .map((route) => ({ provider, route })))));
    }
    /** HTTPRoutes that send to a backend of the release; this tool's own lanes are left out. */
    routes() {
        const names = new Set(this.input.services.flatMap(({ stable, canary }) => [stable, canary]).filter(isText));
        return this.all('HTTPRoute').filter((route) => !isOwn(route) &&
            backendRefs(route).some((ref) => ref.kind === 'Service' && ref.namespace === this.input.namespace && names.has(ref.name)));
    }
    /** Whether a route is served by Kong: one of its Gateways has a class of Kong's controllers. */
    isKongs(route) {
        return parentRefs(route).some((parent) => {
            if (parent.kind !== 'Gateway')
                return false;
            const gateway = this.get('Gateway', parent.namespace, parent.name);
            const className = (0,kube_objects/* text */.Qq)(gateway, 'spec', 'gatewayClassName');
            const controller = (0,kube_objects/* text */.Qq)(this.get('GatewayClass', undefined, className), 'spec', 'controllerName');
            return controller === '' ? className === 'kong' : controller.startsWith('konghq.com/');
        });
    }
}
/** Parents of a route, with the API's defaults filled in. */
function parentRefs(route) {
    return (0,kube_objects/* list */.p_)(route, 'spec', 'parentRefs').map((ref) => reference(ref, route, 'Gateway'));
}
/** Backends of all rules of a route, with the API's defaults filled in. */
function backendRefs(route) {
    return (0,kube_objects/* list */.p_)(route, 'spec', 'rules').flatMap((rule) => (0,kube_objects/* list */.p_)(rule, 'backendRefs').map((ref) => reference(ref, route, 'Service')));
}
function reference(ref, route, kind) {
    const sectionName = (0,kube_objects/* text */.Qq)(ref, 'sectionName');
    const port = (0,kube_objects/* field */.ZZ)(ref, 'port');
    const weight = (0,kube_objects/* field */.ZZ)(ref, 'weight');
    return {
        kind: (0,kube_objects/* text */.Qq)(ref, 'kind') || kind,
        namespace: (0,kube_objects/* text */.Qq)(ref, 'namespace') || (route.metadata.namespace ?? 'default'),
        name: (0,kube_objects/* text */.Qq)(ref, 'name'),
        ...(sectionName === '' ? {} : { sectionName }),
        ...(typeof port === 'number' ? { port } : {}),
        weight: typeof weight === 'number' ? weight : 1,
        raw: ref,
    };
}
/** Objects this tool made for itself (lanes, proofs, previews). */
function isOwn(object) {
    return Object.keys(object.metadata.labels ?? {}).some((label) => label.startsWith('mesh-canary.dev/'));
}
/**
 * A manifest over a live object as server-side apply leaves it, nearly: spec from the manifest, labels and annotations
 * of both. (Annotations that the manifest once set and dropped go too; that is seen when lint runs on what was applied.)
 */
function overlay(live, manifest) {
    if (live === undefined)
        return manifest;
    const labels = { ...(0,kube_objects/* strings */.P$)(live, 'metadata', 'labels'), ...(0,kube_objects/* strings */.P$)(manifest, 'metadata', 'labels') };
    const annotations = { ...(0,kube_objects/* strings */.P$)(live, 'metadata', 'annotations'), ...(0,kube_objects/* strings */.P$)(manifest, 'metadata', 'annotations') };
    return { ...live, ...manifest, metadata: { ...live.metadata, ...manifest.metadata, labels, annotations } };
}
/** A value as one argument of a POSIX shell, for commands in a fix. */
function shellWord(value) {
    return /^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;
}
function isText(value) {
    return value !== undefined && value !== '';
}
;// CONCATENATED MODULE: ./build/src/lint/who-splits.js
/**
 * Who splits? Where proxies of a mesh hold the weights, Kong has to send to the Service and not to pods, be in the mesh,
 * and say the host the mesh knows; else the weights are bypassed without any error.
 */



const SERVICE_UPSTREAM = 'ingress.kubernetes.io/service-upstream';
const HOST_HEADER = 'konghq.com/host-header';
const PRESERVE_HOST = 'konghq.com/preserve-host';
function lintWhoSplits(world) {
    return world
        .splitRoutes()
        .filter(({ route }) => route.entrance !== 'outside')
        .flatMap((split) => {
        const apex = world.get('Service', world.input.namespace, split.route.service);
        const ways = waysTo(world, split.route.service);
        return [
            ...(apex === undefined ? apexMissing(world, split) : []),
            ...(apex !== undefined && ways.length > 0
                ? [...past(world, split, apex), ...wrongHost(world, split, apex, ways)]
                : []),
            ...(ways.length > 0 ? outsideTheMesh(world, split) : []),
            ...stray(world, split),
        ];
    });
}
/** Routes and Ingresses of Kong that send to a Service. */
function waysTo(world, service) {
    const { namespace } = world.input;
    const routes = world
        .all('HTTPRoute')
        .filter((route) => !isOwn(route) &&
        world.isKongs(route) &&
        backendRefs(route).some((ref) => ref.kind === 'Service' && ref.namespace === namespace && ref.name === service));
    const ingresses = world.all('Ingress').filter((ingress) => ingress.metadata.namespace === namespace &&
        (0,kube_objects/* list */.p_)(ingress, 'spec', 'rules')
            .flatMap((rule) => (0,kube_objects/* list */.p_)(rule, 'http', 'paths'))
            .some((path) => serviceNameOf(path) === service));
    return [...routes, ...ingresses];
}
/** Names resolve by the Service, even where the mesh alone decides who answers. */
function apexMissing(world, { route }) {
    if (!world.knows('Service'))
        return [];
    const { namespace } = world.input;
    return [
        {
            severity: 'error',
            rule: 'apex-missing',
            object: (0,kube_objects/* refOf */.H8)(route.object),
            problem: `${(0,kube_objects/* nameOf */.Vb)(route.object)} splits what callers send to ${route.service}, and there is no Service ${namespace}/${route.service}: its name does not resolve, so nobody meets the split.`,
            fix: [
                'apiVersion: v1',
                'kind: Service',
                `metadata: {name: ${route.service}, namespace: ${namespace}}`,
                'spec:',
                '  ports:',
                `    - {name: http, port: ${route.rules[0]?.backends[0]?.port ?? 9080}, appProtocol: http}`,
            ].join('\n'),
        },
    ];
}
/** Without the annotation Kong sends to pods by their addresses, and no proxy splits anything. */
function past(world, { provider, route }, apex) {
    const value = (0,kube_objects/* annotation */.w7)(apex, SERVICE_UPSTREAM);
    const wide = world
        .all('IngressClassParameters')
        .some((parameters) => (0,kube_objects/* field */.ZZ)(parameters, 'spec', 'serviceUpstream') === true);
    if (value === 'true' || wide)
        return [];
    const near = Object.keys(apex.metadata.annotations ?? {}).find((name) => name !== SERVICE_UPSTREAM && name.toLowerCase() === SERVICE_UPSTREAM);
    const { name, namespace } = apex.metadata;
    const cause = near !== undefined
        ? ` (it has ${near}, but annotations are case-sensitive)`
        : value !== undefined
            ? ` (it has "${value}", and only "true" counts)`
            : '';
    return [
        {
            severity: 'error',
            rule: 'kong-past-the-mesh',
            object: (0,kube_objects/* refOf */.H8)(apex),
            problem: `Kong sends to the pods behind ${(0,kube_objects/* nameOf */.Vb)(apex)}, past the mesh${cause}: the weights of ${(0,kube_objects/* nameOf */.Vb)(route.object)} (${provider.name}) would move nobody who comes from outside.`,
            fix: [
                `kubectl annotate service ${name} -n ${namespace} --overwrite ${SERVICE_UPSTREAM}=true`,
                'or in its manifest:',
                'metadata:',
                '  annotations:',
                `    ${SERVICE_UPSTREAM}: "true"`,
            ].join('\n'),
        },
    ];
}
/** Meshes that tell services apart by the Host header; the others go by address and port. */
function wrongHost(world, split, apex, ways) {
    const known = knownHosts(world, split, apex);
    const [first] = known;
    if (first === undefined)
        return [];
    return ways.flatMap((way) => {
        const sent = hostSent(way, apex);
        if (sent !== undefined && known.includes(sent))
            return [];
        const { name, namespace } = apex.metadata;
        const what = sent === undefined ? 'the host its caller asked for' : `the host ${sent}`;
        return [
            {
                severity: 'error',
                rule: 'wrong-host',
                object: (0,kube_objects/* refOf */.H8)(way),
                problem: `Through ${(0,kube_objects/* nameOf */.Vb)(way)} Kong sends ${what} to ${name}, and the mesh knows it as ${known.join(', ')}: its proxy finds no route for it, and ${(0,kube_objects/* nameOf */.Vb)(split.route.object)} splits nothing.`,
                fix: [
                    `kubectl annotate ${way.kind.toLowerCase()} ${way.metadata.name} -n ${way.metadata.namespace} --overwrite ${PRESERVE_HOST}=false`,
                    `kubectl annotate service ${name} -n ${namespace} --overwrite ${HOST_HEADER}=${first}`,
                    'or in their manifests:',
                    `metadata: {annotations: {${PRESERVE_HOST}: "false"}}  # ${(0,kube_objects/* nameOf */.Vb)(way)}`,
                    `metadata: {annotations: {${HOST_HEADER}: ${first}}}  # ${(0,kube_objects/* nameOf */.Vb)(apex)}`,
                ].join('\n'),
            },
        ];
    });
}
/**
 * The host Kong puts into a request: a rewrite by the route; else the client's, because `preserve-host` is on by default
 * and beats the rest; else the Service's `host-header`; else the target's name. Undefined: the client's.
 */
function hostSent(way, apex) {
    const rewritten = (0,kube_objects/* list */.p_)(way, 'spec', 'rules')
        .flatMap((rule) => (0,kube_objects/* list */.p_)(rule, 'filters'))
        .map((filter) => (0,kube_objects/* text */.Qq)(filter, 'urlRewrite', 'hostname'))
        .find((host) => host !== '');
    if (rewritten !== undefined)
        return rewritten;
    if ((0,kube_objects/* annotation */.w7)(way, PRESERVE_HOST) !== 'false')
        return undefined;
    return (0,kube_objects/* annotation */.w7)(apex, HOST_HEADER) ?? `${apex.metadata.name}.${apex.metadata.namespace}.svc`;
}
function knownHosts(world, { provider, route }, apex) {
    const { name, namespace } = apex.metadata;
    const short = [name, `${name}.${namespace}`, `${name}.${namespace}.svc`, `${name}.${namespace}.svc.cluster.local`];
    if (provider.name === 'istio') {
        // Only a host of the Service is matched by the sidecar's routes for that Service.
        const hosts = (0,kube_objects/* list */.p_)(route.object, 'spec', 'hosts').filter((host) => typeof host === 'string');
        return hosts.some((host) => short.includes(host))
            ? short.toReversed()
            : hosts.filter((host) => !host.includes('*'));
    }
    if (provider.name !== 'app-mesh')
        return [];
    return virtualServicesOf(world, route.object).map((service) => (0,kube_objects/* text */.Qq)(service, 'spec', 'awsName') || `${service.metadata.name}.${service.metadata.namespace}`);
}
/** VirtualServices of App Mesh whose provider is the router. */
function virtualServicesOf(world, router) {
    return world.ofGroup('appmesh.k8s.aws', 'VirtualService').filter((service) => {
        const ref = (0,kube_objects/* field */.ZZ)(service, 'spec', 'provider', 'virtualRouter', 'virtualRouterRef');
        const namespace = (0,kube_objects/* text */.Qq)(ref, 'namespace') || service.metadata.namespace;
        return (0,kube_objects/* text */.Qq)(ref, 'name') === router.metadata.name && namespace === router.metadata.namespace;
    });
}
/** What a namespace must carry so that the proxy is put into its pods: the label, and whether it says so. */
const INJECTION = {
    istio: {
        label: 'istio-injection=enabled',
        has: (labels) => labels['istio-injection'] === 'enabled' ||
            labels['istio.io/rev'] !== undefined ||
            labels['istio.io/dataplane-mode'] === 'ambient',
    },
    kuma: {
        label: 'kuma.io/sidecar-injection=enabled',
        has: (labels) => labels['kuma.io/sidecar-injection'] === 'enabled',
    },
    'app-mesh': {
        label: 'appmesh.k8s.aws/sidecarInjectorWebhook=enabled',
        has: (labels) => labels['appmesh.k8s.aws/sidecarInjectorWebhook'] === 'enabled' && labels['mesh'] !== undefined,
    },
};
/** Kong's own proxy does the splitting for callers from outside; pods may be injected one by one, so this is a warning. */
function outsideTheMesh(world, { provider, route }) {
    const kong = world.input.kongNamespace ?? 'kong';
    const namespace = world.get('Namespace', undefined, kong);
    const injection = INJECTION[provider.name];
    if (namespace === undefined || injection === undefined)
        return [];
    if (injection.has((0,kube_objects/* strings */.P$)(namespace, 'metadata', 'labels')))
        return [];
    const mesh = provider.name === 'app-mesh' ? ` mesh=${(0,kube_objects/* text */.Qq)(route.object, 'spec', 'meshRef', 'name') || '<mesh>'}` : '';
    return [
        {
            severity: 'warning',
            rule: 'gateway-outside-mesh',
            object: (0,kube_objects/* refOf */.H8)(namespace),
            problem: `Kong's pods get no proxy of the mesh (${(0,kube_objects/* nameOf */.Vb)(namespace)} does not ask for it): unless they are injected one by one, nobody splits what comes from outside, and ${(0,kube_objects/* nameOf */.Vb)(route.object)} moves callers inside only.`,
            fix: [
                `kubectl label namespace ${kong} --overwrite${mesh} ${injection.label}`,
                `kubectl rollout restart deployment -n ${kong}`,
            ].join('\n'),
        },
    ];
}
/** The input `mesh-name` must be the mesh the route is in. */
function stray(world, { provider, route }) {
    const { meshName, mesh, namespace } = world.input;
    if (meshName === undefined || provider.name !== mesh)
        return [];
    const object = world.get('Namespace', undefined, namespace);
    const why = provider.strayFrom(route, meshName, object === undefined ? undefined : (0,kube_objects/* strings */.P$)(object, 'metadata', 'labels'));
    if (why === undefined)
        return [];
    return [
        {
            severity: 'error',
            rule: 'mesh-name',
            object: (0,kube_objects/* refOf */.H8)(route.object),
            problem: `${(0,kube_objects/* nameOf */.Vb)(route.object)} ${why}, and the input mesh-name is ${meshName}.`,
            fix: 'Correct mesh-name, or leave it out.',
        },
    ];
}
;// CONCATENATED MODULE: ./build/src/lint/app-mesh.js
/** App Mesh, which ended: what still has to be right for a split, and what can only be left. */


const GROUP = 'appmesh.k8s.aws';
const KINDS = [
    'Mesh',
    'VirtualNode',
    'VirtualRouter',
    'VirtualService',
    'VirtualGateway',
    'GatewayRoute',
    'BackendGroup',
];
function lintAppMesh(world) {
    const routers = world.splitRoutes().filter(({ provider }) => provider.name === 'app-mesh');
    return [
        ...routers.flatMap((split) => [
            ...ended(split),
            ...overfull(split),
            ...targets(world, split),
            ...led(world, split),
            ...gatewayNode(world, split),
        ]),
        ...overlapping(world),
        ...stuck(world),
    ];
}
function ended({ route }) {
    return [
        {
            severity: 'warning',
            rule: 'app-mesh-ended',
            object: (0,kube_objects/* refOf */.H8)(route.object),
            problem: `${(0,kube_objects/* nameOf */.Vb)(route.object)} is of AWS App Mesh, which ended on 2026-09-30. Proxies that run keep the weights they have; new and restarted pods get no configuration, so a canary may not become ready, and weights may no longer arrive: they are proved on the public path before anything counts.`,
            fix: 'Move to the Gateway API: docs/migrate-from-app-mesh.md. The command `migrate` prints the objects.',
        },
    ];
}
/** The API server takes each weight up to 100; AWS refuses more than 100 in one route, and then nothing changes. */
function overfull({ route }) {
    return route.rules.flatMap((rule) => {
        const sum = (0,kube_objects/* list */.p_)(route.object, ...rule.at).reduce((total, target) => total + Number((0,kube_objects/* field */.ZZ)(target, 'weight') ?? 0), 0);
        if (sum <= 100)
            return [];
        return [
            {
                severity: 'error',
                rule: 'weights-over-100',
                object: (0,kube_objects/* refOf */.H8)(route.object),
                problem: `The weights of ${rule.label} of ${(0,kube_objects/* nameOf */.Vb)(route.object)} add up to ${sum}: AWS refuses more than 100, and the controller keeps failing.`,
                fix: 'Give its targets weights that add up to 100 at most.',
            },
        ];
    });
}
/** One missing VirtualNode, and the controller leaves the whole router as it is. */
function targets(world, { route }) {
    if (!world.knows('VirtualNode'))
        return [];
    const names = new Set((0,kube_objects/* list */.p_)(route.object, 'spec', 'routes').flatMap((entry) => ['httpRoute', 'http2Route', 'grpcRoute', 'tcpRoute'].flatMap((protocol) => (0,kube_objects/* list */.p_)(entry, protocol, 'action', 'weightedTargets').map((target) => {
        const namespace = (0,kube_objects/* text */.Qq)(target, 'virtualNodeRef', 'namespace') || route.object.metadata.namespace;
        return `${namespace}/${(0,kube_objects/* text */.Qq)(target, 'virtualNodeRef', 'name')}`;
    }))));
    return [...names].flatMap((name) => {
        const [namespace, node = ''] = name.split('/');
        // Other namespaces are not read.
        if (node === '' || namespace !== world.input.namespace || world.get('VirtualNode', namespace, node))
            return [];
        return [
            {
                severity: 'error',
                rule: 'virtual-node-missing',
                object: (0,kube_objects/* refOf */.H8)(route.object),
                problem: `${(0,kube_objects/* nameOf */.Vb)(route.object)} names the VirtualNode ${name}, which does not exist: the controller leaves the whole router as it is, so no weight of it changes.`,
                fix: `Add the VirtualNode ${node} to the manifests, or take it out of the router's weightedTargets.`,
            },
        ];
    });
}
/** A router splits what a VirtualService leads to it. */
function led(world, { route }) {
    if (!world.knows('VirtualService') || virtualServicesOf(world, route.object).length > 0)
        return [];
    const { name, namespace } = route.object.metadata;
    const { service } = route;
    const direct = world
        .ofGroup(GROUP, 'VirtualService')
        .find((candidate) => candidate.metadata.name === service &&
        candidate.metadata.namespace === namespace &&
        (0,kube_objects/* field */.ZZ)(candidate, 'spec', 'provider', 'virtualNode') !== undefined);
    return [
        {
            severity: 'error',
            rule: 'router-without-service',
            object: (0,kube_objects/* refOf */.H8)(route.object),
            problem: direct === undefined
                ? `No VirtualService leads to ${(0,kube_objects/* nameOf */.Vb)(route.object)}: nobody's requests go through it.`
                : `${(0,kube_objects/* nameOf */.Vb)(direct)} leads straight to a VirtualNode, past ${(0,kube_objects/* nameOf */.Vb)(route.object)}: its weights move nobody.`,
            fix: [
                `apiVersion: ${route.object.apiVersion}`,
                'kind: VirtualService',
                `metadata: {name: ${service}, namespace: ${namespace}}`,
                'spec:',
                `  awsName: ${service}.${namespace}.svc.cluster.local`,
                '  provider:',
                `    virtualRouter: {virtualRouterRef: {name: ${name}}}`,
            ].join('\n'),
        },
    ];
}
/** A proxy only knows the VirtualServices its own VirtualNode lists. */
function gatewayNode(world, { route }) {
    if (!world.knows('VirtualNode') || waysTo(world, route.service).length === 0)
        return [];
    const kong = world.input.kongNamespace ?? 'kong';
    const services = virtualServicesOf(world, route.object);
    const nodes = world.all('VirtualNode').filter(({ metadata }) => metadata.namespace === kong);
    const { namespace } = world.input;
    if (nodes.length === 0) {
        return [
            {
                severity: 'error',
                rule: 'gateway-without-node',
                object: (0,kube_objects/* refOf */.H8)(route.object),
                problem: `No VirtualNode in the namespace ${kong} stands for Kong: its pods are not in the mesh, and ${(0,kube_objects/* nameOf */.Vb)(route.object)} splits nothing that comes from outside.`,
                fix: nodeForKong(route.object.apiVersion, kong, services, namespace),
            },
        ];
    }
    return services.flatMap((service) => {
        const lists = nodes.some((node) => knowsService(world, node, service));
        const [node] = nodes;
        if (lists || node === undefined)
            return [];
        return [
            {
                severity: 'error',
                rule: 'virtual-node-backend-missing',
                object: (0,kube_objects/* refOf */.H8)(node),
                problem: `${(0,kube_objects/* nameOf */.Vb)(node)}, Kong's, does not list ${(0,kube_objects/* nameOf */.Vb)(service)} among its backends: with egress DROP_ALL its requests are dropped, with ALLOW_ALL they go past ${(0,kube_objects/* nameOf */.Vb)(route.object)}.`,
                fix: [
                    'spec:',
                    '  backends:',
                    '    # … those that are there',
                    `    - virtualService: {virtualServiceRef: {name: ${service.metadata.name}, namespace: ${service.metadata.namespace}}}`,
                ].join('\n'),
            },
        ];
    });
}
/** By its backends or by a BackendGroup; a group that is not seen may hold it. */
function knowsService(world, node, service) {
    const isIt = (ref, home) => (0,kube_objects/* text */.Qq)(ref, 'name') === service.metadata.name && ((0,kube_objects/* text */.Qq)(ref, 'namespace') || home) === service.metadata.namespace;
    const home = node.metadata.namespace;
    if ((0,kube_objects/* list */.p_)(node, 'spec', 'backends').some((entry) => isIt((0,kube_objects/* field */.ZZ)(entry, 'virtualService', 'virtualServiceRef'), home)))
        return true;
    return (0,kube_objects/* list */.p_)(node, 'spec', 'backendGroups').some((ref) => {
        const group = world.get('BackendGroup', (0,kube_objects/* text */.Qq)(ref, 'namespace') || home, (0,kube_objects/* text */.Qq)(ref, 'name'));
        return (group === undefined ||
            (0,kube_objects/* list */.p_)(group, 'spec', 'virtualservices').some((entry) => isIt(entry, group.metadata.namespace)));
    });
}
function nodeForKong(apiVersion, kong, services, namespace) {
    return [
        `apiVersion: ${apiVersion}`,
        'kind: VirtualNode',
        `metadata: {name: kong, namespace: ${kong}}`,
        'spec:',
        '  # the gateway alone: the controller must reach the API server without the mesh',
        '  podSelector: {matchLabels: {app.kubernetes.io/instance: kong, app.kubernetes.io/component: app}}',
        '  listeners: [{portMapping: {port: 80, protocol: http}}]',
        '  backends:',
        ...services.map(({ metadata }) => `    - virtualService: {virtualServiceRef: {name: ${metadata.name}, namespace: ${metadata.namespace ?? namespace}}}`),
        `  serviceDiscovery: {dns: {hostname: kong-gateway-proxy.${kong}.svc.cluster.local}}`,
    ].join('\n');
}
/** A pod that two VirtualNodes select is refused by the webhook, and no new pod of either version comes up. */
function overlapping(world) {
    const find = (name) => name === undefined ? undefined : world.get('VirtualNode', world.input.namespace, name);
    return world.input.services.flatMap(({ stable, canary }) => {
        const [a, b] = [find(stable), find(canary)];
        if (a === undefined || b === undefined || a === b)
            return [];
        const [wide, narrow] = [selector(a), selector(b)];
        const clash = Object.keys({ ...wide, ...narrow }).every((key) => wide[key] === undefined || narrow[key] === undefined || wide[key] === narrow[key]);
        if (!clash)
            return [];
        return [
            {
                severity: 'error',
                rule: 'virtual-nodes-overlap',
                object: (0,kube_objects/* refOf */.H8)(b),
                problem: `${(0,kube_objects/* nameOf */.Vb)(a)} (${JSON.stringify(wide)}) and ${(0,kube_objects/* nameOf */.Vb)(b)} (${JSON.stringify(narrow)}) can select the same pods: App Mesh refuses such pods, so neither version could start one.`,
                fix: 'Give both the label `version` in spec.podSelector.matchLabels, each its own; change that of stable before the release, never during it.',
            },
        ];
    });
}
const selector = (node) => (0,kube_objects/* strings */.P$)(node, 'spec', 'podSelector', 'matchLabels');
/** With the controller or AWS gone nobody takes the finalizers off: the object stays, and its namespace with it. */
function stuck(world) {
    return KINDS.flatMap((kind) => world.ofGroup(GROUP, kind))
        .filter(({ metadata }) => metadata.deletionTimestamp !== undefined && (0,kube_objects/* list */.p_)({ metadata }, 'metadata', 'finalizers').length > 0)
        .map((object) => {
        const { name, namespace } = object.metadata;
        const where = namespace === undefined ? '' : ` -n ${namespace}`;
        return {
            severity: 'warning',
            rule: 'finalizer-stuck',
            object: (0,kube_objects/* refOf */.H8)(object),
            problem: `${(0,kube_objects/* nameOf */.Vb)(object)} is being deleted and waits for the App Mesh controller (finalizers): with the controller or AWS gone it stays for ever, and keeps its namespace from being deleted.`,
            fix: `Once nothing uses it: kubectl patch ${object.kind.toLowerCase()}.${GROUP} ${name}${where} --type merge -p '{"metadata":{"finalizers":null}}'`,
        };
    });
}
;// CONCATENATED MODULE: ./build/src/lint/consumers.js
/** Consumers and their keys: what is wrong here shows as 401 for callers whose keys look right. */

const CREDENTIAL_LABEL = 'konghq.com/credential';
/** Credential kinds of Kong Ingress Controller 3.x (internal/util/credential.go). */
const CREDENTIALS = ['key-auth', 'basic-auth', 'hmac-auth', 'jwt', 'oauth2', 'acl', 'mtls-auth'];
function lintConsumers(world) {
    const own = world.inNamespace('KongConsumer');
    return [
        ...own.flatMap((consumer) => [...classless(world, consumer), ...credentials(world, consumer)]),
        ...sameName(world),
    ];
}
function classless(world, consumer) {
    if ((0,kube_objects/* annotation */.w7)(consumer, 'kubernetes.io/ingress.class') === world.ingressClass)
        return [];
    const { name, namespace } = consumer.metadata;
    const has = (0,kube_objects/* annotation */.w7)(consumer, 'kubernetes.io/ingress.class');
    return [
        {
            severity: world.severityFor(consumer),
            rule: 'class-missing',
            object: (0,kube_objects/* refOf */.H8)(consumer),
            problem: `${(0,kube_objects/* nameOf */.Vb)(consumer)} ${has === undefined ? 'has no class' : `has the class "${has}"`}, so Kong's controller ignores it and its keys are refused with 401. (A KongConsumer has no ingressClassName; only the annotation counts.)`,
            fix: [
                `kubectl annotate kongconsumer ${name} -n ${namespace} --overwrite kubernetes.io/ingress.class=${world.ingressClass}`,
                'or in its manifest:',
                'metadata:',
                '  annotations:',
                `    kubernetes.io/ingress.class: ${world.ingressClass}`,
            ].join('\n'),
        },
    ];
}
function credentials(world, consumer) {
    return (0,kube_objects/* list */.p_)(consumer, 'credentials').flatMap((entry) => {
        if (typeof entry !== 'string')
            return [];
        const namespace = consumer.metadata.namespace ?? world.input.namespace;
        const secret = world.get('Secret', namespace, entry);
        if (secret !== undefined)
            return secretProblems(world, consumer, secret);
        if (!world.knows('Secret'))
            return [];
        return [
            {
                severity: world.severityFor(consumer),
                rule: 'credential-missing',
                object: (0,kube_objects/* refOf */.H8)(consumer),
                problem: `${(0,kube_objects/* nameOf */.Vb)(consumer)} names the Secret ${namespace}/${entry}, which does not exist: its key is refused with 401.`,
                fix: [
                    `kubectl create secret generic ${entry} -n ${namespace} --from-literal=key="$(openssl rand -hex 24)"`,
                    `kubectl label secret ${entry} -n ${namespace} ${CREDENTIAL_LABEL}=key-auth`,
                ].join('\n'),
            },
        ];
    });
}
function secretProblems(world, consumer, secret) {
    const { name, namespace } = secret.metadata;
    const label = secret.metadata.labels?.[CREDENTIAL_LABEL];
    const severity = world.severityFor(secret);
    if (label === undefined || !CREDENTIALS.includes(label)) {
        const old = oldType(secret);
        const kind = old === '' ? 'key-auth' : old;
        const cause = label !== undefined
            ? `its label ${CREDENTIAL_LABEL} is "${label}" (allowed: ${CREDENTIALS.join(', ')})`
            : old === ''
                ? `it lacks the label ${CREDENTIAL_LABEL}`
                : `it says its kind in the field kongCredType, which is no longer read since Kong Ingress Controller 3.2`;
        return [
            {
                severity,
                rule: old === '' ? 'credential-unlabelled' : 'kong-cred-type',
                object: (0,kube_objects/* refOf */.H8)(secret),
                problem: `${(0,kube_objects/* nameOf */.Vb)(secret)}, the key of ${(0,kube_objects/* nameOf */.Vb)(consumer)}, is ignored: ${cause}. Callers with that key get 401.`,
                fix: [
                    `kubectl label secret ${name} -n ${namespace} --overwrite ${CREDENTIAL_LABEL}=${kind}`,
                    'or in its manifest:',
                    'metadata:',
                    '  labels:',
                    `    ${CREDENTIAL_LABEL}: ${kind}`,
                    ...(old === '' ? [] : ['and without the field kongCredType.']),
                ].join('\n'),
            },
        ];
    }
    if (label === 'key-auth' && isPlaceholder(value(secret, 'key'))) {
        return [
            {
                severity: 'warning',
                rule: 'placeholder-key',
                object: (0,kube_objects/* refOf */.H8)(secret),
                problem: `${(0,kube_objects/* nameOf */.Vb)(secret)} still holds the placeholder of the example as its key: anybody could call with it.`,
                fix: `kubectl create secret generic ${name} -n ${namespace} --from-literal=key="$(openssl rand -hex 24)" --dry-run=client -o yaml | kubectl label -f - --local ${CREDENTIAL_LABEL}=key-auth -o yaml | kubectl apply -f -`,
            },
        ];
    }
    return [];
}
/** Kong refuses the whole configuration when two consumers share a username, whatever their namespaces. */
function sameName(world) {
    const byName = new Map();
    const findings = [];
    for (const consumer of world.all('KongConsumer')) {
        if ((0,kube_objects/* annotation */.w7)(consumer, 'kubernetes.io/ingress.class') !== world.ingressClass)
            continue;
        const username = (0,kube_objects/* text */.Qq)(consumer, 'username');
        if (username === '')
            continue;
        const other = byName.get(username);
        if (other === undefined) {
            byName.set(username, consumer);
            continue;
        }
        const brought = world.brings(consumer) || world.brings(other);
        findings.push({
            severity: brought ? 'error' : 'warning',
            rule: 'consumer-name-taken',
            object: (0,kube_objects/* refOf */.H8)(world.brings(other) ? other : consumer),
            problem: `${(0,kube_objects/* nameOf */.Vb)(other)} and ${(0,kube_objects/* nameOf */.Vb)(consumer)} both have the username "${username}": Kong refuses its whole configuration, and no later change of any route arrives.`,
            fix: `Give one of them another username, for example "${consumer.metadata.namespace}-${username}".`,
        });
    }
    return findings;
}
/** The field that named the kind until 3.1, from `stringData` or `data`. */
function oldType(secret) {
    return value(secret, 'kongCredType') || value(secret, 'kongCredtype');
}
function value(secret, key) {
    const plain = (0,kube_objects/* strings */.P$)(secret, 'stringData')[key];
    if (plain !== undefined)
        return plain;
    const encoded = (0,kube_objects/* field */.ZZ)(secret, 'data', key);
    return typeof encoded === 'string' ? Buffer.from(encoded, 'base64').toString('utf8') : '';
}
function isPlaceholder(key) {
    return /^(replace[-_ ]?me|change[-_ ]?me|<.*>)$/i.test(key.trim());
}
;// CONCATENATED MODULE: ./build/src/lint/matches.js
/** What requests a route takes: hosts and paths in one form, so that two objects can be compared. */

/** Hosts a route is for; `*` stands for any. */
function hostsOf(route) {
    const hosts = (0,kube_objects/* list */.p_)(route, 'spec', 'hostnames').filter((host) => typeof host === 'string');
    return hosts.length === 0 ? ['*'] : hosts;
}
/** Matches of all rules of an HTTPRoute, with the API's default (prefix `/`) filled in. */
function matchesOf(route) {
    return (0,kube_objects/* list */.p_)(route, 'spec', 'rules').flatMap((rule) => {
        const matches = (0,kube_objects/* list */.p_)(rule, 'matches');
        return (matches.length === 0 ? [{}] : matches).map((match) => ({
            type: (0,kube_objects/* text */.Qq)(match, 'path', 'type') || 'PathPrefix',
            path: normalised((0,kube_objects/* text */.Qq)(match, 'path', 'value') || '/'),
            more: conditions(match),
        }));
    });
}
/** `/dj/jazz/` and `/dj/jazz` are the same prefix. */
function normalised(path) {
    return path.length > 1 ? path.replace(/\/+$/, '') || '/' : path;
}
function conditions(match) {
    const entries = (key, fold) => (0,kube_objects/* list */.p_)(match, key)
        .map((entry) => `${fold((0,kube_objects/* text */.Qq)(entry, 'name'))} ${(0,kube_objects/* text */.Qq)(entry, 'type') || 'Exact'} ${(0,kube_objects/* text */.Qq)(entry, 'value')}`)
        .sort();
    const headers = entries('headers', (name) => name.toLowerCase());
    const query = entries('queryParams', (name) => name);
    const method = (0,kube_objects/* text */.Qq)(match, 'method');
    return [method, ...headers, ...query].filter((part) => part !== '').join('; ');
}
/** Hosts that both take, the way they are written; a wildcard of one does not count against a name of the other. */
function sharedHosts(a, b) {
    return a.filter((host) => b.includes(host));
}
/** "any host" or the host. */
function hostText(host) {
    return host === '*' ? 'any host' : host;
}
;// CONCATENATED MODULE: ./build/src/lint/ingresses.js
/** Ingresses that stand in the way of a weighted route, and Ingresses of versions that are gone. */




function lintIngresses(world) {
    const ingresses = world.all('Ingress').filter((ingress) => isKongs(world, ingress));
    const rivals = world.routes().flatMap((route) => ingresses.flatMap((ingress) => rival(world, route, ingress)));
    const named = new Set(rivals.map(({ object }) => `${object.namespace}/${object.name}`));
    return [
        ...rivals,
        ...ingresses
            .filter(({ metadata }) => !named.has(`${metadata.namespace}/${metadata.name}`))
            .flatMap((ingress) => unweighted(world, ingress)),
        ...world.inNamespace('Ingress').flatMap((ingress) => oldVersion(world, ingress)),
    ];
}
/** Class by annotation, else by field; without any, Kong may be the cluster's default class. */
function isKongs(world, ingress) {
    const name = (0,kube_objects/* annotation */.w7)(ingress, 'kubernetes.io/ingress.class') || (0,kube_objects/* text */.Qq)(ingress, 'spec', 'ingressClassName');
    return name === '' || name === world.ingressClass;
}
function pathsOf(ingress) {
    return (0,kube_objects/* list */.p_)(ingress, 'spec', 'rules').flatMap((rule) => (0,kube_objects/* list */.p_)(rule, 'http', 'paths').map((path) => ({
        host: (0,kube_objects/* text */.Qq)(rule, 'host') || '*',
        path: normalised((0,kube_objects/* text */.Qq)(path, 'path') || '/'),
        service: serviceNameOf(path),
    })));
}
/** On one path both are served and either may win; an Ingress for a host always beats a route for any host. */
function rival(world, route, ingress) {
    const hosts = hostsOf(route);
    const matches = matchesOf(route);
    const clash = pathsOf(ingress).find(({ host, path }) => (hosts.includes(host) || (host !== '*' && hosts.includes('*'))) &&
        matches.some((match) => match.path === path && match.type !== 'RegularExpression'));
    if (clash === undefined)
        return [];
    const outcome = hosts.includes(clash.host)
        ? 'both are served and it is undefined which one answers'
        : `for ${clash.host} the Ingress answers`;
    const onlyPath = pathsOf(ingress).length === 1;
    const { name, namespace } = ingress.metadata;
    return [
        {
            severity: 'error',
            rule: 'ingress-on-same-path',
            object: (0,kube_objects/* refOf */.H8)(ingress),
            problem: `${(0,kube_objects/* nameOf */.Vb)(ingress)} and ${(0,kube_objects/* nameOf */.Vb)(route)} are both for ${hostText(clash.host)}, path ${clash.path}: ${outcome}, so weights would not hold.`,
            fix: [
                onlyPath
                    ? `${(0,kube_objects/* nameOf */.Vb)(route)} takes its place: kubectl delete ingress ${name} -n ${namespace}`
                    : `Take the path ${clash.path} out of ${(0,kube_objects/* nameOf */.Vb)(ingress)}, or replace the whole Ingress:`,
                ...(onlyPath ? ['The HTTPRoute that does what it did:'] : []),
                httpRouteYaml(ingress, parentOf(world), world.all('Service')),
            ].join('\n'),
        },
    ];
}
/** An Ingress that sends to a backend of the release cannot carry weights, and its callers never meet the canary. */
function unweighted(world, ingress) {
    if (ingress.metadata.namespace !== world.input.namespace)
        return [];
    const names = new Set(world.input.services.flatMap(({ stable, canary }) => [stable, canary]));
    const path = pathsOf(ingress).find(({ service }) => names.has(service));
    if (path === undefined)
        return [];
    const alone = world.routes().length === 0;
    return [
        {
            severity: alone ? 'error' : 'warning',
            rule: 'ingress-without-weights',
            object: (0,kube_objects/* refOf */.H8)(ingress),
            problem: `${(0,kube_objects/* nameOf */.Vb)(ingress)} sends ${hostText(path.host)}, path ${path.path} to ${path.service}: an Ingress has no weights, so these callers never meet the new version.`,
            fix: `Replace it:\n${httpRouteYaml(ingress, parentOf(world), world.all('Service'))}`,
        },
    ];
}
function oldVersion(world, ingress) {
    const { apiVersion } = ingress;
    if (apiVersion !== 'extensions/v1beta1' && apiVersion !== 'networking.k8s.io/v1beta1')
        return [];
    return [
        {
            severity: 'error',
            rule: 'ingress-v1beta1',
            object: (0,kube_objects/* refOf */.H8)(ingress),
            problem: `${(0,kube_objects/* nameOf */.Vb)(ingress)} is written as ${apiVersion}, which Kubernetes removed in 1.22: it cannot be applied.`,
            fix: `Replace it:\n${httpRouteYaml(ingress, parentOf(world), world.all('Service'))}`,
        },
    ];
}
/** The Gateway the release's routes use, else Kong's. */
function parentOf(world) {
    const used = world
        .routes()
        .flatMap(parentRefs)
        .find(({ kind }) => kind === 'Gateway');
    if (used !== undefined)
        return { namespace: used.namespace, name: used.name };
    const [gateway] = world.all('Gateway').filter((object) => (0,kube_objects/* text */.Qq)(object, 'spec', 'gatewayClassName') === 'kong');
    return { namespace: gateway?.metadata.namespace ?? 'kong', name: gateway?.metadata.name ?? 'kong' };
}
// EXTERNAL MODULE: ./build/src/routes/types.js
var types = __webpack_require__(9253);
;// CONCATENATED MODULE: ./build/src/lint/mesh-objects.js
/** Objects of Istio, Kuma and the Gateway API's meshes that a split leans on. */



function lintMeshObjects(world) {
    const splits = world.splitRoutes();
    const of = (name) => splits.filter(({ provider }) => provider.name === name);
    return [
        ...rivals(splits),
        ...of('istio').flatMap((split) => [
            ...istioHosts(world, split),
            ...subsets(world, split),
            ...otherProtocols(world, split),
        ]),
        ...of('kuma').flatMap((split) => [...kumaSubsets(split), ...kumaPorts(world, split)]),
        ...of('gateway-api')
            .filter(({ route }) => route.entrance !== 'outside')
            .flatMap((split) => [...headless(world, split), ...profiles(world, split)]),
    ];
}
/** Two objects of one mesh that split one service: the provider says how they clash. Kong's HTTPRoutes have rules of their own. */
function rivals(splits) {
    const done = new Set();
    return splits.flatMap(({ provider, route: { service, object } }) => {
        const key = `${provider.name}|${service}`;
        if (done.has(key) || provider.name === 'gateway-api')
            return [];
        done.add(key);
        const objects = splits
            .filter((other) => other.provider === provider && other.route.service === service)
            .map(({ route }) => route.object);
        const backends = new Set(splits
            .flatMap(({ route }) => (route.service === service ? route.rules : []))
            .flatMap((rule) => rule.backends.map(({ name }) => name)));
        try {
            provider.findAll(objects, service, (name) => backends.has(name));
            return [];
        }
        catch (error) {
            if (!(error instanceof types/* RouteError */.cj))
                throw error;
            const problem = error.message.split('. ')[0] ?? error.message;
            return [
                {
                    severity: 'error',
                    rule: 'mesh-routes-rival',
                    object: (0,kube_objects/* refOf */.H8)(object),
                    problem: `${problem}: which of them a proxy takes, or how they are merged, is undefined.`,
                    fix: `Move all rules for ${service} into one ${provider.resource.kind}.`,
                },
            ];
        }
    });
}
/** More than one VirtualService for a host of the sidecars: the merge is undefined. */
function istioHosts(world, { provider, route }) {
    if (route.entrance === 'outside')
        return [];
    const hostsOf = (object) => (0,kube_objects/* list */.p_)(object, 'spec', 'hosts').map((host) => typeof host === 'string' && !host.includes('.') ? `${host}.${object.metadata.namespace}.svc.cluster.local` : host);
    const ours = hostsOf(route.object);
    return world
        .ofGroup('networking.istio.io', 'VirtualService')
        .filter((other) => {
        const gateways = (0,kube_objects/* list */.p_)(other, 'spec', 'gateways');
        return other !== route.object && (gateways.length === 0 || gateways.includes('mesh'));
    })
        .flatMap((other) => {
        const host = hostsOf(other).find((candidate) => ours.includes(candidate));
        // Those that send to the service as well are named by the rule above.
        if (host === undefined ||
            provider.findAll([other], route.service, (name) => name.startsWith(route.service)).length > 0)
            return [];
        return [
            {
                severity: 'error',
                rule: 'hosts-rival',
                object: (0,kube_objects/* refOf */.H8)(route.object),
                problem: `${(0,kube_objects/* nameOf */.Vb)(route.object)} and ${(0,kube_objects/* nameOf */.Vb)(other)} are both for the host ${String(host)}: Istio does not say which one a proxy takes.`,
                fix: `Move the rules of ${(0,kube_objects/* nameOf */.Vb)(other)} into ${(0,kube_objects/* nameOf */.Vb)(route.object)}, or take the host out of one of them.`,
            },
        ];
    });
}
/** A destination whose Service or subset is not there answers 503 for its share. */
function subsets(world, { route }) {
    const seen = new Set();
    return route.rules.flatMap((rule) => rule.backends.flatMap(({ index }) => {
        const destination = (0,kube_objects/* field */.ZZ)((0,kube_objects/* list */.p_)(route.object, ...rule.at)[index], 'destination');
        const host = (0,kube_objects/* text */.Qq)(destination, 'host').split('.')[0] ?? '';
        const subset = (0,kube_objects/* text */.Qq)(destination, 'subset');
        if (seen.has(`${host}|${subset}`))
            return [];
        seen.add(`${host}|${subset}`);
        const effect = 'its share of the requests is answered with 503';
        if (world.knows('Service') && world.get('Service', world.input.namespace, host) === undefined) {
            return [
                {
                    severity: 'error',
                    rule: 'backend-missing',
                    object: (0,kube_objects/* refOf */.H8)(route.object),
                    problem: `${(0,kube_objects/* nameOf */.Vb)(route.object)} sends to the Service ${world.input.namespace}/${host}, which does not exist: ${effect}.`,
                    fix: `Add the Service ${host} to the manifests, or take the destination out of ${rule.label}.`,
                },
            ];
        }
        if (subset === '' || !world.knows('DestinationRule'))
            return [];
        const rules = world
            .ofGroup('networking.istio.io', 'DestinationRule')
            .filter((candidate) => (0,kube_objects/* text */.Qq)(candidate, 'spec', 'host').split('.')[0] === host);
        if (rules.some((candidate) => (0,kube_objects/* list */.p_)(candidate, 'spec', 'subsets').some((entry) => (0,kube_objects/* text */.Qq)(entry, 'name') === subset)))
            return [];
        return [
            {
                severity: 'error',
                rule: 'subset-missing',
                object: (0,kube_objects/* refOf */.H8)(route.object),
                problem: `${(0,kube_objects/* nameOf */.Vb)(route.object)} sends to the subset ${subset} of ${host}, which no DestinationRule has: ${effect}.`,
                fix: [
                    'apiVersion: networking.istio.io/v1',
                    'kind: DestinationRule',
                    `metadata: {name: ${rules[0]?.metadata.name ?? host}, namespace: ${world.input.namespace}}`,
                    'spec:',
                    `  host: ${host}`,
                    '  subsets:',
                    '    # … those that are there',
                    `    - {name: ${subset}, labels: {version: ${subset.startsWith(`${host}-`) ? subset.slice(host.length + 1) : subset}}}`,
                ].join('\n'),
            },
        ];
    }));
}
/** A release weights `http` alone: connections that `tcp` and `tls` routes send to a version stay with it. */
function otherProtocols(world, { route }) {
    const versions = new Set(route.rules.flatMap((rule) => rule.backends.map(({ index }) => targetOf((0,kube_objects/* list */.p_)(route.object, ...rule.at)[index], world.input.namespace))));
    return world.ofGroup('networking.istio.io', 'VirtualService').flatMap((object) => ['tcp', 'tls'].flatMap((protocol) => {
        const namespace = object.metadata.namespace ?? '';
        const met = (0,kube_objects/* list */.p_)(object, 'spec', protocol)
            .flatMap((rule) => (0,kube_objects/* list */.p_)(rule, 'route'))
            .map((entry) => targetOf(entry, namespace))
            .find((target) => target !== undefined && versions.has(target));
        if (met === undefined)
            return [];
        return [
            {
                severity: 'warning',
                rule: 'protocol-not-split',
                object: (0,kube_objects/* refOf */.H8)(object),
                problem: `${(0,kube_objects/* nameOf */.Vb)(object)} sends to ${met} by spec.${protocol} too, and a release moves spec.http alone: those connections stay where they are at every weight, and break when ${met} is retired.`,
                fix: `Send them to a Service that has all versions of ${route.service}, move them to spec.http where they speak HTTP, or keep the old version (retire: keep) until they are moved by hand.`,
            },
        ];
    }));
}
/** The Service and subset a destination names, where it is one of the namespace: with or without the rest of its name. */
function targetOf(entry, namespace) {
    const [name, ...rest] = (0,kube_objects/* text */.Qq)(entry, 'destination', 'host').split('.');
    if (name === undefined || (rest.length > 0 && !`${rest.join('.')}.`.startsWith(`${namespace}.svc.`)))
        return undefined;
    const subset = (0,kube_objects/* text */.Qq)(entry, 'destination', 'subset');
    return subset === '' ? name : `${name} (subset ${subset})`;
}
/** Kuma 3.0 refuses the kind, and a stored one loses that backend. */
function kumaSubsets({ route }) {
    const entries = route.rules.flatMap((rule) => (0,kube_objects/* list */.p_)(route.object, ...rule.at));
    return entries
        .filter((entry) => (0,kube_objects/* text */.Qq)(entry, 'kind') === 'MeshServiceSubset')
        .map((entry) => {
        const version = (0,kube_objects/* strings */.P$)(entry, 'tags')['version'] ?? '<version>';
        const base = (0,kube_objects/* text */.Qq)(entry, 'name').replace(/_.*$/, '');
        return {
            severity: 'error',
            rule: 'mesh-service-subset',
            object: (0,kube_objects/* refOf */.H8)(route.object),
            problem: `${(0,kube_objects/* nameOf */.Vb)(route.object)} sends to the MeshServiceSubset ${base} with version ${version}: Kuma 3.0 drops such a backend, and this tool weights Services only.`,
            fix: [
                `A Service ${base}-${version} of its own, and in the rule:`,
                '- kind: MeshService',
                `  labels: {kuma.io/display-name: ${base}-${version}, k8s.kuma.io/namespace: ${route.object.metadata.namespace}}`,
                `  port: ${String((0,kube_objects/* field */.ZZ)(entry, 'port') ?? 9080)}`,
            ].join('\n'),
        };
    });
}
/** A port that is not http to Kuma takes no part in a MeshHTTPRoute: on 2.x its share silently goes to the other version. */
function kumaPorts(world, { route }) {
    const names = new Set(route.rules.flatMap((rule) => rule.backends.map(({ name }) => name)));
    return [...names, route.service].flatMap((name) => {
        const service = world.get('Service', world.input.namespace, name);
        const port = (0,kube_objects/* list */.p_)(service, 'spec', 'ports').find((entry) => {
            const number = String((0,kube_objects/* field */.ZZ)(entry, 'port'));
            const protocol = (0,kube_objects/* text */.Qq)(entry, 'appProtocol') ||
                (service === undefined ? '' : ((0,kube_objects/* annotation */.w7)(service, `${number}.service.kuma.io/protocol`) ?? ''));
            const used = route.rules.some((rule) => rule.backends.some((backend) => backend.port === undefined || String(backend.port) === number));
            return used && !['http', 'http2', 'grpc', 'kubernetes.io/h2c'].includes(protocol);
        });
        if (service === undefined || port === undefined)
            return [];
        return [
            {
                severity: 'error',
                rule: 'port-protocol',
                object: (0,kube_objects/* refOf */.H8)(service),
                problem: `The port ${String((0,kube_objects/* field */.ZZ)(port, 'port'))} of ${(0,kube_objects/* nameOf */.Vb)(service)} does not say that it speaks http, so Kuma takes it for tcp: it has no part in ${(0,kube_objects/* nameOf */.Vb)(route.object)}, and its share goes to the other version without an error.`,
                fix: [
                    `kubectl patch service ${name} -n ${service.metadata.namespace} --type json -p '[{"op":"add","path":"/spec/ports/${(0,kube_objects/* list */.p_)(service, 'spec', 'ports').indexOf(port)}/appProtocol","value":"http"}]'`,
                    'or in its manifest: appProtocol: http',
                ].join('\n'),
            },
        ];
    });
}
/** Meshes split what goes to a Service's address; a headless one has none (GEP-1426; Linkerd refuses it). */
function headless(world, { route }) {
    return parentRefs(route.object).flatMap((parent) => {
        if (parent.kind !== 'Service')
            return [];
        const service = world.get('Service', parent.namespace, parent.name);
        if (service === undefined || (0,kube_objects/* text */.Qq)(service, 'spec', 'clusterIP') !== 'None')
            return [];
        return [
            {
                severity: 'error',
                rule: 'parent-headless',
                object: (0,kube_objects/* refOf */.H8)(service),
                problem: `${(0,kube_objects/* nameOf */.Vb)(service)} is headless, so callers go to pods by themselves and ${(0,kube_objects/* nameOf */.Vb)(route.object)} splits nothing.`,
                fix: `Make a Service with an address: without spec.clusterIP: None (a Service cannot be changed into one; delete and create it).`,
            },
        ];
    });
}
/** Linkerd: a ServiceProfile takes the place of an HTTPRoute on the same Service (linkerd.io/2/features/httproute). */
function profiles(world, { route }) {
    return world
        .ofGroup('linkerd.io', 'ServiceProfile')
        .filter(({ metadata }) => metadata.name.startsWith(`${route.service}.${world.input.namespace}.svc.`))
        .map((profile) => ({
        severity: 'error',
        rule: 'service-profile',
        object: (0,kube_objects/* refOf */.H8)(profile),
        problem: `${(0,kube_objects/* nameOf */.Vb)(profile)} takes the place of ${(0,kube_objects/* nameOf */.Vb)(route.object)} for Linkerd: its weights would move nobody.`,
        fix: `kubectl delete serviceprofile ${profile.metadata.name} -n ${profile.metadata.namespace}   # its retries and time-outs become annotations of the Service`,
    }));
}
;// CONCATENATED MODULE: ./build/src/lint/owners.js
/** Somebody else who writes the same objects: with two writers of one weight, neither split holds. */

function lintOwners(world) {
    const routes = [
        ...world.routes().map((object) => ({ object, rules: ['spec', 'rules'] })),
        ...world.splitRoutes().map(({ provider, route }) => ({ object: route.object, rules: provider.rulesAt })),
    ];
    const services = world
        .backends()
        .flatMap(({ stable, canary }) => [stable, canary].filter((service) => service !== undefined));
    return [
        ...routes.flatMap((route) => [
            ...progressive(world, route),
            ...argoCd(world, route),
            ...flux(route),
            ...helm(route.object),
        ]),
        ...services.flatMap((object) => progressive(world, { object, rules: [] })),
    ];
}
/** Names under which somebody wrote the object (metadata.managedFields). */
function managers(object) {
    return (0,kube_objects/* list */.p_)(object, 'metadata', 'managedFields').map((entry) => (0,kube_objects/* text */.Qq)(entry, 'manager'));
}
/** Who wrote the route's rules last: a manager that owns `f:spec` → `f:rules`, or what the provider calls them. */
function writesRules({ object, rules }, manager) {
    const owned = rules.map((part) => `f:${part}`);
    return (0,kube_objects/* list */.p_)(object, 'metadata', 'managedFields').some((entry) => manager.test((0,kube_objects/* text */.Qq)(entry, 'manager')) && owned.length > 0 && (0,kube_objects/* field */.ZZ)(entry, 'fieldsV1', ...owned) !== undefined);
}
function progressive(world, owned) {
    const { object } = owned;
    const owner = (object.metadata.ownerReferences ?? []).find(({ kind, apiVersion }) => (kind === 'Canary' && apiVersion.startsWith('flagger.app/')) ||
        (kind === 'Rollout' && apiVersion.startsWith('argoproj.io/')));
    const flagger = owner?.kind === 'Canary' ||
        (0,kube_objects/* strings */.P$)(object, 'metadata', 'labels')['app.kubernetes.io/managed-by'] === 'flagger' ||
        writesRules(owned, /^flagger$/);
    const rollouts = owner?.kind === 'Rollout' ||
        (0,kube_objects/* annotation */.w7)(object, 'argo-rollouts.argoproj.io/managed-by-rollouts') !== undefined ||
        (0,kube_objects/* strings */.P$)(object, 'spec', 'selector')['rollouts-pod-template-hash'] !== undefined ||
        (0,kube_objects/* strings */.P$)(object, 'metadata', 'labels')['rollouts.argoproj.io/gatewayapi-canary'] !== undefined ||
        writesRules(owned, /^(rollouts-controller|argo-rollouts|gatewayAPI)/i);
    if (!flagger && !rollouts)
        return [];
    const [tool, kind, resource] = flagger
        ? ['Flagger', 'Canary', 'canary.flagger.app']
        : ['Argo Rollouts', 'Rollout', 'rollout.argoproj.io'];
    const name = owner?.name ?? (0,kube_objects/* annotation */.w7)(object, 'argo-rollouts.argoproj.io/managed-by-rollouts');
    return [
        {
            severity: 'error',
            rule: flagger ? 'owner-flagger' : 'owner-argo-rollouts',
            object: (0,kube_objects/* refOf */.H8)(object),
            problem: `${(0,kube_objects/* nameOf */.Vb)(object)} belongs to ${tool}${name === undefined ? '' : ` (${kind} ${name})`}, which moves the same traffic: each would undo the other's weights.`,
            fix: [
                `Release this service with ${tool}, or take it out of its hands first:`,
                flagger
                    ? `set spec.revertOnDeletion: true in the ${kind} and then kubectl delete ${resource} ${name ?? '<name>'} -n ${world.input.namespace}`
                    : `make it a Deployment again (https://argoproj.github.io/argo-rollouts/migrating/), then kubectl delete ${resource} ${name ?? '<name>'} -n ${world.input.namespace}`,
            ].join('\n'),
        },
    ];
}
/** Argo CD reports the route as out of sync during a release, and with selfHeal sets the weights back. */
function argoCd(world, owned) {
    const { object: route } = owned;
    const tracking = (0,kube_objects/* annotation */.w7)(route, 'argocd.argoproj.io/tracking-id');
    const app = tracking?.split(':')[0] ?? (0,kube_objects/* strings */.P$)(route, 'metadata', 'labels')['argocd.argoproj.io/instance'];
    if (app === undefined && !managers(route).some((manager) => /^argocd/.test(manager)))
        return [];
    const application = app === undefined ? undefined : world.all('Application').find(({ metadata }) => metadata.name === app);
    if (application !== undefined && ignoresRules(application, owned))
        return [];
    const heals = (0,kube_objects/* field */.ZZ)(application, 'spec', 'syncPolicy', 'automated', 'selfHeal') === true;
    return [
        {
            severity: heals ? 'error' : 'warning',
            rule: 'owner-argo-cd',
            object: (0,kube_objects/* refOf */.H8)(route),
            problem: `${(0,kube_objects/* nameOf */.Vb)(route)} is kept by Argo CD${app === undefined ? '' : ` (application ${app})`}: ${heals ? 'it heals itself, so weights go back to what is in git within minutes' : 'a sync during a release sets the weights back to what is in git'}, unless the rule below is there.`,
            fix: [
                `In the Application${app === undefined ? '' : ` ${app}`}:`,
                'spec:',
                '  ignoreDifferences:',
                `    - group: ${(0,kube_objects/* groupOf */.F8)(route.apiVersion)}`,
                `      kind: ${route.kind}`,
                `      name: ${route.metadata.name}`,
                `      namespace: ${route.metadata.namespace}`,
                '      jsonPointers:',
                `        - ${(0,kube_objects/* pointer */.Wn)(...owned.rules)}`,
                '  syncPolicy:',
                '    syncOptions:',
                '      - RespectIgnoreDifferences=true',
            ].join('\n'),
        },
    ];
}
function ignoresRules(application, { object: route, rules }) {
    const respected = (0,kube_objects/* list */.p_)(application, 'spec', 'syncPolicy', 'syncOptions').includes('RespectIgnoreDifferences=true');
    const rule = (0,kube_objects/* list */.p_)(application, 'spec', 'ignoreDifferences').some((entry) => (0,kube_objects/* text */.Qq)(entry, 'kind') === route.kind &&
        ['', route.metadata.name].includes((0,kube_objects/* text */.Qq)(entry, 'name')) &&
        ['', route.metadata.namespace].includes((0,kube_objects/* text */.Qq)(entry, 'namespace')) &&
        ((0,kube_objects/* list */.p_)(entry, 'jsonPointers').some((path) => path === (0,kube_objects/* pointer */.Wn)(...rules) || path === '/spec') ||
            (0,kube_objects/* list */.p_)(entry, 'jqPathExpressions').some((path) => typeof path === 'string' && path.startsWith(`.${rules.join('.')}`))));
    return respected && rule;
}
/** Flux applies its objects at every interval; the annotation makes it create the route and leave it alone afterwards. */
function flux({ object: route, rules }) {
    const marks = { ...(0,kube_objects/* strings */.P$)(route, 'metadata', 'labels'), ...(0,kube_objects/* strings */.P$)(route, 'metadata', 'annotations') };
    const kustomization = marks['kustomize.toolkit.fluxcd.io/name'];
    const release = marks['helm.toolkit.fluxcd.io/name'];
    if (kustomization === undefined && release === undefined)
        return [];
    if (/^(IfNotPresent|Ignore)$/i.test(marks['kustomize.toolkit.fluxcd.io/ssa'] ?? ''))
        return [];
    if (marks['kustomize.toolkit.fluxcd.io/reconcile'] === 'disabled')
        return [];
    const { name, namespace } = route.metadata;
    const common = { severity: 'warning', rule: 'owner-flux', object: (0,kube_objects/* refOf */.H8)(route) };
    if (kustomization === undefined) {
        return [
            {
                ...common,
                problem: `${(0,kube_objects/* nameOf */.Vb)(route)} is kept by Flux (HelmRelease ${release}): an upgrade, or drift correction where it is on, sets the weights back.`,
                fix: [
                    `In the HelmRelease ${release}:`,
                    'spec:',
                    '  driftDetection:',
                    '    ignore:',
                    `      - paths: ["${(0,kube_objects/* pointer */.Wn)(...rules)}"]`,
                    '        target:',
                    `          kind: ${route.kind}`,
                    `          name: ${name}`,
                    'and do not upgrade it during a release.',
                ].join('\n'),
            },
        ];
    }
    return [
        {
            ...common,
            problem: `${(0,kube_objects/* nameOf */.Vb)(route)} is kept by Flux (Kustomization ${kustomization}), which sets the weights back to what is in git at its next interval.`,
            fix: [
                `In the manifest of ${route.kind} ${namespace}/${name} in git:`,
                'metadata:',
                '  annotations:',
                '    kustomize.toolkit.fluxcd.io/ssa: IfNotPresent',
                '(Flux then creates the route and leaves it alone; other changes of the route go through mesh-canary or by hand.)',
            ].join('\n'),
        },
    ];
}
/** A helm upgrade writes the chart's weights; helm knows no field to leave alone. */
function helm(route) {
    const release = (0,kube_objects/* annotation */.w7)(route, 'meta.helm.sh/release-name');
    const labels = (0,kube_objects/* strings */.P$)(route, 'metadata', 'labels');
    if (release === undefined || labels['helm.toolkit.fluxcd.io/name'] !== undefined)
        return [];
    return [
        {
            severity: 'warning',
            rule: 'owner-helm',
            object: (0,kube_objects/* refOf */.H8)(route),
            problem: `${(0,kube_objects/* nameOf */.Vb)(route)} belongs to the helm release ${release}: a helm upgrade during a canary sets the weights back to the chart's.`,
            fix: `Run no helm upgrade of ${release} during a canary, or take the route out of the chart: annotate it with helm.sh/resource-policy: keep, upgrade, then remove it from the templates.`,
        },
    ];
}
;// CONCATENATED MODULE: ./build/src/lint/past-routes.js
/** Routes of the past: ways to split traffic that no longer do anything, with the route that takes their place. */


const GATEWAY_API = 'gateway.networking.k8s.io';
function pastRoutes(world) {
    return [
        ...world.ofGroup('split.smi-spec.io', 'TrafficSplit').map((object) => trafficSplit(world, object)),
        ...world.ofGroup('kuma.io', 'TrafficRoute').map((object) => trafficRoute(world, object)),
        ...world.inNamespace('Ingress').flatMap((object) => nginxCanary(world, object)),
        ...world.ofGroup('appmesh.k8s.aws', 'VirtualService').flatMap((object) => oldAppMesh(world, object)),
        ...world.ofGroup(GATEWAY_API, 'HTTPRoute').flatMap((object) => alpha(object)),
    ];
}
function yaml(...objects) {
    return objects
        .map((object) => (0,dist/* stringify */.As)(object, { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false }).trimEnd())
        .join('\n---\n');
}
/** SMI was archived in October 2023; no mesh that is kept up reads it. */
function trafficSplit(world, object) {
    const { name, namespace } = object.metadata;
    const service = (0,kube_objects/* text */.Qq)(object, 'spec', 'service').split('.')[0] ?? '';
    return {
        severity: world.severityFor(object),
        rule: 'traffic-split',
        object: (0,kube_objects/* refOf */.H8)(object),
        problem: `${(0,kube_objects/* nameOf */.Vb)(object)} is of the Service Mesh Interface, which was archived in 2023: no current mesh reads its weights.`,
        fix: `Replace it:\n${yaml({
            apiVersion: `${GATEWAY_API}/v1`,
            kind: 'HTTPRoute',
            metadata: { name, namespace },
            spec: {
                parentRefs: [{ group: '', kind: 'Service', name: service }],
                rules: [
                    {
                        backendRefs: (0,kube_objects/* list */.p_)(object, 'spec', 'backends').map((backend) => ({
                            name: (0,kube_objects/* text */.Qq)(backend, 'service'),
                            port: portOf(world, (0,kube_objects/* text */.Qq)(backend, 'service')),
                            weight: weightOf((0,kube_objects/* field */.ZZ)(backend, 'weight')),
                        })),
                    },
                ],
            },
        })}`,
    };
}
/** Kuma 2.x still reads it where there is no MeshHTTPRoute; 3.0 has no such kind. */
function trafficRoute(world, object) {
    const destinations = (0,kube_objects/* list */.p_)(object, 'spec', 'destinations')[0];
    const tag = (value) => (0,kube_objects/* text */.Qq)(value, 'match', 'kuma.io/service') || (0,kube_objects/* text */.Qq)(value, 'kuma.io/service');
    const service = (name) => name.replace(/_[^_]+_svc(_\d+)?$/, '');
    const reference = (name) => ({ kind: 'MeshService', labels: { 'kuma.io/display-name': service(name) } });
    const split = (0,kube_objects/* list */.p_)(object, 'spec', 'conf', 'split');
    const only = (0,kube_objects/* field */.ZZ)(object, 'spec', 'conf', 'destination');
    const targets = split.length > 0 ? split : [{ weight: 1, destination: only }];
    return {
        severity: world.severityFor(object),
        rule: 'traffic-route',
        object: (0,kube_objects/* refOf */.H8)(object),
        problem: `${(0,kube_objects/* nameOf */.Vb)(object)} is a TrafficRoute: Kuma 3.0 has no such kind, and a MeshHTTPRoute beats it on 2.x.`,
        fix: `Replace it:\n${yaml({
            apiVersion: 'kuma.io/v1alpha1',
            kind: 'MeshHTTPRoute',
            metadata: {
                name: object.metadata.name,
                namespace: world.input.namespace,
                labels: { 'kuma.io/mesh': (0,kube_objects/* text */.Qq)(object, 'mesh') || 'default' },
            },
            spec: {
                targetRef: { kind: 'Mesh' },
                to: [
                    {
                        targetRef: reference(tag(destinations)),
                        rules: [
                            {
                                matches: [{ path: { type: 'PathPrefix', value: '/' } }],
                                default: {
                                    backendRefs: targets.map((entry) => ({
                                        ...reference((0,kube_objects/* text */.Qq)(entry, 'destination', 'kuma.io/service')),
                                        port: portOf(world, service((0,kube_objects/* text */.Qq)(entry, 'destination', 'kuma.io/service'))),
                                        weight: weightOf((0,kube_objects/* field */.ZZ)(entry, 'weight')),
                                    })),
                                },
                            },
                        ],
                    },
                ],
            },
        })}`,
    };
}
/** ingress-nginx was retired in March 2026; Kong reads none of its annotations. */
function nginxCanary(world, object) {
    const prefix = 'nginx.ingress.kubernetes.io/';
    if ((0,kube_objects/* annotation */.w7)(object, `${prefix}canary`) !== 'true')
        return [];
    const weight = Number((0,kube_objects/* annotation */.w7)(object, `${prefix}canary-weight`) ?? 0);
    const total = Number((0,kube_objects/* annotation */.w7)(object, `${prefix}canary-weight-total`) ?? 100);
    const header = (0,kube_objects/* annotation */.w7)(object, `${prefix}canary-by-header`);
    const path = (0,kube_objects/* list */.p_)(object, 'spec', 'rules').flatMap((rule) => (0,kube_objects/* list */.p_)(rule, 'http', 'paths').map((entry) => ({ host: (0,kube_objects/* text */.Qq)(rule, 'host'), entry })))[0];
    const canary = (0,kube_objects/* text */.Qq)(path?.entry, 'backend', 'service', 'name');
    const value = (0,kube_objects/* text */.Qq)(path?.entry, 'path') || '/';
    const stable = world
        .inNamespace('Ingress')
        .filter((other) => (0,kube_objects/* annotation */.w7)(other, `${prefix}canary`) !== 'true')
        .flatMap((other) => (0,kube_objects/* list */.p_)(other, 'spec', 'rules'))
        .filter((rule) => (0,kube_objects/* text */.Qq)(rule, 'host') === (path?.host ?? ''))
        .flatMap((rule) => (0,kube_objects/* list */.p_)(rule, 'http', 'paths'))
        .find((entry) => ((0,kube_objects/* text */.Qq)(entry, 'path') || '/') === value);
    const to = (0,kube_objects/* text */.Qq)(stable, 'backend', 'service', 'name') || '<stable Service>';
    const match = { path: { type: 'PathPrefix', value } };
    const ref = (name, share) => ({
        name,
        port: portOf(world, name),
        ...(share === undefined ? {} : { weight: share }),
    });
    return [
        {
            severity: world.severityFor(object),
            rule: 'nginx-canary',
            object: (0,kube_objects/* refOf */.H8)(object),
            problem: `${(0,kube_objects/* nameOf */.Vb)(object)} splits by annotations of ingress-nginx, which was retired in March 2026: Kong does not read them.`,
            fix: `Replace it and the Ingress beside it:\n${yaml({
                apiVersion: `${GATEWAY_API}/v1`,
                kind: 'HTTPRoute',
                metadata: { name: object.metadata.name, namespace: object.metadata.namespace },
                spec: {
                    parentRefs: [{ name: 'kong', namespace: world.input.kongNamespace ?? 'kong' }],
                    ...(path?.host ? { hostnames: [path.host] } : {}),
                    rules: [
                        ...(header === undefined
                            ? []
                            : [
                                {
                                    matches: [
                                        {
                                            ...match,
                                            headers: [
                                                { name: header, value: (0,kube_objects/* annotation */.w7)(object, `${prefix}canary-by-header-value`) ?? 'always' },
                                            ],
                                        },
                                    ],
                                    backendRefs: [ref(canary)],
                                },
                            ]),
                        { matches: [match], backendRefs: [ref(to, total - weight), ref(canary, weight)] },
                    ],
                },
            })}`,
        },
    ];
}
/** Controllers before 1.0 (2020): routes stood in the VirtualService itself. */
function oldAppMesh(world, object) {
    if (!object.apiVersion.endsWith('/v1beta1'))
        return [];
    const { name, namespace } = object.metadata;
    const short = name.split('.')[0] ?? name;
    const router = (0,kube_objects/* text */.Qq)(object, 'spec', 'virtualRouter', 'name') || `${short}-router`;
    const routes = (0,kube_objects/* list */.p_)(object, 'spec', 'routes').map((route) => ({
        name: (0,kube_objects/* text */.Qq)(route, 'name'),
        httpRoute: {
            match: (0,kube_objects/* field */.ZZ)(route, 'http', 'match') ?? { prefix: '/' },
            action: {
                weightedTargets: (0,kube_objects/* list */.p_)(route, 'http', 'action', 'weightedTargets').map((target) => ({
                    virtualNodeRef: { name: ((0,kube_objects/* text */.Qq)(target, 'virtualNodeName') || '').split('.')[0] },
                    weight: weightOf((0,kube_objects/* field */.ZZ)(target, 'weight')),
                })),
            },
        },
    }));
    const listeners = (0,kube_objects/* list */.p_)(object, 'spec', 'virtualRouter', 'listeners');
    const apiVersion = 'appmesh.k8s.aws/v1beta2';
    return [
        {
            severity: world.severityFor(object),
            rule: 'app-mesh-v1beta1',
            object: (0,kube_objects/* refOf */.H8)(object),
            problem: `${(0,kube_objects/* nameOf */.Vb)(object)} is written as ${object.apiVersion}, which no App Mesh controller since 1.0 reads.`,
            fix: `Replace it, or better, leave App Mesh (docs/migrate-from-app-mesh.md):\n${yaml({
                apiVersion,
                kind: 'VirtualRouter',
                metadata: { name: router, namespace },
                spec: {
                    listeners: listeners.length > 0 ? listeners : [{ portMapping: { port: 9080, protocol: 'http' } }],
                    routes,
                },
            }, {
                apiVersion,
                kind: 'VirtualService',
                metadata: { name: short, namespace },
                spec: { awsName: name, provider: { virtualRouter: { virtualRouterRef: { name: router } } } },
            })}`,
        },
    ];
}
function alpha(object) {
    if (!/\/v1alpha\d$/.test(object.apiVersion))
        return [];
    return [
        {
            severity: 'error',
            rule: 'http-route-alpha',
            object: (0,kube_objects/* refOf */.H8)(object),
            problem: `${(0,kube_objects/* nameOf */.Vb)(object)} is written as ${object.apiVersion}, which the Gateway API no longer serves: it cannot be applied.`,
            fix: `apiVersion: ${GATEWAY_API}/v1`,
        },
    ];
}
function portOf(world, service) {
    const port = (0,kube_objects/* field */.ZZ)((0,kube_objects/* list */.p_)(world.get('Service', world.input.namespace, service), 'spec', 'ports')[0], 'port');
    return typeof port === 'number' ? port : 80;
}
/** SMI wrote weights as quantities (`500m`) in its first version. */
function weightOf(value) {
    if (typeof value === 'number')
        return value;
    const milli = /^(\d+)m$/.exec(String(value));
    return milli ? Number(milli[1]) : Number(value) || 0;
}
;// CONCATENATED MODULE: ./build/src/lint/past.js
/** Objects of the past: what replaced KongIngress and its kin, written out. */



function lintPast(world) {
    return [
        ...world.inNamespace('KongIngress').flatMap((object) => kongIngress(world, object)),
        ...overrides(world),
        ...looseSecrets(world),
        ...pastRoutes(world),
    ];
}
/** Route settings a KongIngress had and the annotation that took their place (developer.konghq.com, migrate/kongingress). */
const ROUTE_FIELDS = [
    ['methods', 'methods'],
    ['protocols', 'protocols'],
    ['regex_priority', 'regex-priority'],
    ['strip_path', 'strip-path'],
    ['preserve_host', 'preserve-host'],
    ['https_redirect_status_code', 'https-redirect-status-code'],
    ['path_handling', 'path-handling'],
    ['snis', 'snis'],
    ['request_buffering', 'request-buffering'],
    ['response_buffering', 'response-buffering'],
];
const PROXY_FIELDS = [
    ['protocol', 'protocol'],
    ['path', 'path'],
    ['retries', 'retries'],
    ['connect_timeout', 'connect-timeout'],
    ['read_timeout', 'read-timeout'],
    ['write_timeout', 'write-timeout'],
];
function kongIngress(world, object) {
    const refused = (0,kube_objects/* field */.ZZ)(object, 'route') !== undefined || (0,kube_objects/* field */.ZZ)(object, 'proxy') !== undefined;
    return [
        {
            severity: world.severityFor(object),
            rule: 'kong-ingress',
            object: (0,kube_objects/* refOf */.H8)(object),
            problem: `${(0,kube_objects/* nameOf */.Vb)(object)} has no effect on routes of the Gateway API${refused ? ', and the API server refuses its fields route and proxy since Kong Ingress Controller 3.0' : ''}.`,
            fix: replacement(object),
        },
    ];
}
function replacement(object) {
    const lines = [];
    const route = annotations(object, 'route', ROUTE_FIELDS);
    for (const [name, value] of Object.entries((0,kube_objects/* strings */.P$)(object, 'route', 'headers'))) {
        route.push(`    konghq.com/headers.${name}: ${JSON.stringify(value)}`);
    }
    if (route.length > 0)
        lines.push('On the HTTPRoute:', 'metadata:', '  annotations:', ...route);
    const service = annotations(object, 'proxy', PROXY_FIELDS);
    const host = (0,kube_objects/* text */.Qq)(object, 'upstream', 'host_header');
    if (host !== '')
        service.push(`    konghq.com/host-header: ${JSON.stringify(host)}`);
    if (service.length > 0)
        lines.push('On the Service of every version, with the same values:', 'metadata:', '  annotations:', ...service);
    const upstream = Object.keys(strictRecord((0,kube_objects/* field */.ZZ)(object, 'upstream'))).filter((key) => key !== 'host_header');
    if (upstream.length > 0) {
        lines.push(`A KongUpstreamPolicy with ${upstream.map(camel).join(', ')}, named on the Service of every version:`, 'metadata:', '  annotations:', `    konghq.com/upstream-policy: ${object.metadata.name}`);
    }
    if (lines.length === 0)
        return `It says nothing: kubectl delete kongingress ${object.metadata.name} -n ${object.metadata.namespace}`;
    return lines.join('\n');
}
function annotations(object, section, fields) {
    return fields.flatMap(([name, short]) => {
        const value = (0,kube_objects/* field */.ZZ)(object, section, name);
        if (value === undefined || value === null)
            return [];
        const written = Array.isArray(value) ? value.join(',') : String(value);
        return [`    konghq.com/${short}: ${JSON.stringify(written)}`];
    });
}
/** `konghq.com/override` is read on Services of Ingresses only; the older names are read nowhere. */
function overrides(world) {
    const carriers = [
        ...world.routes(),
        ...world.backends().flatMap(({ stable, canary }) => [stable, canary].filter((service) => service !== undefined)),
    ];
    return carriers.flatMap((object) => {
        const name = ['konghq.com/override', 'configuration.konghq.com', 'plugins.konghq.com'].find((candidate) => (0,kube_objects/* annotation */.w7)(object, candidate) !== undefined);
        if (name === undefined)
            return [];
        const target = (0,kube_objects/* annotation */.w7)(object, name) ?? '';
        const referred = world.get('KongIngress', object.metadata.namespace, target);
        return [
            {
                severity: 'warning',
                rule: 'override-ignored',
                object: (0,kube_objects/* refOf */.H8)(object),
                problem: `${(0,kube_objects/* nameOf */.Vb)(object)} carries ${name}: ${target}, which does nothing for routes of the Gateway API.`,
                fix: name === 'plugins.konghq.com'
                    ? `metadata:\n  annotations:\n    konghq.com/plugins: ${target}`
                    : referred === undefined
                        ? `Remove the annotation ${name}; host names, timeouts and retries have annotations of their own (konghq.com/host-header, …).`
                        : replacement(referred),
            },
        ];
    });
}
/** Secrets in the manifests with the old field that no consumer names yet. */
function looseSecrets(world) {
    const named = new Set(world.inNamespace('KongConsumer').flatMap((consumer) => {
        const credentials = (0,kube_objects/* field */.ZZ)(consumer, 'credentials');
        return Array.isArray(credentials) ? credentials.map(String) : [];
    }));
    return world
        .inNamespace('Secret')
        .filter((secret) => world.brings(secret) && !named.has(secret.metadata.name) && oldType(secret) !== '')
        .filter((secret) => secret.metadata.labels?.['konghq.com/credential'] === undefined)
        .map((secret) => ({
        severity: 'error',
        rule: 'kong-cred-type',
        object: (0,kube_objects/* refOf */.H8)(secret),
        problem: `${(0,kube_objects/* nameOf */.Vb)(secret)} says its kind in the field kongCredType, which is no longer read since Kong Ingress Controller 3.2: callers with that key get 401.`,
        fix: `metadata:\n  labels:\n    konghq.com/credential: ${oldType(secret)}\nand without the field kongCredType.`,
    }));
}
function camel(name) {
    return name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());
}
function strictRecord(value) {
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}
// EXTERNAL MODULE: ./build/src/plugins/desired.js
var desired = __webpack_require__(6408);
;// CONCATENATED MODULE: ./build/src/lint/plugins.js
/** Plugins that are named but would not be there: Kong serves the route without them. */


function lintPlugins(world) {
    const carriers = [
        ...world.routes(),
        ...world.backends().flatMap(({ stable, canary }) => [stable, canary].filter((service) => service !== undefined)),
        ...world.inNamespace('KongConsumer'),
    ];
    return [
        ...carriers.flatMap((object) => missing(world, object)),
        ...missingInput(world),
        ...sharedWithConsumer(world),
        ...plugins_classless(world),
    ];
}
function plugins(world) {
    return [...world.all('KongPlugin'), ...world.all('KongClusterPlugin')];
}
/** Without both lists nothing can be called missing. */
function known(world) {
    return world.knows('KongPlugin') && world.knows('KongClusterPlugin');
}
function missing(world, object) {
    if (!known(world))
        return [];
    const namespace = object.metadata.namespace ?? world.input.namespace;
    return (0,desired/* boundPlugins */.PB)(object)
        .filter((name) => (0,desired/* findPlugin */.fF)(plugins(world), name, namespace) === undefined)
        .map((name) => ({
        severity: 'error',
        rule: 'plugin-missing',
        object: (0,kube_objects/* refOf */.H8)(object),
        problem: `${(0,kube_objects/* nameOf */.Vb)(object)} names the plugin ${name}, which does not exist: no KongPlugin ${namespace}/${name}, no KongClusterPlugin ${name}. Kong serves the route without it, open to everyone.${elsewhere(world, name, namespace)}`,
        fix: skeleton(name, namespace, `or take "${name}" out of the annotation ${desired/* PLUGINS_ANNOTATION */.Pd}`),
    }));
}
function missingInput(world) {
    if (!known(world))
        return [];
    const { namespace, plugins: names = [] } = world.input;
    return names
        .filter((name) => (0,desired/* findPlugin */.fF)(plugins(world), name, namespace) === undefined)
        .map((name) => ({
        severity: 'error',
        rule: 'plugin-missing',
        object: { apiVersion: 'configuration.konghq.com/v1', kind: 'KongPlugin', namespace, name },
        problem: `The input plugins names ${name}, which does not exist: no KongPlugin ${namespace}/${name}, no KongClusterPlugin ${name}. Kong would serve the routes without it.${elsewhere(world, name, namespace)}`,
        fix: skeleton(name, namespace, 'or write it inline in the input plugins (name, plugin, config)'),
    }));
}
function elsewhere(world, name, namespace) {
    const found = world
        .all('KongPlugin')
        .filter(({ metadata }) => metadata.name === name && metadata.namespace !== namespace);
    if (found.length === 0)
        return '';
    return ` (${found.map(kube_objects/* nameOf */.Vb).join(', ')} works in its own namespace only.)`;
}
function skeleton(name, namespace, otherwise) {
    return [
        'Add to the manifests:',
        'apiVersion: configuration.konghq.com/v1',
        'kind: KongPlugin',
        'metadata:',
        `  name: ${name}`,
        `  namespace: ${namespace}`,
        'plugin: # e.g. key-auth, rate-limiting',
        'config: {}',
        `${otherwise}.`,
    ].join('\n');
}
/** Seen on controller 3.5.11: a plugin named by a route and by a consumer arrives for route + consumer, nobody else. */
function sharedWithConsumer(world) {
    const carriers = [
        ...world.routes(),
        ...world.backends().flatMap(({ stable, canary }) => [stable, canary].filter((service) => service !== undefined)),
    ];
    return world.inNamespace('KongConsumer').flatMap((consumer) => (0,desired/* boundPlugins */.PB)(consumer).flatMap((name) => {
        const carrier = carriers.find((object) => (0,desired/* boundPlugins */.PB)(object).includes(name));
        if (carrier === undefined)
            return [];
        return [
            {
                severity: 'error',
                rule: 'plugin-shared-with-consumer',
                object: (0,kube_objects/* refOf */.H8)(consumer),
                problem: `The plugin ${name} is named by ${(0,kube_objects/* nameOf */.Vb)(consumer)} and by ${(0,kube_objects/* nameOf */.Vb)(carrier)}: Kong then applies it to that consumer on that route only, and every other caller goes without it.`,
                fix: `Make a second KongPlugin with the same content for the consumer, and name that one in its annotation ${desired/* PLUGINS_ANNOTATION */.Pd}.`,
            },
        ];
    }));
}
/** A KongClusterPlugin is ignored unless it carries the class. */
function plugins_classless(world) {
    const used = new Set([...world.routes().flatMap(desired/* boundPlugins */.PB), ...(world.input.plugins ?? [])]);
    return world
        .all('KongClusterPlugin')
        .filter((plugin) => used.has(plugin.metadata.name) && (0,kube_objects/* annotation */.w7)(plugin, 'kubernetes.io/ingress.class') !== world.ingressClass)
        .map((plugin) => ({
        severity: 'error',
        rule: 'class-missing',
        object: (0,kube_objects/* refOf */.H8)(plugin),
        problem: `${(0,kube_objects/* nameOf */.Vb)(plugin)} does not carry the class ${world.ingressClass}, so Kong ignores it and serves the routes without it.`,
        fix: `kubectl annotate kongclusterplugin ${plugin.metadata.name} --overwrite kubernetes.io/ingress.class=${world.ingressClass}`,
    }));
}
;// CONCATENATED MODULE: ./build/src/lint/routes.js
/** Routes of the release: attached, allowed, unrivalled, and free of what Kong refuses. */



function lintRoutes(world) {
    const routes = world.routes();
    return [
        ...routes.flatMap((route) => [
            ...parents(world, route),
            ...backends(world, route),
            ...(world.isKongs(route) ? refusedByKong(route) : []),
            ...persistence(route),
        ]),
        ...routes_rivals(world, routes),
    ];
}
function parents(world, route) {
    const refs = parentRefs(route);
    if (refs.length === 0) {
        return [
            {
                severity: 'error',
                rule: 'parent-missing',
                object: (0,kube_objects/* refOf */.H8)(route),
                problem: `${(0,kube_objects/* nameOf */.Vb)(route)} names no parent, so no gateway serves it.`,
                fix: 'spec:\n  parentRefs:\n    - name: kong\n      namespace: kong',
            },
        ];
    }
    return refs.flatMap((parent) => {
        const object = world.get(parent.kind, parent.namespace, parent.name);
        if (object === undefined) {
            if (!world.knows(parent.kind))
                return [];
            const others = world.all(parent.kind).map(kube_objects/* nameOf */.Vb);
            return [
                {
                    severity: 'error',
                    rule: 'parent-missing',
                    object: (0,kube_objects/* refOf */.H8)(route),
                    problem: `${(0,kube_objects/* nameOf */.Vb)(route)} names the parent ${parent.kind} ${parent.namespace}/${parent.name}, which does not exist: no gateway serves the route.`,
                    fix: `Set spec.parentRefs to one that exists (${parent.kind === 'Gateway' && others.length > 0 ? others.join(', ') : 'there is none'}), or create it.`,
                },
            ];
        }
        return parent.kind === 'Gateway' ? admitted(route, object, parent) : [];
    });
}
/** A listener takes routes of its Gateway's namespace only, unless it says otherwise. */
function admitted(route, gateway, parent) {
    const listeners = (0,kube_objects/* list */.p_)(gateway, 'spec', 'listeners').filter((listener) => (parent.sectionName === undefined || (0,kube_objects/* text */.Qq)(listener, 'name') === parent.sectionName) &&
        (parent.port === undefined || listener.port === parent.port));
    if (listeners.length === 0) {
        const wanted = parent.sectionName === undefined ? `port ${parent.port}` : `the name ${parent.sectionName}`;
        return [
            {
                severity: 'error',
                rule: 'listener-missing',
                object: (0,kube_objects/* refOf */.H8)(route),
                problem: `${(0,kube_objects/* nameOf */.Vb)(route)} names a listener of ${(0,kube_objects/* nameOf */.Vb)(gateway)} with ${wanted}, which does not exist.`,
                fix: `Use one of: ${(0,kube_objects/* list */.p_)(gateway, 'spec', 'listeners')
                    .map((listener) => (0,kube_objects/* text */.Qq)(listener, 'name'))
                    .join(', ')}.`,
            },
        ];
    }
    const same = gateway.metadata.namespace === route.metadata.namespace;
    const open = listeners.some((listener) => {
        const from = (0,kube_objects/* text */.Qq)(listener, 'allowedRoutes', 'namespaces', 'from') || 'Same';
        return from === 'All' || from === 'Selector' || (from === 'Same' && same);
    });
    if (open)
        return [];
    return [
        {
            severity: 'error',
            rule: 'listener-closed',
            object: (0,kube_objects/* refOf */.H8)(gateway),
            problem: `${(0,kube_objects/* nameOf */.Vb)(gateway)} takes routes of its own namespace only, so ${(0,kube_objects/* nameOf */.Vb)(route)} is not served.`,
            fix: `In ${(0,kube_objects/* nameOf */.Vb)(gateway)}, for the listener:\nallowedRoutes:\n  namespaces:\n    from: All`,
        },
    ];
}
function backends(world, route) {
    const seen = new Set();
    return backendRefs(route).flatMap((ref) => {
        const key = `${ref.kind}|${ref.namespace}|${ref.name}`;
        if (ref.kind !== 'Service' || seen.has(key))
            return [];
        seen.add(key);
        const foreign = ref.namespace !== route.metadata.namespace;
        if (foreign && world.knows('ReferenceGrant') && !granted(world, route, ref))
            return [notGranted(route, ref)];
        if (world.get('Service', ref.namespace, ref.name) !== undefined)
            return [];
        // Services of other namespaces are not read
        if (foreign || !world.knows('Service'))
            return [];
        const effect = ref.weight > 0
            ? 'its share of the requests is answered with 500 or moves to the other backends'
            : 'the route is never acknowledged (ResolvedRefs stays False)';
        return [
            {
                severity: 'error',
                rule: 'backend-missing',
                object: (0,kube_objects/* refOf */.H8)(route),
                problem: `${(0,kube_objects/* nameOf */.Vb)(route)} sends to the Service ${ref.namespace}/${ref.name}, which does not exist: ${effect}.`,
                fix: `Add the Service ${ref.name} to the manifests, or take it out of spec.rules[].backendRefs.`,
            },
        ];
    });
}
function granted(world, route, ref) {
    return world
        .all('ReferenceGrant')
        .some((grant) => grant.metadata.namespace === ref.namespace &&
        (0,kube_objects/* list */.p_)(grant, 'spec', 'from').some((from) => (0,kube_objects/* text */.Qq)(from, 'kind') === 'HTTPRoute' && (0,kube_objects/* text */.Qq)(from, 'namespace') === route.metadata.namespace) &&
        (0,kube_objects/* list */.p_)(grant, 'spec', 'to').some((to) => (0,kube_objects/* text */.Qq)(to, 'kind') === 'Service' && ((0,kube_objects/* text */.Qq)(to, 'name') === '' || (0,kube_objects/* text */.Qq)(to, 'name') === ref.name)));
}
function notGranted(route, ref) {
    return {
        severity: 'error',
        rule: 'reference-not-granted',
        object: (0,kube_objects/* refOf */.H8)(route),
        problem: `${(0,kube_objects/* nameOf */.Vb)(route)} sends to ${ref.name} in the namespace ${ref.namespace}, which does not allow it: its share of the requests is answered with 500.`,
        fix: [
            'apiVersion: gateway.networking.k8s.io/v1beta1',
            'kind: ReferenceGrant',
            'metadata:',
            `  name: ${route.metadata.namespace}-routes`,
            `  namespace: ${ref.namespace}`,
            'spec:',
            '  from:',
            '    - group: gateway.networking.k8s.io',
            '      kind: HTTPRoute',
            `      namespace: ${route.metadata.namespace}`,
            '  to:',
            '    - group: ""',
            '      kind: Service',
            `      name: ${ref.name}`,
        ].join('\n'),
    };
}
/** What the controller's admission and translation turn down (kong.md 2.5): the whole route, not the rule. */
function refusedByKong(route) {
    const findings = [];
    const say = (rule, problem, fix) => findings.push({ severity: 'error', rule, object: (0,kube_objects/* refOf */.H8)(route), problem: `${(0,kube_objects/* nameOf */.Vb)(route)} ${problem}`, fix });
    const rules = (0,kube_objects/* list */.p_)(route, 'spec', 'rules');
    rules.forEach((rule, index) => {
        for (const filter of (0,kube_objects/* list */.p_)(rule, 'filters')) {
            const type = (0,kube_objects/* text */.Qq)(filter, 'type');
            if (type === 'RequestMirror' || type === 'CORS') {
                say('filter-refused', `has the filter ${type} in rule ${index}, which Kong refuses: the route is not served.`, `Remove the filter${type === 'CORS' ? ' and bind a KongPlugin cors' : ''}.`);
            }
        }
        for (const ref of (0,kube_objects/* list */.p_)(rule, 'backendRefs')) {
            if ((0,kube_objects/* list */.p_)(ref, 'filters').length > 0) {
                say('filter-refused', `has filters on the backend ${(0,kube_objects/* text */.Qq)(ref, 'name')} of rule ${index}, which Kong refuses: the route is not served.`, 'Move them to spec.rules[].filters, where they hold for all versions.');
            }
            const kind = (0,kube_objects/* text */.Qq)(ref, 'kind') || 'Service';
            if (kind !== 'Service') {
                say('backend-refused', `sends to a ${kind} in rule ${index}; Kong sends to Services only.`, 'Use a Service.');
            }
        }
    });
    const timeouts = new Set(rules.map((rule) => (0,kube_objects/* text */.Qq)(rule, 'timeouts', 'backendRequest')));
    if (timeouts.size > 1) {
        say('timeouts-differ', 'has rules with different timeouts.backendRequest, which Kong refuses: the route is not served.', 'Use one value in all rules, or split the route.');
    }
    if (rules.some((rule) => (0,kube_objects/* list */.p_)(rule, 'matches').some((match) => (0,kube_objects/* list */.p_)(match, 'queryParams').length > 0))) {
        findings.push({
            severity: 'warning',
            rule: 'query-match',
            object: (0,kube_objects/* refOf */.H8)(route),
            problem: `${(0,kube_objects/* nameOf */.Vb)(route)} matches query parameters, which Kong serves only with router_flavor expressions.`,
            fix: 'Helm value of the gateway:\nenv:\n  router_flavor: expressions',
        });
    }
    return findings;
}
/** GEP-1619: a session stays with its backend even if that backend's weight becomes 0. */
function persistence(route) {
    const index = (0,kube_objects/* list */.p_)(route, 'spec', 'rules').findIndex((rule) => rule.sessionPersistence !== undefined);
    if (index < 0)
        return [];
    return [
        {
            severity: 'error',
            rule: 'session-persistence',
            object: (0,kube_objects/* refOf */.H8)(route),
            problem: `${(0,kube_objects/* nameOf */.Vb)(route)} has sessionPersistence in rule ${index}: sessions stay with their version even at weight 0, so traffic could not be returned.`,
            fix: `Remove spec.rules[${index}].sessionPersistence for the release.`,
        },
    ];
}
/** Both are Programmed, and which one answers is undefined (seen on controller 3.5.11). */
function routes_rivals(world, routes) {
    const findings = [];
    const all = world.all('HTTPRoute').filter((route) => !isOwn(route));
    const done = new Set();
    for (const route of routes) {
        done.add(route);
        for (const other of all) {
            if (done.has(other) || !shareParent(route, other))
                continue;
            const clash = clashOf(route, other);
            if (clash === undefined)
                continue;
            findings.push({
                severity: 'error',
                rule: 'routes-rival',
                object: (0,kube_objects/* refOf */.H8)(route),
                problem: `${(0,kube_objects/* nameOf */.Vb)(route)} and ${(0,kube_objects/* nameOf */.Vb)(other)} take the same requests (${clash}): both are accepted and it is undefined which one answers, so weights mean nothing.`,
                fix: `Keep one: take that match out of one of them, or kubectl delete httproute ${other.metadata.name} -n ${other.metadata.namespace}`,
            });
        }
    }
    return findings;
}
function shareParent(a, b) {
    const keys = (route) => parentRefs(route).map(({ kind, namespace, name }) => `${kind}|${namespace}|${name}`);
    const theirs = keys(b);
    return keys(a).some((key) => theirs.includes(key));
}
function clashOf(a, b) {
    const [host] = sharedHosts(hostsOf(a), hostsOf(b));
    if (host === undefined)
        return undefined;
    const theirs = matchesOf(b);
    const match = matchesOf(a).find(({ type, path, more }) => theirs.some((other) => other.type === type && other.path === path && other.more === more));
    return match && `${hostText(host)}, ${match.type} ${match.path}${match.more === '' ? '' : `, ${match.more}`}`;
}
// EXTERNAL MODULE: ./build/src/services/clone.js
var clone = __webpack_require__(8911);
// EXTERNAL MODULE: ./build/src/services/pods.js
var pods = __webpack_require__(936);
;// CONCATENATED MODULE: ./build/src/lint/services.js
/** Stable and canary must look the same to Kong, select their own pods only, and not hold on to users. */




const UPSTREAM_POLICY = 'konghq.com/upstream-policy';
const services_SERVICE_UPSTREAM = 'ingress.kubernetes.io/service-upstream';
function lintServices(world) {
    return world
        .backends()
        .flatMap(({ released, stable, canary }) => [
        ...(stable !== undefined && canary !== undefined ? pair(world, stable, canary) : []),
        ...[stable, canary].flatMap((service) => service === undefined ? [] : stickiness(world, service, released.service)),
    ]);
}
function pair(world, stable, canary) {
    return [
        ...annotationsDiffer(stable, canary),
        ...serviceUpstreamDiffers(stable, canary),
        ...catches(world, stable, canary, 'stable'),
        ...catches(world, canary, stable, 'canary'),
        ...autoscalerCatches(world, stable, canary),
    ];
}
/** kong.md 2.5: a rule whose Services differ in one `konghq.com/*` annotation is dropped, the whole route with it. */
function annotationsDiffer(stable, canary) {
    const names = [...Object.keys(stable.metadata.annotations ?? {}), ...Object.keys(canary.metadata.annotations ?? {})];
    return [...new Set(names)]
        .filter((name) => name.startsWith('konghq.com/') && (0,kube_objects/* annotation */.w7)(stable, name) !== (0,kube_objects/* annotation */.w7)(canary, name))
        .sort()
        .map((name) => {
        const values = [stable, canary].map((service) => `${service.metadata.name} has ${shown((0,kube_objects/* annotation */.w7)(service, name))}`);
        const effect = name === UPSTREAM_POLICY
            ? 'Kong would quietly fall back to round robin for both'
            : 'Kong drops a route whose Services differ in it: every caller would get 404';
        return {
            severity: 'error',
            rule: 'annotations-differ',
            object: (0,kube_objects/* refOf */.H8)(canary),
            problem: `The annotation ${name} differs: ${values.join(', ')}. ${effect}.`,
            fix: equaliser(name, stable, canary),
        };
    });
}
function serviceUpstreamDiffers(stable, canary) {
    const [a, b] = [(0,kube_objects/* annotation */.w7)(stable, services_SERVICE_UPSTREAM), (0,kube_objects/* annotation */.w7)(canary, services_SERVICE_UPSTREAM)];
    if (a === b)
        return [];
    return [
        {
            severity: 'warning',
            rule: 'service-upstream-differs',
            object: (0,kube_objects/* refOf */.H8)(canary),
            problem: `The annotation ${services_SERVICE_UPSTREAM} differs: ${stable.metadata.name} has ${shown(a)}, ${canary.metadata.name} has ${shown(b)}. Kong would send to one by its address and to the pods of the other, and a version without ready pods would still get its share.`,
            fix: equaliser(services_SERVICE_UPSTREAM, stable, canary),
        },
    ];
}
/** Stable's value goes to the canary; a value that only the canary has goes to stable. */
function equaliser(name, stable, canary) {
    const wanted = (0,kube_objects/* annotation */.w7)(stable, name) ?? (0,kube_objects/* annotation */.w7)(canary, name) ?? '';
    const target = (0,kube_objects/* annotation */.w7)(stable, name) === undefined ? stable : canary;
    return [
        `kubectl annotate service ${target.metadata.name} -n ${target.metadata.namespace} --overwrite ${shellWord(`${name}=${wanted}`)}`,
        'or in its manifest:',
        'metadata:',
        '  annotations:',
        `    ${name}: ${JSON.stringify(wanted)}`,
    ].join('\n');
}
function catches(world, service, other, which) {
    const deployments = world.inNamespace('Deployment');
    const selector = (0,kube_objects/* strings */.P$)(service, 'spec', 'selector');
    const own = (0,pods/* deploymentOf */.PE)(service, deployments);
    // looked up by name as well: a Service that selects too much would hide the Deployment behind it
    const foreign = world.get('Deployment', other.metadata.namespace, other.metadata.name) ?? (0,pods/* deploymentOf */.PE)(other, deployments);
    if (foreign === undefined || foreign === own || !(0,pods/* selects */.ko)(selector, (0,pods/* podLabels */.z8)(foreign)))
        return [];
    const leak = which === 'stable'
        ? `users of ${service.metadata.name} would reach the new version before it has any weight, and after its return`
        : `the new version's share would be answered by pods of ${other.metadata.name} as well`;
    return [
        {
            severity: 'error',
            rule: 'selector-catches',
            object: (0,kube_objects/* refOf */.H8)(service),
            problem: `${(0,kube_objects/* nameOf */.Vb)(service)} selects ${selectorText(selector)}, which the pods of ${(0,kube_objects/* nameOf */.Vb)(foreign)} carry too: ${leak}.`,
            fix: which === 'stable' ? narrowStable(service, own, foreign) : narrowCanary(service, own),
        },
    ];
}
function narrowStable(service, own, foreign) {
    const { name, namespace } = service.metadata;
    const labels = own === undefined ? {} : (0,pods/* podLabels */.z8)(own);
    const taken = (0,pods/* podLabels */.z8)(foreign)[clone/* VERSION_LABEL */.Qu];
    const present = labels[clone/* VERSION_LABEL */.Qu];
    const value = present ?? (taken === 'stable' ? 'v0' : 'stable');
    const patch = (kind, object, body) => `kubectl patch ${kind} ${object} -n ${namespace} --type merge -p ${shellWord(JSON.stringify(body))}`;
    const label = own === undefined || present !== undefined
        ? []
        : [
            patch('deployment', own.metadata.name, {
                spec: { template: { metadata: { labels: { [clone/* VERSION_LABEL */.Qu]: value } } } },
            }),
            `kubectl rollout status deployment ${own.metadata.name} -n ${namespace}`,
        ];
    return [
        'Once, in this order (no request is lost: the pods carry the label before the Service asks for it):',
        ...label,
        patch('service', name, { spec: { selector: { [clone/* VERSION_LABEL */.Qu]: value } } }),
        'and the same in the manifests of both.',
    ].join('\n');
}
function narrowCanary(service, own) {
    const labels = own === undefined ? {} : (0,pods/* podLabels */.z8)(own);
    const selector = { ...(0,kube_objects/* strings */.P$)(service, 'spec', 'selector'), [clone/* VERSION_LABEL */.Qu]: labels[clone/* VERSION_LABEL */.Qu] ?? '<version>' };
    const lines = Object.entries(selector).map(([key, value]) => `    ${key}: ${value}`);
    return [
        'In the manifest of the Service (its pods must carry the same labels):',
        'spec:',
        '  selector:',
        ...lines,
    ].join('\n');
}
/**
 * A HorizontalPodAutoscaler finds pods by its Deployment's selector; since Kubernetes 1.27 two autoscalers that find
 * the same pods both stop (condition AmbiguousSelector).
 */
function autoscalerCatches(world, stable, canary) {
    const deployments = world.inNamespace('Deployment');
    const own = world.get('Deployment', stable.metadata.namespace, stable.metadata.name) ?? (0,pods/* deploymentOf */.PE)(stable, deployments);
    const other = world.get('Deployment', canary.metadata.namespace, canary.metadata.name);
    const hpa = (0,pods/* hpaOf */.P9)(own, world.inNamespace('HorizontalPodAutoscaler'));
    if (own === undefined || other === undefined || own === other || hpa === undefined)
        return [];
    if (!(0,pods/* selects */.ko)((0,kube_objects/* strings */.P$)(own, 'spec', 'selector', 'matchLabels'), (0,pods/* podLabels */.z8)(other)))
        return [];
    return [
        {
            severity: 'warning',
            rule: 'autoscaler-catches',
            object: (0,kube_objects/* refOf */.H8)(hpa),
            problem: `${(0,kube_objects/* nameOf */.Vb)(hpa)} would count the pods of ${(0,kube_objects/* nameOf */.Vb)(other)} as well, because the selector of ${(0,kube_objects/* nameOf */.Vb)(own)} catches them; with an autoscaler on each, Kubernetes stops scaling both (AmbiguousSelector).`,
            fix: `A Deployment's selector cannot be changed: release once under a versioned name (${other.metadata.name}), then retire ${own.metadata.name}.`,
        },
    ];
}
function stickiness(world, service, logical) {
    const name = (0,kube_objects/* annotation */.w7)(service, UPSTREAM_POLICY);
    if (name === undefined || name === '')
        return [];
    const policy = world.get('KongUpstreamPolicy', service.metadata.namespace, name);
    if (policy === undefined) {
        if (!world.knows('KongUpstreamPolicy'))
            return [];
        return [
            {
                severity: 'error',
                rule: 'upstream-policy-missing',
                object: (0,kube_objects/* refOf */.H8)(service),
                problem: `${(0,kube_objects/* nameOf */.Vb)(service)} names the KongUpstreamPolicy ${name}, which does not exist in ${service.metadata.namespace}: Kong refuses the Service.`,
                fix: `Add the KongUpstreamPolicy ${name} to the manifests, or: kubectl annotate service ${service.metadata.name} -n ${service.metadata.namespace} ${UPSTREAM_POLICY}-`,
            },
        ];
    }
    const algorithm = (0,kube_objects/* text */.Qq)(policy, 'spec', 'algorithm');
    if (algorithm === 'sticky-sessions' || (0,kube_objects/* field */.ZZ)(policy, 'spec', 'stickySessions') !== undefined) {
        return [
            {
                severity: 'error',
                rule: 'sticky-sessions',
                object: (0,kube_objects/* refOf */.H8)(policy),
                problem: `${(0,kube_objects/* nameOf */.Vb)(policy)} pins callers of ${logical} to a pod by a cookie: callers pinned to the new version may stay there after the traffic is returned.`,
                fix: `For the release, use an algorithm without cookies:\nspec:\n  algorithm: round-robin`,
            },
        ];
    }
    if (algorithm !== 'consistent-hashing')
        return [];
    return [
        {
            severity: 'warning',
            rule: 'consistent-hashing',
            object: (0,kube_objects/* refOf */.H8)(policy),
            problem: `${(0,kube_objects/* nameOf */.Vb)(policy)} sends callers of ${logical} by a hash: the weight is a share of the hashed values (users, for example), one busy caller counts for many, and probes with one value always meet one version.`,
            fix: `Accept that shares are of callers, or for the release:\nspec:\n  algorithm: round-robin`,
        },
    ];
}
function selectorText(selector) {
    return Object.entries(selector)
        .map(([key, value]) => `${key}=${value}`)
        .join(',');
}
function shown(value) {
    return value === undefined ? 'none' : JSON.stringify(value);
}
;// CONCATENATED MODULE: ./build/src/lint/index.js
/** What would break traffic silently, found before anything is written. Pure. */












/** All findings, errors first, each once; the order is otherwise that of the rules below. */
function lint(input) {
    const world = new World(input);
    const findings = [
        ...lintServices(world),
        ...lintRoutes(world),
        ...lintIngresses(world),
        ...lintPlugins(world),
        ...lintConsumers(world),
        ...lintPast(world),
        ...lintOwners(world),
        ...lintWhoSplits(world),
        ...lintMeshObjects(world),
        ...lintAppMesh(world),
    ];
    const seen = new Set();
    const unique = findings.filter((finding) => {
        const key = `${finding.rule}|${(0,kube_objects/* nameOf */.Vb)(finding.object)}|${finding.problem}`;
        return !seen.has(key) && seen.add(key);
    });
    return [...unique.filter(isError), ...unique.filter((finding) => !isError(finding))];
}
function isError(finding) {
    return finding.severity === 'error';
}
/** A finding as text: the problem, then the fix indented under it. */
function findingText(finding) {
    return `${finding.problem}\n${finding.fix.replace(/^/gm, '    ')}`;
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

/***/ 629:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  cu: () => (/* binding */ identityOf),
  Ye: () => (/* binding */ parseManifests),
  $t: () => (/* binding */ placeOf)
});

// EXTERNAL MODULE: ./build/src/kube/objects.js
var kube_objects = __webpack_require__(4067);
// EXTERNAL MODULE: ./node_modules/yaml/dist/index.js
var dist = __webpack_require__(8815);
;// CONCATENATED MODULE: ./build/src/manifests/documents.js
/**
 * The text of one manifest file ► its objects as plain JSON, each with its place. What cannot be read is said where it
 * stands, and the rest is read all the same. Pure.
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
/** The objects of a file and its problems, in the order they are written. */
function* readDocuments({ path, text }) {
    const size = Buffer.byteLength(text);
    if (size > MAX_FILE_BYTES) {
        yield { file: path, message: `The file has ${size} bytes; at most ${MAX_FILE_BYTES} are read. Split it.` };
        return;
    }
    const lines = new dist/* LineCounter */.HN();
    let documents;
    try {
        // `empty` (no document at all) is an array as well
        documents = (0,dist/* parseAllDocuments */.hR)(text, {
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
        yield { file: path, message: `The file cannot be read as YAML: ${reason(error)}.` };
        return;
    }
    if (documents.length > MAX_DOCUMENTS) {
        const message = `The file has ${documents.length} documents; at most ${MAX_DOCUMENTS} are read. Split it.`;
        yield { file: path, message };
        return;
    }
    for (const [index, document] of documents.entries()) {
        const at = (offset) => ({ file: path, document: index + 1, line: lines.linePos(offset).line });
        yield* objectsOf(document, at, text);
    }
}
/** `{{ … }}` is valid YAML (a map in a map) often enough that the real cause has to be said. */
function templateHint(text) {
    return text.includes('{{') ? ' It looks like a template: render it first (helm template).' : '';
}
function* objectsOf(document, at, text) {
    const [first] = document.errors;
    if (first !== undefined) {
        yield { ...at(first.pos[0]), message: syntaxMessage(first.message, text) };
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
        yield { ...at(start), message: `The document cannot be expanded: ${reason(error)}.` };
        return;
    }
    for (const entry of flatten(value, document, start)) {
        const source = at(entry.offset);
        yield {
            value: entry.value,
            source,
            at: (path) => {
                const offset = offsetOf(document, [...entry.path, ...path]);
                return offset === undefined ? source : at(offset);
            },
        };
    }
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
    if (!(0,kube_objects/* isMap */.jh)(value))
        return false;
    return typeof value['kind'] === 'string' && value['kind'].endsWith('List') && Array.isArray(value['items']);
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
function syntaxMessage(message, text) {
    return `Not valid YAML: ${message.replace(/\s+/g, ' ').replace(/\.$/, '')}.${templateHint(text)}`;
}
function reason(error) {
    return (error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' ').replace(/\.$/, '');
}
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
function readFile(file, { namespace, scope = kinds/* defaultScope */._V }, objects, problems, notes) {
    for (const written of readDocuments(file)) {
        if ('message' in written) {
            problems.push(written);
            continue;
        }
        const result = (0,object_shape/* namedObject */.Z)(written.value, namespace, scope);
        if ('complaints' in result) {
            const hint = templateHint(file.text);
            for (const { path, message } of result.complaints)
                problems.push({ ...written.at(path), message: message + hint });
            continue;
        }
        objects.push({ object: result.object, source: written.source });
        if (result.dropped.length > 0)
            notes.push(droppedNote(result.object, written, result.dropped));
    }
}
function droppedNote(object, { source }, dropped) {
    const them = dropped.length === 1 ? 'it' : 'them';
    return `${(0,kube_objects/* nameOf */.Vb)(object)} (${placeOf(source)}): ${dropped.join(', ')} left out; the cluster sets ${them}.`;
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

/***/ }),

/***/ 1269:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   p: () => (/* binding */ readLive)
/* harmony export */ });
/* harmony import */ var _cluster_connection_transport_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7096);
/* harmony import */ var _gateway_status_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8680);
/* harmony import */ var _routes_index_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(4551);



const KONG = 'configuration.konghq.com/v1';
const APP_MESH = 'appmesh.k8s.aws/v1beta2';
const ISTIO = 'networking.istio.io/v1';
const WANTED = [
    { apiVersion: 'v1', kind: 'Service', scope: 'namespace' },
    { apiVersion: 'v1', kind: 'Secret', scope: 'namespace', metadataOnly: true },
    { apiVersion: 'apps/v1', kind: 'Deployment', scope: 'namespace' },
    { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', scope: 'namespace' },
    { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', scope: 'namespace' },
    { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', scope: 'all' },
    { apiVersion: _gateway_status_js__WEBPACK_IMPORTED_MODULE_1__/* .GATEWAY_API */ .Yq, kind: 'HTTPRoute', scope: 'all' },
    { apiVersion: _gateway_status_js__WEBPACK_IMPORTED_MODULE_1__/* .GATEWAY_API */ .Yq, kind: 'Gateway', scope: 'all' },
    { apiVersion: _gateway_status_js__WEBPACK_IMPORTED_MODULE_1__/* .GATEWAY_API */ .Yq, kind: 'GatewayClass', scope: 'cluster' },
    { apiVersion: 'gateway.networking.k8s.io/v1beta1', kind: 'ReferenceGrant', scope: 'all' },
    { apiVersion: KONG, kind: 'KongPlugin', scope: 'namespace' },
    { apiVersion: KONG, kind: 'KongClusterPlugin', scope: 'cluster' },
    { apiVersion: KONG, kind: 'KongConsumer', scope: 'namespace' },
    { apiVersion: KONG, kind: 'KongIngress', scope: 'namespace' },
    { apiVersion: 'configuration.konghq.com/v1beta1', kind: 'KongUpstreamPolicy', scope: 'namespace' },
    { apiVersion: 'v1', kind: 'Namespace', scope: 'cluster', metadataOnly: true },
    { apiVersion: ISTIO, kind: 'VirtualService', scope: 'namespace' },
    { apiVersion: ISTIO, kind: 'DestinationRule', scope: 'namespace' },
    { apiVersion: 'kuma.io/v1alpha1', kind: 'MeshHTTPRoute', scope: 'namespace' },
    { apiVersion: APP_MESH, kind: 'VirtualRouter', scope: 'namespace' },
    { apiVersion: APP_MESH, kind: 'VirtualService', scope: 'namespace' },
    // Kong's is in Kong's namespace.
    { apiVersion: APP_MESH, kind: 'VirtualNode', scope: 'all' },
    { apiVersion: APP_MESH, kind: 'BackendGroup', scope: 'all' },
    { apiVersion: 'linkerd.io/v1alpha2', kind: 'ServiceProfile', scope: 'namespace' },
    { apiVersion: 'split.smi-spec.io/v1alpha2', kind: 'TrafficSplit', scope: 'namespace' },
    { apiVersion: 'configuration.konghq.com/v1alpha1', kind: 'IngressClassParameters', scope: 'all' },
];
/** Routes of every provider, and what stands behind their backends, as far as they are not wanted already. */
const OF_PROVIDERS = _routes_index_js__WEBPACK_IMPORTED_MODULE_2__/* .providers */ .r5
    .flatMap(({ resource, backingKinds }) => [resource, ...backingKinds])
    .map(({ apiVersion, kind }) => ({ apiVersion, kind, scope: 'namespace' }))
    .filter(({ apiVersion, kind }) => !WANTED.some((one) => one.apiVersion === apiVersion && one.kind === kind));
/** Lists what the lint and the planning of backends need; a kind the cluster does not serve is simply empty. */
async function readLive(cluster, namespace) {
    const listed = new Set();
    const lists = await Promise.all([...WANTED, ...OF_PROVIDERS].map(async (wanted) => {
        const scopes = wanted.scope === 'namespace' ? [namespace] : wanted.scope === 'all' ? [undefined, namespace] : [undefined];
        for (const scope of scopes) {
            try {
                const { items } = await cluster.list(wanted.apiVersion, wanted.kind, scope, wanted);
                if (scope === scopes[0])
                    listed.add(wanted.kind);
                return items;
            }
            catch (error) {
                if (!(error instanceof _cluster_connection_transport_js__WEBPACK_IMPORTED_MODULE_0__/* .ApiError */ .hD) || error.status !== 403)
                    throw error;
            }
        }
        return [];
    }));
    return { objects: lists.flat(), listed };
}

/***/ })

};
