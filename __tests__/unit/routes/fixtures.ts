import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import type { KubeObject } from '../../../src/cluster/objects.ts';

/** All documents of a fixture of the Gateway API provider. Compiled tests live one folder below the repository's root. */
export function documents<T = KubeObject>(file: string): T[] {
  const url = new URL(`../../../../__tests__/fixtures/routes/gateway-api/${file}`, import.meta.url);
  return parseAllDocuments(readFileSync(url, 'utf8')).map((document) => document.toJS() as T);
}

export function fixture(file: string): KubeObject {
  return documents(file)[0]!;
}

/** `jazz` and `jazz-<version>`, as the engine tells backends of a service from others. */
export const backendOf = (service: string) => (name: string) => name === service || name.startsWith(`${service}-v`);
