import ts from 'typescript';
import { userName } from '../session/runtime-names.js';
import { hoistVars } from './hoist-vars.js';

const { factory } = ts;

/**
 * Makes every binding of a cell's top level a `let`, so that any later cell may declare the name again, as whatever it likes:
 * V8's REPL mode refuses `let` after `const`, and anything after `function` or `var`. (That a `const` is not assigned to is the
 * type checker's business.) Function declarations go to the top, where their hoisting would have put them. Runs after
 * TypeScript's own transformations, whose `var`s for enums and namespaces it also sees.
 */
export const bindingTransformer: ts.TransformerFactory<ts.SourceFile> = (context) => (file) => {
  const hoisted: ts.Statement[] = [];
  const rest: ts.Statement[] = [];
  const { names, statements } = hoistVars(file.statements, context);
  if (names.length > 0) hoisted.push(letNames(names));
  for (const statement of statements) {
    if (ts.isFunctionDeclaration(statement)) hoisted.push(letFunction(statement));
    else if (ts.isVariableStatement(statement)) rest.push(letVariables(statement));
    else if (ts.isClassDeclaration(statement) && !statement.name) rest.push(factory.createExpressionStatement(factory.createParenthesizedExpression(asExpression(statement))));
    else if (ts.isClassDeclaration(statement) && statement.name && userName(statement.name.text) !== statement.name.text) rest.push(letClass(statement, statement.name));
    else if (!ts.isExportDeclaration(statement)) rest.push(statement);
  }
  // REPL scripts are sloppy by default, cells are modules and therefore strict. A statement of its own: the source map must know of it.
  const strict = factory.createExpressionStatement(factory.createStringLiteral('use strict'));
  return factory.updateSourceFile(file, [strict, ...hoisted, ...rest]);
};

function letVariables(statement: ts.VariableStatement): ts.Statement {
  const list = statement.declarationList;
  if ((list.flags & ts.NodeFlags.BlockScoped) === ts.NodeFlags.Let) return statement;
  return factory.updateVariableStatement(statement, statement.modifiers, ts.setTextRange(factory.createVariableDeclarationList(list.declarations, ts.NodeFlags.Let), list));
}

function letNames(names: readonly string[]): ts.Statement {
  return factory.createVariableStatement(undefined, factory.createVariableDeclarationList(names.map((name) => factory.createVariableDeclaration(name)), ts.NodeFlags.Let));
}

/** A class whose variable has another name than itself. */
function letClass(node: ts.ClassDeclaration, name: ts.Identifier): ts.Statement {
  const declaration = factory.createVariableDeclaration(name, undefined, undefined, asExpression(node, userName(name.text)));
  return ts.setTextRange(factory.createVariableStatement(undefined, factory.createVariableDeclarationList([declaration], ts.NodeFlags.Let)), node);
}

function letFunction(node: ts.FunctionDeclaration): ts.Statement {
  const modifiers = node.modifiers?.filter((modifier): modifier is ts.Modifier => modifier.kind === ts.SyntaxKind.AsyncKeyword);
  // Without a name it gets that of its variable.
  const inner = node.name && userName(node.name.text) !== node.name.text ? userName(node.name.text) : undefined;
  const value = ts.setTextRange(factory.createFunctionExpression(modifiers, node.asteriskToken, inner, undefined, node.parameters, undefined, node.body ?? factory.createBlock([])), node);
  if (!node.name) return ts.setTextRange(factory.createExpressionStatement(factory.createParenthesizedExpression(value)), node);
  const declaration = factory.createVariableDeclaration(node.name, undefined, undefined, value);
  return ts.setTextRange(factory.createVariableStatement(undefined, factory.createVariableDeclarationList([declaration], ts.NodeFlags.Let)), node);
}

function asExpression(node: ts.ClassDeclaration, name?: string): ts.ClassExpression {
  return ts.setTextRange(factory.createClassExpression(node.modifiers, name, node.typeParameters, node.heritageClauses, node.members), node);
}
