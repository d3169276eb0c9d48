/** kubectl and helm: what is on PATH when it fits, else a verified download. */

import { ToolError } from '../errors.ts';
import { lookUp } from './find.ts';
import { run } from './run.ts';
import type { ToolOptions } from './types.ts';
import type { ToolName, Version, Wanted } from './versions.ts';
import { fits, formatVersion, parseVersion, parseWanted } from './versions.ts';

export type { ToolName, Version } from './versions.ts';
export { formatVersion, parseVersion, skewFits } from './versions.ts';

/** Milliseconds a tool may take to say its version. */
const SAYS_VERSION_WITHIN = 15_000;

export interface ToolRequest extends ToolOptions {
  /** Empty, `stable`, `1.36` or `1.36.3`. */
  readonly wanted: string;
  /** Of the cluster, when it is known: a kubectl nobody asked for by number has to be within one minor of it. */
  readonly serverVersion?: Version | undefined;
}

export interface Tool {
  /** Absolute path. */
  readonly file: string;
  /** Absent for a kubectl from PATH that nobody asked anything of: it was not started to find out. */
  readonly version?: Version;
  readonly from: 'PATH' | 'cache' | 'download';
}

/**
 * Finds or downloads a tool.
 * @throws ToolError when there is none that fits and none can be had; never takes another version instead.
 */
export async function provideTool(name: ToolName, request: ToolRequest): Promise<Tool> {
  const asked = parseWanted(request.wanted);
  if (asked === undefined)
    throw new ToolError(`${name}-version ${request.wanted} is no version`, 'write 1.36.3, 1.36 or stable');
  const { serverVersion } = request;
  const machine = request.machine ?? { platform: process.platform, arch: process.arch };
  const onPath = lookUp(name, request.env, machine.platform);
  if (onPath !== undefined && name === 'kubectl' && asked.kind === 'any' && serverVersion === undefined)
    return { file: onPath, from: 'PATH' };

  const download = async () => {
    maskProxies(request);
    // A file of their own in the bundle, with obtain.ts: a runner that has the tools never reads it.
    const [{ settleVersion }, get] = await Promise.all([
      import(/* webpackChunkName: "download" */ './newest.ts'),
      request.http ?? import(/* webpackChunkName: "download" */ './get.ts').then(({ systemGet }) => systemGet),
    ]);
    return { settleVersion, options: { ...request, machine, http: get } };
  };
  let wanted = asked;
  if (asked.kind === 'stable') {
    const { settleVersion, options } = await download();
    wanted = { kind: 'exact', version: await settleVersion(name, asked, options) };
  }
  const found = onPath === undefined ? undefined : await versionOf(name, onPath, request.signal);
  if (onPath !== undefined && found !== undefined && fits(name, found, wanted, serverVersion))
    return { file: onPath, version: found, from: 'PATH' };

  const { settleVersion, options } = await download();
  const version = await settleVersion(name, nearest(name, wanted, serverVersion), options);
  const { obtain } = await import(/* webpackChunkName: "download" */ './obtain.ts');
  const tool = await obtain(name, version, options);
  request.say?.(`${name} ${formatVersion(version)} (${tool.from === 'cache' ? 'cached' : 'downloaded'}, verified)`);
  return tool;
}

/** Nobody asked for a number: the stable release, for kubectl that of the cluster's minor. */
function nearest(name: ToolName, wanted: Wanted, server: Version | undefined): Wanted {
  if (wanted.kind !== 'any') return wanted;
  return name === 'kubectl' && server !== undefined
    ? { kind: 'minor', major: server.major, minor: server.minor }
    : { kind: 'stable' };
}

/** What a tool says its version is; undefined when it does not start or says something else. */
export async function versionOf(name: ToolName, file: string, signal: AbortSignal): Promise<Version | undefined> {
  const args = name === 'kubectl' ? ['version', '--client', '--output=json'] : ['version', '--short'];
  try {
    const { code, stdout } = await run(file, args, { timeout: SAYS_VERSION_WITHIN, signal });
    if (code !== 0) return undefined;
    if (name === 'helm') return parseVersion(stdout.replace(/^Client:\s*/, ''));
    const said = JSON.parse(stdout) as { clientVersion?: { gitVersion?: unknown } } | null;
    return parseVersion(String(said?.clientVersion?.gitVersion ?? ''));
  } catch (error) {
    if (signal.aborted) throw error;
    return undefined;
  }
}

function maskProxies({ env, mask }: ToolOptions): void {
  for (const name of ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY']) {
    const value = env[name] ?? '';
    const password = URL.canParse(value) ? new URL(value).password : '';
    if (password !== '') {
      mask?.(password);
      mask?.(decodeURIComponent(password));
    }
  }
}
