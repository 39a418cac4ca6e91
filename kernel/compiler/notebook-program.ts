import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import type { LibraryDescription } from './cell-compiler.js';
import { declaredNames, type DeclaredName } from './declared-names.js';
import { isGraders, isHostName, referencesTo } from './host-names.js';
import { NotebookHost } from './notebook-host.js';

/** A cell placed into the language service: its file, and how far the user's text is moved by the line before it. */
export interface PlacedCell {
  readonly path: string;
  readonly text: string;
  /** Length of the import line before the user's code, in characters. */
  readonly offset: number;
  readonly declared: readonly DeclaredName[];
}

/** What every cell has beside the library: `prompt`, `comms` and others. */
const notebookApi = fileURLToPath(new URL('../child/notebook-api.js', import.meta.url));

/** Whatever may be a name in a cell's text; also words of comments and strings, which does no harm. */
const words = /[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/gu;

/** Parsed files, shared by all notebooks of this process. */
const documents = ts.createDocumentRegistry(ts.sys.useCaseSensitiveFileNames);

/** Modules that each session begins with. */
const preloaded: ReadonlySet<string> = new Set(['notebook', 'library']);

/** Whether a module is a cell that ran. */
function isOfCell(module: string): boolean {
  return !preloaded.has(module) && module !== 'copied';
}

interface Provider extends DeclaredName {
  readonly module: string;
}

/**
 * The notebook as a chain of modules: each cell that ran exports what it declares, and the next cell imports every name from
 * the cell that declared it last. Types, classes, generics and namespaces pass from cell to cell as they are.
 */
export class NotebookProgram {
  private readonly host: NotebookHost;
  private readonly candidate: string;
  readonly service: ts.LanguageService;
  private readonly providers = new Map<string, Provider>();
  private readonly copied = new Set<string>();
  private cells = 0;
  /** Whether there are modules that no check has seen. */
  private changed = false;

  constructor(private readonly folder: string) {
    this.candidate = join(folder, '__spikelab_cell__.ts');
    this.host = new NotebookHost(folder, this.candidate);
    this.service = ts.createLanguageService(this.host, documents);
  }

  /** Makes the library's exports known to cells: `snn`, the globals as values, everything else as types. */
  setLibrary({ file, globals }: LibraryDescription): void {
    this.host.setCell(this.modulePath('notebook'), `export * from ${JSON.stringify(notebookApi)};`);
    this.host.setCell(
      this.modulePath('library'),
      file === undefined ? '' : `export * as snn from ${JSON.stringify(file)};`,
    );
    this.place('import "./__spikelab_notebook"; import "./__spikelab_library"', []);
    this.provide(
      'notebook',
      this.exportsOf(notebookApi).map((name) => ({ name, assignable: false, typeOnly: false })),
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
      ...['snn', ...values].map((name) => ({ name, assignable: false, typeOnly: false })),
      ...types.map((name) => ({ name, assignable: false, typeOnly: true })),
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
   * Puts code where the next cell goes, with all earlier names in scope. `scope` 'used' leaves out those that the code does not
   * mention, which is quicker to check; but completion and "did you mean" need them all.
   */
  placeCandidate(code: string, scope: 'all' | 'used' = 'all'): PlacedCell {
    const declared = declaredNames(ts.createSourceFile('cell.ts', code, ts.ScriptTarget.ES2022, false));
    return this.place(code, declared, scope === 'all' ? undefined : new Set(code.match(words)));
  }

  /** Starts of the identifiers in a placed cell that V8 knows by other names, because a cell's variable hides one of Node's. */
  ownNames({ path, text, offset, declared }: PlacedCell): ReadonlySet<number> {
    const names = this.hidingNames(text.slice(offset), declared);
    const program = names.size > 0 ? this.service.getProgram() : undefined;
    const file = program?.getSourceFile(path);
    if (!program || !file) return new Set();
    return new Set(
      referencesTo(names, file, program.getTypeChecker())
        .map((start) => start - offset)
        .filter((start) => start >= 0),
    );
  }

  /** The same for code that is not placed, and need not be: what comes after `before`, which has not run. */
  ownNamesOf(code: string, before = ''): ReadonlySet<number> {
    const lead = before === '' ? '' : `${before}\n;\n`;
    const text = lead + code;
    const names = this.hidingNames(
      code,
      declaredNames(ts.createSourceFile('cell.ts', text, ts.ScriptTarget.ES2022, false)),
    );
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
    if (cell.declared.length === 0) return;
    const module = String(++this.cells);
    // Without the modules of which it names nothing: one that nobody names any more is then forgotten.
    const imports = cell.text.slice(0, cell.offset).replaceAll(/import {  } from "[^"]*"; ?/g, '');
    this.host.setCell(this.modulePath(module), imports + cell.text.slice(cell.offset));
    this.provide(
      module,
      cell.declared.filter(({ name }) => !isGraders(name)),
    );
  }

  /** Takes up what the last cells changed, so that the next check need not. */
  update(): void {
    if (!this.changed) return;
    this.changed = false;
    this.place('', [], new Set());
    this.service.getProgram();
  }

  /** Makes a name known that the debugger made: it can be anything. */
  declare(name: string): void {
    this.copied.add(name);
    this.host.setCell(
      this.modulePath('copied'),
      `export declare let ${[...this.copied].map((one) => `${one}: any`).join(', ')};`,
    );
    this.provide('copied', [{ name, assignable: true, typeOnly: false }]);
  }

  /** Forgets every name whose value is lost; the library is loaded again, and types were never in the process that ended. */
  forget(): void {
    for (const [name, { module, typeOnly }] of this.providers)
      if (!typeOnly && !preloaded.has(module)) this.providers.delete(name);
    this.copied.clear();
  }

  /** Whether a name comes from an earlier cell that lets it be assigned to. */
  isAssignable(name: string): boolean {
    return this.providers.get(name)?.assignable ?? false;
  }

  private provide(module: string, names: readonly DeclaredName[]): void {
    this.changed = true;
    for (const name of names) {
      const known = this.providers.get(name.name);
      // To declare what a cell has made does not make it Node's.
      const asIs = name.asIs === true && (!known || !isOfCell(known.module) || known.asIs === true);
      this.providers.set(name.name, { ...name, asIs, module });
    }
  }

  private place(code: string, declared: readonly DeclaredName[], used?: ReadonlySet<string>): PlacedCell {
    const own = new Set(declared.map(({ name }) => name));
    const imports = new Map<string, string[]>();
    for (const { name, module } of this.providers.values()) {
      const names = imports.get(module) ?? [];
      imports.set(module, names); // also without names: TypeScript checks quicker when a file imports the same modules as before
      if (!own.has(name) && (used?.has(name) ?? true)) names.push(name);
    }
    const line = [...imports]
      .map(([module, names]) => `import { ${names.join(', ')} } from "./__spikelab_${module}";`)
      .join(' ');
    const exported = declared.map(({ name }) => name);
    const text = `${line}\n${code}\nexport { ${exported.join(', ')} };`;
    this.host.setCell(this.candidate, text);
    return { path: this.candidate, text, offset: line.length + 1, declared };
  }

  private modulePath(module: string): string {
    return join(this.folder, `__spikelab_${module}.ts`);
  }
}
