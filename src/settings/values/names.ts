/** Names as Kubernetes takes them (kubernetes.io, "Object Names and IDs"). */
import type { Parse } from '../problems.ts';
import { kindOf } from '../problems.ts';

const label = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const subdomainLimit = 253;

/** One line of text without control characters, trimmed; YAML numbers are refused, as `1.10` would arrive as 1.1. */
export const line: Parse<string> = (given, say) => {
  if (typeof given === 'number' || typeof given === 'boolean') {
    say(`is read by YAML as ${kindOf(given)}: put it in quotes`);
    return undefined;
  }
  if (typeof given !== 'string') {
    say(`must be text, not ${kindOf(given)}`);
    return undefined;
  }
  const text = given.trim();
  if (text === '') {
    say('is empty: give a value or leave it out');
    return undefined;
  }
  if (text.length > 4096 || /[\p{C}\p{Zl}\p{Zp}]/u.test(text)) {
    say('must be one line without control characters, at most 4096 characters');
    return undefined;
  }
  return text;
};

/** A DNS-1123 label: namespaces. */
export const dnsLabel: Parse<string> = (given, say) => {
  const text = line(given, say);
  if (text === undefined || label.test(text)) return text;
  say(
    'must be a DNS label: lower-case letters, digits and "-", starting and ending with a letter or digit, at most 63',
  );
  return undefined;
};

/** A service: a DNS label that starts with a letter, since Kubernetes Services are named after it (RFC 1035). */
export const serviceName: Parse<string> = (given, say) => {
  const text = line(given, say);
  if (text === undefined || (label.test(text) && /^[a-z]/.test(text))) return text;
  say('must be a service name: a lower-case letter, then letters, digits and "-", not ending in "-", at most 63');
  return undefined;
};

/** A DNS-1123 subdomain: names of Gateways and Kong plugins. */
export const dnsSubdomain: Parse<string> = (given, say) => {
  const text = line(given, say);
  if (text === undefined) return undefined;
  if (text.length <= subdomainLimit && text.split('.').every((part) => label.test(part))) return text;
  say('must be an object name: lower-case letters, digits, "-" and ".", starting and ending with a letter or digit');
  return undefined;
};

/**
 * A version made a DNS label: lower case, every run of other characters one `-`. `V2.1.0+build` is `v2-1-0-build`;
 * two versions that differ only in such characters are therefore the same version.
 */
export const versionLabel: Parse<string> = (given, say) => {
  const text = line(given, say);
  if (text === undefined) return undefined;
  const made = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
  if (made === '') {
    say('must hold at least one letter or digit from a-z and 0-9');
    return undefined;
  }
  if (made.length > 63) {
    say(
      `is ${made.length} characters as a DNS label: at most 63 are allowed; use a shorter version, e.g. a short commit`,
    );
    return undefined;
  }
  return made;
};

/** A context of a kubeconfig: any text on one line that kubectl cannot take for a flag. */
export const contextName: Parse<string> = (given, say) => {
  const text = line(given, say);
  if (text === undefined || !text.startsWith('-')) return text;
  say('must not start with "-": list the names with `kubectl config get-contexts -o name`');
  return undefined;
};
