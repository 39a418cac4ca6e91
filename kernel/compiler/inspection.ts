import ts from 'typescript';
import type { Inspection } from './cell-compiler.js';
import type { NotebookProgram } from './notebook-program.js';

const nameBefore = /(?<![\p{ID_Continue}$.])[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;
const nameAfter = /^[\p{ID_Continue}$]*/u;

/** A comment at the top of a file that is about the file, not about what is declared next. */
const topComment = /^\s*\/\*\*((?:(?!\*\/)[^])*)\*\/(?=\s*(?:\/\*\*|import\b|export\s*[*{])|[^\S\n]*\n\s*\n)/;

/** What is known about the name at `cursor`, or about the function whose arguments are being typed there. */
export function inspectAt(
  program: NotebookProgram,
  code: string,
  cursor: number,
  detail: 0 | 1,
): Inspection | undefined {
  const cell = program.placeCandidate(code);
  const service = program.service;
  const at = cell.offset + cursor;
  const found =
    inspectName(program, cell.path, at, detail) ??
    (cursor > 0 ? inspectName(program, cell.path, at - 1, detail) : undefined);
  if (found) return found;

  const help = service.getSignatureHelpItems(cell.path, at, undefined);
  const item = help?.items[help.selectedItemIndex];
  if (!item) return inspectType(program, code, cursor, detail);
  const parameters = item.parameters
    .map((parameter) => ts.displayPartsToString(parameter.displayParts))
    .join(ts.displayPartsToString(item.separatorDisplayParts));
  const signature =
    ts.displayPartsToString(item.prefixDisplayParts) + parameters + ts.displayPartsToString(item.suffixDisplayParts);
  return describe(signature, ts.displayPartsToString(item.documentation), item.tags, detail);
}

function inspectName(program: NotebookProgram, path: string, at: number, detail: 0 | 1): Inspection | undefined {
  const quick = program.service.getQuickInfoAtPosition(path, at);
  const signature = ts.displayPartsToString(quick?.displayParts);
  if (
    !quick ||
    (quick.kind === ts.ScriptElementKind.unknown && signature === 'any') ||
    signature.endsWith(' = /*unresolved*/ any')
  )
    return undefined; // TypeScript does not know it
  const written = quick.kind === ts.ScriptElementKind.interfaceElement || quick.kind === ts.ScriptElementKind.alias;
  const { text, documentation } = written ? declaration(program, path, at) : {};
  return describe(
    text ?? signature,
    ts.displayPartsToString(quick.documentation) || (documentation ?? ''),
    quick.tags,
    detail,
  );
}

/** A name alone is an expression, and TypeScript does not say there what it means as a type. */
function inspectType(program: NotebookProgram, code: string, cursor: number, detail: 0 | 1): Inspection | undefined {
  const [before] = nameBefore.exec(code.slice(0, cursor)) ?? [''];
  const name = before + nameAfter.exec(code.slice(cursor))![0];
  const expression = program.placeCandidate(code);
  // In a comment or a string there is no information, not even that nothing is known.
  if (
    name === '' ||
    !program.service.getQuickInfoAtPosition(expression.path, expression.offset + cursor - before.length)
  )
    return undefined;
  const asType = 'type __spikelab = ';
  const cell = program.placeCandidate(`${asType}${name};\n${code}`);
  return inspectName(program, cell.path, cell.offset + asType.length, detail);
}

/** What TypeScript leaves out: the members of an interface, and the comment at the top of a module's file. */
function declaration(program: NotebookProgram, path: string, at: number): { text?: string; documentation?: string } {
  const definitions = program.service.getDefinitionAtPosition(path, at) ?? [];
  const source = (file: string): string => program.service.getProgram()?.getSourceFile(file)?.text ?? '';
  const interfaces = definitions.filter(
    ({ kind, contextSpan }) => kind === ts.ScriptElementKind.interfaceElement && contextSpan,
  );
  if (interfaces.length > 0)
    return {
      text: interfaces
        .map(({ fileName, contextSpan }) => source(fileName).slice(contextSpan!.start, ts.textSpanEnd(contextSpan!)))
        .join('\n'),
    };
  const module = definitions.find(
    ({ kind, contextSpan }) => kind === ts.ScriptElementKind.moduleElement && !contextSpan,
  ); // a file
  const [, comment] = topComment.exec(module ? source(module.fileName) : '') ?? [];
  return { documentation: comment?.replace(/^[^\S\n]*\*? ?/gm, '').trim() };
}

function describe(
  signature: string,
  documentation: string,
  tags: readonly ts.JSDocTagInfo[] | undefined,
  detail: 0 | 1,
): Inspection {
  const shown = detail === 0 ? (tags ?? []).filter(({ name }) => name === 'param' || name === 'returns') : (tags ?? []);
  const lines = shown.map(({ name, text }) => ({ name, text: ts.displayPartsToString(text) }));
  // A name of an earlier cell is an import to TypeScript.
  const clean = signature
    .replace(/import\("[^"]*"\)\./g, '')
    .replace(/^\(alias\) /, '')
    .replace(/\n(?:import|export) .*$/, '');
  return {
    text: [clean, documentation, ...lines.map(({ name, text }) => `@${name} ${text}`)]
      .filter((part) => part !== '')
      .join('\n\n'),
    markdown: [
      `\`\`\`typescript\n${clean}\n\`\`\``,
      documentation,
      ...lines.map(({ name, text }) => `*@${name}* ${text}`),
    ]
      .filter((part) => part !== '')
      .join('\n\n'),
  };
}
