/** Which data sets lie in the engine's memory, so that evaluating the same set twice copies it once. */
import type { Dataset } from '../data/dataset.js';
import type { Engine, LoadedSamples } from '../engine/engine.js';

export type Slot = 'train' | 'test';

export class DatasetSlots {
  private readonly loaded = new Map<Slot, { dataset: Dataset; samples: LoadedSamples }>();

  constructor(private readonly engine: Engine) {}

  /** Samples of `dataset` in engine memory; copied if another set was there. */
  load(slot: Slot, dataset: Dataset): LoadedSamples {
    const present = this.loaded.get(slot);
    if (present?.dataset === dataset) return present.samples;
    const { inputs, layers } = this.engine.network;
    if (dataset.inputs !== inputs) {
      throw new RangeError(`${dataset.name} has ${dataset.inputs} inputs a sample, the network has ${inputs}: build it with input(${dataset.shape.join(', ')})`);
    }
    const outputs = layers[layers.length - 1].units;
    if (dataset.classNames.length > outputs) {
      throw new RangeError(`${dataset.name} has ${dataset.classNames.length} classes, the network has ${outputs} outputs: end it with dense(${dataset.classNames.length})`);
    }
    const samples = this.engine.loadSamples(slot, dataset.pixels, dataset.labels);
    this.loaded.set(slot, { dataset, samples });
    return samples;
  }
}
