/** What a migration from App Mesh comes to. */
import type { KubeObject, ObjectRef } from '../kube/objects.ts';

/** Something of App Mesh that the Gateway API has no place for. */
export interface LeftBehind {
  readonly object: ObjectRef;
  /** What it is, e.g. "the header match x-age by range". */
  readonly what: string;
  /** What happens without it, or what takes its place: one sentence. */
  readonly instead: string;
}

export interface Migration {
  readonly objects: readonly KubeObject[];
  /** Sorted by object, each once. */
  readonly leftBehind: readonly LeftBehind[];
}

export interface MigrationOptions {
  /** Only VirtualServices of these names; empty = all. */
  readonly services: readonly string[];
  /** The Gateway that callers from outside come through. */
  readonly gateway: { readonly name: string; readonly namespace: string };
}

/** Collects what is left behind while objects are converted. */
export type LeaveBehind = (what: string, instead: string) => void;
