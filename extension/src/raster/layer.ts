import { unpackLayer } from '../../../src/plot/codec.js';
import type { RasterLayer, RasterPayload } from '../../../src/plot/payload.js';
import { neutralSeries } from '../plot/theme.js';
import type { SpikeTrains } from '../../../src/network/spikes.js';

/** A layer ready to be drawn: what the payload says of it, and its spikes. */
export interface DrawnLayer {
  readonly info: RasterLayer;
  /** `neurons` are the rows of the plot here; times in steps. */
  readonly trains: SpikeTrains;
  readonly rows: number;
}

/**
 * Unpacks the layers of a checked payload; those that `known` already holds are not unpacked again.
 * @throws PayloadError when packed spikes are damaged
 */
export function unpackLayers(payload: RasterPayload, known: readonly DrawnLayer[]): DrawnLayer[] {
  return payload.layers.map((info, index) => {
    const old = known[index];
    const trains = old && sameSpikes(old, info, payload.steps) ? old.trains : unpackLayer(info, payload.steps);
    return { info, trains, rows: trains.neurons };
  });
}

function sameSpikes(old: DrawnLayer, info: RasterLayer, steps: number): boolean {
  return (
    old.trains.steps === steps &&
    old.info.data === info.data &&
    old.info.neurons === info.neurons &&
    old.info.neuronsPerRow === info.neuronsPerRow &&
    old.info.stepsPerColumn === info.stepsPerColumn &&
    old.info.packedSpikes === info.packedSpikes
  );
}

/** Which of the theme's series colours a layer has: the input is neutral, the output warm, hidden layers take the others in turn. */
export function layerSeries(index: number, layers: number): number {
  if (layers > 1 && index === 0) return neutralSeries;
  if (layers > 1 && index === layers - 1) return 1;
  const hidden = [0, 2, 3, 4, 5];
  return hidden[(index - (layers > 1 ? 1 : 0)) % hidden.length];
}

/** Names the neurons of rows `first` to `last`: `neuron 42`, `neurons 40–44`, or the class. */
export function nameRows({ info }: DrawnLayer, first: number, last: number): string {
  const from = first * info.neuronsPerRow;
  const to = Math.min(info.neurons, (last + 1) * info.neuronsPerRow) - 1;
  if (from >= to) {
    const name = info.neuronNames?.[from];
    return name === undefined || name === String(from) ? `neuron ${from}` : `neuron ${from} (${name})`;
  }
  return `neurons ${from}–${to}`;
}

/** Mean firing rate of the layer over the whole raster, Hz. */
export function meanRate({ info }: DrawnLayer, steps: number): number {
  return info.neurons === 0 ? 0 : (info.spikes / info.neurons / steps) * 1000;
}
