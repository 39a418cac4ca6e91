import ts from 'typescript';
import { helper } from './runtime-calls.js';
import { isScope } from './scopes.js';

export interface Guards {
  readonly loop: string;
  readonly call: string;
}

const { factory } = ts;

/**
 * Puts interrupt guards into loops and functions. Each is an insertion that can be taken out of the text again, in one
 * of the forms that `function-source.ts` knows: nothing of what the user wrote is wrapped. Runs after TypeScript's own
 * transformations, which decide about parentheses.
 */
export function guardTransformer(guards: Guards): ts.TransformerFactory<ts.SourceFile> {
  return (context) => (file) => {
    const visit = (node: ts.Node): ts.Node => {
      const visited = ts.visitEachChild(node, visit, context);
      if (ts.isIterationStatement(visited, false)) return guardLoop(visited, awaits(node));
      if (!isScope(visited)) return visited;
      const isTopLevel = ts.isFunctionDeclaration(visited) && file.statements.includes(node as ts.Statement);
      return guardFunction(visited, isTopLevel ? visited.name?.text : undefined);
    };

    /** `name`: of a function that becomes a variable's value without a name of its own; the guard keeps it. */
    const guardFunction = (node: ts.Node, name?: string): ts.Node => {
      const guarded = (body: ts.Block): ts.Block => {
        const found = body.statements.findIndex((statement) => !isDirective(statement));
        const at = found < 0 ? body.statements.length : found;
        return factory.updateBlock(body, [
          ...body.statements.slice(0, at),
          guardStatement(guards.call, undefined, name),
          ...body.statements.slice(at),
        ]);
      };
      if (ts.isFunctionDeclaration(node) && node.body)
        return factory.updateFunctionDeclaration(
          node,
          node.modifiers,
          node.asteriskToken,
          node.name,
          undefined,
          node.parameters,
          undefined,
          guarded(node.body),
        );
      if (ts.isFunctionExpression(node))
        return factory.updateFunctionExpression(
          node,
          node.modifiers,
          node.asteriskToken,
          node.name,
          undefined,
          node.parameters,
          undefined,
          guarded(node.body),
        );
      if (ts.isMethodDeclaration(node) && node.body)
        return factory.updateMethodDeclaration(
          node,
          node.modifiers,
          node.asteriskToken,
          node.name,
          undefined,
          undefined,
          node.parameters,
          undefined,
          guarded(node.body),
        );
      if (ts.isArrowFunction(node))
        return factory.updateArrowFunction(
          node,
          node.modifiers,
          undefined,
          node.parameters,
          undefined,
          node.equalsGreaterThanToken,
          ts.isBlock(node.body) ? guarded(node.body) : guardExpression(guards.call, node.body),
        );
      return node;
    };

    const guardLoop = (node: ts.IterationStatement, hasAwait: boolean): ts.Node => {
      const test = hasAwait
        ? factory.createLogicalOr(factory.createIdentifier(guards.loop), helper('alive'))
        : factory.createIdentifier(guards.loop);
      const old = node.statement;
      const body = ts.isBlock(old)
        ? factory.updateBlock(old, [guardStatement(test), ...old.statements])
        : guardStatement(test, old);
      if (ts.isForStatement(node))
        return factory.updateForStatement(node, node.initializer, node.condition, node.incrementor, body);
      if (ts.isForInStatement(node)) return factory.updateForInStatement(node, node.initializer, node.expression, body);
      if (ts.isForOfStatement(node))
        return factory.updateForOfStatement(node, node.awaitModifier, node.initializer, node.expression, body);
      if (ts.isWhileStatement(node)) return factory.updateWhileStatement(node, node.expression, body);
      return factory.updateDoStatement(node as ts.DoStatement, body, (node as ts.DoStatement).expression);
    };

    return ts.visitEachChild(file, visit, context);
  };
}

/**
 * `if (guard) __spikelab.stop();` or, before a body without braces, `… else body`. V8 folds the test away as long as
 * the guard was never written.
 */
function guardStatement(test: string | ts.Expression, body?: ts.Statement, name?: string): ts.Statement {
  const condition = typeof test === 'string' ? factory.createIdentifier(test) : test;
  const stop = factory.createExpressionStatement(
    helper('stop', ...(name === undefined ? [] : [factory.createStringLiteral(name)])),
  );
  return ts.setEmitFlags(factory.createIfStatement(condition, stop, body), ts.EmitFlags.SingleLine);
}

/** `guard ? __spikelab.stop() : body` */
function guardExpression(guard: string, body: ts.Expression): ts.Expression {
  const [question, colon] = [ts.SyntaxKind.QuestionToken, ts.SyntaxKind.ColonToken] as const;
  return factory.createConditionalExpression(
    factory.createIdentifier(guard),
    factory.createToken(question),
    helper('stop'),
    factory.createToken(colon),
    body,
  );
}

function isDirective(statement: ts.Statement): boolean {
  return ts.isExpressionStatement(statement) && ts.isStringLiteral(statement.expression);
}

/** Whether a loop awaits in its own body, not in a function inside it. */
function awaits(loop: ts.Node): boolean {
  const search = (node: ts.Node): boolean =>
    ts.isAwaitExpression(node) ||
    (ts.isForOfStatement(node) && node.awaitModifier !== undefined) ||
    (!isScope(node) && (ts.forEachChild(node, search) ?? false));
  return search(loop);
}
