import ts from 'typescript';
import { ownName } from './host-names.js';

const { factory } = ts;

/** Gives the identifiers that start at some places the names that V8 knows them as; see `host-names.ts`. */
export function nameTransformer(starts: ReadonlySet<number>): ts.TransformerFactory<ts.SourceFile> {
  return (context) => (file) => {
    const isOwn = (node: ts.Node | undefined): node is ts.Identifier =>
      node !== undefined && ts.isIdentifier(node) && node.pos >= 0 && starts.has(node.getStart(file));
    // The original stays known: in a decorated class TypeScript puts another name for what refers to the class itself.
    const renamed = (node: ts.Identifier): ts.Identifier =>
      ts.setOriginalNode(ts.setTextRange(factory.createIdentifier(ownName(node.text)), node), node);
    const expression = (node: ts.Expression | undefined): ts.Expression | undefined =>
      ts.visitNode(node, visit) as ts.Expression | undefined;

    const visit = (node: ts.Node): ts.Node => {
      if (isOwn(node)) return renamed(node);
      if (ts.isShorthandPropertyAssignment(node) && isOwn(node.name)) {
        const value = renamed(node.name);
        const initializer = expression(node.objectAssignmentInitializer);
        return ts.setTextRange(
          factory.createPropertyAssignment(
            node.name.text,
            initializer ? factory.createAssignment(value, initializer) : value,
          ),
          node,
        );
      }
      if (
        ts.isBindingElement(node) &&
        isOwn(node.name) &&
        !node.propertyName &&
        !node.dotDotDotToken &&
        ts.isObjectBindingPattern(node.parent)
      )
        return factory.updateBindingElement(
          node,
          undefined,
          factory.createIdentifier(node.name.text),
          renamed(node.name),
          named(expression(node.initializer), node.name.text),
        );
      if (ts.isImportSpecifier(node) && isOwn(node.name))
        return factory.updateImportSpecifier(
          node,
          node.isTypeOnly,
          node.propertyName ?? factory.createIdentifier(node.name.text),
          renamed(node.name),
        );
      if (ts.isVariableDeclaration(node) && isOwn(node.name))
        return factory.updateVariableDeclaration(
          node,
          renamed(node.name),
          node.exclamationToken,
          node.type,
          named(expression(node.initializer), node.name.text),
        );
      return ts.visitEachChild(node, visit, context);
    };
    return ts.visitEachChild(file, visit, context);
  };
}

/** A function or class without a name gets that of its variable, which is to be the one that the user wrote. */
function named(value: ts.Expression | undefined, name: string): ts.Expression | undefined {
  const isNameless =
    value &&
    (ts.isArrowFunction(value) || ((ts.isFunctionExpression(value) || ts.isClassExpression(value)) && !value.name));
  return isNameless
    ? factory.createPropertyAccessExpression(
        factory.createObjectLiteralExpression([factory.createPropertyAssignment(name, value)]),
        name,
      )
    : value;
}
