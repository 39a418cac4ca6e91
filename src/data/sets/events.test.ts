import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packSpikeTrains, spikeTimes } from '../../network/spikes.js';
import { createDataset } from './dataset.js';
import { createEventDataset } from '../formats/event-packer.js';
import { isEventDataset } from './events.js';
import { spikesFromEvents } from '../encode/spikes-from-events.js';

const parts = () => ({
  name: 'tiny/train',
  shape: [3],
  steps: 10,
  classNames: ['a', 'b'],
  samples: [
    { label: 1, spikes: packSpikeTrains('input', 10, [[1, 4], [], [9]]) },
    { label: 0, spikes: packSpikeTrains('input', 10, [[], [], []]) },
    { label: 1, spikes: packSpikeTrains('input', 10, [[2], [2], [2, 3]]) },
  ],
});

test('an event set gives its recordings back', () => {
  const set = createEventDataset(parts());
  expect([set.length, set.inputs, set.steps, [...set.starts]]).toEqual([3, 3, 10, [0, 3, 3, 7]]);
  for (const [index, { spikes, label }] of parts().samples.entries()) {
    const sample = set.at(index);
    expect(sample.label).toBe(label);
    expect(sample.spikes).toEqual(spikes);
  }
  const last = set.slice(1);
  expect([...last].map((sample) => [sample.index, sample.label, ...sample.spikes.times])).toEqual([
    [0, 0],
    [1, 1, 2, 2, 2, 3],
  ]);
  expect(last.times.buffer).toBe(set.times.buffer);
  expect([isEventDataset(set), isEventDataset(last)]).toEqual([true, true]);
  expect(
    isEventDataset(
      createDataset({
        name: '',
        shape: [1],
        classNames: ['a', 'b'],
        pixels: Uint8Array.of(0),
        labels: Uint8Array.of(0),
      }),
    ),
  ).toBe(false);
});

test('sha256 is of labels, counts, inputs and steps, little-endian, and of a slice the same as of a set of its samples', () => {
  const bytes = [
    1,
    0,
    1,
    ...[3, 0, 4].flatMap((n) => [n, 0, 0, 0]),
    ...[0, 0, 2, 0, 1, 2, 2].flatMap((j) => [j, 0]),
    ...[1, 4, 9, 2, 2, 2, 3].flatMap((t) => [t, 0]),
  ];
  const set = createEventDataset(parts());
  expect(set.sha256).toBe(createHash('sha256').update(Uint8Array.from(bytes)).digest('hex'));
  expect(set.slice(1, 3).sha256).toBe(createEventDataset({ ...parts(), samples: parts().samples.slice(1) }).sha256);
});

test.each([
  [{ samples: [] }, /empty/],
  [{ shape: [4] }, /sample 0 has 3 inputs, the set 4/],
  [{ steps: 9 }, /sample 0 has a spike at step 9, outside 1 \.\. 8/],
  [{ classNames: ['a'] }, /classes is 1/],
  [{ samples: [{ label: 2, spikes: parts().samples[0].spikes }] }, /label 2 of sample 0 is not a class/],
  [{ samples: [{ label: 0, spikes: packSpikeTrains('input', 10, [[0], [], []]) }] }, /spike at step 0/],
])('refuses %o', (change, message) => {
  expect(() => createEventDataset({ ...parts(), ...change })).toThrow(message);
});

test('refuses samples that do not exist', () => {
  const set = createEventDataset(parts());
  for (const index of [-1, 3, 0.5]) expect(() => set.at(index)).toThrow(/samples are 0 \.\. 2/);
  expect(() => set.slice(2, 2)).toThrow(RangeError);
});

test('spikesFromEvents is the set of (input, step) pairs in range, sorted', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(6), fc.integer({ min: 1, max: 20 }))), (events) => {
      const trains = spikesFromEvents(
        7,
        15,
        events.map(([j]) => j),
        events.map(([, t]) => t),
      );
      for (let j = 0; j < 7; j++) {
        const expected = [...new Set(events.filter(([input, t]) => input === j && t < 15).map(([, t]) => t))].sort(
          (a, b) => a - b,
        );
        expect([...spikeTimes(trains, j)]).toEqual(expected);
      }
    }),
  );
});

test.each([
  [[1, 2, 3, 4], [1, 2, 3, 4], /event 3 is of channel 4: channels are 0 \.\. 3, counted from 0/],
  [[0, -1], [1, 2], /event 1 is of channel -1/],
  [[0, 1.5], [1, 2], /event 1 is of channel 1.5/],
  [[0, NaN], [1, 2], /event 1 is of channel NaN/],
  [[0, 1], [1, 0], /event 1 is at step 0: steps are whole numbers from 1/],
  [[0, 1], [2.5, 3], /event 0 is at step 2.5/],
  [[0, 1], [2, NaN], /event 1 is at step NaN/],
  [[0, 1], [2], /2 channels and 1 times/],
])('spikesFromEvents refuses channels %j at %j', (neurons, times, message) => {
  expect(() => spikesFromEvents(4, 100, neurons, times)).toThrow(message);
});
