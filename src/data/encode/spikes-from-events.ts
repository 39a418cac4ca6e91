/** From events in the order of a camera to spike trains. */
import type { SpikeTrains } from '../../network/spikes.js';

/**
 * Spike trains from a list of events in any order; several events of an input in one step are one spike.
 * @param neurons input of each event, 0 .. count-1
 * @param times step of each event; those outside 1 .. steps-1 are dropped
 */
export function spikesFromEvents(
  count: number,
  steps: number,
  neurons: ArrayLike<number>,
  times: ArrayLike<number>,
): SpikeTrains {
  const keys = new Uint32Array(neurons.length);
  let kept = 0;
  for (let k = 0; k < neurons.length; k++)
    if (times[k] >= 1 && times[k] < steps) keys[kept++] = neurons[k] * 65_536 + times[k];
  const sorted = keys.subarray(0, kept).sort();
  const offsets = new Uint32Array(count + 1);
  const distinct = new Uint16Array(kept);
  let used = 0;
  for (let k = 0; k < kept; k++) {
    if (k > 0 && sorted[k] === sorted[k - 1]) continue;
    distinct[used++] = sorted[k] & 0xffff;
    offsets[(sorted[k] >>> 16) + 1] = used;
  }
  for (let j = 1; j <= count; j++) if (offsets[j] < offsets[j - 1]) offsets[j] = offsets[j - 1]; // silent inputs
  return { name: 'input', neurons: count, steps, offsets, times: distinct.slice(0, used) };
}
