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

/** Local names of imports that stand for variables of other files, not constants. */
function changing(file: ts.SourceFile, checker: ts.TypeChecker): ts.Identifier[] {
  const names = file.statements.flatMap((statement) => {
    const clause = ts.isImportDeclaration(statement) ? statement.importClause : undefined;
    if (!clause || clause.isTypeOnly) return [];
    const bindings = clause.namedBindings;
    const elements = bindings && ts.isNamedImports(bindings) ? bindings.elements : [];
    return [...(clause.name ? [clause.name] : []), ...elements.filter((e) => !e.isTypeOnly).map(({ name }) => name)];
  });
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
    const isLive = (name: ts.Identifier | undefined): boolean => name !== undefined && live.has(name.getStart(file));
    const split = (statement: ts.Statement): ts.Statement[] => {
      const clause = ts.isImportDeclaration(statement) ? statement.importClause : undefined;
      if (!ts.isImportDeclaration(statement) || !clause) return [statement];
      const bindings = clause.namedBindings;
      const elements = bindings && ts.isNamedImports(bindings) ? [...bindings.elements] : [];
      const pairs: [string, string][] = elements
        .filter(({ name }) => isLive(name))
        .map(({ name, propertyName }) => [(propertyName ?? name).text, name.text]);
      if (clause.name && isLive(clause.name)) pairs.push(['default', clause.name.text]);
      if (pairs.length === 0) return [statement];
      const texts = (pair: readonly string[]) =>
        factory.createArrayLiteralExpression(pair.map((text) => factory.createStringLiteral(text)));
      const module = importCall(statement.moduleSpecifier, statement.attributes);
      const bound = helper('live', module, factory.createArrayLiteralExpression(pairs.map(texts)));
      const nothing = factory.createVariableDeclaration(
        factory.createArrayBindingPattern([]),
        undefined,
        undefined,
        bound,
      );
      const list = factory.createVariableDeclarationList([nothing], ts.NodeFlags.Let);
      const bind = ts.setTextRange(factory.createVariableStatement(undefined, list), statement);
      const others = elements.filter(({ name }) => !isLive(name));
      const name = isLive(clause.name) ? undefined : clause.name;
      if (others.length === 0 && !name && !(bindings && ts.isNamespaceImport(bindings))) return [bind];
      const left = bindings && ts.isNamedImports(bindings) ? factory.updateNamedImports(bindings, others) : bindings;
      const kept = factory.updateImportClause(clause, clause.isTypeOnly, name, left);
      return [
        factory.updateImportDeclaration(
          statement,
          statement.modifiers,
          kept,
          statement.moduleSpecifier,
          statement.attributes,
        ),
        bind,
      ];
    };
    return factory.updateSourceFile(file, file.statements.flatMap(split));
  };
