/**
 * Backward pass of one sample: from the firing counts of the output layer to the gradient of every weight, in float64.
 * Macro level: how the error depends on firing counts; micro level: how counts depend on spike times, by the S-PSPs e_ij.
 */
import type { Layer, Network, NeuronParameters } from '../network/network.js';
import { requireInteger, requireNumber } from '../network/require.js';
import type { Hm2bpRule, LearningRule } from '../network/rule.js';
import { firingCounts, packSpikeTrains, spikeTimes, type SpikeTrains } from '../network/spikes.js';
import { lateralFactor } from './lateral.js';
import { outputError, predict, silentClassTrain } from './loss.js';
import { sideEffect, sideEffectFactor } from './sideEffect.js';
import { firingWindows, inputTraces, spsp } from './spsp.js';

export interface Backward {
  /** For each layer `[units]`: the error of each count divided by the threshold. */
  readonly deltas: Float64Array[];
  /** For each layer `[units, inputs]`: the gradient of the data (the regulariser is not in it). */
  readonly gradients: Float64Array[];
  /** E of this sample, spikes^2; the sample's weight is not in it. */
  readonly cost: number;
  readonly prediction: number;
  /** All outputs were within the margin: deltas and gradients are 0. */
  readonly skipped: boolean;
}

/**
 * @param weights from before the update, `[units, inputs]` for each layer
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
  const last = layers.length - 1;
  const output = spikes[last];
  requireInteger('label', label, 0, output.neurons - 1);
  requireNumber('sample weight', sampleWeight, 0, 1e30);

  const counts = firingCounts(output);
  const prediction = predict(counts);
  const { delta: error, cost } = outputError(counts, label, rule.loss);
  const deltas = layers.map((layer) => new Float64Array(layer.units));
  const gradients = weights.map((w) => new Float64Array(w.length));
  if (error.every((value) => value === 0)) return { deltas, gradients, cost, prediction, skipped: true };

  deltas[last] = error.map((value) => (value * sampleWeight) / layers[last].threshold);
  const lateral = lateralFactor(output, label, layers[last].threshold, layers[last].lateralInhibition, neuron);
  const replaced = counts[label] === 0 ? replaceTrain(output, label, silentClassTrain(steps, rule.loss.desired)) : output;

  for (let k = last; k >= 0; k--) {
    const below = k === 0 ? input : spikes[k - 1];
    const own = k === last ? replaced : spikes[k];
    const down = layerBackward(layers[k], weights[k], rule.rule, neuron, below, own, deltas[k], k === last ? lateral : undefined, gradients[k]);
    if (k > 0) deltas[k - 1] = down.map((value) => value / layers[k - 1].threshold);
  }
  return { deltas, gradients, cost, prediction, skipped: false };
}

/**
 * One layer: writes dE/dw_ij = delta_i * e_ij * (1 + s_i) * lat_i into `gradient` and returns the error of each input,
 * p_j = sum over i of delta_i * w_ij * r_ij, with r_ij = e_ij/o_j (1 if either is silent, or without effect ratio).
 * Neither the side effect nor the lateral factor enters p.
 * @param weights `[units, inputs]`
 * @param delta `[units]`
 * @param lateral `[units]`, of an output layer
 * @param gradient `[units, inputs]`, zeros
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
  const { inputs, units } = layer;
  const traces = inputTraces(input, neuron);
  const inputCounts = firingCounts(input);
  const down = new Float64Array(inputs);
  const e = new Float64Array(inputs);
  for (let i = 0; i < units; i++) {
    if (delta[i] === 0) continue;
    const times = spikeTimes(own, i);
    const windows = firingWindows(times, neuron);
    const row = weights.subarray(i * inputs, (i + 1) * inputs);
    for (let j = 0; j < inputs; j++) e[j] = spsp(traces[j], windows, neuron);
    const factor = sideEffectFactor(rule.sideEffect, sideEffect(row, e, times.length, layer.threshold)) * (lateral?.[i] ?? 1);
    for (let j = 0; j < inputs; j++) {
      const ratio = rule.effectRatio && inputCounts[j] > 0 && times.length > 0 ? e[j] / inputCounts[j] : 1;
      gradient[i * inputs + j] = delta[i] * e[j] * factor;
      down[j] += delta[i] * row[j] * ratio;
    }
  }
  return down;
}

/** `trains` with the spikes of one neuron replaced. */
function replaceTrain(trains: SpikeTrains, neuron: number, times: Uint16Array): SpikeTrains {
  const all = Array.from({ length: trains.neurons }, (_, n) => (n === neuron ? times : spikeTimes(trains, n)));
  return packSpikeTrains(trains.name, trains.steps, all);
}
