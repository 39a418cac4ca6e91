import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packSpikeTrains } from '../../../src/network/spikes.js';
import { allSpikes, anyTrains } from '../../../test/plot/anyTrains.js';
import { hitTest } from './hit.js';

test('a cell of one neuron and one step', () => {
  const trains = packSpikeTrains('hidden', 50, [
    [3, 4],
    [10, 11, 30],
  ]);
  expect(hitTest(trains, 1.7, 10.2, 0.1, 0.1)).toEqual({ rows: [1, 1], steps: [10, 10], spikes: 1, rowSpikes: 3 });
  expect(hitTest(trains, 1, 12, 1, 3)).toEqual({ rows: [1, 1], steps: [12, 14], spikes: 0, rowSpikes: 3 });
  expect(hitTest(trains, 0, 9, 2, 10)).toEqual({ rows: [0, 1], steps: [0, 9], spikes: 2, rowSpikes: 5 });
});

test('outside there is nothing', () => {
  const trains = packSpikeTrains('hidden', 50, [[3]]);
  for (const [row, step] of [
    [-0.1, 3],
    [1, 3],
    [0, -1],
    [0, 50],
    [NaN, 3],
  ])
    expect(hitTest(trains, row, step, 1, 1)).toBeUndefined();
});

test('cells tile the raster: together they hold every spike once', () => {
  fc.assert(
    fc.property(
      anyTrains,
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 7 }),
      (trains, reachRows, reachSteps) => {
        let found = 0;
        for (let row = 0; row < trains.neurons; row += reachRows) {
          for (let step = 0; step < trains.steps; step += reachSteps)
            found += hitTest(trains, row, step, reachRows, reachSteps)!.spikes;
        }
        expect(found).toBe(allSpikes(trains).length);
      },
    ),
  );
});
