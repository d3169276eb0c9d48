import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import type { KubeObject } from '../../../src/kube/objects.ts';

/** All documents of a fixture of a provider. Compiled tests live one folder below the repository's root. */
export function documents<T = KubeObject>(file: string, provider = 'gateway-api'): T[] {
  const url = new URL(`../../../../__tests__/fixtures/routes/${provider}/${file}`, import.meta.url);
  return parseAllDocuments(readFileSync(url, 'utf8')).map((document) => document.toJS() as T);
}

export function fixture(file: string, provider?: string): KubeObject {
  return documents(file, provider)[0]!;
}

/** The document of a fixture with the given name. */
export function named(file: string, provider: string, name: string): KubeObject {
  return documents(file, provider).find((object) => object.metadata.name === name)!;
}

/** `jazz` and `jazz-<version>`, as the engine tells backends of a service from others. */
export const backendOf = (service: string) => (name: string) => name === service || name.startsWith(`${service}-v`);
