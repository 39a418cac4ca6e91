/**
 * How a network learns: HM2-BP's options, loss, regulariser and optimiser as plain data.
 * Sources: paper sections 3 and 4; the authors' settings.
 */
import type { Augmentation } from './augmentation.js';
import { cosine } from '../numeric/cosine.js';
import { requireKnown } from './known.js';
import type { Loss } from './losses.js';
import { requireChoice, requireFlag, requireInteger, requireList, requireNumber } from './require.js';

export * from './losses.js';

export const sideEffects = ['off', 'linear', 'implicit', 'saturating'] as const;
export type SideEffect = (typeof sideEffects)[number];

/** Options of the backward pass (paper section 3). */
export interface Hm2bpRule {
  /**
   * How a neuron's own count changes the S-PSPs that cause it: what its gradient is multiplied by. `linear`: 1 + s (the
   * authors). `saturating`: 1/(1 - k s), where one more spike adds less to an S-PSP than each spike before it (the form
   * of ST-RSBP). `implicit`: 1/(1 - s), the same equation with the mean e/o in place of that slope: only to look at, it
   * does not train. s is the mean membrane at a spike in units of the threshold, so near 1, and the factor has any size
   * and sign. `off`: 1. Equations: `src/hm2bp/sideEffect.ts`.
   */
  readonly sideEffect: SideEffect;
  /** Whether the error sent down is scaled by e_ij/o_j. */
  readonly effectRatio: boolean;
  /**
   * `threshold`: the error of a neuron is divided by its threshold (paper, golden vectors); `none`: it is not. Under
   * Adam this changes only how strong the regulariser is beside the error: see docs/replication.md for which one fits
   * the authors' logs.
   */
  readonly errorScale: 'threshold' | 'none';
  /**
   * Input spikes more than this many steps before an output spike add nothing to its S-PSP; 0: all count (the paper).
   * The authors' code has 4 tauM.
   */
  readonly window: number;
}

/** Exponential weight regulariser: lambda*beta*(w/limit)*exp(beta*(q - 1)) is added to each gradient. 0: none. */
export interface Regularizer {
  readonly lambda: number;
  readonly beta: number;
  readonly limit: number;
}

export interface Adam {
  readonly type: 'adam';
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}
export interface Momentum {
  readonly type: 'sgd';
  readonly momentum: number;
}
export type Optimizer = (Adam | Momentum) & {
  readonly learningRate: number;
  /**
   * In 0-based epoch k, `inverseSqrt`: rate / sqrt(max(k, 1)); `inverseSqrtEpoch`: rate / sqrt(k + 1) (the authors'
   * logs have both); `constant`; `cosine`: half a cosine from the rate in epoch 0 to the floor in epoch `epochs` and
   * after it.
   */
  readonly schedule: Schedule;
  /** Epochs that `cosine` takes from the rate to the floor. */
  readonly epochs?: number;
  /** No epoch's rate is below it; absent: 0. */
  readonly floor?: number;
};

export const schedules = ['inverseSqrt', 'inverseSqrtEpoch', 'constant', 'cosine'] as const;
export type Schedule = (typeof schedules)[number];

export const sampleOrders = ['shuffled', 'swapped'] as const;
export type SampleOrder = (typeof sampleOrders)[number];

/** The order as a part of a rule, checked: the usual one is left out, so that equal rules are equal objects. */
export function orderPart(order: SampleOrder = 'shuffled'): { order?: SampleOrder } {
  return requireChoice('order', order, sampleOrders) === 'shuffled' ? {} : { order };
}

/** The fields of a rule. */
export const ruleNames = [
  'rule',
  'loss',
  'regularizer',
  'optimizer',
  'boosting',
  'batchSize',
  'idle',
  'encoding',
  'order',
  'classWeights',
  'augmentation',
] as const;
/** Options of a network that say how it learns, not what it is. */
export const learningNames = [...ruleNames, 'seed', 'threads', 'weights'] as const;

/** Everything that turns a network description into a training problem. */
export interface LearningRule {
  readonly rule: Hm2bpRule;
  readonly loss: Loss;
  readonly regularizer: Regularizer;
  readonly optimizer: Optimizer;
  /** Re-weight wrongly classified samples after each epoch. */
  readonly boosting: boolean;
  readonly batchSize: number;
  /**
   * What the optimiser does after a batch without any error: `skip` nothing; `step` a step all the same, in which the
   * regulariser and the moments move the weights (the authors' code).
   */
  readonly idle: 'skip' | 'step';
  /** Poisson trains drawn `once` (the authors) or anew each `epoch`. */
  readonly encoding: 'once' | 'epoch';
  /**
   * Order of an epoch's samples. `shuffled` (absent: so): each in a random place; `swapped`: that of the data set with
   * more and more pairs exchanged (the authors' code).
   */
  readonly order?: SampleOrder;
  /** `[classes]`: what a sample's error is multiplied by, before boosting; absent: 1 for all. */
  readonly classWeights?: readonly number[];
  /** Distorts the training images; absent: they are shown as they are. */
  readonly augmentation?: Augmentation;
}

/** The part of a rule that weighs classes, checked: a list of numbers of at least 0, not all of them 0. */
export function classWeightsPart(weights: ArrayLike<number> | undefined): Pick<LearningRule, 'classWeights'> {
  if (weights === undefined) return {};
  requireList('classWeights', weights, 'a list of numbers, one for each class, such as [1, 2.5]');
  const checked = Array.from(weights, (weight, k) => requireNumber(`class weight ${k}`, weight, 0, 1e6));
  if (checked.every((weight) => weight === 0)) throw new RangeError('classWeights are all 0: nothing would be learned');
  return { classWeights: checked };
}

/** The HM2-BP backward pass. Default: linear side effect, effect ratio, error divided by the threshold, no window. */
export function hm2bp(options: Partial<Hm2bpRule> = {}): Hm2bpRule {
  requireKnown('hm2bp()', options, ['sideEffect', 'effectRatio', 'errorScale', 'window']);
  return {
    sideEffect: requireChoice('sideEffect', options.sideEffect ?? 'linear', sideEffects),
    effectRatio: requireFlag('effectRatio', options.effectRatio ?? true),
    errorScale: requireChoice('errorScale', options.errorScale ?? 'threshold', ['threshold', 'none']),
    window: requireInteger('window', options.window ?? 0, 0, 4096),
  };
}

interface RateOptions {
  lr?: number;
  schedule?: Schedule;
  epochs?: number;
  floor?: number;
}
const rateNames = ['lr', 'schedule', 'epochs', 'floor'];

/** What both optimisers have, checked; what is not used is left out, so that equal rules are equal objects. */
function ratePart({
  lr = 1e-3,
  schedule = 'inverseSqrt',
  epochs,
  floor,
}: RateOptions): Pick<Optimizer, 'schedule' | 'epochs' | 'floor'> {
  requireChoice('schedule', schedule, schedules);
  if ((schedule === 'cosine') !== (epochs !== undefined))
    throw new RangeError(
      `schedule '${schedule}' with epochs ${epochs}: 'cosine' needs the epochs it takes, no other has them`,
    );
  return {
    schedule,
    ...(epochs !== undefined && { epochs: requireInteger('epochs of the schedule', epochs, 1, 100_000) }),
    ...(floor !== undefined && { floor: requireNumber('floor', floor, 0, lr) }),
  };
}

/**
 * Adam. Default 0.001, 0.9, 0.999, 1e-8, learning rate divided by the square root of the epoch: the authors' settings.
 * @example adam({ lr: 2e-3, schedule: 'cosine', epochs: 50, floor: 1e-5 })
 */
export function adam(options: RateOptions & { beta1?: number; beta2?: number; epsilon?: number } = {}): Optimizer {
  requireKnown('adam()', options, [...rateNames, 'beta1', 'beta2', 'epsilon']);
  return {
    type: 'adam',
    learningRate: requireNumber('lr', options.lr ?? 1e-3, 0, 1e3),
    beta1: requireNumber('beta1', options.beta1 ?? 0.9, 0, 0.999999),
    beta2: requireNumber('beta2', options.beta2 ?? 0.999, 0, 0.999999),
    epsilon: requireNumber('epsilon', options.epsilon ?? 1e-8, 1e-30, 1),
    ...ratePart(options),
  };
}

/** Stochastic gradient descent with momentum. Default 0.001 and 0.9. */
export function sgd(options: RateOptions & { momentum?: number } = {}): Optimizer {
  requireKnown('sgd()', options, [...rateNames, 'momentum']);
  return {
    type: 'sgd',
    learningRate: requireNumber('lr', options.lr ?? 1e-3, 0, 1e3),
    momentum: requireNumber('momentum', options.momentum ?? 0.9, 0, 0.999999),
    ...ratePart(options),
  };
}

/** Exponential weight regulariser. Default none; the paper's for MNIST is { lambda: 10, beta: 0.04 }, limit 8. */
export function exponential(options: Partial<Regularizer> = {}): Regularizer {
  requireKnown('exponential()', options, ['lambda', 'beta', 'limit']);
  return {
    lambda: requireNumber('lambda', options.lambda ?? 0, 0, 1e6),
    beta: requireNumber('beta', options.beta ?? 0.04, 0, 1e3),
    limit: requireNumber('limit', options.limit ?? 8, 1e-3, 1e6),
  };
}

/** Learning rate in 0-based epoch `k`. */
export function learningRateAt({ schedule, learningRate: rate, epochs = 1, floor = 0 }: Optimizer, k: number): number {
  switch (schedule) {
    case 'constant':
      return rate;
    case 'inverseSqrt':
      return Math.max(floor, rate / Math.sqrt(Math.max(k, 1)));
    case 'inverseSqrtEpoch':
      return Math.max(floor, rate / Math.sqrt(k + 1));
    case 'cosine':
      return k >= epochs ? floor : floor + ((rate - floor) * (1 + cosine((Math.PI * k) / epochs))) / 2;
  }
}

/** A learning rate given beside the rule: the rate that its schedule starts from, or that of each 0-based epoch. */
export type GivenRate = number | ((epoch: number) => number);

/** @throws RangeError for a rate that is no number from 0 to 1000, when its epoch comes */
export function ratesOf(optimizer: Optimizer, given?: GivenRate): (epoch: number) => number {
  if (typeof given === 'function') return (k) => requireNumber(`learning rate of epoch ${k}`, given(k), 0, 1e3);
  if (given === undefined) return (k) => learningRateAt(optimizer, k);
  const learningRate = requireNumber('learningRate', given, optimizer.floor ?? 0, 1e3);
  return (k) => learningRateAt({ ...optimizer, learningRate }, k);
}
