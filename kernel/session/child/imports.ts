import { existsSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { compileFunction, constants } from 'node:vm';
import { loadTypeScript } from './local-sources.js';

type ModuleNamespace = Record<string, unknown>;
type NativeImport = (specifier: string, options?: { with?: Record<string, string> }) => Promise<ModuleNamespace>;

export interface Importer {
  import(specifier: unknown, options?: { with?: Record<string, string> }): Promise<ModuleNamespace>;
  /** Named imports (`*` is the module itself), seen as TypeScript's types describe them. */
  pick(module: ModuleNamespace, names: readonly string[]): unknown[];
  readonly meta: { readonly url: string; readonly dirname: string; readonly filename: string };
}

const typeScriptFile = /\.[cm]?ts$/;

/**
 * Imports as if from a module in the notebook's folder: packages (ES modules and CommonJS), local files (also TypeScript),
 * JSON. A local file that changed since it was imported is loaded anew.
 */
export function createImporter(folder: string): Importer {
  const filename = join(folder, 'notebook.ts');
  const nativeImport = compileFunction('return import(specifier, options)', ['specifier', 'options'], {
    filename,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER as never,
  }) as NativeImport;
  const firstSeen = new Map<string, number>();

  const load: Importer['import'] = async (specifier, options) => {
    const wanted = String(specifier);
    const file = localFile(wanted, folder);
    if (!file) return nativeImport(wanted, options);
    if (typeScriptFile.test(file)) loadTypeScript();
    const url = pathToFileURL(file);
    const changed = statSync(file).mtimeMs;
    if (!firstSeen.has(file)) firstSeen.set(file, changed);
    else if (firstSeen.get(file) !== changed) url.searchParams.set('changed', String(changed));
    return nativeImport(url.href, file.endsWith('.json') ? { with: { type: 'json' }, ...options } : options);
  };

  return {
    import: load,
    pick: (module, names) => names.map((name) => (name === '*' ? module : pickOne(module, name))),
    meta: Object.freeze({ url: pathToFileURL(filename).href, dirname: folder, filename }),
  };
}

/**
 * One named import. Node gives a CommonJS module's `exports` as default, and only the names it could see: the others, and the
 * `default` of a module that was compiled from ES syntax, are looked up in `exports`.
 */
function pickOne(module: ModuleNamespace, name: string): unknown {
  const exports = module['default'] as ModuleNamespace | null | undefined;
  if (name === 'default') return exports?.['__esModule'] === true && 'default' in exports ? exports['default'] : exports;
  return name in module ? module[name] : exports?.[name];
}

/** The file that a relative or absolute specifier means, with the extension that was left out or that TypeScript writes as `.js`. */
export function localFile(specifier: string, folder: string): string | undefined {
  let path: string;
  if (specifier.startsWith('file:')) path = fileURLToPath(specifier);
  else if (/^\.\.?(\/|$)/.test(specifier)) path = join(folder, specifier);
  else if (specifier.startsWith('/')) path = specifier;
  else return undefined;
  const candidates = [path, ...['.ts', '.mts', '.js', '.mjs', '.cjs', '.json'].map((end) => path + end), path.replace(/\.([cm]?)js$/, '.$1ts'), join(path, 'index.ts'), join(path, 'index.js')];
  return candidates.find((file) => existsSync(file) && statSync(file).isFile());
}

/** Gives cells the CommonJS names that people expect, relative to the notebook. */
export function installRequire(folder: string): void {
  const require = createRequire(join(folder, 'notebook.ts'));
  for (const [name, value] of Object.entries({ require, __dirname: folder, __filename: join(folder, 'notebook.ts') }))
    Object.defineProperty(globalThis, name, { configurable: true, writable: true, enumerable: false, value });
}
