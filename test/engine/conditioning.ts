/**
 * How well a gradient is conditioned. A gradient is a sum of terms of both signs; float32 rounds each, so that its
 * error is bounded by a few roundings of the sum of their sizes, whatever the sum itself is. Where the terms cancel
 * almost wholly, no float32 program can have 1e-5 of what is left.
 */
import { layerBackward } from '../../src/hm2bp/layerBackward.js';
import type { SampleResult } from '../../src/hm2bp/train.js';
import { isLearned, type Layer, neuronOf, type Network } from '../../src/network/network.js';
import type { LearningRule } from '../../src/network/rule.js';
import { spikeTimes, packSpikeTrains, firingCounts, type SpikeTrains } from '../../src/network/spikes.js';
import { elasticity, lateralFactor, silentClassTrain } from '../../src/hm2bp/index.js';

/**
 * A gradient is compared when its terms are at most this many times as large as it is. In dense layers e itself is a
 * difference, D(t_f) - keep*D(last); the engine's sums for convolutions have positive terms only (docs/numerics.md).
 */
const mostCancellation = { dense: 5, convolution: 20 } as const;

/**
 * The gradient of one sample with every term taken by its size: |delta|, |w|, e and ratios multiply to the same terms,
 * none negative.
 * @returns for each layer, in the shape of its weights
 */
export function gradientOfSizes(
  network: Network,
  weights: readonly Float32Array[],
  rule: LearningRule,
  input: SpikeTrains,
  { spikes, deltas, skipped }: SampleResult,
  label: number,
): Float64Array[] {
  const sizes = weights.map((w) => new Float64Array(w.length));
  if (skipped) return sizes;
  const { layers } = network;
  const last = layers.length - 1;
  const output = layers[last];
  const inhibition = output.type === 'dense' ? output.lateralInhibition : 0;
  // 1/(1 - x) errs by its square times the error of x.
  const lateral = lateralFactor(
    spikes[last],
    label,
    output.threshold,
    inhibition,
    neuronOf(network, output),
    rule.rule.window,
  ).map((factor) => Math.max(Math.abs(factor), factor * factor));
  const sized = { ...rule.rule, sideEffect: rule.rule.sideEffect === 'off' ? 'off' : 'linear' } as const;
  let delta = deltas[last].map(Math.abs);
  for (let k = last; k >= layers.findIndex(isLearned); k--) {
    const layer = layers[k];
    const own = k === last ? awake(spikes[last], label, silentClassTrain(network.steps, rule.loss.desired)) : spikes[k];
    const passage = {
      input: k === 0 ? input : spikes[k - 1],
      own,
      neuron: neuronOf(network, layer),
      rule: sized,
    };
    const sizesOfWeights = weights[k].map(Math.abs);
    const down = layerBackward(layer, sizesOfWeights, passage, delta, sizes[k]);
    if (rule.rule.sideEffect === 'saturating') {
      // 1/(1 - k s) is at most 1/(1 - k), and errs by its square times the error of s; what goes down has no such
      // factor.
      const bounds = Float64Array.from(
        firingCounts(own),
        (o) => 1 / (1 - elasticity(o, network.steps, passage.neuron.tauM)) ** 2,
      );
      const bounded = delta.map((d, i) => d * (Number.isFinite(bounds[i]) ? bounds[i] : 1));
      layerBackward(layer, sizesOfWeights, passage, bounded, sizes[k].fill(0));
    }
    if (k > 0)
      delta = down.map(
        (p) => p / (layers[k - 1].type === 'pooling' || rule.rule.errorScale === 'none' ? 1 : layers[k - 1].threshold),
      );
  }
  const inputs = sizes[last].length / output.units;
  sizes[last].forEach((_, n) => (sizes[last][n] *= lateral[Math.floor(n / inputs)]));
  return sizes;
}

function awake(output: SpikeTrains, label: number, train: Uint16Array): SpikeTrains {
  if (firingCounts(output)[label] > 0) return output;
  return packSpikeTrains(
    output.name,
    output.steps,
    Array.from({ length: output.neurons }, (_, n) => (n === label ? train : spikeTimes(output, n))),
  );
}

export const largest = (values: ArrayLike<number>): number => {
  let most = 0;
  for (let k = 0; k < values.length; k++) most = Math.max(most, Math.abs(values[k]));
  return most;
};

/** Largest difference between two arrays. */
export const farthest = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let most = 0;
  for (let k = 0; k < b.length; k++) most = Math.max(most, Math.abs(a[k] - b[k]));
  return most;
};

/** Whether a gradient can be had to 1e-5 of its largest value in float32: its terms do not cancel. */
export const isConditioned = (layer: Layer, gradient: ArrayLike<number>, sizes: ArrayLike<number>): boolean =>
  largest(sizes) <= mostCancellation[layer.type === 'convolution' ? 'convolution' : 'dense'] * largest(gradient);
