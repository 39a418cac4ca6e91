import { createRequire, Module } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { compileFunction, constants } from 'node:vm';
import { builtInModule, installBuiltInModules } from './built-in-modules.js';
import { deepFile } from './deep-import.js';
import { foreignSpecifier } from './foreign-specifiers.js';
import { aliasedFile, localFile } from './local-file.js';
import { ownModule } from '../common/own-modules.js';
import { asKernel, kernelFunction } from './own-language.js';
import { LocalModules } from './local-modules.js';
import { installLocalRequire } from './local-require.js';
import { asBundled, asImported, type ModuleNamespace } from './namespace.js';
import { loading, loadingLater } from './package-loads.js';
import { noteCallSite } from './traceback.js';
import { Object, String } from '../common/intrinsics.js';

type NativeImport = (specifier: string, options?: { with?: Record<string, string> }) => Promise<ModuleNamespace>;

export interface Importer {
  import(specifier: unknown, options?: { with?: Record<string, string> }): Promise<ModuleNamespace>;
  /** Named imports (`*` is the module itself), seen as TypeScript's types describe them. */
  pick(module: ModuleNamespace, names: readonly string[]): unknown[];
  /** A local file's ES module was evaluated. */
  loaded(url: string, module: ModuleNamespace): void;
  readonly meta: {
    readonly url: string;
    readonly dirname: string;
    readonly filename: string;
    resolve(specifier: string): string;
  };
}

const modules = new LocalModules();

/**
 * Imports as if from a module in the notebook's folder: packages (ES modules and CommonJS), local files (also
 * TypeScript), JSON. Local files are as they are on disk now.
 */
export function createImporter(folder: string): Importer {
  const filename = join(folder, 'notebook.ts');
  const notebookUrl = pathToFileURL(filename).href;
  const nativeImport = compileFunction('return import(specifier, options)', ['specifier', 'options'], {
    filename,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER as never,
  }) as NativeImport;

  const importFile = ({ file, query }: Located, options: Parameters<NativeImport>[1]): Promise<ModuleNamespace> =>
    modules.import(
      file,
      kernelFunction(async () => {
        const required = query === '' ? modules.required(file) : undefined;
        if (required) return asImported(required);
        const json = file.endsWith('.json') ? { with: { type: 'json' } } : {};
        return await nativeImport(pathToFileURL(file).href + query, { ...json, ...options });
      }),
    );

  const importPackage: NativeImport = async (wanted, options) => {
    try {
      return await asKernel(() => nativeImport(wanted, options));
    } catch (error) {
      if (wantsJson(error)) return await nativeImport(wanted, { with: { type: 'json' }, ...options });
      const file = asKernel(() => deepFile(wanted, filename, error));
      if (file === undefined) throw error;
      const json = file.endsWith('.json') ? { with: { type: 'json' } } : {};
      return await nativeImport(pathToFileURL(file).href, { ...json, ...options });
    }
  };

  const load: Importer['import'] = async (specifier, options) => {
    const placed = noteCallSite(load);
    try {
      const wanted = String(specifier);
      const own = asKernel(() => builtInModule(wanted));
      if (own) return own;
      const foreign = asKernel(() => foreignSpecifier(wanted));
      if (foreign) throw foreign;
      const local = asKernel(() => located(wanted, folder));
      const module = await loadingLater(() =>
        local === undefined ? importPackage(wanted, options) : importFile(local, options),
      );
      return asKernel(() => asBundled(module));
    } catch (error) {
      throw placed(error);
    }
  };

  /**
   * The URL of what `import` would load. Node resolves packages; its second argument needs the option that this process
   * is started with.
   */
  const resolve = kernelFunction((specifier: string): string => {
    const placed = noteCallSite(resolve);
    try {
      const own = ownModule(String(specifier));
      if (own !== undefined) return own;
      const local = located(String(specifier), folder);
      if (local === undefined) return import.meta.resolve(String(specifier), notebookUrl);
      return pathToFileURL(local.file).href + local.query;
    } catch (error) {
      throw placed(error);
    }
  });

  return {
    import: load,
    pick: kernelFunction((module: ModuleNamespace, names: readonly string[]) =>
      names.map((name) => (name === '*' ? module : module[name])),
    ),
    loaded: kernelFunction((url: string, module: ModuleNamespace) => modules.noteImported(url, module)),
    meta: Object.freeze({ url: notebookUrl, dirname: folder, filename, resolve }),
  };
}

/** A local file, and what follows its name: who writes a query gets a module of its own for each, as in Node. */
interface Located {
  readonly file: string;
  readonly query: string;
}

function located(specifier: string, folder: string): Located | undefined {
  const find = (name: string): string | undefined => localFile(name, folder) ?? aliasedFile(name);
  const [, name = specifier, query = ''] = /^([^?#]+)([?#].*)$/s.exec(specifier) ?? [];
  // A file's name may have these characters; a URL's not.
  const whole = specifier.startsWith('file:') ? undefined : find(specifier);
  const file = whole ?? find(name);
  return file === undefined ? undefined : { file, query: whole === undefined ? query : '' };
}

/** Whether an import failed because it does not say that it is one of JSON; TypeScript does not ask for it. */
function wantsJson(error: unknown): boolean {
  const { code } = (error ?? {}) as NodeJS.ErrnoException;
  return code === 'ERR_IMPORT_ATTRIBUTE_MISSING' || code === 'ERR_IMPORT_ASSERTION_TYPE_MISSING';
}

/**
 * Gives cells the names of a CommonJS module that is the program's main one, in the notebook's folder; a local file is
 * required as it is on disk now.
 */
export function installRequire(folder: string): void {
  const filename = join(folder, 'notebook.ts');
  installLocalRequire({
    load: (parent, file, load) => modules.require(parent === filename ? undefined : parent, file, load),
    imported: (file) => modules.imported(file),
  });
  installBuiltInModules();
  const native = createRequire(filename);
  const load = (id: string): unknown => {
    const placed = noteCallSite(load);
    try {
      return loading(() => native(id) as unknown);
    } catch (thrown) {
      const error = asKernel(() => foreignSpecifier(String(id))) ?? thrown;
      throw placed(error);
    }
  };
  const module = Object.assign(new Module(filename), { filename, paths: native.resolve.paths('x') ?? [] });
  const require = Object.assign(load, native, { main: module });
  module.require = require as typeof module.require;
  const names = { require, module, exports: module.exports as unknown, __dirname: folder, __filename: filename };
  for (const [name, value] of Object.entries(names))
    Object.defineProperty(globalThis, name, { configurable: true, writable: true, enumerable: false, value });
}
