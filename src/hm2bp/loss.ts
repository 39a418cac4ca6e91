/** The macro level: what the firing counts of the output layer should have been. Paper section 3.1. */
import { exp } from '../numeric/exp.js';
import { log } from '../numeric/log.js';
import type { FiringCountLoss, Loss } from '../network/rule.js';

/** Error of the output counts. */
export interface OutputError {
  /** `[classes]`: dE/do of each output neuron. */
  readonly delta: Float64Array;
  /** E: 1/2 sum (o - y)^2 over the outputs outside the margin, spikes^2; or the cross-entropy, nats. */
  readonly cost: number;
}

/** The error of the counts by whichever loss is chosen. */
export function outputError(counts: ArrayLike<number>, label: number, loss: Loss): OutputError {
  return loss.type === 'firingCount' ? marginError(counts, label, loss) : softmaxError(counts, label);
}

/** Margin loss: the class neuron should fire `desired` times, the others `undesired` times, give or take `margin`. */
function marginError(counts: ArrayLike<number>, label: number, loss: FiringCountLoss): OutputError {
  const delta = new Float64Array(counts.length);
  let cost = 0;
  for (let i = 0; i < counts.length; i++) {
    const difference = counts[i] - (i === label ? loss.desired : loss.undesired);
    if (Math.abs(difference) <= loss.margin) continue;
    delta[i] = difference;
    cost += 0.5 * difference * difference;
  }
  return { delta, cost };
}

/**
 * Softmax errors below this are 0: they move nothing, and the products of numbers so small are subnormal in float32
 * (docs/numerics.md).
 */
const negligible = 2 ** -100;

/** Softmax over counts: delta = p - onehot, E = -log p of the class. */
function softmaxError(counts: ArrayLike<number>, label: number): OutputError {
  const most = counts[predict(counts)];
  const delta = Float64Array.from(counts, (count) => exp(count - most));
  const sum = delta.reduce((a, b) => a + b, 0);
  for (let i = 0; i < delta.length; i++) {
    const error = delta[i] / sum - (i === label ? 1 : 0);
    delta[i] = Math.abs(error) < negligible ? 0 : error;
  }
  return { delta, cost: log(sum) + most - counts[label] };
}

/** The class with the largest count; ties go to the lowest index. */
export function predict(counts: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < counts.length; i++) if (counts[i] > counts[best]) best = i;
  return best;
}

/**
 * The train that stands in for a silent class neuron in the backward pass: spikes at k, 2k, ... < T with k =
 * floor(T/desired), at least 1.
 */
export function silentClassTrain(steps: number, desired: number): Uint16Array {
  const k = Math.max(Math.floor(steps / desired), 1);
  return Uint16Array.from({ length: Math.ceil(steps / k) - 1 }, (_, n) => (n + 1) * k);
}
