/** Ids of entities that were written without one: the same name gives the same id in every configuration. */
import { createHash } from 'node:crypto';

export function stableId(kind: string, name: string): string {
  const digest = createHash('sha1').update(`${kind}:${name}`).digest('hex');
  const parts = [
    digest.slice(0, 8),
    digest.slice(8, 12),
    `5${digest.slice(13, 16)}`,
    `a${digest.slice(17, 20)}`,
    digest.slice(20, 32),
  ];
  return parts.join('-');
}
