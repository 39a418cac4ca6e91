/** Makes JavaScript of local TypeScript files, with the TypeScript of this package; types are stripped, not checked. */
import { readFile } from 'node:fs/promises';
import ts from 'typescript';
import { namesJsxFunction } from '../common/jsx-pragma.js';
import type { Project } from '../common/project.js';
import { demandTransformer } from './demand-names.js';

/** A TypeScript file, and what Node can load in its place. */
export interface Transpiled {
  readonly format: 'commonjs' | 'module';
  readonly source: string;
  readonly code: string;
  /** From `source` to `code`, as JSON. */
  readonly map: string;
  /** The first syntax error, with its place in the file as its stack. */
  readonly error: SyntaxError | undefined;
}

/** Decorators that take a context are those of the standard; all others count as TypeScript's older ones, as in cells. */
const standardDecorators = /\bClass\w*DecoratorContext\b|,\s*_?(?:context|ctx)\b/;

/** @param url what stack traces call the file */
export async function transpile(path: string, url: string, { emit = {} }: Project): Promise<Transpiled> {
  const code = await readFile(path, 'utf8');
  const format = path.endsWith('.cts') ? 'commonjs' : 'module';
  const { outputText, diagnostics } = ts.transpileModule(code, {
    fileName: path,
    reportDiagnostics: true,
    ...(format === 'module' && { transformers: { after: [demandTransformer] } }),
    compilerOptions: {
      experimentalDecorators: !standardDecorators.test(code),
      emitDecoratorMetadata: !standardDecorators.test(code),
      ...Object.fromEntries(Object.entries(emit).filter(([, value]) => value !== undefined)),
      ...(namesJsxFunction(code) && { jsx: ts.JsxEmit.React }),
      target: ts.ScriptTarget.ES2022,
      module: format === 'commonjs' ? ts.ModuleKind.CommonJS : ts.ModuleKind.ESNext,
      esModuleInterop: true,
      inlineSourceMap: true,
      inlineSources: true,
    },
  });
  const [, map] = /\/\/# sourceMappingURL=data:application\/json;base64,(\S+)\s*$/.exec(outputText) ?? [];
  const first = diagnostics?.find(
    ({ category, file }) => category === ts.DiagnosticCategory.Error && file !== undefined,
  );
  return {
    format,
    source: outputText,
    code,
    map: Buffer.from(map ?? '', 'base64').toString('utf8'),
    error: first && syntaxError(first, url),
  };
}

function syntaxError({ file, start = 0, messageText, code }: ts.Diagnostic, url: string): SyntaxError {
  const { line, character } = file!.getLineAndCharacterOfPosition(start);
  const error = new SyntaxError(`${ts.flattenDiagnosticMessageText(messageText, '\n')} (TS${code})`);
  error.stack = `${error.name}: ${error.message}\n    at ${url}:${line + 1}:${character + 1}`;
  return error;
}
