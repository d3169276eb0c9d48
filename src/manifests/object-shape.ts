/** The shape every object must have before it is used: kind, name, namespace, and labels that are strings. */

import type { KubeObject, ObjectMeta } from '../kube/objects.ts';
import { isMap } from '../kube/objects.ts';
import type { Scope } from './kinds.ts';

/** What is wrong with one object, and at which field. */
export interface Complaint {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** Set by the API server alone; exported objects carry them and cannot be applied with them. */
const SERVER_OWNED = [
  'creationTimestamp',
  'deletionGracePeriodSeconds',
  'deletionTimestamp',
  'generation',
  'managedFields',
  'resourceVersion',
  'selfLink',
  'uid',
] as const;

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const SUBDOMAIN_PATTERN = new RegExp(`^${LABEL}(\\.${LABEL})*$`);
const LABEL_PATTERN = new RegExp(`^${LABEL}$`);

/** RFC 1123 subdomain of at most 253 characters: what most object names must be. */
export function isSubdomain(name: string): boolean {
  return name.length <= 253 && SUBDOMAIN_PATTERN.test(name);
}

/** RFC 1123 label of at most 63 characters: what namespaces must be. */
function isLabel(name: string): boolean {
  return name.length <= 63 && LABEL_PATTERN.test(name);
}

/**
 * Checks one parsed document and completes it: the default namespace is filled in, fields the server owns are dropped.
 * Unknown fields are kept as they are.
 */
export function namedObject(
  value: unknown,
  namespace: string,
  scope: (apiVersion: string, kind: string) => Scope,
):
  | { readonly object: KubeObject; readonly dropped: readonly string[] }
  | { readonly complaints: readonly Complaint[] } {
  if (!isMap(value)) return complain([], `Expected a Kubernetes object, found ${describe(value)}.`);
  const { apiVersion, kind } = value;
  if (typeof apiVersion !== 'string' || apiVersion === '' || typeof kind !== 'string' || kind === '') {
    const missing = typeof apiVersion === 'string' && apiVersion !== '' ? 'kind' : 'apiVersion';
    return complain(
      [],
      `The object has no ${missing}; only Kubernetes objects can be applied. Move other YAML files out of the manifests.`,
    );
  }
  if (apiVersion.startsWith('kustomize.config.k8s.io/')) {
    return complain(
      [],
      `A ${kind} is read by kustomize, not by the cluster. Name the folder of a kustomization.yaml in the input manifests.`,
    );
  }
  const metadata = value['metadata'];
  if (!isMap(metadata)) return complain([], `The ${kind} has no metadata.`);
  const complaints = [
    ...nameComplaints(apiVersion, kind, metadata),
    ...stringMaps(kind, metadata),
    ...namespaceComplaints(kind, metadata),
  ];
  if (complaints.length > 0) return { complaints };

  const dropped: string[] = [];
  const meta: Record<string, unknown> = { ...metadata };
  for (const key of SERVER_OWNED) {
    if (!Object.hasOwn(meta, key)) continue;
    // kustomize and controller-gen write `creationTimestamp: null`: nothing worth a note
    if (meta[key] !== null) dropped.push(`metadata.${key}`);
    delete meta[key];
  }
  for (const key of ['labels', 'annotations', 'namespace']) if (meta[key] === null) delete meta[key];
  if (scope(apiVersion, kind) === 'cluster') delete meta['namespace'];
  else if (meta['namespace'] === undefined || meta['namespace'] === '') meta['namespace'] = namespace;

  const { status, ...rest } = value;
  if (isMap(status) && Object.keys(status).length > 0) dropped.push('status');
  return { object: { ...rest, apiVersion, kind, metadata: meta as unknown as ObjectMeta }, dropped };
}

function nameComplaints(apiVersion: string, kind: string, metadata: Record<string, unknown>): Complaint[] {
  const name = metadata['name'];
  if (name === undefined && metadata['generateName'] !== undefined) {
    return [
      {
        path: ['metadata'],
        message: `The ${kind} has metadata.generateName; give it a fixed metadata.name, or every run would add another.`,
      },
    ];
  }
  if (typeof name !== 'string' || name === '') {
    return [
      {
        path: ['metadata'],
        message: `The ${kind} has no metadata.name${name === undefined ? '' : ` that is text (found ${describe(name)}; put it in quotes)`}.`,
      },
    ];
  }
  // names of RBAC objects are path segments, such as system:node-proxier
  const valid = apiVersion.startsWith('rbac.authorization.k8s.io/')
    ? /^[^/%]{1,253}$/.test(name) && !/^\.\.?$/.test(name)
    : isSubdomain(name);
  if (valid) return [];
  return [
    {
      path: ['metadata', 'name'],
      message: `"${name.slice(0, 80)}" is no name for a ${kind}: use lower-case letters, digits, "-" and ".", starting and ending with a letter or digit, at most 253.`,
    },
  ];
}

function namespaceComplaints(kind: string, metadata: Record<string, unknown>): Complaint[] {
  const namespace = metadata['namespace'];
  if (namespace === undefined || namespace === null || namespace === '') return [];
  if (typeof namespace === 'string' && isLabel(namespace)) return [];
  return [
    {
      path: ['metadata', 'namespace'],
      message: `The ${kind} names the namespace ${describe(namespace)}, which no namespace can be called.`,
    },
  ];
}

/** Labels and annotations must be strings; YAML turns an unquoted `true` or `3` into something else. */
function stringMaps(kind: string, metadata: Record<string, unknown>): Complaint[] {
  return ['labels', 'annotations'].flatMap((map): Complaint[] => {
    const value = metadata[map];
    if (value === undefined || value === null) return [];
    if (!isMap(value))
      return [
        { path: ['metadata', map], message: `metadata.${map} of the ${kind} must be a map, found ${describe(value)}.` },
      ];
    return Object.entries(value)
      .filter(([, entry]) => typeof entry !== 'string')
      .map(([key, entry]) => ({
        path: ['metadata', map, key],
        message: `metadata.${map} "${key}" is ${describe(entry)}; it must be text: write ${key}: "${entry === null || typeof entry === 'object' ? '' : String(entry)}".`,
      }));
  });
}

function complain(path: readonly (string | number)[], message: string): { readonly complaints: readonly Complaint[] } {
  return { complaints: [{ path, message }] };
}

function describe(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  if (typeof value === 'string') return `the text "${value.slice(0, 40)}"`;
  return `the ${typeof value} ${String(value)}`;
}
