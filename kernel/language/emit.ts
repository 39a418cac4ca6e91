import ts from 'typescript';
import { callGuard, cellFileName, loopGuard } from '../session/runtime-names.js';
import { cellTransformer } from './transform-cell.js';
import { bindingTransformer } from './transform-bindings.js';

export interface Emitted {
  readonly js: string;
  readonly map: string;
}

const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleDetection: ts.ModuleDetectionKind.Force,
  verbatimModuleSyntax: true,
  isolatedModules: true,
  sourceMap: true,
  removeComments: true,
};

/** Turns a cell's TypeScript into the script that V8's REPL mode runs. Types are not checked here. */
export function emitCell(code: string, label: string, generation: number): Emitted {
  const fileName = cellFileName(label);
  const { outputText, sourceMapText } = ts.transpileModule(code, {
    fileName,
    compilerOptions: options,
    transformers: { before: [cellTransformer({ loop: loopGuard(generation), call: callGuard(generation) })], after: [bindingTransformer] },
  });
  const js = `${outputText.replace(/\/\/# sourceMappingURL=.*\s*$/, '')}\n//# sourceURL=${fileName}`;
  return { js, map: sourceMapText ?? '{}' };
}

/** An expression without its types, for a debugger; what is wrong with it, V8 says. */
export function stripTypes(code: string): string {
  // In parentheses, or an object would be a block.
  const text = /^\s*\{/.test(code) ? `(${code})` : code;
  return ts.transpileModule(text, { compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, removeComments: true } }).outputText;
}
