import { NODE_ADDRESS } from './addresses.ts';
import type { ContainerSpec, KeyRef, Pod } from './types.ts';

/** Reads the entries of a ConfigMap or Secret as text; undefined when there is none of that name. */
export type ReadEntries = (
  kind: 'configmap' | 'secret',
  namespace: string,
  name: string,
) => Promise<Readonly<Record<string, string>> | undefined>;

/** The container cannot be made as its spec says; the kubelet shows this as CreateContainerConfigError. */
export class ContainerConfigError extends Error {
  override readonly name = 'ContainerConfigError';
}

/**
 * The environment of a container as the kubelet builds it: `envFrom` first, `env` over it, later entries win, and
 * `$(NAME)` replaced by entries that stand before it (`$$(NAME)` stays as `$(NAME)`). Messages are the kubelet's.
 */
export async function containerEnvironment(
  container: ContainerSpec,
  pod: Pod,
  podAddress: string,
  read: ReadEntries,
): Promise<Record<string, string>> {
  const env: Record<string, string> = {};
  const { namespace } = pod.metadata;
  for (const source of container.envFrom ?? []) {
    const kind = source.configMapRef === undefined ? 'secret' : 'configmap';
    const reference = source.configMapRef ?? source.secretRef;
    if (reference === undefined) continue;
    const entries = await read(kind, namespace, reference.name);
    if (entries === undefined && reference.optional !== true) throw missing(kind, reference.name);
    for (const [name, value] of Object.entries(entries ?? {})) env[`${source.prefix ?? ''}${name}`] = value;
  }
  for (const { name, value, valueFrom } of container.env ?? []) {
    if (valueFrom?.fieldRef !== undefined) env[name] = fieldValue(pod, podAddress, valueFrom.fieldRef.fieldPath);
    else if (valueFrom?.resourceFieldRef !== undefined) env[name] = '0';
    else if (valueFrom?.configMapKeyRef !== undefined || valueFrom?.secretKeyRef !== undefined) {
      const kind = valueFrom.configMapKeyRef === undefined ? 'secret' : 'configmap';
      const reference = valueFrom.configMapKeyRef ?? valueFrom.secretKeyRef;
      const found = reference === undefined ? undefined : await keyValue(kind, namespace, reference, read);
      if (found !== undefined) env[name] = found;
    } else env[name] = expand(value ?? '', env);
  }
  return env;
}

async function keyValue(
  kind: 'configmap' | 'secret',
  namespace: string,
  { name, key, optional }: KeyRef,
  read: ReadEntries,
): Promise<string | undefined> {
  const entries = await read(kind, namespace, name);
  const value = entries?.[key];
  if (value !== undefined || optional === true) return value;
  if (entries === undefined) throw missing(kind, name);
  const shown = kind === 'configmap' ? 'ConfigMap' : 'Secret';
  throw new ContainerConfigError(`couldn't find key ${key} in ${shown} ${namespace}/${name}`);
}

function missing(kind: string, name: string): ContainerConfigError {
  return new ContainerConfigError(`${kind} "${name}" not found`);
}

/** `$(NAME)` as in k8s.io/kubernetes third_party/forked/golang/expansion: unknown names stay as written. */
function expand(value: string, env: Readonly<Record<string, string>>): string {
  return value.replaceAll(/\$\$|\$\(([^()]+)\)/g, (whole, name: string | undefined) => {
    if (name === undefined) return '$';
    return env[name] ?? whole;
  });
}

/** Fields of the downward API. Throws {@link ContainerConfigError} for a path the API does not offer. */
function fieldValue(pod: Pod, podAddress: string, path: string): string {
  const entry = /^metadata\.(labels|annotations)\['([^']+)'\]$/.exec(path);
  if (entry !== null) {
    const record = entry[1] === 'labels' ? pod.metadata.labels : pod.metadata.annotations;
    return record?.[entry[2] ?? ''] ?? '';
  }
  switch (path) {
    case 'metadata.name':
      return pod.metadata.name;
    case 'metadata.namespace':
      return pod.metadata.namespace;
    case 'metadata.uid':
      return pod.metadata.uid;
    case 'spec.nodeName':
      return pod.spec.nodeName ?? '';
    case 'spec.serviceAccountName':
      return pod.spec.serviceAccountName ?? 'default';
    case 'status.podIP':
    case 'status.podIPs':
      return podAddress;
    case 'status.hostIP':
    case 'status.hostIPs':
      return NODE_ADDRESS;
    default:
      throw new ContainerConfigError(`unsupported fieldPath: ${path}`);
  }
}
