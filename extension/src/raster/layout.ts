import type { Range } from '../plot/range.js';

/** Where things stand, in CSS pixels from the top left corner of the canvas. */
export interface RasterLayout {
  readonly width: number;
  readonly height: number;
  /** Left and right end of every panel. */
  readonly x: Range;
  /** Baseline of the title, if there is one. */
  readonly title?: number;
  /** One for each layer, from the input down. */
  readonly panels: readonly Panel[];
  /** The firing-rate histogram below them. */
  readonly rates: Panel;
  /** Baseline of the time axis' title. */
  readonly axisTitle: number;
  /** Baseline of the note, if there is one. */
  readonly note?: number;
}

/** Baseline of the panel's heading, and its upper and lower edge. */
export interface Panel {
  readonly heading: number;
  readonly y: Range;
}

const headingHeight = 20;
const ratesHeight = 58;
/** All layers together get about this much at most: a plot should fit a screen. */
const mostLayersHeight = 460;
/** Layers of up to so many rows get room for a label in each. */
const labelledRows = 16;
const labelledRowHeight = 12;
/** Right of the panels; with labelled rows there are firing counts in it. */
const rightMargin = 14;
const countsMargin = 40;

/**
 * Height of a layer's panel in pixels. Grows with the logarithm of its rows; rows get whole pixels, or pixels whole rows, so that
 * none looks denser than its neighbour.
 */
export function layerHeight(rows: number, scale = 1): number {
  if (rows <= labelledRows) return Math.max(1, rows) * Math.max(4, Math.round(labelledRowHeight * scale));
  const target = (24 + 36 * Math.log10(rows)) * scale;
  return target >= rows ? rows * Math.round(target / rows) : Math.ceil(rows / Math.round(rows / target));
}

/**
 * Arranges a raster: title, layers from top to bottom, firing rates, time axis, note.
 * @param rowCounts rows of each layer: neurons, or groups of joined neurons
 */
export function layoutRaster(
  width: number,
  gutter: number,
  rowCounts: readonly number[],
  parts: { title: boolean; note: boolean },
): RasterLayout {
  const total = rowCounts.reduce((sum, rows) => sum + layerHeight(rows), 0);
  const scale = Math.min(1, mostLayersHeight / Math.max(1, total));
  let y = parts.title ? 26 : 4;
  const panel = (height: number): Panel => {
    const top = y + headingHeight;
    y = top + height + 4;
    return { heading: top - 6, y: { from: top, to: top + height } };
  };
  const panels = rowCounts.map((rows) => panel(layerHeight(rows, scale)));
  const rates = panel(ratesHeight);
  const axisTitle = y + 28;
  const note = parts.note ? axisTitle + 20 : undefined;
  const right = width - (rowCounts.some((rows) => rows <= labelledRows) ? countsMargin : rightMargin);
  return {
    width,
    height: (note ?? axisTitle) + 8,
    x: { from: gutter, to: Math.max(gutter + 40, right) },
    ...(parts.title && { title: 16 }),
    panels,
    rates,
    axisTitle,
    ...(note !== undefined && { note }),
  };
}
