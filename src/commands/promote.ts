/** `promote`: goes on with a release that is holding, from whatever job or machine: `deploy` with what the journal knows. */
import type { Cluster } from '../cluster/cluster.ts';
import { LintError } from '../errors.ts';
import type { Journal } from '../journal/journal.ts';
import type { Outcome } from '../report/index.ts';
import type { RunContext } from '../run/context.ts';
import type { Settings } from '../settings/index.ts';
import { liveProvider } from '../study/mesh.ts';
import { readStandings } from '../study/standings.ts';
import { deploy } from './deploy.ts';

export async function promote(context: RunContext, cluster: Cluster): Promise<Outcome> {
  const { settings, notes } = context;
  const provider = await liveProvider(cluster, settings);
  // All of the namespace: the release's own name says which services belong to it.
  const { found } = await readStandings(cluster, provider, settings.namespace, []);
  const completed = completedBy(
    settings,
    found.flatMap(({ journal }) => journal ?? []),
  );
  notes.say(`going on with release ${completed.services.join(',')}@${completed.version}`);
  return deploy({ ...context, settings: completed }, cluster);
}

/**
 * The settings with services and version of the one release that is holding. Pure.
 * @throws LintError when none is, or several are and the inputs do not say which.
 */
export function completedBy(settings: Settings, journals: readonly Journal[]): Settings {
  const holding = journals.filter(
    ({ phase, versions, release }) =>
      (phase === 'holding' || phase === 'settling') &&
      (settings.version === '' || versions.canary === settings.version) &&
      settings.services.every((service) => servicesOf(release).includes(service)),
  );
  const releases = new Map<string, Journal[]>();
  for (const journal of holding) releases.set(journal.release, [...(releases.get(journal.release) ?? []), journal]);
  const [only, ...others] = releases;
  if (only === undefined) {
    const states = journals.map(({ service, release, phase }) => `${service}: ${release} is ${phase}`);
    throw new LintError(
      `no release ${settings.version === '' ? '' : `of ${settings.version} `}is holding in namespace ${settings.namespace} (${states.join('; ') || 'none is recorded'})`,
      'begin one with the command deploy and weights that end below 100',
    );
  }
  if (others.length > 0) {
    throw new LintError(
      `${releases.size} releases are holding in namespace ${settings.namespace}: ${[...releases.keys()].join('; ')}`,
      'say which with the inputs services and version',
    );
  }
  const [release, members] = only;
  const version = members[0]?.versions.canary ?? '';
  if (members.some(({ runs }) => runs !== undefined) && settings.manifests.length === 0) {
    throw new LintError(
      `release ${release} takes the service's own name at its end, and what that is to be is in its manifests`,
      'give the input manifests as the release had it',
    );
  }
  // The release's name lists all its services, also one whose route was replaced since: they move in lockstep.
  const services = servicesOf(release).sort();
  const missing = services.filter((service) => !members.some((member) => member.service === service));
  if (missing.length > 0) {
    throw new LintError(
      `release ${release} is not holding for ${missing.join(', ')}: ${journalsOf(missing, journals)}`,
      'look at them with the command status; rollback returns all of them',
    );
  }
  return { ...settings, services, version };
}

/** `jazz,metal@v2` ► jazz, metal */
function servicesOf(release: string): string[] {
  return release.slice(0, Math.max(0, release.lastIndexOf('@'))).split(',');
}

function journalsOf(services: readonly string[], journals: readonly Journal[]): string {
  return services
    .map((service) => {
      const journal = journals.find((one) => one.service === service);
      return journal === undefined
        ? `${service} has no journal`
        : `${service} is ${journal.phase} in ${journal.release}`;
    })
    .join('; ');
}
