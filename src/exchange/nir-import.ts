/** Networks from NIR files: a chain of layers of current-based LIF neurons; everything else is refused by its name. */
import { readHdf5 } from '../data/formats/hdf5.js';
import { input, type LayerPart } from '../network/layers.js';
import { pick, requireKnown } from '../network/known.js';
import { describeNetwork, neuronNames } from '../network/network.js';
import { requireInteger, requireNumber, requireText } from '../network/require.js';
import { readWholeFile } from '#train-platform';
import { learningNames } from '../network/rule.js';
import { type LearningOptions, learningRule } from '../train/build.js';
import { SpikingNetwork } from '../train/model.js';
import { layerOf, requireFit, requireWeights, shapeAfter } from './nir-layers.js';
import { chainOf, NirError, type NirNode, readNirNodes } from './nir-nodes.js';
import { type ImportedNeuron, neuronOf } from './nir-neurons.js';

export interface ImportNirOptions extends Omit<LearningOptions, 'weights'> {
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
 * one group, bias 0), SumPool2d or AvgPool2d (fields that cover the image), then CubaLIF with one threshold and one
 * pair of time constants in each layer; Flatten between. A neuron's gain `w_in · r · dt/tau_mem` other than 1 goes into
 * the weights, after pooling into the threshold. Weights are kept as float32.
 * @example const net = await importNir('mnist.nir'); await net.evaluate(test);
 * @throws NirError naming the node and what of it is not supported; Hdf5Error for a damaged file
 */
export async function importNir(file: string, options: ImportNirOptions = {}): Promise<SpikingNetwork> {
  requireText('importNir()', file, 'the path of a NIR file');
  requireKnown('importNir()', options, ['dt', 'steps', 'refractory', ...learnable]);
  const graph = readNirNodes(await readHdf5(await readWholeFile(file), file), file);
  const nameOf = (option: 'dt' | 'steps'): string =>
    options[option] === undefined && graph[option] !== undefined ? `${option} of ${file}` : option;
  const dt = requireNumber(nameOf('dt'), options.dt ?? graph.dt ?? 1e-3, 1e-9, 10);
  const steps = requireInteger(nameOf('steps'), options.steps ?? graph.steps ?? 400, 1, 4096);
  if (options.refractory !== undefined) requireInteger('refractory', options.refractory, 0, 255);
  const [first, ...rest] = chainOf(graph);
  const inputs = first.trying(() => input(...first.integers('shape')));
  const parts: LayerPart[] = [];
  const weights: Float32Array[] = [];
  const pairs = layersOf(rest);
  let shape = inputs.shape;
  let common: ImportedNeuron | undefined;
  for (const [connection, follower] of pairs) {
    const before = shape;
    shape = shapeAfter(connection, before);
    const neuron = { ...neuronOf(follower, dt, sizeOf(shape)), ...pick(options, ['refractory']) };
    const usual = (common ??= neuron);
    const { part, values } = connection.trying(() => layerOf(connection, neuron, usual, before));
    parts.push(part);
    weights.push(values);
  }
  const last = pairs.at(-1)?.[0];
  if (!common || !last) throw new NirError(`${file}: no layer between its Input and its Output`);
  if (parts[parts.length - 1].type !== 'dense')
    throw last.unsupported('the last layer: the outputs of Spikelab are classes, after Linear or Affine');
  const constants = pick(common, neuronNames);
  const network = last.trying(() => describeNetwork([inputs, ...parts], { ...constants, steps }));
  network.layers.forEach((layer, k) => requireFit(pairs[k][0], layer, weights[k]));
  requireOutputs(rest[rest.length - 1], sizeOf(shape));
  const { seed, threads } = options;
  return SpikingNetwork.create(network, learningRule(pick(options, learnable)), {
    weights,
    ...(seed !== undefined && { seed }),
    ...(threads !== undefined && { threads }),
  });
}

/** The weights and the time constants are the file's. */
const learnable = learningNames.filter((name) => name !== 'weights');

/** Pairs of weights and neurons. @throws NirError for anything else between the Input and the Output */
function layersOf(nodes: readonly NirNode[]): [NirNode, NirNode][] {
  nodes.forEach((node, k) => {
    if (node.type === 'Flatten' && ['Conv2d', 'SumPool2d', 'AvgPool2d'].includes(nodes[k + 1]?.type))
      throw node.unsupported(`${JSON.stringify(nodes[k + 1].name)} (${nodes[k + 1].type}) after it takes images`);
  });
  const steps = nodes.filter(({ type }) => type !== 'Flatten' && type !== 'Output');
  const pairs: [NirNode, NirNode][] = [];
  for (let k = 0; k < steps.length; k += 2) {
    const [connection, follower] = [steps[k], steps[k + 1] as NirNode | undefined];
    requireWeights(connection);
    if (follower?.type !== 'CubaLIF')
      throw connection.unsupported(
        `followed by ${follower ? `${follower.type} ${JSON.stringify(follower.name)}` : 'nothing'}: each layer is weights, then CubaLIF neurons`,
      );
    pairs.push([connection, follower]);
  }
  return pairs;
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

function requireOutputs(output: NirNode, units: number): void {
  if (!output.isNumbers('shape')) return; // a file that was written without types
  const named = output.integers('shape');
  if (sizeOf(named) !== units)
    throw output.unsupported(`its shape is [${named.join(', ')}], the last layer has ${units} neurons`);
}
