/**
 * Inputs and config file to Settings: pure, and all problems together.
 *
 * Which value counts, for each input: the one given as an input, if it differs from the default; else the config
 * file's; else the default. The runner fills in defaults before the action sees them, so an input that says the same
 * as its default cannot be told from one left out. On the command line it can: there a given option always wins.
 */

import { isMap } from '../kube/objects.ts';
import type { InputName } from './defaults.ts';
import { inputs } from './defaults.ts';
import type { Parsed } from './inputs.ts';
import { inputNames, inputTable } from './inputs.ts';
import type { Parse } from './problems.ts';
import { kindOf, record, shorten, suggestion } from './problems.ts';
import type { Origin } from './rules.ts';
import { checkRules, means } from './rules.ts';
import type { Problem, Settings } from './types.ts';
import type { PerService } from './values/lists.ts';
import type { Place } from './values/paths.ts';

/** Inputs as given, by name; an empty text is the same as not given. */
export interface RawInputs {
  readonly values: Readonly<Record<string, string>>;
  /** `runner`: defaults are already filled in. `arguments`: only what the user wrote. */
  readonly from: 'runner' | 'arguments';
}

export interface SettingsContext extends Place {
  /** The config file that `config` names; `unreadable` when there is one whose problem is reported elsewhere. */
  readonly config?: ConfigFile | 'unreadable';
}

/** The config file's path in the workspace, with its text or what is wrong with it. */
export type ConfigFile =
  | { readonly path: string; readonly text: string }
  | { readonly path: string; readonly wrong: string };

export type SettingsResult = { readonly settings: Settings } | { readonly problems: readonly Problem[] };

/** Parses everything; the settings are frozen all the way down. Never throws, whatever the input. */
export function parseSettings(raw: RawInputs, context: SettingsContext): SettingsResult {
  const problems: Problem[] = [];
  const config = readConfig(context, problems);
  const origins = {} as Record<InputName, Origin>;
  const parsed: Record<string, unknown> = {};
  const given = {} as Record<InputName, unknown>;

  for (const name of inputNames) {
    const { value, origin } = choose(name, raw, config ?? {});
    origins[name] = origin;
    given[name] = value;
    if (value === '') continue;
    parsed[name] = read(name, value, origin, context, problems);
  }
  // Without the file's values every rule about what is missing would cry wolf.
  if (config !== undefined) {
    checkRules(parsed as unknown as Parsed, origins, (name, message, shown = given[name]) => {
      problems.push(problem(name, message, shown, origins[name], context));
    });
  }
  if (problems.length > 0) return { problems };
  return { settings: deepFreeze(assemble(parsed as unknown as Parsed, context)) };
}

/** The config file's map, with a problem for each key that is not an input; undefined when it cannot be read. */
function readConfig(context: SettingsContext, problems: Problem[]): Readonly<Record<string, unknown>> | undefined {
  const { config } = context;
  if (config === undefined) return {};
  if (config === 'unreadable') return undefined;
  const blame = (message: string, shown: unknown = config.path) =>
    problems.push({ input: 'config', value: shorten(shown), message, source: config.path });
  if ('wrong' in config) {
    blame(config.wrong);
    return undefined;
  }
  const yaml = context.readYaml(config.text);
  if ('wrong' in yaml) {
    blame(`is not valid YAML: ${yaml.wrong}`);
    return undefined;
  }
  if (yaml.value === null || yaml.value === undefined) return {};
  if (!isMap(yaml.value)) {
    blame(`must be a map of inputs, not ${kindOf(yaml.value)}`);
    return undefined;
  }
  const known: readonly string[] = inputNames.filter((name) => name !== 'config');
  for (const [key, value] of Object.entries(yaml.value)) {
    if (key === 'config') blame('cannot be named in the config file itself: remove the key config', key);
    else if (!known.includes(key))
      blame(`unknown key${suggestion(key, known)} (the keys are the inputs of the action)`, key);
    else if (value === null || value === '') blame(`${key} is empty: give a value or remove the key`, key);
  }
  return yaml.value;
}

function choose(
  name: InputName,
  raw: RawInputs,
  config: Readonly<Record<string, unknown>>,
): { value: unknown; origin: Origin } {
  const standard = inputs[name].default;
  const text = Object.hasOwn(raw.values, name) ? (raw.values[name] ?? '') : '';
  const fromInput = text.trim() !== '' && (raw.from === 'arguments' || text !== standard);
  if (fromInput) return { value: text, origin: 'input' };
  const written = name === 'config' ? undefined : config[name];
  if (written !== undefined && written !== null && written !== '') return { value: written, origin: 'config' };
  return { value: standard, origin: 'default' };
}

function read(name: InputName, value: unknown, origin: Origin, context: SettingsContext, problems: Problem[]): unknown {
  const parse = inputTable[name].parse(context) as Parse<unknown>;
  return parse(value, (message, shown = value) => {
    problems.push(problem(name, message, shown, origin, context));
  });
}

function problem(name: InputName, message: string, shown: unknown, origin: Origin, context: SettingsContext): Problem {
  const value = 'secret' in inputTable[name] ? '' : shorten(shown ?? '');
  const source = origin === 'config' ? configPath(context) : undefined;
  return { input: name, value, message, ...(source === undefined ? {} : { source }) };
}

function configPath({ config }: SettingsContext): string | undefined {
  return config === undefined || config === 'unreadable' ? undefined : config.path;
}

/** Inputs without a value have one here: parsing has passed, so what is missing was not needed. */
function assemble(parsed: Parsed, { workspace }: SettingsContext): Settings {
  const services = [...new Set(parsed.services ?? [])].sort();
  const command = must(parsed.command);
  return {
    command,
    services,
    version: means('version', command) ? (parsed.version ?? '') : '',
    image: spread(parsed.image, services),
    manifests: parsed.manifests ?? [],
    helmValues: parsed['helm-values'] ?? [],
    ...(parsed['helm-release'] === undefined ? {} : { helmRelease: parsed['helm-release'] }),
    namespace: must(parsed.namespace),
    ...(parsed.cluster === undefined ? {} : { cluster: parsed.cluster }),
    ...(parsed.region === undefined ? {} : { region: parsed.region }),
    ...(parsed['role-arn'] === undefined ? {} : { roleArn: parsed['role-arn'] }),
    ...access(parsed.kubeconfig),
    ...(parsed.context === undefined ? {} : { context: parsed.context }),
    mesh: must(parsed.mesh),
    ...(parsed['mesh-name'] === undefined ? {} : { meshName: parsed['mesh-name'] }),
    installKong: must(parsed['install-kong']),
    kongNamespace: must(parsed['kong-namespace']),
    kongChartVersion: must(parsed['kong-chart-version']),
    kongChartRepository: must(parsed['kong-chart-repository']),
    plugins: parsed.plugins ?? [],
    gatewayUrl: must(parsed['gateway-url']),
    canaryWeight: must(parsed['canary-weight']),
    minStep: must(parsed['min-step']),
    maxStep: must(parsed['max-step']),
    warmUp: must(parsed['warm-up']),
    preFlight: must(parsed['pre-flight']),
    onInconclusive: must(parsed['on-inconclusive']),
    onCancel: must(parsed['on-cancel']),
    bake: must(parsed.bake),
    timeout: must(parsed.timeout),
    readyTimeout: must(parsed['ready-timeout']),
    retire: must(parsed.retire),
    settle: must(parsed.settle),
    onConflict: must(parsed['on-conflict']),
    onDrift: must(parsed['on-drift']),
    ifStale: parsed['if-stale'] === 'true',
    stable: spread(parsed.stable, services),
    checks: parsed.checks ?? [],
    checkCommand: parsed['check-command'] ?? [],
    probePath: spread(parsed['probe-path'], services),
    probeHeaders: parsed['probe-headers'] ?? record<string>([]),
    probeConsumer: must(parsed['probe-consumer']),
    probeRate: must(parsed['probe-rate']),
    evidence: must(parsed.evidence),
    metrics: must(parsed.metrics),
    ...(parsed['prometheus-url'] === undefined ? {} : { prometheusUrl: parsed['prometheus-url'] }),
    ...(parsed['prometheus-queries'] === undefined ? {} : { prometheusQueries: parsed['prometheus-queries'] }),
    scrapeInterval: must(parsed['scrape-interval']),
    maxErrorIncrease: must(parsed['max-error-increase']),
    falseAlarm: must(parsed['false-alarm']),
    ...(parsed.slo === undefined ? {} : { slo: parsed.slo }),
    latency: must(parsed.latency),
    allowUnproved: parsed['allow-unproved'] === 'true',
    identify: must(parsed.identify),
    kubectlVersion: parsed['kubectl-version'] ?? '',
    helmVersion: parsed['helm-version'] ?? '',
    ...(parsed['tools-mirror'] === undefined ? {} : { toolsMirror: parsed['tools-mirror'] }),
    toolsChecksums: parsed['tools-checksums'] ?? record<string>([]),
    workspace,
  };
}

function access(given: Parsed['kubeconfig']): Pick<Settings, 'kubeconfig' | 'kubeconfigContent' | 'kubeconfigSecrets'> {
  if (given === undefined) return {};
  if ('path' in given) return { kubeconfig: given.path };
  return { kubeconfigContent: given.content, kubeconfigSecrets: given.secrets };
}

function spread(value: PerService<string> | undefined, services: readonly string[]): Readonly<Record<string, string>> {
  if (value === undefined) return record<string>([]);
  return 'each' in value ? value.each : record(services.map((service) => [service, value.all] as const));
}

/** A value every path through parsing and rules has made sure of; a gap is a defect of this room, not of the user. */
function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('a setting without a value passed all checks: please report this');
  return value;
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) deepFreeze(part);
  }
  return value;
}
