/** Boosting: after each epoch, samples that were classified wrongly weigh more, the more so the harder their class. */
import { exp } from '../numeric/exp.js';

/**
 * Each wrong sample's weight *= exp(err_c / 20), err_c = weight of the wrong samples of its class / weight of all
 * samples of its class.
 * @param weights `[samples]`, 1 before the first epoch; changed in place
 * @param predictions `[samples]`, made while training
 */
export function boost(weights: Float64Array, labels: ArrayLike<number>, predictions: ArrayLike<number>): void {
  const total: number[] = [];
  const wrong: number[] = [];
  for (let n = 0; n < weights.length; n++) {
    const label = labels[n];
    total[label] = (total[label] ?? 0) + weights[n];
    if (predictions[n] !== label) wrong[label] = (wrong[label] ?? 0) + weights[n];
  }
  for (let n = 0; n < weights.length; n++) {
    if (predictions[n] !== labels[n]) weights[n] *= exp(wrong[labels[n]] / total[labels[n]] / 20);
  }
}
