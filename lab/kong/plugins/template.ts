/**
 * Templates of request-transformer: `$( … )` around a Lua expression. Kong renders them with Penlight's template
 * engine; here the part of Lua that the ingress controller and the documentation use is understood: strings, numbers,
 * nil, true, false, `headers`, `query_params`, `uri_captures`, `shared`, `and`, `or`, `not`, `==`, `~=`, `..`, parentheses.
 */

export type Value = string | number | boolean | undefined;
export type Environment = Readonly<Record<string, (key: string) => Value>>;
type Expression = (environment: Environment) => Value;

/** A template ready to be rendered; throws on syntax it does not know. */
export function compileTemplate(text: string): (environment: Environment) => string {
  const parts: (string | Expression)[] = [];
  let rest = text;
  for (let start = rest.indexOf('$('); start >= 0; start = rest.indexOf('$(')) {
    const end = closing(rest, start + 1);
    parts.push(rest.slice(0, start), parse(rest.slice(start + 2, end)));
    rest = rest.slice(end + 1);
  }
  parts.push(rest);
  return (environment) =>
    parts.map((part) => (typeof part === 'string' ? part : String(part(environment) ?? ''))).join('');
}

function closing(text: string, open: number): number {
  let depth = 0;
  for (let index = open; index < text.length; index++) {
    if (text[index] === '(') depth++;
    if (text[index] === ')' && --depth === 0) return index;
  }
  throw new Error(`template "${text}" has no closing parenthesis`);
}

const TOKEN = /\s*(?:("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(\d+(?:\.\d+)?)|([A-Za-z_]\w*)|(\.\.|==|~=|[()[\].]))/y;

function tokens(source: string): string[] {
  const found: string[] = [];
  TOKEN.lastIndex = 0;
  while (source.slice(TOKEN.lastIndex).trim() !== '') {
    const at = TOKEN.lastIndex;
    const token = TOKEN.exec(source)?.[0].trim();
    if (token === undefined) throw new Error(`cannot read template expression "${source}" at ${at}`);
    found.push(token);
  }
  return found;
}

function parse(source: string): Expression {
  const list = tokens(source);
  let position = 0;
  const peek = () => list[position];
  const take = () => list[position++];
  const expect = (token: string) => {
    if (take() !== token) throw new Error(`template expression "${source}" lacks "${token}"`);
  };

  function either(): Expression {
    let left = both();
    while (peek() === 'or') {
      take();
      const [first, second] = [left, both()];
      left = (environment) => {
        const value = first(environment);
        return truthy(value) ? value : second(environment);
      };
    }
    return left;
  }

  function both(): Expression {
    let left = comparison();
    while (peek() === 'and') {
      take();
      const [first, second] = [left, comparison()];
      left = (environment) => {
        const value = first(environment);
        return truthy(value) ? second(environment) : value;
      };
    }
    return left;
  }

  function comparison(): Expression {
    const left = joined();
    const operator = peek();
    if (operator !== '==' && operator !== '~=') return left;
    take();
    const right = joined();
    return (environment) => (left(environment) === right(environment)) === (operator === '==');
  }

  function joined(): Expression {
    const left = primary();
    if (peek() !== '..') return left;
    take();
    const right = joined();
    return (environment) => {
      const [first, second] = [left(environment), right(environment)];
      if (first === undefined || second === undefined) throw new Error('attempt to concatenate a nil value');
      return `${first}${second}`;
    };
  }

  function primary(): Expression {
    const token = take();
    if (token === undefined) throw new Error(`template expression "${source}" ends too early`);
    if (token === 'not') {
      const operand = primary();
      return (environment) => !truthy(operand(environment));
    }
    if (token === '(') {
      const inner = either();
      expect(')');
      return inner;
    }
    const literal = literalOf(token);
    if (literal !== undefined) return () => literal.value;
    return member(token);
  }

  function member(table: string): Expression {
    if (peek() === '.') {
      take();
      const key = take() ?? '';
      return (environment) => environment[table]?.(key);
    }
    if (peek() !== '[') throw new Error(`template expression "${source}" uses "${table}", which is not known here`);
    take();
    const key = either();
    expect(']');
    return (environment) => environment[table]?.(String(key(environment)));
  }

  const whole = either();
  if (position < list.length) throw new Error(`template expression "${source}" goes on after its end`);
  return whole;
}

function literalOf(token: string): { value: Value } | undefined {
  if (token === 'nil') return { value: undefined };
  if (token === 'true' || token === 'false') return { value: token === 'true' };
  if (/^\d/.test(token)) return { value: Number(token) };
  if (/^["']/.test(token)) return { value: token.slice(1, -1).replace(/\\(.)/g, '$1') };
  return undefined;
}

/** In Lua only nil and false are false. */
function truthy(value: Value): boolean {
  return value !== undefined && value !== false;
}
