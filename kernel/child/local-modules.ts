import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { currentCell, type Cell } from './cell.js';
import { asKernel } from './own-language.js';
import { newResolutions, sendVersions, startLoader } from './loader-thread.js';
import { isInPackage, stampOf } from './local-file.js';
import { isMadeHere } from './local-require.js';
import type { ModuleNamespace } from './namespace.js';
import { Map, Number, Object, Set } from '../common/intrinsics.js';

interface LocalModule {
  /** How often it was to be loaded anew. */
  version: number;
  /** State of the file that was loaded; none when this version has not been loaded. */
  stamp: string | undefined;
  /** When it was loaded, on the clock of loads. */
  loaded: number;
  /** The local files that it imports or requires. */
  readonly dependencies: Set<string>;
}

/** An import or a `require` of a cell that has not ended. */
interface Attempt {
  readonly wanted: string;
  /** The clock of loads when it began. */
  readonly before: number;
  readonly cell: Cell | undefined;
}

const { cache } = createRequire(import.meta.url);

/**
 * The notebook's local files, ES modules and CommonJS, with what they import. Before each import in a cell those that
 * changed on disk get a new version, and with them those that depend on them, also indirectly; all others stay the
 * modules they are, with their state.
 */
export class LocalModules {
  private readonly modules = new Map<string, LocalModule>();
  private readonly namespaces = new Map<string, { readonly version: number; readonly module: ModuleNamespace }>();
  private readonly attempts = new Set<Attempt>();
  private loads = 0;

  /** Does an import of a local file, of files as they are on disk now. */
  async import<T>(wanted: string, load: () => Promise<T>): Promise<T> {
    const attempt = asKernel(() => {
      this.refresh();
      startLoader(this.versions(this.modules.keys()));
      return this.begin(wanted);
    });
    try {
      return await load();
    } catch (error) {
      asKernel(() => {
        this.note();
        this.renewLoadedBy(attempt);
      });
      throw error;
    } finally {
      this.attempts.delete(attempt);
    }
  }

  /**
   * Does a `require` of a local file, for a cell of files as they are on disk now.
   * @param parent the local file that requires it; none for a cell
   */
  require<T>(parent: string | undefined, file: string, load: () => T): T {
    if (parent !== undefined) {
      asKernel(() => {
        this.takeUpResolutions();
        this.modules.get(parent)?.dependencies.add(file);
        this.loadedAs(file);
      });
      return load();
    }
    const attempt = asKernel(() => {
      this.refresh();
      const begun = this.begin(file);
      this.loadedAs(file);
      return begun;
    });
    try {
      return load();
    } finally {
      asKernel(() => {
        this.attempts.delete(attempt);
        this.note();
      });
    }
  }

  /** An import has made this module of a local file. */
  noteImported(url: string, module: ModuleNamespace): void {
    const [, file, , version = '0'] = /^([^?#]*)(\?changed=(\d+))?$/.exec(url) ?? [];
    if (file !== undefined) this.namespaces.set(fileURLToPath(file), { version: Number(version), module });
  }

  /** The module that imports get of a local file as it is on disk now, when there is one already. */
  imported(file: string): ModuleNamespace | undefined {
    const known = this.namespaces.get(file);
    return known?.version === (this.modules.get(file)?.version ?? 0) ? known.module : undefined;
  }

  /** Node's CommonJS module of a local TypeScript file or ES module that was required. */
  required(file: string): NodeModule | undefined {
    const module = cache[file];
    return module && isMadeHere(module) && module.loaded ? module : undefined;
  }

  private begin(wanted: string): Attempt {
    const attempt: Attempt = { wanted, before: this.loads, cell: currentCell() };
    this.attempts.add(attempt);
    return attempt;
  }

  /** A file, and what it imports, also indirectly. */
  private reachable(file: string): Set<string> {
    const found = new Set([file]);
    for (const one of found) for (const dependency of this.modules.get(one)?.dependencies ?? []) found.add(dependency);
    return found;
  }

  /** Node would give what failed for ever, also when what was missing is there. */
  private renewLoadedBy({ wanted, before }: Attempt): void {
    this.renew(new Set([...this.reachable(wanted)].filter((file) => (this.modules.get(file)?.loaded ?? 0) > before)));
  }

  /**
   * What a stop has cut off would never end, and what was required stay half a module: nothing runs after a
   * termination, no `finally` either.
   */
  private forgetCutOff(): void {
    const cutOff = [...this.attempts].filter(({ cell }) => cell?.dead);
    if (cutOff.length === 0) return;
    for (const [file, module] of Object.entries(cache)) if (module?.loaded === false) forgetRequired(file);
    for (const attempt of cutOff) {
      this.attempts.delete(attempt);
      this.renewLoadedBy(attempt);
    }
  }

  private refresh(): void {
    this.note();
    this.forgetCutOff();
    this.renew(
      new Set(
        [...this.modules].flatMap(([file, { stamp }]) =>
          stamp !== undefined && stamp !== stampOf(file) ? [file] : [],
        ),
      ),
    );
  }

  /** Takes up what was loaded since. */
  private note(): void {
    this.takeUpResolutions();
    for (const [file, module] of Object.entries(cache)) {
      if (!module || isInPackage(file)) continue;
      const { dependencies } = this.loadedAs(file);
      // Node notes JSON that was imported here, too, as less than a module.
      for (const { filename } of module.children ?? [])
        if (filename && !isInPackage(filename)) dependencies.add(filename);
    }
  }

  private takeUpResolutions(): void {
    for (const { parent, file, stamp } of newResolutions()) {
      this.loadedAs(file, stamp);
      this.modules.get(parent)?.dependencies.add(file);
    }
  }

  private loadedAs(file: string, stamp?: string): LocalModule {
    const module = this.modules.get(file) ?? { version: 0, stamp: undefined, loaded: 0, dependencies: new Set() };
    this.modules.set(file, module);
    if (module.stamp === undefined) Object.assign(module, { stamp: stamp ?? stampOf(file), loaded: ++this.loads });
    return module;
  }

  /** These files, and all that depend on them, are to be loaded anew. */
  private renew(files: Set<string>): void {
    if (files.size === 0) return;
    for (let size = 0; size < files.size;) {
      size = files.size;
      for (const [file, { dependencies }] of this.modules)
        if ([...dependencies].some((one) => files.has(one))) files.add(file);
    }
    for (const file of files) {
      const module = this.modules.get(file)!;
      module.version++;
      module.stamp = undefined;
      module.dependencies.clear();
      forgetRequired(file);
    }
    sendVersions(this.versions(files));
  }

  private versions(files: Iterable<string>): Map<string, number> {
    return new Map([...files].map((file) => [file, this.modules.get(file)?.version ?? 0]));
  }
}

/** Takes a file out of Node's cache, and from those that required it: they would keep what it exports for ever. */
function forgetRequired(file: string): void {
  const module = cache[file];
  if (!module) return;
  delete cache[file];
  for (const parent of [module.parent, ...Object.values(cache)]) {
    const at = parent?.children?.indexOf(module) ?? -1;
    if (at >= 0) parent!.children.splice(at, 1);
  }
}
