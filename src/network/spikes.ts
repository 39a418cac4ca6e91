import { requireInteger, requireList } from './require.js';

/** The spikes of one layer over one sample, as sorted event lists (never a dense steps x neurons array). */
export interface SpikeTrains {
  /** Name of the layer, for instance `hidden1`. */
  readonly name: string;
  readonly neurons: number;
  readonly steps: number;
  /** `[neurons + 1]`: spikes of neuron n are `times[offsets[n] .. offsets[n+1]-1]`. */
  readonly offsets: Uint32Array;
  /** `[spikes]`, steps (1 ms), ascending within a neuron. */
  readonly times: Uint16Array;
}

/** Firing count of each neuron, `[neurons]`. */
export function firingCounts(trains: SpikeTrains): Uint32Array {
  return Uint32Array.from({ length: trains.neurons }, (_, n) => trains.offsets[n + 1] - trains.offsets[n]);
}

/** Spike times of one neuron (a view), in steps. */
export function spikeTimes(trains: SpikeTrains, neuron: number): Uint16Array {
  return trains.times.subarray(trains.offsets[neuron], trains.offsets[neuron + 1]);
}

/** Packs one array of spike times per neuron. */
export function packSpikeTrains(name: string, steps: number, times: readonly ArrayLike<number>[]): SpikeTrains {
  requireInteger('steps of spike trains', steps, 1, 65_536);
  requireList('packSpikeTrains()', times, 'a list of spike times for each neuron as its third value');
  times.forEach((train, n) => {
    requireList(`spike times of neuron ${n}`, train, 'a list of steps');
    for (let k = 0; k < train.length; k++) requireInteger(`spike ${k} of neuron ${n}`, train[k], 0, 65_535);
  });
  const offsets = new Uint32Array(times.length + 1);
  times.forEach((train, n) => (offsets[n + 1] = offsets[n] + train.length));
  const packed = new Uint16Array(offsets[times.length]);
  times.forEach((train, n) => packed.set(train, offsets[n]));
  return { name, neurons: times.length, steps, offsets, times: packed };
}
