/**
 * How much of the counts that cause e_ij depends on the weights themselves: the factor of the gradient, 1 + s_i in the
 * paper. Paper section 3.3.
 */
import type { SideEffect } from '../network/rule.js';

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

/**
 * How much more an S-PSP grows with one more output spike, in units of its mean growth e/o: the slope d(ln e)/d(ln o)
 * of an S-PSP between two random trains of given counts. With o spikes in T steps the mean interval is T/(o+1), and
 * what an input has caused when the membrane is reset after such an interval is in the mean tauM * interval / (interval
 * + tauM); so 1 - o / (T/tauM + o + 1). ST-RSBP has a table of polynomials of the same slope.
 * @returns 1 for a silent neuron, towards 0 for a fast one
 */
export function elasticity(count: number, steps: number, tauM: number): number {
  return 1 - count / (steps / tauM + count + 1);
}

/**
 * The factor that multiplies the gradient. `linear` and `implicit` are not clamped and may be negative; `saturating` is
 * above 0 and at most 1/(1 - k).
 * @param s from `sideEffect`
 * @param k from `elasticity`; 1 (a silent neuron) leaves the gradient of `saturating` as it is
 */
export function sideEffectFactor(kind: SideEffect, s: number, k: number): number {
  switch (kind) {
    case 'off':
      return 1;
    case 'linear':
      return 1 + s;
    case 'implicit':
      return 1 / (1 - s);
    case 'saturating':
      // What a membrane exceeds the threshold by at its spikes is lost: s above 1 causes no more spikes than 1.
      return k === 1 ? 1 : 1 / (1 - k * Math.min(s, 1));
  }
}
