import ts from 'typescript';

const { factory } = ts;

/** Values of the members of `const enum`s where a cell names them, by the ends of the expressions. */
export type Constants = ReadonlyMap<number, string | number>;

export const declaresConstEnum = (code: string): boolean => /\bconst\s+enum\b/.test(code);

/** Where a file asks a `const enum` for a member. */
export function constantsIn(file: ts.SourceFile, checker: ts.TypeChecker): Map<number, string | number> {
  const found = new Map<number, string | number>();
  const visit = (node: ts.Node): void => {
    if (isAccess(node)) {
      const value = checker.getConstantValue(node);
      if (typeof value === 'string' || Number.isFinite(value)) found.set(node.end, value!);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** Writes members of `const enum`s as tsc does: the value, and the name as a comment. */
export const constantTransformer =
  (constants: Constants): ts.TransformerFactory<ts.SourceFile> =>
  (context) =>
  (file) => {
    const visit = (node: ts.Node): ts.Node => {
      const value = isAccess(node) ? constants.get(node.end) : undefined;
      if (value === undefined) return ts.visitEachChild(node, visit, context);
      const text = ` ${node.getText(file).replaceAll('*/', '*_/')} `;
      const written = ts.addSyntheticTrailingComment(literal(value), ts.SyntaxKind.MultiLineCommentTrivia, text);
      return ts.setSourceMapRange(written, node);
    };
    return ts.visitEachChild(file, visit, context);
  };

function isAccess(node: ts.Node): node is ts.PropertyAccessExpression | ts.ElementAccessExpression {
  return ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node);
}

function literal(value: string | number): ts.Expression {
  if (typeof value === 'string') return factory.createStringLiteral(value);
  const size = factory.createNumericLiteral(Math.abs(value));
  return value < 0 ? factory.createPrefixUnaryExpression(ts.SyntaxKind.MinusToken, size) : size;
}
