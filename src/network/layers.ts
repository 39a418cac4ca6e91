/** The kinds of layers as plain data, and their builders: `input`, `dense`, `convolution`, `pooling`, `reservoir`. */
import { requireKnown } from './known.js';
import { neuronNames, type NeuronOptions, neuronPart } from './neuron.js';
import { describe, requireFlag, requireInteger, requireList, requireNumber } from './require.js';

/** `[channels, rows, columns]`; a neuron's index is (channel * rows + row) * columns + column. */
export type Volume = readonly [channels: number, rows: number, columns: number];

/** What every kind of layer has. */
interface LayerBase extends Readonly<NeuronOptions> {
  readonly name: string;
  readonly inputs: number;
  readonly units: number;
  /** Firing threshold. */
  readonly threshold: number;
}

export interface DenseLayer extends LayerBase {
  readonly type: 'dense';
  /** Fixed weight -w0 between every pair of units; 0 for none. */
  readonly lateralInhibition: number;
  /** Initial weights are uniform in +-initialRange. */
  readonly initialRange: number;
  /** Present when training leaves the weights as they are. */
  readonly trainable?: false;
  /** Share of the neurons that are silent in a training sample; absent: none. */
  readonly dropout?: number;
}

/**
 * Cross-correlation with shared weights, stride 1: one filter of `inputShape[0]` x kernel x kernel weights for each
 * channel of `shape`.
 */
export interface ConvolutionLayer extends LayerBase {
  readonly type: 'convolution';
  readonly inputShape: Volume;
  readonly shape: Volume;
  readonly kernel: number;
  /** Rows and columns of silence around the image. */
  readonly padding: number;
  readonly initialRange: number;
  readonly trainable?: false;
}

/** One neuron for each size x size field of a channel, weight 1 from each input in it; nothing is learned. */
export interface PoolingLayer extends LayerBase {
  readonly type: 'pooling';
  readonly inputShape: Volume;
  /** Rows and columns: ceil(input / stride); fields are cut at the border. */
  readonly shape: Volume;
  readonly size: number;
  readonly stride: number;
}

/** How a reservoir's random connections are drawn; `reservoir.ts` has the rule. */
export interface ReservoirConnectivity {
  /** Neurons along x, y, z. */
  readonly grid: readonly [number, number, number];
  /** Draws of an input for each neuron. */
  readonly inputConnections: number;
  /** Size of an input weight; its sign is drawn. */
  readonly inputWeight: number;
  /** Size of a recurrent weight: + from an excitatory neuron, - from an inhibitory one. */
  readonly recurrentWeight: number;
}

/** Fixed recurrent layer: weights `[units, inputs + units]`, input weights before recurrent ones; it learns nothing. */
export interface ReservoirLayer extends LayerBase {
  readonly type: 'reservoir';
  /** Absent when the weights come from a file. */
  readonly connectivity?: ReservoirConnectivity;
}

export type Layer = DenseLayer | ConvolutionLayer | PoolingLayer | ReservoirLayer;

export interface InputShape {
  readonly type: 'input';
  readonly shape: readonly number[];
}
export interface DenseOptions extends NeuronOptions {
  threshold?: number;
  lateralInhibition?: number;
  initialRange?: number;
  /** `false`: training leaves the layer's weights as they are; errors pass through. Default true. */
  trainable?: boolean;
  /** Share of neurons, drawn for each training sample, silent in it (`dropout.ts`); hidden layers only. Default 0. */
  dropout?: number;
  name?: string;
}
export interface DenseUnits extends DenseOptions {
  readonly type: 'dense';
  readonly units: number;
}
export interface ConvolutionOptions extends NeuronOptions {
  padding?: number;
  threshold?: number;
  initialRange?: number;
  /** As of `dense`. */
  trainable?: boolean;
  name?: string;
}
export interface ConvolutionChannels extends ConvolutionOptions {
  readonly type: 'convolution';
  readonly channels: number;
  readonly kernel: number;
}
export interface PoolingOptions extends NeuronOptions {
  stride?: number;
  threshold?: number;
  name?: string;
}
export interface PoolingSize extends PoolingOptions {
  readonly type: 'pooling';
  readonly size: number;
}
export interface ReservoirOptions extends NeuronOptions {
  threshold?: number;
  inputConnections?: number;
  inputWeight?: number;
  recurrentWeight?: number;
  name?: string;
}
export interface ReservoirUnits extends ReservoirOptions {
  readonly type: 'reservoir';
  readonly grid?: readonly [number, number, number];
  readonly units: number;
}
/** What stands between `input(...)` and the end of a network. */
export type LayerPart = DenseUnits | ConvolutionChannels | PoolingSize | ReservoirUnits;

/** Input of `shape` neurons, for instance `input(784)`, `input(28, 28)` or `input(channels, rows, columns)`. */
export function input(...shape: number[]): InputShape {
  if (shape.length === 0) throw new RangeError('input() needs a shape: write input(784) or input(28, 28)');
  shape.forEach((size) => requireInteger('input size', size, 1, 1 << 20));
  requireInteger(
    'number of inputs',
    shape.reduce((a, b) => a * b, 1),
    1,
    1 << 20,
  );
  return { type: 'input', shape };
}

/** Fully connected layer of `units` spiking neurons. Default threshold 20, no inhibition, weights uniform in +-1. */
export function dense(units: number, options: DenseOptions = {}): DenseUnits {
  requireKnown('dense()', options, [
    'threshold',
    'lateralInhibition',
    'initialRange',
    'trainable',
    'dropout',
    'name',
    ...neuronNames,
  ]);
  requireInteger('units of a dense layer', units, 1, 1 << 16);
  checkCommon(options);
  if (options.lateralInhibition !== undefined) requireNumber('lateralInhibition', options.lateralInhibition, 0, 1e3);
  if (options.initialRange !== undefined) requireNumber('initialRange', options.initialRange, 0, 1e3);
  if (options.dropout !== undefined) requireNumber('dropout', options.dropout, 0, 0.95);
  return { type: 'dense', units, ...options };
}

/** `channels` filters of kernel x kernel, stride 1. Default no padding, threshold 5, weights uniform in +-0.5. */
export function convolution(channels: number, kernel: number, options: ConvolutionOptions = {}): ConvolutionChannels {
  requireKnown('convolution()', options, ['padding', 'threshold', 'initialRange', 'trainable', 'name', ...neuronNames]);
  requireInteger('channels of a convolution', channels, 1, 1 << 12);
  requireInteger('kernel', kernel, 1, 1 << 10);
  if (options.padding !== undefined) requireInteger('padding', options.padding, 0, kernel - 1);
  checkCommon(options);
  if (options.initialRange !== undefined) requireNumber('initialRange', options.initialRange, 0, 1e3);
  return { type: 'convolution', channels, kernel, ...options };
}

/** Spiking pooling over size x size fields. Default stride = size (a smaller one makes them overlap), threshold 2. */
export function pooling(size: number, options: PoolingOptions = {}): PoolingSize {
  requireKnown('pooling()', options, ['stride', 'threshold', 'name', ...neuronNames]);
  requireInteger('size of a pooling field', size, 1, 1 << 10);
  if (options.stride !== undefined) requireInteger('stride', options.stride, 1, size);
  checkCommon(options);
  return { type: 'pooling', size, ...options };
}

/**
 * Fixed recurrent layer. `reservoir([3, 3, 15])` draws its connections on a grid of neurons; `reservoir(135)` takes its
 * weights from a file. Default threshold 20, and for each neuron 32 draws of an input with weight +-8; recurrent
 * weights +-1: the authors' settings for speech.
 */
export function reservoir(
  size: number | readonly [number, number, number],
  options: ReservoirOptions = {},
): ReservoirUnits {
  requireKnown('reservoir()', options, reservoirNames);
  if (typeof size !== 'number') requireList('reservoir()', size, 'a number of neurons or a grid such as [3, 3, 15]');
  const grid = typeof size === 'number' ? undefined : size;
  if (grid) requireInteger('sides of a reservoir grid', grid.length, 3, 3);
  grid?.forEach((length) => requireInteger('size of the reservoir grid', length, 1, 1 << 12));
  const units = requireInteger(
    'units of a reservoir',
    typeof size === 'number' ? size : size[0] * size[1] * size[2],
    1,
    1 << 12,
  );
  checkCommon(options);
  if (options.inputConnections !== undefined) requireInteger('inputConnections', options.inputConnections, 1, 1 << 16);
  if (options.inputWeight !== undefined) requireNumber('inputWeight', options.inputWeight, 0, 1e3);
  if (options.recurrentWeight !== undefined) requireNumber('recurrentWeight', options.recurrentWeight, 0, 1e3);
  const drawn = grid ? undefined : (['inputConnections', 'inputWeight', 'recurrentWeight'] as const);
  const idle = drawn?.find((name) => options[name] !== undefined);
  if (idle)
    throw new RangeError(`${idle} is of connections that are drawn: write reservoir([3, 3, 15], …), or leave it out`);
  return { type: 'reservoir', units, ...(grid && { grid }), ...options };
}

const reservoirNames = ['threshold', 'inputConnections', 'inputWeight', 'recurrentWeight', 'name', ...neuronNames];

/** What several kinds of layers have. */
function checkCommon(options: NeuronOptions & { name?: string; threshold?: number; trainable?: boolean }): void {
  const { name, threshold, trainable } = options;
  if (name !== undefined && typeof name !== 'string')
    throw new TypeError(`the name of a layer takes a text, not ${describe(name)}`);
  if (threshold !== undefined) requireNumber('threshold', threshold, 1e-3, 1e6);
  if (trainable !== undefined) requireFlag('trainable', trainable);
  neuronPart(options);
}

/** Whether the layer has weights that training could change. */
export function isLearnable(layer: Layer): layer is DenseLayer | ConvolutionLayer {
  return layer.type === 'dense' || layer.type === 'convolution';
}

/** Whether training changes the layer's weights. */
export function isLearned(layer: Layer): boolean {
  return isLearnable(layer) && layer.trainable !== false;
}

/** Shape of a layer's weights: one row for each neuron, or for each filter; none for pooling. */
export function weightShape(layer: Layer): { readonly rows: number; readonly columns: number } {
  switch (layer.type) {
    case 'dense':
      return { rows: layer.units, columns: layer.inputs };
    case 'convolution':
      return { rows: layer.shape[0], columns: layer.inputShape[0] * layer.kernel * layer.kernel };
    case 'pooling':
      return { rows: 0, columns: 0 };
    case 'reservoir':
      return { rows: layer.units, columns: layer.inputs + layer.units };
  }
}
