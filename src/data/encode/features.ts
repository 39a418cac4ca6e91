/** Values of 0 .. 1 as inputs of a network: rates, a population for each value, or latencies. */
import { exp } from '../../numeric/exp.js';
import { packSpikeTrains, type SpikeTrains } from '../../network/spikes.js';

/** A value as a pixel, so that the Poisson encoder fires in proportion to it: 1 is one spike in 5.5 steps. */
export const rateByte = (value: number): number => Math.round(255 * value);

/**
 * A value as `fields` pixels: neuron k answers most to k/(fields - 1), with a Gaussian as wide (standard deviation) as
 * the distance between neighbours. So one value of few becomes a pattern that a network can tell apart. After Bohte,
 * Kok, La Poutré (2002), with rates for times.
 * @param fields 2 or more
 */
export function populationBytes(value: number, fields: number): Uint8Array {
  return Uint8Array.from({ length: fields }, (_, k) => {
    const distance = value * (fields - 1) - k;
    return Math.round(255 * exp((-distance * distance) / 2));
  });
}

/** One spike for each value: the larger it is the earlier, 1 at step 1 and 0 at the last step. */
export function latencySpikes(values: ArrayLike<number>, steps: number): SpikeTrains {
  const times = Array.from(values, (value) => [1 + Math.round((1 - value) * (steps - 2))]);
  return packSpikeTrains('input', steps, times);
}
