/** A sample of a data set, or anything with pixels. */
export interface ImageLike {
  /** Row by row, 0 (black) .. 255 (white). */
  readonly pixels: ArrayLike<number>;
  /** `[rows, columns]`; of `[channels, rows, columns]` the channels stand below each other. */
  readonly shape: readonly number[];
  readonly label?: number;
}
