/**
 * Distorts the images of a slice in engine memory before it is trained, without keeping the main thread from other
 * work.
 */
import { Augmenter } from '../data/encode/augment.js';
import { pause } from '#train-platform';
import { isEventDataset } from '../data/sets/events.js';
import type { Engine } from '../engine/engine.js';
import type { LoadedSamples } from '../engine/samples.js';
import type { Augmentation } from '../network/augmentation.js';
import type { SampleSet } from './samples.js';

/** Longest time without a pause for other work, ms. */
const patience = 8;

export class Distortion {
  private augmenter: Augmenter | undefined;

  constructor(
    private readonly engine: Engine,
    private readonly augmentation: Augmentation,
    private readonly seed: number,
  ) {}

  /**
   * Writes the distorted images of places `from` to `to` of an epoch's order, as the rule says; those of before a stop
   * only when stopped.
   * @throws RangeError for recordings and features
   */
  async apply(
    dataset: SampleSet,
    samples: LoadedSamples,
    slice: { epoch: number; from: number; to: number },
    stopped: () => boolean,
  ): Promise<void> {
    if (isEventDataset(dataset))
      throw new RangeError(`augmentation distorts images, and ${dataset.name} holds recorded spikes: leave it out`);
    if (dataset.population)
      throw new RangeError(
        `augmentation distorts images, and ${dataset.name} holds features coded by populations: leave it out, or give images (coding: 'rate' with a shape)`,
      );
    this.augmenter ??= new Augmenter(this.augmentation, this.seed, dataset.shape);
    const { order, pixels } = this.engine.views(samples);
    let rest = performance.now() + patience;
    for (let at = slice.from; at < slice.to; at++) {
      const n = order[at];
      this.augmenter.distort(
        dataset.at(n).pixels,
        slice.epoch,
        n,
        pixels.subarray(n * dataset.inputs, (n + 1) * dataset.inputs),
      );
      if (performance.now() < rest) continue;
      await pause();
      if (stopped()) return;
      rest = performance.now() + patience;
    }
  }
}
