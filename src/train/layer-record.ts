/**
 * What a training says of its layers after each epoch: who is silent, how often the others fire, how large the weights
 * are.
 */
import type { Engine } from '../engine/engine.js';
import type { LayerRecord } from '../network/history.js';
import type { SpikeTrains } from '../network/spikes.js';
import type { DatasetSlots } from './dataset-slots.js';
import { layerHealth } from './health.js';
import type { SampleSet } from './samples.js';

/** The first samples of the training set: few, so that they cost next to nothing beside an epoch. */
const samplesLookedAt = 10;

/** Undefined when stopped before the last sample. Changes nothing of what is trained. */
export async function layerRecords(
  engine: Engine,
  slots: DatasetSlots,
  dataset: SampleSet,
  seed: number,
  stopped: () => boolean,
): Promise<LayerRecord[] | undefined> {
  const { network } = engine;
  const count = Math.min(samplesLookedAt, dataset.length);
  return slots.inTurn(async () => {
    const runs: SpikeTrains[][] = [];
    for (let n = 0; n < count && !stopped(); n++) {
      const sample = dataset.at(n);
      runs.push(await engine.record('spikes' in sample ? sample.spikes : sample.pixels, sample.index, seed));
    }
    if (runs.length < count) return undefined;
    const { weights } = await engine.getState();
    // A step is a millisecond.
    return layerHealth(network, runs).map(({ layer, silent, meanCount }, k) => ({
      name: layer,
      silent,
      rate: Number(((1000 * meanCount) / network.steps).toPrecision(6)),
      weightNorm: Number(normOf(weights[k]).toPrecision(6)),
    }));
  });
}

function normOf(weights: Float32Array): number {
  let sum = 0;
  for (const weight of weights) sum += weight * weight;
  return Math.sqrt(sum);
}
