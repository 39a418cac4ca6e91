import { unpackLayer } from '../../codec.js';
import { rowsOf, type RasterLayer, type RasterPayload } from '../../payload.js';
import { neutralSeries } from '../theme.js';
import { groupDigits } from '../ticks.js';
import type { SpikeTrains } from '../../../network/spikes.js';

/** A layer as it is drawn: what the payload says of it, and its spikes. */
export interface DrawnLayer {
  readonly info: RasterLayer;
  readonly rows: number;
  /**
   * `neurons` are the rows of the plot here; times in steps. Unpacked when first asked for: what is not on the screen
   * costs nothing.
   * @throws PayloadError when the packed spikes are damaged
   */
  readonly trains: SpikeTrains;
  /** Gives the memory of unpacked spikes back, until they are asked for again. */
  release(): void;
}

/** The layers of a checked payload; those that `known` already holds are not unpacked again. */
export function unpackLayers(payload: RasterPayload, known: readonly DrawnLayer[]): DrawnLayer[] {
  return payload.layers.map((info, index) => {
    const old = known[index];
    if (old instanceof PackedLayer && old.holds(info, payload.steps)) return old.with(info);
    return new PackedLayer(info, payload.steps);
  });
}

class PackedLayer implements DrawnLayer {
  readonly rows: number;

  constructor(
    readonly info: RasterLayer,
    private readonly steps: number,
    private unpacked?: SpikeTrains,
  ) {
    this.rows = rowsOf(info);
  }

  get trains(): SpikeTrains {
    return (this.unpacked ??= unpackLayer(this.info, this.steps));
  }

  release(): void {
    this.unpacked = undefined;
  }

  holds(info: RasterLayer, steps: number): boolean {
    return this.steps === steps && sameSpikes(this.info, info);
  }

  /** The same spikes with another name or other names of neurons. */
  with(info: RasterLayer): PackedLayer {
    return new PackedLayer(info, this.steps, this.unpacked);
  }
}

function sameSpikes(old: RasterLayer, info: RasterLayer): boolean {
  return (
    old.data === info.data &&
    old.neurons === info.neurons &&
    old.neuronsPerRow === info.neuronsPerRow &&
    old.stepsPerColumn === info.stepsPerColumn &&
    old.packedSpikes === info.packedSpikes
  );
}

/**
 * Which of the theme's series colours a layer has: the input is neutral, the output warm, hidden layers take the others
 * in turn.
 */
export function layerSeries(index: number, layers: number): number {
  if (layers > 1 && index === 0) return neutralSeries;
  if (layers > 1 && index === layers - 1) return 1;
  const hidden = [0, 2, 3, 4, 5, 6];
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

/** `16 Hz`, `0.25 Hz`. */
export function formatRate(hertz: number): string {
  return `${hertz >= 100 ? groupDigits(String(Math.round(hertz))) : Number(hertz.toPrecision(2))} Hz`;
}
