/** What every command, and every room of a release, is given. */
import fs from 'node:fs';
import path from 'node:path';
import type { OpenHttp } from '../gateway/in-cluster.ts';
import type { Ports } from '../ports.ts';
import type { Log } from '../report/index.ts';
import type { Notes } from '../report/notes.ts';
import type { Settings } from '../settings/index.ts';

export interface RunContext {
  readonly settings: Settings;
  readonly log: Log;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly ports: Ports;
  /** How the public path is asked where that does not go through the API server; absent: over the network. */
  readonly openHttp?: OpenHttp;
  /** Aborted by SIGINT, SIGTERM and the total timeout, with a StoppedError. */
  readonly signal: AbortSignal;
  /** Folder that holds dist/ and manifests/ of this tool. */
  readonly actionRoot: string;
  readonly run: Run;
  readonly notes: Notes;
}

/** This run, as locks and journals name it. */
export interface Run {
  readonly id: string;
  readonly url?: string;
}

/** The run's id: unique, and readable in a Lease. */
export function identifyRun(env: RunContext['env'], random: () => number): Run {
  const suffix = Math.floor(random() * 0xffffffff)
    .toString(16)
    .padStart(8, '0');
  const id = env['GITHUB_RUN_ID'];
  if (id && /^\d{1,20}$/.test(id)) {
    const attempt = /^\d{1,6}$/.test(env['GITHUB_RUN_ATTEMPT'] ?? '') ? env['GITHUB_RUN_ATTEMPT'] : '1';
    const server = env['GITHUB_SERVER_URL'] ?? '';
    const repository = env['GITHUB_REPOSITORY'] ?? '';
    const known = /^https:\/\/[\w.:-]+$/.test(server) && /^[\w.-]+\/[\w.-]+$/.test(repository);
    return {
      id: `github-${id}-${attempt}-${suffix}`,
      ...(known ? { url: `${server}/${repository}/actions/runs/${id}` } : {}),
    };
  }
  return { id: `local-${process.pid}-${suffix}` };
}

/** The folder that holds dist/ and manifests/: beside the file the runner started, links followed. */
export function actionRoot(): string {
  return path.resolve(path.dirname(fs.realpathSync(process.argv[1] ?? '.')), '..');
}
