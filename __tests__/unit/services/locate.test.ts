import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { KubeObject } from '../../../src/kube/objects.ts';
import { list, nameOf, text } from '../../../src/kube/objects.ts';
import { providerFor } from '../../../src/routes/index.ts';
import type { Located } from '../../../src/services/locate.ts';
import { locate, wayInTo } from '../../../src/services/locate.ts';
import { route } from '../../support/fixtures.ts';
import { writings } from '../routes/generated-mesh.ts';

/** How one kind of route is written, and what the test reads of it without the code under test. */
interface Kind {
  readonly provider: string;
  write(name: string, backends: readonly (readonly string[])[], form: number): KubeObject;
  /** Names of all backends, whoever's they are. */
  names(object: KubeObject): readonly string[];
}

const kongs: Kind = {
  provider: 'gateway-api',
  write: (name, rules) => ({
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name, namespace: 'prod' },
    spec: {
      parentRefs: [{ name: 'kong', namespace: 'kong' }],
      rules: rules.map((backends) => ({ backendRefs: backends.map((backend) => ({ name: backend, port: 9080 })) })),
    },
  }),
  names: (object) =>
    list(object, 'spec', 'rules').flatMap((rule) => list(rule, 'backendRefs').map((ref) => text(ref, 'name'))),
};
const meshes = (await writings()).map(
  ([provider, writing]): Kind => ({
    provider,
    write: (name, rules, form) => {
      const around = { matches: [], protocol: 'httpRoute', match: { prefix: '/' } };
      const plain = provider === 'app-mesh' ? around : {};
      const written = rules.map((backends, index) =>
        writing.rule(
          plain,
          backends.map((backend) => ({ ...writing.entry(backend, form), weight: 1 })),
          index,
        ),
      );
      return {
        apiVersion: writing.apiVersion,
        kind: writing.kind,
        metadata: { name, namespace: 'prod' },
        spec: writing.spec(written, 1),
      };
    },
    names: (object) => writing.lists(object).flatMap((entries) => entries.map((entry) => writing.name(entry))),
  }),
);
const kinds = [kongs, ...meshes];
const kindNamed = (name: string): Kind => {
  const found = kinds.find(({ provider }) => provider === name);
  if (found === undefined) throw new Error(`no kind of route: ${name}`);
  return found;
};
const kindOf = ({ kind }: KubeObject): Kind =>
  kindNamed(kinds.find(({ provider }) => providerFor(provider).facts.resource.kind === kind)?.provider ?? kind);

/** One name begins like another, as names do. */
const SERVICES = ['jazz', 'jazz-admin', 'metal'];
/** Whose backend a name is, told by the longest service it begins with. */
const ownerOf = (name: string) =>
  SERVICES.filter((service) => name === service || name.startsWith(`${service}-`)).toSorted(
    (a, b) => b.length - a.length,
  )[0];
const isPreview = (name: string) => /-pr-\d+$/.test(name);

const placement = fc.record({
  mesh: fc.constantFrom(...kinds.map(({ provider }) => provider)),
  versions: fc.uniqueArray(fc.constantFrom('', '-v0', '-v1', '-v2', '-2024-1'), { minLength: 1, maxLength: 3 }),
  /** An HTTPRoute of Kong's beside the mesh's route. */
  kong: fc.constantFrom('none', 'leads', 'splits'),
  form: fc.constantFrom(1, 2),
  rules: fc.integer({ min: 1, max: 3 }),
  preview: fc.boolean(),
});

/** Routes of three services in one namespace, each on a mesh of its own, some with a preview among their rules. */
const cluster = fc
  .record({
    placed: fc.tuple(placement, placement, placement),
    order: fc.array(fc.nat(99), { minLength: 9, maxLength: 9 }),
  })
  .map(({ placed, order }) => {
    const objects = placed.flatMap(({ mesh, versions, kong, form, rules, preview }, index) => {
      const service = SERVICES[index] ?? '';
      const own = Array.from({ length: rules }, () => versions.map((version) => `${service}${version}`));
      const visited = preview ? [...own, [`${service}-pr-7`]] : own;
      const beside = mesh !== 'gateway-api' && kong !== 'none';
      return [
        kindNamed(mesh).write(`${service}-route`, visited, form),
        ...(beside ? [kongs.write(`${service}-kong`, kong === 'leads' ? [[service]] : own, form)] : []),
      ];
    });
    const shuffled = objects
      .map((object, index) => ({ object, key: order[index] ?? 0 }))
      .sort((a, b) => a.key - b.key)
      .map(({ object }) => object);
    return { placed, objects: shuffled };
  });

const look = (mesh: string, ...objects: (readonly KubeObject[])[]) =>
  ({ services: SERVICES, providers: [providerFor(mesh)], objects }) as const;
const routesOf = ({ route: first, others }: Located) => [first, ...others.map((unit) => unit.route)];

describe('a service among the routes of several', () => {
  it('is found on all that split it and no others, none twice, whatever kinds they are of', () => {
    fc.assert(
      fc.property(cluster, ({ placed, objects }) => {
        for (const [index, service] of SERVICES.entries()) {
          const mesh = placed[index]?.mesh ?? '';
          const found = routesOf(locate(service, look(mesh, objects)));
          const names = found.map(({ object }) => nameOf(object));
          expect(new Set(names).size).toBe(names.length);
          for (const { object, rules } of found) {
            const sent = rules.flatMap(({ backends }) => backends.map(({ name }) => name));
            expect(sent.length).toBeGreaterThan(0);
            for (const name of sent) {
              expect(kindOf(object).names(object)).toContain(name);
              expect([ownerOf(name), isPreview(name)]).toEqual([service, false]);
            }
          }
          const sending = objects
            .filter((object) => ['gateway-api', mesh].includes(kindOf(object).provider))
            .map((object) => ({
              object,
              own: kindOf(object)
                .names(object)
                .filter((name) => ownerOf(name) === service && !isPreview(name)),
            }))
            .filter(({ own }) => own.length > 0);
          const splitting = sending.filter(({ own }) => own.some((name) => name !== service));
          // Where nothing splits, all that lead there are taken.
          const expected = splitting.length > 0 ? splitting : sending;
          const some = expected.map(({ object }) => nameOf(object));
          if (splitting.length > 0) expect(new Set(names)).toEqual(new Set(some));
          else for (const name of names) expect(some).toContain(name);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('is found the same in any order of the objects', () => {
    fc.assert(
      fc.property(cluster, ({ placed, objects }) => {
        for (const [index, service] of SERVICES.entries()) {
          const mesh = placed[index]?.mesh ?? '';
          const there = locate(service, look(mesh, objects));
          const turned = locate(service, look(mesh, objects.toReversed()));
          expect(nameOf(turned.route.object)).toBe(nameOf(there.route.object));
          expect(turned.provider).toBe(there.provider);
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe('a service', () => {
  const v1 = route({ 'jazz-v1': 1 });
  const file = route({ 'jazz-v2': 1 }, { name: 'jazz-file' });

  it('is looked for among live routes, and in the manifests only where none of those sends to it', () => {
    expect(locate('jazz', look('gateway-api', [v1], [file])).route.object).toBe(v1);
    expect(locate('jazz', look('gateway-api', [], [file])).route.object).toBe(file);
    const metals = route({ 'metal-v1': 1 }, { name: 'metal' });
    expect(locate('jazz', look('gateway-api', [metals], [file])).route.object).toBe(file);
  });

  it('that is on Kong alone is found there where its run looks for both kinds of routes', () => {
    const both = { services: SERVICES, providers: [providerFor('istio'), providerFor('gateway-api')] } as const;
    const { provider, others } = locate('jazz', { ...both, objects: [[v1]] });
    expect([provider.facts.name, others]).toEqual(['gateway-api', []]);
    expect(() => locate('jazz', look('istio', [v1]))).toThrow(/VirtualService/);
  });

  it('that no route sends to is said with what was seen instead', () => {
    expect(() => locate('metal', look('gateway-api', [v1]))).toThrow(/metal[\s\S]*HTTPRoute prod\/jazz/);
  });

  it('that two routes split for the same callers is refused with both names', () => {
    expect(() => locate('jazz', look('gateway-api', [v1, file]))).toThrow(
      /HTTPRoute prod\/jazz\b[\s\S]*HTTPRoute prod\/jazz-file/,
    );
  });
});

describe('the way in to a service', () => {
  const virtualService = kindNamed('istio').write('jazz', [['jazz-v1']], 1);
  const inside = locate('jazz', look('istio', [virtualService])).route;
  const ingress: KubeObject = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'dj', namespace: 'prod' },
    spec: {
      rules: [
        { http: { paths: [{ path: '/other', backend: { service: { name: 'other' } } }] } },
        { host: 'dj.example.com', http: { paths: [{ path: '/dj/jazz', backend: { service: { name: 'jazz' } } }] } },
      ],
    },
  };

  it('is the route itself where users come in by it', () => {
    const object = route({ 'jazz-v1': 1 });
    const found = locate('jazz', look('gateway-api', [object])).route;
    expect(wayInTo(found, [ingress], undefined)).toEqual({
      object,
      path: '/dj/jazz',
      host: undefined,
      matchHeaders: {},
    });
  });

  it('is what leads to a route for callers inside, with the host and the path of the rule that does', () => {
    expect(wayInTo(inside, [ingress], undefined)).toEqual({
      object: ingress,
      path: '/dj/jazz',
      host: 'dj.example.com',
      matchHeaders: {},
    });
    expect(wayInTo(inside, [ingress], '/dj/jazz/albums').path).toBe('/dj/jazz/albums');
  });

  it('is refused where nothing leads there, or two things do', () => {
    expect(() => wayInTo(inside, [], undefined)).toThrow(/nothing leads to the Service prod\/jazz from outside/);
    const second = { ...ingress, metadata: { name: 'dj-2', namespace: 'prod' } };
    expect(() => wayInTo(inside, [ingress, second], undefined)).toThrow(/Ingress prod\/dj and Ingress prod\/dj-2 both/);
  });
});
