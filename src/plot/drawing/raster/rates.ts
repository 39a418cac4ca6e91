import { roundUp } from '../ticks.js';
import { span } from '../range.js';
import { firstSpike, type Window } from './dots.js';
import type { SpikeTrains } from '../../../network/spikes.js';

/** A firing-rate histogram over time (PSTH of one trial). */
export interface Rates {
  /** Start of the first bin, in steps; a multiple of `binSteps`, so that bins stand still while panning. */
  readonly start: number;
  readonly binSteps: number;
  /** `[bins]`, mean over the neurons in the window, Hz. */
  readonly hertz: Float64Array;
}

/** One step of the simulation, seconds. */
const stepSeconds = 1e-3;

/**
 * Width of a bin: a round number of steps, wide enough to be seen, and a multiple of what spike times were rounded to.
 */
export function binWidth(visibleSteps: number, pixels: number, stepsPerColumn: number): number {
  const least = Math.max(1, stepsPerColumn, (visibleSteps * 12) / Math.max(1, pixels));
  return Math.ceil(roundUp(least) / stepsPerColumn) * stepsPerColumn;
}

/**
 * Mean firing rate of the neurons in the window, over time.
 * @param neurons how many neurons the rows of the window stand for
 */
export function firingRates(trains: SpikeTrains, window: Window, neurons: number, binSteps: number): Rates {
  const start = Math.floor(window.time.from / binSteps) * binSteps;
  const bins = Math.max(1, Math.ceil((window.time.to - start) / binSteps - 1e-9));
  const { times, offsets, steps } = trains;
  const lastRow = Math.min(trains.neurons, Math.ceil(window.rows.to));
  const firstRow = Math.max(0, Math.floor(window.rows.from));
  // By steps first: the spikes are many, the steps few.
  const [from, to] = [Math.max(0, start), Math.min(steps, start + bins * binSteps)];
  const perStep = new Uint32Array(steps);
  if (from === 0 && to === steps) {
    const end = lastRow > firstRow ? offsets[lastRow] : 0;
    for (let k = offsets[firstRow]; k < end; k++) perStep[times[k]]++;
  } else {
    for (let row = firstRow; row < lastRow; row++) {
      const end = offsets[row + 1];
      for (let k = firstSpike(trains, row, from); k < end && times[k] < to; k++) perStep[times[k]]++;
    }
  }
  const counts = new Float64Array(bins);
  for (let step = from; step < to; step++) counts[Math.floor((step - start) / binSteps)] += perStep[step];
  const hertz = counts.map((count, bin) => {
    const covered = Math.min(start + (bin + 1) * binSteps, trains.steps) - (start + bin * binSteps);
    return neurons === 0 || covered <= 0 ? 0 : count / (neurons * covered * stepSeconds);
  });
  return { start, binSteps, hertz };
}

/** Neurons that the rows inside the window stand for; the last row may hold fewer. */
export function neuronsIn(window: Window, rows: number, neurons: number, neuronsPerRow: number): number {
  const first = Math.max(0, Math.floor(window.rows.from));
  const last = Math.min(rows, Math.ceil(window.rows.to));
  return span({ from: Math.min(neurons, first * neuronsPerRow), to: Math.min(neurons, last * neuronsPerRow) });
}
