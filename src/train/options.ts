/** What a training is asked for, and what it gives after each epoch. */
import type { EpochRecord, History } from '../network/history.js';
import { requireKnown } from '../network/known.js';
import type { Network } from '../network/network.js';
import { describe, requireFlag, requireInteger, requireNumber, requireText } from '../network/require.js';
import type { CallRate } from './rates.js';
import { requireFits, type SampleSet } from './samples.js';

export interface TrainOptions {
  /** Epochs to train in this call; an interrupted one is finished first and counts. Default 1. */
  epochs?: number;
  /** Tested after each epoch. */
  validation?: SampleSet;
  /** Stops at the next batch boundary with everything saved. The notebook's stop button does the same without it. */
  signal?: AbortSignal;
  /** Seed of weights, order and spikes; only before the first training. */
  seed?: number;
  /**
   * Another learning rate than the rule's, for this call: the rate that its schedule starts from, or a function of the
   * 0-based epoch (the parts of an epoch's record, too: `(k) => epochs[k].rates ?? epochs[k].learningRate`). The
   * optimiser's moments are kept; each epoch's record has its rate.
   */
  learningRate?: CallRate;
  /** Ends after so many epochs in a row of this call without a better accuracy on `validation`. */
  patience?: number;
  /**
   * At the end, the weights and the optimiser's state are those of this call's best epoch on `validation`; the curves
   * keep all.
   */
  restoreBest?: boolean;
  /**
   * At the end, the weights are the mean of those after the last so many epochs of this call (2 .. 100; fewer when it
   * has fewer); the optimiser's state is the last epoch's, the curves are those of the epochs. Not together with
   * `restoreBest`.
   */
  average?: number;
  /** File that always holds the last checkpoint. */
  checkpoint?: string;
  /** Seconds between checkpoints. Default 30. */
  checkpointSeconds?: number;
}
const trainOptionNames = [
  ...[
    'epochs',
    'validation',
    'signal',
    'seed',
    'learningRate',
    'patience',
    'restoreBest',
    'average',
    'checkpoint',
    'checkpointSeconds',
  ],
  ...['onEpoch', 'silent', 'health'],
];

export interface FitOptions extends TrainOptions {
  /** Called after each epoch. */
  onEpoch?: (record: EpochRecord, history: History) => void | Promise<void>;
  /** No live curves and no lines. */
  silent?: boolean;
  /**
   * Look at the first samples and warn of silent inputs, silent or saturated layers, and classes that never occur.
   * Default true; not when `silent`.
   */
  health?: boolean;
}

export interface SaveOptions {
  /** Only what a new training starts from, a third of a checkpoint's size. Default false. */
  weightsOnly?: boolean;
}

/** What `train` yields after each epoch. */
export interface TrainedEpoch extends EpochRecord {
  readonly history: History;
}

/** Epochs asked for, all options checked. @throws RangeError for another option than those of `fit`, TypeError */
export function epochsOfOptions(network: Network, options: FitOptions): number {
  requireKnown('fit() and train()', options, trainOptionNames);
  for (const flag of ['restoreBest', 'silent', 'health'] as const)
    if (options[flag] !== undefined) requireFlag(flag, options[flag]);
  const { checkpoint, onEpoch, validation } = options;
  if (checkpoint !== undefined) requireText('checkpoint', checkpoint, 'the name of a file');
  if (onEpoch !== undefined && typeof onEpoch !== 'function')
    throw new TypeError(`onEpoch takes a function of an epoch's record, not ${describe(onEpoch)}`);
  if (validation !== undefined) requireFits(network, validation);
  requireNumber('checkpointSeconds', options.checkpointSeconds ?? 0, 0, 1e6);
  return requireInteger('epochs', options.epochs ?? 1, 0, 100_000);
}
