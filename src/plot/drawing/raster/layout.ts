import type { Box, Range } from '../range.js';
import type { TitleLine } from './title.js';

/** Where things stand, in CSS pixels from the top left corner of the picture. */
export interface RasterLayout {
  readonly width: number;
  readonly height: number;
  /** Left and right end of every panel. */
  readonly x: Range;
  /** Where texts begin: at the panels, or in a narrow picture at its edge. */
  readonly left: number;
  readonly title: readonly TitleLine[];
  /** Where the title begins: beside the image. */
  readonly titleLeft: number;
  /** And where it ends: at the tool bar, or at the edge. */
  readonly titleRight: number;
  /** The image that the network saw. */
  readonly stimulus?: Box;
  /** One for each layer, from the input down. */
  readonly panels: readonly Panel[];
  /** The membrane of a pinned neuron. */
  readonly pinned?: Panel;
  /** The firing rates below them. */
  readonly rates: Panel;
  /** Baseline of the time axis' title. */
  readonly axisTitle: number;
  /** The counts in a brushed window, below the axis; names of classes stand under it. */
  readonly brush?: Panel;
  /** Baseline of the note, if there is one. */
  readonly note?: number;
}

/**
 * Baseline of the panel's heading, of its figures where they have a line of their own, and its upper and lower edge.
 */
export interface Panel {
  readonly heading: number;
  readonly facts?: number;
  readonly y: Range;
}

const ratesHeight = 58;
const pinnedHeight = 84;
const brushHeight = 84;
/** Side of the image beside the title, in sizes of labels. */
const stimulusSide = 4.5;
/** All layers together get about this much at most: a plot should fit a screen. */
const mostLayersHeight = 460;
/** Layers of up to so many rows get room for a label in each. */
export const labelledRows = 26;

/**
 * Height of a layer's panel in pixels. Grows with the logarithm of its rows; rows get whole pixels, or pixels whole
 * rows, so that none looks denser than its neighbour.
 * @param em size of labels, CSS pixels
 */
export function layerHeight(rows: number, scale = 1, em = 12): number {
  if (rows <= labelledRows) return Math.max(1, rows) * Math.max(4, Math.round(em * scale));
  const target = (24 + 36 * Math.log10(rows)) * scale;
  return target >= rows ? rows * Math.round(target / rows) : Math.ceil(rows / Math.round(rows / target));
}

export interface RasterParts {
  /** Parts of each line of the title. */
  readonly title: readonly TitleLine['parts'][];
  readonly note: boolean;
  /** The figures of layers do not fit beside their names. */
  readonly narrow?: boolean;
  readonly pinned?: boolean;
  readonly brush?: boolean;
  /** Width over height of the image. */
  readonly stimulus?: number;
  /** The layers take all of the height, and no less. */
  readonly stretch?: boolean;
  /** At the right end of the title, for the tool bar, CSS pixels. */
  readonly corner?: number;
}

/**
 * Arranges a raster: title, layers from top to bottom, firing rates, time axis, note.
 * @param rowCounts rows of each layer: neurons, or groups of joined neurons
 * @param margin right of the panels, where labelled rows have their firing counts
 */
export function layoutRaster(
  width: number,
  gutter: number,
  rowCounts: readonly number[],
  parts: RasterParts,
  em = 12,
  margin = Math.round(1.2 * em),
  layersHeight = mostLayersHeight,
): RasterLayout {
  const total = rowCounts.reduce((sum, rows) => sum + layerHeight(rows, 1, em), 0);
  const wanted = layersHeight / Math.max(1, total);
  const scale = parts.stretch ? wanted : Math.min(1, wanted);
  const headingHeight = Math.round(1.75 * em);
  const line = Math.round(1.5 * em);
  const title = parts.title.map((words, k) => ({ parts: words, baseline: Math.round(1.35 * em) + k * line }));
  const left = parts.narrow ? 4 : gutter;
  const image = imageBox(parts.stimulus, left, em);
  const words = title.length > 0 ? Math.round(2.2 * em) + (title.length - 1) * line : 4;
  let y = Math.max(words, image ? image.y + image.height : 0);
  // Texts begin over the labels of rows, and must not touch the first.
  const above = parts.narrow ? Math.round(0.6 * em) : 0;
  const panel = (height: number, facts = false): Panel => {
    const top = y + headingHeight + above + (facts ? line : 0);
    y = top + height + 4;
    const last = top - Math.round(em / 2) - above;
    return { heading: facts ? last - line : last, ...(facts && { facts: last }), y: { from: top, to: top + height } };
  };
  const panels = rowCounts.map((rows) => panel(layerHeight(rows, scale, em), parts.narrow));
  const pinned = parts.pinned ? panel(pinnedHeight) : undefined;
  const rates = panel(ratesHeight);
  const axisTitle = y + Math.round(2.4 * em);
  y = axisTitle;
  const brush = parts.brush ? panel(brushHeight, true) : undefined;
  if (brush) y += Math.round(1.2 * em); // names of the classes
  const note = parts.note ? y + Math.round(1.7 * em) : undefined;
  return {
    width,
    height: (note ?? y) + 8,
    x: { from: gutter, to: Math.max(gutter + 40, width - margin) },
    left,
    title,
    titleLeft: image ? image.x + image.width + em : left,
    titleRight: width - (parts.corner ?? 0),
    ...(image && { stimulus: image }),
    panels,
    ...(pinned && { pinned }),
    rates,
    axisTitle,
    ...(brush && { brush }),
    ...(note !== undefined && { note }),
  };
}

/** @param shape width over height */
function imageBox(shape: number | undefined, x: number, em: number): Box | undefined {
  if (shape === undefined) return undefined;
  const side = Math.round(stimulusSide * em);
  const width = Math.round(side * Math.min(1, shape));
  return { x, y: 4, width, height: Math.round(width / shape) };
}
