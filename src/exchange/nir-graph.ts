/**
 * A network as a graph of the Neuromorphic Intermediate Representation (Pedersen et al. 2024, https://neuroir.org):
 * pure data, no file.
 *
 * A layer is its weights (Linear, Conv2d, SumPool2d) followed by current-based LIF neurons. In forward Euler steps of
 * dt, as simulators take them, NIR's equations are `I += dt/tau_syn (w_in S - I)` and `v += dt/tau_mem (r I - v)`. With
 * `r = tauM` and `w_in = 1` they are Spikelab's `i -= i/tauS; i += w s; v -= v/tauM; v += i/tauS` for `i = tauS I`.
 */
import type { Hdf5Group, Hdf5Node } from '../data/formats/hdf5.js';
import type { ConvolutionLayer, DenseLayer, Layer, PoolingLayer } from '../network/layers.js';
import { type Network, neuronOf } from '../network/network.js';
import { limitsOf } from './nir-limits.js';

/** Version of the Python package `nir` whose files these are. */
export const nirVersion = '1.0.8';

export interface NirGraph {
  /** The file's content. */
  readonly root: Hdf5Group;
  /** Names of the graph's nodes, from the input to the output. */
  readonly nodes: readonly string[];
}

const float64 = (value: number, shape: readonly number[]): Hdf5Node => ({
  values: new Float64Array(shape.reduce((a, b) => a * b, 1)).fill(value),
  shape,
});
const integers = (...values: number[]): Hdf5Node => ({
  values: BigInt64Array.from(values, BigInt),
  shape: [values.length],
});
const integer = (value: number): Hdf5Node => ({ values: BigInt64Array.of(BigInt(value)), shape: [] });
const text = (value: string): Hdf5Node => ({ texts: [value], shape: [] });

/**
 * @param weights one array for each layer, of its `weightShape`
 * @param dt seconds of a step
 * @throws RangeError for what NIR cannot say at all: a reservoir drawn at random, pooling fields cut at the border
 */
export function nirGraph(network: Network, weights: readonly Float32Array[], dt: number): NirGraph {
  const nodes = new Map<string, Hdf5Group>();
  const first = network.layers[0];
  // Dense layers take flat inputs; simulators would need a Flatten node that says nothing.
  const inputShape = 'inputShape' in first ? first.inputShape : [network.inputs];
  nodes.set('input', node('Input', { shape: integers(...inputShape) }));
  network.layers.forEach((layer, index) => {
    const before = network.layers[index - 1];
    const name = nodeName(layer, index);
    if (before && 'shape' in before && layer.type === 'dense') nodes.set(`${name}_flatten`, flatten(before.shape));
    nodes.set(`${name}_weights`, weightsNode(layer, weights[index]));
    nodes.set(`${name}_neurons`, neuronsNode(layer, network, dt));
  });
  nodes.set('output', node('Output', { shape: integers(network.layers[network.layers.length - 1].units) }));
  const names = [...nodes.keys()];
  const edges = names.slice(1).flatMap((name, k) => [names[k], name]);
  const graph: Hdf5Group = {
    members: {
      type: text('NIRGraph'),
      nodes: { members: Object.fromEntries(nodes) },
      edges: { texts: edges, shape: [edges.length / 2, 2] },
      metadata: {
        members: {
          creator: text('Spikelab'),
          dt: float64(dt, []),
          steps: integer(network.steps),
          limits: text(limitsOf(network).join('\n')),
        },
      },
    },
  };
  return { root: { members: { version: text(nirVersion), node: graph } }, nodes: names };
}

/** Names that HDF5, Python modules and NIR's own Input and Output leave free. */
function nodeName(layer: Layer, index: number): string {
  return `${index + 1}_${layer.name.replace(/[^A-Za-z0-9]+/g, '_')}`.replace(/^(\d)/, 'layer$1');
}

function node(type: string, members: Record<string, Hdf5Node>, metadata?: Record<string, Hdf5Node>): Hdf5Group {
  return { members: { type: text(type), ...members, ...(metadata && { metadata: { members: metadata } }) } };
}

/** NIR counts dimensions without the batch. */
function flatten(shape: readonly number[]): Hdf5Group {
  return node('Flatten', { input_type: integers(...shape), start_dim: integer(0), end_dim: integer(-1) });
}

function weightsNode(layer: Layer, weights: Float32Array): Hdf5Group {
  switch (layer.type) {
    case 'dense':
      return node('Linear', { weight: { values: weights, shape: [layer.units, layer.inputs] } });
    case 'convolution':
      return convolutionNode(layer, weights);
    case 'pooling':
      return poolingNode(layer);
    case 'reservoir':
      throw new RangeError(
        `layer ${layer.name}: a reservoir has no counterpart in NIR that simulators read: export the layers after it alone`,
      );
  }
}

function convolutionNode(layer: ConvolutionLayer, weights: Float32Array): Hdf5Group {
  const [channels] = layer.shape;
  const [inputChannels, rows, columns] = layer.inputShape;
  return node('Conv2d', {
    input_shape: integers(rows, columns),
    weight: { values: weights, shape: [channels, inputChannels, layer.kernel, layer.kernel] },
    stride: integers(1, 1),
    padding: integers(layer.padding, layer.padding),
    dilation: integers(1, 1),
    groups: integer(1),
    bias: { values: new Float32Array(channels), shape: [channels] },
  });
}

function poolingNode(layer: PoolingLayer): Hdf5Group {
  const [, rows, columns] = layer.inputShape;
  const cut = [rows, columns].find((length) => length % layer.stride !== 0 || layer.size !== layer.stride);
  if (cut !== undefined) {
    throw new RangeError(
      `layer ${layer.name}: fields of ${layer.size} every ${layer.stride} over ${rows} x ${columns} are cut at the border, ` +
        `which NIR's SumPool2d cannot say: choose a size that divides ${rows} and ${columns}`,
    );
  }
  const size = integers(layer.size, layer.size);
  return node('SumPool2d', { kernel_size: size, stride: size, padding: integers(0, 0) });
}

function neuronsNode(layer: Layer, network: Network, dt: number): Hdf5Group {
  const neuron = neuronOf(network, layer);
  const shape = 'shape' in layer ? layer.shape : [layer.units];
  const inhibition = (layer as Partial<DenseLayer>).lateralInhibition ?? 0;
  return node(
    'CubaLIF',
    {
      tau_syn: float64(neuron.tauS * dt, shape),
      tau_mem: float64(neuron.tauM * dt, shape),
      r: float64(neuron.tauM, shape),
      v_leak: float64(0, shape),
      v_reset: float64(0, shape),
      v_threshold: float64(layer.threshold, shape),
      w_in: float64(1, shape),
    },
    { name: text(layer.name), refractory: integer(neuron.refractory), lateral_inhibition: float64(inhibition, []) },
  );
}
