import ts from 'typescript';
import { ownPrefix, runtimeName, spelled, userName } from '../common/runtime-names.js';
import { isGenerated, withoutCollision } from './generated-names.js';

const { factory } = ts;

/**
 * Writes the kernel's names in the way that tells them from the user's text, gives decorated classes the names that the
 * user wrote, and TypeScript's own values names of this cell's. Runs last.
 */
export const spellingTransformer =
  (label: string): ts.TransformerFactory<ts.SourceFile> =>
  (context) =>
  (file) => {
    const visit = (node: ts.Node): ts.Node => {
      if (ts.isIdentifier(node) && isGenerated(node)) return withoutCollision(node, label);
      if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && node.initializer && isOwn(node.name)) {
        const value = ts.visitNode(node.initializer, visit) as ts.Expression;
        const named = ts.isClassExpression(value) ? namedClass(value, userName(node.name.text)) : value;
        return factory.updateVariableDeclaration(node, asSpelled(node.name), undefined, undefined, named);
      }
      if (ts.isIdentifier(node) && (isOwn(node) || (node.text.startsWith(runtimeName) && isMade(node))))
        return asSpelled(node);
      return ts.visitEachChild(node, visit, context);
    };
    return ts.visitEachChild(file, visit, context);
  };

function asSpelled(node: ts.Identifier): ts.Identifier {
  return ts.setOriginalNode(ts.setTextRange(factory.createIdentifier(spelled(node.text)), node), node);
}

/** Whether an identifier is the name that V8 has for one of the user's. */
function isOwn(node: ts.Identifier): boolean {
  return node.text.startsWith(ownPrefix) && isMade(node);
}

/**
 * Whether an identifier was put into the text; those that TypeScript counts up get their text only when they are
 * printed.
 */
function isMade(node: ts.Identifier): boolean {
  return (node.flags & ts.NodeFlags.Synthesized) !== 0 && !isGenerated(node);
}

function namedClass(value: ts.ClassExpression, name: string): ts.ClassExpression {
  const { modifiers, typeParameters, heritageClauses, members } = value;
  return factory.updateClassExpression(
    value,
    modifiers,
    factory.createIdentifier(name),
    typeParameters,
    heritageClauses,
    members,
  );
}
