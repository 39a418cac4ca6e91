/** What a network holds from its first use on: the engine with its weights, the data sets in it, the trainer. */
import type { Engine } from '../engine/engine.js';
import type { Network } from '../network/network.js';
import { initialWeights } from '../network/weights.js';
import { DatasetSlots } from './dataset-slots.js';
import type { TrainingState } from './state.js';
import { Trainer } from './trainer.js';

export interface Opened {
  readonly engine: Engine;
  readonly slots: DatasetSlots;
  readonly trainer: Trainer;
}

/** Opens an engine where `start` left a training, with the weights given, or with fresh ones. */
export async function openNetwork(
  engineOf: Promise<Engine>,
  network: Network,
  seed: number,
  start: TrainingState | readonly Float32Array[] | undefined,
): Promise<Opened> {
  const engine = await engineOf;
  const slots = new DatasetSlots(engine);
  const trainer = new Trainer(engine, slots, seed);
  if (start && 'position' in start) await trainer.restore(start);
  else await engine.setState({ weights: start ?? initialWeights(network, seed) });
  return { engine, slots, trainer };
}
