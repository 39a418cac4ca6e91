/**
 * Which data sets lie in the engine's memory, and whose turn it is: the calls of one network share its memory and its
 * weights, so what belongs together (load, run, copy) is done in one turn.
 */
import { isEventDataset } from '../data/sets/events.js';
import type { Engine } from '../engine/engine.js';
import type { LoadedSamples } from '../engine/samples.js';
import { Turns } from '../engine/turns.js';
import { requireFits, type SampleSet } from './samples.js';

export type Slot = 'train' | 'test';

/** Of a whole set; copies, in the order of its samples. */
export interface Predictions {
  /** `[samples]` */
  readonly predictions: Uint16Array;
  /** `[samples][outputs]` flat. */
  readonly firingCounts: Uint32Array;
  /** Samples gone through; less than all when stopped. */
  readonly done: number;
}

export class DatasetSlots {
  private readonly loaded = new Map<Slot, { dataset: SampleSet; samples: LoadedSamples }>();
  private readonly turns = new Turns();

  constructor(private readonly engine: Engine) {}

  /** Runs what belongs together on the engine. A turn inside a turn would wait for itself. */
  inTurn<T>(work: () => T | Promise<T>): Promise<T> {
    return this.turns.take(work);
  }

  /**
   * Samples of `dataset` in engine memory; copied if another set was there. Evaluating the same set twice copies it
   * once.
   */
  load(slot: Slot, dataset: SampleSet): LoadedSamples {
    const present = this.loaded.get(slot);
    if (present && present.dataset === dataset) return present.samples;
    requireFits(this.engine.network, dataset);
    const samples = isEventDataset(dataset)
      ? this.engine.loadRecordings(slot, dataset, dataset.labels)
      : this.engine.loadSamples(slot, dataset.pixels, dataset.labels);
    this.loaded.set(slot, { dataset, samples });
    return samples;
  }

  /**
   * Simulates every sample of a set `draws` times, in a turn of its own: the counts are sums, and the largest sum is
   * the prediction.
   */
  predict(dataset: SampleSet, seed: number, stopped: () => boolean, draws = 1): Promise<Predictions> {
    return this.inTurn(async () => {
      const samples = this.load('test', dataset);
      const { predictions, firingCounts } = this.engine.views(samples);
      const sums = new Uint32Array(draws > 1 ? firingCounts.length : 0);
      let done = 0;
      for (let draw = 0; draw < draws && !stopped(); draw++) {
        done = 0;
        // Another call's stop cancels whatever runs on the engine; this one then goes on behind the samples that are
        // done.
        while (done < dataset.length && !stopped())
          done += (await this.engine.evaluate(samples, done, dataset.length, seed, 'testSpikes', draw)).samples;
        for (let k = 0; k < sums.length; k++) sums[k] += firingCounts[k];
      }
      if (draws === 1) return { predictions: predictions.slice(), firingCounts: Uint32Array.from(firingCounts), done };
      return { predictions: largest(sums, dataset.length), firingCounts: sums, done };
    });
  }
}

/** Place of the largest count of each sample, the first of equals. */
function largest(counts: Uint32Array, samples: number): Uint16Array {
  const outputs = counts.length / samples;
  return Uint16Array.from({ length: samples }, (_, n) => {
    let best = 0;
    for (let k = 1; k < outputs; k++) if (counts[n * outputs + k] > counts[n * outputs + best]) best = k;
    return best;
  });
}
