/** A table in a text file as a data set. */
import { requireObject } from '../../network/require.js';
import { dsvFormat } from 'd3-dsv';
import { requireKnown } from '../../network/known.js';
import { guess } from '../../network/nearest.js';
import type { Dataset } from '../sets/dataset.js';
import type { EventDataset } from '../sets/events.js';
import { DataFormatError } from '../formats/idx.js';
import { bytesOf, nameOf } from './files.js';
import { type FeatureOptions, featureOptionNames, fromFeatures, type Halves } from './from-features.js';
import { type OwnOptions, ownOptionNames } from './parts.js';

export interface CsvOptions extends FeatureOptions, Omit<OwnOptions<never>, 'labels' | 'test'> {
  /** Column of the class: its name in the first line, or its number from 0. Default `label`. */
  label?: string | number;
  /** Columns of the features, likewise. Default all others. */
  features?: readonly (string | number)[];
  /** Default `,`, `;` or a tab: whichever the first line has most of. */
  delimiter?: string;
  /** Whether the first line has names. Default: unless all its cells are numbers. */
  header?: boolean;
  /** Share for the test (default 0.2), or another file of the same columns. */
  test?: number | string | Uint8Array;
}

interface Sheet {
  readonly source: string;
  readonly names: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Line of the first row. */
  readonly firstLine: number;
}

/**
 * Training and test set from a CSV file (or its bytes): a class and numbers in each line; quotes as in RFC 4180,
 * decimal points, UTF-8. Scaled and coded as `fromArrays({ features })` does.
 * @throws DataFormatError naming line and column of a cell that is no number or is empty; RangeError for a column that
 * is not there
 * @example const { train, test } = await datasets.fromCsv('iris.csv', { label: 'species' })
 */
export async function fromCsv(
  file: string | Uint8Array,
  options: CsvOptions & { coding: 'latency' },
): Promise<Halves<EventDataset>>;
export async function fromCsv(
  file: string | Uint8Array,
  options?: CsvOptions & { coding?: 'rate' | 'population' },
): Promise<Halves<Dataset>>;
export async function fromCsv(
  file: string | Uint8Array,
  options: CsvOptions,
): Promise<Halves<Dataset> | Halves<EventDataset>>;
export async function fromCsv(
  file: string | Uint8Array,
  options: CsvOptions = {},
): Promise<Halves<Dataset> | Halves<EventDataset>> {
  requireObject('fromCsv()', options, "options such as { label: 'species' } as its second value");
  const { label = 'label', features, delimiter, header, test, name = nameOf(file, 'csv'), ...rest } = options;
  requireKnown('fromCsv', options, [
    'label',
    'features',
    'delimiter',
    'header',
    ...ownOptionNames.slice(1),
    ...featureOptionNames,
  ]);
  const sheet = readSheet(await bytesOf(file), typeof file === 'string' ? file : name, delimiter, header);
  const labelColumn = columnOf(sheet, label);
  const featureColumns =
    features?.map((column) => columnOf(sheet, column)) ?? sheet.names.map((_, n) => n).filter((n) => n !== labelColumn);
  const unnamed = features ? undefined : featureColumns.find((column) => sheet.names[column] === '');
  if (unnamed !== undefined)
    throw new RangeError(
      `${sheet.source}: column ${unnamed} has no name, as an index that pandas writes or a comma at the end of the lines: name the columns of the features, features: [${featureColumns
        .filter((column) => column !== unnamed)
        .slice(0, 3)
        .map((column) => JSON.stringify(sheet.names[column]))
        .join(', ')}, …], or write the file without it`,
    );
  if (featureColumns.includes(labelColumn))
    throw new RangeError(`${sheet.source}: ${label} is the label; leave it out of the features`);
  const part = (from: Sheet): { features: number[][]; labels: string[] } => ({
    features: from.rows.map((_, row) => featureColumns.map((column) => numberAt(from, row, column))),
    labels: from.rows.map((cells, row) => cells[labelColumn] || emptyCell(from, row, labelColumn)),
  });
  const other =
    typeof test === 'string' || test instanceof Uint8Array
      ? readSheet(await bytesOf(test), typeof test === 'string' ? test : `${name}/test`, delimiter, header)
      : undefined;
  if (other && other.names.join('\n') !== sheet.names.join('\n'))
    throw new RangeError(
      `${other.source} has other columns (${other.names.join(', ')}) than ${sheet.source} (${sheet.names.join(', ')})`,
    );
  const share = typeof test === 'number' ? { test } : {};
  const whole = part(sheet);
  requireClasses(sheet, whole.labels, label);
  return fromFeatures({ ...rest, ...whole, name, ...share, ...(other && { test: part(other) }) });
}

/** Fractions that hardly come twice are measurements; each would become a class of its own. */
function requireClasses({ source }: Sheet, labels: readonly string[], label: string | number): void {
  const distinct = new Set(labels);
  const fractions = labels.every(isDecimal) && labels.some((one) => !Number.isInteger(Number(one)));
  if (fractions && 2 * distinct.size > labels.length)
    throw new RangeError(
      `${source}: label ${label} has ${distinct.size} different fractions in ${labels.length} lines, a measurement and no class: choose another column, or write names of ranges into it`,
    );
}

function readSheet(
  bytes: Uint8Array,
  source: string,
  delimiter: string | undefined,
  header: boolean | undefined,
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
  const lines = dsvFormat(separator)
    .parseRows(text)
    .map((cells) => cells.map((cell) => cell.trim()));
  while (lines.length > 0 && isEmpty(lines[lines.length - 1])) lines.pop();
  if (lines.length === 0) throw new DataFormatError(`${source}: no line in it`);
  const named = header ?? !lines[0].every((cell) => cell !== '' && Number.isFinite(Number(cell)));
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
  return { source, names, rows, firstLine };
}

/** As programs write numbers. */
const isDecimal = (cell: string): boolean => /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(cell);

const count = (text: string, character: string): number => text.split(character).length - 1;
const isEmpty = (cells: readonly string[]): boolean => cells.length === 1 && cells[0] === '';

function columnOf({ source, names }: Sheet, column: string | number): number {
  const place = typeof column === 'number' ? column : names.indexOf(column);
  if (Number.isInteger(place) && place >= 0 && place < names.length) return place;
  const near = typeof column === 'string' ? guess(column, names) : '';
  throw new RangeError(`${source} has no column ${JSON.stringify(column)}: ${near}It has ${names.join(', ')}`);
}

function numberAt(sheet: Sheet, row: number, column: number): number {
  const cell = sheet.rows[row][column];
  if (cell === '') return emptyCell(sheet, row, column);
  const value = isDecimal(cell) ? Number(cell) : NaN; // Number() would take 0x10 as well
  if (Number.isFinite(value)) return value;
  const comma = /^[-+]?\d+,\d+$/.test(cell) ? ': write decimal points' : '';
  throw new DataFormatError(`${place(sheet, row, column)} is ${JSON.stringify(cell)}, no number${comma}`);
}

function emptyCell(sheet: Sheet, row: number, column: number): never {
  throw new DataFormatError(`${place(sheet, row, column)} is empty: leave the line out, or fill it in`);
}

/** Lines are counted as rows of cells: a cell with line breaks in it counts once. */
const place = ({ source, names, firstLine }: Sheet, row: number, column: number): string =>
  `${source}: line ${firstLine + row}, column ${names[column]}`;
