/** The state of a training: all that a resumed run needs to go on with the same bits. */
import type { EngineState } from '../engine/state.js';
import type { CallEnd, EpochRecord, ProgressPoint, RatePart } from '../network/history.js';
import type { TestMark, WeightMark } from './marks.js';
import type { RunPart } from './run-parts.js';

/** Sums since the start of the epoch or of the curve's present point. */
export interface Tally {
  readonly samples: number;
  readonly correct: number;
  readonly cost: number;
}
export const emptyTally: Tally = { samples: 0, correct: 0, cost: 0 };

export function addTally(a: Tally, b: Tally): Tally {
  return { samples: a.samples + b.samples, correct: a.correct + b.correct, cost: a.cost + b.cost };
}

/** Where training stands, and the curves so far. Plain JSON. */
export interface Position {
  /** Completed epochs. */
  readonly epoch: number;
  /** Samples of the present epoch that are done. */
  readonly place: number;
  /** Training seconds of the present epoch. */
  readonly seconds: number;
  /** Learning rates of the present epoch so far; absent before its first sample, and in files of earlier versions. */
  readonly rates?: readonly RatePart[];
  readonly epochTally: Tally;
  readonly pointTally: Tally;
  readonly epochs: readonly EpochRecord[];
  readonly progress: readonly ProgressPoint[];
  /** After the points 1, 5, 25 and 50 of the curve. */
  readonly marks: readonly WeightMark[];
  /** Who trained which part, in order. */
  readonly parts: readonly RunPart[];
  readonly lastTest?: TestMark;
  /** Calls that ended with other weights than their last epoch's; absent where there was none. */
  readonly ends?: readonly CallEnd[];
  /** Data set that `place` and the sample weights belong to; absent before the first sample. */
  readonly dataset?: { readonly name: string; readonly sha256: string; readonly samples: number };
  /** Epochs that the last call was asked to reach. */
  readonly plannedEpochs: number;
}

export const startPosition: Position = {
  epoch: 0,
  place: 0,
  seconds: 0,
  epochTally: emptyTally,
  pointTally: emptyTally,
  epochs: [],
  progress: [],
  marks: [],
  parts: [],
  plannedEpochs: 0,
};

export interface TrainingState {
  readonly engine: EngineState;
  readonly position: Position;
  /** Boosting weights, `[samples]`; 1 before the first epoch ends. */
  readonly sampleWeights: Float64Array;
  /** Predictions of the present epoch so far, `[samples]` by sample number: boosting reads them at its end. */
  readonly predictions: Uint16Array;
}
