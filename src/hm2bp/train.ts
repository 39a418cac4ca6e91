/** The reference trainer: one batch, its samples one after the other, every intermediate result in the open. */
import { trainingNetwork } from '../network/dropout.js';
import type { Network } from '../network/network.js';
import type { LearningRule } from '../network/rule.js';
import type { SpikeTrains } from '../network/spikes.js';
import { backward, type Backward } from './backward.js';
import { applyUpdate, type LearnerState } from './optimizer.js';
import { simulate } from './simulate.js';

/** One encoded sample. */
export interface EncodedSample {
  readonly input: SpikeTrains;
  readonly label: number;
  /** Boosting weight, default 1. */
  readonly weight?: number;
  /** Neurons that dropout silences, from `droppedNeurons`. Default none. */
  readonly dropped?: readonly (Uint8Array | undefined)[];
}

/** What one sample did. */
export interface SampleResult extends Backward {
  /** Spikes of every layer. */
  readonly spikes: SpikeTrains[];
}

export interface BatchResult {
  readonly samples: SampleResult[];
  /** For each layer, in the shape of its weights: mean of the samples' data gradients. */
  readonly gradientMean: Float64Array[];
}

/**
 * Trains on one batch: every sample is simulated and taken backward with the weights from before the update; then one
 * step of the optimiser, unless every sample was skipped and the rule says `idle: 'skip'`. Changes `state` in place.
 * @throws RangeError for an empty batch or a sample that does not fit the network
 */
export function trainBatch(
  network: Network,
  rule: LearningRule,
  state: LearnerState,
  batch: readonly EncodedSample[],
  learningRate: number,
): BatchResult {
  if (batch.length === 0) throw new RangeError('a batch of 0 samples: give at least one');
  const gradientMean = state.weights.map((w) => new Float64Array(w.length));
  const inTraining = trainingNetwork(network);
  const samples = batch.map(({ input, label, weight, dropped }) => {
    const spikes = simulate(inTraining, state.weights, input, undefined, dropped);
    const result = backward(inTraining, state.weights, rule, input, spikes, label, weight, dropped);
    result.gradients.forEach((gradient, k) => gradient.forEach((value, j) => (gradientMean[k][j] += value)));
    return { spikes, ...result };
  });
  for (const mean of gradientMean) mean.forEach((sum, j) => (mean[j] = sum / batch.length));
  if (rule.idle === 'step' || samples.some(({ skipped }) => !skipped))
    applyUpdate(network, rule, state, gradientMean, learningRate);
  return { samples, gradientMean };
}
