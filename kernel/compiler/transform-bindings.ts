import ts from 'typescript';
import { userName } from '../common/runtime-names.js';
import { hoistVars } from './hoist-vars.js';
import { plainStatements } from './transform-imports.js';

const { factory } = ts;

/**
 * Makes every binding of a cell's top level a `let`, so that any later cell may declare the name again, as whatever it
 * likes: V8's REPL mode refuses `let` after `const`, and anything after `function` or `var`. (That a `const` is not
 * assigned to is the type checker's business.) Function declarations go to the top, where their hoisting would have put
 * them. Runs after TypeScript's own transformations, whose `var`s for enums and namespaces it also sees.
 */
export const bindingTransformer: ts.TransformerFactory<ts.SourceFile> = (context) => (file) => {
  const hoisted: ts.Statement[] = [];
  const rest: ts.Statement[] = [];
  const { names, statements } = hoistVars(file.statements, context);
  if (names.length > 0) hoisted.push(letStatement(names.map((name) => factory.createVariableDeclaration(name))));
  for (const statement of statements) {
    // What JSX becomes calls functions that TypeScript imports.
    if (ts.isImportDeclaration(statement)) hoisted.push(...plainStatements(statement));
    else if (ts.isFunctionDeclaration(statement)) hoisted.push(letFunction(statement));
    else if (ts.isVariableStatement(statement)) rest.push(letVariables(statement));
    else if (ts.isClassDeclaration(statement)) rest.push(classStatement(statement));
    else if (!ts.isExportDeclaration(statement)) rest.push(statement);
  }
  // REPL scripts are sloppy by default, cells are modules and therefore strict. A statement of its own: the source map
  // must know of it.
  const strict = factory.createExpressionStatement(factory.createStringLiteral('use strict'));
  return factory.updateSourceFile(file, [strict, ...hoisted, ...rest]);
};

function letVariables(statement: ts.VariableStatement): ts.Statement {
  const list = statement.declarationList;
  if ((list.flags & ts.NodeFlags.BlockScoped) === ts.NodeFlags.Let) return statement;
  return factory.updateVariableStatement(
    statement,
    statement.modifiers,
    ts.setTextRange(factory.createVariableDeclarationList(list.declarations, ts.NodeFlags.Let), list),
  );
}

function letStatement(declarations: readonly ts.VariableDeclaration[]): ts.Statement {
  return factory.createVariableStatement(
    undefined,
    factory.createVariableDeclarationList(declarations, ts.NodeFlags.Let),
  );
}

/** What the user wrote as the name of something whose variable has another one. */
function writtenName(name: ts.Identifier | undefined): string | undefined {
  const written = name && userName(name.text);
  return written === name?.text ? undefined : written;
}

/** `let name = value`; without a name the value alone. */
function letValue(name: ts.Identifier | undefined, value: ts.Expression, node: ts.Node): ts.Statement {
  const statement = name
    ? letStatement([factory.createVariableDeclaration(name, undefined, undefined, value)])
    : factory.createExpressionStatement(factory.createParenthesizedExpression(value));
  return ts.setTextRange(statement, node);
}

/** V8 lets a class be declared again as it is; one whose variable has another name is a value. */
function classStatement(node: ts.ClassDeclaration): ts.Statement {
  const written = writtenName(node.name);
  if (node.name && written === undefined) return node;
  return letValue(
    node.name,
    ts.setTextRange(
      factory.createClassExpression(node.modifiers, written, node.typeParameters, node.heritageClauses, node.members),
      node,
    ),
    node,
  );
}

function letFunction(node: ts.FunctionDeclaration): ts.Statement {
  const modifiers = node.modifiers?.filter(
    (modifier): modifier is ts.Modifier => modifier.kind === ts.SyntaxKind.AsyncKeyword,
  );
  // Without a name of its own a function gets that of its variable.
  const value = ts.setTextRange(
    factory.createFunctionExpression(
      modifiers,
      node.asteriskToken,
      writtenName(node.name),
      undefined,
      node.parameters,
      undefined,
      node.body ?? factory.createBlock([]),
    ),
    node,
  );
  return letValue(node.name, value, node);
}
