/**
 * What a figure is made of: axes, marks, images and texts, in units of their data and colours by their place in the
 * theme.
 */
import type { RasterLayer, Stimulus } from './rasterSample.js';

export const figureMime = 'application/vnd.spikelab.figure.v1+json';

/** A colour of the theme: one of its series (the last is neutral), or what texts and axes have. */
export type Ink = number | 'text' | 'muted' | 'axis';
export const markShapes = ['circle', 'square', 'diamond', 'triangle-up', 'triangle-down', 'cross'] as const;
export type MarkShape = (typeof markShapes)[number];

/**
 * An axis of numbers, `from` < `to`, or of names, of which the k-th stands from k to k + 1 (downwards on the vertical
 * axis).
 */
export interface FigureAxis {
  readonly title?: string;
  readonly from: number;
  readonly to: number;
  /** Ticks at whole numbers only. */
  readonly whole?: boolean;
  readonly names?: readonly string[];
}

type Values = readonly (number | null)[];

/** Positions in units of the axes; all lists of a mark have the same length, a `null` leaves a gap. */
export type FigureMark = {
  readonly ink: Ink;
  /** In the legend; equal names share an entry. */ readonly name?: string;
} & (
  | {
      readonly type: 'line';
      readonly x: Values;
      readonly y: Values;
      readonly width: number;
      readonly look: 'solid' | 'dashed' | 'step';
    }
  | {
      readonly type: 'points';
      readonly x: Values;
      readonly y: Values;
      readonly shape: MarkShape;
      readonly radius: number;
    }
  /** Vertical lines from `low` to `high`. */
  | { readonly type: 'rules'; readonly x: Values; readonly low: Values; readonly high: Values; readonly width: number }
  /** A dashed line across the panel. */
  | { readonly type: 'level'; readonly at: number }
  | { readonly type: 'area'; readonly x: Values; readonly low: Values; readonly high: Values }
  /** Bars about `x`, `width` wide in units of the axis; a `line` is flat. */
  | {
      readonly type: 'bars';
      readonly x: Values;
      readonly low: Values;
      readonly high: Values;
      readonly width: number;
      readonly look: 'filled' | 'framed' | 'line';
    }
  /** Centred over their points. */
  | { readonly type: 'texts'; readonly x: Values; readonly y: Values; readonly texts: readonly string[] }
  /** Fields of a matrix, row by row: the stronger the nearer its share is to 1. */
  | { readonly type: 'cells'; readonly columns: number; readonly shares: Values; readonly texts: readonly string[] }
);

export interface ChartContent {
  readonly kind: 'chart';
  /** Of the panel, CSS pixels; absent: fields are square. */
  readonly height?: number;
  readonly x: FigureAxis;
  readonly y: FigureAxis;
  readonly marks: readonly FigureMark[];
}

/** Small images side by side. */
export interface TilesContent {
  readonly kind: 'tiles';
  /** Most in a row. */
  readonly columns: number;
  /** What a byte means: grey from black to white, or a sign: 128 is 0, 1 and 255 are full colour below and above. */
  readonly scale: 'grey' | 'signed';
  /** Of a sign: what full colour stands for. Default 1. */
  readonly full?: number;
  readonly tiles: readonly {
    readonly rows: number;
    readonly columns: number;
    /** Parts below each other, parted by a line. */
    readonly parts: number;
    readonly caption: string;
  }[];
  /** Bytes of all tiles, one after the other, deflated, in base64. */
  readonly pixels: string;
  readonly note?: string;
}

/** An image beside the spikes of its pixels. */
export interface EncodingContent {
  readonly kind: 'encoding';
  readonly steps: number;
  readonly stimulus: Stimulus;
  readonly layer: RasterLayer;
}

/** `application/vnd.spikelab.figure.v1+json` */
export interface FigurePayload {
  readonly version: 1;
  readonly title?: string;
  readonly subtitle?: string;
  readonly content: ChartContent | TilesContent | EncodingContent;
}
