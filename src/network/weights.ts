/**
 * Weights as the library holds them outside the engine: one row-major Float32Array for each layer, `[units, inputs]` or
 * as `weightShape` says.
 */
import { RandomStream, sampleKey } from '../numeric/random.js';
import { weightShape } from './layers.js';
import type { Network } from './network.js';
import { requireList } from './require.js';
import { reservoirWeights } from './reservoir.js';

/**
 * Initial weights: float32 of `(2u - 1) * initialRange`, one stream for each neuron (each filter of a convolution),
 * keyed by (seed, layer, neuron); random connections for a reservoir. A reservoir without them starts at 0: its weights
 * come from a file.
 */
export function initialWeights(network: Network, seed: number): Float32Array[] {
  return network.layers.map((layer, index) => {
    if (layer.type === 'reservoir') return reservoirWeights(layer, seed, index);
    const { rows, columns } = weightShape(layer);
    const weights = new Float32Array(rows * columns);
    if (layer.type === 'pooling') return weights;
    const key = sampleKey(seed, 'initialWeights', 0, index);
    for (let i = 0; i < rows; i++) {
      const stream = new RandomStream(key, i);
      for (let j = 0; j < columns; j++) weights[i * columns + j] = (2 * stream.uniform() - 1) * layer.initialRange;
    }
    return weights;
  });
}

/** Refuses weights of the wrong size or with NaN or infinite values, naming the layer and the place. */
export function checkWeights(network: Network, weights: readonly Float32Array[]): void {
  requireList('weights', weights, 'a list of Float32Array, one for each layer');
  if (weights.length !== network.layers.length) {
    throw new RangeError(
      `${weights.length} weight arrays for a network of ${network.layers.length} layers: give one for each layer`,
    );
  }
  network.layers.forEach((layer, index) => {
    const w = requireList(`layer ${layer.name}`, weights[index], 'a Float32Array of weights');
    const { rows, columns } = weightShape(layer);
    if (w.length !== rows * columns) {
      throw new RangeError(
        `layer ${layer.name}: ${w.length} weights, expected ${rows} x ${columns} = ${rows * columns}`,
      );
    }
    const bad = w.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) {
      const place = `${layer.type === 'convolution' ? 'filter' : 'neuron'} ${Math.floor(bad / columns)}, input ${bad % columns}`;
      throw new RangeError(
        `layer ${layer.name}: weight is ${w[bad]} at ${place}; start from finite weights (a checkpoint before the loss grew, or a smaller lr)`,
      );
    }
  });
}
