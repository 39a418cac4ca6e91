/**
 * What a network is, as plain data: shapes, neuron parameters and nothing that changes. Builders check each value and
 * name the limit; the algorithm (`hm2bp/`), the engine and the checkpoint reader all take this one description.
 */
import { joinLayers } from './join.js';
import type { InputShape, Layer, LayerPart } from './layers.js';
import { requireInteger, requireNumber } from './require.js';

export * from './layers.js';

/** Leaky integrate-and-fire parameters; time in steps of 1 ms. Paper section 2, defaults of the authors' code. */
export interface NeuronParameters {
  /** Membrane time constant. */
  readonly tauM: number;
  /** Synaptic time constant. */
  readonly tauS: number;
  /** Steps after a spike in which the membrane is held at 0. */
  readonly refractory: number;
}

export interface Network {
  readonly inputShape: readonly number[];
  readonly inputs: number;
  readonly layers: readonly Layer[];
  /** T: simulated steps of 1 ms for each sample. */
  readonly steps: number;
  readonly neuron: NeuronParameters;
}

export const defaultNeuron: NeuronParameters = { tauM: 64, tauS: 8, refractory: 2 };

export interface NetworkOptions {
  /** T, 1 .. 4096 steps of 1 ms. Default 400, the paper's for images. */
  steps?: number;
  tauM?: number;
  tauS?: number;
  refractory?: number;
}

/**
 * Joins an input and layers into a network description.
 * @throws RangeError naming the value, the limit and the fix
 */
export function describeNetwork(parts: readonly [InputShape, ...LayerPart[]], options: NetworkOptions = {}): Network {
  const [first, ...rest] = parts;
  if (first?.type !== 'input')
    throw new RangeError('a network starts with input(...): write sequential([input(784), dense(10)])');
  if (rest.length === 0) throw new RangeError('a network needs at least one layer after its input: add dense(10)');
  const neuron: NeuronParameters = {
    tauM: requireNumber('tauM', options.tauM ?? defaultNeuron.tauM, 1, 1e6),
    tauS: requireNumber('tauS', options.tauS ?? defaultNeuron.tauS, 1, 1e6),
    refractory: requireInteger('refractory', options.refractory ?? defaultNeuron.refractory, 0, 255),
  };
  if (neuron.tauS >= neuron.tauM) {
    throw new RangeError(
      `tauS ${neuron.tauS} must be below tauM ${neuron.tauM}: the post-synaptic potential divides by 1 - tauS/tauM`,
    );
  }
  const inputs = first.shape.reduce((a, b) => a * b, 1);
  const layers = joinLayers(first.shape, rest);
  return {
    inputShape: first.shape,
    inputs,
    layers,
    steps: requireInteger('steps', options.steps ?? 400, 1, 4096),
    neuron,
  };
}
