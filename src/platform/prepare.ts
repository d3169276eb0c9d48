/** The platform under a release: Kong there or installed, its Gateway there or made, and an answer on the public address. */
import path from 'node:path';
import type { HttpClient } from '../checks/http.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { KubeObject } from '../cluster/objects.ts';
import { field, list, nameOf, strings, text } from '../cluster/objects.ts';
import { PlatformError } from '../errors.ts';
import type { Clock } from '../ports.ts';
import type { Settings } from '../settings/types.ts';
import { provideTool } from '../toolchain/index.ts';
import { hangsOnGateway } from './entry.ts';
import { readManifests } from './files.ts';
import { GATEWAY_API, urlOf, waitForAnswer, waitForGateway } from './gateway.ts';
import { inClusterUrl } from './in-cluster.ts';
import { findKong, installKong, waitForKong } from './kong.ts';

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
  await installKong(helm.file, settings, options.actionRoot, signal);
  cluster.forgetKinds();
  await waitForKong(cluster, settings, options.clock);
  say('Kong is ready');
  return true;
}

/** The shipped GatewayClass and Gateway under the names the settings ask for. */
export function shippedGateway(settings: Settings, actionRoot: string): readonly KubeObject[] {
  const name = settings.meshName ?? 'kong';
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
  const url = await urlFor(object, options);
  await waitForAnswer(http, url, waiting);
  say(`the gateway answers at ${url}`);
  return url;
}

async function urlFor(gateway: KubeObject | undefined, { cluster, settings }: PlatformOptions): Promise<string> {
  if (settings.gatewayUrl !== 'auto' && settings.gatewayUrl !== 'in-cluster') return settings.gatewayUrl;
  if (gateway === undefined) return proxyUrl(cluster, settings);
  return settings.gatewayUrl === 'in-cluster' ? inClusterUrl(cluster, gateway) : urlOf(gateway);
}

/** Port of the Service in front of Kong's proxy by its name in Kong's charts. */
const PROXY_PORT = 'kong-proxy';

/** Where Kong's proxy answers when no Gateway says it. @throws PlatformError when its Service does not say it either. */
export async function proxyUrl(cluster: Cluster, settings: Settings): Promise<string> {
  const { items } = await cluster.list('v1', 'Service', settings.kongNamespace);
  const proxy = items.find((service) =>
    list(service, 'spec', 'ports').some((port) => text(port, 'name') === PROXY_PORT),
  );
  const number = list(proxy, 'spec', 'ports').find((port) => text(port, 'name') === PROXY_PORT);
  const port = field(number, 'port') === 80 ? '' : `:${String(field(number, 'port'))}`;
  if (proxy !== undefined && settings.gatewayUrl === 'in-cluster') {
    return `http://${proxy.metadata.name}.${proxy.metadata.namespace}.svc${port}`;
  }
  const [ingress] = list(proxy, 'status', 'loadBalancer', 'ingress');
  const address = text(ingress, 'hostname') || text(ingress, 'ip');
  if (address !== '') return `http://${address.includes(':') ? `[${address}]` : address}${port}`;
  throw new PlatformError(
    proxy === undefined
      ? `no Service in namespace ${settings.kongNamespace} has a port ${PROXY_PORT}`
      : `${nameOf(proxy)} has no address`,
    'give the URL that users call with the input gateway-url',
  );
}

/**
 * Namespace and name of the Gateway a route hangs on; undefined for a route of a mesh, which hangs on none.
 * @throws PlatformError when an HTTPRoute hangs on none, or on another than asked.
 */
export function gatewayOf(route: KubeObject, settings: Settings): { namespace: string; name: string } | undefined {
  const ofMesh = list(route, 'spec', 'parentRefs').some((parent) => text(parent, 'kind') === 'Service');
  if (route.kind !== 'HTTPRoute' || (ofMesh && !hangsOnGateway(route))) return undefined;
  const parents = (
    Array.isArray((route['spec'] as { parentRefs?: unknown } | undefined)?.parentRefs)
      ? (route['spec'] as { parentRefs: unknown[] }).parentRefs
      : []
  )
    .map((parent) => strings(parent))
    .filter((parent) => (parent['kind'] ?? 'Gateway') === 'Gateway');
  const chosen =
    settings.meshName === undefined ? parents[0] : parents.find((parent) => parent['name'] === settings.meshName);
  if (chosen?.['name'] === undefined) {
    const found =
      parents.map((parent) => `${parent['namespace'] ?? route.metadata.namespace}/${parent['name']}`).join(', ') ||
      'none';
    throw new PlatformError(
      `HTTPRoute ${route.metadata.namespace}/${route.metadata.name} hangs on ${settings.meshName === undefined ? 'no Gateway' : `no Gateway named ${settings.meshName}`} (parentRefs: ${found})`,
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
