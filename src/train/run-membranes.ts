/**
 * Membranes of a run, asked for when its raster is on the screen: the scalar reference simulates the sample once more.
 */
import type { Engine } from '../engine/engine.js';
import { simulate } from '../hm2bp/simulate.js';
import type { Network } from '../network/network.js';
import type { SpikeTrains } from '../network/spikes.js';
import { requireInteger } from '../network/require.js';
import { answerFor } from '../plot/askRun.js';
import type { DatasetSlots } from './dataset-slots.js';

/** What was simulated. */
interface Simulated {
  readonly network: Network;
  /** Input first, then every layer. */
  readonly spikes: readonly SpikeTrains[];
}

/** The run asked last, with what was computed for it. */
let last: { readonly run: Simulated; readonly membranes: readonly Float32Array[] } | undefined;

/** Lets the raster of a run show the membrane of any neuron. The network may be collected all the same. */
export function offerMembranes(run: Simulated, engine: Engine, slots: DatasetSlots): void {
  const engineOf = new WeakRef(engine);
  const slotsOf = new WeakRef(slots);
  answerFor(run, async (name, neuron) => {
    const { network, spikes } = run;
    const index = network.layers.findIndex((layer) => layer.name === name);
    if (index < 0) throw new RangeError(`layer ${name} has no membranes`);
    const { units } = network.layers[index];
    requireInteger(`neuron of layer ${name}`, neuron, 0, units - 1);
    const membranes = last?.run === run ? last.membranes : await simulated(run, engineOf.deref(), slotsOf.deref());
    last = { run, membranes };
    return Float32Array.from({ length: spikes[0].steps }, (_, t) => membranes[index][t * units + neuron]);
  });
}

async function simulated(
  { network, spikes }: Simulated,
  engine: Engine | undefined,
  slots: DatasetSlots | undefined,
): Promise<Float32Array[]> {
  if (!engine || !slots) throw new Error('the network of this run is gone: run its cell again');
  const { weights } = await slots.inTurn(() => engine.getState());
  const membranes = network.layers.map(({ units }) => new Float32Array(network.steps * units));
  const again = simulate(network, weights, spikes[0], membranes);
  if (!again.every((layer, k) => sameTimes(layer, spikes[k + 1])))
    throw new Error('the network has learnt since this run: run its cell again');
  return membranes;
}

const sameTimes = (a: SpikeTrains, b: SpikeTrains): boolean =>
  a.times.length === b.times.length &&
  a.times.every((time, k) => time === b.times[k]) &&
  a.offsets.every((offset, k) => offset === b.offsets[k]);
