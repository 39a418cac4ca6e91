/** Node's module hooks for local TypeScript files: strips types with the TypeScript of this package. Runs on the hooks' own thread. */
import { readFile } from 'node:fs/promises';
import type { LoadHook, ResolveHook } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import ts from 'typescript';
import { localFile } from './imports.js';

export const resolve: ResolveHook = async (specifier, context, next) => {
  if (context.parentURL?.startsWith('file:') && /^\.\.?\//.test(specifier)) {
    const file = localFile(specifier, dirname(fileURLToPath(context.parentURL)));
    if (file && /\.m?ts$/.test(file)) return { url: pathToFileURL(file).href, shortCircuit: true };
  }
  return next(specifier, context);
};

export const load: LoadHook = async (url, context, next) => {
  const path = url.startsWith('file:') ? fileURLToPath(url) : '';
  if (!/\.[cm]?ts$/.test(path) || path.includes('/node_modules/')) return next(url, context);
  const commonJs = path.endsWith('.cts');
  const { outputText } = ts.transpileModule(await readFile(path, 'utf8'), {
    fileName: path,
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: commonJs ? ts.ModuleKind.CommonJS : ts.ModuleKind.ESNext,
      esModuleInterop: true,
      inlineSourceMap: true,
      inlineSources: true,
    },
  });
  return { format: commonJs ? 'commonjs' : 'module', source: outputText, shortCircuit: true };
};
