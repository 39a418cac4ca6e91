/** Calls that end with other weights than those after their last epoch: the best epoch's, or a mean. */
import type { EngineState } from '../engine/state.js';
import type { CallEnd, EpochRecord } from '../network/history.js';
import type { BestEpoch } from './best.js';
import type { MeanWeights } from './mean-weights.js';

export interface OtherEnd {
  readonly state: EngineState;
  readonly what: Omit<CallEnd, 'epoch'>;
}

/** The weights to end with and what they are; undefined where they are those of the last epoch. */
export function otherEnd(best: BestEpoch, mean: MeanWeights, last: EngineState | undefined): OtherEnd | undefined {
  if (best.state) return { state: best.state, what: { restored: best.epoch, testAccuracy: best.accuracy } };
  const state = mean.of(last);
  return state && { state, what: { averaged: mean.count } };
}

/** How the last call ended, where the weights are still what it ended with. */
export const presentEnd = (ends: readonly CallEnd[] | undefined, epochs: number): CallEnd | undefined =>
  ends?.findLast(({ epoch }) => epoch === epochs);

/** Accuracy of the present weights, as far as it was measured. */
export function accuracyNow(epochs: readonly EpochRecord[], ends: readonly CallEnd[] | undefined): number | undefined {
  const end = presentEnd(ends, epochs.length);
  return end ? end.testAccuracy : epochs.at(-1)?.testAccuracy;
}

/** `weights of epoch 2`, `mean weights of 3 epochs`. */
export const endText = ({ restored, averaged = 1 }: CallEnd): string =>
  restored === undefined
    ? `mean weights of ${averaged} epoch${averaged === 1 ? '' : 's'}`
    : `weights of epoch ${restored}`;
