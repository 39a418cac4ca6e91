/** The best epoch of a call, and when to stop looking for a better one. */
import type { EngineState } from '../engine/state.js';
import type { EpochRecord } from '../network/history.js';
import { requireInteger } from '../network/require.js';

export class BestEpoch {
  /** Of the best epoch so far. */
  accuracy = -1;
  epoch = 0;
  private since = 0;
  /** Engine state after the best epoch; only with `keep`. */
  state: EngineState | undefined;

  /**
   * @param patience epochs without a better one; undefined: for ever
   * @throws RangeError when there is nothing to compare
   */
  constructor(
    private readonly patience: number | undefined,
    private readonly keep: boolean,
    validated: boolean,
  ) {
    if (patience !== undefined) requireInteger('patience', patience, 1, 100_000);
    if ((patience !== undefined || keep) && !validated)
      throw new RangeError(
        'patience and restoreBest compare epochs by their accuracy on validation: give { validation: test }',
      );
  }

  /** Whether training ends with this epoch. The first of equals is the best. */
  note({ epoch, testAccuracy = 0 }: EpochRecord, state: EngineState | undefined): boolean {
    this.since++;
    if (testAccuracy > this.accuracy) {
      this.accuracy = testAccuracy;
      this.epoch = epoch;
      this.since = 0;
      if (this.keep) this.state = state;
    }
    return this.patience !== undefined && this.since >= this.patience;
  }
}
