/** A labelled set of grey images, one byte a pixel, ready for the Poisson encoder. */
export interface Dataset {
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
  /** sha256 of pixels followed by labels, lower-case hexadecimal. */
  readonly sha256: string;
  /** One sample. Throws RangeError outside 0 .. length-1. */
  at(index: number): Sample;
  /** A view on samples `from` (inclusive) to `to` (exclusive); no copy. */
  slice(from: number, to?: number): Dataset;
}

/** One image with its label. */
export interface Sample {
  readonly pixels: Uint8Array;
  readonly shape: readonly number[];
  readonly label: number;
  readonly index: number;
  readonly dataset: string;
}
