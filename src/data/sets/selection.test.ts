import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { packSpikeTrains } from '../../network/spikes.js';
import { createEventDataset } from '../formats/event-packer.js';
import { createDataset } from './dataset.js';

/** Sample n has pixels [n >> 8, n & 255]; recording n a spike at step n + 1. */
const images = (labels: number[]) =>
  createDataset({
    name: 'tiny',
    shape: [2],
    classNames: ['a', 'b', 'c'],
    pixels: Uint8Array.from(labels.flatMap((_, n) => [n >> 8, n & 255])),
    labels: Uint8Array.from(labels),
  });
const recordings = (labels: number[]) =>
  createEventDataset({
    name: 'tiny',
    shape: [2],
    steps: 1000,
    classNames: ['a', 'b', 'c'],
    samples: labels.map((label, n) => ({ label, spikes: packSpikeTrains('input', 1000, [[n + 1], [1, 2]]) })),
  });
/** Which sample of the whole set each one is. */
const origins = (set: ReturnType<typeof images> | ReturnType<typeof recordings>): number[] =>
  [...(set as Iterable<{ pixels?: Uint8Array; spikes?: { times: Uint16Array } }>)].map((sample) =>
    sample.pixels ? sample.pixels[0] * 256 + sample.pixels[1] : (sample.spikes?.times[0] ?? 0) - 1,
  );
const sorted = (numbers: readonly number[]): number[] => [...numbers].sort((a, b) => a - b);
const count = (labels: ArrayLike<number>): number[] =>
  [0, 1, 2].map((c) => Array.from(labels).filter((l) => l === c).length);

const labels = fc.array(fc.nat(2), { minLength: 2, maxLength: 120 });
const seeds = fc.nat(1000);

describe.each([
  ['images', images],
  ['recordings', recordings],
] as const)('%s', (_, make) => {
  test('shuffle keeps every sample with its label, and depends on the seed alone', () => {
    fc.assert(
      fc.property(labels, seeds, (given, seed) => {
        const set = make(given);
        const shuffled = set.shuffle(seed);
        expect(sorted(origins(shuffled))).toEqual(given.map((__, n) => n));
        expect([...shuffled.labels]).toEqual(origins(shuffled).map((n) => given[n]));
        expect(shuffled.sha256).toBe(set.shuffle(seed).sha256);
      }),
    );
    const many = make(Array.from({ length: 100 }, (__, n) => n % 3));
    expect(many.shuffle(1).sha256).not.toBe(many.shuffle(2).sha256);
  });

  test('split and stratified give two parts that are the whole; each class of a stratified one is cut at the share', () => {
    fc.assert(
      fc.property(labels, fc.double({ min: 0.05, max: 0.95, noNaN: true }), seeds, (given, share, seed) => {
        const set = make(given);
        for (const [first, second] of [set.split(share, seed), set.stratified(share, seed)]) {
          expect(sorted([...origins(first), ...origins(second)])).toEqual(given.map((__, n) => n));
          expect(first.length).toBe(Math.min(given.length - 1, Math.max(1, Math.round(share * given.length))));
        }
        const parts = count(set.stratified(share, seed)[0].labels);
        count(given).forEach((all, c) => expect(Math.abs(parts[c] - share * all)).toBeLessThanOrEqual(1));
      }),
    );
  });

  test('kFold tests each sample once, with as many of each class in each fold, give or take one', () => {
    fc.assert(
      fc.property(labels, fc.integer({ min: 2, max: 10 }), seeds, (given, k, seed) => {
        fc.pre(k <= given.length);
        const folds = make(given).kFold(k, seed);
        expect(sorted(folds.flatMap(({ test: part }) => origins(part)))).toEqual(given.map((__, n) => n));
        for (const { train, test: part } of folds) {
          expect(sorted([...origins(train), ...origins(part)])).toEqual(given.map((__, n) => n));
          count(part.labels).forEach((n, c) => expect(Math.abs(n - count(given)[c] / k)).toBeLessThan(1));
        }
      }),
    );
  });

  test('balance keeps as many of each class that occurs as the rarest has', () => {
    const balanced = make([0, 0, 0, 0, 1, 1, 0, 1]).balance(3);
    expect(count(balanced.labels)).toEqual([3, 3, 0]);
    expect(new Set(origins(balanced)).size).toBe(6);
  });

  test('subset may repeat samples, and refuses those that do not exist', () => {
    expect(origins(make([0, 1, 2]).subset([2, 2, 0]))).toEqual([2, 2, 0]);
    for (const index of [-1, 3, 0.5, NaN]) expect(() => make([0, 1, 2]).subset([index])).toThrow(/does not exist/);
    expect(() => make([0, 1]).subset([])).toThrow(/no samples/);
  });

  test('refuses shares and folds that make no sense', () => {
    const set = make([0, 1, 2]);
    for (const share of [-0.1, 1.1, NaN]) expect(() => set.split(share)).toThrow(/share of the first part/);
    for (const k of [1, 4, 1.5]) expect(() => set.kFold(k)).toThrow(/folds is/);
    expect(() => make([1]).split(0.5)).toThrow(/cannot be split/);
  });
});
