/** Speech to spikes as in the paper: sound, Lyon's ear (78 channels), BSA. */
import { requireObject } from '../../network/require.js';
import type { SpikeTrains } from '../../network/spikes.js';
import { encodeCochleagram } from './bsa.js';
import { lyonEar, type LyonOptions } from './lyon.js';
import { parseSound } from '../formats/wav.js';

/** Channels of the ear, for every speech set here. */
export const speechChannels = 78;

/** How a set of recordings is heard. Frames are 16 ms, as 200 samples at TI46's rate. */
export type Hearing = Required<Pick<LyonOptions, 'rate' | 'decimation' | 'stepFactor'>>;

/** TI46: the paper's settings. */
export const ti46Hearing: Hearing = { rate: 12_500, decimation: 200, stepFactor: 0.25 };

/** Sound of 8 kHz: filters a little closer together (0.205 of a bandwidth), so that there are 78 channels here too. */
export const hearing8k: Hearing = { rate: 8_000, decimation: 128, stepFactor: 0.205 };

/** Spike trains of a sound file. Errors as `parseSound`, also for another rate than `hearing` is made for. */
export function encodeSpeech(bytes: Uint8Array, source: string, hearing: Hearing, steps = 700): SpikeTrains {
  requireObject('encodeSpeech()', hearing, 'bytes, their name, and a hearing such as ti46Hearing');
  const { samples } = parseSound(bytes, source, hearing.rate);
  return encodeCochleagram(lyonEar(samples, hearing), steps);
}
