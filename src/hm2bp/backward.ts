/**
 * Backward pass of one sample: from the firing counts of the output layer to the gradient of every weight, in float64.
 * Macro level: how the error depends on firing counts; micro level: how counts depend on spike times, by the S-PSPs e_ij.
 */
import { isLearned, type Layer, type Network, type NeuronParameters } from '../network/network.js';
import { requireInteger, requireNumber } from '../network/require.js';
import type { Hm2bpRule, LearningRule } from '../network/rule.js';
import { firingCounts, packSpikeTrains, spikeTimes, type SpikeTrains } from '../network/spikes.js';
import { receptiveFields } from './connections.js';
import { lateralFactor } from './lateral.js';
import { outputError, predict, silentClassTrain } from './loss.js';
import { sideEffect, sideEffectFactor } from './sideEffect.js';
import { spspBetween } from './spsp.js';

export interface Backward {
  /** For each layer `[units]`: the error of each count, divided by the threshold (not in a pooling layer, nor with `errorScale: 'none'`). */
  readonly deltas: Float64Array[];
  /** For each layer, in the shape of its weights: the gradient of the data (the regulariser is not in it). */
  readonly gradients: Float64Array[];
  /** E of this sample, spikes^2; the sample's weight is not in it. */
  readonly cost: number;
  readonly prediction: number;
  /** All outputs were within the margin: deltas and gradients are 0. */
  readonly skipped: boolean;
}

/**
 * @param weights from before the update
 * @param spikes of every layer, from `simulate`
 * @param sampleWeight multiplies the error of the outputs (boosting)
 * @throws RangeError for a label that is not a class or a negative weight
 */
export function backward(
  network: Network,
  weights: readonly Float32Array[],
  rule: LearningRule,
  input: SpikeTrains,
  spikes: readonly SpikeTrains[],
  label: number,
  sampleWeight = 1,
): Backward {
  const { layers, neuron, steps } = network;
  const divisor = (layer: Layer): number =>
    layer.type === 'pooling' || rule.rule.errorScale === 'none' ? 1 : layer.threshold;
  const last = layers.length - 1;
  const outputLayer = layers[last];
  if (outputLayer.type !== 'dense')
    throw new RangeError(`the last layer is a ${outputLayer.type}; end the network with dense(classes)`);
  const output = spikes[last];
  requireInteger('label', label, 0, output.neurons - 1);
  requireNumber('sample weight', sampleWeight, 0, 1e30);

  const counts = firingCounts(output);
  const prediction = predict(counts);
  const { delta: error, cost } = outputError(counts, label, rule.loss);
  const deltas: Float64Array[] = layers.map((layer) => new Float64Array(layer.units));
  const gradients = weights.map((w) => new Float64Array(w.length));
  if (error.every((value) => value === 0)) return { deltas, gradients, cost, prediction, skipped: true };

  deltas[last] = error.map((value) => (value * sampleWeight) / divisor(outputLayer));
  const lateral = lateralFactor(
    output,
    label,
    outputLayer.threshold,
    outputLayer.lateralInhibition,
    neuron,
    rule.rule.window,
  );
  const replaced =
    counts[label] === 0 ? replaceTrain(output, label, silentClassTrain(steps, rule.loss.desired)) : output;

  const lowest = layers.findIndex(isLearned); // nothing below it learns
  for (let k = last; k >= lowest; k--) {
    const below = k === 0 ? input : spikes[k - 1];
    const own = k === last ? replaced : spikes[k];
    const down = layerBackward(
      layers[k],
      weights[k],
      rule.rule,
      neuron,
      below,
      own,
      deltas[k],
      k === last ? lateral : undefined,
      gradients[k],
    );
    if (k > 0) deltas[k - 1] = down.map((value) => value / divisor(layers[k - 1]));
  }
  return { deltas, gradients, cost, prediction, skipped: false };
}

/**
 * One layer: adds dE/dw_ij = delta_i * e_ij * (1 + s_i) * lat_i into `gradient` (over all positions of a filter) and returns the error
 * of each input, p_j = sum over i of delta_i * w_ij * r_ij, with r_ij = e_ij/o_j (1 if either is silent, or without effect ratio).
 * Neither the side effect nor the lateral factor enters p. Pooling sends down delta_i * r_ij / size^2 and learns nothing.
 * @param delta `[units]`
 * @param lateral `[units]`, of an output layer
 * @param gradient in the shape of the weights, zeros
 * @returns p, `[inputs]`
 */
export function layerBackward(
  layer: Layer,
  weights: Float32Array,
  rule: Hm2bpRule,
  neuron: NeuronParameters,
  input: SpikeTrains,
  own: SpikeTrains,
  delta: Float64Array,
  lateral: Float64Array | undefined,
  gradient: Float64Array,
): Float64Array {
  const psp = spspBetween(own, input, neuron, rule.window);
  const counts = firingCounts(own);
  const inputCounts = firingCounts(input);
  const down = new Float64Array(layer.inputs);
  for (const [i, { inputs, firstWeight }] of receptiveFields(layer).entries()) {
    if (delta[i] === 0) continue;
    const e = Float64Array.from(inputs, (j) => (j < 0 ? 0 : psp(i, j)));
    const ratio = (l: number, j: number): number =>
      rule.effectRatio && inputCounts[j] > 0 && counts[i] > 0 ? e[l] / inputCounts[j] : 1;
    if (layer.type === 'pooling') {
      inputs.forEach((j, l) => (down[j] += (delta[i] * ratio(l, j)) / (layer.size * layer.size)));
      continue;
    }
    const row = weights.subarray(firstWeight, firstWeight + inputs.length);
    const seen = row.map((w, l) => (inputs[l] < 0 ? 0 : w)); // weights that meet padding cause nothing
    const factor =
      sideEffectFactor(rule.sideEffect, sideEffect(seen, e, counts[i], layer.threshold)) * (lateral?.[i] ?? 1);
    inputs.forEach((j, l) => {
      if (j < 0) return;
      gradient[firstWeight + l] += delta[i] * e[l] * factor;
      down[j] += delta[i] * row[l] * ratio(l, j);
    });
  }
  return down;
}

/** `trains` with the spikes of one neuron replaced. */
function replaceTrain(trains: SpikeTrains, neuron: number, times: Uint16Array): SpikeTrains {
  const all = Array.from({ length: trains.neurons }, (_, n) => (n === neuron ? times : spikeTimes(trains, n)));
  return packSpikeTrains(trains.name, trains.steps, all);
}
