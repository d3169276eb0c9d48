/** Inputs that say where the verdict comes from: sources, Prometheus, own queries, and the check command. */

import { isMap } from '../../kube/objects.ts';
import type { Parse } from '../problems.ts';
import { kindOf, suggestion } from '../problems.ts';
import type { EvidenceSource, PrometheusServer } from '../types.ts';
import type { OwnQueries } from '../vocabulary.ts';
import { queryProblem } from '../vocabulary.ts';
import { gatewayUrl } from './addresses.ts';
import { items, listOf } from './lists.ts';
import { dnsLabel, line } from './names.ts';
import { oneOf } from './numbers.ts';
import type { Place } from './paths.ts';

const words = ['probes', 'pods', 'prometheus'] as const;

/** Sources by comma; probes always belong to them, since they warm up, fly ahead and prove the split. */
export const evidence: Parse<readonly EvidenceSource[]> = (given, say) => {
  const found = listOf(oneOf(words))(given, say);
  if (found === undefined) return undefined;
  if (found.includes('pods') && found.includes('prometheus')) {
    say('names two places that count the same requests: keep pods or prometheus');
    return undefined;
  }
  return words.filter((word) => word === 'probes' || found.includes(word));
};

/** A URL, or `service:<namespace>/<name>:<port>`. */
export const prometheusUrl: Parse<PrometheusServer> = (given, say) => {
  const text = line(given, say);
  if (text === undefined) return undefined;
  if (!text.startsWith('service:')) {
    const url = text === 'auto' ? undefined : gatewayUrl(text, () => undefined);
    if (url !== undefined) return { by: 'url', url };
    say('must be a URL such as https://prometheus.example.com, or service:<namespace>/<name>:<port>');
    return undefined;
  }
  const parts = /^service:([^/:]+)\/([^/:]+):([a-z0-9-]{1,63})$/.exec(text);
  const [, namespace = '', service = '', port = ''] = parts ?? [];
  const named = dnsLabel(namespace, () => undefined) !== undefined && dnsLabel(service, () => undefined) !== undefined;
  if (parts !== null && named) return { by: 'service', namespace, service, port };
  say('must be service:<namespace>/<name>:<port>, such as service:monitoring/prometheus:9090');
  return undefined;
};

const queryKeys = ['requests', 'errors', 'times', 'unit', 'scraped'];

/** Own queries as YAML text or a map. */
export const ownQueries =
  ({ readYaml }: Place): Parse<OwnQueries> =>
  (given, say) => {
    const read = typeof given === 'string' ? readYaml(given) : { value: given };
    if ('wrong' in read) {
      say(`is not valid YAML: ${read.wrong}`);
      return undefined;
    }
    const { value } = read;
    if (!isMap(value)) {
      say(`must be a map of ${queryKeys.join(', ')}, not ${kindOf(value)}`);
      return undefined;
    }
    let whole = true;
    const wrong = (message: string, shown: unknown = '') => {
      whole = false;
      say(message, shown);
    };
    for (const key of Object.keys(value)) {
      if (!queryKeys.includes(key)) wrong(`unknown key ${key}${suggestion(key, queryKeys)}`, key);
    }
    for (const key of ['requests', 'errors', 'times', 'scraped']) {
      const query = value[key];
      if (query === undefined && key !== 'requests' && key !== 'errors') continue;
      const problem = typeof query === 'string' && query.trim() !== '' ? queryProblem(query) : 'must be a query';
      if (problem !== undefined) wrong(`${key} ${problem}`, query);
    }
    const { unit } = value;
    if (unit !== undefined && !(typeof unit === 'number' && unit > 0 && unit <= 60))
      wrong('unit must be how many seconds one unit of le is, e.g. 0.001', unit);
    return whole ? (value as unknown as OwnQueries) : undefined;
  };

const longest = 4096;

/** A program and its arguments, one a line or as a YAML list; a single line is split at its spaces. Never a shell. */
export const commandLine: Parse<readonly string[]> = (given, say) => {
  const text = typeof given === 'string' ? given.trim() : undefined;
  const parts =
    text === undefined
      ? items(given, say)
      : text.includes('\n')
        ? text.split(/\r?\n/).map((part) => part.trim())
        : text.split(/\s+/);
  if (parts === undefined) return undefined;
  const wrong = parts.findIndex(
    (part) => typeof part !== 'string' || part === '' || part.length > longest || part.includes('\0'),
  );
  if (parts.length > 0 && wrong < 0) return parts as string[];
  say('must be a program and its arguments, one a line, each a text that is not empty', parts[wrong] ?? '');
  return undefined;
};
