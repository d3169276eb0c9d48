import { spawn } from 'node:child_process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Sink } from '../../../src/report/log.ts';
import { createLog } from '../../../src/report/log.ts';
import { commandsIn } from './runner-commands.ts';

/** A log whose sink keeps what it is told. */
function recorded() {
  const lines: string[] = [];
  const sink: Sink = {
    write: (text) => lines.push(text),
    annotate: (level, message) => lines.push(`<${level}> ${message}`),
    startGroup: (name) => lines.push(`<group> ${name}`),
    endGroup: () => lines.push('<end>'),
    mask: (value) => lines.push(`<mask> ${value}`),
  };
  const log = createLog(sink);
  return { log, lines, written: () => lines.filter((line) => !line.startsWith('<mask>')).join('\n') };
}

describe('the log', () => {
  it('folds groups at the top and indents those inside', async () => {
    const { log, lines } = recorded();
    const result = await log.group('Rollout', async () => {
      log.info('weight 5');
      return log.group('Checks', async () => {
        log.info('ping');
        log.foreign('answer', 'a\nb\n');
        return 7;
      });
    });
    log.info('done');
    expect(result).toBe(7);
    expect(lines).toEqual([
      '<group> Rollout',
      'weight 5',
      'Checks',
      '  ping',
      '  answer:',
      '  │ a',
      '  │ b',
      '<end>',
      'done',
    ]);
  });

  it('ends a group whose work fails', async () => {
    const { log, lines } = recorded();
    await expect(log.group('Rollout', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(lines).toEqual(['<group> Rollout', '<end>']);
  });

  it('turns warnings into plain lines before GitHub would drop them', () => {
    const { log, lines } = recorded();
    for (let count = 1; count <= 11; count++) log.warning(`w${count}`);
    expect(lines.filter((line) => line.startsWith('<warning>'))).toHaveLength(9);
    expect(lines.slice(-2)).toEqual(['warning: w10', 'warning: w11']);
  });

  it('says nothing about foreign text that is blank', () => {
    const { log, lines } = recorded();
    log.foreign('stderr', ' \n\u200b');
    expect(lines).toEqual([]);
  });

  it('never writes a command, through any of its functions', async () => {
    const hostile = fc.constantFrom(
      '::error::x',
      '##[add-mask]x',
      'a\n::set-output name=x::y',
      '\u200b::group::',
      ':',
      ':error::x',
      '\r::debug::x',
    );
    await fc.assert(
      fc.asyncProperty(hostile, hostile, async (label, text) => {
        const { log, lines } = recorded();
        log.info(text);
        log.detail(text);
        log.notice(text);
        log.warning(text);
        log.error(text);
        log.foreign(label, text);
        await log.group(text, () => log.group(text, async () => log.info(text)));
        const texts = lines.map((line) => line.replace(/^<\w+> /, ''));
        expect(commandsIn(texts.join('\n'))).toEqual([]);
        expect(lines.filter((line) => line.startsWith('<group>')).join('')).not.toContain('\n');
      }),
    );
  });
});

describe('a log whose reader goes away', () => {
  it('does not end the process', async () => {
    const log = fileURLToPath(new URL('../../../src/report/log.js', import.meta.url));
    // Waits for the pipe to break before it writes, then says on stderr that it lived on.
    const program = `
      const { openLog } = await import(${JSON.stringify(pathToFileURL(log).href)});
      const log = openLog({});
      process.stdin.resume();
      process.stdin.on('end', () => {
        log.info('to nobody');
        setTimeout(() => process.stderr.write('still here'), 100);
      });`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: 'pipe' });
    let said = '';
    child.stderr.on('data', (part) => {
      said += part;
    });
    child.stdout.destroy();
    await new Promise((resolve) => child.stdout.once('close', resolve));
    child.stdin.end();
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect({ code, said }).toEqual({ code: 0, said: 'still here' });
  });
});

describe('a masked value', () => {
  const secret = 'p4ss/w+rd?é';
  const forms = [
    secret,
    Buffer.from(secret).toString('base64'),
    Buffer.from(secret).toString('base64url'),
    encodeURIComponent(secret),
    `p4ss\u001b[0m/w+rd?é`,
    `p4ss\u200b/w+rd?é`,
  ];

  it.each(forms)('is not written as %j', async (form) => {
    const { log, written } = recorded();
    log.mask(secret);
    log.info(`a ${form} b`);
    log.detail(form);
    log.notice(form);
    log.warning(form);
    log.error(form);
    log.foreign(form, form);
    await log.group(form, async () => undefined);
    expect(written()).not.toContain('w+rd');
    expect(written()).not.toContain(form);
    expect(written()).toContain('a *** b');
  });

  it('is told to the runner in every form, before anything is written', () => {
    const { log, lines } = recorded();
    log.mask(secret);
    expect(lines.every((line) => line.startsWith('<mask> '))).toBe(true);
    expect(lines).toContain(`<mask> ${secret}`);
    expect(lines).toContain(`<mask> ${Buffer.from(secret).toString('base64')}`);
  });

  it('is masked line by line, but for lines that would hide innocent text', () => {
    const { log } = recorded();
    log.mask('{\n  "token": "abcdef"\n}');
    expect(log.hide('{} "token": "abcdef"')).toBe('{} ***');
  });

  it('under four characters is left alone', () => {
    const { log, lines } = recorded();
    log.mask('abc');
    log.mask('');
    log.mask('   \n  ');
    log.info('abc');
    expect(lines).toEqual(['abc']);
  });

  it('that holds another is hidden whole', () => {
    const { log } = recorded();
    log.mask('secret');
    log.mask('secret-and-more');
    expect(log.hide('x secret-and-more y')).toBe('x *** y');
  });

  it('may look like a pattern or a replacement', () => {
    const { log } = recorded();
    log.mask('$&.*(a|b)');
    expect(log.hide('x $&.*(a|b) y')).toBe('x *** y');
  });
});
