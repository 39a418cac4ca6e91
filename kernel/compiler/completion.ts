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
  const names = (found?.entries ?? []).flatMap(asWritten);
  const text = textAt(program, cell.path, cell.offset + cursor);
  if (text) start = startInText(code, text.start - cell.offset, start, cursor, names);
  const typed = code.slice(start, cursor);
  const entries = names
    .filter(
      ({ name, kind }) => !internal.test(name) && kind !== ts.ScriptElementKind.warning && startsWith(name, typed),
    )
    .sort((a, b) => compare(a.sortText, b.sortText) || compare(a.name, b.name))
    .map(({ name, kind }) => ({ text: name, kind: kindName(kind) }));
  return {
    start,
    end: cursor,
    entries,
    ...(entries.length === 0 && text && { inText: true }),
  };
}

/** A proposal with the name that is put in: `['odd key']` cannot stand behind a dot, a key of an object is quoted. */
function asWritten(entry: ts.CompletionEntry): ts.CompletionEntry[] {
  const { insertText = '' } = entry;
  if (insertText.startsWith('[') || insertText.startsWith('?.[')) return [];
  return [/^['"]/.test(insertText) ? { ...entry, name: insertText } : entry];
}

/** In a text a proposal may begin where no identifier does: at its start (`'node:fs'`), or behind a slash. */
function startInText(
  code: string,
  start: number,
  otherwise: number,
  cursor: number,
  names: readonly ts.CompletionEntry[],
): number {
  const starts = [start, code.lastIndexOf('/', cursor - 1) + 1].filter((at) => at >= start);
  return starts.find((at) => names.some(({ name }) => startsWith(name, code.slice(at, cursor)))) ?? otherwise;
}

/** The comment, string, text of a template or regular expression that a position is in: where its content starts. */
export function textAt(program: NotebookProgram, path: string, at: number): { readonly start: number } | undefined {
  const comment = program.service.getSpanOfEnclosingComment(path, at, false);
  if (comment) return comment;
  const file = program.service.getProgram()?.getSourceFile(path);
  const search = (node: ts.Node): { readonly start: number } | undefined => {
    if (at <= node.getFullStart() || at > node.end) return undefined;
    if (!ts.isStringLiteral(node) && !ts.isRegularExpressionLiteral(node) && !ts.isTemplateLiteralToken(node))
      return ts.forEachChild(node, search);
    const isInside = at < node.end || (node as ts.LiteralLikeNode).isUnterminated === true;
    return node.getStart(file) < at && isInside ? { start: node.getStart(file) + 1 } : undefined;
  };
  return file && search(file);
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
