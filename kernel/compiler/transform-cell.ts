import ts from 'typescript';
import { type Helpers, runtimeName } from '../common/runtime-names.js';

export interface Guards {
  readonly loop: string;
  readonly call: string;
}

const { factory } = ts;

/** `__spikelab.name(...args)` */
function helper(name: Helpers, ...args: ts.Expression[]): ts.CallExpression {
  return factory.createCallExpression(helperProperty(name), undefined, args);
}

function helperProperty(name: Helpers): ts.PropertyAccessExpression {
  return factory.createPropertyAccessExpression(factory.createIdentifier(runtimeName), name);
}

/** `if (guard) __spikelab.stop();` V8 folds the test away as long as the guard was never written. */
function guardStatement(guard: string): ts.Statement {
  return factory.createIfStatement(factory.createIdentifier(guard), factory.createExpressionStatement(helper('stop')));
}

/**
 * The rewriting that makes a module's text a cell: imports become awaited imports from the notebook's folder, exports plain
 * declarations, the last expression the cell's value; loops and functions get interrupt guards; the awaits of the cell's
 * top level can be rejected.
 */
export function cellTransformer(guards: Guards): ts.TransformerFactory<ts.SourceFile> {
  return (context) => (file) => {
    let depth = 0;

    const inFunction = <T>(visit: () => T): T => {
      depth++;
      try {
        return visit();
      } finally {
        depth--;
      }
    };

    const visit = (node: ts.Node): ts.Node => {
      if (isScope(node)) return inFunction(() => guardFunction(ts.visitEachChild(node, visit, context)));
      if (ts.isIterationStatement(node, false)) return guardLoop(node);
      if (ts.isAwaitExpression(node) && depth === 0)
        return factory.updateAwaitExpression(
          node,
          helper('awaitable', ts.visitNode(node.expression, visit) as ts.Expression),
        );
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

    const guardFunction = (node: ts.Node): ts.Node => {
      const guarded = (body: ts.Block): ts.Block => {
        const directives = body.statements.findIndex(
          (statement) => !ts.isExpressionStatement(statement) || !ts.isStringLiteral(statement.expression),
        );
        const at = directives < 0 ? body.statements.length : directives;
        return factory.updateBlock(body, [
          ...body.statements.slice(0, at),
          guardStatement(guards.call),
          ...body.statements.slice(at),
        ]);
      };
      if (ts.isFunctionDeclaration(node) && node.body)
        return factory.updateFunctionDeclaration(
          node,
          node.modifiers,
          node.asteriskToken,
          node.name,
          node.typeParameters,
          node.parameters,
          node.type,
          guarded(node.body),
        );
      if (ts.isFunctionExpression(node))
        return factory.updateFunctionExpression(
          node,
          node.modifiers,
          node.asteriskToken,
          node.name,
          node.typeParameters,
          node.parameters,
          node.type,
          guarded(node.body),
        );
      if (ts.isMethodDeclaration(node) && node.body)
        return factory.updateMethodDeclaration(
          node,
          node.modifiers,
          node.asteriskToken,
          node.name,
          node.questionToken,
          node.typeParameters,
          node.parameters,
          node.type,
          guarded(node.body),
        );
      if (ts.isArrowFunction(node)) {
        const body = ts.isBlock(node.body)
          ? guarded(node.body)
          : factory.createParenthesizedExpression(
              factory.createComma(
                factory.createLogicalAnd(factory.createIdentifier(guards.call), helper('stop')),
                node.body,
              ),
            );
        return factory.updateArrowFunction(
          node,
          node.modifiers,
          node.typeParameters,
          node.parameters,
          node.type,
          node.equalsGreaterThanToken,
          body,
        );
      }
      return node;
    };

    const guardLoop = (loop: ts.IterationStatement): ts.Node => {
      const node = ts.visitEachChild(loop, visit, context);
      const checks = [guardStatement(guards.loop)];
      if (awaits(loop)) checks.push(factory.createExpressionStatement(helper('alive')));
      const old = node.statement;
      const body = ts.isBlock(old)
        ? factory.updateBlock(old, [...checks, ...old.statements])
        : factory.createBlock([...checks, old]);
      if (ts.isForStatement(node))
        return factory.updateForStatement(node, node.initializer, node.condition, node.incrementor, body);
      if (ts.isForInStatement(node)) return factory.updateForInStatement(node, node.initializer, node.expression, body);
      if (ts.isForOfStatement(node)) {
        const source = node.awaitModifier && depth === 0 ? helper('iterable', node.expression) : node.expression;
        return factory.updateForOfStatement(node, node.awaitModifier, node.initializer, source, body);
      }
      if (ts.isWhileStatement(node)) return factory.updateWhileStatement(node, node.expression, body);
      return factory.updateDoStatement(node as ts.DoStatement, body, (node as ts.DoStatement).expression);
    };

    const written = file.statements.slice(
      0,
      file.statements.findLastIndex((statement) => !ts.isEmptyStatement(statement)) + 1,
    );
    const statements = written
      .flatMap((statement) => topLevel(statement))
      .map((statement) => ts.visitNode(statement, visit) as ts.Statement);
    const last = statements.at(-1);
    const hasValue =
      written.length > 0 && (ts.isExpressionStatement(written.at(-1)!) || ts.isExportAssignment(written.at(-1)!));
    if (hasValue && last && ts.isExpressionStatement(last))
      statements[statements.length - 1] = factory.updateExpressionStatement(last, helper('value', last.expression));
    return factory.updateSourceFile(file, statements);
  };
}

/** Functions, and the parts of a class in which `await` is not the cell's. */
function isScope(node: ts.Node): boolean {
  return (
    ts.isFunctionLike(node) ||
    ts.isClassStaticBlockDeclaration(node) ||
    ts.isPropertyDeclaration(node) ||
    ts.isModuleDeclaration(node)
  );
}

/** Whether a loop awaits in its own body, not in a function inside it. */
function awaits(loop: ts.Node): boolean {
  const search = (node: ts.Node): boolean =>
    ts.isAwaitExpression(node) ||
    (ts.isForOfStatement(node) && node.awaitModifier !== undefined) ||
    (!isScope(node) && (ts.forEachChild(node, search) ?? false));
  return search(loop);
}

/** Imports and exports of the top level as ordinary statements. */
function topLevel(statement: ts.Statement): ts.Statement[] {
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
  return [withoutExport(statement)];
}

function placed<T extends ts.Node>(node: T, at: ts.Node): T {
  return ts.setTextRange(node, at);
}

/** `await __spikelab.import('module', { with: … })`; the visitor makes the await interruptible. */
function importCall(specifier: ts.Expression, attributes?: ts.ImportAttributes): ts.Expression {
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
  return factory.createAwaitExpression(helper('import', ...args));
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
