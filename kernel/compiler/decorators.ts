import ts from 'typescript';
import type { NotebookProgram, PlacedCell } from './notebook-program.js';

/** "Unable to resolve signature of … decorator", and the like: it is written for the other kind of decorators. */
const wrongKind = new Set([1206, 1219, 1238, 1239, 1240, 1241, 1249, 1270, 1271, 1278, 1279, 1433, 1436]);

export const isDecoratorError = ({ code }: ts.Diagnostic): boolean => wrongKind.has(code);

/** Whether a cell uses decorators. */
export function hasDecorators(file: ts.SourceFile): boolean {
  const search = (node: ts.Node): boolean =>
    (ts.canHaveDecorators(node) && ts.getDecorators(node) !== undefined) || (ts.forEachChild(node, search) ?? false);
  return search(file);
}

/**
 * Whether a cell's decorators say by what they take that they are the standard's: a second parameter with the type or
 * the name of a context. TypeScript accepts untyped ones as either kind.
 */
export function takesContext(program: NotebookProgram, { path }: PlacedCell): boolean {
  const checked = program.service.getProgram();
  const file = checked?.getSourceFile(path);
  const checker = checked?.getTypeChecker();
  if (!file || !checker) return false;
  const isContext = (decorator: ts.Decorator): boolean =>
    checker
      .getTypeAtLocation(decorator.expression)
      .getCallSignatures()
      .some(({ parameters: [, second] }) => {
        if (!second) return false;
        const type = checker.typeToString(checker.getTypeOfSymbol(second));
        return /DecoratorContext\b/.test(type) || /^_?(?:ctx|context)$/i.test(second.name);
      });
  const search = (node: ts.Node): boolean =>
    (ts.canHaveDecorators(node) && (ts.getDecorators(node) ?? []).some(isContext)) ||
    (ts.forEachChild(node, search) ?? false);
  return search(file);
}
