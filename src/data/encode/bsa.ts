/**
 * Ben's Spiker Algorithm: a spike is placed wherever taking a kernel out of the signal brings it closer to zero.
 * Source: B. Schrauwen, J. Van Campenhout, "BSA, a fast and accurate spike train encoding scheme", IJCNN 2003;
 * constants of the HM2-BP authors.
 */
import { requireInteger, requireList, requireObject } from '../../network/require.js';
import { packSpikeTrains, type SpikeTrains } from '../../network/spikes.js';
import { exp } from '../../numeric/exp.js';
import type { Cochleagram } from '../formats/cochleagram.js';

const taps = 24;
const scale = 2000; // firing rates of the ear to units of the kernel
const stepsPerFrame = 10;
const threshold = 0.6;

/** `[24]`, exp(-(i-12)^2 / 25), normalised to sum 1. */
export function bsaKernel(): Float64Array {
  const bell = Float64Array.from({ length: taps }, (_, i) => exp((-(i - taps / 2) * (i - taps / 2)) / 25));
  const sum = bell.reduce((a, b) => a + b);
  return bell.map((value) => value / sum);
}

const kernel = bsaKernel();

/** Steps of the spikes that encode a signal (one value a step), each 1 .. length. */
export function bsaSpikes(signal: ArrayLike<number>): number[] {
  requireList('bsaSpikes()', signal, 'a list with a value for each step');
  const rest = new Float64Array(signal.length + taps);
  rest.set(signal);
  const spikes: number[] = [];
  for (let i = 0; i < signal.length; i++) {
    let withSpike = 0;
    let without = 0;
    for (let j = 0; j < taps; j++) {
      withSpike += Math.abs(rest[i + j] - kernel[j]);
      without += Math.abs(rest[i + j]);
    }
    if (withSpike < without - threshold) {
      spikes.push(i + 1);
      for (let j = 0; j < taps; j++) rest[i + j] -= kernel[j];
    }
  }
  return spikes;
}

/**
 * Spike trains of a cochleagram, one for each channel: each frame is held 10 steps; what comes at `steps` or later is
 * cut.
 */
export function encodeCochleagram(ear: Cochleagram, steps = 700): SpikeTrains {
  const { channels, frames, rates } = requireObject('encodeCochleagram()', ear, '{ channels, frames, rates }');
  requireInteger('channels', channels, 1, 65_536);
  requireInteger('frames', frames, 1, 1_000_000);
  requireList('encodeCochleagram({ rates })', rates, 'a list of [channels, frames] values');
  requireInteger('steps', steps, 2, 65_536);
  const signal = new Float64Array(frames * stepsPerFrame);
  const trains = Array.from({ length: channels }, (_, c) => {
    for (let k = 0; k < signal.length; k++) signal[k] = rates[c * frames + Math.floor(k / stepsPerFrame)] * scale;
    return bsaSpikes(signal).filter((t) => t < steps);
  });
  return packSpikeTrains('input', steps, trains);
}
