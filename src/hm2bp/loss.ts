/** The macro level: what the firing counts of the output layer should have been. Paper section 3.1. */
import type { FiringCountLoss } from '../network/rule.js';

/** Error of the output counts. */
export interface OutputError {
  /** `[classes]`: dE/do of each output neuron, spikes; 0 inside the margin. */
  readonly delta: Float64Array;
  /** E = 1/2 sum (o - y)^2 over the outputs outside the margin, spikes^2. */
  readonly cost: number;
}

/** Margin loss: the class neuron should fire `desired` times, the others `undesired` times, give or take `margin`. */
export function outputError(counts: ArrayLike<number>, label: number, loss: FiringCountLoss): OutputError {
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

/** The class with the largest count; ties go to the lowest index. */
export function predict(counts: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < counts.length; i++) if (counts[i] > counts[best]) best = i;
  return best;
}

/** The train that stands in for a silent class neuron in the backward pass: spikes at k, 2k, ... < T with k = floor(T/desired), at least 1. */
export function silentClassTrain(steps: number, desired: number): Uint16Array {
  const k = Math.max(Math.floor(steps / desired), 1);
  return Uint16Array.from({ length: Math.ceil(steps / k) - 1 }, (_, n) => (n + 1) * k);
}
