/**
 * Case descriptions: the JSON files that say which golden file belongs where. Every value read from them is checked
 * here.
 */
import {
  convolution,
  dense,
  describeNetwork,
  input,
  pooling,
  reservoir,
  type LayerPart,
  type Network,
} from '../network/network.js';
import { requireChoice, requireInteger, requireNumber } from '../network/require.js';
import {
  adam,
  exponential,
  firingCount,
  hm2bp,
  sgd,
  type SideEffect,
  sideEffects,
  softmaxCount,
  type LearningRule,
} from '../network/rule.js';

export const spikeFormats = ['events', 'dense'] as const;
export const weightFormats = ['convolution', 'pairs'] as const;
export interface File<Format extends string> {
  readonly file: string;
  readonly format: Format;
}
export type SpikeFile = File<(typeof spikeFormats)[number]>;
export type WeightFile = File<(typeof weightFormats)[number]>;

/** The files of one layer; what is absent is not compared. */
export interface LayerFiles {
  readonly spikesBefore?: SpikeFile;
  readonly spikesAfter?: SpikeFile;
  readonly weightsBefore?: WeightFile;
  readonly weightsAfter?: WeightFile;
  /** Weights between the units of a reservoir. */
  readonly recurrent?: WeightFile;
}

export interface GoldenCase {
  readonly name: string;
  readonly archive?: string;
  readonly network: Network;
  readonly label: number;
  readonly input: File<'events' | 'dense' | 'cochleagram'>;
  /** What a cochleagram should be coded to. */
  readonly inputSpikes?: SpikeFile;
  readonly files: readonly LayerFiles[];
  /** Absent: only the forward pass before training is compared. */
  readonly rule?: LearningRule;
  /** Largest difference of a trained weight. */
  readonly tolerance: number;
}

type Json = { readonly [key: string]: unknown };

/**
 * Checks a parsed case description.
 * @param fallbackName used when the case has no name of its own
 * @throws RangeError naming the key, its value and what it must be
 */
export function readDescription(json: unknown, fallbackName: string): GoldenCase {
  const root = object(json, 'case');
  const layers = array(root.layers, 'layers').map((layer, index) => object(layer, `layers[${index}]`));
  const inputs = object(root.input, 'input');
  const neuron = root.neuron === undefined ? {} : object(root.neuron, 'neuron');
  const shape = array(inputs.shape, 'input.shape').map((size, n) =>
    requireInteger(`input.shape[${n}]`, size, 1, 1 << 20),
  );
  const network = describeNetwork([input(...shape), ...layers.map(layerPart)], {
    steps: requireInteger('steps', root.steps, 1, 4096),
    tauM: optionalNumber(neuron.tauM),
    tauS: optionalNumber(neuron.tauS),
    refractory: optionalNumber(neuron.refractory),
  });
  const training = root.training === undefined ? undefined : object(root.training, 'training');
  const tolerance = root.tolerance === undefined ? {} : object(root.tolerance, 'tolerance');
  const classes = network.layers[network.layers.length - 1].units;
  return {
    name: root.name === undefined ? fallbackName : text(root.name, 'name'),
    ...(root.archive !== undefined && { archive: text(root.archive, 'archive') }),
    network,
    label: training || root.label !== undefined ? requireInteger('label', root.label, 0, classes - 1) : 0,
    input: fileOf(inputs, 'input', ['events', 'dense', 'cochleagram'], 'events')!,
    inputSpikes: fileOf(inputs.spikes, 'input.spikes', spikeFormats, 'events'),
    files: layers.map(layerFiles),
    ...(training && { rule: learningRule(training) }),
    tolerance: requireNumber('tolerance.weights', tolerance.weights ?? 1e-4, 0, 1),
  };
}

function layerPart(layer: Json): LayerPart {
  const common = {
    threshold: requireNumber('threshold', layer.threshold, 1e-3, 1e6),
    ...(layer.name !== undefined && { name: text(layer.name, 'name') }),
  };
  const type = requireChoice('layer type', layer.type, ['dense', 'convolution', 'pooling', 'reservoir']);
  const integer = (key: string): number => requireInteger(`${key} of a ${type} layer`, layer[key], 1, 1 << 20);
  switch (type) {
    case 'dense':
      return dense(integer('units'), { ...common, lateralInhibition: optionalNumber(layer.lateralInhibition) });
    case 'convolution':
      return convolution(integer('channels'), integer('kernel'), { ...common, padding: optionalNumber(layer.padding) });
    case 'pooling':
      return pooling(integer('size'), { ...common, stride: optionalNumber(layer.stride) });
    case 'reservoir':
      return reservoir(integer('units'), common);
  }
}

function layerFiles(layer: Json): LayerFiles {
  const name = `layer ${String(layer.name ?? layer.type)}`;
  const spikes = layer.spikes === undefined ? {} : object(layer.spikes, `${name}: spikes`);
  const weights = layer.weights === undefined ? {} : object(layer.weights, `${name}: weights`);
  const [image, pairs] = [
    layer.type === 'convolution' || layer.type === 'pooling' ? 'dense' : 'events',
    layer.type === 'convolution' ? 'convolution' : 'pairs',
  ] as const;
  const one = <F extends string>(
    group: Json,
    key: string,
    what: string,
    formats: readonly F[],
    usual: F,
  ): File<F> | undefined =>
    group[key] === undefined
      ? undefined
      : fileOf({ format: group.format, ...asFile(group[key]) }, `${name}: ${what}.${key}`, formats, usual);
  return {
    spikesBefore: one(spikes, 'before', 'spikes', spikeFormats, image),
    spikesAfter: one(spikes, 'after', 'spikes', spikeFormats, image),
    weightsBefore: one(weights, 'before', 'weights', weightFormats, pairs),
    weightsAfter: one(weights, 'after', 'weights', weightFormats, pairs),
    recurrent: fileOf(layer.recurrent, `${name}: recurrent`, weightFormats, 'pairs'),
  };
}

function learningRule(training: Json): LearningRule {
  const { optimizer: chosen, regularizer, loss } = training;
  const options = object(chosen, 'training.optimizer');
  const lr = requireNumber('training.optimizer.learningRate', options.learningRate, 0, 1e3);
  const adamOptions = {
    lr,
    beta1: optionalNumber(options.beta1),
    beta2: optionalNumber(options.beta2),
    epsilon: optionalNumber(options.epsilon),
  };
  const losses = loss === undefined ? {} : object(loss, 'training.loss');
  const counts = {
    desired: optionalNumber(losses.desired),
    undesired: optionalNumber(losses.undesired),
    margin: optionalNumber(losses.margin),
  };
  const terms = regularizer === undefined ? {} : object(regularizer, 'training.regularizer');
  const type = requireChoice('training.optimizer.type', options.type, ['adam', 'sgd']);
  return {
    rule: hm2bp({
      sideEffect:
        training.sideEffect === undefined
          ? undefined
          : requireChoice<SideEffect>('training.sideEffect', training.sideEffect, sideEffects),
      effectRatio: optionalBoolean(training.effectRatio, 'training.effectRatio'),
      window: optionalNumber(training.window),
    }),
    loss:
      requireChoice('training.loss.type', losses.type ?? 'firingCount', ['firingCount', 'softmaxCount']) ===
      'firingCount'
        ? firingCount(counts)
        : softmaxCount({ desired: counts.desired }),
    regularizer: exponential({
      lambda: optionalNumber(terms.lambda),
      beta: optionalNumber(terms.beta),
      limit: optionalNumber(terms.limit),
    }),
    optimizer: type === 'adam' ? adam(adamOptions) : sgd({ lr, momentum: optionalNumber(options.momentum) }),
    boosting: false,
    idle: 'step',
    batchSize: 1,
    encoding: 'once',
  };
}

/** A file given as its path, or as an object with `file` (or `before`) and perhaps `format`. */
function fileOf<F extends string>(value: unknown, name: string, formats: readonly F[], usual: F): File<F> | undefined {
  if (value === undefined) return undefined;
  const { file, before, format } = asFile(value);
  return {
    file: text(file ?? before, `${name}: file`),
    format: requireChoice(`${name}: format`, format ?? usual, formats),
  };
}

const asFile = (value: unknown): Json => (typeof value === 'string' ? { file: value } : object(value, 'file'));

function object(value: unknown, name: string): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new RangeError(`${name} is ${JSON.stringify(value)}: it must be an object`);
  return value as Json;
}

function array(value: unknown, name: string): readonly unknown[] {
  if (!Array.isArray(value) || value.length === 0)
    throw new RangeError(`${name} is ${JSON.stringify(value)}: it must be a list with at least one entry`);
  return value;
}

function text(value: unknown, name: string): string {
  if (typeof value !== 'string' || value === '')
    throw new RangeError(`${name} is ${JSON.stringify(value)}: it must be a text`);
  return value;
}

/** Passes on what the builders of layers and rules check themselves. */
function optionalNumber(value: unknown): number | undefined {
  return value === undefined || value === null ? undefined : (value as number);
}

function optionalBoolean(value: unknown, name: string): boolean | undefined {
  if (value !== undefined && typeof value !== 'boolean')
    throw new RangeError(`${name} is ${JSON.stringify(value)}: it must be true or false`);
  return value;
}
