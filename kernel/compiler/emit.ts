import ts from 'typescript';
import { isGrading } from '../common/grading.js';
import { callGuard, cellFileName, loopGuard } from '../common/runtime-names.js';
import { bindingTransformer } from './transform-bindings.js';
import { cellTransformer } from './transform-cell.js';
import { floatingTransformer } from './transform-floating.js';
import { nameTransformer } from './transform-names.js';

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

/** Starts of the identifiers in a cell's text that have other names in V8. */
export type OwnNames = ReadonlySet<number>;

const renaming = (own: OwnNames): ts.TransformerFactory<ts.SourceFile>[] =>
  own.size > 0 ? [nameTransformer(own)] : [];

/** Turns a cell's TypeScript into the script that V8's REPL mode runs. Types are not checked here. */
export function emitCell(code: string, own: OwnNames, label: string, generation: number): Emitted {
  const fileName = cellFileName(label);
  const { outputText, sourceMapText } = ts.transpileModule(code, {
    fileName,
    compilerOptions: options,
    transformers: {
      before: [
        ...renaming(own),
        ...(isGrading() ? [floatingTransformer] : []),
        cellTransformer({ loop: loopGuard(generation), call: callGuard(generation) }),
      ],
      after: [bindingTransformer],
    },
  });
  const js = `${outputText.replace(/\/\/# sourceMappingURL=.*\s*$/, '')}\n//# sourceURL=${fileName}`;
  return { js, map: sourceMapText ?? '{}' };
}

/** An expression without its types, for a debugger; what is wrong with it, V8 says. */
export function stripTypes(expression: string, own: OwnNames): string {
  return ts
    .transpileModule(expression, {
      compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, removeComments: true },
      transformers: { before: renaming(own) },
    })
    .outputText.replace(/;?\s*$/, '');
}
