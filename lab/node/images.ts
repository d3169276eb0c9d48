import { createHash } from 'node:crypto';
import type { ImageEntry, Program } from '../images/types.ts';

/** The name a container runtime resolves: registry, repository and tag are filled in as containerd does. */
export function normalisedImage(image: string): string {
  const digest = image.indexOf('@');
  const named = digest < 0 ? image : image.slice(0, digest);
  const first = named.split('/')[0] ?? '';
  const hasRegistry = named.includes('/') && (first.includes('.') || first.includes(':') || first === 'localhost');
  const path = hasRegistry ? named : `docker.io/${named.includes('/') ? '' : 'library/'}${named}`;
  const tagged = digest >= 0 || /:[^/]+$/.test(path) ? path : `${path}:latest`;
  return digest < 0 ? tagged : `${tagged}${image.slice(digest)}`;
}

export type Pulled =
  | { readonly program: Program; readonly imageID: string }
  | { readonly reason: 'ErrImagePull' | 'InvalidImageName'; readonly message: string };

/** Looks an image up in the table; an unknown one fails with containerd's message for an image no registry has. */
export function pullImage(image: string, table: readonly ImageEntry[]): Pulled {
  if (!/^[a-z0-9][\w.:/@-]*$/.test(image) || /[A-Z]/.test(image.replace(/[:@][^/]*$/, ''))) {
    return { reason: 'InvalidImageName', message: `couldn't parse image name "${image}": invalid reference format` };
  }
  const name = normalisedImage(image);
  const entry = table.find(({ pattern }) => pattern.test(name));
  if (entry !== undefined) {
    const repository = name.replace(/(:[^/@]+)?(@.*)?$/, '');
    return {
      program: entry.program,
      imageID: `${repository}@sha256:${createHash('sha256').update(name).digest('hex')}`,
    };
  }
  const missing = `failed to resolve reference "${name}": ${name}: not found`;
  return { reason: 'ErrImagePull', message: `failed to pull and unpack image "${name}": ${missing}` };
}
