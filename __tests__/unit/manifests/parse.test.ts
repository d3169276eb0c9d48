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
    ['a key given twice', 'apiVersion: v1\nkind: A\nkind: B\nmetadata: {name: a}\n', 'unique'],
    ['a helm template', 'apiVersion: v1\nkind: {{ .Values.kind }}\nmetadata: {name: a}\n', 'render it first'],
    ['text', 'hello', 'Expected a Kubernetes object, found the text "hello"'],
    ['no kind', 'apiVersion: v1\nreplicas: 3\n', 'has no kind'],
    [
      'a kustomization',
      'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: []\n',
      'kubectl kustomize',
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
        message: 'HTTPRoute prod/jazz is already written in k8s/file1.yaml, document 1, line 1; keep one of them.',
      },
    ]);
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
