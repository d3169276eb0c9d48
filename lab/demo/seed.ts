/**
 * The seed's system in a lab, by hand as its manifests' README says: mesh, Kong in it, dj, jazz v1 and metal v1, a key and
 * a limit. What a release starts from.
 */
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Lab } from '../index.ts';
import type { MeshName } from '../mesh/index.ts';
import { meshKind } from '../mesh/index.ts';
import { repositoryRoot } from '../paths.ts';
import { applySecrets, PROBE_KEY } from './secrets.ts';
import { ask } from './visitor.ts';

export const SERVICES = ['jazz', 'metal'] as const;
export type SeedService = (typeof SERVICES)[number];

const manifests = path.join(repositoryRoot, 'manifests');
const WAIT_MS = 60_000;

/** Installs the mesh and what its pods need to be in it: before Kong, so that Kong's pods get a proxy. */
export async function applyMesh(lab: Lab, mesh: MeshName): Promise<void> {
  await lab.installMesh(mesh);
  const first = basesOf(mesh).flatMap((base) =>
    ['namespaces.yaml', 'mesh.yaml', 'kong.yaml'].map((name) => `${base}/${name}`),
  );
  await apply(lab, ...first.filter((file) => fs.existsSync(path.join(manifests, file))));
}

function basesOf(mesh: MeshName): readonly string[] {
  return meshKind(mesh).seed.base ?? [`mesh/${mesh}/base`];
}

/** Where users' requests come in: Kong, or a gateway of the kind's own once it runs. */
export async function gatewayOf(lab: Lab, mesh: MeshName): Promise<string> {
  const { gateway } = meshKind(mesh).seed;
  return gateway === undefined ? lab.gatewayUrl : lab.serviceUrl(gateway.namespace, gateway.name, gateway.port);
}

/** The application behind gateway and mesh; resolves when both services answer callers outside and inside. */
export async function applyApplication(lab: Lab, mesh: MeshName): Promise<void> {
  const kong = meshKind(mesh).seed.gateway === undefined;
  // Plugins name no namespace: they belong to that of the routes.
  if (kong) await lab.kubectl(['apply', '-n', 'prod', '-f', path.join(manifests, 'kong/plugins')]);
  await apply(lab, ...basesOf(mesh), 'dj-app/base/dj.yaml', 'dj-app/v1');
  if (kong) await applySecrets(lab);
  const gateway = await gatewayOf(lab, mesh);
  for (const service of SERVICES) {
    const through = async () => (await outside(lab, service, PROBE_KEY, gateway)).status === 200;
    await until(`${service} answers through the gateway`, through);
    if (kong) await until(`${service} answers dj`, async () => (await inside(lab, service)).status === 200);
  }
}

/** Files and folders below manifests/. */
export async function apply(lab: Lab, ...files: readonly string[]): Promise<void> {
  await lab.kubectl(['apply', ...files.flatMap((file) => ['-f', path.join(manifests, file)])]);
}

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** One request through the gateway with the probes' key, which has no low limit. */
export function outside(
  lab: Lab,
  service: SeedService,
  key: string | undefined = PROBE_KEY,
  gateway = lab.gatewayUrl,
): Promise<Answer> {
  return ask(`${gateway}/dj/${service}`, key);
}

/** The same from dj, inside the mesh: what `kubectl exec` into its pod and curl would ask. dj passes headers on. */
export async function inside(
  lab: Lab,
  service: SeedService,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const answer = await fetch(`${await lab.urlOf('dj.prod', 9080)}/call/${service}`, { headers });
  return { status: answer.status, body: await answer.text() };
}

/** Bodies and how often each came in `count` requests, some at a time; anything but 200 is counted as its status. */
export async function count(total: number, request: () => Promise<Answer>): Promise<Readonly<Record<string, number>>> {
  const seen: Record<string, number> = {};
  let left = total;
  const worker = async () => {
    while (left-- > 0) {
      const { status, body } = await request();
      const what = status === 200 ? body : String(status);
      seen[what] = (seen[what] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: 8 }, worker));
  return seen;
}

/** Waits for a condition. Throws with its name after a minute. */
export async function until(what: string, condition: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + WAIT_MS;
  while (!(await condition().catch(() => false))) {
    if (Date.now() > deadline) throw new Error(`not within ${WAIT_MS / 1000} s: ${what}`);
    await pause(50);
  }
}
