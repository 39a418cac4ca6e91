import { randomUUID } from 'node:crypto';
import ts from 'typescript';
import { isGrading } from '../common/grading.js';
import { namesJsxFunction } from '../common/jsx-pragma.js';
import { callGuard, cellFileName, loopGuard } from '../common/runtime-names.js';
import type { CellText } from './cell-text.js';
import { constantTransformer, type Constants } from './const-enums.js';
import { liveTransformer, type LiveNames } from './live-imports.js';
import { bindingTransformer } from './transform-bindings.js';
import { cellTransformer } from './transform-cell.js';
import { floatingTransformer } from './transform-floating.js';
import { guardTransformer } from './transform-guards.js';
import { nameTransformer } from './transform-names.js';
import { spellingTransformer } from './transform-spelling.js';

export interface Emitted {
  readonly js: string;
  readonly map: string;
  /** While a grader runs the notebook: what the code hands over with its value, for a cell that ends with one. */
  readonly seal?: string;
}

const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleDetection: ts.ModuleDetectionKind.Force,
  verbatimModuleSyntax: true,
  isolatedModules: true,
  sourceMap: true,
};

/** Of the options that a check has, those that decide about the code. */
export function emitOptions(given: ts.CompilerOptions): ts.CompilerOptions {
  const { experimentalDecorators, emitDecoratorMetadata, useDefineForClassFields } = given;
  const { jsx, jsxFactory, jsxFragmentFactory, jsxImportSource, reactNamespace } = given;
  const decorators = { experimentalDecorators, emitDecoratorMetadata, useDefineForClassFields };
  return { ...decorators, jsx, jsxFactory, jsxFragmentFactory, jsxImportSource, reactNamespace };
}

/** Starts of the identifiers in a cell's text that have other names in V8. */
export type OwnNames = ReadonlySet<number>;

const renaming = (own: OwnNames): ts.TransformerFactory<ts.SourceFile>[] =>
  own.size > 0 ? [nameTransformer(own)] : [];

/** Turns a cell's TypeScript into the script that V8's REPL mode runs. Types are not checked here. */
export function emitCell(
  { text, jsx }: CellText,
  own: OwnNames,
  label: string,
  generation: number,
  given: ts.CompilerOptions,
  constants: Constants = new Map(),
  live: LiveNames = new Map(),
): Emitted {
  const fileName = cellFileName(label);
  const seal = isGrading() ? randomUUID() : undefined;
  let hasValue = false as boolean;
  const asCell = cellTransformer(seal, () => (hasValue = true));
  const { outputText, sourceMapText } = ts.transpileModule(text, {
    fileName: jsx ? `${fileName}x` : fileName,
    compilerOptions: { ...emitOptions(given), ...options, ...(namesJsxFunction(text) && { jsx: ts.JsxEmit.React }) },
    transformers: {
      before: [
        ...(live.size > 0 ? [liveTransformer(live)] : []),
        ...(constants.size > 0 ? [constantTransformer(constants)] : []),
        ...renaming(own),
        ...(isGrading() ? [floatingTransformer] : []),
        asCell,
      ],
      after: [
        guardTransformer({ loop: loopGuard(generation), call: callGuard(generation) }),
        bindingTransformer,
        spellingTransformer(label),
      ],
    },
  });
  const js = `${outputText.replace(/\/\/# sourceMappingURL=.*\s*$/, '')}\n//# sourceURL=${fileName}`;
  return { js, map: sourceMapText ?? '{}', ...(hasValue && seal !== undefined && { seal }) };
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
