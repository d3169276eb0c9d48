/** What `--help` prints. Descriptions are those of action.yml, which is shipped beside the bundle: they are not in it as well. */
import fs from 'node:fs';
import path from 'node:path';
import { field, text } from '../kube/objects.ts';
import { inputs } from './defaults.ts';
import { inputNames, inputTable } from './inputs.ts';
import { parseYaml } from './yaml-parser.ts';

/** One paragraph an option. @param root folder that holds action.yml; without that file the descriptions are left out */
export function helpText(root: string): string {
  const action = descriptionsIn(path.join(root, 'action.yml'));
  const head = [
    'Usage: mesh-canary [command] [--option value]...',
    '',
    `Commands: ${inputTable.command.words?.join(', ')} (default ${inputs.command.default})`,
    '',
    'Every option is also a key of the config file (--config), and of the environment:',
    '--probe-headers is MESH_CANARY_PROBE_HEADERS. Keep secrets out of the arguments: other processes can read them.',
    '',
    'Options:',
  ];
  const options = inputNames
    .filter((name) => name !== 'command')
    .map((name) => {
      const { default: standard } = inputs[name];
      const description = text(field(action, 'inputs', name), 'description');
      const title = `  --${name}${standard === '' ? '' : ` (default ${standard})`}`;
      return description === '' ? title : `${title}\n${wrap(description, '      ')}`;
    });
  return [...head, ...options].join('\n');
}

function descriptionsIn(file: string): unknown {
  try {
    const read = parseYaml(fs.readFileSync(file, 'utf8'));
    return 'value' in read ? read.value : undefined;
  } catch {
    return undefined; // the options are worth more than no help at all
  }
}

function wrap(text: string, indent: string): string {
  const lines = [indent];
  for (const word of text.replaceAll('`', '').split(/\s+/)) {
    const last = lines.length - 1;
    const line = lines[last] ?? '';
    if (line !== indent && line.length + word.length >= 100) lines.push(indent + word);
    else lines[last] = line === indent ? line + word : `${line} ${word}`;
  }
  return lines.join('\n');
}
