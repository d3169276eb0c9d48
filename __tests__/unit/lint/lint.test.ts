import { describe, expect, it } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import type { KubeObject } from '../../../src/kube/objects.ts';
import { findingText, type LintInput, lint } from '../../../src/lint/index.ts';

/** One object from YAML, in namespace prod unless it says otherwise. */
const yaml = (text: string): KubeObject[] =>
  parseAllDocuments(text).map((document) => {
    const value = document.toJS() as KubeObject;
    const clusterWide = ['GatewayClass', 'KongClusterPlugin'].includes(value.kind);
    return { ...value, metadata: { ...(clusterWide ? {} : { namespace: 'prod' }), ...value.metadata } };
  });
const one = (text: string): KubeObject => yaml(text)[0]!;

const gateway = one(`
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: kong, namespace: kong}
spec: {gatewayClassName: kong, listeners: [{name: http, port: 80, allowedRoutes: {namespaces: {from: All}}}]}`);
const gatewayClass = one(`
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: {name: kong}
spec: {controllerName: konghq.com/kic-gateway-controller}`);

interface RouteOptions {
  readonly metadata?: object;
  readonly spec?: object;
  readonly rule?: object;
}
const route = ({ metadata = {}, spec = {}, rule = {} }: RouteOptions = {}): KubeObject => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name: 'jazz', namespace: 'prod', ...metadata },
  spec: {
    parentRefs: [{ name: 'kong', namespace: 'kong' }],
    rules: [
      {
        matches: [{ path: { type: 'PathPrefix', value: '/dj/jazz' } }],
        backendRefs: [
          { name: 'jazz-v1', port: 9080, weight: 9500 },
          { name: 'jazz-v2', port: 9080, weight: 500 },
        ],
        ...rule,
      },
    ],
    ...spec,
  },
});
const service = (name: string, selector: object, annotations: object = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'prod', annotations: { ...annotations } as Record<string, string> },
  spec: { selector, ports: [{ name: 'http', port: 9080 }] },
});
const deployment = (name: string, labels: object): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: 'prod' },
  spec: { selector: { matchLabels: labels }, template: { metadata: { labels } } },
});
const backends = (stable: object = {}, canary: object = {}) => [
  deployment('jazz-v1', { app: 'jazz', version: 'v1' }),
  deployment('jazz-v2', { app: 'jazz', version: 'v2' }),
  service('jazz-v1', { app: 'jazz', version: 'v1' }, stable),
  service('jazz-v2', { app: 'jazz', version: 'v2' }, canary),
];
const RELEASE = [{ service: 'jazz', stable: 'jazz-v1', canary: 'jazz-v2' }];

const run = (live: KubeObject[], more: Partial<LintInput> = {}) =>
  lint({ namespace: 'prod', live: [gateway, gatewayClass, ...live], manifests: [], services: RELEASE, ...more });
const rules = (...args: Parameters<typeof run>) => run(...args).map(({ severity, rule }) => `${severity} ${rule}`);
/** The world with one thing changed. */
const healthy = (changed: { route?: KubeObject; backends?: KubeObject[]; more?: KubeObject[] } = {}) => [
  changed.route ?? route(),
  ...(changed.backends ?? backends()),
  ...(changed.more ?? []),
];

describe('a healthy release', () => {
  it('has no findings', () => {
    expect(run(healthy())).toEqual([]);
  });
});

describe('stable and canary Services', () => {
  it('that differ in a Kong annotation would lose the route: names it, both values and the fix', () => {
    const [finding, ...others] = run(healthy({ backends: backends({ 'konghq.com/retries': '3' }) }));
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      severity: 'error',
      rule: 'annotations-differ',
      object: { kind: 'Service', namespace: 'prod', name: 'jazz-v2' },
      problem:
        'The annotation konghq.com/retries differs: jazz-v1 has "3", jazz-v2 has none. Kong drops a route whose Services differ in it: every caller would get 404.',
    });
    expect(finding?.fix).toContain('kubectl annotate service jazz-v2 -n prod --overwrite konghq.com/retries=3');
    expect(finding?.fix).toContain('    konghq.com/retries: "3"');
  });

  it('get the fix on stable when only the canary has the annotation', () => {
    const [finding] = run(healthy({ backends: backends({}, { 'konghq.com/path': "/it's" }) }));
    expect(finding?.fix).toContain(`kubectl annotate service jazz-v1 -n prod --overwrite 'konghq.com/path=/it'\\''s'`);
  });

  it('may differ in annotations that are not of Kong', () => {
    expect(rules(healthy({ backends: backends({ 'example.com/a': '1' }) }))).toEqual([]);
  });

  it('are compared as they will be once the manifests are applied', () => {
    const canary = service('jazz-v2', { app: 'jazz', version: 'v2' }, { 'konghq.com/retries': '3' });
    const live = healthy({ backends: backends({ 'konghq.com/retries': '3' }) });
    expect(rules(live)).toEqual(['error annotations-differ']);
    expect(rules(live, { manifests: [canary] })).toEqual([]);
  });

  it('that differ in service-upstream are split differently: a warning', () => {
    expect(rules(healthy({ backends: backends({ 'ingress.kubernetes.io/service-upstream': 'true' }) }))).toEqual([
      'warning service-upstream-differs',
    ]);
  });

  it('must not catch each other’s pods: unversioned stable', () => {
    const unversioned = [
      deployment('jazz', { app: 'jazz' }),
      service('jazz', { app: 'jazz' }),
      deployment('jazz-v2', { app: 'jazz', version: 'v2' }),
      service('jazz-v2', { app: 'jazz', version: 'v2' }),
    ];
    const live = [route({ rule: { backendRefs: [{ name: 'jazz', port: 9080 }] } }), ...unversioned];
    const findings = run(live, { services: [{ service: 'jazz', stable: 'jazz', canary: 'jazz-v2' }] });
    expect(findings.map(({ rule, object }) => `${rule} ${object.name}`)).toEqual(['selector-catches jazz']);
    expect(findings[0]?.problem).toContain(
      'Service prod/jazz selects app=jazz, which the pods of Deployment prod/jazz-v2 carry too',
    );
    expect(findings[0]?.fix.split('\n').slice(1, 4)).toEqual([
      `kubectl patch deployment jazz -n prod --type merge -p '{"spec":{"template":{"metadata":{"labels":{"version":"stable"}}}}}'`,
      'kubectl rollout status deployment jazz -n prod',
      `kubectl patch service jazz -n prod --type merge -p '{"spec":{"selector":{"version":"stable"}}}'`,
    ]);
  });

  it('must not catch each other’s pods: a canary without version in its selector', () => {
    const loose = backends().map((object) =>
      object.kind === 'Service' && object.metadata.name === 'jazz-v2' ? service('jazz-v2', { app: 'jazz' }) : object,
    );
    const findings = run(healthy({ backends: loose }));
    expect(findings.map(({ rule, object }) => `${rule} ${object.name}`)).toEqual(['selector-catches jazz-v2']);
    expect(findings[0]?.fix).toContain('  selector:\n    app: jazz\n    version: v2');
  });

  it('warns when the autoscaler of stable would count canary pods', () => {
    const hpa = one(`
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: jazz}
spec: {scaleTargetRef: {kind: Deployment, name: jazz-v1}}`);
    const loose = [deployment('jazz-v1', { app: 'jazz' }), ...backends().slice(1)];
    const stable = {
      ...loose[0]!,
      spec: {
        selector: { matchLabels: { app: 'jazz' } },
        template: { metadata: { labels: { app: 'jazz', version: 'v1' } } },
      },
    };
    expect(rules(healthy({ backends: [stable, ...loose.slice(1)], more: [hpa] }))).toEqual([
      'warning autoscaler-catches',
    ]);
    expect(rules(healthy({ more: [hpa] }))).toEqual([]);
  });
});

describe('stickiness', () => {
  const both = { 'konghq.com/upstream-policy': 'sticky' };
  const policy = (spec: object): KubeObject => ({
    apiVersion: 'configuration.konghq.com/v1beta1',
    kind: 'KongUpstreamPolicy',
    metadata: { name: 'sticky', namespace: 'prod' },
    spec,
  });

  it.each([
    [
      'cookies of Kong are refused',
      { algorithm: 'sticky-sessions', hashOn: { input: 'none' } },
      ['error sticky-sessions'],
    ],
    [
      'hashing is said',
      { algorithm: 'consistent-hashing', hashOn: { header: 'x-user' } },
      ['warning consistent-hashing'],
    ],
    ['round robin is fine', { algorithm: 'round-robin' }, []],
  ])('%s', (_, spec, expected) => {
    expect(rules(healthy({ backends: backends(both, both), more: [policy(spec)] }))).toEqual(expected);
  });

  it('by a policy that does not exist is an error, unless policies could not be listed', () => {
    const live = healthy({ backends: backends(both, both) });
    expect(rules(live)).toEqual(['error upstream-policy-missing', 'error upstream-policy-missing']);
    expect(rules(live, { listed: new Set(['Service']) })).toEqual([]);
  });

  it('on one side only is said as what it does', () => {
    const [finding] = run(healthy({ backends: backends(both, {}), more: [policy({ algorithm: 'round-robin' })] }));
    expect(finding?.problem).toContain('fall back to round robin');
  });

  it('of the route itself is refused', () => {
    expect(rules(healthy({ route: route({ rule: { sessionPersistence: { sessionName: 'a' } } }) }))).toEqual([
      'error session-persistence',
    ]);
  });
});

describe('routes', () => {
  it.each<[string, RouteOptions, string]>([
    ['without a parent', { spec: { parentRefs: [] } }, 'names no parent'],
    [
      'with a parent that does not exist',
      { spec: { parentRefs: [{ name: 'kong' }] } },
      'names the parent Gateway prod/kong, which does not exist',
    ],
    [
      'with a listener that does not exist',
      { spec: { parentRefs: [{ name: 'kong', namespace: 'kong', sectionName: 'https' }] } },
      'with the name https',
    ],
    [
      'to a Service that does not exist',
      { rule: { backendRefs: [{ name: 'jazz-v1' }, { name: 'jazz-v9', weight: 0 }] } },
      'never acknowledged',
    ],
    [
      'to another namespace without a grant',
      { rule: { backendRefs: [{ name: 'jazz-v1' }, { name: 'b', namespace: 'other' }] } },
      'does not allow it',
    ],
    [
      'that mirror',
      { rule: { filters: [{ type: 'RequestMirror' }] } },
      'filter RequestMirror in rule 0, which Kong refuses',
    ],
    [
      'with filters on a backend',
      { rule: { backendRefs: [{ name: 'jazz-v1', filters: [{ type: 'ResponseHeaderModifier' }] }] } },
      'filters on the backend jazz-v1',
    ],
    [
      'to something else than Services',
      { rule: { backendRefs: [{ name: 'jazz-v1' }, { kind: 'Bucket', name: 'b' }] } },
      'Kong sends to Services only',
    ],
  ])('%s are refused', (_, options, problem) => {
    const findings = run(healthy({ route: route(options) }));
    expect(findings.map((finding) => finding.problem)).toEqual([expect.stringContaining(problem)]);
    expect(findings[0]?.severity).toBe('error');
  });

  it('may send to another namespace that grants it', () => {
    const grant = one(`
apiVersion: gateway.networking.k8s.io/v1beta1
kind: ReferenceGrant
metadata: {name: a, namespace: other}
spec: {from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: prod}], to: [{group: "", kind: Service, name: b}]}`);
    const live = healthy({
      route: route({ rule: { backendRefs: [{ name: 'jazz-v1' }, { name: 'b', namespace: 'other' }] } }),
    });
    const [finding] = run(live);
    expect(yaml(finding?.fix ?? '')[0]).toMatchObject({
      kind: 'ReferenceGrant',
      metadata: { namespace: 'other' },
      spec: { to: [{ group: '', kind: 'Service', name: 'b' }] },
    });
    expect(rules([...live, grant])).toEqual([]);
  });

  it('are refused by a Gateway of another namespace that keeps to its own', () => {
    const closed = { ...gateway, spec: { gatewayClassName: 'kong', listeners: [{ name: 'http', port: 80 }] } };
    expect(rules(healthy(), { manifests: [closed] })).toEqual(['error listener-closed']);
  });

  it('may use filters on backends where Kong is not the gateway', () => {
    const other = { ...gatewayClass, spec: { controllerName: 'gateway.envoyproxy.io/gatewayclass-controller' } };
    expect(
      rules(healthy({ route: route({ rule: { filters: [{ type: 'RequestMirror' }] } }) }), { manifests: [other] }),
    ).toEqual([]);
  });

  it('for the same requests are refused, but not lanes and not other hosts', () => {
    const twin = (changes: object, more: object = {}) =>
      route({ metadata: { name: 'twin', ...changes }, spec: more, rule: { backendRefs: [{ name: 'jazz-v1' }] } });
    expect(run(healthy({ more: [twin({})] }))[0]).toMatchObject({
      rule: 'routes-rival',
      problem: expect.stringContaining(
        'HTTPRoute prod/jazz and HTTPRoute prod/twin take the same requests (any host, PathPrefix /dj/jazz)',
      ),
    });
    expect(rules(healthy({ more: [twin({ labels: { 'mesh-canary.dev/lane': 'canary' } })] }))).toEqual([]);
    expect(rules(healthy({ more: [twin({}, { hostnames: ['a.example'] })] }))).toEqual([]);
    expect(rules(healthy({ more: [twin({}, { parentRefs: [{ name: 'other', namespace: 'kong' }] })] }))).toEqual([
      'error parent-missing',
    ]);
  });

  it('that differ in headers or methods do not rival', () => {
    const byHeader = route({
      metadata: { name: 'beta' },
      rule: {
        matches: [{ path: { type: 'PathPrefix', value: '/dj/jazz/' }, headers: [{ name: 'X-Beta', value: '1' }] }],
      },
    });
    expect(rules(healthy({ more: [byHeader] }))).toEqual([]);
  });
});

describe('Ingresses', () => {
  const ingress = (text = '') =>
    one(`
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: djingress
  annotations: {konghq.com/strip-path: "true", konghq.com/plugins: "apikey, rl", kubernetes.io/ingress.class: kong}
spec:
  rules:
    - ${text}http:
        paths:
          - {path: /dj/jazz, pathType: Prefix, backend: {service: {name: jazz-v1, port: {name: http}}}}
          - {path: /dj/metal, pathType: Exact, backend: {service: {name: metal, port: {number: 9080}}}}
`);

  it('on the same host and path are refused, with the HTTPRoute that replaces them', () => {
    const [finding, ...others] = run(healthy({ more: [ingress()] }));
    expect(others).toEqual([]);
    expect(finding?.problem).toContain(
      'Ingress prod/djingress and HTTPRoute prod/jazz are both for any host, path /dj/jazz: both are served and it is undefined',
    );
    const replacement = finding?.fix.slice(finding.fix.indexOf('apiVersion:')) ?? '';
    expect(yaml(replacement)[0]).toEqual({
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      metadata: {
        name: 'djingress',
        namespace: 'prod',
        annotations: { 'konghq.com/strip-path': 'true', 'konghq.com/plugins': 'apikey, rl' },
      },
      spec: {
        parentRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'kong', namespace: 'kong' }],
        rules: [
          {
            matches: [{ path: { type: 'PathPrefix', value: '/dj/jazz' } }],
            backendRefs: [{ kind: 'Service', name: 'jazz-v1', port: 9080 }],
          },
          {
            matches: [{ path: { type: 'Exact', value: '/dj/metal' } }],
            backendRefs: [{ kind: 'Service', name: 'metal', port: 9080 }],
          },
        ],
      },
    });
  });

  it('for one host beat a route for any host', () => {
    const [finding] = run(healthy({ more: [ingress('host: dj.example\n      ')] }));
    expect(finding).toMatchObject({
      rule: 'ingress-on-same-path',
      problem: expect.stringContaining('for dj.example the Ingress answers'),
    });
  });

  it('of another class or another path are left alone', () => {
    const nginx = {
      ...ingress(),
      metadata: { name: 'a', namespace: 'prod', annotations: { 'kubernetes.io/ingress.class': 'nginx' } },
    };
    expect(rules(healthy({ more: [nginx] }))).toEqual([]);
    const elsewhere = route({ rule: { matches: [{ path: { value: '/other' } }] } });
    expect(rules(healthy({ route: elsewhere, more: [ingress()] }))).toEqual(['warning ingress-without-weights']);
  });

  it('that are the only way to the service cannot carry weights', () => {
    expect(rules([...backends(), ingress()])).toEqual(['error ingress-without-weights']);
  });

  it('of extensions/v1beta1 get their replacement', () => {
    const old = one(`
apiVersion: extensions/v1beta1
kind: Ingress
metadata: {name: djingress, annotations: {kubernetes.io/ingress.class: kong}}
spec: {rules: [{http: {paths: [{path: /dj/other, backend: {serviceName: other, servicePort: 9080}}]}}]}`);
    const [finding] = run(healthy(), { manifests: [old] });
    expect(finding).toMatchObject({ severity: 'error', rule: 'ingress-v1beta1' });
    expect(finding?.fix).toContain('value: /dj/other');
    expect(finding?.fix).toContain('port: 9080');
  });
});

describe('plugins', () => {
  const plugin = (name: string, kind = 'KongPlugin', metadata: object = {}): KubeObject => ({
    apiVersion: 'configuration.konghq.com/v1',
    kind,
    metadata: { name, ...(kind === 'KongPlugin' ? { namespace: 'prod' } : {}), ...metadata },
    plugin: 'key-auth',
  });
  const bound = route({ metadata: { annotations: { 'konghq.com/plugins': 'auth, limit' } } });

  it('that are named and do not exist would leave the route open', () => {
    const [finding, ...others] = run(healthy({ route: bound, more: [plugin('auth')] }));
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      severity: 'error',
      rule: 'plugin-missing',
      problem: expect.stringContaining(
        'no KongPlugin prod/limit, no KongClusterPlugin limit. Kong serves the route without it',
      ),
    });
  });

  it('may come with the manifests, or be cluster-wide with the class', () => {
    const wide = (annotations: object) => plugin('limit', 'KongClusterPlugin', { annotations });
    expect(
      rules(healthy({ route: bound, more: [wide({ 'kubernetes.io/ingress.class': 'kong' })] }), {
        manifests: [plugin('auth')],
      }),
    ).toEqual([]);
    expect(rules(healthy({ route: bound, more: [plugin('auth'), wide({})] }))).toEqual(['error class-missing']);
  });

  it('of another namespace do not count, and it is said where they are', () => {
    const [finding] = run(
      healthy({ route: bound, more: [plugin('auth'), plugin('limit', 'KongPlugin', { namespace: 'kong' })] }),
    );
    expect(finding?.problem).toContain('KongPlugin kong/limit works in its own namespace only');
  });

  it('of the input plugins must exist too', () => {
    expect(rules(healthy(), { plugins: ['nope'] })).toEqual(['error plugin-missing']);
  });

  it('are not called missing when they could not be listed', () => {
    expect(rules(healthy({ route: bound }), { listed: new Set(['Service', 'KongPlugin']) })).toEqual([]);
  });

  it('shared by a route and a consumer hold for that consumer only', () => {
    const consumer = one(`
apiVersion: configuration.konghq.com/v1
kind: KongConsumer
metadata: {name: c, annotations: {kubernetes.io/ingress.class: kong, konghq.com/plugins: auth}}
username: c`);
    expect(rules(healthy({ route: bound, more: [plugin('auth'), plugin('limit'), consumer] }))).toEqual([
      'error plugin-shared-with-consumer',
    ]);
  });
});

describe('consumers', () => {
  const consumer = (metadata = 'annotations: {kubernetes.io/ingress.class: kong}, ', name = 'c') =>
    one(`
apiVersion: configuration.konghq.com/v1
kind: KongConsumer
metadata: {${metadata}name: ${name}}
username: consumer1
credentials: [key]`);
  const secret = (labels: string, data = 'stringData: {key: abcdef}') =>
    one(`\napiVersion: v1\nkind: Secret\nmetadata: {name: key, labels: {${labels}}}\n${data}`);
  const good = secret('konghq.com/credential: key-auth');

  it('with class and labelled Secret are fine', () => {
    expect(rules(healthy({ more: [consumer(), good] }))).toEqual([]);
  });

  it.each<[string, KubeObject[], string]>([
    ['without class', [consumer(''), good], 'class-missing'],
    ['without their Secret', [consumer()], 'credential-missing'],
    ['whose Secret lacks the label', [consumer(), secret('')], 'credential-unlabelled'],
    ['whose Secret has another label', [consumer(), secret('konghq.com/credential: keyauth')], 'credential-unlabelled'],
    [
      'whose Secret has the old field',
      [consumer(), secret('', 'stringData: {kongCredType: key-auth, key: a}')],
      'kong-cred-type',
    ],
    [
      'whose Secret has the old field encoded',
      [consumer(), secret('', `data: {kongCredType: ${Buffer.from('jwt').toString('base64')}}`)],
      'kong-cred-type',
    ],
  ])('%s are refused when we bring them, and said when we find them', (_, objects, rule) => {
    expect(rules(healthy(), { manifests: objects })).toEqual([`error ${rule}`]);
    expect(rules(healthy({ more: objects }))).toEqual([`warning ${rule}`]);
  });

  it('with kongCredType get the label that replaces it', () => {
    const [finding] = run(healthy(), {
      manifests: [consumer(), secret('', 'stringData: {kongCredType: jwt, key: a}')],
    });
    expect(finding?.fix).toContain('kubectl label secret key -n prod --overwrite konghq.com/credential=jwt');
  });

  it('are not reported for Secrets that may not be read', () => {
    expect(rules(healthy({ more: [consumer()] }), { listed: new Set(['Service', 'KongConsumer']) })).toEqual([]);
  });

  it('with the placeholder of the example are said', () => {
    const placeholder = secret('konghq.com/credential: key-auth', 'stringData: {key: REPLACE-ME}');
    expect(rules(healthy(), { manifests: [consumer(), placeholder] })).toEqual(['warning placeholder-key']);
  });

  it('of one username in two namespaces stop every configuration', () => {
    const other = { ...consumer(), metadata: { ...consumer().metadata, namespace: 'test' } };
    expect(rules(healthy({ more: [consumer(), good, other] }))).toEqual(['warning consumer-name-taken']);
    expect(rules(healthy({ more: [other, good] }), { manifests: [consumer()] })).toEqual(['error consumer-name-taken']);
  });
});

describe('objects of the past', () => {
  const kongIngress = one(`
apiVersion: configuration.konghq.com/v1
kind: KongIngress
metadata: {name: old}
route: {preserve_host: false, methods: [GET, POST]}
proxy: {retries: 3}
upstream: {host_header: jazz.prod.svc.cluster.local, hash_on: header}`);

  it('get the annotations that replace them', () => {
    const [finding] = run(healthy(), { manifests: [kongIngress] });
    expect(finding).toMatchObject({ severity: 'error', rule: 'kong-ingress' });
    for (const line of [
      'konghq.com/preserve-host: "false"',
      'konghq.com/methods: "GET,POST"',
      'konghq.com/retries: "3"',
      'konghq.com/host-header: "jazz.prod.svc.cluster.local"',
      'A KongUpstreamPolicy with hashOn',
    ]) {
      expect(finding?.fix).toContain(line);
    }
  });

  it('that are named by an annotation do nothing there', () => {
    const same = { 'konghq.com/override': 'old' };
    const findings = run(healthy({ backends: backends(same, same), more: [kongIngress] }));
    expect(findings.map(({ severity, rule, object }) => `${severity} ${rule} ${object.name}`)).toEqual([
      'warning kong-ingress old',
      'warning override-ignored jazz-v1',
      'warning override-ignored jazz-v2',
    ]);
  });

  it('include Secrets no consumer names yet', () => {
    const secret = one(
      'apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData: {kongCredType: key-auth, key: x}',
    );
    expect(rules(healthy(), { manifests: [secret] })).toEqual(['error kong-cred-type']);
  });
});

describe('other owners of the route', () => {
  const owned = (metadata: object) => healthy({ route: route({ metadata }) });
  const application = (spec: string) =>
    one(
      `\napiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: dj, namespace: argocd}\nspec: ${spec}`,
    );
  const tracked = {
    annotations: { 'argocd.argoproj.io/tracking-id': 'dj:gateway.networking.k8s.io/HTTPRoute:prod/jazz' },
  };
  const rule =
    'ignoreDifferences: [{group: gateway.networking.k8s.io, kind: HTTPRoute, name: jazz, jsonPointers: [/spec/rules]}]';

  it('Argo CD: prints the rule, and is silent once the rule is there', () => {
    const [finding] = run(owned(tracked));
    expect(finding).toMatchObject({
      severity: 'warning',
      rule: 'owner-argo-cd',
      problem: expect.stringContaining('application dj'),
    });
    const written = yaml(finding?.fix.split('\n').slice(1).join('\n') ?? '')[0];
    expect(written?.['spec']).toEqual({
      ignoreDifferences: [
        {
          group: 'gateway.networking.k8s.io',
          kind: 'HTTPRoute',
          name: 'jazz',
          namespace: 'prod',
          jsonPointers: ['/spec/rules'],
        },
      ],
      syncPolicy: { syncOptions: ['RespectIgnoreDifferences=true'] },
    });
    expect(
      rules([...owned(tracked), application(`{${rule}, syncPolicy: {syncOptions: [RespectIgnoreDifferences=true]}}`)]),
    ).toEqual([]);
    expect(rules([...owned(tracked), application(`{${rule}, syncPolicy: {automated: {selfHeal: true}}}`)])).toEqual([
      'error owner-argo-cd',
    ]);
  });

  it('Flux: prints the annotation, and is silent once it is there', () => {
    const labels = {
      'kustomize.toolkit.fluxcd.io/name': 'apps',
      'kustomize.toolkit.fluxcd.io/namespace': 'flux-system',
    };
    const [finding] = run(owned({ labels }));
    expect(finding).toMatchObject({
      severity: 'warning',
      rule: 'owner-flux',
      problem: expect.stringContaining('Kustomization apps'),
    });
    expect(finding?.fix).toContain('    kustomize.toolkit.fluxcd.io/ssa: IfNotPresent');
    expect(rules(owned({ labels, annotations: { 'kustomize.toolkit.fluxcd.io/ssa': 'IfNotPresent' } }))).toEqual([]);
    expect(
      rules(
        owned({ labels: { 'helm.toolkit.fluxcd.io/name': 'dj' }, annotations: { 'meta.helm.sh/release-name': 'dj' } }),
      ),
    ).toEqual(['warning owner-flux']);
  });

  it('helm: an upgrade would reset the weights', () => {
    expect(rules(owned({ annotations: { 'meta.helm.sh/release-name': 'dj' } }))).toEqual(['warning owner-helm']);
  });

  it.each<[string, object, string]>([
    [
      'Flagger by owner',
      { ownerReferences: [{ apiVersion: 'flagger.app/v1beta1', kind: 'Canary', name: 'jazz', uid: 'u' }] },
      'error owner-flagger',
    ],
    [
      'Argo Rollouts by owner',
      { ownerReferences: [{ apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name: 'jazz', uid: 'u' }] },
      'error owner-argo-rollouts',
    ],
    [
      'Flagger by what it wrote',
      { managedFields: [{ manager: 'flagger', fieldsV1: { 'f:spec': { 'f:rules': {} } } }] },
      'error owner-flagger',
    ],
  ])('%s moves the same weights: refused', (_, metadata, expected) => {
    expect(rules(owned(metadata))).toEqual([expected]);
  });

  it('Argo Rollouts is seen on the Services as well', () => {
    const managed = { 'argo-rollouts.argoproj.io/managed-by-rollouts': 'jazz' };
    expect(rules(healthy({ backends: backends(managed, managed) }))).toEqual([
      'error owner-argo-rollouts',
      'error owner-argo-rollouts',
    ]);
  });
});

describe('findings', () => {
  it('come with errors first, and as text with the fix under the problem', () => {
    const live = healthy({
      route: route({ metadata: { annotations: { 'meta.helm.sh/release-name': 'dj', 'konghq.com/plugins': 'nope' } } }),
      backends: backends({ 'ingress.kubernetes.io/service-upstream': 'true' }),
    });
    const findings = run(live);
    expect(findings.map(({ severity }) => severity)).toEqual(['error', 'warning', 'warning']);
    expect(findingText(findings[0]!).split('\n')[1]).toBe('    Add to the manifests:');
  });

  it('do not fall over objects that are not as they should be', () => {
    const broken: KubeObject[] = [
      'HTTPRoute',
      'Service',
      'Deployment',
      'Ingress',
      'KongConsumer',
      'Secret',
      'KongIngress',
      'Gateway',
      'KongPlugin',
    ].flatMap((kind) => [
      { apiVersion: 'v1', kind, metadata: { name: 'jazz-v1', namespace: 'prod' } },
      {
        apiVersion: 'v1',
        kind,
        metadata: { name: 'jazz-v2', namespace: 'prod' },
        spec: null,
        credentials: [1, null],
        rules: 'x',
      },
    ]);
    expect(() => run(broken)).not.toThrow();
  });
});
