import type { GlobalDeclarations } from './global-declarations.js';
import { libraryPart, type NotebookHost } from './notebook-host.js';
import { inside } from './paths.js';
import { ProjectReader, type ProjectConfig } from './project-config.js';

interface Kept {
  readonly keys: ReadonlySet<string>;
  /** File of the modules that it declares. */
  readonly ambient: string | undefined;
}

/**
 * What a cell is checked with beside the names of earlier cells: the project, global declarations, parts of the
 * standard library.
 */
export class Surroundings {
  private readonly reader: ProjectReader;
  private readonly globals = new Map<string, Kept>();
  private readonly libraries = new Set<string>();
  private decorators: boolean | undefined;
  /** File of the modules that the cell to be checked declares. */
  readonly ambient: string;

  constructor(
    private readonly folder: string,
    private readonly host: NotebookHost,
  ) {
    this.ambient = inside(folder, '__spikelab_ambient__.d.ts');
    this.reader = new ProjectReader(folder);
    this.update();
  }

  get config(): ProjectConfig {
    return this.reader.config;
  }

  /** Looks whether the project's configuration has changed. */
  update(): boolean {
    const isNew = this.reader.update();
    if (isNew) this.host.setOptions(this.config.options);
    return isNew;
  }

  /**
   * Chooses between the decorators of TypeScript's first years and those of the standard, where the project does not.
   */
  setLegacyDecorators(legacy: boolean): void {
    if ((this.decorators ?? true) === legacy) return;
    this.decorators = legacy;
    this.host.setOptions({ experimentalDecorators: legacy, emitDecoratorMetadata: legacy, ...this.config.options });
  }

  /** Modules that change what is there globally, without those that a cell says anew. */
  *augmenting({ keys }: GlobalDeclarations): Iterable<string> {
    for (const [module, kept] of this.globals) if (!isCovered(kept.keys, keys)) yield module;
  }

  /** Puts a cell's text, and what else it needs, into the program. Returns its path. */
  place(text: string, jsx: boolean, globals: GlobalDeclarations, libraries: readonly string[]): string {
    const path = inside(this.folder, `__spikelab_cell__.ts${jsx ? 'x' : ''}`);
    const others = [...this.globals.values()].flatMap(({ keys, ambient: file }) =>
      file === undefined || isCovered(keys, globals.keys) ? [] : [file],
    );
    if (globals.ambient !== undefined) this.host.setCell(this.ambient, globals.ambient);
    this.host.setCell(path, text);
    this.host.setRoots([
      ...[...this.config.libraries, ...this.libraries, ...libraries].map(libraryPart),
      ...this.config.declarations,
      ...others,
      ...(globals.ambient === undefined ? [] : [this.ambient]),
      path,
    ]);
    return path;
  }

  keepLibraries(names: readonly string[]): void {
    for (const name of names) this.libraries.add(name);
  }

  /** Keeps what a cell declares for everybody. */
  keepGlobals(module: string, { keys, ambient }: GlobalDeclarations): void {
    if (keys.size === 0) return;
    for (const [old, kept] of this.globals) if (isCovered(kept.keys, keys)) this.globals.delete(old);
    const file = inside(this.folder, `__spikelab_ambient_${module}.d.ts`);
    if (ambient !== undefined) this.host.setCell(file, ambient);
    this.globals.set(module, { keys, ambient: ambient === undefined ? undefined : file });
  }
}

/** Whether a later cell says everything that an earlier one said, perhaps otherwise. */
function isCovered(earlier: ReadonlySet<string>, later: ReadonlySet<string>): boolean {
  return [...earlier].every((key) => later.has(key));
}
