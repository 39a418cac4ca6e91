/**
 * Distorted images against a plain computation: the two-dimensional convolution, Math's functions, one pixel after the
 * other.
 */
import { describe, expect, it } from 'vitest';
import { augmentation, type Augmentation } from '../../network/augmentation.js';
import { Augmenter, distortionMap, warp } from './augment.js';
import { RandomStream, sampleKey } from '../../numeric/random.js';
import { strokeDigits } from '../strokes/strokes.js';

/** The same map by definition. */
function plainMap(
  { scale, rotation, elastic, shift = 0, flip = false }: Augmentation,
  rows: number,
  columns: number,
  key: ReturnType<typeof sampleKey>,
): { row: number[]; column: number[] } {
  const draws = new RandomStream(key, 0);
  const [h, v, a, right, down, side] = [0, 1, 2, 3, 4, 5].map((t) => (2 * draws.at(t)) / 2 ** 32 - 1);
  const mirrored = flip && side < 0;
  const radians = (a * rotation * Math.PI) / 180;
  const noise = [1, 2].map((neuron) =>
    Array.from({ length: rows * columns }, (_, t) => (2 * new RandomStream(key, neuron).at(t)) / 2 ** 32 - 1),
  );
  const field = (values: number[], r: number, c: number): number => {
    let sum = 0;
    for (let dr = -10; dr <= 10; dr++) {
      for (let dc = -10; dc <= 10; dc++) {
        if (r + dr < 0 || r + dr >= rows || c + dc < 0 || c + dc >= columns) continue;
        sum += (values[(r + dr) * columns + c + dc] * Math.exp(-(dr * dr + dc * dc) / 32)) / (4 * 2 * Math.PI);
      }
    }
    return elastic * sum;
  };
  const row: number[] = [];
  const column: number[] = [];
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const from = mirrored ? columns - 1 - c : c;
      const [y, x] = [r - Math.floor(rows / 2), from - Math.floor(columns / 2)];
      // how far the pixel's content has moved: grown, turned, shifted
      row.push(
        r -
          (Math.max(0, v) * scale * y) / 100 -
          (y - y * Math.cos(radians) + x * Math.sin(radians)) -
          field(noise[1], r, c) -
          down * shift,
      );
      column.push(
        from -
          (Math.max(0, h) * scale * x) / 100 -
          (x - x * Math.cos(radians) - y * Math.sin(radians)) -
          field(noise[0], r, c) -
          right * shift,
      );
    }
  }
  return { row, column };
}

const plainPixel = (image: Uint8Array, rows: number, columns: number, r: number, c: number): number => {
  let sum = 0;
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++)
      sum += image[i * columns + j] * Math.max(0, 1 - Math.abs(r - i)) * Math.max(0, 1 - Math.abs(c - j));
  return sum;
};

const digits = strokeDigits({ part: 'train', count: 20, seed: 4 });
const paper = augmentation();

describe('distortionMap', () => {
  it.each([
    ["the paper's", paper, 28, 28],
    ['elastic alone', augmentation({ scale: 0, rotation: 0, elastic: 8 }), 28, 28],
    ['shifted and mirrored', augmentation({ shift: 3, flip: true }), 9, 14],
    ['a large turn of an oblong', augmentation({ scale: 40, rotation: 170, elastic: 0 }), 9, 14],
  ])('%s is that of the definition', (_, settings, rows, columns) => {
    for (let sample = 0; sample < 6; sample++) {
      const key = sampleKey(7, 'augmentation', 3, sample);
      const map = distortionMap(settings, rows, columns, key);
      const expected = plainMap(settings, rows, columns, key);
      expect(Math.max(...map.row.map((value, k) => Math.abs(value - expected.row[k])))).toBeLessThan(1e-10);
      expect(Math.max(...map.column.map((value, k) => Math.abs(value - expected.column[k])))).toBeLessThan(1e-10);
    }
  });

  it('mirrors half of the images and moves them by whole or broken pixels, and nothing else', () => {
    const settings = augmentation({ scale: 0, rotation: 0, elastic: 0, shift: 2, flip: true, per: 'image' });
    const seen = { mirrored: 0, right: 0, down: 0 };
    for (let sample = 0; sample < 400; sample++) {
      const { row, column } = distortionMap(settings, 6, 8, sampleKey(1, 'augmentation', 0, sample));
      const step = column[1] - column[0];
      expect(Math.abs(Math.abs(step) - 1)).toBeLessThan(1e-12);
      expect(Math.abs(row[1] - row[0])).toBeLessThan(1e-12);
      seen.mirrored += Number(step < 0);
      const [right, down] = [(step < 0 ? 7 : 0) - column[0], -row[0]];
      expect(Math.max(Math.abs(right), Math.abs(down))).toBeLessThanOrEqual(2 + 1e-12);
      seen.right += right / 400;
      seen.down += down / 400;
    }
    expect(Math.abs(seen.mirrored - 200)).toBeLessThan(40); // four standard deviations of a fair coin
    expect(Math.max(Math.abs(seen.right), Math.abs(seen.down))).toBeLessThan(0.25); // as many of a uniform shift
    const image = Uint8Array.from({ length: 48 }, (_, k) => k);
    const into = new Uint8Array(48);
    const mirror = augmentation({ scale: 0, rotation: 0, elastic: 0, flip: true, per: 'image' });
    const mirrors = [0, 1, 2, 3, 4, 5, 6, 7].map((sample) => {
      new Augmenter(mirror, 1, [6, 8]).distort(image, 0, sample, into);
      return into[0];
    });
    expect([...new Set(mirrors)].sort()).toEqual([0, 7]);
  });

  it('leaves the bits of a rule without shift and flip as they were', () => {
    const key = sampleKey(7, 'augmentation', 3, 1);
    expect(distortionMap({ ...paper, shift: 0, flip: false }, 28, 28, key)).toEqual(distortionMap(paper, 28, 28, key));
    expect(augmentation({ shift: 0, flip: false })).toEqual(augmentation());
  });

  it.each([{ shift: -1 }, { shift: Number.NaN }, { shift: '2' }, { flip: 1 }, { flips: true }])('refuses %j', (bad) => {
    expect(() => augmentation(bad as never)).toThrow(/shift|flip/);
  });

  it('turns evenly both ways, grows and never shrinks, and shifts by half a pixel', () => {
    const maps = Array.from({ length: 400 }, (_, n) =>
      distortionMap(augmentation({ elastic: 0 }), 29, 29, sampleKey(1, 'augmentation', 0, n)),
    );
    // of the pixel 10 to the right of the middle: how far down the place lies that it shows, as an angle
    const angles = maps.map(
      ({ row, column }) => (Math.atan2(14 - row[14 * 29 + 24], column[14 * 29 + 24] - 14) * 180) / Math.PI,
    );
    expect(Math.max(...angles)).toBeGreaterThan(11);
    // 12 degrees, up to 12 % steeper where the width alone grows.
    expect(Math.max(...angles.map(Math.abs))).toBeLessThanOrEqual(14);
    expect(Math.abs(angles.reduce((a, b) => a + b, 0) / 400)).toBeLessThan(1.2);
    const widths = maps.map(({ column }) => column[14 * 29 + 24] - column[14 * 29 + 4]);
    expect(Math.max(...widths)).toBeLessThanOrEqual(20);
    expect(Math.min(...widths)).toBeGreaterThanOrEqual(20 * Math.cos((12 * Math.PI) / 180) - 20 * 0.12);
    const shifts = Array.from(
      { length: 100 },
      (_, n) =>
        distortionMap(augmentation({ scale: 0, rotation: 0 }), 28, 28, sampleKey(1, 'augmentation', 1, n)).row[
          14 * 28 + 14
        ] - 14,
    );
    // sqrt(1/3) * 3.4 / (2 pi 4) * sum of the squared Gaussian's root: sqrt(pi) * 4
    const deviation = Math.sqrt(shifts.reduce((sum, shift) => sum + shift * shift, 0) / 100);
    expect(deviation).toBeGreaterThan(0.4);
    expect(deviation).toBeLessThan(0.7);
  });
});

describe('warp', () => {
  it('is bilinear with nothing beyond the border', () => {
    for (let n = 0; n < 5; n++) {
      const { pixels } = digits.at(n);
      const map = distortionMap(
        augmentation({ scale: 60, rotation: 90, elastic: 20 }),
        28,
        28,
        sampleKey(2, 'augmentation', 0, n),
      );
      const into = new Uint8Array(784);
      warp(pixels, map, 28, 28, into);
      into.forEach((value, k) =>
        expect(Math.abs(value - plainPixel(pixels, 28, 28, map.row[k], map.column[k]))).toBeLessThanOrEqual(0.5 + 1e-9),
      );
    }
  });

  it('leaves an image as it is where nothing moves, and shifts by whole pixels exactly', () => {
    const image = Uint8Array.of(1, 2, 3, 4, 5, 6);
    const places = (row: number[], column: number[]) => ({
      row: Float64Array.from(row),
      column: Float64Array.from(column),
    });
    const into = new Uint8Array(6);
    warp(image, places([0, 0, 0, 1, 1, 1], [0, 1, 2, 0, 1, 2]), 2, 3, into);
    expect([...into]).toEqual([...image]);
    warp(image, places([1, 1, 1, 2, 2, 2], [-1, 0, 1, -1, 0, 1]), 2, 3, into);
    expect([...into]).toEqual([0, 4, 5, 0, 0, 0]);
    warp(image, places([-0.5, 0.5, 1.5, NaN, 1e9, -1e9], [0, 0.5, 2, 0, 0, 0]), 2, 3, into);
    expect([...into]).toEqual([1, 3, 3, 0, 0, 0]); // 0.5, 3, 3 of half outside
  });
});

describe('Augmenter', () => {
  const distorted = (augmenter: Augmenter, epoch: number, n: number): Uint8Array => {
    const into = new Uint8Array(784);
    augmenter.distort(digits.at(n).pixels, epoch, n, into);
    return into;
  };

  it('distorts all images of an epoch alike, or each on its own; always the same for the same seed, in any order', () => {
    const image = digits.at(0).pixels;
    const into = [0, 1].map(() => new Uint8Array(784));
    const epoch = new Augmenter(paper, 5, [28, 28]);
    epoch.distort(image, 2, 8, into[0]);
    epoch.distort(image, 2, 9, into[1]);
    expect(into[0]).toEqual(into[1]);
    epoch.distort(image, 3, 9, into[1]);
    expect(into[0]).not.toEqual(into[1]);
    const each = new Augmenter(augmentation({ per: 'image' }), 5, [28, 28]);
    each.distort(image, 2, 8, into[0]);
    each.distort(image, 2, 9, into[1]);
    expect(into[0]).not.toEqual(into[1]);
    const again = new Augmenter(augmentation({ per: 'image' }), 5, [28, 28]);
    for (const n of [3, 19, 0]) expect(distorted(again, 1, n)).toEqual(distorted(each, 1, n));
    expect(distorted(new Augmenter(augmentation({ per: 'image' }), 6, [28, 28]), 1, 3)).not.toEqual(
      distorted(each, 1, 3),
    );
  });

  it('gives every channel the same distortion, and refuses what is no image', () => {
    const channels = new Uint8Array(2 * 784);
    channels.set(digits.at(1).pixels);
    channels.set(digits.at(1).pixels, 784);
    const into = new Uint8Array(2 * 784);
    new Augmenter(paper, 1, [2, 28, 28]).distort(channels, 0, 1, into);
    expect(into.subarray(784)).toEqual(into.subarray(0, 784));
    expect(into.subarray(784)).not.toEqual(digits.at(1).pixels);
    expect(() => new Augmenter(paper, 1, [78])).toThrow('augmentation distorts images, not samples of shape [78]');
    expect(() => augmentation({ rotation: 200 })).toThrow('rotation is 200: it must be a number from 0 to 180');
    expect(() => augmentation({ per: 'batch' as 'image' })).toThrow("per is \"batch\": choose one of 'epoch', 'image'");
  });
});
