/** Where the publishers keep their builds. Pure: addresses, file names and platforms, no network. */
import { ToolError } from '../errors.ts';
import type { ToolName, Version, Wanted } from './versions.ts';
import { formatVersion } from './versions.ts';

/** This machine as Node names it (`process.platform`, `process.arch`). */
export interface Machine {
  readonly platform: string;
  readonly arch: string;
}

/** This machine as Go, and so both publishers, name it. */
export interface Target {
  readonly os: 'linux' | 'darwin' | 'windows';
  readonly arch: 'amd64' | 'arm64';
}

export interface Build {
  readonly tool: ToolName;
  readonly version: Version;
  readonly target: Target;
  /** `kubectl-v1.36.3-linux-amd64`: what checksums are listed under. */
  readonly id: string;
  /** Name of the program: `kubectl`, `helm.exe`. */
  readonly program: string;
  /** What is downloaded: the program itself, or a .tar.gz that holds it. */
  readonly url: URL;
  /** Path of the program inside the archive; absent when the download is the program. */
  readonly member?: string;
  /** The publisher's checksum of the download. */
  readonly checksumUrl: URL;
}

/** kubernetes.io, "Install and Set Up kubectl"; storage.googleapis.com/kubernetes-release stopped at v1.31.0. */
const ORIGIN: Readonly<Record<ToolName, string>> = { kubectl: 'https://dl.k8s.io', helm: 'https://get.helm.sh' };

const OS: Readonly<Record<string, Target['os']>> = { linux: 'linux', darwin: 'darwin', win32: 'windows' };
const ARCH: Readonly<Record<string, Target['arch']>> = { x64: 'amd64', arm64: 'arm64' };

/** @throws ToolError on a platform or processor without a mapping: another one's build would not run, or run emulated. */
export function targetOf({ platform, arch }: Machine, tool: ToolName): Target {
  const os = Object.hasOwn(OS, platform) ? OS[platform] : undefined;
  const processor = Object.hasOwn(ARCH, arch) ? ARCH[arch] : undefined;
  if (os !== undefined && processor !== undefined) return { os, arch: processor };
  throw new ToolError(
    `${tool} cannot be downloaded for ${platform} on ${arch}: Linux, macOS and Windows on x64 and arm64 are known`,
    `install ${tool} on PATH before this step`,
  );
}

/** One build, at the publisher or on a mirror with the same paths. */
export function buildOf(tool: ToolName, version: Version, target: Target, mirror?: string): Build {
  const name = formatVersion(version);
  const program = target.os === 'windows' ? `${tool}.exe` : tool;
  const id = `${tool}-${name}-${target.os}-${target.arch}`;
  if (tool === 'kubectl') {
    const url = at(tool, `release/${name}/bin/${target.os}/${target.arch}/${program}`, mirror);
    return { tool, version, target, id, program, url, checksumUrl: new URL(`${url.href}.sha256`) };
  }
  // Every platform has a .tar.gz, Windows too (helm/helm, scripts/get-helm-4): no reader for .zip is needed.
  const url = at(tool, `${id}.tar.gz`, mirror);
  const member = `${target.os}-${target.arch}/${program}`;
  return { tool, version, target, id, program, url, member, checksumUrl: new URL(`${url.href}.sha256sum`) };
}

/**
 * The file that names the newest release of a kind. Helm has one for a major only: for a minor it helps when the minor
 * is the newest.
 */
export function stableUrl(tool: ToolName, wanted: Wanted, mirror?: string): URL {
  if (tool === 'helm') {
    const major = wanted.kind === 'minor' ? wanted.major : 4;
    return at(tool, `helm${major}-latest-version`, mirror);
  }
  return at(tool, `release/stable${wanted.kind === 'minor' ? `-${wanted.major}.${wanted.minor}` : ''}.txt`, mirror);
}

function at(tool: ToolName, path: string, mirror: string | undefined): URL {
  return new URL(`${(mirror ?? ORIGIN[tool]).replace(/\/+$/, '')}/${path}`);
}
