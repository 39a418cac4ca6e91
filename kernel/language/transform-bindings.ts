import ts from 'typescript';

const { factory } = ts;

/**
 * Makes every binding of a cell's top level a `let`, so that any later cell may declare the name again, as whatever it likes:
 * V8's REPL mode refuses `let` after `const`, and anything after `function` or `var`. (That a `const` is not assigned to is the
 * type checker's business.) Function declarations go to the top, where their hoisting would have put them. Runs after
 * TypeScript's own transformations, whose `var`s for enums and namespaces it also sees.
 */
export const bindingTransformer: ts.TransformerFactory<ts.SourceFile> = () => (file) => {
  const hoisted: ts.Statement[] = [];
  const rest: ts.Statement[] = [];
  for (const statement of file.statements) {
    if (ts.isFunctionDeclaration(statement)) hoisted.push(letFunction(statement));
    else if (ts.isVariableStatement(statement)) rest.push(letVariables(statement));
    else if (ts.isClassDeclaration(statement) && !statement.name) rest.push(factory.createExpressionStatement(factory.createParenthesizedExpression(asExpression(statement))));
    else if (!ts.isExportDeclaration(statement)) rest.push(statement);
  }
  // REPL scripts are sloppy by default, cells are modules and therefore strict. A statement of its own: the source map must know of it.
  const strict = factory.createExpressionStatement(factory.createStringLiteral('use strict'));
  return factory.updateSourceFile(file, [strict, ...hoisted, ...rest]);
};

function letVariables(statement: ts.VariableStatement): ts.Statement {
  const list = statement.declarationList;
  if ((list.flags & ts.NodeFlags.BlockScoped) === ts.NodeFlags.Let) return statement;
  const seen = new Set<string>();
  // `var x = 1, x = 2` is legal; `let` is not that forgiving.
  if (list.declarations.some((one) => ts.isIdentifier(one.name) && (seen.has(one.name.text) || !seen.add(one.name.text)))) return statement;
  return factory.updateVariableStatement(statement, statement.modifiers, ts.setTextRange(factory.createVariableDeclarationList(list.declarations, ts.NodeFlags.Let), list));
}

function letFunction(node: ts.FunctionDeclaration): ts.Statement {
  const modifiers = node.modifiers?.filter((modifier): modifier is ts.Modifier => modifier.kind === ts.SyntaxKind.AsyncKeyword);
  const value = ts.setTextRange(factory.createFunctionExpression(modifiers, node.asteriskToken, undefined, undefined, node.parameters, undefined, node.body ?? factory.createBlock([])), node);
  if (!node.name) return ts.setTextRange(factory.createExpressionStatement(factory.createParenthesizedExpression(value)), node);
  const declaration = factory.createVariableDeclaration(node.name, undefined, undefined, value);
  return ts.setTextRange(factory.createVariableStatement(undefined, factory.createVariableDeclarationList([declaration], ts.NodeFlags.Let)), node);
}

function asExpression(node: ts.ClassDeclaration): ts.ClassExpression {
  return ts.setTextRange(factory.createClassExpression(node.modifiers, undefined, node.typeParameters, node.heritageClauses, node.members), node);
}
