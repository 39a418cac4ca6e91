/** From events in the order of a camera to spike trains. */
import { requireInteger, requireList } from '../../network/require.js';
import type { SpikeTrains } from '../../network/spikes.js';

/**
 * Spike trains from a list of events in any order; several events of an input in one step are one spike.
 * @param neurons input of each event, 0 .. count-1
 * @param times step of each event, whole numbers; those at `steps` or later are cut
 * @throws RangeError naming the event: a channel that does not exist (as in a list counted from 1), a step below 1, a
 * fraction
 */
export function spikesFromEvents(
  count: number,
  steps: number,
  neurons: ArrayLike<number>,
  times: ArrayLike<number>,
): SpikeTrains {
  requireInteger('inputs', count, 1, 65_536);
  requireInteger('steps', steps, 1, 65_536);
  requireList('spikesFromEvents()', neurons, 'a list of channels as its third value');
  requireList('spikesFromEvents()', times, 'a list of steps as its fourth value');
  if (neurons.length !== times.length)
    throw new RangeError(`${neurons.length} channels and ${times.length} times: give one of each for every event`);
  const keys = new Uint32Array(neurons.length);
  let kept = 0;
  for (let k = 0; k < neurons.length; k++) {
    const [neuron, time] = [neurons[k], times[k]];
    if (!Number.isInteger(neuron) || neuron < 0 || neuron >= count)
      throw new RangeError(`event ${k} is of channel ${neuron}: channels are 0 .. ${count - 1}, counted from 0`);
    if (!Number.isInteger(time) || time < 1)
      throw new RangeError(
        `event ${k} is at step ${time}: steps are whole numbers from 1; datasets.fromArrays takes times`,
      );
    if (time < steps) keys[kept++] = neuron * 65_536 + time;
  }
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
