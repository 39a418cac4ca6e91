/** Asks a network about a data set. */
import type { Engine } from '../engine/engine.js';
import { requireKnown } from '../network/known.js';
import { requireInteger } from '../network/require.js';
import { isEventDataset } from '../data/sets/events.js';
import type { DatasetSlots } from './dataset-slots.js';
import { summarize, type EvaluateOptions, type Evaluation } from './evaluation.js';
import { Interrupted, notebookSignal, onStop } from './interrupt.js';
import type { SampleSet } from './samples.js';

/**
 * Asks the network about every sample. @throws Interrupted; RangeError for draws of recorded spikes, of which nothing
 * is drawn
 */
export async function evaluateOn(
  engine: Engine,
  slots: DatasetSlots,
  dataset: SampleSet,
  seed: number,
  options: EvaluateOptions,
): Promise<Evaluation> {
  const { draws = 1, signal } = requireKnown('evaluate()', options, ['draws', 'signal']);
  requireInteger('draws', draws, 1, 1000);
  if (draws > 1 && isEventDataset(dataset))
    throw new RangeError(
      `draws is ${draws}, but ${dataset.name} holds recorded spikes, which are the same each time: leave draws out`,
    );
  let stopped = false;
  const unsubscribe = onStop([notebookSignal(), signal], () => {
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
