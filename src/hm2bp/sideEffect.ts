/** How much of the counts that cause e_ij depends on the weights themselves: the factor (1 + s_i) of the gradient. Paper section 3.3. */
import type { Hm2bpRule } from '../network/rule.js';

/**
 * s_i = 1/threshold * sum over inputs l of w_il * e_il/o_i; 0.5 stands in for every ratio of a silent neuron.
 * @param weights of neuron i, `[inputs]`
 * @param e its S-PSPs, `[inputs]`
 * @param count its firing count o_i
 */
export function sideEffect(weights: ArrayLike<number>, e: ArrayLike<number>, count: number, threshold: number): number {
  let sum = 0;
  for (let l = 0; l < weights.length; l++) sum += weights[l] * (count === 0 ? 0.5 : e[l] / count);
  return sum / threshold;
}

/** The factor that multiplies the gradient; not clamped, may be negative. */
export function sideEffectFactor(kind: Hm2bpRule['sideEffect'], s: number): number {
  if (kind === 'off') return 1;
  return kind === 'linear' ? 1 + s : 1 / (1 - s);
}
