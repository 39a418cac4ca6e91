/** Tests a network at the end of an epoch, and marks what it predicted so that another machine can compare. */
import type { DatasetSlots } from './dataset-slots.js';
import { sha256Of } from './digest.js';
import type { SampleSet } from './samples.js';
import type { TestMark } from './marks.js';

/** Test samples whose predictions are hashed: few enough to be made again in seconds. */
export const hashedPredictions = 1_000;

/** The first predictions, as records keep them. @param predictions one a sample */
export function predictionMark(predictions: Uint16Array): Pick<TestMark, 'hashed' | 'predictionsSha256'> {
  const hashed = Math.min(hashedPredictions, predictions.length);
  return { hashed, predictionsSha256: sha256Of([predictions.subarray(0, hashed)]) };
}

/**
 * @param epoch 1-based
 * @returns undefined when stopped before the last sample
 */
export async function validate(
  slots: DatasetSlots,
  dataset: SampleSet,
  seed: number,
  epoch: number,
  stopped: () => boolean,
): Promise<{ accuracy: number; mark: TestMark } | undefined> {
  const { predictions, done } = await slots.predict(dataset, seed, stopped);
  if (done < dataset.length) return undefined;
  const correct = predictions.reduce((sum, prediction, n) => sum + Number(prediction === dataset.labels[n]), 0);
  const mark = {
    epoch,
    dataset: dataset.name,
    dataSha256: dataset.sha256,
    samples: dataset.length,
    ...predictionMark(predictions),
  };
  return { accuracy: correct / dataset.length, mark };
}
