import ts from 'typescript';
import type { Completion } from './cell-compiler.js';
import type { NotebookProgram } from './notebook-program.js';

const identifierPart = /[\p{ID_Continue}$\u200c\u200d]/u;
/** Names of ours that a user never wants proposed. */
const internal = /^__spikelab/;

/** Proposes what can stand at `cursor` (UTF-16 index). Only proposals that begin with what is already typed. */
export function complete(program: NotebookProgram, code: string, cursor: number): Completion {
  let start = cursor;
  while (start > 0 && identifierPart.test(code[start - 1])) start--;
  const cell = program.placeCandidate(code);
  const found = program.service.getCompletionsAtPosition(cell.path, cell.offset + cursor, {
    includeCompletionsForModuleExports: false,
    includeCompletionsWithInsertText: true,
    quotePreference: 'single',
  });
  const span = found?.optionalReplacementSpan;
  if (span && span.start - cell.offset <= cursor) start = Math.max(0, span.start - cell.offset);
  const typed = code.slice(start, cursor);
  const entries = (found?.entries ?? [])
    .filter(
      ({ name, kind }) => !internal.test(name) && kind !== ts.ScriptElementKind.warning && startsWith(name, typed),
    )
    .sort((a, b) => compare(a.sortText, b.sortText) || compare(a.name, b.name))
    .map(({ name, kind }) => ({ text: name, kind: kindName(kind) }));
  return {
    start,
    end: cursor,
    entries,
    ...(entries.length === 0 && isInText(program, cell.path, cell.offset + cursor) && { inText: true }),
  };
}

/** Whether a position is in a comment, a string, the text of a template or a regular expression. */
function isInText(program: NotebookProgram, path: string, at: number): boolean {
  if (program.service.getSpanOfEnclosingComment(path, at, false)) return true;
  const file = program.service.getProgram()?.getSourceFile(path);
  const search = (node: ts.Node): boolean => {
    if (at <= node.getFullStart() || at > node.end) return false;
    if (!ts.isStringLiteral(node) && !ts.isRegularExpressionLiteral(node) && !ts.isTemplateLiteralToken(node))
      return ts.forEachChild(node, search) ?? false;
    return node.getStart(file) < at && (at < node.end || (node as ts.LiteralLikeNode).isUnterminated === true);
  };
  return file !== undefined && search(file);
}

function startsWith(name: string, typed: string): boolean {
  return name.toLowerCase().startsWith(typed.toLowerCase());
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** JupyterLab colours these words; TypeScript's own kinds are finer. */
function kindName(kind: string): string {
  switch (kind) {
    case 'method':
    case 'local function':
      return 'function';
    case 'const':
    case 'let':
    case 'var':
    case 'local var':
    case 'alias':
      return 'variable';
    case 'getter':
    case 'setter':
      return 'property';
    default:
      return kind === '' ? 'text' : kind;
  }
}
