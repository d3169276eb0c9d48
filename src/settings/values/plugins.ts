import { isMap } from '../../kube/objects.ts';
import type { Parse, Say } from '../problems.ts';
import { kindOf, plainJson, suggestion } from '../problems.ts';
import type { PluginSpec } from '../types.ts';
import { items } from './lists.ts';
import { dnsSubdomain } from './names.ts';
import type { Place } from './paths.ts';

const keys = ['name', 'plugin', 'config'];

/** Whether a text is a YAML list, not names. */
export function isPluginYaml(given: string): boolean {
  return /^\s*([-[{]|#)/.test(given);
}

/** Names by comma or newline, or a YAML list of names and `{name, plugin, config}`. Values of `config` are never shown. */
export const plugins =
  ({ readYaml }: Place): Parse<readonly PluginSpec[]> =>
  (given, say) => {
    let list = given;
    if (typeof given === 'string' && isPluginYaml(given)) {
      const read = readYaml(given);
      if ('wrong' in read) {
        say(`is not valid YAML: ${read.wrong}`, '');
        return undefined;
      }
      list = read.value;
    }
    const found = items(list, (message) => say(message, ''));
    if (found === undefined) return undefined;
    const parsed = found.map((item, index) => plugin(item, index, say));
    if (parsed.includes(undefined)) return undefined;
    const whole = parsed as PluginSpec[];
    const twice = whole.find(({ name }, index) => whole.findIndex((other) => other.name === name) < index);
    if (twice === undefined) return whole;
    say(`names the plugin ${twice.name} twice: keep one`, twice.name);
    return undefined;
  };

function plugin(item: unknown, index: number, say: Say): PluginSpec | undefined {
  if (!isMap(item)) {
    const name = dnsSubdomain(item, (message, shown = item) => say(`plugin ${index + 1}: ${message}`, shown));
    return name === undefined ? undefined : { kind: 'named', name };
  }
  let whole = true;
  const wrong: Say = (message, shown = '') => {
    whole = false;
    say(`plugin ${index + 1}: ${message}`, shown);
  };
  for (const key of Object.keys(item)) {
    if (!keys.includes(key)) wrong(`unknown key; allowed are ${keys.join(', ')}${suggestion(key, keys)}`, key);
  }
  const name = dnsSubdomain(item['name'], (message) => wrong(`name ${message}`));
  const { plugin: kind, config = {} } = item;
  const named = typeof kind === 'string' && /^[a-z0-9][a-z0-9-]{0,62}$/.test(kind);
  if (!named) wrong('plugin must be the name of a Kong plugin, e.g. rate-limiting');
  if (!isMap(config)) wrong(`config must be a map, not ${kindOf(config)}`);
  if (!whole || name === undefined || !named || !isMap(config)) return undefined;
  return { kind: 'inline', name, plugin: kind, config: plainJson(config) as Readonly<Record<string, unknown>> };
}
