/**
 * Why a declarative configuration was refused, in the shape of `POST /config?flatten_errors=1`: one item per entity with
 * its tags, so that the ingress controller can tell which Kubernetes object is at fault (kong/db/errors.lua).
 */
import type { Values, Violation } from './field.ts';

/** The violations of one entity. */
export interface EntityErrors {
  /** Singular: `plugin`, `route`, … */
  readonly kind: string;
  readonly entity: Values;
  readonly violations: readonly Violation[];
}

export interface Refusal {
  readonly code: 14;
  readonly name: 'invalid declarative configuration';
  readonly message: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly flattened_errors: readonly object[];
}

/** `fields` are errors that belong to no entity, by top-level name. */
export function refusalOf(errors: readonly EntityErrors[], fields: Readonly<Record<string, string>>): Refusal {
  return {
    code: 14,
    name: 'invalid declarative configuration',
    // What was flattened is no longer in the message.
    message: `declarative config is invalid: ${JSON.stringify(fields)}`,
    fields,
    flattened_errors: errors.map(flattened),
  };
}

function flattened({ kind, entity, violations }: EntityErrors): object {
  const { name, id, tags } = entity;
  return {
    ...(typeof name === 'string' && name !== '' ? { entity_name: name } : {}),
    ...(typeof id === 'string' ? { entity_id: id } : {}),
    ...(Array.isArray(tags) && tags.every((tag) => typeof tag === 'string') ? { entity_tags: tags } : {}),
    entity_type: kind,
    entity,
    errors: violations,
  };
}
