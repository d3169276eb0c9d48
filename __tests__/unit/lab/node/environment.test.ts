import { describe, expect, it } from '@jest/globals';
import { containerEnvironment, type ReadEntries } from '../../../../lab/node/environment.ts';
import type { ContainerSpec } from '../../../../lab/node/types.ts';
import { podWith } from './fake-cluster.ts';

const entries: Record<string, Record<string, string>> = {
  'configmap prod/settings': { COLOUR: 'blue', SIZE: 'small' },
  'secret prod/keys': { token: 's3cret' },
};
const read: ReadEntries = async (kind, namespace, name) => entries[`${kind} ${namespace}/${name}`];

function environment(container: Partial<ContainerSpec>) {
  return containerEnvironment({ name: 'app', image: 'x', ...container }, podWith(), '10.244.0.7', read);
}

describe('the environment of a container', () => {
  it('takes whole maps first and single entries over them', async () => {
    const env = await environment({
      envFrom: [{ configMapRef: { name: 'settings' } }, { prefix: 'KEY_', secretRef: { name: 'keys' } }],
      env: [{ name: 'COLOUR', value: 'red' }],
    });
    expect(env).toEqual({ COLOUR: 'red', SIZE: 'small', KEY_token: 's3cret' });
  });

  it('reads keys of maps and fields of the pod', async () => {
    const from = (valueFrom: object) => ({ valueFrom });
    const env = await environment({
      env: [
        { name: 'A', ...from({ configMapKeyRef: { name: 'settings', key: 'SIZE' } }) },
        { name: 'B', ...from({ secretKeyRef: { name: 'keys', key: 'token' } }) },
        { name: 'C', ...from({ secretKeyRef: { name: 'absent', key: 'x', optional: true } }) },
        { name: 'NS', ...from({ fieldRef: { fieldPath: 'metadata.namespace' } }) },
        { name: 'IP', ...from({ fieldRef: { fieldPath: 'status.podIP' } }) },
        { name: 'VERSION', ...from({ fieldRef: { fieldPath: "metadata.labels['version']" } }) },
      ],
    });
    expect(env).toEqual({ A: 'small', B: 's3cret', NS: 'prod', IP: '10.244.0.7', VERSION: 'v1' });
  });

  it('fills in earlier entries and leaves the rest as written', async () => {
    const env = await environment({
      env: [
        { name: 'HOST', value: 'jazz' },
        { name: 'URL', value: 'http://$(HOST):$(PORT)/$$(HOST)' },
      ],
    });
    expect(env['URL']).toBe('http://jazz:$(PORT)/$(HOST)');
  });

  it.each([
    [{ envFrom: [{ secretRef: { name: 'absent' } }] }, 'secret "absent" not found'],
    [
      { env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'absent', key: 'x' } } }] },
      'configmap "absent" not found',
    ],
    [
      { env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'keys', key: 'x' } } }] },
      "couldn't find key x in Secret prod/keys",
    ],
  ])('says as the kubelet does what is missing: %j', async (container, message) => {
    await expect(environment(container)).rejects.toThrow(message);
  });
});
