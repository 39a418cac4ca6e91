import ts from 'typescript';
import { runtimeName, type Helpers } from '../common/runtime-names.js';

const { factory } = ts;
const longest = 60;

/**
 * Calls that stand alone as statements of the cell, not in functions: should they return a promise, the cell's end asks
 * what became of it.
 */
export const floatingTransformer: ts.TransformerFactory<ts.SourceFile> = (context) => (file) => {
  const visit = (node: ts.Node): ts.Node => {
    if (ts.isFunctionLike(node) || ts.isClassLike(node) || ts.isModuleDeclaration(node)) return node;
    if (ts.isExpressionStatement(node) && ts.isCallExpression(node.expression)) {
      const name: Helpers = 'floating';
      const helper = factory.createPropertyAccessExpression(factory.createIdentifier(runtimeName), name);
      const written = node.expression.getText(file).replace(/\s+/g, ' ');
      const call = written.length > longest ? `${written.slice(0, longest)}…` : written;
      return factory.updateExpressionStatement(
        node,
        factory.createCallExpression(helper, undefined, [node.expression, factory.createStringLiteral(call)]),
      );
    }
    return ts.visitEachChild(node, visit, context);
  };
  return ts.visitEachChild(file, visit, context);
};
