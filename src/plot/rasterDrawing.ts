/**
 * A raster payload to pixels: resvg draws the frame and the text, the spikes are written straight into the pixels
 * (a hundred thousand SVG elements would take seconds).
 */
import type { SpikeTrains } from '../network/spikes.js';
import { unpackLayer } from './codec.js';
import type { RasterLayer, RasterPayload } from './payload.js';
import type { EncodedPng } from './picture.js';
import { encodePng, pngBudget, type Pixels } from './png.js';
import { frameSvg } from './rasterFrame.js';
import { layoutRaster, type Panel } from './rasterLayout.js';
import { pixelScale, tint } from './style.js';
import { renderSvg } from './svg.js';

/** Draws a raster, with coarser dots where its PNG would else exceed the budget. @throws PayloadError when its packed spikes are damaged */
export async function drawRaster(payload: RasterPayload): Promise<EncodedPng> {
  const trains = payload.layers.map((layer) => unpackLayer(layer, payload.steps));
  const layout = layoutRaster(payload);
  const frame = await renderSvg(frameSvg(payload, layout, trains), pixelScale);
  let image: EncodedPng | undefined;
  for (const coarseness of [1, 2, 4, 8, 16]) {
    const pixels: Pixels = { ...frame, rgba: frame.rgba.slice() };
    layout.panels.forEach((panel, index) => drawSpikes(pixels, panel, trains[index], payload.layers[index], coarseness));
    image = { width: pixels.width, height: pixels.height, png: encodePng(pixels) };
    if (image.png.length <= pngBudget) break;
  }
  return image as EncodedPng;
}

/** Shades of a colour, from one spike in a cell to many. */
const levels = 6;

/**
 * Writes the spikes of one layer: cells of whole rows and whole steps, one mark for each cell in which something fired. Where a cell
 * holds several neurons or steps, the shade of its mark counts their spikes.
 * @param coarseness 1, or how much larger than needed each side of a cell is
 */
function drawSpikes(pixels: Pixels, panel: Panel, trains: SpikeTrains, layer: RasterLayer, coarseness: number): void {
  if (trains.times.length === 0) return;
  const width = panel.width * pixelScale;
  const rowsPerCell = panel.rowsPerLine * Math.ceil((2 * coarseness) / panel.lineHeight);
  const stepsPerCell = Math.max(layer.stepsPerColumn, Math.ceil((2 * coarseness * trains.steps) / width)); // at least two pixels wide
  const columns = Math.ceil(trains.steps / stepsPerCell);
  const cells = countSpikes(trains, rowsPerCell, stepsPerCell, columns);
  const full = usualMaximum(cells);
  const faintest = full <= 3 ? 0.55 : 0.35;
  const shades = Array.from({ length: levels + 1 }, (_, level) => tint(panel.color, full === 1 ? 1 : faintest + ((1 - faintest) * level) / levels));
  const cellHeight = (panel.lineHeight * rowsPerCell) / panel.rowsPerLine;
  const cellWidth = width / columns;
  const { markWidth, markHeight } = markSize(rowsPerCell, cellWidth, cellHeight);
  for (let cell = 0; cell < cells.length; cell++) {
    if (cells[cell] === 0) continue;
    const shade = shades[full === 1 ? levels : Math.min(levels, Math.round((levels * (cells[cell] - 1)) / (full - 1)))];
    const column = cell % columns;
    const x0 = Math.floor(((column * stepsPerCell) / trains.steps) * width);
    const x1 = markWidth > 0 ? Math.min(width, Math.round(x0 + markWidth)) : Math.min(width, Math.floor((((column + 1) * stepsPerCell) / trains.steps) * width));
    const y0 = Math.floor(cell / columns) * cellHeight + Math.floor((cellHeight - markHeight) / 2);
    fillRect(pixels, panel.left * pixelScale + x0, panel.top * pixelScale + y0, x1 - x0, Math.min(markHeight, panel.height * pixelScale - y0), shade);
  }
}

/** Size of a mark in pixels: ticks in tall rows, dots in lower ones; width 0 fills the cell, so that cells of many spikes join without seams. */
function markSize(rowsPerCell: number, cellWidth: number, cellHeight: number): { markWidth: number; markHeight: number } {
  if (rowsPerCell > 1) return { markWidth: 0, markHeight: cellHeight };
  if (cellHeight >= 8) return { markWidth: Math.min(3, Math.ceil(cellWidth)), markHeight: Math.round(cellHeight * 0.75) };
  return { markWidth: cellWidth <= 4 ? 0 : 4, markHeight: cellHeight >= 4 ? cellHeight - 1 : cellHeight };
}

/** Spikes in each cell, `[lines, columns]`, counted up to 255. */
function countSpikes(trains: SpikeTrains, rowsPerCell: number, stepsPerCell: number, columns: number): Uint8ClampedArray {
  const cells = new Uint8ClampedArray(Math.ceil(trains.neurons / rowsPerCell) * columns);
  for (let n = 0; n < trains.neurons; n++) {
    const line = Math.floor(n / rowsPerCell) * columns;
    for (let k = trains.offsets[n]; k < trains.offsets[n + 1]; k++) cells[line + Math.floor(trains.times[k] / stepsPerCell)]++;
  }
  return cells;
}

function fillRect(pixels: Pixels, left: number, top: number, width: number, height: number, [red, green, blue]: readonly [number, number, number]): void {
  for (let y = top; y < top + height; y++) {
    for (let x = left, p = 4 * (y * pixels.width + left); x < left + width; x++, p += 4) {
      pixels.rgba[p] = red;
      pixels.rgba[p + 1] = green;
      pixels.rgba[p + 2] = blue;
    }
  }
}

/** The count that 98 of 100 marks do not exceed. */
function usualMaximum(cells: Uint8ClampedArray): number {
  const histogram = new Uint32Array(256);
  let marked = 0;
  for (const count of cells) {
    if (count === 0) continue;
    histogram[count]++;
    marked++;
  }
  let seen = 0;
  for (let count = 1; count < 256; count++) {
    seen += histogram[count];
    if (seen >= 0.98 * marked) return count;
  }
  return 255;
}
