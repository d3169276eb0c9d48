import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { changesOf, differenceOf } from '../../../src/forecast/compare.ts';
import type { KubeObject } from '../../../src/kube/objects.ts';

/** A Deployment as a person writes it, and as the API server gives it back. */
const written: KubeObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'jazz-v2', namespace: 'prod', labels: { app: 'jazz' } },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: 'jazz' } },
    template: {
      metadata: { labels: { app: 'jazz' } },
      spec: {
        containers: [
          {
            name: 'jazz',
            image: 'jazz:2',
            ports: [{ containerPort: 9080 }],
            env: [{ name: 'PASSWORD', value: 'hunter2' }],
            resources: { limits: { cpu: '0.5', memory: '1Gi' } },
          },
        ],
      },
    },
  },
};

/** The same, open to change. */
interface Open {
  metadata: { labels?: Record<string, string>; [field: string]: unknown };
  spec: { replicas: number; strategy?: object; template: { spec: { containers: OpenContainer[] } } };
  status?: object;
}
interface OpenContainer {
  name: string;
  image: string;
  terminationMessagePath?: string;
  ports?: { protocol?: string }[];
  env?: { value: string }[];
  resources?: { limits: Record<string, string> };
}

function live(change: (object: Open) => void = () => undefined): KubeObject {
  const object = structuredClone(written) as unknown as Open;
  object.metadata = { ...object.metadata, uid: 'u', resourceVersion: '5', generation: 1 };
  const jazz = container(object, 0);
  jazz.terminationMessagePath = '/dev/termination-log';
  jazz.ports = [{ ...jazz.ports?.[0], protocol: 'TCP' }];
  jazz.resources = {
    limits: { cpu: '500m', memory: '1024Mi' },
  };
  object.spec.template.spec.containers.unshift({ name: 'injected', image: 'sidecar:1' });
  object.spec.strategy = { type: 'RollingUpdate' };
  object.status = { readyReplicas: 2 };
  change(object);
  return object as unknown as KubeObject;
}

const container = (object: Open, index = 1) => object.spec.template.spec.containers[index] as OpenContainer;

describe('comparing a manifest with the live object', () => {
  it('sees no difference in what the cluster adds: defaults, status, a sidecar, the same quantity written otherwise', () => {
    expect(changesOf(written, live())).toEqual([]);
  });

  it.each<[string, (object: Open) => void, object]>([
    [
      'an image',
      (o) => {
        container(o).image = 'jazz:1';
      },
      { path: 'spec.template.spec.containers[jazz].image', from: 'jazz:1', to: 'jazz:2' },
    ],
    [
      'a number',
      (o) => {
        o.spec.replicas = 3;
      },
      { path: 'spec.replicas', from: '3', to: '2' },
    ],
    [
      'a limit',
      (o) => {
        container(o).resources = { limits: { cpu: '1', memory: '1Gi' } };
      },
      { path: 'spec.template.spec.containers[jazz].resources.limits.cpu', from: '1', to: '0.5' },
    ],
    [
      'a missing port',
      (o) => {
        container(o).ports = [];
      },
      { path: 'spec.template.spec.containers[jazz].ports[9080]' },
    ],
    [
      'a label, by its name only',
      (o) => {
        o.metadata.labels = { app: 'x' };
      },
      { path: 'metadata.labels.app' },
    ],
    [
      'the value of a variable, never shown',
      (o) => {
        container(o).env = [{ ...container(o).env?.[0], value: 'secret' }];
      },
      { path: 'spec.template.spec.containers[jazz].env[PASSWORD].value' },
    ],
    [
      'a map that is not there',
      (o) => {
        delete o.metadata.labels;
      },
      { path: 'metadata.labels' },
    ],
  ])('names %s', (_what, change, expected) => {
    expect(changesOf(written, live(change))).toEqual([expected]);
  });

  it('compares a Secret as it is stored, and shows none of it', () => {
    const secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 's' },
      stringData: { key: 'abc' },
    } as KubeObject;
    const stored = (text: string): KubeObject =>
      ({ ...secret, stringData: undefined, data: { key: Buffer.from(text).toString('base64') } }) as KubeObject;
    expect(changesOf(secret, stored('abc'))).toEqual([]);
    expect(changesOf(secret, stored('other'))).toEqual([{ path: 'data.key' }]);
  });

  it('says who else owns a field, once the object has been applied by this tool', () => {
    const fields = (manager: string, fieldsV1: object, operation = 'Update') => ({ manager, operation, fieldsV1 });
    const theirs = fields('night-shift', { 'f:spec': { 'f:replicas': {} } });
    const ours = fields('mesh-canary', { 'f:metadata': { 'f:labels': { 'f:app': {} } } }, 'Apply');
    const changed = (managedFields: object[]) =>
      live((object) => {
        object.spec.replicas = 9;
        object.metadata['managedFields'] = managedFields;
      });
    expect(changesOf(written, changed([theirs]))[0]).not.toHaveProperty('owner');
    expect(changesOf(written, changed([theirs, ours]))[0]).toMatchObject({ owner: 'night-shift' });
  });

  it('finds nothing in an object that has been applied, and exactly what is changed afterwards', () => {
    const leaf = fc.oneof(fc.integer(), fc.boolean(), fc.string({ minLength: 1 }));
    const key = fc.stringMatching(/^[a-z]{1,8}$/);
    const { tree } = fc.letrec((tie) => ({
      tree: fc.dictionary(key, fc.oneof({ depthSize: 'small' }, leaf, tie('tree')), { minKeys: 1, maxKeys: 4 }),
    }));
    fc.assert(
      fc.property(tree, leaf, (spec, other) => {
        const wanted = { ...written, spec } as KubeObject;
        expect(changesOf(wanted, { ...structuredClone(wanted), status: { a: 1 } })).toEqual([]);
        const stored = structuredClone(wanted) as unknown as Record<string, unknown>;
        const [path, holder, name] = firstLeaf(stored['spec'] as Record<string, unknown>, 'spec');
        if (holder === undefined || holder[name] === other) return;
        holder[name] = other;
        expect(changesOf(wanted, stored as unknown as KubeObject).map((change) => change.path)).toEqual([path]);
      }),
    );
  });
});

function firstLeaf(map: Record<string, unknown>, path: string): [string, Record<string, unknown> | undefined, string] {
  for (const [name, value] of Object.entries(map)) {
    if (typeof value !== 'object') return [`${path}.${name}`, map, name];
    const found = firstLeaf(value as Record<string, unknown>, `${path}.${name}`);
    if (found[1] !== undefined) return found;
  }
  return ['', undefined, ''];
}

describe('the answer of a dry run', () => {
  it('differs where the write would, and not in what the server counts for itself', () => {
    const after = live((object) => {
      object.metadata['resourceVersion'] = '6';
      object.metadata['managedFields'] = [{}];
      object.status = {};
      container(object).image = 'jazz:3';
    });
    expect(differenceOf(live(), after)).toEqual([
      { path: 'spec.template.spec.containers[jazz].image', from: 'jazz:2', to: 'jazz:3' },
    ]);
    expect(differenceOf(live(), live())).toEqual([]);
  });
});
