import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packSpikeTrains } from '../../../network/spikes.js';
import { allSpikes, anyTrains } from '../../../../test/plot/anyTrains.js';
import { binWidth, firingRates, neuronsIn } from './rates.js';

test('a neuron that fires every 10 ms has 100 Hz in each bin', () => {
  const trains = packSpikeTrains('hidden', 100, [Array.from({ length: 10 }, (_, k) => 10 * k + 3)]);
  const rates = firingRates(trains, { time: { from: 0, to: 100 }, rows: { from: 0, to: 1 } }, 1, 20);
  expect(rates.start).toBe(0);
  expect(Array.from(rates.hertz)).toEqual([100, 100, 100, 100, 100]);
});

test('the mean is over all neurons in the window, silent ones too; a last short bin counts its own length', () => {
  const trains = packSpikeTrains('hidden', 25, [[0, 1, 24], []]);
  const rates = firingRates(trains, { time: { from: 0, to: 25 }, rows: { from: 0, to: 2 } }, 2, 10);
  expect(Array.from(rates.hertz)).toEqual([100, 0, 100]);
});

test('bins stand at multiples of their width wherever the window begins', () => {
  const trains = packSpikeTrains('hidden', 100, [[39, 40, 41]]);
  const rates = firingRates(trains, { time: { from: 37.5, to: 60 }, rows: { from: 0, to: 1 } }, 1, 10);
  expect(rates.start).toBe(30);
  expect(Array.from(rates.hertz)).toEqual([100, 200, 0]);
});

test('no spike is lost or counted twice', () => {
  fc.assert(
    fc.property(anyTrains, fc.integer({ min: 1, max: 9 }), (trains, bin) => {
      const { hertz } = firingRates(
        trains,
        { time: { from: 0, to: trains.steps }, rows: { from: 0, to: trains.neurons } },
        trains.neurons,
        bin,
      );
      const counts = hertz.map(
        (rate, k) => (rate * trains.neurons * (Math.min(trains.steps, (k + 1) * bin) - k * bin)) / 1000,
      );
      const expected = new Float64Array(counts.length);
      for (const [, step] of allSpikes(trains)) expected[Math.floor(step / bin)]++;
      counts.forEach((count, k) => expect(count).toBeCloseTo(expected[k], 9));
    }),
  );
});

test('bins are round, wide enough to see, and multiples of joined columns', () => {
  expect(binWidth(400, 800, 1)).toBe(10);
  expect(binWidth(20, 800, 1)).toBe(1);
  expect(binWidth(400, 800, 4)).toBe(12);
});

test('joined rows stand for several neurons, the last for fewer', () => {
  const all = { time: { from: 0, to: 1 }, rows: { from: 0, to: 4 } };
  expect(neuronsIn(all, 4, 10, 3)).toBe(10);
  expect(neuronsIn({ ...all, rows: { from: 3, to: 4 } }, 4, 10, 3)).toBe(1);
});
