import ts from 'typescript';
import { isGrading, reservedNames } from '../common/grading.js';
import { ownPrefix, runtimeName } from '../common/runtime-names.js';

/** What packages ask for in the global scope to find out where they run. */
const otherHosts: ReadonlySet<string> = new Set([
  'window',
  'document',
  'self',
  'location',
  'define',
  'importScripts',
  'Deno',
  'Bun',
  'require',
  'module',
  'exports',
]);

/**
 * Whether code outside the cells, or what the kernel puts into them, may look a name up in the global scope. V8's REPL
 * mode shows the variables of cells to every script of the process, so a cell's `class Map` would be that of the
 * library, of packages and of the kernel. In V8 a cell's variable with such a name therefore has another one.
 */
export function isHostName(name: string): boolean {
  // Asked anew each time: while a snapshot is built, Node's globals are not all there.
  return name.startsWith(runtimeName) || name in globalThis || otherHosts.has(name) || isGraders(name);
}

/**
 * Whether a name is the grader's or the language's own, while a grader runs the notebook: a cell's variable of that
 * name is nobody else's.
 */
export function isGraders(name: string): boolean {
  return reservedNames.has(name) && isGrading();
}

/** What V8 knows a variable of the cells as. */
export function ownName(name: string): string {
  return isHostName(name) ? `${ownPrefix}${name}` : name;
}

/**
 * Where a file names variables of its top level (imported ones, too) that are among `names`: the starts of the
 * identifiers. A parameter or a property of the same name is none of them.
 */
export function referencesTo(names: ReadonlySet<string>, file: ts.SourceFile, checker: ts.TypeChecker): number[] {
  // TypeScript's binder has put them there; its declarations do not tell.
  const { locals } = file as unknown as {
    readonly locals: ReadonlyMap<ts.__String, ts.Symbol & { readonly exportSymbol?: ts.Symbol }>;
  };
  const found: number[] = [];
  /** The classes around a node. */
  const classes: ts.ClassDeclaration[] = [];
  const visit = (node: ts.Node): void => {
    // A class knows itself by the name that the user gave it, also before its variable has a value; but not what
    // decorators make of it.
    const inItself =
      ts.isIdentifier(node) &&
      classes.some(
        ({ name, modifiers }) => name !== node && name?.text === node.text && !modifiers?.some(ts.isDecorator),
      );
    if (ts.isIdentifier(node) && names.has(node.text) && !inItself) {
      const symbol = ts.isShorthandPropertyAssignment(node.parent)
        ? checker.getShorthandAssignmentValueSymbol(node.parent)
        : checker.getSymbolAtLocation(node);
      const local = locals.get(node.escapedText);
      if (symbol && (symbol === local || symbol === local?.exportSymbol)) found.push(node.getStart(file));
    }
    const isOwnClass = ts.isClassDeclaration(node) && node.parent === file;
    if (isOwnClass) classes.push(node);
    ts.forEachChild(node, visit);
    if (isOwnClass) classes.pop();
  };
  visit(file);
  return found;
}
