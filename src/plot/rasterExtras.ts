/** What a raster's payload holds beside the spikes: thresholds, recorded membranes, the image that the network saw. */
import type { SpikeTrains } from '../network/spikes.js';
import type { ImageLike } from './images.js';
import { payloadLimits } from './limits.js';
import { packMembranes } from './membraneCodec.js';
import { toBase64 } from './picture.js';
import type { RunLike } from './runLike.js';
import type { RasterLayer, Stimulus } from './rasterSample.js';

/** Most characters of the recorded membranes of all samples: an output stays below 150 kB. */
const membraneRoom = 30_000;

/**
 * Layers with their thresholds and, from the output backwards as far as there is room, the membranes that were
 * recorded. @param share of the room
 */
export function withMembranes(
  layers: readonly RasterLayer[],
  trains: readonly SpikeTrains[],
  { spikes, membranes, network }: RunLike,
  share = 1,
): readonly RasterLayer[] {
  let room = membraneRoom * share;
  return layers
    .toReversed()
    .map((layer, k): RasterLayer => {
      const { name, neurons, steps } = trains[trains.length - 1 - k];
      const threshold = network?.layers.find((one) => one.name === name)?.threshold;
      const recorded = membranes?.[spikes.findIndex((one) => one.name === name) - (spikes.length - membranes.length)];
      const values = recorded?.length === steps * neurons && recorded.every(Number.isFinite) ? recorded : undefined;
      // Deflated, a value takes between a quarter of a byte and one.
      const packed = values && values.length < 4 * room ? packMembranes(values, steps, neurons) : undefined;
      const kept = packed && packed.data.length <= room ? packed : undefined;
      room -= kept?.data.length ?? 0;
      return {
        ...layer,
        ...(threshold !== undefined && Math.abs(threshold) <= 1e9 && { threshold }),
        ...(kept && { membranes: kept }),
      };
    })
    .toReversed();
}

/** An image in a payload; none of one too large, or whose pixels do not fit its shape. */
export function stimulusOf({ pixels, shape }: ImageLike): Stimulus | undefined {
  const columns = shape[shape.length - 1] ?? 0;
  const size = shape.reduce((product, side) => product * side, 1);
  if (shape.length < 2 || size !== pixels.length || size === 0 || size > payloadLimits.pixels) return undefined;
  const bytes = Uint8Array.from(pixels, (value) => Math.max(0, Math.min(255, value)));
  return { rows: size / columns, columns, pixels: toBase64(bytes) };
}
