import ts from 'typescript';
import { helper, helperProperty } from './runtime-calls.js';
import { isScope } from './scopes.js';
import { plainStatements } from './transform-imports.js';

const { factory } = ts;

/**
 * The rewriting that makes a module's text a cell: imports become awaited imports from the notebook's folder, exports
 * plain declarations, the last expression the cell's value; the awaits of the cell's top level can be rejected.
 * @param seal told with the value, see `giveValue`; `onValue` is called where there is one
 */
export const cellTransformer =
  (seal: string | undefined, onValue: () => void): ts.TransformerFactory<ts.SourceFile> =>
  (context) =>
  (file) => {
    let depth = 0;

    const visit = (node: ts.Node): ts.Node => {
      if (isScope(node)) {
        depth++;
        const visited = ts.visitEachChild(node, visit, context);
        depth--;
        return visited;
      }
      // Those that were made for imports are so already.
      if (ts.isAwaitExpression(node) && depth === 0 && node.pos >= 0)
        return factory.updateAwaitExpression(
          node,
          helper('awaitable', ts.visitNode(node.expression, visit) as ts.Expression),
        );
      if (ts.isForOfStatement(node) && node.awaitModifier && depth === 0) {
        const loop = ts.visitEachChild(node, visit, context);
        const source = helper('iterable', loop.expression);
        return factory.updateForOfStatement(loop, loop.awaitModifier, loop.initializer, source, loop.statement);
      }
      if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
        return factory.updateCallExpression(
          node,
          helperProperty('import'),
          undefined,
          ts.visitNodes(node.arguments, visit) as ts.NodeArray<ts.Expression>,
        );
      if (ts.isMetaProperty(node) && node.keywordToken === ts.SyntaxKind.ImportKeyword) return helperProperty('meta');
      return ts.visitEachChild(node, visit, context);
    };

    const end = file.statements.findLastIndex((statement) => !ts.isEmptyStatement(statement)) + 1;
    const written = file.statements.slice(0, end);
    const statements = written
      .flatMap((statement) => plainStatements(statement))
      .map((statement) => ts.visitNode(statement, visit) as ts.Statement);
    const [lastWritten, last] = [written.at(-1), statements.at(-1)];
    if (lastWritten && hasValue(lastWritten) && last && ts.isExpressionStatement(last)) {
      onValue();
      const told = seal === undefined ? [] : [factory.createStringLiteral(seal)];
      const value = helper('value', last.expression, ...told);
      statements[statements.length - 1] = factory.updateExpressionStatement(last, value);
    }
    return factory.updateSourceFile(file, statements);
  };

/** Whether a cell that ends so shows a value: an assignment and `x++` are there for what they do. */
function hasValue(statement: ts.Statement): boolean {
  if (ts.isExportAssignment(statement)) return true;
  return ts.isExpressionStatement(statement) && !isForEffect(statement.expression);
}

function isForEffect(expression: ts.Expression): boolean {
  const inner = withoutParentheses(expression);
  if (ts.isPostfixUnaryExpression(inner)) return true;
  if (ts.isPrefixUnaryExpression(inner))
    return inner.operator === ts.SyntaxKind.PlusPlusToken || inner.operator === ts.SyntaxKind.MinusMinusToken;
  if (!ts.isBinaryExpression(inner)) return false;
  if (inner.operatorToken.kind === ts.SyntaxKind.CommaToken) return isForEffect(inner.right);
  const { kind } = inner.operatorToken;
  if (kind < ts.SyntaxKind.FirstAssignment || kind > ts.SyntaxKind.LastAssignment) return false;
  // `(x = 5)` asks for the value; `({ a } = b)` needs its parentheses.
  return inner === expression || ts.isObjectLiteralExpression(inner.left);
}

function withoutParentheses(expression: ts.Expression): ts.Expression {
  return ts.isParenthesizedExpression(expression) ? withoutParentheses(expression.expression) : expression;
}
