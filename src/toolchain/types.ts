import type { Clock, Teller } from '../ports.ts';
import type { Machine } from './builds.ts';
import type { GetFile } from './download.ts';
import type { Get } from './fetch.ts';
import type { KnownChecksum } from './known-checksums.ts';

export interface ToolOptions extends Partial<Teller> {
  /** Base URL with the publishers' paths beneath it; absent = the publishers. */
  readonly mirror?: string | undefined;
  /** SHA-256 by `kubectl-v1.36.3-linux-amd64`. */
  readonly checksums: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Replaced in tests: the network (texts, files), this machine, the table of known checksums. */
  readonly http?: Get;
  readonly file?: GetFile;
  readonly machine?: Machine;
  readonly known?: Readonly<Record<string, KnownChecksum>>;
}
