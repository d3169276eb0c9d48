import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import type { KubeObject } from '../../../src/kube/objects.ts';
import { lint } from '../../../src/lint/index.ts';
import { parseManifests } from '../../../src/manifests/parse.ts';
import { desiredPlugins } from '../../../src/plugins/desired.ts';
import { proofFor } from '../../../src/plugins/proofs.ts';

/** Tests run from the root of the repository. */
const folder = join(process.cwd(), 'manifests');
const all = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.yaml') && entry.name !== 'values.yaml')
  .map((entry) => join(entry.parentPath, entry.name))
  .sort()
  .map((path) => ({ path: relative(folder, path), text: readFileSync(path, 'utf8') }));
/** Each mesh has its own way to the same services: one folder of `mesh` is applied, or none. */
const ofMeshes = all.filter(({ path }) => path.startsWith('mesh/'));
const files = all.filter((file) => !ofMeshes.includes(file));

function objects(): KubeObject[] {
  const parsed = parseManifests(files, { namespace: 'prod' });
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
  expect(parsed.notes.filter((note) => note.includes('left out'))).toEqual([]);
  return parsed.objects.map(({ object }) => object);
}

describe('the manifests that come with mesh-canary', () => {
  it('parse, and hold the seed system', () => {
    const names = objects().map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`);
    expect(names).toEqual(
      expect.arrayContaining([
        'Gateway kong/kong',
        'GatewayClass /kong',
        'HTTPRoute prod/jazz',
        'HTTPRoute prod/metal',
        'Deployment prod/dj',
        'Deployment prod/jazz-v1',
        'Deployment prod/jazz-v2',
        'Service prod/metal-v2',
        'KongPlugin prod/key-auth',
        'KongPlugin prod/rate-limiting',
        'KongConsumer prod/consumer1',
      ]),
    );
  });

  it('lint clean but for the placeholder keys that are there to be replaced', () => {
    const all = objects();
    // a release with the plugins bound and the canary attached: what the manifests are for
    const live = all.map((object) =>
      object.kind === 'HTTPRoute'
        ? {
            ...object,
            metadata: {
              ...object.metadata,
              annotations: { ...object.metadata.annotations, 'konghq.com/plugins': 'key-auth, rate-limiting' },
            },
          }
        : object,
    );
    const findings = lint({
      namespace: 'prod',
      live: [],
      manifests: live,
      plugins: ['key-auth', 'rate-limiting'],
      services: ['jazz', 'metal'].map((service) => ({ service, stable: `${service}-v1`, canary: `${service}-v2` })),
    });
    expect(findings.map(({ rule, object }) => `${rule} ${object.name}`)).toEqual([
      'placeholder-key consumer1-key',
      'placeholder-key mesh-canary-probe-key',
    ]);
  });

  it('carry the seed answers in both versions', () => {
    const responses = objects()
      .filter(({ kind }) => kind === 'Deployment')
      .map((object) => {
        const spec = object['spec'] as {
          template: { spec: { containers: { image: string; env: { value: string }[] }[] } };
        };
        const [container] = spec.template.spec.containers;
        expect(container?.image).toBe('672518094988.dkr.ecr.us-west-2.amazonaws.com/hello-world:v1.0');
        return [object.metadata.name, container?.env[0]?.value];
      });
    expect(Object.fromEntries(responses)).toEqual({
      dj: 'DJ Reporting for duty!',
      'jazz-v1': '["Astrud Gilberto","Miles Davis"]',
      'jazz-v2': '["Astrud Gilberto (Bahia, Brazil)","Miles Davis (Alton, Illinois)"]',
      'metal-v1': '["Megadeth","Judas Priest"]',
      'metal-v2': '["Megadeth (Los Angeles, California)","Judas Priest (West Bromwich, England)"]',
    });
  });

  it('have plugins that can be bound by name and proved', () => {
    const shipped = objects().filter(({ kind }) => kind === 'KongPlugin');
    const desired = desiredPlugins(
      [
        { kind: 'named', name: 'key-auth' },
        { kind: 'named', name: 'rate-limiting' },
      ],
      { namespace: 'shop', live: [], manifests: [], shipped },
    );
    expect(desired.problems).toEqual([]);
    expect(desired.apply.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)).toEqual([
      'shop/key-auth',
      'shop/rate-limiting',
    ]);
    const steps = desired.objects.flatMap((object) =>
      proofFor(object, ['key-auth', 'rate-limiting']).steps.map(({ name }) => name),
    );
    expect(steps).toEqual([
      'without a key',
      'with a wrong key',
      'with a valid key',
      'its headers',
      'request 4 in one minute',
    ]);
  });

  it('pin the images of Kong to a patch release', () => {
    const values = parse(readFileSync(join(folder, 'kong/values.yaml'), 'utf8')) as {
      controller: { ingressController: { image: { tag: unknown } } };
      gateway: { image: { tag: unknown } };
    };
    expect(values.controller.ingressController.image.tag).toMatch(/^\d+\.\d+\.\d+$/);
    expect(values.gateway.image.tag).toMatch(/^\d+\.\d+\.\d+$/);
  });
});
