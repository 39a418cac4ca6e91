/** Networks from NIR files: a chain of layers of current-based LIF neurons; everything else is refused by its name. */
import { readHdf5 } from '../data/formats/hdf5.js';
import { convolution, dense, type InputShape, input, type LayerPart, pooling } from '../network/layers.js';
import { pick, requireKnown } from '../network/known.js';
import { describeNetwork, neuronNames, type NeuronOptions, type NetworkOptions } from '../network/network.js';
import { requireNumber } from '../network/require.js';
import { readWholeFile } from '#train-platform';
import { type LearningOptions, learningRule, networkNames } from '../train/build.js';
import { SpikingNetwork } from '../train/model.js';
import { chainOf, NirError, type NirNode, readNirNodes } from './nir-nodes.js';
import { type ImportedNeuron, neuronOf } from './nir-neurons.js';

export interface ImportNirOptions extends LearningOptions {
  /** Seconds of a step. Default: the file's, if Spikelab wrote it, else 1e-3. */
  dt?: number;
  /** T, 1 .. 4096 steps. Default: the file's, if Spikelab wrote it, else 400. */
  steps?: number;
  /**
   * Steps after a spike in which the membrane is held at 0. Default: the file's, if Spikelab wrote it, else 0, as NIR's
   * neurons.
   */
  refractory?: number;
}

/**
 * Reads a network with its weights: Input, then for each layer Linear, Affine (bias 0), Conv2d (stride 1, no dilation,
 * one group, bias 0) or SumPool2d, then CubaLIF with one threshold and one pair of time constants in each layer;
 * Flatten between. A neuron's gain `w_in · r · dt/tau_mem` other than 1 goes into the weights.
 * @example const net = await importNir('mnist.nir'); await net.evaluate(test);
 * @throws NirError naming the node and what of it is not supported; Hdf5Error for a damaged file
 */
export async function importNir(file: string, options: ImportNirOptions = {}): Promise<SpikingNetwork> {
  requireKnown('importNir()', options, ['dt', ...networkNames]);
  const graph = readNirNodes(await readHdf5(await readWholeFile(file), file), file);
  const dt = requireNumber('dt', options.dt ?? graph.dt ?? 1e-3, 1e-9, 10);
  const [first, ...rest] = chainOf(graph);
  const parts: LayerPart[] = [];
  const weights: Float32Array[] = [];
  const neurons: ImportedNeuron[] = [];
  const steps = rest.filter(({ type }) => type !== 'Flatten' && type !== 'Output');
  for (let k = 0; k < steps.length; k += 2) {
    const connection = steps[k];
    const follower = steps[k + 1];
    if (follower?.type !== 'CubaLIF') {
      throw connection.unsupported(
        `followed by ${follower?.type ?? 'nothing'}: each layer is weights, then CubaLIF neurons`,
      );
    }
    const neuron = { ...neuronOf(follower, dt), ...pick(options, ['refractory']) };
    neurons.push(neuron);
    const { part, values } = layerOf(connection, neuron, neurons[0]);
    parts.push(part);
    weights.push(neuron.gain === 1 ? values : values.map((w) => w * neuron.gain));
  }
  if (parts.length === 0) throw new NirError(`${file}: no layer between its Input and its Output`);
  const common = neurons[0];
  const described: NetworkOptions = {
    ...pick(common, neuronNames),
    steps: options.steps ?? graph.steps ?? 400,
  };
  const network = describeNetwork([inputOf(first), ...parts], described);
  const { seed, threads } = options;
  return SpikingNetwork.create(network, learningRule(options), {
    weights,
    ...(seed !== undefined && { seed }),
    ...(threads !== undefined && { threads }),
  });
}

function inputOf(node: NirNode): InputShape {
  return input(...node.integers('shape'));
}

/**
 * A layer, and its weights as the library holds them. It names the constants in which it differs from the `first`
 * layer.
 */
function layerOf(
  connection: NirNode,
  neuron: ImportedNeuron,
  first: ImportedNeuron,
): { part: LayerPart; values: Float32Array } {
  const { threshold, lateralInhibition, name } = neuron;
  const own = pick(
    neuron,
    neuronNames.filter((key) => neuron[key] !== first[key]),
  );
  const common = { threshold, ...own, ...(name !== undefined && { name }) };
  switch (connection.type) {
    case 'Linear':
    case 'Affine': {
      const { values, shape } = connection.numbers('weight');
      if (shape.length !== 2)
        throw connection.unsupported(`weight has ${shape.length} dimensions, expected [outputs, inputs]`);
      if (connection.type === 'Affine') connection.requireAll('bias', 0);
      return { part: dense(shape[0], { ...common, lateralInhibition }), values: Float32Array.from(values, Number) };
    }
    case 'Conv2d':
      return convolutionOf(connection, common);
    case 'SumPool2d': {
      const [size, other] = connection.integers('kernel_size');
      if (size !== other) throw connection.unsupported(`kernel_size ${size} x ${other}: fields must be square`);
      connection.requireAll('padding', 0);
      connection.requireAll('stride', size);
      return { part: pooling(size, common), values: new Float32Array(0) };
    }
    default:
      throw connection.unsupported('Spikelab knows Linear, Affine, Conv2d and SumPool2d, each followed by CubaLIF');
  }
}

function convolutionOf(
  node: NirNode,
  common: NeuronOptions & { threshold: number; name?: string },
): { part: LayerPart; values: Float32Array } {
  const { values, shape } = node.numbers('weight');
  const [channels, , rows, columns] = shape;
  if (shape.length !== 4 || rows !== columns)
    throw node.unsupported(`weight of shape ${shape.join(' x ')}: filters must be square`);
  node.requireAll('stride', 1);
  node.requireAll('dilation', 1);
  node.requireAll('groups', 1);
  node.requireAll('bias', 0);
  const [padding, other] = node.integers('padding');
  if (padding !== other)
    throw node.unsupported(`padding ${padding} x ${other}: it must be the same for rows and columns`);
  return { part: convolution(channels, rows, { ...common, padding }), values: Float32Array.from(values, Number) };
}
