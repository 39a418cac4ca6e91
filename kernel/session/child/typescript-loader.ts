/** Node's module hooks for local TypeScript files: strips types with the TypeScript of this package. Runs on the hooks' own thread. */
import { readFile } from 'node:fs/promises';
import type { InitializeHook, LoadHook, ResolveHook } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import ts from 'typescript';
import type { MessagePort } from 'node:worker_threads';
import { localFile } from './imports.js';
import type { LoadedSource } from './local-sources.js';

let loaded: MessagePort;

/** Receives the port that takes the source maps of what is loaded. */
export const initialize: InitializeHook<{ port: MessagePort }> = ({ port }) => {
  loaded = port;
};

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
  const code = await readFile(path, 'utf8');
  const { outputText } = ts.transpileModule(code, {
    fileName: path,
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: commonJs ? ts.ModuleKind.CommonJS : ts.ModuleKind.ESNext,
      esModuleInterop: true,
      inlineSourceMap: true,
      inlineSources: true,
    },
  });
  const [, map] = /\/\/# sourceMappingURL=data:application\/json;base64,(\S+)\s*$/.exec(outputText) ?? [];
  if (map !== undefined) loaded.postMessage({ url, code, map: Buffer.from(map, 'base64').toString('utf8') } satisfies LoadedSource);
  return { format: commonJs ? 'commonjs' : 'module', source: outputText, shortCircuit: true };
};
