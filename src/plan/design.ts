/** The verdict's design a release of these settings would have. Pure. */
import type { Settings } from '../settings/types.ts';
import { designOf } from '../verdict/index.ts';
import type { Design } from '../verdict/types.ts';

/** Sources, pace and limits as a deploy takes them; weights as asked for. */
export function designFor(settings: Settings): Design {
  return designOf({
    services: settings.services,
    sources: ['lane', 'public'],
    splitFrom: 'public',
    weights: settings.canaryWeight.map((weight) => weight / 100),
    minStep: settings.minStep / 1000,
  });
}
