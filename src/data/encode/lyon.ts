/**
 * Lyon's passive ear model: sound to the firing rates of auditory nerve channels. A cascade of notch filters (the
 * basilar membrane), half-wave rectification (hair cells), four stages of coupled gain control (adaptation),
 * differences between neighbours, decimation. Source: M. Slaney, "Lyon's Cochlear Model", Apple Technical Report 13
 * (1988), and "Auditory Toolbox", Interval Technical Report 1998-010.
 */
import { requireKnown } from '../../network/known.js';
import { requireInteger, requireList, requireNumber } from '../../network/require.js';
import type { Cochleagram } from '../formats/cochleagram.js';
import { cosine } from '../../numeric/cosine.js';
import { exp } from '../../numeric/exp.js';

export interface LyonOptions {
  /** Samples a second of the sound. */
  rate: number;
  /** Samples a frame; the output has floor(samples / decimation) frames. Default 200: 16 ms at TI46's 12.5 kHz. */
  decimation?: number;
  /** Quality of each filter; smaller means broader. Default 8. */
  earQ?: number;
  /** Distance of neighbouring filters in bandwidths. Default earQ / 32: a quarter. */
  stepFactor?: number;
}

const lyonNames = ['rate', 'decimation', 'earQ', 'stepFactor'];

/** A second-order filter: numerator a0, a1, a2, denominator 1, b1, b2. */
export type SecondOrder = readonly [a0: number, a1: number, a2: number, b1: number, b2: number];

const breakFrequency = 1000; // Hz: below it bandwidths stay constant
const zeroOffset = 1.5;
const sharpness = 5;
const preemphasisCorner = 300; // Hz
const frontFilters = 2; // outer and middle ear, and a compensator: in the cascade but not in the output

// gain control: the target level and the time constant (s) of each stage
const stages = [
  [0.0032, 0.64],
  [0.0016, 0.16],
  [0.0008, 0.04],
  [0.0004, 0.01],
] as const;
const gainLimit = 0.9; // a stage takes away at most nine tenths
const smoothing = 3; // time constant of the decimation filter, frames

/** Centre frequencies of the channels, Hz, from high to low. */
export function lyonFrequencies(options: LyonOptions): number[] {
  requireKnown('lyonFrequencies()', options, lyonNames);
  const { rate, earQ = 8, stepFactor = earQ / 32 } = options;
  requireNumber('rate', rate, 2_000, 1e6);
  requireNumber('earQ', earQ, 1, 100);
  requireNumber('stepFactor', stepFactor, 0.01, 10);
  const top = topFrequency(rate, earQ, stepFactor);
  const sum = top + hypotenuse(top);
  const low = breakFrequency / Math.sqrt(4 * earQ * earQ - 1); // where the quality of the poles falls below 1/2
  const frequencies: number[] = [];
  for (let n = 1; ; n++) {
    const ratio = exp((n * stepFactor) / earQ);
    if (sum / ratio < low + hypotenuse(low)) return frequencies;
    frequencies.push((sum / ratio - (ratio * breakFrequency * breakFrequency) / sum) / 2);
  }
}

/** The cascade: two front filters, then one filter for each channel. */
export function lyonFilters(options: LyonOptions): SecondOrder[] {
  requireKnown('lyonFilters()', options, lyonNames);
  const { rate, earQ = 8, stepFactor = earQ / 32 } = options;
  const frequencies = lyonFrequencies(options);
  const bandwidth = (f: number): number => hypotenuse(f) / earQ;
  const top = topFrequency(rate, earQ, stepFactor);
  const [, , , topB1, topB2] = resonance(top, frequencies[0] / bandwidth(frequencies[0]), rate);
  const front: SecondOrder[] = [
    withGain([0, 1, -exp((-2 * Math.PI * preemphasisCorner) / rate), 0, 0], 1, true),
    withGain([1, 0, -1, topB1, topB2], 1, true),
  ];
  return [
    ...front,
    ...frequencies.map((f, n) => {
      const zero = f + bandwidth(f) * stepFactor * zeroOffset;
      const [, , , a1, a2] = resonance(zero, (sharpness * zero) / bandwidth(f), rate);
      const [, , , b1, b2] = resonance(f, f / bandwidth(f), rate);
      const k = Math.max(n, 1); // the first has the gain of the second
      return withGain([1, a1, a2, b1, b2], frequencies[k - 1] / frequencies[k], false);
    }),
  ];
}

/**
 * Runs the ear over a sound.
 * @throws RangeError for a rate below 2,000 Hz or a decimation below 3
 */
export function lyonEar(sound: Float64Array, options: LyonOptions): Cochleagram {
  requireList('lyonEar()', sound, 'a Float64Array of samples');
  requireKnown('lyonEar()', options, lyonNames);
  const decimation = requireInteger('decimation', options.decimation ?? 200, 3, 1 << 20);
  const filters = lyonFilters(options);
  const all = filters.length;
  const channels = all - frontFilters;
  const frames = Math.floor(sound.length / decimation);
  const rates = new Float64Array(channels * frames);

  const coefficients = Float64Array.from(filters.flat());
  const state = new Float64Array(2 * all);
  const gains = new Float64Array(stages.length * (all + 2)); // [stage, 1 + all + 1]: the ends are their own neighbours
  const control = Float64Array.from(
    stages.flatMap(([target, tau]) => {
      const epsilon = 1 - exp(-1 / (tau * options.rate));
      return [epsilon / target, (1 - epsilon) / 3];
    }),
  );
  const keep = exp(-1 / (smoothing * decimation)); // the decimation filter is two such poles
  const once = new Float64Array(all);
  const twice = new Float64Array(all);
  const nerve = new Float64Array(all);

  for (let n = 0; n < frames * decimation; n++) {
    cascade(sound[n], coefficients, state, nerve);
    // the toolbox clears the front filters at the first sample of each frame only; kept, to give its numbers
    if (n % decimation === 0) nerve.fill(0, 0, frontFilters);
    for (let s = 0; s < stages.length; s++) adapt(nerve, gains, s * (all + 2), control[2 * s], control[2 * s + 1]);
    for (let c = all - 1; c >= 1; c--) {
      const difference = nerve[c - 1] - nerve[c];
      once[c] = keep * once[c] + (1 - keep) * (difference > 0 ? difference : 0);
      twice[c] = keep * twice[c] + (1 - keep) * once[c];
    }
    // the toolbox's decimation filter answers two samples late
    if (n % decimation === decimation - 3) {
      const frame = Math.floor(n / decimation);
      for (let c = 0; c < channels; c++) rates[c * frames + frame] = twice[frontFilters + c];
    }
  }
  return { channels, frames, rates };
}

/**
 * One sample through the cascade, each filter's output the next one's input (transposed direct form II), then half-wave
 * rectified.
 */
function cascade(sample: number, coefficients: Float64Array, state: Float64Array, output: Float64Array): void {
  let x = sample;
  for (let c = 0; c < output.length; c++) {
    const at = 5 * c;
    const y = coefficients[at] * x + state[2 * c];
    state[2 * c] = coefficients[at + 1] * x - coefficients[at + 3] * y + state[2 * c + 1];
    state[2 * c + 1] = coefficients[at + 2] * x - coefficients[at + 4] * y;
    output[c] = y > 0 ? y : 0;
    x = y;
  }
}

/** One stage of gain control, in place: attenuates by a state that follows the output and leaks to the neighbours. */
function adapt(values: Float64Array, gains: Float64Array, start: number, rise: number, spread: number): void {
  let before = gains[start + 1];
  let here = before;
  for (let c = 0; c < values.length; c++) {
    const after = gains[start + c + 2];
    const value = values[c] * (1 - here);
    values[c] = value;
    const follow = rise * value + spread * (before + here + after);
    gains[start + c + 1] = follow < gainLimit ? follow : gainLimit;
    before = here;
    here = after;
  }
  gains[start + values.length + 1] = gains[start + values.length];
}

function topFrequency(rate: number, earQ: number, stepFactor: number): number {
  const half = rate / 2;
  return half - (hypotenuse(half) / earQ) * stepFactor * (zeroOffset - 1); // room for the first filter's zeros
}

function hypotenuse(f: number): number {
  return Math.sqrt(f * f + breakFrequency * breakFrequency);
}

/** Poles (or zeros) of a resonance at `f` Hz of quality `q`. */
function resonance(f: number, q: number, rate: number): SecondOrder {
  const radius = exp((-Math.PI * f) / rate / q);
  const angle = ((2 * Math.PI * f) / rate) * Math.sqrt(1 - 1 / (4 * q * q));
  return [1, 0, 0, -2 * radius * cosine(angle), radius * radius];
}

/** Scales the numerator so that the gain is `gain` at frequency 0, or at a quarter of the rate. */
function withGain([a0, a1, a2, b1, b2]: SecondOrder, gain: number, quarter: boolean): SecondOrder {
  // at a quarter of the rate z^-1 = -i: the sums have a real and an imaginary part
  const size = (c0: number, c1: number, c2: number): number =>
    quarter ? Math.sqrt((c0 - c2) * (c0 - c2) + c1 * c1) : Math.abs(c0 + c1 + c2);
  const scale = (gain * size(1, b1, b2)) / size(a0, a1, a2);
  return [a0 * scale, a1 * scale, a2 * scale, b1, b2];
}
