/** Texts others could put where we print: each tries to be a command of the runner, to control a terminal, or to break out. */

/** Stands in every text, so that a command made of one can be told from our own. */
export const MARK = 'PWNED';

/** Commands the runner still obeys (facts of actions/runner: ActionCommandManager.cs), in both syntaxes. */
const commands = [
  `::set-output name=result::${MARK}`,
  `::save-state name=phase::${MARK}`,
  `::add-mask::${MARK}`,
  `::add-matcher::/tmp/${MARK}.json`,
  `::remove-matcher owner=${MARK}::`,
  `::error file=app.js,line=1::${MARK}`,
  `::warning::${MARK}`,
  `::notice title=${MARK}::x`,
  `::debug::${MARK}`,
  `::group::${MARK}`,
  `::endgroup::${MARK}`,
  `::echo::on ${MARK}`,
  `::stop-commands::${MARK}`,
  `::set-env name=NODE_OPTIONS::${MARK}`,
  `::add-path::/tmp/${MARK}`,
  `##[set-output name=result;]${MARK}`,
  `##[error]${MARK}`,
  `##[add-mask]${MARK}`,
  `##[group]${MARK}`,
  `##[command]${MARK}`,
] as const;

const [output] = commands;
/** Ways to reach the start of a line, or to look like one that is not there. */
const disguises: readonly string[] = [
  `ok\n${output}`,
  `ok\r${output}`,
  `ok\r\n${output}`,
  `ok\v${output}`,
  `ok\f${output}`,
  `ok\u0085${output}`,
  `ok\u2028${output}`,
  `ok\u2029${output}`,
  `   \t${output}`,
  `\u00a0\u3000${output}`,
  `\u200b${output}`,
  `:\u200b:set-output name=result::${MARK}`,
  `\u00ad:\u00ad:set-output name=result::${MARK}`,
  `\ufeff${output}`,
  `\u202e${output}\u202c`,
  `\u001b[2J${output}`,
  `:\u001b[0m:set-output name=result::${MARK}`,
  `\u001b]0;title\u0007${output}`,
  `\u009b31m${output}`,
  `\u0000${output}`,
  `#\u200b#[error]${MARK}`,
  `#\u001b[1m#[error]${MARK}`,
  `a##[error]${MARK}`,
  `\u0301::set-output name=result::${MARK}`,
  `%0A${output}`,
  `%250A${output}`,
  `${output}\n::endgroup::\n${output}`,
  `\ud800${output}`,
  `\u{e0001}${output}`,
  `\ufe0f${output}`,
];

/** Ways out of Markdown, HTML, a shell, YAML, and the file of outputs. */
const breakouts: readonly string[] = [
  `<script>alert('${MARK}')</script>`,
  `<img src=x onerror=${MARK}>`,
  `| ${MARK} | a | b |\n|---|---|---|`,
  `[${MARK}](javascript:alert(1))`,
  `@everyone #1 ${MARK}`,
  `</details></td></table><h1>${MARK}`,
  `result<<EOF\n${MARK}\nEOF`,
  `ghadelimiter_x\nresult=${MARK}\nghadelimiter_x`,
  `$(touch /tmp/${MARK})`,
  `\`touch /tmp/${MARK}\``,
];

export const hostile: readonly string[] = [...commands, ...disguises, ...breakouts];
