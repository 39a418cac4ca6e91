import ts from 'typescript';
import { isGrading } from '../common/grading.js';
import { cellText, inClosed, parse, plainText } from './cell-text.js';
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
import { constantsIn, declaresConstEnum, type Constants } from './const-enums.js';
import { hasDecorators, isDecoratorError, takesContext } from './decorators.js';
import { cellDiagnostics, isClosed, isEmptiness, isSyntax, isUnchecked, reportDiagnostics } from './diagnostics.js';
import { emitCell, emitOptions, stripTypes } from './emit.js';
import { filledBy, type Filled } from './filled.js';
import { inspectAt } from './inspection.js';
import { LiveImports, type LiveNames } from './live-imports.js';
import { magicError } from './magics.js';
import { completeness } from './is-complete.js';
import { NotebookProgram, type PlacedCell } from './notebook-program.js';
import { withEarlierOpen, withOpenTypes } from './open-cells.js';

/** The cell that was checked last. */
interface Candidate {
  readonly code: string;
  readonly cell: PlacedCell;
  readonly live: LiveNames;
  readonly filled: Filled;
}

/** The cell compiler on TypeScript's own language service. */
export class TypeScriptCompiler implements CellCompiler {
  private readonly program: NotebookProgram;
  private candidate: Candidate | undefined;
  private rehearsed = 0;
  private noticed = false;
  /** Whether a cell has declared a `const enum`. */
  private constEnums = false;
  private readonly live = new LiveImports();

  constructor(folder: string, library: LibraryDescription) {
    this.program = new NotebookProgram(folder);
    this.program.setLibrary(library);
  }

  compile(request: CompileRequest): CompileResult {
    try {
      return this.compiled(request);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return { error: tooDeep };
    }
  }

  private compiled({ code, label, generation, expressions }: CompileRequest): CompileResult {
    let notice = this.takeNotice();
    const source = cellText(code);
    let cell = this.program.placeCandidate(source, 'used');
    if (!isUnchecked(code) && this.check(cell).length > 0) {
      cell = this.program.placeCandidate(source);
      let diagnostics = cellDiagnostics(this.program, cell);
      if (diagnostics.some(isClosed)) {
        const placed = cell;
        diagnostics = withEarlierOpen(this.program, diagnostics, () => cellDiagnostics(this.program, placed));
      }
      const open = diagnostics.length > 0 ? withOpenTypes(this.program, cell) : undefined;
      const other = open && this.program.placeCandidate(open);
      const left = other && cellDiagnostics(this.program, other);
      if (left && left.length < diagnostics.length) [cell, diagnostics] = [other, left];
      if (diagnostics.length > 0 && diagnostics.every(isEmptiness)) {
        // `let best = null`, `losses.at(-1)`: whoever writes no types knows that there is something by now.
        const untold = this.program.placeCandidate(cell.source, 'untold');
        const rest = cellDiagnostics(this.program, untold);
        if (rest.length < diagnostics.length) [cell, diagnostics] = [untold, rest];
      }
      if (diagnostics.length > 0) {
        const error = magicError(code, diagnostics, cell) ?? reportDiagnostics(diagnostics, cell, code, label);
        if (!isGrading() || isSyntax(diagnostics)) return { ...notice, error };
        // A hidden test may give a type that the student did not think of: what runs rightly is right.
        notice = { notice: `${notice.notice ?? ''}${error.traceback.join('\n')}\n` };
      }
    }
    const live = this.live.in(this.program, cell);
    this.candidate = { code, cell, live, filled: filledBy(this.program, cell) };
    const emitted = emitCell(
      source,
      this.program.ownNames(cell),
      label,
      generation,
      this.options,
      this.constants(cell),
      live,
    );
    const compiled = Object.entries(expressions).map(([name, text]) => [
      name,
      emitCell(
        plainText(text),
        this.program.ownNamesOf(text, code),
        `${label}-${name.replace(/[^\w-]/g, '_')}`,
        generation,
        this.options,
      ).js,
    ]);
    const { options, project } = this.program.surroundings.config;
    const { jsx } = this.options;
    return {
      ...notice,
      cell: {
        ...emitted,
        expressions: Object.fromEntries(compiled) as Record<string, string>,
        project: { ...project, emit: { ...emitOptions(options), jsx } },
      },
    };
  }

  /**
   * The errors of a cell; one with decorators is of the kind, old or standard, that it is written for, where the
   * project does not say which.
   */
  private check(cell: PlacedCell): ts.Diagnostic[] {
    const { surroundings } = this.program;
    const decides = surroundings.config.options['experimentalDecorators'] !== undefined;
    if (decides || !hasDecorators(parse(cell.source))) return cellDiagnostics(this.program, cell);
    surroundings.setLegacyDecorators(true);
    const old = takesContext(this.program, cell) ? undefined : cellDiagnostics(this.program, cell);
    if (old && !old.some(isDecoratorError)) return old;
    surroundings.setLegacyDecorators(false);
    const standard = cellDiagnostics(this.program, cell);
    if (!old || !standard.some(isDecoratorError)) return standard;
    surroundings.setLegacyDecorators(true);
    return old;
  }

  /** Members of `const enum`s that a placed cell names, of its own and of earlier cells. */
  private constants({ path, offset, source }: PlacedCell): Constants {
    if (!this.constEnums && !declaresConstEnum(source.text)) return new Map();
    const program = this.program.service.getProgram();
    const file = program?.getSourceFile(path);
    if (!program || !file) return new Map();
    const found = constantsIn(file, program.getTypeChecker());
    return new Map([...found].map(([end, value]) => [inClosed(source, end - 1 - offset) + 1, value]));
  }

  private get options(): ts.CompilerOptions {
    return this.program.host.compilerOptions;
  }

  /** What there is to say about the project's configuration, once. */
  private takeNotice(): { readonly notice?: string } {
    const { surroundings } = this.program;
    const isNew = surroundings.update() || !this.noticed;
    this.noticed = true;
    return isNew && surroundings.config.notice !== undefined ? { notice: surroundings.config.notice } : {};
  }

  emit(code: string): { js: string; map: string } {
    return emitCell(cellText(code), this.program.ownNamesOf(code), 'draft', 0, this.options);
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
    emitCell(plainText(code), new Set(), 'rehearsed', 0, this.options);
    complete(this.program, 'console.l', 9);
  }

  commit(code: string): void {
    this.constEnums ||= declaresConstEnum(code);
    const { cell, live, filled } = this.candidate?.code === code ? this.candidate : this.placed(code);
    this.program.commit(cell);
    for (const [name, isFilled] of filled) this.program.filled[isFilled ? 'add' : 'delete'](name);
    this.live.commit(cell, live);
    this.candidate = undefined;
  }

  /** A cell that ran, for a compiler that has not checked it. */
  private placed(code: string): Omit<Candidate, 'code'> {
    const cell = this.program.placeCandidate(cellText(code), 'used');
    return { cell, live: this.live.in(this.program, cell), filled: filledBy(this.program, cell) };
  }

  forget(): void {
    this.live.forget();
    this.program.filled.clear();
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
    return completeness(parse(cellText(code)), code);
  }
}

/** TypeScript follows an expression by calls of functions, and has no more of them. */
const deep =
  'This cell has an expression of too many parts, or too deep: TypeScript follows about 2000 in one. ' +
  'Make it of several: of variables, of an array and reduce.';
const tooDeep = { ename: 'SyntaxError', evalue: deep, traceback: [`\x1b[31mSyntaxError\x1b[39m: ${deep}`] };

/** What many cells have: a function, a call of it, an object, a loop over a variable, output, a last value. */
function rehearsal(number: number): string {
  const name = `rehearsed${number}`;
  return `const ${name} = (count: number) => ({ count, half: count / 2 }); let sum${number} = 0;
for (let i = 0; i < ${number}; i++) { sum${number} += i & 7; console.log(\`line \${i}\`, ${name}(i).half); }
const list${number} = await Promise.all([1, 2].map(async (x) => x * 2)); list${number}.length`;
}
