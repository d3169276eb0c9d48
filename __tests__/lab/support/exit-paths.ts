/** The tables of docs/exit-paths.md as assertions: every way a run can end says the same in every place. */
import fs from 'node:fs';
import path from 'node:path';
import { expect } from '@jest/globals';
import type { EvidenceFile } from '../../../src/report/render/evidence-file.ts';
import type { ActionResult, Place } from './world.ts';

const PAGE = path.resolve('docs/exit-paths.md');
const COMMANDS = ['deploy', 'promote', 'rollback', 'status', 'setup', 'plan', 'check', 'migrate'] as const;

export type Command = (typeof COMMANDS)[number];

export interface ExitRow {
  /** The commands whose table it is in. */
  readonly commands: readonly Command[];
  /** Its first cell, as written. */
  readonly ends: string;
  /** The result words it allows; empty where it refers to another row ("as above"). */
  readonly results: readonly string[];
  /** Undefined where it refers to another row, or there is none. */
  readonly code: 0 | 1 | undefined;
}

/** Every row of every table of the page. */
export function readExitRows(page: string = fs.readFileSync(PAGE, 'utf8')): readonly ExitRow[] {
  return page
    .split(/^## /m)
    .slice(1)
    .flatMap((section) => {
      const [heading = '', ...lines] = section.split('\n');
      const commands = COMMANDS.filter((command) => heading.split(' and ').includes(command));
      const [head, , ...rows] = lines.filter((line) => line.startsWith('|')).map(cellsOf);
      if (commands.length === 0 || head === undefined) return [];
      return rows.map((cells) => rowOf(commands, Object.fromEntries(head.map((name, at) => [name, cells[at] ?? '']))));
    });
}

function cellsOf(line: string): string[] {
  return line
    .slice(1, line.lastIndexOf('|'))
    .split('|')
    .map((cell) => cell.trim());
}

function rowOf(commands: readonly Command[], cells: Readonly<Record<string, string>>): ExitRow {
  const { 'how it ends': ends = '', '`result`': result = '', 'exit code': code = '' } = cells;
  if (ends === '') throw new Error(`a row of ${commands.join(' and ')} says nothing of how it ends`);
  const words = [...result.matchAll(/`([^`]+)`/g)].flatMap(([, word = '']) => word);
  return {
    commands,
    ends,
    // "with `on-inconclusive: hold` `held`" names an input beside a result, and "as `deploy`" another table.
    results: result.startsWith('as ') ? [] : words.filter((word) => !word.includes(':')),
    code: code === '0' ? 0 : code === '1' ? 1 : undefined,
  };
}

export interface Exit {
  readonly reason: RegExp;
  /** The output `weight`: '' where nothing is known of it. */
  readonly weight: string;
  /** What the sentence on the traffic says. */
  readonly traffic: RegExp;
  /** Needed where the row allows several results, or refers to another row. */
  readonly result?: string;
  /** Needed where the row refers to another row. */
  readonly code?: 0 | 1;
}

/**
 * The run ended as the page says it can, and says so in its exit code, its outputs, the job summary and the last
 * annotation of its log. @throws Error with the whole log where it did not, or when there is no such row.
 */
export function expectExit(result: ActionResult, command: Command, row: string, exit: Exit): void {
  const { results, code = exit.code } = findRow(command, row);
  const allowed = results.length > 0 ? results : [exit.result ?? 'a result must be given here'];
  const word = exit.result ?? (allowed.length === 1 ? allowed[0] : 'one of several results must be given here');
  const { outputs, log, summary } = result;
  try {
    expect(allowed).toContain(word);
    expect({ result: outputs['result'], code: result.code }).toEqual({ result: word, code });
    expect(outputs['reason']).toMatch(exit.reason);
    expect(outputs['weight']).toBe(exit.weight);
    const { outcome } = JSON.parse(fs.readFileSync(outputs['evidence-file'] ?? '', 'utf8')) as EvidenceFile;
    expect(outcome.traffic).toMatch(exit.traffic);
    const [, said = '', where = ''] = summary.split('\n\n').map((part) => oneLine(asShown(part)));
    expectSaid(outputs['reason'] ?? '', outcome.reason);
    expectSaid(said, outcome.reason);
    expectSaid(where.replace(/^\*\*|\*\*$/g, ''), outcome.traffic);
    expect(lastAnnotation(log)).toEqual({
      level: code === 0 ? 'notice' : 'error',
      text: oneLine(`${word}: ${outcome.reason} ${outcome.traffic}`),
    });
  } catch (error) {
    throw new Error(`${command}, "${row}": ${(error as Error).message}\n${log}`, { cause: error });
  }
}

/** A killed run says nothing at all, and leaves the weight where it was: for the one row without outputs. */
export async function expectKilled(result: ActionResult, place: Place, weights: Record<string, number>): Promise<void> {
  findRow('deploy', KILLED);
  expect(result).toMatchObject({ code: null, signal: 'SIGKILL', outputs: {}, summary: '' });
  expect(await place.weights()).toEqual([weights]);
}

/** The row that {@link expectKilled} is for. */
export const KILLED = 'killed (`SIGKILL`), runner lost';

function findRow(command: Command, ends: string): ExitRow {
  const found = readExitRows().find((row) => row.commands.includes(command) && row.ends === ends);
  if (found === undefined) throw new Error(`docs/exit-paths.md has no row "${ends}" under ${command}`);
  return found;
}

/** A text as it was meant; a long one may be cut, and then ends with a sign of it. */
function expectSaid(shown: string, meant: string): void {
  const whole = oneLine(meant);
  const text = oneLine(shown);
  if (shown.length >= 900 && text.endsWith('…')) expect(whole).toContain(text.slice(0, -1));
  else expect(text).toBe(whole);
}

function lastAnnotation(log: string): { level: string; text: string } {
  const [, level = '', text = ''] = [...log.matchAll(/^::(notice|warning|error)(?: [^:]*)?::(.*)$/gm)].at(-1) ?? [];
  return { level, text: oneLine(text.replaceAll('%0A', '\n').replaceAll('%0D', '').replaceAll('%25', '%')) };
}

/** Markdown as a reader sees it. */
function asShown(markdown: string): string {
  return markdown
    .replaceAll(/\\([\\`*_{}[\]()!|~$+=.-])/g, '$1')
    .replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
