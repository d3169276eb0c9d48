import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { KubeObject } from '../../../src/kube/objects.ts';
import { nameOf } from '../../../src/kube/objects.ts';
import { readShipped } from '../../../src/manifests/files.ts';
import { systemClock } from '../../../src/ports.ts';
import { providerFor } from '../../../src/routes/index.ts';
import type { Settings } from '../../../src/settings/types.ts';
import { liveProvider } from '../../../src/study/mesh.ts';
import { deployPermissions } from '../../../src/study/rights.ts';
import { type Attempt, type StudyContext, study } from '../../../src/study/study.ts';
import type { Work } from '../../../src/study/work.ts';
import { FakeApi } from '../../support/fake-api.ts';
import { endpoints, route, settings, version } from '../../support/fixtures.ts';

const ROOT = process.cwd();
const MESHES: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, string>>>>>> = {
  'app-mesh': {
    'appmesh.k8s.aws/v1beta2': {
      Mesh: 'meshes',
      VirtualRouter: 'virtualrouters',
      VirtualNode: 'virtualnodes',
      VirtualService: 'virtualservices',
    },
  },
  istio: { 'networking.istio.io/v1': { VirtualService: 'virtualservices', DestinationRule: 'destinationrules' } },
  kuma: { 'kuma.io/v1alpha1': { MeshHTTPRoute: 'meshhttproutes', Mesh: 'meshes' } },
  'gateway-api': {},
};

/** The seed's system as its manifests bring it on a mesh, v1 serving. */
function seed(mesh: string): FakeApi {
  const api = new FakeApi();
  Object.assign(api.served, MESHES[mesh], {
    'networking.k8s.io/v1': { Ingress: 'ingresses' },
    'rbac.authorization.k8s.io/v1': {},
  });
  const files = [`manifests/mesh/${mesh}/base`];
  for (const object of readShipped(ROOT, files, { namespace: 'prod' }).objects) {
    if (object.kind === 'Mesh') continue;
    api.put(object);
  }
  for (const service of ['jazz', 'metal']) {
    for (const object of version(service, 'v1')) api.put(object);
    api.put(endpoints(`${service}-v1`, 1));
  }
  return api;
}

function context(given: Partial<Settings>): { context: StudyContext; said: string[] } {
  const said: string[] = [];
  const say = (line: string) => said.push(line);
  const run = {
    settings: settings({ image: { jazz: 'example.com/jazz:v2', metal: 'example.com/metal:v2' }, ...given }),
    notes: { say, warn: say, mask: () => undefined },
    actionRoot: ROOT,
    env: {},
    ports: { clock: systemClock },
    signal: new AbortController().signal,
  };
  return { context: run, said };
}

async function studied(api: FakeApi, given: Partial<Settings>, attempt?: Attempt) {
  const { context: run, said } = context({ services: ['jazz', 'metal'], ...given });
  let work: Work | undefined;
  const ask = async (asked: Work) => {
    work = asked;
  };
  const found = await study(run, api.cluster(), ask, attempt);
  return { ...found, work: work as unknown as Work, said };
}

const names = (objects: readonly KubeObject[]) => objects.map(nameOf);

describe.each([
  ['app-mesh', 'VirtualRouter prod/jazz-router', 'virtualrouters'],
  ['istio', 'VirtualService prod/jazz', 'virtualservices'],
  ['kuma', 'MeshHTTPRoute prod/jazz', 'meshhttproutes'],
  ['gateway-api', 'HTTPRoute prod/jazz', 'httproutes'],
])('what a release on %s stands on', (mesh, route, plural) => {
  it('is its route, entered through what Kong serves', async () => {
    const { services, provider } = await studied(seed(mesh), { mesh });
    expect(provider.facts.name).toBe(mesh);
    expect(services.map(({ source }) => nameOf(source))[0]).toBe(route);
    expect(services.map(({ entry, path }) => [nameOf(entry), path])).toEqual([
      ['Ingress prod/dj', '/dj/jazz'],
      ['Ingress prod/dj', '/dj/metal'],
    ]);
  });

  it('is applied without the route: weights in its file would be set', async () => {
    const given = { mesh, workspace: ROOT, manifests: [`manifests/mesh/${mesh}/base`] };
    const { wanted } = await studied(seed(mesh), given);
    expect(names(wanted)).toContain('Ingress prod/dj');
    expect(names(wanted)).not.toContain(route);
  });

  it('has the weights its routes can say, and says which were asked for', async () => {
    const { settings, said } = await studied(seed(mesh), { mesh, canaryWeight: [0.5, 1.6, 5, 100] });
    const whole = providerFor(mesh).facts.limits.sum === 100;
    expect(settings.canaryWeight).toEqual(whole ? [1, 5, 100] : [0.5, 1.6, 5, 100]);
    const notes = said.filter((line) => /cannot be written|left out/.test(line));
    expect(notes).toHaveLength(whole ? 2 : 0);
    if (whole) expect(notes[0]).toMatch(/^0\.5 % cannot be written as weights of .*: the canary gets 1 %\.$/);
  });

  it('asks for the rights that it takes', async () => {
    const { work } = await studied(seed(mesh), { mesh });
    const rights = deployPermissions(work).map(({ verbs, resource, namespace }) => `${verbs} ${resource} ${namespace}`);
    expect(rights).toContain(`get,list,watch,patch ${plural} prod`);
    expect(rights.some((right) => /create.* httproutes prod/.test(right))).toBe(mesh === 'gateway-api');
    expect(rights.includes('list,watch events prod')).toBe(mesh === 'app-mesh');
    expect(rights.includes('get,create,patch,delete virtualnodes prod')).toBe(mesh === 'app-mesh');
  });

  it('is found by itself, with why, but for App Mesh', async () => {
    const found = studied(seed(mesh), {});
    if (mesh === 'app-mesh') {
      await expect(found).rejects.toThrow(/App Mesh is never chosen by itself/);
      return;
    }
    const { provider, said } = await found;
    expect(provider.facts.name).toBe(mesh);
    expect(said).toContainEqual(expect.stringMatching(`^mesh: ${mesh}, because ${route} sends to jazz-v1`));
  });

  it('is found by the journal where a release is looked at or ended', async () => {
    const api = seed(mesh);
    const [kind = '', name = ''] = route.replace('prod/', '').split(' ');
    api.edit(kind, name, ({ metadata }) => {
      metadata.annotations = { 'mesh-canary.dev/journal': '{}' };
    });
    expect((await liveProvider(api.cluster(), settings({ services: [] }))).facts.name).toBe(mesh);
    expect((await liveProvider(api.cluster(), settings())).facts.name).toBe(mesh);
  });
});

describe('a service that Kong splits before the mesh', () => {
  const split = (): FakeApi => {
    const api = seed('istio');
    for (const service of ['jazz', 'metal'])
      api.put({ ...route({ [`${service}-v1`]: 1 }, { name: service, paths: [`/dj/${service}`] }) });
    return api;
  };
  const rightsOn = (work: Work, plural: string) =>
    deployPermissions(work)
      .filter(({ resource, purpose }) => resource === plural && purpose === 'read and write weights')
      .map(({ verbs }) => String(verbs));

  it('has both routes, which were found once: rights are asked for both kinds', async () => {
    const { services, provider, mesh, work } = await studied(split(), { mesh: 'istio' });
    expect([provider.facts.name, mesh.facts.name]).toEqual(['gateway-api', 'istio']);
    expect(services[0]?.followers.map(({ route: { kind } }) => kind)).toEqual(['VirtualService']);
    expect(rightsOn(work, 'httproutes')).toEqual(['get,list,watch,patch']);
    expect(rightsOn(work, 'virtualservices')).toEqual(['get,list,watch,patch']);
  });

  it('is asked for the same rights when the manifests bring its routes again', async () => {
    const workspace = fs.mkdtempSync(path.join(os.tmpdir(), 'study-'));
    try {
      const files = ['jazz', 'metal'].map((service) => route({ [`${service}-v1`]: 1 }, { name: service }));
      fs.writeFileSync(path.join(workspace, 'routes.yaml'), files.map((file) => JSON.stringify(file)).join('\n---\n'));
      const { work } = await studied(split(), { mesh: 'istio', workspace, manifests: ['routes.yaml'] });
      expect(rightsOn(work, 'httproutes')).toEqual(['get,list,watch,patch']);
    } finally {
      fs.rmSync(workspace, { recursive: true });
    }
  });

  it('whose routes clash is refused after the rights it needs are known', async () => {
    const api = split();
    api.put(route({ 'jazz-v1': 1 }, { name: 'jazz-again' }));
    const asked: Work[] = [];
    const { context: run } = context({ mesh: 'istio' });
    const refused = study(run, api.cluster(), async (work) => {
      asked.push(work);
    });
    await expect(refused).rejects.toThrow(/HTTPRoute prod\/jazz\b[\s\S]*HTTPRoute prod\/jazz-again/);
    expect(asked).toHaveLength(1);
  });
});

describe('what the mesh needs of a new version', () => {
  it('is copied from stable for App Mesh, marked as ours, and applied with the clone', async () => {
    const { backing, wanted } = await studied(seed('app-mesh'), { mesh: 'app-mesh' });
    expect(names(backing)).toEqual(['VirtualNode prod/jazz-v2', 'VirtualNode prod/metal-v2']);
    expect(backing[0]?.metadata.labels).toMatchObject({ 'mesh-canary.dev/cloned-from': 'jazz-v1' });
    expect(names(wanted)).toEqual(expect.arrayContaining([...names(backing), 'Deployment prod/jazz-v2']));
  });

  it('is not copied where the manifests bring it', async () => {
    const given = { mesh: 'app-mesh', workspace: ROOT, manifests: ['manifests/mesh/app-mesh/v2'] };
    const { backing, wanted } = await studied(seed('app-mesh'), given);
    expect(backing).toEqual([]);
    expect(names(wanted)).toContain('VirtualNode prod/jazz-v2');
  });
});

describe('a plan', () => {
  it('goes on without services where no provider can be chosen, and says why', async () => {
    const stops: unknown[] = [];
    const attempt: Attempt = (part) => {
      try {
        return part();
      } catch (error) {
        stops.push(error);
        return undefined;
      }
    };
    const { services } = await studied(seed('app-mesh'), {}, attempt);
    expect(services).toEqual([]);
    expect(stops).toHaveLength(1);
    expect(String(stops[0])).toMatch(/App Mesh is never chosen by itself/);
  });
});
