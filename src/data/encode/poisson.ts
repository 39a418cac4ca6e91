/**
 * Poisson encoder of `docs/numerics.md`: at each step t = 1 .. steps-1 input j fires with probability pixel/(255*5.5),
 * decided by draw t of its stream. Source: the authors' settings (paper section 4.1: images). `src/engine` has the same
 * in SIMD.
 */
import { requireChoice, requireBytes, requireInteger } from '../../network/require.js';
import { packSpikeTrains, type SpikeTrains } from '../../network/spikes.js';
import { RandomStream, type SampleKey, sampleKey } from '../../numeric/random.js';

/** A full pixel fires once in this many steps on average. */
export const pixelScale = 5.5;

/** `[256]`: an input of pixel value x fires when its draw is below `thresholds[x]`. */
export function pixelThresholds(): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, pixel) => Math.floor((pixel / (255 * pixelScale)) * 2 ** 32));
}

const thresholds = pixelThresholds();

/**
 * Key of one sample's spike trains.
 * @param mode `once`: the same trains in every epoch (the authors); `epoch`: drawn anew
 * @param epoch counted from 0
 * @param sample index in the unshuffled set
 */
export function encoderKey(
  seed: number,
  mode: 'once' | 'epoch',
  epoch: number,
  sample: number,
  split: 'train' | 'test',
): SampleKey {
  requireChoice('encoding', mode, ['once', 'epoch']);
  requireInteger('epoch', epoch, 0, 2 ** 31 - 1);
  requireInteger('sample', sample, 0, 2 ** 31 - 1);
  const purpose = requireChoice('split', split, ['train', 'test']) === 'train' ? 'trainSpikes' : 'testSpikes';
  return sampleKey(seed, purpose, mode === 'once' ? 0 : epoch, sample);
}

/** Spike trains of an image, one for each pixel; steps of 1 ms, at most 65,536. */
export function poissonSpikes(pixels: Uint8Array, steps: number, key: SampleKey): SpikeTrains {
  requireBytes('poissonSpikes()', pixels);
  requireInteger('steps', steps, 1, 65_536);
  const trains: number[][] = [];
  for (let j = 0; j < pixels.length; j++) {
    const train: number[] = [];
    const threshold = thresholds[pixels[j]];
    if (threshold > 0) {
      const stream = new RandomStream(key, j);
      for (let t = 1; t < steps; t++) if (stream.at(t) < threshold) train.push(t);
    }
    trains.push(train);
  }
  return packSpikeTrains('input', steps, trains);
}
