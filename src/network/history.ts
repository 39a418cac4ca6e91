/** What one epoch measured. Accuracies are fractions, 0..1. */
export interface EpochRecord {
  /** 1-based. */
  readonly epoch: number;
  /** Of the predictions made while training, before each update. */
  readonly trainAccuracy: number;
  /** On the validation set after the epoch; absent without one. */
  readonly testAccuracy?: number;
  /** Mean of E = 1/2 sum (o - y)^2 outside the margin, over the training samples. */
  readonly cost: number;
  /** Training time, evaluation not counted. */
  readonly seconds: number;
  /** Where it changed inside the epoch, the last. */
  readonly learningRate: number;
  /** Where it changed inside the epoch, all of them in order. */
  readonly rates?: readonly RatePart[];
  /** How each layer does at the end of the epoch; absent in records of earlier versions. */
  readonly layers?: readonly LayerRecord[];
}

/** A part of an epoch with one learning rate. */
export interface RatePart {
  /** Samples of the epoch that were trained before it; 0 of the first part. */
  readonly from: number;
  readonly learningRate: number;
}

/** A layer at the end of an epoch, over the first samples of the training set. */
export interface LayerRecord {
  readonly name: string;
  /** Fraction of the neurons that fired in none of those samples. */
  readonly silent: number;
  /** Mean firing rate, Hz. */
  readonly rate: number;
  /** Square root of the sum of the squared weights. */
  readonly weightNorm: number;
}

/** A point of the live curve inside an epoch: figures over the samples since the last point. */
export interface ProgressPoint {
  /** Fractional: 0.5 is the middle of the first epoch. */
  readonly epoch: number;
  readonly trainAccuracy: number;
  readonly cost: number;
}

/** A training run's curves; plain JSON. */
export interface History {
  readonly epochs: readonly EpochRecord[];
  readonly progress: readonly ProgressPoint[];
  /** Epochs asked for, to fix the x axis of a live plot. */
  readonly plannedEpochs: number;
}

/** A call that ended with other weights than those after its last epoch. */
export interface CallEnd {
  /** The epoch after which the call ended. */
  readonly epoch: number;
  /** The weights are those after this epoch, the call's best. */
  readonly restored?: number;
  /** The weights are the mean of those after so many of its last epochs. */
  readonly averaged?: number;
  /** Of these weights, on the validation set; absent without one. */
  readonly testAccuracy?: number;
}
