import ts from 'typescript';

/**
 * Variables whose type TypeScript takes from what is assigned to them (`let best = null`) or pushed (`const rows =
 * []`): how a cell has left them.
 */
export interface Evolving {
  /** The module that says how. */
  readonly module: string;
  readonly kind: 'array' | 'constant array' | 'value';
  /** How many modules hand it on. */
  readonly length: number;
}

/** What a cell does to variables. */
export interface Changes {
  /** Names that it declares with an evolving type. */
  readonly declared: ReadonlyMap<string, Evolving['kind']>;
  /** Names that it assigns to, or adds elements to, at its top level. */
  readonly here: ReadonlySet<string>;
  /** The same in functions: nobody knows when they run, and the variable can be anything then. */
  readonly inFunctions: ReadonlySet<string>;
}

/** A chain of cells that all add to an array is resolved recursively: a longer one has `any`. */
const longest = 40;

/** By this name a module exports how it leaves a variable. */
const leftAs = (name: string): string => `__spikelab_left_${name}`;
/** And the next one imports it by this name: it may export the other itself. */
const foundAs = (name: string): string => `__spikelab_found_${name}`;
export const leftImport = (name: string): string => `${leftAs(name)} as ${foundAs(name)}`;

const adding: ReadonlySet<string> = new Set(['push', 'unshift', 'splice', 'fill']);

/**
 * For `evolvingDeclaration`: what is unknown, or was never more than empty, can be anything; that it may be empty is
 * not held against it; a pair (`scores.push([name, score])`, to TypeScript an array of either) has parts of any type.
 */
export const leftTypes = `export type __spikelab_Left<T> = unknown extends T ? any : [T] extends [null | undefined] ? any : T extends null | undefined ? never : T;
export type __spikelab_LeftElement<T> = T extends readonly (infer E)[] ? unknown extends E ? any : Part<E> : any;
type Part<T> = T extends readonly (infer E)[] ? number extends T['length'] ? IsUnion<E> extends true ? any[] : T : T : T;
type IsUnion<T, U = T> = T extends unknown ? [U] extends [T] ? false : true : never;`;
export const leftTypeNames = ['__spikelab_Left', '__spikelab_LeftElement'];

/** Lines that export how a cell leaves variables. */
export function leftExports(names: Iterable<string>): string {
  return [...names].map((name) => ` export const ${leftAs(name)} = ${name};`).join('');
}

/**
 * Declares a variable of an earlier cell as it was left, so that it evolves further. By `var`: functions do not see how
 * it is now, because they may run later.
 */
export function evolvingDeclaration(name: string, { kind }: Evolving): string {
  const helped = (type: string): string => `null! as __spikelab_${type}<typeof ${foundAs(name)}>`;
  if (kind === 'value') return `var ${name}; ${name} = ${helped('Left')};`;
  return `${kind === 'array' ? 'var' : 'const'} ${name} = []; ${name}.push(${helped('LeftElement')});`;
}

/** Variables with evolving types after a cell, by their names; undefined where a type does not evolve any more. */
export type Left = ReadonlyMap<string, Omit<Evolving, 'module'> | undefined>;

/** What becomes of the variables that a cell declares, or has from earlier cells and changes. */
export function leftBy(
  { declared, here, inFunctions }: Changes,
  earlier: Iterable<{ readonly name: string; readonly evolving?: Evolving | undefined }>,
  own: ReadonlyMap<string, unknown>,
): Left {
  const left = new Map<string, Omit<Evolving, 'module'> | undefined>();
  for (const [name, kind] of declared) if (!inFunctions.has(name)) left.set(name, { kind, length: 1 });
  for (const { name, evolving } of earlier) {
    if (!evolving || own.has(name)) continue;
    const length = evolving.length + 1;
    if (inFunctions.has(name) || (here.has(name) && length > longest)) left.set(name, undefined);
    else if (here.has(name)) left.set(name, { kind: evolving.kind, length });
  }
  return left;
}

/** What a cell does to variables, by its syntax. */
export function changesOf(file: ts.SourceFile): Changes {
  const declared = new Map<string, Evolving['kind']>();
  const seen = new Set<string>();
  for (const statement of file.statements) {
    if (!ts.isVariableStatement(statement) || statement.modifiers) continue;
    const isConstant = (statement.declarationList.flags & ts.NodeFlags.Const) !== 0;
    for (const declaration of statement.declarationList.declarations) {
      const kind = evolvingKind(declaration, isConstant);
      if (!ts.isIdentifier(declaration.name)) continue;
      const { text } = declaration.name;
      if (kind && !seen.has(text)) declared.set(text, kind);
      else declared.delete(text); // declared twice
      seen.add(text);
    }
  }
  const [here, inFunctions] = [new Set<string>(), new Set<string>()];
  const search = (node: ts.Node, names: Set<string>): void => {
    for (const name of changed(node)) names.add(name);
    const inner = ts.isFunctionLike(node) || ts.isClassLike(node) ? inFunctions : names;
    ts.forEachChild(node, (child) => search(child, inner));
  };
  search(file, here);
  return { declared, here, inFunctions };
}

function evolvingKind(
  { name, type, initializer, exclamationToken }: ts.VariableDeclaration,
  isConstant: boolean,
): Evolving['kind'] | undefined {
  if (!ts.isIdentifier(name) || type || exclamationToken) return undefined;
  if (initializer && ts.isArrayLiteralExpression(initializer) && initializer.elements.length === 0)
    return isConstant ? 'constant array' : 'array';
  const isEmpty =
    !initializer ||
    initializer.kind === ts.SyntaxKind.NullKeyword ||
    (ts.isIdentifier(initializer) && initializer.text === 'undefined');
  return isEmpty && !isConstant ? 'value' : undefined;
}

/** Names that a node assigns to or adds elements to. */
function changed(node: ts.Node): string[] {
  if (ts.isBinaryExpression(node)) {
    const { kind } = node.operatorToken;
    const assigns = kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
    return assigns ? targets(node.left) : [];
  }
  if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) {
    const { operator } = node;
    const counts = operator === ts.SyntaxKind.PlusPlusToken || operator === ts.SyntaxKind.MinusMinusToken;
    return counts ? targets(node.operand) : [];
  }
  if (ts.isForOfStatement(node) || ts.isForInStatement(node))
    return ts.isVariableDeclarationList(node.initializer) ? [] : targets(node.initializer);
  if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression))
    return adding.has(node.expression.name.text) ? targets(node.expression.expression) : [];
  return [];
}

function targets(node: ts.Node): string[] {
  if (ts.isIdentifier(node)) return [node.text];
  if (ts.isElementAccessExpression(node) || ts.isParenthesizedExpression(node)) return targets(node.expression);
  if (ts.isNonNullExpression(node) || ts.isAsExpression(node) || ts.isSatisfiesExpression(node))
    return targets(node.expression);
  if (ts.isSpreadElement(node) || ts.isSpreadAssignment(node)) return targets(node.expression);
  if (ts.isArrayLiteralExpression(node)) return node.elements.flatMap(targets);
  if (ts.isObjectLiteralExpression(node)) return node.properties.flatMap(targets);
  if (ts.isPropertyAssignment(node)) return targets(node.initializer);
  if (ts.isShorthandPropertyAssignment(node)) return [node.name.text];
  return ts.isBinaryExpression(node) ? targets(node.left) : []; // a default value
}
