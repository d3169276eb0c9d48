/** The platform under a release: Kong there or installed, and an answer on the public address. */
import type { Cluster } from '../cluster/cluster.ts';
import { PlatformError } from '../errors.ts';
import type { HttpClient } from '../http/client.ts';
import type { Clock, Teller } from '../ports.ts';
import type { Settings } from '../settings/types.ts';
import { provideTool } from '../toolchain/index.ts';
import { urlFor } from './in-cluster.ts';
import { findKong, installKong, repairHelm, waitForKong } from './kong.ts';
import type { GatewayRef } from './parent.ts';
import { waitForAnswer, waitForGateway } from './status.ts';

export interface PlatformOptions extends Pick<Teller, 'say'>, Partial<Pick<Teller, 'warn' | 'mask'>> {
  readonly cluster: Cluster;
  readonly settings: Settings;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly actionRoot: string;
  readonly clock: Clock;
  readonly http: HttpClient;
  readonly signal: AbortSignal;
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
  cluster.kinds.forget();
  await waitForKong(cluster, settings, options.clock);
  say('Kong is ready');
  return true;
}

/**
 * The address users call: the setting, or what the Gateway says; either way something must answer there.
 * @param gateway the one the routes hang on; undefined where Kong serves an Ingress
 */
export async function reachGateway(gateway: GatewayRef | undefined, options: PlatformOptions): Promise<string> {
  const { cluster, settings, clock, http, signal, say } = options;
  const waiting = { clock, timeout: settings.readyTimeout, signal, say };
  const object =
    gateway && (await waitForGateway(cluster, gateway, { ...waiting, address: settings.gatewayUrl === 'auto' }));
  const url = await urlFor(object, cluster, settings);
  await waitForAnswer(http, url, waiting);
  say(`the gateway answers at ${url}`);
  return url;
}
