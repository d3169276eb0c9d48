/** Rules between inputs. Each adds problems; none repairs a value. */

import type { InputName } from './defaults.ts';
import { inputs } from './defaults.ts';
import { renderDuration } from './durations.ts';
import type { Parsed } from './inputs.ts';
import { inputNames, inputTable } from './inputs.ts';
import type { PerService } from './lists.ts';

/** Where a value came from: `default` also when an input was given but says the same as the default. */
export type Origin = 'input' | 'config' | 'default';

/** Reports a problem of one input. */
export type Blame = (input: InputName, message: string, shown?: unknown) => void;

export function checkRules(parsed: Parsed, origins: Readonly<Record<InputName, Origin>>, blame: Blame): void {
  const has = (name: InputName) => origins[name] !== 'default' || inputs[name].default !== '';
  if (parsed.command === 'deploy') {
    for (const name of ['services', 'version'] as const) {
      if (!has(name)) blame(name, `is needed by deploy: ${example[name]}`);
    }
    if (parsed.services?.length === 0) blame('services', `must name at least one service: ${example.services}`);
  }
  if (parsed.command === 'setup') {
    for (const name of inputNames) {
      if (only(name) === 'deploy' && origins[name] === 'input') {
        blame(name, 'means nothing to setup: leave it out, or put it in the config file that deploy shares');
      }
    }
  }
  if (parsed['install-kong'] === 'false') {
    for (const name of ['kong-chart-version', 'kong-chart-repository'] as const) {
      if (origins[name] !== 'default') blame(name, 'means nothing with install-kong: false');
    }
  }
  backendNames(parsed, blame);
  servicesOf('image', parsed.image, parsed.services, blame);
  servicesOf('probe-path', parsed['probe-path'], parsed.services, blame);
  times(parsed, origins, blame);
}

const example = { services: 'give names such as jazz, metal', version: 'give one such as v2' };

function only(name: InputName): string | undefined {
  return 'only' in inputTable[name] ? inputTable[name].only : undefined;
}

/** `<service>-<version>` names Deployments and Services, so it has to be a DNS label itself. */
function backendNames(parsed: Parsed, blame: Blame): void {
  for (const service of parsed.services ?? []) {
    const name = `${service}-${parsed.version ?? ''}`;
    if (parsed.version === undefined || name.length <= 63) continue;
    blame('version', `makes the name ${name} of ${name.length} characters: at most 63 are allowed`);
  }
}

function servicesOf(
  input: 'image' | 'probe-path',
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

/** What can never fit is refused now, not found out when the time is up. */
function times(parsed: Parsed, origins: Readonly<Record<InputName, Origin>>, blame: Blame): void {
  const { timeout, bake = 0, 'min-step': minStep = 0, 'ready-timeout': ready } = parsed;
  if (timeout === undefined) return;
  const total = `timeout (${renderDuration(timeout)})`;
  const waits = (parsed['canary-weight'] ?? []).length - 1;
  if (parsed.command === 'setup') return;
  if (minStep > timeout) blame('min-step', `must not be longer than ${total}`);
  else if (waits * minStep + bake > timeout) {
    const needed = renderDuration(waits * minStep + bake);
    blame('timeout', `is too short: the weights, min-step and bake need at least ${needed}`);
  }
  if (ready !== undefined && ready > timeout && origins['ready-timeout'] !== 'default') {
    blame('ready-timeout', `must not be longer than ${total}`);
  }
}
