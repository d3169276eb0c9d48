/**
 * A small form of Kong's schema language (kong/db/schema/init.lua): enough to check entities and plugin settings with
 * Kong's own error texts, to fill in defaults, and to be shown at `/schemas/plugins/<name>`.
 */

export interface Field {
  readonly type: 'string' | 'number' | 'integer' | 'boolean' | 'array' | 'set' | 'record' | 'map' | 'foreign' | 'any';
  readonly required?: boolean;
  readonly default?: unknown;
  readonly one_of?: readonly string[];
  readonly between?: readonly [number, number];
  readonly gt?: number;
  readonly len_min?: number;
  readonly elements?: Field;
  readonly keys?: Field;
  readonly values?: Field;
  readonly fields?: Fields;
  /** Further rule; answers the error text. */
  readonly check?: (value: never) => string | undefined;
  /** Accepted as input, left out of the schema that is shown: a deprecated shorthand. */
  readonly hidden?: boolean;
}

export type Fields = Readonly<Record<string, Field>>;

/** One violation, as `flattened_errors[].errors[]` carries it. */
export interface Violation {
  readonly type: 'field' | 'entity';
  readonly field?: string;
  readonly message: string;
}

export type Values = Record<string, unknown>;

/** Checks a record against its fields; answers the violations and the values with defaults filled in. */
export function checkRecord(fields: Fields, input: Values, prefix = ''): { values: Values; violations: Violation[] } {
  const values: Values = {};
  const violations: Violation[] = [];
  for (const name of Object.keys(input)) {
    if (!Object.hasOwn(fields, name))
      violations.push({ type: 'field', field: prefix + name, message: 'unknown field' });
  }
  for (const [name, field] of Object.entries(fields)) {
    const outcome = checkValue(field, input[name] ?? undefined, prefix + name);
    values[name] = outcome.value;
    violations.push(...outcome.violations);
  }
  return { values, violations };
}

interface Outcome {
  readonly value: unknown;
  readonly violations: Violation[];
}

function checkValue(field: Field, given: unknown, at: string): Outcome {
  const value = given ?? structuredClone(field.default);
  if (value === undefined) {
    if (field.type === 'record' && field.fields !== undefined && (field.required ?? false))
      return nested(field.fields, {}, at);
    const violations = field.required ? [violation(at, 'required field missing')] : [];
    return { value: undefined, violations };
  }
  const wrongType = typeError(field, value);
  if (wrongType !== undefined) return { value, violations: [violation(at, wrongType)] };
  if (field.type === 'record' && field.fields !== undefined) {
    const inner = nested(field.fields, value as Values, at);
    const error = inner.violations.length === 0 ? field.check?.(inner.value as never) : undefined;
    return error === undefined ? inner : { ...inner, violations: [violation(at, error)] };
  }
  const error = ruleError(field, value) ?? field.check?.(value as never);
  return { value, violations: error === undefined ? elementErrors(field, value, at) : [violation(at, error)] };
}

function nested(fields: Fields, value: Values, at: string): Outcome {
  const { values, violations } = checkRecord(fields, value, `${at}.`);
  return { value: values, violations };
}

function violation(field: string, message: string): Violation {
  return { type: 'field', field, message };
}

function typeError(field: Field, value: unknown): string | undefined {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  // Lua has one type for lists and objects: an empty list is an empty object, and the other way round.
  const isEmpty = typeof value === 'object' && value !== null && Object.keys(value).length === 0;
  switch (field.type) {
    case 'string':
      return typeof value === 'string' ? undefined : 'expected a string';
    case 'number':
      return typeof value === 'number' ? undefined : 'expected a number';
    case 'integer':
      return Number.isInteger(value) ? undefined : 'expected an integer';
    case 'boolean':
      return typeof value === 'boolean' ? undefined : 'expected a boolean';
    case 'array':
      return Array.isArray(value) || isEmpty ? undefined : 'expected an array';
    case 'set':
      return Array.isArray(value) || isEmpty ? undefined : 'expected a set';
    case 'record':
      return isObject || isEmpty ? undefined : 'expected a record';
    case 'map':
      return isObject || isEmpty ? undefined : 'expected a map';
    default:
      return undefined;
  }
}

function ruleError(field: Field, value: unknown): string | undefined {
  if (typeof value === 'string') {
    if (field.one_of !== undefined && !field.one_of.includes(value))
      return `expected one of: ${field.one_of.join(', ')}`;
    // Strings must not be empty unless the schema says so.
    if (field.type === 'string' && value.length < (field.len_min ?? 1)) return 'length must be at least 1';
  }
  if (typeof value === 'number') {
    const { between, gt } = field;
    if (between !== undefined && (value < between[0] || value > between[1])) {
      return `value should be between ${between[0]} and ${between[1]}`;
    }
    if (gt !== undefined && value <= gt) return `value must be greater than ${gt}`;
  }
  return undefined;
}

/** Elements of a list are counted from 1, as in Lua. */
function elementErrors(field: Field, value: unknown, at: string): Violation[] {
  if (typeof value !== 'object' || value === null) return [];
  const isList = Array.isArray(value);
  const rule = isList ? field.elements : field.values;
  if (rule === undefined) return [];
  return Object.entries(value).flatMap(
    ([key, element]) => checkValue(rule, element, `${at}.${isList ? Number(key) + 1 : key}`).violations,
  );
}

/** The fields as Kong's Admin API shows them: a list of objects with one key each (go-kong reads `default` from it). */
export function shownFields(fields: Fields): unknown[] {
  return Object.entries(fields).flatMap(([name, field]) => (field.hidden ? [] : [{ [name]: shownField(field) }]));
}

function shownField(field: Field): unknown {
  const { check: _check, hidden: _hidden, fields, elements, keys, values, ...rest } = field;
  return {
    ...rest,
    ...(fields === undefined ? {} : { fields: shownFields(fields) }),
    ...(elements === undefined ? {} : { elements: shownField(elements) }),
    ...(keys === undefined ? {} : { keys: shownField(keys) }),
    ...(values === undefined ? {} : { values: shownField(values) }),
  };
}
