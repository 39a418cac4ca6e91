/** The order in which the samples of an epoch are trained. */
import { permutation, RandomStream, sampleKey } from '../numeric/random.js';
import type { SampleOrder } from '../network/rule.js';

/** Pairs that the authors exchange before each epoch (their training loop shuffles with this number). */
const authorsSwaps = 5000;

/**
 * @param order `shuffled`: each sample in a random place; `swapped`: the data set's own order after `authorsSwaps`
 * exchanges for this epoch and for each before it
 * @param epoch 0-based
 * @returns `[length]` indices of samples
 */
export function sampleOrder(order: SampleOrder, length: number, seed: number, epoch: number): Uint32Array {
  const stream = (of: number): RandomStream => new RandomStream(sampleKey(seed, 'shuffle', of));
  if (order === 'shuffled') return permutation(length, stream(epoch));
  const samples = Uint32Array.from({ length }, (_, n) => n);
  for (let of = 0; of <= epoch; of++) {
    const draws = stream(of);
    for (let swap = 0; swap < authorsSwaps; swap++) {
      const one = draws.below(length);
      const other = draws.below(length);
      [samples[one], samples[other]] = [samples[other], samples[one]];
    }
  }
  return samples;
}
