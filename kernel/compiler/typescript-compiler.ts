import ts from 'typescript';
import type {
  CellCompiler,
  Completeness,
  CompileRequest,
  CompileResult,
  Completion,
  Inspection,
  LibraryDescription,
} from './cell-compiler.js';
import { complete } from './completion.js';
import { cellDiagnostics, isUnchecked, reportDiagnostics } from './diagnostics.js';
import { emitCell, stripTypes } from './emit.js';
import { inspectAt } from './inspection.js';
import { completeness } from './is-complete.js';
import { NotebookProgram, type PlacedCell } from './notebook-program.js';

/** The cell compiler on TypeScript's own language service. */
export class TypeScriptCompiler implements CellCompiler {
  private readonly program: NotebookProgram;
  private candidate: { readonly code: string; readonly cell: PlacedCell } | undefined;
  private rehearsed = 0;

  constructor(folder: string, library: LibraryDescription) {
    this.program = new NotebookProgram(folder);
    this.program.setLibrary(library);
  }

  compile({ code, label, generation, expressions }: CompileRequest): CompileResult {
    let cell = this.program.placeCandidate(code, 'used');
    if (!isUnchecked(code) && cellDiagnostics(this.program, cell).length > 0) {
      cell = this.program.placeCandidate(code);
      const diagnostics = cellDiagnostics(this.program, cell);
      if (diagnostics.length > 0) return { error: reportDiagnostics(diagnostics, cell, code, label) };
    }
    this.candidate = { code, cell };
    const emitted = emitCell(code, this.program.ownNames(cell), label, generation);
    const compiled = Object.entries(expressions).map(([name, text]) => [
      name,
      emitCell(text, this.program.ownNamesOf(text, code), `${label}-${name.replace(/[^\w-]/g, '_')}`, generation).js,
    ]);
    return { cell: { ...emitted, expressions: Object.fromEntries(compiled) as Record<string, string> } };
  }

  emit(code: string): { js: string; map: string } {
    return emitCell(code, this.program.ownNamesOf(code), 'draft', 0);
  }

  strip(code: string): string {
    // In parentheses, or an object would be a block.
    const expression = /^\s*\{/.test(code) ? `(${code})` : code;
    return stripTypes(expression, this.program.ownNamesOf(expression));
  }

  declare(name: string): void {
    this.program.declare(name);
  }

  rehearse(): void {
    // Never the same text: TypeScript remembers what it found out about one.
    const code = rehearsal(++this.rehearsed);
    cellDiagnostics(this.program, this.program.placeCandidate(code, 'used'));
    emitCell(code, new Set(), 'rehearsed', 0);
    complete(this.program, 'console.l', 9);
  }

  commit(code: string): void {
    this.program.commit(
      this.candidate?.code === code ? this.candidate.cell : this.program.placeCandidate(code, 'used'),
    );
    this.candidate = undefined;
  }

  forget(): void {
    this.program.forget();
  }

  update(): void {
    this.program.update();
  }

  complete(code: string, cursor: number): Completion {
    return complete(this.program, code, cursor);
  }

  inspect(code: string, cursor: number, detail: 0 | 1): Inspection | undefined {
    return inspectAt(this.program, code, cursor, detail);
  }

  isComplete(code: string): Completeness {
    return completeness(
      ts.createSourceFile(
        'cell.ts',
        code,
        {
          languageVersion: ts.ScriptTarget.ESNext,
          setExternalModuleIndicator: (file) => Object.assign(file, { externalModuleIndicator: true }),
        },
        false,
      ),
      code,
    );
  }
}

/** What many cells have: a function, a call of it, an object, a loop over a variable, output, a last value. */
function rehearsal(number: number): string {
  const name = `rehearsed${number}`;
  return `const ${name} = (count: number) => ({ count, half: count / 2 }); let sum${number} = 0;
for (let i = 0; i < ${number}; i++) { sum${number} += i & 7; console.log(\`line \${i}\`, ${name}(i).half); }
const list${number} = await Promise.all([1, 2].map(async (x) => x * 2)); list${number}.length`;
}
