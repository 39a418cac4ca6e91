/** What the training loop is asked for. */
import type { GivenRate } from '../network/rule.js';
import type { SampleSet } from './samples.js';
import type { Position, TrainingState } from './state.js';

export interface EpochOptions {
  /** Epochs to complete from here; one that was interrupted is finished first and counts. */
  readonly epochs: number;
  readonly validation?: SampleSet;
  readonly signals: readonly (AbortSignal | undefined)[];
  /** Seconds between snapshots. */
  readonly snapshotSeconds: number;
  readonly learningRate?: GivenRate;
  readonly patience?: number;
  readonly restoreBest?: boolean;
  readonly average?: number;
  /** Called with each snapshot (to write it to a file) and awaited. */
  readonly onSnapshot?: (state: TrainingState) => Promise<void>;
  /** Called after each slice. */
  readonly onProgress?: (position: Position) => void;
}
