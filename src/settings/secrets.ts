import type { Settings } from './types.ts';

const telling = /auth|key|token|secret|cookie|passw|session|credential/i;

/** Whether a header's name says that its value is a secret. */
export function isSecretHeader(name: string): boolean {
  return telling.test(name);
}

/**
 * Every text of the settings that must not be seen: all values of probe headers, and those of a check's headers whose
 * name says so; of values such as `Bearer abc` also the last word; what a kubeconfig given as content holds. To be
 * masked before anything else is done.
 */
export function secretsOf(settings: Settings): readonly string[] {
  const values = Object.values(settings.probeHeaders);
  for (const check of settings.checks) {
    for (const [name, value] of Object.entries(check.headers)) if (isSecretHeader(name)) values.push(value);
  }
  const words = values.map((value) => value.split(/\s+/).at(-1) ?? value);
  return [...new Set([...values, ...words, ...(settings.kubeconfigSecrets ?? [])])];
}
