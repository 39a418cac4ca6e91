import { describe, expect, test } from 'vitest';
import { mix, permutation, type Purpose, purposes, RandomStream, sampleKey } from './random.js';

const n = 1 << 16;
const key = sampleKey(1, 'trainSpikes', 0, 5);

function correlation(x: Float64Array, y: Float64Array): number {
  let xy = 0;
  for (let k = 0; k < x.length; k++) xy += (x[k] - 0.5) * (y[k] - 0.5);
  return (12 * xy) / x.length; // both uniform: variance 1/12
}
const uniforms = (stream: RandomStream, count = n): Float64Array =>
  Float64Array.from({ length: count }, () => stream.uniform());

/** Pearson's statistic of counts against equal expectations. */
function chiSquare(counts: Uint32Array): number {
  const expected = counts.reduce((a, b) => a + b, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

// 5 standard errors: one false alarm in 1.7 million tests, and the draws never change
const se = 5 / Math.sqrt(n);

describe('RandomStream', () => {
  test.each([0, 1, 2, 783])(
    'stream %d is uniform: mean 1/2, variance 1/12, no correlation with the next draw',
    (neuron) => {
      const u = uniforms(new RandomStream(key, neuron));
      const mean = u.reduce((a, b) => a + b) / n;
      const variance = u.reduce((a, b) => a + (b - 0.5) ** 2, 0) / n;
      expect(Math.abs(mean - 0.5)).toBeLessThan(se * Math.sqrt(1 / 12));
      expect(Math.abs(variance - 1 / 12)).toBeLessThan(se * Math.sqrt(1 / 180));
      for (const lag of [1, 2, 7])
        expect(Math.abs(correlation(u.subarray(0, n - lag), u.subarray(lag)))).toBeLessThan(se);
    },
  );

  test.each<[string, RandomStream]>([
    ['the next neuron', new RandomStream(key, 1)],
    ['the next sample', new RandomStream(sampleKey(1, 'trainSpikes', 0, 6))],
    ['the next epoch', new RandomStream(sampleKey(1, 'trainSpikes', 1, 5))],
    ['the next seed', new RandomStream(sampleKey(2, 'trainSpikes', 0, 5))],
    ['a seed that differs above bit 32', new RandomStream(sampleKey(1 + 2 ** 32, 'trainSpikes', 0, 5))],
    ['another purpose', new RandomStream(sampleKey(1, 'testSpikes', 0, 5))],
  ])('is independent of the stream of %s', (_, other) => {
    const [a, b] = [uniforms(new RandomStream(key)), uniforms(other)];
    expect(Math.abs(correlation(a, b))).toBeLessThan(se);
    expect(Math.abs(correlation(a.subarray(1), b.subarray(0, n - 1)))).toBeLessThan(se);
  });

  test('bytes of every position are uniform (chi-square, 255 degrees of freedom)', () => {
    for (const shift of [0, 8, 16, 24]) {
      const along = new Uint32Array(256);
      const across = new Uint32Array(256); // draw 1 of many streams, as a step of a spike train sees them
      const stream = new RandomStream(key, 3);
      for (let k = 0; k < n; k++) {
        along[(stream.at(k) >>> shift) & 255]++;
        across[(new RandomStream(sampleKey(7, 'trainSpikes', 0, k >> 8), k & 255).at(1) >>> shift) & 255]++;
      }
      // 99.99 % quantile 347, 0.01 % quantile 177 (chi-square tables)
      for (const counts of [along, across]) {
        expect(chiSquare(counts)).toBeLessThan(347);
        expect(chiSquare(counts)).toBeGreaterThan(177);
      }
    }
  });

  test('pairs of neighbouring draws fill the square evenly (chi-square, 1023 degrees of freedom)', () => {
    const counts = new Uint32Array(1024);
    const stream = new RandomStream(key, 11);
    for (let k = 0; k < n; k++) counts[(stream.next() >>> 27) * 32 + (stream.next() >>> 27)]++;
    expect(chiSquare(counts)).toBeLessThan(1200); // 99.99 %: about 1199
    expect(chiSquare(counts)).toBeGreaterThan(860);
  });

  test('at(t) is draw t of next(), in any order', () => {
    const stream = new RandomStream(key, 4);
    const drawn = Array.from({ length: 10 }, () => stream.next());
    const other = new RandomStream(key, 4);
    for (const t of [9, 0, 5, 3, 9]) expect(other.at(t)).toBe(drawn[t]);
  });

  test('below(n) reaches 0 and n-1 and nothing outside', () => {
    const stream = new RandomStream(key, 5);
    const counts = new Uint32Array(10);
    for (let k = 0; k < 10_000; k++) counts[stream.below(10)]++;
    expect(counts.reduce((a, b) => a + b)).toBe(10_000);
    expect(chiSquare(counts)).toBeLessThan(33.7); // 9 degrees, 99.99 %
  });
});

test('mix is a bijection: no two of 2^20 inputs share an output', () => {
  expect(new Set(Uint32Array.from({ length: 1 << 20 }, (_, k) => mix(k * 4093))).size).toBe(1 << 20);
});

test('keys of an MNIST training run are all different', () => {
  const seen = new Set<string>();
  for (let epoch = 0; epoch < 5; epoch++)
    for (let sample = 0; sample < 60_000; sample++) {
      const { a, b } = sampleKey(0, 'trainSpikes', epoch, sample);
      seen.add(`${a},${b}`);
    }
  expect(seen.size).toBe(300_000);
});

test('purposes have different numbers', () => {
  const numbers = (Object.keys(purposes) as Purpose[]).map((purpose) => purposes[purpose]);
  expect(new Set(numbers).size).toBe(numbers.length);
});

test('permutation holds each index once and every order of three equally often', () => {
  expect([...permutation(1000, new RandomStream(key))].sort((x, y) => x - y)).toEqual(
    Array.from({ length: 1000 }, (_, k) => k),
  );
  const counts = new Map<string, number>();
  for (let k = 0; k < 6000; k++) {
    const order = permutation(3, new RandomStream(sampleKey(3, 'shuffle', k))).join('');
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  expect(counts.size).toBe(6);
  expect(chiSquare(Uint32Array.from(counts.values()))).toBeLessThan(25.7); // 5 degrees, 99.99 %
});

test.each([-1, 1.5, NaN, 2 ** 53])('refuses the seed %d', (seed) => {
  expect(() => sampleKey(seed, 'shuffle')).toThrow(/not an integer in 0 \.\. 2\^53-1/);
});
