/** A table in a text file as a data set. */
import { requireObject } from '../../network/require.js';
import { requireKnown } from '../../network/known.js';
import type { Dataset } from '../sets/dataset.js';
import type { EventDataset } from '../sets/events.js';
import { bytesOf, nameOf } from './files.js';
import { type FeatureOptions, featureOptionNames, fromFeatures, type Halves } from './from-features.js';
import { type OwnOptions, ownOptionNames } from './parts.js';
import { type Column, columnOf, emptyCell, isDecimal, numberAt, readSheet, type Sheet } from './sheet.js';

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
    labels: from.rows.map((cells, row) => cells[labelColumn] || emptyCell(from, row, labelColumn)),
  });
  const other =
    typeof test === 'string' || test instanceof Uint8Array
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

/** Fractions that hardly come twice are measurements; each would become a class of its own. */
function requireClasses({ source }: Sheet, labels: readonly string[], label: Column): void {
  const distinct = new Set(labels);
  const fractions = labels.every(isDecimal) && labels.some((one) => !Number.isInteger(Number(one)));
  if (fractions && 2 * distinct.size > labels.length)
    throw new RangeError(
      `${source}: label ${label} has ${distinct.size} different fractions in ${labels.length} lines, a measurement and no class: choose another column, or write names of ranges into it`,
    );
}
