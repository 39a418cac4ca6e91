/** Makes JavaScript of local TypeScript files, with the TypeScript of this package; types are stripped, not checked. */
import { readFile } from 'node:fs/promises';
import ts from 'typescript';
import { namesJsxFunction } from '../common/jsx-pragma.js';
import type { Project } from '../common/project.js';
import { commonJsTransformer } from './common-js-transformer.js';
import { demandTransformer } from './demand-names.js';

/** A TypeScript file, and what Node can load in its place. */
export interface Transpiled {
  readonly format: 'commonjs' | 'module';
  readonly source: string;
  readonly code: string;
  /** From `source` to `code`, as JSON. */
  readonly map: string;
  /** The first syntax error, or why it cannot be required, with its place in the file as its stack. */
  readonly error: Error | undefined;
}

/**
 * Decorators that take a context are those of the standard; all others count as TypeScript's older ones, as in cells.
 */
const standardDecorators = /\bClass\w*DecoratorContext\b|,\s*_?(?:context|ctx)\b/;

/**
 * @param url what stack traces call the file
 * @param required whether it is for `require`, which takes no ES modules: these become CommonJS, whose `import()` stays
 * Node's
 */
export async function transpile(
  path: string,
  url: string,
  { emit = {} }: Project,
  required = false,
): Promise<Transpiled> {
  const code = await readFile(path, 'utf8');
  const format = required || path.endsWith('.cts') ? 'commonjs' : 'module';
  let waiting: ts.Node | undefined;
  const { outputText, diagnostics } = ts.transpileModule(code, {
    fileName: required ? path.replace(/\.m([tj]s)$/, '.c$1') : path,
    reportDiagnostics: true,
    transformers: required
      ? { before: [commonJsTransformer((node) => (waiting = node))] }
      : format === 'module'
        ? { after: [demandTransformer] }
        : {},
    compilerOptions: {
      experimentalDecorators: !standardDecorators.test(code),
      emitDecoratorMetadata: !standardDecorators.test(code),
      ...Object.fromEntries(Object.entries(emit).filter(([, value]) => value !== undefined)),
      ...(namesJsxFunction(code) && { jsx: ts.JsxEmit.React }),
      target: ts.ScriptTarget.ES2022,
      module: required ? ts.ModuleKind.Node16 : format === 'commonjs' ? ts.ModuleKind.CommonJS : ts.ModuleKind.ESNext,
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
    error: first ? syntaxError(first, url) : waiting && asyncError(waiting, url),
  };
}

function syntaxError({ file, start = 0, messageText, code }: ts.Diagnostic, url: string): SyntaxError {
  return placed(
    new SyntaxError(`${ts.flattenDiagnosticMessageText(messageText, '\n')} (TS${code})`),
    file!,
    start,
    url,
  );
}

/** As Node says it. */
function asyncError(waiting: ts.Node, url: string): Error {
  const error = new Error(
    'require() cannot be used on an ESM graph with top-level await. Use import() instead: await import(…) takes such a file.',
  );
  const file = waiting.getSourceFile();
  return placed(error, file, waiting.getStart(file), url);
}

function placed<T extends Error>(error: T, file: ts.SourceFile, start: number, url: string): T {
  const { line, character } = file.getLineAndCharacterOfPosition(start);
  error.stack = `${error.name}: ${error.message}\n    at ${url}:${line + 1}:${character + 1}`;
  return error;
}
