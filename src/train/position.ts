/**
 * How training moves on: the position after a slice of an epoch, and after the epoch. Plain values; the trainer owns
 * the present one.
 */
import type { SliceResult } from '../engine/slice.js';
import type { EpochRecord, LayerRecord } from '../network/history.js';
import { afterTraining } from './run-parts.js';
import type { TestMark } from './marks.js';
import { partsAfter } from './rates.js';
import { addTally, emptyTally, type Position } from './state.js';

/** What is known of a slice beside its result. */
export interface SliceFacts {
  /** Samples of an epoch. */
  readonly length: number;
  readonly seconds: number;
  /** Whether it reached the next point of the curve. */
  readonly atPoint: boolean;
  readonly threads: number;
  readonly learningRate: number;
}

export function afterSlice(before: Position, slice: SliceResult, facts: SliceFacts): Position {
  const { length, atPoint } = facts;
  const done = before.place + slice.samples;
  const from = before.epoch + before.place / length;
  const epoch = before.epoch + done / length;
  const { samples, correct, cost } = addTally(before.pointTally, slice);
  const rates = partsAfter(before.rates, before.place, facts.learningRate);
  const point = { epoch, trainAccuracy: correct / samples, cost: cost / samples };
  return {
    ...before,
    place: done,
    ...(rates && { rates }),
    parts: afterTraining(before.parts, from, epoch, facts.threads),
    seconds: before.seconds + facts.seconds,
    epochTally: addTally(before.epochTally, slice),
    pointTally: atPoint ? emptyTally : { samples, correct, cost },
    progress: atPoint ? [...before.progress, point] : before.progress,
  };
}

/** With the epoch's record as the last one of `epochs`. @param learningRate where the position does not have it */
export function afterEpoch(
  { rates = [], ...before }: Position,
  learningRate: number,
  tested?: { readonly accuracy: number; readonly mark: TestMark },
  layers?: readonly LayerRecord[],
): Position {
  const { samples, correct, cost } = before.epochTally;
  const record: EpochRecord = {
    epoch: before.epoch + 1,
    trainAccuracy: correct / samples,
    ...(tested && { testAccuracy: tested.accuracy }),
    cost: cost / samples,
    seconds: before.seconds,
    learningRate: rates.at(-1)?.learningRate ?? learningRate,
    ...(rates.length > 1 && { rates }),
    ...(layers && { layers }),
  };
  return {
    ...before,
    ...(tested && { lastTest: tested.mark }),
    epoch: before.epoch + 1,
    place: 0,
    seconds: 0,
    epochTally: emptyTally,
    pointTally: emptyTally,
    epochs: [...before.epochs, record],
  };
}

/** How far it is, in epochs with two digits. */
export const epochNow = ({ epoch, place }: Position, length: number): string => (epoch + place / length).toFixed(2);
