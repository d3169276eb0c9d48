/** A Helm chart looked through before helm reads it: its name, what it would take in, and what it cannot do here. */
import fs from 'node:fs';
import path from 'node:path';
import { reasonOf } from '../../errors.ts';
import { text } from '../../kube/objects.ts';
import { parseYaml } from '../../settings/yaml-parser.ts';
import { filesOfPackage } from './package.ts';
import { Refused, specialName, type Workspace } from './workspace.ts';

export interface Chart {
  readonly name: string;
  /** Templates that ask the cluster, which nothing answers when a chart is rendered beside it. */
  readonly asking: readonly string[];
  /** Whether it brings definitions of kinds in `crds/`, which are not rendered. */
  readonly definitions: boolean;
}

/** Names in a chart's folder. */
const MOST_ENTRIES = 5000;
/** Bytes of a package. */
const MOST_PACKED = 4 * 1024 * 1024;
/** Packages within packages. */
const DEEPEST = 4;
const LOOKUP = /\{\{[^{}]*\blookup\b/;

/** @throws Refused for one problem, with the rest of them left out. */
export function lookAtChart(workspace: Workspace, full: string, packed: boolean): Chart {
  const files = packed ? packageAt(workspace, full) : folderAt(workspace, full);
  const written = files.get('Chart.yaml');
  const blame = (message: string): Refused => new Refused({ file: workspace.nameOf(full), message });
  if (written === undefined) throw blame('The package holds no Chart.yaml: it is no Helm chart.');
  const parsed = parseYaml(written);
  if ('wrong' in parsed) throw blame(`Chart.yaml is not valid YAML: ${parsed.wrong}.`);
  const name = text(parsed.value, 'name');
  if (name === '') throw blame('Chart.yaml gives the chart no name.');
  return {
    name,
    asking: [...files]
      .filter(([file, body]) => /(^|\/)templates\//.test(file) && LOOKUP.test(body))
      .map(([file]) => file),
    definitions: [...files.keys()].some((file) => /(^|\/)crds\/.*\.(ya?ml|json)$/.test(file)),
  };
}

/** Files worth reading, by their path in the chart. */
type Texts = Map<string, string>;

function isRead(file: string): boolean {
  return file === 'Chart.yaml' || /(^|\/)templates\//.test(file) || /(^|\/)crds\//.test(file);
}

function packageAt(workspace: Workspace, full: string): Texts {
  try {
    return unpacked(workspace.bytes(full, MOST_PACKED), 0);
  } catch (error) {
    if (error instanceof Refused) throw error;
    throw new Refused({
      file: workspace.nameOf(full),
      message: `It is no package of a Helm chart: ${reasonOf(error)}.`,
    });
  }
}

function unpacked(packed: Buffer, depth: number): Texts {
  const texts: Texts = new Map();
  for (const [entry, content] of filesOfPackage(packed)) {
    // the first folder is the chart's name
    const file = entry.replace(/^(\.\/)?[^/]*\//, '');
    if (isRead(file)) texts.set(file, content.toString('utf8'));
    if (/^charts\/[^/]*\.tgz$/.test(file)) addPackage(texts, file, content, depth);
  }
  return texts;
}

function addPackage(texts: Texts, file: string, content: Buffer, depth: number): void {
  if (depth >= DEEPEST) throw new Error(`${file} holds packages within packages more than ${DEEPEST} deep`);
  for (const [inner, body] of unpacked(content, depth + 1)) texts.set(`${file}/${inner}`, body);
}

/** helm follows links and takes what they lead to into ConfigMaps: they are looked at before. */
function folderAt(workspace: Workspace, root: string): Texts {
  const texts: Texts = new Map();
  const refuse = (full: string, message: string): Refused => new Refused({ file: workspace.nameOf(full), message });
  const open = [root];
  let entries = 0;
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    for (const child of fs.readdirSync(folder, { withFileTypes: true })) {
      const full = path.join(folder, child.name);
      entries += 1;
      if (entries > MOST_ENTRIES) throw refuse(root, `The chart has more than ${MOST_ENTRIES} files.`);
      if (child.isDirectory()) open.push(full);
      else if (child.isSymbolicLink()) {
        if (workspace.kindOf(full) === 'folder') throw refuse(full, 'A link to a folder is not followed in a chart.');
      } else if (!child.isFile()) throw refuse(full, `It is ${specialName(child)}; a chart is made of files.`);
      if (child.isDirectory()) continue;
      const file = path.relative(root, full).split(path.sep).join('/');
      if (isRead(file)) texts.set(file, workspace.bytes(full).toString('utf8'));
      if (/(^|\/)charts\/[^/]*\.tgz$/.test(file)) addPackage(texts, file, workspace.bytes(full, MOST_PACKED), 0);
    }
  }
  return texts;
}
