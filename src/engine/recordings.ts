/** Recorded spikes on their way into engine memory: event lists, checked because the workers trust them. */
import type { SpikeTrains } from '../network/spikes.js';

/** Recorded spikes of several samples, as `EventDataset` has them. */
export interface Recordings {
  /** `[samples + 1]`: events of sample n are entries `starts[n] .. starts[n+1]-1`. */
  readonly starts: Uint32Array;
  /** Input of each event, ascending within a sample. */
  readonly neurons: Uint16Array;
  /** Step of each event, 1 .. T-1. */
  readonly times: Uint16Array;
}

/** One sample as recordings. */
export function recordingsOf({ neurons, offsets, times }: SpikeTrains): Recordings {
  if (offsets.length !== neurons + 1 || offsets[0] !== 0 || offsets[neurons] !== times.length) {
    throw new RangeError(
      `spike trains of ${neurons} neurons with ${offsets.length} offsets up to ${offsets[neurons]} for ${times.length} spikes: make them with packSpikeTrains()`,
    );
  }
  const inputs = new Uint16Array(times.length);
  for (let j = 0; j < neurons; j++) inputs.fill(j, offsets[j], offsets[j + 1]);
  return { starts: Uint32Array.of(0, times.length), neurons: inputs, times };
}

/** @throws RangeError for an event outside the network, or lists that do not fit together */
export function checkRecordings(
  { starts, neurons, times }: Recordings,
  samples: number,
  inputs: number,
  steps: number,
): void {
  if (starts.length !== samples + 1 || neurons.length !== times.length || starts[samples] > times.length) {
    throw new RangeError(
      `${samples} labels, ${starts.length} starts up to ${starts[samples]}, ${neurons.length} inputs and ${times.length} steps of events do not fit together: take all from one data set`,
    );
  }
  for (let n = 0; n < samples; n++) {
    if (starts[n] > starts[n + 1])
      throw new RangeError(
        `sample ${n} begins at event ${starts[n]} and ends before it, at ${starts[n + 1]}: take all from one data set`,
      );
    for (let k = starts[n], before = 0; k < starts[n + 1]; k++) {
      const neuron = neurons[k];
      if (neuron >= inputs || neuron < before)
        throw new RangeError(
          `sample ${n} has a spike of input ${neuron} after input ${before}: inputs ascend and lie in 0 .. ${inputs - 1}`,
        );
      if (times[k] < 1 || times[k] >= steps)
        throw new RangeError(
          `sample ${n} has a spike at step ${times[k]}: the network simulates 1 .. ${steps - 1}; build it with more steps or cut the recording`,
        );
      before = neuron;
    }
  }
}
