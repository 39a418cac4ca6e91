/**
 * Distorted training images: each pixel takes its value from a place that is scaled, turned, shifted, mirrored and
 * elastically moved. The same bits on every machine: float64 in a fixed order, own exponential and cosine, streams of
 * the purpose `augmentation`. Rule: docs/numerics.md. Source: Simard, Steinkraus, Platt, "Best practices for
 * convolutional neural networks", ICDAR 2003, with the constants of the HM2-BP authors' code.
 */
import type { Augmentation } from '../../network/augmentation.js';
import { cosine } from '../../numeric/cosine.js';
import { exp } from '../../numeric/exp.js';
import { RandomStream, type SampleKey, sampleKey } from '../../numeric/random.js';

/**
 * For each pixel, `[rows, columns]` flat, the row and the column (fractions of pixels) that its value is taken from.
 */
export interface DistortionMap {
  readonly row: Float64Array;
  readonly column: Float64Array;
}

const reach = 10; // the Gaussian is cut at 10 pixels: a field of 21 x 21
const sigma = 4; // pixels

/**
 * `[21]`: one axis of the Gaussian exp(-d^2 / 2 sigma^2); the product of two is as high as the authors' after `gain`.
 */
const gaussian = Float64Array.from({ length: 2 * reach + 1 }, (_, k) =>
  exp((-(k - reach) * (k - reach)) / (2 * sigma * sigma)),
);
const gain = 1 / (2 * Math.PI * sigma);

/**
 * The map of one distortion.
 * @param key of its random numbers
 */
export function distortionMap(
  { scale, rotation, elastic, shift: most = 0, flip = false }: Augmentation,
  rows: number,
  columns: number,
  key: SampleKey,
): DistortionMap {
  const draws = new RandomStream(key, 0);
  const grow = (): number => (Math.max(0, 2 * draws.uniform() - 1) * scale) / 100;
  const [across, down] = [grow(), grow()];
  const angle = ((2 * draws.uniform() - 1) * rotation * Math.PI) / 180;
  const size = Math.abs(angle);
  const turn = { cos: cosine(size), sin: Math.sign(angle) * cosine(Math.abs(Math.PI / 2 - size)) };
  const move = (): number => (2 * draws.uniform() - 1) * most;
  const [right, below] = [move(), move()];
  const mirrored = flip && draws.uniform() < 0.5;
  const field =
    elastic > 0
      ? {
          row: smoothNoise(rows, columns, new RandomStream(key, 2)),
          column: smoothNoise(rows, columns, new RandomStream(key, 1)),
        }
      : undefined;
  const map = { row: new Float64Array(rows * columns), column: new Float64Array(rows * columns) };
  const [middleRow, middleColumn] = [Math.floor(rows / 2), Math.floor(columns / 2)];
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const k = r * columns + c;
      const [y, x] = [r - middleRow, (mirrored ? columns - 1 - c : c) - middleColumn];
      map.row[k] =
        middleRow + y * turn.cos - x * turn.sin - down * y - (field ? elastic * gain * field.row[k] : 0) - below;
      map.column[k] =
        middleColumn +
        x * turn.cos +
        y * turn.sin -
        across * x -
        (field ? elastic * gain * field.column[k] : 0) -
        right;
    }
  }
  return map;
}

/**
 * Uniform noise in -1 .. 1, one draw a pixel, under the Gaussian: first along the rows, then along the columns; 0
 * beyond the border.
 */
function smoothNoise(rows: number, columns: number, stream: RandomStream): Float64Array {
  const noise = Float64Array.from({ length: rows * columns }, () => 2 * stream.uniform() - 1);
  return smoothed(smoothed(noise, rows, columns, 1, columns), columns, rows, columns, 1);
}

/** Convolves `lines` lines of `length` values, `step` apart, with the Gaussian. */
function smoothed(values: Float64Array, lines: number, length: number, step: number, lineStep: number): Float64Array {
  const result = new Float64Array(values.length);
  for (let line = 0; line < lines; line++) {
    for (let i = 0; i < length; i++) {
      let sum = 0;
      for (let j = Math.max(0, i - reach); j <= Math.min(length - 1, i + reach); j++)
        sum += values[line * lineStep + j * step] * gaussian[j - i + reach];
      result[line * lineStep + i * step] = sum;
    }
  }
  return result;
}

/**
 * Distorts one channel: values between pixels are bilinear, 0 outside, rounded half up.
 * @param image `[rows, columns]`
 * @param into where the result goes, same shape; not `image` itself
 */
export function warp(
  image: Uint8Array,
  { row, column }: DistortionMap,
  rows: number,
  columns: number,
  into: Uint8Array,
): void {
  for (let k = 0; k < into.length; k++) {
    const top = Math.floor(row[k]);
    const left = Math.floor(column[k]);
    if (top < -1 || left < -1 || top >= rows || left >= columns) {
      into[k] = 0;
      continue;
    }
    const [v, u] = [row[k] - top, column[k] - left];
    const at = top * columns + left;
    const [hasTop, hasBottom, hasLeft, hasRight] = [top >= 0, top + 1 < rows, left >= 0, left + 1 < columns];
    const upper = (1 - u) * (hasTop && hasLeft ? image[at] : 0) + u * (hasTop && hasRight ? image[at + 1] : 0);
    const lower =
      (1 - u) * (hasBottom && hasLeft ? image[at + columns] : 0) +
      u * (hasBottom && hasRight ? image[at + columns + 1] : 0);
    into[k] = Math.floor((1 - v) * upper + v * lower + 0.5);
  }
}

/** Distorts images of a shape as a learning rule says, whatever their order. */
export class Augmenter {
  private readonly rows: number;
  private readonly columns: number;
  private kept: { epoch: number; map: DistortionMap } | undefined;

  /** @throws RangeError when samples of this shape are not images */
  constructor(
    private readonly augmentation: Augmentation,
    private readonly seed: number,
    shape: readonly number[],
  ) {
    if (shape.length !== 2 && shape.length !== 3)
      throw new RangeError(
        `augmentation distorts images, not samples of shape [${shape.join(', ')}]: leave it out, or give [rows, columns] or [channels, rows, columns]`,
      );
    [this.rows, this.columns] = shape.slice(-2);
  }

  /**
   * Distorts one image into `into`, all channels alike.
   * @param epoch counted from 0
   * @param sample number in its data set
   */
  distort(image: Uint8Array, epoch: number, sample: number, into: Uint8Array): void {
    const map = this.mapOf(epoch, sample);
    const size = this.rows * this.columns;
    for (let at = 0; at < image.length; at += size)
      warp(image.subarray(at, at + size), map, this.rows, this.columns, into.subarray(at, at + size));
  }

  private mapOf(epoch: number, sample: number): DistortionMap {
    const make = (number: number): DistortionMap =>
      distortionMap(this.augmentation, this.rows, this.columns, sampleKey(this.seed, 'augmentation', epoch, number));
    if (this.augmentation.per === 'image') return make(sample);
    if (this.kept?.epoch !== epoch) this.kept = { epoch, map: make(0) };
    return this.kept.map;
  }
}
