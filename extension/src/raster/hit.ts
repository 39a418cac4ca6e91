import { firstSpike } from '../../../src/plot/drawing/raster/dots.js';
import type { SpikeTrains } from '../../../src/network/spikes.js';

/** What lies under the pointer: rows and steps, both ends included, and the spikes there. */
export interface Hit {
  readonly rows: readonly [first: number, last: number];
  readonly steps: readonly [first: number, last: number];
  /** Inside that cell. */
  readonly spikes: number;
  /** Of those rows over all steps. */
  readonly rowSpikes: number;
}

/**
 * Counts the spikes in a small cell around a point.
 * @param row, step where the pointer is, fractional
 * @param reachRows, reachSteps the size of the cell: about a pixel or a mark, at least one row and one step
 */
export function hitTest(
  trains: SpikeTrains,
  row: number,
  step: number,
  reachRows: number,
  reachSteps: number,
): Hit | undefined {
  if (!(row >= 0 && row < trains.neurons && step >= 0 && step < trains.steps)) return undefined;
  const rows = cell(row, reachRows, trains.neurons);
  const steps = cell(step, reachSteps, trains.steps);
  let spikes = 0;
  for (let r = rows[0]; r <= rows[1]; r++) {
    spikes += firstSpike(trains, r, steps[1] + 1) - firstSpike(trains, r, steps[0]);
  }
  return { rows, steps, spikes, rowSpikes: trains.offsets[rows[1] + 1] - trains.offsets[rows[0]] };
}

/**
 * Cells tile the axis (as bins do), so that neighbouring points fall into the same or adjacent ones and none is
 * skipped.
 */
function cell(value: number, reach: number, size: number): [number, number] {
  const width = Math.max(1, Math.round(reach));
  const first = Math.floor(value / width) * width;
  return [first, Math.min(size, first + width) - 1];
}
