/** Building the lab's Go programs from the pinned modules in lab/go, and taking files out of Go modules. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { labSources } from '../paths.ts';
import { run } from './commands.ts';
import {
  ETCD_VERSION,
  HELM_VERSION,
  INGRESS_CONTROLLER_VERSION,
  KUBERNETES_VERSION,
  MINIMUM_GO,
  PROMETHEUS_VERSION,
} from './versions.ts';

export interface GoProgram {
  /** Name of the executable. */
  readonly name: string;
  readonly version: string;
  /** Folder under lab/go whose go.mod and go.sum pin everything. */
  readonly module: string;
  readonly package: string;
  readonly ldflags: string;
  /** Build tags, by comma. */
  readonly tags?: string;
}

/** Without these the programs report v0.0.0, which clients' version checks refuse. */
const KUBERNETES_LDFLAGS = [
  '-s -w',
  ...Object.entries({
    gitVersion: `v${KUBERNETES_VERSION}`,
    gitMajor: KUBERNETES_VERSION.split('.')[0],
    gitMinor: KUBERNETES_VERSION.split('.')[1],
    gitCommit: 'unknown',
    gitTreeState: 'clean',
    buildDate: '2026-07-22T00:00:00Z',
  }).map(([name, value]) => `-X k8s.io/component-base/version.${name}=${value}`),
  `-X k8s.io/client-go/pkg/version.gitVersion=v${KUBERNETES_VERSION}`,
].join(' ');

function kubernetes(name: string): GoProgram {
  return {
    name,
    version: KUBERNETES_VERSION,
    module: 'control-plane',
    package: `k8s.io/kubernetes/cmd/${name}`,
    ldflags: KUBERNETES_LDFLAGS,
  };
}

export const ETCD: GoProgram = {
  name: 'etcd',
  version: ETCD_VERSION,
  module: 'etcd',
  package: 'go.etcd.io/etcd/server/v3',
  ldflags: '-s -w',
};
export const API_SERVER = kubernetes('kube-apiserver');
export const CONTROLLER_MANAGER = kubernetes('kube-controller-manager');
export const INGRESS_CONTROLLER: GoProgram = {
  name: 'ingress-controller',
  version: INGRESS_CONTROLLER_VERSION,
  module: 'ingress-controller',
  package: 'github.com/kong/kubernetes-ingress-controller/v3/internal/cmd',
  ldflags: '-s -w',
};
/** Only where no official build can be had. */
export const KUBECTL = kubernetes('kubectl');
export const HELM: GoProgram = {
  name: 'helm',
  version: HELM_VERSION,
  module: 'helm',
  package: 'helm.sh/helm/v4/cmd/helm',
  ldflags: `-s -w -X helm.sh/helm/v4/internal/version.version=v${HELM_VERSION}`,
};
/** Without its web page, and with no service discovery but that of Kubernetes: the others are two thirds of the build. */
export const PROMETHEUS: GoProgram = {
  name: 'prometheus',
  version: PROMETHEUS_VERSION,
  module: 'prometheus',
  package: 'github.com/prometheus/prometheus/cmd/prometheus',
  ldflags: `-s -w -X github.com/prometheus/common/version.Version=${PROMETHEUS_VERSION}`,
  tags: 'remove_all_sd,enable_kubernetes_sd',
};

/** The Go on PATH; undefined when there is none. `local`: it may not fetch a newer one by itself. */
export interface Go {
  readonly version: string;
  readonly local: boolean;
}

export function findGo(): Go | undefined {
  try {
    // Outside any module, so that no go.mod makes this call switch to (and download) another version.
    const [version = '', toolchain = ''] = execFileSync('go', ['env', 'GOVERSION', 'GOTOOLCHAIN'], {
      cwd: os.tmpdir(),
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).split('\n');
    return { version, local: toolchain === 'local' };
  } catch {
    return undefined;
  }
}

/** Throws with what to install when this Go cannot build the lab's programs. */
export function requireGo(go: Go | undefined): Go {
  const wanted = `Go ${MINIMUM_GO.major}.${MINIMUM_GO.minor} or newer`;
  const install = `The lab builds a real Kubernetes control plane once. Install ${wanted}: https://go.dev/dl`;
  if (go === undefined) throw new Error(`go is not on PATH. ${install}`);
  const [, major = '0', minor = '0'] = /^go(\d+)\.(\d+)/.exec(go.version) ?? [];
  const number = Number(major) * 1000 + Number(minor);
  if (number >= MINIMUM_GO.major * 1000 + MINIMUM_GO.minor) return go;
  // Go 1.21 and newer fetch the version a go.mod asks for, unless GOTOOLCHAIN=local forbids it.
  if (number >= 1021 && !go.local) return go;
  throw new Error(
    `${go.version} is too old${go.local ? ' and GOTOOLCHAIN=local forbids a newer one' : ''}. ${install}`,
  );
}

/** Hash of everything of ours that decides what a build gives: module pins and flags. */
export function goInputs(program: GoProgram): string {
  const hash = createHash('sha256').update(JSON.stringify(program));
  for (const name of ['go.mod', 'go.sum']) hash.update(fs.readFileSync(path.join(moduleDir(program.module), name)));
  return hash.digest('hex').slice(0, 12);
}

/** Builds one program into a folder. */
export async function buildGo(program: GoProgram, dir: string, log: string, signal: AbortSignal): Promise<void> {
  await run({
    file: 'go',
    args: [
      'build',
      '-trimpath',
      ...(program.tags === undefined ? [] : ['-tags', program.tags]),
      '-ldflags',
      program.ldflags,
      '-o',
      path.join(dir, program.name),
      program.package,
    ],
    cwd: moduleDir(program.module),
    env: { CGO_ENABLED: '0', GOFLAGS: '-mod=readonly', GOWORK: 'off' },
    log,
    signal,
  });
}

/** The folder of a module's files in Go's own cache, downloaded if need be. Throws when it is not what `sum` pins. */
export async function moduleFiles(module: string, sum: string, log: string, signal: AbortSignal): Promise<string> {
  const cwd = moduleDir(INGRESS_CONTROLLER.module);
  const env = { GOFLAGS: '-mod=readonly', GOWORK: 'off' };
  const answer = await run({ file: 'go', args: ['mod', 'download', '-json', module], cwd, env, log, signal });
  const found = JSON.parse(answer) as { Dir?: string; Sum?: string };
  if (found.Sum !== sum || found.Dir === undefined) {
    throw new Error(
      `the Go module ${module} has the hash ${found.Sum}, expected ${sum}: the module proxy served other files`,
    );
  }
  return found.Dir;
}

function moduleDir(module: string): string {
  return path.join(labSources, 'go', module);
}
