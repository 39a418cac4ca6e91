/**
 * Backward pass of one sample: from the firing counts of the output layer to the gradient of every weight, in float64.
 * Macro level: how the error depends on firing counts; micro level: how counts depend on spike times, by the S-PSPs
 * e_ij.
 */
import { isLearned, type Layer, neuronOf, type Network } from '../network/network.js';
import { requireInteger, requireNumber } from '../network/require.js';
import type { LearningRule } from '../network/rule.js';
import { firingCounts, packSpikeTrains, spikeTimes, type SpikeTrains } from '../network/spikes.js';
import { lateralFactor } from './lateral.js';
import { outputError, predict, silentClassTrain } from './loss.js';
import { layerBackward } from './layerBackward.js';

export interface Backward {
  /**
   * For each layer `[units]`: the error of each count, divided by the threshold (not in a pooling layer, nor with
   * `errorScale: 'none'`).
   */
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
 * @param dropped for each layer `[units]`, 1 for a neuron that dropout silenced: it has no error
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
  dropped: readonly (Uint8Array | undefined)[] = [],
): Backward {
  const { layers, steps } = network;
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
  const replaced =
    counts[label] === 0 ? replaceTrain(output, label, silentClassTrain(steps, rule.loss.desired)) : output;

  const lowest = layers.findIndex(isLearned); // nothing below it learns
  for (let k = last; k >= lowest; k--) {
    const below = k === 0 ? input : spikes[k - 1];
    const own = k === last ? replaced : spikes[k];
    const passage = { input: below, own, neuron: neuronOf(network, layers[k]), rule: rule.rule };
    const down = layerBackward(layers[k], weights[k], passage, deltas[k], gradients[k]);
    if (k > 0) deltas[k - 1] = down.map((value, j) => (dropped[k - 1]?.[j] ? 0 : value / divisor(layers[k - 1])));
  }
  const lateral = lateralFactor(
    output,
    label,
    outputLayer.threshold,
    outputLayer.lateralInhibition,
    neuronOf(network, outputLayer),
    rule.rule.window,
  );
  scaleRows(gradients[last], lateral);
  return { deltas, gradients, cost, prediction, skipped: false };
}

/** Each neuron's gradient times its factor: the lateral factor enters no error that goes down. */
function scaleRows(gradient: Float64Array, factor: Float64Array): void {
  const inputs = gradient.length / factor.length;
  for (let n = 0; n < gradient.length; n++) gradient[n] *= factor[Math.floor(n / inputs)];
}

/** `trains` with the spikes of one neuron replaced. */
function replaceTrain(trains: SpikeTrains, neuron: number, times: Uint16Array): SpikeTrains {
  const all = Array.from({ length: trains.neurons }, (_, n) => (n === neuron ? times : spikeTimes(trains, n)));
  return packSpikeTrains(trains.name, trains.steps, all);
}
