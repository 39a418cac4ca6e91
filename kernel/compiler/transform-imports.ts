import ts from 'typescript';
import { helper } from './runtime-calls.js';

const { factory } = ts;

/** Imports and exports of the top level as ordinary statements. */
export function plainStatements(statement: ts.Statement): ts.Statement[] {
  if (ts.isImportDeclaration(statement)) return importStatement(statement);
  if (
    ts.isImportEqualsDeclaration(statement) &&
    ts.isExternalModuleReference(statement.moduleReference) &&
    !statement.isTypeOnly
  ) {
    const required = factory.createCallExpression(factory.createIdentifier('require'), undefined, [
      statement.moduleReference.expression,
    ]);
    return [
      placed(
        factory.createVariableStatement(
          undefined,
          factory.createVariableDeclarationList(
            [factory.createVariableDeclaration(statement.name, undefined, undefined, required)],
            ts.NodeFlags.Let,
          ),
        ),
        statement,
      ),
    ];
  }
  if (ts.isExportDeclaration(statement)) {
    if (!statement.moduleSpecifier || statement.isTypeOnly) return [];
    return [
      placed(factory.createExpressionStatement(importCall(statement.moduleSpecifier, statement.attributes)), statement),
    ];
  }
  if (ts.isExportAssignment(statement))
    return [placed(factory.createExpressionStatement(statement.expression), statement)];
  return [nameless(statement) ?? withoutExport(statement)];
}

/** `export default function () {}`: nobody can name it, and a declaration needs a name. */
function nameless(statement: ts.Statement): ts.Statement | undefined {
  if (!(ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) || statement.name) return undefined;
  const modifiers = (statement.modifiers ?? []).filter(
    ({ kind }) => kind !== ts.SyntaxKind.ExportKeyword && kind !== ts.SyntaxKind.DefaultKeyword,
  );
  const value = ts.isClassDeclaration(statement)
    ? factory.createClassExpression(modifiers, undefined, undefined, statement.heritageClauses, statement.members)
    : statement.body &&
      factory.createFunctionExpression(
        modifiers as ts.Modifier[],
        statement.asteriskToken,
        undefined,
        undefined,
        statement.parameters,
        undefined,
        statement.body,
      );
  if (!value) return factory.createEmptyStatement();
  return placed(
    factory.createExpressionStatement(factory.createParenthesizedExpression(ts.setTextRange(value, statement))),
    statement,
  );
}

function placed<T extends ts.Node>(node: T, at: ts.Node): T {
  return ts.setTextRange(node, at);
}

/** `await __spikelab.awaitable(__spikelab.import('module', { with: … }))` */
export function importCall(specifier: ts.Expression, attributes?: ts.ImportAttributes): ts.Expression {
  const args: ts.Expression[] = [specifier];
  if (attributes) {
    const pairs = attributes.elements.map((element) =>
      factory.createPropertyAssignment(factory.createStringLiteral(element.name.text), element.value),
    );
    args.push(
      factory.createObjectLiteralExpression([
        factory.createPropertyAssignment('with', factory.createObjectLiteralExpression(pairs)),
      ]),
    );
  }
  return factory.createAwaitExpression(helper('awaitable', helper('import', ...args)));
}

function importStatement(statement: ts.ImportDeclaration): ts.Statement[] {
  const module = importCall(statement.moduleSpecifier, statement.attributes);
  const clause = statement.importClause;
  if (!clause) return [placed(factory.createExpressionStatement(module), statement)];
  if (clause.isTypeOnly) return [];
  const names: [imported: string, local: ts.Identifier][] = [];
  if (clause.name) names.push(['default', clause.name]);
  const bindings = clause.namedBindings;
  if (bindings && ts.isNamespaceImport(bindings)) names.push(['*', bindings.name]);
  else if (bindings)
    for (const element of bindings.elements)
      if (!element.isTypeOnly) names.push([(element.propertyName ?? element.name).text, element.name]);
  const locals = factory.createArrayBindingPattern(
    names.map(([, local]) => factory.createBindingElement(undefined, undefined, local)),
  );
  const picked = helper(
    'pick',
    module,
    factory.createArrayLiteralExpression(names.map(([imported]) => factory.createStringLiteral(imported))),
  );
  const declaration = factory.createVariableDeclaration(locals, undefined, undefined, picked);
  return [
    placed(
      factory.createVariableStatement(
        undefined,
        factory.createVariableDeclarationList([declaration], ts.NodeFlags.Let),
      ),
      statement,
    ),
  ];
}

/** A declaration without `export` and `default`. */
function withoutExport(statement: ts.Statement): ts.Statement {
  if (!ts.canHaveModifiers(statement)) return statement;
  const modifiers = ts.getModifiers(statement);
  if (!modifiers?.some((modifier) => modifier.kind === ts.SyntaxKind.ExportKeyword)) return statement;
  const kept = modifiers.filter(
    (modifier) => modifier.kind !== ts.SyntaxKind.ExportKeyword && modifier.kind !== ts.SyntaxKind.DefaultKeyword,
  );
  const decorators = ts.canHaveDecorators(statement) ? (ts.getDecorators(statement) ?? []) : [];
  return ts.factory.replaceModifiers(statement as never, [...decorators, ...kept] as never);
}
