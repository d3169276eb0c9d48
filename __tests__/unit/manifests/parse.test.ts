import { describe, expect, it } from '@jest/globals';
import { MAX_FILE_BYTES } from '../../../src/manifests/documents.ts';
import { applyOrder, applyRank, defaultScope } from '../../../src/manifests/kinds.ts';
import { type ParsedManifests, parseManifests } from '../../../src/manifests/parse.ts';

const parse = (...texts: string[]): ParsedManifests =>
  parseManifests(
    texts.map((text, index) => ({ path: `k8s/file${index + 1}.yaml`, text })),
    { namespace: 'prod' },
  );

function objectsOf(parsed: ParsedManifests) {
  if ('problems' in parsed) throw new Error(parsed.problems.map(({ message }) => message).join('\n'));
  return parsed.objects.map(({ object }) => object);
}

function problemsOf(parsed: ParsedManifests) {
  if (!('problems' in parsed)) throw new Error('no problems');
  return parsed.problems;
}

const service = (name: string, more = '') => `apiVersion: v1\nkind: Service\nmetadata:\n  name: ${name}\n${more}`;

describe('parsing manifests', () => {
  it('reads several documents of a file, skips empty ones, and fills in the namespace', () => {
    const objects = objectsOf(
      parse(`---\n# nothing\n---\n${service('a')}---\n${service('b', '  namespace: other\n')}---\n`),
    );
    expect(objects.map(({ metadata }) => metadata)).toEqual([
      { name: 'a', namespace: 'prod' },
      { name: 'b', namespace: 'other' },
    ]);
  });

  it('reads JSON', () => {
    expect(objectsOf(parse('{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"x":"1"}}'))).toEqual(
      [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'prod' }, data: { x: '1' } }],
    );
  });

  it('opens lists, also lists within lists', () => {
    const text = `apiVersion: v1
kind: List
items:
  - apiVersion: v1
    kind: ServiceList
    items:
      - {apiVersion: v1, kind: Service, metadata: {name: a}}
  - {apiVersion: v1, kind: ConfigMap, metadata: {name: b}}
`;
    const parsed = parse(text);
    expect(objectsOf(parsed).map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
      'Service a',
      'ConfigMap b',
    ]);
    expect('objects' in parsed && parsed.objects[1]?.source).toEqual({ file: 'k8s/file1.yaml', document: 1, line: 8 });
  });

  it('merges maps where a key of its own comes after, or is another', () => {
    const text =
      'apiVersion: v1\nkind: Thing\nmetadata: {name: a}\nspec: [&d {a: 1}, {<<: *d, a: 2}, {b: 2, <<: *d}, {<<: [*d, {a: 9, c: 3}]}]\n';
    expect(objectsOf(parse(text))[0]?.['spec']).toEqual([{ a: 1 }, { a: 2 }, { a: 1, b: 2 }, { a: 1, c: 3 }]);
  });

  it('takes the kind of the items from a list of that kind, as kubectl does', () => {
    const text = 'apiVersion: v1\nkind: ConfigMapList\nitems: [{metadata: {name: a}, data: {}}]\n';
    expect(objectsOf(parse(text))).toEqual([
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'prod' }, data: {} },
    ]);
  });

  it('counts an object once that is written twice with the same content, in whatever order of keys', () => {
    const text = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {x: "1", z: "2"}\n';
    const other = '{"data": {"z": "2", "x": "1"}, "kind": "ConfigMap", "apiVersion": "v1", "metadata": {"name": "a"}}';
    const parsed = parse(text, other);
    expect(objectsOf(parsed)).toHaveLength(1);
    expect('filled' in parsed && [...parsed.filled]).toEqual(['k8s/file1.yaml', 'k8s/file2.yaml']);
  });

  it('gives cluster-scoped kinds no namespace, even when the file does', () => {
    const text =
      'apiVersion: gateway.networking.k8s.io/v1\nkind: GatewayClass\nmetadata:\n  name: kong\n  namespace: kong\n';
    expect(objectsOf(parse(text))[0]?.metadata).toEqual({ name: 'kong' });
  });

  it('takes the scope of kinds from the caller', () => {
    const parsed = parseManifests(
      [{ path: 'a.yaml', text: 'apiVersion: example.com/v1\nkind: Thing\nmetadata:\n  name: a\n' }],
      {
        namespace: 'prod',
        scope: (apiVersion, kind) => (kind === 'Thing' ? 'cluster' : defaultScope(apiVersion, kind)),
      },
    );
    expect(objectsOf(parsed)[0]?.metadata).toEqual({ name: 'a' });
  });

  it('reads scalars as kubectl does: octal modes, on as a boolean, times and dates as text', () => {
    const text = `apiVersion: v1
kind: ConfigMap
metadata: {name: a}
mode: 0644
on: on
clock: 22:22
day: 2026-01-31
merged: {<<: {a: 1}, b: 2}
`;
    expect(objectsOf(parse(text))[0]).toMatchObject({
      mode: 420,
      true: true,
      clock: '22:22',
      day: '2026-01-31',
      merged: { a: 1, b: 2 },
    });
  });

  it('drops what only the server may set, with a note, and keeps everything else', () => {
    const parsed = parse(`apiVersion: v1
kind: Service
metadata:
  name: a
  uid: 1-2
  resourceVersion: "7"
  creationTimestamp: null
  finalizers: [x]
spec: {ports: []}
status: {loadBalancer: {}}
`);
    expect(objectsOf(parsed)).toEqual([
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'a', namespace: 'prod', finalizers: ['x'] },
        spec: { ports: [] },
      },
    ]);
    expect('notes' in parsed && parsed.notes).toEqual([
      'Service prod/a (k8s/file1.yaml, document 1, line 1): metadata.resourceVersion, metadata.uid, status left out; the cluster sets them.',
    ]);
  });

  it('notes objects outside the namespace of the release', () => {
    const parsed = parse(service('a', '  namespace: kong\n'));
    expect('notes' in parsed && parsed.notes[0]).toContain(
      "Service kong/a (k8s/file1.yaml, document 1, line 1) is outside the release's namespace prod",
    );
  });

  it('collects the values of Secrets, as written and decoded, but not the kind of credential', () => {
    const parsed = parse(
      'apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData: {key: kong-secret, kongCredType: key-auth}\ndata: {other: aHVudGVyMg==}\n',
    );
    const secrets = 'secrets' in parsed ? parsed.secrets : [];
    expect(secrets).toEqual(
      expect.arrayContaining(['kong-secret', 'aHVudGVyMg==', 'hunter2', Buffer.from('kong-secret').toString('base64')]),
    );
    expect(secrets).not.toContain('key-auth');
  });
});

describe('manifests that cannot be used', () => {
  it('are all reported at once, each with file, document and line', () => {
    const problems = problemsOf(
      parse(
        `${service('fine')}---\napiVersion: v1\nkind: Service\nmetadata:\n  name: Not_Valid\n`,
        'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  labels: {a: b}\n',
      ),
    );
    expect(problems).toMatchObject([
      {
        file: 'k8s/file1.yaml',
        document: 2,
        line: 9,
        message: expect.stringContaining('"Not_Valid" is no name for a Service'),
      },
      { file: 'k8s/file2.yaml', document: 1, message: 'The ConfigMap has no metadata.name.' },
    ]);
  });

  it('name the annotation that YAML did not read as text', () => {
    const text =
      'apiVersion: v1\nkind: Service\nmetadata:\n  name: a\n  annotations:\n    konghq.com/strip-path: true\n';
    expect(problemsOf(parse(text))).toEqual([
      {
        file: 'k8s/file1.yaml',
        document: 1,
        line: 6,
        message:
          'metadata.annotations "konghq.com/strip-path" is the boolean true; it must be text: write konghq.com/strip-path: "true".',
      },
    ]);
  });

  it.each([
    ['a syntax error', 'a: [1, 2\nb: 3\n', 'Not valid YAML'],
    ['a key given twice', 'apiVersion: v1\nkind: A\nkind: B\nmetadata: {name: a}\n', 'the key kind is given twice'],
    [
      'a helm template',
      'apiVersion: v1\nkind: {{ .Values.kind }}\nmetadata: {name: a}\n',
      'name the folder of its chart',
    ],
    ['text', 'hello', 'Expected a Kubernetes object, found the text "hello"'],
    ['no kind', 'apiVersion: v1\nreplicas: 3\n', 'has no kind'],
    [
      'a kustomization',
      'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: []\n',
      'Name the folder of a kustomization.yaml',
    ],
    ['generateName', 'apiVersion: v1\nkind: Pod\nmetadata: {generateName: a-}\n', 'fixed metadata.name'],
    ['a number as name', 'apiVersion: v1\nkind: Pod\nmetadata: {name: 5}\n', 'put it in quotes'],
    [
      'an impossible namespace',
      'apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: A.B}\n',
      'no namespace can be called',
    ],
  ])('are refused: %s', (_, text, message) => {
    expect(problemsOf(parse(text)).map((problem) => problem.message)).toEqual([expect.stringContaining(message)]);
  });

  it('are refused when one object is written twice, whatever the version of its group', () => {
    const route = (version: string) =>
      `apiVersion: gateway.networking.k8s.io/${version}\nkind: HTTPRoute\nmetadata: {name: jazz}\n`;
    expect(problemsOf(parse(route('v1'), route('v1beta1')))).toEqual([
      {
        file: 'k8s/file2.yaml',
        document: 1,
        line: 1,
        message:
          'HTTPRoute prod/jazz is written in k8s/file1.yaml, document 1, line 1 with other content (apiVersion); keep one of them.',
      },
    ]);
  });

  it('name the field in which two writings differ, and not its value', () => {
    const secret = (value: string) =>
      `apiVersion: v1\nkind: Secret\nmetadata: {name: keys}\nstringData: {a: same, key: ${value}}\n`;
    const [problem] = problemsOf(parse(secret('k-1111'), secret('k-2222')));
    expect(problem?.message).toContain('with other content (stringData.key)');
    expect(problem?.message).not.toMatch(/k-\d+/);
  });

  it.each([
    ['a key of another type', '{"1": a, 1: b}', 'the key 1 is given twice'],
    ['an empty key', '{~: b}', 'a key is empty'],
    ['a merge after the keys it brings', '[&d {a: 1}, {a: 2, <<: *d}]', 'put << first'],
    ['several merges after it', '[&d {a: 1}, {a: 2, <<: [{b: 1}, *d]}]', 'put << first'],
    ['infinity', '.inf', 'cannot be sent as the number it is'],
    ['no number', '.NaN', 'cannot be sent as the number it is'],
    ['a number that would become another', '9007199254740993', 'put it in quotes'],
    ['a tag of another reader', '!!binary aGk=', 'Unresolved tag'],
  ])('are refused where JSON would say something else: %s', (_, value, message) => {
    const text = `apiVersion: v1\nkind: Thing\nmetadata: {name: a}\nspec: ${value}\n`;
    const [problem, ...more] = problemsOf(parse(text));
    expect(problem).toMatchObject({ line: 4, message: expect.stringContaining(message) });
    expect(more).toEqual([]);
  });

  it('are found in linear time: 20,000 keys, of which the last is a second one', () => {
    const keys = Array.from({ length: 20_000 }, (_, at) => `  key-${at}: "${at}"`).join('\n');
    const text = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n${keys}\n`;
    const before = process.cpuUsage();
    expect(objectsOf(parse(text))).toHaveLength(1);
    expect(problemsOf(parse(`${text}  key-7: again\n`))[0]).toMatchObject({ line: 20_005 });
    // microseconds of work, however busy the machine is; in quadratic time it is half a minute for each
    expect(process.cpuUsage(before).user).toBeLessThan(20e6);
  });

  it('are refused beyond 1 MiB, and when aliases multiply', () => {
    expect(problemsOf(parse('#'.repeat(MAX_FILE_BYTES + 1)))[0]?.message).toContain('at most 1048576');
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c,*c]\n`;
    expect(problemsOf(parse(bomb))[0]?.message).toContain('cannot be expanded');
  });

  it('never crash the parser, however deep they nest', () => {
    expect(problemsOf(parse('['.repeat(100_000)))).toHaveLength(1);
  });
});

describe('the order of applying', () => {
  const order = (...kinds: string[]) =>
    applyOrder(kinds.map((kind) => ({ apiVersion: 'v1', kind, metadata: { name: 'a' } }))).map(({ kind }) => kind);

  it('puts what others need first, plugins before routes, and routes last', () => {
    expect(
      order(
        'HTTPRoute',
        'Deployment',
        'Service',
        'KongConsumer',
        'KongPlugin',
        'Secret',
        'Gateway',
        'GatewayClass',
        'Namespace',
        'CustomResourceDefinition',
      ),
    ).toEqual([
      'CustomResourceDefinition',
      'Namespace',
      'GatewayClass',
      'Secret',
      'Gateway',
      'KongPlugin',
      'KongConsumer',
      'Service',
      'Deployment',
      'HTTPRoute',
    ]);
  });

  it('keeps the written order of equals, and unknown kinds before routes', () => {
    expect(order('Ingress', 'HTTPRoute', 'Whatever')).toEqual(['Whatever', 'Ingress', 'HTTPRoute']);
    expect(applyRank('Whatever')).toBeGreaterThan(applyRank('Namespace'));
  });
});
