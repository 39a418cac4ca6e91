/** The two ways to make a network: `sequential` for researchers, `classifier` for the first lesson. */
import type { Augmentation } from '../network/augmentation.js';
import {
  dense,
  describeNetwork,
  type InputShape,
  input,
  type LayerPart,
  type NetworkOptions,
} from '../network/network.js';
import {
  adam,
  exponential,
  firingCount,
  type Hm2bpRule,
  hm2bp,
  type LearningRule,
  type Loss,
  type Optimizer,
  type Regularizer,
  type SampleOrder,
} from '../network/rule.js';
import { pick, requireKnown } from '../network/known.js';
import { requireInteger, requireList } from '../network/require.js';
import { checkRule } from '../network/validate.js';
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

const learningNames = [
  ...[
    'rule',
    'loss',
    'optimizer',
    'regularizer',
    'boosting',
    'batchSize',
    'idle',
    'encoding',
    'order',
    'classWeights',
    'augmentation',
  ],
  ...['seed', 'threads', 'weights'],
];
export const networkNames = ['steps', 'tauM', 'tauS', 'refractory', ...learningNames];
const classifierNames = ['hidden', 'shape', 'classes', 'inputRate'];

/** Options as a complete rule, every value checked. */
export function learningRule(options: LearningOptions = {}): LearningRule {
  return checkRule({
    rule: options.rule ?? hm2bp(),
    loss: options.loss ?? firingCount(),
    regularizer: options.regularizer ?? exponential(),
    optimizer: options.optimizer ?? adam(),
    boosting: options.boosting ?? false,
    batchSize: options.batchSize ?? 1,
    idle: options.idle ?? 'skip',
    encoding: options.encoding ?? 'once',
    ...pick(options, ['order', 'augmentation']),
    // What is checked is a list, whichever kind of array was given.
    ...(options.classWeights !== undefined && { classWeights: options.classWeights as readonly number[] }),
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
  const network = describeNetwork(layers, options);
  const { seed = 1, threads, weights } = options;
  const given = weights && initialWeights(network, seed).map((drawn, index) => weights[index] ?? drawn);
  return SpikingNetwork.create(network, learningRule(options), {
    seed,
    ...(threads !== undefined && { threads }),
    ...(given && { weights: given }),
  });
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
