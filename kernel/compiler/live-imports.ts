import ts from 'typescript';
import { inClosed } from './cell-text.js';
import { isHostName } from './host-names.js';
import type { NotebookProgram, PlacedCell } from './notebook-program.js';
import { helper } from './runtime-calls.js';
import { importCall } from './transform-imports.js';

const { factory } = ts;

/** Local names of imports, by their starts in a cell's text. */
export type LiveNames = ReadonlyMap<number, string>;

/**
 * Imported names whose value may change: `export let n` of a local TypeScript file. A copy would keep the value that
 * it had, so they become properties of the global object that ask the module, see `child/live-imports.ts`. A name that
 * a cell has given to a variable stays one, because V8 knows that before the global object: it is copied.
 */
export class LiveImports {
  private readonly names = new Set<string>();

  /** Those of a placed cell. */
  in(program: NotebookProgram, { path, offset, source }: PlacedCell): LiveNames {
    if (!/\bimport\b/.test(source.text)) return new Map();
    const checked = program.service.getProgram();
    const file = checked?.getSourceFile(path);
    if (!checked || !file) return new Map();
    return new Map(
      changing(file, checked.getTypeChecker())
        .filter(({ text }) => !isHostName(text) && (this.names.has(text) || !program.knows(text)))
        .map((name) => [inClosed(source, name.getStart(file) - offset), name.text]),
    );
  }

  /** A cell begins to run that declares names, of which some are live. */
  commit({ declared }: PlacedCell, live: LiveNames): void {
    for (const { name } of declared) this.names.delete(name);
    for (const name of live.values()) this.names.add(name);
  }

  forget(): void {
    this.names.clear();
  }
}

/** What an import names, each with the name that the module gives it. */
function namedIn(statement: ts.Statement): { readonly exported: string; readonly local: ts.Identifier }[] {
  const clause = ts.isImportDeclaration(statement) ? statement.importClause : undefined;
  if (!clause || clause.isTypeOnly) return [];
  const { name, namedBindings } = clause;
  const elements = namedBindings && ts.isNamedImports(namedBindings) ? namedBindings.elements : [];
  return [
    ...(name ? [{ exported: 'default', local: name }] : []),
    ...elements
      .filter(({ isTypeOnly }) => !isTypeOnly)
      .map((one) => ({ exported: (one.propertyName ?? one.name).text, local: one.name })),
  ];
}

/** Local names of imports that stand for variables of other files, not constants. */
function changing(file: ts.SourceFile, checker: ts.TypeChecker): ts.Identifier[] {
  const names = file.statements.flatMap(namedIn).map(({ local }) => local);
  return names.filter((name) => {
    const symbol = checker.getSymbolAtLocation(name);
    if (!symbol || (symbol.flags & ts.SymbolFlags.Alias) === 0) return false;
    const { valueDeclaration: declared } = checker.getAliasedSymbol(symbol);
    if (!declared || !(ts.isVariableDeclaration(declared) || ts.isBindingElement(declared))) return false;
    const isConstant = (ts.getCombinedNodeFlags(declared) & ts.NodeFlags.Const) !== 0;
    const from = declared.getSourceFile();
    return !isConstant && !from.isDeclarationFile && !/\/__spikelab_\w+\.tsx?$/.test(from.fileName);
  });
}

/** `let [] = __spikelab.live(await …, [['n', 'n']])` in place of an import of such names. */
export const liveTransformer =
  (live: LiveNames): ts.TransformerFactory<ts.SourceFile> =>
  () =>
  (file) => {
    const isLive = (name: ts.Identifier): boolean => live.has(name.getStart(file));
    const split = (statement: ts.Statement): ts.Statement[] => {
      const found = namedIn(statement).filter(({ local }) => isLive(local));
      if (!ts.isImportDeclaration(statement) || found.length === 0) return [statement];
      const left = withoutLive(statement, isLive);
      return [...(left ? [left] : []), binding(statement, found)];
    };
    return factory.updateSourceFile(file, file.statements.flatMap(split));
  };

function binding(statement: ts.ImportDeclaration, found: ReturnType<typeof namedIn>): ts.Statement {
  const pairs = found.map(({ exported, local }) =>
    factory.createArrayLiteralExpression([exported, local.text].map((text) => factory.createStringLiteral(text))),
  );
  const module = importCall(statement.moduleSpecifier, statement.attributes);
  const bound = helper('live', module, factory.createArrayLiteralExpression(pairs));
  const nothing = factory.createArrayBindingPattern([]);
  const declaration = factory.createVariableDeclaration(nothing, undefined, undefined, bound);
  const list = factory.createVariableDeclarationList([declaration], ts.NodeFlags.Let);
  return ts.setTextRange(factory.createVariableStatement(undefined, list), statement);
}

/** The import of all other names; nothing where there are none. */
function withoutLive(
  statement: ts.ImportDeclaration,
  isLive: (name: ts.Identifier) => boolean,
): ts.ImportDeclaration | undefined {
  const clause = statement.importClause!;
  const { namedBindings: bindings } = clause;
  const name = clause.name && !isLive(clause.name) ? clause.name : undefined;
  const elements =
    bindings && ts.isNamedImports(bindings) ? bindings.elements.filter((one) => !isLive(one.name)) : undefined;
  if (!name && (!bindings || elements?.length === 0)) return undefined;
  const left = bindings && ts.isNamedImports(bindings) ? factory.updateNamedImports(bindings, elements!) : bindings;
  return factory.updateImportDeclaration(
    statement,
    statement.modifiers,
    factory.updateImportClause(clause, clause.isTypeOnly, name, left),
    statement.moduleSpecifier,
    statement.attributes,
  );
}
