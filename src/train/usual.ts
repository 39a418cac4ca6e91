/** Thresholds and target counts that work for any number of steps, inputs and rates: the paper's, scaled. */
import { pixelScale } from '../data/encode/poisson.js';
import { requireNumber } from '../network/require.js';
import { firingCount, type FiringCountLoss } from '../network/rule.js';

/**
 * Inputs of a digit, and their mean rate in spikes a step: what the paper's hidden threshold of 20 at T = 400 is for.
 */
const digits = { inputs: 784, rate: 0.1307 / pixelScale };

export interface UsualSettings {
  /** Threshold of the k-th hidden layer, from 0. */
  readonly hidden: (k: number) => number;
  readonly output: { readonly threshold: number; readonly lateralInhibition: number };
  readonly loss: FiringCountLoss;
}

/**
 * With fewer steps than 400 the hidden threshold falls with T, as the input does; the output keeps more room between
 * right and wrong: its threshold and margin fall with the square root of T, the target count with T^(3/4). With fewer
 * inputs than a digit has, the first hidden threshold falls with their square root, as the sum of so many random
 * weights does; with another rate of the inputs, in proportion to it. Inputs that fire once each, as latencies do,
 * hardly meet: half the threshold is right for them (`usual.test.ts`).
 * @param rate mean spikes of an input in a step, as `meanInputRate(data)` gives it; default that of MNIST's digits,
 * 0.024
 */
export function usualSettings(steps: number, inputs: number, rate?: number): UsualSettings {
  const fireOnce = rate !== undefined && Math.abs(rate * steps - 1) < 1e-6;
  const scale = steps / 400;
  const root = Math.sqrt(scale);
  const atLeastOne = (count: number): number => Math.max(1, Math.round(count));
  const drive =
    Math.min(1, Math.sqrt(inputs / digits.inputs)) *
    (requireNumber('inputRate', rate ?? digits.rate, 1e-6, 1) / digits.rate) *
    (fireOnce ? 0.5 : 1);
  return {
    hidden: (k) => 20 * scale * (k === 0 ? drive : 1),
    output: { threshold: 8 * root, lateralInhibition: 1 },
    loss: firingCount({
      desired: atLeastOne(35 * root * Math.sqrt(root)),
      undesired: atLeastOne(5 * scale),
      margin: Math.max(1, Math.floor(5 * root)),
    }),
  };
}
