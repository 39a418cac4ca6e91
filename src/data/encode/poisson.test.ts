import { describe, expect, test } from 'vitest';
import { firingCounts, spikeTimes } from '../../network/spikes.js';
import { encoderKey, pixelThresholds, poissonSpikes } from './poisson.js';
import { RandomStream, sampleKey } from '../../numeric/random.js';

describe('pixelThresholds', () => {
  test('are floor(x / (255 * 5.5) * 2^32)', () => {
    const table = pixelThresholds();
    expect(table.length).toBe(256);
    // by integer arithmetic: x * 2^33 / (255 * 11)
    for (let x = 0; x < 256; x++)
      expect(Math.abs(table[x] - Number((BigInt(x) << 33n) / 2805n))).toBeLessThanOrEqual(1);
    expect([table[0], table[255]]).toEqual([0, 780_903_144]); // 2^32 / 5.5 = 780903144.7
  });
});

describe('poissonSpikes', () => {
  test('rates are pixel / (255 * 5.5) at steps 1 .. T-1, and never at step 0', () => {
    const [T, copies] = [400, 200];
    for (const pixel of [0, 1, 64, 128, 255]) {
      const trains = poissonSpikes(new Uint8Array(copies).fill(pixel), T, sampleKey(1, 'trainSpikes', 0, pixel));
      const p = pixel / (255 * 5.5);
      const trials = copies * (T - 1);
      expect(Math.abs(trains.times.length - trials * p)).toBeLessThanOrEqual(5 * Math.sqrt(trials * p * (1 - p)));
      expect(trains.times.every((t) => t >= 1 && t < T)).toBe(true);
      // counts of independent trains are binomial: variance (T-1) p (1-p)
      if (pixel === 255) {
        const variance = [...firingCounts(trains)].reduce((sum, count) => sum + (count - (T - 1) * p) ** 2, 0) / copies;
        expect(variance / ((T - 1) * p * (1 - p))).toBeGreaterThan(0.6);
        expect(variance / ((T - 1) * p * (1 - p))).toBeLessThan(1.5);
      }
    }
  });

  test('follows the rule of docs/numerics.md draw by draw', () => {
    const pixels = Uint8Array.of(200, 0, 13);
    const key = encoderKey(9, 'once', 0, 42, 'train');
    const trains = poissonSpikes(pixels, 300, key);
    expect([trains.name, trains.neurons, trains.steps, trains.offsets[3]]).toEqual([
      'input',
      3,
      300,
      trains.times.length,
    ]);
    pixels.forEach((pixel, j) => {
      const stream = new RandomStream(key, j);
      const expected = [];
      for (let t = 1; t < 300; t++)
        if (stream.at(t) / 2 ** 32 < Math.floor((pixel / (255 * 5.5)) * 2 ** 32) / 2 ** 32) expected.push(t);
      expect([...spikeTimes(trains, j)]).toEqual(expected);
    });
  });

  test('a longer simulation starts with the shorter one', () => {
    const key = encoderKey(1, 'once', 0, 0, 'test');
    const long = spikeTimes(poissonSpikes(Uint8Array.of(255), 200, key), 0);
    const short = spikeTimes(poissonSpikes(Uint8Array.of(255), 100, key), 0);
    expect([...long].slice(0, short.length)).toEqual([...short]);
  });

  test('T = 1 gives no spikes; no pixels give no trains; steps are checked', () => {
    const key = sampleKey(1, 'testSpikes');
    expect(poissonSpikes(Uint8Array.of(255), 1, key).times.length).toBe(0);
    expect(poissonSpikes(new Uint8Array(0), 10, key).offsets).toEqual(Uint32Array.of(0));
    expect(() => poissonSpikes(Uint8Array.of(1), 65_537, key)).toThrow(/steps is 65537/);
  });
});

describe('encoderKey', () => {
  test('once: epochs share their trains; epoch: they do not; train and test never do', () => {
    expect(encoderKey(1, 'once', 3, 5, 'train')).toEqual(sampleKey(1, 'trainSpikes', 0, 5));
    expect(encoderKey(1, 'epoch', 3, 5, 'train')).toEqual(sampleKey(1, 'trainSpikes', 3, 5));
    expect(encoderKey(1, 'epoch', 0, 5, 'train')).toEqual(encoderKey(1, 'once', 9, 5, 'train'));
    expect(encoderKey(1, 'once', 0, 5, 'test')).toEqual(sampleKey(1, 'testSpikes', 0, 5));
  });
  test('refuses what it does not know', () => {
    expect(() => encoderKey(1, 'twice' as 'once', 0, 0, 'train')).toThrow(
      /encoding is "twice": choose one of 'once', 'epoch'/,
    );
    expect(() => encoderKey(1, 'once', 0, -1, 'train')).toThrow(/sample is -1/);
  });
});
