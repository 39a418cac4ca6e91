/** What a training is asked for, and what it gives after each epoch. */
import type { EpochRecord, History } from '../network/history.js';
import type { SampleSet } from './samples.js';

export interface TrainOptions {
  /** Epochs to train in this call; an interrupted one is finished first and counts. Default 1. */
  epochs?: number;
  /** Tested after each epoch. */
  validation?: SampleSet;
  /** Stops at the next batch boundary with everything saved. The notebook's stop button does the same without it. */
  signal?: AbortSignal;
  /** Seed of weights, order and spikes; only before the first training. */
  seed?: number;
  /** File that always holds the last checkpoint. */
  checkpoint?: string;
  /** Seconds between checkpoints. Default 30. */
  checkpointSeconds?: number;
}
export interface FitOptions extends TrainOptions {
  /** Called after each epoch. */
  onEpoch?: (record: EpochRecord, history: History) => void | Promise<void>;
  /** No live curves and no lines. */
  silent?: boolean;
  /** Look at the first samples and warn of silent inputs, silent or saturated layers, and classes that never occur. Default true; not when `silent`. */
  health?: boolean;
}

/** What `train` yields after each epoch. */
export interface TrainedEpoch extends EpochRecord {
  readonly history: History;
}
