import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { providers } from '../../../src/routes/index.ts';
import {
  circles,
  fullFolders,
  importersOf,
  impurities,
  longFiles,
  namesTwice,
  providersNamed,
  upwardImports,
  usersOf,
} from './rules.ts';

/** The checkout: tests run from its root. */
const root = process.cwd();
const sources = new Map(filesOf('src').map((file) => [file, fs.readFileSync(path.join(root, file), 'utf8')]));

describe('the house', () => {
  it('has floors: no import runs up, types included', () => {
    expect(upwardImports(sources)).toEqual([]);
  });

  it('has no circles of imports, types included', () => {
    expect(circles(sources)).toEqual([]);
  });

  it('keeps its pure rooms pure: no I/O, no clock, no chance, no @actions', () => {
    expect(impurities(sources)).toEqual([]);
  });

  it('asks a provider for its facts: no name and no test on a kind outside its folder', () => {
    const facts = providers.map((provider) => provider.facts);
    const kinds = facts.map(({ resource }) => resource.kind);
    expect(
      providersNamed(
        sources,
        facts.map(({ name }) => name),
        kinds,
      ),
    ).toEqual([]);
  });

  it('says the names of groups, annotations and labels once', () => {
    expect(namesTwice(sources)).toEqual([]);
  });

  it('has files of one room and folders of one floor', () => {
    expect(longFiles(sources)).toEqual([]);
    expect(fullFolders(sources)).toEqual([]);
  });

  it('starts processes in two files', () => {
    expect(
      importersOf(sources, /^node:child_process$/, /^src\/(toolchain\/process|cluster\/connection\/proxy)\.ts$/),
    ).toEqual([]);
  });

  it('opens connections in three files', () => {
    expect(
      importersOf(
        sources,
        /^node:(http|https|net|tls)$/,
        /^src\/(cluster\/connection\/transport|http\/\w+|toolchain\/get)\.ts$/,
      ),
    ).toEqual([]);
  });

  it('prints in report/log.ts alone', () => {
    const printing = /\bconsole\.|process\.(stdout|stderr)\.write|\bcore\.(info|warning|error|notice|debug)\(/;
    expect(usersOf(sources, printing, /^src\/report\/log\.ts$/)).toEqual([]);
  });

  it('reads inputs in the settings alone', () => {
    expect(usersOf(sources, /INPUT_|getInput\(/, /^src\/settings\//)).toEqual([]);
  });

  it('never ends the process early: outputs and clean-up would be cut off', () => {
    expect(usersOf(sources, /process\.exit\(/, /^$/)).toEqual([]);
  });
});

function filesOf(folder: string): string[] {
  return fs.readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const name = `${folder}/${entry.name}`;
    return entry.isDirectory() ? filesOf(name) : entry.name.endsWith('.ts') ? [name] : [];
  });
}
