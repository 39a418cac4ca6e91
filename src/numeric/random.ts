/**
 * Counter-based random numbers: the value of a draw depends on its key alone, so that any worker can make any spike
 * train in any order and get the same bits. `docs/numerics.md` names the rule; `src/engine/assembly` repeats it in
 * SIMD.
 *
 * The mixer is the two-multiply, three-shift 32-bit bijection known as `lowbias32` (C. Wellons, 2018,
 * https://nullprogram.com/blog/2018/07/31/). A stream carries two key words (64 bits), so that two of the
 * 47 million spike trains of an MNIST epoch do not share a stream by accident.
 */

/** What a stream of random numbers is for. Separate purposes never share draws. */
export const purposes = {
  initialWeights: 1,
  shuffle: 2,
  trainSpikes: 3,
  testSpikes: 4,
  strokeDigits: 5,
  augmentation: 6,
  reservoir: 7,
  selection: 8,
  camera: 9,
  dropout: 10,
} as const;
export type Purpose = keyof typeof purposes;

const weyl = 0x9e3779b9; // 2^32 / golden ratio, odd: successive counters stay distinct

/** Bijective 32-bit mixer; returns an unsigned integer. */
export function mix(x: number): number {
  x ^= x >>> 16;
  x = Math.imul(x, 0x7feb352d);
  x ^= x >>> 15;
  x = Math.imul(x, 0x846ca68b);
  x ^= x >>> 16;
  return x >>> 0;
}

/** Two key words of a sample, from which each neuron's stream is derived. */
export interface SampleKey {
  readonly a: number;
  readonly b: number;
}

/**
 * Key of all samples of an epoch; `sampleKey` mixes the sample's number into it.
 * @param seed integer in 0 .. 2^53-1
 * @throws RangeError when the seed is not such an integer
 */
export function epochKey(seed: number, purpose: Purpose, epoch = 0): SampleKey {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new RangeError(`seed ${seed} is not an integer in 0 .. 2^53-1: choose one, for instance seed: 1`);
  }
  const start = { a: mix((seed >>> 0) ^ 0x243f6a88), b: mix(Math.floor(seed / 2 ** 32) ^ 0x85a308d3) };
  return withWord(withWord(start, purposes[purpose]), epoch);
}

function withWord(key: SampleKey, word: number): SampleKey {
  const a = mix((key.a + word) ^ key.b);
  return { a, b: mix(key.b + Math.imul(a, weyl) + word) };
}

/** Key of one sample's streams. Throws as `epochKey`. */
export function sampleKey(seed: number, purpose: Purpose, epoch = 0, sample = 0): SampleKey {
  return withWord(epochKey(seed, purpose, epoch), sample);
}

/** A stream of 32-bit draws for one neuron (or one index of anything) of a sample. */
export class RandomStream {
  private readonly a: number;
  private readonly b: number;
  private counter = 0;

  constructor(key: SampleKey, neuron = 0) {
    this.a = mix(key.a + Math.imul(neuron, weyl));
    this.b = mix(key.b ^ this.a);
  }

  /** Draw number `t` as an unsigned 32-bit integer; does not move the stream. */
  at(t: number): number {
    let x = this.a + Math.imul(t, weyl);
    x ^= x >>> 16;
    x = Math.imul(x, 0x7feb352d);
    x ^= this.b; // the second key word enters between the two rounds
    x ^= x >>> 15;
    x = Math.imul(x, 0x846ca68b);
    x ^= x >>> 16;
    return x >>> 0;
  }

  /** Next draw as an unsigned 32-bit integer. */
  next(): number {
    return this.at(this.counter++);
  }

  /** Next draw in [0, 1), a multiple of 2^-32. */
  uniform(): number {
    return this.next() / 2 ** 32;
  }

  /** Next integer in 0 .. n-1 (multiply-shift; bias below n/2^32). */
  below(n: number): number {
    return Math.floor(this.uniform() * n);
  }
}

/** Fisher-Yates permutation of 0..n-1 from a stream. */
export function permutation(n: number, stream: RandomStream): Uint32Array {
  const order = Uint32Array.from({ length: n }, (_, index) => index);
  for (let last = n - 1; last > 0; last--) {
    const other = stream.below(last + 1);
    const kept = order[last];
    order[last] = order[other];
    order[other] = kept;
  }
  return order;
}
