/**
 * BSA (Ben's spiker algorithm): a signal becomes the spike train that, filtered by a kernel, comes closest to it. B. Schrauwen, J. Van Campenhout,
 * BSA, a fast and accurate spike train encoding scheme, IJCNN 2003. Kernel, scale and threshold are those of the HM2-BP authors' speech reader.
 */
import { packSpikeTrains, type SpikeTrains } from '../network/spikes.js';
import { exp } from './exp.js';

const taps = 24;
const threshold = 0.6;
const scale = 2000;
/** Steps that each frame is held. */
export const stepsPerFrame = 10;

/** exp(-(i-12)^2/25), i = 0..23, normalised to sum 1. */
const kernel = normalise(Float64Array.from({ length: taps }, (_, i) => exp(-((i - 12) ** 2) / 25)));

function normalise(values: Float64Array): Float64Array {
  const sum = values.reduce((a, b) => a + b, 0);
  return values.map((value) => value / sum);
}

/**
 * Spike times of one channel, steps of 1 ms, from 1 on.
 * @param frames value of the channel in each frame, 10 steps apart; rounded to float32, as in the authors' reader
 */
export function bsaTimes(frames: ArrayLike<number>): number[] {
  const length = frames.length * stepsPerFrame;
  const signal = new Float64Array(length + taps); // ends in silence
  for (let i = 0; i < length; i++) signal[i] = Math.fround(frames[Math.floor(i / stepsPerFrame)]) * scale;
  const times: number[] = [];
  for (let i = 0; i < length; i++) {
    let withSpike = 0; // error left if a spike is taken out here
    let without = 0;
    for (let j = 0; j < taps; j++) {
      withSpike += Math.abs(signal[i + j] - kernel[j]);
      without += Math.abs(signal[i + j]);
    }
    if (!(withSpike < without - threshold)) continue;
    times.push(i + 1);
    for (let j = 0; j < taps; j++) signal[i + j] -= kernel[j];
  }
  return times;
}

/** Spike trains of a cochleagram, one neuron a channel. Spikes from `steps` on are dropped. */
export function bsaSpikes(channels: readonly ArrayLike<number>[], steps: number): SpikeTrains {
  return packSpikeTrains('input', steps, channels.map((frames) => bsaTimes(frames).filter((time) => time < steps)));
}
