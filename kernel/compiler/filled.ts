import ts from 'typescript';
import type { NotebookProgram, PlacedCell } from './notebook-program.js';

/** Variables that a cell assigns to: whether what it assigns last can be neither `null` nor `undefined`. */
export type Filled = ReadonlyMap<string, boolean>;

/**
 * What a cell does to variables that may be empty, as `let server: Server | undefined`. `tsc` knows in one file that
 * `server = createServer()` has filled it, a module for each cell does not; so a later cell may take it for filled,
 * where it would not pass otherwise. What functions assign counts if it fills and the cell's top level assigns nothing.
 */
export function filledBy(program: NotebookProgram, { path, offset }: PlacedCell): Filled {
  const checked = program.service.getProgram();
  const file = checked?.getSourceFile(path);
  if (!checked || !file) return new Map();
  const checker = checked.getTypeChecker();
  const [here, inFunctions] = [new Map<string, boolean>(), new Map<string, boolean>()];
  const search = (node: ts.Node, inner: boolean): void => {
    const [name, value] = assigned(node) ?? [];
    if (name && isOfCells(checker.getSymbolAtLocation(name), file)) {
      const isFilled = value !== undefined && !mayBeEmpty(checker.getTypeAtLocation(value));
      if (!inner) here.set(name.text, isFilled);
      else if (isFilled) inFunctions.set(name.text, true);
    }
    ts.forEachChild(node, (child) => search(child, inner || ts.isFunctionLike(node) || ts.isClassLike(node)));
  };
  for (const statement of file.statements) if (statement.end > offset) search(statement, false);
  return new Map([...inFunctions, ...here]);
}

/** What a node assigns, and to which variable; to declare one without a value is to empty it. */
function assigned(node: ts.Node): [name: ts.Identifier, value: ts.Expression | undefined] | undefined {
  if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name)) return [node.name, node.initializer];
  if (!ts.isBinaryExpression(node) || !ts.isIdentifier(node.left)) return undefined;
  return fills.has(node.operatorToken.kind) ? [node.left, node.right] : undefined;
}

/** Whether a variable is one of the top level, this cell's or an earlier one's. */
function isOfCells(symbol: ts.Symbol | undefined, file: ts.SourceFile): boolean {
  return (
    symbol?.declarations?.some((one) => ts.isVariableDeclaration(one) && one.parent.parent.parent === file) ?? false
  );
}

const fills: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.EqualsToken,
  ts.SyntaxKind.QuestionQuestionEqualsToken,
  ts.SyntaxKind.BarBarEqualsToken,
]);

function mayBeEmpty({ flags, ...type }: ts.Type): boolean {
  const empty =
    ts.TypeFlags.Null | ts.TypeFlags.Undefined | ts.TypeFlags.Void | ts.TypeFlags.Any | ts.TypeFlags.Unknown;
  if ((flags & empty) !== 0) return true;
  return (flags & ts.TypeFlags.Union) !== 0 && (type as ts.UnionType).types.some(mayBeEmpty);
}
