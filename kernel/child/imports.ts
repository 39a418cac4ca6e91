import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { compileFunction, constants } from 'node:vm';
import { builtInModule, installBuiltInModules } from './built-in-modules.js';
import { localFile } from './local-file.js';
import { LocalModules } from './local-modules.js';
import { noteCallSite } from './traceback.js';

type ModuleNamespace = Record<string, unknown>;
type NativeImport = (specifier: string, options?: { with?: Record<string, string> }) => Promise<ModuleNamespace>;

export interface Importer {
  import(specifier: unknown, options?: { with?: Record<string, string> }): Promise<ModuleNamespace>;
  /** Named imports (`*` is the module itself), seen as TypeScript's types describe them. */
  pick(module: ModuleNamespace, names: readonly string[]): unknown[];
  readonly meta: {
    readonly url: string;
    readonly dirname: string;
    readonly filename: string;
    resolve(specifier: string): string;
  };
}

const modules = new LocalModules();
const localSpecifier = /^(\.{0,2}\/|[a-z]:[\\/])/i;

/**
 * Imports as if from a module in the notebook's folder: packages (ES modules and CommonJS), local files (also TypeScript),
 * JSON. Local files are as they are on disk now.
 */
export function createImporter(folder: string): Importer {
  const filename = join(folder, 'notebook.ts');
  const notebookUrl = pathToFileURL(filename).href;
  const nativeImport = compileFunction('return import(specifier, options)', ['specifier', 'options'], {
    filename,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER as never,
  }) as NativeImport;

  const load: Importer['import'] = async (specifier, options) => {
    const placed = noteCallSite(load);
    try {
      const wanted = String(specifier);
      const own = builtInModule(wanted);
      if (own) return own;
      const file = localFile(wanted, folder);
      if (file === undefined) return await nativeImport(wanted, options);
      return await modules.import(file, () =>
        nativeImport(
          pathToFileURL(file).href,
          file.endsWith('.json') ? { with: { type: 'json' }, ...options } : options,
        ),
      );
    } catch (error) {
      throw placed(error);
    }
  };

  /** The URL of what `import` would load. Node resolves packages; its second argument needs the option that this process is started with. */
  const resolve = (specifier: string): string => {
    const placed = noteCallSite(resolve);
    try {
      const file = localFile(String(specifier), folder);
      return file === undefined ? import.meta.resolve(String(specifier), notebookUrl) : pathToFileURL(file).href;
    } catch (error) {
      throw placed(error);
    }
  };

  return {
    import: load,
    pick: (module, names) => names.map((name) => (name === '*' ? module : pickOne(module, name))),
    meta: Object.freeze({ url: notebookUrl, dirname: folder, filename, resolve }),
  };
}

/**
 * One named import. Node gives a CommonJS module's `exports` as default, and only the names it could see: the others, and the
 * `default` of a module that was compiled from ES syntax, are looked up in `exports`.
 */
function pickOne(module: ModuleNamespace, name: string): unknown {
  const exports = module['default'] as ModuleNamespace | null | undefined;
  if (name === 'default')
    return exports?.['__esModule'] === true && 'default' in exports ? exports['default'] : exports;
  return name in module ? module[name] : exports?.[name];
}

/** Gives cells the CommonJS names that people expect, relative to the notebook; a local file is required as it is on disk now. */
export function installRequire(folder: string): void {
  installBuiltInModules();
  const filename = join(folder, 'notebook.ts');
  const native = createRequire(filename);
  const load = (id: string): unknown => {
    const placed = noteCallSite(load);
    try {
      return localSpecifier.test(id) ? modules.require(() => native(id) as unknown) : native(id);
    } catch (error) {
      throw placed(error);
    }
  };
  const require = Object.assign(load, native);
  for (const [name, value] of Object.entries({ require, __dirname: folder, __filename: filename }))
    Object.defineProperty(globalThis, name, { configurable: true, writable: true, enumerable: false, value });
}
