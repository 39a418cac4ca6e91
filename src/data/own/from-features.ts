/** Rows of numbers, or images of bytes, to training and test set. */
import { requireChoice, requireInteger } from '../../network/require.js';
import { requireKnown } from '../../network/known.js';
import { latencySpikes, populationBytes, rateByte } from '../encode/features.js';
import { type FittedScale, fitScale, type Scale, scaled } from '../encode/scale.js';
import { createEventDataset } from '../formats/event-packer.js';
import { createDataset, type Dataset } from '../sets/dataset.js';
import type { EventDataset } from '../sets/events.js';
import { classesOf } from './labels.js';
import { type Numbers, rowsOf, type Table, tableOf } from './numbers.js';
import { chooseTest, type OwnOptions, ownOptionNames, report, requireLabels } from './parts.js';

export const codings = ['rate', 'population', 'latency'] as const;
export type Coding = (typeof codings)[number];

export interface FeatureOptions {
  /** How values become 0 .. 1; fitted on the training part and carried to the test part. Default `minmax`. */
  scale?: Scale;
  /**
   * `rate`: one input a feature, which fires in proportion to the value. `population`: `fields` inputs a feature, each
   * for values near its own. `latency`: one spike a feature, the earlier the larger. Default `population` for fewer
   * than 32 features, else `rate`.
   */
  coding?: Coding;
  /** Inputs for each feature with `population`, 2 .. 64. Default 10. */
  fields?: number;
  /** T of `latency`, 3 .. 4096 steps. Default 100. */
  steps?: number;
  /** Of one sample's features with `rate` or `latency`, for instance `[1, 16, 16]`. Default as given. */
  shape?: readonly number[];
}
export const featureOptionNames = ['scale', 'coding', 'fields', 'steps', 'shape'];

export interface FeatureParts
  extends FeatureOptions, OwnOptions<{ features: Numbers; labels: OwnOptions<never>['labels'] }> {
  /** `[samples, features]`: any finite numbers. */
  features: Numbers;
}
export interface ImageParts extends OwnOptions<{ images: Numbers; labels: OwnOptions<never>['labels'] }> {
  /** `[samples, pixels]` or `[samples, rows, columns]`: whole numbers 0 .. 255. */
  images: Numbers;
  /** Of one image, for instance `[28, 28]` or `[channels, rows, columns]`. Default as given. */
  shape?: readonly number[];
}

/** Training and test part of one kind of set. */
export interface Halves<Set> {
  readonly name: string;
  readonly train: Set;
  readonly test: Set;
}

/** A table with its labels, in its two parts. */
interface Divided {
  readonly name: string;
  readonly classNames: readonly string[];
  readonly train: { readonly table: Table; readonly labels: Uint8Array };
  readonly test: { readonly table: Table; readonly labels: Uint8Array };
}

/** @throws RangeError naming the sample and value that does not fit, or the option */
export function fromFeatures(parts: FeatureParts): Halves<Dataset> | Halves<EventDataset> {
  requireKnown('fromArrays({ features })', parts, ['features', ...ownOptionNames, ...featureOptionNames]);
  const { features, test } = parts;
  const own = typeof test === 'object' ? { given: test.features, labels: test.labels } : undefined;
  const data = divide('feature', features, parts, own);
  const { columns, shape } = data.train.table;
  const coding = requireChoice('coding', parts.coding ?? (columns < 32 ? 'population' : 'rate'), codings);
  const scale = parts.scale ?? 'minmax';
  const fitted = fitScale(data.name, scale, data.train.table);
  report(parts.quiet, told(data, scale, fitted, coding));
  const only = { fields: 'population', steps: 'latency' } as const;
  for (const [option, of] of Object.entries(only) as ['fields' | 'steps', Coding][])
    if (parts[option] !== undefined && coding !== of)
      throw new RangeError(
        `${data.name}: ${option} is of coding '${of}', this is '${coding}': leave it out, or write coding: '${of}'`,
      );
  if (parts.shape && coding === 'population')
    throw new RangeError(
      `${data.name}: a shape is of coding 'rate' or 'latency', this is 'population' (${columns} features): write one of them`,
    );
  if (coding === 'latency') {
    const steps = requireInteger('steps', parts.steps ?? 100, 3, 4096);
    return halves(data, (name, { table, labels }) => {
      const samples = Array.from(labels, (label, n) => ({
        label,
        spikes: latencySpikes(row(table, fitted, n), steps),
      }));
      return createEventDataset({ name, shape, steps, classNames: data.classNames, samples });
    });
  }
  const fields = coding === 'population' ? requireInteger('fields', parts.fields ?? 10, 2, 64) : 1;
  return halves(data, (name, { table, labels }) => {
    const pixels = new Uint8Array(table.rows * columns * fields);
    for (let n = 0; n < table.rows; n++)
      row(table, fitted, n).forEach((value, j) => {
        const at = (n * columns + j) * fields;
        if (coding === 'rate') pixels[at] = rateByte(value);
        else pixels.set(populationBytes(value, fields), at);
      });
    return createDataset({
      name,
      shape: coding === 'rate' ? shape : [columns, fields],
      classNames: data.classNames,
      pixels,
      labels,
      population: coding === 'population',
    });
  });
}

/** @throws RangeError naming the pixel that is no byte */
export function fromImages(parts: ImageParts): Halves<Dataset> {
  requireKnown('fromArrays({ images })', parts, ['images', 'shape', ...ownOptionNames]);
  const { images, test } = parts;
  const own = typeof test === 'object' ? { given: test.images, labels: test.labels } : undefined;
  const data = divide('pixel', images, parts, own);
  return halves(data, (name, { table, labels }) => {
    const { rows, columns, shape } = table;
    const pixels = new Uint8Array(rows * columns);
    for (let n = 0; n < rows; n++)
      for (let j = 0; j < columns; j++) {
        const value = table.at(n, j);
        if (!Number.isInteger(value) || value < 0 || value > 255)
          throw new RangeError(
            `${name}: pixel ${j} of sample ${n} is ${value}, no byte 0 .. 255: give such images as { features, scale: [low, high], coding: 'rate' }`,
          );
        pixels[n * columns + j] = value;
      }
    return createDataset({ name, shape, classNames: data.classNames, pixels, labels });
  });
}

function divide(
  what: string,
  given: Numbers,
  { labels, name = 'own', classNames, test, seed, shape }: OwnOptions<unknown> & { shape?: readonly number[] },
  own: { given: Numbers; labels: OwnOptions<never>['labels'] } | undefined,
): Divided {
  const table = tableOf(name, what, given, shape);
  requireLabels(name, table.rows, labels.length);
  const classes = classesOf(name, labels, classNames);
  if (own) {
    const other = tableOf(`${name}/test`, what, own.given, shape);
    requireLabels(`${name}/test`, other.rows, own.labels.length);
    if (other.columns !== table.columns)
      throw new RangeError(
        `${name}: ${table.columns} ${what}s in the training part, ${other.columns} in the test part`,
      );
    const tested = classesOf(`${name}/test`, own.labels, classes.classNames);
    return {
      name,
      classNames: classes.classNames,
      train: { table, labels: classes.labels },
      test: { table: other, labels: tested.labels },
    };
  }
  const part = (numbers: number[]): Divided['train'] => ({
    table: rowsOf(table, numbers),
    labels: Uint8Array.from(numbers, (n) => classes.labels[n]),
  });
  const [first, second] = chooseTest(name, classes.labels, test as number | undefined, seed);
  return { name, classNames: classes.classNames, train: part(first), test: part(second) };
}

function halves<Set>(data: Divided, make: (name: string, part: Divided['train']) => Set): Halves<Set> {
  const { name } = data;
  return { name, train: make(`${name}/train`, data.train), test: make(`${name}/test`, data.test) };
}

const row = (table: Table, fitted: FittedScale, n: number): number[] =>
  Array.from({ length: table.columns }, (_, j) => scaled(fitted, j, table.at(n, j)));

function told(
  { name, classNames, train, test }: Divided,
  scale: Scale,
  { low, high }: FittedScale,
  coding: Coding,
): string {
  const { columns } = train.table;
  let outside = 0;
  for (let n = 0; n < test.table.rows; n++)
    for (let j = 0; j < columns; j++) outside += Number(test.table.at(n, j) < low[j] || test.table.at(n, j) > high[j]);
  const constant = low.filter((from, j) => high[j] <= from).length;
  const round = (value: number): string => String(Number(value.toPrecision(4)));
  const ends = Array.from({ length: Math.min(columns, 4) }, (_, j) => `${round(low[j])} .. ${round(high[j])}`);
  return (
    `${name}: ${train.labels.length} + ${test.labels.length} samples, ${classNames.length} classes, ${columns} features coded as ${coding}; ` +
    `scale ${typeof scale === 'string' ? `${scale} of the training part` : 'given'}: ${ends.join(', ')}${columns > 4 ? ', …' : ''} to 0 .. 1` +
    (outside > 0 ? `; ${outside} test values outside were cut` : '') +
    (constant > 0 ? `; ${constant} features are constant and say nothing` : '')
  );
}
