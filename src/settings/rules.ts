/** Rules between inputs. Each adds problems; none repairs a value. */

import type { InputName } from './defaults.ts';
import { inputs } from './defaults.ts';
import type { Parsed } from './inputs.ts';
import { inputNames, inputTable } from './inputs.ts';
import type { Command } from './types.ts';
import { renderDuration } from './values/durations.ts';
import type { PerService } from './values/lists.ts';

/** Where a value came from: `default` also when an input was given but says the same as the default. */
export type Origin = 'input' | 'config' | 'default';

/** Reports a problem of one input. */
export type Blame = (input: InputName, message: string, shown?: unknown) => void;

export function checkRules(parsed: Parsed, origins: Readonly<Record<InputName, Origin>>, blame: Blame): void {
  const has = (name: InputName) => origins[name] !== 'default' || inputs[name].default !== '';
  const { command } = parsed;
  if (command !== undefined) {
    for (const name of needed[command]) {
      if (name === 'version' && saidByManifests(parsed)) continue;
      if (!has(name)) blame(name, `is needed by ${command}: ${example[name]}`);
    }
    if (needed[command].includes('services') && parsed.services?.length === 0) {
      blame('services', `must name at least one service: ${example.services}`);
    }
    for (const name of inputNames) {
      if (means(name, command) || origins[name] !== 'input') continue;
      const other = onlyFor(name)[0];
      blame(name, `means nothing to ${command}: leave it out, or put it in the config file that ${other} shares`);
    }
  }
  if (parsed['install-kong'] === 'false') {
    for (const name of ['kong-chart-version', 'kong-chart-repository'] as const) {
      if (origins[name] !== 'default') blame(name, 'means nothing with install-kong: false');
    }
  }
  if (command !== undefined && means('evidence', command)) evidenceRules(parsed, origins, blame);
  access(parsed, origins, blame);
  backendNames(parsed, blame);
  servicesOf('image', parsed.image, parsed.services, blame);
  servicesOf('probe-path', parsed['probe-path'], parsed.services, blame);
  servicesOf('stable', parsed.stable, parsed.services, blame);
  forNamed(parsed, blame);
  times(parsed, origins, blame);
}

/** Inputs a command cannot do without. */
const needed: Readonly<Record<Command, readonly ('services' | 'version')[]>> = {
  deploy: ['services', 'version'],
  setup: [],
  promote: [],
  rollback: [],
  status: [],
  plan: ['services', 'version'],
  check: ['services'],
  migrate: [],
};

/** The content of the service's own Deployment is a version, too: whether it is there is known when they are read. */
function saidByManifests(parsed: Parsed): boolean {
  return parsed.settle !== 'keep-name' && (parsed.manifests ?? []).length > 0;
}

const example = { services: 'give names such as jazz, metal', version: 'give one such as v2' };

/** Whether a command uses the input at all; a config file shared by several commands has some it does not. */
export function means(name: InputName, command: Command): boolean {
  const only = onlyFor(name);
  return only.length === 0 || only.includes(command);
}

/** Empty = all commands. */
function onlyFor(name: InputName): readonly Command[] {
  return 'only' in inputTable[name] ? inputTable[name].only : [];
}

/** One way to the cluster: an EKS name, or a kubeconfig. */
function access(parsed: Parsed, origins: Readonly<Record<InputName, Origin>>, blame: Blame): void {
  const given = (name: InputName) => origins[name] !== 'default';
  if (given('cluster')) {
    if (given('kubeconfig')) blame('kubeconfig', 'cannot be given together with cluster: keep one', '');
    if (given('context')) blame('context', 'means nothing with cluster: a kubeconfig of its own is made for it');
  } else {
    for (const name of ['region', 'role-arn'] as const)
      if (given(name)) blame(name, 'means nothing without cluster, the name of an EKS cluster');
  }
  if (origins.kubeconfig === 'config' && parsed.kubeconfig !== undefined && 'content' in parsed.kubeconfig)
    blame('kubeconfig', 'must be a path in the config file: content with credentials does not belong in git', '');
}

/** `<service>-<version>` names Deployments and Services, so it has to be a DNS label itself. */
function backendNames(parsed: Parsed, blame: Blame): void {
  for (const service of parsed.services ?? []) {
    const name = `${service}-${parsed.version ?? ''}`;
    if (parsed.version === undefined || name.length <= 63) continue;
    blame('version', `makes the name ${name} of ${name.length} characters: at most 63 are allowed`);
  }
}

/** One value for every service means nothing while the services are still to be found. */
function forNamed(parsed: Parsed, blame: Blame): void {
  if ((parsed.services?.length ?? 0) > 0) return;
  for (const input of ['probe-path', 'stable'] as const) {
    const value = parsed[input];
    if (value === undefined || parsed.command === undefined || !means(input, parsed.command)) continue;
    if (parsed.command === 'deploy') continue;
    if ('all' in value) blame(input, 'needs a service: write service=value, or name the services', value.all);
  }
}

function servicesOf(
  input: 'image' | 'probe-path' | 'stable',
  value: PerService<string> | undefined,
  services: readonly string[] | undefined,
  blame: Blame,
): void {
  if (value === undefined || services === undefined || !('each' in value)) return;
  for (const service of Object.keys(value.each)) {
    if (services.includes(service)) continue;
    blame(input, `names ${service}, which is not among services (${services.join(', ')})`, service);
  }
}

function evidenceRules(parsed: Parsed, origins: Readonly<Record<InputName, Origin>>, blame: Blame): void {
  const counts = (source: 'pods' | 'prometheus') => parsed.evidence?.includes(source) ?? false;
  if (parsed.evidence === undefined) return;
  if (counts('prometheus') && parsed['prometheus-url'] === undefined && origins['prometheus-url'] === 'default')
    blame('prometheus-url', 'is needed by evidence: prometheus, e.g. service:monitoring/prometheus:9090');
  for (const name of ['prometheus-url', 'prometheus-queries', 'scrape-interval'] as const)
    if (!counts('prometheus') && origins[name] === 'input') blame(name, 'means nothing without evidence: prometheus');
  if (!counts('pods') && !counts('prometheus') && origins.metrics === 'input')
    blame('metrics', 'means nothing without evidence: pods or prometheus');
  if (parsed['prometheus-queries'] !== undefined && origins.metrics !== 'default')
    blame('metrics', 'means nothing beside prometheus-queries: keep one of them');
}

/** What can never fit is refused now, not found out when the time is up. */
function times(parsed: Parsed, origins: Readonly<Record<InputName, Origin>>, blame: Blame): void {
  const { timeout, bake = 0, 'min-step': minStep = 0, 'ready-timeout': ready } = parsed;
  if (timeout === undefined) return;
  const total = `timeout (${renderDuration(timeout)})`;
  const { 'max-step': maxStep, 'warm-up': warmUp = 0 } = parsed;
  if (maxStep !== undefined && minStep >= maxStep && minStep <= timeout) {
    if (origins['max-step'] === 'default')
      blame('min-step', `must be shorter than max-step (${renderDuration(maxStep)})`);
    else blame('max-step', `must be longer than min-step (${renderDuration(minStep)})`);
  }
  const waits = (parsed['canary-weight'] ?? []).length - 1;
  if (parsed.command !== undefined && !means('canary-weight', parsed.command)) return;
  if (minStep > timeout) blame('min-step', `must not be longer than ${total}`);
  else if (waits * minStep + bake + warmUp > timeout) {
    const needed = renderDuration(waits * minStep + bake + warmUp);
    blame('timeout', `is too short: the weights, min-step, warm-up and bake need at least ${needed}`);
  }
  if (ready !== undefined && ready > timeout && origins['ready-timeout'] !== 'default') {
    blame('ready-timeout', `must not be longer than ${total}`);
  }
}
