/** The platform under a release: Kong there or installed, its Gateway there or made, and an answer on the public address. */
import path from 'node:path';
import type { Cluster } from '../cluster/cluster.ts';
import { PlatformError } from '../errors.ts';
import type { HttpClient } from '../http/client.ts';
import type { KubeObject } from '../kube/objects.ts';
import { strings } from '../kube/objects.ts';
import { readManifests } from '../manifests/files.ts';
import type { Clock } from '../ports.ts';
import { isInside } from '../services/entry.ts';
import type { Settings } from '../settings/types.ts';
import { provideTool } from '../toolchain/index.ts';
import { urlFor } from './in-cluster.ts';
import { findKong, installKong, repairHelm, waitForKong } from './kong.ts';
import { GATEWAY_API, waitForAnswer, waitForGateway } from './status.ts';

export interface PlatformOptions {
  readonly cluster: Cluster;
  readonly settings: Settings;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly actionRoot: string;
  readonly clock: Clock;
  readonly http: HttpClient;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
  readonly warn?: (line: string) => void;
  /** Told of secrets before anything that may show them. */
  readonly mask?: (secret: string) => void;
}

/** @returns whether Kong was installed or upgraded by us. @throws PlatformError, ToolError with the fix. */
export async function ensureKong(options: PlatformOptions): Promise<boolean> {
  const { cluster, settings, say } = options;
  const { controllers, here } = await findKong(cluster, settings.kongNamespace);
  if (settings.installKong !== 'true' && controllers.length > 0) {
    say(`Kong is there: ${controllers.join(', ')}`);
    if (here) await waitForKong(cluster, settings, options.clock, 'others');
    return false;
  }
  if (settings.installKong === 'false') {
    if (controllers.length > 0) return false;
    throw new PlatformError(
      `no Kong controller runs in namespace ${settings.kongNamespace}, and install-kong is false`,
      'correct kong-namespace, or set install-kong: auto',
    );
  }
  say(
    `installing Kong: chart ingress ${settings.kongChartVersion} from ${settings.kongChartRepository} into namespace ${settings.kongNamespace}`,
  );
  const { env, clock, signal, warn, mask } = options;
  const helm = await provideTool('helm', {
    wanted: settings.helmVersion,
    mirror: settings.toolsMirror,
    checksums: settings.toolsChecksums,
    env,
    clock,
    signal,
    say,
    ...(warn ? { warn } : {}),
    ...(mask ? { mask } : {}),
  });
  await repairHelm(helm.file, cluster, settings, { clock, say, signal });
  await installKong(helm.file, settings, options.actionRoot, signal);
  cluster.forgetKinds();
  await waitForKong(cluster, settings, options.clock);
  say('Kong is ready');
  return true;
}

/** What the input mesh-name says of Gateways: their name on Gateway API; on a mesh it names the mesh. */
function namedGateway({ mesh, meshName }: Pick<Settings, 'mesh' | 'meshName'>): string | undefined {
  return mesh === 'auto' || mesh === 'gateway-api' ? meshName : undefined;
}

/** The name of the Gateway that is made where there is none. */
export function gatewayName(settings: Settings): string {
  return namedGateway(settings) ?? 'kong';
}

/** The shipped GatewayClass and Gateway under the names the settings ask for. */
export function shippedGateway(settings: Settings, actionRoot: string): readonly KubeObject[] {
  const name = gatewayName(settings);
  const { objects } = readManifests(actionRoot, [path.join('manifests', 'kong', 'gateway.yaml')], {
    namespace: settings.kongNamespace,
  });
  return objects.map((object) =>
    object.kind === 'Gateway'
      ? { ...object, metadata: { ...object.metadata, name, namespace: settings.kongNamespace } }
      : object,
  );
}

/**
 * The address users call: the setting, or what the Gateway says; either way something must answer there.
 * @param gateway namespace and name of the Gateway the routes hang on; undefined where Kong serves an Ingress
 */
export async function reachGateway(
  gateway: { namespace: string; name: string } | undefined,
  options: PlatformOptions,
): Promise<string> {
  const { cluster, settings, clock, http, signal, say } = options;
  const waiting = { clock, timeout: settings.readyTimeout, signal, say };
  const object =
    gateway && (await waitForGateway(cluster, gateway, { ...waiting, address: settings.gatewayUrl === 'auto' }));
  const url = await urlFor(object, cluster, settings);
  await waitForAnswer(http, url, waiting);
  say(`the gateway answers at ${url}`);
  return url;
}

/**
 * Namespace and name of the Gateway that brings users' requests to what Kong serves; undefined for an Ingress.
 * @throws PlatformError when an HTTPRoute hangs on none, or on another than asked.
 */
export function gatewayOf(
  route: KubeObject,
  settings: Pick<Settings, 'mesh' | 'meshName'>,
): { namespace: string; name: string } | undefined {
  if (isInside(route)) return undefined;
  const meshName = namedGateway(settings);
  const parents = (
    Array.isArray((route['spec'] as { parentRefs?: unknown } | undefined)?.parentRefs)
      ? (route['spec'] as { parentRefs: unknown[] }).parentRefs
      : []
  )
    .map((parent) => strings(parent))
    .filter((parent) => (parent['kind'] ?? 'Gateway') === 'Gateway');
  const chosen = meshName === undefined ? parents[0] : parents.find((parent) => parent['name'] === meshName);
  if (chosen?.['name'] === undefined) {
    const found =
      parents.map((parent) => `${parent['namespace'] ?? route.metadata.namespace}/${parent['name']}`).join(', ') ||
      'none';
    throw new PlatformError(
      `HTTPRoute ${route.metadata.namespace}/${route.metadata.name} hangs on ${meshName === undefined ? 'no Gateway' : `no Gateway named ${meshName}`} (parentRefs: ${found})`,
      'correct its parentRefs, or the input mesh-name',
    );
  }
  return { namespace: chosen['namespace'] ?? route.metadata.namespace ?? 'default', name: chosen['name'] };
}

/** Ready gateway pods, for plugins that count per pod: pods of Deployments that run Kong itself. At least 1. */
export async function countGatewayPods(cluster: Cluster, settings: Settings): Promise<number> {
  const { items } = await cluster.list('apps/v1', 'Deployment', settings.kongNamespace);
  const proxies = items.filter((deployment) =>
    JSON.stringify(deployment['spec'] ?? {}).match(/"image":"([^"]*\/)?kong(\/kong-gateway)?[:@"]/),
  );
  const pods = proxies.reduce(
    (sum, deployment) =>
      sum + Number((deployment['status'] as { readyReplicas?: number } | undefined)?.readyReplicas ?? 0),
    0,
  );
  return Math.max(1, pods);
}

export { GATEWAY_API };
