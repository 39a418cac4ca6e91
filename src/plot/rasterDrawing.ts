/**
 * A raster payload to pixels: resvg draws the frame and the text, the spikes are written straight into the pixels
 * (a hundred thousand SVG elements would take seconds).
 */
import { drawRaster as drawFrame } from './drawing/raster/draw.js';
import { layerSeries, unpackLayers, type DrawnLayer } from './drawing/raster/layer.js';
import type { RasterLayout } from './drawing/raster/layout.js';
import { arrangeRaster, ratesOf } from './drawing/raster/scene.js';
import { RasterView } from './drawing/raster/view.js';
import { span } from './drawing/range.js';
import { toRgb } from './drawing/colour.js';
import { densityShades, paper } from './drawing/theme.js';
import { drawPicture } from './drawPicture.js';
import type { RasterPayload } from './payload.js';
import type { EncodedPng } from './picture.js';
import { encodePng, encodeQuickly, encodeSmallPng, pngBudget, type Pixels } from './png.js';
import { coarsen, countCells, usualMaximum, type CellPanel, type Cells } from './rasterCells.js';
import { pixelScale } from './style.js';

/**
 * Draws a raster, its busiest layers in coarser cells where the PNG would else exceed its budget. @throws PayloadError
 * when its packed spikes are damaged
 */
export async function drawRaster(payload: RasterPayload): Promise<EncodedPng> {
  const layers = unpackLayers(payload, []);
  let panels: CellPanel[] = [];
  const frame = await drawPicture((pen, theme, width, measure) => {
    const layout = arrangeRaster(payload, layers, width, measure, theme.fontSize);
    const view = RasterView.whole(
      payload.steps,
      layers.map(({ rows }) => rows),
    );
    const rates = layers.map((layer, index) => ratesOf(layer, view, index, span(layout.x)));
    drawFrame(pen, theme, { payload, layers, view, layout, rates });
    panels = layers.map((layer, index) => panelOf(layout, layer, index, layers.length));
    return layout.height;
  });
  const cellsAt = (layer: number, coarseness: number): Cells =>
    countCells(panels[layer], layers[layer].trains, payload.layers[layer], coarseness);
  const { width, height } = frame;
  let pixels = frame;
  let png: Uint8Array = new Uint8Array();
  let coarseness = panels.map(() => 1);
  for (let attempt = 0; attempt < 4; attempt++) {
    pixels = { width, height, rgba: frame.rgba.slice() };
    panels.forEach((panel, layer) => drawCells(pixels, panel, cellsAt(layer, coarseness[layer])));
    png = encodeQuickly(pixels) ?? encodePng(pixels);
    if (png.length <= pngBudget) return { width, height, png };
    const text = encodePng(frame).length;
    coarseness = coarsen(coarseness, cellsAt, (0.95 * (pngBudget - text)) / (png.length - text));
  }
  return { width, height, png: encodeSmallPng(pixels) };
}

/**
 * A layer's panel in whole lines of device pixels: the layout gives each row whole pixels, or each pixel whole rows.
 */
function panelOf({ x, panels }: RasterLayout, { rows, trains }: DrawnLayer, index: number, layers: number): CellPanel {
  const { y } = panels[index];
  const height = span(y);
  const rowsPerLine = Math.max(1, Math.ceil(rows / height));
  return {
    left: x.from,
    top: y.from,
    width: Math.floor(span(x)),
    height,
    rowsPerLine,
    lineHeight: Math.max(2, Math.floor((height * pixelScale) / Math.max(1, Math.ceil(rows / rowsPerLine)))),
    steps: trains.steps,
    series: layerSeries(index, layers),
  };
}

/** Shades of a colour, from one spike in a cell to many. */
const levels = 6;

/** Writes one mark for each cell in which something fired; its shade tells how often. */
function drawCells(pixels: Pixels, panel: CellPanel, { rowsPerCell, stepsPerCell, columns, counts }: Cells): void {
  const width = panel.width * pixelScale;
  const height = panel.height * pixelScale;
  const full = usualMaximum(counts);
  const shades = full === 1 ? [toRgb(paper.series[panel.series])] : densityShades(paper, panel.series, levels + 1);
  const cellHeight = (panel.lineHeight * rowsPerCell) / panel.rowsPerLine;
  const cellWidth = width / (panel.steps / stepsPerCell);
  const { markWidth, markHeight } = markSize(rowsPerCell, cellWidth, cellHeight);
  for (let cell = 0; cell < counts.length; cell++) {
    if (counts[cell] === 0) continue;
    const shade = shades[full === 1 ? 0 : Math.min(levels, Math.round((levels * (counts[cell] - 1)) / (full - 1)))];
    const column = cell % columns;
    const x0 = Math.floor(column * cellWidth);
    const x1 = Math.min(width, markWidth > 0 ? x0 + markWidth : Math.floor((column + 1) * cellWidth));
    const y0 = Math.floor(cell / columns) * cellHeight + Math.floor((cellHeight - markHeight) / 2);
    fillRect(
      pixels,
      panel.left * pixelScale + x0,
      panel.top * pixelScale + y0,
      x1 - x0,
      Math.min(markHeight, height - y0),
      shade,
    );
  }
}

/**
 * Size of a mark in pixels: ticks in tall rows, dots in lower ones; width 0 fills the cell, so that cells of many
 * spikes join without seams.
 */
function markSize(
  rowsPerCell: number,
  cellWidth: number,
  cellHeight: number,
): { markWidth: number; markHeight: number } {
  if (rowsPerCell > 1) return { markWidth: 0, markHeight: cellHeight };
  if (cellHeight >= 8)
    return { markWidth: Math.min(3, Math.ceil(cellWidth)), markHeight: Math.round(cellHeight * 0.75) };
  return { markWidth: cellWidth <= 4 ? 0 : 4, markHeight: cellHeight >= 4 ? cellHeight - 1 : cellHeight };
}

function fillRect(
  pixels: Pixels,
  left: number,
  top: number,
  width: number,
  height: number,
  [red, green, blue]: readonly [number, number, number],
): void {
  for (let y = top; y < top + height; y++) {
    for (let x = left, p = 4 * (y * pixels.width + left); x < left + width; x++, p += 4) {
      pixels.rgba[p] = red;
      pixels.rgba[p + 1] = green;
      pixels.rgba[p + 2] = blue;
    }
  }
}
