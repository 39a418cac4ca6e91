import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packSpikeTrains } from '../../../network/spikes.js';
import { allSpikes, anyTrains } from '../../../../test/plot/anyTrains.js';
import { colourDots, countDots, firstSpike, markSize } from './dots.js';

test('each spike covers the pixels of its mark and no others', () => {
  const trains = packSpikeTrains('hidden', 8, [[0, 7], [3]]);
  const counts = countDots(trains, { time: { from: 0, to: 8 }, rows: { from: 0, to: 2 } }, 16, 6, {
    width: 1,
    height: 2,
  });
  const rows = Array.from({ length: 6 }, (_, y) => Array.from(counts.subarray(16 * y, 16 * y + 16)).join(''));
  expect(rows).toEqual([
    '0000000000000000', // row 0 is three pixels high, its mark the lower two of them
    '1000000000000010',
    '1000000000000010',
    '0000000000000000',
    '0000001000000000',
    '0000001000000000',
  ]);
});

test('with one pixel for each neuron and step, the picture is the spikes', () => {
  fc.assert(
    fc.property(anyTrains, (trains) => {
      const { steps, neurons } = trains;
      const counts = countDots(
        trains,
        { time: { from: 0, to: steps }, rows: { from: 0, to: neurons } },
        steps,
        neurons,
        { width: 1, height: 1 },
      );
      const expected = new Uint16Array(steps * neurons);
      for (const [row, step] of allSpikes(trains)) expected[row * steps + step] = 1;
      expect(counts).toEqual(expected);
    }),
  );
});

test('crowded pixels count every spike, a window only its own', () => {
  fc.assert(
    fc.property(anyTrains, fc.integer({ min: 0, max: 59 }), (trains, start) => {
      const time = { from: Math.min(start, trains.steps - 1), to: trains.steps };
      const counts = countDots(trains, { time, rows: { from: 0, to: trains.neurons } }, 1, 1, { width: 1, height: 1 });
      // One pixel: spikes before the window end where it begins, or up to half a pixel later.
      const inside = allSpikes(trains).filter(
        ([, step]) => Math.round((step - time.from) / (time.to - time.from)) === 0,
      ).length;
      expect(counts[0]).toBe(inside);
    }),
  );
});

test('the first spike from a step on is found by bisection', () => {
  const trains = packSpikeTrains('hidden', 100, [[5, 10, 20], [], [1]]);
  expect([0, 5, 6, 20, 21].map((from) => firstSpike(trains, 0, from))).toEqual([0, 0, 1, 2, 3]);
  expect(firstSpike(trains, 1, 0)).toBe(3);
  expect(firstSpike(trains, 2, 2)).toBe(4);
});

test('marks leave gaps where there is room and cover at least a pixel', () => {
  const all = { time: { from: 0, to: 400 }, rows: { from: 0, to: 10 } };
  expect(markSize(all, 800, 120, 1, 1)).toEqual({ width: 2, height: 10 });
  expect(markSize({ ...all, rows: { from: 0, to: 784 } }, 300, 131, 1, 1)).toEqual({ width: 1, height: 1 });
});

test('more marks on a pixel are stronger, none leave it clear', () => {
  const shades = [10, 11, 12, 13, 14].map((shade) => [shade, 20, 30] as const);
  // Each one more goes half of the way.
  const { rgba: pixels, most } = colourDots(Uint16Array.from([0, 1, 2, 3, 500]), shades, 4);
  expect(most).toBe(500);
  expect(Array.from(pixels.subarray(0, 8))).toEqual([0, 0, 0, 0, 10, 20, 30, 255]);
  expect([8, 12, 16].map((p) => pixels[p])).toEqual([12, 13, 14]);
  expect(Array.from(colourDots(Uint16Array.from([1, 9]), [[1, 2, 3]], 1).rgba)).toEqual([1, 2, 3, 255, 1, 2, 3, 255]);
});

test('of a million spikes none is lost, and every one is coloured', () => {
  const trains = packSpikeTrains(
    'input',
    1000,
    Array.from({ length: 2000 }, (_, n) => Array.from({ length: 500 }, (_unused, k) => 2 * k + (n % 2))),
  );
  const window = { time: { from: 0, to: 1000 }, rows: { from: 0, to: 2000 } };
  const counts = countDots(trains, window, 1000, 2000, { width: 1, height: 1 });
  expect(counts.every((count, pixel) => count === ((pixel % 1000) + Math.floor(pixel / 1000) + 1) % 2)).toBe(true);
  const { rgba: pixels } = colourDots(counts, [[0, 0, 0]], 1);
  expect(counts.every((count, pixel) => pixels[4 * pixel + 3] === 255 * count)).toBe(true);
});
