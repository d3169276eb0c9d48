/**
 * URI clean-up before routing and before sending, after kong/tools/uri.lua: percent-encoded characters that are not
 * reserved are decoded, dot segments and doubled slashes are removed; on the way out unsafe characters are encoded.
 */

const RESERVED = new Set([..."!*'();:@&=+$,/?%#[]"].map((character) => character.charCodeAt(0)));
const UNSAFE = /[^!#$&'()*+,/:;=?@[\]A-Za-z\d\-_.~%]/g;

/** Cleans a path for routing. Bytes above 0x7f stay percent-encoded here, as a JavaScript string is not bytes. */
export function normalize(uri: string): string {
  if (uri === '' || uri === '/') return uri;
  const decoded = uri.includes('%') ? decodeUnreserved(uri) : uri;
  if (!decoded.includes('.') && !decoded.includes('//')) return decoded;
  return removeDotSegments(decoded);
}

/** Encodes what must not appear raw in a request line. */
export function escapeUri(uri: string): string {
  return uri.replace(UNSAFE, (character) =>
    [...Buffer.from(character)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  );
}

/** The path of a request target, without its query string. */
export function pathOf(requestTarget: string): string {
  const question = requestTarget.indexOf('?', 1);
  return question < 0 ? requestTarget : requestTarget.slice(0, question);
}

function decodeUnreserved(uri: string): string {
  return uri.replace(/%([\dA-Fa-f]{2})/g, (triplet, hex: string) => {
    const code = Number.parseInt(hex, 16);
    return RESERVED.has(code) || code > 0x7f ? triplet.toUpperCase() : String.fromCharCode(code);
  });
}

function removeDotSegments(uri: string): string {
  const kept: string[] = [];
  const segments = uri.split('/');
  const last = segments.length - 1;
  segments.forEach((segment, index) => {
    if (segment === '..') kept.pop();
    if (segment !== '' && segment !== '.' && segment !== '..') kept.push(segment);
    const endsInSlash = index === last && (segment === '' || segment === '.' || segment === '..');
    if (endsInSlash) kept.push('');
  });
  return `/${kept.join('/')}`;
}
