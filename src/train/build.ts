/** The two ways to make a network: `sequential` for researchers, `classifier` for the first lesson. */
import type { Augmentation } from '../network/augmentation.js';
import {
  dense,
  describeNetwork,
  type InputShape,
  input,
  type LayerPart,
  type Network,
  type NetworkOptions,
  neuronNames,
} from '../network/network.js';
import {
  adam,
  exponential,
  firingCount,
  classWeightsPart,
  type Hm2bpRule,
  hm2bp,
  learningNames,
  type LearningRule,
  type Loss,
  type Optimizer,
  type Regularizer,
  type SampleOrder,
} from '../network/rule.js';
import { pick, requireKnown } from '../network/known.js';
import { requireInteger, requireList } from '../network/require.js';
import { givenRule } from '../network/given.js';
import { initialWeights } from '../network/weights.js';
import { SpikingNetwork } from './model.js';
import { usualSettings } from './usual.js';

export interface LearningOptions {
  rule?: Hm2bpRule;
  loss?: Loss;
  optimizer?: Optimizer;
  /** Default none. */
  regularizer?: Regularizer;
  /** Default off. */
  boosting?: boolean;
  /** Default 1, as the authors. */
  batchSize?: number;
  /** After a batch without error: `skip` (default) or `step`, as the authors. */
  idle?: 'skip' | 'step';
  /** Poisson trains drawn `once` (default, as the authors) or anew each `epoch`. */
  encoding?: 'once' | 'epoch';
  /** Order of an epoch's samples: `shuffled` (default), or `swapped`, as the authors. */
  order?: SampleOrder;
  /**
   * One for each class, a list or a typed array: what its samples' errors are multiplied by, for instance
   * `classCounts(train).map((n) => train.length / n / train.classNames.length)` for unequal classes. Default 1.
   */
  classWeights?: ArrayLike<number>;
  /** Distorts the training images. Default: not. */
  augmentation?: Augmentation;
  /** Default 1. */
  seed?: number;
  /** Worker threads. Default: all cores, or SPIKELAB_THREADS. Never changes a result. */
  threads?: number;
  /**
   * Weights to start from instead of drawn ones, one array for each layer in the shape of its weights; undefined:
   * drawn. A reservoir's may come from a file.
   */
  weights?: readonly (Float32Array | undefined)[];
}

const describedNames = ['steps', ...neuronNames] as const;
const networkNames = [...describedNames, ...learningNames];
const classifierNames = ['hidden', 'shape', 'classes', 'inputRate'];

/** Options as a complete rule, every value checked. */
export function learningRule(options: LearningOptions = {}): LearningRule {
  requireKnown('learningRule()', options, networkNames);
  return givenRule('learningRule()', {
    rule: hm2bp(),
    loss: firingCount(),
    regularizer: exponential(),
    optimizer: adam(),
    boosting: false,
    batchSize: 1,
    idle: 'skip',
    encoding: 'once',
    ...pick(options, ['rule', 'loss', 'regularizer', 'optimizer', 'boosting', 'batchSize', 'idle', 'encoding']),
    ...pick(options, ['order', 'augmentation']),
    ...classWeightsPart(options.classWeights),
  });
}

/**
 * A network from its layers.
 * @example sequential([input(784), dense(800, { threshold: 20 }), dense(10, { threshold: 8, lateralInhibition: 1 })], {
 * steps: 400 })
 */
export function sequential(
  layers: readonly [InputShape, ...LayerPart[]],
  options: NetworkOptions & LearningOptions = {},
): SpikingNetwork {
  requireKnown('sequential()', options, networkNames);
  const network = describeNetwork(layers, pick(options, describedNames));
  const { seed = 1, threads, weights } = options;
  const rule = learningRule(pick(options, learningNames));
  requireInteger('seed', seed, 0, Number.MAX_SAFE_INTEGER);
  return SpikingNetwork.create(network, rule, {
    seed,
    ...(threads !== undefined && { threads }),
    ...(weights !== undefined && { weights: withDrawn(network, weights, seed) }),
  });
}

/** Weights of all layers: those that are given, and drawn ones where they are undefined. */
function withDrawn(network: Network, weights: NonNullable<LearningOptions['weights']>, seed: number): Float32Array[] {
  requireList('weights', weights, 'a list of Float32Array, one for each layer, undefined where they are drawn');
  const { length } = network.layers;
  if (weights.length > length)
    throw new RangeError(`weights for ${weights.length} layers, the network has ${length}: leave out what is too many`);
  return initialWeights(network, seed).map((drawn, k) => weights[k] ?? drawn);
}

export interface ClassifierOptions extends LearningOptions, Omit<NetworkOptions, 'steps'> {
  /** Units of each hidden layer. Default [100]. */
  hidden?: readonly number[];
  /** T, 10 .. 4096 steps of 1 ms. Default 100. */
  steps?: number;
  /** Shape of a sample. Default [28, 28]. */
  shape?: readonly number[];
  /** Default 10. */
  classes?: number;
  /** Mean spikes of an input in a step, as `meanInputRate(data)` gives it. Default that of MNIST's digits, 0.024. */
  inputRate?: number;
}

/**
 * A dense classifier with settings that work for any number of steps, inputs and rates: at T = 400 with digits the
 * paper's (thresholds 20 and 8; 35 and 5 spikes, margin 5), else as `usual.ts` says.
 */
export function classifier(options: ClassifierOptions = {}): SpikingNetwork {
  requireKnown('classifier()', options, [...classifierNames, ...networkNames]);
  const steps = requireInteger('steps', options.steps ?? 100, 10, 4096);
  if (options.shape !== undefined) requireList('classifier({ shape })', options.shape, 'a list such as [28, 28]');
  if (options.hidden !== undefined) requireList('classifier({ hidden })', options.hidden, 'a list such as [100]');
  const shape = options.shape ?? [28, 28];
  const inputs = shape.reduce((a, b) => a * b, 1);
  const usual = usualSettings(steps, inputs, options.inputRate);
  const hidden = (options.hidden ?? [100]).map((units, k) => dense(units, { threshold: usual.hidden(k) }));
  const output = dense(options.classes ?? 10, usual.output);
  const { hidden: _, shape: __, classes: ___, inputRate: ____, ...rest } = options;
  return sequential([input(...shape), ...hidden, output], { loss: usual.loss, ...rest, steps });
}
