/**
 * The equations of HM2-BP for a layer of any kind: those of `denseBackward.ts`, or the same over what each neuron sees
 * of its input.
 */
import type { Layer, PoolingLayer } from '../network/network.js';
import { receptiveFields } from './connections.js';
import { denseBackward, microLevel, type Passage } from './denseBackward.js';
import { sideEffect } from './sideEffect.js';

/**
 * A layer of any kind: adds the gradient of its weights into `gradient` (over all positions of a filter) and returns
 * the error of each input.
 * @param delta `[units]`, the error of each count
 * @param gradient in the shape of the weights, zeros
 * @returns p, `[inputs]`
 */
export function layerBackward(
  layer: Layer,
  weights: Float32Array,
  passage: Passage,
  delta: Float64Array,
  gradient: Float64Array,
): Float64Array {
  if (layer.type === 'dense') return denseBackward(layer.threshold, weights, passage, delta, gradient);
  if (layer.type === 'pooling') return poolingBackward(layer, passage, delta);
  return fieldBackward(layer, weights, passage, delta, gradient);
}

/**
 * Convolution and reservoir: the same over what each neuron sees. A weight that meets padding (an input of -1) causes
 * nothing and learns nothing.
 */
function fieldBackward(
  layer: Layer,
  weights: Float32Array,
  passage: Passage,
  delta: Float64Array,
  gradient: Float64Array,
): Float64Array {
  const { e, o, ratio, factorOf } = microLevel(passage);
  const p = new Float64Array(layer.inputs);
  for (const [i, { inputs, firstWeight }] of receptiveFields(layer).entries()) {
    if (delta[i] === 0) continue;
    const w = weights.subarray(firstWeight, firstWeight + inputs.length);
    const seen = w.map((weight, l) => (inputs[l] < 0 ? 0 : weight));
    const ei = Float64Array.from(inputs, (j) => (j < 0 ? 0 : e(i, j)));
    const factor = factorOf(sideEffect(seen, ei, o[i], layer.threshold), i);
    inputs.forEach((j, l) => {
      if (j < 0) return;
      gradient[firstWeight + l] += delta[i] * ei[l] * factor;
      p[j] += delta[i] * w[l] * ratio(i, j, ei[l]);
    });
  }
  return p;
}

/** Pooling learns nothing and shares its error out: p_j = sum over i of delta_i * r_ij / size^2. */
function poolingBackward(layer: PoolingLayer, passage: Passage, delta: Float64Array): Float64Array {
  const { e, ratio } = microLevel(passage);
  const p = new Float64Array(layer.inputs);
  for (const [i, { inputs }] of receptiveFields(layer).entries()) {
    if (delta[i] === 0) continue;
    inputs.forEach((j) => (p[j] += (delta[i] * ratio(i, j, e(i, j))) / (layer.size * layer.size)));
  }
  return p;
}
