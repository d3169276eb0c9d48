import { isMap } from '../../kube/objects.ts';
import type { Parse, Say } from '../problems.ts';
import { kindOf, record, suggestion } from '../problems.ts';
import type { CheckSpec } from '../types.ts';
import { requestPath } from './addresses.ts';
import { expectation } from './expectations.ts';
import { headerMap } from './headers.ts';
import { line } from './names.ts';
import { oneOf } from './numbers.ts';
import type { Place } from './paths.ts';

const keys = ['name', 'path', 'method', 'headers', 'body', 'expect'];
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;
const mostChecks = 100;

/** The `checks` list, as YAML text or as the list itself. Header values and bodies are never shown. */
export const checks =
  ({ readYaml }: Place): Parse<readonly CheckSpec[]> =>
  (given, say) => {
    let list = given;
    if (typeof given === 'string') {
      const read = readYaml(given);
      if ('wrong' in read) {
        say(`is not valid YAML: ${read.wrong}`, '');
        return undefined;
      }
      list = read.value;
    }
    if (!Array.isArray(list) || list.length > mostChecks) {
      say(`must be a YAML list of at most ${mostChecks} checks, each with name and path, not ${kindOf(list)}`, '');
      return undefined;
    }
    const names = new Set<string>();
    const parsed = list.map((item: unknown, index) => check(item, index, names, say));
    return parsed.includes(undefined) ? undefined : (parsed as CheckSpec[]);
  };

function check(item: unknown, index: number, names: Set<string>, say: Say): CheckSpec | undefined {
  let whole = true;
  const title = isMap(item) && typeof item['name'] === 'string' ? item['name'].slice(0, 60) : String(index + 1);
  const wrong: Say = (message, shown = '') => {
    whole = false;
    say(`check ${title}: ${message}`, shown);
  };
  if (!isMap(item)) {
    wrong(`must be a map with name and path, not ${kindOf(item)}`);
    return undefined;
  }
  for (const key of Object.keys(item)) {
    if (!keys.includes(key)) wrong(`unknown key; allowed are ${keys.join(', ')}${suggestion(key, keys)}`, key);
  }
  const name = line(item['name'], (message) => wrong(`name ${message}`));
  if (name !== undefined && name.length > 100) wrong('name must have at most 100 characters');
  if (name !== undefined && names.has(name)) wrong('name is used by an earlier check');
  if (name !== undefined) names.add(name);
  const path = requestPath(item['path'], (message, shown = item['path']) => wrong(`path ${message}`, shown));
  const written = typeof item['method'] === 'string' ? item['method'].toUpperCase() : item['method'];
  const method =
    written === undefined ? 'GET' : oneOf(methods)(written, (message) => wrong(`method ${message}`, written));
  const headers =
    item['headers'] === undefined
      ? record<string>([])
      : headerMap(item['headers'], (message) => wrong(`headers: ${message}`));
  const expect = expectation(item['expect'], wrong);
  const body = item['body'];
  if (body !== undefined && (typeof body !== 'string' || body.length > 64 * 1024)) {
    wrong('body must be text of at most 64 KiB: put JSON in quotes or a block (|)');
  }
  if (body !== undefined && (method === 'GET' || method === 'HEAD')) wrong(`body means nothing with ${method}`);
  if (method === 'HEAD' && expect !== undefined && (expect.body !== undefined || Object.keys(expect.json).length > 0)) {
    wrong('an answer to HEAD has no body: expect.body and expect.json mean nothing');
  }
  if (!whole || name === undefined || path === undefined || method === undefined || headers === undefined)
    return undefined;
  if (expect === undefined) return undefined;
  return { name, path, method, headers, expect, ...(typeof body === 'string' ? { body } : {}) };
}
