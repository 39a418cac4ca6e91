import { createRequire } from 'node:module';
import { asKernel } from './own-language.js';
import { newResolutions, sendVersions, startLoader } from './loader-thread.js';
import { isInPackage, stampOf } from './local-file.js';
import { Map, Object, Set } from '../common/intrinsics.js';

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

const { cache } = createRequire(import.meta.url);

/**
 * The notebook's local files, ES modules and CommonJS, with what they import. Before each import in a cell those that changed on
 * disk get a new version, and with them those that depend on them, also indirectly; all others stay the modules they are, with their state.
 */
export class LocalModules {
  private readonly modules = new Map<string, LocalModule>();
  private loads = 0;

  /** Does an import of a local file, of files as they are on disk now. */
  async import<T>(wanted: string, load: () => Promise<T>): Promise<T> {
    asKernel(() => {
      this.refresh();
      startLoader(this.versions(this.modules.keys()));
    });
    const before = this.loads;
    try {
      return await load();
    } catch (error) {
      asKernel(() => {
        this.note();
        // Node would give the same error for ever, also when what was missing is there.
        const isNew = (file: string): boolean => (this.modules.get(file)?.loaded ?? 0) > before;
        this.renew(new Set([...this.reachable(wanted)].filter(isNew)));
      });
      throw error;
    }
  }

  /** Does a `require` of a local file, of files as they are on disk now. */
  require<T>(load: () => T): T {
    asKernel(() => this.refresh());
    try {
      return load();
    } finally {
      asKernel(() => this.note());
    }
  }

  /** A file, and what it imports, also indirectly. */
  private reachable(file: string): Set<string> {
    const found = new Set([file]);
    for (const one of found) for (const dependency of this.modules.get(one)?.dependencies ?? []) found.add(dependency);
    return found;
  }

  private refresh(): void {
    this.note();
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
    for (const { parent, file, stamp } of newResolutions()) {
      this.loadedAs(file, stamp);
      this.modules.get(parent)?.dependencies.add(file);
    }
    for (const [file, module] of Object.entries(cache)) {
      if (!module || isInPackage(file)) continue;
      const { dependencies } = this.loadedAs(file);
      // Node notes JSON that was imported here, too, as less than a module.
      for (const { filename } of module.children ?? [])
        if (filename && !isInPackage(filename)) dependencies.add(filename);
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
