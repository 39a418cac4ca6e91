import ts from 'typescript';
import { cellFileName } from '../common/runtime-names.js';
import { inCode } from './cell-text.js';
import { ownModuleName } from '../common/own-modules.js';
import { codeFrame, type ErrorReport } from '../common/error-report.js';
import { ownFiles } from './notebook-host.js';
import { above } from './paths.js';
import type { NotebookProgram, PlacedCell } from './notebook-program.js';

/** "Cannot find module": left to run time, because the cell itself may install it. */
const moduleNotFound = new Set([2307, 2792]);
/** Complaints of `noImplicitAny`: untyped code runs all the same. */
const implicitAny = new Set([
  2683, // of `this`
  ...[7005, 7006, 7008, 7009, 7010, 7011, 7012, 7013, 7014, 7015, 7017, 7018, 7019, 7020, 7022, 7023, 7024, 7025],
  ...[7026, 7031, 7032, 7033, 7034, 7039, 7050, 7051, 7052, 7053, 7055, 7057],
]);
/**
 * The same of a package without types, and of variables whose type comes with what is assigned to them: never wanted
 * between cells.
 */
const neverShown = new Set([7016, 7005, 7034]);
/** "Import assignment cannot be used when targeting ECMAScript modules": a cell is none when it runs. */
const importAssignment = 1202;
/** Export lists of ours that name a type or collide with the user's own `export`. */
const exportConflicts = new Set([1205, 2323, 2484]);

/** Whether the cell says that it must not be checked. */
export function isUnchecked(code: string): boolean {
  return /^\s*(?:\/\/[^\n]*\n\s*)*\/\/\s*@ts-nocheck\b/.test(code);
}

/** The type errors of a placed cell that its author should see. */
export function cellDiagnostics(program: NotebookProgram, cell: PlacedCell): ts.Diagnostic[] {
  const service = program.service;
  const { showsImplicitAny } = program.surroundings.config;
  const syntactic = [...service.getSyntacticDiagnostics(cell.path), ...program.ambientErrors(cell)];
  const all: ts.Diagnostic[] = syntactic.length > 0 ? syntactic : service.getSemanticDiagnostics(cell.path);
  const codeEnd = cell.text.lastIndexOf('\nexport {');
  return all.filter((diagnostic) => {
    if (diagnostic.category !== ts.DiagnosticCategory.Error) return false;
    if (diagnostic.start === undefined || diagnostic.start < cell.offset) return false;
    if (moduleNotFound.has(diagnostic.code) || diagnostic.code === importAssignment) return false;
    if (exportConflicts.has(diagnostic.code) && syntactic.length === 0) return false;
    if (diagnostic.start > codeEnd && syntactic.length === 0) return false;
    return !neverShown.has(diagnostic.code) && (showsImplicitAny || !implicitAny.has(diagnostic.code));
  });
}

/** Whether the complaint is that a value may be `null` or `undefined`. */
export function isEmptiness({ messageText }: ts.Diagnostic): boolean {
  return /\b(?:null|undefined)\b/.test(ts.flattenDiagnosticMessageText(messageText, ' '));
}

/** Whether the complaint may come from a type that has no values, or only the empty ones. */
export function isClosed(diagnostic: ts.Diagnostic): boolean {
  return /\bnever\b/.test(ts.flattenDiagnosticMessageText(diagnostic.messageText, ' ')) || isEmptiness(diagnostic);
}

/** Whether the text is no TypeScript, rather than TypeScript of wrong types. */
export function isSyntax(diagnostics: readonly ts.Diagnostic[]): boolean {
  return diagnostics.some(({ code }) => code < 2000);
}

/** Diagnostics as the content of an `error` message: the first as the message, each with its code frame. */
export function reportDiagnostics(
  diagnostics: readonly ts.Diagnostic[],
  cell: PlacedCell,
  code: string,
  label: string,
): ErrorReport {
  const lines = code.split(/\r?\n/);
  const texts = diagnostics.map((diagnostic) => {
    const at = Math.min(Math.max(0, inCode(cell.source, (diagnostic.start ?? 0) - cell.offset)), code.length);
    const before = code.slice(0, at).split(/\r?\n/);
    const [line, column] = [before.length, before[before.length - 1].length + 1];
    const message = readable(ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n'), cell);
    return {
      message,
      place: `${cellFileName(label)}:${line}:${column}`,
      code: `TS${diagnostic.code}`,
      frame: codeFrame(lines, line, column),
    };
  });
  return {
    ename: isSyntax(diagnostics) ? 'SyntaxError' : 'TypeError',
    evalue: `${texts[0].message} (${texts[0].code})`,
    traceback: texts.flatMap(({ message, place, code: number, frame }, n) => [
      ...(n > 0 ? [''] : []),
      `\x1b[31m${place} - ${number}\x1b[39m: ${message}`,
      ...frame,
    ]),
  };
}

/**
 * TypeScript's message in the words of a notebook, which knows neither the modules that cells are nor compiler options.
 */
function readable(message: string, cell: PlacedCell): string {
  const imports = cell.text.slice(0, cell.offset);
  const folder = `${above(cell.path)}/`;
  const inUsersWords = (path: string): string =>
    ownModuleName(path) ??
    (path.startsWith(ownFiles) ? 'spikelab' : path.replace(/^.*\/node_modules\//, '').replace(folder, './'));
  return message
    .replace(
      /^'([\w$]+)' cannot be used as a value because it was exported using 'export type'\./,
      (whole, name: string) =>
        isCurrent('library', name, imports) ? `'${name}' is not a name of its own here: write snn.${name}.` : whole,
    )
    .replace('because it is an import', 'because an earlier cell did not make it a variable; declare it anew')
    .replace(
      / Do you need to change your target library\? Try changing the 'lib' compiler option to .*\.$/gm,
      ` Node ${parseInt(process.versions.node)} does not have it.`,
    )
    .replace(/import\("[^"]*\/__spikelab_(\w+)"\)\.([\p{ID_Continue}$]+)/gu, (_, module: string, name: string) =>
      isCurrent(module, name, imports) ? name : `earlier ${name}`,
    )
    .replace(/import\("([^"]*)"\)/g, (_, path: string) => `import("${inUsersWords(path)}")`);
}

/** Whether a name of the cell means what that module declares, and not what a later cell made of it. */
function isCurrent(module: string, name: string, imports: string): boolean {
  if (module === 'cell__') return true;
  const names = new RegExp(`import \\{ ([^}]*) \\} from "\\./__spikelab_${module}"`).exec(imports)?.[1];
  return names?.split(', ').includes(name) ?? false;
}
