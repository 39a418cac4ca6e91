/** A small table as Markdown, which notebooks draw, and as aligned text for consoles. */
import type { DisplayBundle, Picture } from './display.js';
import { describe, requireList, requireObject } from '../network/require.js';
import { displaySymbol } from './display.js';
import { plainText } from './payload.js';

export type TableRow = Readonly<Record<string, string | number>>;

const maxRows = 500;

/** Rows under the names of their fields; see {@link table}. */
export class Table implements Picture {
  private readonly columns: readonly string[];
  private readonly cells: readonly (readonly string[])[];

  constructor(private readonly rows: readonly TableRow[]) {
    requireList('table()', rows, 'a list of rows { column: value }');
    if (rows.length < 1 || rows.length > maxRows)
      throw new RangeError(`a table of ${rows.length} rows: the limit is 1 to ${maxRows}; choose some with slice()`);
    Array.from(rows, (row, k) => requireObject(`row ${k} of table()`, row, '{ column: value }'));
    this.columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
    this.cells = rows.map((row, k) => this.columns.map((column) => plainText(textOf(row[column], k, column))));
  }

  [displaySymbol](): DisplayBundle['data'] {
    return { 'text/markdown': this.toMarkdown(), 'text/plain': this.toString() };
  }

  /** GitHub's Markdown; no character of a cell is taken for markup. */
  toMarkdown(): string {
    const line = (texts: readonly string[]): string => `| ${texts.join(' | ')} |`;
    const rule = this.columns.map((column) => (this.isNumeric(column) ? '--:' : '---'));
    return [line(this.columns.map(literal)), line(rule), ...this.cells.map((row) => line(row.map(literal)))].join('\n');
  }

  /** Columns aligned by blanks: numbers to the right. */
  toString(): string {
    const widths = this.columns.map((column, c) => Math.max(column.length, ...this.cells.map((row) => row[c].length)));
    const line = (texts: readonly string[]): string =>
      texts
        .map((text, c) => (this.isNumeric(this.columns[c]) ? text.padStart(widths[c]) : text.padEnd(widths[c])))
        .join('  ')
        .trimEnd();
    return [line(this.columns), line(widths.map((width) => '-'.repeat(width))), ...this.cells.map(line)].join('\n');
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }

  /** Numbers, and texts that begin like one (`98.84 %`, `+0.3`), stand to the right; so may blanks between them. */
  private isNumeric(column: string): boolean {
    const texts = this.rows
      .map((row) => String(row[column] ?? ''))
      .filter((text) => text !== '' && text !== '-' && text !== '–');
    return texts.length > 0 && texts.every((text) => /^[+−-]?\d/.test(text));
  }
}

/**
 * A table of rows; the columns are their fields, in the order in which they first appear.
 * @example show(table([{ variant: 'off', 'accuracy, %': 91.2 }, { variant: 'linear', 'accuracy, %': 92.7 }]));
 * @throws RangeError for no rows or more than 500
 */
export function table(rows: readonly TableRow[]): Table {
  return new Table(rows);
}

/** A value in its cell; none is empty. */
function textOf(value: unknown, row: number, column: string): string {
  if (/^(object|function|symbol)$/.test(typeof value) && value !== null)
    throw new TypeError(`row ${row} of table(), ${column}: takes a text or a number, not ${describe(value)}`);
  return String((value as string | null | undefined) ?? '');
}

/** Escapes what Markdown or HTML would read as markup. */
function literal(text: string): string {
  return text.replace(/[\\`*_{}[\]<>|#~$!&]/g, (character) =>
    character === '<' ? '&lt;' : character === '&' ? '&amp;' : `\\${character}`,
  );
}
