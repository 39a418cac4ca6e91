/**
 * Makes `require` find the notebook's local files as imports do, and take TypeScript and ES modules among them, in
 * every Node.
 */
import { existsSync, readFileSync } from 'node:fs';
import { Module } from 'node:module';
import { dirname, join } from 'node:path';
import { Script } from 'node:vm';
import { aliasedFile, isInPackage, localFile, typeScriptFile } from './local-file.js';
import { asKernel } from './own-language.js';
import { asCommonJs, startLoader } from './loader-thread.js';
import type { ModuleNamespace } from './namespace.js';
import { asRequired } from './namespace.js';
import { JSON, Map, Object, WeakSet } from '../common/intrinsics.js';

type Extension = (module: NodeModule, filename: string) => void;
type Parent = NodeModule | undefined | null;

/** Node's loader of CommonJS, as far as its type declarations do not list it. */
interface CommonJsLoader {
  _load(request: string, parent: Parent, ...rest: unknown[]): unknown;
  _resolveFilename(request: string, parent: Parent, isMain?: boolean, options?: { paths?: string[] }): string;
  _extensions: Record<string, Extension | undefined>;
}

/** Who has to know of what is required. */
export interface RequireObserver {
  /** Loads a file that another file or a cell requires. */
  load(parent: string, file: string, load: () => unknown): unknown;
  /** The module that an import made of a file. */
  imported(file: string): ModuleNamespace | undefined;
}

const made = new WeakSet<object>();

/** Whether Node's module was made of an ES module or of TypeScript here. */
export function isMadeHere(module: NodeModule): boolean {
  return made.has(module);
}

export function installLocalRequire(observer?: RequireObserver): void {
  const loader = Module as unknown as CommonJsLoader;
  const { _load: load, _resolveFilename: resolve } = loader;
  loader._load = function (request, parent, ...rest) {
    const file = asKernel(() => meantFile(request, parent));
    const loadIt = (): unknown => load.call(this, file ?? request, parent, ...rest);
    return file === undefined || !observer ? loadIt() : observer.load(parent!.filename, file, loadIt);
  };
  loader._resolveFilename = function (request, parent, isMain, options) {
    return (
      (options?.paths ? undefined : asKernel(() => meantFile(request, parent))) ??
      resolve.call(this, request, parent, isMain, options)
    );
  };
  const native = loader._extensions['.js']!;
  for (const end of ['.js', '.ts', '.tsx', '.mts', '.cts', '.jsx', '.mjs']) {
    const given = loader._extensions[end] ?? native;
    loader._extensions[end] = (module, filename) => {
      if (isInPackage(filename)) return given(module, filename);
      const namespace = asKernel(() => observer?.imported(filename));
      if (namespace) module.exports = asRequired(namespace);
      else if (asKernel(() => typeScriptFile.test(filename) || isEsModule(filename))) loadMade(module, filename);
      else native(module, filename);
    };
  }
}

/** The local file that a file of the notebook's own, or a cell, requires. */
function meantFile(request: unknown, parent: Parent): string | undefined {
  const from = parent?.filename;
  if (typeof request !== 'string' || typeof from !== 'string' || isInPackage(from)) return undefined;
  const file = localFile(request, dirname(from)) ?? aliasedFile(request);
  return file === undefined || isInPackage(file) ? undefined : file;
}

function loadMade(module: NodeModule, filename: string): void {
  asKernel(() => startLoader(new Map()));
  made.add(module);
  const compiling = module as unknown as { _compile(code: string, filename: string, format: string): void };
  compiling._compile(
    asKernel(() => asCommonJs(filename)),
    filename,
    'commonjs',
  );
  const exports: unknown = module.exports;
  // An ES module may say so what it is to `require`.
  if (typeof exports === 'object' && exports !== null && Object.hasOwn(exports, 'module.exports'))
    module.exports = (exports as ModuleNamespace)['module.exports'];
}

/** What V8 says of the syntax of ES modules where it does not expect it. */
const esSyntax =
  /^(?:Cannot use import statement outside|Cannot use 'import\.meta' outside|Unexpected token 'export'|await is only valid)/;

/** As Node tells it: by the ending, by the package that the file is in, else by its syntax. */
function isEsModule(file: string): boolean {
  if (!/\.m?js$/.test(file)) return false;
  if (file.endsWith('.mjs')) return true;
  const type = packageType(dirname(file));
  if (type !== undefined) return type === 'module';
  const code = readFileSync(file, 'utf8');
  if (!/\b(?:import|export|await)\b/.test(code)) return false;
  try {
    return !new Script(Module.wrap(code));
  } catch (error) {
    return esSyntax.test((error as Error).message);
  }
}

function packageType(folder: string): string | undefined {
  const manifest = join(folder, 'package.json');
  if (!existsSync(manifest)) return dirname(folder) === folder ? undefined : packageType(dirname(folder));
  try {
    const { type } = JSON.parse(readFileSync(manifest, 'utf8')) as { type?: string };
    return type;
  } catch {
    return undefined;
  }
}
