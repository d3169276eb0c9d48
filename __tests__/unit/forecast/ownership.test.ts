import { describe, expect, it } from '@jest/globals';
import { ownershipChanges, removedFields } from '../../../src/forecast/ownership.ts';
import type { KubeObject } from '../../../src/kube/objects.ts';

describe('fields this tool owns', () => {
  const map: KubeObject = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'a' },
    data: { x: '1', y: '2' },
  } as KubeObject;
  const owned = (fieldsV1: object, data: object = { x: '1', y: '2' }, more: object[] = []): KubeObject =>
    ({
      ...map,
      data,
      metadata: { name: 'a', managedFields: [{ manager: 'mesh-canary', operation: 'Apply', fieldsV1 }, ...more] },
    }) as unknown as KubeObject;
  const both = { 'f:data': { '.': {}, 'f:x': {}, 'f:y': {} } };

  it('make applying the same again no write at all', () => {
    expect(ownershipChanges(map, owned(both), 'mesh-canary')).toBe(false);
    expect(ownershipChanges(map, owned({ 'f:data': {} }), 'mesh-canary')).toBe(false);
  });

  it('are not there before the first apply, or for a field that is new', () => {
    expect(ownershipChanges(map, map, 'mesh-canary')).toBe(true);
    expect(ownershipChanges(map, owned({ 'f:data': { 'f:x': {} } }), 'mesh-canary')).toBe(true);
  });

  it('are taken away when the manifest no longer has them, unless others own them too', () => {
    const less = { ...map, data: { x: '1' } } as KubeObject;
    expect(removedFields(less, owned(both), 'mesh-canary')).toEqual([{ path: 'data.y' }]);
    const other = { manager: 'kubectl', operation: 'Update', fieldsV1: { 'f:data': { 'f:y': {} } } };
    expect(removedFields(less, owned(both, undefined, [other]), 'mesh-canary')).toEqual([]);
    expect(removedFields(map, owned(both), 'mesh-canary')).toEqual([]);
  });

  it('are found in lists by their keys, a default protocol included', () => {
    const service = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'jazz' },
      spec: { ports: [{ port: 80, name: 'http' }] },
    } as KubeObject;
    const key = 'k:{"port":80,"protocol":"TCP"}';
    const applied = (fields: object) => ({
      ...service,
      metadata: {
        name: 'jazz',
        managedFields: [
          { manager: 'mesh-canary', operation: 'Apply', fieldsV1: { 'f:spec': { 'f:ports': { [key]: fields } } } },
        ],
      },
    });
    expect(ownershipChanges(service, applied({ 'f:port': {}, 'f:name': {} }) as never, 'mesh-canary')).toBe(false);
    expect(ownershipChanges(service, applied({ 'f:port': {} }) as never, 'mesh-canary')).toBe(true);
  });
});
