/** A table in a text file as a data set. */
import { requireList, requireObject } from '../../network/require.js';
import { requireKnown } from '../../network/known.js';
import { DataFormatError } from '../formats/idx.js';
import type { Dataset } from '../sets/dataset.js';
import type { EventDataset } from '../sets/events.js';
import { bytesOf, nameOf } from './files.js';
import { type FeatureOptions, featureOptionNames, fromFeatures, type Halves } from './from-features.js';
import { isMissing, isDecimal } from './texts.js';
import { withoutClass } from './labels.js';
import { type OwnOptions, ownOptionNames, requireTest, testFile } from './parts.js';
import { type Column, columnOf, emptyCell, numberAt, placeOf, readSheet, type Sheet } from './sheet.js';

export interface CsvOptions extends FeatureOptions, Omit<OwnOptions<never>, 'labels' | 'test'> {
  /** Column of the class: its name in the first line, or its number from 0. Default `label`. */
  label?: Column;
  /** Columns of the features, likewise. Default all others. */
  features?: readonly Column[];
  /** Default `,`, `;` or a tab: whichever the first line has most of. */
  delimiter?: string;
  /** Whether the first line has names. Default: seen from the line; where it can be either, the option must say so. */
  header?: boolean;
  /** Share for the test (default 0.2), or another file of the same columns. */
  test?: number | string | Uint8Array;
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
  if (features !== undefined) requireList('fromCsv: features', features, "a list of columns, such as ['x', 'y']");
  if (rest.classNames !== undefined) requireList('fromCsv: classNames', rest.classNames, 'a list of names');
  requireTest('fromCsv', test, testFile);
  const asked = { label, ...(features && { features }) };
  const sheet = readSheet(await bytesOf(file), typeof file === 'string' ? file : name, delimiter, header, asked);
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
  const twice = featureColumns.find((column, n) => featureColumns.indexOf(column) !== n);
  if (twice !== undefined || featureColumns.length === 0)
    throw new RangeError(
      `${sheet.source}: the features ${twice === undefined ? 'are no column at all' : `name column ${sheet.names[twice]} twice`}: name each column that is one`,
    );
  if (featureColumns.includes(labelColumn))
    throw new RangeError(`${sheet.source}: ${label} is the label; leave it out of the features`);
  const part = (from: Sheet): { features: number[][]; labels: string[] } => ({
    features: from.rows.map((_, row) => featureColumns.map((column) => numberAt(from, row, column))),
    labels: from.rows.map((_, row) => labelAt(from, row, labelColumn, rest.classNames)),
  });
  const other = testFile.is(test)
    ? readSheet(await bytesOf(test), typeof test === 'string' ? test : `${name}/test`, delimiter, sheet.named, asked)
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

/** @throws DataFormatError for a cell that is empty, or says that its value is missing and is the name of no class */
function labelAt(sheet: Sheet, row: number, column: number, names: readonly string[] = []): string {
  const cell = sheet.rows[row][column];
  if (cell === '') return emptyCell(sheet, row, column);
  if (isMissing(cell) && !names.includes(cell))
    throw new DataFormatError(`${placeOf(sheet, row, column)} is ${withoutClass(cell)}`);
  return cell;
}

/** Fractions that hardly come twice are measurements; each would become a class of its own. */
function requireClasses({ source }: Sheet, labels: readonly string[], label: Column): void {
  const distinct = new Set(labels);
  const fractions = labels.every(isDecimal) && labels.some((one) => !Number.isInteger(Number(one)));
  if (fractions && 2 * distinct.size > labels.length)
    throw new RangeError(
      `${source}: label ${label} has ${distinct.size} different fractions in ${labels.length} lines, a measurement and no class: choose another column, or write names of ranges into it`,
    );
}
