/** The inputs about kubectl and helm: versions, and checksums of their downloads. */

import { isMap } from '../../kube/objects.ts';
import type { ToolName } from '../../toolchain/versions.ts';
import { isSupported, parseWanted } from '../../toolchain/versions.ts';
import type { Parse } from '../problems.ts';
import { kindOf, record } from '../problems.ts';
import { line } from './names.ts';

const mostChecksums = 100;

/** `stable`, a minor such as `1.36`, or an exact version such as `1.36.3`; a leading `v` is allowed. */
export const toolVersion =
  (tool: ToolName): Parse<string> =>
  (given, say) => {
    const text = line(given, say);
    if (text === undefined) return undefined;
    const wanted = parseWanted(text);
    if (wanted === undefined) {
      say(tool === 'kubectl' ? 'must be 1.36.3, 1.36 or stable' : 'must be 4.2.3, 4.2 or stable');
      return undefined;
    }
    const major = wanted.kind === 'exact' ? wanted.version.major : wanted.kind === 'minor' ? wanted.major : undefined;
    if (major === undefined || isSupported(tool, major)) return text;
    say(tool === 'kubectl' ? 'must be a version 1, such as 1.36.3' : 'must be a version 3 or 4, such as 4.2.3');
    return undefined;
  };

/** `kubectl-v1.36.3-linux-amd64=<sha256>` lines, or a YAML map; `.tar.gz` after the name of helm means its archive. */
export const checksums: Parse<Readonly<Record<string, string>>> = (given, say) => {
  if (!isMap(given) && typeof given !== 'string') {
    say(`must be name=sha256 lines or a YAML map, not ${kindOf(given)}`);
    return undefined;
  }
  const entries: [string, unknown][] = isMap(given)
    ? Object.entries(given)
    : given
        .split(/\r?\n/)
        .map((text) => text.trim())
        .filter((text) => text !== '')
        .map((text) => [
          text.split('=')[0]?.trim() ?? '',
          text.includes('=') ? text.replace(/^[^=]*=/, '').trim() : '',
        ]);
  if (entries.length > mostChecksums) {
    say(`has ${entries.length} entries: at most ${mostChecksums} are allowed`);
    return undefined;
  }
  const seen = new Map<string, string>();
  let whole = true;
  for (const [name, value] of entries) {
    const wrong = seen.has(name) ? `names ${name} twice: keep one` : wrongWith(name, value);
    if (wrong === undefined) seen.set(name, String(value).toLowerCase());
    else {
      whole = false;
      say(wrong, `${name}=${typeof value === 'string' ? value : kindOf(value)}`);
    }
  }
  return whole ? record(seen) : undefined;
};

function wrongWith(name: string, value: unknown): string | undefined {
  const form =
    /^(kubectl-v\d+\.\d+\.\d+[0-9A-Za-z.-]*|helm-v\d+\.\d+\.\d+[0-9A-Za-z.-]*)-(linux|darwin|windows)-(amd64|arm64)(\.tar\.gz)?$/;
  if (!form.test(name) || (name.startsWith('kubectl') && name.endsWith('.tar.gz')))
    return 'must name a download as kubectl-v1.36.3-linux-amd64 or helm-v4.2.3-linux-amd64.tar.gz, then =, then its SHA-256';
  if (typeof value !== 'string' || !/^[0-9a-f]{64}$/i.test(value))
    return `the SHA-256 of ${name} must be 64 hexadecimal digits`;
  return undefined;
}
