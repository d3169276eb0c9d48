/** Query strings as ngx_lua reads and writes them (`ngx.req.get_uri_args`, `ngx.encode_args`). */

/** Values by name in order of appearance; `true` is a name without `=`. */
export type Query = Map<string, (string | true)[]>;

export function parseQuery(text: string | undefined): Query {
  const query: Query = new Map();
  for (const pair of (text ?? '').split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = decode(equals < 0 ? pair : pair.slice(0, equals));
    const value = equals < 0 ? true : decode(pair.slice(equals + 1));
    const values = query.get(name);
    if (values === undefined) query.set(name, [value]);
    else values.push(value);
  }
  return query;
}

export function formatQuery(query: Query): string {
  const pairs: string[] = [];
  for (const [name, values] of query) {
    for (const value of values)
      pairs.push(
        value === true ? encodeURIComponent(name) : `${encodeURIComponent(name)}=${encodeURIComponent(value)}`,
      );
  }
  return pairs.join('&');
}

function decode(text: string): string {
  const spaced = text.replace(/\+/g, ' ');
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}
