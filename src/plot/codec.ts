/**
 * Spike trains as a short string: for each neuron its firing count and then the gaps between its spikes, all as
 * varints, deflated, base64. A spike of a Poisson train costs about 5 bits. Runs in browsers and in Node.
 *
 * Bytes before deflate, for neuron 0, 1, …: varint(count), then for each spike varint(t - previous - 1), previous = -1
 * at first. A varint holds 7 bits a byte, lowest first, the high bit set on all bytes but the last (LEB128).
 */
import { deflateSync, strFromU8 } from 'fflate';
import type { SpikeTrains } from '../network/spikes.js';
import { fromBase64, inflate } from './bytes.js';
import { PayloadError } from './check.js';
import { payloadLimits } from './limits.js';
import type { RasterLayer } from './rasterSample.js';

/**
 * Packs spike trains into a base64 string.
 * @throws RangeError when the trains are too large for a payload, or not strictly ascending within a neuron
 */
export function packSpikes(trains: SpikeTrains): string {
  const { neurons, steps, offsets, times } = trains;
  if (neurons > payloadLimits.neurons || times.length > payloadLimits.spikes) {
    throw new RangeError(
      `layer ${trains.name}: ${neurons} neurons, ${times.length} spikes; a plot takes up to ${payloadLimits.neurons} and ${payloadLimits.spikes}: plot fewer neurons`,
    );
  }
  const bytes = new Uint8Array(neurons * 4 + times.length * 3); // a count is below 2^24 + 1, a gap below 2^16
  let at = 0;
  const put = (value: number): void => {
    for (; value > 127; value >>>= 7) bytes[at++] = (value & 127) | 128;
    bytes[at++] = value;
  };
  for (let n = 0; n < neurons; n++) {
    put(offsets[n + 1] - offsets[n]);
    let previous = -1;
    for (let k = offsets[n]; k < offsets[n + 1]; k++) {
      const t = times[k];
      if (t <= previous || t >= steps) {
        throw new RangeError(
          `layer ${trains.name}, neuron ${n}: spike at step ${t} after ${previous} of ${steps} steps; spike times must ascend and stay below the number of steps`,
        );
      }
      put(t - previous - 1);
      previous = t;
    }
  }
  return btoa(strFromU8(deflateSync(bytes.subarray(0, at), { level: 9 }), true));
}

/**
 * Unpacks spike trains of unknown origin; memory and time stay bounded by `payloadLimits`.
 * @param neurons rows in the string; @param steps every time is below it; @param spikes spikes in the string
 * @throws PayloadError when the string is not exactly that
 */
export function unpackSpikes(
  packed: string,
  name: string,
  neurons: number,
  steps: number,
  spikes: number,
): SpikeTrains {
  if (!(
    neurons >= 0 &&
    neurons <= payloadLimits.neurons &&
    steps >= 1 &&
    steps <= payloadLimits.steps &&
    spikes >= 0 &&
    spikes <= payloadLimits.spikes
  )) {
    throw new PayloadError(
      `layer ${name}: ${neurons} neurons, ${steps} steps, ${spikes} spikes; the limits are ${payloadLimits.neurons}, ${payloadLimits.steps}, ${payloadLimits.spikes}`,
    );
  }
  if (packed.length > payloadLimits.packed)
    throw new PayloadError(`layer ${name}: ${packed.length} characters; the limit is ${payloadLimits.packed}`);
  const bytes = inflate(fromBase64(packed, name, 'spikes'), name, neurons * 4 + spikes * 3, 'spikes');
  const broken = (why: string): PayloadError =>
    new PayloadError(`layer ${name}: packed spikes are damaged (${why}); run the cell again`);
  if (bytes.length < neurons + spikes) throw broken('too short');
  let at = 0;
  const take = (): number => {
    let value = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      if (at >= bytes.length) throw broken('too short');
      const byte = bytes[at++];
      value |= (byte & 127) << shift;
      if (byte < 128) return value;
    }
    throw broken('a number above 2^28');
  };
  const offsets = new Uint32Array(neurons + 1);
  const times = new Uint16Array(spikes);
  let k = 0;
  for (let n = 0; n < neurons; n++) {
    const count = take();
    if (count > spikes - k) throw broken('more spikes than announced');
    let t = -1;
    for (const end = k + count; k < end; k++) {
      const gap = bytes[at]; // most gaps are a byte
      if (gap < 128) {
        at++;
        t += gap + 1;
      } else t += take() + 1;
      if (t >= steps) throw broken(`a spike at step ${t} of ${steps}`);
      times[k] = t;
    }
    offsets[n + 1] = k;
  }
  if (k !== spikes) throw broken('fewer spikes than announced');
  if (at !== bytes.length) throw broken('bytes left over');
  return { name, neurons, steps, offsets, times };
}

/**
 * Unpacks one layer of a checked raster payload. Rows of the result are rows of the plot (`neuronsPerRow` neurons
 * each); times are in steps, rounded down to multiples of `stepsPerColumn`.
 * @throws PayloadError
 */
export function unpackLayer(layer: RasterLayer, steps: number): SpikeTrains {
  const rows = Math.ceil(layer.neurons / layer.neuronsPerRow);
  const trains = unpackSpikes(
    layer.data,
    layer.name,
    rows,
    Math.ceil(steps / layer.stepsPerColumn),
    layer.packedSpikes,
  );
  if (layer.stepsPerColumn > 1) trains.times.forEach((t, k) => (trains.times[k] = t * layer.stepsPerColumn));
  return { ...trains, steps };
}
