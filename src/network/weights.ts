/** Weights as the library holds them outside the engine: one row-major Float32Array `[units, inputs]` for each layer. */
import { RandomStream, sampleKey } from '../data/random.js';
import type { Network } from './network.js';

/** Uniform initial weights: float32 of `(2u - 1) * initialRange`, one stream for each neuron, keyed by (seed, layer, neuron). */
export function initialWeights(network: Network, seed: number): Float32Array[] {
  return network.layers.map((layer, index) => {
    const key = sampleKey(seed, 'initialWeights', 0, index);
    const weights = new Float32Array(layer.units * layer.inputs);
    for (let i = 0; i < layer.units; i++) {
      const stream = new RandomStream(key, i);
      for (let j = 0; j < layer.inputs; j++) weights[i * layer.inputs + j] = (2 * stream.uniform() - 1) * layer.initialRange;
    }
    return weights;
  });
}

/** Refuses weights of the wrong size or with NaN or infinite values, naming the layer and the place. */
export function checkWeights(network: Network, weights: readonly Float32Array[]): void {
  if (weights.length !== network.layers.length) {
    throw new RangeError(`${weights.length} weight arrays for a network of ${network.layers.length} layers: give one for each layer`);
  }
  network.layers.forEach((layer, index) => {
    const w = weights[index];
    if (w.length !== layer.units * layer.inputs) {
      throw new RangeError(`layer ${layer.name}: ${w.length} weights, expected ${layer.units} x ${layer.inputs} = ${layer.units * layer.inputs}`);
    }
    const bad = w.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) {
      const place = `neuron ${Math.floor(bad / layer.inputs)}, input ${bad % layer.inputs}`;
      throw new RangeError(`layer ${layer.name}: weight is ${w[bad]} at ${place}; start from finite weights (a checkpoint before the loss grew, or a smaller lr)`);
    }
  });
}
