/** What a run record keeps of weights and predictions, to compare runs on other machines by. */

/** The weights at a fixed early place of a training: what a later run on another machine is compared with. */
export interface WeightMark {
  /** Fractional: 0.5 is the middle of the first epoch. */
  readonly epoch: number;
  readonly weightsSha256: string;
}

/** The predictions for the first samples of the test set, after the last epoch that was tested. */
export interface TestMark {
  readonly epoch: number;
  readonly dataset: string;
  readonly dataSha256: string;
  /** Of the whole test set. */
  readonly samples: number;
  /** How many of the first predictions are in the hash. */
  readonly hashed: number;
  /** sha256 of those predictions, 16 bits each, little-endian. */
  readonly predictionsSha256: string;
}
