import ts from 'typescript';
import { isGenerated } from './generated-names.js';

const { factory } = ts;

/**
 * `var` may be declared twice, and in blocks, whose variables belong to the cell's top level, and used before it is
 * declared. Where a cell does so, all its `var`s become assignments. Returns the statements, and the names that are to
 * be declared before them; none when `let` will do for each `var`.
 */
export function hoistVars(
  statements: readonly ts.Statement[],
  context: ts.TransformationContext,
): { readonly names: readonly (string | ts.Identifier)[]; readonly statements: readonly ts.Statement[] } {
  const names = new Set<string | ts.Identifier>();
  let needed = false;
  /** Whatever was named so far; what functions name, who may be called before they are written. */
  const named = new Set<string>();
  const collect = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) named.add(node.text);
    ts.forEachChild(node, collect);
  };
  const note = (name: ts.BindingName): void => {
    if (!ts.isIdentifier(name))
      return name.elements.forEach((element) => ts.isBindingElement(element) && note(element.name));
    if (isGenerated(name)) return void names.add(name);
    needed ||= names.has(name.text) || named.has(name.text);
    names.add(name.text);
  };
  const search = (node: ts.Node, nested: boolean): void => {
    if (isScope(node) || ts.isIdentifier(node)) return collect(node);
    if (isVarList(node)) {
      needed ||= nested;
      for (const { name, initializer } of node.declarations) {
        if (initializer) collect(initializer); // `var app = app || {}`
        note(name);
      }
    }
    ts.forEachChild(node, (child) =>
      search(child, nested || !(ts.isVariableStatement(node) || ts.isVariableDeclarationList(node))),
    );
  };
  statements.filter(ts.isFunctionDeclaration).forEach(collect);
  for (const statement of statements) search(statement, !ts.isVariableStatement(statement));
  if (!needed) return { names: [], statements };

  const visit = (node: ts.Node): ts.Node => {
    if (isScope(node)) return node;
    if (ts.isVariableStatement(node) && isVarList(node.declarationList)) {
      const value = assignments(node.declarationList);
      return value ? ts.setTextRange(factory.createExpressionStatement(value), node) : factory.createEmptyStatement();
    }
    // In the head of a loop: `for (var x of …)`, or `for (var i = 0; …)`.
    if (isVarList(node)) return assignments(node) ?? target(node.declarations[0].name);
    return ts.visitEachChild(node, visit, context);
  };
  return {
    names: [...names],
    statements: statements.map((statement) => ts.visitNode(statement, visit) as ts.Statement),
  };
}

/** What has `var`s of its own. */
function isScope(node: ts.Node): boolean {
  return ts.isFunctionLike(node) || ts.isClassLike(node);
}

function isVarList(node: ts.Node): node is ts.VariableDeclarationList {
  return ts.isVariableDeclarationList(node) && (node.flags & ts.NodeFlags.BlockScoped) === 0;
}

/** `var a = 1, b, [c] = d` as `a = 1, [c] = d`. */
function assignments(list: ts.VariableDeclarationList): ts.Expression | undefined {
  const parts = list.declarations.flatMap(({ name, initializer }) =>
    initializer ? ts.setTextRange(factory.createAssignment(target(name), initializer), list) : [],
  );
  const value = parts.reduce<ts.Expression | undefined>(
    (all, part) => (all ? factory.createComma(all, part) : part),
    undefined,
  );
  // A pattern in braces would begin a block.
  return value && ts.isObjectBindingPattern(list.declarations[0].name)
    ? factory.createParenthesizedExpression(value)
    : value;
}

/** What is declared, as something that can be assigned to. */
function target(name: ts.BindingName): ts.Expression {
  if (ts.isIdentifier(name)) return name;
  const value = (element: ts.BindingElement): ts.Expression =>
    element.initializer ? factory.createAssignment(target(element.name), element.initializer) : target(element.name);
  if (ts.isArrayBindingPattern(name))
    return factory.createArrayLiteralExpression(
      name.elements.map((element) =>
        ts.isOmittedExpression(element)
          ? element
          : element.dotDotDotToken
            ? factory.createSpreadElement(target(element.name))
            : value(element),
      ),
    );
  return factory.createObjectLiteralExpression(
    name.elements.map((element) =>
      element.dotDotDotToken
        ? factory.createSpreadAssignment(target(element.name))
        : factory.createPropertyAssignment(
            element.propertyName ?? (element.name as ts.Identifier).text,
            value(element),
          ),
    ),
  );
}
