import type { Debugger } from 'node:inspector';
import { decodeMappings, type Mapping } from './source-map.js';

/** A place in the code that the user wrote; lines and columns count from 1, as in the Debug Adapter Protocol. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** What a script was made from. */
export interface SourceText {
  /** How the debugger's client names it. */
  readonly path: string;
  readonly name: string;
  /** How V8 names the script. */
  readonly url: string;
  /** The text that the user wrote. */
  readonly code: string;
  /** What was made of it, when guards were put in that no step should stop at. */
  readonly js?: string;
  /** Source map of the script, as JSON; without, the script is the text itself. */
  readonly map?: string;
}

/**
 * Statements that the kernel puts into cells: the interrupt guards of `transform-guards.ts`, as `transform-spelling.ts`
 * writes them.
 */
const guard = /^\s*(?:if \()?\\u\{5f\}_spikelab(?:Loop|Call|\.(?:stop|alive)\()/;

/** A script with the code it was made from: translates places in both directions. */
export class Source {
  readonly path: string;
  readonly name: string;
  readonly url: string;
  readonly code: string;
  private readonly map: string | undefined;
  private readonly lines: readonly string[];
  private decoded: readonly Mapping[] | undefined;

  constructor({ path, name, url, code, js = '', map }: SourceText) {
    this.path = path;
    this.name = name;
    this.url = url;
    this.code = code;
    this.map = map;
    this.lines = js.split('\n');
  }

  /** Where the user wrote what runs at a place of the script. */
  placeOf({ lineNumber, columnNumber = 0 }: Omit<Debugger.Location, 'scriptId'>): Place {
    if (!this.mappings) return { line: lineNumber + 1, column: columnNumber + 1 };
    let found: Mapping | undefined;
    for (const mapping of this.mappings) {
      if (
        mapping.generatedLine > lineNumber ||
        (mapping.generatedLine === lineNumber && mapping.generatedColumn > columnNumber)
      )
        break;
      found = mapping;
    }
    return found ? { line: found.line + 1, column: found.column + 1 } : { line: 1, column: 1 };
  }

  /** Where the script runs what stands on a line, or on the first line with code after it. */
  locationOf(
    line: number,
  ): { readonly lineNumber: number; readonly columnNumber: number; readonly line: number } | undefined {
    if (!this.mappings) return { lineNumber: line - 1, columnNumber: 0, line };
    let best: Mapping | undefined;
    // In the order of the generated code: of a line's entries, the first one wins.
    for (const mapping of this.mappings) {
      const isNearer = mapping.line >= line - 1 && mapping.line < (best?.line ?? Infinity);
      if (isNearer && !this.isComment(mapping)) best = mapping;
    }
    return best && { lineNumber: best.generatedLine, columnNumber: best.generatedColumn, line: best.line + 1 };
  }

  /**
   * A cell's comments stay in its script, for the source of its functions; nothing stops at them, or at where they end.
   */
  private isComment({ generatedLine, generatedColumn }: Mapping): boolean {
    const line = this.lines[generatedLine];
    return line !== undefined && line !== '' && /^\s*($|\/[/*])/.test(line.slice(generatedColumn));
  }

  /** Whether a place of the script is the kernel's doing. */
  isGuard({ lineNumber, columnNumber = 0 }: Omit<Debugger.Location, 'scriptId'>): boolean {
    return guard.test((this.lines[lineNumber] ?? '').slice(columnNumber));
  }

  /** Whether the function that begins at a place of the script is one of a cell, and certainly not asynchronous. */
  isSynchronous({ lineNumber, columnNumber = 0 }: Omit<Debugger.Location, 'scriptId'>): boolean {
    const line = this.lines[lineNumber];
    return (
      line !== undefined &&
      line !== '' &&
      !/^async\b/.test(line.slice(columnNumber)) &&
      !/\basync\b[^;{}()]*$/.test(line.slice(0, columnNumber))
    );
  }

  /** Decoded when somebody asks: most cells are never debugged. */
  private get mappings(): readonly Mapping[] | undefined {
    if (this.map === undefined) return undefined;
    return (this.decoded ??= decodeMappings((JSON.parse(this.map) as { mappings?: string }).mappings ?? ''));
  }
}
