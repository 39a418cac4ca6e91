/**
 * Spikes counted in cells of whole rows and whole steps: what a raster's pixels can tell apart, or less where the PNG
 * would grow too large.
 */
import type { SpikeTrains } from '../network/spikes.js';
import type { RasterLayer } from './payload.js';
import { pixelScale } from './style.js';

/** Where a layer's spikes stand in the PNG. */
export interface CellPanel {
  /** CSS pixels. */
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** Neighbouring rows of the payload drawn as one, where there are more than lines of pixels. */
  readonly rowsPerLine: number;
  /** Height of such a line, device pixels. */
  readonly lineHeight: number;
  readonly steps: number;
  /** Index of its colour in the theme. */
  readonly series: number;
}

export interface Cells {
  readonly rowsPerCell: number;
  readonly stepsPerCell: number;
  readonly columns: number;
  /** `[lines, columns]`: spikes in each cell, counted up to 255. */
  readonly counts: Uint8ClampedArray;
  /** Changes from one cell to the next along the lines: what the size of the PNG grows with. */
  readonly changes: number;
}

/** Counts a layer's spikes in cells of at least `2 * coarseness` device pixels a side. */
export function countCells(panel: CellPanel, trains: SpikeTrains, layer: RasterLayer, coarseness: number): Cells {
  const width = panel.width * pixelScale;
  const rowsPerCell = panel.rowsPerLine * Math.ceil((2 * coarseness) / panel.lineHeight);
  const stepsPerCell = Math.max(layer.stepsPerColumn, Math.ceil((2 * coarseness * trains.steps) / width));
  const columns = Math.ceil(trains.steps / stepsPerCell);
  const counts = new Uint8ClampedArray(Math.ceil(trains.neurons / rowsPerCell) * columns);
  for (let n = 0; n < trains.neurons; n++) {
    const line = Math.floor(n / rowsPerCell) * columns;
    for (let k = trains.offsets[n]; k < trains.offsets[n + 1]; k++)
      counts[line + Math.floor(trains.times[k] / stepsPerCell)]++;
  }
  let changes = 0;
  for (let cell = 1; cell < counts.length; cell++) if (counts[cell] !== counts[cell - 1]) changes++;
  return { rowsPerCell, stepsPerCell, columns, counts, changes };
}

/**
 * Makes the busiest layers coarser, one step at a time, until all changes together are at most `share` of what they
 * were.
 */
export function coarsen(
  coarseness: readonly number[],
  cellsAt: (layer: number, coarseness: number) => Cells,
  share: number,
): number[] {
  const next = [...coarseness];
  const changes = next.map((value, layer) => cellsAt(layer, value).changes);
  const limit = share * changes.reduce((a, b) => a + b, 0);
  while (changes.reduce((a, b) => a + b, 0) > limit) {
    const busiest = changes.indexOf(Math.max(...changes));
    if (next[busiest] >= maxCoarseness) break;
    changes[busiest] = cellsAt(busiest, ++next[busiest]).changes;
  }
  return next;
}

/** Cells of 32 pixels: coarser would not be a raster any more. */
const maxCoarseness = 16;

/** The count that 98 of 100 marked cells do not exceed. */
export function usualMaximum(counts: Uint8ClampedArray): number {
  const histogram = new Uint32Array(256);
  for (const count of counts) histogram[count]++;
  const marked = counts.length - histogram[0];
  let seen = 0;
  for (let count = 1; count < 256; count++) {
    seen += histogram[count];
    if (seen >= 0.98 * marked) return count;
  }
  return 255;
}
