/** What a network says about a data set. */
import type { Engine } from '../engine/engine.js';
import { requireKnown } from '../network/known.js';
import { requireInteger } from '../network/require.js';
import { isEventDataset } from '../data/sets/events.js';
import type { DatasetSlots } from './dataset-slots.js';
import { Interrupted, notebookSignal, onStop } from './interrupt.js';
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
  /** Simulates each image so many times with other spikes, and sums the counts: 1 .. 1000, default 1. The first draw is that of 1. */
  draws?: number;
}

/** Asks the network about every sample. @throws Interrupted; RangeError for draws of recorded spikes, of which nothing is drawn */
export async function evaluateOn(
  engine: Engine,
  slots: DatasetSlots,
  dataset: SampleSet,
  seed: number,
  options: EvaluateOptions,
): Promise<Evaluation> {
  const { draws = 1 } = requireKnown('evaluate()', options, ['draws']);
  requireInteger('draws', draws, 1, 1000);
  if (draws > 1 && isEventDataset(dataset))
    throw new RangeError(
      `draws is ${draws}, but ${dataset.name} holds recorded spikes, which are the same each time: leave draws out`,
    );
  let stopped = false;
  const unsubscribe = onStop([notebookSignal()], () => {
    stopped = true;
    engine.cancel();
  });
  const { predictions, firingCounts, done } = await slots
    .predict(dataset, seed, () => stopped, draws)
    .finally(unsubscribe);
  if (done < dataset.length || stopped)
    throw new Interrupted(`evaluation stopped after ${done} of ${dataset.length} samples`);
  return summarize(dataset, predictions, firingCounts, engine.network.layers.at(-1)?.units ?? 0);
}
