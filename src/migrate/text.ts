/** A migration as a YAML file: a header that says what is left behind, then the objects. */
import { stringify } from 'yaml';
import { nameOf } from '../kube/objects.ts';
import type { LeftBehind, Migration } from './types.ts';

/** Names of objects come from a cluster: in a comment they must stay on their line. */
const oneLine = (text: string) => text.replaceAll(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ');

export function migrationText({ objects, leftBehind }: Migration): string {
  const head = [
    'Gateway API objects for App Mesh ones, printed by mesh-canary. Read docs/migrate-from-app-mesh.md before you apply them.',
    'Weights are a hundred times those of App Mesh: Kong divides them by the number of pods.',
    ...(leftBehind.length === 0
      ? []
      : ['', 'What could not be carried over:', ...leftBehind.map((entry) => `- ${leftBehindText(entry)}`)]),
  ];
  const comment = head.map((line) => `# ${oneLine(line)}`.trimEnd()).join('\n');
  // As kubectl reads it (YAML 1.1): there an unquoted yes is a boolean.
  const written = { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false } as const;
  const documents = objects.map((object) => stringify(object, written).trimEnd());
  return `${[comment, ...documents].join('\n---\n')}\n`;
}

export function leftBehindText({ object, what, instead }: LeftBehind): string {
  return oneLine(`${nameOf(object)}: ${what}. ${instead}`);
}
