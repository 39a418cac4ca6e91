/**
 * What a network is, as plain data: shapes, neuron parameters and nothing that changes. Builders check each value and
 * name the limit; the algorithm (`hm2bp/`), the engine and the checkpoint reader all take this one description.
 */
import { joinLayers } from './join.js';
import { requireKnown } from './known.js';
import { input, type InputShape, type Layer, type LayerPart } from './layers.js';
import { completeNeuron, defaultNeuron, neuronNames, type NeuronParameters } from './neuron.js';
import { requireInteger, requireList } from './require.js';
import { learningNames } from './rule.js';

export * from './layers.js';
export * from './neuron.js';

export interface Network {
  readonly inputShape: readonly number[];
  readonly inputs: number;
  readonly layers: readonly Layer[];
  /** T: simulated steps of 1 ms for each sample. */
  readonly steps: number;
  /** Of every layer that has no constants of its own: `neuronOf(network, layer)`. */
  readonly neuron: NeuronParameters;
}

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
  requireList('a network', parts, 'a list of its layers, such as [input(784), dense(10)]');
  // One object of options may be for the network and for its rule, as that of `sequential` is.
  requireKnown('describeNetwork()', options, ['steps', ...neuronNames, ...learningNames]);
  const [first, ...rest] = parts;
  if (first?.type !== 'input')
    throw new RangeError('a network starts with input(...): write sequential([input(784), dense(10)])');
  if (rest.length === 0) throw new RangeError('a network needs at least one layer after its input: add dense(10)');
  const neuron = completeNeuron(options, defaultNeuron);
  requireKnown('input', first, ['type', 'shape']);
  const { shape } = input(...requireList('the shape of the input', first.shape, 'a list such as [28, 28]'));
  const inputs = shape.reduce((a, b) => a * b, 1);
  const layers = joinLayers(shape, rest);
  for (const layer of layers) completeNeuron(layer, neuron, `layer ${layer.name}: `);
  return {
    inputShape: shape,
    inputs,
    layers,
    steps: requireInteger('steps', options.steps ?? 400, 1, 4096),
    neuron,
  };
}
