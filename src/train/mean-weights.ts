/** The mean of the weights over the last epochs of a call: smoother than any one of them. */
import type { EngineState } from '../engine/state.js';
import { requireInteger } from '../network/require.js';

export class MeanWeights {
  /** After the last epochs, the oldest first. */
  private readonly kept: (readonly Float32Array[])[] = [];

  /** @param epochs how many; undefined: no mean is taken. @throws RangeError together with `restoreBest` */
  constructor(
    private readonly epochs: number | undefined,
    restoreBest: boolean | undefined,
  ) {
    if (epochs !== undefined) requireInteger('average', epochs, 2, 100);
    if (epochs !== undefined && restoreBest)
      throw new RangeError('average and restoreBest each decide the weights at the end: leave one of them out');
  }

  note(state: EngineState | undefined): void {
    if (this.epochs === undefined || !state) return;
    this.kept.push(state.weights.map((layer) => layer.slice()));
    if (this.kept.length > this.epochs) this.kept.shift();
  }

  /** Epochs whose weights are in the mean. */
  get count(): number {
    return this.kept.length;
  }

  /**
   * `state` with the mean weights in place of its own; undefined without a mean.
   */
  of(state: EngineState | undefined): EngineState | undefined {
    if (!state || this.kept.length === 0) return undefined;
    return { ...state, weights: meanOfWeights(this.kept) };
  }
}

/** Mean of the weights of several epochs, one list of layers each: float64 sums in their order. */
export const meanOfWeights = (epochs: readonly (readonly Float32Array[])[]): Float32Array[] =>
  epochs[0].map((layer, l) => layer.map((_, k) => epochs.reduce((sum, one) => sum + one[l][k], 0) / epochs.length));
