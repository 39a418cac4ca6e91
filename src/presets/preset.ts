/** What a preset is: a network, how it learns, on which data, and what was reported for it. */
import type { InputShape, LayerPart, NetworkOptions } from '../network/network.js';
import { adam, exponential, firingCount, hm2bp, type LearningRule } from '../network/rule.js';

/** Test accuracies that a paper reports, in %. */
export interface ReportedAccuracy {
  /** Of several runs; absent when only the best is known. */
  readonly mean?: number;
  readonly best: number;
  readonly source: string;
}

/** How a network is tested once more after its last epoch. */
export interface FinalTest {
  /** With the mean of the weights after so many of the last epochs, 2 .. 100. Default: the last weights. */
  readonly average?: number;
  /** The firing counts of so many draws of the input together, 1 .. 1000. Default 1. */
  readonly draws?: number;
}

export interface Preset {
  /** As on the command line, for instance `mnist-dense`. */
  readonly name: string;
  /** As `datasets.load` knows it. */
  readonly dataset: string;
  readonly layers: readonly [InputShape, ...LayerPart[]];
  readonly options: NetworkOptions;
  readonly rule: LearningRule;
  /** Epochs of the paper's run, or those after which nothing more is gained. */
  readonly epochs: number;
  readonly final?: FinalTest;
  /** Absent where HM2-BP has no published figure. */
  readonly paper?: ReportedAccuracy;
  /** `run` in the authors' training logs, if there is one. */
  readonly authorsLog?: string;
}

/** Neurons of every experiment: tau 64 and 8 ms, refractory 2 ms (authors' logs; paper section 4). */
export const authorsNeuron = { tauM: 64, tauS: 8, refractory: 2 } as const;

/** Boosting, batch size 1, Adam 0.001 / sqrt(epoch): authors' logs, all experiments. */
export const authorsRule = (lambda: number, beta: number): LearningRule => ({
  rule: hm2bp({ sideEffect: 'linear', effectRatio: true, errorScale: 'none' }), // authors' logs: see docs/replication.md
  loss: firingCount({ desired: 35, undesired: 5, margin: 5 }), // authors' logs
  regularizer: exponential({ lambda, beta, limit: 8 }), // authors' logs; limit is a scale, not a clip
  optimizer: adam({ lr: 0.001, schedule: 'inverseSqrt' }), // authors' logs
  boosting: true, // authors' logs
  batchSize: 1, // authors' logs
  idle: 'skip', // not the authors': see docs/replication.md
  encoding: 'once', // authors
});
