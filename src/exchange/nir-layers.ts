/** Weights of a NIR file, and the neurons after them, as a layer of Spikelab. */
import { pick } from '../network/known.js';
import { convolution, dense, type Layer, type LayerPart, pooling, weightShape } from '../network/layers.js';
import { neuronNames, type NeuronOptions } from '../network/neuron.js';
import { requireInteger } from '../network/require.js';
import { type ImportedNeuron } from './nir-neurons.js';
import type { NirNode } from './nir-nodes.js';

export interface ImportedLayer {
  readonly part: LayerPart;
  /** Float32, the neurons' gain in them. */
  readonly values: Float32Array;
}

interface Common extends NeuronOptions {
  readonly threshold: number;
  readonly name?: string;
}

const kinds = ['Linear', 'Affine', 'Conv2d', 'SumPool2d', 'AvgPool2d'];

/** @throws NirError for nodes that carry no weights that Spikelab knows */
export function requireWeights(node: NirNode): void {
  if (kinds.includes(node.type)) return;
  throw node.unsupported(
    `not supported here: Spikelab knows ${kinds.slice(0, -1).join(', ')} and ${kinds.at(-1)}, each followed by CubaLIF, and Flatten`,
  );
}

/**
 * Shape of what these weights lead to: `[units]` or `[channels, rows, columns]`, where `before` is that of what comes
 * in.
 */
export function shapeAfter(node: NirNode, before: readonly number[]): readonly number[] {
  const [rows, columns] = before.slice(-2);
  switch (node.type) {
    case 'Linear':
    case 'Affine':
      return [matrixOf(node).shape[0]];
    case 'Conv2d': {
      const { shape, padding } = filtersOf(node);
      requireInput(node, before);
      const [down, across] = [rows, columns].map((length) => length + 2 * padding - shape[2] + 1);
      if (down < 1 || across < 1)
        throw node.unsupported(`filters of ${shape[2]} are larger than ${rows} x ${columns} with its padding`);
      return [shape[0], down, across];
    }
    default: {
      const size = fieldOf(node, before);
      return [before.length === 3 ? before[0] : 1, rows / size, columns / size];
    }
  }
}

/**
 * A layer, and its weights as the library holds them. It names the constants in which it differs from the `first`
 * layer.
 * @param before shape of what comes in
 */
export function layerOf(
  node: NirNode,
  neuron: ImportedNeuron,
  first: ImportedNeuron,
  before: readonly number[],
): ImportedLayer {
  const { lateralInhibition, name, gain, threshold } = neuron;
  const own = pick(
    neuron,
    neuronNames.filter((key) => neuron[key] !== first[key]),
  );
  const common: Common = { threshold, ...own, ...(name !== undefined && { name }) };
  const weighted = (values: ArrayLike<number | bigint>): Float32Array => {
    const weights = Float32Array.from(values as ArrayLike<number>, Number);
    return gain === 1 ? weights : weights.map((w) => w * gain);
  };
  switch (node.type) {
    case 'Linear':
    case 'Affine': {
      const { values, shape } = matrixOf(node);
      if (node.type === 'Affine') node.requireAll('bias', 0);
      return { part: dense(shape[0], { ...common, lateralInhibition }), values: weighted(values) };
    }
    case 'Conv2d': {
      const { values, shape, padding } = filtersOf(node);
      return { part: convolution(shape[0], shape[2], { ...common, padding }), values: weighted(values) };
    }
    default: {
      const size = fieldOf(node, before);
      // A pool's weights are 1 for good: what comes in larger meets a threshold that is larger by as much.
      const each = node.type === 'AvgPool2d' ? gain / size ** 2 : gain;
      if (each <= 0) throw node.unsupported(`its neurons have w_in · r · dt/tau_mem = ${gain}: it must be above 0`);
      return { part: pooling(size, { ...common, threshold: threshold / each }), values: new Float32Array(0) };
    }
  }
}

/** @throws NirError when the weights are of another shape than the layer, or too large for its 32 bits */
export function requireFit(node: NirNode, layer: Layer, values: Float32Array): void {
  const { rows, columns } = weightShape(layer);
  if (values.length !== rows * columns)
    throw node.unsupported(
      `weight has ${values.length / rows} values for each of its ${rows} outputs, what comes in takes ${columns}`,
    );
  if (!values.every(Number.isFinite)) throw node.unsupported('weight holds a value that float32 cannot');
}

function matrixOf(node: NirNode): { values: ArrayLike<number | bigint>; shape: readonly number[] } {
  const { values, shape } = node.numbers('weight');
  if (shape.length !== 2) throw node.unsupported(`weight has ${shape.length} dimensions, expected [outputs, inputs]`);
  return { values, shape };
}

interface Filters {
  readonly values: ArrayLike<number | bigint>;
  readonly shape: readonly number[];
  readonly padding: number;
}

function filtersOf(node: NirNode): Filters {
  const { values, shape } = node.numbers('weight');
  if (shape.length !== 4 || shape[2] !== shape[3])
    throw node.unsupported(`weight of shape ${shape.join(' x ')}: filters must be square`);
  node.requireAll('stride', 1);
  node.requireAll('dilation', 1);
  node.requireAll('groups', 1);
  node.requireAll('bias', 0);
  return { values, shape, padding: paddingOf(node, shape[2]) };
}

function paddingOf(node: NirNode, kernel: number): number {
  const word = node.text('padding');
  if (word === 'valid') return 0;
  if (word === 'same' && kernel % 2 === 1) return (kernel - 1) / 2;
  if (word !== undefined)
    throw node.unsupported(
      `padding ${JSON.stringify(word)} of filters of ${kernel}: it must be the same on all sides, as "same" is for an odd size`,
    );
  const [padding, other] = node.integers('padding');
  if (padding !== other)
    throw node.unsupported(`padding ${padding} x ${other}: it must be the same for rows and columns`);
  return node.trying(() => requireInteger('padding', padding, 0, kernel - 1));
}

/** Rows and columns, where the file names them, are those of what comes in. */
function requireInput(node: NirNode, before: readonly number[]): void {
  if (before.length === 1) throw node.unsupported(`what comes in are ${before[0]} values, expected an image`);
  const wanted = before.slice(-2);
  const named = node.isNumbers('input_shape') ? node.integers('input_shape') : wanted;
  if (named.length !== 2 || named[0] !== wanted[0] || named[1] !== wanted[1])
    throw node.unsupported(`input_shape is ${named.join(' x ')}, what comes in ${wanted.join(' x ')}`);
}

/** Side of a pool's fields, which must cover what comes in: NIR leaves out what is over, Spikelab cuts the fields. */
function fieldOf(node: NirNode, before: readonly number[]): number {
  const [size, other] = node.integers('kernel_size');
  if (size !== other) throw node.unsupported(`kernel_size ${size} x ${other}: fields must be square`);
  node.requireAll('padding', 0);
  node.requireAll('stride', size);
  if (before.length === 1) throw node.unsupported(`what comes in are ${before[0]} values, expected an image`);
  const [rows, columns] = before.slice(-2);
  if (rows % size !== 0 || columns % size !== 0)
    throw node.unsupported(
      `fields of ${size} do not cover ${rows} x ${columns}: NIR leaves out what is over, Spikelab cuts fields at the border`,
    );
  return size;
}
