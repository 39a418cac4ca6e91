import { describe, expect, test } from 'vitest';
import { classCounts, type Dataset } from '../sets/dataset.js';
import { datasets } from '../datasets.js';
import { strokeDigits } from './strokes.js';

/** A net of 30 rectified units trained by plain gradient descent, written out: what the digits must be learnable by. */
function smallNetAccuracy(train: Dataset, test: Dataset, epochs: number): number {
  const hidden = 30;
  let state = 1;
  const random = (): number => (state = (state * 48271) % 2147483647) / 2147483647 - 0.5;
  const w1 = Float64Array.from({ length: hidden * 784 }, () => random() * 0.1);
  const w2 = Float64Array.from({ length: 10 * hidden }, () => random() * 0.6);
  const forward = (pixels: Uint8Array): [Float64Array, Float64Array] => {
    const h = new Float64Array(hidden);
    for (let j = 0; j < 784; j++)
      if (pixels[j] > 0) for (let i = 0; i < hidden; i++) h[i] += (w1[i * 784 + j] * pixels[j]) / 255;
    const rectified = h.map((x) => Math.max(0, x));
    return [
      rectified,
      Float64Array.from({ length: 10 }, (_, k) => rectified.reduce((sum, x, i) => sum + x * w2[k * hidden + i], 0)),
    ];
  };
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (const { pixels, label } of train) {
      const [h, o] = forward(pixels);
      const top = Math.max(...o);
      const odds = o.map((x) => Math.exp(x - top));
      const total = odds.reduce((a, b) => a + b);
      const down = new Float64Array(hidden);
      for (let k = 0; k < 10; k++) {
        const delta = 0.02 * (odds[k] / total - (k === label ? 1 : 0));
        for (let i = 0; i < hidden; i++) {
          down[i] += delta * w2[k * hidden + i];
          w2[k * hidden + i] -= delta * h[i];
        }
      }
      for (let j = 0; j < 784; j++)
        if (pixels[j] > 0)
          for (let i = 0; i < hidden; i++) if (h[i] > 0) w1[i * 784 + j] -= (down[i] * pixels[j]) / 255;
    }
  }
  let right = 0;
  for (const { pixels, label } of test) {
    const o = forward(pixels)[1];
    if (o.indexOf(Math.max(...o)) === label) right++;
  }
  return right / test.length;
}

describe('stroke digits', () => {
  const train = strokeDigits({ part: 'train', count: 3000 });

  test('keep their bits', () => {
    // recorded on x64, Linux, Node 20; the same on any machine, or the seed of a run record means nothing
    expect(strokeDigits({ part: 'train', count: 100 }).sha256).toBe(
      'a92fa3a264e4feafbb58e0ae1d450dc62cc605c4a4afb85734f3cc979a4589a6',
    );
    expect(strokeDigits({ part: 'test', count: 100, seed: 7 }).sha256).toBe(
      '6a29e151ffd1d15b62c546eff0671bd4a287ee708ea1951b23cddb60f0411b0c',
    );
  });

  test('a sample depends on seed, part and index alone', () => {
    expect(train.slice(0, 57).sha256).toBe(strokeDigits({ part: 'train', count: 57 }).sha256);
    const at = (part: 'train' | 'test', seed: number): string => strokeDigits({ part, count: 10, seed }).sha256;
    expect(new Set([at('train', 1), at('test', 1), at('train', 2), at('test', 2)]).size).toBe(4);
  });

  test('classes are equally frequent', () => {
    expect([...classCounts(train)]).toEqual(new Array(10).fill(300));
  });

  test('look like MNIST by the numbers', () => {
    // MNIST's 60,000 training images: 19.1 % of the pixels hold ink, mean grey 0.1307, 47.6 % of the ink at 224 or
    // above
    const ink = train.pixels.filter((pixel) => pixel > 0);
    expect(Math.abs(ink.length / train.pixels.length - 0.191)).toBeLessThan(0.02);
    expect(Math.abs(train.pixels.reduce((a, b) => a + b, 0) / train.pixels.length / 255 - 0.1307)).toBeLessThan(0.01);
    expect(Math.abs(ink.filter((pixel) => pixel >= 224).length / ink.length - 0.476)).toBeLessThan(0.06);
    // digits lie within the image: MNIST leaves about 4 pixels free on each side
    for (const { pixels, index } of train.slice(0, 500)) {
      for (let k = 0; k < 28; k++)
        for (const edge of [k, 27 * 28 + k, 28 * k, 28 * k + 27]) expect(pixels[edge], `sample ${index}`).toBe(0);
    }
  });

  test('a small net learns them: 95 % after one pass over 3,000', () => {
    expect(smallNetAccuracy(train, strokeDigits({ part: 'test', count: 500 }), 1)).toBeGreaterThan(0.95);
  });

  test('wrong counts and seeds are refused', async () => {
    expect(() => strokeDigits({ part: 'train', count: 0 })).toThrow(/count of stroke digits is 0/);
    expect(() => strokeDigits({ part: 'train', count: 5, seed: -1 })).toThrow(/seed -1/);
    const { train: few, test: fewer, name } = await datasets.strokes({ train: 20, test: 10, seed: 3 });
    expect([name, few.name, fewer.name, few.length, fewer.length]).toEqual([
      'strokes',
      'strokes-seed3/train',
      'strokes-seed3/test',
      20,
      10,
    ]);
  });
});
