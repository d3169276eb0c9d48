import { describe, expect, it } from '@jest/globals';
import { buildOf, stableUrl, targetOf } from '../../../src/toolchain/builds.ts';
import { cacheFolder } from '../../../src/toolchain/cache.ts';
import { readChecksumFile } from '../../../src/toolchain/checksums.ts';
import { knownChecksums } from '../../../src/toolchain/known-checksums.ts';
import { builtFor } from '../../../src/toolchain/program-header.ts';
import { formatVersion, parseVersion, parseWanted, skewFits } from '../../../src/toolchain/versions.ts';
import { elf } from './mirror.ts';

const version = (text: string) => {
  const parsed = parseVersion(text);
  if (parsed === undefined) throw new Error(text);
  return parsed;
};

describe('versions', () => {
  it('are read as kubectl, helm and managed clusters write them', () => {
    expect(
      ['v1.36.3', '1.36.3', 'v4.2.3+g43e8b7f', 'v1.33.1-eks-1a2b'].map((text) => formatVersion(version(text))),
    ).toEqual(['v1.36.3', 'v1.36.3', 'v4.2.3', 'v1.33.1-eks-1a2b']);
    expect(['1.36', 'latest', '', '1.36.3; rm', '1.2.3.4', 'v1.36.3/../x'].map(parseVersion)).toEqual(
      Array(6).fill(undefined),
    );
  });

  it('are asked for as exact, minor, stable or not at all', () => {
    expect(['', 'stable', '1.36', 'v1.36.3'].map((text) => parseWanted(text)?.kind)).toEqual([
      'any',
      'stable',
      'minor',
      'exact',
    ]);
    expect(['latest', '1', '1.36.x', '1.36.3+g1', '^1.36', '../1.36'].map(parseWanted)).toEqual(
      Array(6).fill(undefined),
    );
  });

  it('fit a server within one minor', () => {
    const server = version('v1.36.3');
    const fitting = ['v1.34.0', 'v1.35.9', 'v1.36.0', 'v1.37.1', 'v1.38.0', 'v2.36.0'].map((text) =>
      skewFits(version(text), server),
    );
    expect(fitting).toEqual([false, true, true, true, false, false]);
  });
});

describe('downloads on each platform', () => {
  const url = (tool: 'kubectl' | 'helm', platform: string, arch: string, mirror?: string) =>
    buildOf(tool, version(tool === 'kubectl' ? '1.36.3' : '4.2.3'), targetOf({ platform, arch }, tool), mirror);

  it('have the paths of the publishers', () => {
    expect(url('kubectl', 'linux', 'x64').url.href).toBe('https://dl.k8s.io/release/v1.36.3/bin/linux/amd64/kubectl');
    expect(url('kubectl', 'linux', 'x64').checksumUrl.href).toMatch(/\/kubectl\.sha256$/);
    expect(url('kubectl', 'win32', 'arm64').url.href).toBe(
      'https://dl.k8s.io/release/v1.36.3/bin/windows/arm64/kubectl.exe',
    );
    expect(url('helm', 'darwin', 'arm64').url.href).toBe('https://get.helm.sh/helm-v4.2.3-darwin-arm64.tar.gz');
    expect(url('helm', 'darwin', 'arm64').checksumUrl.href).toMatch(/\.tar\.gz\.sha256sum$/);
    expect(url('helm', 'win32', 'x64')).toMatchObject({ program: 'helm.exe', member: 'windows-amd64/helm.exe' });
    expect(url('helm', 'linux', 'x64', 'https://m.test/tools/').url.href).toBe(
      'https://m.test/tools/helm-v4.2.3-linux-amd64.tar.gz',
    );
    expect(stableUrl('kubectl', { kind: 'stable' }).href).toBe('https://dl.k8s.io/release/stable.txt');
    expect(stableUrl('helm', { kind: 'minor', major: 3, minor: 16 }).href).toBe(
      'https://get.helm.sh/helm3-latest-version',
    );
  });

  it('are refused where nothing is built', () => {
    expect(() => targetOf({ platform: 'freebsd', arch: 'x64' }, 'helm')).toThrow(
      'helm cannot be downloaded for freebsd on x64',
    );
    expect(() => targetOf({ platform: 'constructor', arch: 'x64' }, 'helm')).toThrow('cannot be downloaded');
  });

  it("are kept in the runner's tool cache, else in the user's", () => {
    const home = '/home/me';
    expect(cacheFolder({ RUNNER_TOOL_CACHE: '/opt/cache' }, 'linux', home)).toBe('/opt/cache');
    expect(cacheFolder({ RUNNER_TOOL_CACHE: 'relative' }, 'linux', home)).toBe('/home/me/.cache/mesh-canary');
    expect(cacheFolder({}, 'darwin', home)).toBe('/home/me/Library/Caches/mesh-canary');
    const windows = { LOCALAPPDATA: 'C:\\Users\\me\\AppData\\Local' };
    expect(cacheFolder(windows, 'win32', 'C:\\Users\\me')).toBe('C:\\Users\\me\\AppData\\Local\\mesh-canary');
    expect(cacheFolder({ RUNNER_TOOL_CACHE: 'D:\\tools' }, 'win32', 'C:\\')).toBe('D:\\tools');
  });
});

describe('checksums', () => {
  const hash = 'ab'.repeat(32);
  it("are read from kubectl's and helm's files, for the right file only", () => {
    expect(readChecksumFile(`${hash}\n`, 'kubectl')).toBe(hash);
    expect(readChecksumFile(`${hash.toUpperCase()}  helm.tar.gz\n`, 'helm.tar.gz')).toBe(hash);
    expect(readChecksumFile(`${hash}  other.tar.gz\n`, 'helm.tar.gz')).toBeUndefined();
    expect(readChecksumFile('<html></html>', 'kubectl')).toBeUndefined();
    expect(readChecksumFile(`${hash}00`, 'kubectl')).toBeUndefined();
  });

  it('that are built in name a download and are whole', () => {
    for (const [name, { sha256 }] of Object.entries(knownChecksums)) {
      expect(name).toMatch(/^(kubectl|helm)-v\d+\.\d+\.\d+-(linux|darwin|windows)-(amd64|arm64)$/);
      expect(sha256).toMatch(/^[0-9a-f]{64}$/);
    }
  });
});

describe('the head of a program', () => {
  it('tells system and processor', () => {
    const macho = Buffer.from([0xcf, 0xfa, 0xed, 0xfe, 0x0c, 0, 0, 1]);
    const pe = Buffer.alloc(256);
    pe.write('MZ');
    pe.writeUInt32LE(0x80, 0x3c);
    pe.write('PE\0\0', 0x80);
    pe.writeUInt16LE(0xaa64, 0x84);
    expect([elf(), elf(0xb7), macho, pe].map(builtFor)).toEqual([
      'linux/amd64',
      'linux/arm64',
      'darwin/arm64',
      'windows/arm64',
    ]);
    expect(builtFor(process.platform === 'linux' ? elf() : macho)).toBeDefined();
    expect(
      [Buffer.alloc(0), Buffer.from('#!/bin/sh\n'), Buffer.from('MZ'), Buffer.from([0x7f, 0x45])].map(builtFor),
    ).toEqual(Array(4).fill(undefined));
  });
});
