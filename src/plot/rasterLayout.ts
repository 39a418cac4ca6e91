/** Where the panels of a raster stand, in whole CSS pixels. */
import type { RasterLayer, RasterPayload } from './payload.js';
import { colors, pageWidth, pixelScale } from './style.js';

export interface Panel {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** Neighbouring rows of the payload drawn as one, where there are more than lines of pixels. */
  readonly rowsPerLine: number;
  /** Height of such a line, device pixels. */
  readonly lineHeight: number;
  /** Steps along the panel's width. */
  readonly steps: number;
  readonly color: string;
}

export interface RasterLayout {
  readonly width: number;
  readonly height: number;
  /** Height of the title's line, 0 without one. */
  readonly titleHeight: number;
  /** One for each layer. */
  readonly panels: readonly Panel[];
}

/** Height of the line above a panel that names its layer. */
export const headerHeight = 20;
const gap = 12;
const axisHeight = 40;
const noteHeight = 18;
const rightMargin = 40; // room for firing counts
/** Height of a panel of many neurons. */
const densePanel = 160;
/** Most of the panels together; more layers make each lower. */
const heightForPanels = 640;

export function layoutRaster(payload: RasterPayload): RasterLayout {
  const titleHeight = rasterTitle(payload) ? 30 : 6;
  const left = Math.max(
    44,
    ...payload.layers.map((layer, index) =>
      Math.ceil(
        Math.max(
          0,
          ...rowLabels(layer, index === payload.layers.length - 1).map(
            (name) => 16 + 6.5 * Math.min(18, [...name].length),
          ),
        ),
      ),
    ),
  );
  const wanted = payload.layers.map((layer) => lines(layer, densePanel));
  const total = wanted.reduce((sum, { height }) => sum + height, 0);
  const shrink = Math.min(1, heightForPanels / total);
  let top = titleHeight;
  const panels = payload.layers.map((layer, index) => {
    const panel = {
      left,
      top: top + headerHeight,
      width: pageWidth - left - rightMargin,
      ...(shrink === 1 ? wanted[index] : lines(layer, Math.max(16, wanted[index].height * shrink))),
      steps: payload.steps,
      color: layerColor(index, payload.layers.length),
    };
    top = panel.top + panel.height + gap;
    return panel;
  });
  return { width: pageWidth, height: top - gap + axisHeight + (payload.note ? noteHeight : 0), titleHeight, panels };
}

/** Lines of equal height in whole pixels, so that no row looks denser than its neighbour; about `target` CSS pixels together. */
function lines(layer: RasterLayer, target: number): { height: number; rowsPerLine: number; lineHeight: number } {
  const rows = Math.max(1, Math.ceil(layer.neurons / layer.neuronsPerRow));
  const pixels = target * pixelScale;
  const rowsPerLine = Math.ceil((2 * rows) / pixels); // a line has at least two device pixels
  const count = Math.ceil(rows / rowsPerLine);
  const lineHeight = Math.max(2, Math.floor(Math.min(pixels / count, rows === 1 ? 40 : 28)));
  return { height: Math.ceil((count * lineHeight) / pixelScale), rowsPerLine, lineHeight };
}

/** Title of the whole picture; empty for none. */
export function rasterTitle(payload: RasterPayload): string {
  if (payload.title !== undefined) return payload.title;
  const parts = [
    payload.label !== undefined && `label ${payload.label}`,
    payload.prediction !== undefined && `predicted ${payload.prediction}`,
  ];
  return parts.filter((part) => part !== false).join(' · ');
}

/** Up to this many rows are labelled one by one and get their firing count; more in the output, where rows are classes. */
const labelledRows = 26;
const labelledClasses = 64;

/** Labels of single rows: names or numbers in a small layer, none in a large one. */
export function rowLabels(layer: RasterLayer, output: boolean): readonly string[] {
  if (layer.neurons > (output ? labelledClasses : labelledRows) || layer.neuronsPerRow > 1) return [];
  return layer.neuronNames ?? Array.from({ length: layer.neurons }, (_, n) => String(n));
}

/** Input grey, output vermilion, hidden layers in turn. */
function layerColor(index: number, layers: number): string {
  if (layers > 1 && index === 0) return '#4d4d4d';
  if (layers > 1 && index === layers - 1) return colors.vermilion;
  const hidden = [colors.blue, colors.green, colors.purple];
  return hidden[(index - (layers > 1 ? 1 : 0)) % hidden.length];
}
