/** How the backends of a service are called. Pure. */
import { BackendError } from '../errors.ts';

/** A Service name is a DNS label of at most 63 characters. */
const NAME_LIMIT = 63;

/** `<service>-<version>`. @throws BackendError when that is no valid name. */
export function backendName(service: string, version: string): string {
  const name = `${service}-${version}`;
  if (name.length > NAME_LIMIT || !/^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(name)) {
    throw new BackendError(
      `"${name}" cannot be the name of a Service: lower-case letters, digits and "-", starting with a letter, at most ${NAME_LIMIT} characters`,
      'use a shorter or simpler version',
    );
  }
  return name;
}

/** Whether a name is the service itself or one of its versions; previews (`jazz-pr-7`) are neither. */
export function isBackendName(name: string, service: string, otherServices: readonly string[] = []): boolean {
  if (name === service) return true;
  if (!name.startsWith(`${service}-`) || /-pr-\d+$/.test(name)) return false;
  return !otherServices.some(
    (other) => other.length > service.length && other !== service && (name === other || name.startsWith(`${other}-`)),
  );
}

/** The test for the backends of one of several services. */
export function backendsOf(service: string, services: readonly string[]): (name: string) => boolean {
  return (name) => isBackendName(name, service, services);
}
