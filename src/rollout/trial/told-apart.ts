/** Whether answers on the public path tell the versions apart: only then can a share be proved. */
import { CheckFailed } from '../../errors.ts';
import { type Running, releasesOf, trialOf } from '../running.ts';

/**
 * Says by what the versions are told apart on the public path.
 * @throws CheckFailed when they cannot be, nothing else proves the split, and `allow-unproved` does not accept it
 */
export function tellApart(running: Running): void {
  const { settings, notes } = running;
  for (const { service, observer } of releasesOf(running)) {
    const { identifier } = observer;
    if (identifier.distinguishes) {
      notes.say(`${service}: versions are told apart by ${identifier.describe()}`);
      continue;
    }
    const why = identifier.describe().replace(/^nothing: /, '');
    if (trialOf(running).design.sources.includes('users')) {
      notes.warn(`${service}: probes cannot tell the versions apart (${why}); users' counts prove the split`);
    } else if (settings.allowUnproved) {
      notes.warn(
        `${service}: the versions cannot be told apart (${why}); shares are not proved, as allow-unproved says`,
      );
    } else if (observer.slip('canary') === undefined || settings.preFlight === 0) {
      // A canary that fails shows no sign; then pre-flight says what is wrong with it.
      throw notTold(service, why);
    }
  }
}

/**
 * A canary that failed now and then in warm-up, and is good enough for pre-flight all the same, still has to be told apart.
 * @throws CheckFailed as {@link tellApart}
 */
export function stillToldApart(running: Running): void {
  if (trialOf(running).design.sources.includes('users') || running.settings.allowUnproved) return;
  for (const { service, observer } of releasesOf(running))
    if (!observer.identifier.distinguishes)
      throw notTold(service, observer.identifier.describe().replace(/^nothing: /, ''));
}

function notTold(service: string, why: string): CheckFailed {
  return new CheckFailed(
    `the versions of ${service} cannot be told apart on the public path (${why}), so no share could be proved (nothing was shifted yet)`,
    'set identify to a header or a JSON field that names the version, count users with evidence: pods, or accept it with allow-unproved: true',
  );
}
