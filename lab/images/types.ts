import type { LocalAddress } from '../node/types.ts';

/** What runs in place of a container: a server of this process, or a child process. */
export interface Program {
  /**
   * Resolves when the program listens. A program that ends by itself, at start or later, calls `exited` with its code;
   * one that cannot be started at all throws.
   */
  start(context: ProgramContext): Promise<RunningProgram>;
}

export interface ProgramContext {
  readonly env: Readonly<Record<string, string>>;
  readonly image: string;
  readonly pod: {
    readonly name: string;
    readonly namespace: string;
    readonly uid: string;
    readonly ip: string;
    readonly serviceAccount: string;
    readonly labels: Readonly<Record<string, string>>;
  };
  readonly containerPorts: readonly number[];
  /** What DNS and the pod network answer inside the cluster; a pod of a mesh is led to its own proxy. */
  resolve(host: string, port: number): LocalAddress | undefined | Promise<LocalAddress | undefined>;
  /** One line of the container's log. */
  log(line: string): void;
  exited(code: number): void;
}

export interface RunningProgram {
  /** Port inside the pod ► port on 127.0.0.1. */
  readonly ports: Readonly<Record<number, number>>;
  /** Finishes what is in flight, then stops; stops hard after `graceMs` milliseconds. Never rejects. */
  stop(graceMs: number): Promise<void>;
}

/** One row of the image table: images whose normalised name matches run this program. */
export interface ImageEntry {
  readonly pattern: RegExp;
  readonly program: Program;
}
