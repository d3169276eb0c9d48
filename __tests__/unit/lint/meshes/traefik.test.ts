import { describe, expect, it } from '@jest/globals';
import type { KubeObject } from '../../../../src/kube/objects.ts';
import { lint } from '../../../../src/lint/index.ts';

const object = (apiVersion: string, kind: string, name: string, spec: object): KubeObject => ({
  apiVersion,
  kind,
  metadata: { name, namespace: 'prod' },
  spec,
});
const services = ['jazz-v1', 'jazz-v2'].map((name) => object('v1', 'Service', name, { selector: { app: name } }));
const split = (more = {}, ...names: string[]) =>
  object('traefik.io/v1alpha1', 'TraefikService', 'jazz', {
    weighted: { services: ['jazz-v1', ...names].map((name) => ({ name, port: 80 })), ...more },
  });
const traefik = (...args: string[]) =>
  object('apps/v1', 'Deployment', 'traefik', { template: { spec: { containers: [{ image: 'traefik:v3', args }] } } });
const rulesFor = (...live: KubeObject[]) =>
  lint({
    namespace: 'prod',
    live: [...services, ...live],
    manifests: [],
    services: [{ service: 'jazz', stable: 'jazz-v1', canary: 'jazz-v2' }],
  }).map(({ severity, rule }) => `${severity} ${rule}`);

describe('the lint of Traefik', () => {
  it('finds nothing in what is right', () => {
    expect(rulesFor(split({}, 'jazz-v2'))).toEqual([]);
    expect(rulesFor(split(), traefik('--providers.kubernetescrd.allowEmptyServices=true'))).toEqual([]);
  });

  it('names a Service that is missing, which takes all requests down', () => {
    expect(rulesFor(split({}, 'jazz'))).toEqual(['error backend-missing']);
  });

  it('warns of sessions that hold, and of a Traefik that takes a version without pods for missing', () => {
    expect(rulesFor(split({ sticky: { cookie: {} } }))).toEqual(['warning session-persistence']);
    expect(rulesFor(split(), traefik('--ping=true'))).toEqual(['warning empty-services']);
  });
});
