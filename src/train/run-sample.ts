/** One sample through the network, with everything that it does on the way. */
import type { Engine } from '../engine/engine.js';
import { simulate } from '../hm2bp/simulate.js';
import { requireKnown } from '../network/known.js';
import { requireChoice, requireList } from '../network/require.js';
import type { Network } from '../network/network.js';
import type { LearningRule } from '../network/rule.js';
import { firingCounts, type SpikeTrains } from '../network/spikes.js';
import type { ImageLike } from '../plot/images.js';
import type { DatasetSlots } from './dataset-slots.js';
import { offerMembranes } from './run-membranes.js';
import { type AnySample, requireSampleFits } from './samples.js';

export interface RunOptions {
  /** What to keep beside the spikes. */
  record?: readonly ('spikes' | 'membrane')[];
}

/** One sample through the network. */
export interface Run {
  /** Input first, then every layer. */
  readonly spikes: SpikeTrains[];
  /** Firing count of each output. */
  readonly counts: Uint32Array;
  readonly prediction: number;
  readonly label: number;
  /** With `record: ['membrane']`: for each layer `[steps, units]` flat, the membrane after each step. */
  readonly membranes?: Float32Array[];
  /** What the network saw, of an image. */
  readonly stimulus?: ImageLike;
  readonly network: Network;
  readonly rule: LearningRule;
}

/**
 * Spikes, and if asked for the membranes that the same weights give in the scalar reference.
 * @internal takes an engine, which no user has
 */
export async function runSample(
  engine: Engine,
  slots: DatasetSlots,
  sample: AnySample,
  seed: number,
  options: RunOptions,
): Promise<Run> {
  const { network, rule } = engine;
  requireKnown('run()', options, ['record']);
  for (const what of requireList('record', options.record ?? [], "a list such as ['spikes', 'membrane']"))
    requireChoice('record', what, ['spikes', 'membrane']);
  requireSampleFits(network, sample);
  const withMembranes = options.record?.includes('membrane') ?? false;
  const { spikes, weights } = await slots.inTurn(async () => ({
    spikes: await engine.record('spikes' in sample ? sample.spikes : sample.pixels, sample.index, seed),
    weights: withMembranes ? (await engine.getState()).weights : undefined,
  }));
  const counts = firingCounts(spikes[spikes.length - 1]);
  const prediction = counts.reduce((best, count, k) => (count > counts[best] ? k : best), 0);
  const { label } = sample;
  const stimulus = 'pixels' in sample ? { stimulus: { pixels: sample.pixels, shape: sample.shape } } : {};
  const membranes = weights && network.layers.map((layer) => new Float32Array(network.steps * layer.units));
  if (weights) simulate(network, weights, spikes[0], membranes);
  const run: Run = {
    spikes,
    counts,
    prediction,
    label,
    ...(membranes && { membranes }),
    ...stimulus,
    network,
    rule,
  };
  offerMembranes(run, engine, slots);
  return run;
}
