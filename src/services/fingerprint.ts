/** What a version runs, as one hash: a version is known by it, never by its name alone. Pure. */
import { createHash } from 'node:crypto';
import { field, type KubeObject, strings, text } from '../kube/objects.ts';
import { normalTemplate } from './app/normal-pod.ts';
import { podReferences, templateOf } from './app/pod-references.ts';

/**
 * SHA-256 (hexadecimal) of the pod template and of the contents of those given ConfigMaps and Secrets that its pods use.
 * Equal for manifests that mean the same: order of keys, defaults written out or not, amounts in other units, data of a
 * Secret as text or as base64. Different for every real change, `kubectl rollout restart` and checksum annotations included.
 * @param workload the Deployment as the manifests have it (or as it is live, for a release of an image)
 * @param configs what the manifests bring; others are no part of a version
 */
export function fingerprintOf(workload: KubeObject, configs: readonly KubeObject[]): string {
  const template = templateOf(workload);
  const used = new Set(
    podReferences(field(template, 'spec'), workload.metadata.namespace).map(({ ref }) => `${ref.kind}/${ref.name}`),
  );
  const contents = configs
    .filter(
      ({ kind, metadata }) =>
        metadata.namespace === workload.metadata.namespace && used.has(`${kind}/${metadata.name}`),
    )
    .map((config): [string, unknown] => [`${config.kind}/${config.metadata.name}`, contentOf(config)]);
  const runs = { template: normalTemplate(template), contents: Object.fromEntries(contents) };
  return createHash('sha256').update(canonical(runs)).digest('hex');
}

/** A version's name where none is given: a letter, so that no YAML reader takes it for a number, and nine digits of the hash. */
export function versionFrom(fingerprint: string): string {
  return `r${fingerprint.slice(0, 9)}`;
}

/** What a ConfigMap or Secret holds, byte for byte; labels and annotations are no part of it. */
export function contentOf(config: KubeObject): unknown {
  if (config.kind === 'ConfigMap')
    return { data: strings(config, 'data'), binary: bytes(strings(config, 'binaryData')) };
  const plain = Object.entries(strings(config, 'stringData')).map(([key, value]) => [key, base64(value)]);
  return {
    type: text(config, 'type') || 'Opaque',
    // stringData wins where both have a key (core/v1 Secret)
    data: { ...bytes(strings(config, 'data')), ...Object.fromEntries(plain) },
  };
}

function bytes(values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, Buffer.from(value, 'base64').toString('base64')]),
  );
}

function base64(value: string): string {
  return Buffer.from(value, 'utf8').toString('base64');
}

/** JSON with the keys of every record in order. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, entry: unknown) => {
    if (entry === null || typeof entry !== 'object' || Array.isArray(entry)) return entry;
    return Object.fromEntries(Object.entries(entry).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
