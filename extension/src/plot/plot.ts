import type { Liveness } from '../../../src/plot/drawing/curves/values.js';
import type { Pen } from '../../../src/plot/drawing/pen.js';
import type { Box, Point } from '../../../src/plot/drawing/range.js';
import type { Theme } from '../../../src/plot/drawing/theme.js';

export type { Box, Liveness, Point };

/** What the cursor reads: the content of the tooltip and of the announcement to screen readers. */
export interface Reading {
  readonly at: Point;
  readonly title: string;
  readonly lines: readonly { readonly label: string; readonly value: string; readonly series?: number }[];
}

/** Where the cursor may be sent. */
export type Jump = 'first' | 'last' | 'nextSpike' | 'previousSpike' | 'nextLayer' | 'previousLayer';

/** A table that says the same as the picture. */
export interface DataTable {
  readonly caption: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/**
 * A picture of a payload. It knows nothing of the page: `PlotWidget` gives it a canvas and passes on what the user
 * does. What only some pictures can is a part of its own.
 */
export interface Plot<Payload> {
  /** Takes a checked payload, the first or the next of a live plot; keeps the view where that makes sense. */
  setPayload(payload: Payload): void;
  /** Unpacks what is about to be drawn. @throws PayloadError */
  prepare(): void;
  /** The picture has left the screen: what can be made again may go. */
  release(): void;
  /** One line for screen readers, where the output has no text of its own. */
  summary(): string;
  table(): DataTable;
  /**
   * Arranges everything for a width; returns the height. `measure` gives the width of a label, `em` is its size;
   * `corner` is what the first lines leave free at the right, for the tool bar.
   */
  layout(width: number, measure: (text: string) => number, em: number, corner?: number): number;
  paint(context: CanvasRenderingContext2D, theme: Theme, ratio: number): void;
  /** The same for a file. @throws PayloadError for more marks than an SVG should have */
  paintSvg(pen: Pen, theme: Theme): void;
  /** The data as comma-separated values. @param all everything, not only what is in view */
  csv(all: boolean): string;
  /** Puts the cursor at a point; none removes it. */
  inspect(point?: Point): Reading | undefined;
  paintCursor(pen: Pen, theme: Theme): void;
  readonly moves?: PlotMoves;
  readonly live?: PlotLive;
  readonly work?: PlotWork;
  readonly choices?: PlotChoices;
}

/** A view that can be moved, and a cursor for the keyboard. What moves something tells whether anything changed. */
export interface PlotMoves {
  /** Moves the cursor by a number of data cells; places it first if there is none. */
  step(right: number, down: number): Reading | undefined;
  jump(where: Jump): Reading | undefined;
  /** A click that was no drag. */
  click(at: Point): boolean;
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
  /** What is in view, in words. */
  inView(): string;
}

/** A picture of something that may be under way. */
export interface PlotLive {
  /** Whether this payload says that it is. */
  isLive(): boolean;
  /** When it says that it was made, milliseconds since 1970. */
  made(): number | undefined;
  setLiveness(liveness: Liveness): void;
}

/** Parts of a plot that the user switches on and off. */
export interface PlotChoices {
  /** Empty where there is nothing to choose. */
  list(): readonly { readonly label: string; readonly shown: boolean }[];
  /** Switches the one at this place of the list. */
  toggle(index: number): boolean;
}

/** What a plot gets from the page around it. */
export interface PlotServices {
  /** Asks the kernel. Rejects with a sentence for the user. */
  ask(target: string, question: Readonly<Record<string, string | number>>): Promise<unknown>;
  /** Something has come that must be drawn. */
  changed(): void;
}

/** A stretch of time of so many steps. */
export interface TimeWindow {
  readonly steps: number;
  readonly from: number;
  readonly to: number;
}

/** Several samples in one plot. */
export interface SampleChoice {
  readonly count: number;
  readonly index: number;
  /** Of the sample that is shown: what it is, and what the network said. */
  readonly text: string;
}

/** Working in a plot: pinning, brushing, choosing samples, one stretch of time for several, another height. */
export interface PlotWork {
  connect(services: PlotServices): void;
  /** Pins what the cursor is on, or lets it go; the words say what happened. */
  pinAtCursor(): Reading | undefined;
  /** Brushes the time between two points. */
  brush(from: Point, to: Point): boolean;
  /** Begins a brushed window at the cursor, or ends it there. */
  brushAtCursor(): Reading | undefined;
  /** Takes pin and brushed window away. */
  clear(): boolean;
  samples(): SampleChoice;
  showSample(index: number): boolean;
  time(): TimeWindow;
  showTime(window: TimeWindow): boolean;
  /** CSS pixels of all layers together. */
  height(): number;
  setHeight(pixels: number): boolean;
}

/** What makes a widget of a kind of plot. */
export interface WidgetOptions<Payload> {
  readonly mimeType: string;
  /** For screen readers: `spike raster`. */
  readonly role: string;
  readonly create: () => Plot<Payload>;
  /** Checks what came with the notebook. @throws PayloadError */
  readonly parse: (value: unknown) => Payload;
}
