import { Math, String } from './intrinsics.js';
export const red = (text: string): string => `\x1b[31m${text}\x1b[39m`;
export const dim = (text: string): string => `\x1b[2m${text}\x1b[22m`;

/** The lines around a place, the place marked: as compilers print it. */
export function codeFrame(lines: readonly string[], line: number, column: number): string[] {
  const first = Math.max(1, line - 2);
  const last = Math.min(lines.length, line + 2);
  const width = String(last).length;
  const out: string[] = [];
  for (let n = first; n <= last; n++) {
    const text = `${String(n).padStart(width)} | ${lines[n - 1]}`;
    out.push(n === line ? `${red('>')} ${text}` : dim(`  ${text}`));
    if (n === line) out.push(`  ${' '.repeat(width)} | ${' '.repeat(Math.max(0, column - 1))}${red('^')}`);
  }
  return out;
}

/** The content of an `error` message. */
export interface ErrorReport {
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: string[];
}

/** An error of the kernel's own, without a place in a cell. */
export function kernelError(ename: string, evalue: string): ErrorReport {
  return { ename, evalue, traceback: [`${red(ename)}: ${evalue}`] };
}
