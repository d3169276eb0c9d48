/** Which checksum a download has to have, and who says so. Without one nothing is used. */
import { ToolError } from '../errors.ts';
import type { Build } from './builds.ts';
import type { FetchOptions } from './fetch.ts';
import { fetchText } from './fetch.ts';
import type { KnownChecksum } from './known-checksums.ts';
import { knownChecksums } from './known-checksums.ts';

export interface Expected extends KnownChecksum {
  /** Who says so, for messages. */
  readonly from: string;
}

export interface ChecksumOptions extends FetchOptions {
  /** The input `tools-checksums`, by `kubectl-v1.36.3-linux-amd64`, or with `.tar.gz` for an archive. */
  readonly checksums: Readonly<Record<string, string>>;
  readonly mirror?: string | undefined;
  /** Replaced in tests. */
  readonly known?: Readonly<Record<string, KnownChecksum>>;
}

/**
 * In this order: the input, the built-in table, the publisher's checksum file. A mirror's own checksum file is not
 * asked: whoever changed the program there would have changed it, too.
 * @throws ToolError when nobody knows one.
 */
export async function expectedChecksum(build: Build, options: ChecksumOptions): Promise<Expected> {
  const given = fromInput(build, options.checksums);
  if (given !== undefined) return given;
  const known = options.known ?? knownChecksums;
  const built = Object.hasOwn(known, build.id) ? known[build.id] : undefined;
  if (built !== undefined) return { ...built, from: 'the built-in table' };
  if (options.mirror !== undefined) {
    throw new ToolError(
      `${build.id} from tools-mirror was refused: there is no checksum for it`,
      `write ${lineFor(build)} in the input tools-checksums, with the checksum from the publisher`,
    );
  }
  return fromPublisher(build, options);
}

/** The line of `tools-checksums` that would settle it. */
export function lineFor(build: Build): string {
  return `${build.id}${build.member === undefined ? '' : '.tar.gz'}=<sha256>`;
}

function fromInput(build: Build, checksums: Readonly<Record<string, string>>): Expected | undefined {
  const from = 'the input tools-checksums';
  const program = Object.hasOwn(checksums, build.id) ? checksums[build.id] : undefined;
  if (program !== undefined) return { scope: 'program', sha256: program.toLowerCase(), from };
  const archive = `${build.id}.tar.gz`;
  const whole = build.member !== undefined && Object.hasOwn(checksums, archive) ? checksums[archive] : undefined;
  return whole === undefined ? undefined : { scope: 'archive', sha256: whole.toLowerCase(), from };
}

async function fromPublisher(build: Build, options: ChecksumOptions): Promise<Expected> {
  const refused = (why: string, cause?: unknown) =>
    new ToolError(
      `${build.id} was refused: there is no checksum for it (${why})`,
      `check the version, or write ${lineFor(build)} in the input tools-checksums`,
      { cause },
    );
  const text = await fetchText(build.checksumUrl, options).catch((error: unknown) => {
    if (options.signal.aborted) throw error;
    throw refused(error instanceof Error ? error.message : String(error), error);
  });
  const sha256 = readChecksumFile(text, build.url.pathname.split('/').pop() ?? '');
  if (sha256 === undefined) throw refused(`${build.checksumUrl.href} does not hold one`);
  return {
    scope: build.member === undefined ? 'program' : 'archive',
    sha256,
    from: build.checksumUrl.href,
  };
}

/** Reads a hash alone (`kubectl.sha256`) or a line of sha256sum for this very file (`….tar.gz.sha256sum`). */
export function readChecksumFile(text: string, file: string): string | undefined {
  for (const line of text.split(/\r?\n/)) {
    const found = /^([0-9a-f]{64})(?:\s+\*?(\S+))?\s*$/i.exec(line);
    if (found !== null && (found[2] === undefined || found[2] === file)) return (found[1] ?? '').toLowerCase();
  }
  return undefined;
}
