import ts from 'typescript';
import type { Completeness } from './cell-compiler.js';

/** Parse errors that mean "something is still to come" when they stand at the end of the text. */
const unterminated = new Set([
  1002, // unterminated string literal: only after a backslash at the line's end
  1160, // unterminated template literal
  1010, // '*/' expected
  1161, // unterminated regular expression literal
]);

/**
 * A statement of which only this is there yet; the parser finds fault with the word, not with what is missing behind
 * it.
 */
const begun = /(?:^|[\n;}])[^\S\n]*(?:import|export(?:\s+(?:type|async|abstract|declare))?)\s*$/;

/** Whether code can run as it is, needs more lines, or can never become right. */
export function completeness(file: ts.SourceFile, code: string): Completeness {
  const errors = (file as ts.SourceFile & { readonly parseDiagnostics: readonly ts.DiagnosticWithLocation[] })
    .parseDiagnostics;
  if (errors.length === 0) return { status: 'complete' };
  const end = code.trimEnd().length;
  // The parser stops at the end of the text once; errors before that are mistakes, unless a literal runs to the end.
  const first = errors[0];
  const open = errors.find((error) => unterminated.has(error.code) && error.start + error.length >= end);
  if (
    open &&
    !(open.code === 1002 && !/\\\s*$/.test(code)) &&
    open.code !== 1161 &&
    errors.every((error) => error.start >= open.start || error === open)
  )
    return { status: 'incomplete', indent: '' };
  if (first.start >= end && !unterminated.has(first.code)) return { status: 'incomplete', indent: indentation(code) };
  const start = begun.exec(code)?.index;
  if (start !== undefined && first.start >= start) return { status: 'incomplete', indent: '' };
  return { status: 'invalid' };
}

/** Two more spaces after an opening bracket, else as the last line. */
function indentation(code: string): string {
  const last = code.trimEnd().split('\n').at(-1) ?? '';
  const current = /^\s*/.exec(last)?.[0] ?? '';
  return /[{([]\s*$/.test(last) ? `${current}  ` : current;
}
