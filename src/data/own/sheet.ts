/** A text file of separated values as rows of cells below the names of its columns. */
import { dsvFormat } from 'd3-dsv';
import { guess } from '../../network/nearest.js';
import { requireFlag } from '../../network/require.js';
import { DataFormatError } from '../formats/idx.js';
import { isDecimal } from './texts.js';

export interface Sheet {
  readonly source: string;
  readonly names: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Whether the first line has the names; else they are the numbers of the columns. */
  readonly named: boolean;
  /** Line of the first row. */
  readonly firstLine: number;
}

/** A column by its name, or its number from 0. */
export type Column = string | number;

/** @param asked columns that somebody wants: one that the first line names makes it the line of names */
export function readSheet(
  bytes: Uint8Array,
  source: string,
  delimiter: string | undefined,
  header: boolean | undefined,
  asked: { readonly label: Column; readonly features?: readonly Column[] },
): Sheet {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new DataFormatError(`${source}: not text in UTF-8: save it as CSV with that encoding`);
  }
  const first = text.slice(0, text.search(/[\r\n]|$/));
  const separator =
    delimiter ?? [',', ';', '\t'].reduce((best, one) => (count(first, one) > count(first, best) ? one : best));
  if (separator.length !== 1 || /["\r\n]/.test(separator))
    throw new RangeError(`delimiter is ${JSON.stringify(separator)}: give one character`);
  if (header !== undefined) requireFlag('header', header);
  const lines = dsvFormat(separator)
    .parseRows(`${text}\n${endMark}`)
    .map((cells) => cells.map((cell) => cell.trim()));
  const end = lines.pop();
  if (end?.length !== 1 || end[0] !== endMark)
    throw new DataFormatError(
      `${source}: a quote is opened and not closed, in line ${lines.length + 1} or below: all that follows it would be one cell`,
    );
  while (lines.length > 0 && isEmpty(lines[lines.length - 1])) lines.pop();
  if (lines.length === 0) throw new DataFormatError(`${source}: no line in it`);
  const named = header ?? hasNames(source, lines, asked);
  const names = named ? lines[0] : lines[0].map((_, n) => String(n));
  const twice = names.find((one, n) => names.indexOf(one) !== n);
  if (twice !== undefined) throw new DataFormatError(`${source}: two columns are called ${JSON.stringify(twice)}`);
  const rows = lines.slice(Number(named));
  const firstLine = 1 + Number(named);
  const odd = rows.findIndex((cells) => cells.length !== names.length);
  if (odd >= 0)
    throw new DataFormatError(
      `${source}: line ${firstLine + odd} has ${rows[odd].length} cells, the first ${names.length} (separated by ${JSON.stringify(separator)})`,
    );
  if (rows.length === 0) throw new DataFormatError(`${source}: no line below the names of its columns`);
  return { source, names, rows, named, firstLine };
}

/**
 * Whether the first line has names. A sample taken for names would be lost, and names that are numbers would become a
 * sample: where the line can be
 * either, nothing is guessed.
 * @throws RangeError for a line that can be either
 */
function hasNames(
  source: string,
  [first, ...others]: readonly (readonly string[])[],
  { label, features = [] }: { readonly label: Column; readonly features?: readonly Column[] },
): boolean {
  const numbers = first.map(isNumber);
  if (!numbers.includes(true)) return true;
  const either = (): never => {
    const begins = first.slice(0, 5).join(', ');
    throw new RangeError(
      `${source}: the first line (${begins}${first.length > 5 ? ', …' : ''}) can be names or a sample: write header: true or header: false`,
    );
  };
  const counted = first.every((cell, n) => !numbers[n] || cell === String(n)); // as pandas names columns without names
  if (!numbers.includes(false)) return first.length > 1 && counted ? either() : false;
  if ([label, ...features].some((column) => typeof column === 'string' && first.includes(column))) return true;
  const labels = typeof label === 'number' ? others.map((cells) => cells[label]) : [];
  if (typeof label === 'number' && !numbers[label] && labels.includes(first[label])) return false;
  return counted || typeof label === 'string' ? true : either();
}

/** A line that stands behind the text alone, unless a quote is open. */
const endMark = '\0';

const isNumber = (cell: string): boolean => cell !== '' && Number.isFinite(Number(cell));

const count = (text: string, character: string): number => text.split(character).length - 1;
const isEmpty = (cells: readonly string[]): boolean => cells.length === 1 && cells[0] === '';

/** Number of a column. @throws RangeError for one that is not there */
export function columnOf({ source, names, named }: Sheet, column: Column): number {
  const place = typeof column === 'number' ? column : names.indexOf(column);
  if (Number.isInteger(place) && place >= 0 && place < names.length) return place;
  const near = typeof column === 'string' ? guess(column, names) : '';
  const sample =
    named && names.some(isNumber)
      ? '. If the first line is a sample, write header: false, and columns by their numbers from 0'
      : '';
  const shown = `${names.slice(0, 20).join(', ')}${names.length > 20 ? `, … (${names.length})` : ''}`;
  throw new RangeError(`${source} has no column ${JSON.stringify(column)}: ${near}It has ${shown}${sample}`);
}

/** @throws DataFormatError for a cell that is empty or no number */
export function numberAt(sheet: Sheet, row: number, column: number): number {
  const cell = sheet.rows[row][column];
  if (cell === '') return emptyCell(sheet, row, column);
  const value = isDecimal(cell) ? Number(cell) : NaN; // Number() would take 0x10 as well
  if (Number.isFinite(value)) return value;
  const comma = /^[-+]?\d+,\d+$/.test(cell) ? ': write decimal points' : '';
  throw new DataFormatError(`${placeOf(sheet, row, column)} is ${JSON.stringify(cell)}, no number${comma}`);
}

export function emptyCell(sheet: Sheet, row: number, column: number): never {
  throw new DataFormatError(`${placeOf(sheet, row, column)} is empty: leave the line out, or fill it in`);
}

/** Lines are counted as rows of cells: a cell with line breaks in it counts once. */
export const placeOf = ({ source, names, firstLine }: Sheet, row: number, column: number): string =>
  `${source}: line ${firstLine + row}, column ${names[column]}`;
