/** Checks the settings of plugins by their schemas (kong/db/schema/entities/plugins.lua and each plugin's schema.lua). */
import { isBundled, pluginNamed } from '../plugins/registry.ts';
import { checkRecord, type Values, type Violation } from './field.ts';

/** Rules about a whole plugin: it must exist, and its settings must fit. */
export function pluginChecks(values: Values): Violation[] {
  const name = String(values['name']);
  if (!isBundled(name)) {
    const message = `plugin '${name}' not enabled; add it to the 'plugins' configuration property`;
    return [{ type: 'field', field: 'name', message }];
  }
  return checkPluginConfig(name, values['config']).violations;
}

/** Checks the settings of a plugin by its schema; a plugin without one here is left as it is. */
export function checkPluginConfig(name: string, config: unknown): { values: Values; violations: Violation[] } {
  const plugin = pluginNamed(name);
  const given = (config ?? {}) as Values;
  if (plugin === undefined) return { values: given, violations: [] };
  const { values, violations } = checkRecord(
    { config: { type: 'record', required: true, fields: plugin.fields } },
    { config: given },
  );
  const settings = values['config'] as Values;
  if (violations.length > 0) return { values: settings, violations };
  const error = plugin.checkConfig?.(settings);
  const more: Violation[] = error === undefined ? [] : [{ type: 'field', field: 'config', message: error }];
  return { values: settings, violations: [...more, ...(plugin.checkEntity?.(settings) ?? [])] };
}
