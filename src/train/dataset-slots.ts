/** Which data sets lie in the engine's memory, so that evaluating the same set twice copies it once. */
import { isEventDataset } from '../data/events.js';
import type { Engine } from '../engine/engine.js';
import type { LoadedSamples } from '../engine/samples.js';
import { requireFits, type SampleSet } from './samples.js';

export type Slot = 'train' | 'test';

export class DatasetSlots {
  private readonly loaded = new Map<Slot, { dataset: SampleSet; samples: LoadedSamples }>();

  constructor(private readonly engine: Engine) {}

  /** Samples of `dataset` in engine memory; copied if another set was there. */
  load(slot: Slot, dataset: SampleSet): LoadedSamples {
    const present = this.loaded.get(slot);
    if (present?.dataset === dataset) return present.samples;
    requireFits(this.engine.network, dataset);
    const samples = isEventDataset(dataset) ? this.engine.loadRecordings(slot, dataset, dataset.labels) : this.engine.loadSamples(slot, dataset.pixels, dataset.labels);
    this.loaded.set(slot, { dataset, samples });
    return samples;
  }
}
