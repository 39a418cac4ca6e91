/** The paper's settings as data, each constant with its source. "Authors" is their code and training logs, "paper" is arXiv 1805.07866. */
import type { InputShape, LayerPart, NetworkOptions } from './network.js';
import { dense, input } from './network.js';
import { adam, exponential, firingCount, hm2bp, type LearningRule } from './rule.js';

export interface Preset {
  /** As on the command line, for instance `mnist-dense`. */
  readonly name: string;
  /** Registered data set. */
  readonly dataset: string;
  readonly layers: readonly [InputShape, ...LayerPart[]];
  readonly options: NetworkOptions;
  readonly rule: LearningRule;
  /** Epochs of the paper's run. */
  readonly epochs: number;
  /** Test accuracy that the paper reports, in %. */
  readonly paper: { readonly mean: number; readonly best: number; readonly source: string };
  /** `run` in the authors' training logs, if there is one. */
  readonly authorsLog?: string;
}

/** Adam 0.001 / sqrt(epoch), batch size 1, boosting, trains drawn once: authors, all dense experiments. */
const authorsRule = (lambda: number, beta: number): LearningRule => ({
  rule: hm2bp({ sideEffect: 'linear', effectRatio: true, errorScale: 'none' }), // authors' logs: see docs/replication.md
  loss: firingCount({ desired: 35, undesired: 5, margin: 5 }), // authors
  regularizer: exponential({ lambda, beta, limit: 8 }), // authors; limit is a scale, not a clip
  optimizer: adam({ lr: 0.001, schedule: 'inverseSqrt' }), // authors' logs
  boosting: true,
  batchSize: 1,
  idle: 'skip', // not the authors': see docs/replication.md
  encoding: 'once',
});

const mnistDense: Preset = {
  name: 'mnist-dense',
  dataset: 'mnist',
  layers: [
    input(28, 28),
    dense(800, { threshold: 20 }), // authors
    dense(10, { threshold: 8, lateralInhibition: 1 }), // authors
  ],
  options: { steps: 400, tauM: 64, tauS: 8, refractory: 2 }, // paper section 4
  rule: authorsRule(10, 0.04), // authors
  epochs: 200,
  paper: { mean: 98.84, best: 98.93, source: 'paper, table of MNIST results, 784-800-10' },
  authorsLog: 'mnist-dense',
};

export const presets = { jin2018: { mnistDense } } as const;

/** All presets by command-line name. */
export function presetByName(name: string): Preset {
  const all: Preset[] = Object.values(presets.jin2018);
  const found = all.find((preset) => preset.name === name);
  if (!found) throw new RangeError(`there is no preset ${JSON.stringify(name)}: choose one of ${all.map((preset) => preset.name).join(', ')}`);
  return found;
}
