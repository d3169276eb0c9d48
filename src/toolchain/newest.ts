/** Which version is meant by `stable` and by a minor: the publisher says so. */
import { ToolError } from '../errors.ts';
import { stableUrl } from './builds.ts';
import type { FetchOptions } from './fetch.ts';
import { fetchText } from './fetch.ts';
import type { ToolName, Version, Wanted } from './versions.ts';
import { formatVersion, isSupported, parseVersion } from './versions.ts';

/**
 * The exact version that is meant. No other one is ever taken instead.
 * @throws ToolError when the publisher does not say which one it is, with the way out.
 */
export async function settleVersion(
  tool: ToolName,
  wanted: Wanted,
  options: FetchOptions & { readonly mirror?: string | undefined },
): Promise<Version> {
  if (wanted.kind === 'exact') return wanted.version;
  const asked = wanted.kind === 'minor' ? `the newest ${tool} ${wanted.major}.${wanted.minor}` : `the stable ${tool}`;
  const next = `give an exact version in ${tool}-version, such as ${tool === 'kubectl' ? '1.36.3' : '4.2.3'}`;
  const url = stableUrl(tool, wanted, options.mirror);
  let said: string;
  try {
    said = (await fetchText(url, options)).trim();
  } catch (error) {
    if (options.signal.aborted) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new ToolError(`${asked} is not known: ${why}`, `${next}, or install ${tool} on PATH before this step`, {
      cause: error,
    });
  }
  const version = said.length <= 64 ? parseVersion(said) : undefined;
  if (version === undefined || !isSupported(tool, version.major) || version.suffix !== '')
    throw new ToolError(`${asked} is not known: ${url.href} does not hold a version`, next);
  if (wanted.kind === 'minor' && (version.major !== wanted.major || version.minor !== wanted.minor))
    throw new ToolError(`${asked} is not known: ${url.href} names ${formatVersion(version)} only`, next);
  return version;
}
