/** Adam and SGD with momentum in float32, one rounded operation after the other (docs/numerics.md). */
import { isLearned, weightShape, type Network } from '../network/network.js';
import type { Adam, LearningRule } from '../network/rule.js';
import { addRegularizer } from './regularizer.js';

const { fround } = Math;
/** Moments below this are set to zero: they move no weight, and subnormal numbers are slow. */
const flush = 2 ** -100;
const flushed = (moment: number): number => (Math.abs(moment) < flush ? 0 : moment);

/** What training changes: the weights and the optimiser's memory of their gradients. */
export interface LearnerState {
  /** For each layer, of its `weightShape`. */
  readonly weights: Float32Array[];
  /** First moments (Adam) or velocities (SGD), as `weights`. */
  readonly first: Float32Array[];
  /** Second moments (Adam; zeros with SGD), as `weights`. */
  readonly second: Float32Array[];
  /** Powers of beta1 and beta2 after the last step, 1 before the first. */
  beta1Power: number;
  beta2Power: number;
}

/** A learner before its first step, on a copy of `weights`. */
export function createLearner(weights: readonly Float32Array[]): LearnerState {
  const zeros = (): Float32Array[] => weights.map((w) => new Float32Array(w.length));
  return { weights: weights.map((w) => w.slice()), first: zeros(), second: zeros(), beta1Power: 1, beta2Power: 1 };
}

/**
 * One step of the optimiser on every layer: regulariser, then Adam or SGD. Changes `state` in place.
 * @param gradientMean mean of the data gradients over the batch, in the shapes of the weights
 */
export function applyUpdate(
  network: Network,
  rule: LearningRule,
  state: LearnerState,
  gradientMean: readonly Float64Array[],
  learningRate: number,
): void {
  const { optimizer, regularizer } = rule;
  if (optimizer.type === 'adam') {
    state.beta1Power *= optimizer.beta1;
    state.beta2Power *= optimizer.beta2;
  }
  for (const [k, layer] of network.layers.entries()) {
    if (!isLearned(layer)) continue;
    const weights = state.weights[k];
    const gradient = Float32Array.from(gradientMean[k]);
    addRegularizer(gradient, weights, weightShape(layer).columns, regularizer);
    if (optimizer.type === 'adam')
      adamStep(weights, gradient, state.first[k], state.second[k], optimizer, state, learningRate);
    else momentumStep(weights, gradient, state.first[k], optimizer.momentum, learningRate);
  }
}

/** m = b1*m + (1-b1)*g, v = b2*v + (1-b2)*g*g, w -= a*m / (sqrt(v)*s + eps), bias corrections in a and s. */
function adamStep(
  w: Float32Array,
  g: Float32Array,
  m: Float32Array,
  v: Float32Array,
  { beta1, beta2, epsilon }: Adam,
  { beta1Power, beta2Power }: LearnerState,
  learningRate: number,
): void {
  const [b1, b2, c1, c2, eps] = [beta1, beta2, 1 - beta1, 1 - beta2, epsilon].map(fround);
  const a = fround(learningRate / (1 - beta1Power));
  const s = fround(1 / Math.sqrt(1 - beta2Power));
  for (let j = 0; j < w.length; j++) {
    m[j] = flushed(fround(fround(b1 * m[j]) + fround(c1 * g[j])));
    v[j] = flushed(fround(fround(b2 * v[j]) + fround(fround(c2 * g[j]) * g[j])));
    const scale = fround(fround(fround(Math.sqrt(v[j])) * s) + eps);
    w[j] -= fround(fround(a * m[j]) / scale);
  }
}

/** u = momentum*u + g, w -= lr*u. */
function momentumStep(w: Float32Array, g: Float32Array, u: Float32Array, momentum: number, learningRate: number): void {
  const keep = fround(momentum);
  const rate = fround(learningRate);
  for (let j = 0; j < w.length; j++) {
    u[j] = flushed(fround(fround(keep * u[j]) + g[j]));
    w[j] -= fround(rate * u[j]);
  }
}
