/**
 * Random connections of a reservoir (liquid state machine): neurons on a 3-D grid, the nearer the likelier connected.
 * Source: W. Maass, T. Natschläger, H. Markram, Real-time computing without stable states, Neural Computation 14
 * (2002); probabilities scaled by 1.5 and weights +-1 as in the HM2-BP authors' code.
 */
import { exp } from '../numeric/exp.js';
import { RandomStream, sampleKey } from '../numeric/random.js';
import type { ReservoirLayer } from './layers.js';

const inhibitoryShare = 0.2;
/** Probability at distance 0, from (excitatory, inhibitory) to (excitatory, inhibitory). */
const probability = [
  [0.45, 0.3],
  [0.6, 0.15],
] as const;
/** Squared length over which it falls to 1/e, grid steps^2. */
const reach = 4;

/**
 * @param index of the layer in its network, part of the key
 * @returns `[units, inputs + units]`: input weights, then recurrent ones; zeros without `connectivity`
 */
export function reservoirWeights(layer: ReservoirLayer, seed: number, index: number): Float32Array {
  const { inputs, units, connectivity } = layer;
  const columns = inputs + units;
  const weights = new Float32Array(units * columns);
  if (!connectivity) return weights;
  const key = sampleKey(seed, 'reservoir', 0, index);
  const kinds = new RandomStream(key, units);
  const inhibitory = Array.from({ length: units }, () => kinds.uniform() < inhibitoryShare);
  const [, rows, depth] = connectivity.grid;
  const place = (n: number): [number, number, number] => [
    Math.floor(n / depth / rows),
    Math.floor(n / depth) % rows,
    n % depth,
  ];
  for (let i = 0; i < units; i++) {
    const stream = new RandomStream(key, i);
    for (let draw = 0; draw < connectivity.inputConnections; draw++) {
      const j = stream.below(inputs);
      weights[i * columns + j] = stream.uniform() < 0.5 ? connectivity.inputWeight : -connectivity.inputWeight;
    }
    const to = place(i);
    for (let j = 0; j < units; j++) {
      const distance = place(j).reduce((sum, value, axis) => sum + (value - to[axis]) ** 2, 0);
      const chance = probability[Number(inhibitory[j])][Number(inhibitory[i])] * exp(-distance / reach);
      if (stream.uniform() < chance)
        weights[i * columns + inputs + j] = inhibitory[j]
          ? -connectivity.recurrentWeight
          : connectivity.recurrentWeight;
    }
  }
  return weights;
}

/**
 * Joins input weights `[units, inputs]` and recurrent weights `[units, units]`, for instance from files, into a
 * reservoir's weights.
 */
export function joinReservoirWeights(units: number, fromInput: Float32Array, recurrent: Float32Array): Float32Array {
  const inputs = fromInput.length / units;
  const weights = new Float32Array(units * (inputs + units));
  for (let i = 0; i < units; i++) {
    weights.set(fromInput.subarray(i * inputs, (i + 1) * inputs), i * (inputs + units));
    weights.set(recurrent.subarray(i * units, (i + 1) * units), i * (inputs + units) + inputs);
  }
  return weights;
}
