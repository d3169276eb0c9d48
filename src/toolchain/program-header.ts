/** The first bytes of a program: for which system and processor it was built. */
import fs from 'node:fs';
import { ToolError } from '../errors.ts';
import type { Target } from './builds.ts';

/** e_machine of ELF (ELF specification), cputype of Mach-O (mach/machine.h), Machine of PE (PE format, COFF header). */
const ELF: Readonly<Record<number, string>> = { 62: 'amd64', 183: 'arm64', 3: '386', 40: 'arm' };
const MACH_O: Readonly<Record<number, string>> = { 16777223: 'amd64', 16777228: 'arm64' };
const PE: Readonly<Record<number, string>> = { 34404: 'amd64', 43620: 'arm64', 332: '386' };

const HEADER = 4096;

/** `linux/amd64`, `darwin/arm64`, `windows/amd64`, …; undefined when it is no program we know. */
export function builtFor(head: Buffer): string | undefined {
  if (head.length >= 20 && head.readUInt32BE(0) === 0x7f454c46) {
    const machine = head[5] === 2 ? head.readUInt16BE(18) : head.readUInt16LE(18);
    return `linux/${ELF[machine] ?? `machine ${machine}`}`;
  }
  if (head.length >= 8 && head.readUInt32LE(0) === 0xfeedfacf) {
    const type = head.readUInt32LE(4);
    return `darwin/${MACH_O[type] ?? `processor ${type}`}`;
  }
  if (head.length >= 64 && head.toString('latin1', 0, 2) === 'MZ') {
    const at = head.readUInt32LE(0x3c);
    if (at + 6 > head.length || head.readUInt32BE(at) !== 0x50450000) return undefined;
    const machine = head.readUInt16LE(at + 4);
    return `windows/${PE[machine] ?? `machine ${machine}`}`;
  }
  return undefined;
}

/** @throws ToolError when the file is no program for this machine. Nothing of it is run to find out. */
export function requireBuiltFor(file: string, target: Target, what: string): void {
  const descriptor = fs.openSync(file, 'r');
  const head = Buffer.alloc(HEADER);
  let length = 0;
  try {
    length = fs.readSync(descriptor, head, 0, HEADER, 0);
  } finally {
    fs.closeSync(descriptor);
  }
  const found = builtFor(head.subarray(0, length));
  const needed = `${target.os}/${target.arch}`;
  if (found === needed) return;
  throw new ToolError(
    `${what} was refused: it is ${found === undefined ? 'no program' : `a program for ${found}`}, and this machine needs ${needed}`,
    'check what the mirror holds, and the checksum that allowed it',
  );
}
