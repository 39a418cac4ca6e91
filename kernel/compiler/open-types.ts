import ts from 'typescript';
import type { Insertion } from './cell-text.js';

/**
 * What has to be put into a cell so that types which strictness closes stay open, as they are for who writes no types:
 * in `{ loss: [], best: null }`, in a class's `items = []`, in `reduce(…, [])` nothing can be stored otherwise.
 * TypeScript does this itself for variables (`const rows = []`), but not when a function assigns to them. Only where
 * nothing else says what the type is.
 */
export function openings(file: ts.SourceFile, checker: ts.TypeChecker, from: number): Insertion[] {
  const found: Insertion[] = [];
  const assigned = assignedInside(file, checker);
  const search = (node: ts.Node): void => {
    if (isEmpty(node) && node.end > from && storesIn(node) && isUntold(node, checker))
      found.push({ at: node.end, text: ts.isArrayLiteralExpression(node) ? ' as any[]' : ' as any' });
    if (ts.isPropertyAccessExpression(node) && node.end > from && isEmptyArray(node.expression))
      found.push({ at: node.getStart(file), text: '(' }, { at: node.expression.end, text: ' as any[])' });
    if (ts.isVariableDeclaration(node) && node.end > from && assigned.has(node))
      found.push({ at: node.name.end, text: ': any' });
    ts.forEachChild(node, search);
  };
  ts.forEachChild(file, search);
  return found.sort((a, b) => a.at - b.at);
}

/** Whether a cell's text may have something to open. */
export function mayBeClosed(text: string): boolean {
  return /\[\s*\]|\bnull\b|\bundefined\b/.test(text);
}

/** Types that say no more than the value does. */
const empty = new Set(['any', 'never', 'never[]', 'never[] | undefined', 'null', 'undefined', 'null | undefined']);

/** `[]`, `null`, `undefined`. */
function isEmpty(node: ts.Node): node is ts.Expression {
  return (
    isEmptyArray(node) ||
    node.kind === ts.SyntaxKind.NullKeyword ||
    (ts.isIdentifier(node) && node.text === 'undefined')
  );
}

function isEmptyArray(node: ts.Node): boolean {
  return ts.isArrayLiteralExpression(node) && node.elements.length === 0;
}

/** Whether a value stands where more values will come. */
function storesIn(node: ts.Expression): boolean {
  const { parent } = node;
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node && !isConstant(parent);
  if (ts.isPropertyDeclaration(parent) || ts.isParameter(parent)) return parent.initializer === node && !parent.type;
  if (ts.isBindingElement(parent)) return parent.initializer === node;
  if (ts.isArrayLiteralExpression(parent)) return !isConstant(parent);
  if (ts.isBinaryExpression(parent))
    return parent.right === node && isAssignment(parent) && !ts.isIdentifier(parent.left); // of `matrix[i]`
  if (!ts.isArrayLiteralExpression(node)) return false;
  return ts.isCallExpression(parent) || ts.isReturnStatement(parent) || ts.isArrowFunction(parent);
}

/** Whether a part of a literal is `as const`: it says that nothing more will come. */
function isConstant({ parent }: ts.Node): boolean {
  if (ts.isAsExpression(parent)) return ts.isConstTypeReference(parent.type);
  const isPart = ts.isObjectLiteralExpression(parent) || ts.isArrayLiteralExpression(parent);
  return (isPart || ts.isPropertyAssignment(parent) || ts.isParenthesizedExpression(parent)) && isConstant(parent);
}

/** Whether nothing around a value says what its type is: a parameter that takes any type does not. */
function isUntold(node: ts.Expression, checker: ts.TypeChecker): boolean {
  const call = node.parent;
  if (ts.isCallExpression(call)) {
    const parameters = checker.getResolvedSignature(call)?.declaration?.parameters;
    const declared = parameters?.[call.arguments.indexOf(node)] ?? parameters?.at(-1);
    const given = declared && checker.getTypeAtLocation(declared);
    // `push(...items: T[])`
    const type =
      given && ts.isParameter(declared) && declared.dotDotDotToken
        ? checker.getIndexTypeOfType(given, ts.IndexKind.Number)
        : given;
    return type !== undefined && isParameterized(type) && call.typeArguments === undefined;
  }
  const type = checker.getContextualType(node);
  return type === undefined || isParameterized(type) || empty.has(checker.typeToString(type));
}

function isParameterized(type: ts.Type): boolean {
  return (type.flags & ts.TypeFlags.TypeParameter) !== 0;
}

/** Variables without type, or with an empty value, that a function assigns to. */
function assignedInside(file: ts.SourceFile, checker: ts.TypeChecker): Set<ts.Node> {
  const found = new Set<ts.Node>();
  const search = (node: ts.Node, inner: ts.Node | undefined): void => {
    const target = ts.isBinaryExpression(node) && isAssignment(node) ? node.left : undefined;
    const declared =
      target && inner && ts.isIdentifier(target) && checker.getSymbolAtLocation(target)?.valueDeclaration;
    if (declared && ts.isVariableDeclaration(declared) && isOpen(declared) && !isInside(declared, inner))
      found.add(declared);
    const scope = ts.isFunctionLike(node) ? node : inner;
    ts.forEachChild(node, (child) => search(child, scope));
  };
  search(file, undefined);
  return found;
}

function isAssignment({ operatorToken: { kind } }: ts.BinaryExpression): boolean {
  return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
}

function isOpen({ name, type, initializer, exclamationToken, parent }: ts.VariableDeclaration): boolean {
  if (!ts.isIdentifier(name) || type || exclamationToken || !ts.isVariableDeclarationList(parent)) return false;
  return !initializer || (isEmpty(initializer) && !ts.isArrayLiteralExpression(initializer));
}

function isInside(node: ts.Node, outer: ts.Node): boolean {
  return node.pos >= outer.pos && node.end <= outer.end;
}
