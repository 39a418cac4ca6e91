/** Fewer spikes for a smaller output: neighbouring neurons and steps joined into one row and one column. */
import type { SpikeTrains } from '../network/spikes.js';

export interface Joining {
  /** Neurons joined into one row; 1 joins none. */
  readonly neuronsPerRow: number;
  /** Steps joined into one column; 1 joins none. */
  readonly stepsPerColumn: number;
}

/**
 * The joinings in the order in which they are tried: time first (a spike moves by less than a pixel), then both in
 * turn.
 */
export function* joinings(neurons: number, steps: number): Generator<Joining> {
  let neuronsPerRow = 1;
  let stepsPerColumn = 1;
  yield { neuronsPerRow, stepsPerColumn };
  while (neuronsPerRow < neurons || stepsPerColumn < steps) {
    if (stepsPerColumn < steps && (stepsPerColumn <= neuronsPerRow || neuronsPerRow >= neurons)) stepsPerColumn *= 2;
    else neuronsPerRow *= 2;
    yield { neuronsPerRow, stepsPerColumn };
  }
}

/** One row for each group of neurons, with a spike in each column in which any of them fired. */
export function joinTrains(trains: SpikeTrains, { neuronsPerRow, stepsPerColumn }: Joining): SpikeTrains {
  if (neuronsPerRow === 1 && stepsPerColumn === 1) return trains;
  const rows = Math.ceil(trains.neurons / neuronsPerRow);
  const columns = Math.ceil(trains.steps / stepsPerColumn);
  const offsets = new Uint32Array(rows + 1);
  const times = new Uint16Array(Math.min(trains.times.length, rows * columns));
  const fired = new Uint8Array(columns);
  let k = 0;
  for (let row = 0; row < rows; row++) {
    fired.fill(0);
    const from = trains.offsets[row * neuronsPerRow];
    const to = trains.offsets[Math.min((row + 1) * neuronsPerRow, trains.neurons)];
    for (let s = from; s < to; s++) fired[Math.floor(trains.times[s] / stepsPerColumn)] = 1;
    for (let column = 0; column < columns; column++) if (fired[column]) times[k++] = column;
    offsets[row + 1] = k;
  }
  return { name: trains.name, neurons: rows, steps: columns, offsets, times: times.slice(0, k) };
}
