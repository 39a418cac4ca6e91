import { inspect, types } from 'node:util';
import { firstOf } from '../../common/cut-text.js';
import { escapeHtml } from './escape.js';
import { Array, Date, Math, Number, Object, Set } from '../../common/intrinsics.js';

/** Rows and columns of a table that are shown, and characters of one value. */
const [mostRows, mostColumns, longestValue] = [50, 30, 200];

/** Values of an array that are looked at before it is taken for a table. */
const mostLookedAt = 100_000;

/** Rows of one table, which may be the first of more. */
export interface Rows {
  readonly columns: readonly string[];
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  /** How many rows and columns there are. */
  readonly rowCount: number;
}

/** An array of plain objects, or a table of arquero's kind; `undefined` for any other value. */
export function rowsOf(value: unknown): Rows | undefined {
  if (Array.isArray(value)) return isTable(value) ? rowsOfArray(value) : undefined;
  return isColumnTable(value)
    ? { columns: value.columnNames(), rows: value.objects({ limit: mostRows }), rowCount: value.numRows() }
    : undefined;
}

/**
 * Whether all that is looked at are records: no holes, and no more of a long array than is looked through in a moment.
 */
function isTable(values: readonly unknown[]): values is readonly Record<string, unknown>[] {
  const end = Math.min(values.length, mostLookedAt);
  for (let n = 0; n < end; n++) if (!isRecord(values[n])) return false;
  return end > 0 && isRecord(values[values.length - 1]);
}

function rowsOfArray(records: readonly Record<string, unknown>[]): Rows | undefined {
  const rows = records.slice(0, mostRows);
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return columns.length > 0 ? { columns, rows, rowCount: records.length } : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || types.isProxy(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // `Object.prototype` of this realm or of another.
  return prototype === null || (Object.getPrototypeOf(prototype) === null && !Array.isArray(value));
}

interface ColumnTable {
  columnNames(): string[];
  numRows(): number;
  objects(options: { limit: number }): Record<string, unknown>[];
}

function isColumnTable(value: unknown): value is ColumnTable {
  if (typeof value !== 'object' || value === null || types.isProxy(value)) return false;
  return ['columnNames', 'numRows', 'objects'].every(
    (name) => typeof (value as Record<string, unknown>)[name] === 'function',
  );
}

/** Rows as an HTML table. What is cut off is said under it; values are escaped. */
export function htmlTable({ columns, rows, rowCount }: Rows): string {
  const shown = columns.slice(0, mostColumns);
  const head = shown.map((name) => `<th>${escapeHtml(name)}</th>`).join('');
  const body = rows.map((row, n) => {
    const values = shown.map((name) => htmlCell(Object.hasOwn(row, name) ? row[name] : undefined));
    return `<tr><th>${n}</th>${values.join('')}</tr>`;
  });
  return `<table><thead><tr><th></th>${head}</tr></thead><tbody>${body.join('')}</tbody></table>${cutNote({ columns, rows, rowCount })}`;
}

function htmlCell(value: unknown): string {
  const isNumber = typeof value === 'number' || typeof value === 'bigint';
  return `<td${isNumber ? '' : ' style="text-align: left"'}>${escapeHtml(cellText(value))}</td>`;
}

function cutNote({ columns, rows, rowCount }: Rows): string {
  const count = (number: number): string => number.toLocaleString('en-US');
  const cut = [
    ...(rowCount > rows.length ? [`${count(rows.length)} of ${count(rowCount)} rows`] : []),
    ...(columns.length > mostColumns ? [`${mostColumns} of ${count(columns.length)} columns`] : []),
  ];
  return cut.length > 0 ? `<p>${cut.join(', ')}</p>` : '';
}

/** Rows as lines of text: what a table object shows where there is no HTML. */
export function textTable({ columns, rows, rowCount }: Rows): string {
  const shown = columns.slice(0, mostColumns);
  const lines = [shown, ...rows.map((row) => shown.map((name) => cellText(row[name])))];
  const widths = shown.map((_, n) => Math.max(...lines.map((line) => line[n].length)));
  const text = lines.map((line) =>
    line
      .map((value, n) => value.padEnd(widths[n]))
      .join('  ')
      .trimEnd(),
  );
  const note = cutNote({ columns, rows, rowCount }).replace(/<\/?p>/g, '');
  return [...text, ...(note === '' ? [] : [note])].join('\n');
}

/** A value in a table: strings and dates as they are, nothing for what is missing, all others in one line. */
function cellText(value: unknown): string {
  if (value === undefined || value === null) return '';
  const text =
    typeof value === 'string'
      ? value
      : value instanceof Date && !Number.isNaN(value.getTime())
        ? value.toISOString()
        : inspect(value, { depth: 1, breakLength: Infinity, maxArrayLength: 10, maxStringLength: longestValue });
  return text.length > longestValue ? `${firstOf(text, longestValue)}…` : text;
}
