/**
 * Recorded membranes of a layer as a short string: 256 levels from the lowest to the highest potential, neuron by
 * neuron, each value as its difference to the one before, deflated, base64. Finer than a pixel of the picture they are
 * for.
 */
import { deflateSync, strFromU8 } from 'fflate';
import { fromBase64, inflate } from './bytes.js';
import { PayloadError } from './check.js';
import { payloadLimits } from './limits.js';
import type { PackedMembranes } from './rasterSample.js';

/** @param values `[steps, units]` flat, finite */
export function packMembranes(values: Float32Array, steps: number, units: number): PackedMembranes {
  const low = values.reduce((least, value) => Math.min(least, value), 0);
  const high = values.reduce((most, value) => Math.max(most, value), 0);
  const scale = high > low ? 255 / (high - low) : 0;
  const bytes = new Uint8Array(values.length);
  for (let n = 0, at = 0; n < units; n++) {
    for (let t = 0, before = 0; t < steps; t++, at++) {
      const level = Math.round((values[t * units + n] - low) * scale);
      bytes[at] = level - before;
      before = level;
    }
  }
  return { low, high, data: btoa(strFromU8(deflateSync(bytes, { level: 9 }), true)) };
}

/**
 * The membrane of one neuron, `[steps]`. @throws PayloadError when the string is not that of a layer of so many neurons
 * and steps
 */
export function unpackMembrane(
  { low, high, data }: PackedMembranes,
  name: string,
  steps: number,
  units: number,
  neuron: number,
): Float32Array {
  if (steps * units > payloadLimits.membranes)
    throw new PayloadError(
      `layer ${name}: membranes of ${units} neurons over ${steps} steps; the limit is ${payloadLimits.membranes} values`,
    );
  const bytes = inflate(fromBase64(data, name, 'membranes'), name, steps * units, 'membranes');
  if (bytes.length !== steps * units)
    throw new PayloadError(`layer ${name}: packed membranes are damaged (too short); run the cell again`);
  let level = 0;
  return Float32Array.from({ length: steps }, (_, t) => {
    level = (level + bytes[neuron * steps + t]) & 255;
    return low + (level / 255) * (high - low);
  });
}
