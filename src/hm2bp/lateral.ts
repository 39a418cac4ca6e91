/** The factor by which lateral inhibition between the outputs changes the gradient of an output neuron. */
import type { NeuronParameters } from '../network/network.js';
import { firingCounts, type SpikeTrains } from '../network/spikes.js';
import { spspBetween } from './spsp.js';

/**
 * lat_j = 1 / (1 - w0^2 * sum over l != j of (e_lj/o_j) * g_l * (e_jl/o_l) * g_j), with g = 1/threshold for a neuron
 * that fired or is the class, else 0, and 1 for a ratio of which either count is 0: neuron j acts on l and l acts back
 * on j.
 * @param output trains as simulated, before the silent-class replacement
 * @param w0 strength of the inhibition
 * @param window of the S-PSPs, steps, 0 for none
 * @returns `[classes]`, all 1 when w0 is 0
 */
export function lateralFactor(
  output: SpikeTrains,
  label: number,
  threshold: number,
  w0: number,
  neuron: NeuronParameters,
  window = 0,
): Float64Array {
  const factor = new Float64Array(output.neurons).fill(1);
  if (w0 === 0) return factor;
  const counts = firingCounts(output);
  const e = spspBetween(output, output, neuron, window);
  const gain = (n: number): number => (counts[n] > 0 || n === label ? 1 / threshold : 0);
  /** e_lj/o_j: what one spike of j does to l. */
  const ratio = (l: number, j: number): number => (counts[l] === 0 || counts[j] === 0 ? 1 : e(l, j) / counts[j]);
  for (let j = 0; j < factor.length; j++) {
    let loop = 0;
    for (let l = 0; l < factor.length; l++) if (l !== j) loop += ratio(l, j) * gain(l) * ratio(j, l) * gain(j);
    const open = 1 - w0 * w0 * loop;
    factor[j] = open === 0 ? 1 : 1 / open; // docs/numerics.md: a loop that closes on itself exactly has no factor
  }
  return factor;
}
