import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { PlanReport } from '../../forecast/types.ts';
import { isSecretHeader } from '../../settings/secrets.ts';
import type { Settings } from '../../settings/types.ts';
import { mask } from '../masks.ts';
import type { Outcome } from '../outcome.ts';

/** Version of the shape below; raised when a field changes its meaning or goes. */
export const evidenceSchema = 'mesh-canary.dev/evidence/v1';

/** The content of evidence.json. */
export interface EvidenceFile {
  readonly schema: typeof evidenceSchema;
  readonly outcome: Omit<Outcome, 'timeline' | 'plan' | 'document'>;
  /** As {@link publicSettings}; null when the run ended before there were any. */
  readonly settings: unknown;
  readonly timeline: Outcome['timeline'];
}

/** Settings without what may be secret: header values, bodies of checks, and configuration of inline plugins. */
export function publicSettings(settings: Settings): unknown {
  return {
    ...settings,
    ...(settings.kubeconfigContent === undefined ? {} : { kubeconfigContent: mask, kubeconfigSecrets: undefined }),
    probeHeaders: mapped(settings.probeHeaders, () => mask),
    checks: settings.checks.map(({ body, ...check }) => ({
      ...check,
      headers: mapped(check.headers, (value, name) => (isSecretHeader(name) ? mask : value)),
      ...(body === undefined ? {} : { body: mask }),
    })),
    plugins: settings.plugins.map((plugin) => (plugin.kind === 'named' ? plugin : { ...plugin, config: mask })),
  };
}

function mapped(
  values: Readonly<Record<string, string>>,
  change: (value: string, name: string) => string,
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value, name)]));
}

/** The evidence as JSON text; `hide` replaces masked values in every text and every name of a field. */
export function renderEvidence(
  outcome: Outcome,
  settings: Settings | undefined,
  hide: (text: string) => string,
): string {
  const { timeline, plan: _, document: __, ...rest } = outcome;
  const shown = settings === undefined ? null : publicSettings(settings);
  const file: EvidenceFile = { schema: evidenceSchema, outcome: rest, settings: shown, timeline };
  return `${JSON.stringify(hidden(file, hide), null, 2)}\n`;
}

/** The plan as JSON text, hidden in the same way. */
export function renderPlan(plan: PlanReport, hide: (text: string) => string): string {
  return `${JSON.stringify(hidden(plan, hide), null, 2)}\n`;
}

function hidden(value: unknown, hide: (text: string) => string): unknown {
  if (typeof value === 'string') return hide(value);
  if (Array.isArray(value)) return value.map((item) => hidden(item, hide));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [hide(name), hidden(item, hide)]));
}

/** A new folder for this run's files, readable by its owner only. */
export function makeReportFolder(env: Readonly<Record<string, string | undefined>>): string {
  return fs.mkdtempSync(path.join(env['RUNNER_TEMP'] || os.tmpdir(), 'mesh-canary-'));
}

/** Writes a file of the report and returns its path. */
export function writeReportFile(
  folder: string,
  name: 'evidence.json' | 'plan.json' | 'report.md' | 'gateway-api.yaml',
  text: string,
): string {
  const file = path.join(folder, name);
  fs.writeFileSync(file, text, { mode: 0o600 });
  return file;
}
