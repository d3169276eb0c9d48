/** What the demos have in common: running the action where one can watch, and telling what comes of it. */
import http from 'node:http';
import { type ActionResult, runAction } from '../action/run.ts';
import type { Lab } from '../index.ts';
import { repositoryRoot } from '../paths.ts';

export function act(lab: Lab, inputs: Record<string, string>): Promise<ActionResult> {
  return runAction({
    node: lab.node24,
    binDir: lab.binDir,
    kubeconfig: lab.kubeconfig,
    inputs,
    workspace: repositoryRoot,
    as: 'cli',
    onLine: (line) => say(line),
  });
}

/** Throws with the action's reason when it ended otherwise. */
export function expectResult(result: ActionResult, wanted: string): void {
  if (result.outputs['result'] === wanted) return;
  throw new Error(
    `expected "${wanted}", the action said "${result.outputs['result'] ?? 'nothing'}": ${result.outputs['reason'] ?? ''}`,
  );
}

/** Status and body of one GET, in one line. */
export function plain(url: string, headers: Readonly<Record<string, string>> = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    http
      .get(url, { headers: { accept: 'application/json', ...headers } }, (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          body += chunk;
        });
        response.on('end', () => resolve(`${response.statusCode} ${body.replaceAll(/\s+/g, ' ')}`));
      })
      .on('error', reject);
  });
}

export function title(text: string): void {
  process.stdout.write(`\n\u001b[1m${text}\u001b[0m\n`);
}

export function say(line: string): void {
  process.stdout.write(`  ${line}\n`);
}
