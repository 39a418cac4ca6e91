/**
 * The exponential weight regulariser: it grows with the mean square of a neuron's weights, so that saturated neurons
 * lose weight.
 */
import { exp } from '../numeric/exp.js';
import type { Regularizer } from '../network/rule.js';

const { fround } = Math;

/**
 * Adds lambda*beta*(w/limit)*exp(beta*(q_i - 1)) to the gradient of each weight, q_i = mean of (w/limit)^2 over the
 * row. `limit` is a scale, not a clip.
 * @param gradient `[rows, columns]` float32, changed in place
 * @param weights `[rows, columns]`, from before the update
 * @param columns inputs of a neuron (or of a filter)
 */
export function addRegularizer(
  gradient: Float32Array,
  weights: Float32Array,
  columns: number,
  { lambda, beta, limit }: Regularizer,
): void {
  if (lambda === 0) return;
  for (let start = 0; start < weights.length; start += columns) {
    let sum = 0;
    for (let j = start; j < start + columns; j++) sum += (weights[j] / limit) * (weights[j] / limit);
    const scale = fround(((lambda * beta) / limit) * exp(beta * (sum / columns - 1)));
    for (let j = start; j < start + columns; j++) gradient[j] += fround(weights[j] * scale);
  }
}
