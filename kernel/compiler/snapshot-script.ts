import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { dirname, resolve } from 'node:path';
import ts from 'typescript';
import { standardLibrary } from './standard-library.js';

const entry = fileURLToPath(new URL('./snapshot-main.js', import.meta.url));
const library = fileURLToPath(new URL('./standard-library.js', import.meta.url));

/**
 * One CommonJS script with the compiler in it: what Node can build a snapshot from (it loads no other files there).
 * Also returns the files that went into it. Its work comes in short turns: who builds in the background sees in between
 * that it should end.
 */
export async function snapshotScript(): Promise<{ script: string; files: string[] }> {
  const require = createRequire(import.meta.url);
  const modules = new Map<string, string>();
  const add = async (file: string): Promise<void> => {
    if (modules.has(file)) return;
    await new Promise(setImmediate);
    const { outputText } = ts.transpileModule(readFileSync(file, 'utf8'), {
      compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, esModuleInterop: true },
    });
    modules.set(file, outputText.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(file).href)));
    for (const [, specifier] of outputText.matchAll(/require\("(\.[^"]+)"\)/g))
      await add(resolve(dirname(file), specifier));
  };
  await add(entry);
  const typescript = require.resolve('typescript');
  // TypeScript touches stdout when it loads; an open pipe cannot be kept in a snapshot either.
  modules.set(
    typescript,
    `process = Object.create(process, { stdout: { value: undefined } });${readFileSync(typescript, 'utf8')}`,
  );
  // What this Node has is asked here: while a snapshot is built, some of its globals are not there yet.
  const parts: string[] = [];
  const standard = standardLibrary((part) => (parts.push(part), readFileSync(part, 'utf8')));
  modules.set(library, `exports.standardLibrary = () => ${JSON.stringify(standard)};`);
  const table = [...modules].map(
    ([file, code]) =>
      `${JSON.stringify(file)}: function (module, exports, require, __filename, __dirname, process) {${code}\n}`,
  );
  const nodeTypes = require.resolve('@types/node/package.json');
  // What these modules hold natively cannot be kept in a snapshot. TypeScript does without the first two; the third is
  // asked one question.
  const script = `const builtin = (name) => {
  if (name === 'crypto' || name === 'perf_hooks') throw new Error('not in a snapshot');
  if (name === 'node:module') return { createRequire: () => ({ resolve: () => ${JSON.stringify(nodeTypes)} }) };
  return require(name);
};
const path = require('path');
const loaded = {};
const table = {${table.join(',\n')}};
const load = (file) => {
  if (loaded[file]) return loaded[file].exports;
  const module = (loaded[file] = { exports: {} });
  const require = (name) => name === 'typescript' ? load(${JSON.stringify(typescript)}) : name[0] === '.' ? load(path.resolve(path.dirname(file), name)) : builtin(name);
  table[file].call(module.exports, module, module.exports, require, file, path.dirname(file), process);
  return module.exports;
};
load(${JSON.stringify(entry)});
`;
  return { script, files: [...modules.keys(), ...parts] };
}
