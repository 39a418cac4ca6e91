/** What the training loop is asked for. */
import { pick } from '../network/known.js';
import { notebookSignal } from './interrupt.js';
import { doneOf, historyOf } from './model-parts.js';
import type { TrainOptions } from './options.js';
import type { Observer } from './progress.js';
import type { CallRate } from './rates.js';
import type { SampleSet } from './samples.js';
import type { Position, TrainingState } from './state.js';

export interface EpochOptions {
  /** Epochs to complete from here; one that was interrupted is finished first and counts. */
  readonly epochs: number;
  readonly validation?: SampleSet;
  readonly signals: readonly (AbortSignal | undefined)[];
  /** Seconds between snapshots. */
  readonly snapshotSeconds: number;
  readonly learningRate?: CallRate;
  readonly patience?: number;
  readonly restoreBest?: boolean;
  readonly average?: number;
  /** Called with each snapshot (to write it to a file) and awaited. */
  readonly onSnapshot?: (state: TrainingState) => Promise<void>;
  /** Called after each slice. */
  readonly onProgress?: (position: Position) => void;
}

/**
 * What the loop is asked for by somebody who trains.
 * @param save writes a state into the checkpoint's file
 * @param stand is told where training stands, after each slice
 */
export function epochOptions(
  epochs: number,
  options: TrainOptions,
  observer: Observer,
  save: (file: string, state: TrainingState) => Promise<void>,
  stand: (position: Position) => void,
): EpochOptions {
  const { checkpoint } = options;
  return {
    epochs,
    ...pick(options, ['validation', 'learningRate', 'patience', 'restoreBest', 'average']),
    signals: [options.signal, notebookSignal(), observer.signal],
    snapshotSeconds: options.checkpointSeconds ?? 30,
    ...(checkpoint !== undefined && { onSnapshot: (state) => save(checkpoint, state) }),
    onProgress: (position) => {
      stand(position);
      observer.progress(() => historyOf(position), doneOf(position));
    },
  };
}
