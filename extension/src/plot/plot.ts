import type { Theme } from './theme.js';

/** CSS pixels from the top left corner of the canvas. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What the cursor reads: the content of the tooltip and of the announcement to screen readers. */
export interface Reading {
  readonly at: Point;
  readonly title: string;
  readonly lines: readonly { readonly label: string; readonly value: string; readonly series?: number }[];
}

/**
 * A picture with a view that can be moved. It knows nothing of the page: `PlotWidget` gives it a canvas and passes on what the user does.
 * Methods that move something tell whether anything changed.
 */
export interface Plot<Payload> {
  /** Takes a checked payload, the first or the next of a live plot; keeps the view where that makes sense. @throws PayloadError */
  setPayload(payload: Payload): void;
  /** One line for screen readers, where the output has no text of its own. */
  summary(): string;
  /** Arranges everything for a width; returns the height. `measure` gives the width of a label. */
  layout(width: number, measure: (text: string) => number): number;
  paint(context: CanvasRenderingContext2D, theme: Theme, ratio: number): void;
  paintCursor(context: CanvasRenderingContext2D, theme: Theme): void;
  /** Puts the cursor at a point; none removes it. */
  inspect(point?: Point): Reading | undefined;
  /** Moves the cursor by a number of data cells; places it first if there is none. */
  step(right: number, down: number): Reading | undefined;
  /** Magnifies by `factor` around a point, the cursor or the middle. */
  zoom(factor: number, at?: Point): boolean;
  /** Moves the content by pixels. `from` is where the drag began. */
  pan(right: number, down: number, from?: Point): boolean;
  /** Whether a drag from here moves the view (an axis) rather than selects. */
  isAxis(at: Point): boolean;
  /** What a drag between two points selects, if anything. */
  selection(from: Point, to: Point): Box | undefined;
  /** Shows only what `selection` showed. */
  zoomTo(from: Point, to: Point): boolean;
  reset(): boolean;
  isZoomed(): boolean;
}
