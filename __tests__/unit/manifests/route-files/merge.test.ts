import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LintError } from '../../../../src/errors.ts';
import { applyPatch, PatchFailed } from '../../../../src/kube/json-patch.ts';
import type { Json, JsonPatch, KubeObject } from '../../../../src/kube/objects.ts';
import { type MergeOptions, mergePluginList, mergeRoute } from '../../../../src/manifests/route-files/merge.ts';
import { gatewayApi } from '../../../../src/routes/providers/gateway-api/index.ts';
import { documents, fixture } from '../../routes/fixtures.ts';
import { anyRoute, isJazz, type Rule, rulesOf, splitRoute } from '../../routes/generated.ts';

const options: MergeOptions = {
  serviceOf: (backend) => /^(jazz|metal)(?:-v\d+)?$/.exec(backend)?.[1],
  retired: [],
  releasing: [],
};

/** A copy of a route as somebody would have it in a file, changed by `edit`. */
function fileOf(
  live: KubeObject,
  edit: (rules: Rule[], spec: Record<string, Json>, metadata: Record<string, Json>) => void = () => {},
) {
  const { name, namespace } = live.metadata;
  const metadata: Record<string, Json> = { name, ...(namespace === undefined ? {} : { namespace }) };
  const file = {
    apiVersion: live.apiVersion,
    kind: live.kind,
    metadata,
    spec: structuredClone(live['spec']),
  } as unknown as KubeObject;
  edit(rulesOf(file), file['spec'] as Record<string, Json>, metadata);
  return file;
}
const merge = (live: KubeObject, file: KubeObject, more: Partial<MergeOptions> = {}): JsonPatch =>
  mergeRoute(live, file, { ...options, ...more });
const merged = (live: KubeObject, file: KubeObject, more: Partial<MergeOptions> = {}) =>
  applyPatch(live, merge(live, file, more));
const writes = (patch: JsonPatch) => patch.filter(({ op }) => op !== 'test');
const backends = (object: KubeObject, rule: number) => rulesOf(object)[rule]?.backendRefs;

describe('a file that says what is live', () => {
  it('gives an empty patch', () => {
    for (const name of ['dj.yaml', 'split.yaml', 'bare.yaml'])
      expect(merge(fixture(name), fileOf(fixture(name)))).toEqual([]);
  });

  it('gives an empty patch though it leaves out all the API server fills in', () => {
    const live: KubeObject = {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      metadata: { name: 'jazz', namespace: 'prod', generation: 2 },
      spec: {
        parentRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'kong' }],
        rules: [
          {
            matches: [
              { path: { type: 'PathPrefix', value: '/' }, headers: [{ type: 'Exact', name: 'a', value: 'b' }] },
            ],
            filters: [
              { type: 'RequestRedirect', requestRedirect: { scheme: 'https', statusCode: 302 } },
              {
                type: 'RequestMirror',
                requestMirror: {
                  backendRef: { group: '', kind: 'Service', name: 'm', port: 1 },
                  fraction: { numerator: 1, denominator: 100 },
                },
              },
              { type: 'CORS', cors: { allowOrigins: ['*'], maxAge: 5 } },
            ],
            backendRefs: [{ group: '', kind: 'Service', name: 'jazz-v1', port: 9080, weight: 1 }],
          },
          {
            matches: [{ path: { type: 'PathPrefix', value: '/' } }],
            backendRefs: [{ group: '', kind: 'Service', name: 'rock', port: 80, weight: 1 }],
          },
        ],
      },
    };
    const file: KubeObject = {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      metadata: { name: 'jazz' },
      spec: {
        parentRefs: [{ name: 'kong', namespace: 'prod' }],
        rules: [
          {
            matches: [{ headers: [{ name: 'a', value: 'b' }] }],
            filters: [
              { type: 'RequestRedirect', requestRedirect: { scheme: 'https' } },
              {
                type: 'RequestMirror',
                requestMirror: { backendRef: { name: 'm', port: 1 }, fraction: { numerator: 1 } },
              },
              { type: 'CORS', cors: { allowOrigins: ['*'] } },
            ],
            backendRefs: [{ name: 'jazz-v1', port: 9080 }],
          },
          { backendRefs: [{ name: 'rock', namespace: 'prod', port: 80 }] },
        ],
      },
    };
    expect(merge(live, file)).toEqual([]);
  });

  it('gives an empty patch whatever its weights are, and though a canary of ours is missing in it', () => {
    const live = fixture('split.yaml');
    const file = fileOf(live, (rules) => {
      for (const rule of rules) {
        rule.backendRefs =
          rule.backendRefs?.filter(({ name }) => name === 'jazz-v1').map((ref) => ({ ...ref, weight: 77 })) ?? [];
      }
    });
    expect(merge(live, file)).toEqual([]);
  });

  it('gives an empty patch for any route, with other weights, other order of backends and fewer of them', () => {
    fc.assert(
      fc.property(anyRoute, fc.infiniteStream(fc.nat(99)), (live, numbers) => {
        const next = () => numbers.next().value as number;
        const file = fileOf(live, (rules) => {
          for (const { backendRefs } of rules) {
            if (backendRefs === undefined) continue;
            for (const ref of backendRefs) if (options.serviceOf(ref.name) !== undefined) ref.weight = next();
            if (next() % 2 === 0) backendRefs.reverse();
            const canary = backendRefs.findIndex(({ name }) => name === 'jazz-v2');
            if (canary >= 0 && next() % 2 === 0) backendRefs.splice(canary, 1);
          }
        });
        expect(merge(live, file)).toEqual([]);
      }),
    );
  });
});

describe('a patch', () => {
  it('tests generation and the names of all managed backends before it writes', () => {
    const live = fixture('dj.yaml');
    const patch = merge(
      live,
      fileOf(live, (_, spec) => (spec['hostnames'] = ['music.example.com'])),
    );
    expect(patch).toEqual([
      { op: 'test', path: '/metadata/generation', value: 3 },
      { op: 'test', path: '/spec/rules/0/backendRefs/0/name', value: 'jazz-v1' },
      { op: 'test', path: '/spec/rules/1/backendRefs/0/name', value: 'metal-v1' },
      { op: 'test', path: '/spec/rules/2/backendRefs/0/name', value: 'jazz-v1' },
      { op: 'add', path: '/spec/hostnames', value: ['music.example.com'] },
    ]);
    expect(() => applyPatch({ ...live, metadata: { ...live.metadata, generation: 4 } }, patch)).toThrow(PatchFailed);
  });

  it('is not made for another object', () => {
    const live = fixture('dj.yaml');
    const other = { ...fileOf(live), metadata: { name: 'dj', namespace: 'test' } };
    expect(() => merge(live, other)).toThrow(/HTTPRoute test\/dj cannot be merged into HTTPRoute prod\/dj/);
    expect(() => merge(live, { ...fileOf(live), kind: 'GRPCRoute' })).toThrow(LintError);
  });
});

describe('spec', () => {
  it('follows the file in parents, host names, matches, filters, timeouts and names', () => {
    const live = fixture('split.yaml');
    const file = fileOf(live, (rules, spec) => {
      spec['parentRefs'] = [{ name: 'kong', namespace: 'kong', sectionName: 'https' }];
      Object.assign(rules[0]!, {
        name: 'main',
        timeouts: { request: '2s' },
        filters: [{ type: 'RequestRedirect', requestRedirect: {} }],
      });
      rules[1]!.matches = [{ path: { type: 'Exact', value: '/j' } }];
    });
    const after = merged(live, file);
    expect(after['spec']).toMatchObject({ parentRefs: [{ name: 'kong', namespace: 'kong', sectionName: 'https' }] });
    expect(rulesOf(after)[0]).toMatchObject({ name: 'main', timeouts: { request: '2s' } });
    expect(rulesOf(after)[1]?.matches).toEqual([{ path: { type: 'Exact', value: '/j' } }]);
    expect(rulesOf(after).map(({ backendRefs }) => backendRefs)).toEqual(
      rulesOf(live).map(({ backendRefs }) => backendRefs),
    );
    expect(merge(after, file)).toEqual([]);
  });

  it('takes away what the file no longer says, but nothing that only newer versions know', () => {
    const live = fixture('dj.yaml');
    rulesOf(live)[2]!['fromTheFuture'] = { keep: true };
    const file = fileOf(live, (rules, spec) => {
      delete spec['hostnames'];
      delete rules[2]!['timeouts'];
      delete rules[2]!['filters'];
      delete rules[2]!['fromTheFuture'];
    });
    const after = merged(live, file);
    expect(after['spec']).not.toHaveProperty('hostnames');
    expect(rulesOf(after)[2]).not.toHaveProperty('timeouts');
    expect(rulesOf(after)[2]).not.toHaveProperty('filters');
    expect(rulesOf(after)[2]).toHaveProperty('fromTheFuture', { keep: true });
  });

  it('leaves the rules alone when the file has none', () => {
    const live = fixture('dj.yaml');
    expect(
      merge(
        live,
        fileOf(live, (_, spec) => delete spec['rules']),
      ),
    ).toEqual([]);
  });

  it('removes rules the file has dropped, and keeps lanes in front', () => {
    const live = documents('lanes.yaml')[1]!;
    const file = fileOf(live, (rules) => {
      rules.shift();
      rules.push({ matches: [{ path: { type: 'Exact', value: '/new' } }], backendRefs: [{ name: 'rock', port: 80 }] });
    });
    const after = merged(live, file);
    expect(rulesOf(after).map(({ name, backendRefs }) => name ?? backendRefs?.[0]?.name)).toEqual([
      'mesh-canary-lane-canary',
      'jazz-v1',
      'rock',
    ]);
    expect(
      rulesOf(
        merged(
          after,
          fileOf(live, (rules) => rules.shift()),
        ),
      ),
    ).toHaveLength(2);
    expect(
      merge(
        live,
        fileOf(live, (rules) => rules.shift()),
      ),
    ).toEqual([]);
  });
});

describe('rules are recognised', () => {
  const swapped = (live: KubeObject, edit: (rules: Rule[]) => void) => {
    const file = fileOf(live, edit);
    for (const ref of rulesOf(file).flatMap(({ backendRefs }) => backendRefs ?? [])) ref.weight = 1;
    return merged(live, file);
  };

  it('by name, though matches and place changed', () => {
    const live = fixture('split.yaml');
    rulesOf(live)[0]!.name = 'a';
    rulesOf(live)[1]!.name = 'b';
    const after = swapped(live, (rules) => {
      [rules[0]!.matches, rules[1]!.matches] = [rules[1]!.matches!, rules[0]!.matches!];
      rules.reverse();
    });
    expect(rulesOf(after).map(({ name }) => name)).toEqual(['b', 'a']);
    expect(backends(after, 1)).toEqual(backends(live, 0));
    expect(backends(after, 0)).toEqual(backends(live, 1));
  });

  it('else by equal matches', () => {
    const live = fixture('split.yaml');
    const after = swapped(live, (rules) => rules.reverse());
    expect(backends(after, 1)).toEqual(backends(live, 0));
  });

  it('by whom they serve too where several rules match the same', () => {
    const live = fixture('split.yaml');
    const everything = [{ path: { type: 'PathPrefix', value: '/' } }];
    const [first, second] = rulesOf(live);
    Object.assign(first!, { matches: everything });
    Object.assign(second!, { matches: everything, backendRefs: [{ name: 'rock', port: 80, weight: 1 }] });
    const after = swapped(live, (rules) => {
      rules[0]!.matches = [{ path: { type: 'Exact', value: '/moved' } }];
    });
    expect(backends(after, 0)).toEqual(backends(live, 0));
    expect(backends(after, 1)).toEqual(backends(live, 1));
  });

  it('else by whom they serve', () => {
    const live = fixture('dj.yaml');
    const after = swapped(live, (rules) => {
      for (const [index, rule] of rules.entries())
        Object.assign(rule, { name: `new-${index}`, matches: [{ path: { value: `/${index}` } }] });
      rules[1]!['timeouts'] = { request: '9s' };
    });
    expect(rulesOf(after)[1]).toMatchObject({
      name: 'new-1',
      timeouts: { request: '9s' },
      backendRefs: [{ name: 'metal-v1', weight: 1 }],
    });
  });
});

describe('backends', () => {
  it('that are new in the file start at weight 0 beside live ones', () => {
    const live = fixture('dj.yaml');
    const file = fileOf(live, (rules) => rules[0]!.backendRefs!.push({ name: 'jazz-v2', port: 9080, weight: 500 }));
    expect(backends(merged(live, file), 0)).toMatchObject([
      { name: 'jazz-v1', weight: 1 },
      { name: 'jazz-v2', weight: 0 },
    ]);
  });

  it('of a service that is nowhere live start with the weights of the file', () => {
    const live = fixture('dj.yaml');
    const backendRefs = [
      { name: 'metal-v2', port: 9080, weight: 95 },
      { name: 'metal-v3', port: 9080, weight: 5 },
    ];
    rulesOf(live).splice(1, 1);
    const file = fileOf(live, (rules) => rules.push({ matches: [{ path: { value: '/m' } }], backendRefs }));
    expect(backends(merged(live, file), 3)).toEqual(backendRefs);
  });

  it('of a rule that is new start with the split the service has in its other rules', () => {
    const live = fixture('split.yaml');
    const file = fileOf(live, (rules) =>
      rules.push({ matches: [{ path: { value: '/new' } }], backendRefs: [{ name: 'jazz-v1', port: 9999 }] }),
    );
    const after = merged(live, file);
    expect(backends(after, 2)).toMatchObject([
      { name: 'jazz-v0', port: 9999, weight: 0 },
      { name: 'jazz-v1', port: 9999, weight: 9500 },
      { name: 'jazz-v2', port: 9999, weight: 500 },
    ]);
    expect(() => gatewayApi.weights.read(gatewayApi.weights.find([after], 'jazz', isJazz))).not.toThrow();
  });

  it('of others follow the file, weights and removals too', () => {
    const live = fixture('dj.yaml');
    rulesOf(live)[3]!.backendRefs = [
      { name: 'rock', port: 80, weight: 1 },
      { name: 'pop', port: 80, weight: 9 },
    ];
    const file = fileOf(live, (rules) => {
      rules[3]!.backendRefs = [
        { name: 'rock', port: 80, weight: 3 },
        { name: 'rock', port: 81, weight: 4 },
      ];
    });
    expect(backends(merged(live, file), 3)).toEqual([
      { name: 'rock', port: 80, weight: 3 },
      { name: 'rock', port: 81, weight: 4 },
    ]);
  });

  it('move to a new port together, the canary the file does not know included', () => {
    const live = fixture('split.yaml');
    const file = fileOf(live, (rules) => {
      for (const rule of rules) rule.backendRefs = [{ name: 'jazz-v1', port: 8080 }];
    });
    const after = merged(live, file);
    expect(rulesOf(after).flatMap(({ backendRefs }) => backendRefs?.map(({ port }) => port))).toEqual([
      8080, 8080, 8080, 8080, 8080,
    ]);
    expect(gatewayApi.weights.read(gatewayApi.weights.find([after], 'jazz', isJazz)).shares).toEqual({
      'jazz-v0': 0,
      'jazz-v1': 95,
      'jazz-v2': 5,
    });
    expect(merge(after, file)).toEqual([]);
  });

  it('a live backend never takes its port from one that is new in the file', () => {
    const live = fixture('bare.yaml');
    const file = fileOf(live, (rules) => (rules[0]!.backendRefs = [{ name: 'jazz-v5', namespace: 'prod', port: 1 }]));
    expect(backends(merged(live, file), 0)).toEqual([
      { name: 'jazz', namespace: 'prod', port: 9080 },
      { name: 'jazz-v5', namespace: 'prod', port: 1, weight: 0 },
    ]);
  });

  it('that were retired may not come back by a file, unless this release brings them', () => {
    const live = fixture('dj.yaml');
    const file = fileOf(live, (rules) => rules[0]!.backendRefs!.push({ name: 'jazz-v0', port: 9080 }));
    expect(() => merge(live, file, { retired: ['jazz-v0'] })).toThrow(
      /sends to jazz-v0, a version that an earlier release has retired/,
    );
    expect(backends(merged(live, file, { retired: ['jazz-v0'], releasing: ['jazz-v0'] }), 0)).toMatchObject([
      {},
      { name: 'jazz-v0', weight: 0 },
    ]);
    const attached = fixture('split.yaml');
    expect(merge(attached, fileOf(attached), { retired: ['jazz-v0'] })).toEqual([]);
  });

  it('of a split under way do not vanish with their rule, nor when the rule gets other backends', () => {
    const live = fixture('split.yaml');
    const gone = fileOf(live, (rules) => rules.pop());
    expect(() => merge(live, gone)).toThrow(
      /no longer the rule for \/jazz, which splits jazz between jazz-v2 and jazz-v1/,
    );
    const other = fileOf(live, (rules) => (rules[1]!.backendRefs = [{ name: 'rock', port: 80 }]));
    expect(() => merge(live, other)).toThrow(LintError);
  });

  it('a rule with one serving version may go', () => {
    const live = fixture('dj.yaml');
    expect(
      rulesOf(
        merged(
          live,
          fileOf(live, (rules) => rules.splice(2, 1)),
        ),
      ),
    ).toHaveLength(3);
  });
});

describe('metadata', () => {
  const withMetadata = (live: KubeObject, metadata: Partial<KubeObject['metadata']>) =>
    ({ ...fileOf(live), metadata: { name: live.metadata.name, ...metadata } }) as KubeObject;

  it('adds and changes what the file names, and leaves the rest', () => {
    const live = fixture('dj.yaml');
    const file = withMetadata(live, {
      labels: { app: 'dj' },
      annotations: { 'konghq.com/strip-path': 'false', team: 'music' },
    });
    const patch = merge(live, file);
    expect(writes(patch)).toEqual([
      { op: 'add', path: '/metadata/labels', value: { app: 'dj' } },
      { op: 'add', path: '/metadata/annotations/konghq.com~1strip-path', value: 'false' },
      { op: 'add', path: '/metadata/annotations/team', value: 'music' },
    ]);
    expect(patch).toContainEqual({ op: 'test', path: '/metadata/resourceVersion', value: '4711' });
    expect(applyPatch(live, patch).metadata.annotations).toMatchObject({
      'konghq.com/preserve-host': 'false',
      team: 'music',
    });
  });

  it('adds plugins to the list, in order, removes none, and notices when somebody else changed it', () => {
    const live = fixture('dj.yaml');
    const patch = merge(live, withMetadata(live, { annotations: { 'konghq.com/plugins': 'cors, dj-key-auth' } }));
    const path = '/metadata/annotations/konghq.com~1plugins';
    expect(writes(patch)).toEqual([{ op: 'add', path, value: 'dj-key-auth,dj-rate-limiting,cors' }]);
    const theirs = applyPatch(live, [{ op: 'add', path, value: 'dj-key-auth,dj-rate-limiting,waf' }]);
    expect(() => applyPatch(theirs, patch)).toThrow(PatchFailed);
  });

  it('never takes the journal from a file, nor what kubectl remembers', () => {
    const live = fixture('split.yaml');
    const annotations = { 'mesh-canary.dev/journal': '{}', 'kubectl.kubernetes.io/last-applied-configuration': '{}' };
    expect(merge(live, withMetadata(live, { annotations }))).toEqual([]);
  });
});

describe('mergePluginList', () => {
  it.each<[string | undefined, string[], string]>([
    [undefined, [], ''],
    [undefined, ['a', 'b', 'a'], 'a,b'],
    ['a', ['b'], 'a,b'],
    ['b, a', ['a', 'b'], 'b, a'],
    ['b, a', ['a', 'c'], 'b,a,c'],
    ['', ['a'], 'a'],
    ['a,,a', ['b,c', ' '], 'a,b,c'],
  ])('%j with %j is %j', (existing, add, result) => {
    expect(mergePluginList(existing, add)).toBe(result);
  });

  it('keeps the existing order, has every name once, and is idempotent', () => {
    const name = fc.stringMatching(/^[a-z]{1,3}$/);
    fc.assert(
      fc.property(fc.uniqueArray(name), fc.array(name), (existing, add) => {
        const result = mergePluginList(existing.join(','), add);
        const names = result === '' ? [] : result.split(',');
        expect(names.slice(0, existing.length)).toEqual(existing);
        expect(new Set(names)).toEqual(new Set([...existing, ...add]));
        expect(new Set(names).size).toBe(names.length);
        expect(mergePluginList(result, add)).toBe(result);
      }),
    );
  });
});

describe('any file merged into any route', () => {
  interface Change {
    matches: boolean;
    drop: boolean;
    reverse: boolean;
    port: boolean;
    newBackend: boolean;
    weight: number;
    newRule: boolean;
    plugins: string | null;
  }
  const change: fc.Arbitrary<Change> = fc.record({
    matches: fc.boolean(),
    drop: fc.boolean(),
    reverse: fc.boolean(),
    port: fc.boolean(),
    newBackend: fc.boolean(),
    weight: fc.nat(50),
    newRule: fc.boolean(),
    plugins: fc.option(fc.constantFrom('cors', 'a,b')),
  });
  const edited = (live: KubeObject, changes: readonly Change[]) =>
    fileOf(live, (rules, _, metadata) => {
      for (const [index, one] of changes.entries()) {
        const rule = rules[index % rules.length]!;
        if (one.matches) rule.matches = [{ path: { type: 'Exact', value: `/changed-${index}` } }];
        if (one.drop) delete rule['filters'];
        if (one.plugins !== null) metadata['annotations'] = { 'konghq.com/plugins': one.plugins };
        if (rule.backendRefs?.some(({ name }) => isJazz(name))) {
          if (one.port) for (const ref of rule.backendRefs) ref.port = 7000;
          if (one.newBackend && !rule.backendRefs.some(({ name }) => name === 'jazz-v9')) {
            rule.backendRefs.push({ name: 'jazz-v9', port: 7000, weight: one.weight });
          }
          for (const ref of rule.backendRefs) ref.weight = one.weight;
        }
        if (one.newRule)
          rules.push({
            matches: [{ path: { type: 'Exact', value: `/new-${index}` } }],
            backendRefs: [{ name: 'jazz-v1', port: 80, weight: one.weight }],
          });
        if (one.reverse) rules.reverse();
      }
    });

  it('never moves users of a managed service, and gives a new backend nothing', () => {
    fc.assert(
      fc.property(splitRoute, fc.array(change, { minLength: 1, maxLength: 4 }), (live, changes) => {
        const before = gatewayApi.weights.read(gatewayApi.weights.find([live], 'jazz', isJazz)).shares;
        const after = gatewayApi.weights.read(
          gatewayApi.weights.find([merged(live, edited(live, changes))], 'jazz', isJazz),
        ).shares;
        for (const [name, share] of Object.entries(after)) expect(share).toBe(before[name] ?? 0);
        for (const [name, share] of Object.entries(before)) if (share > 0) expect(after[name]).toBe(share);
      }),
    );
  });

  it('keeps status, foreign annotations, labels and the journal as they are, and is done after one patch', () => {
    fc.assert(
      fc.property(anyRoute, fc.array(change, { minLength: 1, maxLength: 4 }), (live, changes) => {
        const file = edited(live, changes);
        const after = merged(live, file);
        const known = (object: KubeObject) => ({
          ...object,
          spec: undefined,
          metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, 'konghq.com/plugins': '' } },
        });
        expect(known(after)).toEqual(known(live));
        expect(merge(after, file)).toEqual([]);
      }),
    );
  });
});
