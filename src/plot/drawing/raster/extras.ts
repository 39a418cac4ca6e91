/** What the user adds to a raster while looking at it. */

/** A neuron that the user has chosen. */
export interface Pinned {
  readonly layer: number;
  /** Row of the plot, which is that of a single neuron where there is a potential. */
  readonly row: number;
  /** `[steps]`, after each step; 0 where it fired. */
  readonly potential?: ArrayLike<number>;
  /** In place of a potential: why there is none, or that it is on its way. */
  readonly words?: string;
}

/** A window of time: steps `from` .. `to` - 1. */
export interface Brush {
  readonly from: number;
  readonly to: number;
}

/** Which of that takes room. */
export interface RasterExtras {
  readonly pinned?: boolean;
  readonly brush?: boolean;
  /** The height is not the most, but what was asked for. */
  readonly stretch?: boolean;
  /** At the right end of the title, for the tool bar, CSS pixels. */
  readonly corner?: number;
}
