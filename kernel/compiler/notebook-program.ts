import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import type { LibraryDescription } from './cell-compiler.js';
import {
  header,
  isOfCell,
  isPreloaded,
  onlyNamed,
  onlyType,
  referencedLibraries,
  withMeanings,
  type Provider,
} from './cell-header.js';
import { inClosed, parse, plainText, type CellText } from './cell-text.js';
import { documents } from './documents.js';
import { declaredNames, isExported, type DeclaredName } from './declared-names.js';
import { isGraders, isHostName, referencesTo } from './host-names.js';
import { changesOf, leftBy, leftExports, leftTypes, type Left } from './evolving.js';
import { globalDeclarations, type GlobalDeclarations } from './global-declarations.js';
import { NotebookHost } from './notebook-host.js';
import { mayBeClosed } from './open-types.js';
import { inside, slashed } from './paths.js';
import { Surroundings } from './surroundings.js';

/** A cell placed into the language service: its file, and how far the user's text is moved by the lines before it. */
export interface PlacedCell {
  readonly path: string;
  readonly text: string;
  /** Length of the lines before the user's code, in characters. */
  readonly offset: number;
  readonly declared: readonly DeclaredName[];
  readonly left: Left;
  readonly source: CellText;
  readonly globals: GlobalDeclarations;
  /** Parts of the standard library that it asks for. */
  readonly libraries: readonly string[];
}

/** What every cell has beside the library: `prompt`, `comms` and others. */
const notebookApi = slashed(fileURLToPath(new URL('../child/globals.js', import.meta.url)));

/** Values of earlier cells can be anything. */
const results = 'export declare const _: any, Out: { readonly [line: number]: any };';

/** Whatever may be a name in a cell's text; also words of comments and strings, which does no harm. */
const words = /[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/gu;

/**
 * The notebook as a chain of modules: each cell that ran exports what it declares, and the next cell imports every name
 * from the cell that declared it last. Types, classes, generics and namespaces pass from cell to cell as they are.
 */
export class NotebookProgram {
  readonly host: NotebookHost;
  readonly surroundings: Surroundings;
  readonly service: ts.LanguageService;
  /** Files of earlier cells that may have types which strictness closes; see `open-cells.ts`. */
  readonly closed = new Set<string>();
  /** Variables that were left neither `null` nor `undefined`; see `filled.ts`. */
  readonly filled = new Set<string>();
  private readonly providers = new Map<string, Provider>();
  private readonly copied = new Set<string>();
  private cells = 0;
  /** Whether there are modules that no check has seen. */
  private changed = false;
  private readonly folder: string;

  constructor(folder: string) {
    this.folder = slashed(folder);
    this.host = new NotebookHost(this.folder);
    this.surroundings = new Surroundings(this.folder, this.host);
    this.service = ts.createLanguageService(this.host, documents);
  }

  /** Makes the library's exports known to cells: `snn`, the globals as values, everything else as types. */
  setLibrary(library: LibraryDescription): void {
    const { globals } = library;
    const file = library.file === undefined ? undefined : slashed(library.file);
    this.host.setCell(
      this.modulePath('notebook'),
      `export * from ${JSON.stringify(notebookApi)}; ${results} ${leftTypes}`,
    );
    this.host.setCell(
      this.modulePath('library'),
      file === undefined ? '' : `export * as snn from ${JSON.stringify(file)};`,
    );
    this.place(plainText('import "./__spikelab_notebook"; import "./__spikelab_library"'));
    this.provide(
      'notebook',
      [...this.exportsOf(notebookApi), '_', 'Out'].map((name) => ({ name, typeOnly: false })),
    );
    if (file === undefined) return;
    const from = JSON.stringify(file);
    const names = this.exportsOf(file);
    const values = names.filter((name) => globals.includes(name));
    const types = names.filter((name) => !globals.includes(name) && name !== 'default');
    this.host.setCell(
      this.modulePath('library'),
      `export * as snn from ${from}; export { ${values.join(', ')} } from ${from}; export type { ${types.join(', ')} } from ${from};`,
    );
    this.provide('library', [
      ...['snn', ...values].map((name) => ({ name, typeOnly: false })),
      ...types.map((name) => ({ name, typeOnly: true })),
    ]);
  }

  /** Names that a module on disk exports. */
  private exportsOf(file: string): string[] {
    const program = this.service.getProgram();
    const source = program?.getSourceFile(file) ?? program?.getSourceFile(file.replace(/\.js$/, '.d.ts'));
    const symbol = source && program?.getTypeChecker().getSymbolAtLocation(source);
    return symbol ? (program?.getTypeChecker().getExportsOfModule(symbol) ?? []).map(({ name }) => name) : [];
  }

  /**
   * Puts code where the next cell goes. 'used' brings the names that it mentions, which is quicker, 'all' those that
   * are proposed, too; with 'untold', evolving variables can be anything and filled ones are not empty.
   */
  placeCandidate(code: string | CellText, scope: 'all' | 'used' | 'untold' = 'all'): PlacedCell {
    const source = typeof code === 'string' ? plainText(code) : code;
    const used = scope === 'used' ? new Set(source.text.match(words)) : undefined;
    return this.place(source, used, scope !== 'untold');
  }

  /** Starts of the identifiers in a placed cell that V8 knows by other names: a cell's variable hides one of Node's. */
  ownNames({ path, text, offset, declared, source }: PlacedCell): ReadonlySet<number> {
    const names = this.hidingNames(text.slice(offset), declared);
    const program = names.size > 0 ? this.service.getProgram() : undefined;
    const file = program?.getSourceFile(path);
    if (!program || !file) return new Set();
    return new Set(
      referencesTo(names, file, program.getTypeChecker())
        .map((start) => inClosed(source, start - offset))
        .filter((start) => start >= 0),
    );
  }

  /** The same for code that is not placed, and need not be: what comes after `before`, which has not run. */
  ownNamesOf(code: string, before = ''): ReadonlySet<number> {
    const lead = before === '' ? '' : `${before}\n;\n`;
    const text = lead + code;
    const names = this.hidingNames(code, declaredNames(parse(plainText(text))));
    if (names.size === 0) return new Set();
    return new Set(
      [...this.ownNames(this.placeCandidate(text, 'used'))].map((at) => at - lead.length).filter((at) => at >= 0),
    );
  }

  /** Names of variables of cells that are also names of Node's, and occur in the code. */
  private hidingNames(code: string, declared: readonly DeclaredName[]): Set<string> {
    const ofCells = [...this.providers.values()].filter(({ module }) => isOfCell(module));
    const names = [...ofCells, ...declared].filter(
      ({ name, typeOnly, asIs }) => !typeOnly && !asIs && isHostName(name) && code.includes(name),
    );
    return new Set(names.map(({ name }) => name));
  }

  /** Makes the candidate's declarations visible to later cells. */
  commit(cell: PlacedCell): void {
    this.surroundings.keepLibraries(cell.libraries);
    const { globals, declared, left, offset, text } = cell;
    if (declared.length === 0 && globals.keys.size === 0 && left.size === 0) return;
    const module = String(++this.cells);
    const path = this.modulePath(module, cell.source.jsx);
    this.host.setCell(path, onlyNamed(text.slice(0, offset)) + text.slice(offset));
    if (mayBeClosed(cell.source.text)) this.closed.add(path);
    this.surroundings.keepGlobals(module, globals);
    this.provide(
      module,
      declared.filter(({ name }) => !isGraders(name)),
    );
    for (const [name, evolving] of left) {
      const known = this.providers.get(name);
      if (known) this.providers.set(name, { ...known, evolving: evolving && { ...evolving, module } });
    }
  }

  /** Takes up what the last cells changed, so that the next check need not. */
  update(): void {
    if (!this.changed) return;
    this.changed = false;
    this.place(plainText(''), new Set());
    this.service.getProgram();
  }

  /** Whether a name is a value's already. */
  knows(name: string): boolean {
    return this.providers.get(name)?.typeOnly === false;
  }

  /** Makes a name known that the debugger made: it can be anything. */
  declare(name: string): void {
    this.copied.add(name);
    this.host.setCell(
      this.modulePath('copied'),
      `export declare let ${[...this.copied].map((one) => `${one}: any`).join(', ')};`,
    );
    this.provide('copied', [{ name, variable: true, typeOnly: false }]);
  }

  /** Forgets every name whose value is lost; the library is loaded again, types were never in the ended process. */
  forget(): void {
    for (const [name, known] of this.providers) {
      if (known.typeOnly || isPreloaded(known.module)) continue;
      this.providers.delete(name);
      if (known.merged) this.providers.set(name, onlyType(known));
    }
    this.copied.clear();
  }

  /** Syntax errors in what a cell declares of other modules, at their places in the placed text. */
  ambientErrors({ globals, offset }: PlacedCell): ts.Diagnostic[] {
    if (globals.ambient === undefined) return [];
    const found = this.service.getSyntacticDiagnostics(this.surroundings.ambient);
    return found.map((diagnostic) => ({ ...diagnostic, start: diagnostic.start + offset }));
  }

  private provide(module: string, names: readonly DeclaredName[]): void {
    this.changed = true;
    for (const declared of names) {
      const known = this.providers.get(declared.name);
      const name = known ? withMeanings(declared, known) : declared;
      // To declare what a cell has made does not make it Node's.
      const asIs = name.asIs === true && (!known || !isOfCell(known.module) || known.asIs === true);
      this.providers.set(name.name, { ...name, asIs, module });
    }
  }

  private place(source: CellText, used?: ReadonlySet<string>, told = true): PlacedCell {
    const file = parse(source);
    const declared = declaredNames(file);
    const globals = globalDeclarations(file, source.text, (name) => name.startsWith('node:') || this.host.finds(name));
    const own = new Map(declared.map((one) => [one.name, one]));
    const left = leftBy(changesOf(file), this.providers.values(), own);
    const side = this.surroundings.augmenting(globals);
    const evolves = (name: string): boolean => told && (!left.has(name) || left.get(name) !== undefined);
    const line = header(source.text, this.providers.values(), own, used, side, evolves, told ? undefined : this.filled);
    const exported = declared.filter(({ name }) => !isExported(file, name)).map(({ name }) => name);
    const handedOn = [...left].flatMap(([name, evolving]) => (evolving ? [name] : []));
    const text = `${line}${globals.text}\nexport { ${exported.join(', ')} };${leftExports(handedOn)}`;
    const libraries = referencedLibraries(source.text);
    const path = this.surroundings.place(text, source.jsx, globals, libraries);
    return { path, text, offset: line.length, declared, left, source, globals, libraries };
  }

  private modulePath(module: string, jsx = false): string {
    return inside(this.folder, `__spikelab_${module}.ts${jsx ? 'x' : ''}`);
  }
}
