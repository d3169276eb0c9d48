/** The values that must not be seen, in every form they take in a text. */

const shortest = 4;
export const mask = '***';

export interface Masks {
  /** Registers a value; returns its forms that were not known yet, longest first. Values under 4 characters are skipped. */
  add(secret: string): readonly string[];
  /** The text with every form of every registered value replaced by `***`. */
  hide(text: string): string;
}

export function createMasks(): Masks {
  let known: readonly string[] = [];
  return {
    add(secret) {
      const fresh = formsOf(secret).filter((form) => !known.includes(form));
      known = [...known, ...fresh].sort((a, b) => b.length - a.length);
      return fresh;
    },
    hide(text) {
      let hidden = text;
      for (const form of known) hidden = hidden.replaceAll(form, () => mask);
      return hidden;
    },
  };
}

/**
 * The value and its trimmed lines, each also as base64 (standard, without padding, for URLs), percent-encoded and
 * escaped for JSON. Lines are masked one by one, as logs and the runner work by line; those under 4 characters, like
 * the braces of a kubeconfig in JSON, are left: they would hide innocent text everywhere.
 */
function formsOf(secret: string): readonly string[] {
  const texts = [secret, secret.trim(), ...secret.split(/\r?\n/).map((line) => line.trim())];
  const forms = texts
    .filter((text) => text.trim().length >= shortest)
    .flatMap((text) => {
      const base64 = Buffer.from(text).toString('base64');
      const bare = base64.replace(/=+$/, '');
      const forUrls = bare.replaceAll('+', '-').replaceAll('/', '_');
      return [text, base64, bare, forUrls, percent(text), JSON.stringify(text).slice(1, -1)];
    });
  return [...new Set(forms)].sort((a, b) => b.length - a.length);
}

function percent(text: string): string {
  return encodeURIComponent(text.replaceAll(/\p{Cs}/gu, '\ufffd'));
}
