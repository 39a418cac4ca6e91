/** What a network says about a data set: public types, so nothing of the engine here. */
import { withSummary } from './inspect.js';
import type { SampleSet } from './samples.js';

export interface Evaluation {
  readonly dataset: string;
  readonly samples: number;
  readonly correct: number;
  /** Fraction, 0..1. */
  readonly accuracy: number;
  /** `[samples]`, class index. */
  readonly predictions: Uint16Array;
  /** `[samples][outputs]` flat, firing count of each output neuron, summed over the draws. */
  readonly firingCounts: Uint32Array;
  /** `[true class][predicted class]`, number of samples. */
  readonly confusion: readonly (readonly number[])[];
}

/** Adds accuracy and confusion matrix to predictions. */
export function summarize(
  dataset: SampleSet,
  predictions: Uint16Array,
  firingCounts: Uint32Array,
  outputs: number,
): Evaluation {
  const confusion = Array.from({ length: dataset.classNames.length }, () => new Array<number>(outputs).fill(0));
  let correct = 0;
  for (let n = 0; n < dataset.length; n++) {
    confusion[dataset.labels[n]][predictions[n]]++;
    if (predictions[n] === dataset.labels[n]) correct++;
  }
  const accuracy = correct / dataset.length;
  const evaluation = {
    dataset: dataset.name,
    samples: dataset.length,
    correct,
    accuracy,
    predictions,
    firingCounts,
    confusion,
  };
  return withSummary(
    evaluation,
    () => `accuracy ${(100 * accuracy).toFixed(2)} % (${correct} of ${dataset.length} in ${dataset.name})`,
  );
}

export interface EvaluateOptions {
  /**
   * Simulates each image so many times with other spikes, and sums the counts: 1 .. 1000, default 1. The first draw is
   * that of 1.
   */
  draws?: number;
  /** Stops the evaluation, which then throws Interrupted. */
  signal?: AbortSignal;
}
