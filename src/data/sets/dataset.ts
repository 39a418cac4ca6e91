import { sha256 } from '#data-platform';
import { requireKnown } from '../../network/known.js';
import { requireFlag, requireList, requireObject } from '../../network/require.js';
import { type Choosing, LabelledSet, requireIndices, requireSet } from './labelled.js';

/** A labelled set of grey images, one byte a pixel, ready for the Poisson encoder. Made by {@link createDataset}. */
export interface Dataset extends Iterable<Sample>, Choosing<Dataset> {
  /** For instance `mnist/train`. */
  readonly name: string;
  /** Shape of one sample, for instance `[28, 28]` or `[channels, rows, columns]`. */
  readonly shape: readonly number[];
  /** Inputs of one sample: the product of `shape`. */
  readonly inputs: number;
  readonly length: number;
  readonly classNames: readonly string[];
  /** `[length, inputs]`, 0..255. */
  readonly pixels: Uint8Array;
  /** `[length]`, class index of each sample. */
  readonly labels: Uint8Array;
  /** The set holds features as populations of inputs: its shape `[features, fields]` is that of no image. */
  readonly population?: boolean;
  /** sha256 of pixels followed by labels, lower-case hexadecimal; computed when first asked for. */
  readonly sha256: string;
  /** One sample. Throws RangeError outside 0 .. length-1. */
  at(index: number): Sample;
  /** A view on samples `from` (inclusive) to `to` (exclusive, at most `length`); no copy. */
  slice(from: number, to?: number): Dataset;
}

/** One image with its label. */
export interface Sample {
  readonly pixels: Uint8Array;
  readonly shape: readonly number[];
  readonly label: number;
  /** Position in the set that gave it. */
  readonly index: number;
  readonly dataset: string;
}

export interface DatasetParts {
  name: string;
  shape: readonly number[];
  classNames: readonly string[];
  /** `[length, inputs]`, 0..255. */
  pixels: Uint8Array;
  /** `[length]`, each below the number of class names. */
  labels: Uint8Array;
  /** Whether each row of the shape is one feature, coded by a population. Default false. */
  population?: boolean;
}

/**
 * Joins images and labels into a data set, without copying either.
 * @throws RangeError when lengths do not fit together, a label has no class, there is no sample, pixels and labels are
 * no bytes, or a part does not exist
 */
export function createDataset(parts: DatasetParts): Dataset {
  requireObject('createDataset()', parts, '{ name, shape, classNames, pixels, labels }');
  // A set with other pixels, `{ ...set, pixels }`, has its `inputs` too: they follow from the shape.
  requireKnown('createDataset()', parts, ['name', 'shape', 'classNames', 'pixels', 'labels', 'population', 'inputs']);
  const { name, shape, classNames, pixels, labels, population = false } = parts;
  requireFlag('createDataset({ population })', population);
  requireList('createDataset({ shape })', shape, 'a list such as [28, 28]');
  requireList('createDataset({ classNames })', classNames, 'a list of names');
  requireBytes(name, 'pixels', pixels);
  requireBytes(name, 'labels', labels);
  const inputs = shape.reduce((a, b) => a * b, 1);
  if (shape.length === 0 || !shape.every((size) => Number.isInteger(size) && size > 0)) {
    throw new RangeError(`${name}: shape [${shape.join(', ')}] must be positive integers, for instance [28, 28]`);
  }
  if (labels.length === 0) throw new RangeError(`${name}: the set is empty: give at least one sample`);
  if (classNames.length < 2 || classNames.length > 256) {
    throw new RangeError(`${name}: ${classNames.length} classes: labels are bytes, so give 2 to 256 class names`);
  }
  if (pixels.length !== labels.length * inputs) {
    throw new RangeError(
      `${name}: ${pixels.length} pixels are ${pixels.length / inputs} images of ${inputs}, but there are ${labels.length} labels: take both from the same part of the set`,
    );
  }
  const bad = labels.findIndex((label) => label >= classNames.length);
  if (bad >= 0) {
    throw new RangeError(
      `${name}: label ${labels[bad]} of sample ${bad} is not a class: there are ${classNames.length}, counted from 0`,
    );
  }
  const [form, names] = [Object.freeze([...shape]), Object.freeze([...classNames])];
  return new ImageDataset(name, form, inputs, names, pixels, labels, population);
}

/** Other arrays would be read as if they were bytes: 0.5 and NaN as 0, 300 as 44. */
function requireBytes(name: string, what: string, array: Uint8Array): void {
  if (array instanceof Uint8Array) return;
  const kind = (array as object | null)?.constructor?.name ?? String(array);
  throw new RangeError(
    `${name}: ${what} is a ${kind}, not a Uint8Array of bytes 0 .. 255: datasets.fromArrays checks and scales other numbers`,
  );
}

class ImageDataset extends LabelledSet<Dataset> implements Dataset {
  #digest: string | undefined;

  constructor(
    readonly name: string,
    readonly shape: readonly number[],
    readonly inputs: number,
    readonly classNames: readonly string[],
    readonly pixels: Uint8Array,
    readonly labels: Uint8Array,
    readonly population: boolean,
  ) {
    super();
    Object.freeze(this);
  }

  get length(): number {
    return this.labels.length;
  }

  get sha256(): string {
    return (this.#digest ??= sha256(this.pixels, this.labels));
  }

  at(index: number): Sample {
    this.#requireIndex(index);
    const pixels = this.pixels.subarray(index * this.inputs, (index + 1) * this.inputs);
    return { pixels, shape: this.shape, label: this.labels[index], index, dataset: this.name };
  }

  slice(from: number, to = this.length): Dataset {
    if (!Number.isInteger(from) || !Number.isInteger(to) || from < 0 || from >= to || to > this.length) {
      throw new RangeError(
        `${this.name}: slice(${from}, ${to}) must take at least one of the samples 0 .. ${this.length - 1}`,
      );
    }
    if (from === 0 && to === this.length) return this;
    return new ImageDataset(
      `${this.name}[${from}:${to}]`,
      this.shape,
      this.inputs,
      this.classNames,
      this.pixels.subarray(from * this.inputs, to * this.inputs),
      this.labels.subarray(from, to),
      this.population,
    );
  }

  subset(indices: ArrayLike<number>): Dataset {
    requireIndices(this.name, indices);
    const pixels = new Uint8Array(indices.length * this.inputs);
    const labels = new Uint8Array(indices.length);
    for (let k = 0; k < indices.length; k++) {
      const index = indices[k];
      this.#requireIndex(index);
      pixels.set(this.pixels.subarray(index * this.inputs, (index + 1) * this.inputs), k * this.inputs);
      labels[k] = this.labels[index];
    }
    return new ImageDataset(
      `${this.name}{${indices.length}}`,
      this.shape,
      this.inputs,
      this.classNames,
      pixels,
      labels,
      this.population,
    );
  }

  *[Symbol.iterator](): Iterator<Sample> {
    for (let index = 0; index < this.length; index++) yield this.at(index);
  }

  #requireIndex(index: number): void {
    if (!Number.isInteger(index) || index < 0 || index >= this.length) {
      throw new RangeError(`${this.name}: sample ${index} does not exist: samples are 0 .. ${this.length - 1}`);
    }
  }
}

/** Number of samples of each class, `[classes]`: a plain list, as a typed one would round what `map` makes of it. */
export function classCounts(dataset: Pick<Dataset, 'labels' | 'classNames'>): number[] {
  requireSet('classCounts()', dataset);
  const counts = dataset.classNames.map(() => 0);
  for (const label of dataset.labels) counts[label]++;
  return counts;
}
