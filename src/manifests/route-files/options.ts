/** What merging a route file has to know of the releases. Pure. */
import type { Discovery } from '../../services/discover.ts';
import type { MergeOptions } from './merge.ts';

/** One service of a release. */
export interface MergedService {
  readonly service: string;
  readonly isBackend: (name: string) => boolean;
  readonly discovery: Discovery;
  /** Backends earlier releases took out. */
  readonly retired: readonly string[];
}

export function mergeOptions(plans: readonly MergedService[]): MergeOptions {
  return {
    serviceOf: (backend) => plans.find(({ isBackend }) => isBackend(backend))?.service,
    retired: plans.flatMap(({ retired }) => retired),
    releasing: plans.flatMap(({ discovery }) =>
      discovery.kind === 'release'
        ? [discovery.stable.name, discovery.canary.name]
        : discovery.kind === 'bootstrap'
          ? [discovery.canary.name]
          : [discovery.stable.name],
    ),
  };
}
