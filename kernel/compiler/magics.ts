import type ts from 'typescript';
import { codeFrame, type ErrorReport } from '../common/error-report.js';
import type { PlacedCell } from './notebook-program.js';
import { inCode } from './cell-text.js';

/** What people type in notebooks of other languages, and what says it in TypeScript. */
type Magic = readonly [pattern: RegExp, instead: (...parts: string[]) => string];

const shell = (command: string): string =>
  `import { execSync } from 'node:child_process'; execSync(${quoted(command)}, { stdio: 'inherit' })`;

/** Of a whole cell: `%%name …` in its first line, the rest below. */
const cellMagics: readonly Magic[] = [
  [/^%%(?:bash|sh|script|system|!)\b[^\n]*\n?([^]*)$/, (body) => shell(body.trim())],
  [/^%%(?:time|timeit)\b[^\n]*\n?([^]*)$/, (body) => `console.time('cell')\n${body.trim()}\nconsole.timeEnd('cell')`],
  [/^%%(?:html|HTML)\b[^\n]*\n?([^]*)$/, (body) => shown('text/html', body)],
  [/^%%(?:markdown|latex|svg|SVG|javascript|js)\b[^\n]*\n?([^]*)$/, (body) => shown('text/markdown', body)],
  [
    /^%%(?:writefile|file)\s+(?:-a\s+)?(\S+)[^\n]*\n?([^]*)$/,
    (file, body) => `import { writeFileSync } from 'node:fs'; writeFileSync(${quoted(file)}, ${quoted(body)})`,
  ],
  [
    /^%%(?:python3?|py)\b[^\n]*\n?([^]*)$/,
    (body) =>
      `import { execFileSync } from 'node:child_process'; execFileSync('python3', ['-c', ${quoted(body)}], { stdio: 'inherit' })`,
  ],
];

/** Programs that a line may begin with: `!ls` is an expression, too. */
const commands =
  'ls|pwd|cat|echo|npm|npx|yarn|pnpm|pip3?|git|node|python3?|curl|wget|mkdir|rm|cp|mv|head|tail|grep|find|which|whoami|df|du|ps|uname|touch|cd|sh|bash|make|tar|unzip|zip|apt(?:-get)?|conda|nvidia-smi';

/** Of a line that is no TypeScript at all. */
const brokenLines: readonly Magic[] = [
  [/^!{1,2}\s*(.+)$/, shell],
  [
    /^[\w$]+\s*=\s*!\s*(.+)$/,
    (command) =>
      `import { execSync } from 'node:child_process'; const output = execSync(${quoted(command)}, { encoding: 'utf8' })`,
  ],
];

/** Of a line. */
const lineMagics: readonly Magic[] = [
  [/^%(?:pip|conda)\s+(.*)$/, (rest) => shell(`npm ${rest}`)],
  [/^%(?:time|timeit)\s+(.*)$/, (rest) => `console.time('time'); ${rest}; console.timeEnd('time')`],
  [/^%cd\s*(.*)$/, (folder) => `process.chdir(${quoted(folder || '..')})`],
  [/^%pwd\s*()$/, () => 'process.cwd()'],
  [/^%(?:env|set_env)\s+(\w+)\s*[=\s]\s*(.+)$/, (name, value) => `process.env.${name} = ${quoted(value)}`],
  [/^%env\s*(\w*)$/, (name) => (name ? `process.env.${name}` : 'process.env')],
  [/^%(?:run|load)\s+(\S+)$/, (file) => `await import(${quoted(/^[./]/.test(file) ? file : `./${file}`)})`],
  [/^%(?:who|whos|lsmagic|magic|quickref|history|hist)\b.*()$/, () => 'Object.keys(globalThis)'],
  [/^%(?:matplotlib|pylab|load_ext|reload_ext|autoreload|config)\b.*()$/, () => 'show(value)'],
  [/^%{1,2}(?:system|sx|sc|bash|sh)?\s*((?:ls|cat|mkdir|rm|cp|mv|man|less|more)\b.*)$/, shell],
  [new RegExp(`^!{1,2}\\s*((?:${commands})(?![\\w.(]).*)$`), shell],
  [new RegExp(`^((?:${commands})(?:\\s+[^\\s=].*)?)$`), shell],
  [/^\?{1,2}\s*([\w$.]+)$/, help],
  [/^([\w$.]+(?:\(\))?)\s*\?{1,2}$/, help],
  [/^%+\s*(.*)$/, (rest) => rest || '…'],
];

function help(name: string): string {
  return `${name} (Shift-Tab behind the name shows its types and documentation)`;
}

function shown(type: string, text: string): string {
  return `show({ [Symbol.for('Jupyter.display')]: () => ({ '${type}': ${quoted(text)} }) })`;
}

function quoted(text: string): string {
  return text.includes('\n')
    ? `\`${text.replace(/[\\`]|\$\{/g, '\\$&').replace(/^\n?|\n?$/g, '\n')}\``
    : `'${text.replace(/['\\]/g, '\\$&')}'`;
}

/**
 * An error that shows the TypeScript way, where the first thing that TypeScript did not understand is a command of
 * IPython's or of a shell.
 */
export function magicError(
  code: string,
  diagnostics: readonly ts.Diagnostic[],
  cell: PlacedCell,
): ErrorReport | undefined {
  const lines = code.split(/\r?\n/);
  const starts = diagnostics.map(({ start = 0 }) => inCode(cell.source, start - cell.offset));
  const number = code.slice(0, Math.max(0, Math.min(...starts))).split('\n').length;
  // TypeScript may look for the rest of `x?` in the next lines.
  const isBroken = diagnostics.some(({ code: kind }) => kind < 2000);
  const found = (line: string): string | undefined =>
    match(lineMagics, line) ?? (isBroken ? match(brokenLines, line) : undefined);
  const wrong = [number, number - 1].find((line) => line > 0 && found(lines[line - 1].trim()) !== undefined) ?? 0;
  const isCell = /^\s*%%/.test(code);
  const text = isCell ? code.trimStart() : (lines[wrong - 1] ?? '').trim();
  const instead = isCell ? (match(cellMagics, text) ?? match(lineMagics, lines[0].trim())) : found(text);
  if (instead === undefined) return undefined;
  const what = text.split('\n')[0];
  const message = `\`${what}\` is not TypeScript. Here it is: ${instead}`;
  return {
    ename: 'SyntaxError',
    evalue: message,
    traceback: [`\x1b[31mSyntaxError\x1b[39m: ${message}`, ...codeFrame(lines, isCell ? 1 : wrong, 1)],
  };
}

function match(magics: readonly Magic[], text: string): string | undefined {
  for (const [pattern, instead] of magics) {
    const parts = pattern.exec(text);
    if (parts) return instead(...parts.slice(1).map((part) => part ?? ''));
  }
  return undefined;
}
